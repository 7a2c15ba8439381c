"""Cost of a live sensor: CPU of one core while a stream of 104 Hz is received, timed, recorded and watched, no screen.

    python -m benchmarks.live [--seconds S] [--json FILE]

The sensor is a twin over the virtual radio, in a thread of its own whose CPU is taken off. What stays is ours and that
of Bumble's host stack, which stands where the system's Bluetooth would, mostly in another process: an upper bound. The
same packets without any radio give the part that is ours.
"""

from __future__ import annotations

import argparse
import asyncio
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np

from benchmarks.rows import Row, save
from teststation.clock import HostClock
from teststation.model import Client, TestName
from teststation.sensors.base import Packet
from teststation.sensors.device_time import DeviceTime
from teststation.sensors.link import LiveSensor
from teststation.sensors.teststation_imu import Scales, TestStationImu, decode
from teststation.sensors.virtual.room import Room, RoomThread
from teststation.sensors.virtual.signal import swaying
from teststation.sensors.virtual.teststation_imu import TestStationImuTwin
from teststation.sensors.virtual.twin import Traits
from teststation.station import Analyst, TrialRun
from teststation.store import Store, temporary_store
from teststation.tests.base import Options

RATE_HZ = 104.0
SECONDS = 30.0


def costs(samples: int, seconds: float) -> Iterator[Row]:
    """Give the shares of a core for a stream of so many samples a packet."""
    dataset = f"{RATE_HZ:g} Hz, {samples} a packet"
    twin = TestStationImuTwin(Traits("TS-IMU-1", rate_hz=RATE_HZ, samples=samples))
    with RoomThread(Room(twin)) as room, temporary_store() as store, ThreadPoolExecutor(1) as executor:
        radio = room.radio()
        run = _trial(store, executor, LiveSensor(radios=lambda: (radio,)))
        run.connect()
        _wait(lambda: run.tail(9.0)[0].size > 3 * RATE_HZ)
        run.arm()
        run.go(HostClock().now())
        _wait(lambda: (run.snapshot().elapsed_s or 0.0) > 1.0)

        async def thread_s() -> float:
            return time.thread_time()

        def used_s() -> float:
            return time.process_time() - asyncio.run_coroutine_threadsafe(thread_s(), room.loop).result()

        before_s, since_s = used_s(), time.monotonic()
        threading.Event().wait(seconds)
        share = (used_s() - before_s) / (time.monotonic() - since_s)
        lost = run.snapshot().lost_samples
        run.close()
    yield _row(dataset, "live, with Bumble's host stack", 100.0 * share, "% of a core")
    yield _row(dataset, "live, samples lost", lost, "")
    yield _row(dataset, "live, without a radio", 100.0 * _ours(twin, samples), "% of a core")


def _ours(twin: TestStationImuTwin, samples: int) -> float:
    """Decode, time, record and watch the packets of a minute at once: CPU seconds to a second of the stream."""
    packets = []
    for number in range(round(60.0 * RATE_HZ / samples)):
        time_s = (number * samples + np.arange(samples)) / RATE_HZ
        packets += twin.encode(number, round(time_s[0] * 1e6), *swaying(time_s))
    clock = HostClock()
    with temporary_store() as store, ThreadPoolExecutor(1) as executor:
        run = _trial(store, executor, LiveSensor())
        times = DeviceTime(TestStationImu.timing, RATE_HZ)
        beginning_s = clock.now()

        def feed(first: int, last: int) -> None:
            for number in range(first, last):
                arrival_s = beginning_s + number * samples / RATE_HZ
                for event in times.take(decode(packets[number], Scales()), arrival_s):
                    assert isinstance(event, Packet)
                    run._hear(event)  # noqa: SLF001 - what the acquisition thread calls

        feed(0, 200)
        run.arm()
        run.go(beginning_s + 200 * samples / RATE_HZ)
        feed(200, 400)
        before_s = time.process_time()
        feed(400, len(packets))
        return (time.process_time() - before_s) / ((len(packets) - 400) * samples / RATE_HZ)


def _trial(store: Store, executor: ThreadPoolExecutor, sensor: LiveSensor) -> TrialRun:
    store.add_client(Client(code="K-001")).result()
    visit = store.begin_visit("K-001", age=82).result()
    return TrialRun(
        visit, TestName.GUG, 1, options=Options(), sensor=sensor,
        store=store, analyst=Analyst(lambda: executor), clock=HostClock(),
    )  # fmt: skip


def _wait(there: Callable[[], bool]) -> None:
    pause = threading.Event()
    while not there():
        pause.wait(0.05)


def _row(dataset: str, figure: str, value: float, unit: str) -> Row:
    return Row(
        benchmark="live", dataset=dataset, variant="", figure=figure, value=round(value, 2), unit=unit, n=1, of=1
    )


def main() -> None:
    """Run the command."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=SECONDS)
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    made = []
    for samples in (1, 3):
        for row in costs(samples, options.seconds):
            print(f"{row.dataset:22s} {row.figure:32s} {row.value:8.2f} {row.unit}", flush=True)
            made.append(row)
    save(made, options.json)


if __name__ == "__main__":
    main()
