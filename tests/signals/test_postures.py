"""Rises and sits of generated people, wherever and however the sensor is worn, and of real ones."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from teststation.formats.plain_table import read
from teststation.model import Placement, Recording
from teststation.sensors.synthetic import (
    ADULT,
    BELT,
    FAST,
    FRAME,
    ON_THIGH,
    ROLLATOR,
    SLOW,
    Imu,
    Person,
    chair_stands,
    draw_person,
    gait,
    get_up_and_go,
    sitting,
)
from teststation.signals.bends import bends
from teststation.signals.height import believed_rests, resting, vertical_velocity
from teststation.signals.lobes import Lobe
from teststation.signals.onset import THROWN, edge
from teststation.signals.orientation import orient
from teststation.signals.postures import Transition, transitions
from teststation.signals.prepare import RATE_HZ, prepare

DATA = Path(__file__).parents[3] / "shared" / "data"
needs_data = pytest.mark.skipif(not DATA.is_dir(), reason="the shared recordings are not here")


def found(recording: Recording, placement: Placement | None = None) -> tuple[Transition, ...]:
    where = placement or recording.placement
    assert where is not None
    return transitions(orient(prepare(recording)), where)


@pytest.mark.parametrize("imu", [BELT, ON_THIGH], ids=["belt", "thigh"])
@pytest.mark.parametrize("person", [ADULT, SLOW, FAST, ROLLATOR], ids=["adult", "slow", "fast", "rollator"])
def test_every_rise_and_sit_is_found_and_timed(person: Person, imu: Imu) -> None:
    generated = chair_stands(person, imu, stands=5, seed=4)
    seen = found(generated.recording)
    assert [t.rising for t in seen] == [True, False] * 5
    for k in range(5):
        rise, sit = seen[2 * k], seen[2 * k + 1]
        assert rise.contact_s == pytest.approx(generated.time_s("seat_off", k + 1), abs=0.08)
        assert rise.end_s == pytest.approx(generated.time_s("standing", k + 1), abs=0.15)
        assert sit.contact_s == pytest.approx(generated.time_s("seat_on", k + 1), abs=0.12)
        # a thigh does not see the trunk
        blind = imu is ON_THIGH
        assert rise.onset_s == pytest.approx(generated.time_s("stand_onset", k + 1), abs=0.5 if blind else 0.2)
        assert sit.onset_s == pytest.approx(generated.time_s("sit_onset", k + 1), abs=0.3 if blind else 0.15)
        assert rise.onset_s < rise.contact_s < rise.half_way_s < rise.end_s
        assert sit.onset_s < sit.contact_s < sit.end_s


def test_who_goes_down_slowly_and_evenly_does_not_rest() -> None:
    mistaken = 0
    for seed in range(4):
        generated = get_up_and_go(FRAME, BELT, seed=seed)
        motion = orient(prepare(generated.recording))
        going = (motion.time_s > generated.time_s("sit_onset") + 1.0) & (motion.time_s < generated.time_s("seat_on"))
        mistaken += bool((resting(motion) & going).any())
        assert not (believed_rests(motion) & going).any()
        assert [t.rising for t in transitions(motion, Placement.LOWER_BACK)] == [True, False]
    assert mistaken, "these people no longer show what this is about"


def test_a_halt_bent_on_a_slow_way_up_is_no_rest() -> None:
    # composed: whoever rises at half speed neither turns nor accelerates where the trunk is bent the furthest
    n = round(14 * RATE_HZ)
    time = np.arange(n) / RATE_HZ
    bent = np.radians(40.0) * np.interp(time, [3.0, 5.0, 5.6, 8.0], [0.0, 1.0, 1.0, 0.0])
    speed = 0.09 * np.interp(time, [3.0, 4.6, 6.4, 8.0], [0.0, 1.0, 1.0, 0.0])
    lifting = np.gradient(speed, time)
    recording = Recording(
        time_s=time,
        acceleration=np.column_stack([np.sin(bent), np.zeros(n), np.cos(bent)]) * (9.80665 + lifting)[:, None],
        angular_velocity=np.column_stack([np.zeros(n), -np.gradient(bent, time), np.zeros(n)]),
    )
    motion = orient(prepare(recording))
    between = (motion.time_s > 4.0) & (motion.time_s < 7.0)
    assert (resting(motion) & between).any(), "this movement no longer shows what this is about"
    rest = believed_rests(motion)
    assert not (rest & between).any()
    assert rest[: round(2.5 * RATE_HZ)].all()


def test_a_bend_that_the_recording_cuts_off_must_show_the_part_that_is_there() -> None:
    # after a rise the trunk comes back, and the recording ends: that alone is no sit
    angle = np.radians(np.interp(np.arange(300.0), [100.0, 150.0, 300.0], [0.0, 35.0, 0.0]))
    up, down = Lobe(120, 180, 150, 0.4), Lobe(220, 300, 260, -0.12, cut=True)
    rise, sit = bends([up, down], angle)
    assert np.degrees(rise.leading_rad) == pytest.approx(35.0, abs=1.0)
    assert np.degrees(sit.leading_rad) < 5.0
    begun = np.radians(np.interp(np.arange(300.0), [200.0, 299.0], [0.0, 20.0]))
    assert np.degrees(bends([up, down], begun)[1].leading_rad) == pytest.approx(20.0, abs=1.0)


def test_who_sways_on_between_a_rise_and_a_sit_has_begun_to_sit_where_the_trunk_bends() -> None:
    errors = []
    for seed in (18, 35, 38):  # a rise that seems to last until the sit
        generated = chair_stands(draw_person(seed), BELT, seed=seed)
        sits = [t for t in found(generated.recording) if not t.rising]
        errors += [t.onset_s - generated.time_s("sit_onset", k) for k, t in enumerate(sits, start=1)]
    assert np.abs(errors).max() < 0.1


def test_nobody_rests_in_a_gap() -> None:
    recording = get_up_and_go(ADULT, BELT, seed=3).recording
    kept = (recording.time_s < 3.2) | (recording.time_s > 5.2)
    motion = orient(
        prepare(
            Recording(
                time_s=recording.time_s[kept],
                acceleration=recording.acceleration[kept],
                angular_velocity=recording.angular_velocity[kept],
            )
        )
    )
    assert not (believed_rests(motion) & ~motion.covered).any()


def test_the_height_is_that_of_the_hips() -> None:
    generated = chair_stands(ADULT, BELT, stands=3, seed=2)
    heights = [t.height_m for t in found(generated.recording)]
    assert np.mean(heights) == pytest.approx(generated.truth.rise_m, abs=0.08)
    assert np.ptp(heights) < 0.1


@pytest.mark.parametrize("placement", [Placement.LOWER_BACK, Placement.THIGH])
def test_the_case_may_be_turned_any_way(placement: Placement) -> None:
    straight = found(chair_stands(ADULT, Imu(placement=placement), stands=3, seed=1).recording)
    for angles in ((180.0, 0.0, 0.0), (0.0, 90.0, 45.0), (-70.0, 20.0, 130.0)):
        turned = found(chair_stands(ADULT, Imu(placement=placement, rotation_deg=angles), stands=3, seed=1).recording)
        assert [t.rising for t in turned] == [t.rising for t in straight]
        for a, b in zip(turned, straight, strict=True):
            assert a.contact_s == pytest.approx(b.contact_s, abs=0.05)


@pytest.mark.parametrize("rate_hz", [50.0, 60.0, 128.0])
def test_the_rate_may_be_another(rate_hz: float) -> None:
    seen = found(chair_stands(ADULT, Imu(rate_hz=rate_hz, lost_share=0.02), stands=5, seed=3).recording)
    assert [t.rising for t in seen] == [True, False] * 5


@pytest.mark.parametrize("imu", [BELT, ON_THIGH], ids=["belt", "thigh"])
def test_who_walks_or_sits_does_not_rise(imu: Imu) -> None:
    assert found(gait(ADULT, imu, distance_m=8.0, seed=1, uturn_deg=180.0).recording) == ()
    assert found(sitting(imu=imu, duration_s=20.0, seed=1).recording) == ()


def test_an_accelerometer_out_of_calibration_does_not_hide_a_rise() -> None:
    recording = chair_stands(SLOW, BELT, stands=2, seed=5).recording
    biased = Recording(
        time_s=recording.time_s,
        acceleration=recording.acceleration + np.array([0.3, -0.2, 0.8]),
        angular_velocity=recording.angular_velocity,
        placement=recording.placement,
    )
    assert [t.rising for t in found(biased)] == [True, False] * 2


def test_velocity_does_not_drift() -> None:
    n = round(60 * RATE_HZ)
    time = np.arange(n) / RATE_HZ
    bump = np.exp(-(((time - 30.0) / 0.4) ** 2))
    acceleration = np.gradient(bump, 1 / RATE_HZ) + 0.05
    rest = np.abs(time - 30.0) > 2.0
    velocity = vertical_velocity(acceleration, rest)
    assert np.abs(velocity - bump).max() < 0.06


@pytest.mark.parametrize("skew", [1.0, 1.5])
def test_the_edge_of_a_least_jerk_movement_is_read_back_to_its_begin(skew: float) -> None:
    time = np.clip((np.arange(300) - 100) / 120.0, 0.0, 1.0)
    way = time**skew
    rate = np.gradient(10 * way**3 - 15 * way**4 + 6 * way**5)
    assert edge(rate, int(np.argmax(rate)), 0, skew) == pytest.approx(100.0, abs=1.0)
    assert edge(rate[::-1], int(np.argmax(rate[::-1])), 299, skew) == pytest.approx(199.0, abs=1.0)


@pytest.mark.parametrize("skew", [1.2, 1.4, 1.6, 1.8])
def test_how_uneven_a_movement_is_is_read_from_its_shape(skew: float) -> None:
    time = np.clip((np.arange(300) - 100) / 120.0, 0.0, 1.0)
    way = time**skew
    rate = np.gradient(10 * way**3 - 15 * way**4 + 6 * way**5)
    rate -= 0.5 * np.roll(rate, 112)  # the way back begins before it is over
    # so uneven ones are rare, and the shape says little: within 5 samples of the 120 that it lasts
    assert edge(rate, int(np.argmax(rate)), 0, THROWN) == pytest.approx(100.0, abs=5.0)


@pytest.mark.parametrize("sway_deg", [-0.4, 0.4])
def test_who_sways_before_a_bend_has_not_begun_where_the_sway_is_lowest(sway_deg: float) -> None:
    at = np.arange(400.0)
    s = np.clip((at - 200.0) / 100.0, 0.0, 1.0)
    bend = 40.0 * (10 * s**3 - 15 * s**4 + 6 * s**5)
    angle = np.radians(bend + sway_deg * np.sin(2 * np.pi * at / 150.0))
    (seen,) = bends([Lobe(240, 320, 280, 0.4)], angle)
    assert seen.low < 200.0
    assert edge(np.gradient(angle), 250, seen.low) == pytest.approx(200.0, abs=4.0)


@needs_data
@pytest.mark.parametrize(("name", "rises"), [("S01_5sts_pelvis", 5), ("S01_5sts_trunk", 5), ("S01_5sts_thigh", 5)])
def test_a_person_on_an_instrumented_chair(name: str, rises: int) -> None:
    recording = read(DATA / "eurobench_sts" / f"{name}.csv.gz")
    seen = found(recording)
    assert sum(t.rising for t in seen) == sum(not t.rising for t in seen) == rises


@needs_data
def test_stairs_are_not_chairs() -> None:
    seen = found(read(DATA / "hapt" / "exp01_user01.csv.gz"))
    assert not [t for t in seen if 150.0 < t.contact_s < 360.0]
    assert any(t.rising and 43.0 < t.end_s < 48.0 for t in seen)
