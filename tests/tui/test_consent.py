"""What the client agrees to, on the screen; who is known; a visit that is taken up; a disk that takes nothing."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from textual.widgets import Input

from dossiers import dossier
from teststation.model import Confirmation, Outcome, Reason, TestName, Trial, Visit
from teststation.station import LeftVisit
from teststation.tui.agreement import Agreement, Keep
from teststation.tui.app import StationApp
from teststation.tui.screens.choose import ChoosePage
from teststation.tui.screens.client import ClientPage, ConfirmPage
from teststation.tui.screens.consent import ConsentPage
from teststation.tui.screens.questions import QuestionsPage
from teststation.tui.screens.review import ReviewPage
from teststation.tui.screens.start import StartPage
from teststation.tui.screens.summary import SummaryPage
from teststation.tui.screens.unfinished import UnfinishedPage
from tui.fakes import CLIENT, FakeBench, Hands, shown
from tui.test_pages import started

VISIT = Visit(id="visit", client=CLIENT.code, started_at="2026-11-22T12:00:00Z", age=85)


def knows(bench: FakeBench, agreement: Agreement | None = None) -> FakeBench:
    """Let the client have been here before."""
    bench.visits.clients[CLIENT.code] = CLIENT
    bench.visits.visits[CLIENT.code] = [VISIT]
    if agreement is not None:
        bench.visits.agreed[CLIENT.code] = agreement
    return bench


async def enter_client(hands: Hands) -> None:
    await hands.press("space")
    await hands.type("k-017")
    await hands.press("pagedown")


async def test_a_new_client_is_asked_once_and_one_key_is_the_usual_answer() -> None:
    async with started() as (app, bench, hands):
        await enter_client(hands)
        assert "○ nieuwe cliënt" in shown(app)
        await hands.press("space")
        assert "Toestemming" in shown(app)
        await hands.press("space")
        assert isinstance(app.screen, QuestionsPage)
        assert [agreement for _, agreement in bench.visits.begun] == [Agreement()]


async def test_who_agreed_before_is_not_asked_again() -> None:
    async with started(bench=knows(FakeBench(), Agreement(letter=True))) as (app, bench, hands):
        await enter_client(hands)
        assert "● bekende cliënt; bezoeken: 1, het laatste op 22 november 2026" in shown(app)
        assert "✔ testen   ✔ bewaren   ✔ brief   – onderzoek" in shown(app)
        await hands.press("space")
        assert isinstance(app.screen, QuestionsPage)
        assert [agreement for _, agreement in bench.visits.begun] == [Agreement(letter=True)]


async def test_what_was_agreed_to_can_be_changed_before_a_visit() -> None:
    async with started(bench=knows(FakeBench(), Agreement())) as (_, bench, hands):
        await enter_client(hands)
        await hands.press("t", "3", "space")
        assert [agreement for _, agreement in bench.visits.begun] == [Agreement(letter=True)]


async def test_who_does_not_want_to_be_kept_is_asked_each_time() -> None:
    async with started(bench=knows(FakeBench(), Agreement(keep=Keep.NOT))) as (app, _, hands):
        await enter_client(hands)
        await hands.press("space")
        assert isinstance(app.screen, ConsentPage)
        assert "akkoord, niets bewaren" in shown(app)


@pytest.mark.parametrize(
    ("keys", "agreed"),
    [
        ("2", {"keep": Keep.TODAY}),
        ("22", {"keep": Keep.NOT}),
        ("222", {}),
        ("345", {"letter": True, "research": True, "representative": True}),
    ],
)
async def test_a_digit_turns_a_tick(keys: str, agreed: dict[str, Any]) -> None:
    async with started() as (app, bench, hands):
        await enter_client(hands)
        await hands.press("space", *keys, "space")
        assert [agreement for _, agreement in bench.visits.begun] == [Agreement(**agreed)]
        assert isinstance(app.screen, QuestionsPage)


async def test_without_consent_to_testing_there_is_no_visit() -> None:
    async with started() as (app, bench, hands):
        await enter_client(hands)
        await hands.press("space", "1", "space")
        assert isinstance(app.screen, ConsentPage)
        assert "geen bezoek" in shown(app)
        await hands.press("pageup")
        assert isinstance(app.screen, ConfirmPage)
        assert bench.visits.begun == []


@pytest.mark.parametrize(("keys", "papers"), [("", True), ("2", True), ("22", False)])
async def test_a_visit_of_today_says_that_it_is_erased(keys: str, papers: bool) -> None:
    async with started() as (app, bench, hands):
        await enter_client(hands)
        await hands.press("space", *keys, "space", "pageup", "s")
        assert isinstance(app.screen, SummaryPage)
        assert ("afsluiten en alles wissen" in shown(app)) is bool(keys)
        assert ("verslag en blad" in shown(app)) is papers
        await hands.press("space")
        assert [visit.client for visit in bench.visits.ended] == [CLIENT.code]


async def test_a_letter_can_be_agreed_to_at_the_end() -> None:
    async with started() as (app, bench, hands):
        await enter_client(hands)
        await hands.press("space", "space", "pageup", "s", "t", "3", "space")
        assert isinstance(app.screen, SummaryPage)
        assert bench.visits.agreed[CLIENT.code] == Agreement(letter=True)


async def test_known_codes_are_proposed_and_a_known_client_is_filled_in() -> None:
    async with started((100, 30), bench=knows(FakeBench())) as (app, _, hands):
        await hands.press("space")
        await hands.type("k-0")
        assert "bekend (→ vult aan): K-017" in shown(app)
        app.screen.query_one("#code", Input).action_cursor_right()
        await hands.rest()
        assert "● bekende cliënt" in shown(app)
        assert isinstance(app.screen, ClientPage)
        values = [app.screen.query_one(f"#{field}", Input).value for field in ("birth_year", "sex", "height", "aid")]
        assert values == ["1941", "v", "163,5", "4"]
        await hands.type("9")
        assert "○ nieuwe cliënt" in shown(app)
        assert app.screen.query_one("#birth_year", Input).value == ""


# A visit that was not ended


def left_visit(*left: Trial) -> LeftVisit:
    return LeftVisit(VISIT, CLIENT, (), left)


def trial(number: int) -> Trial:
    return Trial(id=f"t{number}", visit="visit", test=TestName.GUG, number=number, started_at=VISIT.started_at)


async def take_up(app: StationApp, hands: Hands, key: str = "space") -> None:
    app.open_page(UnfinishedPage())
    await hands.rest()
    await hands.press(key)
    await app.workers.wait_for_complete()
    await hands.rest()


async def test_the_first_page_says_what_was_left_and_later_changes_nothing() -> None:
    bench = FakeBench()
    bench.visits.unfinished = (left_visit(trial(1)),)
    async with started(bench=bench) as (app, _, hands):
        app.screen.refresh_page()  # type: ignore[attr-defined]
        await hands.rest()
        assert "bezoeken niet afgesloten: 1" in shown(app)
        await hands.press("1")
        assert isinstance(app.screen, UnfinishedPage)
        assert "K-017" in shown(app)
        assert "onafgemaakt: 1" in " ".join(shown(app).split())
        await hands.press("pageup")
        assert isinstance(app.screen, StartPage)


@pytest.mark.parametrize("key", ["space", "w"])
async def test_each_trial_that_was_left_is_looked_over_before_the_visit_goes_on(key: str) -> None:
    bench = FakeBench()
    bench.visits.unfinished = (left_visit(trial(1), trial(2)),)
    async with started(bench=bench) as (app, _, hands):
        await take_up(app, hands)
        assert isinstance(app.screen, ReviewPage)
        assert "W  weggooien" in shown(app)
        await hands.press(key)
        assert isinstance(app.screen, ReviewPage)
        await hands.press(key)
        assert isinstance(app.screen, ChoosePage)
        asked = [run.asked for run in bench.left]
        assert asked == [[("keep",)], [("keep",)]] if key == "space" else [[("discard",)], [("discard",)]]


async def test_a_trial_that_was_left_can_wait() -> None:
    bench = FakeBench()
    bench.visits.unfinished = (left_visit(trial(1)),)
    async with started(bench=bench) as (app, _, hands):
        await take_up(app, hands, "1")
        await hands.press("pageup")
        assert isinstance(app.screen, StartPage)
        assert app.person == ""
        assert [run.asked for run in bench.left] == [[]]
        assert trial(1).outcome is Outcome.DONE


async def test_what_the_therapist_said_of_a_result_is_there_again() -> None:
    bench = FakeBench()
    bench.visits.unfinished = (left_visit(),)
    (saved, *_) = dossier().visits[0].results
    said = Confirmation(finding=0, agreed=False, reason="niet gezien", at=VISIT.started_at)
    judgement = msgspec.structs.replace(saved.judgements[-1], confirmations=(said,))
    bench.visits.kept = [msgspec.structs.replace(saved, judgements=(judgement,))]
    async with started(bench=bench) as (app, _, hands):
        await take_up(app, hands)
        assert isinstance(app.screen, ChoosePage)
        done = app.screen._flow.progress.conclusions[saved.result.test]
        assert done.confirmations == (said,)


# A disk that takes nothing


async def test_a_full_disk_is_said_on_every_page_until_all_is_kept() -> None:
    async with started() as (app, bench, hands):
        bench.visits.waits = Reason("store_disk_full")
        app._mind_disk()
        await hands.rest()
        assert "▲ De schijf is vol" in shown(app)
        await hands.press("space")
        assert "▲ De schijf is vol" in shown(app)
        bench.visits.waits = None
        app._mind_disk()
        await hands.rest()
        assert "De schijf is vol" not in shown(app)
        assert [notice.message for notice in app._notifications] == ["Alles is nu bewaard."]
