"""How a measure went over the visits, as it is drawn: on the screen and on paper."""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Iterator, Sequence

import msgspec

from teststation.guideline import Change, compare
from teststation.guideline.change import Since
from teststation.guideline.facts import Known
from teststation.guideline.followed import Followed, load_followed
from teststation.guideline.trend import Trend, fact_trends, result_trends
from teststation.model import Interval, Measure, Side, TestName, TestResult


class Moment(msgspec.Struct, frozen=True):
    """A value in a measure's course.

    Parameters
    ----------
    held_against : the value before and how far from it is still measurement error; None where the two do not compare
    """

    day: dt.date
    value: float
    interval: Interval
    at_least: bool = False
    held_against: tuple[float, float] | None = None


class Course(msgspec.Struct, frozen=True):
    """A measure over the visits, the oldest first."""

    unit: str
    moments: tuple[Moment, ...]


def course_of(days: Sequence[tuple[dt.date, TestResult]]) -> Course:
    """Draw the results of one test, each of which has a value."""
    measures = _drawn([result for _, result in days])
    changes = [None, *(compare(before, now) for (_, before), (_, now) in itertools.pairwise(days))]
    moments = (
        Moment(day, m.value, m.interval, m.at_least, _held_against(m.value, m.unit, change))
        for (day, _), m, change in zip(days, measures, changes, strict=True)
    )
    return Course(measures[-1].unit, tuple(moments))


class Seen(msgspec.Struct, frozen=True):
    """What a visit has to be followed: its tests, and what was typed."""

    day: dt.date
    results: tuple[TestResult, ...]
    known: Known


class Line(msgspec.Struct, frozen=True):
    """A measure over the visits that have it.

    Parameters
    ----------
    what : the code of what it is called, a term
    trend : None where only one visit has it
    course : without moments where nobody came to a time
    """

    what: str
    side: Side | None
    trend: Trend | None
    course: Course


def lines(visits: Sequence[Seen]) -> Iterator[Line]:
    """Follow every measure to the last visit that has it; the visits are the oldest first."""
    for test in TestName:
        last = max((at for at, seen in enumerate(visits) if any(r.test is test for r in seen.results)), default=None)
        if last is not None:
            yield _of_test(test, visits[: last + 1])
    for each in load_followed().entries.values():
        for side in each.sides():
            last = max((at for at, seen in enumerate(visits) if each.value(seen.known, side) is not None), default=None)
            if last is not None:
                yield _of_fact(each, side, visits[: last + 1])


def _of_test(test: TestName, visits: Sequence[Seen]) -> Line:
    days = [(seen.day, r) for seen in visits for r in seen.results if r.test is test and r.trial_values]
    trends = result_trends([seen.results for seen in visits])
    trend = next((each for each in trends if each.what == test), None)
    return Line(test, None, trend, course_of(days) if days else Course("", ()))


def _of_fact(each: Followed, side: Side | None, visits: Sequence[Seen]) -> Line:
    having = [seen for seen in visits if each.value(seen.known, side) is not None]
    trends = fact_trends([seen.known for seen in visits])
    trend = next((one for one in trends if (one.what, one.side) == (each.called, side)), None)
    changes = [
        None,
        *(
            each.change(before.known, now.known, side, since=Since.PREVIOUS)
            for before, now in itertools.pairwise(having)
        ),
    ]
    moments = []
    for seen, change in zip(having, changes, strict=True):
        value = each.value(seen.known, side)
        assert value is not None
        unit = "" if change is None else change.unit
        moments.append(Moment(seen.day, value, (value, value), held_against=_held_against(value, unit, change)))
    unit = next((change.unit for change in changes if change is not None), "")
    return Line(each.called, side, trend, Course(unit, tuple(moments)))


def _drawn(results: Sequence[TestResult]) -> list[Measure]:
    """Give what is drawn of each result: the headline, but of a walk the speed, as changes are known in that."""
    speeds = [next((m for m in result.measures if m.name == "speed"), None) for result in results]
    if all(speed is not None for speed in speeds):
        return [speed for speed in speeds if speed is not None]
    return [result.measures[0] for result in results]


def _held_against(value: float, unit: str, change: Change | None) -> tuple[float, float] | None:
    """Place the bar so that a value lies as far from its middle as it was judged to have changed.

    What is compared is the statistic that the error was made with, which need not be the one that is drawn.
    """
    if change is None or change.difference is None or change.detectable is None or change.unit != unit:
        return None
    return value - change.difference, change.detectable
