"""A trial without a screen: kept, told block by block, stopped by itself or by hand, and silent to every network."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import msgspec
import pytest

from teststation.cli import record
from teststation.sensors.calibration import Calibration
from teststation.sensors.calibrations import keep_calibration
from teststation.sensors.link import LiveSensor
from teststation.settings import HOME_VARIABLE, Settings, calibration_folder, sensors_folder, settings_file
from teststation.store import Passphrase, open_store, set_up_store

ROOT = Path(__file__).parents[1]
BELT = calibration_folder() / "recordings" / "gug_belt.csv.gz"
WORDS = "een lange wachtzin 42"
CODE, NOTE = "K-4711", "kanarie-notitie"
SHORT = ("record", "--test", "gug", "--client", CODE, "--replay", str(BELT), "--speed", "20")


class Station:
    """A home of its own, and the program as a child process that is watched for sockets."""

    def __init__(self, folder: Path) -> None:
        self.home, self.passphrase, self.heard = folder / "home", folder / "passphrase", folder / "heard"
        self.home.mkdir()
        self.passphrase.write_text(WORDS)
        set_up_store(self.home / "store.db", WORDS)
        self.environment = os.environ | {
            "TESTSTATION_HOME": str(self.home),
            "PYTHONPATH": str(ROOT / "tests"),
            "TMPDIR": str(folder / "temporary"),
        }
        (folder / "temporary").mkdir()

    def start(self, *args: str) -> subprocess.Popen[str]:
        """Start a command."""
        command = [sys.executable, "-m", "watched", str(self.heard), *args, "--passphrase-file", str(self.passphrase)]
        return subprocess.Popen(
            command, env=self.environment, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )

    def run(self, *args: str) -> tuple[int, str, str]:
        """Run a command to its end."""
        child = self.start(*args)
        out, said = child.communicate()
        return child.returncode, out, said


@pytest.fixture
def at(tmp_path: Path) -> Station:
    return Station(tmp_path)


def test_a_trial_is_recorded_told_and_kept(at: Station) -> None:
    status, out, said = at.run(*SHORT)
    assert status == 0, said
    key, *blocks = out.splitlines()
    assert all(re.fullmatch(rf"block {number} \d+\.\d\d s", line) for number, line in enumerate(blocks, start=1))
    assert len(blocks) > 20
    assert CODE in said
    with open_store(at.home / "store.db", Passphrase(WORDS)) as store:
        (visit,) = store.visits(CODE)
        (trial,) = store.trials(visit.id)
        assert trial.id == key
        assert visit.ended_at is not None
        assert store.unfinished() == []
        kept = store.recording(key)
        assert kept is not None
        assert kept.time_s[-1] - kept.time_s[0] >= float(blocks[-1].split()[2])
        assert len(store.results(visit.id)) == 1


@pytest.mark.parametrize("told", [signal.SIGINT, signal.SIGTERM])
def test_ctrl_c_and_a_polite_end_are_a_stop_and_what_was_recorded_is_kept(at: Station, told: signal.Signals) -> None:
    child = at.start(*(word if word != "20" else "1" for word in SHORT))
    assert child.stdout is not None
    key = child.stdout.readline().strip()
    while not child.stdout.readline().startswith("block 8 "):
        pass
    child.send_signal(told)
    _, said = child.communicate()
    assert child.returncode == 130, said
    with open_store(at.home / "store.db", Passphrase(WORDS)) as store:
        assert store.trial(key).hand.stop_s is not None
        assert store.unfinished() == []
        kept = store.recording(key)
        assert kept is not None
        assert kept.time_s[-1] - kept.time_s[0] > 3.5


@pytest.mark.parametrize(
    "args",
    [
        ("record", "--test", "gug", "--client", "JANSEN"),
        ("record", "--test", "gug", "--client", "../K1"),
        ("record", "--test", "gug", "--client", CODE, "--replay", "/nowhere.csv"),
        ("record", "--test", "gug", "--client", CODE, "--replay", str(BELT), "--sensor", "1"),
    ],
)
def test_what_cannot_be_recorded_is_refused(at: Station, args: tuple[str, ...]) -> None:
    status, out, said = at.run(*args)
    assert (status, out) == (2, ""), said
    assert "Traceback" not in said


def test_a_sensor_is_put_right_by_what_was_calibrated_of_it(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv(HOME_VARIABLE, str(tmp_path))
    known = Calibration(driver="movesense", serial="1", measured_at="2026-11-22T12:00:00Z", bias_rad_s=(0.1, 0.0, 0.0))
    keep_calibration(sensors_folder(), known)
    _, sensor = record._live("1", Settings())
    assert isinstance(sensor, LiveSensor)
    info = msgspec.structs.replace(sensor.info, driver="movesense")
    assert sensor._calibration_of(info) == known


def test_settings_that_are_damaged_are_said_in_a_line(at: Station) -> None:
    (at.home / settings_file().name).write_text("course_m = = 4")
    status, _, said = at.run("record", "--test", "gug", "--client", CODE, "--replay", "/nowhere.csv")
    assert status == 2
    assert [settings_file().name in line for line in said.splitlines()] == [True, False]


def test_nothing_is_connected_or_bound_and_nothing_of_the_client_lies_open(at: Station, tmp_path: Path) -> None:
    """A visit with a note, a backup, an export: only the export that was asked for may be read."""
    assert at.run(*SHORT)[0] == 0
    with open_store(at.home / "store.db", Passphrase(WORDS)) as store:
        from teststation.model import Fact  # noqa: PLC0415 - here only

        (visit,) = store.visits(CODE)
        store.add_facts(visit.id, [Fact(code="request", value=NOTE, at=visit.started_at)]).result()
    assert at.run("store", "backup", str(tmp_path / "backup.db"))[0] == 0
    assert at.run("store", "verify")[0] == 0
    exported = tmp_path / "exported"
    assert at.run("export", "csv", "--client", CODE, "--out", str(exported))[0] == 0
    assert at.run("record", "--test", "gug", "--client", CODE, "--replay", f"/{NOTE}.csv")[0] == 2
    assert not at.heard.exists(), at.heard.read_text()

    canaries = [text.encode(how) for text in (CODE, NOTE) for how in ("utf-8", "utf-16-le")]
    open_in = {
        file.relative_to(tmp_path).parts[0]
        for file in tmp_path.rglob("*")
        if file.is_file() and any(canary in file.read_bytes() for canary in canaries)
    }
    assert open_in == {"exported"}


def test_the_ear_hears(tmp_path: Path) -> None:
    """The check could fail: a socket that is bound or connected is told of."""
    for act in ("bind(('127.0.0.1', 0))", "connect(('127.0.0.1', 9))"):
        code = f"import socket, watched; watched.listen({str(tmp_path / 'heard')!r}); socket.socket().{act}"
        done = subprocess.run([sys.executable, "-c", code], cwd=ROOT / "tests", capture_output=True, check=False)
        assert b"PermissionError" in done.stderr
    assert (tmp_path / "heard").read_text().count("\n") == 2
