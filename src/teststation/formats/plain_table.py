"""Plain tables: `NAME.csv` or `NAME.csv.gz`, and what `NAME.json` beside it says of them."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import msgspec
import numpy as np

from teststation.boundary import clean, excerpt
from teststation.formats.guard import guarded
from teststation.formats.refused import Refused
from teststation.formats.text import Lines, Table, read_bytes, read_header
from teststation.formats.units import Units
from teststation.model import Placement, Recording

ENDINGS = (".csv", ".csv.gz")
COLUMNS = ("time_s", "acc_x", "acc_y", "acc_z", "gyr_x", "gyr_y", "gyr_z")

_MOST_SIDECAR_BYTES = 16 * 2**20
_DECIMALS = (6, 5, 5, 5, 6, 6, 6)
"""A microsecond, and well below the resolution of any sensor."""


class Sidecar(msgspec.Struct, frozen=True, omit_defaults=True):
    """What may stand beside a table; the rest of the file is not looked at."""

    sampling_rate_hz: float | None = None
    placement_code: str | None = None
    subject: str | int | None = None
    cue_s: float | None = None

    @property
    def placement(self) -> Placement | None:
        """Where the sensor was worn; a word that is not one of ours says as little as none."""
        return Placement(self.placement_code) if self.placement_code in set(Placement) else None


def read(path: Path, units: Units | None = None) -> Recording:
    """Read a table with its sidecar; without `units` it is in m/s² and rad/s."""
    lines = Lines(path)
    names = read_header(path, next(iter(lines)), ",", COLUMNS)
    table = Table(path, lines.without_header(), 2, ",", names)
    values = table.numbers([names.index(name) for name in COLUMNS])
    beside = _sidecar_path(path)
    sidecar = _read_sidecar(beside) if beside.is_file() else Sidecar()
    recording = guarded(
        path,
        np.ascontiguousarray(values[:, 0]),
        values[:, 1:4],
        values[:, 4:7],
        units=units or Units(),
        line_of=table.line,
        placement=sidecar.placement,
        cue_s=sidecar.cue_s,
        nominal_rate_hz=sidecar.sampling_rate_hz,
        subject=None if sidecar.subject is None else clean(str(sidecar.subject)),
    )
    if sidecar.cue_s is not None and not recording.time_s[0] <= sidecar.cue_s <= recording.time_s[-1]:
        raise Refused("cue_outside", beside, cue=sidecar.cue_s)
    return recording


def write_plain_table(path: Path, recording: Recording) -> None:
    """Write a table, gzipped where the name says so, with a sidecar where there is something to say in it.

    Times are rounded to 1 µs, acceleration to 1e-5 m/s², angular velocity to 1e-6 rad/s.
    """
    values = np.column_stack([recording.time_s, recording.acceleration, recording.angular_velocity])
    columns = [np.round(column, decimals).tolist() for column, decimals in zip(values.T, _DECIMALS, strict=True)]
    rows = (",".join(map(repr, row)) for row in zip(*columns, strict=True))
    data = "\n".join((",".join(COLUMNS), *rows, "")).encode("ascii")
    # Without a time stamp the same recording gives the same file.
    path.write_bytes(gzip.compress(data, mtime=0) if path.suffix.lower() == ".gz" else data)
    sidecar = Sidecar(recording.nominal_rate_hz, recording.placement, recording.subject, recording.cue_s)
    if sidecar != Sidecar():
        _sidecar_path(path).write_bytes(msgspec.json.format(msgspec.json.encode(sidecar)) + b"\n")


def _sidecar_path(path: Path) -> Path:
    stem = path.name[: -len(".gz")] if path.name.lower().endswith(".gz") else path.name
    return path.with_name(stem[: -len(".csv")] + ".json")


def _read_sidecar(path: Path) -> Sidecar:
    try:
        sidecar = msgspec.convert(json.loads(read_bytes(path, _MOST_SIDECAR_BYTES)), Sidecar)
        str(sidecar.subject).encode()
    except json.JSONDecodeError as error:
        raise Refused("sidecar_invalid", path, detail=f"JSON, {error.lineno}") from error
    except msgspec.ValidationError as error:
        raise Refused("sidecar_invalid", path, detail=excerpt(str(error))) from error
    except (OverflowError, RecursionError, ValueError) as error:
        raise Refused("sidecar_invalid", path, detail="JSON") from error
    rate_hz, cue_s = sidecar.sampling_rate_hz, sidecar.cue_s
    if rate_hz is not None and not 0 < rate_hz < np.inf:
        raise Refused("sidecar_invalid", path, detail="sampling_rate_hz")
    if cue_s is not None and not np.isfinite(cue_s):
        raise Refused("sidecar_invalid", path, detail="cue_s")
    return sidecar
