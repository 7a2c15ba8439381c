"""Every state that a page can show, driven by keys as a therapist presses them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from textual import events
from textual.widgets import Input

from teststation.i18n import Language
from teststation.model import Outcome, Reason, Source, TestName, Verdict
from teststation.station import Link, State
from teststation.tui.agreement import Agreement
from teststation.tui.app import StationApp
from teststation.tui.flow import Flow
from teststation.tui.screens.client import ClientPage, ConfirmPage
from teststation.tui.screens.fall import FallPage
from teststation.tui.screens.trial import TrialPage
from teststation.tui.visit import VisitProgress
from teststation.tui.widgets.block_digits import GLYPH_ROWS, BlockDigits
from tui.fakes import CLIENT, FakeBench, Hands, Longer, shown, station


@asynccontextmanager
async def started(
    size: tuple[int, int] = (80, 24), *, language: Language = "nl", bench: FakeBench | None = None
) -> AsyncIterator[tuple[StationApp, FakeBench, Hands]]:
    app, bench = station(bench, language=language)
    async with app.run_test(size=size) as pilot:
        await app.workers.wait_for_complete()
        await pilot.pause()
        yield app, bench, Hands(app, pilot)


def open_visit(app: StationApp, bench: FakeBench, tests: tuple[TestName, ...] = (TestName.GUG,)) -> Flow:
    """Begin a visit past the form, without practice."""
    visit = bench.visits.begin(CLIENT, 85, Agreement())
    app.person = CLIENT.code
    flow = Flow(app, VisitProgress(visit, CLIENT, bench.options, tests, practice=False))
    flow.open()
    return flow


@asynccontextmanager
async def at_armed(
    size: tuple[int, int] = (80, 24),
    *,
    test: TestName = TestName.GUG,
    language: Language = "nl",
    bench: FakeBench | None = None,
) -> AsyncIterator[tuple[StationApp, FakeBench, Hands]]:
    async with started(size, language=language, bench=bench) as (app, bench_, hands):
        open_visit(app, bench_, (test,))
        await hands.press("space", "space")
        assert isinstance(app.screen, TrialPage)
        yield app, bench_, hands


async def poll(hands: Hands) -> None:
    """Let the page look at the run once."""
    if isinstance(page := hands._app.screen, TrialPage):
        page._poll()
    await hands.rest()


# Start and client


async def test_the_first_page_says_what_is_ready() -> None:
    async with started() as (app, _, _hands):
        assert "HUISBEZOEK" in shown(app)
        assert "● opslag" in shown(app)


async def test_a_client_is_entered_field_by_field_and_asked_about() -> None:
    async with started() as (app, _, hands):
        await hands.press("space")
        for text in ("k-017", "1941", "", "v", "163,5", "g", "61,5", "4"):
            await hands.type(text)
            await hands.press("enter")
        assert isinstance(app.screen, ConfirmPage)
        assert "K-017 · 1941 · v · rollator – klopt dit?" in shown(app)
        await hands.press("pageup")
        assert isinstance(app.screen, ClientPage)
        assert app.screen.query_one("#height", Input).value == "163,5"


async def test_what_is_typed_ahead_goes_where_it_was_meant_for() -> None:
    async with started() as (app, _, hands):
        await hands.press("space")
        for key in (*"k-017", "enter", *"1941", "enter", "enter", "v"):
            app.post_message(events.Key(key, key if len(key) == 1 else None))
        await hands.rest()
        typed = [app.screen.query_one(f"#{name}", Input).value for name in ("code", "birth_year", "sex")]
        assert typed == ["k-017", "1941", "v"]


async def test_fields_of_one_letter_are_not_too_fast() -> None:
    async with started() as (app, _, hands):
        await hands.press("space")
        await hands.press("1", "enter", "enter", "enter", "v", "enter", after_s=0.1)
        assert app.focused is not None
        assert app.focused.id == "height"


async def test_what_is_wrong_is_said_beside_its_field_and_nothing_is_lost() -> None:
    async with started((100, 30)) as (app, _, hands):
        await hands.press("space")
        await hands.type("Jansen")
        await hands.press("pagedown")
        assert isinstance(app.screen, ClientPage)
        assert "▲ letters, cijfers en -" in shown(app)
        assert app.screen.query_one("#code", Input).value == "Jansen"
        assert app.focused is not None
        assert app.focused.id == "code"


async def test_typing_is_text_and_not_a_command() -> None:
    async with started() as (app, _, hands):
        await hands.press("space")
        await hands.type("flqu1")
        assert app.screen.query_one("#code", Input).value == "flqu1"
        await hands.press("f12")
        assert isinstance(app.screen, FallPage)


# Armed and running


async def test_the_time_of_a_key_is_the_events_own() -> None:
    async with at_armed() as (_, bench, hands):
        await hands.press("space")
        assert bench.run.asked[-1] == ("go", hands.at_s)


async def test_bounces_and_a_held_key_are_ignored() -> None:
    async with at_armed() as (_, bench, hands):
        await hands.press("space")
        asked = len(bench.run.asked)
        for _ in range(40):
            await hands.press("space", after_s=0.033)
        await hands.press("space", after_s=0.5)
        assert len(bench.run.asked) == asked
        await hands.press("space", after_s=0.6)
        assert len(bench.run.asked) == asked + 1


@pytest.mark.parametrize("state", [State.ARMED, State.RUNNING])
async def test_escape_and_f5_do_nothing_in_a_run(state: State) -> None:
    async with at_armed() as (app, bench, hands):
        bench.run.look(state=state, elapsed_s=3.0)
        await poll(hands)
        page, asked = app.screen, list(bench.run.asked)
        await hands.press("escape", "f5", "q", "full_stop", "enter")
        assert app.screen is page
        assert bench.run.asked == asked


async def test_nothing_can_be_focused_in_a_run() -> None:
    async with at_armed() as (app, _, hands):
        assert not [widget for widget in app.screen.query("*") if widget.can_focus]
        await hands.press("tab")
        assert app.focused is None


async def test_a_running_test_says_state_phase_and_time() -> None:
    async with at_armed() as (app, bench, hands):
        assert "KLAAR" in shown(app)
        bench.run.look(state=State.RUNNING, elapsed_s=12.34, phase="turn_1", moved_s=0.4)
        await poll(hands)
        assert "LOOPT" in shown(app)
        assert "draaien" in shown(app)
        assert "sensor 100 Hz" in shown(app)
        assert app.screen.query_one("#timer", BlockDigits).text == "12,3"


async def test_a_lost_sensor_is_one_calm_line_and_time_goes_on() -> None:
    async with at_armed() as (app, bench, hands):
        bench.run.look(state=State.RUNNING, elapsed_s=8.0, link=Link.LOST, hand_only=True)
        await poll(hands)
        assert "sensor weg – de tijd loopt door met de hand" in shown(app)
        assert len(app.screen_stack) == 2
        bench.run.look(elapsed_s=9.5)
        await poll(hands)
        assert app.screen.query_one("#timer", BlockDigits).text == "9,5"
        await hands.press("space")
        assert bench.run.asked[-1] == ("go", hands.at_s)


async def test_a_false_start_and_a_late_one_are_asked_about() -> None:
    async with at_armed() as (app, bench, hands):
        bench.run.look(state=State.RUNNING, elapsed_s=2.0, moved_s=-0.6)
        await poll(hands)
        assert "valse start" in shown(app)
        bench.run.look(moved_s=2.6)
        await poll(hands)
        assert "Begon 2,6 s na ‘ja’" in shown(app)


async def test_a_chair_stand_counts_beside_the_time() -> None:
    async with at_armed(test=TestName.TCS) as (app, bench, hands):
        bench.run.look(state=State.RUNNING, elapsed_s=9.0, count=3)
        await poll(hands)
        assert app.screen.query_one("#count", BlockDigits).text == "3"
        assert "3 van 5 keer" in shown(app)


async def test_nothing_is_counted_and_no_phase_named_without_a_sensor() -> None:
    async with at_armed(test=TestName.TCS) as (app, bench, hands):
        bench.run.look(state=State.RUNNING, elapsed_s=9.0, count=3, link=Link.LOST, hand_only=True)
        await poll(hands)
        assert not app.screen.query_one("#count", BlockDigits).display
        assert "3 van 5 keer" not in shown(app)


async def test_a_walk_asks_for_the_line_first() -> None:
    async with at_armed(test=TestName.GAIT) as (app, bench, hands):
        bench.run.look(state=State.RUNNING, elapsed_s=2.0)
        await poll(hands)
        assert "Spatie  streep" in shown(app)
        bench.run.look(elapsed_s=7.0, line_s=5.62)
        await poll(hands)
        assert "Spatie  stop" in shown(app)
        assert app.screen.query_one("#timer", BlockDigits).text == "5,6"


async def test_the_language_changes_in_mid_run(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("teststation.tui.app.Translator", Longer)
    async with at_armed() as (app, bench, hands):
        bench.run.look(state=State.RUNNING, elapsed_s=4.0)
        await poll(hands)
        page = app.screen
        await hands.press("l")
        assert app.screen is page
        assert "LOOPT~~" in shown(app)
        assert bench.run.shown.state is State.RUNNING


async def test_a_fall_keeps_the_time_of_its_key() -> None:
    async with at_armed() as (app, bench, hands):
        bench.run.look(state=State.RUNNING, elapsed_s=6.0)
        await poll(hands)
        await hands.press("f")
        pressed_s = hands.at_s
        assert "Blijf bij de cliënt" in shown(app)
        await hands.press("space", "escape", "q")
        assert isinstance(app.screen, FallPage)
        await hands.press("1")
        assert ("end", Outcome.FELL, Reason("ended_fell"), pressed_s) in bench.run.asked
        await poll(hands)
        assert "GEVALLEN" in shown(app)


async def test_a_false_alarm_lets_the_test_go_on() -> None:
    async with at_armed() as (app, bench, hands):
        bench.run.look(state=State.RUNNING, elapsed_s=6.0)
        page, asked = app.screen, list(bench.run.asked)
        await hands.press("f", "8")
        assert app.screen is page
        assert bench.run.asked == asked


# Review


async def test_the_hands_time_can_be_taken_with_a_reason() -> None:
    async with at_armed() as (app, bench, hands):
        bench.run.finish(20.3, hand_s=20.6)
        await poll(hands)
        assert "► 20,30 s" in shown(app)
        assert "20,60 s" in shown(app)
        assert "grens" not in shown(app)
        await hands.press("h", "3")
        assert bench.run.asked[-1] == ("choose", Source.KEY, Reason("source_sensor"))
        assert "► 20,60 s" in shown(app)


async def test_an_invalid_attempt_is_done_again() -> None:
    async with at_armed() as (app, bench, hands):
        bench.run.finish(20.3)
        await poll(hands)
        await hands.press("x", "1")
        assert "ONGELDIG" in shown(app)
        await hands.press("space")
        assert len(bench.runs) == 2
        assert "poging 2 van 2" in shown(app)


# Result


async def result_of_two(app: StationApp, bench: FakeBench, hands: Hands, times: tuple[float, ...]) -> None:
    for seconds in times:
        bench.run.finish(seconds, hand_s=seconds + 0.2)
        await poll(hands)
        await hands.press("space")
    assert type(app.screen).__name__ == "ResultPage"


async def test_a_close_result_has_shape_and_word() -> None:
    bench = FakeBench()
    bench.close_to = True
    async with at_armed(bench=bench) as (app, _, hands):
        await result_of_two(app, bench, hands, (19.9, 20.3))
        assert "▲  nipt over de grens" in shown(app)
        assert app.screen.query_one("#value", BlockDigits).text == "20,1"
        assert "behandelen als verhoogd" in " ".join(shown(app).split())
        assert "geen CE-markering" in shown(app)


@pytest.mark.parametrize(
    ("verdict", "says"), [(Verdict.MET, "▲▲  over de grens"), (Verdict.NOT_MET, "●  niet over de grens")]
)
async def test_each_verdict_can_be_told_without_colour(verdict: Verdict, says: str) -> None:
    bench = FakeBench()
    bench.verdict = verdict
    async with at_armed(bench=bench) as (app, _, hands):
        await result_of_two(app, bench, hands, (22.0, 23.0))
        assert says in shown(app)


async def test_nothing_on_a_result_reassures_or_shouts() -> None:
    bench = FakeBench()
    async with at_armed(bench=bench) as (app, _, hands):
        await result_of_two(app, bench, hands, (22.0, 23.0))
        text = shown(app)
        assert "VERHOOGD" not in text
        assert "normaal" not in text
        assert "geen verhog" not in text
        await hands.press("c")
        calm = shown(app)
        assert "Dank u wel" in calm
        for word in ("grens", "risico", "KNGF", "K-017", "▲"):
            assert word not in calm


async def test_hundredths_are_shown_where_a_tenth_would_hide_the_side() -> None:
    async with at_armed() as (app, bench, hands):
        await result_of_two(app, bench, hands, (20.04, 20.04))
        assert app.screen.query_one("#value", BlockDigits).text == "20,04"


async def test_not_able_is_a_finding() -> None:
    async with at_armed() as (app, bench, hands):
        bench.run.look(state=State.RUNNING, elapsed_s=9.0)
        await hands.press("f", "5")
        await poll(hands)
        await hands.press("space")
        assert "LUKT NIET" in shown(app)
        assert "▲▲  bevinding" in shown(app)
        assert "nader onderzoek" in shown(app)


# The whole way, and the room that it needs


async def visit_all(hands: Hands, bench: FakeBench) -> AsyncIterator[str]:
    """Go through a visit of three tests with the one key, giving the name of each page on the way."""
    name = ""
    for _ in range(40):
        if name == "SummaryPage":
            return
        name = type(hands._app.screen).__name__
        yield name
        if name == "TrialPage":
            bench.run.look(state=State.RUNNING, elapsed_s=99.9, phase="stand_to_sit", count=5, moved_s=3.0)
            await poll(hands)
            yield "TrialPage running"
            bench.run.finish(20.3, hand_s=20.6)
            await poll(hands)
        else:
            await hands.press("space")
    pytest.fail("the visit did not come to its summary")


async def test_papers_are_made_by_a_key_and_it_is_said_where_they_are() -> None:
    async with started() as (app, bench, hands):
        open_visit(app, bench).show_summary()
        await hands.rest()
        await hands.press("p")
        await app.workers.wait_for_complete()
        assert bench.papers_of == [CLIENT.code]
        assert [notice.message for notice in app._notifications] == ["Klaar om te printen: verslag.pdf\nblad.pdf"]
        app.clear_notifications()
        bench.no_room = True
        await hands.press("p")
        await app.workers.wait_for_complete()
        said = [(notice.message, notice.severity, notice.markup) for notice in app._notifications]
        assert said == [("verslag.pdf: kan niet worden geschreven (vol).", "warning", False)]


async def test_three_tests_take_few_keys() -> None:
    async with started() as (app, bench, hands):
        visit = bench.visits.begin(CLIENT, 85, Agreement())
        Flow(app, VisitProgress(visit, CLIENT, bench.options)).open()
        await hands.rest()
        before_s = hands.at_s
        async for _ in visit_all(hands, bench):
            pass
        cues = len(bench.runs)  # the fake runs start and stop themselves: a cue each, the sensor stops
        assert hands.at_s - before_s + cues <= 35
        assert [run.trial() is not None for run in bench.runs] == [True] * 6


async def test_a_small_terminal_is_told_what_it_needs_and_a_run_goes_on_in_it() -> None:
    async with at_armed((60, 15)) as (app, bench, hands):
        await hands.press("space")
        bench.run.look(state=State.RUNNING, elapsed_s=1.1)
        await poll(hands)
        text = shown(app)
        assert "60 × 15; nodig is 80 × 24" in text
        assert "LOOPT" in text
        assert sum("████" in row for row in text.splitlines()) == 2 * GLYPH_ROWS
        assert "Spatie  stop" in text
        assert "val of hulp" in text


async def test_markup_in_what_others_wrote_is_text() -> None:
    hostile = "[bold red]K[/]-[@click=app.exit]7"
    async with at_armed() as (app, bench, hands):
        app.person = hostile
        bench.run._trial = bench.run._trial.__class__(
            id="x",
            visit="v",
            test=TestName.GUG,
            number=1,
            started_at="",
            outcome_reason=Reason("unreadable", {"file": hostile, "detail": "[/]"}),
        )
        bench.run._done = True
        await poll(hands)
        assert hostile in shown(app)
        assert f"{hostile}: kan niet worden gelezen" in shown(app)
