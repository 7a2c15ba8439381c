"""Motion-BIDS: `*_motion.tsv` with `*_channels.tsv`, `*_motion.json` and, where there is one, `*_events.tsv`.

Of several sensors in one file the one is read that is worn nearest to the lower back.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from pathlib import Path

import msgspec
import numpy as np
from numpy.typing import NDArray

from teststation.boundary import excerpt
from teststation.formats.guard import guarded
from teststation.formats.refused import Refused
from teststation.formats.text import Lines, Table, read_bytes, read_header, read_lines
from teststation.formats.units import ACCELERATION, ANGULAR_VELOCITY, Units
from teststation.model import Placement, Recording

ENDING = "_motion.tsv"

_MOST_JSON_BYTES = 2**20
_NEEDED = ("name", "component", "type", "tracked_point", "units")
_MISSING = "n/a"
_CUES = frozenset({"cue", "go", "go_cue"})
_LATENCY_UNITS = {"s": 1.0, "ms": 1e-3, "us": 1e-6, "µs": 1e-6}
_DATASET_DEPTH = 4
"""Above `sub-/ses-/motion/` lies the dataset; a side file may lie in any of them (inheritance principle)."""

_PLACEMENTS = (
    (Placement.LOWER_BACK, r"lower_?back|lumbar|l[345]|sacrum|pelvis"),
    (Placement.WAIST, r"waist|hip|belt"),
    (Placement.TRUNK, r"trunk|torso|back|upper_?back"),
    (Placement.CHEST, r"chest|sternum"),
    (Placement.THIGH, r"(l|r|left|right)?_?(thigh|upper_?leg)|(thigh|upper_?leg)_?(l|r|left|right)"),
)
"""What `tracked_point` is called, nearest to the lower back first."""


class Channel(msgspec.Struct, frozen=True):
    """A row of `channels.tsv`, and which column of `motion.tsv` it describes."""

    column: int
    line: int
    name: str
    component: str
    type: str
    tracked_point: str
    units: str


class Sidecar(msgspec.Struct, frozen=True):
    """What is read of `motion.json`; "n/a" is a way to say nothing."""

    SamplingFrequency: float | str | None = None
    SamplingFrequencyEffective: float | str | None = None

    @property
    def nominal_rate_hz(self) -> float | None:
        """As promised by the sensor."""
        return _positive(self.SamplingFrequency)

    @property
    def rate_hz(self) -> float | None:
        """As it was, where that is known."""
        return _positive(self.SamplingFrequencyEffective) or self.nominal_rate_hz


def read(path: Path, units: Units | None = None) -> Recording:
    """Read one `*_motion.tsv`; without `units` those of `channels.tsv` hold."""
    lines = Lines(path)
    channels_file = _beside(path, "channels.tsv")
    if channels_file is None:
        raise Refused("missing_companion", path, companion="*_channels.tsv")
    channels = _read_channels(channels_file)
    sidecar = _read_sidecar(path)
    point = _tracked_point(channels_file, channels)
    acceleration = _components(channels, "ACCEL", point)
    angular_velocity = _components(channels, "GYRO", point)
    latency = _latency(channels, point)

    table = Table(path, lines, 1, "\t", [channel.name for channel in channels])
    columns = [channel.column for channel in (*acceleration, *angular_velocity, *([latency] if latency else []))]
    values = table.numbers(columns, missing=_MISSING)
    there = np.flatnonzero(np.isfinite(values).all(axis=1))
    if not there.size:
        raise Refused("no_samples", path)
    values = values[there]
    if latency is not None:
        time_s = values[:, 6] * _factor(channels_file, latency, _LATENCY_UNITS)
    elif sidecar.rate_hz is not None:
        time_s = there / sidecar.rate_hz
    else:
        raise Refused("no_time", path)

    return guarded(
        path,
        np.ascontiguousarray(time_s),
        _scaled(channels_file, values[:, :3], acceleration, None if units else ACCELERATION),
        _scaled(channels_file, values[:, 3:6], angular_velocity, None if units else ANGULAR_VELOCITY),
        units=units or Units(),
        line_of=lambda row: table.line(int(there[row])),
        placement=_placement(point)[1],
        cue_s=_read_cue(path, float(time_s[0]), float(time_s[-1])),
        nominal_rate_hz=sidecar.nominal_rate_hz,
        subject=_entities(path.name).get("sub"),
    )


def write_motion_bids(folder: Path, recording: Recording, *, task: str, subject: str) -> Path:
    """Write one recording with its side files into a folder, and give its `*_motion.tsv`.

    The first six columns of `channels.tsv` are in the order that KielMAT asks for; LATENCY holds the sensor's own time
    from the first sample, the only place in Motion-BIDS for uneven sampling. Labels are letters and digits only.
    """
    folder.mkdir(parents=True, exist_ok=True)
    stem = f"sub-{_label(subject)}_task-{_label(task)}_tracksys-imu"
    rate_hz = recording.nominal_rate_hz or float(1 / np.median(np.diff(recording.time_s)))
    channels = channel_lines(recording.placement, rate_hz)

    start_s = float(recording.time_s[0])
    values = np.column_stack([recording.time_s - start_s, recording.acceleration, recording.angular_velocity])
    decimals = (6, 5, 5, 5, 6, 6, 6)
    cells = [np.round(column, places).tolist() for column, places in zip(values.T, decimals, strict=True)]
    motion = ["\t".join(map(repr, row)) for row in zip(*cells, strict=True)]

    _write_lines(folder / f"{stem}_channels.tsv", channels)
    if recording.cue_s is not None:
        events = ["onset\tduration\ttrial_type", f"{round(recording.cue_s - start_s, 6)!r}\t0\tcue"]
        _write_lines(folder / f"{stem}_events.tsv", events)
    sidecar = {"TaskName": task, "SamplingFrequency": rate_hz}
    (folder / f"{stem}_motion.json").write_text(json.dumps(sidecar, indent=1) + "\n", encoding="utf-8")
    path = folder / f"{stem}{ENDING}"
    _write_lines(path, motion)
    return path


def channel_lines(placement: Placement | None, rate_hz: float) -> list[str]:
    """Give the lines of a `channels.tsv` for the device's time, three accelerometers and three gyroscopes."""
    point = "".join(word.capitalize() for word in (placement or "unknown").split("_"))
    rows = [("latency", _MISSING, "LATENCY", "s")]
    rows += [(f"acc_{axis}", axis, "ACCEL", "m/s^2") for axis in "xyz"]
    rows += [(f"gyr_{axis}", axis, "GYRO", "rad/s") for axis in "xyz"]
    lines = ["name\tcomponent\ttype\ttracked_point\tunits\tsampling_frequency"]
    return lines + ["\t".join((name, axis, kind, point, unit, f"{rate_hz:.9g}")) for name, axis, kind, unit in rows]


def _read_channels(path: Path) -> list[Channel]:
    lines = read_lines(path)
    names = read_header(path, lines[0], "\t", _NEEDED)
    at = [names.index(name) for name in _NEEDED]
    channels: list[Channel] = []
    for number, line in enumerate(lines[1:], start=2):
        cells = line.split("\t")
        if len(cells) != len(names):
            raise Refused("column_count", path, line=number, found=len(cells), expected=len(names))
        name, component, kind, point, units = (cells[index].strip() for index in at)
        channels.append(Channel(len(channels), number, name, component.lower(), kind.upper(), point, units))
    return channels


def _read_sidecar(motion: Path) -> Sidecar:
    """Merge the `motion.json` files that apply, the nearest last."""
    merged: dict[str, object] = {}
    files = _applying(motion, "motion.json")
    if not files:
        raise Refused("missing_companion", motion, companion="*_motion.json")
    for file in reversed(files):
        try:
            merged |= json.loads(read_bytes(file, _MOST_JSON_BYTES))
            msgspec.convert(merged, Sidecar)
        except (RecursionError, TypeError, ValueError) as error:
            raise Refused("sidecar_invalid", file, detail="JSON") from error
        except msgspec.ValidationError as error:
            raise Refused("sidecar_invalid", file, detail=str(error)) from error
    return msgspec.convert(merged, Sidecar)


def _read_cue(motion: Path, start_s: float, end_s: float) -> float | None:
    """Give the first cue among the events, where there are any."""
    path = _beside(motion, "events.tsv")
    if path is None:
        return None
    lines = read_lines(path)
    names = read_header(path, lines[0], "\t", ("onset", "duration"))
    if "trial_type" not in names:
        return None
    onset, kind = names.index("onset"), names.index("trial_type")
    for number, line in enumerate(lines[1:], start=2):
        cells = [cell.strip() for cell in line.split("\t")]
        if len(cells) != len(names):
            raise Refused("column_count", path, line=number, found=len(cells), expected=len(names))
        if cells[kind].lower() not in _CUES or cells[onset] == _MISSING:
            continue
        try:
            cue_s = float(cells[onset])
        except ValueError as error:
            raise Refused("not_a_number", path, line=number, column="onset", found=excerpt(cells[onset])) from error
        if not start_s <= cue_s <= end_s:
            raise Refused("cue_outside", path, cue=cue_s)
        return cue_s
    return None


def _tracked_point(file: Path, channels: Sequence[Channel]) -> str:
    """Choose the tracked point that has three accelerometers and three gyroscopes, nearest to the lower back."""
    points = dict.fromkeys(channel.tracked_point for channel in channels)
    whole = [p for p in points if all(_components(channels, kind, p) for kind in ("ACCEL", "GYRO"))]
    if not whole:
        raise Refused("no_sensor_channels", file)
    return min(whole, key=_placement)


def _components(channels: Sequence[Channel], kind: str, point: str) -> list[Channel]:
    found = {c.component: c for c in channels if c.type == kind and c.tracked_point == point}
    return [found[axis] for axis in "xyz"] if set("xyz") <= found.keys() else []


def _latency(channels: Sequence[Channel], point: str) -> Channel | None:
    found = [channel for channel in channels if channel.type == "LATENCY"]
    own = [channel for channel in found if channel.tracked_point == point]
    return next(iter(own or found), None)


def _placement(point: str) -> tuple[int, Placement | None]:
    for rank, (placement, pattern) in enumerate(_PLACEMENTS):
        if re.fullmatch(pattern, point.strip().replace(" ", "_").lower()):
            return rank, placement
    return len(_PLACEMENTS), None


def _scaled(
    file: Path, values: NDArray[np.float64], channels: Sequence[Channel], factors: dict[str, float] | None
) -> NDArray[np.float64]:
    if factors is None:
        return values
    return values * [_factor(file, channel, factors) for channel in channels]


def _factor(file: Path, channel: Channel, factors: dict[str, float]) -> float:
    if channel.units not in factors:
        raise Refused("unknown_unit", file, line=channel.line, unit=excerpt(channel.units))
    return factors[channel.units]


def _beside(motion: Path, suffix: str) -> Path | None:
    return next(iter(_applying(motion, suffix)), None)


def _applying(motion: Path, suffix: str) -> list[Path]:
    """Find side files whose entities are all the recording's own, the nearest and most special first."""
    own = _entities(motion.name).items()
    found: list[Path] = []
    folder = motion.parent
    for _ in range(_DATASET_DEPTH):
        here = [
            file
            for file in folder.glob(f"*{suffix}")
            if _entities(file.name).items() <= own and (file.name == suffix or file.name.endswith(f"_{suffix}"))
        ]
        found += sorted(here, key=lambda file: (-len(_entities(file.name)), file.name))
        if (folder / "dataset_description.json").is_file() or not folder.name.startswith(("sub-", "ses-", "motion")):
            break
        folder = folder.parent
    return found


def _entities(name: str) -> dict[str, str]:
    pairs = (part.partition("-") for part in name.split("_")[:-1])
    return {key: value for key, _, value in pairs}


def _label(text: str) -> str:
    return re.sub(r"[^A-Za-z0-9]", "", text)


def _positive(value: float | str | None) -> float | None:
    return value if isinstance(value, float) and np.isfinite(value) and value > 0 else None


def _write_lines(path: Path, lines: Sequence[str]) -> None:
    path.write_text("\n".join((*lines, "")), encoding="utf-8", newline="\n")
