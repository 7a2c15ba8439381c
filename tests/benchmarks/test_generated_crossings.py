"""The line of the gait test, timed by the sensor alone, at speeds from very slow to brisk."""

from __future__ import annotations

import pytest
from benchmarks.generated import PLACEMENTS, crossings, walker

SPEEDS_M_S = (0.3, 0.5, 0.8, 1.1, 1.4)


@pytest.mark.parametrize("placement", PLACEMENTS)
def test_the_intervals_hold_the_true_crossing(placement: str) -> None:
    (share,), timed = (kept := crossings(placement, 6, SPEEDS_M_S)).shares, kept.errors
    assert (share.n, share.of) == (30, 30)
    held = [each.inside for each in timed if each.inside is not None]
    assert sum(held) / len(held) >= 0.9
    relative = [each.mae * speed / 4.572 for each, speed in zip(timed, SPEEDS_M_S, strict=True) if each.mae is not None]
    assert max(relative) < 0.05


def test_a_walker_walks_at_the_speed_asked_for() -> None:
    for speed_m_s in (0.3, 0.9, 1.5):
        person = walker(speed_m_s, 3)
        assert person.step_m / person.step_s == pytest.approx(speed_m_s)
