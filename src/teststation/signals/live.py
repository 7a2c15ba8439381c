"""The motion of a running sensor: what `orient` gives of a whole recording, causally and without end."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

import numpy as np
from vqf import VQF

from teststation.signals.orientation import Motion
from teststation.signals.prepare import GAP_S, GRAVITY_M_S2, RATE_HZ, Array

_STEP = 10
"""Samples are taken in so many at a time: a tenth of a second."""

_NAMES = tuple(field.name for field in fields(Motion))


_SWAY_RAD_S, _SWAY_RAD = 0.08, 0.01
"""Who sits still sways by less: more speed than the first, summed up to the second, is a movement.

On `tug_pocket` (15 people) 0.83 of the starts are seen within 0.3 s; 0.80 to 0.83 with anything from 0.06 to 0.1 rad/s
and 0.01 to 0.02 rad.
"""
_QUIET_RAD_S, _QUIET_S = 0.12, 0.3
"""A movement is looked for, and after it the next, once the sensor has been so quiet for so long."""


class Stir:
    """Tells, packet by packet, when a resting sensor begins to move.

    Source
    ------
    Page 1954, doi:10.1093/biomet/41.1-2.100 (a cumulative sum tells a change sooner than a threshold that is as sure).
    """

    def __init__(self) -> None:
        self._last_s: float | None = None
        self._quiet_s = 0.0
        self._waits = False
        self._turned_rad = 0.0
        self._since_s = 0.0

    def begins_s(self, time_s: Array, rate_of_turn: Array) -> float | None:
        """Take the next samples, (n,) s and (n, 3) rad/s without bias; give when a movement began, once it is seen."""
        if len(time_s) == 0:
            return None
        first_s = self._last_s if self._last_s is not None else float(time_s[0])
        self._last_s = float(time_s[-1])
        duration_s = min(self._last_s - first_s, GAP_S)
        speed = float(np.linalg.norm(rate_of_turn.mean(axis=0)))
        self._quiet_s = self._quiet_s + duration_s if speed < _QUIET_RAD_S else 0.0
        if not self._waits:
            self._waits = self._quiet_s >= _QUIET_S
            return None
        if self._turned_rad == 0.0:
            self._since_s = first_s
        self._turned_rad = max(0.0, self._turned_rad + (speed - _SWAY_RAD_S) * duration_s)
        if self._turned_rad < _SWAY_RAD:
            return None
        self._waits, self._turned_rad = False, 0.0
        return self._since_s


class LiveMotion:
    """Takes samples as they come and keeps the motion of the last `reach_s` seconds.

    `recent` is a window into what is kept: it holds until the next samples are taken. Its last `new` samples came then.
    `bias_rad_s` is the gyroscope's, as far as it is known.
    """

    def __init__(self, reach_s: float) -> None:
        self._reach = round(reach_s * RATE_HZ)
        self._filter = VQF(1.0 / RATE_HZ)
        self._waiting: list[Array] = []
        self._last: Array | None = None
        self._start_s = 0.0
        self._count = 0
        self._kept: Motion | None = None
        self._filled = 0
        self.recent: Motion | None = None
        self.new = 0
        self.bias_rad_s = np.zeros(3)

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
        self._keep(self._moved(rows))
        return True

    def _moved(self, rows: Array) -> Motion:
        source_s = rows[:, 0]
        until = int(np.floor((source_s[-1] - self._start_s) * RATE_HZ + 1e-6)) + 1
        time_s = self._start_s + np.arange(self._count, until) / RATE_HZ
        self._count = until
        k = np.clip(np.searchsorted(source_s, time_s), 1, len(source_s) - 1)
        step_s = source_s[k] - source_s[k - 1]
        even = rows[k - 1, 1:] + ((time_s - source_s[k - 1]) / step_s)[:, None] * (rows[k, 1:] - rows[k - 1, 1:])
        found = self._filter.updateBatch(np.ascontiguousarray(even[:, 3:]), np.ascontiguousarray(even[:, :3]))
        orientation = np.asarray(found["quat6D"])
        bias = np.asarray(found["bias"])
        self.bias_rad_s = bias[-1]
        even[:, 3:] -= bias
        level = _matrices(orientation)
        acceleration = (level @ even[:, :3, None])[:, :, 0]
        acceleration[:, 2] -= GRAVITY_M_S2
        return Motion(
            time_s=time_s,
            orientation=orientation,
            acceleration=acceleration,
            rate_of_turn=even[:, 3:],
            up=level[:, 2],
            covered=step_s <= GAP_S,
            clipped=np.zeros((len(time_s), 2), dtype=bool),
        )

    def _keep(self, new: Motion) -> None:
        """Write the newest behind the last; where the room is full, move the last of it to the front."""
        new = part(new, slice(-self._reach, None))
        self.new = len(new)
        if self._kept is None:
            self._kept = Motion(*(np.empty((2 * self._reach, *it.shape[1:]), it.dtype) for it in _fields(new)))
        if self._filled + len(new) > len(self._kept):
            left = self._reach - len(new)
            for values in _fields(self._kept):
                values[:left] = values[self._filled - left : self._filled]
            self._filled = left
        for values, came in zip(_fields(self._kept), _fields(new), strict=True):
            values[self._filled : self._filled + len(new)] = came
        self._filled += len(new)
        self.recent = part(self._kept, slice(max(0, self._filled - self._reach), self._filled))


def part(motion: Motion, which: slice) -> Motion:
    """Give some of a motion's samples, without copying them."""
    return Motion(*(values[which] for values in _fields(motion)))


def last(motion: Motion, seconds: float) -> Motion:
    """Give a motion's last seconds."""
    return part(motion, slice(-round(seconds * RATE_HZ), None))


def _fields(motion: Motion) -> list[Any]:
    return [getattr(motion, field) for field in _NAMES]


def _matrices(orientation: Array) -> Array:
    """Give (n, 3, 3) matrices that turn a vector from the sensor's frame into the earth's, for (n, 4) quaternions."""
    w, x, y, z = orientation.T
    matrices = np.empty((len(orientation), 3, 3))
    matrices[:, 0, 0] = 1 - 2 * (y * y + z * z)
    matrices[:, 0, 1] = 2 * (x * y - w * z)
    matrices[:, 0, 2] = 2 * (x * z + w * y)
    matrices[:, 1, 0] = 2 * (x * y + w * z)
    matrices[:, 1, 1] = 1 - 2 * (x * x + z * z)
    matrices[:, 1, 2] = 2 * (y * z - w * x)
    matrices[:, 2, 0] = 2 * (x * z - w * y)
    matrices[:, 2, 1] = 2 * (y * z + w * x)
    matrices[:, 2, 2] = 1 - 2 * (x * x + y * y)
    return matrices
