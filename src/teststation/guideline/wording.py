"""What a finding says: codes of `i18n.texts` with their parameters. Nothing here reassures (PRACTICE 1)."""

from __future__ import annotations

import functools
from collections.abc import Iterable
from typing import Any

from teststation.guideline.entries import Rule
from teststation.guideline.people import height_in_doubt, what_is_missing
from teststation.guideline.safety import went_safely
from teststation.guideline.verdict import Judged, rounded, shown, side
from teststation.model import Client, Measure, Reason, TestResult, Verdict


def rule_reason(rule: Rule, judged: Judged) -> Reason:
    """Say what a rule makes of a result."""
    params: dict[str, Any] = {"label": rule.label, **limit_params(rule, judged)}
    if judged.measure is None:
        if judged.verdict is Verdict.MET:
            return Reason("rule_met_unable", {**params, "meaning": rule.meaning})
        return Reason(judged.why_unknown, {**params, "measure": rule.measures[0]})
    params["value"] = shown_value(rule, judged.measure, judged)
    match judged.verdict, judged.close:
        case Verdict.MET, False:
            return Reason("rule_met", {**params, "side": side(rule.operator, met=True), "meaning": rule.meaning})
        case Verdict.MET, True:
            until = f"{rule.meaning}.until"
            return Reason("rule_met_close", {**params, "side": side(rule.operator, met=True), "until": until})
        case Verdict.NOT_MET, close:
            risk = f"{rule.meaning}.risk"
            code = "rule_not_met_close" if close else "rule_not_met"
            return Reason(code, {**params, "side": side(rule.operator, met=False), "risk": risk})
        case _:
            return _no_verdict(judged, params)


def _no_verdict(judged: Judged, params: dict[str, Any]) -> Reason:
    if judged.why_unknown != "rule_limits_differ":
        return Reason(judged.why_unknown, params)
    missing = what_is_missing(judged.limits)
    if missing:
        return Reason("rule_limits_differ", {**params, "missing": missing})
    values = sorted(limit.value for limit in judged.limits)
    return Reason("rule_in_range", {**params, "low": values[0], "high": values[-1]})


def shown_value(rule: Rule, measure: Measure, judged: Judged) -> float | Reason:
    """Show a value: at 0.01 near a limit, and as a lower bound where it is one."""
    value = shown(measure.value, rule.operator, [limit.value for limit in judged.limits])
    return Reason("at_least", {"value": value}) if measure.at_least else value


def shown_unit(unit: str) -> str:
    """Name a unit in a sentence; a count has none of its own."""
    return "stands" if unit == "1" else unit


def with_unit(value: float | None, unit: str) -> float | Reason | None:
    """Make one parameter of a value and its unit, which it may not have."""
    return Reason("with_unit", {"value": value, "unit": unit}) if unit else value


def limit_params(rule: Rule, judged: Judged) -> dict[str, Any]:
    """Show the limit, or the lowest and the highest that a person may fall under."""
    values = sorted({limit.value for limit in judged.limits})
    either = Reason("either", {"low": values[0], "high": values[-1]})
    return {"threshold": either if len(values) > 1 else values[0], "unit": shown_unit(rule.unit)}


def notes(rule: Rule, judged: Judged, result: TestResult, client: Client | None) -> list[Reason]:
    """Say what the reader must know of how the value came about."""
    found: list[Reason] = []
    if judged.measure is None:
        return found
    if rule.course and judged.scaled is not None:
        course = {"course_m": result.conditions.course_m, "length_m": rule.course.length_m}
        found.append(Reason("note_scaled_course", {**course, "scaled": rounded(judged.scaled), "unit": rule.unit}))
    if rule.measures[0].endswith("_from_cue") and not judged.measure.name.endswith("_from_cue"):
        found.append(Reason("note_from_first_movement"))
    if rule.stop_rule == "not-stated":
        found.append(Reason("note_stop_rule_not_stated"))
    elif rule.stop_rule and rule.stop_rule != stop_rule_of(judged.measure.name):
        found.append(Reason("note_other_stop_rule", {"stop_rule": f"stop_{rule.stop_rule}"}))
    if rule.stands is not None and result.conditions.stands not in {None, rule.stands}:
        found.append(Reason("note_split_of_longer_test", {"stands": rule.stands}))
    if height_in_doubt(rule, client):
        found.append(Reason("note_height_not_measured", {"threshold": limit_params(rule, judged)["threshold"]}))
    if judged.verdict is Verdict.MET and not went_safely(result):
        found.append(Reason("note_not_done_safely"))
    return found


def stop_rule_of(measure: str) -> str:
    """Tell from a chair stand's measure when its clock stopped."""
    return "standing" if "_standing" in measure else "seated"


def followed_by(first: Reason, then: Iterable[Reason]) -> Reason:
    """Make one reason of a sentence and those that come after it."""
    return functools.reduce(lambda said, more: Reason("followed_by", {"first": said, "then": more}), then, first)


def listed(first: str | Reason, *then: str | Reason) -> str | Reason:
    """Make one parameter of several codes or reasons, with commas between."""
    return functools.reduce(lambda said, more: Reason("and", {"first": said, "then": more}), then, first)
