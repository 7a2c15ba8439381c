"""The motion of a running sensor: what `orient` gives of a whole recording, causally and without end."""

from __future__ import annotations

import numpy as np
from vqf import VQF

from teststation.signals.orientation import Motion, rotate, vertical_in_sensor
from teststation.signals.prepare import GAP_S, GRAVITY_M_S2, RATE_HZ, Array

_STEP = 10
"""Samples are taken in so many at a time: a tenth of a second."""

_FIELDS = ("time_s", "orientation", "acceleration", "angular_velocity", "rate_of_turn", "up", "covered")


class LiveMotion:
    """Takes samples as they come and keeps the motion of the last `reach_s` seconds."""

    def __init__(self, reach_s: float) -> None:
        self._reach = round(reach_s * RATE_HZ)
        self._filter = VQF(1.0 / RATE_HZ)
        self._waiting: list[Array] = []
        self._last: Array | None = None
        self._start_s = 0.0
        self._count = 0
        self.recent: Motion | None = None

    def extend(self, time_s: Array, acceleration: Array, angular_velocity: Array) -> bool:
        """Take the next samples, (n,) s, (n, 3) m/s² and (n, 3) rad/s; tell whether `recent` has new ones."""
        self._waiting.append(np.column_stack([time_s, acceleration, angular_velocity]))
        first = self._waiting[0][0, 0] if self._last is None else self._last[0]
        if len(time_s) == 0 or time_s[-1] - first < _STEP / RATE_HZ:
            return False
        rows = np.vstack(self._waiting if self._last is None else [self._last[None, :], *self._waiting])
        if self._last is None:
            self._start_s = float(rows[0, 0])
        self._waiting, self._last = [], rows[-1]
        self._take(rows)
        return True

    def _take(self, rows: Array) -> None:
        source_s = rows[:, 0]
        until = int(np.floor((source_s[-1] - self._start_s) * RATE_HZ + 1e-6)) + 1
        time_s = self._start_s + np.arange(self._count, until) / RATE_HZ
        self._count = until
        even = np.column_stack([np.interp(time_s, source_s, channel) for channel in rows[:, 1:].T])
        k = np.clip(np.searchsorted(source_s, time_s), 1, len(source_s) - 1)
        found = self._filter.updateBatch(np.ascontiguousarray(even[:, 3:]), np.ascontiguousarray(even[:, :3]))
        orientation = np.asarray(found["quat6D"])
        rate_of_turn = even[:, 3:] - np.asarray(found["bias"])
        acceleration = rotate(orientation, even[:, :3])
        acceleration[:, 2] -= GRAVITY_M_S2
        new = Motion(
            time_s=time_s,
            orientation=orientation,
            acceleration=acceleration,
            angular_velocity=rotate(orientation, rate_of_turn),
            rate_of_turn=rate_of_turn,
            up=vertical_in_sensor(orientation),
            covered=source_s[k] - source_s[k - 1] <= GAP_S,
        )
        self.recent = new if self.recent is None else self._joined(self.recent, new)

    def _joined(self, old: Motion, new: Motion) -> Motion:
        return Motion(
            **{field: np.concatenate([getattr(old, field), getattr(new, field)])[-self._reach :] for field in _FIELDS}
        )
