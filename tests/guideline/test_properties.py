"""What holds for every value: the side is the operator's, close is the interval's, doubt never flips a verdict."""

from __future__ import annotations

import operator
from decimal import ROUND_HALF_UP, Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from guideline.examples import finding, gait, gug, measure, person, result, thirty_seconds
from teststation.guideline import Rule, judge, load_rules
from teststation.model import Client, Measure, Outcome, Sex, TestResult, Verdict

COMPARE = {">": operator.gt, "≥": operator.ge, "<": operator.lt, "≤": operator.le}
PLAIN = [r for r in load_rules().rules if len(r.limits) == 1 and r.evidence != "memory"]
AGES = st.none() | st.integers(55, 100)
SEXES = st.sampled_from([None, Sex.MALE, Sex.FEMALE, Sex.OTHER])
HEIGHTS = st.floats(140.0, 200.0).map(lambda cm: round(cm, 1))
SECONDS = st.floats(0.5, 90.0)
WIDTHS = st.floats(0.0, 3.0)

unhurried = settings(deadline=None)


def near(rule: Rule) -> st.SearchStrategy[float]:
    """Give values around the limit, most of them near it, and the limit itself."""
    limit = rule.limits[0].value
    return st.one_of(
        st.floats(limit * 0.2, limit * 3),
        st.floats(limit - 0.05, limit + 0.05),
        st.integers(-3, 3).map(lambda hundredths: round(limit + hundredths / 100, 2)),
    )


def plain(rule: Rule, value: float, low: float, high: float) -> TestResult:
    timed = Measure(name=rule.measures[0], value=value, unit=rule.unit, interval=(low, high))
    return result(rule.test, timed, stands=rule.stands, course_m=4.572)


@pytest.mark.parametrize("rule", PLAIN, ids=lambda rule: rule.id)
@unhurried
@given(data=st.data())
def test_a_plain_rule(rule: Rule, data: st.DataObject) -> None:
    value = data.draw(near(rule))
    low, high = value - data.draw(WIDTHS), value + data.draw(WIDTHS)
    got = finding(rule.id, plain(rule, value, low, high))
    limit = rule.limits[0].value
    at_a_hundredth = Decimal(repr(value)).quantize(Decimal("0.01"), ROUND_HALF_UP)
    assert (got.verdict is Verdict.MET) == COMPARE[rule.operator](at_a_hundredth, Decimal(repr(limit)))
    assert got.verdict is not Verdict.UNKNOWN
    assert got.close == (low <= limit <= high)


@unhurried
@given(value=SECONDS, low=WIDTHS, high=WIDTHS, trials=st.lists(SECONDS, min_size=1, max_size=3).map(tuple))
def test_closeness_never_moves_the_side(value: float, low: float, high: float, trials: tuple[float, ...]) -> None:
    sure = finding("gug-kngf-20", gug(value))
    unsure = finding("gug-kngf-20", gug(value, (value - low, value + high), trials=trials))
    assert unsure.verdict is sure.verdict
    if len({trial > 20.004 for trial in trials}) > 1:
        assert unsure.close


def verdicts(judged: TestResult, client: Client | None, age: int | None) -> dict[str, Verdict]:
    return {f.rule: f.verdict for f in judge(judged, client=client, age=age, context=True)}


@unhurried
@given(seconds=SECONDS, sex=SEXES, height=HEIGHTS, forget=st.sampled_from(["sex", "height", "how", "all"]))
def test_knowing_less_of_a_person_never_flips_a_verdict(seconds: float, sex: Sex, height: float, forget: str) -> None:
    known = person(sex, height)
    less = {
        "sex": person(None, height),
        "height": person(sex),
        "how": person(sex, height, measured=None),
        "all": None,
    }[forget]
    before = finding("gait-kngf-annex4", gait(seconds), known).verdict
    after = finding("gait-kngf-annex4", gait(seconds), less).verdict
    assert after in {before, Verdict.UNKNOWN}


@unhurried
@given(count=st.integers(0, 30), sex=SEXES, age=st.integers(60, 94))
def test_an_unknown_sex_never_flips_a_norm(count: int, sex: Sex | None, age: int) -> None:
    before = finding("tcs-norm-cdc-30s", thirty_seconds(count), person(sex), age).verdict
    after = finding("tcs-norm-cdc-30s", thirty_seconds(count), None, age).verdict
    assert after in {before, Verdict.UNKNOWN}


@unhurried
@given(seconds=SECONDS, age=AGES, outcome=st.sampled_from(Outcome), at_least=st.booleans(), helped=st.booleans())
def test_a_worse_course_of_things_never_flips_a_verdict(
    seconds: float, age: int | None, outcome: Outcome, at_least: bool, helped: bool
) -> None:
    timed = gug(seconds)
    worse = result(
        timed.test,
        measure("duration_from_cue", seconds, at_least=at_least),
        outcome=outcome,
        physical_help=helped,
    )
    before = verdicts(timed, None, age)
    for rule, verdict in verdicts(worse, None, age).items():
        assert rule == "test-not-safe" or verdict in {before[rule], Verdict.UNKNOWN}


@unhurried
@given(seconds=st.floats(4.0, 9.0), height=HEIGHTS, sex=st.sampled_from([Sex.MALE, Sex.FEMALE]))
def test_on_4_50_m_the_side_is_that_of_the_time_as_walked(seconds: float, height: float, sex: Sex) -> None:
    client = person(sex, height)
    printed = finding("gait-kngf-annex4", gait(seconds), client)
    walked = finding("gait-kngf-annex4", gait(seconds, course_m=4.5), client)
    assert walked.verdict is printed.verdict
    over_15_feet = finding("gait-kngf-annex4", gait(seconds * 4.572 / 4.5), client)
    if over_15_feet.verdict is not walked.verdict:
        assert walked.close


@unhurried
@given(value=SECONDS, age=AGES, sex=SEXES)
def test_judging_is_the_same_twice(value: float, age: int | None, sex: Sex | None) -> None:
    client = person(sex)
    assert judge(gug(value), client=client, age=age) == judge(gug(value), client=client, age=age)
