"""Samples as blocks of bytes: rows of seven little-endian float64, so that a replay is equal to the bit.

A float32 would halve the size, but most sensors' scaled integers are not exact in it.
"""

from __future__ import annotations

import msgspec
import numpy as np
from numpy.typing import ArrayLike, NDArray

Rows = NDArray[np.float64]
"""(n, 7): device time in s, acceleration in m/s², angular velocity in rad/s."""

BLOCK_S = 0.4
"""At most half a second may be lost; a fifth of it is left for batches of the radio and for the commit."""

CHANNELS = 7
_DTYPE = np.dtype("<f8")
ROW_BYTES = CHANNELS * _DTYPE.itemsize


class Block(msgspec.Struct, frozen=True):
    """What a committed block holds; times on the device's clock."""

    number: int
    first_s: float
    last_s: float
    samples: int


def as_rows(time_s: ArrayLike, acceleration: ArrayLike, angular_velocity: ArrayLike) -> Rows:
    """Lay a packet's (n,), (n, 3) and (n, 3) side by side."""
    rows = np.column_stack([time_s, acceleration, angular_velocity]).astype(np.float64)
    if rows.shape[1] != CHANNELS:
        raise ValueError(rows.shape)
    return rows


def cut(rows: Rows, period_s: float) -> tuple[list[Rows], Rows]:
    """Cut full blocks off; give them and what is left over.

    A block is full as soon as the next sample would not fit, so that no sample waits for the packet after it. A clock
    that jumps, either way, ends a block.

    Parameters
    ----------
    period_s : the sensor's nominal time between two samples
    """
    full = []
    while len(rows):
        away_s = np.abs(rows[:, 0] - rows[0, 0])
        beyond = np.flatnonzero(away_s > BLOCK_S - period_s / 2)
        if len(beyond):
            end = max(1, int(beyond[0]))
        elif away_s[-1] > BLOCK_S - period_s * 3 / 2:
            end = len(rows)
        else:
            break
        full.append(rows[:end])
        rows = rows[end:]
    return full, rows


def encode(rows: Rows) -> bytes:
    """Write rows as the bytes of a block."""
    return rows.astype(_DTYPE).tobytes()


def decode(data: bytes) -> Rows:
    """Read the bytes of one or more blocks; bytes that are no whole rows are a ValueError."""
    return np.frombuffer(data, _DTYPE).reshape(-1, CHANNELS).astype(np.float64)
