"""What a visit comes to hangs on what is stored and on the rules alone, and what is not known changes nothing."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from guideline.examples import gait, gug, person
from guideline.known_people import DUTCH, one, verdict
from teststation.guideline import judge
from teststation.guideline.conclusion import Conclusion, Judged, conclude
from teststation.guideline.facts import (
    OPEN_TO_SAY,
    FactKind,
    Known,
    Value,
    fact,
    fact_catalogue,
    known,
    lasting,
    said_of,
)
from teststation.guideline.gather import gather
from teststation.model import Client, Confirmation, Fact, Finding, Sex, TestResult, TeststationError, Verdict

KINDS = {
    code: kind for code, kind in fact_catalogue().kinds.items() if kind.kind in {"yes_no", "whole", "choice", "said"}
}
AT = "2026-11-23T10:00:00Z"
CODES = st.lists(st.sampled_from(sorted(KINDS)), max_size=25, unique=True)
INDICATORS = {"physical_functioning": 75.0, "vitality": 55.0, "activity": 65}
unhurried = settings(deadline=None, max_examples=60)


def value_of(kind: FactKind) -> st.SearchStrategy[Value]:
    if kind.kind == "yes_no":
        return st.booleans()
    if kind.kind == "said":
        return st.just(True) | st.just("niet zo")
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
    """A criterion of what is known may only become unknown; one that lists what is there may only lose it.

    Of answers that contradict each other the one that is left says the other thing; the therapist is shown both.
    """
    whole = conclude(known(facts))
    assume(not whole.met("contradiction"))
    less = data.draw(st.lists(st.sampled_from(facts), unique_by=lambda each: each.code)) if facts else []
    before = {each.rule: each.verdict for each in whole.findings}
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
    assert [each.rule for each in aside.set_aside] == ["gug-kngf-20"]
    assert "de stoel was te laag" in DUTCH.reason(aside.set_aside[0].reason)


def test_a_finding_that_was_not_met_is_not_named_when_it_is_set_aside() -> None:
    assert conclude(Known({}), not_agreed(of_tests(gug(15.0)), "gug-kngf-20")).set_aside == ()


AFTER_A_FALL: dict[str, Value] = {"falls_past_year": 2, "pain": 3, "active_days": 0, "transfers_alone_safely": False}


def concluded_with(**said: Value) -> Conclusion:
    """Conclude a visit after a fall, of which the therapist says something by the id of a criterion."""
    facts = [fact(code, value, at=AT) for code, value in AFTER_A_FALL.items()]
    facts += [fact(said_of(rule.replace("_", "-")), value, at=AT) for rule, value in said.items()]
    return conclude(gather(facts, age=80), age=80)


def test_what_follows_from_facts_counts_for_nothing_either_once_it_is_set_aside() -> None:
    assert {"problem-fall-risk", "problem-pain"} <= {each.rule for each in concluded_with().problem_areas}
    assert {"falls", "strength"} <= set(concluded_with().aims)
    aside = concluded_with(problem_fall_risk="tijdelijk, gaat over")
    assert "problem-fall-risk" not in {each.rule for each in aside.problem_areas}
    assert "problem-pain" in {each.rule for each in aside.problem_areas}
    assert set(aside.aims) & {"falls", "strength"} == set()
    assert not [each for each in aside.advice if each.purpose in {"falls", "strength"}]
    (not_so,) = aside.set_aside
    assert DUTCH.reason(not_so.reason).endswith(" Reden: tijdelijk, gaat over.")
    assert aside.fall_risk == concluded_with().fall_risk


def test_a_letter_is_not_due_where_the_therapist_sees_no_duty() -> None:
    assert "duty-inform" in {each.rule for each in concluded_with().duties}
    assert concluded_with(duty_inform="andere reden, zie de notitie").duties == ()


def test_an_indicator_that_is_set_aside_leaves_the_count_open() -> None:
    little = fact("activity", 20, at=AT)
    before = conclude(known([little])).frailty
    aside = conclude(known([little, fact(said_of("frailty-activity"), "was met vakantie", at=AT)])).frailty
    assert before is not None
    assert aside is not None
    assert (before.met, before.most) == (1, 5)
    assert (aside.met, aside.most) == (0, 5)


def test_what_the_therapist_confirms_is_what_it_was_and_stops_being_so_with_its_facts() -> None:
    before, after = concluded_with(), concluded_with(problem_pain=True)
    assert after.findings == before.findings
    pain = one("problem-pain", after.findings)
    assert (before.confirmed(pain), after.confirmed(pain)) == (False, True)
    no_more = [fact("pain", 0, at=AT), fact(said_of("problem-pain"), True, at=AT)]
    assert conclude(known(no_more)).problem_areas == ()


def test_of_everything_in_the_lists_that_is_more_than_an_answer_something_can_be_said() -> None:
    open_to_say = concluded_with().open_to_say()
    assert {"problem-pain", "duty-inform", "assess-two-falls", "c1-age"} <= {each.rule for each in open_to_say}
    assert {each.meaning for each in open_to_say} <= OPEN_TO_SAY
    assert all(each.verdict is Verdict.MET for each in open_to_say)


def test_what_was_not_found_cannot_be_set_aside_and_a_no_needs_a_reason() -> None:
    assert conclude(known([fact(said_of("problem-pain"), "ander", at=AT)])).set_aside == ()
    with pytest.raises(TeststationError, match="fact_other_kind"):
        fact(said_of("problem-pain"), False, at=AT)


def test_what_was_said_of_a_visit_does_not_stand_in_the_next() -> None:
    facts = [fact("pain", 3, at=AT), fact(said_of("problem-pain"), "ander", at=AT)]
    assert [each.code for each in lasting(facts)] == ["pain"]


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
