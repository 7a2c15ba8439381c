"""Speed and footprint: CPU and memory of an analysis, CPU of a watched sample, cost of imports.

    python -m benchmarks.speed [--json FILE]

These depend on the machine and on what else it does: they are kept to be read, not to be compared.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import time
import tracemalloc
from collections.abc import Iterator
from pathlib import Path

import msgspec
import numpy as np

from benchmarks.generated import examples
from benchmarks.rows import Row, save
from teststation.model import Recording, TestName
from teststation.tests.base import Options
from teststation.tests.catalogue import clinical_test

PACKET = 4
REPEATS = 5
HOUR_S = 3600.0


def analysis_ms(recording: Recording, test: TestName) -> float:
    """CPU milliseconds of one analysis, best of a few, once loaded."""
    module = clinical_test(test)
    module.analyse(recording, Options())
    best = float("inf")
    for _ in range(REPEATS):
        start = time.process_time()
        module.analyse(recording, Options())
        best = min(best, time.process_time() - start)
    return 1000 * best


def hour(recording: Recording) -> Recording:
    """Repeat a recording until an hour is full."""
    rate_hz = 1.0 / float(np.median(np.diff(recording.time_s)))
    count = round(HOUR_S * rate_hz)
    which = np.arange(count) % len(recording.time_s)
    return msgspec.structs.replace(
        recording,
        time_s=np.arange(count) / rate_hz,
        acceleration=recording.acceleration[which],
        angular_velocity=recording.angular_velocity[which],
        cue_s=None,
    )


def hour_cost(recording: Recording, test: TestName) -> tuple[float, float]:
    """CPU seconds of one analysis of an hour, and the peak of what it has in memory beside the recording, MB."""
    module = clinical_test(test)
    start = time.process_time()
    module.analyse(recording, Options())
    cost_s = time.process_time() - start
    tracemalloc.start()
    module.analyse(recording, Options())
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return cost_s, most / 1e6


def watcher_us(recording: Recording, test: TestName) -> float:
    """CPU microseconds a sample of watching a recording in packets."""
    watcher = clinical_test(test).watch(Options(placement=recording.placement))
    start = time.process_time()
    for i in range(0, len(recording.time_s), PACKET):
        piece = slice(i, i + PACKET)
        watcher.feed(recording.time_s[piece], recording.acceleration[piece], recording.angular_velocity[piece])
    return 1e6 * (time.process_time() - start) / len(recording.time_s)


def import_cpu_s(module: str) -> float:
    """CPU seconds of an import in a fresh process, best of a few."""
    code = f"import time; start = time.process_time(); import {module}; print(time.process_time() - start)"
    environment = os.environ | {"OPENBLAS_NUM_THREADS": "1"}
    runs = [
        subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True, env=environment).stdout
        for _ in range(REPEATS)
    ]
    return min(map(float, runs))


def costs() -> Iterator[Row]:
    """Give what each example costs to analyse and to watch."""
    for test, name, recording, _ in examples():
        seconds = float(recording.time_s[-1] - recording.time_s[0])
        cost_ms = analysis_ms(recording, test)
        yield _row(name, "length", seconds, "s")
        yield _row(name, "analysis", cost_ms, "ms")
        yield _row(name, "analysis of 60 s", cost_ms * 60 / seconds, "ms")
        yield _row(name, "watcher, a sample", watcher_us(recording, test), "µs")
        long = hour(recording)
        for whole, as_test in ((" of an hour", test), (" of an hour as postures", TestName.POSTURES)):
            cost_s, most_mb = hour_cost(long, as_test)
            yield _row(name, f"analysis{whole}", cost_s, "s")
            yield _row(name, f"memory{whole}", most_mb, "MB", decimals=0)


def footprint() -> Iterator[Row]:
    """Give what it costs to load the program."""
    for module in ("teststation", "teststation.cli", "teststation.tui.app", "teststation.store"):
        yield _row(module, "import", import_cpu_s(module), "s", decimals=3)


def _row(dataset: str, figure: str, value: float, unit: str, decimals: int = 1) -> Row:
    return Row(
        benchmark="speed",
        dataset=dataset,
        variant="",
        figure=figure,
        value=round(value, decimals),
        unit=unit,
        n=1,
        of=1,
    )


def main() -> None:
    """Run the command."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    made = []
    for rows in (costs(), footprint()):
        for row in rows:
            print(f"{row.dataset:32s} {row.figure:18s} {row.value:9.3f} {row.unit}", flush=True)
            made.append(row)
    save(made, options.json)


if __name__ == "__main__":
    main()
