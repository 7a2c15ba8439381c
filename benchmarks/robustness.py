"""Robustness: how much an analysis loses when the same recordings come from a worse sensor, or one worn otherwise.

    python -m benchmarks.robustness --data DIR [--only tug_pocket] [--every 1] [--jobs 2] [--json FILE]

Every recording as it is; turned at random (any mounting); resampled to 50 and to 60 Hz; with 2 % of its packets lost;
with clipped peaks. Printed for each data set are its headline figures beside those of the untouched recordings, and how
much worse they are. The scorer is `DIR/../tools/score.py`; `--every 3` takes every third recording.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import zlib
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
from scipy import signal
from scipy.spatial.transform import Rotation

from benchmarks.accuracy import TESTS
from benchmarks.asked import data_sets, questions
from benchmarks.rows import Row, Shared, rounded, save, shared
from teststation.analyse import analyse, to_json
from teststation.i18n import Translator
from teststation.model import Recording, TestName
from teststation.signals.prepare import GRAVITY_M_S2

PACKET = 4
LOST_SHARE = 0.02
CLIPPED_SHARE = 0.7
"""A clipped sensor ends at this share of the largest value of a recording, but never below what gravity needs."""
_LEAST_RANGE_M_S2 = 1.2 * GRAVITY_M_S2

Change = Callable[[Recording, np.random.Generator], Recording]


def turned(recording: Recording, rng: np.random.Generator) -> Recording:
    """Mount the sensor another way."""
    mounting = Rotation.random(rng=rng)
    return msgspec.structs.replace(
        recording,
        acceleration=mounting.apply(recording.acceleration),
        angular_velocity=mounting.apply(recording.angular_velocity),
    )


def resampled(recording: Recording, rng: np.random.Generator, *, rate_hz: float) -> Recording:  # noqa: ARG001 - a change
    """Measure at another rate, without what lies above its half."""
    source_s = recording.time_s
    source_hz = 1.0 / float(np.median(np.diff(source_s)))
    signals = np.hstack([recording.acceleration, recording.angular_velocity])
    if rate_hz < source_hz:
        sections = signal.butter(4, 0.45 * rate_hz, fs=source_hz, output="sos")
        signals = signal.sosfiltfilt(sections, signals, axis=0)
    time_s = np.arange(source_s[0], source_s[-1], 1.0 / rate_hz)
    even = np.column_stack([np.interp(time_s, source_s, channel) for channel in signals.T])
    return msgspec.structs.replace(
        recording, time_s=time_s, acceleration=even[:, :3], angular_velocity=even[:, 3:], nominal_rate_hz=rate_hz
    )


def lossy(recording: Recording, rng: np.random.Generator) -> Recording:
    """Lose packets, each by itself; the first arrives."""
    packets = -(-len(recording.time_s) // PACKET)
    arrives = np.concatenate([[True], rng.uniform(size=packets - 1) >= LOST_SHARE])
    kept = np.repeat(arrives, PACKET)[: len(recording.time_s)]
    return msgspec.structs.replace(
        recording,
        time_s=recording.time_s[kept],
        acceleration=recording.acceleration[kept],
        angular_velocity=recording.angular_velocity[kept],
    )


def clipped(recording: Recording, rng: np.random.Generator) -> Recording:  # noqa: ARG001 - a change as the others
    """Measure with too small a range."""
    most_m_s2 = max(CLIPPED_SHARE * float(np.abs(recording.acceleration).max()), _LEAST_RANGE_M_S2)
    most_rad_s = CLIPPED_SHARE * float(np.abs(recording.angular_velocity).max())
    return msgspec.structs.replace(
        recording,
        acceleration=np.clip(recording.acceleration, -most_m_s2, most_m_s2),
        angular_velocity=np.clip(recording.angular_velocity, -most_rad_s, most_rad_s),
    )


def untouched(recording: Recording, rng: np.random.Generator) -> Recording:  # noqa: ARG001 - a change as the others
    """Leave it as it is."""
    return recording


CHANGES: dict[str, Change] = {
    "untouched": untouched,
    "rotated": turned,
    "50 Hz": partial(resampled, rate_hz=50.0),
    "60 Hz": partial(resampled, rate_hz=60.0),
    "2 % lost": lossy,
    "clipped": clipped,
}

HEADLINES: dict[str, tuple[str, ...]] = {
    "tug_pocket": ("result right", "duration mae", "turn direction right"),
    "tug_composed": ("result right", "seat_off mae", "turn direction right"),
    "eurobench_sts": ("repetitions right", "seat_off mae", "seat_on mae"),
    "rantalainen_sts": ("repetitions right",),
    "sisfall_chair": ("repetitions right",),
    "hapt": ("rises right", "sits right", "rises false", "sits false"),
    "voisard_10m_uturn": (
        "initial_contact (out) recall",
        "initial_contact (out) mae",
        "turn angle within 15 deg right",
    ),
    "marpino_5m": ("result right", "duration mae"),
    "mobilised_lab": ("initial_contact recall", "initial_contact mae"),
}


def lines(source: Shared, test: TestName) -> dict[str, bytes]:
    """Analyse all changes of a recording; give a line of JSON for each."""
    recording = source.read()
    seed = zlib.crc32(recording.name.rsplit("/", 1)[-1].encode())
    tr = Translator("en")
    return {
        name: to_json(analyse(change(recording, np.random.default_rng(seed)), test), tr)
        for name, change in CHANGES.items()
    }


def score(found: Sequence[bytes], sources: Sequence[Shared], scorer: Path) -> dict[str, Any]:
    """Let the scorer judge results against the sidecars of the recordings that they come from."""
    with tempfile.TemporaryDirectory() as folder:
        results = Path(folder) / "results.jsonl"
        results.write_bytes(b"".join(line + b"\n" for line in found))
        for source in sources:
            beside = Path(folder) / source.path.parent.name / source.path.with_suffix("").with_suffix(".json").name
            beside.parent.mkdir(exist_ok=True)
            beside.write_text(json.dumps(source.side), encoding="utf-8")
        command = [sys.executable, str(scorer), str(results), "--data", folder, "--json"]
        judged: dict[str, Any] = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
        return judged


def figure(judged: dict[str, Any], name: str) -> tuple[float | None, str, int, int]:
    """Take a figure out of the scorer's answer: its value, its unit, and from how many of how many it was made."""
    what, kind = name.rsplit(" ", 1)
    counts, errors = judged["counts"], judged["errors"].get(what, {"n": 0, "of": 0})
    match kind:
        case "right":
            right, of = counts.get(name, 0), counts.get(name, 0) + counts.get(f"{what} wrong", 0)
            return (right / of if of else None), "1", right, of
        case "false":
            return float(counts.get(name, 0)), "1", counts.get(name, 0), counts.get("labelled seconds", 0)
        case "recall":
            return (errors["n"] / errors["of"] if errors["of"] else None), "1", errors["n"], errors["of"]
        case _:
            return errors.get(kind), "s", errors["n"], errors["of"]


def examine(sources: Sequence[Shared], test: TestName, scorer: Path, jobs: int) -> list[Row]:
    """Give the rows of one data set."""
    with ProcessPoolExecutor(jobs, mp_context=get_context("spawn")) as pool:
        found = list(pool.map(partial(lines, test=test), sources, chunksize=4))
    rows = []
    for change in CHANGES:
        for place, judged in score([each[change] for each in found], sources, scorer).items():
            for name in HEADLINES[sources[0].dataset]:
                value, unit, n, of = figure(judged, name)
                if of:
                    rows.append(
                        Row(
                            benchmark="robustness",
                            dataset=place,
                            variant=change,
                            figure=name,
                            value=rounded(value),
                            unit=unit,
                            n=n,
                            of=of,
                            people=len({s.subject for s in sources if s.side["placement_code"] in place}),
                        )
                    )
    return rows


def table(rows: Sequence[Row]) -> None:
    """Print the figures of one data set, those of a change beside the untouched ones."""
    for dataset, name in dict.fromkeys((row.dataset, row.figure) for row in rows):
        ours = {row.variant: row for row in rows if (row.dataset, row.figure) == (dataset, name)}
        before = ours["untouched"]
        print(f"{dataset:32s} {name:31s} {before.of:5d}", end="")
        for row in ours.values():
            print(f"  {_value(row):>7s}{'' if row is before else _change(before, row):>7s}", end="")
        print(flush=True)


def _value(row: Row) -> str:
    return "none" if row.value is None else f"{row.value:.3f}"


def _change(before: Row, row: Row) -> str:
    """Say how an error has grown, in per cent; how a share or a count has changed, as a difference."""
    if before.value is None or row.value is None:
        return ""
    if row.unit == "s":
        return f"{100.0 * (row.value / before.value - 1.0):+.0f} %" if before.value else ""
    return f"{row.value - before.value:+.3f}"


def main() -> None:
    """Run the command."""
    parser = questions(__doc__)
    parser.add_argument("--every", type=int, default=1)
    options = parser.parse_args()
    chosen = data_sets(options, HEADLINES)
    print(f"every {options.every}. recording" if options.every > 1 else "all recordings")
    print(f"{'data set':32s} {'figure':31s} {'of':>5s}", *(f"{name:>8s}{'':6s}" for name in CHANGES))
    rows: list[Row] = []
    for name in chosen:
        sources = list(shared(options.data, name, options.every))
        found = examine(sources, TestName(TESTS[name]), options.data.parent / "tools" / "score.py", options.jobs)
        table(found)
        rows += found
    save(rows, options.json)


if __name__ == "__main__":
    main()
