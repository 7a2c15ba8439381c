"""Results to judge, with as little said as a test needs."""

from __future__ import annotations

from typing import Any

from teststation.guideline import RuleBook, judge
from teststation.model import Client, Conditions, Finding, Interval, Measure, Outcome, Sex, TestName, TestResult


def measure(name: str, value: float, interval: Interval | None = None, *, at_least: bool = False) -> Measure:
    """Make a measure; its interval has no width unless one is given."""
    unit = "m/s" if name == "speed" else "1" if name.startswith("repetitions") else "s"
    return Measure(name=name, value=value, unit=unit, interval=interval or (value, value), at_least=at_least)


def result(
    test: TestName,
    *measures: Measure,
    trials: tuple[float, ...] = (),
    outcome: Outcome = Outcome.DONE,
    headline_rule: str = "single",
    **conditions: Any,
) -> TestResult:
    return TestResult(
        test=test,
        trials=tuple(f"trial {i}" for i in range(max(1, len(trials)))),
        headline_rule=headline_rule,
        outcome=outcome,
        measures=measures,
        trial_values=trials or tuple(m.value for m in measures[:1]),
        conditions=Conditions(**conditions),
    )


def gug(value: float, interval: Interval | None = None, **more: Any) -> TestResult:
    return result(TestName.GUG, measure("duration_from_cue", value, interval), **more)


def gait(value: float, interval: Interval | None = None, *, course_m: float | None = 4.572, **more: Any) -> TestResult:
    return result(TestName.GAIT, measure("crossing_time", value, interval), course_m=course_m, **more)


def five_stands(value: float, interval: Interval | None = None, **more: Any) -> TestResult:
    return result(TestName.TCS, measure("duration_5_from_cue", value, interval), **({"stands": 5} | more))


def thirty_seconds(count: float, **more: Any) -> TestResult:
    return result(TestName.TCS, measure("repetitions_30_s", count), seconds=30.0, **more)


def person(sex: Sex | None, height_cm: float | None = None, *, measured: bool | None = True) -> Client:
    return Client(code="K-001", sex=sex, height_cm=height_cm, height_measured=measured)


def finding(
    rule: str,
    judged: TestResult,
    client: Client | None = None,
    age: int | None = None,
    rules: RuleBook | None = None,
) -> Finding:
    """Judge by everything there is and give what one rule found."""
    return next(f for f in judge(judged, client=client, age=age, context=True, rules=rules) if f.rule == rule)


def found(
    judged: TestResult, client: Client | None = None, age: int | None = None, *, context: bool = True
) -> set[str]:
    """Name the rules that answered."""
    return {f.rule for f in judge(judged, client=client, age=age, context=context)}
