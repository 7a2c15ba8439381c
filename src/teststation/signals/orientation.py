"""Which way is up: the sensor's orientation, and its motion seen in the earth's frame."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from vqf import offlineVQF

from teststation.signals.clipping import peaks_restored
from teststation.signals.prepare import GRAVITY_M_S2, RATE_HZ, Array, Mask, Samples

_AT_ONCE = 2**14
"""So many samples are turned at a time: hours of them would need several times their own memory, and run slower."""


@dataclass(frozen=True, eq=False)
class Motion:
    """What the sensor did, seen in a level frame whose z points up and whose heading is arbitrary but fixed.

    Parameters
    ----------
    time_s : (n,) seconds on the recording's clock, `RATE_HZ` apart but in gaps longer than `MOST_GAP_S`
    orientation : (n, 4) unit quaternions, sensor → earth, w first
    acceleration : (n, 3) m/s², earth frame, gravity removed
    angular_velocity : (n, 3) rad/s, earth frame, bias removed
    rate_of_turn : (n, 3) rad/s, sensor frame, bias removed
    up : (n, 3) the earth's vertical in the sensor frame, unit vectors
    covered : (n,) False inside a gap
    clipped : (n, 2) True where the accelerometer, where the gyroscope was at the end of its range
    """

    time_s: Array
    orientation: Array
    acceleration: Array
    angular_velocity: Array
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
        return self.angular_velocity[:, 2]


def orient(samples: Samples) -> Motion:
    """Find the orientation of a whole recording, forwards and backwards in time, and turn the signals level.

    Source
    ------
    Laidig & Seel 2023, doi:10.1016/j.inffus.2022.10.014 (VQF, offline variant, without magnetometer).
    """
    gyro = np.ascontiguousarray(peaks_restored(samples.angular_velocity, samples.clipped[:, 3:]))
    found = offlineVQF(gyro, np.ascontiguousarray(samples.acceleration), None, 1.0 / RATE_HZ)
    orientation = np.asarray(found["quat6D"])
    rate_of_turn = np.asarray(found["bias"])
    np.subtract(gyro, rate_of_turn, out=rate_of_turn)
    acceleration = rotate(orientation, samples.acceleration)
    acceleration[:, 2] -= GRAVITY_M_S2
    return Motion(
        time_s=samples.time_s,
        orientation=orientation,
        acceleration=acceleration,
        angular_velocity=rotate(orientation, rate_of_turn),
        rate_of_turn=rate_of_turn,
        up=vertical_in_sensor(orientation),
        covered=samples.covered,
        clipped=samples.clipped.reshape(-1, 2, 3).any(axis=2),
    )


def rotate(orientation: Array, vectors: Array) -> Array:
    """Turn (n, 3) vectors from the sensor's frame into the earth's by (n, 4) quaternions, w first."""
    turned = np.empty_like(vectors)
    for start in range(0, len(vectors), _AT_ONCE):
        piece = slice(start, start + _AT_ONCE)
        w, xyz = orientation[piece, :1], orientation[piece, 1:]
        twice = 2.0 * np.cross(xyz, vectors[piece])
        turned[piece] = vectors[piece] + w * twice + np.cross(xyz, twice)
    return turned


def vertical_in_sensor(orientation: Array) -> Array:
    """Give the earth's vertical, (n, 3) unit vectors in the sensor's frame, for (n, 4) quaternions sensor → earth."""
    w, x, y, z = orientation.T
    return np.column_stack([2 * (x * z - w * y), 2 * (y * z + w * x), 1 - 2 * (x * x + y * y)])


def tilt(up: Array, reference: Array) -> Array:
    """Give the angle (n,) in rad between the vertical in the sensor frame and its direction in a reference posture.

    Parameters
    ----------
    up : (n, 3) unit vectors
    reference : (3,) unit vector, the vertical in the sensor's frame while in the reference posture
    """
    angle: Array = np.arccos(np.clip(up @ reference, -1.0, 1.0))
    return angle
