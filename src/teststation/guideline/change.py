"""Two results of one test: a real difference, one within measurement error, or two that do not compare."""

from __future__ import annotations

import enum

import msgspec

from teststation.guideline.engine import measure_of
from teststation.guideline.entries import DetectableChange
from teststation.guideline.rulebook import RuleBook, load_rules
from teststation.guideline.safety import went_safely
from teststation.guideline.verdict import rounded
from teststation.guideline.wording import listed, shown_unit, stop_rule_of
from teststation.model import Measure, Reason, TestName, TestResult

_LESS_IS_BETTER = ("s",)
_NO_AID = "none"
"""The code of a walking aid that says there was none; no code at all says nothing."""


class ChangeKind(enum.StrEnum):
    """What a difference is. A possible change is within some of the published errors and beyond others."""

    REAL = "real"
    POSSIBLE = "possible"
    WITHIN_ERROR = "within_error"
    NOT_COMPARABLE = "not_comparable"


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """How a result differs from an earlier one.

    Parameters
    ----------
    statistic : what of the trials was compared, as the detectable change was made with it
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


def compare(previous: TestResult, now: TestResult, *, rules: RuleBook | None = None) -> Change:
    """Compare two results of one test, made under the same conditions."""
    obstacle = _obstacle(previous, now)
    if obstacle is not None:
        return Change(kind=ChangeKind.NOT_COMPARABLE, reason=obstacle)
    book = load_rules() if rules is None else rules
    for entry in book.changes:
        if _is_about(entry, now):
            before_value, now_value = _statistic(entry, previous), _statistic(entry, now)
            if before_value is not None and now_value is not None:
                return _decide(entry, now, before_value, now_value)
    return Change(kind=ChangeKind.NOT_COMPARABLE, reason=Reason("change_no_error_known"))


def _obstacle(previous: TestResult, now: TestResult) -> Reason | None:
    """Say why two results do not compare; None if they do."""
    if previous.test is not now.test:
        return Reason("change_other_test")
    if not previous.measures or not now.measures:
        return Reason("change_no_measure")
    if not (went_safely(previous) and went_safely(now)):
        return Reason("change_not_done_safely")
    before_headline, now_headline = previous.measures[0], now.measures[0]
    if before_headline.at_least or now_headline.at_least:
        return Reason("change_lower_bound")
    different = _different(previous, now, before_headline, now_headline)
    return Reason("change_other_conditions", {"what": listed(*different)}) if different else None


def _different(previous: TestResult, now: TestResult, before_headline: Measure, now_headline: Measure) -> list[str]:
    """Name the conditions that differ: codes of `texts.TERMS`."""
    conditions = [
        name
        for name in now.conditions.__struct_fields__
        if getattr(previous.conditions, name) != getattr(now.conditions, name)
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


def _decide(entry: DetectableChange, result: TestResult, before: float, now: float) -> Change:
    difference = rounded(now - before)
    if abs(difference) > entry.value:
        kind = ChangeKind.REAL
    elif entry.possible_from is not None and abs(difference) >= entry.possible_from:
        kind = ChangeKind.POSSIBLE
    else:
        kind = ChangeKind.WITHIN_ERROR
    less_is_better = entry.unit in _LESS_IS_BETTER
    return Change(
        kind=kind,
        measure=result.measures[0].name,
        statistic=entry.statistic,
        before=before,
        now=now,
        difference=difference,
        detectable=entry.value,
        unit=entry.unit,
        better=None if difference == 0 else (difference < 0) == less_is_better,
        reason=Reason(
            f"change_{kind}",
            {
                "difference": abs(difference),
                "unit": shown_unit(entry.unit),
                "direction": f"change_{'more' if difference > 0 else 'less'}_{entry.unit}",
                "detectable": entry.value,
                "statistic": f"statistic_{entry.statistic}",
                "population": entry.population,
            },
        ),
        population=entry.population,
        source=entry.source,
        evidence=entry.evidence,
    )
