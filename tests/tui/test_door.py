"""The way into the store, by keys, on a real one: set up, unlocked, locked, and every wrong entry on the way."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import keyring
import keyring.backends.fail
import keyring.errors
import pytest
from textual.widgets import Input

from login import Login
from teststation.model import Client
from teststation.settings import HOME_VARIABLE, Settings, read_settings, settings_file
from teststation.station import Analyst
from teststation.store import (
    DiskFullError,
    Keyring,
    Passphrase,
    RecoveryCode,
    StoreError,
    is_encrypted,
    is_plain,
    open_store,
    plain_copies,
    set_up_store,
    vault,
)
from teststation.store.vault import Opener
from teststation.tui.app import StationApp
from teststation.tui.keys import GoGuard
from teststation.tui.screens.access import AccessPage
from teststation.tui.screens.client import ClientPage
from teststation.tui.screens.plain_copies import ErasePlainPage
from teststation.tui.screens.setup import CodePage, LoginPage, PassphrasePage, TypedBackPage
from teststation.tui.screens.start import DEMO, StartPage
from teststation.tui.screens.unlock import UnlockPage
from teststation.tui.station_bench import StationBench
from tui.fakes import Hands, shown

WORDS, OTHER_WORDS = "drie koeien in de wei", "vier koeien in de wei"


@pytest.fixture(autouse=True)
def machine(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Make guesses cheap, the home the test's own, and the computer one without a keyring."""
    monkeypatch.setenv(HOME_VARIABLE, str(tmp_path))
    monkeypatch.setattr(vault, "MEMORY_KIB", 32)
    monkeypatch.setattr(vault, "PASSES", 1)
    monkeypatch.setattr(Analyst, "warm", lambda _: None)
    monkeypatch.setattr(keyring, "get_keyring", keyring.backends.fail.Keyring)


@pytest.fixture
def login(monkeypatch: pytest.MonkeyPatch) -> Login:
    login = Login()
    monkeypatch.setattr(keyring, "get_keyring", lambda: login)
    return login


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "store.db"


@pytest.fixture
def code(path: Path) -> str:
    """Set a store up; its recovery code."""
    return set_up_store(path, WORDS)


class AtStation:
    """Somebody at the keys, who waits for what is done in threads."""

    def __init__(self, app: StationApp, hands: Hands) -> None:
        self.app = app
        self._hands = hands

    async def settle(self) -> None:
        await self.app.workers.wait_for_complete()
        await self._hands.rest()

    async def press(self, *keys: str) -> None:
        for key in keys:
            self.app.go_guard = GoGuard()
            await self._hands.press(key)
            await self.settle()

    async def type(self, text: str, *keys: str) -> None:
        """Type into the field that has the focus, in the place of what was there, and press keys."""
        assert isinstance(self.app.focused, Input)
        self.app.focused.value = text
        await self.press(*keys)

    def sees(self, text: str) -> bool:
        return text in " ".join(shown(self.app).split())

    def is_ready(self) -> bool:
        return self.app.ready

    def told(self) -> list[str]:
        return [notice.message for notice in self.app._notifications]


@asynccontextmanager
async def started(
    path: Path, settings: Settings | None = None, time_of_day: Callable[[], float] = lambda: 0.0
) -> AsyncIterator[AtStation]:
    settings = settings or Settings(operator="MB")
    app = StationApp(StationBench(path, settings), settings, time_of_day=time_of_day)
    async with app.run_test(size=(80, 24)) as pilot:
        at = AtStation(app, Hands(app, pilot))
        await at.settle()
        yield at


def opens(path: Path, opener: Opener | None) -> bool:
    try:
        open_store(path, opener).close()
    except StoreError:
        return False
    return True


def not_there(path: Path) -> bool:
    return not path.exists()


def content(path: Path) -> bytes:
    return path.read_bytes()


def put(path: Path, data: bytes) -> None:
    path.write_bytes(data)


# The first start


async def test_the_first_start_makes_an_encrypted_store_at_its_last_step(path: Path) -> None:
    async with started(path, Settings()) as at:
        assert at.sees("▲ opslag nog niet ingericht")
        await at.press("space")
        await at.type("kort", "enter", "enter")
        assert at.sees("▲ pas 4 van de 10 tekens")
        await at.type(WORDS, "enter")
        await at.type(OTHER_WORDS, "enter")
        assert at.sees("▲ dit is niet dezelfde zin")
        await at.type(WORDS, "enter")
        assert isinstance(at.app.screen, LoginPage)
        assert at.sees("geen sleutelbos die veilig genoeg is")
        await at.press("space")
        assert isinstance(at.app.screen, CodePage)
        code = at.app.screen._code
        assert all(at.sees(group) for group in code.split("-"))
        await at.press("space")
        assert not at.sees(code[-5:])
        await at.type("00000", "enter")
        await at.type("Jansen", "enter")
        assert at.sees("▲ dat is niet de laatste groep")
        assert at.sees("▲ één tot vier letters")
        await at.type(code[-5:].lower(), "enter")
        assert not_there(path)
        await at.type("m.b.", "enter")
        assert isinstance(at.app.screen, StartPage)
        assert at.sees("● opslag klaar · versleuteld · als MB")
        await at.press("space")
        assert isinstance(at.app.screen, ClientPage)
    assert opens(path, Passphrase(WORDS))
    assert opens(path, RecoveryCode(code))
    assert read_settings(settings_file()).operator == "MB"


async def test_nothing_is_lost_on_the_way_back_through_the_first_start(path: Path) -> None:
    async with started(path) as at:
        await at.press("space")
        await at.type(WORDS, "enter")
        await at.type(WORDS, "enter")
        await at.press("space")
        assert isinstance(at.app.screen, CodePage)
        code = at.app.screen._code
        await at.press("space")
        assert isinstance(at.app.screen, TypedBackPage)
        await at.press("pageup", "pageup", "pageup")
        assert isinstance(at.app.screen, PassphrasePage)
        assert [field.value for field in at.app.screen.query(Input)] == [WORDS, WORDS]
        await at.press("pagedown", "space")
        assert isinstance(at.app.screen, CodePage)
        assert at.app.screen._code == code
        await at.press("pageup", "pageup", "pageup")
        assert at.sees("nog niet ingericht")
    assert not list(path.parent.glob("store*"))


async def test_the_computers_login_opens_without_a_question_but_who_it_is(path: Path, login: Login) -> None:
    async with started(path) as at:
        await at.press("space")
        await at.type(WORDS, "enter")
        await at.type(WORDS, "enter")
        assert at.sees("ja, aanbevolen")
        await at.press("space")
        assert isinstance(at.app.screen, CodePage)
        code = at.app.screen._code
        await at.press("space")
        await at.type(code[-5:], "pagedown")
        assert at.is_ready()
    async with started(path) as at:
        assert at.sees("[Spatie] VERDER ALS MB")
        assert not at.is_ready()
        await at.press("space")
        assert at.is_ready()
        await at.press("v")
        assert at.sees("op slot")
        await at.press("space", "space")
        assert at.is_ready()
        await at.press("i")
        await at.type("xy", "enter")
        assert at.sees("als XY")


async def test_a_keyring_that_fails_after_all_is_said_and_the_store_is_there(
    path: Path, login: Login, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: str) -> None:
        raise keyring.errors.KeyringError

    monkeypatch.setattr(login, "set_password", fails)
    async with started(path) as at:
        await at.press("space")
        await at.type(WORDS, "enter")
        await at.type(WORDS, "enter")
        await at.press("space")
        assert isinstance(at.app.screen, CodePage)
        group = at.app.screen._code[-5:]
        await at.press("space")
        await at.type(group, "pagedown")
        assert at.told() == ["Deze computer heeft geen sleutelbos die veilig genoeg is."]
        assert at.is_ready()


# Later starts


async def test_a_wrong_passphrase_is_said_and_each_next_try_takes_longer(path: Path, code: str) -> None:
    async with started(path) as at:
        door = at.app.bench.door
        assert door is not None
        waited: list[float] = []
        door._sleep, door._now = waited.append, lambda: 0.0
        assert at.sees("op slot")
        await at.press("space")
        assert isinstance(at.app.screen, UnlockPage)
        for words in ("drie koeien", "vier koeien", "vijf koeien", WORDS):
            await at.type(words, "pagedown")
            assert at.is_ready() is (words == WORDS)
            assert at.sees("Deze wachtzin past niet") is (words != WORDS)
        assert waited == [0.0, 1.0, 2.0, 4.0]


async def test_who_works_is_on_the_visit_and_in_the_audit(path: Path, code: str) -> None:
    async with started(path) as at:
        await at.press("space")
        await at.type(WORDS, "enter")
        await at.type("ab", "enter")
        store = at.app.bench.store  # type: ignore[attr-defined]
        store.add_client(Client(code="K-017")).result()
        assert store.begin_visit("K-017").result().operator == "AB"
        assert store.audit()[-1].operator == "AB"
    async with started(path, read_settings(settings_file())) as at:
        await at.press("space")
        assert at.app.screen.query_one("#initials", Input).value == "AB"


async def test_who_has_forgotten_comes_in_by_the_code_with_a_new_passphrase(path: Path, code: str) -> None:
    async with started(path) as at:
        await at.press("space", "f3")
        await at.type(code[:-1] + ("0" if code[-1] != "0" else "1"), "enter")
        assert at.sees("Groep 6 van de herstelcode klopt niet")
        await at.type(code.lower().replace("-", " "), "enter")
        assert isinstance(at.app.screen, PassphrasePage)
        await at.type(OTHER_WORDS, "enter")
        await at.type(OTHER_WORDS, "enter")
        assert at.sees("VERDER ALS MB")
        await at.press("space")
        assert at.is_ready()
    assert opens(path, Passphrase(OTHER_WORDS))
    assert not opens(path, Passphrase(WORDS))
    assert opens(path, RecoveryCode(code))


async def test_simulation_is_reached_without_unlocking(path: Path, code: str) -> None:
    async with started(path) as at:
        await at.press("s")
    assert at.app.return_value == DEMO


@pytest.mark.parametrize("wrong", ["foreign", "damaged", "in use"])
async def test_a_store_that_does_not_open_is_said_and_tried_again(path: Path, login: Login, wrong: str) -> None:
    set_up_store(path, WORDS)
    vault.remember_in_keyring(path, Passphrase(WORDS))
    whole = content(path)
    other = None
    if wrong == "in use":
        other = open_store(path, Keyring())
    else:
        put(path, b"a letter" if wrong == "foreign" else whole[:9000])
    async with started(path) as at:
        said = {"foreign": "horen niet bij dit bestand", "damaged": "beschadigd", "in use": "al open in een ander"}
        assert at.sees(said[wrong])
        await at.press("space")
        assert at.sees(said[wrong])
        if other is None:
            put(path, whole)
        else:
            other.close()
        await at.press("space", "space")
        assert at.is_ready()


# A plain store of an earlier version


@pytest.fixture
def plain(path: Path) -> Path:
    with open_store(path) as store:
        store.add_client(Client(code="K-017")).result()
    return path


async def test_a_plain_store_is_offered_to_be_encrypted_and_opens_all_the_same(plain: Path) -> None:
    async with started(plain) as at:
        assert at.sees("▲ opslag niet versleuteld")
        assert not at.is_ready()
        await at.press("n", "space")
        assert at.is_ready()
        assert at.sees("niet versleuteld · als MB")
    assert is_plain(plain)


async def test_a_plain_store_is_encrypted_and_its_copy_erased_by_a_key(plain: Path) -> None:
    async with started(plain) as at:
        await at.press("space")
        assert at.sees("Tot nu toe kon wie deze computer heeft")
        await at.type(WORDS, "enter")
        await at.type(WORDS, "enter")
        await at.press("space")
        assert isinstance(at.app.screen, CodePage)
        group = at.app.screen._code[-5:]
        await at.press("space")
        await at.type(group, "pagedown")
        assert at.is_ready()
        assert at.sees("[1] Er staat nog een leesbare kopie")
        assert len(plain_copies(plain)) == 1
        await at.press("1")
        assert isinstance(at.app.screen, ErasePlainPage)
        await at.press("enter")
        assert isinstance(at.app.screen, StartPage)
        assert not at.sees("leesbare kopie")
    assert plain_copies(plain) == []
    with open_store(plain, Passphrase(WORDS)) as store:
        assert [client.code for client in store.clients()] == ["K-017"]


# Locking


@asynccontextmanager
async def unlocked(path: Path, time_of_day: Callable[[], float] = lambda: 0.0) -> AsyncIterator[AtStation]:
    async with started(path, time_of_day=time_of_day) as at:
        await at.press("space")
        await at.type(WORDS, "pagedown")
        assert at.is_ready()
        yield at


async def test_the_station_is_locked_when_nobody_is_there_but_never_in_a_visit(path: Path, code: str) -> None:
    now = 0.0
    async with unlocked(path, lambda: now) as at:
        await at.press("space")
        now = 10 * 60.0
        at.app._mind_idle()
        assert at.is_ready()
        now += 1.0
        at.app.person = "K-017"
        at.app._mind_idle()
        assert at.is_ready()
        at.app.person = ""
        at.app._mind_idle()
        await at.settle()
        assert isinstance(at.app.screen, StartPage)
        assert at.sees("op slot")
        assert at.app.bench.desk is None
        assert opens(path, Passphrase(WORDS))


async def test_a_key_puts_the_lock_off(path: Path, code: str) -> None:
    now = 0.0
    async with started(path, time_of_day=lambda: now) as at:
        await at.press("space")
        await at.type(WORDS, "pagedown")
        now = 599.0
        await at._hands._pilot.press("x")
        now = 1198.0
        at.app._mind_idle()
        assert at.is_ready()


async def test_what_waits_for_the_disk_is_not_locked_away(
    path: Path, code: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_: object) -> None:
        raise DiskFullError("store_disk_full")

    async with unlocked(path) as at:
        with monkeypatch.context() as patch:
            patch.setattr("teststation.store.Store.retry", full)
            await at.press("v")
            assert at.told()[0].startswith("Niet vergrendeld: De schijf is vol")
            assert at.is_ready()


# What opens it, changed


@asynccontextmanager
async def at_access(path: Path) -> AsyncIterator[AtStation]:
    async with unlocked(path) as at:
        await at.press("w")
        await at.type("drie koeien", "enter")
        assert at.sees("Deze wachtzin past niet")
        door = at.app.bench.door
        assert door is not None
        door._sleep = lambda _: None
        await at.type(WORDS, "enter")
        assert isinstance(at.app.screen, AccessPage)
        yield at


async def test_another_passphrase(path: Path, code: str) -> None:
    async with at_access(path) as at:
        await at.press("1")
        await at.type(OTHER_WORDS, "enter")
        await at.type(OTHER_WORDS, "enter")
        assert isinstance(at.app.screen, AccessPage)
        store = at.app.bench.store  # type: ignore[attr-defined]
        assert (store.audit()[-1].action, store.audit()[-1].detail) == ("changed_opener", {"opener": "passphrase"})
    assert opens(path, Passphrase(OTHER_WORDS))
    assert not opens(path, Passphrase(WORDS))


async def test_another_recovery_code_counts_once_it_is_typed_back(path: Path, code: str) -> None:
    async with at_access(path) as at:
        await at.press("2")
        assert isinstance(at.app.screen, CodePage)
        new = at.app.screen._code
        await at.press("space", "pageup", "pageup")
        assert isinstance(at.app.screen, AccessPage)
        at.app.bench.door.check(RecoveryCode(code))  # type: ignore[union-attr]
        await at.press("2")
        assert isinstance(at.app.screen, CodePage)
        newest = at.app.screen._code
        await at.press("space")
        await at.type(newest[-5:], "enter")
    assert [opens(path, RecoveryCode(each)) for each in (code, new, newest)] == [False, False, True]


async def test_the_login_is_let_in_and_kept_out(path: Path, code: str, login: Login) -> None:
    async with at_access(path) as at:
        await at.press("3")
        assert at.sees("vergrendel de computer als u wegloopt")
        await at.press("enter")
        assert at.sees("niet meer openen met de aanmelding")
        assert login.kept
        await at.press("3", "enter")
        assert at.sees("openen met de aanmelding op deze computer")
    assert login.kept == {}
    assert is_encrypted(path)
