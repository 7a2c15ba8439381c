"""What can befall a link, for every driver: no sample is mistimed, each gap is named, and the stream goes on.

How it fares for whole trials is in e2e/test_live_trials.py; more of each driver's own is in test_link.py and
test_makers_links.py.
"""

from __future__ import annotations

import asyncio
from typing import Any, cast

import numpy as np
import pytest

from listening import Listening, live
from played_time import PlayedLoop, on_played_time
from teststation.sensors import movella_dot, movesense, teststation_imu, witmotion
from teststation.sensors.base import Connected, Gap, Lost, Notice, Packet, Silent
from teststation.sensors.counted_time import wandering_s
from teststation.sensors.link import Choice
from teststation.sensors.virtual.twin import Faults
from twins import INTERVAL_S, WITHIN_S, Maker, counted_wit, dot, imu, moves, room, wit

every_driver = pytest.mark.parametrize("make", [imu, dot, wit, counted_wit, moves])
with_a_clock = pytest.mark.parametrize("make", [imu, dot, wit, moves])
SECONDS = 3.0


async def some(heard: Listening, make: Maker, seconds: float = SECONDS) -> None:
    """Let samples come for so long."""
    await heard.until_samples(round(seconds * make().traits.rate_hz))


def assert_true(heard: Listening, make: Maker) -> None:
    heard.assert_true(INTERVAL_S, within_s=WITHIN_S[make])


def assert_gaps_are_named(heard: Listening, make: Maker) -> None:
    """Check that where samples lack there is a gap, as long as what lacks, and nowhere else."""
    taken_s, _ = heard.times()
    steps_s = np.diff(taken_s)
    lacking_s = steps_s[steps_s > 1.5 / make().traits.rate_hz]
    gaps_s = [gap.end_s - gap.start_s for gap in heard.all(Gap)]
    assert gaps_s == pytest.approx(lacking_s, abs=2.0 * WITHIN_S[make])


@every_driver
@pytest.mark.parametrize("away_s", [1.0, 3.0, pytest.param(30.0, marks=pytest.mark.soak)])
@on_played_time
async def test_out_of_range_in_mid_test(make: Maker, away_s: float) -> None:
    sensor = make()
    async with room(sensor) as around, Listening(live(around)) as heard:
        await some(heard, make)
        sensor.vanish()
        await asyncio.sleep(away_s)
        sensor.appear()
        await some(heard, make)
        assert_true(heard, make)
        assert_gaps_are_named(heard, make)
        (gap,) = heard.all(Gap)
        assert away_s - 0.1 < gap.end_s - gap.start_s < away_s + 4.0
        assert len(heard.all(Silent)) == 1
        assert len(heard.all(Lost)) == (away_s > 2.0)


@every_driver
@on_played_time
async def test_its_battery_dies(make: Maker) -> None:
    sensor = make()
    async with room(sensor) as around:
        async with Listening(live(around)) as heard:
            await some(heard, make)
            sensor.vanish()
            await heard.until_heard(Lost)
            await asyncio.sleep(120.0)
            assert_true(heard, make)
            assert not heard.all(Gap)
            assert [type(event) for event in heard.events if isinstance(event, Connected | Silent | Lost)] == [
                Connected,
                Silent,
                Lost,
            ]
        assert not sensor.connected


@every_driver
@on_played_time
async def test_it_closes_the_link(make: Maker) -> None:
    sensor = make()
    async with room(sensor) as around, Listening(live(around)) as heard:
        await some(heard, make)
        await sensor.close_link()
        await heard.until_heard(Connected, 2)
        await some(heard, make)
        assert_true(heard, make)
        assert_gaps_are_named(heard, make)
        assert heard.codes == ["link_closed"]


@every_driver
@on_played_time
async def test_of_two_with_the_same_name_the_chosen_one_streams(make: Maker) -> None:
    other, meant = make(address="F1:F1:F1:F1:F1:01"), make(address="F1:F1:F1:F1:F1:02", serial="TWIN-2")
    async with room(other, meant) as around, Listening(live(around, Choice(address="F1:F1:F1:F1:F1:02"))) as heard:
        await some(heard, make, 1.0)
        assert [other.connected, meant.connected] == [False, True]
        await meant.close_link()
        await heard.until_heard(Connected, 2)
        assert [other.connected, meant.connected] == [False, True]
        assert heard.codes == ["link_closed"]


@every_driver
@on_played_time
async def test_another_device_sends_nonsense_under_the_name(make: Maker) -> None:
    liar = make(address="F1:F1:F1:F1:F1:01", faults=Faults(dropped=1.0, garbage=1.0))
    async with room(liar) as around, Listening(live(around)) as heard:
        await heard.until_heard(Notice)
        assert heard.codes == ["sensor_nonsense"]
        sensor = make(address="F1:F1:F1:F1:F1:02", serial="TWIN-2")
        await around.enter(sensor)
        await some(heard, make, 3.0)
        assert_true(heard, make)
        assert sensor.connected
        assert not liar.connected
        assert len(heard.all(Connected)) == 1


SHARES = (0.01, 0.05, 0.2)


@with_a_clock
@pytest.mark.parametrize("share", SHARES)
@on_played_time
async def test_packets_are_lost_doubled_and_overtaken(make: Maker, share: float) -> None:
    sensor = make(faults=Faults(dropped=share, duplicated=share, reordered=share), seed=3)
    async with room(sensor) as around, Listening(live(around)) as heard:
        await some(heard, make)
        assert_true(heard, make)
        assert_gaps_are_named(heard, make)
        assert heard.sensor.time is not None
        assert heard.sensor.time.rate_hz == pytest.approx(make().traits.rate_hz, rel=5e-3)


@pytest.mark.parametrize(
    ("fault", "share"),
    [
        ("dropped", 0.05),
        *(
            pytest.param(fault, share, marks=pytest.mark.soak)
            for fault in ("dropped", "duplicated")
            for share in (0.01, 0.2)
        ),
    ],
)
@on_played_time
async def test_what_is_lost_and_doubled_of_counted_samples_shifts_times_and_is_told(fault: str, share: float) -> None:
    """This fails what the others pass, and cannot but do so: nothing in a sample tells it from another.

    What is overtaken cannot be seen at all, but what is lost and doubled can: by how far times and arrivals wander.
    """
    faults: dict[str, Any] = {fault: share}
    sensor = counted_wit(faults=Faults(**faults), seed=3)
    async with room(sensor) as around, Listening(live(around)) as heard:
        await some(heard, counted_wit, 30.0)
        taken_s, device_s = heard.times()
        assert np.all(np.diff(device_s) > 0.0)
        off_s = np.ptp(device_s - taken_s)
        assert off_s > 2.0 * WITHIN_S[counted_wit] or share < 0.05, "worse than a stream that is whole"
        assert off_s < 1.5 * wandering_s(heard.all(Packet)) + WITHIN_S[counted_wit]


@every_driver
@on_played_time
async def test_the_computer_is_busy_for_two_seconds(make: Maker) -> None:
    """The worst that a screen could do, if the link were in its loop: all that was sent meanwhile comes at once."""
    sensor = make()
    async with room(sensor, supervision_s=4.0) as around, Listening(live(around)) as heard:
        await some(heard, make)
        cast("PlayedLoop", asyncio.get_running_loop())._skip(2.0)
        await some(heard, make)
        assert_true(heard, make)
        assert not heard.all(Gap)
        assert not heard.all(Lost)
        arrivals_s = np.array([packet.arrival_s for packet in heard.all(Packet)])
        assert np.diff(arrivals_s).max() > 1.9


@every_driver
@on_played_time
async def test_it_is_switched_on_after_the_station(make: Maker) -> None:
    async with room() as around, Listening(live(around)) as heard:
        await asyncio.sleep(60.0)
        await around.enter(make())
        await some(heard, make, 3.0)
        assert_true(heard, make)
        assert not heard.codes


@pytest.mark.parametrize(
    ("make", "missing"),
    [
        (imu, teststation_imu.INFO),
        (imu, teststation_imu.DATA),
        (imu, teststation_imu.CONTROL),
        (dot, movella_dot.MEASUREMENT_CONTROL),
        (dot, movella_dot.DEVICE_CONTROL),
        (dot, movella_dot.MEDIUM_PAYLOAD),
        (wit, witmotion.WRITE),
        (wit, witmotion.NOTIFY),
        (moves, movesense.WRITE),
        (moves, movesense.NOTIFY),
    ],
)
@on_played_time
async def test_it_has_other_firmware(make: Maker, missing: str) -> None:
    old = make(missing=frozenset({missing}))
    async with room(old) as around, Listening(live(around)) as heard:
        await heard.until_heard(Notice)
        (notice,) = heard.all(Notice)
        assert (notice.reason.code, notice.reason.params["address"]) == ("sensor_firmware", "F1:F1:F1:F1:F1:01")
        await around.enter(make(address="F1:F1:F1:F1:F1:02", serial="TWIN-2"))
        await some(heard, make, 1.0)
        assert heard.codes == ["sensor_firmware"]
        assert not old.connected
