"""The station is killed in the midst of a visit, wherever it is: the next start has all that was there."""

from __future__ import annotations

import random
import subprocess
import sys
from collections.abc import Iterable
from itertools import cycle
from pathlib import Path

import msgspec
import pytest

from store import examples
from store.conftest import PASSPHRASE, cheap_keys  # noqa: F401 - a fixture
from teststation.formats.bids_import import read_tree
from teststation.store import Store, open_store, set_up_store

TESTS = Path(__file__).parents[1]
STAGES = {"armed": 0.2, "running": 0.8, "saving": 0.04, "exporting": 0.1}
"""And about how many seconds each takes."""
OLDER_SAMPLES = round(0.5 * examples.SENSOR.nominal_rate_hz)
"""What is older than this many samples is on the disk."""


class Told(msgspec.Struct):
    """What a station said before it was killed: by trial, its number, the samples, what was kept."""

    stage: str = ""
    numbers: dict[str, int] = {}
    heard: dict[str, int] = {}
    trials: set[str] = set()
    results: set[str] = set()
    trees: set[str] = set()

    def read(self, lines: Iterable[str]) -> None:
        for line in lines:
            match line.split():
                case "stage", stage:
                    self.stage = stage
                case "heard", trial, number, samples:
                    self.numbers[trial], self.heard[trial] = int(number), int(samples)
                case "trial", trial, _:
                    self.trials.add(trial)
                case "result", trial, _:
                    self.results.add(trial)
                case "tree", name:
                    self.trees.add(name)


def killed(path: Path, stage: str, times: int, delay_s: float) -> Told:
    """Have a station killed so long after it came to a stage for the so-manyth time."""
    command = [sys.executable, "-m", "e2e.station_to_kill", str(path), PASSPHRASE.text, stage, str(times), str(delay_s)]
    station = subprocess.run(command, cwd=TESTS, stdout=subprocess.PIPE, text=True, check=False)
    assert station.returncode == -9, "it ended by itself"
    told = Told()
    told.read(station.stdout.splitlines())
    return told


def assert_all_is_there(store: Store, folder: Path, told: Told) -> None:
    for trial_id, samples in told.heard.items():
        number = told.numbers[trial_id]
        kept = store.recording(trial_id)
        assert kept is not None
        assert len(kept.time_s) > samples - OLDER_SAMPLES
        assert examples.is_recording_of(kept, number, len(kept.time_s))
        analysis = store.trial(trial_id).analysis
        assert analysis in (None, examples.analysed(number))
        assert analysis is not None or trial_id not in told.trials
    for visit in store.open_visits():
        results = {saved.result.trials: saved for saved in store.results(visit.id)}
        for trial in store.trials(visit.id):
            if trial.id in told.results:
                (judgement,) = results[trial.id,].judgements
                assert judgement.said_of(0) is not None
    trees = {entry.name for entry in folder.iterdir() if entry.is_dir() and not entry.name.startswith(".")}
    assert told.trees <= trees
    for name in trees:
        (found,) = read_tree(folder / name)
        assert found.client.code == name.rpartition("-")[0]


@pytest.mark.parametrize("kills", [8, pytest.param(150, marks=pytest.mark.soak)])
def test_a_station_that_is_killed_has_all_of_it_at_the_next_start(
    tmp_path: Path,
    cheap_keys: None,  # noqa: F811 - the fixture
    kills: int,
) -> None:
    path = tmp_path / "store.db"
    set_up_store(path, PASSPHRASE.text)
    chance = random.Random(kills)
    hit = dict.fromkeys(STAGES, 0)
    for kill, (stage, seconds) in zip(range(kills), cycle(STAGES.items()), strict=False):
        first_round = kill < len(STAGES)
        told = killed(path, stage, chance.randint(1, 2), 0.0 if first_round else chance.uniform(0, seconds))
        hit[told.stage] += 1
        with open_store(path, PASSPHRASE) as store:
            assert store.damage is None
            assert_all_is_there(store, tmp_path, told)
            for visit in store.open_visits():
                for trial in store.unfinished():
                    store.finish_recording(trial.id).result()
                store.end_visit(visit.id).result()
            assert store.unfinished() == []
            assert store.verify().problems == (), "the chain of the audit too"
    assert all(hit.values()), hit
