"""The first days in a real terminal: a store set up, left, unlocked, a visit begun, killed and taken up again."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest

from e2e.test_kills import killed
from store.conftest import PASSPHRASE, cheap_keys  # noqa: F401 - a fixture
from terminal import Terminal
from teststation.settings import Settings, settings_file, write_settings
from teststation.station.resuming import INTERRUPTED
from teststation.store import open_store, set_up_store

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="no pseudo-terminals")

WORDS = PASSPHRASE.text
ENTER, PAGE_DOWN = "\r", "\x1b[6~"


def set_up(terminal: Terminal) -> None:
    terminal.until_shown("INRICHTEN")
    terminal.press(" ")
    terminal.until_shown("minstens 10 tekens")
    terminal.press(WORDS + ENTER)
    terminal.until_in("Nog eens")
    terminal.press(WORDS + ENTER)
    terminal.until_shown("wachtzin bij elke start")
    terminal.press(" ")
    terminal.until_shown("ik heb haar op papier")
    group = re.findall(r"[0-9A-Z]{5}", str(terminal.screen))[-1]
    terminal.press(" ")
    terminal.until_shown("vijf tekens")
    terminal.press(group + ENTER)
    terminal.until_in("Uw initialen")
    terminal.press("mb" + ENTER)
    terminal.until_shown("vergrendelen")


@pytest.mark.soak
def test_the_store_is_set_up_and_the_next_day_unlocked(tmp_path: Path) -> None:
    first = Terminal(tmp_path, "-m", "teststation")
    set_up(first)
    first.press("q")
    assert first.end() == 0

    second = Terminal(tmp_path, "-m", "teststation")
    second.until_shown("ONTGRENDELEN")
    second.press(" ")
    second.until_shown("wachtzin vergeten")
    second.press(f"geen koeien in de wei{PAGE_DOWN}")
    second.until_shown("Deze wachtzin past niet")
    second.press(WORDS + PAGE_DOWN)
    second.until_shown("HUISBEZOEK")
    second.press(" ")
    second.until_shown("Geboortejaar")
    second.press(f"K-017{PAGE_DOWN}")
    second.until_shown("klopt dit?")
    second.kill()
    left = [file for file in tmp_path.rglob("*") if file.is_file()]
    assert not [file for file in left if b"K-017" in file.read_bytes()]


def test_a_trial_that_a_kill_cut_short_is_analysed_and_kept_the_next_day(
    tmp_path: Path,
    cheap_keys: None,  # noqa: F811 - the fixture
) -> None:
    path = tmp_path / "store.db"
    set_up_store(path, WORDS)
    write_settings(Settings(operator="MB"), tmp_path / settings_file().name)
    killed(path, "saving", 1, 0.0)

    station = Terminal(tmp_path, "-m", "teststation")
    station.until_shown("ONTGRENDELEN")
    station.press(" ")
    station.until_shown("wachtzin vergeten")
    station.press(WORDS + PAGE_DOWN)
    station.until_shown("[1]", "HUISBEZOEK")
    station.press("1")
    station.until_shown("verder met het laatste")
    station.press(" ")
    station.until_shown("akkoord", "weggooien")
    station.press(" ")
    station.until_shown("andere test")
    station.kill()
    with open_store(path, PASSPHRASE) as store:
        assert store.unfinished() == []
        ((left,),) = [store.trials(visit.id) for visit in store.open_visits()]
        assert (left.outcome_reason, left.analysis is not None) == (INTERRUPTED, True)
