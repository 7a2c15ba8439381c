"""A plain store of an earlier version becomes an encrypted one, or stays what it was."""

from __future__ import annotations

from pathlib import Path

import pytest

from dossiers import CLIENT, dossier
from teststation.formats.meeting import meet
from teststation.model import Client
from teststation.store import (
    DiskFullError,
    Passphrase,
    RecoveryCode,
    StoreError,
    StoreInUseError,
    copying,
    encrypt_store,
    encrypting,
    erase_plain_copies,
    is_plain,
    new_code,
    open_store,
    plain_copies,
    vault,
)

RIGHT = Passphrase("drie koeien in de wei")
CANARY = "K-CANARY-017"

pytestmark = pytest.mark.usefixtures("cheap_keys")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "store.db"
    with open_store(path) as store:
        store.operator = "MB"
        store.add_client(Client(code=CANARY)).result()
        store.add_dossier(dossier()).result()
    return path


def test_all_that_was_there_is_there_and_only_the_keys_open_it(path: Path) -> None:
    with open_store(path) as plain:
        before = plain.audit()
    code = new_code()
    encrypt_store(path, RIGHT.text, code)
    assert not is_plain(path)
    with pytest.raises(StoreError, match="store_locked"):
        open_store(path)
    for opener in (RIGHT, RecoveryCode(code)):
        with open_store(path, opener) as store:
            assert store.audit() == before
            assert meet(store.dossier(CLIENT.code), dossier()).equal
            assert store.verify().problems == ()


def test_nobody_can_read_what_is_left_once_the_plain_copies_are_erased(path: Path) -> None:
    encrypt_store(path, RIGHT.text, new_code())
    assert [CANARY.encode() in file.read_bytes() for file in plain_copies(path)] == [True]
    with open_store(path, RIGHT) as store:
        assert store.erase_client(CANARY).result() == plain_copies(path)
    erase_plain_copies(path)
    assert plain_copies(path) == []
    assert [file for file in path.parent.iterdir() if CANARY.encode() in file.read_bytes()] == []
    with open_store(path, RIGHT):
        pass


@pytest.mark.parametrize("broken", ["encrypt", "must_be_whole", "write", "replace"])
def test_an_encryption_that_is_broken_off_leaves_the_plain_store_and_can_be_done_again(
    path: Path, broken: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    module = {"encrypt": copying, "must_be_whole": copying, "write": vault, "replace": encrypting}[broken]
    with monkeypatch.context() as patch:
        patch.setattr(module, broken, full)
        with pytest.raises(DiskFullError):
            encrypt_store(path, RIGHT.text, new_code())
    assert is_plain(path)
    encrypt_store(path, RIGHT.text, new_code())
    with open_store(path, RIGHT) as store:
        assert [client.code for client in store.clients()] == [CLIENT.code, CANARY]


def test_a_store_in_use_and_a_passphrase_that_is_too_short_change_nothing(path: Path) -> None:
    with open_store(path), pytest.raises(StoreInUseError):
        encrypt_store(path, RIGHT.text, new_code())
    with pytest.raises(StoreError, match="store_passphrase_short"):
        encrypt_store(path, "kort", new_code())
    assert is_plain(path)
    assert plain_copies(path) == []


def test_only_a_plain_store_is_encrypted(tmp_path: Path) -> None:
    file = tmp_path / "store.db"
    with pytest.raises(StoreError, match="store_unknown"):
        encrypt_store(file, RIGHT.text, new_code())
    file.write_bytes(b"a letter")
    with pytest.raises(StoreError, match="store_unknown"):
        encrypt_store(file, RIGHT.text, new_code())
    assert file.read_bytes() == b"a letter"
