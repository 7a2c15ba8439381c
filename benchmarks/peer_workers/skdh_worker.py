"""scikit-digital-health: rises (Adamowicz et al. 2020) and initial contacts, on its own terms (g, unix time)."""

from __future__ import annotations

from functools import partial

import numpy as np
from skdh.gait import GaitLumbar
from skdh.sit2stand import Sit2Stand

from benchmarks.peer_workers.protocol import GRAVITY_M_S2, Array, Event, Handed, serve

_DATE_S = 1.7e9
"""It wants unix time, and is not indifferent to it: at 50 Hz its window of 0.25 s is 12 or 13 samples by rounding."""
_REST_S = 0.5
_TRIM_S = 0.5
"""What its documentation suggests for `power_std_trim`."""
_PAD_S = 30.0
_SHORT_BOUT_S = 2.0
"""Its 8 s would leave out short ways."""


def rises(handed: Handed, *, scaled: bool, trim_s: float, pad_s: float, stillness: bool) -> list[Event]:
    """Find rises; with the stillness constraint as it is shipped, without as it advises for a clinic's repeated ones.

    Parameters
    ----------
    scaled : the quietest half second is taken for 1 g, for a badly calibrated sensor
    trim_s : the option `power_std_trim`, which the package sets to min(0, x): set here behind its back
    pad_s : stillness of 1 g before and after, which serves the same end with the package untouched
    """
    time_s, acceleration_g = handed.time_s, handed.acceleration / GRAVITY_M_S2
    if scaled:
        acceleration_g = acceleration_g / _quiet_g(time_s, acceleration_g)
    if pad_s:
        time_s, acceleration_g = _padded(time_s, acceleration_g, pad_s)
    detector = Sit2Stand(day_window=None, stillness_constraint=stillness)
    detector.std_trim = trim_s
    found = detector.predict(time=time_s + _DATE_S, accel=acceleration_g)
    return [
        {"start": float(start) - _DATE_S, "end": float(end) - _DATE_S}
        for start, end in zip(found["STS Start"], found["STS End"], strict=True)
    ]


def contacts(handed: Handed, *, method: str) -> list[Event]:
    """Find initial contacts, in a recording that is all walking."""
    detector = GaitLumbar(day_window=None, min_bout_time=_SHORT_BOUT_S, gait_event_method=method)
    found = detector.predict(
        time=handed.time_s + _DATE_S,
        accel=handed.acceleration / GRAVITY_M_S2,
        gyro=handed.angular_velocity,
        fs=1.0 / float(np.median(np.diff(handed.time_s))),
    )
    return [{"time": float(at) - _DATE_S} for at in found["IC Timestamp"]]


def _quiet_g(time_s: Array, acceleration_g: Array) -> float:
    """Give the mean magnitude of the half second in which it varies least."""
    magnitude = np.linalg.norm(acceleration_g, axis=1)
    length = round(_REST_S / float(np.median(np.diff(time_s))))
    windows = np.lib.stride_tricks.sliding_window_view(magnitude, length)
    return float(windows[windows.std(axis=1).argmin()].mean())


def _padded(time_s: Array, acceleration_g: Array, pad_s: float) -> tuple[Array, Array]:
    step_s = float(np.median(np.diff(time_s)))
    n = round(pad_s / step_s)
    first, last = (sample / np.linalg.norm(sample) for sample in (acceleration_g[0], acceleration_g[-1]))
    before, after = time_s[0] - step_s * np.arange(n, 0, -1), time_s[-1] + step_s * np.arange(1, n + 1)
    return (
        np.concatenate([before, time_s, after]),
        np.vstack([np.tile(first, (n, 1)), acceleration_g, np.tile(last, (n, 1))]),
    )


_INPUTS = {
    "as shipped": (False, 0.0, 0.0),
    "scaled": (True, 0.0, 0.0),
    "scaled, trimmed": (True, _TRIM_S, 0.0),
    "scaled, padded": (True, 0.0, _PAD_S),
}
_RISES = {
    name if stillness else f"{name}, no stillness": partial(
        rises, scaled=scaled, trim_s=trim_s, pad_s=pad_s, stillness=stillness
    )
    for name, (scaled, trim_s, pad_s) in _INPUTS.items()
    for stillness in (True, False)
}

if __name__ == "__main__":
    serve(
        {
            "chair_stands": _RISES,
            "rises": _RISES,
            "contacts": {name: partial(contacts, method=name) for name in ("AP CWT", "Vertical CWT")},
        }
    )
