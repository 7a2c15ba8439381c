"""Names that mean harm, from the radio to a real terminal: shown as letters, and nothing of them is carried out."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from e2e.hostile_station import NAMES
from terminal import Terminal


@pytest.mark.soak
@pytest.mark.skipif(sys.platform == "win32", reason="no pseudo-terminals")
def test_what_sensors_call_themselves_does_no_harm_to_a_terminal(tmp_path: Path) -> None:
    terminal = Terminal(tmp_path, str(Path(__file__).with_name("hostile_station.py")))
    terminal.until(f"{len(NAMES)} sensoren gevonden")
    terminal.press("k")
    terminal.until("Welke sensor")
    for harmless in NAMES.values():
        terminal.until(harmless)
    seen, terminal.written = terminal.written, ""
    terminal.press("b")
    terminal.until("HUISBEZOEK")
    terminal.press("q")
    assert terminal.end() == 0
    seen += terminal.written
    assert [name for name in NAMES if not name.isprintable() and name in seen] == []
    assert "\u202e" not in seen
