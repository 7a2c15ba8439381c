"""What a visit comes to hangs on what is stored and on the rules alone, and what is not known changes nothing."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from guideline.examples import gait, gug, person
from guideline.known_people import DUTCH, one, verdict
from teststation.guideline import judge
from teststation.guideline.conclusion import Judged, conclude
from teststation.guideline.facts import FactKind, Known, Value, fact, fact_catalogue, known
from teststation.guideline.gather import gather
from teststation.model import Client, Confirmation, Fact, Finding, Sex, TestResult, Verdict

KINDS = {code: kind for code, kind in fact_catalogue().kinds.items() if kind.kind in {"yes_no", "whole", "choice"}}
CODES = st.lists(st.sampled_from(sorted(KINDS)), max_size=25, unique=True)
INDICATORS = {"physical_functioning": 75.0, "vitality": 55.0, "activity": 65}
unhurried = settings(deadline=None, max_examples=60)


def value_of(kind: FactKind) -> st.SearchStrategy[Value]:
    if kind.kind == "yes_no":
        return st.booleans()
    return st.sampled_from(kind.choices) if kind.kind == "choice" else st.integers(int(kind.low), int(kind.high))


@st.composite
def answered(draw: st.DrawFn) -> list[Fact]:
    return [fact(code, draw(value_of(KINDS[code])), at="2026-11-23T10:00:00Z") for code in draw(CODES)]


def of_tests(*results: TestResult, client: Client | None = None) -> list[Judged]:
    return [Judged(finding) for result in results for finding in judge(result, client=client)]


def not_agreed(judged: list[Judged], rule: str, why: str = "de stoel was te laag") -> list[Judged]:
    said = Confirmation(finding=0, agreed=False, at="2026-11-23T10:00:00Z", reason=why)
    return [msgspec.structs.replace(each, said=said) if each.finding.rule == rule else each for each in judged]


@unhurried
@given(facts=answered(), seconds=st.floats(5.0, 60.0), age=st.none() | st.integers(18, 115))
def test_the_same_facts_give_the_same_conclusion_in_whatever_order_they_come(
    facts: list[Fact], seconds: float, age: int | None
) -> None:
    tests = of_tests(gug(seconds))
    assert conclude(known(facts), tests, age=age) == conclude(known(reversed(facts)), tests, age=age)


@unhurried
@given(facts=answered(), data=st.data())
def test_what_is_forgotten_turns_no_verdict_round(facts: list[Fact], data: st.DataObject) -> None:
    """A criterion of what is known may only become unknown; one that lists what is there may only lose it."""
    less = data.draw(st.lists(st.sampled_from(facts), unique_by=lambda each: each.code)) if facts else []
    before = {each.rule: each.verdict for each in conclude(known(facts)).findings}
    for each in conclude(known(less)).findings:
        assert each.verdict is Verdict.UNKNOWN or before[each.rule] in {each.verdict, Verdict.UNKNOWN}


@unhurried
@given(
    scores=st.fixed_dictionaries({code: st.integers(0, 100) for code in INDICATORS}),
    forgotten=st.sets(st.sampled_from(sorted(INDICATORS))),
    weight_kg=st.floats(40.0, 90.0).map(lambda kg: round(kg, 1)),
    seconds=st.none() | st.floats(3.0, 12.0),
)
def test_an_unknown_never_changes_a_settled_category(
    scores: dict[str, int], forgotten: set[str], weight_kg: float, seconds: float | None
) -> None:
    client = Client(code="K-001", sex=Sex.MALE, height_cm=170.0, height_measured=True, weight_kg=weight_kg)
    walked = [] if seconds is None else of_tests(gait(seconds), client=client)

    def category(answers: dict[str, int]) -> Finding:
        facts = [fact(code, value, at="2026-11-23T10:00:00Z") for code, value in answers.items()]
        found = conclude(gather(facts, client=client), walked).frailty
        assert found is not None
        return found.fried

    whole = category(scores)
    part = category({code: value for code, value in scores.items() if code not in forgotten})
    assert part.verdict is Verdict.UNKNOWN or part.reason == whole.reason


@unhurried
@given(seconds=st.floats(19.0, 21.0), width=st.floats(0.0, 1.0))
def test_a_close_test_makes_the_line_close(seconds: float, width: float) -> None:
    judged = of_tests(gug(seconds, (seconds - width, seconds + width)))
    line = conclude(Known({}), judged).fall_risk
    test = next(each.finding for each in judged if each.finding.rule == "gug-kngf-20")
    assert (line is not None) == (test.verdict is Verdict.MET)
    if line is not None:
        assert ("nipt" in DUTCH.reason(line)) == test.close


def test_what_the_therapist_sets_aside_counts_for_nothing_and_is_not_hidden() -> None:
    slow = of_tests(gug(25.0))
    assert one("problem-fall-risk", conclude(Known({}), slow).findings).verdict is Verdict.MET
    aside = conclude(Known({}), not_agreed(slow, "gug-kngf-20"))
    assert aside.fall_risk is None
    assert aside.problem_areas == ()
    assert aside.aims == ()
    assert [each.finding.rule for each in aside.set_aside] == ["gug-kngf-20"]
    assert aside.set_aside[0].said is not None


def test_a_finding_that_was_not_met_is_not_named_when_it_is_set_aside() -> None:
    assert conclude(Known({}), not_agreed(of_tests(gug(15.0)), "gug-kngf-20")).set_aside == ()


@pytest.mark.parametrize(
    ("answers", "area"),
    [
        ({"activity": 64}, "problem-immobility"),
        ({"severe_immobility": True}, "problem-immobility"),
        ({"active_days": 0}, "problem-immobility"),
        ({"fell_past_year": True}, "problem-fall-risk"),
        ({"transfers_alone_safely": False}, "problem-fall-risk"),
        ({"vertebral_fracture": True}, "problem-after-fracture"),
        ({"pain": 1}, "problem-pain"),
    ],
)
def test_problem_areas(answers: dict[str, Any], area: str) -> None:
    facts = [fact(code, value, at="2026-11-23T10:00:00Z") for code, value in answers.items()]
    assert area in {each.rule for each in conclude(known(facts), age=70).problem_areas}
    assert conclude(known([]), age=70).problem_areas == ()


def test_pain_of_nothing_is_no_problem_area() -> None:
    assert conclude(known([fact("pain", 0, at="2026-11-23T10:00:00Z")])).problem_areas == ()


@pytest.mark.parametrize(
    ("answers", "duty"),
    [
        ({"walks_alone_safely": False}, "duty-inform"),
        ({"risk_seriously_raised": True}, "duty-inform"),
        ({"age": 65, "fell_past_year": True, "falls_past_year": 2}, "duty-inform"),
        ({"red_night_pain": True}, "duty-doctor"),
        ({"percussion_pain": True}, "duty-doctor"),
        ({"treatment_end": "2026-11-23"}, "duty-closing"),
    ],
)
def test_duties(answers: dict[str, Any], duty: str) -> None:
    facts = [fact(code, value, at="2026-11-23T10:00:00Z") for code, value in answers.items()]
    assert [each.rule for each in conclude(gather(facts)).duties] == [duty]
    assert conclude(gather([])).duties == ()


def test_goals_are_those_that_were_written_and_whether_they_were_reached() -> None:
    facts = [fact(code, value, at="2026-11-23T10:00:00Z") for code, value in (("goal_2", "tuin"), ("goal_1", "winkel"))]
    facts.append(fact("goal_2_reached", "partly", at="2026-11-23T10:00:00Z"))
    assert [(goal.text, DUTCH.term(goal.reached)) for goal in conclude(known(facts)).goals] == [
        ("winkel", ""),
        ("tuin", "deels bereikt"),
    ]


def test_the_sex_that_is_not_known_leaves_slowness_open_and_shows_both_limits() -> None:
    open_ = conclude(Known({}), of_tests(gait(6.5), client=person(None, 165.0)))
    assert verdict("frailty-slowness", open_.findings) is Verdict.UNKNOWN
    assert "6 of 7 s" in DUTCH.reason(one("gait-kngf-annex4", open_.findings).reason)
