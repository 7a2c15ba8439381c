"""Visits by real keys in a real terminal: what a therapist does, and what befalls them while they do it."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest
from benchmarks.taped_station import OPERATOR

from terminal import Terminal
from teststation.model import Outcome, TestName, Trial
from teststation.station.resuming import INTERRUPTED
from teststation.store import Store, open_store
from teststation.tui.demo import tapes

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="no pseudo-terminals")

PAGE_DOWN, DOWN = "\x1b[6~", "\x1b[B"
LOST = "Get-Up-and-Go, sensor valt onderweg weg"
FIRST_PAGE, WAITS_FOR_CUE = "HUISBEZOEK", "wacht op de toets"
USUAL = {
    "Vallen": "0",
    "Risicofactoren": "0",
    "Klachten": "670",
    "Wat zag u?": "0",
    "Drie opdrachten": "0",
    "Samenvatting": "p ",
}
"""What is pressed on a page, by its title, where it is not the one key."""
KEEPS_THE_SIGNAL = """
import signal, subprocess, sys
signal.signal(signal.SIGHUP, signal.SIG_IGN)
sys.exit(subprocess.call(sys.argv[1:]))
"""
AT_MOST = 60
"""Presses for a whole visit (issue 7)."""


def demo(home: Path) -> Terminal:
    """Open simulation, once it is ready to play."""
    terminal = Terminal(home, "-m", "teststation", "demo")
    terminal.until_shown("Rondleiding 1")
    terminal.until_gone("Wordt klaargezet")
    return terminal


def station(home: Path) -> Terminal:
    """Open the station on recordings, with a store that stays."""
    terminal = Terminal(home, "-m", "benchmarks.taped_station")
    terminal.until_shown("HUISBEZOEK", f"als {OPERATOR}")
    return terminal


def enter_client(terminal: Terminal) -> None:
    """Type a code; what comes after it is counted."""
    terminal.press(" ")
    terminal.until_shown("Geboortejaar")
    terminal.press(f"K-017{PAGE_DOWN}")
    terminal.until_shown("klopt dit?")


def begin_screening(terminal: Terminal) -> None:
    """Begin the shortest visit."""
    terminal.press("d")
    terminal.until_shown("Geboortejaar")
    terminal.press(PAGE_DOWN)
    terminal.until_shown("klopt dit?")


def go_through(terminal: Terminal, until: str = FIRST_PAGE) -> int:
    """Press what is usually pressed, until something is shown; give how many presses that took."""
    presses = 0
    while until not in str(terminal.screen):
        if WAITS_FOR_CUE in str(terminal.screen):
            run(terminal)
            presses += 1
            if "4,5 meter lopen" in str(terminal.screen):
                terminal.press(" ")
                terminal.until_shown("streep gezien")
                presses += 1
            terminal.press("e")  # simulation's own, and no press of a visit
            terminal.until_shown("akkoord")
            continue
        keys = next((keys for title, keys in USUAL.items() if title in page(terminal)), " ")
        for key in keys[:-1]:
            terminal.press(key)
        before = page(terminal)
        terminal.press(keys[-1])
        until_another(terminal, before)
        presses += len(keys)
    return presses


def until_another(terminal: Terminal, before: str) -> None:
    """Wait until another page was drawn."""
    terminal.until_true(lambda: page(terminal) != before, before)
    terminal.settle()


def page(terminal: Terminal) -> str:
    """Tell a page by its title and by what its one key does."""
    shown = str(terminal.screen)
    return shown.splitlines()[0] + "".join(re.findall(r"Spatie  .*?(?=   |$)", shown, re.MULTILINE)[-1:])


def go_to_a_run(terminal: Terminal) -> None:
    """Go on until the first test runs."""
    go_through(terminal, WAITS_FOR_CUE)
    run(terminal)


def trials(store: Store) -> list[Trial]:
    """Give the trials of the only client, in their order."""
    (client,) = store.clients()
    return [trial for visit in store.visits(client.code) for trial in store.trials(visit.id)]


def run(terminal: Terminal) -> None:
    """Give the cue of a trial that is armed."""
    terminal.until_shown("KLAAR", "sensor 100 Hz")
    terminal.press(" ")
    terminal.until_shown("LOOPT", "tijd loopt")


def test_in_a_run_the_language_changes_and_a_wrong_stop_is_undone(tmp_path: Path) -> None:
    terminal = demo(tmp_path)
    terminal.press(" ")
    run(terminal)
    terminal.press("l")
    terminal.until_shown("RUNNING", "hand: timing")
    terminal.press(" ")
    terminal.until_shown("STOPPED", "U  undo")
    terminal.press("u")
    terminal.until_shown("RUNNING", "hand: timing")
    terminal.press("e")
    terminal.until_shown("accept", "Go cue → seated")
    assert re.search(r"Go cue → seated +► 22.\d\d s", str(terminal.screen)), "as long as the recording, by the sensor"
    terminal.kill()


@pytest.mark.soak
def test_a_fall_in_mid_test_is_said_by_one_key_and_kept(tmp_path: Path) -> None:
    terminal = station(tmp_path)
    begin_screening(terminal)
    go_to_a_run(terminal)
    terminal.press("f")
    terminal.until_shown("Blijf bij de cliënt. Tijd vastgelegd, opname loopt door.", "[1]")
    terminal.press("1")
    terminal.until_shown("akkoord", "GEVALLEN")
    terminal.press(" ")
    terminal.until_shown("nader onderzoek")
    terminal.kill()
    with open_store(tmp_path / "store.db") as store:
        (trial,) = trials(store)
        assert trial.outcome is Outcome.FELL
        assert store.recording(trial.id) is not None


@pytest.mark.soak
def test_a_sensor_lost_in_mid_test_leaves_the_time_by_hand(tmp_path: Path) -> None:
    terminal = demo(tmp_path)
    terminal.press("o")
    terminal.until_shown("Welke opname?")
    titles = [tape.title["nl"] for tape in sorted(tapes().values(), key=lambda tape: (tape.test, tape.name))]
    for title in titles[1 : 1 + titles.index(LOST)]:
        terminal.press(DOWN)
        terminal.until_shown(f"► {title}")
    terminal.press(" ")
    terminal.until_shown("gelezen, klaar")
    terminal.press(" ")
    run(terminal)
    terminal.press("v")
    terminal.until_shown("sensor weg – de tijd loopt door met de hand")
    terminal.press(" ")
    terminal.until_shown("akkoord", "Gekozen: hand")
    assert re.search(r"startsein → zit +– +► \d+,\d\d s ±", str(terminal.screen)), (
        "no time of the sensor, one of the hand"
    )
    terminal.kill()


@pytest.mark.soak
def test_a_whole_visit_takes_few_presses_and_leaves_results_and_papers(tmp_path: Path) -> None:
    terminal = station(tmp_path)
    enter_client(terminal)
    assert go_through(terminal) <= AT_MOST
    terminal.press("q")
    assert terminal.end() == 0
    with open_store(tmp_path / "store.db") as store:
        assert [(trial.outcome, trial.headline_source is None) for trial in trials(store)] == [
            (Outcome.DONE, False)
        ] * 6
        (visit,) = store.visits("K-017")
        assert {saved.result.test for saved in store.results(visit.id)} == {TestName.GAIT, TestName.GUG, TestName.TCS}
        assert store.open_visits() == []
    assert len(list((tmp_path / "papers").glob("*.pdf"))) == 2


@pytest.mark.soak
def test_a_visit_that_is_killed_in_mid_test_goes_on_to_its_end(tmp_path: Path) -> None:
    killed = station(tmp_path)
    enter_client(killed)
    go_to_a_run(killed)
    killed.kill()

    terminal = station(tmp_path)
    terminal.until_shown("bezoeken niet afgesloten: 1")
    terminal.press("1")
    terminal.until_shown("onafgemaakt: 1", "verder met het laatste")
    terminal.press(" ")
    terminal.until_shown("akkoord", "weggooien")
    go_through(terminal)
    terminal.kill()
    with open_store(tmp_path / "store.db") as store:
        left, *others = trials(store)
        assert (left.test, left.outcome_reason) == (TestName.GAIT, INTERRUPTED)
        assert [trial.outcome for trial in others] == [Outcome.DONE] * 6
        assert store.open_visits() == []


def test_a_window_that_is_closed_ends_the_station_where_nobody_passes_the_signal_on(tmp_path: Path) -> None:
    terminal = Terminal(tmp_path, "-c", KEEPS_THE_SIGNAL, sys.executable, "-m", "teststation", "demo")
    terminal.until_shown("Rondleiding 1")
    assert terminal.close() == 0


@pytest.mark.soak
def test_a_window_that_is_closed_in_mid_test_leaves_the_recording(tmp_path: Path) -> None:
    terminal = station(tmp_path)
    begin_screening(terminal)
    go_to_a_run(terminal)
    terminal.until_shown("heen")
    assert terminal.close() == 0
    with open_store(tmp_path / "store.db") as store:
        (trial,) = trials(store)
        recording = store.recording(trial.id)
        assert recording is not None
        assert recording.cue_s is not None
        assert recording.time_s[-1] > recording.cue_s + 1.0
        assert [left.id for left in store.unfinished()] == [trial.id]
