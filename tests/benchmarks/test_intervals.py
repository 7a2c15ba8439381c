"""What the intervals should be is found again where it is known."""

from __future__ import annotations

import numpy as np
import pytest
from benchmarks.errors import Found
from benchmarks.intervals import CONSTANTS, Constant, factor, held, inside, left_out, line

CONSTANT = Constant("tests.get_up_and_go_moments", "_TURN_START_S", "people (belt)", "gug", ("start", "end"))


def people(chance: float, half: float, habit: float = 0.0, count: int = 20, each: int = 60) -> list[Found]:
    rng = np.random.default_rng(7)
    found = []
    for person in range(count):
        own = rng.normal(0.0, habit) + rng.normal(0.0, chance, each)
        found += [Found(float(error), f"p{person}", (float(error) - half, float(error) + half)) for error in own]
    return found


@pytest.mark.parametrize("constant", CONSTANTS, ids=lambda constant: constant.name)
def test_every_constant_is_there(constant: Constant) -> None:
    assert constant.value_s > 0.0


@pytest.mark.parametrize("half", [0.05, 0.2, 0.8])
def test_the_factor_gives_the_share_that_is_asked(half: float) -> None:
    results = {"start": people(0.1, half), "end": people(0.1, half)}
    references = held(CONSTANT, results, results, labels_vary=False)
    times = factor(references, 0.94)
    assert half * times == pytest.approx(1.88 * 0.1, rel=0.06)
    assert inside(references, times) == pytest.approx(0.94, abs=0.002)


def test_the_habits_of_people_are_theirs_or_ours() -> None:
    results = {name: people(0.1, 0.2, habit=0.2) for name in CONSTANT.figures}
    theirs, ours = (factor(held(CONSTANT, results, results, labels_vary=vary), 0.94) for vary in (True, False))
    assert 0.2 * theirs < 0.25
    assert 0.2 * ours == pytest.approx(1.88 * np.hypot(0.1, 0.2), rel=0.2)


def test_somebody_else_is_held_by_what_others_needed() -> None:
    results = {name: people(0.1, 0.2) for name in CONSTANT.figures}
    least, most, kept = left_out(CONSTANT, results, 0.94)
    assert least <= factor(held(CONSTANT, results, results, labels_vary=True), 0.94) <= most
    assert kept == pytest.approx(0.94, abs=0.02)
    assert "20 people" in line(CONSTANT, results, 0.94)
