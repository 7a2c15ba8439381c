"""What a result may say (PRACTICE 1–5): one side, the mark nipt, and not able as a finding."""

from __future__ import annotations

import pytest

from guideline.examples import finding, five_stands, found, gait, gug, measure, person, result, thirty_seconds
from teststation.guideline import judge, load_rules
from teststation.i18n import Translator
from teststation.model import Client, Finding, Measure, Outcome, Sex, TestName, TestResult, Verdict

DUTCH = Translator("nl")
NOT_SAFE = (Outcome.UNABLE, Outcome.UNSAFE, Outcome.STOPPED, Outcome.FELL)


def said(judged: Finding) -> str:
    return DUTCH.reason(judged.reason)


def test_below_the_limit_it_says_that_this_rules_nothing_out() -> None:
    assert said(finding("gug-kngf-20", gug(18.3))) == (
        "18,3 s is niet boven de KNGF-grens (20 s); sluit valrisico niet uit."
    )


def test_above_the_limit_it_says_what_that_points_to() -> None:
    assert said(finding("gug-kngf-20", gug(22.4))) == (
        "22,4 s is boven de KNGF-grens (20 s): aanwijzing voor verhoogd valrisico."
    )


def test_close_above_the_limit_it_asks_to_measure_again_and_to_treat_as_raised() -> None:
    got = finding("gug-kngf-20", gug(20.3, (19.9, 20.7)))
    assert (got.verdict, got.close) == (Verdict.MET, True)
    assert said(got) == "20,3 s: nipt boven de KNGF-grens (20 s). Meet nog eens; tot dan behandelen als verhoogd."


def test_close_below_the_limit_keeps_its_side_and_reassures_nobody() -> None:
    got = finding("gug-kngf-20", gug(19.8, (19.5, 20.1)))
    assert (got.verdict, got.close) == (Verdict.NOT_MET, True)
    assert said(got) == "19,8 s: nipt niet boven de KNGF-grens (20 s). Meet nog eens; sluit valrisico niet uit."


def test_trials_on_both_sides_are_close() -> None:
    got = finding("gug-kngf-20", gug(20.1, trials=(19.9, 20.3), headline_rule="mean"))
    assert (got.verdict, got.close) == (Verdict.MET, True)
    assert not finding("gug-kngf-20", gug(20.3, trials=(20.1, 20.5), headline_rule="mean")).close


def test_trials_speak_of_the_headline_only() -> None:
    crossing = result(TestName.GAIT, measure("crossing_time", 5.7), measure("speed", 0.81), trials=(0.7, 0.9))
    assert not finding("gait-ewgsop2-08", crossing).close


def test_a_lower_bound_meets_a_rule_once_it_has_passed_the_limit() -> None:
    def aborted(after_s: float) -> TestResult:
        return result(TestName.GUG, measure("duration", after_s, at_least=True), outcome=Outcome.STOPPED)

    met = finding("gug-kngf-20", aborted(34.0))
    assert met.verdict is Verdict.MET
    assert said(met).startswith("> 34,0 s is boven de KNGF-grens (20 s)")
    assert finding("gug-kngf-20", aborted(20.0)).verdict is Verdict.UNKNOWN
    assert finding("gug-kngf-20", aborted(12.0)).verdict is Verdict.UNKNOWN


def test_a_lower_bound_of_a_count_never_has_a_verdict() -> None:
    few = result(TestName.TCS, measure("repetitions_30_s", 2, at_least=True), seconds=30.0)
    assert finding("tcs-norm-cdc-30s", few, person(Sex.FEMALE), 72).verdict is Verdict.UNKNOWN


@pytest.mark.parametrize("outcome", NOT_SAFE)
def test_not_able_is_a_finding_of_its_own_and_comes_first(outcome: Outcome) -> None:
    judged = judge(result(TestName.GUG, outcome=outcome))
    assert (judged[0].rule, judged[0].verdict) == ("test-not-safe", Verdict.MET)
    assert "nader onderzoek" in said(judged[0])
    assert finding("gug-kngf-20", result(TestName.GUG, outcome=outcome)).verdict is Verdict.UNKNOWN


@pytest.mark.parametrize("outcome", [Outcome.DONE, Outcome.REFUSED, Outcome.INVALID])
def test_other_ends_are_no_finding(outcome: Outcome) -> None:
    assert "test-not-safe" not in found(result(TestName.GUG, outcome=outcome))


@pytest.mark.parametrize("outcome", NOT_SAFE)
def test_nobody_who_did_not_finish_safely_is_below_a_limit(outcome: Outcome) -> None:
    judged = judge(gug(12.0, outcome=outcome), age=65, context=True)
    assert Verdict.NOT_MET not in {f.verdict for f in judged}


def test_with_physical_help_a_rule_is_never_not_met() -> None:
    judged = judge(gug(12.0, physical_help=True), age=65, context=True)
    assert judged[0].rule == "test-not-safe"
    assert Verdict.NOT_MET not in {f.verdict for f in judged}
    above = finding("gug-kngf-20", gug(25.0, physical_help=True))
    assert above.verdict is Verdict.MET
    assert "niet zelfstandig volbracht" in said(above)


def test_one_refused_trial_leaves_the_other() -> None:
    assert finding("gug-kngf-20", gug(25.0, outcome=Outcome.REFUSED)).verdict is Verdict.MET


def test_an_invalid_result_has_no_verdict() -> None:
    assert finding("gug-kngf-20", gug(25.0, outcome=Outcome.INVALID)).verdict is Verdict.UNKNOWN


@pytest.mark.parametrize(
    ("height_cm", "verdict"),
    [
        (170.9, Verdict.NOT_MET),
        (171.0, Verdict.UNKNOWN),
        (173.0, Verdict.UNKNOWN),
        (175.0, Verdict.UNKNOWN),
        (175.1, Verdict.MET),
    ],
)
@pytest.mark.parametrize("measured", [False, None])
def test_a_reported_height_near_the_edge_leaves_both_limits_open(
    height_cm: float, verdict: Verdict, measured: bool | None
) -> None:
    got = finding("gait-kngf-annex4", gait(6.5), person(Sex.MALE, height_cm, measured=measured))
    assert got.verdict is verdict
    assert ("6 of 7 s" in said(got)) == (verdict is Verdict.UNKNOWN)


def test_a_reported_height_near_the_edge_shows_both_limits_where_they_agree_too() -> None:
    got = finding("gait-kngf-annex4", gait(7.5), person(Sex.FEMALE, 160.0, measured=False))
    assert got.verdict is Verdict.MET
    assert "6 of 7 s" in said(got)
    assert "niet gemeten" in said(got)
    assert "niet gemeten" not in said(finding("gait-kngf-annex4", gait(7.5), person(Sex.FEMALE, 160.0)))


@pytest.mark.parametrize(
    ("client", "missing"),
    [
        (None, "het geslacht en de gemeten lengte"),
        (person(None, 165.0), "het geslacht"),
        (person(Sex.MALE), "de gemeten lengte"),
        (person(Sex.OTHER), "het geslacht en de gemeten lengte"),
    ],
)
def test_it_says_what_is_missing(client: Client | None, missing: str) -> None:
    assert said(finding("gait-kngf-annex4", gait(6.5), client)).endswith(f"ontbreekt: {missing}.")


def test_a_norm_needs_the_age_at_the_visit() -> None:
    of_80 = Client(code="K-001", birth_year=1945, sex=Sex.FEMALE)
    assert "gug-norm-bohannon" not in found(gug(10.0), of_80)
    assert "gug-norm-bohannon" in found(gug(10.0), of_80, age=80, context=False)
    assert "gug-norm-bohannon" not in found(gug(10.0), of_80, age=59)
    assert "tcs-norm-cdc-30s" not in found(thirty_seconds(9), of_80, age=95)


def test_a_count_of_thirty_seconds_is_compared_only_where_the_test_was_of_thirty_seconds() -> None:
    counted_along = result(TestName.TCS, measure("duration_5_from_cue", 12.0), measure("repetitions_30_s", 5), stands=5)
    assert "tcs-norm-cdc-30s" not in found(counted_along, person(Sex.FEMALE), age=72)


def test_a_norm_has_the_meaning_norm_and_rules_nothing_out() -> None:
    got = finding("gug-norm-bohannon", gug(9.0), age=72)
    assert (got.meaning, got.verdict) == ("norm", Verdict.NOT_MET)
    assert said(got) == (
        "9,0 s: niet slechter dan gemiddeld voor mensen van 70–79 jaar (9,2 s; 95 %-interval 8,2–10,2 s); "
        "sluit valrisico niet uit."
    )


def test_second_opinions_only_when_asked_for() -> None:
    assert found(gug(25.0), age=72, context=False) == {"gug-kngf-20", "gug-norm-bohannon"}
    assert {"gug-cdc-12", "gug-wfg-15"} <= found(gug(25.0))


def test_the_guidelines_verdict_does_not_depend_on_the_second_opinions() -> None:
    def of_the_guideline(context: bool) -> list[Finding]:
        return [f for f in judge(gug(15.0), context=context) if f.evidence == "guideline"]

    assert of_the_guideline(context=True) == of_the_guideline(context=False)


def test_what_is_from_memory_gives_no_verdict() -> None:
    from_memory = [rule for rule in load_rules().rules if rule.evidence == "memory"]
    assert from_memory
    assert {rule.role for rule in from_memory} == {"context"}
    for value in (1.0, 11.99, 12.0, 60.0):
        judged = judge(five_stands(value), client=person(Sex.MALE), age=70, context=True)
        assert {f.verdict for f in judged if f.evidence == "memory"} == {Verdict.UNKNOWN}


def test_being_unable_counts_where_the_source_says_so() -> None:
    unable = result(TestName.TCS, outcome=Outcome.UNABLE, stands=5)
    assert finding("tcs-vb-14", unable).verdict is Verdict.MET
    assert found(unable) == {"test-not-safe", "tcs-vb-14"}


def test_an_expected_value_has_no_verdict() -> None:
    ten = result(TestName.TCS, measure("duration_10_from_cue", 20.02), stands=10)
    got = finding("tcs-10-csuka", ten, person(Sex.MALE), age=70)
    assert got.verdict is Verdict.UNKNOWN
    assert said(got).startswith("20,02 s is 110 % van de verwachte waarde voor iemand van 70 jaar (18,2 s")
    assert "niet in de bron nagezien" in said(got)
    assert "tcs-10-csuka" not in found(ten, person(None), age=70)
    assert "tcs-10-csuka" not in found(ten, person(Sex.MALE))
    assert "tcs-10-women-60-79" in found(ten, person(Sex.FEMALE), age=79)


def test_a_lower_bound_or_another_unit_is_not_held_against_an_expected_value() -> None:
    aborted = measure("duration_10_from_cue", 20.0, at_least=True)
    minutes = Measure(name="duration_10_from_cue", value=0.3, unit="min", interval=(0.3, 0.3))
    for odd in (aborted, minutes):
        assert "tcs-10-csuka" not in found(result(TestName.TCS, odd, stands=10), person(Sex.MALE), age=70)


def test_a_measure_in_another_unit_is_not_judged() -> None:
    odd = result(TestName.GUG, Measure(name="duration", value=25.0, unit="ms", interval=(25.0, 25.0)))
    assert finding("gug-kngf-20", odd).verdict is Verdict.UNKNOWN


def test_postures_are_not_judged() -> None:
    assert judge(TestResult(test=TestName.POSTURES, trials=(), headline_rule="none")) == ()


def test_every_finding_carries_its_rule_version_source_and_evidence() -> None:
    for judged in judge(gug(25.0), age=72, context=True):
        assert judged.version
        assert judged.source
        assert judged.evidence
