"""Two values of one thing: a real difference, one within measurement error, or two that do not compare."""

from __future__ import annotations

import enum
from typing import Any

import msgspec

from teststation.guideline.engine import measure_of
from teststation.guideline.entries import DetectableChange, FactError
from teststation.guideline.rulebook import RuleBook, load_rules
from teststation.guideline.safety import went_safely
from teststation.guideline.verdict import rounded
from teststation.guideline.wording import listed, shown_unit, stop_rule_of
from teststation.model import Measure, Reason, TestName, TestResult

_LESS_IS_BETTER = ("s",)
_DIRECTIONS = {"s": "_s", "m/s": "_m/s"}
"""Units whose more and less have words of their own: longer, faster."""
_NO_AID = "none"
"""The code of a walking aid that says there was none; no code at all says nothing."""


class ChangeKind(enum.StrEnum):
    """What a difference is. A possible change is within some of the published errors and beyond others."""

    REAL = "real"
    POSSIBLE = "possible"
    WITHIN_ERROR = "within_error"
    NO_ERROR_KNOWN = "no_error_known"
    NOT_COMPARABLE = "not_comparable"


class Since(enum.StrEnum):
    """With which earlier visit a value is compared."""

    PREVIOUS = "since_previous"
    BASELINE = "since_baseline"


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """How a value differs from an earlier one.

    Parameters
    ----------
    statistic : what of the trials was compared, as the detectable change was made with it; none where none is known
    difference : now minus before, in `unit`
    detectable : a greater difference than this is more than measurement error
    better : the difference is in the wanted direction; None where there is no difference to speak of
    """

    kind: ChangeKind
    reason: Reason
    measure: str | None = None
    statistic: str = ""
    before: float | None = None
    now: float | None = None
    difference: float | None = None
    detectable: float | None = None
    unit: str = ""
    better: bool | None = None
    population: str = ""
    source: str = ""
    evidence: str = ""


def compare(
    before: TestResult, now: TestResult, *, since: Since = Since.PREVIOUS, rules: RuleBook | None = None
) -> Change:
    """Compare two results of one test, made under the same conditions."""
    obstacle = _obstacle(before, now)
    if obstacle is not None:
        return Change(kind=ChangeKind.NOT_COMPARABLE, reason=obstacle)
    headline = now.measures[0]
    book = load_rules() if rules is None else rules
    for entry in book.changes:
        if _is_about(entry, now):
            before_value, now_value = _statistic(entry, before), _statistic(entry, now)
            if before_value is not None and now_value is not None:
                return change_between(
                    headline.name,
                    before_value,
                    now_value,
                    unit=entry.unit,
                    less_is_better=entry.unit in _LESS_IS_BETTER,
                    since=since,
                    error=entry,
                    statistic=entry.statistic,
                )
    if before.headline_rule != now.headline_rule:
        other = Reason("change_other_conditions", {"what": "condition_headline_rule"})
        return Change(kind=ChangeKind.NOT_COMPARABLE, reason=other)
    return change_between(
        headline.name,
        before.measures[0].value,
        headline.value,
        unit=headline.unit,
        less_is_better=headline.unit in _LESS_IS_BETTER,
        since=since,
    )


def _obstacle(before: TestResult, now: TestResult) -> Reason | None:
    """Say why two results do not compare; None if they do."""
    if before.test is not now.test:
        return Reason("change_other_test")
    if not before.measures or not now.measures:
        return Reason("change_no_measure")
    if not (went_safely(before) and went_safely(now)):
        return Reason("change_not_done_safely")
    before_headline, now_headline = before.measures[0], now.measures[0]
    if before_headline.at_least or now_headline.at_least:
        return Reason("change_lower_bound")
    different = _different(before, now, before_headline, now_headline)
    if different:
        return Reason("change_other_conditions", {"what": listed(*different)})
    return None if before_headline.name == now_headline.name else Reason("change_other_test")


def _different(before: TestResult, now: TestResult, before_headline: Measure, now_headline: Measure) -> list[str]:
    """Name the conditions that differ: codes of `texts.TERMS`."""
    conditions = [
        name
        for name in now.conditions.__struct_fields__
        if getattr(before.conditions, name) != getattr(now.conditions, name)
    ]
    if stop_rule_of(before_headline.name) != stop_rule_of(now_headline.name):
        conditions.append("stop_rule")
    if before_headline.name.endswith("_from_cue") != now_headline.name.endswith("_from_cue"):
        conditions.append("start_of_clock")
    if before_headline.source is not now_headline.source:
        conditions.append("timing_source")
    return [f"condition_{name}" for name in conditions]


def _is_about(entry: DetectableChange, result: TestResult) -> bool:
    """Tell whether a detectable change was made with this test, done in this way, by people like this."""
    aid = result.conditions.walking_aid
    walked_with_aid = None if aid is None else aid != _NO_AID
    return (
        entry.test is result.test
        and entry.evidence != "memory"
        and entry.walking_aid in {None, walked_with_aid}
        and measure_of(entry, result) is not None
    )


def _statistic(entry: DetectableChange, result: TestResult) -> float | None:
    """Give the value that the detectable change was made with: of the headline's trials, never of anything else."""
    if result.measures[0].name not in entry.measures or not result.trial_values:
        return None
    match entry.statistic, len(result.trial_values):
        case "first", _:
            value = result.trial_values[0]
        case "mean-of-2", 2:
            value = sum(result.trial_values) / 2
        case "fastest-of-3", 3:
            value = min(result.trial_values)
        case _:
            return None
    return _speed(value, result) if result.test is TestName.GAIT and entry.unit == "m/s" else value


def _speed(crossing_time_s: float, result: TestResult) -> float | None:
    course_m = result.conditions.course_m
    return None if course_m is None else course_m / crossing_time_s


def change_between(
    what: str,
    before: float,
    now: float,
    *,
    unit: str,
    less_is_better: bool,
    since: Since,
    error: DetectableChange | FactError | None = None,
    statistic: str = "",
) -> Change:
    """Say what the difference of two values is; without an error to hold it against, only how great it is."""
    difference = rounded(now - before)
    kind = _kind(difference, error)
    params: dict[str, Any] = {
        "difference": abs(difference),
        "unit": shown_unit(unit),
        "direction": f"change_{'more' if difference > 0 else 'less'}{_DIRECTIONS.get(unit, '')}",
        "since": since,
    }
    if error is not None:
        params |= {"detectable": error.value, "population": error.population, "statistic": f"statistic_{statistic}"}
    return Change(
        kind=kind,
        measure=what,
        statistic=statistic,
        before=before,
        now=now,
        difference=difference,
        detectable=None if error is None else error.value,
        unit=unit,
        better=None if difference == 0 else (difference < 0) == less_is_better,
        reason=Reason(f"change_{kind}" if difference else "change_none", params),
        population="" if error is None else error.population,
        source="" if error is None else error.source,
        evidence="" if error is None else error.evidence,
    )


def _kind(difference: float, error: DetectableChange | FactError | None) -> ChangeKind:
    if error is None:
        return ChangeKind.NO_ERROR_KNOWN
    if abs(difference) > error.value:
        return ChangeKind.REAL
    if error.possible_from is not None and abs(difference) >= error.possible_from:
        return ChangeKind.POSSIBLE
    return ChangeKind.WITHIN_ERROR
