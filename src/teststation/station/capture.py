"""The samples of a run, as they came."""

from __future__ import annotations

from collections import deque

import numpy as np
from numpy.typing import NDArray

from teststation.clock import DeviceClock
from teststation.sensors.base import Packet

PRE_BUFFER_S = 5.0
"""So much of before the arming is kept."""

_Samples = tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]


class Capture:
    """The samples of a run: what came before the arming is trimmed, what comes after is kept."""

    def __init__(self) -> None:
        self.packets: deque[Packet] = deque()
        self.device = DeviceClock()
        self.keeping = False
        self.lost_samples = 0

    def add(self, packet: Packet) -> None:
        """Take a packet in; before `keeping`, what is older than the pre-buffer is let go."""
        self.device.observe(float(packet.time_s[-1]), packet.arrival_s)
        self.packets.append(packet)
        if not self.keeping:
            oldest = packet.time_s[-1] - PRE_BUFFER_S
            while self.packets[0].time_s[-1] < oldest:
                self.packets.popleft()

    def since(self, start_s: float) -> _Samples:
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

    @property
    def last_s(self) -> float | None:
        """Device time of the newest sample."""
        return float(self.packets[-1].time_s[-1]) if self.packets else None
