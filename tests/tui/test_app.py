"""What holds for the whole app: what is loaded when, how it ends, what it may cost to look at."""

from __future__ import annotations

import gc
import subprocess
import sys
import weakref

import pytest

from teststation import clock
from teststation.model import Client, TeststationError, Visit, VisitKind
from teststation.tui.agreement import Agreement
from teststation.tui.app import StationApp
from teststation.tui.demo import DemoBench, tapes
from teststation.tui.keys import ACTIONS, Act, GoGuard
from teststation.tui.scenes import SCENES
from teststation.tui.screens.client import ClientPage
from teststation.tui.screens.page import Page
from teststation.tui.screens.tour import RecordingsPage, TourPage
from tui.fakes import FakeBench, FakeVisits, Hands, shown, station


def test_the_first_page_waits_for_nothing_slow() -> None:
    code = "import sys, teststation.tui.app; print(*(m for m in sys.argv[1:] if m in sys.modules))"
    slow = ["numpy", "scipy", "sqlalchemy", "alembic", "bleak", "vqf", "teststation.station", "teststation.store"]
    ran = subprocess.run([sys.executable, "-c", code, *slow], check=True, capture_output=True, text=True)
    assert ran.stdout.split() == []


def test_every_action_has_its_row_and_its_words() -> None:
    assert {action.act for action in ACTIONS} == set(Act)
    assert all(action.keys and action.shown and action.label and action.explanation for action in ACTIONS)


@pytest.mark.parametrize("key", ["escape", "f5"])
def test_the_keys_of_a_presenter_that_do_harm_mean_nothing_anywhere(key: str) -> None:
    assert not [action.act for action in ACTIONS if key in action.keys + action.typed]


async def test_a_visit_that_cannot_be_kept_is_said_and_nothing_is_lost() -> None:
    class Full(FakeVisits):
        def begin(
            self, client: Client, age: int | None, agreement: Agreement, kind: VisitKind = VisitKind.FIRST
        ) -> Visit:
            raise TeststationError("store_disk_full")

    bench = FakeBench()
    bench.visits = Full()
    app, _ = station(bench)
    async with app.run_test(size=(80, 24)) as pilot:
        await app.workers.wait_for_complete()
        hands = Hands(app, pilot)
        await hands.press("space")
        await hands.type("K-017")
        await hands.press("pagedown", "space", "space")
        assert [notice.message[:18] for notice in app._notifications] == ["De schijf is vol: "]
        assert "K-017" in shown(app)


async def test_a_store_that_does_not_open_is_said_on_the_first_page() -> None:
    class Broken(FakeBench):
        def open(self) -> None:
            raise TeststationError("store_busy")

    app, _ = station(Broken())
    async with app.run_test(size=(80, 24)) as pilot:
        await app.workers.wait_for_complete()
        await pilot.pause()
        assert "houdt het gegevensbestand bezet" in " ".join(shown(app).split())


async def test_what_could_not_be_kept_is_said_once_the_terminal_is_the_users_again() -> None:
    class Full(FakeBench):
        def close(self) -> None:
            raise TeststationError("store_disk_full")

    app, _ = station(Full())
    async with app.run_test():
        pass
    assert isinstance(app.fault, TeststationError)
    assert app.tr.reason(app.fault.reason).startswith("Niet alles kon worden bewaard. De schijf is vol: ")


async def test_what_was_drawn_of_a_visit_is_let_go_of_at_its_end() -> None:
    app, _ = station()
    async with app.run_test() as pilot:
        await app.workers.wait_for_complete()
        app.open_page(ClientPage())
        await pilot.pause()
        drawn = weakref.ref(app.screen.query_one("#body")._styles_cache)
        app.open_start()
        await pilot.pause()
        gc.collect()
        assert drawn() is None


async def test_a_fault_shows_no_values(capsys: pytest.CaptureFixture[str]) -> None:
    class Faulty(Page):
        def show(self) -> None:
            secret = "K-017 is Jansen"
            raise ValueError(secret)

    app, _ = station(first=Faulty)
    with pytest.raises(ValueError, match="Jansen"):
        async with app.run_test():
            pass
    assert isinstance(app.fault, ValueError)
    assert "Jansen" not in "".join(capsys.readouterr())


# The demo


def test_the_scenes_have_their_recordings() -> None:
    known = tapes()
    assert len(known) >= 12
    for scene in SCENES:
        assert {name for name in scene.tapes if name not in known} == set()
        assert len({known[name].test for name in scene.tapes}) == 1
    assert all(set(tape.title) == {"nl", "en"} for tape in known.values())


async def test_every_page_of_the_demo_says_that_it_is_simulation() -> None:
    bench = FakeBench(simulated=True)
    app = StationApp(bench, station()[0].settings, TourPage)
    async with app.run_test(size=(80, 24)) as pilot:
        await app.workers.wait_for_complete()
        hands = Hands(app, pilot)
        for key in ("", "o", "f1", "f1", "f"):
            if key:
                await hands.press(key)
            assert shown(app).startswith(" SIMULATIE")


async def test_the_tour_plays_from_the_first_key_to_a_cited_flag() -> None:
    """The real station below: a replay, a temporary store, an analysis in its own process; hurried to its end."""
    settings = station()[0].settings
    app = StationApp(DemoBench(settings), settings, TourPage)
    async with app.run_test(size=(100, 30)) as pilot:
        hands = Hands(app, pilot)

        async def until(text: str) -> None:
            for _ in range(600):
                if text in shown(app):
                    return
                await pilot.pause(0.05)
            pytest.fail(f"{text!r} did not come:\n{shown(app)}")

        async def press(key: str) -> None:
            hands.at_s = clock.now()  # the cue is on the clock that the recording is played by
            app.go_guard = GoGuard()
            await hands.press(key, after_s=0.0)

        while not app.ready:
            await pilot.pause(0.05)
        await press("space")
        await until("sensor 100 Hz")
        await press("space")
        await until("LOOPT")
        await press("e")
        await until("startsein → zit")
        await press("space")
        await until("boven de KNGF-grens (20 s)")
        assert "▲▲  over de grens" in shown(app)
        assert "Bron: KNGF-richtlijn" in shown(app)
        await press("space")
        await until("Rondleiding 2 van 4")


async def test_a_recording_is_chosen_with_the_arrows() -> None:
    app = StationApp(FakeBench(simulated=True), station()[0].settings, RecordingsPage)
    async with app.run_test(size=(80, 24)) as pilot:
        await app.workers.wait_for_complete()
        hands = Hands(app, pilot)
        await hands.press("down", "down", "up")
        assert "► 4,5 m lopen, langzaam" in shown(app)
        await hands.press("up", "up")
        assert "► Stoeltest" in shown(app)
