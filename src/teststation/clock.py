"""The one monotonic clock of the host, and the way from a device's time to it."""

from __future__ import annotations

import sys
import time
from collections import deque
from typing import Protocol

now = time.perf_counter if sys.platform == "win32" else time.monotonic
"""Seconds on the clock that Textual stamps its keys with, so that keys and samples share one time."""


class Clock(Protocol):
    """The time a station runs by: the host's own, or that of a recording played faster."""

    def now(self) -> float:
        """Seconds now."""
        ...

    def at(self, host_s: float) -> float:
        """Turn a time of the host's clock, such as a key's, into this clock's."""
        ...


class HostClock:
    """The host's clock, as it is."""

    def now(self) -> float:
        """Seconds now."""
        return now()

    def at(self, host_s: float) -> float:
        """Give the time back."""
        return host_s


class DeviceClock:
    """Maps a device's time to the host clock by the lower envelope of the arrival delays.

    A packet can arrive late, never early: the smallest delay of the last minute is the best estimate of the offset, and
    an arrival time is never taken for a sample time.
    """

    _WINDOW_S = 60.0

    def __init__(self) -> None:
        self._candidates: deque[tuple[float, float]] = deque()

    def observe(self, device_s: float, arrival_s: float) -> None:
        """Take note of when the sample of `device_s` arrived."""
        offset = arrival_s - device_s
        while self._candidates and self._candidates[-1][1] >= offset:
            self._candidates.pop()
        self._candidates.append((arrival_s, offset))
        while self._candidates[0][0] < arrival_s - self._WINDOW_S:
            self._candidates.popleft()

    @property
    def host_minus_device_s(self) -> float | None:
        """The offset to add to a device time, or None before the first sample."""
        return self._candidates[0][1] if self._candidates else None
