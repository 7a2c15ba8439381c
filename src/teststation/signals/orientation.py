"""Which way is up: the sensor's orientation, and its motion seen in the earth's frame."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from vqf import offlineVQF

from teststation.model import Recording
from teststation.signals.clipping import peaks_restored
from teststation.signals.prepare import GRAVITY_M_S2, RATE_HZ, Array, Mask, Samples, Sampling, prepare

AT_ONCE = 2**14
"""So many samples are turned at a time: hours of them would need several times their own memory, and run slower."""

_SHORTEST_GAP, _SHORTEST = 25, 200
"""Samples. Less of a gap tilts what is around it no more than a new begin would; less between two has no own tilt."""
_LONG = 2**16
_OVERLAP = 2**14
"""Samples: eleven minutes are oriented at a time, and the three before and after with them, beyond which little of an
inclination or a bias is remembered."""

_SMALLEST_RAD = 1e-12


@dataclass(frozen=True, eq=False)
class Motion:
    """What the sensor did, seen in a level frame whose z points up and whose heading is arbitrary but fixed.

    Parameters
    ----------
    time_s : (n,) seconds on the recording's clock, `RATE_HZ` apart but in gaps longer than `MOST_GAP_S`
    orientation : (n, 4) unit quaternions, sensor → earth, w first
    acceleration : (n, 3) m/s², earth frame, gravity removed
    rate_of_turn : (n, 3) rad/s, sensor frame, bias removed
    up : (n, 3) the earth's vertical in the sensor frame, unit vectors
    covered : (n,) False inside a gap
    clipped : (n, 2) True where the accelerometer, where the gyroscope was at the end of its range
    """

    time_s: Array
    orientation: Array
    acceleration: Array
    rate_of_turn: Array
    up: Array
    covered: Mask
    clipped: Mask

    def __len__(self) -> int:
        return len(self.time_s)

    def seconds(self, index: float) -> float:
        """Give the time of a sample, or of a moment between two."""
        before = min(max(int(index), 0), len(self) - 2)
        start_s, end_s = self.time_s[before : before + 2].tolist()
        return float(start_s + (index - before) * (end_s - start_s))

    def index(self, time_s: float) -> int:
        """Give the sample nearest to a time."""
        after = min(max(int(np.searchsorted(self.time_s, time_s)), 1), len(self) - 1)
        return after - int(time_s - self.time_s[after - 1] < self.time_s[after] - time_s)

    @property
    def vertical_acceleration(self) -> Array:
        """(n,) m/s², positive upwards."""
        return self.acceleration[:, 2]

    @property
    def yaw_rate(self) -> Array:
        """(n,) rad/s about the true vertical, positive to the left."""
        return np.asarray(np.einsum("ij,ij->i", self.rate_of_turn, self.up))


def moving(recording: Recording) -> tuple[Sampling, Motion]:
    """Prepare a recording and orient it; of the samples only what is known of them is kept."""
    samples = prepare(recording)
    return samples.sampling(), orient(samples)


def orient(samples: Samples) -> Motion:
    """Find the orientation of a whole recording, forwards and backwards in time, and turn the signals level.

    Each piece between two gaps is oriented by itself: what stands in a gap's place would tilt the seconds around it. It
    only carries the heading over.

    Source
    ------
    Laidig & Seel 2023, doi:10.1016/j.inffus.2022.10.014 (VQF, offline variant, without magnetometer).
    """
    gyro = np.ascontiguousarray(peaks_restored(samples.angular_velocity, samples.clipped[:, 3:]))
    orientation, rate_of_turn = np.empty((len(samples), 4)), gyro.copy()
    bias, done = np.zeros(3), 0
    for piece in _pieces(samples.covered):
        around, own = slice(piece.start, piece.stop), slice(piece.first - piece.start, piece.last - piece.start)
        found = offlineVQF(gyro[around], samples.acceleration[around], None, 1.0 / RATE_HZ)
        orientation[piece.first : piece.last] = found["quat6D"][own]
        rate_of_turn[done : piece.first] -= bias
        rate_of_turn[piece.first : piece.last] -= found["bias"][own]
        if done:
            _carry_on(orientation[: piece.last], rate_of_turn, done, piece.first)
        bias, done = found["bias"][own][-1], piece.last
    acceleration = rotate(orientation, samples.acceleration)
    acceleration[:, 2] -= GRAVITY_M_S2
    return Motion(
        time_s=samples.time_s,
        orientation=orientation,
        acceleration=acceleration,
        rate_of_turn=rate_of_turn,
        up=vertical_in_sensor(orientation),
        covered=samples.covered,
        clipped=samples.clipped.reshape(-1, 2, 3).any(axis=2),
    )


class _Piece(NamedTuple):
    """Samples from `first` up to `last`, oriented by all from `start` up to `stop`."""

    first: int
    last: int
    start: int
    stop: int


def _pieces(covered: Mask) -> list[_Piece]:
    """Part the samples at gaps, and what is very long where it may be."""
    runs: list[list[int]] = []
    for start, stop in np.flatnonzero(np.diff(covered, prepend=False, append=False)).reshape(-1, 2).tolist():
        if runs and (start - runs[-1][1] < _SHORTEST_GAP or min(runs[-1][1] - runs[-1][0], stop - start) < _SHORTEST):
            runs[-1][1] = stop
        else:
            runs.append([start, stop])
    pieces = []
    for start, stop in runs:
        cuts = np.linspace(start, stop, max(2, 1 + (stop - start) // _LONG), dtype=int).tolist()
        pieces += [
            _Piece(first, last, max(start, first - _OVERLAP), min(stop, last + _OVERLAP))
            for first, last in pairwise(cuts)
        ]
    return pieces


def _carry_on(orientation: Array, rate_of_turn: Array, done: int, first: int) -> None:
    """Give what was oriented by itself, from `first` on, the heading that leads there, and fill the gap; in place."""
    turned = np.cumsum(rate_of_turn[done : first + 1], axis=0) / RATE_HZ
    carried = product(orientation[done - 1 : done], rotation(turned))
    w, _, _, z = product(carried[-1:], conjugate(orientation[first : first + 1]))[0]
    orientation[first:] = product(rotation(np.array([[0.0, 0.0, 2.0 * np.arctan2(z, w)]])), orientation[first:])
    missed = product(orientation[first : first + 1], conjugate(carried[-1:]))
    missed_rad = 2.0 * np.arctan2(np.linalg.norm(missed[0, 1:]), missed[0, 0])
    share = np.arange(1, len(turned) + 1)[:, None] / len(turned)
    axis = missed[:, 1:] / max(float(np.linalg.norm(missed[:, 1:])), _SMALLEST_RAD)
    orientation[done:first] = product(rotation(share * missed_rad * axis), carried)[:-1]


def product(a: Array, b: Array) -> Array:
    """Multiply (n, 4) quaternions, w first."""
    scalar: Array = a[:, :1] * b[:, :1] - np.sum(a[:, 1:] * b[:, 1:], axis=1, keepdims=True)
    vector = a[:, :1] * b[:, 1:] + b[:, :1] * a[:, 1:] + np.cross(a[:, 1:], b[:, 1:])
    return np.hstack([scalar, vector])


def conjugate(orientation: Array) -> Array:
    """Turn (n, 4) quaternions round: earth → sensor."""
    turned_back: Array = orientation * [1.0, -1.0, -1.0, -1.0]
    return turned_back


def rotation(turned: Array) -> Array:
    """Give the (n, 4) quaternions of (n, 3) rotation vectors, rad."""
    angle = np.linalg.norm(turned, axis=1, keepdims=True)
    return np.hstack([np.cos(angle / 2), turned / np.maximum(angle, _SMALLEST_RAD) * np.sin(angle / 2)])


def rotate(orientation: Array, vectors: Array) -> Array:
    """Turn (n, 3) vectors from the sensor's frame into the earth's by (n, 4) quaternions, w first."""
    turned = np.empty_like(vectors)
    for start in range(0, len(vectors), AT_ONCE):
        piece = slice(start, start + AT_ONCE)
        w, xyz = orientation[piece, :1], orientation[piece, 1:]
        twice = 2.0 * np.cross(xyz, vectors[piece])
        turned[piece] = vectors[piece] + w * twice + np.cross(xyz, twice)
    return turned


def vertical_in_sensor(orientation: Array) -> Array:
    """Give the earth's vertical, (n, 3) unit vectors in the sensor's frame, for (n, 4) quaternions sensor → earth."""
    up = np.empty((len(orientation), 3))
    for start in range(0, len(up), AT_ONCE):
        w, x, y, z = orientation[start : start + AT_ONCE].T
        up[start : start + AT_ONCE] = np.array([2 * (x * z - w * y), 2 * (y * z + w * x), 1 - 2 * (x * x + y * y)]).T
    return up


def unit(vector: Array) -> Array:
    """Give the direction (3,) of a vector (3,)."""
    direction: Array = vector / np.linalg.norm(vector)
    return direction


def tilt(up: Array, reference: Array) -> Array:
    """Give the angle (n,) in rad between the vertical in the sensor frame and its direction in a reference posture.

    Parameters
    ----------
    up : (n, 3) unit vectors
    reference : (3,) unit vector, the vertical in the sensor's frame while in the reference posture
    """
    angle: Array = np.arccos(np.clip(up @ reference, -1.0, 1.0))
    return angle
