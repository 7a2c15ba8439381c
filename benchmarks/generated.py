"""Accuracy on generated signals with exact truth, both placements: errors per event and per measure.

    python -m benchmarks.generated [--people 20]

Generated signals are kinder than people: this shows that the method has no error of its own, not how well it does on
people.
"""

from __future__ import annotations

import argparse
import collections
from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from teststation.model import Analysis, Recording, Status, TestName
from teststation.sensors.synthetic import (
    BELT,
    ON_THIGH,
    Generated,
    Imu,
    chair_stands,
    draw_person,
    gait,
    get_up_and_go,
)
from teststation.tests.base import Options
from teststation.tests.catalogue import clinical_test

PLACEMENTS = {"lower_back": BELT, "thigh": ON_THIGH}
CONTACT_S = 0.25


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


def errors(test: TestName, made: Generated, found: Analysis) -> Iterator[tuple[str, float | None, bool | None]]:
    """Give (name, error or None where it is missing, whether the truth lies inside the interval)."""
    for name, truth in truths(test, made).items():
        measure = found.measure(name)
        inside = None if measure is None else measure.interval[0] - 1e-9 <= truth <= measure.interval[1] + 1e-9
        yield f"measure {name}", None if measure is None else measure.value - truth, inside
    for event in made.events:
        if event.name == "gait_start" and test is not TestName.GAIT:
            continue
        same = [e for e in found.events if e.name == event.name and e.repetition == event.repetition]
        if event.name == "initial_contact":
            same = [e for e in same if abs(e.time_s - event.time_s) < CONTACT_S]
            if not same and test is not TestName.GAIT:
                continue
        nearest = min(same, key=lambda e: abs(e.time_s - event.time_s), default=None)
        inside = None if nearest is None else nearest.interval_s[0] <= event.time_s <= nearest.interval_s[1]
        yield event.name, None if nearest is None else nearest.time_s - event.time_s, inside


def table(test: TestName, placement: str, people: int) -> None:
    """Print one table."""
    rows: dict[str, list[tuple[float | None, bool | None]]] = collections.defaultdict(list)
    complete = 0
    for seed in range(people):
        made = TESTS[test](seed, PLACEMENTS[placement])
        options = Options(walked_m=made.truth.walked_m if test is TestName.GAIT else None)
        found = clinical_test(test).analyse(made.recording, options)
        complete += found.status is Status.COMPLETE
        for name, error, inside in errors(test, made, found):
            rows[name].append((error, inside))
    print(f"\n{test} at {placement}: {complete} of {people} complete")
    for name, values in rows.items():
        known = np.array([error for error, _ in values if error is not None])
        if not len(known):
            print(f"  {name:26s} none of {len(values)}")
            continue
        size = np.abs(known)
        covered = np.mean([inside for _, inside in values if inside is not None])
        print(
            f"  {name:26s} {len(known):4d} of {len(values):4d}  bias {known.mean():+.3f}  mae {size.mean():.3f}  "
            f"p95 {np.percentile(size, 95):.3f}  max {size.max():.3f}  inside 95 % {covered:.2f}"
        )


def main() -> None:
    """Run the command."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--people", type=int, default=20)
    people = parser.parse_args().people
    for test in TESTS:
        for placement in PLACEMENTS:
            table(test, placement, people)


if __name__ == "__main__":
    main()
