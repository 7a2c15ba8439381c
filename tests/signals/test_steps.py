"""Initial contacts, on generated walks and on real ones."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from teststation.formats import read
from teststation.model import Placement, Recording
from teststation.sensors.synthetic import ADULT, BELT, FAST, ON_THIGH, SLOW, Imu, Person, chair_stands, gait
from teststation.signals.orientation import Motion, orient
from teststation.signals.prepare import prepare
from teststation.signals.steps import body_acceleration, contacts, forward_at_trunk, thigh_contacts, trunk_contacts
from teststation.signals.walks import walks

DATA = Path(__file__).parents[2] / ".." / "shared" / "data"
NEAR_S = 0.25


def motion(recording: Recording) -> Motion:
    return orient(prepare(recording))


def matched(found: np.ndarray, truth: np.ndarray) -> tuple[np.ndarray, int, int]:
    """Give the errors of the pairs within reach, and how many were missed and extra."""
    errors = [found[np.argmin(np.abs(found - t))] - t for t in truth if np.abs(found - t).min() < NEAR_S]
    extra = sum(np.abs(truth - t).min() >= NEAR_S for t in found)
    return np.array(errors), len(truth) - len(errors), int(extra)


@pytest.mark.parametrize("imu", [BELT, ON_THIGH], ids=["belt", "thigh"])
@pytest.mark.parametrize("person", [ADULT, FAST, SLOW], ids=["adult", "fast", "slow"])
def test_every_step_of_a_generated_walk_is_found(person: Person, imu: Imu) -> None:
    made = gait(person, imu, seed=3)
    truth = np.array([e.time_s for e in made.events if e.name == "initial_contact"])
    found = contacts(motion(made.recording), imu.placement)
    # the foot that closes the walk lands softly, and is a matter of walks
    errors, missed, _ = matched(found.time_s, truth[:-1])
    assert missed <= 1
    assert np.abs(errors).mean() < 0.05
    assert np.all(np.diff(found.time_s) > 0)
    assert len(found.half_width_s) == len(found)


def test_mounting_does_not_matter() -> None:
    upright = contacts(motion(gait(ADULT, BELT, seed=1).recording), Placement.LOWER_BACK)
    turned = replace(BELT, rotation_deg=(170.0, -65.0, 110.0))
    other = contacts(motion(gait(ADULT, turned, seed=1).recording), Placement.LOWER_BACK)
    assert other.time_s[:-1] == pytest.approx(upright.time_s[:-1], abs=0.01)


def test_a_thigh_tells_its_own_foot_from_the_other() -> None:
    for left in (True, False):
        person, imu = replace(ADULT, first_foot_left=True), replace(ON_THIGH, left=left)
        made = gait(person, imu, seed=2)
        truth = np.array([e.time_s for e in made.events if e.name == "initial_contact"])
        found = thigh_contacts(motion(made.recording))
        assert found.own is not None
        feet = [bool(found.own[np.argmin(np.abs(found.time_s - t))]) for t in truth[:-2]]
        assert feet == [left ^ bool(k % 2) for k in range(len(feet))]


def test_forward_is_where_the_person_goes() -> None:
    walk = motion(gait(ADULT, BELT, seed=4).recording)
    acceleration = body_acceleration(walk)
    start = np.searchsorted(walk.time_s, walks(walk, Placement.LOWER_BACK)[0].start_s)
    gained = acceleration[start - 30 : start + 100, :2].sum(axis=0)
    assert forward_at_trunk(acceleration) @ gained / np.linalg.norm(gained) > np.cos(np.radians(20.0))


@pytest.mark.parametrize("imu", [BELT, ON_THIGH], ids=["belt", "thigh"])
def test_chair_rises_are_no_walk(imu: Imu) -> None:
    assert walks(motion(chair_stands(ADULT, imu, seed=1).recording), imu.placement) == []


def test_a_sensor_on_a_table_makes_no_steps() -> None:
    rng = np.random.default_rng(1)
    still = Recording(
        time_s=np.arange(1000) / 100.0,
        acceleration=np.array([0.0, 0.0, 9.81]) + rng.normal(0.0, 0.02, (1000, 3)),
        angular_velocity=rng.normal(0.0, 0.002, (1000, 3)),
    )
    for placement in (Placement.LOWER_BACK, Placement.THIGH):
        assert len(contacts(motion(still), placement)) == 0
        assert walks(motion(still), placement) == []


@pytest.mark.skipif(not DATA.is_dir(), reason="the shared recordings are not here")
def test_contacts_agree_with_foot_sensors() -> None:
    errors, missed, extra, inside = [], 0, 0, []
    for side in sorted((DATA / "voisard_10m_uturn").glob("S*_T02.json")):
        truth = json.loads(side.read_text(encoding="utf-8"))["ground_truth"]
        start_s, end_s = truth["trial_start_s"], truth["uturn_start_s"]
        found = trunk_contacts(motion(read(side.with_suffix(".csv.gz"))))
        reference = np.array([t for t in truth["initial_contacts_s"] if start_s <= t <= end_s])
        off, miss, more = matched(found.between(start_s, end_s).time_s, reference)
        errors += off.tolist()
        missed, extra = missed + miss, extra + more
        inside += (np.abs(off) < found.half_width_s[0]).tolist()
    assert len(errors) > 150
    assert (missed + extra) / len(errors) < 0.01
    assert np.abs(errors).mean() < 0.020
    assert abs(np.mean(errors)) < 0.006
    assert 0.90 < np.mean(inside) <= 1.0
