"""Killed at any moment, the station loses nothing that the store has promised."""

from __future__ import annotations

import random
import subprocess
import sys
from collections import defaultdict
from pathlib import Path

import pytest

from store import examples
from teststation.model import Visit
from teststation.store import Passphrase, Store, copying, open_store, set_up_store
from teststation.store.connection import Database

PASSPHRASE = "drie koeien in de wei"
TESTS = Path(__file__).parents[1]


def killed(path: Path, after: int) -> dict[tuple[str, int], dict[str, int]]:
    """Kill a visit after so many promises; give the promises, by trial."""
    promises: dict[tuple[str, int], dict[str, int]] = defaultdict(dict)
    command = [sys.executable, "-m", "store.visit_to_kill", str(path), PASSPHRASE]
    with subprocess.Popen(command, cwd=TESTS, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        for count, line in enumerate(process.stdout, start=1):
            what, trial, number, kept = line.split()
            promises[trial, int(number)][what] = int(kept)
            if count == after:
                process.kill()
    assert process.returncode == -9, "it ended by itself"
    return promises


def assert_kept(store: Store, promises: dict[tuple[str, int], dict[str, int]]) -> None:
    for (trial_id, number), promised in promises.items():
        recording = store.recording(trial_id)
        assert recording is not None
        assert len(recording.time_s) >= promised.get("samples", 0)
        assert examples.is_recording_of(recording, number, len(recording.time_s))
        trial = store.trial(trial_id)
        if "trial" in promised:
            assert trial.analysis == examples.analysed(number)
        if "result" in promised:
            (saved,) = [saved for saved in store.results(trial.visit) if saved.result.trials == (trial_id,)]
            assert (saved.result, list(saved.findings)) == examples.result(trial)


def assert_nothing_is_half(store: Store, visits: list[Visit]) -> None:
    """Trials have all of their analysis or none; all but the last are closed."""
    for visit in visits:
        trials = store.trials(visit.id)
        assert [trial.number for trial in trials] == list(range(1, len(trials) + 1))
        assert all(trial.analysis in (None, examples.analysed(trial.number)) for trial in trials)
        assert all(trial.analysis is not None for trial in trials[:-1])
        assert all(len(saved.findings) == examples.EVENTS for saved in store.results(visit.id))
    check = store._read(lambda c: c.exec_driver_sql("PRAGMA integrity_check").scalar())
    assert check == "ok"
    assert store._read(lambda c: c.exec_driver_sql("PRAGMA foreign_key_check").all()) == []


def kill_often(path: Path, kills: int) -> None:
    chance = random.Random(kills)
    found_unfinished = 0
    set_up_store(path, PASSPHRASE)
    for _ in range(kills):
        promises = killed(path, after=chance.randint(1, 80))
        with open_store(path, Passphrase(PASSPHRASE)) as store:
            assert store.damage is None
            assert_kept(store, promises)
            assert_nothing_is_half(store, store.visits(examples.CLIENT.code)[-1:])
            for trial in store.unfinished():
                found_unfinished += 1
                before = store.recording(trial.id)
                store.finish_recording(trial.id).result()
                after = store.recording(trial.id)
                assert before is not None
                assert examples.is_recording_of(after, trial.number, len(before.time_s))
            assert store.unfinished() == []
    with open_store(path, Passphrase(PASSPHRASE)) as store:
        assert_nothing_is_half(store, store.visits(examples.CLIENT.code))
        assert store.verify().problems == (), "the audit's chain too"
    assert found_unfinished > kills / 4, "the kills did not come in mid-recording"


def test_a_killed_visit_keeps_what_was_promised(tmp_path: Path, cheap_keys: None) -> None:
    kill_often(tmp_path / "store.db", 10)


@pytest.mark.soak
def test_a_visit_killed_200_times_keeps_what_was_promised(tmp_path: Path, cheap_keys: None) -> None:
    kill_often(tmp_path / "store.db", 200)


def die_in(function: str, path: Path, *, setting: str = "") -> None:
    """Open a store in a process that dies at the end of a step of `migrate`, before its commit."""
    program = (
        "import os, sys; from pathlib import Path; from teststation.store import migrate, open_store, schema\n"
        f"step = migrate.{function}\n"
        "def die(connection): step(connection); os._exit(9)\n"
        f"migrate.{function} = die\n"
        f"{setting}\n"
        "open_store(Path(sys.argv[1]))"
    )
    assert subprocess.run([sys.executable, "-c", program, str(path)], check=False).returncode == 9


def test_dying_while_a_store_is_made_leaves_none(tmp_path: Path) -> None:
    path = tmp_path / "store.db"
    die_in("_to_head", path)
    assert not path.exists()
    with open_store(path) as store:
        assert store.clients() == []


def test_dying_in_a_migration_leaves_the_store_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "store.db"
    with open_store(path) as store:
        store.add_client(examples.CLIENT).result()
    drop_all = "migrate._to_head = lambda c: c.exec_driver_sql('DROP TABLE clients'); schema.HEAD = '0003'"
    die_in("_to_head_with_all_rows", path, setting=drop_all)
    with open_store(path) as store:
        assert store.clients() == [examples.CLIENT]


def test_a_copy_made_before_a_migration_has_what_stands_in_the_wal(tmp_path: Path) -> None:
    path = tmp_path / "store.db"
    with open_store(path) as store:
        store.add_client(examples.CLIENT).result()
        assert Path(f"{path}-wal").stat().st_size > 0
        copying.copy(Database(path), Database(tmp_path / "copy.db"))
    with open_store(tmp_path / "copy.db") as copy:
        assert copy.clients() == [examples.CLIENT]
