"""An attempt looked over: what counts and why, what may be changed of it, and events moved on the signal."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from teststation.i18n import Language
from teststation.model import Outcome, TestName
from teststation.tests.correcting import PLACED_S
from teststation.tui.agreement import Agreement
from teststation.tui.app import StationApp
from teststation.tui.flow import Flow
from teststation.tui.screens.marks import MarksPage
from teststation.tui.screens.result import ResultPage
from teststation.tui.screens.review import ReviewPage
from teststation.tui.screens.trial import TrialPage
from teststation.tui.visit import VisitProgress
from teststation.tui.widgets.signal_plot import SignalPlot
from tui.fakes import CLIENT, FakeBench, FakeRun, Hands, on, shown, station


@asynccontextmanager
async def at_review(
    *times: float,
    test: TestName = TestName.GUG,
    language: Language = "nl",
    size: tuple[int, int] = (80, 24),
    bench: FakeBench | None = None,
) -> AsyncIterator[tuple[StationApp, FakeRun, Hands]]:
    """Open the review of the last of several attempts."""
    app, bench = station(bench, language=language)
    async with app.run_test(size=size) as pilot:
        await app.workers.wait_for_complete()
        hands = Hands(app, pilot)
        visit = bench.visits.begin(CLIENT, 85, Agreement())
        Flow(app, VisitProgress(visit, CLIENT, bench.options, (test,), practice=False)).open()
        await hands.rest()
        await hands.press("space", "space")
        for number, seconds in enumerate(times):
            if number:
                await hands.press("space")
            bench.run.finish(seconds, hand_s=seconds + 0.3)
            assert isinstance(app.screen, TrialPage)
            app.screen._poll()
            await hands.rest()
        assert isinstance(app.screen, ReviewPage)
        yield app, bench.run, hands


async def test_both_attempts_stand_there_with_what_is_made_of_them() -> None:
    async with at_review(19.9) as (app, _, _hands):
        assert "poging 1: 19,9 s · nog te doen: 1; het gemiddelde telt" in shown(app)
    async with at_review(19.9, 20.3) as (app, _, _hands):
        assert "poging 1: 19,9 s · poging 2: 20,3 s · gemiddelde van 2 pogingen: 20,1 s ± 0,1" in shown(app)
    async with at_review(12.0, test=TestName.TCS) as (app, _, _hands):
        assert "poging 1: 12,0 s · één poging" in shown(app)


async def test_the_signal_has_room_in_the_smallest_window() -> None:
    async with at_review(19.9, 20.3) as (app, _, _hands):
        assert app.screen.query_one("#signal", SignalPlot).size.height >= 8


async def test_an_attempt_that_went_wrong_is_a_finding_and_a_slip_is_put_right() -> None:
    async with at_review(20.3) as (app, _, hands):
        await hands.press("n", "5")
        assert "LUKT NIET" in shown(app)
        await hands.press("u")
        assert "LUKT NIET" not in shown(app)
        await hands.press("x", "2")
        assert "ONGELDIG" in shown(app)
        await hands.press("u", "n", "1", "space")
        assert on(app, ResultPage)  # who fell is not asked again


@pytest.mark.parametrize(("keys", "by_s"), [(("right", "right", "minus"), 0.19), (("left", "plus"), -0.09)])
async def test_an_event_is_moved_in_steps_and_the_headline_follows(keys: tuple[str, ...], by_s: float) -> None:
    async with at_review(20.3) as (app, run, hands):
        found = run.found()
        assert found is not None
        seated = found.event("seated")
        before = found.measure("duration_from_cue")
        assert seated is not None
        assert before is not None
        await hands.press("m", *["down"] * 9)  # the last, however many there are
        assert "► weer zitten 20,30 s" in " ".join(shown(app).split())
        await hands.press(*keys)
        text = shown(app)
        assert f"{20.3 + by_s:.2f} s   gevonden: 20,30 s".replace(".", ",") in text
        assert f"startsein → zit: {20.3 + by_s:.2f} s (was 20,30 s)".replace(".", ",") in text
        assert not [asked for asked in run.asked if asked[0] == "move"]
        await hands.press("space")
        assert on(app, ReviewPage)
        assert run.asked[-1][1] == pytest.approx({("seated", None): seated.time_s + by_s})
        half = (0.1**2 + PLACED_S**2) ** 0.5
        assert f"► {20.3 + by_s:.2f} s ± {half:.2f}".replace(".", ",") in shown(app)
        assert "‘weer zitten’ is met de hand" in " ".join(shown(app).split())


async def test_what_was_moved_can_be_put_back_also_later() -> None:
    async with at_review(20.3) as (app, run, hands):
        await hands.press("m", "right", "space", "m")
        assert "gevonden: 0,40 s" in shown(app)
        await hands.press("u", "space")
        assert on(app, ReviewPage)
        assert run.asked[-1] == ("move", {})
        assert "met de hand" not in shown(app)


async def test_nothing_is_kept_of_what_was_only_tried() -> None:
    async with at_review(20.3) as (app, run, hands):
        await hands.press("m", "right", "right", "pageup")
        assert on(app, ReviewPage)
        await hands.press("m", "space")
        assert on(app, ReviewPage)
        assert not [asked for asked in run.asked if asked[0] == "move"]


async def test_an_event_does_not_pass_another_and_it_is_said() -> None:
    async with at_review(20.3) as (app, _, hands):
        await hands.press("m", *["left"] * 3, "down", *["left"] * 30)
        assert on(app, MarksPage)
        assert "nul seconden" in shown(app)


async def test_without_a_signal_no_event_is_moved() -> None:
    async with at_review(20.3, test=TestName.TCS) as (app, _, hands):  # of which the fake analysis has no events
        await hands.press("m")
        assert on(app, ReviewPage)
        assert "momenten" not in shown(app)


async def test_a_recording_of_an_attempt_that_did_not_end_can_still_be_named() -> None:
    async with at_review(20.3) as (app, run, hands):
        await hands.press("n", "1")
        trial = run.trial()
        assert trial is not None
        assert trial.outcome is Outcome.FELL
        assert "toch gelukt" in shown(app)
