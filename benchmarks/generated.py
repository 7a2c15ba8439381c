"""Accuracy on generated signals with exact truth, both placements: errors per event and per measure.

    python -m benchmarks.generated [--people 20] [--json FILE]

The gait test's course has tables of its own, by speed: when the first foot crossed the line, from the sensor and the
known length of the whole way alone, of people who start slowly and stop at the end. No two of their steps are of one
length; a share of at most 0.3 is missing from the first and last (`eases`), which no other generated walk has.

Generated signals are kinder than people: this shows that the method has no error of its own, not how well it does on
people.
"""

from __future__ import annotations

import argparse
import collections
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from benchmarks.accuracy import show
from benchmarks.errors import Errors, Found, errors
from benchmarks.kept import Kept, save_kept
from benchmarks.rows import Row, rounded
from teststation.model import Analysis, Recording, Status, TestName
from teststation.sensors.synthetic import (
    BELT,
    ON_THIGH,
    Generated,
    Imu,
    Person,
    chair_stands,
    draw_person,
    gait,
    get_up_and_go,
)
from teststation.tests.base import Options
from teststation.tests.catalogue import clinical_test

PLACEMENTS = {"lower_back": BELT, "thigh": ON_THIGH}
CONTACT_S = 0.25
SPEEDS_M_S = tuple(tenths / 10 for tenths in range(3, 16))
UNITS = {"repetitions": "1", "steps": "1"}


def mounted(imu: Imu, seed: int) -> Imu:
    """Turn a sensor's case any way round."""
    x, y, z = np.random.default_rng(seed).uniform(-180.0, 180.0, 3)
    return replace(imu, rotation_deg=(float(x), float(y), float(z)))


def gug(seed: int, imu: Imu) -> Generated:
    """One Get-Up-and-Go."""
    rng = np.random.default_rng(seed)
    left = (180.0 if rng.uniform() < 0.5 else -180.0, 180.0 if rng.uniform() < 0.5 else -180.0)
    overlap_s = float(rng.uniform(0.0, 0.4))
    return get_up_and_go(draw_person(seed), mounted(imu, seed), seed=seed, turns_deg=left, sit_overlap_s=overlap_s)


def tcs(seed: int, imu: Imu) -> Generated:
    """One chair stand of five, every third person with a failed attempt."""
    failed = {2: 0.4} if seed % 3 == 0 else None
    return chair_stands(draw_person(seed), mounted(imu, seed), seed=seed, failed=failed)


def walk(seed: int, imu: Imu) -> Generated:
    """One gait test of 6 m."""
    return gait(draw_person(seed), mounted(imu, seed), seed=seed)


def walker(speed_m_s: float, seed: int) -> Person:
    """Draw somebody who walks at a speed, with steps between short and quick ones and long and slow ones."""
    rng = np.random.default_rng([seed, 77])
    per_cadence_m = float(rng.uniform(0.0045, 0.0070))  # step per step a minute; 0.0065 of healthy adults
    cadence = float(np.clip(np.sqrt(60.0 * speed_m_s / per_cadence_m), 50.0, 125.0))
    return Person(
        step_m=60.0 * speed_m_s / cadence,
        step_s=60.0 / cadence,
        step_variation=float(rng.uniform(0.015, 0.05)),
        leg_m=float(rng.uniform(0.80, 0.98)),
        impact_m_s2=min(1.0, speed_m_s) * float(rng.uniform(3.2, 4.8)),
        sway_deg=float(rng.uniform(0.08, 0.25)),
        first_foot_left=bool(rng.uniform() < 0.5),
        eases=float(rng.uniform(0.0, 0.3)),
        length_variation=float(rng.uniform(0.03, 0.08)),
    )


TESTS = {TestName.GUG: gug, TestName.TCS: tcs, TestName.GAIT: walk}


def examples() -> Iterator[tuple[TestName, str, Recording, Generated]]:
    """Give one recording of each test at each placement, for the speed table."""
    for test, generate in TESTS.items():
        for placement, imu in PLACEMENTS.items():
            made = generate(1, imu)
            yield test, f"generated {test} {placement}", made.recording, made


def truths(test: TestName, made: Generated) -> dict[str, float]:
    """Give the true values of the measures that a test is headlined by."""
    if test is TestName.GUG:
        return {"duration": made.time_s("seated") - made.time_s("movement_onset"), "steps": float(made.truth.steps)}
    if test is TestName.TCS:
        start, end = made.time_s("stand_onset", 1), made.time_s("seat_on", made.truth.repetitions)
        return {"repetitions": float(made.truth.repetitions), "duration_5": end - start}
    walked = {"duration": made.time_s("gait_end") - made.time_s("gait_start"), "steps": float(made.truth.steps)}
    if made.truth.crossing_s is not None:
        walked["crossing_time"] = made.truth.crossing_s - made.time_s("gait_start")
    return walked


def compared(test: TestName, made: Generated, found: Analysis, person: str) -> Iterator[tuple[str, Found | None]]:
    """Give each measure and event with its error; None where it is missing."""
    for name, truth in truths(test, made).items():
        measure = found.measure(name)
        yield name, None if measure is None else _beside(measure.value, truth, measure.interval, person)
    for event in made.events:
        if event.name == "gait_start" and test is not TestName.GAIT:
            continue
        same = [e for e in found.events if e.name == event.name and e.repetition == event.repetition]
        if event.name == "initial_contact":
            same = [e for e in same if abs(e.time_s - event.time_s) < CONTACT_S]
            if not same and test is not TestName.GAIT:
                continue
        nearest = min(same, key=lambda e: abs(e.time_s - event.time_s), default=None)
        yield event.name, None if nearest is None else _beside(nearest.time_s, event.time_s, nearest.interval_s, person)


def _beside(value: float, truth: float, interval: tuple[float, float], person: str) -> Found:
    return Found(value - truth, person, (interval[0] - truth, interval[1] - truth))


def measured(test: TestName, placement: str, people: int) -> Kept:
    """Analyse one test of each of so many people, at one placement."""
    rows: dict[str, list[Found | None]] = collections.defaultdict(list)
    complete = 0
    for seed in range(people):
        made = TESTS[test](seed, PLACEMENTS[placement])
        options = Options(walked_m=made.truth.walked_m if test is TestName.GAIT else None)
        found = clinical_test(test).analyse(made.recording, options)
        complete += found.status is Status.COMPLETE
        for name, each in compared(test, made, found, f"person {seed}"):
            rows[name].append(each)
    dataset = f"generated ({placement})"
    share = Row(
        benchmark="generated",
        dataset=dataset,
        variant=test,
        figure="complete",
        value=rounded(complete / people),
        unit="1",
        n=complete,
        of=people,
        people=people,
    )
    summed = [
        errors(
            [each for each in rows[name] if each],
            len(rows[name]),
            dataset=dataset,
            variant=test,
            figure=name,
            unit=UNITS.get(name, "s"),
            exact=True,
        )
        for name in rows
    ]
    return Kept(shares=[share], errors=summed)


def crossings(placement: str, people: int, speeds_m_s: Sequence[float] = SPEEDS_M_S) -> Kept:
    """Time the crossing of the line by the sensor alone, at each speed, of so many people."""
    timed = [_crossings(placement, people, speed_m_s) for speed_m_s in speeds_m_s]
    found, of = sum(each.n for each in timed), sum(each.of for each in timed)
    share = Row(
        benchmark="generated",
        dataset=timed[0].dataset,
        variant=TestName.GAIT,
        figure="crossing found",
        value=rounded(found / of),
        unit="1",
        n=found,
        of=of,
        people=people,
    )
    return Kept(shares=[share], errors=timed)


def _crossings(placement: str, people: int, speed_m_s: float) -> Errors:
    found = []
    for seed in range(people):
        made = gait(walker(speed_m_s, seed), mounted(PLACEMENTS[placement], seed), seed=seed)
        options = Options(placement=PLACEMENTS[placement].placement, walked_m=made.truth.walked_m)
        analysis = clinical_test(TestName.GAIT).analyse(made.recording, options)
        found += [
            each for name, each in compared(TestName.GAIT, made, analysis, f"person {seed}") if name == "crossing_time"
        ]
    return errors(
        [each for each in found if each],
        people,
        dataset=f"generated, a line at 4.572 of 6 m ({placement})",
        variant=TestName.GAIT,
        figure=f"crossing_time at {speed_m_s:.1f} m/s",
        exact=True,
    )


def main() -> None:
    """Run the command."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--people", type=int, default=20)
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    whole = Kept()
    for test in TESTS:
        for placement in PLACEMENTS:
            here = measured(test, placement, options.people)
            show(here)
            whole = whole + here
    for placement in PLACEMENTS:
        here = crossings(placement, options.people)
        show(here)
        whole = whole + here
    save_kept(whole, options.json)


if __name__ == "__main__":
    main()
