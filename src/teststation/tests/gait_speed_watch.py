"""The live watcher of the gait test: it sees a person walk off, pause, and stand still at the end."""

from __future__ import annotations

import numpy as np

from teststation.model import Placement
from teststation.signals.live import LiveMotion, last
from teststation.signals.orientation import Motion
from teststation.signals.prepare import RATE_HZ, Array
from teststation.signals.walks import STANDING_STILL_S, walks
from teststation.tests.base import Sight, Sighting

_REACH_S = 9.0
_NOW_S = 0.1

_MOVING_RAD_S = 0.25
_MOVING_M_S2 = 0.75
"""A person moves when turning and acceleration, each as a share of this, come to more than 1 together."""

_TRUNK_SETS_OFF_M_S, _THIGH_SETS_OFF_M_S = 0.2, 0.3
"""Who shifts the weight does not go so fast; as the first foot leaves the ground the body does.

On `voisard_10m_uturn` and the backs of `marpino_5m` (92 starts) 0.97 are seen within 0.3 s of that, and no fewer than
0.95 with anything from 0.15 to 0.25 m/s. A thigh swings before it gets ahead: 0.25 to 0.35 m/s, 25 starts.
"""
_SLOWER, _SURE_S = 0.6, 0.15
"""Who goes at that share of the speed for so long walks too, slowly.

With it a generated walk of 0.56 m/s is seen 0.05 s after the first foot's leaving the ground (a thigh's in two of
three), without it 0.4 to 0.5 s after; on the real walks named above as many are in time, but one thigh that is seen
sooner. Anything from half of the speed on does.
"""
_STANDS_RAD_S, _STANDS_M_S2, _STANDS_STILL_S = 0.1, 0.3, 0.3
_GOES_ON_S, _HALT_S = 0.8, 0.15
"""Who goes slower than that, but moves on for so long without a halt, walks too."""
_FORGET_S = 2.0
"""The speed begins at standing still for so long, and forgets in this time: a start is over by then."""

_LEARNS = 0.3
"""Of each tenth of a second's acceleration at rest so much is taken for the accelerometer's own."""

_SETTLED_S = 0.5
"""An orientation filter just begun is not yet to be trusted."""

_STANDS_S = 1.0
"""Quiet for so long is a pause, and shown as one."""

_SHORTEST_WALK_S = 1.5
"""Less between two rests is a shift of weight, not a walk."""


class GaitSpeedWatcher:
    """Causal eyes on one walk, fed packet by packet."""

    def __init__(self, placement: Placement | None) -> None:
        self._placement = placement or Placement.LOWER_BACK
        self._live = LiveMotion(_REACH_S)
        self._phase = ""
        self._begun_s: float | None = None
        self._moved_s = self._rested_s = -np.inf
        self._setting_off = _SettingOff(self._placement)
        self._contact_s: float | None = None
        self._stopped = False

    def feed(self, time_s: Array, acceleration: Array, angular_velocity: Array) -> list[Sighting]:
        """Look at the next samples; give what became clear with them."""
        if self._stopped or not self._live.extend(time_s, acceleration, angular_velocity):
            return []
        recent = self._live.recent
        if recent is None or len(recent) < _SETTLED_S * RATE_HZ:
            return []
        now_s = float(recent.time_s[-1])
        sets_off = self._setting_off.seen(last(recent, self._live.new / RATE_HZ))
        if not _moves(recent):
            return self._rest(recent, now_s)
        if now_s - self._moved_s > _HALT_S:
            self._rested_s = now_s
        self._moved_s = now_s
        if sets_off or self._begun_s is not None or now_s - self._rested_s > _GOES_ON_S:
            return self._walk(now_s)
        return []

    def _walk(self, now_s: float) -> list[Sighting]:
        self._contact_s = None
        if self._phase == "walking":
            return []
        seen = [self._enter("walking", now_s)]
        if self._begun_s is None:
            self._begun_s = now_s
            seen.insert(0, Sighting(Sight.START, now_s))
        return seen

    def _rest(self, recent: Motion, now_s: float) -> list[Sighting]:
        if self._begun_s is None or now_s - self._moved_s < _STANDS_S:
            return []
        if self._moved_s - self._begun_s < _SHORTEST_WALK_S:
            self._begun_s = None
        seen = [self._enter("standing", self._moved_s)] if self._phase == "walking" else []
        if self._begun_s is not None and now_s - self._moved_s >= STANDING_STILL_S:
            self._contact_s = self._contact_s or self._last_contact_s(recent)
            if now_s - self._contact_s >= STANDING_STILL_S:
                self._stopped = True
                seen.append(Sighting(Sight.STOP, self._contact_s))
        return seen

    def _enter(self, phase: str, time_s: float) -> Sighting:
        self._phase = phase
        return Sighting(Sight.PHASE, time_s, phase=phase)

    def _last_contact_s(self, recent: Motion) -> float:
        """Give the last foot's coming down, as the analysis would; else when the person last moved."""
        ends = [walk.end_s for walk in walks(recent, self._placement) if walk.end_s <= self._moved_s + _STANDS_S]
        return max(ends, default=self._moved_s)


class _SettingOff:
    """How fast the body goes over the ground, from standing still on: for the second or two before that drifts."""

    def __init__(self, placement: Placement) -> None:
        self._enough_m_s = _THIGH_SETS_OFF_M_S if placement is Placement.THIGH else _TRUNK_SETS_OFF_M_S
        self._bias_m_s2: Array | None = None
        self._speed_m_s = np.zeros(2)
        self._still_s = 0.0
        self._going_s = 0.0

    def seen(self, new: Motion) -> bool:
        """Go on with the speed; tell whether it is that of a walk."""
        duration_s = len(new) / RATE_HZ
        acceleration = new.acceleration[:, :2].mean(axis=0)
        changed = acceleration - (acceleration if self._bias_m_s2 is None else self._bias_m_s2)
        turning = float(np.linalg.norm(new.rate_of_turn, axis=1).mean())
        still = turning < _STANDS_RAD_S and float(np.linalg.norm(changed)) < _STANDS_M_S2
        self._still_s = self._still_s + duration_s if still else 0.0
        if self._still_s >= _STANDS_STILL_S:
            self._bias_m_s2 = acceleration if self._bias_m_s2 is None else self._bias_m_s2 + _LEARNS * changed
            self._speed_m_s = np.zeros(2)
            self._going_s = 0.0
            return False
        self._speed_m_s = self._speed_m_s * (1.0 - duration_s / _FORGET_S) + changed * duration_s
        share = float(np.linalg.norm(self._speed_m_s)) / self._enough_m_s
        self._going_s = self._going_s + duration_s if share > _SLOWER else 0.0
        return share > 1.0 or self._going_s > _SURE_S


def _moves(recent: Motion) -> bool:
    """Tell whether the person moves just now; means over `_NOW_S` in stead of filters, which would look back longer."""
    now = slice(-round(_NOW_S * RATE_HZ), None)
    turning = float(np.linalg.norm(recent.rate_of_turn[now], axis=1).mean())
    shaken = float(np.linalg.norm(recent.acceleration[now].mean(axis=0)))
    return bool(np.hypot(turning / _MOVING_RAD_S, shaken / _MOVING_M_S2) > 1.0)
