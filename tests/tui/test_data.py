"""The pages of what is kept, by keys, on a real store."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import msgspec
import pytest
from textual.pilot import Pilot
from textual.widgets import Input

from dossiers import CLIENT, dossier
from teststation.formats.bids_tree import write_tree
from teststation.i18n import Language
from teststation.model import Client, Sex, TestName, Trial
from teststation.settings import Settings
from teststation.store import (
    DiskFullError,
    Passphrase,
    Store,
    look_into,
    new_id,
    open_store,
    set_up_store,
    temporary_store,
    utc_now,
    vault,
)
from teststation.tui.agreement import Agreement
from teststation.tui.app import StationApp
from teststation.tui.desk import Desk
from teststation.tui.door import Door
from teststation.tui.screens.data import DataPage
from teststation.tui.screens.history import HistoryPage
from teststation.tui.screens.page import Page
from teststation.tui.screens.restore import RestorePage
from teststation.tui.screens.start import StartPage
from tui.fakes import FakeBench, Hands, shown

OTHER = Client(code="A-1", birth_year=1950, sex=Sex.MALE)
PASSPHRASE, OTHER_PASSPHRASE = Passphrase("drie koeien in de wei"), Passphrase("vier schapen op het dak")


@pytest.fixture
def store() -> Iterator[Store]:
    with temporary_store() as opened:
        opened.add_dossier(dossier()).result()
        opened.add_client(OTHER).result()
        yield opened


def station_of(store: Store, folder: Path, *, language: Language = "nl", keep_care_years: int = 20) -> StationApp:
    """Make a station that has a store, and puts files into a folder."""
    settings = Settings(language=language, papers_folder=str(folder), keep_care_years=keep_care_years)
    bench = FakeBench()
    bench.desk = Desk(store, settings)
    return StationApp(bench, settings)


@asynccontextmanager
async def at_data(store: Store, folder: Path, **chosen: Any) -> AsyncIterator[tuple[StationApp, Hands]]:
    app = station_of(store, folder, **chosen)
    async with app.run_test(size=(80, 24)) as pilot:
        await app.workers.wait_for_complete()
        await pilot.pause()
        hands = Hands(app, pilot)
        await hands.press("g")
        yield app, hands


@pytest.fixture
def locked(store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Make an encrypted store with the same in it."""
    monkeypatch.setattr(vault, "MEMORY_KIB", 32)
    monkeypatch.setattr(vault, "PASSES", 1)
    path = tmp_path / "home" / "store.db"
    set_up_store(path, PASSPHRASE.text)
    with open_store(path, PASSPHRASE) as opened:
        for client in store.clients():
            opened.add_dossier(store.dossier(client.code)).result()
    return path


@asynccontextmanager
async def behind_door(path: Path, folder: Path) -> AsyncIterator[tuple[StationApp, Hands]]:
    """Come in by the passphrase, to the first page."""
    settings, bench = Settings(papers_folder=str(folder / "papers")), FakeBench()

    def let_in(store: Store | None) -> None:
        bench.desk = None if store is None else Desk(store, settings)

    bench.door = Door(path, let_in)
    bench.door.enter(PASSPHRASE)
    bench.door.sign_in("MB")
    app = StationApp(bench, settings)
    async with app.run_test(size=(80, 24)) as pilot:
        await app.workers.wait_for_complete()
        await pilot.pause()
        yield app, Hands(app, pilot)
    bench.door.close()


async def do(app: StationApp, hands: Hands, key: str = "pagedown") -> None:
    """Press the key that does it, and wait until it is done."""
    await hands.press(key)
    await app.workers.wait_for_complete()
    await hands.rest()


async def fill(app: StationApp, hands: Hands, name: str, text: object) -> None:
    """Put text into a field."""
    app.screen.query_one(f"#{name}", Input).value = str(text)
    await hands.rest()


def on(app: StationApp, page: type[Page]) -> bool:
    """Tell whether a page is the one on top."""
    return isinstance(app.screen, page)


# Clients


async def test_a_client_is_found_by_typing_and_opened(store: Store, tmp_path: Path) -> None:
    async with at_data(store, tmp_path) as (app, hands):
        assert "A-1" in shown(app)
        await hands.type("k-0")
        assert "K-017" in shown(app)
        assert "A-1" not in shown(app)
        await hands.press("enter")
        assert on(app, HistoryPage)
        assert "Get-Up-and-Go" in shown(app)
        await hands.press("b")
        assert on(app, DataPage)
        assert "1 van 2" in shown(app), "what was typed is still there"


async def test_a_long_list_shows_what_is_around_the_mark(store: Store, tmp_path: Path) -> None:
    for number in range(300):
        store.add_client(Client(code=f"L-{number:03d}")).result()
    async with at_data(store, tmp_path) as (app, hands):
        await hands.press(*["down"] * 20)
        assert "► L-018" in shown(app)
        assert "/ 302" in shown(app)
        assert "L-001" not in shown(app)
        await hands.press(*["up"] * 30)
        assert "► A-1" in shown(app)


async def test_nobody_is_found(store: Store, tmp_path: Path) -> None:
    async with at_data(store, tmp_path) as (app, hands):
        await hands.type("zz9")
        await hands.press("enter", "down", "up")
        assert on(app, DataPage)
        assert "0 van 2" in shown(app)


# Export


async def test_everything_of_a_client_is_exported_where_it_is_said(store: Store, tmp_path: Path) -> None:
    async with at_data(store, tmp_path / "out") as (app, hands):
        await hands.press("down", "enter", "e")
        assert "NIET versleuteld" in shown(app)
        await do(app, hands)
        (made,) = (tmp_path / "out").iterdir()
        assert made.name in shown(app).replace("\n ", "")
        assert {"bids", "fhir.json", "tabellen", "LEESMIJ.txt"} < {each.name for each in made.iterdir()}
        assert store.audit()[-1].detail == {"form": "dossier"}


async def test_an_export_to_nowhere_is_said_and_can_be_tried_again(store: Store, tmp_path: Path) -> None:
    async with at_data(store, tmp_path / "out") as (app, hands):
        await hands.press("down", "enter", "e")
        await fill(app, hands, "folder", tmp_path / "stick")
        await do(app, hands)
        assert "Zit de stick erin?" in shown(app)
        assert len(store.audit("K-017")) == 0
        (tmp_path / "stick").mkdir()
        await do(app, hands)
        assert "● Geschreven" in shown(app)
        await hands.press("enter", "e")
        await fill(app, hands, "folder", tmp_path / "stick")
        await do(app, hands)
        assert "✖" in shown(app), "what is there is not written over"


# Put right


async def test_a_visit_is_moved_once_both_persons_were_seen(store: Store, tmp_path: Path) -> None:
    async with at_data(store, tmp_path) as (app, hands):
        await hands.press("down", "enter", "v")
        await hands.type("x-9")
        await do(app, hands)
        assert "deze code is er niet" in shown(app)
        await fill(app, hands, "code", "a-1")
        assert "A-1 · 1950 · m" in shown(app)
        assert "K-017 · 1931" in shown(app)
        await do(app, hands)
        assert len(store.visits("A-1")) == 1
        assert len(store.visits("K-017")) == 1
        moved = [entry for entry in store.audit() if entry.action == "moved"]
        assert len(moved) == 1
        await hands.press("enter")
        assert shown(app).count("november") == 1, "one visit is left on the page"


async def test_a_client_is_put_right_without_losing_what_is_not_asked(store: Store, tmp_path: Path) -> None:
    async with at_data(store, tmp_path) as (app, hands):
        await hands.press("down", "enter", "g")
        assert "161,5" in app.screen.query_one("#height", Input).value
        await fill(app, hands, "birth_year", "1491")
        await do(app, hands)
        assert "▲" in shown(app)
        assert store.client("K-017") == CLIENT
        await fill(app, hands, "birth_year", "1932")
        await do(app, hands)
        assert store.client("K-017") == msgspec.structs.replace(CLIENT, birth_year=1932)
        await hands.press("enter")
        assert "K-017 · 1932" in shown(app)


async def test_consent_is_taken_back(store: Store, tmp_path: Path) -> None:
    async with at_data(store, tmp_path) as (app, hands):
        await hands.press("down", "enter", "t", "4", "space")
        assert on(app, HistoryPage)
        assert app.bench.visits.agreement("K-017") == Agreement(research=True)


# Erase


async def test_a_client_is_erased_once_the_code_was_typed(store: Store, tmp_path: Path) -> None:
    store.back_up(tmp_path / "copy.db")
    async with at_data(store, tmp_path) as (app, hands):
        await hands.press("down", "enter", "w")
        assert "bezoeken: 2" in shown(app)
        await hands.type("a-1")
        await do(app, hands)
        assert "dit is niet de code" in shown(app)
        assert len(store.clients()) == 2
        await fill(app, hands, "code", "k-017")
        await do(app, hands)
        assert "K-017: gewist" in shown(app)
        assert "er staat niets meer van in" in " ".join(shown(app).split())
        assert "copy.db" in shown(app).replace("\n ", "")
        assert [client.code for client in store.clients()] == ["A-1"]
        await hands.press("enter")
        assert on(app, DataPage)
        assert "K-017" not in shown(app)


# Backup


async def test_a_copy_is_made_with_a_passphrase_of_its_own(locked: Path, tmp_path: Path) -> None:
    async with behind_door(locked, tmp_path) as (app, hands):
        assert "Nog nooit een reservekopie" in shown(app)
        await hands.press("g", "f6", "m")
        await fill(app, hands, "passphrase", OTHER_PASSPHRASE.text)
        await do(app, hands)
        assert "de twee zijn niet gelijk" in shown(app)
        await fill(app, hands, "again", OTHER_PASSPHRASE.text)
        await do(app, hands)
        (made,) = (tmp_path / "papers").glob("*.db")
        assert look_into(made, OTHER_PASSPHRASE).clients == 2
        assert OTHER_PASSPHRASE.text not in shown(app)
        await hands.press("enter")
        assert "Laatste reservekopie" in shown(app)
        await hands.press("b", "pageup")
        assert "reservekopie" not in shown(app), "the first page no longer asks for one"


async def test_a_copy_that_finds_no_room_is_said(store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise DiskFullError("store_disk_full")

    monkeypatch.setattr(Store, "back_up", full)
    async with at_data(store, tmp_path) as (app, hands):
        await hands.press("f6", "m")
        await do(app, hands)
        assert "niet genoeg ruimte" in " ".join(shown(app).split())
        await fill(app, hands, "folder", tmp_path / "stick")
        await do(app, hands)
        assert "Zit de stick erin?" in shown(app)


async def test_a_copy_is_looked_into_and_put_back(locked: Path, tmp_path: Path) -> None:
    backup = tmp_path / "copy.db"
    with open_store(locked, PASSPHRASE) as store:
        store.back_up(backup, OTHER_PASSPHRASE.text)
        store.erase_client("A-1").result()
    async with behind_door(locked, tmp_path) as (app, hands):
        await hands.press("g", "f6", "t")
        await fill(app, hands, "file", backup)
        await fill(app, hands, "passphrase", PASSPHRASE.text)
        await do(app, hands)
        assert "past niet" in shown(app)
        await fill(app, hands, "passphrase", OTHER_PASSPHRASE.text)
        await do(app, hands)
        assert "cliënten 2, bezoeken 2" in shown(app)
        assert on(app, RestorePage), "until now nothing has happened"
        await do(app, hands)
        assert "Teruggezet" in shown(app)
        await do(app, hands, "enter")
        assert on(app, StartPage)
        assert not app.ready
    with open_store(locked, OTHER_PASSPHRASE) as store:
        assert [client.code for client in store.clients()] == ["A-1", "K-017"]
    assert len(list(locked.parent.glob("store.db.replaced-*"))) >= 1


async def test_locking_leaves_every_page(locked: Path, tmp_path: Path) -> None:
    async with behind_door(locked, tmp_path) as (app, hands):
        await hands.press("g", "down", "enter", "e")
        app.lock()
        await app.workers.wait_for_complete()
        await hands.rest()
        assert on(app, StartPage)
        assert app.bench.desk is None


async def test_everything_is_checked(store: Store, tmp_path: Path) -> None:
    async with at_data(store, tmp_path) as (app, hands):
        await hands.press("f6", "n")
        await do(app, hands)
        assert "2 cliënten" in shown(app)
        assert "Alles is heel" in shown(app)


# From another station


async def test_who_is_told_otherwise_is_shown_from_both_sides(store: Store, tmp_path: Path) -> None:
    coming = [dossier(Client(code="B-2"), visits=0), dossier(Client(code="A-1", birth_year=1960), visits=0)]
    write_tree(tmp_path / "tree", ["B-2", "A-1"], coming)
    async with at_data(store, tmp_path) as (app, hands):
        await hands.press("f6", "i")
        await fill(app, hands, "folder", tmp_path / "nowhere")
        await do(app, hands)
        assert "✖" in shown(app)
        await fill(app, hands, "folder", tmp_path / "tree")
        await do(app, hands)
        assert "A-1 · 1960" in shown(app)
        assert "A-1 · 1950 · m" in shown(app)
        assert len(store.clients()) == 2
        await do(app, hands)
        assert "nieuwe cliënten 1" in shown(app)
        assert store.client("A-1") == OTHER
        assert [client.code for client in store.clients()] == ["A-1", "B-2", "K-017"]


# What waits


async def test_the_first_page_says_who_is_kept_too_long(store: Store, tmp_path: Path) -> None:
    async with at_data(store, tmp_path, keep_care_years=-1) as (app, hands):
        await hands.press("pageup")
        assert "1 cliënt over de bewaartermijn" in shown(app)
        await hands.press("2")
        assert on(app, DataPage)
        assert shown(app).count("▲ over de bewaartermijn") == 1
        assert "1 van 2" in shown(app)
        await hands.press("f7")
        assert "2 van 2" in shown(app)


async def test_a_recent_copy_is_enough(store: Store, tmp_path: Path) -> None:
    desk = Desk(store, Settings(papers_folder=str(tmp_path)))
    assert desk.needs_backup()
    desk.back_up(tmp_path, None)
    assert not desk.needs_backup()
    old = Desk(store, Settings(backup_days=0))
    assert not old.needs_backup(), "nothing has come since"
    visit = store.visits("K-017")[0]
    store.save_trial(Trial(id=new_id(), visit=visit.id, test=TestName.GUG, number=9, started_at=utc_now())).result()
    assert old.needs_backup()
    assert not desk.needs_backup()


@pytest.mark.parametrize("size", [(80, 24), (160, 50)])
def test_a_client_who_is_kept(
    snap_compare: Callable[..., bool], store: Store, tmp_path: Path, size: tuple[int, int]
) -> None:
    app = station_of(store, tmp_path)

    async def before(pilot: Pilot[str]) -> None:
        await app.workers.wait_for_complete()
        await pilot.pause()
        await Hands(app, pilot).press("g", "down", "enter")

    assert snap_compare(app, terminal_size=size, run_before=before)
