"""A whole visit by keys in an encrypted store: what is left on the disk, and what can be read of it."""

from __future__ import annotations

import logging
import tempfile
from collections.abc import Iterator
from pathlib import Path

import keyring
import keyring.backends.fail
import pytest

from store.conftest import cheap_keys  # noqa: F401 - a fixture
from teststation import log
from teststation.model import Client
from teststation.settings import HOME_VARIABLE, Settings, log_file
from teststation.station import Analyst
from teststation.store import Passphrase, open_store
from teststation.tui.screens.setup import CodePage
from teststation.tui.screens.start import StartPage
from teststation.tui.screens.summary import SummaryPage
from tui.test_door import WORDS, AtStation, started

CODE, NOTE = "K-4711", "kanarie-notitie"
CANARIES = [text.encode(how) for text in (CODE, NOTE) for how in ("utf-8", "utf-16-le", "utf-16-be")]


@pytest.fixture(autouse=True)
def places(
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    cheap_keys: None,  # noqa: F811 - the fixture
) -> Iterator[None]:
    """Have home, temporary folder, papers and log in one place."""
    for folder in ("home", "temporary"):
        (tmp_path / folder).mkdir()
    monkeypatch.setenv(HOME_VARIABLE, str(tmp_path / "home"))
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "temporary"))
    monkeypatch.setattr(Analyst, "warm", lambda _: None)
    monkeypatch.setattr(keyring, "get_keyring", keyring.backends.fail.Keyring)
    ours = logging.getLogger("teststation")
    handler = log._Handler(log_file())
    ours.addHandler(handler)
    yield
    ours.removeHandler(handler)


def lies_open(folder: Path) -> set[str]:
    """Name the folders with a file that tells of the client, by what is in it or by what it is called."""
    return {
        file.relative_to(folder).parts[0]
        for file in folder.rglob("*")
        if CODE in file.name or (file.is_file() and any(canary in file.read_bytes() for canary in CANARIES))
    }


async def set_up(at: AtStation) -> None:
    await at.press("space")
    await at.type(WORDS, "enter")
    await at.type(WORDS, "enter")
    await at.press("space")
    assert isinstance(at.app.screen, CodePage)
    group = at.app.screen._code[-5:]
    await at.press("space")
    await at.type(group, "enter")
    await at.type("mb", "enter")


@pytest.mark.parametrize("today", [False, True])
async def test_of_a_visit_only_the_papers_that_were_asked_for_can_be_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, today: bool
) -> None:
    home, papers = tmp_path / "home", tmp_path / "papers"
    async with started(home / "store.db", Settings(papers_folder=str(papers))) as at:
        await set_up(at)
        await at.press("space")
        await at.type(CODE, "pagedown")
        await at.press("space", *(["2"] if today else []), "space", "0", "0", "2")
        await at.type(NOTE, "pagedown")
        assert at.sees(NOTE)
        await at.press("0", "pageup", "s")
        assert isinstance(at.app.screen, SummaryPage)
        assert lies_open(tmp_path) == set()

        def fails(*_: object) -> None:
            raise ValueError(CODE, NOTE)

        with monkeypatch.context() as failing:
            failing.setattr(at.app.bench, "make_papers", fails)
            await at.press("p")
        assert lies_open(tmp_path) == set()
        await at.press("p")
        assert lies_open(tmp_path) == {"temporary" if today else "papers"}
        await at.press("space")
        assert isinstance(at.app.screen, StartPage)
    assert lies_open(tmp_path) == (set() if today else {"papers"})
    assert "ValueError" in log_file().read_text("utf-8")
    with open_store(home / "store.db", Passphrase(WORDS)) as store:
        assert [client.code for client in store.clients()] == ([] if today else [CODE])
        facts = [fact.value for visit in store.visits(CODE) for fact in store.facts_of_visit(visit.id)]
        assert (NOTE in facts) is not today


def test_the_search_would_see_it(tmp_path: Path) -> None:
    with open_store(tmp_path / "plain" / "store.db") as store:
        store.add_client(Client(code=CODE)).result()
    (tmp_path / "papers").mkdir()
    (tmp_path / "papers" / "note").write_text(NOTE, "utf-16")
    assert lies_open(tmp_path) == {"plain", "papers"}
