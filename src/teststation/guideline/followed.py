"""What is typed at every visit and followed over them (`rules/followed`): the change from one visit to another."""

from __future__ import annotations

import functools
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Literal

import msgspec

from teststation.guideline.change import Change, ChangeKind, Since, change_between
from teststation.guideline.entries import FactError, Text
from teststation.guideline.facts import Known, fact_catalogue, label_of
from teststation.guideline.tables import RULES_FOLDER, Tables, as_entry, read_tables
from teststation.guideline.wording import listed
from teststation.model import Reason, Side

Domain = Literal["complaints", "pain", "daily_life", "tests"]


class Followed(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One thing that is followed.

    Parameters
    ----------
    facts : the numbers whose mean is compared, all of them or none
    domain : of the client's life, for the evaluation after six weeks
    same : facts that must be the same at both visits for the two to compare
    error : what is known of its measurement error, in people and a way of measuring like ours
    """

    id: str
    facts: Annotated[tuple[Text, ...], msgspec.Meta(min_length=1)]
    domain: Domain
    better: Literal["more", "less"]
    same: tuple[Text, ...] = ()
    error: FactError | None = None

    @property
    def called(self) -> str:
        """The code of what it is called, a term."""
        return label_of(self.facts[0]) if len(self.facts) == 1 else self.id

    def value(self, known: Known, side: Side | None = None) -> float | None:
        """Give the value of a visit; None where not all of it is known."""
        numbers = [known.number(code, side) for code in self.facts]
        given = [number for number in numbers if number is not None]
        return sum(given) / len(given) if len(given) == len(numbers) else None

    def sides(self) -> tuple[Side | None, ...]:
        """Name the sides of the body that it is measured on; none is where it was not said which."""
        kind = fact_catalogue().kinds.get(self.facts[0])
        return (None, *Side) if kind is not None and kind.sided else (None,)

    def change(self, before: Known, now: Known, side: Side | None = None, *, since: Since) -> Change:
        """Compare two visits."""
        value_before, value_now = self.value(before, side), self.value(now, side)
        if value_before is None or value_now is None:
            return Change(kind=ChangeKind.NOT_COMPARABLE, measure=self.id, reason=Reason("change_no_measure"))
        different = [label_of(code) for code in self.same if before.value(code) != now.value(code)]
        if different:
            reason = Reason("change_other_conditions", {"what": listed(*different)})
            return Change(kind=ChangeKind.NOT_COMPARABLE, measure=self.id, reason=reason)
        kind = fact_catalogue().kinds.get(self.facts[0])
        return change_between(
            self.id,
            value_before,
            value_now,
            unit=kind.unit if kind is not None and kind.unit else "points",
            less_is_better=self.better == "less",
            since=since,
            error=self.error,
            statistic="single" if len(self.facts) == 1 else "mean-of-all",
        )


@functools.cache
def load_followed(folder: Path = RULES_FOLDER / "followed") -> Tables[Followed]:
    """Read what is followed. What is broken is left out and named in `off`; this never raises."""
    return read_tables(folder, as_entry(Followed))


def measured_at(known: Known) -> Iterator[tuple[Followed, Side | None]]:
    """Name what a visit has a value of, and of which side."""
    for each in load_followed().entries.values():
        for side in each.sides():
            if each.value(known, side) is not None:
                yield each, side
