"""`teststation doctor`: each check sees what is missing and says what to do; the exit status tells whether it works."""

from __future__ import annotations

import itertools
import re
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from bleak.exc import BleakBluetoothNotAvailableError, BleakBluetoothNotAvailableReason, BleakDBusError, BleakError
from click.testing import CliRunner, Result

from teststation import clock
from teststation.cli import commands, machine
from teststation.cli.machine import Line, Verdict
from teststation.model import Reason
from teststation.sensors import adapter
from teststation.sensors.calibration import Calibration
from teststation.sensors.calibrations import keep_calibration
from teststation.settings import HOME_VARIABLE, ChosenSensor, Settings, sensors_folder, settings_file, write_settings

TERMINAL: dict[str, Any] = {
    "is_terminal": True,
    "size": (100, 30),
    "encoding": "utf-8",
    "environment": {"TERM": "xterm-256color", "COLORTERM": "truecolor"},
    "platform": "linux",
}


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "home"
    monkeypatch.setenv(HOME_VARIABLE, str(folder))
    return folder


def doctor() -> Result:
    return CliRunner().invoke(commands, ["doctor"], prog_name="teststation")


def heard(monkeypatch: pytest.MonkeyPatch, error: Exception | None = None) -> None:
    """Have a scan work, or fail in some way."""

    async def scan(radios: object, seconds: float) -> list[object]:
        if error is not None:
            raise error
        return []

    monkeypatch.setattr(adapter, "scan", scan)


# The command


def test_a_machine_in_order_ends_with_0_and_a_line_for_each_check(monkeypatch: pytest.MonkeyPatch) -> None:
    heard(monkeypatch)
    result = doctor()
    assert result.exit_code == 0, result.output
    names = [re.split(r"\s{2,}", line)[1] for line in result.stdout.splitlines()]
    assert len(names) == len(set(names)) == 8
    assert {line.split()[0] for line in result.stdout.splitlines()} <= {"ok", "note"}


def test_what_does_not_work_ends_with_1_and_says_what_to_do(monkeypatch: pytest.MonkeyPatch, home: Path) -> None:
    heard(monkeypatch, BleakError("nobody knows"))
    monkeypatch.setattr(adapter, "linux_faults", lambda: ())
    result = doctor()
    assert result.exit_code == 1
    assert "fault  bluetooth" in result.stdout
    assert "nobody knows" in result.stdout


def test_the_sensor_of_the_practice_is_told_of(monkeypatch: pytest.MonkeyPatch) -> None:
    heard(monkeypatch)
    chosen = ChosenSensor(driver="test", serial="t-1", address="AA", name="Riem")
    write_settings(Settings(sensor=chosen), settings_file())
    assert re.search(r"note +sensor +Riem", doctor().stdout)
    now = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    keep_calibration(sensors_folder(), Calibration(driver="test", serial="t-1", measured_at=now))
    assert re.search(r"ok +sensor +Riem", doctor().stdout)


def test_settings_that_cannot_be_read_are_a_fault(monkeypatch: pytest.MonkeyPatch, home: Path) -> None:
    heard(monkeypatch)
    home.mkdir()
    settings_file().write_text("{", "utf-8")
    result = doctor()
    assert result.exit_code == 1
    assert re.search(r"fault +\w+ +.*settings.toml", result.stdout)


# Bluetooth


def on_linux(root: Path, *, adapters: int = 1, bus: bool = True, **switches: str) -> Path:
    for number in range(adapters):
        (root / f"sys/class/bluetooth/hci{number}").mkdir(parents=True)
    if bus:
        (root / "run/dbus").mkdir(parents=True)
        (root / "run/dbus/system_bus_socket").touch()
    if switches:
        switch = root / "sys/class/rfkill/rfkill0"
        switch.mkdir(parents=True)
        for name, value in ({"type": "bluetooth", "hard": "0", "soft": "0"} | switches).items():
            (switch / name).write_text(f"{value}\n", "utf-8")
    return root


@pytest.mark.parametrize(
    ("there", "codes"),
    [
        ({}, []),
        ({"adapters": 0}, ["bluetooth_no_adapter"]),
        ({"bus": False}, ["bluetooth_no_service"]),
        ({"soft": "1"}, ["bluetooth_blocked"]),
        ({"hard": "1", "soft": "1"}, ["bluetooth_switch"]),
        ({"type": "wlan", "soft": "1"}, []),
    ],
)
def test_linux_says_where_it_says_what_is_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, there: dict[str, Any], codes: list[str]
) -> None:
    monkeypatch.delenv("DBUS_SYSTEM_BUS_ADDRESS", raising=False)
    assert [reason.code for reason in adapter.linux_faults(on_linux(tmp_path, **there))] == codes


WHY = BleakBluetoothNotAvailableReason


@pytest.mark.parametrize(
    ("error", "platform", "code"),
    [
        (BleakBluetoothNotAvailableError("", WHY.POWERED_OFF), "win32", "bluetooth_off"),
        (BleakBluetoothNotAvailableError("", WHY.DENIED_BY_USER), "darwin", "bluetooth_denied"),
        (BleakBluetoothNotAvailableError("", WHY.DENIED_BY_SYSTEM), "linux", "bluetooth_group"),
        (BleakBluetoothNotAvailableError("", WHY.NO_BLUETOOTH), "win32", "bluetooth_no_adapter"),
        (BleakBluetoothNotAvailableError("x", WHY.UNKNOWN), "win32", "bluetooth_unavailable"),
        (BleakDBusError("org.freedesktop.DBus.Error.AccessDenied", []), "linux", "bluetooth_group"),
        (BleakDBusError("org.freedesktop.DBus.Error.ServiceUnknown", []), "linux", "bluetooth_no_service"),
        (BleakDBusError("org.bluez.Error.NotReady", []), "linux", "bluetooth_off"),
        (FileNotFoundError(2, "No such file"), "linux", "bluetooth_unavailable"),
    ],
)
async def test_what_a_system_complains_of_is_a_sentence(
    monkeypatch: pytest.MonkeyPatch, error: Exception, platform: str, code: str
) -> None:
    heard(monkeypatch, error)
    monkeypatch.setattr(adapter, "linux_faults", lambda: ())
    monkeypatch.setattr(adapter.sys, "platform", platform)  # type: ignore[attr-defined]
    (fault,) = await adapter.bluetooth_faults()
    assert fault.code == code
    assert machine.bluetooth((fault,))[0].verdict is Verdict.FAULT


async def test_a_scan_that_works_is_what_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    heard(monkeypatch)
    monkeypatch.setattr(adapter, "linux_faults", lambda: (Reason("bluetooth_no_service"),))
    assert await adapter.bluetooth_faults() == ()


# The rest of the machine


@pytest.mark.parametrize(
    ("changes", "worst"),
    [
        ({}, Verdict.OK),
        ({"size": (80, 24)}, Verdict.OK),
        ({"size": (79, 24)}, Verdict.FAULT),
        ({"size": (80, 23)}, Verdict.FAULT),
        ({"encoding": "cp1252"}, Verdict.FAULT),
        ({"encoding": "UTF-8"}, Verdict.OK),
        ({"environment": {"TERM": "xterm-256color"}}, Verdict.OK),
        ({"environment": {"TERM": "linux"}}, Verdict.NOTE),
        ({"environment": {"TERM": "dumb"}}, Verdict.FAULT),
        ({"environment": {"NO_COLOR": "1"}}, Verdict.NOTE),
        ({"environment": {"WT_SESSION": "x"}, "platform": "win32"}, Verdict.OK),
        ({"environment": {}, "platform": "win32"}, Verdict.NOTE),
        ({"is_terminal": False, "size": (10, 2)}, Verdict.NOTE),
    ],
)
def test_the_terminal(changes: dict[str, Any], worst: Verdict) -> None:
    order = list(Verdict)
    lines = machine.terminal(**TERMINAL | changes)
    assert max((line.verdict for line in lines), key=order.index) is worst


def test_sound_is_not_needed(tmp_path: Path) -> None:
    assert machine.sound("linux", tmp_path).verdict is Verdict.NOTE
    (tmp_path / "proc/asound").mkdir(parents=True)
    (tmp_path / "proc/asound/cards").write_text("--- no soundcards ---\n", "utf-8")
    assert machine.sound("linux", tmp_path).verdict is Verdict.NOTE
    (tmp_path / "proc/asound/cards").write_text(" 0 [PCH    ]: HDA-Intel\n", "utf-8")
    assert machine.sound("linux", tmp_path).verdict is Verdict.OK


@pytest.mark.parametrize(
    ("free", "verdict"), [(50_000_000_000, Verdict.OK), (500_000_000, Verdict.NOTE), (1_000_000, Verdict.FAULT)]
)
def test_room_on_the_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, free: int, verdict: Verdict) -> None:
    usage = SimpleNamespace(free=free)
    monkeypatch.setattr(machine, "shutil", SimpleNamespace(disk_usage=lambda _: usage))
    assert machine.disk(tmp_path / "not" / "yet" / "there").verdict is verdict


@pytest.mark.parametrize(
    ("step_s", "verdict"), [(1e-7, Verdict.OK), (2e-3, Verdict.NOTE), (0.0156, Verdict.FAULT), (-0.001, Verdict.FAULT)]
)
def test_a_clock_in_steps(tmp_path: Path, step_s: float, verdict: Verdict) -> None:
    ticks = itertools.count()
    line = machine.clock(lambda: (next(ticks) // 4) * step_s, tmp_path)
    assert line.verdict is verdict


def test_this_clock_is_fine_and_a_slow_source_is_noted(tmp_path: Path) -> None:
    assert machine.clock(clock.now).verdict is not Verdict.FAULT
    source = tmp_path / "sys/devices/system/clocksource/clocksource0"
    source.mkdir(parents=True)
    (source / "current_clocksource").write_text("acpi_pm\n", "utf-8")
    assert machine.clock(clock.now, tmp_path).verdict is Verdict.NOTE


def test_the_store(tmp_path: Path) -> None:
    file = tmp_path / "home" / "store.db"
    assert machine.store(file).verdict is Verdict.OK
    assert not file.parent.exists()  # a check makes nothing
    file.parent.mkdir()
    log = file.with_name("store.db-wal")
    log.touch()
    assert machine.store(file).verdict is Verdict.FAULT
    file.write_bytes(bytes(2_000_000))
    assert machine.store(file) == Line("store", Verdict.OK, f"{file}, 2 MB")
    assert [path.name for path in sorted(file.parent.iterdir())] == ["store.db", "store.db-wal"]


def test_a_store_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    assert machine.store(tmp_path / "file" / "store.db").verdict is Verdict.FAULT


@pytest.mark.parametrize(
    ("sensor", "measured_at", "verdict"),
    [
        (None, None, Verdict.OK),
        ("Riem", None, Verdict.NOTE),
        ("Riem", "2026-11-01T10:00:00.000000Z", Verdict.OK),
        ("Riem", "2026-10-01T10:00:00.000000Z", Verdict.NOTE),
    ],
)
def test_a_sensor_is_calibrated_every_month(sensor: str | None, measured_at: str | None, verdict: Verdict) -> None:
    assert machine.calibration(sensor, measured_at, datetime(2026, 11, 23, tzinfo=UTC)).verdict is verdict


def test_a_rule_that_is_off_is_a_fault_and_says_why() -> None:
    assert machine.rules([]).verdict is Verdict.OK
    off = machine.rules(["Regel gug-kngf-20 staat uit: dubbel."])
    assert (off.verdict, off.text) == (Verdict.FAULT, "Regel gug-kngf-20 staat uit: dubbel.")
