"""The traps of the clinical reference, §2, each by its number."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from guideline.examples import (
    finding,
    five_stands,
    found,
    gait,
    gug,
    measure,
    person,
    result,
    thirty_seconds,
)
from guideline.known_people import findings, one, verdict
from reports.cases import written_cases
from teststation.guideline import ChangeKind, compare, judge, load_rules
from teststation.guideline.advice import CONFLICT, GOALS, advise, load_advice
from teststation.guideline.criteria import judge_facts, load_criteria
from teststation.guideline.facts import Known, fact, fact_catalogue
from teststation.guideline.frailty import frailty
from teststation.guideline.rand36 import load_scales
from teststation.guideline.tables import RULES_FOLDER
from teststation.i18n import Translator
from teststation.i18n.texts import REASONS as TEXTS
from teststation.i18n.texts import TERMS
from teststation.model import Client, Finding, Measure, Outcome, Sex, TestName, Verdict
from teststation.reports.case import case_of
from teststation.reports.letters import as_text, closing_letter, signal_letter, therapist_note

DUTCH = Translator("nl")


def said(judged: Finding) -> str:
    return DUTCH.reason(judged.reason)


def test_t1_every_rule_keeps_the_operator_that_its_source_prints() -> None:
    twenty = gug(20.00)
    assert finding("gug-kngf-20", twenty).verdict is Verdict.NOT_MET
    assert finding("gug-ewgsop2-20", twenty).verdict is Verdict.MET
    printed = {rule.id: rule.operator for rule in load_rules().rules}
    assert (printed["gug-kngf-20"], printed["gug-ewgsop2-20"]) == (">", "≥")
    assert (printed["gug-cdc-12"], printed["gug-wfg-15"], printed["gait-kngf-annex4"]) == ("≥", ">", "≥")


def test_t2_the_gait_limit_itself_is_slow() -> None:
    assert finding("gait-kngf-annex4", gait(7.00), person(Sex.MALE, 170.0)).verdict is Verdict.MET


@pytest.mark.parametrize(
    ("sex", "height_cm", "verdict"),
    [
        (Sex.MALE, 173.0, Verdict.NOT_MET),
        (Sex.MALE, 173.1, Verdict.MET),
        (Sex.MALE, 173.4, Verdict.MET),
        (Sex.FEMALE, 159.0, Verdict.NOT_MET),
        (Sex.FEMALE, 159.1, Verdict.MET),
        (Sex.FEMALE, 159.4, Verdict.MET),
    ],
)
def test_t3_a_height_on_the_edge_is_the_shorter_group_and_no_height_is_rounded(
    sex: Sex, height_cm: float, verdict: Verdict
) -> None:
    assert finding("gait-kngf-annex4", gait(6.5), person(sex, height_cm)).verdict is verdict


def test_t4_the_taller_have_the_shorter_time() -> None:
    short, tall = (finding("gait-kngf-annex4", gait(6.5), person(Sex.MALE, height)) for height in (165.0, 185.0))
    assert (short.verdict, tall.verdict) == (Verdict.NOT_MET, Verdict.MET)


def test_t5_a_course_of_4_50_m_is_judged_as_printed_and_says_the_time_over_15_feet() -> None:
    got = finding("gait-kngf-annex4", gait(6.90, course_m=4.5), person(Sex.MALE, 170.0))
    assert (got.verdict, got.close) == (Verdict.NOT_MET, True)
    assert "6,9 s" in said(got)
    assert "7,01 s" in said(got)


def test_t5_the_uncertainty_counts_over_15_feet_too() -> None:
    only_over_15_feet = gait(6.85, (6.80, 6.90), course_m=4.5)
    only_as_walked = gait(7.05, (6.97, 7.13), course_m=4.5)
    neither = gait(7.05, (7.01, 7.09), course_m=4.5)
    for unsure, close in ((only_over_15_feet, True), (only_as_walked, True), (neither, False)):
        assert finding("gait-kngf-annex4", unsure, person(Sex.MALE, 170.0)).close is close


@pytest.mark.parametrize("course_m", [3.0, 4.0, 4.4, 6.0, None])
def test_t5_no_other_course_gives_an_annex_4_verdict(course_m: float | None) -> None:
    got = finding("gait-kngf-annex4", gait(9.9, course_m=course_m), person(Sex.MALE, 170.0))
    assert (got.verdict, got.close) == (Verdict.UNKNOWN, False)


def test_t5_a_shorter_course_still_gives_a_speed() -> None:
    slow = result(TestName.GAIT, measure("crossing_time", 6.0), measure("speed", 0.5), course_m=3.0)
    assert finding("gait-ewgsop2-08", slow).verdict is Verdict.MET


def test_t6_the_indicator_of_weight_is_named_as_the_annex_does_and_says_that_it_is_the_bmi() -> None:
    thin = Client(code="K-001", height_cm=170.0, weight_kg=50.0)
    said_of_it = one("frailty-weight", findings(client=thin))
    assert said(said_of_it) == "Onbedoeld gewichtsverlies: ja – BMI: 17,3 kg/m² (criterium < 18,5)."
    lost = findings(weight_loss_unintended=True)
    assert verdict("frailty-weight", lost) is Verdict.UNKNOWN
    assert one("weight_loss_unintended", lost).source == "Fried et al. 2001"


def test_t7_the_count_is_the_guidelines_and_the_category_is_frieds_in_a_sentence_of_its_own() -> None:
    counted = frailty(findings(physical_functioning=50, vitality=30, activity=20))
    assert counted is not None
    assert "KNGF-bijlage 4" in DUTCH.reason(counted.count)
    assert "rail" not in DUTCH.reason(counted.count)
    assert "Fried" in said(counted.fried)
    assert "KNGF" not in said(counted.fried) + counted.fried.source


@pytest.mark.parametrize(
    ("fact", "value", "expected"),
    [
        ("physical_functioning", 75, Verdict.MET),
        ("physical_functioning", 75.01, Verdict.NOT_MET),
        ("vitality", 55, Verdict.NOT_MET),
        ("vitality", 54.99, Verdict.MET),
    ],
)
def test_t8_weakness_includes_its_limit_and_fatigue_does_not(fact: str, value: float, expected: Verdict) -> None:
    rule = {"physical_functioning": "frailty-weakness", "vitality": "frailty-fatigue"}[fact]
    answers: dict[str, Any] = {fact: value}
    assert verdict(rule, findings(**answers)) is expected


def test_t9_a_typed_score_will_do_and_items_are_numbers_with_six_codes_of_vitality() -> None:
    assert verdict("frailty-fatigue", findings(vitality=50)) is Verdict.MET
    vitality = load_scales().entries["vitality"]
    assert (vitality.items, vitality.highest_code) == ((23, 27, 29, 31), 6)
    assert not [code for code in TERMS if code.startswith(("item", "rand36"))]


@pytest.mark.parametrize("test", [five_stands(40.0), thirty_seconds(1), five_stands(40.0, stands=10)])
def test_t11_a_chair_stand_never_has_a_verdict_of_the_guideline(test: object) -> None:
    judged = judge(test, client=person(Sex.FEMALE, 165.0), age=72, context=True)  # type: ignore[arg-type]
    assert judged
    assert not [f for f in judged if f.evidence == "guideline" or "KNGF" in f.source or "KNGF" in said(f)]


def test_t11_no_rule_of_the_guideline_is_for_a_chair_stand() -> None:
    assert {rule.test for rule in load_rules().rules if rule.evidence == "guideline"} == {TestName.GUG, TestName.GAIT}
    assert load_rules().of(TestName.TCS, "primary") == ()


@pytest.mark.parametrize("formula", ["brzycki", "bryczki", "epley", "dohoney"])
def test_t12_no_load_is_made_of_repetitions(formula: str) -> None:
    """The formulas of annex 3 give impossible loads."""
    room = [*RULES_FOLDER.rglob("*.toml"), *RULES_FOLDER.parent.glob("*.py")]
    assert len(room) > 1
    assert [path.name for path in room if formula in path.read_text(encoding="utf-8").lower()] == []


def test_t19_hands_are_a_factor_in_both_tests_and_void_the_chair_stand_only() -> None:
    get_up = gug(12.0, hands_used=True)
    assert finding("factor-p1-hands", get_up).verdict is Verdict.MET
    assert finding("gug-kngf-20", get_up).verdict is Verdict.NOT_MET
    assert found(five_stands(12.0, hands_used=True), person(Sex.FEMALE), age=72) == {"factor-p1-hands"}
    assert found(thirty_seconds(8, hands_used=True), person(Sex.FEMALE), age=72) == {"factor-p1-hands"}
    assert "factor-p1-hands" not in found(gug(12.0))
    assert "factor-p1-hands" not in found(gait(5.0, hands_used=True))


def test_t20_the_timed_rule_says_that_it_is_one_of_time() -> None:
    rule = next(rule for rule in load_rules().rules if rule.id == "gug-kngf-20")
    assert (rule.unit, rule.measures) == ("s", ("duration_from_cue", "duration"))
    observed_grade = result(TestName.GUG, Measure(name="duration", value=3, unit="1", interval=(3, 3)))
    assert finding("gug-kngf-20", observed_grade).verdict is Verdict.UNKNOWN


def test_t13_nobody_is_asked_for_a_one_repetition_maximum() -> None:
    """The table of annex 3 gives other figures than its own formulas."""
    assert [code for code in fact_catalogue().kinds if "1rm" in code or "repetition" in code] == []


def test_t21_a_walking_time_is_judged_on_its_own_course_only() -> None:
    rules = load_rules().rules
    in_seconds = [rule for rule in rules if rule.test is TestName.GAIT and rule.unit == "s"]
    assert [(rule.id, rule.course and rule.course.length_m) for rule in in_seconds] == [("gait-kngf-annex4", 4.572)]
    assert not [rule.id for rule in rules if "sppb" in f"{rule.id} {rule.source}".lower()]


def test_t22_the_other_stop_rule_is_judged_with_a_warning() -> None:
    seated = result(TestName.TCS, measure("duration_5", 14.0), stands=5)
    standing = result(TestName.TCS, measure("duration_5", 14.0), measure("duration_5_standing", 13.0), stands=5)
    assert "in de bron stopte de klok staand" in said(finding("tcs-guralnik-13", seated))
    same = finding("tcs-guralnik-13", standing)
    assert same.measure == "duration_5_standing"
    assert "Let op" not in said(same)


def test_t22_a_source_that_does_not_say_how_the_clock_stopped_is_not_compared_in_silence() -> None:
    assert "De bron zegt niet" in said(finding("tcs-norm-bohannon", five_stands(12.0), age=72))


def test_t22_a_split_of_a_longer_test_is_judged_with_a_warning() -> None:
    assert "tussentijd na 5 keer" in said(finding("tcs-ewgsop2-15", five_stands(16.0, stands=10)))
    assert "tussentijd" not in said(finding("tcs-ewgsop2-15", five_stands(16.0)))


def test_t22_results_with_different_stop_rules_do_not_compare() -> None:
    standing = result(TestName.TCS, measure("duration_5_standing_from_cue", 12.0), stands=5)
    change = compare(five_stands(18.0), standing)
    assert change.kind is ChangeKind.NOT_COMPARABLE
    assert "stopregel" in DUTCH.reason(change.reason)


def test_t23_the_time_from_the_cue_goes_first() -> None:
    both = result(TestName.GUG, measure("duration", 19.6), measure("duration_from_cue", 20.4))
    got = finding("gug-kngf-20", both)
    assert (got.measure, got.verdict) == ("duration_from_cue", Verdict.MET)
    assert "eerste beweging" not in said(got)


def test_t23_without_a_cue_the_time_from_the_first_movement_is_judged_and_says_so() -> None:
    got = finding("gug-kngf-20", result(TestName.GUG, measure("duration", 19.6)))
    assert (got.measure, got.verdict) == ("duration", Verdict.NOT_MET)
    assert "eerste beweging" in said(got)


def test_t24_a_walk_is_timed_from_standing_still_and_compares_with_no_other_start() -> None:
    """What is judged begins when the first foot leaves the ground; a time from the cue is another measure."""
    from_cue = result(TestName.GAIT, measure("crossing_time_from_cue", 9.0), course_m=4.572)
    assert finding("gait-kngf-annex4", from_cue, person(Sex.MALE, 170.0)).verdict is Verdict.UNKNOWN
    assert compare(gait(9.0), from_cue).kind is ChangeKind.NOT_COMPARABLE


def test_t25_the_groningen_frailty_indicator_is_not_decided_on() -> None:
    named = [*fact_catalogue().kinds, *(rule.id for rule in load_rules().rules), *load_criteria().entries]
    assert [name for name in named if "gfi" in name] == []


@pytest.mark.parametrize(
    ("value", "verdict"),
    [(20.004, Verdict.NOT_MET), (20.005, Verdict.MET), (20.0049999, Verdict.NOT_MET), (20.014, Verdict.MET)],
)
def test_t28_values_are_compared_at_a_hundredth_with_halves_away_from_zero(value: float, verdict: Verdict) -> None:
    assert finding("gug-kngf-20", gug(value)).verdict is verdict


@pytest.mark.parametrize(
    ("value", "shown"), [(20.04, "20,04 s"), (19.98, "19,98 s"), (20.3, "20,3 s"), (22.41, "22,4 s"), (18.26, "18,3 s")]
)
def test_t28_a_value_is_shown_at_a_tenth_unless_that_hides_its_side(value: float, shown: str) -> None:
    assert said(finding("gug-kngf-20", gug(value))).startswith(shown)


def test_outcomes_do_not_count_as_a_grade() -> None:
    assert finding("gug-kngf-20", result(TestName.GUG, outcome=Outcome.UNABLE)).verdict is Verdict.UNKNOWN


def test_t14_every_goal_has_its_own_doses_and_none_is_merged() -> None:
    figures = {each.id: each.figures for each in load_advice().entries.values()}
    assert (figures["falls-muscle"]["low"], figures["falls-muscle"]["high"]) == (60, 70)
    assert (figures["bone-strength"]["low"], figures["bone-strength"]["high"]) == (70, 90)
    assert figures["strength-general"]["intensity"] == 50
    assert figures["falls-muscle"]["per_week"] == 3
    assert (figures["strength-general"]["from"], figures["strength-general"]["to"]) == (2, 3)
    assert "agelijks" in TEXTS["advice.bone-daily"]
    assert "hartfrequentie" in TEXTS["advice.endurance-heart-rate"]
    assert "VO2max" in TEXTS["advice.endurance-aerobic"]
    all_goals = Known({(code, None): fact(code, value=True, at="") for code in map("aim_{}".format, GOALS)})
    purposes = [each.purpose for each in advise(all_goals, judge_facts(all_goals)) if each.purpose in GOALS]
    assert list(dict.fromkeys(purposes)) == list(GOALS)
    assert sorted(purposes, key=GOALS.index) == purposes


def test_t15_where_sources_disagree_the_guideline_is_given_and_only_the_therapist_reads_of_it() -> None:
    conflicts = {each.id: each for each in load_advice().entries.values() if each.purpose == CONFLICT}
    assert {each.beside for each in conflicts.values()} == {
        "nutrition-protein",
        "bone-impact",
        "bone-load",
        "strength-general",
    }
    assert {each.therapist_only for each in conflicts.values()} == {True}
    protein = load_advice().entries["nutrition-protein"]
    assert protein.per_kg == {"least": 1, "most": 1.2}
    known = Known({(code, None): fact(code, value=True, at="") for code in ("aim_strength", "aim_bone")})
    given = {each.id: each for each in advise(known, judge_facts(known))}
    assert {"conflict-impact", "conflict-cycling", "conflict-once-a-week"} <= given.keys()
    assert "conflict-protein" not in given
    dossier = written_cases()["rollator_slow"].dossier()
    case = case_of(dossier)
    assert case.conclusion.advice_for(CONFLICT)
    for letter in (signal_letter, closing_letter):
        assert not [word for word in ("artikel", "column") if word in as_text(letter(DUTCH, case))]
    assert "artikel" in as_text(therapist_note(DUTCH, case))


@pytest.mark.parametrize(("age", "expected"), [(55, Verdict.NOT_MET), (56, Verdict.MET)])
def test_t16_at_fifty_five_the_checklist_says_no(age: int, expected: Verdict) -> None:
    assert verdict("c1-age", findings(age=age)) is expected


def test_t17_the_guidelines_own_limit_of_weight_is_kept_and_cited() -> None:
    low = one("c4-weight", findings(weight=66.9))
    assert (low.verdict, low.evidence) == (Verdict.MET, "guideline")
    assert "KNGF" in low.source
    assert verdict("c4-weight", findings(weight=60.0)) is verdict("c4-weight", findings(weight=66.9))


@pytest.mark.parametrize("height_cm", [172.0, 174.0])
def test_t26_a_height_that_was_reported_near_the_edge_leaves_slowness_open(height_cm: float) -> None:
    between = gait(6.5)
    reported = findings(between, client=person(Sex.MALE, height_cm, measured=False))
    measured = findings(between, client=person(Sex.MALE, height_cm, measured=True))
    assert verdict("frailty-slowness", reported) is Verdict.UNKNOWN
    assert verdict("frailty-slowness", measured) is not Verdict.UNKNOWN
    assert "niet gemeten" in said(finding("gait-kngf-annex4", between, person(Sex.MALE, height_cm, measured=False)))


def test_every_trap_of_the_reference_has_a_test_by_its_number() -> None:
    room = "".join(path.read_text(encoding="utf-8") for path in Path(__file__).parent.glob("test_*.py"))
    assert {int(number) for number in re.findall(r"def test_t(\d+)_", room)} == set(range(1, 29))
