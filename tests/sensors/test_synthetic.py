"""The generator against physics and against itself: what the sensor reads leads back to the motion and the truth."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from teststation.model import Placement, Recording
from teststation.sensors.synthetic import (
    ADULT,
    BELT,
    FAST,
    FRAME,
    ON_THIGH,
    ROLLATOR,
    SLOW,
    Generated,
    Imu,
    Person,
    Until,
    cannot_rise,
    chair_stands,
    draw_person,
    gait,
    get_up_and_go,
    sitting,
)

Array = NDArray[np.float64]
G = 9.80665
PEOPLE = [FAST, ADULT, SLOW, ROLLATOR, FRAME]
PLACES = [BELT, ON_THIGH]
PERFECT = Imu(bias_deg_s=(0.0, 0.0, 0.0), acceleration_noise_m_s2=0.0, gyro_noise_deg_s=0.0)
STIFF = Person(slouch_deg=0.0, stoop_deg=0.0, sway_deg=0.0, wobble=0.0)


def orientation(recording: Recording) -> Array:
    """Integrate the gyroscope from level at rest: (n, 3, 3), sensor → world, heading 0 along the sensor's front."""
    up = recording.acceleration[:20].mean(axis=0)
    up /= np.linalg.norm(up)
    front = -np.array([0.0, 0.0, 1.0]) if abs(up[2]) < 0.9 else np.array([1.0, 0.0, 0.0])
    front = front - up * (front @ up)
    front /= np.linalg.norm(front)
    now = np.vstack([front, np.cross(up, front), up])
    turned = [now]
    steps = np.diff(recording.time_s)
    rates = 0.5 * (recording.angular_velocity[1:] + recording.angular_velocity[:-1])
    for rate, dt in zip(rates, steps, strict=True):
        x, y, z = rate * dt
        angle = float(np.linalg.norm(rate) * dt)
        skew = np.array([[0.0, -z, y], [z, 0.0, -x], [-y, x, 0.0]])
        share = (np.sinc(angle / np.pi), 0.5 * np.sinc(angle / (2.0 * np.pi)) ** 2)
        now = now @ (np.eye(3) + share[0] * skew + share[1] * skew @ skew)
        turned.append(now)
    return np.array(turned)


def travelled(recording: Recording, start_s: float, end_s: float) -> Array:
    """Integrate the acceleration twice between two moments of rest: (3,) metres in the world."""
    force = np.einsum("nij,nj->ni", orientation(recording), recording.acceleration) - [0.0, 0.0, G]
    inside = (recording.time_s >= start_s) & (recording.time_s <= end_s)
    period_s = 1.0 / (recording.nominal_rate_hz or 0.0)
    velocity = np.cumsum(force[inside], axis=0) * period_s
    velocity -= np.linspace(0.0, 1.0, len(velocity))[:, None] * velocity[-1]
    way: Array = velocity.sum(axis=0) * period_s
    return way


def heading_deg(recording: Recording) -> Array:
    front = orientation(recording) @ np.array([0.0, 0.0, -1.0])
    heading: Array = np.degrees(np.unwrap(np.arctan2(front[:, 1], front[:, 0])))
    return heading


def names(generated: Generated, *left_out: str) -> list[str]:
    return [event.name for event in generated.events if event.name not in ("initial_contact", *left_out)]


# What the sensor reads


@pytest.mark.parametrize("imu", PLACES)
@pytest.mark.parametrize("person", PEOPLE)
def test_somebody_at_rest_feels_gravity_alone(person: Person, imu: Imu) -> None:
    recording = get_up_and_go(person, imu).recording
    for resting in (recording.time_s < 2.5, recording.time_s > recording.time_s[-1] - 2.0):
        assert np.linalg.norm(recording.acceleration[resting], axis=1).mean() == pytest.approx(G, abs=0.02)
        assert np.degrees(recording.angular_velocity[resting]).mean(axis=0) == pytest.approx(imu.bias_deg_s, abs=0.3)


@pytest.mark.parametrize("turns_deg", [(180.0, -180.0), (-170.0, -190.0), (200.0, 160.0)])
def test_the_gyroscope_adds_up_to_the_turns(turns_deg: tuple[float, float]) -> None:
    made = get_up_and_go(ADULT, PERFECT, turns_deg=turns_deg, sit_overlap_s=-0.5)
    heading = heading_deg(made.recording)
    assert heading[-1] - heading[0] == pytest.approx(sum(turns_deg), abs=2.0)
    at = [
        np.interp(made.time_s(name), made.recording.time_s, heading)
        for name in ("turn_1_start", "turn_1_end", "turn_2_start", "turn_2_end")
    ]
    assert [at[1] - at[0], at[3] - at[2]] == pytest.approx(turns_deg, abs=8.0), "the pelvis sways by some degrees"
    assert made.truth.turn_angles_deg == pytest.approx(turns_deg)


@pytest.mark.parametrize("imu", [PERFECT, replace(PERFECT, rotation_deg=(20.0, -170.0, 65.0))])
def test_the_acceleration_adds_up_to_the_height_of_the_rise(imu: Imu) -> None:
    made = get_up_and_go(STIFF, imu, pause_s=1.0)
    way = travelled(made.recording, made.time_s("movement_onset") - 0.2, made.time_s("standing") + 0.2)
    assert way[2] == pytest.approx(made.truth.rise_m, abs=0.01)
    assert np.linalg.norm(way[:2]) == pytest.approx(
        STIFF.thigh_m * np.sin(np.radians(STIFF.seated_thigh_deg)), abs=0.02
    )


@pytest.mark.parametrize("person", [STIFF, ADULT, ROLLATOR])
@pytest.mark.parametrize(
    "imu", [replace(PERFECT, rate_hz=128.0), replace(PERFECT, placement=Placement.THIGH, rate_hz=128.0)]
)
def test_the_acceleration_adds_up_to_the_distance_walked(person: Person, imu: Imu) -> None:
    made = gait(person, imu, distance_m=4.0)
    way = travelled(made.recording, made.time_s("gait_start") - 1.0, made.time_s("gait_end") + 1.0)
    assert made.truth.walked_m == pytest.approx(4.0)
    assert np.linalg.norm(way[:2]) == pytest.approx(4.0, abs=0.08)
    assert way[2] == pytest.approx(0.0, abs=0.05)


@pytest.mark.parametrize("person", PEOPLE)
def test_a_thigh_lies_level_when_seated_and_hangs_down_when_standing(person: Person) -> None:
    made = chair_stands(person, ON_THIGH, upright_s=0.6)
    time_s, acceleration = made.recording.time_s, made.recording.acceleration
    seated = acceleration[time_s < 2.5].mean(axis=0)
    upright_s = made.time_s("standing", 1)
    upright = acceleration[(time_s > upright_s + 0.2) & (time_s < upright_s + 0.5)].mean(axis=0)
    assert seated == pytest.approx([0.34, 0.0, -G], abs=0.15)
    assert upright == pytest.approx([G, 0.0, 0.0], abs=0.3)


def test_a_trunk_bends_forward_before_the_seat_is_left_and_leans_back_when_seated() -> None:
    made = get_up_and_go(ADULT, PERFECT)
    up = np.einsum("nji,j->ni", orientation(made.recording), [0.0, 0.0, 1.0])
    lean_deg = np.degrees(np.arctan2(up[:, 2], up[:, 0]))  # z points backward

    def lean(name: str) -> float:
        return float(-np.interp(made.time_s(name), made.recording.time_s, lean_deg))

    assert lean("movement_onset") == pytest.approx(ADULT.slouch_deg, abs=1.0)
    assert -lean_deg.max() == pytest.approx(-ADULT.flexion_deg, abs=4.0)
    assert 0.4 < (lean("movement_onset") - lean("seat_off")) / (ADULT.slouch_deg + ADULT.flexion_deg) < 0.95
    assert lean("seated") == pytest.approx(ADULT.slouch_deg, abs=1.0)


@pytest.mark.parametrize("rate_hz", [50.0, 59.5, 100.0, 104.0, 128.0])
def test_any_rate_tells_the_same_story(rate_hz: float) -> None:
    made = get_up_and_go(ADULT, Imu(rate_hz=rate_hz))
    assert np.diff(made.recording.time_s) == pytest.approx(1.0 / rate_hz)
    assert made.recording.nominal_rate_hz == rate_hz
    assert made.events == get_up_and_go(ADULT, BELT).events
    assert np.all(np.isfinite(made.recording.acceleration))


def test_a_sensor_put_on_otherwise_feels_the_same_from_another_side() -> None:
    straight = get_up_and_go(ADULT, PERFECT).recording
    turned = get_up_and_go(ADULT, replace(PERFECT, rotation_deg=(90.0, 0.0, 0.0))).recording
    x, y, z = straight.acceleration.T
    np.testing.assert_allclose(turned.acceleration, np.column_stack([x, z, -y]), atol=1e-9)
    tumbled = get_up_and_go(ADULT, replace(PERFECT, rotation_deg=(31.0, -75.0, 160.0))).recording
    np.testing.assert_allclose(
        np.linalg.norm(tumbled.angular_velocity, axis=1), np.linalg.norm(straight.angular_velocity, axis=1), atol=1e-9
    )


def test_the_faults_of_a_sensor_are_as_ordered() -> None:
    clean = get_up_and_go(FAST, PERFECT).recording
    biased = get_up_and_go(FAST, replace(PERFECT, bias_deg_s=(1.0, -2.0, 3.0))).recording
    np.testing.assert_allclose(
        biased.angular_velocity - clean.angular_velocity, np.radians([[1.0, -2.0, 3.0]] * len(clean.time_s))
    )
    scaled = get_up_and_go(FAST, replace(PERFECT, scale=1.03)).recording
    np.testing.assert_allclose(scaled.acceleration, 1.03 * clean.acceleration)
    clipped = get_up_and_go(FAST, replace(PERFECT, range_g=1.2, range_deg_s=100.0)).recording
    assert np.abs(clipped.acceleration).max() == pytest.approx(1.2 * G)
    assert np.abs(clipped.angular_velocity).max() == pytest.approx(np.radians(100.0))
    noisy = get_up_and_go(
        FAST, Imu(acceleration_noise_m_s2=0.2, gyro_noise_deg_s=0.5, bias_deg_s=(0.0, 0.0, 0.0))
    ).recording
    assert (noisy.acceleration - clean.acceleration).std() == pytest.approx(0.2, rel=0.05)
    assert np.degrees((noisy.angular_velocity - clean.angular_velocity).std()) == pytest.approx(0.5, rel=0.05)


def test_lost_packets_leave_holes_of_whole_packets_and_nothing_else_changes() -> None:
    whole = get_up_and_go(ADULT, BELT).recording
    lossy = get_up_and_go(ADULT, Imu(lost_share=0.1, packet=5)).recording
    kept = np.isin(whole.time_s, lossy.time_s)
    assert 0.05 < 1.0 - kept.mean() < 0.2
    np.testing.assert_array_equal(lossy.acceleration, whole.acceleration[kept])
    missing = np.round(np.diff(lossy.time_s) * 100.0) - 1
    assert set(missing % 5) == {0.0}


# The truth


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize("overlap_s", [-0.5, 0.0, 0.6])
def test_the_events_of_a_get_up_and_go_are_in_order(seed: int, overlap_s: float) -> None:
    made = get_up_and_go(draw_person(seed), PLACES[seed % 2], seed=seed, sit_overlap_s=overlap_s)
    found = {event.name: event.time_s for event in made.events}
    order = [
        "movement_onset",
        "seat_off",
        "standing",
        "gait_start",
        "turn_1_start",
        "turn_1_end",
        "turn_2_start",
        "turn_2_end",
    ]
    assert np.all(np.diff([found[name] for name in order]) > 0.0)
    assert found["sit_onset"] == pytest.approx(found["turn_2_end"] - overlap_s)
    assert found["turn_2_start"] < found["seat_on"] < found["seated"]
    assert [event.time_s for event in made.events] == sorted(event.time_s for event in made.events)
    assert all(event.interval_s == (event.time_s, event.time_s) for event in made.events)
    contacts = [event.time_s for event in made.events if event.name == "initial_contact"]
    assert len(contacts) == made.truth.steps
    assert np.all(np.diff(contacts) > 0.25)
    assert made.recording.cue_s == pytest.approx(found["movement_onset"] - 0.6)
    assert made.recording.time_s[-1] > found["seated"] + 2.5


def test_quick_and_slow_people_span_what_is_seen_in_practice() -> None:
    def duration_s(made: Generated) -> float:
        return made.time_s("seated") - made.time_s("movement_onset")

    assert duration_s(get_up_and_go(FAST, pause_s=-0.2, sit_overlap_s=0.3)) < 7.0
    assert 9.0 < duration_s(get_up_and_go(ADULT)) < 13.0
    assert 20.0 < duration_s(get_up_and_go(ROLLATOR)) < 26.0
    assert duration_s(get_up_and_go(FRAME)) > 32.0


def test_standing_is_the_first_foot_off_where_that_comes_first() -> None:
    made = get_up_and_go(ADULT, pause_s=-0.2)
    assert made.time_s("standing") == made.time_s("gait_start")
    assert made.time_s("standing") == pytest.approx(made.time_s("movement_onset") + ADULT.rise_s - 0.2)


def test_with_failed_rises_the_first_attempt_is_the_onset() -> None:
    made = get_up_and_go(ADULT, attempts=(0.3, 0.5))
    assert [attempt.share for attempt in made.truth.attempts] == [0.3, 0.5]
    assert made.time_s("movement_onset") == made.truth.attempts[0].onset_s
    assert made.time_s("seat_off") > made.truth.attempts[1].onset_s + ADULT.rise_s
    assert (made.truth.repetitions, names(made).count("seat_off")) == (1, 1)


@pytest.mark.parametrize(
    ("until", "last", "turns"),
    [
        ("standing", "standing", 0),
        ("walk_out", "gait_start", 0),
        ("turn_1", "turn_1_end", 1),
        ("walk_back", "turn_1_end", 1),
        ("turn_2", "turn_2_end", 2),
    ],
)
def test_who_stops_half_way_has_no_later_events(until: Until, last: str, turns: int) -> None:
    made = get_up_and_go(ADULT, until=until)
    assert names(made)[-1] == last
    assert len(made.truth.turn_angles_deg) == turns
    still = made.recording.time_s > made.recording.time_s[-1] - 1.5
    assert np.degrees(np.abs(made.recording.angular_velocity[still]).max()) < 2.0


def test_a_rest_on_the_way_out_is_a_second_bout_of_the_same_walk() -> None:
    made, straight = get_up_and_go(ADULT, rest_s=4.0), get_up_and_go(ADULT)
    assert names(made).count("gait_start") == 2
    assert made.time_s("turn_1_start") > straight.time_s("turn_1_start") + 3.5


def test_a_failed_rise_reaches_its_share_of_the_height() -> None:
    for share in (0.15, 0.5):
        made = cannot_rise(STIFF, PERFECT, attempts=(share,))
        onset_s = made.truth.attempts[0].onset_s
        heights = [travelled(made.recording, onset_s - 0.3, onset_s + 4.0)[2]]
        assert heights == pytest.approx([0.0], abs=0.03), "back on the seat"
        assert names(made) == ["movement_onset"]
        assert made.truth.repetitions == 0


@pytest.mark.parametrize("stands", [1, 5, 10])
def test_chair_stands_are_counted_with_an_event_of_each_kind_for_each(stands: int) -> None:
    made = chair_stands(ADULT, stands=stands)
    assert made.truth.repetitions == stands
    for name in ("stand_onset", "seat_off", "standing", "sit_onset", "seat_on"):
        assert [event.repetition for event in made.events if event.name == name] == list(range(1, stands + 1))
    one = [made.time_s(name, 1) for name in ("stand_onset", "seat_off", "standing", "sit_onset", "seat_on")]
    assert np.all(np.diff(one) > 0.0)
    assert made.time_s("seat_off", 1) < made.truth.half_way_s[0] < made.time_s("standing", 1)


def test_chair_stands_may_begin_standing_end_standing_and_fail_on_the_way() -> None:
    made = chair_stands(ADULT, stands=3, begins_standing=True, ends_standing=True, failed={2: 0.4})
    assert names(made)[0] == "sit_onset"
    assert names(made)[-1] == "standing"
    assert made.truth.repetitions == 3
    assert len(made.truth.attempts) == 1
    assert made.time_s("seat_on", 1) < made.truth.attempts[0].onset_s < made.time_s("stand_onset", 2)
    recording = chair_stands(ADULT, ON_THIGH, stands=3, begins_standing=True, ends_standing=True).recording
    assert recording.acceleration[:100, 0].mean() == pytest.approx(G, abs=0.2)
    assert recording.acceleration[-100:, 0].mean() == pytest.approx(G, abs=0.2)


@pytest.mark.parametrize("person", [FAST, ADULT, SLOW])
def test_thirty_seconds_count_the_rises_that_were_half_way_up(person: Person) -> None:
    made = chair_stands(person, seconds=30.0, tires=0.02)
    assert made.recording.cue_s is not None
    limit_s = made.recording.cue_s + 30.0
    standing_s = [event.time_s for event in made.events if event.name == "standing"]
    lifted_s = [event.time_s for event in made.events if event.name == "seat_off"]
    assert sum(time_s <= limit_s for time_s in standing_s) <= made.truth.repetitions_30_s
    assert made.truth.repetitions_30_s <= sum(time_s <= limit_s for time_s in lifted_s)
    assert made.truth.repetitions - made.truth.repetitions_30_s in (0, 1)


def test_who_tires_gets_slower() -> None:
    made = chair_stands(ADULT, stands=10, tires=0.05)
    onsets = [event.time_s for event in made.events if event.name == "stand_onset"]
    cycles = np.diff(onsets)
    assert cycles[-1] > 1.25 * cycles[0]


@pytest.mark.parametrize("person", PEOPLE)
def test_the_line_is_crossed_between_the_start_and_the_stop_by_a_foot_in_the_air(person: Person) -> None:
    made = gait(person)
    start_s, end_s, crossed_s = made.time_s("gait_start"), made.time_s("gait_end"), made.truth.crossing_s
    assert crossed_s is not None
    assert start_s < crossed_s < end_s
    contacts = [event.time_s for event in made.events if event.name == "initial_contact"]
    assert min(abs(crossed_s - contact) for contact in contacts) < person.step_s
    share = (crossed_s - start_s) / (end_s - start_s)
    assert share == pytest.approx(4.572 / 6.0, abs=0.1)
    assert gait(person, course_m=7.0).truth.crossing_s is None
    times = [gait(person, course_m=course_m).truth.crossing_s or 0.0 for course_m in (1.0, 2.0, 3.0, 4.0, 5.0)]
    assert np.all(np.diff(times) > 0.0)


def test_a_walk_with_a_turn_ends_where_it_turns_round() -> None:
    made = gait(ADULT, PERFECT, distance_m=8.0, uturn_deg=-180.0)
    assert made.time_s("gait_end") == made.time_s("turn_start") < made.time_s("turn_end")
    heading = heading_deg(made.recording)
    assert heading[-1] - heading[0] == pytest.approx(-180.0, abs=2.0)


def test_a_frame_makes_double_steps() -> None:
    contacts = [e.time_s for e in gait(FRAME).events if e.name == "initial_contact"]
    steps = np.diff(contacts)[:-1]
    assert steps[::2].mean() > 1.5 * steps[1::2].mean()


def test_sitting_is_no_test() -> None:
    made = sitting(duration_s=12.0)
    assert made.events == ()
    assert made.truth.repetitions == made.truth.steps == 0


@pytest.mark.parametrize("make", [get_up_and_go, chair_stands, gait, sitting, cannot_rise])
def test_the_same_seed_makes_the_same_recording_and_another_seed_another(
    make: Callable[..., Generated],
) -> None:
    first, again, other = make(ADULT, seed=7), make(ADULT, seed=7), make(ADULT, seed=8)
    np.testing.assert_array_equal(first.recording.acceleration, again.recording.acceleration)
    np.testing.assert_array_equal(first.recording.angular_velocity, again.recording.angular_velocity)
    assert first.events == again.events
    count = min(len(first.recording.time_s), len(other.recording.time_s))
    assert not np.array_equal(first.recording.acceleration[:count], other.recording.acceleration[:count])


def test_a_device_clock_may_begin_anywhere() -> None:
    here, there = gait(ADULT), gait(ADULT, Imu(start_s=1234.5))
    assert there.recording.time_s[0] == 1234.5
    assert there.time_s("gait_start") == pytest.approx(here.time_s("gait_start") + 1234.5)
    assert there.truth.crossing_s == pytest.approx((here.truth.crossing_s or 0.0) + 1234.5)
    assert there.recording.cue_s == pytest.approx((here.recording.cue_s or 0.0) + 1234.5)


def test_belt_and_thigh_tell_of_the_same_person() -> None:
    assert get_up_and_go(SLOW, BELT, seed=2).events == get_up_and_go(SLOW, ON_THIGH, seed=2).events


@pytest.mark.parametrize("imu", PLACES)
@pytest.mark.parametrize("make", [get_up_and_go, chair_stands, gait, cannot_rise])
def test_nobody_moves_before_the_cue(make: Callable[..., Generated], imu: Imu) -> None:
    for person in (FAST, ADULT, FRAME):
        recording = make(person, replace(imu, gyro_noise_deg_s=0.0, bias_deg_s=(0.0, 0.0, 0.0))).recording
        assert recording.cue_s is not None
        before = recording.time_s < recording.cue_s
        assert np.degrees(np.abs(recording.angular_velocity[before]).max()) < 2.0
        assert np.ptp(recording.acceleration[before], axis=0).max() < 0.35
