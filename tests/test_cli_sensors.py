"""The commands for sensors, as they are given: listed, calibrated, checked; the last two in a terminal of their own."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from terminal import Terminal
from teststation.cli import commands, sensors
from teststation.model import Reason
from teststation.sensors.driver import Heard
from teststation.sensors.survey import Surveyed

FOUND = (
    Surveyed(
        heard=Heard(address="AA:01", name="Riem [/]", rssi_dbm=-48),
        driver="movella_dot",
        model="Movella DOT",
        serial="D4-1",
        battery=64,
    ),
    Surveyed(
        heard=Heard(address="AA:02"),
        driver="witmotion",
        model="WitMotion",
        trouble=Reason("sensor_not_connected", {"name": "AA:02"}),
    ),
)


def run(*args: str, screens: Any = None) -> Any:
    return CliRunner().invoke(commands, list(args), obj=screens, prog_name="teststation")


def test_what_is_within_reach_is_a_table_and_trouble_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    async def survey(seconds: float) -> tuple[Surveyed, ...]:
        return FOUND

    monkeypatch.setattr(sensors, "_real", survey)
    result = run("sensors", "--seconds", "1")
    assert result.exit_code == 0
    heads, first, beneath, second, last = result.stdout.splitlines()
    assert re.split(r"\s{2,}", heads) == ["name", "battery", "signal", "serial number"]
    assert re.split(r"\s{2,}", first) == ["Riem [/]", "64 %", "-48 dBm", "D4-1"]
    assert beneath.strip() == "Movella DOT · movella_dot · AA:01"
    assert re.split(r"\s{2,}", second) == ["–", "–", "–", "–"]
    assert last.strip() == "WitMotion · witmotion · AA:02"
    assert "AA:02" in result.stderr


def test_where_none_is_heard_it_is_said_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    async def survey(seconds: float) -> tuple[Surveyed, ...]:
        return ()

    monkeypatch.setattr(sensors, "_real", survey)
    result = run("sensors")
    assert (result.exit_code, result.stdout) == (0, "")
    assert "switch one on" in result.stderr


def test_simulated_sensors_are_listed_through_the_real_library() -> None:
    result = run("sensors", "--simulate", "--seconds", "0.5")
    assert result.exit_code == 0, result.output
    for driver in ("teststation_imu", "movella_dot", "witmotion", "movesense"):
        assert driver in result.stdout


def test_without_bumble_one_line_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "teststation.sensors.virtual", None)
    monkeypatch.delitem(sys.modules, "teststation.sensors.virtual.stage", raising=False)
    result = run("sensors", "--simulate")
    assert result.exit_code == 2
    assert "teststation[simulate]" in result.stderr


@pytest.mark.parametrize(
    ("args", "choices"),
    [
        (("calibrate",), {"calibrate": True, "language": None}),
        (("calibrate", "--language", "en"), {"calibrate": True, "language": "en"}),
        (("demo", "--ble"), {"demo": True, "language": None, "ble": True}),
    ],
)
def test_screens_are_opened_as_asked(args: tuple[str, ...], choices: dict[str, Any]) -> None:
    opened: list[dict[str, Any]] = []
    assert run(*args, screens=lambda **asked: opened.append(asked)).exit_code == 0
    assert opened == [choices]


# In a terminal


@pytest.mark.skipif(sys.platform == "win32", reason="no pseudo-terminals")
def test_the_doctor_sees_the_terminal_that_it_is_called_in(tmp_path: Path) -> None:
    terminal = Terminal(tmp_path, "-m", "teststation", "doctor")
    status = terminal.end()
    lines = terminal.written.splitlines()
    assert status == (1 if any(line.startswith("fault") for line in lines) else 0)
    assert re.search(r"ok +terminal +80 × 24", terminal.written)
    assert re.search(r"ok +colours +256", terminal.written)
    assert re.search(r"ok +letters +UTF-8", terminal.written)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(sys.platform == "win32", reason="no pseudo-terminals")
def test_the_calibration_opens_waits_for_a_sensor_and_leaves(tmp_path: Path) -> None:
    terminal = Terminal(tmp_path, "-m", "teststation", "calibrate", "--language", "en")
    terminal.until("Calibrate the sensor")
    terminal.until("waiting for the sensor")
    terminal.press("b")
    assert terminal.end() == 0
