"""Get-Up-and-Gos at the belt, composed of real pieces: no shared recording has one.

    python -m benchmarks.compose --data DIR [--out DIR] [--count 120] [--slow] [--json FILE]

A rise and a sit of one person (`eurobench_sts`, whose seat's force is known; `sisfall_chair`), and another's walk with
two turns (`voisard_10m_uturn`), are joined where the person stands still or at the same step of the same foot: every
piece is turned in its own sensor's frame until vertical and left agree with the piece before, and about the vertical
until the heading does; orientation and acceleration are then faded over. Angular velocity and what the accelerometer
reads are made of the joined motion, so the two agree with each other. `--slow` plays the motion slower: time × 1/r,
angular velocity × r, acceleration × r², gravity kept, r from 0.4 to 0.7.

It prints how the analysis does on them; `--out` writes them in the layout of the shared data. Never commit those.
Only events with a reference of their own are in the truth; a composed test has no true duration.
"""

from __future__ import annotations

import argparse
import collections
import itertools
import json
import math
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
from scipy.spatial.transform import Rotation, Slerp

from benchmarks.pieces import WAY_M, Chair, Piece, Walk, forced_chairs, waist_chairs, walks
from benchmarks.rows import Row, rounded, save
from teststation.formats import write_plain_table
from teststation.model import Analysis, Placement, Recording, Status, TestName
from teststation.signals.orientation import rotate
from teststation.signals.prepare import GRAVITY_M_S2, RATE_HZ, Array
from teststation.tests import catalogue
from teststation.tests.base import Options
from teststation.tests.get_up_and_go import EVENTS

DATASET = "tug_composed"
SLOWNESS = (0.4, 0.7)

_FADE_S = 0.2


class Composed(msgspec.Struct, frozen=True, eq=False, kw_only=True):
    """A composed recording with what is known of it."""

    recording: Recording
    subject: str
    events: dict[str, float]
    contacts_s: tuple[float, ...]
    directions: tuple[str, str]
    rate: float


def compose(data: Path, count: int, *, slow: bool) -> Iterator[Composed]:
    """Compose recordings, half of them with either kind of chair, the walks in turn."""
    kinds = [chairs for chairs in (list(forced_chairs(data)), list(waist_chairs(data))) if chairs]
    if not kinds:
        raise SystemExit(f"{data}: no rises to compose of")
    by_turns = itertools.cycle(range(len(kinds)))
    chairs = [itertools.cycle(_shuffled(kind)) for kind in kinds]
    ways = _shuffled(list(walks(data)))
    if not ways:
        raise SystemExit(f"{data}: no walks to compose of")
    for number, kind, walk in zip(range(count), by_turns, itertools.cycle(ways), strict=False):
        rate = float(np.random.default_rng(number).uniform(*SLOWNESS)) if slow else 1.0
        yield _composed(f"c{number + 1:03d}", next(chairs[kind]), walk, rate)


def joined(pieces: Sequence[Piece]) -> Piece:
    """Join pieces, each to the one before."""
    whole = pieces[0]
    for piece in pieces[1:]:
        whole = _join(whole, piece)
    return whole


def slowed(piece: Piece, rate: float) -> Piece:
    """Play a motion at `rate` times its speed."""
    source = np.arange(len(piece))
    at = np.arange(int((len(piece) - 1) / rate) + 1) * rate
    turned = Slerp(source, _rotation(piece.orientation))(at)
    moved = np.column_stack([np.interp(at, source, axis) for axis in piece.acceleration.T])
    return Piece(
        orientation=turned.as_quat(scalar_first=True),
        acceleration=moved * rate**2,
        left=piece.left,
        events={name: s / rate for name, s in piece.events.items()},
        contacts_s=tuple(s / rate for s in piece.contacts_s),
    )


def felt(piece: Piece) -> tuple[Array, Array]:
    """Give what a sensor reads of a motion: acceleration with gravity, (n, 3) m/s², and angular velocity, rad/s."""
    turned = _rotation(piece.orientation)
    gravity = np.array([0.0, 0.0, GRAVITY_M_S2])
    steps = (turned[:-1].inv() * turned[1:]).as_rotvec() * RATE_HZ
    return turned.inv().apply(piece.acceleration + gravity), np.vstack([steps[:1], steps])


def _composed(name: str, chair: Chair, walk: Walk, rate: float) -> Composed:
    whole = joined([*chair.rise, *walk.pieces, *chair.sit])
    if rate != 1.0:
        whole = slowed(whole, rate)
    acceleration, angular_velocity = felt(whole)
    recording = Recording(
        time_s=np.arange(len(whole)) / RATE_HZ,
        acceleration=acceleration,
        angular_velocity=angular_velocity,
        name=name,
        placement=Placement(chair.placement),
        nominal_rate_hz=RATE_HZ,
    )
    return Composed(
        recording=recording,
        subject=f"{chair.subject}+{walk.subject}",
        events=whole.events,
        contacts_s=whole.contacts_s,
        directions=walk.directions,
        rate=rate,
    )


def _join(whole: Piece, piece: Piece) -> Piece:
    fade = round(_FADE_S * RATE_HZ)
    piece = _faced(piece, whole, fade)
    start = len(whole) - fade
    weight = (1.0 - np.cos(np.linspace(0.0, np.pi, fade))) / 2.0
    old, new = _rotation(whole.orientation[start:]), _rotation(piece.orientation[:fade])
    between = old * Rotation.from_rotvec(weight[:, None] * (old.inv() * new).as_rotvec())
    moved = (1.0 - weight[:, None]) * whole.acceleration[start:] + weight[:, None] * piece.acceleration[:fade]
    shift_s = start / RATE_HZ
    return Piece(
        orientation=np.vstack(
            [whole.orientation[:start], between.as_quat(scalar_first=True), piece.orientation[fade:]]
        ),
        acceleration=np.vstack([whole.acceleration[:start], moved, piece.acceleration[fade:]]),
        left=whole.left,
        events=whole.events | {name: s + shift_s for name, s in piece.events.items()},
        contacts_s=(*whole.contacts_s, *(s + shift_s for s in piece.contacts_s)),
    )


def _faced(piece: Piece, whole: Piece, fade: int) -> Piece:
    """Turn a piece so that its beginning agrees with the end of another in the sensor's frame, and in heading."""
    ours, theirs = whole.orientation[-fade:], piece.orientation[:fade]
    mounting = _body(ours, whole.left) * _body(theirs, piece.left).inv()
    orientation = _rotation(piece.orientation) * mounting.inv()
    left = mounting.apply(piece.left)
    heading = _heading(ours, whole.left) - _heading(orientation[:fade].as_quat(scalar_first=True), left)
    about_vertical = Rotation.from_rotvec([0.0, 0.0, heading])
    return msgspec.structs.replace(
        piece,
        orientation=(about_vertical * orientation).as_quat(scalar_first=True),
        acceleration=about_vertical.apply(piece.acceleration),
        left=left,
    )


def _body(orientation: Array, left: Array) -> Rotation:
    """Give the rotation from the body (ahead, left, up) into the sensor's frame, in the mean over some samples."""
    up = _rotation(orientation).inv().apply([0.0, 0.0, 1.0]).mean(axis=0)
    up /= np.linalg.norm(up)
    ahead = np.cross(left, up)
    ahead /= np.linalg.norm(ahead)
    return Rotation.from_matrix(np.column_stack([ahead, np.cross(up, ahead), up]))


def _heading(orientation: Array, left: Array) -> float:
    x, y, _ = rotate(orientation, np.tile(left, (len(orientation), 1))).mean(axis=0)
    return float(np.arctan2(y, x))


def _rotation(orientation: Array) -> Rotation:
    return Rotation.from_quat(orientation, scalar_first=True)


def _shuffled(things: list[Any]) -> list[Any]:
    """Mix, always in the same way, so that neighbours are not all of one person."""
    return [things[k] for k in np.random.default_rng(0).permutation(len(things))]


def write(folder: Path, made: Composed, dataset: str) -> None:
    """Write a composed recording with a sidecar as the shared data have them."""
    folder.mkdir(parents=True, exist_ok=True)
    name = made.recording.name
    write_plain_table(folder / f"{name}.csv.gz", made.recording)
    side = {
        "dataset": dataset,
        "name": name,
        "subject": made.subject,
        "placement": "composed: chair at the pelvis or the waist, walk at the lower back, in the chair's sensor frame",
        "placement_code": made.recording.placement,
        "sampling_rate_hz": RATE_HZ,
        "task": f"composed TUG {WAY_M:g} m (rise, walk, turn, walk, turn, sit), at {made.rate:.2f} of its speed",
        "cue": None,
        "ground_truth": {
            "method": "of the pieces: seat force (where known), U-turn edges and foot contacts; no duration",
            "distance_one_way_m": WAY_M,
            "events_s": {_THEIRS[event]: round(s, 3) for event, s in made.events.items()},
            "initial_contacts_s": [round(s, 3) for s in made.contacts_s],
            "turn1_direction": made.directions[0],
            "turn2_direction": made.directions[1],
            "n_sit_to_stand": 1,
            "n_stand_to_sit": 1,
        },
        "n_samples": len(made.recording.time_s),
        "duration_s": round(float(made.recording.time_s[-1]), 2),
    }
    (folder / f"{name}.json").write_text(json.dumps(side, indent=1), encoding="utf-8")


_THEIRS = {
    "seat_off": "seat_off",
    "seat_on": "seat_on",
    "turn_1_start": "turn1_start",
    "turn_1_end": "turn1_end",
    "turn_2_start": "turn2_start",
    "turn_2_end": "turn2_end",
}
"""Our events under the names that `tug_pocket` has for them."""


def in_order(found: Analysis) -> bool:
    """Tell whether the events that were found follow each other; sitting down may begin before the turn is over."""
    times = {event.name: event.time_s for event in found.events}
    order = [times[name] for name in EVENTS if name in times and name != "sit_onset"]
    sits_s, turns_s = times.get("sit_onset", math.inf), times.get("turn_2_start", -math.inf)
    return order == sorted(order) and bool(sits_s > turns_s)


def scored(made: Sequence[Composed], dataset: str) -> list[Row]:
    """Analyse composed recordings and give the rows of the table."""
    errors: dict[str, list[float]] = collections.defaultdict(list)
    known: collections.Counter[str] = collections.Counter()
    right: collections.Counter[str] = collections.Counter()
    for each in made:
        found = catalogue.analyse(each.recording, TestName.GUG, Options(placement=each.recording.placement))
        right["complete"] += found.status is Status.COMPLETE
        right["order"] += found.status is Status.COMPLETE and in_order(found)
        if found.status is not Status.COMPLETE:
            print(f"  {each.recording.name} {each.subject} {each.recording.placement}: {found.status}", end=" ")
            print(*(f"{reason.code} {reason.params.get('event', '')}".strip() for reason in found.reasons), sep=", ")
        for k, side in enumerate(each.directions, start=1):
            angle = found.measure(f"turn_{k}_angle")
            right["turn direction"] += angle is not None and bool(angle.value > 0) == (side == "l")
        for name, truth in each.events.items():
            known[name] += 1
            event = found.event(name)
            if event is not None:
                errors[name].append(event.time_s - truth)
        steps = found.measure("steps")
        if steps is not None:
            errors["steps"].append(steps.value - len(each.contacts_s))
        known["steps"] += 1
    sitters, walkers = (len({each.subject.split("+")[k] for each in made}) for k in (0, 1))
    forced = len({each.subject.split("+")[0] for each in made if "seat_off" in each.events})
    people = {"seat": forced, "turn": walkers, "step": walkers}

    def row(figure: str, value: float | None, unit: str, n: int, of: int) -> Row:
        return Row(
            benchmark="compose",
            dataset=dataset,
            variant="as recorded" if made[0].rate == 1.0 else "slowed",
            figure=figure,
            value=rounded(value),
            unit=unit,
            n=n,
            of=of,
            people=people.get(figure[:4], sitters + walkers),
        )

    shares = {"complete": len(made), "order": len(made), "turn direction": 2 * len(made)}
    rows = [row(f"{name} right", right[name] / of, "1", right[name], of) for name, of in shares.items()]
    for name in sorted(known):
        error = np.array(errors[name])
        middle = float(np.median(error)) if len(error) else 0.0
        for figure, size in (("bias", error), ("mae", np.abs(error)), ("mae0", np.abs(error - middle))):
            mean = float(np.mean(size)) if len(size) else None
            rows.append(row(f"{name} {figure}", mean, "1" if name == "steps" else "s", len(error), known[name]))
    return rows


def main() -> None:
    """Run the command."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--out", type=Path)
    parser.add_argument("--count", type=int, default=120)
    parser.add_argument("--slow", action="store_true")
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    dataset = f"{DATASET}_slow" if options.slow else DATASET
    made = list(compose(options.data, options.count, slow=options.slow))
    if options.out:
        for each in made:
            write(options.out / dataset, each, dataset)
    rows = scored(made, dataset)
    print(f"\n{dataset}: {len(made)} recordings of {rows[0].people} people")
    for row in rows:
        value = "none" if row.value is None else f"{row.value:+.3f}"
        print(f"  {row.figure:22s} {value:>8s} {row.unit:2s} {row.n:4d} of {row.of:4d}, {row.people} people")
    save(rows, options.json)


if __name__ == "__main__":
    main()
