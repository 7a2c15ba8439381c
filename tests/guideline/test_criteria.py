"""The lists of criteria: both sides of every edge, what is missing, what is said, and files that are wrong."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from guideline.examples import five_stands, gait, gug, person, result
from guideline.known_people import DUTCH, findings, one, said, verdict
from teststation.guideline.criteria import (
    MEANINGS,
    fall_risk_line,
    judge_facts,
    load_criteria,
    met,
    none_of,
    questions_of,
)
from teststation.guideline.facts import Known, fact, fact_catalogue, known
from teststation.guideline.gather import gather
from teststation.guideline.movement_norm import load_norms
from teststation.i18n.texts import TERMS
from teststation.model import Client, Finding, Outcome, Sex, TestName, TestResult, Verdict

CRITERIA = load_criteria().entries
NOT_KNOWN = Known({})


def test_none_of_our_criteria_is_off() -> None:
    assert load_criteria().off == ()
    assert {each.meaning for each in CRITERIA.values()} == set(MEANINGS)


def test_everything_a_criterion_hangs_on_is_there_and_judged_before_it() -> None:
    kinds = fact_catalogue().kinds
    of_tests = {"gug-kngf-20", "gait-kngf-annex4", "test-not-safe", *load_norms().entries}
    order = {each.id: MEANINGS.index(each.meaning) for each in CRITERIA.values()}
    for each in CRITERIA.values():
        assert {condition.fact for condition in each.facts} <= kinds.keys()
        for code in (*each.rules, *each.also_met_by):
            assert code in of_tests or code in kinds or order[code] < order[each.id], f"{each.id}: {code}"


def test_everything_has_its_words() -> None:
    assert [each.called for each in CRITERIA.values() if each.called not in TERMS] == []
    assert [meaning for meaning in MEANINGS if meaning not in TERMS] == []
    assert [each.id for each in CRITERIA.values() if each.skipped_by and f"prompt.{each.id}" not in TERMS] == []


@pytest.mark.parametrize(
    ("rule", "code", "no", "yes"),
    [
        ("c1-age", "age", 55, 56),
        ("c4-weight", "weight", 67.0, 66.9),
        ("c5-corticosteroids", "corticosteroids", 7.5, 7.6),
        ("c9-cognition", "mmse", 24, 23),
        ("frailty-weakness", "physical_functioning", 80, 75),
        ("frailty-fatigue", "vitality", 55, 50),
        ("frailty-activity", "activity", 65, 64),
    ],
)
def test_both_sides_of_every_edge(rule: str, code: str, no: Any, yes: Any) -> None:
    assert verdict(rule, findings(**{code: no})) is Verdict.NOT_MET
    assert verdict(rule, findings(**{code: yes})) is Verdict.MET
    assert verdict(rule, findings()) is Verdict.UNKNOWN


@pytest.mark.parametrize(
    "rule",
    [each.id for each in CRITERIA.values() if each.is_question],
)
def test_every_question_is_met_by_yes_not_met_by_no_and_else_unknown(rule: str) -> None:
    question, meaning = CRITERIA[rule].facts[0].fact, CRITERIA[rule].meaning
    yes: dict[str, Any] = {question: True}
    no: dict[str, Any] = {question: False}
    assert verdict(rule, findings(**yes)) is Verdict.MET
    assert rule not in {found.rule for found in met(findings(**no), meaning)}
    assert rule not in {found.rule for found in met(findings(), meaning)}


@pytest.mark.parametrize(
    ("after_50", "vertebral", "expected"),
    [
        (True, None, Verdict.MET),
        (None, True, Verdict.MET),
        (False, None, Verdict.UNKNOWN),
        (False, False, Verdict.NOT_MET),
    ],
)
def test_c2_is_two_questions(after_50: bool | None, vertebral: bool | None, expected: Verdict) -> None:
    answers: dict[str, Any] = {"fracture_after_50": after_50, "vertebral_fracture": vertebral}
    given = {code: answer for code, answer in answers.items() if answer is not None}
    assert verdict("c2-fracture", findings(**given)) is expected


@pytest.mark.parametrize(("seen", "expected"), [({}, 0), ({"factor_turning": True}, 1), ({"factor_turning": False}, 0)])
def test_any_factor_seen_asks_for_a_full_examination_and_none_says_nothing(seen: dict[str, Any], expected: int) -> None:
    found = met(findings(**seen), "examine")
    assert len(found) == expected
    assert [said(each) for each in found] == [
        "Gang en balans volledig onderzoeken (FR, GUG): draaien bij het lopen gaat moeizaam."
    ] * expected


def test_a_prompt_that_was_left_out_says_why() -> None:
    found = findings(skipped_turn_360="no_room")
    assert one("p2-turn-360", found).verdict is Verdict.UNKNOWN
    assert said(one("p2-turn-360", found)) == "minder balans bij een hele draai (360°): niet gedaan (geen ruimte)."
    seen = findings(skipped_turn_360="no_room", factor_turn_360=True)
    assert verdict("p2-turn-360", seen) is Verdict.MET


def test_hands_in_a_chair_stand_are_the_first_factor_and_armrests_in_a_gug_are_not() -> None:
    hands = result(TestName.TCS, outcome=Outcome.STOPPED, hands_used=True)
    assert verdict("p1-rise", findings(hands)) is Verdict.MET
    assert verdict("p1-rise", findings(gug(14.0, hands_used=True))) is Verdict.UNKNOWN


ELIGIBLE: dict[str, dict[str, Any]] = {
    "assess-seen-after-fall": {"seen_after_fall": True},
    "assess-two-falls": {"falls_past_year": 2},
    "assess-fall-and-fracture-risk": {"falls_past_year": 1, "fracture_risk_high": True},
    "assess-fall-unconscious": {"falls_past_year": 1, "fall_unconscious": True},
    "assess-fall-and-mobility": {"falls_past_year": 1, "trouble_moving": True},
}


@pytest.mark.parametrize("rule", ELIGIBLE)
def test_each_trigger_of_a_full_assessment_from_65_years(rule: str) -> None:
    assert verdict(rule, findings(age=65, **ELIGIBLE[rule])) is Verdict.MET
    assert verdict(rule, findings(age=64, **ELIGIBLE[rule])) is Verdict.NOT_MET
    assert verdict(rule, findings(**ELIGIBLE[rule])) is Verdict.UNKNOWN


def test_one_fall_is_not_two() -> None:
    found = findings(age=80, falls_past_year=1)
    assert verdict("assess-two-falls", found) is Verdict.NOT_MET
    assert verdict("assess-fall-unconscious", found) is Verdict.UNKNOWN


def test_a_fall_of_which_the_number_is_not_known_may_be_two() -> None:
    found = findings(age=80, fell_past_year=True)
    assert verdict("yearly-fallen", found) is Verdict.MET
    assert verdict("assess-two-falls", found) is Verdict.UNKNOWN


def test_no_falls_are_none() -> None:
    assert verdict("yearly-fallen", findings(falls_past_year=0)) is Verdict.NOT_MET
    not_fallen = findings(age=80, fell_past_year=False)
    assert {each.verdict for each in not_fallen if each.meaning == "full-assessment"} == {Verdict.NOT_MET}


@pytest.mark.parametrize(
    ("test", "answers", "expected"),
    [
        (gug(20.01), {"trouble_moving": False}, Verdict.MET),
        (gug(12.0), {"trouble_moving": False}, Verdict.NOT_MET),
        (gug(12.0), {}, Verdict.UNKNOWN),
        (result(TestName.GUG, outcome=Outcome.UNABLE), {"trouble_moving": False}, Verdict.MET),
        (gait(7.1), {"trouble_moving": False}, Verdict.MET),
    ],
)
def test_a_test_can_show_the_problem_of_mobility(test: TestResult, answers: dict[str, Any], expected: Verdict) -> None:
    client = person(Sex.MALE, 180.0)
    assert verdict("mobility-problem", findings(test, client=client, **answers)) is expected


@pytest.mark.parametrize(("answers", "close"), [({"trouble_moving": False}, True), ({"trouble_moving": True}, False)])
def test_a_close_test_makes_close_what_hangs_on_it_and_nothing_else(answers: dict[str, Any], close: bool) -> None:
    near = gug(20.2, (19.9, 20.5))
    found = findings(near, age=80, falls_past_year=1, **answers)
    assert one("mobility-problem", found).close is close
    assert one("assess-fall-and-mobility", found).close is close
    assert one("assess-fall-and-mobility", found).verdict is Verdict.MET
    assert one("indication-gug", found).close
    assert not one("assess-two-falls", found).close


def test_a_close_verdict_is_said() -> None:
    found = findings(gait(6.95, (6.8, 7.1)), client=person(Sex.MALE, 170.0))
    assert said(one("frailty-slowness", found)) == (
        "Traagheid: nee. Nipt: de meting ligt dicht bij de grens. Meet nog eens."
    )


def test_the_line_of_a_visit_names_what_is_there_and_nothing_of_what_is_not() -> None:
    found = findings(gug(22.4), age=80, falls_past_year=2, factor_turning=True, fall_medicines=False, mmse=28)
    assert [each.rule for each in met(found, "indication")] == [
        "indication-falls",
        "indication-factors",
        "indication-gug",
    ]
    assert not [each for each in found if each.meaning == "indication" and each.verdict is not Verdict.MET]
    line = fall_risk_line(found)
    assert line is not None
    assert DUTCH.reason(line) == (
        "Aanwijzingen voor verhoogd valrisico: gevallen in het afgelopen jaar, prognostische factoren gezien, "
        "GUG boven de KNGF-grens."
    )


def test_the_line_of_a_visit_says_what_is_close() -> None:
    line = fall_risk_line(findings(gug(20.2, (19.9, 20.5)), falls_past_year=0))
    assert line is not None
    assert DUTCH.reason(line) == "Aanwijzingen voor verhoogd valrisico: GUG boven de KNGF-grens (nipt)."


def test_where_nothing_points_to_a_risk_there_is_no_line() -> None:
    assert fall_risk_line(findings(gug(9.0), age=80, falls_past_year=0, fall_medicines=False, mmse=30)) is None


@pytest.mark.parametrize(
    ("rule", "answers"),
    [
        ("unable-but-trusted", {"slow_because_unable": True, "walks_alone_safely": True}),
        ("not-fallen-but-counted", {"fell_past_year": False, "falls_past_year": 1}),
        ("fallen-but-none-counted", {"fell_past_year": True, "falls_past_year": 0}),
        ("seen-after-fall-but-not-fallen", {"seen_after_fall": True, "falls_past_year": 0}),
    ],
)
def test_what_cannot_both_be_so_is_shown(rule: str, answers: dict[str, Any]) -> None:
    assert [each.rule for each in met(findings(**answers), "contradiction")] == [rule]


def test_a_contradiction_is_said_as_it_is() -> None:
    (found,) = met(findings(fell_past_year=True, falls_past_year=0), "contradiction")
    assert said(found) == "Wel gevallen, maar nul keer."


def test_a_time_of_somebody_who_cannot_walk_is_a_contradiction() -> None:
    found = findings(gait(5.0), client=person(Sex.MALE, 170.0), slow_because_unable=True)
    assert [each.rule for each in met(found, "contradiction")] == ["unable-but-timed"]


def test_a_chair_stand_can_contradict_what_was_seen() -> None:
    assert [f.rule for f in met(findings(five_stands(12.0), factor_rise_hands=True), "contradiction")] == [
        "cannot-rise-but-did"
    ]
    with_hands = result(TestName.TCS, outcome=Outcome.STOPPED, hands_used=True)
    assert "can-rise-but-used-hands" in {f.rule for f in findings(with_hands, factor_rise_hands=False)}


def test_trusted_alone_and_a_test_that_was_not_safe_is_a_contradiction() -> None:
    found = findings(result(TestName.GUG, outcome=Outcome.FELL), walks_alone_safely=True)
    assert [each.rule for each in met(found, "contradiction")] == ["trusted-but-not-safe"]


def test_of_two_results_by_one_rule_the_one_that_is_met_counts() -> None:
    assert "indication-gug" in {each.rule for each in findings(gug(22.0), gug(12.0))}


def test_one_key_answers_a_list_with_no() -> None:
    stop = known(none_of("stop", at="1"))
    assert {stop.yes(code) for code in questions_of("stop")} == {False}
    assert len(questions_of("stop")) == 7
    assert [each.verdict for each in judge_facts(stop) if each.meaning == "stop"] == [Verdict.NOT_MET] * 7


def test_what_follows_from_the_client_gives_way_to_what_was_entered() -> None:
    client = Client(code="K-001", height_cm=160.0, weight_kg=70.0)
    assert gather([], client=client, age=70).number("bmi") == 27.34
    assert verdict("c4-weight", findings(client=client, weight=66.9)) is Verdict.MET


def test_an_impossible_height_of_a_client_gives_no_bmi() -> None:
    assert gather([], client=Client(code="K-001", height_cm=1.6, weight_kg=70.0)).number("bmi") is None


@pytest.mark.parametrize(
    ("height_cm", "weight_kg", "bmi", "expected"),
    [(150.0, 41.6, 18.49, Verdict.MET), (200.0, 74.0, 18.5, Verdict.NOT_MET)],
)
def test_a_bmi_of_18_49_is_met_and_of_18_50_is_not(
    height_cm: float, weight_kg: float, bmi: float, expected: Verdict
) -> None:
    client = Client(code="K-001", height_cm=height_cm, weight_kg=weight_kg)
    assert gather([], client=client).number("bmi") == bmi
    assert verdict("frailty-weight", findings(client=client)) is expected


ENTRY = """\
[stop_{name}]
label = "griep in huis"
source = "common-practice"
evidence = "{evidence}"
version = "1"
"""


def folder_with(folder: Path, file: str, text: str) -> Path:
    (folder / file).write_text(text, encoding="utf-8")
    return folder


def test_a_practice_may_add_a_question_in_one_place(tmp_path: Path) -> None:
    (tmp_path / "criteria").mkdir()
    folder_with(tmp_path / "criteria", "stop.toml", ENTRY.format(name="flu", evidence="own"))
    kind = fact_catalogue(tmp_path).kinds["stop_flu"]
    assert (kind.kind, kind.label) == ("yes_no", "griep in huis")
    found = judge_facts(NOT_KNOWN, criteria=load_criteria(tmp_path / "criteria"))
    assert said(found[0]) == "griep in huis: niet bekend."


@pytest.mark.parametrize(
    ("file", "text", "says"),
    [
        ("stopp.toml", ENTRY.format(name="flu", evidence="own"), "no such list"),
        ("stop.toml", ENTRY.format(name="flu", evidence="hearsay"), "evidence"),
        ("stop.toml", ENTRY.format(name="flu", evidence="own") + 'needs = "some"', "needs"),
        ("stop.toml", ENTRY.format(name="flu", evidence="own") + 'facts = [{ fact = "age", value = 3 }]', "operator"),
        ("stop.toml", "stop_flu = 3", "table"),
        ("stop.toml", "[stop_flu", ""),
    ],
)
def test_a_broken_criterion_is_off_says_why_and_gives_unknown(tmp_path: Path, file: str, text: str, says: str) -> None:
    table = load_criteria(folder_with(tmp_path, file, text))
    found = judge_facts(NOT_KNOWN, criteria=table)
    assert table.entries == {}
    assert [(each.verdict, each.meaning) for each in found] == [(Verdict.UNKNOWN, "rule-off")]
    assert says in said(found[0])


@pytest.mark.parametrize("answer", [True, False])
def test_a_criterion_from_memory_never_has_a_verdict(tmp_path: Path, answer: bool) -> None:
    from_memory, seen = (
        ENTRY.format(name="flu", evidence=evidence) + 'facts = [{ fact = "seen_after_fall", yes = true }]'
        for evidence in ("memory", "own")
    )
    stored = known([fact("seen_after_fall", answer, at="1")])

    def verdict_of(text: str) -> Verdict:
        load_criteria.cache_clear()
        return judge_facts(stored, criteria=load_criteria(folder_with(tmp_path, "stop.toml", text)))[0].verdict

    assert verdict_of(seen) is (Verdict.MET if answer else Verdict.NOT_MET)
    assert verdict_of(from_memory) is Verdict.UNKNOWN


def test_every_criterion_says_where_it_comes_from() -> None:
    found: list[Finding] = [each for each in findings() if each.meaning != "rule-off"]
    assert found
    assert all(each.source and each.evidence and each.version for each in found)
    own = {each.meaning for each in CRITERIA.values() if each.evidence == "own"}
    assert {each.source for each in CRITERIA.values() if each.evidence == "own"} == {"common-practice"}
    assert own == {"red-flag", "yellow-flag", "stop", "caution", "mobility", "indication", "contradiction"}
