"""Every measure over the visits: what changed since the first visit that had it, and since the one before."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from teststation.guideline.change import Change, Since, compare
from teststation.guideline.facts import Known
from teststation.guideline.followed import Domain, Followed, measured_at
from teststation.guideline.safety import went_safely
from teststation.model import Side, TestResult


class Trend(msgspec.Struct, frozen=True, kw_only=True):
    """How one measure went.

    Parameters
    ----------
    what : the code of what it is called, a term
    since_previous : None where the visit before is the first
    """

    what: str
    domain: Domain
    since_baseline: Change
    since_previous: Change | None = None
    side: Side | None = None


def result_trends(visits: Sequence[Sequence[TestResult]]) -> tuple[Trend, ...]:
    """Compare the tests of the last visit with those of the first visit that had them and the one before."""
    return tuple(
        _of_result(now, earlier)
        for now in (visits[-1] if visits else ())
        if _says_something(now)
        and (earlier := [r for visit in visits[:-1] for r in visit if r.test is now.test and _says_something(r)])
    )


def fact_trends(visits: Sequence[Known]) -> tuple[Trend, ...]:
    """Compare what was typed at the last visit in the same way; `visits` are the facts of each visit by itself."""
    return tuple(
        _of_fact(each, side, earlier, visits[-1])
        for each, side in (measured_at(visits[-1]) if visits else ())
        if (earlier := [visit for visit in visits[:-1] if each.value(visit, side) is not None])
    )


def _of_result(now: TestResult, earlier: Sequence[TestResult]) -> Trend:
    return Trend(
        what=now.test,
        domain="tests",
        since_baseline=compare(earlier[0], now, since=Since.BASELINE),
        since_previous=compare(earlier[-1], now, since=Since.PREVIOUS) if len(earlier) > 1 else None,
    )


def _of_fact(each: Followed, side: Side | None, earlier: Sequence[Known], now: Known) -> Trend:
    return Trend(
        what=each.called,
        domain=each.domain,
        side=side,
        since_baseline=each.change(earlier[0], now, side, since=Since.BASELINE),
        since_previous=each.change(earlier[-1], now, side, since=Since.PREVIOUS) if len(earlier) > 1 else None,
    )


def _says_something(result: TestResult) -> bool:
    """Tell whether a result has an outcome: a value, or that it could not be done safely."""
    return bool(result.measures) or not went_safely(result)
