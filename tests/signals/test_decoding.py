"""Which rise, turns and sit are taken for a test, where more than one choice is there."""

from __future__ import annotations

import numpy as np
import pytest

from teststation.signals.decoding import Flip, Outline, decode, odds_of_size
from teststation.signals.orientation import Motion
from teststation.signals.prepare import RATE_HZ

FULL, SMALL = np.radians(80.0), np.radians(30.0)


def motion(turns_s: tuple[float, ...], end_s: float = 60.0) -> Motion:
    """Stand on the spot, and turn half round for 1.5 s from each of these moments on."""
    time_s = np.arange(0.0, end_s, 1.0 / RATE_HZ)
    still = np.zeros((len(time_s), 3))
    turning = still.copy()
    for start_s in turns_s:
        turning[(time_s >= start_s) & (time_s < start_s + 1.5), 2] = np.pi / 1.5
    up = np.tile([0.0, 0.0, 1.0], (len(time_s), 1))
    return Motion(
        time_s=time_s,
        orientation=np.tile([1.0, 0.0, 0.0, 0.0], (len(time_s), 1)),
        acceleration=still,
        rate_of_turn=turning,
        up=up,
        covered=np.ones(len(time_s), dtype=bool),
        clipped=np.zeros((len(time_s), 2), dtype=bool),
    )


def flip(at_s: float, *, rises: bool, size: float = FULL) -> Flip:
    return Flip(
        round(at_s * RATE_HZ), rises=rises, size=size, odds=odds_of_size(size, np.radians(35.0), np.radians(10.0))
    )


def chosen(turns_s: tuple[float, ...], *flips: Flip) -> Outline:
    plan = decode(motion(turns_s), flips)
    assert plan is not None
    return plan


def times_s(plan: Outline) -> tuple[float, float | None]:
    return plan.rise.at / RATE_HZ, None if plan.sit is None else plan.sit.at / RATE_HZ


def test_nobody_who_does_not_rise_has_a_test() -> None:
    assert decode(motion((5.0, 10.0)), [flip(2.0, rises=False)]) is None


def test_a_leg_bent_on_the_way_is_passed_over() -> None:
    small = flip(8.0, rises=False, size=SMALL), flip(9.0, rises=True, size=SMALL)
    plan = chosen((6.0, 12.0), flip(3.0, rises=True), *small, flip(16.0, rises=False))

    assert plan.whole
    assert times_s(plan) == (3.0, 16.0)


def test_who_sits_down_half_way_begins_anew() -> None:
    pause = flip(9.0, rises=False), flip(20.0, rises=True)
    plan = chosen((6.0, 24.0, 30.0), flip(3.0, rises=True), *pause, flip(35.0, rises=False))

    assert times_s(plan) == (20.0, 35.0)


def test_of_two_whole_tests_the_first_is_taken() -> None:
    first = flip(3.0, rises=True), flip(16.0, rises=False)
    second = flip(30.0, rises=True), flip(44.0, rises=False)

    assert times_s(chosen((6.0, 12.0, 34.0, 40.0), *first, *second)) == (3.0, 16.0)


def test_rising_only_to_sit_again_is_not_the_test_that_follows() -> None:
    only = flip(3.0, rises=True), flip(6.0, rises=False)
    test = flip(12.0, rises=True), flip(30.0, rises=False)

    assert times_s(chosen((16.0, 24.0), *only, *test)) == (12.0, 30.0)


def test_of_two_rises_without_a_sit_between_the_later_was_the_one() -> None:
    plan = chosen((12.0, 18.0), flip(3.0, rises=True), flip(8.0, rises=True), flip(24.0, rises=False))

    assert times_s(plan) == (8.0, 24.0)


def test_a_phone_moved_afterwards_does_not_matter() -> None:
    moved = flip(25.0, rises=True, size=2 * FULL), flip(27.0, rises=False, size=2 * FULL)
    plan = chosen((6.0, 12.0), flip(3.0, rises=True), flip(16.0, rises=False), *moved)

    assert times_s(plan) == (3.0, 16.0)


@pytest.mark.parametrize(("turns_s", "turned"), [((), 0), ((6.0,), 1), ((6.0, 12.0), 2)])
def test_what_is_missing_is_left_out(turns_s: tuple[float, ...], turned: int) -> None:
    plan = chosen(turns_s, flip(3.0, rises=True))

    assert (plan.sit, len(plan.turns)) == (None, turned)
    assert not plan.convincing


def test_a_turn_that_runs_into_the_sit_counts() -> None:
    plan = chosen((6.0, 14.8), flip(3.0, rises=True), flip(16.0, rises=False))

    assert plan.whole
