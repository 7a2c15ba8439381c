"""An accelerometer's offset and scale, by how long gravity is in positions at rest. Pure.

Whichever way a sensor lies, the true length is that of gravity. For each axis an offset and a scale are found, by least
squares over the positions.

Cross-axis terms are left out: lengths alone leave the turn of the axes open, six positions would not even fix the three
that remain, and what they do (some 1 %, a tilt of half a degree) shifts no time. Which way an axis points is nowhere
taken for granted (`signals.orientation`).
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import msgspec
import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Vector = tuple[float, float, float]

POSITIONS = 6
MOST_POSITIONS = 14
APART_RAD = math.radians(30.0)
"""Positions closer to each other are the same one, put down again."""
_STEPS = 20
_SETTLED = 1e-9
FIRMNESS = 6.0
"""The positions fix every offset and scale to this many times the error of one position's length, at most: a sensor on
its six faces comes to 0.7; faces that stand askew to the chip's axes can leave two scales open, and more positions are
asked for then. Any limit from 3 to 10 tells the two apart."""
LARGEST_RESIDUAL = 0.01
"""What is left of the lengths, as a share of gravity: more, and it was moved, or is not linear."""
LARGEST_SCALE, LARGEST_OFFSET_M_S2 = 0.10, 1.0
"""Beyond these (ten times what makers promise: 1 to 3 %, 20 to 80 mg) a chip is broken."""


class Fit(msgspec.Struct, frozen=True, kw_only=True):
    """True acceleration = scale · (raw − offset).

    Parameters
    ----------
    firmness : the largest error of an offset (in units of g) or a scale, for an error of one in a position's length
    residual : root mean square of what is left, as a share of gravity
    """

    offset_m_s2: Vector
    scale: Vector
    firmness: float
    residual: float

    @property
    def is_firm(self) -> bool:
        """Tell whether the positions were different enough."""
        return self.firmness <= FIRMNESS

    @property
    def is_plausible(self) -> bool:
        """Tell whether a sensor that works could be so."""
        largest = max(abs(offset) for offset in self.offset_m_s2)
        scaled = max(abs(scale - 1.0) for scale in self.scale)
        return self.residual <= LARGEST_RESIDUAL and scaled <= LARGEST_SCALE and largest <= LARGEST_OFFSET_M_S2


def is_new(position: Array, before: Sequence[Array]) -> bool:
    """Tell whether a sensor lies otherwise than in any position before.

    Parameters
    ----------
    position : (3,) m/s², the mean at rest
    """
    here = position / np.linalg.norm(position)
    return all(float(here @ (other / np.linalg.norm(other))) < math.cos(APART_RAD) for other in before)


def fit(positions: Array, gravity_m_s2: float) -> Fit | None:
    """Find offset and scale of each axis; None where there are too few positions, or they are all alike.

    Parameters
    ----------
    positions : (k, 3) m/s², means at rest, k ≥ 6

    Source
    ------
    Gauss–Newton on the length of scale · (raw − offset), from 1 and 0: the usual model of an accelerometer without its
    cross-axis terms, as in Frosio et al. 2009, doi:10.1109/TIM.2008.2006137.
    """
    if len(positions) < POSITIONS:
        return None
    raw = positions / gravity_m_s2
    offset, scale = np.zeros(3), np.ones(3)
    for _ in range(_STEPS):
        slopes, left = _linear(raw, offset, scale)
        step, _, rank, _ = np.linalg.lstsq(slopes, left, rcond=1e-6)
        if rank < slopes.shape[1]:
            break
        offset, scale = offset + step[:3], scale + step[3:]
        if float(np.abs(step).max()) < _SETTLED:
            break
    slopes, left = _linear(raw, offset, scale)
    spread = np.linalg.pinv(slopes.T @ slopes, rcond=1e-12)
    firm = np.linalg.matrix_rank(slopes, tol=1e-6) == slopes.shape[1]
    return Fit(
        offset_m_s2=_vector(offset * gravity_m_s2),
        scale=_vector(scale),
        firmness=float(np.sqrt(np.diag(spread).max())) if firm else math.inf,
        residual=float(np.sqrt(np.mean(left**2))),
    )


def _linear(raw: Array, offset: Array, scale: Array) -> tuple[Array, Array]:
    """Give how the lengths change with offset and scale, and what is missing to 1."""
    true = scale * (raw - offset)
    length = np.linalg.norm(true, axis=1, keepdims=True)
    slopes = np.concatenate([-true * scale / length, true * (raw - offset) / length], axis=1)
    return slopes, 1.0 - length[:, 0]


def _vector(values: Array) -> Vector:
    x, y, z = values.tolist()
    return x, y, z
