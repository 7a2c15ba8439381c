"""When a treatment is evaluated, and whether anything improved by then."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from pathlib import Path

import pytest

from guideline.examples import gug
from teststation.guideline.evaluation import evaluate, improved_domains
from teststation.guideline.facts import Known, Value, fact, known
from teststation.guideline.planner import PlanState, load_moments, plan
from teststation.guideline.trend import Trend, fact_trends, result_trends
from teststation.i18n import Translator
from teststation.i18n.texts import TERMS
from teststation.model import TestResult, Verdict

DUTCH = Translator("nl")
START = dt.date(2026, 3, 2)
COMING, DUE, OVERDUE, DONE, MISSED = (PlanState[name] for name in ("COMING", "DUE", "OVERDUE", "DONE", "MISSED"))


def after(weeks: float) -> dt.date:
    return START + dt.timedelta(days=round(weeks * 7))


def states(today: float, visits: Sequence[float] = (), closed: float | None = None) -> dict[str, PlanState]:
    """Say where each evaluation is, in weeks after the beginning."""
    planned = plan(START, [after(w) for w in visits], after(today), None if closed is None else after(closed))
    return {each.moment.removeprefix("evaluation-"): each.state for each in planned}


def test_t18_three_and_six_weeks_and_the_closing_are_not_optional_and_nine_and_twelve_are() -> None:
    planned = plan(START, [], START)
    assert {each.moment for each in planned if not each.optional} == {
        "evaluation-3",
        "evaluation-6",
        "evaluation-closing",
    }
    assert {each.moment for each in planned if each.optional} == {"evaluation-9", "evaluation-12"}
    assert [each.due for each in planned] == [after(3), after(6), after(9), after(12), None]


@pytest.mark.parametrize(
    ("today", "third"),
    [(0, COMING), (1.9, COMING), (2, DUE), (3, DUE), (3.2, OVERDUE), (4.9, OVERDUE), (5, MISSED), (20, MISSED)],
)
def test_an_evaluation_comes_is_due_is_late_and_is_past(today: float, third: PlanState) -> None:
    assert states(today)["3"] is third


@pytest.mark.parametrize(
    ("visit", "third", "sixth"), [(0, OVERDUE, COMING), (2, DONE, COMING), (4.9, DONE, COMING), (5, MISSED, DONE)]
)
def test_a_visit_counts_as_the_evaluation_that_it_is_near(visit: float, third: PlanState, sixth: PlanState) -> None:
    found = states(max(visit, 4), [visit])
    assert (found["3"], found["6"]) == (third, sixth)


def test_the_first_visit_that_counts_is_named() -> None:
    planned = plan(START, [after(3.5), after(2.5), after(0)], after(4))
    assert planned[0].visit == after(2.5)


def test_a_closing_forestalls_what_would_come_after_and_asks_for_itself() -> None:
    assert states(4, [3], closed=4) == {"3": DONE, "closing": DUE}
    assert states(4.2, [3], closed=4) == {"3": DONE, "closing": OVERDUE}
    assert states(4, [3, 4], closed=4) == {"3": DONE, "closing": DONE}
    assert states(3, [3], closed=4)["closing"] is COMING
    assert states(8, [3, 6])["closing"] is COMING
    assert states(2.5, closed=3)["3"] is DUE
    assert states(3.2, closed=3) == {"3": MISSED, "closing": OVERDUE}


def test_a_visit_at_the_closing_counts_as_the_evaluation_too() -> None:
    assert states(6, [3, 6], closed=6) == {"3": DONE, "6": DONE, "closing": DONE}


def test_every_moment_and_state_has_its_words_and_none_of_ours_is_off() -> None:
    assert load_moments().off == ()
    assert {each.called for each in plan(START, [], START)} <= TERMS.keys()
    assert {f"plan.{state}" for state in PlanState} <= TERMS.keys()


@pytest.mark.parametrize("wrong", ["weeks = 3", "from_weeks = 3", "weeks = 3\nfrom_weeks = 4"])
def test_a_moment_without_sense_is_off(tmp_path: Path, wrong: str) -> None:
    (tmp_path / "moments.toml").write_text(
        f'[evaluation-3]\n{wrong}\nsource = "x"\nevidence = "own"\nversion = "1"\n', encoding="utf-8"
    )
    assert [off.id for off in load_moments(tmp_path).off] == ["evaluation-3"]


def facts(**values: Value) -> Known:
    return known(fact(code, value, at="2026-04-13") for code, value in values.items())


def at_six_weeks(now: Known, trends: Sequence[Trend] = (), weeks: float = 6) -> tuple[Verdict, str]:
    (found,) = evaluate(trends, now, START, after(weeks))
    return found.verdict, DUTCH.reason(found.reason)


def measured(before: TestResult, now: TestResult) -> tuple[Trend, ...]:
    return result_trends([[before], [now]])


SLIGHTLY_FASTER = measured(gug(14.0, walking_aid="none"), gug(13.0, walking_aid="none"))
UNCHANGED = fact_trends([facts(psk_1=6), facts(psk_1=6)])


def test_eval_within_error_and_complaints_unchanged_asks_the_therapist_first() -> None:
    verdict, said = at_six_weeks(facts(), (*SLIGHTLY_FASTER, *UNCHANGED))
    assert verdict is Verdict.UNKNOWN
    assert "niet hetzelfde als geen verbetering" in said


def test_eval_the_reminder_comes_only_when_the_therapist_says_so_too() -> None:
    verdict, said = at_six_weeks(facts(improvement_seen=False), (*SLIGHTLY_FASTER, *UNCHANGED))
    assert verdict is Verdict.MET
    assert said == (
        "Na 6 weken geen aantoonbare verbetering: overleg met de cliënt en overweeg verwijzing naar de huisarts."
    )
    assert at_six_weeks(facts(improvement_seen=True), SLIGHTLY_FASTER)[0] is Verdict.NOT_MET


@pytest.mark.parametrize(
    ("trends", "now", "domain"),
    [
        (fact_trends([facts(psk_1=6), facts(psk_1=5)]), {}, "klachten"),
        (fact_trends([facts(pain=6), facts(pain=4)]), {}, "pijn"),
        (fact_trends([facts(physical_functioning=50.0), facts(physical_functioning=60.0)]), {}, "dagelijks leven"),
        ((), {"daily_life_change": "better"}, "dagelijks leven"),
        (measured(gug(18.0, walking_aid="none"), gug(13.0, walking_aid="none")), {}, "tests"),
    ],
)
def test_one_domain_that_improved_is_enough_whatever_the_therapist_answers(
    trends: tuple[Trend, ...], now: dict[str, Value], domain: str
) -> None:
    for seen in ({}, {"improvement_seen": False}):
        verdict, said = at_six_weeks(facts(**now, **seen), (*trends, *UNCHANGED))
        assert (verdict, said) == (Verdict.NOT_MET, f"Na 6 weken verbeterd: {domain}.")


@pytest.mark.parametrize(
    "trends",
    [
        fact_trends([facts(psk_1=5), facts(psk_1=6)]),
        fact_trends([facts(pain=6), facts(pain=5)]),
        fact_trends([facts(pain=4), facts(pain=8)]),
        fact_trends([facts(kyphosis_angle=50), facts(kyphosis_angle=45)]),
        measured(gug(14.0, walking_aid="none"), gug(18.0, walking_aid="none")),
        measured(gug(24.0, walking_aid="rollator"), gug(14.0, walking_aid="none")),
    ],
)
def test_what_is_no_improvement_is_none(trends: tuple[Trend, ...]) -> None:
    assert improved_domains(trends, facts(daily_life_change="same")) == ()


def test_where_the_first_visit_does_not_compare_the_previous_one_does() -> None:
    with_aid, without = gug(24.0, walking_aid="rollator"), gug(18.0, walking_aid="none")
    trends = result_trends([[with_aid], [without], [gug(13.0, walking_aid="none")]])
    assert improved_domains(trends, facts()) == ("tests",)


def test_better_than_last_time_and_not_than_at_first_is_no_improvement() -> None:
    trends = result_trends([[gug(value, walking_aid="none")] for value in (14.0, 18.0, 13.5)])
    assert improved_domains(trends, facts()) == ()


def test_before_the_sixth_week_comes_near_nothing_is_asked() -> None:
    assert evaluate((), facts(improvement_seen=False), START, after(4.9)) == ()
    assert at_six_weeks(facts(improvement_seen=False), weeks=5)[0] is Verdict.MET
    assert at_six_weeks(facts(improvement_seen=False), weeks=30)[0] is Verdict.MET


def test_each_domain_is_named_once() -> None:
    trends = fact_trends([facts(psk_1=6, psk_2=7, pain=6), facts(psk_1=5, psk_2=5, pain=2)])
    assert at_six_weeks(facts(), trends)[1] == "Na 6 weken verbeterd: klachten, pijn."
