"""Two scales of the RAND-36 from the answer codes of their items: no item text is shipped (trap T9)."""

from __future__ import annotations

import functools
from pathlib import Path

import msgspec

from teststation.guideline.entries import Cited, Text
from teststation.guideline.tables import RULES_FOLDER, Tables, read_tables
from teststation.guideline.verdict import rounded
from teststation.model import Reason

LEFT_OPEN = "-"
"""Stands in a row of answer codes for an item without an answer."""


class Part(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Items that are scored alike: `points` of answer code 1, 2, … in order."""

    items: tuple[int, ...]
    points: tuple[float, ...]


class Score(msgspec.Struct, frozen=True):
    """What the answers come to, and the least and the most that it would be with all items answered."""

    value: float
    low: float
    high: float


class Scale(Cited, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A scale from 0 to 100: the mean of the items answered, if there are enough.

    Parameters
    ----------
    group : the facts that its answer codes are asked with
    """

    group: Text
    parts: tuple[Part, ...]
    least_answers: int

    def __post_init__(self) -> None:
        """Refuse items of one row whose answer codes go to different numbers."""
        if len({len(part.points) for part in self.parts}) != 1:
            raise ValueError("items with different answer codes")

    @property
    def row(self) -> str:
        """The fact that holds its row of answer codes, a digit for each item in their order."""
        return f"{self.id}_codes"

    @property
    def items(self) -> tuple[int, ...]:
        """The numbers of its items, as they come on the form."""
        return tuple(sorted(self._points()))

    @property
    def highest_code(self) -> int:
        """The highest answer code of its items; the lowest is 1."""
        return len(self.parts[0].points)

    def score(self, row: str) -> Score | None:
        """Score a row of answer codes, at 0.01; None where too few are answered."""
        points = self._points()
        answers = dict(zip(self.items, row, strict=True))
        answered = [points[item][int(code) - 1] for item, code in answers.items() if code != LEFT_OPEN]
        if len(answered) < self.least_answers:
            return None
        left_open = [points[item] for item, code in answers.items() if code == LEFT_OPEN]
        low, high = (sum(answered) + sum(map(end, left_open)) for end in (min, max))
        return Score(rounded(sum(answered) / len(answered)), rounded(low / len(row)), rounded(high / len(row)))

    def said(self, row: str) -> Reason:
        """Say what a row of answer codes comes to."""
        score = self.score(row)
        if score is None:
            return Reason("rand36_too_few", {"least": self.least_answers})
        if LEFT_OPEN not in row:
            return Reason("rand36_score", {"score": score.value})
        return Reason("rand36_score_open", {"score": score.value, "low": score.low, "high": score.high})

    def _points(self) -> dict[int, tuple[float, ...]]:
        return {item: part.points for part in self.parts for item in part.items}


@functools.cache
def load_scales(folder: Path = RULES_FOLDER / "rand36") -> Tables[Scale]:
    """Read the scales. What is broken is left out and named in `off`; this never raises."""
    return read_tables(
        folder, lambda file, scale, table: msgspec.convert({**table, "id": scale, "group": Path(file).stem}, Scale)
    )


def scale_of(row: str) -> Scale:
    """Give the scale that a row of answer codes is of, by the code of its fact."""
    return next(scale for scale in load_scales().entries.values() if scale.row == row)
