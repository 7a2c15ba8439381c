"""The standing link over bleak's own API and a virtual radio: found, chosen, lent to a trial, out of reach and back."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest

from station.scripted import until
from teststation.model import Reason
from teststation.sensors.acquisition import Acquisition
from teststation.sensors.base import Connected, Gap, LinkEvent, Lost, Packet
from teststation.sensors.virtual.room import Room, RoomThread
from teststation.sensors.virtual.teststation_imu import TestStationImuTwin
from teststation.sensors.virtual.twin import Traits
from teststation.station import Link, StandingLink, bluetooth, standing_link
from teststation.station.bluetooth import Bluetooth


@pytest.fixture(autouse=True)
def hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bluetooth, "LISTEN_S", 0.2)
    monkeypatch.setattr(standing_link, "ALONE_S", 0.3)


@pytest.fixture
def room() -> Iterator[Room]:
    twins = (
        TestStationImuTwin(Traits(name="Riem", serial="R1", samples=3)),
        TestStationImuTwin(Traits(name="Riem", serial="R2", samples=3, address="F1:F1:F1:F1:F1:02")),
    )
    with RoomThread(Room(*twins, supervision_s=1.2)) as opened:
        yield opened


def test_of_two_with_one_name_the_chosen_one_is_lent_and_comes_back(room: Room) -> None:
    link = StandingLink(Bluetooth(lambda: (room.radio(),)))
    link.open()
    until(lambda: len(link.look().found) == 2)
    assert {one.name for one in link.look().found} == {"Riem"}
    link.choose(next(one for one in link.look().found if one.address.endswith("02")))
    until(lambda: link.look().link is Link.STREAMING)
    assert link.info.serial == "R2"
    heard: list[LinkEvent] = []
    listening = Acquisition(link, heard.append, lambda: 0.0)
    listening.start()
    until(lambda: link.look().check.done)
    assert link.look().check.findings == ()
    twin = room._twins[1]
    assert room._loop is not None
    room._loop.call_soon_threadsafe(twin.vanish)
    until(lambda: link.look().link is Link.SILENT)
    until(lambda: link.look().link is Link.LOST)
    room._loop.call_soon_threadsafe(twin.appear)
    until(lambda: any(isinstance(event, Gap) for event in heard) and isinstance(heard[-1], Packet))
    listening.close()
    link.close()
    packets = [event for event in heard if isinstance(event, Packet)]
    time_s = np.concatenate([packet.time_s for packet in packets])
    (gap,) = (event for event in heard if isinstance(event, Gap))
    assert np.all(np.diff(time_s) > 0.0)
    assert np.diff(time_s).max() == pytest.approx(gap.end_s - gap.start_s)
    assert [type(event) for event in heard if isinstance(event, Lost | Connected)] == [Connected, Lost, Connected]


def test_a_machine_without_bluetooth_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    async def none(*_: object) -> list[object]:
        raise OSError(19, "no such adapter")

    monkeypatch.setattr("teststation.sensors.search.scan", none)
    link = StandingLink(Bluetooth())
    link.open()
    until(lambda: link.look().trouble is not None)
    assert link.look().trouble == Reason("bluetooth_unavailable", {"detail": "no such adapter"})
    link.close()
