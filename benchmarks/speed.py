"""Speed and footprint: CPU of an analysis and of a watched sample, cost of imports, time to the first screen.

python -m benchmarks.speed
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
import tracemalloc

from benchmarks.generated import examples
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


def main() -> None:
    """Run the command."""
    print(f"{'recording':32s} {'seconds':>8s} {'analysis ms':>12s} {'per 60 s':>9s} {'watcher µs/sample':>18s}")
    for test, name, recording, _ in examples():
        seconds = float(recording.time_s[-1] - recording.time_s[0])
        cost = analysis_ms(recording, test)
        print(f"{name:32s} {seconds:8.1f} {cost:12.1f} {cost * 60 / seconds:9.1f} {watcher_us(recording, test):18.1f}")
    for module in ("teststation", "teststation.cli", "teststation.tui.app", "teststation.store"):
        print(f"import {module:24s} {import_cpu_s(module):6.3f} CPU-s")
    tracemalloc.start()
    test, _, recording, _ = next(iter(examples()))
    clinical_test(test).analyse(recording, Options())
    print(f"peak memory of one analysis        {tracemalloc.get_traced_memory()[1] / 1e6:6.1f} MB")


if __name__ == "__main__":
    main()
