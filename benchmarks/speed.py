"""Speed and footprint: CPU of an analysis and of a watched sample, cost of imports, time to the first screen.

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

from benchmarks.generated import examples
from benchmarks.rows import Row, save
from teststation.model import Recording, TestName
from teststation.tests.base import Options
from teststation.tests.catalogue import clinical_test

PACKET = 4
REPEATS = 5


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


def footprint() -> Iterator[Row]:
    """Give what it costs to load the program, and the memory of an analysis."""
    for module in ("teststation", "teststation.cli", "teststation.tui.app", "teststation.store"):
        yield _row(module, "import", import_cpu_s(module), "s", decimals=3)
    tracemalloc.start()
    test, name, recording, _ = next(iter(examples()))
    clinical_test(test).analyse(recording, Options())
    yield _row(name, "peak memory", tracemalloc.get_traced_memory()[1] / 1e6, "MB")
    tracemalloc.stop()


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
