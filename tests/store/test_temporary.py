"""Stores that are gone afterwards, also where the process was killed."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from teststation.model import Client
from teststation.store import sweep, temporary_store

CANARY = "K-7391"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where temporary stores are made."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


@contextmanager
def elsewhere(folder: Path) -> Iterator[subprocess.Popen[str]]:
    """Have a temporary store open in a process of its own, which is killed at the end."""
    program = (
        "import sys, tempfile; tempfile.tempdir = sys.argv[1]\n"
        "from teststation.model import Client; from teststation.store import temporary_store\n"
        "with temporary_store(encrypted=True) as store:\n"
        f"    store.add_client(Client(code={CANARY!r})).result(); print('open', flush=True); sys.stdin.read()"
    )
    command = [sys.executable, "-c", program, str(folder)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "open\n"
        try:
            yield process
        finally:
            process.kill()


def test_what_a_killed_process_leaves_can_be_read_by_nobody_and_is_swept(folder: Path) -> None:
    with elsewhere(folder):
        (made,) = folder.iterdir()
        (made / "blad.pdf").write_bytes(b"made for printing, in a visit of today only")
    left = [file for file in folder.rglob("*") if file.is_file()]
    assert {file.name for file in left} >= {"store.db", "store.db-wal", "store.db.lock"}
    assert not any(CANARY.encode() in file.read_bytes() for file in left)
    sweep()
    assert list(folder.iterdir()) == []


def test_a_store_that_is_open_stays(folder: Path) -> None:
    with temporary_store() as here, elsewhere(folder):
        sweep()
        assert len(list(folder.iterdir())) == 2
        here.add_client(Client(code="K-001")).result()


def test_what_is_not_ours_stays(folder: Path) -> None:
    mine = folder / "kept"
    mine.mkdir()
    (mine / "store.db.lock").write_bytes(b"mine")
    (folder / "teststation-linked").symlink_to(mine)
    (folder / "teststation-other").mkdir()
    sweep()
    assert (mine / "store.db.lock").read_bytes() == b"mine"
    assert {entry.name for entry in folder.iterdir()} == {"kept", "teststation-linked", "teststation-other"}
