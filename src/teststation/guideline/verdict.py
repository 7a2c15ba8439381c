"""On which side of a threshold a value lies, as the source prints it, compared at 0.01 (trap T28); and how close."""

from __future__ import annotations

import math
import operator
from collections.abc import Iterable
from decimal import MAX_PREC, ROUND_HALF_UP, Context, Decimal

import msgspec

from teststation.guideline.entries import Limit, Operator, Rule
from teststation.guideline.safety import went_safely
from teststation.model import Measure, TestResult, Verdict

_COMPARISONS = {">": operator.gt, "≥": operator.ge, "<": operator.lt, "≤": operator.le}
_SIDES: dict[Operator, tuple[str, str]] = {
    ">": ("above", "not_above"),
    "≥": ("at_or_above", "below"),
    "<": ("below", "not_below"),
    "≤": ("at_or_below", "above"),
}
_HUNDREDTH = Decimal("0.01")
_TENTH = Decimal("0.1")
_MILLIMETRE = Decimal("0.001")
_EXACT = Context(prec=MAX_PREC)
"""A value that cannot be, and yet was stored, is rounded too."""


class Judged(msgspec.Struct, frozen=True, kw_only=True):
    """What a rule makes of a result.

    Parameters
    ----------
    limits : those that the person may fall under
    scaled : the time brought to the rule's own course, where another was walked
    why_unknown : code of the reason why there is no verdict
    """

    limits: tuple[Limit, ...]
    measure: Measure | None = None
    verdict: Verdict = Verdict.UNKNOWN
    close: bool = False
    scaled: float | None = None
    why_unknown: str = ""


def assess(rule: Rule, result: TestResult, measure: Measure | None, limits: tuple[Limit, ...]) -> Judged:
    """Judge a measure by the limits that a person may fall under: a verdict only where they agree."""
    judged = Judged(limits=limits, measure=measure)
    if measure is None:
        return _without_verdict(judged, "rule_no_measure")
    if measure.unit != rule.unit:
        return _without_verdict(judged, "rule_other_unit")
    scale = _course_scale(rule, result)
    if scale is None:
        walked_known = result.conditions.course_m is not None
        return _without_verdict(judged, "rule_other_course" if walked_known else "rule_course_not_known")
    scaled = _times(measure, scale)
    judged = msgspec.structs.replace(judged, scaled=None if scale == 1 else scaled.value)
    if rule.evidence == "memory":
        return _without_verdict(judged, "rule_from_memory")
    sides = {holds(measure.value, rule.operator, limit.value) for limit in limits}
    met = sides == {True}
    if measure.at_least and not (met and rising(rule.operator)):
        return _without_verdict(judged, "rule_lower_bound")
    if len(sides) > 1:
        return _without_verdict(judged, "rule_limits_differ")
    if not met and not went_safely(result):
        return _without_verdict(judged, "rule_not_done_safely")
    close = any(_is_close(rule, limit.value, measure, scaled, result) for limit in limits)
    return msgspec.structs.replace(judged, verdict=Verdict.MET if met else Verdict.NOT_MET, close=close)


def rounded(value: float, step: Decimal = _HUNDREDTH) -> float:
    """Round to 0.01, halves away from zero, on the decimals as they are written: 20.005 becomes 20.01."""
    if not math.isfinite(value):
        return value
    return float(Decimal(repr(value)).quantize(step, ROUND_HALF_UP, _EXACT))


def holds(value: float, printed: Operator, threshold: float) -> bool:
    """Tell whether a value, at 0.01, meets `value printed threshold`."""
    return bool(_COMPARISONS[printed](rounded(value), threshold))


def rising(printed: Operator) -> bool:
    """Tell whether a higher value meets the rule."""
    return printed in {">", "≥"}


def side(printed: Operator, met: bool) -> str:
    """Name the side on which a value lies: a code of `texts.TERMS`."""
    return _SIDES[printed][0 if met else 1]


def shown(value: float, printed: Operator, thresholds: Iterable[float]) -> float:
    """Give a value as it is shown: at 0.1, but at 0.01 where a tenth would hide on which side it lies."""
    tenth = rounded(value, _TENTH)
    hidden = any(tenth == t or holds(tenth, printed, t) != holds(value, printed, t) for t in thresholds)
    return rounded(value) if hidden else tenth


def _without_verdict(judged: Judged, why: str) -> Judged:
    return msgspec.structs.replace(judged, why_unknown=why)


def _course_scale(rule: Rule, result: TestResult) -> float | None:
    """Give what makes a time on this course one on the rule's; None where the two do not compare (trap T5)."""
    if rule.course is None:
        return 1
    walked = result.conditions.course_m
    if walked is None:
        return None
    if rounded(walked, _MILLIMETRE) == rule.course.length_m:
        return 1
    if rounded(walked, _MILLIMETRE) == rule.course.also_printed_m:
        return rule.course.length_m / walked
    return None


def _times(measure: Measure, scale: float) -> Measure:
    low, high = measure.interval
    return msgspec.structs.replace(measure, value=measure.value * scale, interval=(low * scale, high * scale))


def _is_close(rule: Rule, threshold: float, measure: Measure, scaled: Measure, result: TestResult) -> bool:
    """Tell whether the verdict hangs on the timing, on the length of the course, or on which trial counts."""

    def sides(values: Iterable[float]) -> int:
        return len({holds(value, rule.operator, threshold) for value in values})

    is_headline = measure.name == result.measures[0].name
    return (
        measure.contains(threshold)
        or scaled.contains(threshold)
        or sides((measure.value, scaled.value)) > 1
        or (is_headline and sides(result.trial_values) > 1)
    )
