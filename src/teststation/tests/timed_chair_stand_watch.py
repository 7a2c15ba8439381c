"""The live watcher of the chair stand: it sees the first movement, counts the rises and proposes the stop."""

from __future__ import annotations

import numpy as np

from teststation.model import Placement
from teststation.signals.live import LiveMotion
from teststation.signals.onset import stirring
from teststation.signals.orientation import Motion, tilt
from teststation.signals.prepare import RATE_HZ, Array, Mask
from teststation.tests.base import Options, Sight, Sighting

_REACH_S = 1.5
_START_RAD_S = 0.2
"""More than swaying on the seat."""
_REST_RAD_S = 0.15
_REST_S = 0.5

_FORGET_S, _LEVEL_S = 8.0, 5.0
"""The running vertical velocity forgets, and is levelled, in these times: longer than a rise, shorter than drift."""
_MOVING_M_S = 0.08
_HALTED_SHARE = 0.25
"""A rise is over, and a sit too, when its speed has fallen to this share."""
_LEAST_M = 0.20
_SHARE_OF_USUAL = 0.5

_UPRIGHT_RAD, _SEATED_RAD = np.radians(50.0), np.radians(30.0)
"""How far a thigh is turned from its seated inclination to count as up, and as down again."""


class TimedChairStandWatcher:
    """Causal eyes on one chair stand, fed packet by packet.

    At the trunk it follows the vertical velocity, set to zero at rest: a way up of the usual size that comes to a halt
    is a rise, a way down a sit. At the thigh it follows the inclination against the seated one.
    """

    def __init__(self, options: Options, *, ends: bool = True) -> None:
        self._thigh = options.placement is Placement.THIGH
        self._stands = options.stands if ends and options.seconds is None else None
        self._seconds = options.seconds if ends else None
        self._live = LiveMotion(_REACH_S)
        self._seat: Array | None = None
        self._bias_m_s2 = 0.0
        self._running_m_s = 0.0
        self._offset_m_s = 0.0
        self._speed_m_s = 0.0
        self._way_m = 0.0
        self._fastest_m_s = 0.0
        self._ways_m: dict[str, list[float]] = {"standing": [], "seated": []}
        self._started_s: float | None = None
        self._phase = ""
        self._count = 0
        self._stopped = False

    def feed(self, time_s: Array, acceleration: Array, angular_velocity: Array) -> list[Sighting]:
        """Look at the next samples, (n,) s, (n, 3) m/s² and (n, 3) rad/s; give what became clear with them."""
        known_s = float(self._live.recent.time_s[-1]) if self._live.recent is not None else -np.inf
        if self._stopped or not self._live.extend(time_s, acceleration, angular_velocity):
            return []
        recent = self._live.recent
        if recent is None or len(recent) < RATE_HZ * _REST_S:
            return []
        moving = stirring(recent.rate_of_turn)
        resting = bool(np.all(moving[-round(_REST_S * RATE_HZ) :] < _REST_RAD_S))
        seen = self._start(recent, moving, resting=resting)
        new = recent.time_s > known_s
        seen += self._incline(recent) if self._thigh else self._climb(recent, new, resting=resting)
        return seen + self._end(float(recent.time_s[-1]))

    def _start(self, recent: Motion, moving: Array, *, resting: bool) -> list[Sighting]:
        if self._started_s is not None:
            return []
        if resting:
            last = slice(-round(_REST_S * RATE_HZ), None)
            self._seat = recent.up[last].mean(axis=0)
            self._seat /= np.linalg.norm(self._seat)
            self._bias_m_s2 = float(np.mean(recent.vertical_acceleration[last]))
        if moving[-1] < _START_RAD_S or self._seat is None:
            return []
        calm = np.flatnonzero(moving < _START_RAD_S)
        self._started_s = float(recent.time_s[calm[-1]] if len(calm) else recent.time_s[0])
        return [Sighting(Sight.START, self._started_s)]

    def _climb(self, recent: Motion, new: Mask, *, resting: bool) -> list[Sighting]:
        if resting:
            self._running_m_s = self._offset_m_s = self._speed_m_s = self._way_m = 0.0
            return []
        seen: list[Sighting] = []
        for time_s, acceleration in zip(
            recent.time_s[new].tolist(), recent.vertical_acceleration[new].tolist(), strict=True
        ):
            self._running_m_s += (acceleration - self._bias_m_s2 - self._running_m_s / _FORGET_S) / RATE_HZ
            self._offset_m_s += (self._running_m_s - self._offset_m_s) / _LEVEL_S / RATE_HZ
            self._speed_m_s = self._running_m_s - self._offset_m_s
            if self._speed_m_s * self._way_m < 0.0:
                self._way_m = self._fastest_m_s = 0.0
            self._way_m += self._speed_m_s / RATE_HZ
            self._fastest_m_s = max(self._fastest_m_s, abs(self._speed_m_s))
            seen += self._judge(time_s)
        return seen

    def _judge(self, time_s: float) -> list[Sighting]:
        """Tell what the way so far means: under way, or there."""
        under_way, there = ("rising", "standing") if self._way_m > 0.0 else ("sitting_down", "seated")
        ways = self._ways_m[there]
        enough = max(_LEAST_M, _SHARE_OF_USUAL * float(np.median(ways)) if ways else 0.0)
        if self._started_s is None or abs(self._way_m) < enough or self._fastest_m_s < _MOVING_M_S:
            return []
        if abs(self._speed_m_s) > _HALTED_SHARE * self._fastest_m_s:
            return self._enter(under_way, time_s) if self._phase != there else []
        if self._phase == there:
            return []
        ways.append(abs(self._way_m))
        return self._arrive(there, time_s)

    def _incline(self, recent: Motion) -> list[Sighting]:
        if self._seat is None or self._started_s is None:
            return []
        time_s = float(recent.time_s[-1])
        angle = float(tilt(recent.up[-1:], self._seat)[0])
        if angle > _UPRIGHT_RAD and self._phase != "standing":
            return self._arrive("standing", time_s)
        if angle < _SEATED_RAD and self._phase == "standing":
            return self._arrive("seated", time_s)
        return []

    def _arrive(self, there: str, time_s: float) -> list[Sighting]:
        seen = self._enter(there, time_s)
        if there == "standing":
            self._count += 1
            seen.append(Sighting(Sight.REPETITION, time_s, phase=there, count=self._count))
        elif self._stands is not None and self._count >= self._stands:
            self._stopped = True
            seen.append(Sighting(Sight.STOP, time_s, phase=there, count=self._count))
        return seen

    def _enter(self, phase: str, time_s: float) -> list[Sighting]:
        if phase == self._phase:
            return []
        self._phase = phase
        return [Sighting(Sight.PHASE, time_s, phase=phase, count=self._count)]

    def _end(self, time_s: float) -> list[Sighting]:
        if self._stopped or self._seconds is None or self._started_s is None:
            return []
        if time_s < self._started_s + self._seconds:
            return []
        self._stopped = True
        return [Sighting(Sight.STOP, self._started_s + self._seconds, phase=self._phase, count=self._count)]
