"""A recording played as if a sensor sent it, and the clock that such a station runs by.

Samples keep the spacing of the recording, so a device's second is a second of the play clock at any speed: keys, timer
and samples share the sped-up time, and the way from device time to the station's clock stays one to one.
"""

from __future__ import annotations

import asyncio
import bisect
import math
import threading
from collections.abc import AsyncGenerator, Awaitable, Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from teststation import clock as host_clock
from teststation.model import Placement, Recording
from teststation.sensors.base import Battery, Connected, Ended, Gap, LinkEvent, Lost, Packet, SensorInfo, Silent

CONNECTION_INTERVAL_S = 0.0375
"""A packet holds what was measured in one connection interval of Bluetooth Low Energy."""
SILENT_AFTER_S = 0.5
LOST_AFTER_S = 2.0
"""So long after its last packet a link is given up (its supervision timeout)."""

_LEAST_DELAY_S = 0.006
_MEAN_JITTER_S = 0.004
_HELD_UP_SHARE = 0.02
_HELD_UP_S = 0.09
_SHORTEST_SLEEP_S, _LONGEST_SLEEP_S = 0.001, 0.05
_HOLD_S = (0.2, 3.0)
_STILL_RAD_S = 0.05
_SETTLED_S = 0.3
_BATTERY_EVERY_S = 60.0
_GAP_PERIODS = 1.5
_TURNS_KEPT = 4096
"""Of a clock: enough for a key of a second ago, where a recording that hurries has a turn to a packet."""

Array = NDArray[np.float64]
Indices = NDArray[np.int_]


class PlayClock:
    """The host's clock until it is sped up; monotonic; every method may be called from any thread.

    Parameters
    ----------
    speed : seconds of this clock to one of the host's
    host : the host's clock
    """

    def __init__(self, speed: float = 1.0, host: Callable[[], float] = host_clock.now) -> None:
        self._host = host
        self._lock = threading.Lock()
        start_s = host()
        self._turns: list[tuple[float, float, float]] = [(start_s, start_s, 1.0)]
        self._hurried = False
        self.speed = speed

    def now(self) -> float:
        """Seconds now."""
        with self._lock:
            return self._at(self._host())

    def at(self, host_s: float) -> float:
        """Turn a time of the host's clock, such as a key's, into this clock's."""
        with self._lock:
            return self._at(host_s)

    @property
    def speed(self) -> float:
        """Seconds of this clock to one of the host's."""
        return self._turns[-1][2]

    @speed.setter
    def speed(self, speed: float) -> None:
        if not 0.0 < speed < math.inf:
            raise ValueError(speed)
        with self._lock:
            host_s = self._host()
            self._turn(host_s, self._at(host_s), speed)

    @property
    def hurried(self) -> bool:
        """Whether the recording that plays is to go to its end without waiting."""
        return self._hurried

    def hurry(self, *, on: bool = True) -> None:
        """Let the recording that plays go to its end without waiting; whatever holds or ends a recording calls it off.

        The samples then push this clock along, so that nothing is out of step with them.
        """
        self._hurried = on

    def skip_to(self, time_s: float) -> None:
        """Jump forward; never back."""
        with self._lock:
            host_s = self._host()
            if time_s > self._at(host_s):
                self._turn(host_s, time_s, self.speed)

    def _turn(self, host_s: float, time_s: float, speed: float) -> None:
        self._turns.append((host_s, time_s, speed))
        del self._turns[:-_TURNS_KEPT]

    def _at(self, host_s: float) -> float:
        k = max(0, bisect.bisect_right(self._turns, host_s, key=lambda turn: turn[0]) - 1)
        since_s, then_s, speed = self._turns[k]
        return then_s + (host_s - since_s) * speed


@dataclass(frozen=True)
class Fault:
    """The link fails at a time of the recording, for good or for so many seconds."""

    at_s: float
    seconds: float = math.inf


class Replay:
    """A sensor that plays a recording.

    A recording with a cue is held at its cue until the station's own: the still part before it goes back and forth,
    without a jump, while the device's time goes on evenly; then the recording goes on from `cue_s`, at the sample
    nearest to the station's cue. One without a cue plays from the moment the stream begins.

    Parameters
    ----------
    recording : what is played
    clock : the station's clock; its `speed` and `hurry` are the speed of play
    faults : when the link fails, on the recording's `time_s`; the stream ends with one that is for good
    battery_percent : what the sensor says of its charge
    seed : of the jitter of the packets
    sleep : waits so many seconds of the host
    """

    def __init__(
        self,
        recording: Recording,
        *,
        clock: PlayClock,
        faults: tuple[Fault, ...] = (),
        battery_percent: int = 82,
        seed: int = 0,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._recording = recording
        self._clock = clock
        self._faults = faults
        self._battery_percent = battery_percent
        self._seed = seed
        self._sleep = sleep
        self._period_s = float(np.median(np.diff(recording.time_s)))
        self._cued_s: float | None = None

    @property
    def info(self) -> SensorInfo:
        """Who the sensor is."""
        recording = self._recording
        return SensorInfo(
            driver="replay",
            name=recording.name,
            serial=f"replay:{recording.name}",
            nominal_rate_hz=recording.nominal_rate_hz or 1.0 / self._period_s,
            placement=recording.placement or Placement.LOWER_BACK,
        )

    def cue(self, at_s: float) -> None:
        """Let a recording that is held at its cue go on from that time of the clock; from any thread.

        On a busy machine it is heard late: what was held after that time stands for the first of what follows the cue.
        """
        if self._cued_s is None:
            self._cued_s = at_s

    async def stream(self) -> AsyncGenerator[LinkEvent, None]:
        """Play from the beginning: packets as a radio would bring them, and what befalls the link."""
        rng = np.random.default_rng(self._seed)
        tape = _Tape(self._recording, self._faults, self._period_s)
        self._cued_s = None
        self._clock.hurry(on=False)
        arrival_s = heard_s = battery_s = self._clock.now()
        offset_s = arrival_s - tape.cut_s
        yield Connected(arrival_s, self.info)
        silent = lost = False
        while not tape.ended:
            late_s = float(rng.exponential(_MEAN_JITTER_S)) + _HELD_UP_S * bool(rng.uniform() < _HELD_UP_SHARE)
            cut_s = tape.cut_s + CONNECTION_INTERVAL_S
            arrival_s = max(arrival_s, cut_s + offset_s + _LEAST_DELAY_S + late_s)
            await self._wait(arrival_s, held=tape.held)
            runs = tape.take(cut_s, None if self._cued_s is None else self._cued_s - offset_s)
            if runs:
                if lost:
                    yield Connected(arrival_s, self.info)
                silent, lost, heard_s = False, False, arrival_s
            for gap, indices, time_s in runs:
                if gap is not None:
                    yield gap
                yield Packet(
                    arrival_s,
                    time_s,
                    self._recording.acceleration[indices],
                    self._recording.angular_velocity[indices],
                )
            if not silent and arrival_s - heard_s >= SILENT_AFTER_S:
                silent = True
                yield Silent(arrival_s)
            if not lost and tape.fault is not None and arrival_s - heard_s >= LOST_AFTER_S:
                lost = True
                yield Lost(arrival_s)
                if tape.fault.seconds == math.inf:
                    self._clock.hurry(on=False)
                    return
            if arrival_s >= battery_s:
                battery_s += _BATTERY_EVERY_S
                yield Battery(arrival_s, self._battery_percent)
        self._clock.hurry(on=False)
        yield Ended(arrival_s)

    async def _wait(self, time_s: float, *, held: bool) -> None:
        if held:
            self._clock.hurry(on=False)
        await self._sleep(0.0)
        while (left_s := time_s - self._clock.now()) > 0.0:
            if self._clock.hurried and not held:
                self._clock.skip_to(time_s)
            else:
                # short, so that a change of speed is taken up at once
                await self._sleep(min(max(left_s / self._clock.speed, _SHORTEST_SLEEP_S), _LONGEST_SLEEP_S))


class _Tape:
    """Which sample comes at which device time: the recording, held at its cue, and without what a fault took.

    `cut_s` is the device time up to which was taken.
    """

    def __init__(self, recording: Recording, faults: tuple[Fault, ...], period_s: float) -> None:
        self._time_s = recording.time_s
        self._faults = faults
        self._period_s = period_s
        self._cue_s = recording.cue_s
        self._index = 0
        self._next_s = self.cut_s = float(recording.time_s[0])
        self._sent_s: float | None = None
        self._turn_high = len(self._time_s)
        self._turn_low = 0
        self._step = 1
        self.held = recording.cue_s is not None
        if recording.cue_s is not None:
            self._turn_high = max(1, int(np.searchsorted(self._time_s, recording.cue_s, side="right")) - 1)
            self._turn_low = _still_from(recording, self._turn_high)

    @property
    def ended(self) -> bool:
        """Whether the recording is over."""
        return self._index >= len(self._time_s)

    @property
    def fault(self) -> Fault | None:
        """The fault that the link is in."""
        if self.held:
            return None
        now_s = self.cut_s - self._next_s + self._time_s[min(self._index, len(self._time_s) - 1)]
        return next((f for f in self._faults if f.at_s <= now_s < f.at_s + f.seconds), None)

    def take(self, cut_s: float, cued_s: float | None) -> list[tuple[Gap | None, Indices, Array]]:
        """Give the samples up to a device time as runs without a hole, each with the gap before it."""
        self.cut_s = cut_s
        runs: list[tuple[Gap | None, list[int], list[float]]] = []
        while not self.ended and self._next_s <= cut_s:
            if self.held and cued_s is not None and self._next_s > cued_s:
                self._release(cued_s)
                continue
            if not self._taken_by_fault():
                gap = None
                if self._sent_s is not None and self._next_s - self._sent_s > _GAP_PERIODS * self._period_s:
                    gap = Gap(self._sent_s, self._next_s)
                if not runs or gap is not None:
                    runs.append((gap, [], []))
                runs[-1][1].append(self._index)
                runs[-1][2].append(self._next_s)
                self._sent_s = self._next_s
            self._advance()
        return [(gap, np.array(indices), np.array(time_s)) for gap, indices, time_s in runs]

    def _taken_by_fault(self) -> bool:
        at_s = self._time_s[self._index]
        return not self.held and any(f.at_s <= at_s < f.at_s + f.seconds for f in self._faults)

    def _advance(self) -> None:
        before = self._index
        if self.held:
            if before >= self._turn_high:
                self._step = -1
            elif before <= self._turn_low:
                self._step = 1
        self._index += self._step
        if not self.ended:
            self._next_s += abs(float(self._time_s[self._index] - self._time_s[before]))

    def _release(self, cued_s: float) -> None:
        """Go on from the cue, at the sample that is nearest to it on the device's even time."""
        assert self._cue_s is not None
        self.held, self._step = False, 1
        wanted_s = self._cue_s + self._next_s - cued_s
        after = int(np.searchsorted(self._time_s, wanted_s))
        near = range(max(0, after - 1), min(len(self._time_s), after + 1))
        self._index = min(near, key=lambda k: abs(float(self._time_s[k]) - wanted_s))
        if abs(float(self._time_s[self._index]) - wanted_s) > self._period_s:  # samples are missing at the cue
            self._index = min(after, len(self._time_s) - 1)
            self._next_s += max(0.0, float(self._time_s[self._index]) - wanted_s)


def _still_from(recording: Recording, cue: int) -> int:
    """Find where the still part before the cue begins: no axis turns otherwise than just before the cue."""
    time_s = recording.time_s
    last = recording.angular_velocity[(time_s >= time_s[cue] - _HOLD_S[0]) & (time_s <= time_s[cue])]
    moved = np.any(np.abs(recording.angular_velocity[: cue + 1] - last.mean(axis=0)) > _STILL_RAD_S, axis=1)
    quiet_from_s = float(time_s[np.flatnonzero(moved)[-1]]) + _SETTLED_S if moved.any() else -math.inf
    earliest_s = min(max(quiet_from_s, time_s[cue] - _HOLD_S[1]), time_s[cue] - _HOLD_S[0])
    return min(int(np.searchsorted(time_s, earliest_s, side="right")), max(0, cue - 1))
