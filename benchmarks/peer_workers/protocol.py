"""How a worker is spoken to: `python -m WORKER TASK FOLDER OUT`, recordings in as npz, what it found out as JSON."""

from __future__ import annotations

import json
import sys
import time
import warnings
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

GRAVITY_M_S2 = 9.80665

Array = NDArray[np.float64]


class Handed(NamedTuple):
    """A recording as it is handed over.

    Parameters
    ----------
    time_s : (n,) s
    acceleration : (n, 3) m/s², gravity included
    angular_velocity : (n, 3) rad/s
    placement : where the sensor was worn
    """

    time_s: Array
    acceleration: Array
    angular_velocity: Array
    placement: str


Event = dict[str, float]
"""Moments in s (angles in deg) of one thing that was found."""
Detector = Callable[[Handed], list[Event]]


def serve(detectors: Mapping[str, Mapping[str, Detector]]) -> None:
    """Let every detector of the task look at every recording of the folder."""
    warnings.simplefilter("ignore")
    task, folder, out = sys.argv[1:]
    files = sorted(Path(folder).glob("*.npz"))
    found = {}
    for name, detect in detectors[task].items():
        _outcome(detect, read(files[0]))  # what is loaded or compiled at the first call is not counted
        found[name] = {file.stem: _outcome(detect, read(file)) for file in files}
    Path(out).write_text(json.dumps(found), encoding="utf-8")


def write(path: Path, handed: Handed) -> None:
    """Hand a recording over."""
    np.savez(
        path,
        time_s=handed.time_s,
        acceleration=handed.acceleration,
        angular_velocity=handed.angular_velocity,
        placement=handed.placement,
    )


def read(path: Path) -> Handed:
    """Take a recording over."""
    with np.load(path) as arrays:
        return Handed(arrays["time_s"], arrays["acceleration"], arrays["angular_velocity"], str(arrays["placement"]))


def _outcome(detect: Detector, handed: Handed) -> dict[str, Any]:
    start = time.process_time()
    try:
        events, failure = detect(handed), ""
    except Exception as error:  # noqa: BLE001 - whatever a toolkit stumbles over, it has found nothing
        events, failure = [], f"{type(error).__name__}: {error}"
    cpu_s = time.process_time() - start
    return {"cpu_s": cpu_s, "failure": failure, "events": events}
