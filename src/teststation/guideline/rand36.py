"""Two scales of the RAND-36 from answer codes by item number: no item text is shipped (trap T9)."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from pathlib import Path

import msgspec

from teststation.guideline.entries import Cited
from teststation.guideline.tables import RULES_FOLDER, Tables, as_entry, read_tables
from teststation.guideline.verdict import rounded
from teststation.model import Questionnaire, TeststationError

NAME = "rand36"


class Part(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Items that are scored alike: `points` of answer code 1, 2, … in order."""

    items: tuple[int, ...]
    points: tuple[float, ...]


class Scale(Cited, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A scale from 0 to 100: the mean of the items answered, if there are enough."""

    parts: tuple[Part, ...]
    least_answers: int

    def score(self, answers: Mapping[int, int]) -> float | None:
        """Score the answers to its items, at 0.01; None where too few are answered."""
        points = [part.points[answers[item] - 1] for part in self.parts for item in part.items if item in answers]
        return rounded(sum(points) / len(points)) if len(points) >= self.least_answers else None


@functools.cache
def load_scales(folder: Path = RULES_FOLDER / NAME) -> Tables[Scale]:
    """Read the scales. What is broken is left out and named in `off`; this never raises."""
    return read_tables(folder, as_entry(Scale))


def codes_by_item() -> dict[int, int]:
    """Give the items to enter in their order, each with its highest answer code; the lowest is 1."""
    parts = [part for scale in load_scales().entries.values() for part in scale.parts]
    return {item: len(part.points) for part in parts for item in part.items}


def rand36(answers: Mapping[int, int], *, at: str) -> Questionnaire:
    """Score answer codes by item number, as they stand on the paper form; an item may be left out.

    Raises
    ------
    TeststationError
        for an item that is not scored here, and for a code that the item does not have
    """
    highest = codes_by_item()
    for item, code in answers.items():
        if item not in highest:
            raise TeststationError("rand36_no_such_item", item=item)
        if not 1 <= code <= highest[item]:
            raise TeststationError("rand36_no_such_code", item=item, answer=code, highest=highest[item])
    scales = load_scales()
    scores = {name: scale.score(answers) for name, scale in scales.entries.items()}
    return Questionnaire(
        name=NAME,
        version=scales.version,
        at=at,
        answers={str(item): code for item, code in sorted(answers.items())},
        scores={name: score for name, score in scores.items() if score is not None},
    )
