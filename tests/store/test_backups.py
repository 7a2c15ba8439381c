"""What is in a backup is said before it is put back."""

from __future__ import annotations

from pathlib import Path

import pytest

from store.examples import CLIENT, trial
from teststation.store import (
    Contents,
    ForeignStoreError,
    Passphrase,
    StoreError,
    WrongKeyError,
    look_into,
    open_store,
    set_up_store,
    vault,
)

PASSPHRASE, OTHER = Passphrase("drie koeien in de wei"), Passphrase("vier schapen op het dak")


@pytest.fixture
def backup(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(vault, "MEMORY_KIB", 32)
    monkeypatch.setattr(vault, "PASSES", 1)
    file = tmp_path / "backup.db"
    set_up_store(tmp_path / "store.db", PASSPHRASE.text)
    with open_store(tmp_path / "store.db", PASSPHRASE) as store:
        store.add_client(CLIENT).result()
        visit = store.begin_visit(CLIENT.code).result()
        store.save_trial(trial(visit.id, 1)).result()
        store.back_up(file, OTHER.text)
        store.save_trial(trial(visit.id, 2)).result()
        last = store.last_backup()
        assert last is not None
        assert last.file == file
        assert (store.trials_since(None), store.trials_since(last.at)) == (2, 1)
        assert look_into(file, OTHER) == Contents(1, 1, 1, last_visit=visit.started_at)
    return file


def test_looking_leaves_no_trace(backup: Path) -> None:
    before = sorted(backup.parent.iterdir()), backup.read_bytes()
    look_into(backup, OTHER)
    assert (sorted(backup.parent.iterdir()), backup.read_bytes()) == before


def test_what_cannot_be_looked_into_is_said(backup: Path, tmp_path: Path) -> None:
    with pytest.raises(WrongKeyError):
        look_into(backup, PASSPHRASE)
    (tmp_path / "letter.txt").write_text("Beste buurvrouw")
    with pytest.raises(ForeignStoreError):
        look_into(tmp_path / "letter.txt")
    with pytest.raises(StoreError, match="store_unknown"):
        look_into(tmp_path / "nowhere.db")
