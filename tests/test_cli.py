"""The command line: what it says, where it says it, and how it ends."""

from __future__ import annotations

import gzip
import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest
from click.testing import CliRunner, Result

from recordings import HEADER, rocking, rows, write_rows
from tasks import doubled, doubled_or_killed, killed_once
from teststation import __version__
from teststation.cli import commands
from teststation.cli.pool import in_order
from teststation.formats import write_motion_bids, write_plain_table
from teststation.model import (
    Analysis,
    Event,
    Measure,
    Placement,
    Quality,
    Reason,
    Recording,
    Status,
    TestName,
)
from teststation.sensors.synthetic import ADULT, BELT, get_up_and_go
from teststation.settings import HOME_VARIABLE
from teststation.tests import catalogue
from teststation.tests.base import Options


class Clinical:
    """Stands in for the clinical tests: a Get-Up-and-Go of 10.42 s in all that does not begin with "bug"."""

    asked: Options

    def analyse(self, recording: Recording, options: Options) -> Analysis:
        self.asked = options
        if Path(recording.name).name.startswith("bug"):
            raise ZeroDivisionError(recording.subject)
        if Path(recording.name).name.startswith("stopped"):
            raise KeyboardInterrupt
        return Analysis(
            test=TestName.GUG,
            placement=options.placement or Placement.WAIST,
            status=Status.COMPLETE,
            quality=Quality(sampling_rate_hz=100.0, notes=(Reason("no_time", {"file": "note"}),)),
            events=(Event("seated", 12.0, (11.9, 12.1)),),
            measures=(
                Measure("duration", 20.42, "s", (20.3, 20.54)),
                Measure("turn_1_angle", 178.2, "deg", (170.0, 185.0)),
            ),
        )


@pytest.fixture
def clinical(monkeypatch: pytest.MonkeyPatch) -> Clinical:
    fake = Clinical()
    monkeypatch.setattr(catalogue, "clinical_test", lambda _: fake)
    return fake


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "home"
    monkeypatch.setenv(HOME_VARIABLE, str(folder))
    return folder


@pytest.fixture
def good(tmp_path: Path) -> str:
    write_plain_table(tmp_path / "good.csv", rocking())
    return str(tmp_path / "good.csv")


def run(*args: str | Path, screens: Any = None) -> Result:
    return CliRunner().invoke(commands, [str(arg) for arg in args], obj=screens, prog_name="teststation")


def lines(result: Result) -> list[dict[str, Any]]:
    return [json.loads(line) for line in result.stdout.splitlines()]


def test_without_a_command_the_station_opens() -> None:
    opened: list[dict[str, Any]] = []
    result = run(screens=lambda **choices: opened.append(choices))
    assert (result.exit_code, result.output, opened) == (0, "", [{}])


@pytest.mark.parametrize(("args", "language"), [((), None), (("--language", "en"), "en")])
def test_the_demo_opens_the_station_in_simulation_mode(args: tuple[str, ...], language: str | None) -> None:
    opened: list[dict[str, Any]] = []
    assert run("demo", *args, screens=lambda **choices: opened.append(choices)).exit_code == 0
    assert opened == [{"demo": True, "language": language}]


def test_only_commands_that_exist_are_listed() -> None:
    listed = re.findall(r"^  ([a-z]+) ", run("--help").stdout.partition("Commands:")[2], re.MULTILINE)
    assert listed == ["demo", "record", "analyse", "sensors", "calibrate", "doctor", "export", "import", "store"]
    for name in listed:
        assert run(name, "--help").exit_code == 0


def test_version() -> None:
    assert run("--version").stdout == f"teststation {__version__}\n"


def test_a_line_for_each_recording_in_input_order(clinical: Clinical, tmp_path: Path) -> None:
    paths = [tmp_path / f"{name}.csv.gz" for name in "cab"]
    for path in paths:
        write_plain_table(path, rocking())
    result = run("analyse", *paths, paths[0], "--format", "jsonl")
    assert result.exit_code == 0
    assert [line["recording"] for line in lines(result)] == [str(path) for path in (*paths, paths[0])]
    assert result.stderr == ""


def test_the_options_reach_the_analysis(clinical: Clinical, good: str) -> None:
    run("analyse", good, *["--placement", "chest", "--course-m", "4", "--walked-m", "6.5", "--stands", "10"])
    assert clinical.asked == Options(placement=Placement.CHEST, course_m=4.0, walked_m=6.5, stands=10)
    run("analyse", good, "--seconds", "30")
    assert clinical.asked == Options(placement=Placement.LOWER_BACK, seconds=30.0)


def test_units_are_taken_as_they_are_given(clinical: Clinical, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    recording = rocking()
    write_plain_table(path, msgspec.structs.replace(recording, acceleration=recording.acceleration / 9.80665))
    refused = run("analyse", path)
    assert refused.exit_code == 2
    assert " g " in refused.stderr
    assert "--units" in refused.stderr
    assert run("analyse", path, "--units", "g,rad/s").exit_code == 0


def test_a_table_to_read_in_80_columns(clinical: Clinical, good: str) -> None:
    result = run("analyse", good)
    assert result.exit_code == 0
    assert max(map(len, result.stdout.splitlines())) <= max(80, len(good))
    for text in (good, "Get-Up-and-Go", "20.42 s", "(20.30 – 20.54)", "178 deg", "gug-kngf-20", "KNGF", "note: "):
        assert text in result.stdout


@pytest.mark.parametrize(("form", "says"), [("jsonl", b'{"schema":1'), ("table", b"20.42 s")])
def test_out_takes_what_the_screen_would(clinical: Clinical, good: str, tmp_path: Path, form: str, says: bytes) -> None:
    out = tmp_path / "out"
    result = run("analyse", good, "--format", form, "--out", out)
    assert (result.exit_code, result.stdout) == (0, "")
    assert says in out.read_bytes()


def test_a_folder_of_motion_bids_gives_a_line_for_each_recording(clinical: Clinical, tmp_path: Path) -> None:
    for subject in ("2", "1"):
        write_motion_bids(tmp_path / "set" / f"sub-{subject}", rocking(), task="tug", subject=subject)
    result = run("analyse", tmp_path / "set", "--format", "jsonl")
    assert [Path(line["recording"]).parent.name for line in lines(result)] == ["sub-1", "sub-2"]


# What bad input gets: one clear line, exit 2, never a traceback, never a number.


def _cells(path: Path, row: int, column: int, text: str) -> None:
    cells = rows(rocking())
    cells[row][column] = text
    write_rows(path, cells)


def _scaled(path: Path, acceleration: float, angular_velocity: float) -> None:
    recording = rocking()
    write_plain_table(
        path,
        msgspec.structs.replace(
            recording,
            acceleration=recording.acceleration * acceleration,
            angular_velocity=recording.angular_velocity * angular_velocity,
        ),
    )


def _cut_off(path: Path) -> None:
    write_plain_table(path, rocking())
    path.write_bytes(path.read_bytes()[:2000])


BAD: dict[str, Callable[[Path], object]] = {
    "empty.csv": lambda path: path.write_bytes(b""),
    "header.csv": lambda path: path.write_text(HEADER + "\n"),
    "wrong.csv": lambda path: path.write_text("a,b,c\n1,2,3\n"),
    "missing.csv": lambda path: path.write_text(HEADER.replace(",gyr_z", "") + "\n1,2,3,4,5,6\n"),
    "text.csv": lambda path: _cells(path, 9, 2, "abc"),
    "nan.csv": lambda path: _cells(path, 9, 2, "nan"),
    "inf.csv": lambda path: _cells(path, 9, 2, "inf"),
    "backwards.csv": lambda path: _cells(path, 9, 0, "0.01"),
    "repeated.csv": lambda path: _cells(path, 9, 0, "0.08"),
    "short.csv": lambda path: write_plain_table(path, rocking(seconds=1.0)),
    "in_g.csv": lambda path: _scaled(path, 1 / 9.80665, 1.0),
    "in_degrees.csv": lambda path: _scaled(path, 1.0, 57.3 * 6),
    "slow.csv": lambda path: write_plain_table(path, rocking(rate_hz=10.0)),
    "no_bids": lambda path: path.mkdir(),
    "nowhere.csv": lambda path: None,
    "cut.csv.gz": _cut_off,
    "none.csv.gz": lambda path: path.write_bytes(os.urandom(5000)),
    "binary.csv": lambda path: path.write_bytes(os.urandom(5000) + b"\xff"),
    "packed.csv": lambda path: path.write_bytes(gzip.compress(HEADER.encode())),
    "picture.png": lambda path: path.write_bytes(b"\x89PNG\r\n\x1a\n\0\0"),
}
PLACES = {"text.csv": "11", "nan.csv": "11", "inf.csv": "11", "backwards.csv": "11", "repeated.csv": "11"}


@pytest.mark.parametrize("name", BAD)
@pytest.mark.parametrize("form", ["jsonl", "table"])
def test_bad_input_gets_one_line_and_the_others_are_analysed(
    clinical: Clinical, good: str, tmp_path: Path, name: str, form: str
) -> None:
    path = tmp_path / name
    BAD[name](path)
    alone = run("analyse", path, "--format", form)
    assert (alone.exit_code, alone.stdout) == (2, "")
    (line,) = alone.stderr.splitlines()
    assert line.startswith(f"teststation: {path}: ")
    assert PLACES.get(name, "") in line.removeprefix(f"teststation: {path}")
    among = run("analyse", good, path, good, "--format", form)
    assert among.exit_code == 2
    assert among.stdout.count(good) == 2
    assert among.stderr == alone.stderr


@pytest.mark.parametrize(
    "args",
    [
        (),
        ("--test", "dance"),
        ("--placement", "wrist"),
        ("--course-m", "0"),
        ("--course-m", "nan"),
        ("--walked-m", "inf"),
        ("--walked-m", "far"),
        ("--stands", "7"),
        ("--seconds", "31"),
        ("--stands", "5", "--seconds", "30"),
        ("--units", "g"),
        ("--units", "g,furlong"),
        ("--format", "xml"),
        ("--jobs", "0"),
        ("--out", "/nowhere/at/all"),
        ("--passphrase", "x"),
    ],
)
def test_wrong_usage_ends_with_2(clinical: Clinical, good: str, args: tuple[str, ...]) -> None:
    result = run("analyse", *([good] if args else []), *args)
    assert (result.exit_code, result.stdout) == (2, "")
    assert "Traceback" not in result.stderr
    assert "Error: " in result.stderr
    assert run("dance").exit_code == 2


@pytest.mark.parametrize("evil", ["--\x1b]0;x\x07", "\x1b[2J", "\u202ex"])
def test_what_was_typed_wrongly_does_not_steer_the_terminal(evil: str) -> None:
    for args in ((evil,), ("doctor", evil), ("analyse", evil, "--units", evil), ("export", "csv", "--client", evil)):
        result = run(*args)
        assert result.exit_code == 2
        assert not set("\x1b\x07\u202e") & set(result.output)


def test_a_fault_of_our_own_is_logged_without_data_and_the_others_are_analysed(
    clinical: Clinical, good: str, tmp_path: Path, home: Path
) -> None:
    write_plain_table(tmp_path / "bug.csv", rocking())
    result = run("analyse", good, tmp_path / "bug.csv", tmp_path / "nowhere.csv", good, "--format", "jsonl")
    assert result.exit_code == 1
    assert len(lines(result)) == 2
    fault, refused = result.stderr.splitlines()
    (log,) = (home / "logs").iterdir()
    assert "bug.csv" in fault
    assert str(log) in fault
    assert "nowhere.csv" in refused
    written = log.read_text()
    assert "ZeroDivisionError" in written
    assert "test_cli.py" in written
    assert str(rocking().subject) not in written


def test_a_fault_elsewhere_is_one_line_and_a_log_too(home: Path) -> None:
    client = "K-017"

    def screens(**choices: Any) -> None:
        raise RuntimeError(client)

    result = run(screens=screens)
    (log,) = (home / "logs").iterdir()
    assert result.exit_code == 1
    assert result.stderr.count("\n") == 1
    assert str(log) in result.stderr
    assert client not in result.stderr + log.read_text()


def test_a_log_that_cannot_be_written_is_said_too(home: Path) -> None:
    home.write_text("in the way")

    def screens(**choices: Any) -> None:
        raise RuntimeError

    result = run(screens=screens)
    assert result.exit_code == 1
    assert result.stderr.count("\n") == 1


def test_an_interrupt_ends_with_130(clinical: Clinical, tmp_path: Path) -> None:
    write_plain_table(tmp_path / "stopped.csv", rocking())
    result = run("analyse", tmp_path / "stopped.csv")
    assert result.exit_code == 130
    assert "Traceback" not in result.stderr


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
def test_a_full_disk_is_one_line(clinical: Clinical, good: str) -> None:
    result = run("analyse", good, "--out", "/dev/full")
    assert result.exit_code == 2
    assert result.stderr.count("\n") == 1


# Several processes.


def test_answers_come_in_order() -> None:
    assert list(in_order(doubled, range(20), 3, lambda _: -1)) == [2 * value for value in range(20)]


def test_what_kills_a_process_costs_only_its_own_answer() -> None:
    expected = [-1 if value in {4, 9} else 2 * value for value in range(12)]
    assert list(in_order(doubled_or_killed, range(12), 2, lambda _: -1)) == expected


def test_a_process_that_died_by_chance_is_given_another_try(tmp_path: Path) -> None:
    markers = [tmp_path / "a", tmp_path / "b"]
    markers[1].touch()
    assert list(in_order(killed_once, markers, 2, lambda _: "lost")) == ["answered", "answered"]


def process(*args: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "teststation", *map(str, args)], capture_output=True, text=True, timeout=60, check=False
    )


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_a_real_process_analyses_what_a_sensor_recorded(tmp_path: Path, jobs: str) -> None:
    paths = [tmp_path / name for name in ("a.csv.gz", "b.csv", "nowhere.csv")]
    made = get_up_and_go(ADULT, BELT)
    for path in paths[:2]:
        write_plain_table(path, made.recording)
    done = process("analyse", *paths, "--format", "jsonl", "--jobs", jobs)
    assert done.returncode == 2
    assert len(done.stderr.splitlines()) == 1
    found = [json.loads(line) for line in done.stdout.splitlines()]
    assert [line["recording"] for line in found] == [str(path) for path in paths[:2]]
    assert all((line["test"], line["status"]) == ("gug", "complete") for line in found)
    assert found[0]["measures"] == found[1]["measures"]
    (value,) = (measure["value"] for measure in found[0]["measures"] if measure["name"] == "duration")
    assert value == pytest.approx(made.time_s("seated") - made.time_s("movement_onset"), abs=0.5)
    assert found[0]["findings"][0]["rule"] == "gug-kngf-20"


def test_a_real_process_refuses_in_order_and_without_a_traceback(tmp_path: Path) -> None:
    paths = [tmp_path / name for name in BAD]
    for path in paths:
        BAD[path.name](path)
    for jobs in ("1", "2"):
        done = process("analyse", *paths, "--format", "jsonl", "--jobs", jobs)
        assert (done.returncode, done.stdout) == (2, "")
        assert [line.split(": ")[1] for line in done.stderr.splitlines()] == [str(path) for path in paths]


@pytest.mark.skipif(sys.platform == "win32", reason="no such signal")
def test_a_reader_that_goes_away_is_no_fault(tmp_path: Path) -> None:
    write_plain_table(tmp_path / "a.csv", rocking())
    command = f"{sys.executable} -m teststation analyse {f'{tmp_path}/a.csv ' * 9} --test gug | head -c 1"
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, timeout=60, check=False)
    assert done.stderr == ""
    assert len(done.stdout) == 1


@pytest.mark.skipif(sys.platform == "win32", reason="no such signal")
@pytest.mark.skipif(signal.getsignal(signal.SIGINT) is signal.SIG_IGN, reason="a shell's background job hears none")
@pytest.mark.parametrize("jobs", ["1", "2"])
def test_a_real_interrupt_ends_with_130_and_in_silence(tmp_path: Path, jobs: str) -> None:
    write_plain_table(tmp_path / "a.csv", rocking(seconds=60.0))
    paths = [str(tmp_path / "a.csv")] * 1000
    command = [sys.executable, "-m", "teststation", "analyse", *paths, "--test", "gug", "--jobs", jobs]
    running = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert running.stdout is not None
    running.stdout.readline()
    running.send_signal(signal.SIGINT)
    _, said = running.communicate(timeout=60)
    assert (running.returncode, said) == (130, "")
