from __future__ import annotations

import numpy as np
import pytest
from benchmarks.robustness import CHANGES, PACKET, figure

from recordings import rocking
from teststation.model import Recording


def changed(name: str, recording: Recording) -> Recording:
    return CHANGES[name](recording, np.random.default_rng(1))


def test_another_mounting_keeps_all_lengths_and_angles() -> None:
    before = rocking()
    after = changed("rotated", before)
    for ours, theirs in (
        (after.acceleration, before.acceleration),
        (after.angular_velocity, before.angular_velocity),
    ):
        assert np.allclose(np.linalg.norm(ours, axis=1), np.linalg.norm(theirs, axis=1))
    assert np.allclose(
        np.sum(after.acceleration * after.angular_velocity, axis=1),
        np.sum(before.acceleration * before.angular_velocity, axis=1),
    )
    assert not np.allclose(after.acceleration, before.acceleration, atol=1.0)


@pytest.mark.parametrize(("name", "rate_hz"), [("50 Hz", 50.0), ("60 Hz", 60.0)])
def test_another_rate_tells_of_the_same_motion(name: str, rate_hz: float) -> None:
    before = rocking()
    after = changed(name, before)
    assert np.allclose(np.diff(after.time_s), 1.0 / rate_hz)
    assert after.time_s[-1] <= before.time_s[-1]
    same = np.interp(after.time_s, before.time_s, before.angular_velocity[:, 1])
    assert np.abs(after.angular_velocity[:, 1] - same).max() < 0.01


def test_whole_packets_are_lost_and_never_the_first() -> None:
    before = rocking(60.0)
    after = changed("2 % lost", before)
    lost = len(before.time_s) - len(after.time_s)
    assert lost % PACKET == 0
    assert 0.005 < lost / len(before.time_s) < 0.04
    assert after.time_s[0] == before.time_s[0]


def test_clipping_leaves_gravity_whole() -> None:
    before = rocking()
    after = changed("clipped", before)
    assert np.array_equal(after.acceleration, before.acceleration)
    assert np.abs(after.angular_velocity).max() == pytest.approx(0.7 * np.abs(before.angular_velocity).max())


def test_figures_are_taken_from_the_scorers_answer() -> None:
    judged = {
        "counts": {"repetitions right": 3, "repetitions wrong": 1, "sits false": 2, "labelled seconds": 100},
        "errors": {"duration": {"n": 9, "of": 10, "mae": 0.2}, "gait_start": {"n": 0, "of": 4}},
    }
    assert figure(judged, "repetitions right") == (0.75, "1", 3, 4)
    assert figure(judged, "sits false") == (2.0, "1", 2, 100)
    assert figure(judged, "duration mae") == (0.2, "s", 9, 10)
    assert figure(judged, "duration recall") == (0.9, "1", 9, 10)
    assert figure(judged, "gait_start mae") == (None, "s", 0, 4)
    assert figure(judged, "turn direction right") == (None, "1", 0, 0)
