"""The recordings of `calibration/recordings/`: what they are, and how they are made anew.

python -m teststation.sensors.synthetic [FOLDER]
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import msgspec

from teststation.formats import write_plain_table
from teststation.model import Event, Placement, Recording, TestName
from teststation.sensors.synthetic.person import ADULT, BELT, ON_THIGH, ROLLATOR, SLOW, Imu
from teststation.sensors.synthetic.protocols import Generated, cannot_rise, chair_stands, gait, get_up_and_go

# As many digits as a 16-bit sensor of ±16 g and ±2000 °/s is worth.
_ACCELERATION_DECIMALS, _GYRO_DECIMALS, _TIME_DECIMALS = 3, 4, 4
_USUAL_REACTION_S = 0.6
_REACTIONS_S = (0.3, 1.2)


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One recording: how it is made, what the demo calls it in Dutch and English, and what goes with it.

    Parameters
    ----------
    tour : its place in the demo's first two minutes, from 1
    lost_at_s : the sensor is lost at this time of the recording
    options : what the protocol leaves open, by the names of `tests.base.Options`
    """

    name: str
    test: TestName
    make: Callable[[], Generated]
    title_nl: str
    title_en: str
    tour: int | None = None
    lost_at_s: float | None = None
    options: dict[str, float] | None = None


def _timed(total_s: float, make: Callable[[float], Generated]) -> Callable[[], Generated]:
    """Choose the reaction to the cue so that cue → seated takes exactly so long."""

    def made() -> Generated:
        first = make(_USUAL_REACTION_S)
        assert first.recording.cue_s is not None
        reaction_s = _USUAL_REACTION_S + total_s - (first.time_s("seated") - first.recording.cue_s)
        if not _REACTIONS_S[0] <= reaction_s <= _REACTIONS_S[1]:
            raise ValueError(reaction_s)
        return make(reaction_s)

    return made


def _worn(imu: Imu, *rotation_deg: float) -> Imu:
    x, y, z = rotation_deg
    return replace(imu, rotation_deg=(x, y, z))


_BELT = _worn(BELT, 4.0, 6.0, -3.0)
_UPSIDE_DOWN = _worn(BELT, 0.0, 10.0, 180.0)
_THIGH = _worn(ON_THIGH, 12.0, -5.0, 4.0)
_WITH_ROLLATOR = replace(ROLLATOR, step_m=0.43, turn_s=3.0, rise_s=2.6)
# The seed of `gug_19_9` is one where today's analysis reads 19.9 too: the tour shows what *nipt* means, not our error.
_BRISK = replace(ADULT, step_m=0.72, step_s=0.50)
_NEAR_TWENTY = replace(SLOW, step_m=0.44, step_s=0.63, turn_s=2.7, rise_s=2.3, sit_s=2.8)

ENTRIES = (
    Entry(
        name="gug_rollator",
        test=TestName.GUG,
        make=_timed(22.4, lambda r: get_up_and_go(_WITH_ROLLATOR, _BELT, seed=11, reaction_s=r, pause_s=0.8)),
        title_nl="Get-Up-and-Go met rollator, 22,4 s",
        title_en="Get-Up-and-Go with a rollator, 22.4 s",
        tour=1,
    ),
    Entry(
        name="gug_19_9",
        test=TestName.GUG,
        make=_timed(19.9, lambda r: get_up_and_go(_NEAR_TWENTY, _BELT, seed=29, reaction_s=r, turns_deg=(180, -180))),
        title_nl="Get-Up-and-Go net onder de grens, 19,9 s",
        title_en="Get-Up-and-Go just below the limit, 19.9 s",
        tour=2,
    ),
    Entry(
        name="gug_20_3",
        test=TestName.GUG,
        make=_timed(20.3, lambda r: get_up_and_go(_NEAR_TWENTY, _BELT, seed=12, reaction_s=r, turns_deg=(180, -180))),
        title_nl="Get-Up-and-Go net boven de grens, 20,3 s",
        title_en="Get-Up-and-Go just above the limit, 20.3 s",
        tour=3,
    ),
    Entry(
        name="gug_sensor_lost",
        test=TestName.GUG,
        make=lambda: get_up_and_go(replace(SLOW, step_m=0.5), _BELT, seed=14),
        title_nl="Get-Up-and-Go, sensor valt onderweg weg",
        title_en="Get-Up-and-Go, the sensor is lost on the way",
        tour=4,
        lost_at_s=11.0,
    ),
    Entry(
        name="gug_cannot_rise",
        test=TestName.GUG,
        make=lambda: cannot_rise(SLOW, _BELT, seed=15, attempts=(0.35, 0.2)),
        title_nl="Kan niet opstaan: twee mislukte pogingen",
        title_en="Cannot rise: two failed attempts",
        tour=5,
    ),
    Entry(
        name="gug_belt",
        test=TestName.GUG,
        make=lambda: get_up_and_go(ADULT, _UPSIDE_DOWN, seed=16, sit_overlap_s=0.3),
        title_nl="Get-Up-and-Go, sensor ondersteboven op de onderrug",
        title_en="Get-Up-and-Go, sensor upside down on the lower back",
    ),
    Entry(
        name="gug_thigh",
        test=TestName.GUG,
        make=lambda: get_up_and_go(ADULT, _THIGH, seed=17, turns_deg=(-180, -180)),
        title_nl="Get-Up-and-Go, sensor op het bovenbeen",
        title_en="Get-Up-and-Go, sensor on the thigh",
    ),
    Entry(
        name="gait_quick",
        test=TestName.GAIT,
        make=lambda: gait(_BRISK, _BELT, seed=18),
        title_nl="4,5 m lopen, vlot",
        title_en="4.5 m walk, brisk",
        options={"course_m": 4.572, "walked_m": 6.0},
    ),
    Entry(
        name="gait_slow",
        test=TestName.GAIT,
        make=lambda: gait(ROLLATOR, _BELT, seed=19),
        title_nl="4,5 m lopen, langzaam met rollator",
        title_en="4.5 m walk, slow with a rollator",
        options={"course_m": 4.572, "walked_m": 6.0},
    ),
    Entry(
        name="tcs_5",
        test=TestName.TCS,
        make=lambda: chair_stands(ADULT, _BELT, seed=20),
        title_nl="Stoeltest, vijf keer opstaan",
        title_en="Chair stand, five stands",
        options={"stands": 5},
    ),
    Entry(
        name="tcs_failed_attempt",
        test=TestName.TCS,
        make=lambda: chair_stands(SLOW, _THIGH, seed=21, failed={4: 0.4}, tires=0.03),
        title_nl="Stoeltest met een mislukte poging, sensor op het bovenbeen",
        title_en="Chair stand with a failed attempt, sensor on the thigh",
        options={"stands": 5},
    ),
    Entry(
        name="tcs_30_s",
        test=TestName.TCS,
        make=lambda: chair_stands(ADULT, _BELT, seed=22, seconds=30.0, tires=0.015),
        title_nl="Stoeltest, 30 seconden",
        title_en="Chair stand, 30 seconds",
        options={"seconds": 30.0},
    ),
)


def truths(test: TestName, made: Generated) -> dict[str, float]:
    """Give the true values of the measures of CONTRACTS that a generated recording has."""
    at = {event.name: event.time_s for event in reversed(made.events)}  # the first of each name
    truth, cue_s = made.truth, made.recording.cue_s
    if test is TestName.GUG:
        return _gug_truths(at, made) if "seated" in at else {"failed_attempts": len(truth.attempts)}
    if test is TestName.TCS:
        found: dict[str, float] = {
            "repetitions": truth.repetitions,
            "failed_attempts": len(truth.attempts),
            "repetitions_30_s": truth.repetitions_30_s,
        }
        for stands in (5, 10):
            seat_on_s = [e.time_s for e in made.events if e.name == "seat_on" and e.repetition == stands]
            if seat_on_s:
                found[f"duration_{stands}"] = seat_on_s[0] - at["stand_onset"]
                if cue_s is not None:
                    found[f"duration_{stands}_from_cue"] = seat_on_s[0] - cue_s
        return found
    if test is TestName.GAIT:
        found = {"duration": at["gait_end"] - at["gait_start"], "steps": truth.steps}
        if truth.crossing_s is not None:
            found["crossing_time"] = truth.crossing_s - at["gait_start"]
        return found
    return {}


def _gug_truths(at: dict[str, float], made: Generated) -> dict[str, float]:
    found = {
        "duration": at["seated"] - at["movement_onset"],
        "sit_to_stand_duration": at["standing"] - at["movement_onset"],
        "walk_out_duration": at["turn_1_start"] - at["standing"],
        "turn_1_duration": at["turn_1_end"] - at["turn_1_start"],
        "turn_1_angle": made.truth.turn_angles_deg[0],
        "walk_back_duration": at["turn_2_start"] - at["turn_1_end"],
        "turn_2_duration": at["turn_2_end"] - at["turn_2_start"],
        "turn_2_angle": made.truth.turn_angles_deg[1],
        "stand_to_sit_duration": at["seated"] - at["sit_onset"],
        "steps": made.truth.steps,
    }
    if made.recording.cue_s is not None:
        found["duration_from_cue"] = at["seated"] - made.recording.cue_s
    return found


def write(folder: Path, entries: Sequence[Entry] = ENTRIES) -> None:
    """Make the recordings anew, each as a plain table with its sidecar; the same bytes every time."""
    folder.mkdir(parents=True, exist_ok=True)
    for entry in entries:
        made = entry.make()
        write_plain_table(folder / f"{entry.name}.csv.gz", as_sent(made.recording))
        (folder / f"{entry.name}.json").write_bytes(
            msgspec.json.format(msgspec.json.encode(sidecar(entry, made))) + b"\n"
        )


def as_sent(recording: Recording) -> Recording:
    """Round to what a sensor's own digits can say."""
    return msgspec.structs.replace(
        recording,
        time_s=recording.time_s.round(_TIME_DECIMALS),
        acceleration=recording.acceleration.round(_ACCELERATION_DECIMALS),
        angular_velocity=recording.angular_velocity.round(_GYRO_DECIMALS),
    )


def sidecar(entry: Entry, made: Generated) -> dict[str, Any]:
    """Say what stands beside a recording: what the contract reads, what the demo reads, and the truth."""
    recording = made.recording
    placement = recording.placement or Placement.LOWER_BACK
    beside: dict[str, Any] = {
        "sampling_rate_hz": recording.nominal_rate_hz,
        "placement_code": placement.value,
        "cue_s": None if recording.cue_s is None else _shown(recording.cue_s),
        "test": entry.test.value,
        "title": {"nl": entry.title_nl, "en": entry.title_en},
        "tour": entry.tour,
        "lost_at_s": entry.lost_at_s,
        "options": entry.options,
        "truth": {
            "events": [_event(event) for event in made.events],
            "measures": {name: _shown(value) for name, value in truths(entry.test, made).items()},
        },
    }
    return {key: value for key, value in beside.items() if value is not None}


def _event(event: Event) -> dict[str, Any]:
    shown = {"name": event.name, "time_s": _shown(event.time_s)}
    return shown if event.repetition is None else {**shown, "repetition": event.repetition}


def _shown(value: float) -> float:
    assert math.isfinite(value)
    return round(float(value), _TIME_DECIMALS)
