"""How long an encrypted store of many trials takes: to open, to find a client, to keep a visit.

`python -m benchmarks.store [--trials 20000] [--seconds 30] [--json FILE]`. The store is generated: as a practice would
have it after years, each trial with a recording, an analysis, a result and its findings. Filling it takes ten minutes.
"""

from __future__ import annotations

import argparse
import hashlib
import multiprocessing
import statistics
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from multiprocessing.connection import Connection
from pathlib import Path

import msgspec
import numpy as np
from sqlalchemy import insert

from benchmarks.rows import Row, save
from teststation.model import (
    Analysis,
    Client,
    Event,
    Finding,
    HandTimes,
    Measure,
    Placement,
    Quality,
    Reason,
    Status,
    TestName,
    TestResult,
    Trial,
    Verdict,
)
from teststation.sensors.base import SensorInfo
from teststation.store import Passphrase, Store, blocks, new_id, open_store, rows, schema, set_up_store, utc_now

PASSPHRASE = "drie koeien in de wei"
SENSOR = SensorInfo(driver="replay", name="generated", serial="R-1", nominal_rate_hz=100.0)
VISITS_EACH, TRIALS_EACH = 5, 4
BLOCK_SAMPLES = 40
REPEATS = 7


def example(visit: str, number: int) -> tuple[Trial, TestResult, list[Finding]]:
    """Make a trial as an analysis leaves it, and what it was judged."""
    measures = tuple(Measure(f"measure_{k}", 10.0 + k, "s", (9.9 + k, 10.1 + k)) for k in range(10))
    events = tuple(Event(f"event_{k}", 1.0 + k, (0.9 + k, 1.1 + k)) for k in range(9))
    analysis = Analysis(
        test=TestName.GUG, placement=Placement.LOWER_BACK, status=Status.COMPLETE, quality=Quality(100.0),
        version="3", events=events, measures=measures,
    )  # fmt: skip
    trial = Trial(
        id=new_id(), visit=visit, test=TestName.GUG, number=number, started_at=utc_now(), analysis=analysis,
        hand=HandTimes(cue_s=1.0, stop_s=11.0), measures=measures[:2],
    )  # fmt: skip
    result = TestResult(test=TestName.GUG, trials=(trial.id,), headline_rule="single", measures=measures[:2])
    finding = Finding(rule="gug-kngf-20", measure="duration", verdict=Verdict.NOT_MET, reason=Reason("unable"))
    return trial, result, [finding] * 3


def fill(store: Store, trials: int, seconds: float) -> None:
    """Fill a store, a visit a transaction."""
    count = round(seconds / 0.4)
    signal = np.random.default_rng(1).normal(size=(BLOCK_SAMPLES, blocks.CHANNELS))
    block = blocks.encode(signal)
    sha256 = hashlib.sha256(block * count).hexdigest()
    kept = [
        {
            "number": number,
            "first_s": 0.4 * number,
            "last_s": 0.4 * number + 0.39,
            "samples": BLOCK_SAMPLES,
            "data": block,
        }
        for number in range(1, count + 1)
    ]
    for number in range(trials // (VISITS_EACH * TRIALS_EACH)):
        client = Client(code=f"K-{number:05d}", birth_year=1940)
        store.add_client(client)
        for _ in range(VISITS_EACH):
            visit = store.begin_visit(client.code).result()

            def write(connection: object, visit_id: str = visit.id) -> None:
                for k in range(1, TRIALS_EACH + 1):
                    trial, result, findings = example(visit_id, k)
                    rows.put_trial(connection, trial)  # type: ignore[arg-type] # SQLAlchemy's, which is not named here
                    recording = new_id()
                    about = {"id": recording, "trial_id": trial.id, "started_at": utc_now(), "closed_at": utc_now()}
                    about |= {"driver": "replay", "sensor_name": "", "sensor_serial": "", "placement": "lower_back"}
                    about |= {"nominal_rate_hz": 100.0, "samples": BLOCK_SAMPLES * count, "sha256": sha256}  # type: ignore[dict-item]
                    connection.execute(insert(schema.recordings), about)  # type: ignore[attr-defined]
                    of_this = [each | {"recording_id": recording} for each in kept]
                    connection.execute(insert(schema.sample_blocks), of_this)  # type: ignore[attr-defined]
                    rows.put_result(connection, new_id(), visit_id, result, findings)  # type: ignore[arg-type]

            store._writer.run(write).result()  # noqa: SLF001 - one transaction for all of a visit, or filling takes hours


def timed_ms(act: Callable[[], object]) -> float:
    """Measure once."""
    start = time.perf_counter()
    act()
    return (time.perf_counter() - start) * 1e3


def history(store: Store, code: str) -> int:
    """Read what the page of a client shows."""
    visits = store.visits(code)
    return sum(len(store.trials(visit.id)) + len(store.results(visit.id)) for visit in visits)


def keep_visit(store: Store, code: str) -> None:
    """Begin a visit, and keep a trial with its result."""
    visit = store.begin_visit(code).result()
    trial, result, findings = example(visit.id, 1)
    store.save_trial(trial).result()
    store.save_result(visit.id, result, findings).result()
    store.end_visit(visit.id).result()


def keep_block(store: Store, code: str) -> None:
    """Keep one block of samples."""
    visit = store.begin_visit(code).result()
    writer = store.begin_trial(msgspec.structs.replace(example(visit.id, 1)[0], analysis=None), SENSOR)
    writer.begun.result()
    zeros = np.zeros((BLOCK_SAMPLES, 3))
    time_s = np.arange(BLOCK_SAMPLES) / 100

    def append() -> None:
        writer.append(time_s, zeros, zeros)[0].result()

    took = timed_ms(append)
    writer.close().result()
    _blocks_ms.append(took)


_blocks_ms: list[float] = []


def killed(path: Path, code: str) -> None:
    """Leave a store as a process that is killed in the midst of a recording does: with a minute of it in the log."""
    spawn = multiprocessing.get_context("spawn")
    here, there = spawn.Pipe()
    process = spawn.Process(target=_record_for_ever, args=(path, code, there))
    process.start()
    here.recv()
    process.kill()
    process.join()


def _record_for_ever(path: Path, code: str, told: Connection) -> None:
    samples = 60 * 100
    store = open_store(path, Passphrase(PASSPHRASE))
    visit = store.begin_visit(code).result()
    writer = store.begin_trial(msgspec.structs.replace(example(visit.id, 1)[0], analysis=None), SENSOR)
    zeros = np.zeros((samples, 3))
    writer.append(np.arange(samples) / 100, zeros, zeros)[-1].result()
    told.send("kept")
    threading.Event().wait()


def figures(path: Path, trials: int) -> Iterator[Row]:
    """Give the figures of a store that is there."""

    def row(figure: str, values: list[float], unit: str = "ms") -> Row:
        return Row(
            benchmark="store", dataset=f"{trials} trials", variant="", figure=figure,
            value=round(statistics.median(values), 1), unit=unit, n=len(values), of=len(values),
        )  # fmt: skip

    yield row("file", [path.stat().st_size / 1e6], "MB")

    def unlock() -> None:
        with open_store(path, Passphrase(PASSPHRASE)) as store:
            store.clients()
            store.unfinished()

    yield row("unlock to client list", [timed_ms(unlock) for _ in range(REPEATS)])
    with open_store(path, Passphrase(PASSPHRASE)) as store:
        first = store.clients()[0].code
    after_kills = []
    for _ in range(REPEATS):
        killed(path, first)
        after_kills.append(timed_ms(unlock))
    yield row("the same after a kill", after_kills)
    with open_store(path, Passphrase(PASSPHRASE)) as store:
        codes = [client.code for client in store.clients()][:: max(1, len(store.clients()) // REPEATS)][:REPEATS]
        yield row("client list", [timed_ms(store.clients) for _ in codes])
        yield row("client history", [timed_ms(lambda code=code: history(store, code)) for code in codes])  # type: ignore[misc] # bound now
        yield row("when last seen", [timed_ms(store.last_seen) for _ in codes])
        yield row("unfinished", [timed_ms(store.unfinished) for _ in codes])
        yield row("visit kept", [timed_ms(lambda code=code: keep_visit(store, code)) for code in codes])  # type: ignore[misc]
        for code in codes:
            keep_block(store, code)
        yield row("block kept", _blocks_ms)
        yield row("verify", [timed_ms(store.verify)])
        yield row("backup", [timed_ms(lambda: store.back_up(path.with_name("backup.db")))])
        yield row("erase a client", [timed_ms(lambda: store.erase_client(codes[0]).result())])


def main() -> None:
    """Run the command."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--trials", type=int, default=20000)
    parser.add_argument("--seconds", type=float, default=30.0, help="of each recording")
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    made = []
    with tempfile.TemporaryDirectory(prefix="teststation-") as folder:
        path = Path(folder) / "store.db"
        set_up_store(path, PASSPHRASE)
        with open_store(path, Passphrase(PASSPHRASE)) as store:
            took = timed_ms(lambda: fill(store, options.trials, options.seconds))
        print(f"filled in {took / 1e3:.0f} s")
        for row in figures(path, options.trials):
            print(f"{row.figure:32s} {row.value:9.1f} {row.unit}", flush=True)
            made.append(row)
    save(made, options.json)


if __name__ == "__main__":
    main()
