"""The Get-Up-and-Go of generated people, whose truth is known, and of real ones; its live watcher on both."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import msgspec
import numpy as np
import pytest

from teststation import formats
from teststation.i18n.texts import REASONS, TERMS
from teststation.model import Analysis, Measure, Placement, Recording, Status
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
from teststation.signals.orientation import orient
from teststation.signals.placement import placement_of
from teststation.signals.prepare import prepare
from teststation.tests.base import Options, Sight, Sighting
from teststation.tests.get_up_and_go import EVENTS, analyse, watch

AUTO = Options()
DATA = Path(__file__).parents[3] / "shared/data/tug_pocket"
IMUS = pytest.mark.parametrize("imu", [BELT, ON_THIGH], ids=["belt", "thigh"])


def measured(analysis: Analysis, name: str) -> Measure:
    measure = analysis.measure(name)
    assert measure is not None
    return measure


def duration_s(recording: Recording) -> float:
    return measured(analyse(recording, AUTO), "duration").value


def true_duration_s(generated: Generated) -> float:
    return generated.time_s("seated") - generated.time_s("movement_onset")


def spoilt(recording: Recording, first_s: float, last_s: float) -> Recording:
    kept = (recording.time_s < first_s) | (recording.time_s > last_s)
    return msgspec.structs.replace(
        recording,
        time_s=recording.time_s[kept],
        acceleration=recording.acceleration[kept],
        angular_velocity=recording.angular_velocity[kept],
    )


@IMUS
@pytest.mark.parametrize("person", [FAST, ADULT, SLOW], ids=["fast", "adult", "slow"])
def test_generated_tests_are_complete_and_timed(person: Person, imu: Imu) -> None:
    generated = get_up_and_go(person, imu, seed=1, turns_deg=(180.0, -180.0))

    analysis = analyse(generated.recording, AUTO)

    assert analysis.status == Status.COMPLETE
    assert tuple(event.name for event in analysis.events) == EVENTS
    duration = measured(analysis, "duration")
    # the trunk's part of a rise varies between movements, and a thigh does not see it
    worst_s = 0.3 if imu is BELT else 0.5
    assert duration.value == pytest.approx(true_duration_s(generated), abs=worst_s)
    assert duration.contains(true_duration_s(generated))
    assert measured(analysis, "turn_1_angle").value == pytest.approx(180.0, abs=10.0)
    assert measured(analysis, "turn_2_angle").value == pytest.approx(-180.0, abs=10.0)
    assert measured(analysis, "steps").value == pytest.approx(generated.truth.steps, abs=3)


@IMUS
def test_the_cue_counts_where_it_is_known(imu: Imu) -> None:
    generated = get_up_and_go(ADULT, imu, seed=2, reaction_s=1.0)
    unknown = msgspec.structs.replace(generated.recording, cue_s=None)

    analysis = analyse(generated.recording, AUTO)

    from_cue = measured(analysis, "duration_from_cue")
    seated = analysis.event("seated")
    assert seated is not None
    assert generated.recording.cue_s is not None
    assert from_cue.value == pytest.approx(seated.time_s - generated.recording.cue_s)
    assert analyse(unknown, AUTO).measure("duration_from_cue") is None


@IMUS
def test_mounting_does_not_matter(imu: Imu) -> None:
    recording = get_up_and_go(ADULT, imu, seed=3).recording
    turned, _ = np.linalg.qr(np.random.default_rng(1).normal(size=(3, 3)))
    turned *= np.sign(np.linalg.det(turned))
    mounted = msgspec.structs.replace(
        recording,
        acceleration=recording.acceleration @ turned,
        angular_velocity=recording.angular_velocity @ turned,
    )

    assert duration_s(mounted) == pytest.approx(duration_s(recording), abs=0.02)


@IMUS
@pytest.mark.parametrize("rate_hz", [50.0, 60.0, 128.0])
def test_the_rate_does_not_matter(imu: Imu, rate_hz: float) -> None:
    usual = get_up_and_go(ADULT, imu, seed=3)
    other = get_up_and_go(ADULT, replace(imu, rate_hz=rate_hz), seed=3)

    assert duration_s(other.recording) == pytest.approx(duration_s(usual.recording), abs=0.1)


@IMUS
def test_placement_is_found_from_the_signal(imu: Imu) -> None:
    recording = msgspec.structs.replace(get_up_and_go(ADULT, imu, seed=4).recording, placement=None)

    assert analyse(recording, AUTO).placement == imu.placement


def test_who_only_sits_does_not_show_where_the_sensor_is() -> None:
    nowhere = msgspec.structs.replace(cannot_rise(imu=ON_THIGH).recording, placement=None)
    known = cannot_rise(imu=ON_THIGH).recording

    assert "placement_doubtful" in [note.code for note in analyse(nowhere, AUTO).quality.notes]
    assert "placement_doubtful" not in [note.code for note in analyse(known, AUTO).quality.notes]


@IMUS
def test_fidgeting_before_go_and_a_rest_half_way_do_not_break_it(imu: Imu) -> None:
    generated = get_up_and_go(ADULT, imu, seed=5, fidgets=True, rest_s=4.0)

    analysis = analyse(generated.recording, AUTO)

    assert analysis.status == Status.COMPLETE
    assert measured(analysis, "duration").value == pytest.approx(true_duration_s(generated), abs=0.5)


@IMUS
def test_time_runs_from_the_first_attempt(imu: Imu) -> None:
    generated = get_up_and_go(ADULT, imu, seed=6, attempts=(0.5,))

    analysis = analyse(generated.recording, AUTO)

    assert measured(analysis, "duration").value == pytest.approx(true_duration_s(generated), abs=0.6)
    notes = {note.code for note in analysis.quality.notes}
    assert notes >= {"several_attempts", "outside_validated_range"}


@IMUS
def test_a_chain_of_attempts_counts_from_the_first(imu: Imu) -> None:
    generated = get_up_and_go(SLOW, imu, seed=6, attempts=(0.5, 0.4))

    onset = analyse(generated.recording, AUTO).event("movement_onset")

    assert onset is not None
    assert onset.time_s == pytest.approx(generated.time_s("movement_onset"), abs=0.2 if imu is BELT else 0.5)


def after(first: Recording, second: Recording) -> Recording:
    """Play one recording after the other."""
    gap_s = float(second.time_s[1] - second.time_s[0])
    return msgspec.structs.replace(
        first,
        time_s=np.concatenate([first.time_s, second.time_s - second.time_s[0] + first.time_s[-1] + gap_s]),
        acceleration=np.vstack([first.acceleration, second.acceleration]),
        angular_velocity=np.vstack([first.angular_velocity, second.angular_velocity]),
        cue_s=None,
    )


@IMUS
@pytest.mark.parametrize("seed", [1, 6])
def test_standing_up_before_and_chair_stands_after_are_not_the_test(imu: Imu, seed: int) -> None:
    generated = get_up_and_go(draw_person(seed), imu, seed=seed)
    once, thrice = (chair_stands(draw_person(seed), imu, stands=n, seed=seed).recording for n in (1, 3))

    duration = measured(analyse(after(after(once, generated.recording), thrice), AUTO), "duration")

    assert duration.contains(true_duration_s(generated))


@IMUS
def test_the_first_of_two_tests_is_taken(imu: Imu) -> None:
    generated = get_up_and_go(ADULT, imu, seed=1)

    analysis = analyse(after(generated.recording, generated.recording), AUTO)

    onset = analysis.event("movement_onset")
    assert onset is not None
    assert onset.time_s == pytest.approx(generated.time_s("movement_onset"), abs=0.5)
    assert measured(analysis, "duration").contains(true_duration_s(generated))


@IMUS
@pytest.mark.parametrize("overlap_s", [0.8, -5.0], ids=["the turn runs into it", "after standing before the chair"])
@pytest.mark.parametrize("pause_s", [6.0, -0.3], ids=["talks on rising", "walks off at once"])
def test_how_it_is_risen_and_sat_down_does_not_break_it(imu: Imu, overlap_s: float, pause_s: float) -> None:
    generated = get_up_and_go(draw_person(4), imu, seed=4, sit_overlap_s=overlap_s, pause_s=pause_s)

    assert measured(analyse(generated.recording, AUTO), "duration").contains(true_duration_s(generated))


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("height", [0.1, 0.13, 0.16, 0.2, 0.3])
def test_a_weak_attempt_at_the_thigh_is_counted_or_left_open(height: float, seed: int) -> None:
    generated = get_up_and_go(draw_person(seed), ON_THIGH, seed=seed, attempts=(height,))

    analysis = analyse(generated.recording, AUTO)

    assert measured(analysis, "duration").contains(true_duration_s(generated))
    assert {note.code for note in analysis.quality.notes} & {"several_attempts", "possible_attempt"}


def test_a_stir_that_may_be_an_attempt_moves_only_the_early_end_of_the_interval() -> None:
    generated = get_up_and_go(ADULT, ON_THIGH, seed=1, attempts=(0.1,))

    onset = analyse(generated.recording, AUTO).event("movement_onset")

    assert onset is not None
    earlier_s, later_s = onset.time_s - onset.interval_s[0], onset.interval_s[1] - onset.time_s
    assert earlier_s > later_s + 1.0


@IMUS
@pytest.mark.parametrize("person", [FRAME, ROLLATOR], ids=["frame", "rollator"])
def test_people_with_a_walking_aid_are_timed(person: Person, imu: Imu) -> None:
    for seed in range(3):
        generated = get_up_and_go(person, imu, seed=seed, rest_s=3.0)

        analysis = analyse(generated.recording, AUTO)

        assert analysis.status == Status.COMPLETE
        assert measured(analysis, "duration").contains(true_duration_s(generated))


def test_a_leg_held_bent_between_the_steps_of_a_frame_is_no_seat() -> None:
    generated = get_up_and_go(draw_person(43), ON_THIGH, seed=43, rest_s=3.0)

    duration = measured(analyse(generated.recording, AUTO), "duration")

    assert duration.value == pytest.approx(true_duration_s(generated), abs=0.6)


@IMUS
@pytest.mark.parametrize("until", ["standing", "walk_out", "turn_1", "walk_back", "turn_2"])
def test_who_stops_half_way_has_a_lower_bound(imu: Imu, until: Until) -> None:
    generated = get_up_and_go(ADULT, imu, seed=7, until=until)

    analysis = analyse(generated.recording, AUTO)

    assert analysis.status == Status.INCOMPLETE
    assert "seated" in {reason.params.get("event") for reason in analysis.reasons}
    duration = measured(analysis, "duration")
    assert duration.at_least
    last_s = max(event.time_s for event in generated.events)
    assert duration.value == pytest.approx(last_s - generated.time_s("movement_onset"), abs=0.7)


@IMUS
def test_a_bound_is_not_longer_than_a_test_whose_end_was_lost(imu: Imu) -> None:
    generated = get_up_and_go(ADULT, imu, seed=8)
    from_s = generated.time_s("sit_onset") - 0.5

    bound = measured(analyse(spoilt(generated.recording, from_s, from_s + 3.0), AUTO), "duration")

    assert not bound.at_least or bound.value <= true_duration_s(generated)


@IMUS
def test_a_turn_with_a_gap_in_it_has_no_angle(imu: Imu) -> None:
    generated = get_up_and_go(ADULT, imu, seed=8)
    at_s = (generated.time_s("turn_1_start") + generated.time_s("turn_1_end")) / 2

    analysis = analyse(spoilt(generated.recording, at_s - 0.3, at_s + 0.3), AUTO)

    assert analysis.measure("turn_1_angle") is None
    assert analysis.measure("turn_2_angle") is not None


@IMUS
@pytest.mark.parametrize("make", [sitting, cannot_rise, chair_stands, gait])
def test_what_is_no_get_up_and_go_gets_no_number(imu: Imu, make: Callable[..., Generated]) -> None:
    analysis = analyse(make(imu=imu).recording, AUTO)

    assert analysis.status == Status.UNUSABLE
    assert analysis.measures == ()
    assert analysis.events == ()
    assert [reason.code for reason in analysis.reasons] in (["no_rise"], ["no_walk"])


@IMUS
def test_a_gap_at_an_event_makes_it_incomplete_and_less_sure(imu: Imu) -> None:
    generated = get_up_and_go(ADULT, imu, seed=8)
    at_s = generated.time_s("seat_on")

    analysis = analyse(spoilt(generated.recording, at_s - 0.2, at_s + 0.2), AUTO)

    assert analysis.status == Status.INCOMPLETE
    assert ("gap_at_event", "seat_on") in {(r.code, r.params.get("event")) for r in analysis.reasons}
    assert analysis.quality.largest_gap_s > 0.35


@IMUS
def test_a_gap_in_the_walk_is_noted_only(imu: Imu) -> None:
    generated = get_up_and_go(ADULT, imu, seed=8)
    at_s = (generated.time_s("standing") + generated.time_s("turn_1_start")) / 2

    analysis = analyse(spoilt(generated.recording, at_s - 0.1, at_s + 0.1), AUTO)

    assert analysis.status == Status.COMPLETE
    assert "gaps" in {note.code for note in analysis.quality.notes}


def test_a_slow_test_is_outside_what_was_validated_and_less_sure() -> None:
    slow, usual = (analyse(get_up_and_go(p, BELT, seed=9).recording, AUTO) for p in (SLOW, ADULT))

    assert {"what": "slow_test"} in [note.params for note in slow.quality.notes]
    assert np.ptp(measured(slow, "duration").interval) > np.ptp(measured(usual, "duration").interval)


def test_every_code_has_a_text() -> None:
    assert {
        "no_rise",
        "no_walk",
        "missing_event",
        "gap_at_event",
        "several_attempts",
        "possible_attempt",
    } <= REASONS.keys()
    assert {"slow_test", "short_steps", "retries", *EVENTS} <= TERMS.keys()


# the watcher


PHASE_AFTER = {
    "movement_onset": "sit_to_stand",
    "standing": "walk_out",
    "turn_1_start": "turn_1",
    "turn_1_end": "walk_back",
    "turn_2_start": "turn_2",
    "sit_onset": "stand_to_sit",
    "seated": "seated",
}
PHASES = list(PHASE_AFTER.values())


def watched(recording: Recording, placement: Placement, size: int = 8) -> list[tuple[float, Sighting]]:
    """Feed a recording packet by packet; give (when it was known, sighting)."""
    watcher = watch(Options(placement=placement))
    seen = []
    for first in range(0, len(recording.time_s), size):
        part = slice(first, first + size)
        packet = (recording.time_s[part], recording.acceleration[part], recording.angular_velocity[part])
        seen += [(float(packet[0][-1]), sighting) for sighting in watcher.feed(*packet)]
    return seen


@IMUS
@pytest.mark.parametrize("person", [FAST, ADULT, SLOW], ids=["fast", "adult", "slow"])
def test_the_watcher_sees_the_phases_in_order_and_the_stop_in_time(person: Person, imu: Imu) -> None:
    generated = get_up_and_go(person, imu, seed=1, rest_s=3.0)

    seen = watched(generated.recording, imu.placement)

    assert [s.phase for _, s in seen if s.sight == Sight.PHASE] == PHASES
    (known_s,) = [at for at, s in seen if s.sight == Sight.STOP]
    assert -1.0 < known_s - generated.time_s("seated") < 1.5


@IMUS
def test_the_watcher_follows_turns_of_five_seconds_to_the_stop(imu: Imu) -> None:
    for seed in (1, 12):
        generated = get_up_and_go(replace(FRAME, turn_s=5.6), imu, seed=seed)

        seen = watched(generated.recording, imu.placement)

        assert [s.phase for _, s in seen if s.sight == Sight.PHASE] == PHASES
        (known_s,) = [at for at, s in seen if s.sight == Sight.STOP]
        assert -1.0 < known_s - generated.time_s("seated") < 1.5


def test_the_watcher_sees_the_start_at_the_trunk_at_once() -> None:
    generated = get_up_and_go(ADULT, BELT, seed=2)

    start_s = next(at for at, s in watched(generated.recording, Placement.LOWER_BACK) if s.sight == Sight.START)

    assert 0.0 < start_s - generated.time_s("movement_onset") < 0.5


@IMUS
@pytest.mark.parametrize(
    ("on_the_way_s", "at_the_chair_s"), [(3.0, 0.0), (0.0, 3.0)], ids=["on the way", "at the chair"]
)
def test_the_watcher_stops_nobody_who_pauses_and_sees_the_order_of_the_analysis(
    on_the_way_s: float, at_the_chair_s: float, imu: Imu
) -> None:
    for seed in range(6):
        person = draw_person(seed)
        generated = get_up_and_go(person, imu, seed=seed, rest_s=on_the_way_s, sit_overlap_s=-at_the_chair_s)

        seen = watched(generated.recording, imu.placement)

        events = sorted(analyse(generated.recording, Options()).events, key=lambda event: event.time_s)
        assert [s.phase for _, s in seen if s.sight == Sight.PHASE] == [
            PHASE_AFTER[event.name] for event in events if event.name in PHASE_AFTER
        ]
        (known_s,) = [at for at, s in seen if s.sight == Sight.STOP]
        assert -0.5 < known_s - generated.time_s("seated") < 1.5


@IMUS
def test_the_watcher_does_not_stop_somebody_who_stands_still(imu: Imu) -> None:
    for until in ("walk_out", "turn_1", "walk_back"):
        seen = watched(get_up_and_go(ADULT, imu, seed=3, until=until, still_s=6.0).recording, imu.placement)
        assert Sight.STOP not in {s.sight for _, s in seen}


def test_the_watcher_sees_nothing_in_somebody_who_sits() -> None:
    still = sitting(imu=BELT).recording
    quiet = Recording(
        time_s=still.time_s[:300],
        acceleration=still.acceleration[:300],
        angular_velocity=still.angular_velocity[:300],
    )

    assert watched(quiet, Placement.LOWER_BACK) == []


# people


@pytest.mark.skipif(not DATA.is_dir(), reason="needs ../shared/data")
def test_people_with_a_phone_in_the_pocket() -> None:
    errors_s, stops = [], []
    for path in sorted(DATA.glob("*.csv.gz"))[::6]:
        truth = json.loads(path.with_name(path.name.replace(".csv.gz", ".json")).read_text())["ground_truth"]
        recording = formats.read(path)
        analysis = analyse(recording, Options(placement=Placement.THIGH))
        assert analysis.status == Status.COMPLETE, path.name
        errors_s.append(measured(analysis, "duration").value - truth["durations_s"]["total_stand_start_to_sit_end_s"])
        stops += [
            at - truth["events_s"]["sit_end"] for at, s in watched(recording, Placement.THIGH) if s.sight == "stop"
        ]

    assert np.mean(np.abs(errors_s)) < 0.35
    assert abs(np.mean(errors_s)) < 0.15
    assert np.percentile(stops, 95) < 1.5
    assert min(stops) > -0.6


@pytest.mark.skipif(not DATA.is_dir(), reason="needs ../shared/data")
def test_placement_is_found_in_people_who_walk() -> None:
    wrong = []
    for folder in ("tug_pocket", "marpino_5m", "voisard_10m_uturn"):
        for path in sorted((DATA.parent / folder).glob("*.csv.gz"))[::5]:
            side = json.loads(path.with_name(path.name.replace(".csv.gz", ".json")).read_text())
            seen, _ = placement_of(orient(prepare(formats.read(path))))
            wrong += [path.name] * ((seen == Placement.THIGH) != (side["placement_code"] == "thigh"))

    assert wrong == []


@pytest.mark.parametrize("gap_s", np.arange(0.2, 24.0, 2.0))
def test_a_gap_of_three_seconds_never_hides_the_whole_test(gap_s: float) -> None:
    whole = get_up_and_go(SLOW, BELT, seed=29)
    kept = (whole.recording.time_s < gap_s) | (whole.recording.time_s > gap_s + 3.0)
    recording = msgspec.structs.replace(
        whole.recording,
        time_s=whole.recording.time_s[kept],
        acceleration=whole.recording.acceleration[kept],
        angular_velocity=whole.recording.angular_velocity[kept],
    )
    found = analyse(recording, Options())
    assert found.status is not Status.UNUSABLE
    duration = found.measure("duration")
    true_s = whole.time_s("seated") - whole.time_s("movement_onset")
    if found.status is Status.COMPLETE:
        assert duration is not None
        assert duration.value == pytest.approx(true_s, abs=0.5)
    if duration is not None and not duration.at_least:
        assert duration.contains(true_s)
    if duration is not None and duration.at_least:
        assert duration.value < true_s + 0.5


@pytest.mark.parametrize("imu", [BELT, ON_THIGH])
@pytest.mark.parametrize("after_s", [-4.5, -3.5, 0.0, 1.0, 2.0])
def test_a_gap_beside_the_rise_moves_nothing_unsaid(imu: Imu, after_s: float) -> None:
    whole = get_up_and_go(ADULT, imu, seed=2)
    gap_s = whole.time_s("movement_onset") + after_s
    kept = (whole.recording.time_s < gap_s) | (whole.recording.time_s > gap_s + 3.0)
    changes = {name: getattr(whole.recording, name)[kept] for name in ("time_s", "acceleration", "angular_velocity")}
    found = analyse(msgspec.structs.replace(whole.recording, **changes), Options())
    if found.status is Status.COMPLETE:
        assert all(event.interval_s[0] <= whole.time_s(event.name) <= event.interval_s[1] for event in found.events)
