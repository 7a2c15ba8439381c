"""The test vectors of the clinical reference, §11, as far as they concern the three tests; no interval has a width."""

import pytest

from guideline.examples import finding, five_stands, gait, gug, measure, person, result, thirty_seconds
from teststation.guideline import ChangeKind, compare
from teststation.model import Sex, TestName, Verdict

MET, NOT_MET, UNKNOWN = Verdict.MET, Verdict.NOT_MET, Verdict.UNKNOWN


@pytest.mark.parametrize(
    ("rule", "value", "verdict"),
    [
        ("gug-kngf-20", 19.99, NOT_MET),
        ("gug-kngf-20", 20.00, NOT_MET),
        ("gug-kngf-20", 20.01, MET),
        ("gug-cdc-12", 11.99, NOT_MET),
        ("gug-cdc-12", 12.00, MET),
        ("gug-wfg-15", 15.00, NOT_MET),
        ("gug-wfg-15", 15.01, MET),
        ("gug-ewgsop2-20", 19.99, NOT_MET),
        ("gug-ewgsop2-20", 20.00, MET),
        # of §3.2, not in §11
        ("gug-barry-13", 13.49, NOT_MET),
        ("gug-barry-13", 13.50, MET),
        ("gug-hongkong-14", 14.00, NOT_MET),
        ("gug-hongkong-14", 14.01, MET),
        ("gug-minerva-12-14", 12.00, NOT_MET),
        ("gug-minerva-12-14", 12.01, UNKNOWN),
        ("gug-minerva-12-14", 14.00, UNKNOWN),
        ("gug-minerva-12-14", 14.01, MET),
    ],
)
def test_get_up_and_go(rule: str, value: float, verdict: Verdict) -> None:
    assert finding(rule, gug(value)).verdict is verdict


@pytest.mark.parametrize(
    ("age", "value", "verdict"),
    [
        (60, 9.0, NOT_MET),
        (69, 9.1, MET),
        (72, 10.2, NOT_MET),
        (72, 10.3, MET),
        (80, 12.7, NOT_MET),
        (99, 12.71, MET),
    ],
)
def test_get_up_and_go_norm(age: int, value: float, verdict: Verdict) -> None:
    assert finding("gug-norm-bohannon", gug(value), age=age).verdict is verdict


@pytest.mark.parametrize(
    ("sex", "height_cm", "value", "verdict"),
    [
        (Sex.MALE, 173.0, 6.99, NOT_MET),
        (Sex.MALE, 173.0, 7.00, MET),
        (Sex.MALE, 173.1, 5.99, NOT_MET),
        (Sex.MALE, 173.1, 6.00, MET),
        (Sex.FEMALE, 159.0, 6.99, NOT_MET),
        (Sex.FEMALE, 159.0, 7.00, MET),
        (Sex.FEMALE, 159.1, 5.99, NOT_MET),
        (Sex.FEMALE, 159.1, 6.00, MET),
    ],
)
def test_gait_by_sex_and_height(sex: Sex | None, height_cm: float, value: float, verdict: Verdict) -> None:
    assert finding("gait-kngf-annex4", gait(value), person(sex, height_cm)).verdict is verdict


@pytest.mark.parametrize(
    ("value", "verdict", "close"), [(6.88, NOT_MET, False), (6.90, NOT_MET, True), (7.01, MET, False)]
)
def test_gait_on_a_course_of_4_50_m(value: float, verdict: Verdict, close: bool) -> None:
    got = finding("gait-kngf-annex4", gait(value, course_m=4.5), person(Sex.MALE, 170.0))
    assert (got.verdict, got.close) == (verdict, close)


def test_gait_on_a_course_of_4_50_m_at_the_limit_itself() -> None:
    assert finding("gait-kngf-annex4", gait(7.00, course_m=4.5), person(Sex.MALE, 170.0)).verdict is MET


@pytest.mark.parametrize("sex", [None, Sex.OTHER])
@pytest.mark.parametrize(("value", "verdict"), [(5.99, NOT_MET), (6.00, UNKNOWN), (6.99, UNKNOWN), (7.00, MET)])
def test_gait_with_sex_unknown_has_a_verdict_only_where_both_limits_agree(
    sex: Sex | None, value: float, verdict: Verdict
) -> None:
    assert finding("gait-kngf-annex4", gait(value), person(sex, 165.0)).verdict is verdict


@pytest.mark.parametrize(("value", "verdict"), [(15.00, NOT_MET), (15.01, MET)])
def test_five_stands_by_ewgsop2(value: float, verdict: Verdict) -> None:
    assert finding("tcs-ewgsop2-15", five_stands(value)).verdict is verdict


@pytest.mark.parametrize(
    ("rule", "value", "verdict"),
    [
        ("tcs-buatois-15", 15.00, NOT_MET),
        ("tcs-buatois-15", 15.01, MET),
        ("tcs-vb-14", 13.99, NOT_MET),
        ("tcs-vb-14", 14.00, MET),
        ("tcs-guralnik-13", 13.59, NOT_MET),
        ("tcs-guralnik-13", 13.60, MET),
        ("tcs-healthabc-17", 17.05, NOT_MET),
        ("tcs-healthabc-17", 17.06, MET),
        ("tcs-klukowska-12", 12.39, NOT_MET),
        ("tcs-klukowska-12", 12.40, MET),
    ],
)
def test_five_stands_by_others(rule: str, value: float, verdict: Verdict) -> None:
    assert finding(rule, five_stands(value)).verdict is verdict


@pytest.mark.parametrize(
    ("age", "value", "verdict"), [(69, 11.4, NOT_MET), (69, 11.41, MET), (70, 12.6, NOT_MET), (89, 14.9, MET)]
)
def test_five_stands_norm(age: int, value: float, verdict: Verdict) -> None:
    assert finding("tcs-norm-bohannon", five_stands(value), age=age).verdict is verdict


@pytest.mark.parametrize(
    ("sex", "age", "count", "verdict"),
    [
        (Sex.FEMALE, 72, 9, MET),
        (Sex.FEMALE, 72, 10, NOT_MET),
        (Sex.MALE, 72, 11, MET),
        (Sex.MALE, 72, 12, NOT_MET),
        (Sex.FEMALE, 94, 3, MET),
        (Sex.FEMALE, 94, 4, NOT_MET),
        (None, 72, 9, MET),
        (None, 72, 11, UNKNOWN),
        (None, 72, 12, NOT_MET),
    ],
)
def test_thirty_seconds_norm(sex: Sex | None, age: int, count: float, verdict: Verdict) -> None:
    assert finding("tcs-norm-cdc-30s", thirty_seconds(count), person(sex), age).verdict is verdict


def test_evaluation_a_second_faster_is_within_the_error() -> None:
    before, now = (gug(value, walking_aid="none") for value in (14.0, 13.0))
    assert compare(before, now).kind is ChangeKind.WITHIN_ERROR


@pytest.mark.parametrize(("speed", "verdict"), [(0.80, MET), (0.81, NOT_MET)])
def test_gait_speed_by_ewgsop2(speed: float, verdict: Verdict) -> None:
    assert finding("gait-ewgsop2-08", result(TestName.GAIT, measure("speed", speed))).verdict is verdict
