"""A stream that lasts: ten minutes at a raised rate hold no more memory than two."""

from __future__ import annotations

import gc
import tracemalloc
from collections.abc import Callable
from contextlib import aclosing

import pytest

from listening import live
from played_time import on_played_time
from teststation.sensors.base import Packet
from teststation.sensors.virtual.twin import Twin
from twins import counted_wit, imu, moves_in_parts, room

LONGEST_S, SETTLED_S = 600.0, 120.0
MOST_BYTES = 100_000
"""A tenth of what the samples of one minute would take."""


@pytest.mark.soak
@pytest.mark.parametrize(
    "make",
    [lambda: imu(rate_hz=416.0, samples=19, drift_ppm=40.0), lambda: counted_wit(samples=10), moves_in_parts],
    ids=["teststation_imu", "witmotion", "movesense"],
)
def test_what_is_held_does_not_grow(make: Callable[[], Twin]) -> None:
    held: list[int] = []

    @on_played_time
    async def listen() -> None:
        sensor = make()
        async with room(sensor) as around, aclosing(live(around).stream()) as stream:
            samples = 0
            async for event in stream:
                samples += len(event.time_s) if isinstance(event, Packet) else 0
                if samples >= (SETTLED_S, LONGEST_S)[len(held)] * sensor.traits.rate_hz:
                    gc.collect()
                    held.append(tracemalloc.get_traced_memory()[0])
                    if len(held) == 2:
                        return

    tracemalloc.start()
    try:
        listen()
    finally:
        tracemalloc.stop()
    assert held[1] - held[0] < MOST_BYTES
