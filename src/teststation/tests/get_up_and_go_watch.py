"""The live watcher of the Get-Up-and-Go: it sees the test begin, go through its phases and end."""

from __future__ import annotations

from enum import IntEnum

import numpy as np

from teststation.model import Placement
from teststation.signals.live import LiveMotion, Stir, last
from teststation.signals.onset import stirring
from teststation.signals.orientation import Motion, tilt, unit
from teststation.signals.postures import Transition, transitions
from teststation.signals.prepare import RATE_HZ, Array
from teststation.tests.base import Sight, Sighting

_REACH_S = 12.0
_LOOK_S = 1.5

_REST_RAD_S = 0.1
_BACK_ON_SEAT_S = 1.0

_LIFT_RAD = np.radians(20.0)
_LIFT_M = 0.15
_STOOD_M = 0.25
"""Who has come up so far has left the chair: more than an attempt in vain, most of a seat's height."""
_TURNING_RAD = np.radians(45.0)
_TURNED_RAD = np.radians(120.0)
_SLOW_RAD_S, _SLOW_S = np.radians(20.0), 0.8
"""A turn is over when the heading hardly changes over a step and more; who turns slowly turns on faster than that."""
_LEVEL_S = 3.0
"""The heading of a straight way is followed so slowly that a turn of several seconds is not taken for the way."""
_BENT_RAD = np.radians(15.0)

_SEATED_RAD_S = 0.25
_SEATED_S = 0.5
"""Quiet on the seat for so long is the end; a shorter halt belongs to sitting down."""
_LOOK_AGAIN_S = 0.5
_OVER_S, _SURELY_S = 0.1, 1.0
"""The trunk has come to an end, not only to the newest sample; who rests for so long has, whatever the look says."""
_ROUND_RAD = np.radians(90.0)
"""Nobody meets the seat before so much of the second turn is done."""


class _Phase(IntEnum):
    """In the order of the test; none is gone back to."""

    WAITING = 0
    SIT_TO_STAND = 1
    WALK_OUT = 2
    TURN_1 = 3
    WALK_BACK = 4
    TURN_2 = 5
    STAND_TO_SIT = 6
    SEATED = 7


class GetUpAndGoWatcher:
    """Causal eyes on one Get-Up-and-Go, fed packet by packet.

    It looks ten times a second at the last moments, with the analysis's own features: how fast the sensor turns about
    any axis, how far it is inclined from the seated and from the upright posture, its heading, and (at the trunk, when
    all is quiet) the rises and sits of the last seconds.
    """

    def __init__(self, placement: Placement | None) -> None:
        self._placement = placement or Placement.LOWER_BACK
        self._live = LiveMotion(_REACH_S)
        self._stir = Stir()
        self._phase = _Phase.WAITING
        self._seat: Array | None = None
        self._upright: Array | None = None
        self._heading_rad = 0.0
        self._level_rad = 0.0
        self._speed_m_s = 0.0
        self._height_m = 0.0
        self._bias_m_s2 = 0.0
        self._looked_s = self._turns_back_s = -np.inf

    def feed(self, time_s: Array, acceleration: Array, angular_velocity: Array) -> list[Sighting]:
        """Look at the next samples, (n,) s, (n, 3) m/s² and (n, 3) rad/s; give what became clear with them."""
        begun_s = self._stir.begins_s(time_s, angular_velocity - self._live.bias_rad_s)
        seen = self._start(begun_s) if begun_s is not None and self._phase <= _Phase.SIT_TO_STAND else []
        if self._phase == _Phase.SEATED or not self._live.extend(time_s, acceleration, angular_velocity):
            return seen
        recent = self._live.recent
        assert recent is not None
        return seen + self._look(recent) if len(recent) >= RATE_HZ / 2 else seen

    def _look(self, recent: Motion) -> list[Sighting]:
        look = last(recent, _LOOK_S)
        moving = stirring(look.rate_of_turn)
        self._follow(last(recent, self._live.new / RATE_HZ))
        if self._phase == _Phase.WAITING:
            self._wait(look, moving)
            return []
        if self._phase == _Phase.SIT_TO_STAND:
            return self._rise(look, moving)
        return self._walk(look) + self._sit(recent, look, moving)

    def _enter(self, phase: _Phase, time_s: float) -> list[Sighting]:
        self._phase = phase
        if phase is _Phase.TURN_2:
            self._turns_back_s = float(time_s)
        return [Sighting(Sight.PHASE, float(time_s), phase=phase.name.lower())]

    def _start(self, begun_s: float) -> list[Sighting]:
        """See a movement begin on the seat; what comes to rest there was none, and the next one counts."""
        if self._seat is None:
            return []
        start = Sighting(Sight.START, begun_s)
        self._level_rad = self._heading_rad
        return [start, *(self._enter(_Phase.SIT_TO_STAND, begun_s) if self._phase == _Phase.WAITING else [])]

    def _follow(self, new: Motion) -> None:
        """Go on with the heading, and with the height above the seat since the movement began."""
        self._heading_rad += float(np.sum(new.yaw_rate)) / RATE_HZ
        speed = self._speed_m_s + np.cumsum(new.vertical_acceleration - self._bias_m_s2) / RATE_HZ
        if len(speed):
            self._height_m += float(np.sum(speed)) / RATE_HZ
            self._speed_m_s = float(speed[-1])

    def _wait(self, look: Motion, moving: Array) -> None:
        self._speed_m_s = self._height_m = 0.0
        if moving[-1] < _REST_RAD_S:
            tail = last(look, 0.5)
            self._seat = _mean(tail.up)
            self._bias_m_s2 = float(np.mean(tail.vertical_acceleration))

    def _rise(self, look: Motion, moving: Array) -> list[Sighting]:
        assert self._seat is not None
        inclined = _inclined(look, self._seat)
        turned = abs(self._heading_rad - self._level_rad) > _TURNING_RAD
        lifted = inclined > _LIFT_RAD if self._placement == Placement.THIGH else self._height_m > _STOOD_M
        if lifted or turned:
            self._upright = None
            self._level_rad = self._heading_rad
            return self._enter(_Phase.WALK_OUT, look.time_s[-1])
        if np.all(moving[-round(_BACK_ON_SEAT_S * RATE_HZ) :] < _REST_RAD_S):
            self._phase = _Phase.WAITING
        return []

    def _walk(self, look: Motion) -> list[Sighting]:
        heading, rate = self._heading_rad, abs(float(np.mean(last(look, _SLOW_S).yaw_rate)))
        turned = abs(heading - self._level_rad)
        match self._phase:
            case _Phase.WALK_OUT | _Phase.WALK_BACK:
                now = _mean(last(look, 0.5).up)
                self._upright = now if self._upright is None else unit(0.9 * self._upright + 0.1 * now)
                if turned > _TURNING_RAD:
                    return self._enter(_Phase(self._phase + 1), look.time_s[-1])
                self._level_rad += (heading - self._level_rad) * 0.1 / _LEVEL_S
            case _Phase.TURN_1 if turned > _TURNED_RAD and rate < _SLOW_RAD_S:
                self._level_rad = heading
                return self._enter(_Phase.WALK_BACK, look.time_s[-1])
        return []

    def _sit(self, recent: Motion, look: Motion, moving: Array) -> list[Sighting]:
        if self._seat is None or self._upright is None or self._phase < _Phase.TURN_2:
            return []
        thigh = self._placement == Placement.THIGH
        inclined = _inclined(look, self._upright)
        between = float(tilt(self._seat[None, :], self._upright)[0])
        down = inclined > 0.5 * between if thigh else inclined > _BENT_RAD
        seen = self._enter(_Phase.STAND_TO_SIT, look.time_s[-1]) if down and self._phase == _Phase.TURN_2 else []
        if abs(self._heading_rad - self._level_rad) < _ROUND_RAD:
            return seen
        quiet = np.all(moving[-round(_SEATED_S * RATE_HZ) :] < _SEATED_RAD_S)
        if not quiet or (thigh and not down) or look.time_s[-1] < self._looked_s + _LOOK_AGAIN_S:
            return seen
        self._looked_s = float(look.time_s[-1])
        if thigh:
            seated_s = float(look.time_s[-round(_SEATED_S * RATE_HZ)])
        else:
            sit = self._seen_sit(recent, still=bool(np.all(moving[-round(_SURELY_S * RATE_HZ) :] < _REST_RAD_S)))
            if sit is None:
                return seen
            seated_s = sit.end_s
        if self._phase == _Phase.TURN_2:
            seen = self._enter(_Phase.STAND_TO_SIT, seated_s)
        return [*seen, *self._enter(_Phase.SEATED, seated_s), Sighting(Sight.STOP, seated_s)]

    def _seen_sit(self, recent: Motion, *, still: bool) -> Transition | None:
        """Give the sit that ends the test: the last way up or down, in the second turn or later, and over."""
        found = transitions(recent, self._placement)
        if not found or found[-1].rising or found[-1].height_m < _LIFT_M or found[-1].half_way_s < self._turns_back_s:
            return None
        sit, now_s = found[-1], float(recent.time_s[-1])
        over = sit.whole and sit.end_s < now_s - _OVER_S
        return sit if over or (still and sit.contact_s < now_s - _OVER_S) else None


def _inclined(look: Motion, reference: Array) -> float:
    return float(tilt(_mean(last(look, 0.3).up)[None, :], reference)[0])


def _mean(vectors: Array) -> Array:
    return unit(vectors.mean(axis=0))
