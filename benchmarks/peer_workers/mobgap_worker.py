"""mobgap: initial contacts and turns, on its own terms (m/s², deg/s, body frame: x up, y right, z ahead)."""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np
import pandas as pd
from mobgap.initial_contacts import IcdHKLeeImproved, IcdIonescu, IcdShinImproved
from mobgap.orientation_estimation import MadgwickAHRS
from mobgap.turning import TdElGohary
from mobgap.utils.conversions import to_body_frame

from benchmarks.peer_workers.protocol import Event, Handed, serve

_COLUMNS = ["acc_x", "acc_y", "acc_z", "gyr_x", "gyr_y", "gyr_z"]


def contacts(handed: Handed, *, detector: Any) -> list[Event]:
    """Find initial contacts, in a recording that is all walking."""
    found = detector.clone().detect(_frame(handed), sampling_rate_hz=_rate_hz(handed)).ic_list_
    return [{"time": _time_s(handed, sample)} for sample in found["ic"]]


def turns(handed: Handed, *, detector: Any) -> list[Event]:
    """Find turns."""
    found = detector.clone().detect(_frame(handed), sampling_rate_hz=_rate_hz(handed)).turn_list_
    return [
        {
            "start": _time_s(handed, turn.start),
            "end": _time_s(handed, turn.end),
            "angle": float(turn.angle_deg),
        }
        for turn in found.itertuples()
    ]


def _frame(handed: Handed) -> Any:
    samples = np.column_stack([handed.acceleration, np.degrees(handed.angular_velocity)])
    return to_body_frame(pd.DataFrame(samples, columns=_COLUMNS))


def _rate_hz(handed: Handed) -> float:
    return float(round(1.0 / float(np.median(np.diff(handed.time_s)))))


def _time_s(handed: Handed, sample: int) -> float:
    return float(handed.time_s[0]) + sample / _rate_hz(handed)


if __name__ == "__main__":
    serve(
        {
            "contacts": {
                "Ionescu": partial(contacts, detector=IcdIonescu()),
                "HKLee improved": partial(contacts, detector=IcdHKLeeImproved()),
                "Shin improved": partial(contacts, detector=IcdShinImproved()),
            },
            "turns": {
                "El-Gohary": partial(turns, detector=TdElGohary()),
                "El-Gohary, Madgwick": partial(turns, detector=TdElGohary(orientation_estimation=MadgwickAHRS())),
            },
        }
    )
