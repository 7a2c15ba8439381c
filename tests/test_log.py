"""The log says where, and nothing of whom: canaries in every place that a fault could take a value from."""

from __future__ import annotations

import logging
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from teststation import log

CODE, NOTE, NAME = "K-4711", "kanarie-notitie-ölçü", "kanarie-bestand"

_FAULTS = f"""
import asyncio, logging, pathlib, sys, threading
from teststation import log
log.keep(pathlib.Path(sys.argv[1]))
ours, theirs = logging.getLogger("teststation.x"), logging.getLogger("sqlalchemy.engine")

def fails(value):
    local = value
    raise ValueError(f"of {{value}} {{local}}")

class Falls:
    def __del__(self):
        fails("{CODE}")

async def forgotten():
    asyncio.ensure_future(asyncio.to_thread(fails, "{NOTE}"))
    await asyncio.sleep(0.05)

try:
    open("/nowhere/{NAME}.csv")
except OSError as error:
    ours.exception("not read: %s of %d, %r", "{NAME}", 7, error)
try:
    fails("{NOTE}")
except ValueError as error:
    ours.error("by key: %(key)s", {{"key": "{CODE}"}}, exc_info=error)
ours.warning("100 % of %d", "{CODE}")
theirs.warning("INSERT INTO clients VALUES ('{CODE}', '%s')", "{NOTE}")
ours.info("{CODE}")
thread = threading.Thread(target=fails, args=("{CODE}",), name="{NAME}")
thread.start()
thread.join()
Falls()
asyncio.run(forgotten())
try:
    fails("{CODE}")
except ValueError as error:
    raise RuntimeError("{NOTE}") from error
"""


def test_no_fault_brings_a_value_into_the_log(tmp_path: Path) -> None:
    file = tmp_path / "logs" / "teststation.log"
    done = subprocess.run([sys.executable, "-c", _FAULTS, str(file)], capture_output=True, text=True, check=False)
    written = file.read_text("utf-8")
    assert done.returncode == 1
    assert done.stderr == f"teststation: internal error; see {file}.\n"
    for canary in (CODE, NOTE, NAME):
        assert canary not in written
    assert "not read: … of 7, FileNotFoundError" in written
    assert "by key: %(key)s" in written
    assert "sqlalchemy.engine" in written
    assert written.count("builtins.ValueError") >= 5
    assert written.count(" fails\n") >= 5


def test_the_log_is_the_user_s_alone(tmp_path: Path) -> None:
    file = tmp_path / "logs" / "teststation.log"
    log.write(file, "x")
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700


def test_the_log_does_not_grow(tmp_path: Path) -> None:
    file = tmp_path / "teststation.log"
    for _ in range(50):
        log.write(file, "x" * 100_000)
    kept = sorted(tmp_path.iterdir())
    assert kept == [file, tmp_path / "teststation.log.1"]
    assert sum(each.stat().st_size for each in kept) < 2.5 * 2**20


def test_a_log_that_cannot_be_written_stops_nothing(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "in the way").write_text("")
    handler = log._Handler(tmp_path / "in the way" / "teststation.log")
    handler.handle(logging.makeLogRecord({"name": "teststation", "msg": "x"}))
    assert capfd.readouterr() == ("", ""), "nothing is painted over a screen"
