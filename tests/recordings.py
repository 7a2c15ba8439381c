"""Recordings to write to disk and read back: a sensor on somebody who rocks a little."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from teststation.model import Placement, Recording

HEADER = "time_s,acc_x,acc_y,acc_z,gyr_x,gyr_y,gyr_z"


def rocking(seconds: float = 5.0, rate_hz: float = 100.0, start_s: float = 0.0) -> Recording:
    """Somebody who sits and rocks; the values have the resolution of the files."""
    n = round(seconds * rate_hz)
    time_s = np.round(start_s + np.arange(n) / rate_hz, 6)
    angle = 0.1 * np.sin(2 * np.pi * 0.5 * np.arange(n) / rate_hz)
    rate = np.gradient(angle, 1 / rate_hz)
    zero = np.zeros(n)
    acceleration = np.column_stack([9.81 * np.sin(angle), zero, 9.81 * np.cos(angle)])
    return Recording(
        time_s=time_s,
        acceleration=np.round(acceleration, 5),
        angular_velocity=np.round(np.column_stack([zero, rate, zero]), 6),
        placement=Placement.LOWER_BACK,
        nominal_rate_hz=rate_hz,
        subject="s01",
        cue_s=float(time_s[n // 3]),
    )


def rows(recording: Recording) -> list[list[str]]:
    """Write the cells of a plain table, to be spoilt one by one."""
    values = np.column_stack([recording.time_s, recording.acceleration, recording.angular_velocity])
    return [[repr(cell) for cell in row] for row in values.tolist()]


def write_rows(path: Path, cells: list[list[str]], header: str = HEADER) -> Path:
    """Write a plain table of cells."""
    path.write_text("\n".join([header, *(",".join(row) for row in cells), ""]), encoding="utf-8")
    return path
