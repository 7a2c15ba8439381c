"""When a treatment is evaluated (`rules/moments`): at 3 and 6 weeks and at the closing, at 9 and 12 perhaps."""

from __future__ import annotations

import datetime as dt
import enum
import functools
from collections.abc import Sequence
from pathlib import Path

import msgspec

from teststation.guideline.entries import Cited, Seen
from teststation.guideline.tables import RULES_FOLDER, Tables, as_entry, read_tables


class PlanState(enum.StrEnum):
    """Where an evaluation is: due from when a visit may count as it until its day, overdue from then to the next."""

    COMING = "coming"
    DUE = "due"
    OVERDUE = "overdue"
    DONE = "done"
    MISSED = "missed"


class Moment(Cited, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An evaluation that the guideline asks for.

    Parameters
    ----------
    weeks, from_weeks : after the treatment began; a visit counts as this evaluation from the second. Without them: the
        closing of the treatment
    improvement_expected : by then something must have improved
    """

    evidence: Seen
    weeks: int | None = None
    from_weeks: int | None = None
    optional: bool = False
    improvement_expected: bool = False

    def __post_init__(self) -> None:
        """Refuse a moment that begins after its day, or knows only one of the two."""
        if (self.weeks is None) != (self.from_weeks is None):
            raise ValueError("`weeks` and `from_weeks`, or neither")
        if self.weeks is not None and self.from_weeks is not None and self.from_weeks > self.weeks:
            raise ValueError("`from_weeks` is after `weeks`")


class Planned(msgspec.Struct, frozen=True, kw_only=True):
    """An evaluation of one treatment; `due` is not known of a closing that has no date yet."""

    moment: str
    state: PlanState
    optional: bool
    due: dt.date | None = None
    visit: dt.date | None = None

    @property
    def called(self) -> str:
        """The code of what it is called, a term."""
        return f"moment.{self.moment}"


@functools.cache
def load_moments(folder: Path = RULES_FOLDER / "moments") -> Tables[Moment]:
    """Read the moments. What is broken is left out and named in `off`; this never raises."""
    return read_tables(folder, as_entry(Moment))


def plan(
    start: dt.date, visits: Sequence[dt.date], today: dt.date, closed: dt.date | None = None
) -> tuple[Planned, ...]:
    """Say of every evaluation of a treatment where it is; those that a closing forestalls are left out."""
    timed = [each for each in load_moments().entries.values() if each.weeks is not None]
    closing = [each for each in load_moments().entries.values() if each.weeks is None]
    opening = [opens(each, start) for each in timed]
    after = dt.date.max if closed is None else closed + dt.timedelta(days=1)
    return (
        *(
            _timed(each, start, (begins, min(ends, after)), visits, today)
            for each, begins, ends in zip(timed, opening, [*opening[1:], dt.date.max], strict=True)
            if begins < after
        ),
        *(_closing(each, visits, today, closed) for each in closing),
    )


def opens(moment: Moment, start: dt.date) -> dt.date:
    """Give the day from which a visit counts as this evaluation; the closing's never comes by itself."""
    return dt.date.max if moment.from_weeks is None else start + dt.timedelta(weeks=moment.from_weeks)


def _timed(
    moment: Moment, start: dt.date, window: tuple[dt.date, dt.date], visits: Sequence[dt.date], today: dt.date
) -> Planned:
    begins, ends = window
    due = start + dt.timedelta(weeks=moment.weeks or 0)
    visit = min((day for day in visits if begins <= day < ends), default=None)
    if visit is not None:
        state = PlanState.DONE
    elif today < begins:
        state = PlanState.COMING
    elif today >= ends:
        state = PlanState.MISSED
    else:
        state = PlanState.DUE if today <= due else PlanState.OVERDUE
    return Planned(moment=moment.id, state=state, optional=moment.optional, due=due, visit=visit)


def _closing(moment: Moment, visits: Sequence[dt.date], today: dt.date, closed: dt.date | None) -> Planned:
    visit = None if closed is None else min((day for day in visits if day >= closed), default=None)
    if visit is not None:
        state = PlanState.DONE
    elif closed is None or today < closed:
        state = PlanState.COMING
    else:
        state = PlanState.DUE if today == closed else PlanState.OVERDUE
    return Planned(moment=moment.id, state=state, optional=moment.optional, due=closed, visit=visit)
