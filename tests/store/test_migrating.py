"""A store of the first version, full of rows, is brought up to date: nothing is lost, whenever it is killed."""

from __future__ import annotations

import dataclasses
import random
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import sqlalchemy as sa

from store.conftest import PASSPHRASE
from teststation.model import Visit
from teststation.store import (
    Store,
    migrate,
    new_id,
    open_store,
    recovery,
    schema,
    utc_now,
    vault,
)
from teststation.store.connection import Database, writing

FIRST = "0001"
CLIENTS, VISITS, TRIALS = 5, 3, 2


def first_version(path: Path, monkeypatch: pytest.MonkeyPatch, *, encrypted: bool) -> Database:
    """Make a store as the first version did, with every table filled."""
    database = Database(path)
    if encrypted:
        database, keys = vault.make(path, PASSPHRASE.text, recovery.new_code())
        vault.write(path, keys)
    with monkeypatch.context() as then:
        then.setattr(schema, "HEAD", FIRST)
        migrate.create(database)
    engine = writing(database)
    with engine.begin() as connection:
        tables = sa.MetaData()
        tables.reflect(connection)
        for _ in range(CLIENTS):
            client = fill(connection, tables.tables["clients"])
            for _ in range(VISITS):
                visit = fill(connection, tables.tables["visits"], client_id=client)
                for number in range(TRIALS):
                    a_trial(connection, tables, visit, number)
    engine.dispose()
    return database


def a_trial(connection: sa.Connection, tables: sa.MetaData, visit: str, number: int) -> None:
    table = tables.tables
    trial = fill(
        connection, table["trials"], visit_id=visit, number=number, conditions="{}", test="gug", outcome="done"
    )
    fill(connection, table["trial_measures"], trial_id=trial, source="key")
    recording = fill(connection, table["recordings"], trial_id=trial, placement="thigh", sha256=None)
    fill(connection, table["sample_blocks"], recording_id=recording, number=1, samples=2, data=b"\0" * 112)
    fill(connection, table["link_events"], recording_id=recording, kind="lost")
    analysis = fill(
        connection, table["analyses"], trial_id=trial, test="gug", placement="thigh", status="complete", reasons="[]",
        quality='{"sampling_rate_hz":100.0}',
    )  # fmt: skip
    fill(connection, table["events"], analysis_id=analysis)
    fill(connection, table["analysis_measures"], analysis_id=analysis, source="sensor")
    result = fill(
        connection, table["test_results"], visit_id=visit, test="gug", outcome="done", trial_values="[1.5]",
        conditions="{}",
    )  # fmt: skip
    fill(connection, table["result_trials"], result_id=result, trial_id=trial)
    fill(connection, table["result_measures"], result_id=result, source="sensor")
    judgement = fill(connection, table["judgements"], result_id=result)
    fill(connection, table["findings"], judgement_id=judgement, verdict="met", reason='{"code":"unable"}')


def fill(connection: sa.Connection, table: sa.Table, **given: object) -> str:
    """Add a row: what is not given is something of the column's type."""
    key = new_id()
    some = {sa.INTEGER: 1, sa.REAL: 1.5, sa.BLOB: b"x"}
    values = {
        column.name: utc_now() if column.name.endswith("_at") else some.get(type(column.type), key)
        for column in table.columns
        if column.nullable is False or column.name == "id"
    }
    connection.execute(table.insert().values(values | given))
    return key


def content(store: Store) -> list[object]:
    """Read all that the first version knew."""
    visits: list[Visit] = [visit for client in store.clients() for visit in store.visits(client.code)]
    trials = [trial for visit in visits for trial in store.trials(visit.id)]
    results = [store.results(visit.id) for visit in visits]
    recorded = [store.recording(trial.id) for trial in trials]
    assert (len(visits), len(trials)) == (CLIENTS * VISITS, CLIENTS * VISITS * TRIALS)
    assert all(one is not None and len(one.time_s) == 2 for one in recorded)
    assert all(saved.findings for of_visit in results for saved in of_visit)
    return [visits, trials, results]


def opened(path: Path, *, encrypted: bool) -> Store:
    return open_store(path, PASSPHRASE if encrypted else None)


@pytest.mark.parametrize("encrypted", [False, True])
def test_a_store_of_the_first_version_is_kept_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, cheap_keys: None, encrypted: bool
) -> None:
    path = tmp_path / "store.db"
    database = first_version(path, monkeypatch, encrypted=encrypted)
    before = path.read_bytes()
    with opened(path, encrypted=encrypted) as store:
        kept = content(store)
        visit = store.begin_visit(store.clients()[0].code).result()
        assert visit.ended_at is None
        assert store.verify().problems == ()
    engine = writing(dataclasses.replace(database, path=tmp_path / "store.db.before-0002"))
    with engine.connect() as connection:
        assert connection.scalar(sa.text("SELECT version_num FROM alembic_version")) == FIRST
        assert connection.scalar(sa.text("SELECT count(*) FROM visits")) == CLIENTS * VISITS
    engine.dispose()
    with opened(path, encrypted=encrypted) as store:
        visits = kept[0]
        assert isinstance(visits, list)
        assert [store.visit(one.id) for one in visits] == visits
    assert path.read_bytes() != before


KILLED = """
import os, sys, threading
from pathlib import Path
from teststation.store import Passphrase, migrate, open_store
path, passphrase, steps = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])

done = 0
def count(connection):
    def tick():
        global done
        done += 1
        if done == steps: os.kill(os.getpid(), 9)
        return 0
    connection.connection.driver_connection.set_progress_handler(tick, 50)
    real(connection)

real, migrate._to_head_with_all_rows = migrate._to_head_with_all_rows, count
open_store(path, Passphrase(passphrase) if passphrase else None).close()
print(done)
"""


def steps_of_migration(path: Path, kill_after: int, passphrase: str) -> int | None:
    """Open a store in a process that is killed after so many steps of the database; give the steps if it was not."""
    command = [sys.executable, "-c", KILLED, str(path), passphrase, str(kill_after)]
    answer = subprocess.run(command, check=False, capture_output=True, text=True)
    assert answer.returncode in (-9, 0), answer.stderr
    return int(answer.stdout) if answer.returncode == 0 else None


def kill_often(folder: Path, monkeypatch: pytest.MonkeyPatch, kills: int, *, encrypted: bool) -> None:
    path, passphrase = folder / "store.db", PASSPHRASE.text if encrypted else ""
    first_version(path, monkeypatch, encrypted=encrypted)
    shutil.copytree(folder, folder / "copy")
    steps = steps_of_migration(folder / "copy" / "store.db", -1, passphrase)
    assert steps is not None
    chance = random.Random(kills)
    for _ in range(kills):
        assert steps_of_migration(path, chance.randint(1, steps * 9 // 10), passphrase) is None
    with opened(path, encrypted=encrypted) as store:
        content(store)
        assert store.verify().problems == ()


@pytest.mark.parametrize("encrypted", [False, True])
def test_a_migration_that_is_killed_is_done_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, cheap_keys: None, encrypted: bool
) -> None:
    kill_often(tmp_path, monkeypatch, 3, encrypted=encrypted)


@pytest.mark.soak
def test_a_migration_that_is_killed_fifty_times_is_done_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, cheap_keys: None
) -> None:
    kill_often(tmp_path, monkeypatch, 50, encrypted=True)
