"""`teststation store` from its making to its restoring, as a script and at a terminal."""

from __future__ import annotations

import os
import pty
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from teststation.cli import commands
from teststation.model import Client
from teststation.settings import HOME_VARIABLE
from teststation.store import Passphrase, RecoveryCode, open_store, vault

Run = Callable[..., Result]
PASSPHRASE = Passphrase("drie koeien in de wei")
CODE = "K-017"


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv(HOME_VARIABLE, str(tmp_path / "home"))
    monkeypatch.setattr(vault, "MEMORY_KIB", 32)
    monkeypatch.setattr(vault, "PASSES", 1)
    return tmp_path / "home"


@pytest.fixture
def script(home: Path, tmp_path: Path) -> Run:
    file = tmp_path / "passphrase"
    file.write_text(PASSPHRASE.text + "\n")
    return lambda *line: CliRunner().invoke(
        commands, ["store", *(str(word) for word in line), "--passphrase-file", str(file)]
    )


@pytest.fixture
def made(script: Run, home: Path) -> Path:
    done = script("init")
    assert done.exit_code == 0, done.output
    assert re.fullmatch(r"(\w{5}-){5}\w{5}\n", done.stdout)
    path = home / "store.db"
    with open_store(path, RecoveryCode(done.stdout)) as store:
        store.add_client(Client(code=CODE)).result()
        store.begin_visit(CODE).result()
    return path


def test_a_readable_store_is_encrypted_and_its_copy_named(script: Run, home: Path) -> None:
    with open_store(home / "store.db") as store:
        store.add_client(Client(code=CODE)).result()
    done = script("encrypt")
    assert done.exit_code == 0, done.output
    (copy,) = home.glob("store.db.before-*")
    assert str(copy) in done.stderr.replace("\n", "")
    with open_store(home / "store.db", RecoveryCode(done.stdout)) as store:
        assert (store.encrypted, [client.code for client in store.clients()]) == (True, [CODE])
    assert script("encrypt").exit_code == 2


def test_another_passphrase_opens_it_and_the_old_one_no_longer(script: Run, made: Path, tmp_path: Path) -> None:
    new = tmp_path / "new"
    new.write_text("vier paarden op de dijk\n")
    done = script("passphrase", "--new-passphrase-file", new)
    assert done.exit_code == 0, done.output
    assert script("info").exit_code == 2
    with open_store(made, Passphrase("vier paarden op de dijk")) as store:
        assert store.audit()[-1].action == "changed_opener"


def test_a_passphrase_of_what_is_not_there_is_said(script: Run, home: Path) -> None:
    done = script("passphrase")
    assert (done.exit_code, "store init" in done.stderr) == (2, True)
    assert not home.exists() or list(home.iterdir()) == []


def test_what_there_is(script: Run, made: Path) -> None:
    said = script("info").stdout
    assert "\nencrypted\n" in said
    assert "clients: 1" in said
    assert "never" in said


def test_a_whole_store_is_said_to_be(script: Run, made: Path) -> None:
    done = script("verify")
    assert done.exit_code == 0
    assert "1 clients" in done.stdout
    assert "everything is whole" in done.stdout


def test_a_damaged_store_is_said_to_be(script: Run, made: Path) -> None:
    data = bytearray(made.read_bytes())
    data[-100] ^= 1
    made.write_bytes(data)
    done = script("verify")
    assert done.exit_code == 1
    assert "page" in done.stdout


def test_a_backup_under_its_own_passphrase_is_put_back(script: Run, made: Path, tmp_path: Path) -> None:
    own = tmp_path / "own"
    own.write_text("een heel andere zin")
    backup = tmp_path / "stick" / "kopie.db"
    backup.parent.mkdir()
    assert script("backup", backup, "--backup-passphrase-file", own).exit_code == 0
    assert script("backup", backup).exit_code == 2, "it is not overwritten"
    assert "T" in script("info").stdout.splitlines()[-1]
    assert script("erase", CODE, "--yes").exit_code == 0
    before = {file.name: file.read_bytes() for file in backup.parent.iterdir()}

    wrong = script("restore", backup)
    assert wrong.exit_code == 2
    assert "passphrase" in wrong.stderr
    done = CliRunner().invoke(commands, ["store", "restore", str(backup), "--passphrase-file", str(own)])
    assert done.exit_code == 0, done.output
    assert {file.name: file.read_bytes() for file in backup.parent.iterdir()} == before
    with open_store(made, Passphrase("een heel andere zin")) as store:
        assert [client.code for client in store.clients()] == [CODE]
        assert store.verify().problems == ()
    aside = [file for file in made.parent.iterdir() if re.search(r"replaced-[^.]*\.\d*Z$", file.name)]
    assert len(aside) == 1
    with open_store(aside[0], PASSPHRASE) as store:
        assert store.clients() == []


@pytest.mark.parametrize("damage", [100, 9000, -100])
def test_a_backup_that_is_not_whole_changes_nothing(script: Run, made: Path, tmp_path: Path, damage: int) -> None:
    backup = tmp_path / "kopie.db"
    assert script("backup", backup).exit_code == 0
    data = bytearray(backup.read_bytes())
    data[damage] ^= 1
    backup.write_bytes(data)
    before = made.read_bytes()
    assert script("restore", backup).exit_code == 2
    assert made.read_bytes() == before
    assert not list(made.parent.glob("*replaced*"))


def test_a_backup_that_is_not_there_changes_nothing(script: Run, made: Path, tmp_path: Path) -> None:
    done = CliRunner().invoke(commands, ["store", "restore", str(tmp_path / "nothing.db")])
    assert done.exit_code == 2
    assert script("verify").exit_code == 0


def test_erasing_asks_first_and_names_the_backups(script: Run, made: Path, tmp_path: Path) -> None:
    assert script("backup", tmp_path / "kopie.db").exit_code == 0
    assert script("erase", CODE).exit_code == 2
    assert script("erase", "K-999", "--yes").exit_code == 2
    done = script("erase", CODE, "--yes")
    assert done.exit_code == 0
    assert str(tmp_path / "kopie.db") in done.stderr
    with open_store(made, PASSPHRASE) as store:
        assert store.clients() == []


def test_a_store_is_made_once(script: Run, made: Path) -> None:
    assert script("init").exit_code == 2


def test_at_a_terminal_a_passphrase_is_asked_unseen_and_again(made: Path) -> None:
    """In a real pseudo-terminal: what is typed is not shown."""
    main, other = pty.openpty()
    command = [sys.executable, "-m", "teststation", "store", "info"]
    environment = {**os.environ, "PYTHON_KEYRING_BACKEND": "keyring.backends.fail.Keyring"}
    with subprocess.Popen(command, stdin=other, stdout=other, stderr=other, env=environment) as process:
        os.close(other)
        seen = b""
        for typed in (b"een verkeerde zin\n", PASSPHRASE.text.encode() + b"\n"):
            seen += until(main, b"assphrase: ")
            os.write(main, typed)
        seen += until(main, b"last backup")
        process.wait()
    os.close(main)
    assert process.returncode == 0
    assert b"zin" not in seen
    assert PASSPHRASE.text.encode() not in seen
    assert b"does not fit" in seen


def until(main: int, what: bytes) -> bytes:
    seen = b""
    while what not in seen:
        seen += os.read(main, 1000)
    return seen
