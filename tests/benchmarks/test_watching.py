from __future__ import annotations

import msgspec
from benchmarks.watching import PACKET, Case, Reference, Seen, _counted, _phases, follow, pauses, rows, watch

from teststation.model import TestName
from teststation.tests.base import Sight, Sighting


def seen(**changes: object) -> Seen:
    right = Seen(
        name="a",
        subject="s",
        place="thigh",
        reference=Reference(2.0, 12.0, 1),
        stands_in=(False, False),
        start_s=2.2,
        starts_taken_back=0,
        stop_s=12.8,
        still_s=12.0,
        rises_s=(),
        taken_back=0,
        upright_s=(),
        phases=("sit_to_stand", "seated"),
        expected=("sit_to_stand", "seated"),
        ends_s=16.0,
    )
    return msgspec.structs.replace(right, **changes)


def figures(*watched: Seen, test: TestName = TestName.GUG) -> dict[str, tuple[float | None, int, int]]:
    return {row.figure: (row.value, row.n, row.of) for row in rows("d", test, watched)}


def test_delays_run_from_the_reference() -> None:
    found = figures(seen(), seen(start_s=2.6))
    assert found["start recall"] == (1.0, 2, 2)
    assert found["start in time"] == (0.5, 1, 2)
    assert found["start delay median"] == (0.4, 2, 2)
    assert found["stop delay median"] == (0.8, 2, 2)


def test_a_start_far_from_the_reference_is_another_one() -> None:
    assert figures(seen(start_s=0.5))["start recall"] == (0.0, 0, 1)


def test_a_stop_before_the_reference_is_false_and_not_proposed() -> None:
    found = figures(seen(stop_s=8.0))
    assert found["false stops"] == (1.0, 1, 1)
    assert found["stop proposed"] == (0.0, 0, 1)


def test_a_recording_that_ends_too_early_counts_neither_way() -> None:
    found = figures(seen(), seen(stop_s=None, still_s=None))
    assert found["censored"] == (1.0, 1, 2)
    assert found["stop proposed"] == (1.0, 1, 1)


def test_figures_against_the_analysis_are_marked() -> None:
    assert "start recall*" in figures(seen(stands_in=(True, False)))


def test_a_right_count_of_wrong_moments_is_seen() -> None:
    chair = seen(reference=Reference(2.0, None, 2), rises_s=(4.0, 6.0), upright_s=(3.8, 9.0))
    found = figures(chair, test=TestName.TCS)
    assert found["repetitions right"] == (1.0, 1, 1)
    assert found["repetition in time*"] == (0.5, 1, 2)


def test_the_order_may_lack_only_what_the_end_cut_off() -> None:
    whole = ("sit_to_stand", "walk_out", "seated")
    assert seen(phases=whole, expected=whole).agrees
    assert seen(phases=whole[:2], expected=whole).agrees
    assert not seen(phases=("walk_out", "sit_to_stand", "seated"), expected=whole).agrees
    assert not seen(phases=whole[:1], expected=whole).agrees
    assert not seen(phases=(), expected=("seated",)).agrees


def test_a_rise_that_is_taken_back_counts_no_more() -> None:
    told = [(3.0, 1), (4.0, 0), (8.0, 1), (11.0, 2)]
    rises_s, taken_back = _counted([(at_s, Sighting(Sight.REPETITION, at_s, count=count)) for at_s, count in told])
    assert rises_s == (8.0, 11.0)
    assert taken_back == 1


def test_phases_of_a_rise_that_is_taken_back_are_left_out() -> None:
    told = [
        Sighting(Sight.PHASE, 3.0, phase="standing"),
        Sighting(Sight.REPETITION, 3.0, count=1),
        Sighting(Sight.PHASE, 4.0, phase="seated"),
        Sighting(Sight.REPETITION, 4.0, count=0),
        Sighting(Sight.PHASE, 8.0, phase="standing"),
    ]
    assert _phases(TestName.TCS, [(it.time_s, it) for it in told], (0.0, 9.0)) == ("seated", "standing")


def paused(test: TestName) -> Case:
    return next(case for case in pauses(1) if case.test is test)


def test_a_sighting_comes_with_the_last_sample_of_a_packet() -> None:
    case = paused(TestName.GUG)
    times = case.recording.time_s.tolist()
    for at_s, sighting in follow(case.recording, case.test, case.options):
        assert times.index(at_s) % PACKET == PACKET - 1 or at_s == times[-1]
        assert sighting.time_s <= at_s
    assert any(sighting.sight is Sight.STOP for _, sighting in follow(case.recording, case.test, case.options))


def test_a_generated_test_is_watched_to_its_end() -> None:
    found = watch(paused(TestName.TCS))
    assert found.counted
    assert found.late_s is not None
    assert found.stop_s is not None
    assert found.still_s is not None
