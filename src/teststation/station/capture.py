"""The samples of a run, as they came."""

from __future__ import annotations

import math
from collections import deque

import numpy as np
from numpy.typing import NDArray

from teststation.clock import DeviceClock
from teststation.model import Placement, Recording
from teststation.sensors.base import Gap, Packet, SensorInfo
from teststation.sensors.counted_time import wandering_s

PRE_BUFFER_S = 5.0
"""So much of before the arming is kept."""
SHORTEST_S = 3.0
"""A shorter recording cannot hold a test."""
_RATE_OVER_S = 1.0

Samples = tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]


class Capture:
    """The samples of a run: what came before the arming is trimmed, what comes after is kept.

    A link that was down may come back with a clock that began anew, and where its time was put behind the old one is a
    guess. So each connection has a mapping to the host's clock of its own, and a cue is mapped by the one it was in.
    """

    def __init__(self) -> None:
        self.packets: deque[Packet] = deque()
        self.keeping = False
        self.lost_samples = 0
        self._clocks: list[tuple[float, DeviceClock]] = []
        self._reconnected = True

    def connected(self) -> None:
        """Take note that the link is up again: what comes next may be on another clock."""
        self._reconnected = True

    def add(self, packet: Packet) -> None:
        """Take a packet in; before `keeping`, what is older than the pre-buffer is let go."""
        if self._reconnected:
            self._clocks.append((packet.arrival_s, DeviceClock()))
            self._reconnected = False
        self._clocks[-1][1].observe(float(packet.time_s[-1]), packet.arrival_s)
        self.packets.append(packet)
        if not self.keeping:
            oldest = packet.time_s[-1] - PRE_BUFFER_S
            while self.packets[0].time_s[-1] < oldest:
                self.packets.popleft()

    def miss(self, gap: Gap) -> None:
        """Count what did not come."""
        self.lost_samples += max(0, round((gap.end_s - gap.start_s) * (self.rate_hz or 0.0)) - 1)

    def since(self, start_s: float) -> Samples:
        """Give the samples from a device time on."""
        chosen: list[Packet] = []
        for packet in reversed(self.packets):
            if packet.time_s[-1] < start_s:
                break
            chosen.append(packet)
        if not chosen:
            return np.empty(0), np.empty((0, 3)), np.empty((0, 3))
        chosen.reverse()
        time_s = np.concatenate([p.time_s for p in chosen])
        inside = time_s >= start_s
        return (
            time_s[inside],
            np.concatenate([p.acceleration for p in chosen])[inside],
            np.concatenate([p.angular_velocity for p in chosen])[inside],
        )

    def tail(self, seconds: float) -> Samples:
        """Give the newest samples, with their times before the last."""
        last_s = self.last_s
        if last_s is None:
            return self.since(math.inf)
        time_s, acceleration, angular_velocity = self.since(last_s - seconds)
        return time_s - last_s, acceleration, angular_velocity

    def offset_s(self, at_s: float | None = None) -> float | None:
        """Give what to add to a device time for the host's, now or as it was at a time of the host."""
        if not self._clocks:
            return None
        past = [clock for since_s, clock in self._clocks if at_s is None or since_s <= at_s]
        return (past[-1] if past else self._clocks[0][1]).host_minus_device_s

    @property
    def last_s(self) -> float | None:
        """Device time of the newest sample."""
        return float(self.packets[-1].time_s[-1]) if self.packets else None

    @property
    def rate_hz(self) -> float | None:
        """Samples a second, as measured over the last of them."""
        time_s, _, _ = self.since((self.last_s or 0.0) - _RATE_OVER_S)
        return None if len(time_s) < 3 else float(1.0 / np.median(np.diff(time_s)))  # noqa: PLR2004 - two intervals

    def recording(
        self, sensor: SensorInfo, *, name: str, placement: Placement | None, cue_s: float | None
    ) -> Recording | None:
        """Give all that was kept, where it is long enough; the cue is a host time, and is put on the device's."""
        time_s, acceleration, angular_velocity = self.since(-math.inf)
        if len(time_s) == 0 or time_s[-1] - time_s[0] < SHORTEST_S:
            return None
        offset_s = self.offset_s(cue_s)
        return Recording(
            time_s=time_s,
            acceleration=acceleration,
            angular_velocity=angular_velocity,
            name=name,
            placement=placement or sensor.placement,
            cue_s=None if offset_s is None or cue_s is None else cue_s - offset_s,
            nominal_rate_hz=sensor.nominal_rate_hz,
            counted_off_s=wandering_s(self.packets) if sensor.counted_times else None,
        )
