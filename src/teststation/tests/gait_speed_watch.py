"""The live watcher of the gait test: it sees a person walk off, pause, and stand still at the end."""

from __future__ import annotations

import numpy as np

from teststation.model import Placement
from teststation.signals.live import LiveMotion
from teststation.signals.orientation import Motion
from teststation.signals.prepare import RATE_HZ, Array
from teststation.signals.walks import STANDING_STILL_S, walks
from teststation.tests.base import Sight, Sighting

_REACH_S = 9.0
_NOW_S = 0.1

_MOVING_RAD_S = 0.25
_MOVING_M_S2 = 0.75
"""A person moves when turning and acceleration, each as a share of this, come to more than 1 together.

On `voisard_10m_uturn` and the thighs of `marpino_5m` (101 starts) this is seen at the latest 0.2 s after the first foot
is off; in 16 of them a shift of weight more than a second earlier is seen as well.
"""

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
        self._moved_s = -np.inf
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
        if _moves(recent):
            self._moved_s = now_s
            return self._walk(now_s)
        return self._rest(recent, now_s)

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


def _moves(recent: Motion) -> bool:
    """Tell whether the person moves just now; means over `_NOW_S` in stead of filters, which would look back longer."""
    now = slice(-round(_NOW_S * RATE_HZ), None)
    turning = float(np.linalg.norm(recent.rate_of_turn[now], axis=1).mean())
    shaken = float(np.linalg.norm(recent.acceleration[now].mean(axis=0)))
    return bool(np.hypot(turning / _MOVING_RAD_S, shaken / _MOVING_M_S2) > 1.0)
