"""What is asked in a visit: by one key each, with what cannot be told at its field, and kept; how few keys it takes."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from textual.widgets import Input

from guideline.test_hints import walk as walked
from teststation.guideline.criteria import questions_of
from teststation.guideline.facts import fact, known
from teststation.model import (
    Conditions,
    Confirmation,
    Fact,
    Finding,
    Outcome,
    Reason,
    Side,
    TestName,
    TestResult,
    Trial,
    Verdict,
    Visit,
    VisitKind,
)
from teststation.reports.told import TestDone
from teststation.store import utc_now
from teststation.tests.base import Options
from teststation.tui.agreement import Agreement
from teststation.tui.flow import Flow, progress_of
from teststation.tui.screens.choose import ChoosePage
from teststation.tui.screens.client import ClientPage, ConfirmPage
from teststation.tui.screens.conclusion import ConclusionPage
from teststation.tui.screens.entry import EntryPage
from teststation.tui.screens.more import MorePage
from teststation.tui.screens.page import Page
from teststation.tui.screens.questions import QuestionsPage
from teststation.tui.screens.start import StartPage
from teststation.tui.screens.stop import StopPage
from teststation.tui.topics import OTHERS, PROMPTS, Topic
from teststation.tui.visit import Attempt
from tui.fakes import CLIENT, FakeBench, Hands, shown
from tui.test_pages import poll, started

WALK, RISE = TestName.GAIT, TestName.TCS
HALTING_STEPS_S = (*[0.6] * 5, 2.5, *[0.6] * 5)


async def begin(app: Any, bench: FakeBench, hands: Hands, kind: VisitKind = VisitKind.FIRST) -> Flow:
    visit = bench.visits.begin(CLIENT, 85, Agreement(), kind)
    flow = Flow(app, progress_of(bench, visit, CLIENT, Agreement(), app.settings))
    flow.begin(fit=True)
    await hands.rest()
    return flow


def answers(bench: FakeBench) -> dict[str, Any]:
    """Give what was kept, the newest of each."""
    return {code: fact.value for (code, _), fact in known(bench.visits.entered).facts.items()}


def asked(app: Any) -> Topic:
    assert isinstance(app.screen, QuestionsPage)
    return app.screen._topic


# One key each


async def test_one_key_answers_all_that_is_open_and_goes_on() -> None:
    async with started() as (app, bench, hands):
        await begin(app, bench, hands)
        assert asked(app).name == "falls"
        await hands.press("2", "0")
        assert asked(app).name == "checklist"
        said = answers(bench)
        assert (said["fell_past_year"], said["worried_falling"], said["trouble_moving"]) == (False, True, False)


async def test_yes_and_no_go_a_line_on_and_a_yes_asks_what_hangs_on_it() -> None:
    async with started() as (app, bench, hands):
        await begin(app, bench, hands)
        assert "aantal keren" not in shown(app)
        await hands.press("j")
        assert "► [2]" in shown(app)
        assert "aantal keren gevallen" in shown(app)
        await hands.press("down", "down", "n", "space")
        assert answers(bench)["fell_past_year"] is True
        assert answers(bench)["seen_after_fall"] is False
        assert "fall_unconscious" not in answers(bench)


async def test_a_digit_turns_an_answer_and_an_answer_can_be_taken_back() -> None:
    async with started() as (app, bench, hands):
        await begin(app, bench, hands)
        await hands.press("2", "space", "pageup")  # yes; the next page; the tests
        assert answers(bench)["worried_falling"] is True
        await hands.press("m", "1", "2", "2", "space")  # no, not known
        assert isinstance(app.screen, MorePage)
        assert known(bench.visits.entered).value("worried_falling") is None


async def test_one_key_says_nothing_of_what_one_hopes_for() -> None:
    async with started() as (app, bench, hands):
        await begin(app, bench, hands)
        await hands.press("0", "0", "0")
        said = answers(bench)
        assert said["pain"] == 0
        assert said["corticosteroids"] == 0
        assert said["height_loss"] is False
        assert "walks_alone_safely" not in said
        assert "mmse" not in said


async def test_going_back_keeps_what_was_answered() -> None:
    async with started() as (app, bench, hands):
        await begin(app, bench, hands)
        await hands.press("2", "pageup")
        assert isinstance(app.screen, ChoosePage)
        assert answers(bench)["worried_falling"] is True
        await hands.press("space")
        assert asked(app).name == "falls"
        assert "[2] ✔ ja" in shown(app)


# Typed


@pytest.mark.parametrize(
    ("typed", "says"),
    [("11", "mogelijk is 0 tot 10"), ("veel", "geen getal")],
)
async def test_what_cannot_be_is_told_at_the_field_and_not_lost(typed: str, says: str) -> None:
    async with started((100, 30)) as (app, bench, hands):
        await begin(app, bench, hands)
        await hands.press("0", "0", "1")
        assert isinstance(app.screen, EntryPage)
        await hands.type(typed)
        await hands.press("pagedown")
        assert isinstance(app.screen, EntryPage)
        assert says in " ".join(shown(app).split())
        assert app.screen.query_one("#value-0", Input).value == typed
        await hands.press("pageup", "pageup")
        assert "pain" not in answers(bench)


async def test_answer_codes_of_a_form_are_read_out_beside_the_field_and_scored_at_once() -> None:
    async with started((100, 30)) as (app, bench, hands):
        flow = await begin(app, bench, hands)
        flow.ask(next(topic for topic in OTHERS if topic.name == "frailty"), flow.show_tests, flow.show_tests)
        await hands.rest()
        await hands.press("2")
        await hands.type("3323-")
        assert "3:3 4:3 5:2 6:3 7:-" in shown(app)
        assert "score" not in shown(app)
        await hands.press("enter")
        await hands.type("3454")
        assert "23:3 27:4 29:5 31:4 = score 60" in shown(app)
        await hands.press("pagedown")
        assert "5 codes gelezen, het zijn er 10" in " ".join(shown(app).split())
        await hands.type("21332")
        assert "score 72,22; met wat open is 65 tot 75" in " ".join(shown(app).split())
        await hands.press("pagedown")
        assert "3323-21332 (score 72,22; met wat open is 65 tot 75)" in " ".join(shown(app).split())
        await hands.press("space")
        assert answers(bench) == answers(bench) | {"physical_functioning_codes": "3323-21332", "vitality_codes": "3454"}
        assert flow.progress.known().number("vitality") == 60


async def test_a_walk_while_talking_is_recorded_for_a_hint_and_counts_for_no_time() -> None:
    async with started() as (app, bench, hands):
        flow = await begin(app, bench, hands)
        flow.ask(PROMPTS, flow.show_tests, flow.show_tests)
        await hands.rest()
        await hands.press("1", "w")
        assert "we praten wat" in " ".join(shown(app).split())
        assert "niet oefenen" not in shown(app)
        await hands.press("space")
        for again in (True, False):
            assert shown(app).lstrip().startswith("Lopen en praten")
            bench.run.finish(6.0)
            bench.run._trial = msgspec.structs.replace(bench.run._trial, analysis=walked(*HALTING_STEPS_S))
            await poll(hands)
            assert "Lopen en praten: telt niet mee." in shown(app)
            await hands.press("r" if again else "space")
        assert asked(app) is PROMPTS
        assert "[1] ✔ ja" in shown(app)
        assert " ".join(shown(app).split()).count("1× stilgestaan tijdens het praten, hoogstens 2,5 s.") == 2
        trials = flow.progress.trials[WALK]
        assert [(trial.practice, trial.conditions.talking, trial.number) for trial in trials] == [
            (True, True, 1),
            (True, True, 2),
        ]
        assert flow.progress.next_attempt(WALK) == Attempt(WALK, 1)


@pytest.mark.parametrize("outcome", Outcome)
async def test_of_a_walk_while_talking_only_a_fall_is_a_finding_of_the_gait_test(outcome: Outcome) -> None:
    async with started() as (app, bench, hands):
        flow = await begin(app, bench, hands)
        flow.ask(PROMPTS, flow.show_tests, flow.show_tests)
        await hands.rest()
        await hands.press("w", "space")
        bench.run.finish(6.0, outcome=outcome)
        await poll(hands)
        await hands.press("space")
        await app.workers.wait_for_complete()
        await hands.rest()
        if outcome is Outcome.FELL:
            assert flow.progress.conclusions[WALK].result.outcome is Outcome.FELL
        else:
            assert asked(app) is PROMPTS
            assert flow.progress.next_attempt(WALK) == Attempt(WALK, 1)


async def test_a_halt_in_a_walk_without_talk_says_nothing_of_stopping_to_talk() -> None:
    async with started() as (app, bench, hands):
        flow = await begin(app, bench, hands)
        trial = Trial(id="1", visit="v", test=WALK, number=1, started_at="", analysis=walked(*HALTING_STEPS_S))
        flow.progress.add(trial)
        assert [hint.factor for hint in flow.progress.hints()] == ["p7-step-continuity"]
        flow.ask(PROMPTS, flow.show_tests, flow.show_tests)
        await hands.rest()
        assert "stilgestaan" not in shown(app)


async def test_nothing_is_walked_for_what_no_walk_shows() -> None:
    async with started() as (app, bench, hands):
        await begin(app, bench, hands)
        assert "lopen en praten" not in shown(app)
        await hands.press("w")
        assert asked(app).name == "falls"


async def test_who_may_not_be_tested_does_not_walk_and_talk_either() -> None:
    async with started() as (app, bench, hands):
        flow = await begin(app, bench, hands)
        flow._keep_facts([fact("stop_chest_pain", True, at=utc_now())])
        flow.ask(PROMPTS, flow.show_tests, flow.show_tests)
        await hands.rest()
        await hands.press("w")
        assert isinstance(app.screen, StopPage)


async def test_a_probable_slip_is_asked_about() -> None:
    async with started((100, 30)) as (app, _, hands):
        await hands.press("space")
        await hands.type("k-017")
        await hands.press("enter", "enter", "enter", "enter")
        await hands.type("1,65")
        await hands.press("pagedown")
        said = " ".join(shown(app).split())
        assert "mogelijk is 100 tot 230 cm" in said
        assert "Bedoelt u 165" in said
        assert app.screen.query_one("#height", Input).value == "1,65"


async def test_numbers_are_typed_together_and_kept() -> None:
    async with started() as (app, bench, hands):
        flow = await begin(app, bench, hands)
        flow.ask(_other("Functional Reach"), flow.show_more, flow.show_more)
        await hands.rest()
        await hands.press("j")
        for centimetres in ("21", "22,5", "23"):
            await hands.type(centimetres)
            await hands.press("enter")
        assert isinstance(app.screen, QuestionsPage)
        assert "22,5 cm" in shown(app)
        await hands.press("space")
        assert [answers(bench)[f"functional_reach_{n}"] for n in (1, 2, 3)] == [21.0, 22.5, 23.0]


async def test_each_side_has_its_line() -> None:
    async with started() as (app, bench, hands):
        flow = await begin(app, bench, hands)
        flow.ask(_other("Staan: voeten naast elkaar, tandem, één been"), flow.show_more, flow.show_more)
        await hands.rest()
        await hands.press("5")
        await hands.type("7,5")
        await hands.press("pagedown", "space")
        assert known(bench.visits.entered).value("stance_one_leg", Side.RIGHT) == 7.5
        assert known(bench.visits.entered).value("stance_one_leg", Side.LEFT) is None


def _other(title: str) -> Topic:
    return next(topic for topic in OTHERS if topic.title == title)


# Whether to test


async def test_who_has_none_of_the_reasons_is_kept_as_such() -> None:
    async with started() as (app, bench, hands):
        await begin(app, bench, hands)
        assert {*questions_of("stop"), *questions_of("caution")} <= answers(bench).keys()


async def test_a_reason_not_to_test_stops_it_until_a_reason_is_given() -> None:
    async with started() as (app, bench, hands):
        await hands.press("space")
        await hands.type("k-017")
        await hands.press("pagedown", "n", "space")
        assert asked(app).name == "stop"
        await hands.press("1", "0")
        assert asked(app).name == "caution"
        await hands.press("0")
        assert isinstance(app.screen, StopPage)
        assert "pijn op de borst" in shown(app)
        await hands.press("space", "pageup", "1")  # the summary, the tests, the first test
        assert isinstance(app.screen, StopPage)
        await hands.press("t", "pagedown")  # without a reason
        assert isinstance(app.screen, StopPage)
        await hands.press("t")
        await hands.type("huisarts gebeld")
        await hands.press("pagedown")
        assert asked(app).name == "falls"
        assert answers(bench)["tested_all_the_same"] == "huisarts gebeld"
        assert bench.runs == []


# What is seen


async def test_prompts_are_left_out_with_one_reason() -> None:
    async with started() as (app, bench, hands):
        flow = await begin(app, bench, hands)
        flow.ask(flow.progress.topics()[-1], flow.open, flow.show_tests)
        await hands.rest()
        assert "Sta binnen handbereik" in " ".join(shown(app).split())
        await hands.press("1", "o", "4")
        said = answers(bench)
        assert said["factor_turn_360"] is True
        assert (said["skipped_one_leg_reach"], said["skipped_stops_talking"]) == ("no_room", "no_room")
        assert "skipped_turn_360" not in said


# The whole way


async def enter(hands: Hands, code: str = "k-017") -> None:
    await hands.press("space")
    await hands.type(code)
    await hands.press("pagedown")


async def walk(bench: FakeBench, hands: Hands, keys: dict[str, tuple[str, ...]]) -> int:
    """Go from the client's page to the first page again, by the usual keys; count the presses."""
    app, presses = hands._app, 0
    line_too = 2 * 1  # a walk has the line beside the cue
    for _ in range(60):
        page = app.screen
        if isinstance(page, StartPage):
            return presses
        name = page._topic.name if isinstance(page, QuestionsPage) else type(page).__name__
        if name == "TrialPage":
            presses += line_too if bench.run._trial.test is WALK else 1
            bench.run.finish(20.3)
            await poll(hands)
            continue
        usual = keys.get(name, ("space",))
        await hands.press(*usual)
        await app.workers.wait_for_complete()
        presses += len(usual)
    pytest.fail("the visit did not come to its end")


USUAL: dict[str, tuple[str, ...]] = {
    "falls": ("0",),
    "checklist": ("0",),
    "complaints": ("6", "7", "0"),
    "seen": ("0",),
    "prompts": ("o", "5"),
    "SummaryPage": ("p", "space"),
}


async def test_a_first_visit_takes_few_keys() -> None:
    async with started() as (app, bench, hands):
        await enter(hands)
        assert isinstance(app.screen, ConfirmPage)
        assert await walk(bench, hands, USUAL) <= 35
        assert len(bench.runs) == 6
        assert bench.papers_of == [CLIENT.code]


async def test_a_whole_visit_with_all_that_may_be_asked_stays_below_sixty() -> None:
    """Who fell, with factors of risk and of gait, and each prompt done."""
    async with started() as (_, bench, hands):
        await enter(hands)
        thorough = USUAL | {
            "falls": ("j", "down", "down", "n", "n", "j", "n", "space"),
            "checklist": ("1", "7", "0"),
            "seen": ("2", "4", "0"),
            "prompts": ("1", "2", "2", "3", "0"),
        }
        assert await walk(bench, hands, thorough) <= 60


async def test_a_screening_takes_few_keys_and_is_counted() -> None:
    async with started() as (app, bench, hands):
        app.screen.refresh_page()  # type: ignore[attr-defined]
        await hands.rest()
        assert "vandaag: 0" in shown(app)
        await hands.press("d")
        assert isinstance(app.screen, ClientPage)
        assert app.screen.query_one("#code", Input).value.startswith("S")
        await hands.press("pagedown")
        assert await walk(bench, hands, USUAL) <= 15
        assert [run._trial.test for run in bench.runs] == [TestName.GUG] * 3
        assert [visit.kind for visit, _ in bench.visits.begun] == [VisitKind.SCREENING]
        assert "vandaag: 1" in shown(app)


@pytest.mark.parametrize("same", [True, False])
async def test_a_follow_up_repeats_the_tests_of_its_baseline(same: bool) -> None:
    bench = FakeBench()
    bench.visits.clients[CLIENT.code] = CLIENT
    bench.visits.visits[CLIENT.code] = [Visit(id="first", client=CLIENT.code, started_at="2026-10-01T10:00:00Z")]
    under = Conditions(walking_aid="cane", stands=10, chair_height_cm=46.0)
    bench.visits.before = [TestResult(test=RISE, trials=(), headline_rule="none", conditions=under)]
    async with started(bench=bench) as (app, _, hands):
        await enter(hands)
        assert "vervolgbezoek" in shown(app)
        await hands.press("space", "space")
        assert asked(app).name == "complaints"
        await hands.press("0")
        assert "Timed Chair Stand: stok · 10 keer opstaan · stoel van 46 cm" in shown(app)
        await hands.press("space" if same else "n")
        assert isinstance(app.screen, ChoosePage)
        assert "Timed Chair Stand" in shown(app)
        assert "Get-Up-and-Go" not in shown(app)
        await hands.press("space")
        conditions = bench.run._trial.conditions
        assert conditions.walking_aid == ("cane" if same else "rollator")
        assert conditions.stands == bench.run.options.stands == (10 if same else bench.options.stands)
        assert bench.options == Options(), "the next visit's, also where this one is abandoned"


async def test_the_kind_of_visit_can_be_changed() -> None:
    async with started() as (app, bench, hands):
        await enter(hands)
        assert "Soort bezoek: eerste bezoek" in shown(app)
        await hands.press("k", "k", "space", "space")
        assert [visit.kind for visit, _ in bench.visits.begun] == [VisitKind.SCREENING]


# The summary


async def test_the_line_on_falls_is_made_of_all_that_is_known() -> None:
    async with started((100, 30)) as (app, bench, hands):
        flow = await begin(app, bench, hands)
        flow.show_summary()
        await hands.rest()
        assert "Aanwijzingen" not in shown(app)
        flow._keep_facts([Fact(code="fell_past_year", value=True, at="2026-11-22T12:00:00Z")])
        flow._keep_facts([Fact(code="factor_turning", value=True, at="2026-11-22T12:00:00Z")])
        app.screen.refresh_page()  # type: ignore[attr-defined]
        await hands.rest()
        said = " ".join(shown(app).split())
        assert "Aanwijzingen voor verhoogd valrisico: " in said
        assert "gevallen in het afgelopen jaar" in said
        assert "prognostische factoren gezien" in said


async def test_what_the_therapist_sets_aside_is_no_part_of_the_line_on_falls() -> None:
    async with started() as (app, bench, hands):
        flow = await begin(app, bench, hands)
        result = TestResult(test=TestName.GUG, trials=(), headline_rule="mean")
        found = Finding(
            rule="gug-kngf-20",
            measure="duration",
            verdict=Verdict.MET,
            reason=Reason("outcome_unable"),
            meaning="fall-risk-raised",
        )
        said = Confirmation(finding=0, agreed=False, at="2026-11-22T12:00:00Z", reason="in de war")
        flow.progress.conclude(TestName.GUG, TestDone(result=result, findings=(found,)))
        assert flow.progress.concluded().fall_risk is not None
        flow.progress.conclude(TestName.GUG, TestDone(result=result, findings=(found,), confirmations=(said,)))
        assert flow.progress.concluded().fall_risk is None


async def test_what_cannot_both_be_so_is_shown() -> None:
    async with started((100, 30)) as (app, bench, hands):
        flow = await begin(app, bench, hands)
        at = "2026-11-22T12:00:00Z"
        flow._keep_facts([Fact(code="slow_because_unable", value=True, at=at)])
        flow._keep_facts([Fact(code="walks_alone_safely", value=True, at=at)])
        flow.show_summary()
        await hands.rest()
        assert "Kan niet lopen, maar kan veilig alleen lopen" in shown(app)


async def test_what_the_visit_comes_to_is_told_with_who_is_to_be_told() -> None:
    async with started() as (app, bench, hands):
        flow = await begin(app, bench, hands)
        at = "2026-11-22T12:00:00Z"
        flow._keep_facts([Fact(code="falls_past_year", value=3, at=at), Fact(code="pain", value=4, at=at)])
        flow._keep_facts([Fact(code="goal_1", value="zelf naar de winkel", at=at)])
        flow.show_summary()
        await hands.rest()
        await hands.press("c")
        assert isinstance(app.screen, ConclusionPage)
        pages = [shown(app)]
        for _ in range(20):
            await hands.press("down")
            pages.append(shown(app))
        said = "\n".join(pages)
        for words in (
            "vaker dan één keer gevallen",
            "zelf naar de winkel",
            "Probleemgebieden",
            "pijn",
            "Wie u inlicht",
        ):
            assert words in said
        await hands.press("space", "pageup", "m")
        assert isinstance(app.screen, MorePage)


# The room that they need


@pytest.mark.parametrize("size", [(80, 24), pytest.param((160, 50), marks=pytest.mark.soak)])
async def test_every_topic_fits(size: tuple[int, int]) -> None:
    async with started(size) as (app, bench, hands):
        flow = await begin(app, bench, hands)
        for topic in (*flow.progress.topics(), *OTHERS):
            flow.ask(topic, flow.show_more, flow.show_more)
            await hands.rest()
            page = app.screen
            assert isinstance(page, Page)
            body = page.query_one("#body")
            assert body.virtual_size.height <= body.size.height, topic.name
            assert body.region.contains_region(page.query_one("#lines").region), topic.name
        flow.show_more()
        await hands.rest()
        assert app.screen.query_one("#body").virtual_size.height <= app.screen.query_one("#body").size.height
        assert isinstance(app.screen, MorePage)
