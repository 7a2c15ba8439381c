from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from benchmarks.accuracy import scorer
from benchmarks.definitions import BETWEEN, SEEN_OTHERWISE, offsets
from benchmarks.errors import Errors, Found, errors, people_sd

DATA = Path(__file__).parents[3] / "shared" / "data"
with_scorer = pytest.mark.skipif(not (DATA.parent / "tools" / "score.py").is_file(), reason="the scorer is not here")


def summed(found: list[Found], of: int | None = None, *, exact: bool = False, offset: float | None = None) -> Errors:
    of = len(found) if of is None else of
    return errors(found, of, dataset="people (belt)", variant="gug", figure="duration", exact=exact, offset=offset)


def moved(found: list[Found], by: float) -> list[Found]:
    """Compare with a reference that means another moment."""
    return [
        Found(e + by, who, None if around is None else (around[0] + by, around[1] + by)) for e, who, around in found
    ]


def drawn(between: float, chance: float, people: int = 60, each: int = 20, half: float = 1.0) -> list[Found]:
    """Draw errors with a habit of each person's own."""
    rng = np.random.default_rng(4)
    found: list[Found] = []
    for person in range(people):
        habit = rng.normal(0.0, between)
        own = (habit + rng.normal(0.0, chance, each)).tolist()
        found += [Found(error, f"p{person}", (error - half, error + half)) for error in own]
    return found


@pytest.mark.parametrize("between", [0.0, 0.1, 0.4])
def test_the_spread_between_people_is_told_from_chance(between: float) -> None:
    spread = people_sd(drawn(between, 0.2))
    assert spread == pytest.approx(between, abs=0.06)


def test_one_recording_a_person_says_nothing_of_people() -> None:
    found = drawn(0.3, 0.1, each=1)
    kept = summed(found)
    assert people_sd(found) is None
    assert kept.people_sd is None
    assert kept.inside_wide is None
    assert kept.within is None
    assert kept.share_inside == kept.inside


def test_an_exact_reference_has_no_spread_to_allow_for() -> None:
    assert summed(drawn(0.3, 0.1), exact=True).people_sd is None


def test_intervals_of_the_right_width_are_calibrated() -> None:
    kept = summed(drawn(0.0, 0.2, half=1.96 * 0.2), exact=True)
    assert kept.inside == pytest.approx(0.95, abs=0.02)
    assert kept.scale == pytest.approx(1.0, abs=0.06)


@pytest.mark.parametrize("half", [0.1, 0.8])
def test_the_factor_makes_the_width_right(half: float) -> None:
    kept = summed(drawn(0.0, 0.2, half=half), exact=True)
    assert kept.scale is not None
    assert kept.scale * half == pytest.approx(1.96 * 0.2, rel=0.06)


def test_the_spread_between_people_is_added_to_each_interval() -> None:
    kept = summed(drawn(0.4, 0.1, half=1.96 * 0.1))
    assert kept.inside is not None
    assert kept.inside < 0.6
    assert kept.inside_wide == pytest.approx(0.95, abs=0.04)


def test_another_definition_is_shown_and_excuses_nothing() -> None:
    found = drawn(0.0, 0.1, half=1.96 * 0.1)
    told, silent = summed(moved(found, 0.5), offset=0.5), summed(moved(found, 0.5))
    assert (told.offset, silent.offset) == (0.5, None)
    assert (told.bias, told.inside, told.inside_wide) == (silent.bias, silent.inside, silent.inside_wide)
    assert told.inside is not None
    assert told.inside < 0.01


def test_the_half_width_that_is_needed_holds_what_is_asked() -> None:
    kept = summed(drawn(0.0, 0.2, half=0.9), exact=True)
    assert kept.needed == pytest.approx(1.96 * 0.2, rel=0.06)


def test_a_definition_is_the_same_for_everybody_and_adds_up_over_a_duration() -> None:
    start, end = moved(drawn(0.1, 0.05), -0.2), moved(drawn(0.1, 0.05), 0.3)
    alone = [Found(9.0, "p0")] * 5000  # one person with a habit, and many recordings
    taken = offsets("tug_pocket", {"turn_1_start": [*start, *alone], "turn_1_end": end, "movement_onset": end})
    assert taken["turn_1_start"] == pytest.approx(-0.2, abs=0.05)
    assert taken["turn_1_duration"] == pytest.approx(taken["turn_1_end"] - taken["turn_1_start"])
    assert taken["walk_out_duration"] == taken["turn_1_start"]


def test_what_means_the_same_moment_gets_no_offset() -> None:
    found = moved(drawn(0.1, 0.05), 0.4)
    same = ("movement_onset", "standing", "seated", "duration", "sit_to_stand_duration", "stand_to_sit_duration")
    assert not set(same) & set(offsets("tug_pocket", dict.fromkeys((*same, "turn_1_start"), found)))
    assert offsets("voisard_10m_uturn", {"turn_start": found}) == {}
    for events in SEEN_OTHERWISE.values():
        assert all({start, end} & set(events) for start, end in BETWEEN.values())


def test_an_interval_is_judged_on_the_side_of_the_reference() -> None:
    one_sided = [Found(0.5, "p", (-0.01, 3.0)), Found(0.5, "p", (0.01, 0.51))]
    assert summed(one_sided).inside == 0.5


def test_nothing_found_is_nothing_and_all_missing() -> None:
    kept = summed([], of=7)
    assert kept.missing == 7
    assert kept.mae is None


@with_scorer
def test_errors_are_those_of_the_scorer() -> None:
    found = drawn(0.2, 0.2, people=5, each=7, half=0.3)
    theirs = scorer(DATA).stats([tuple(each) for each in found], 40)
    ours = summed(found, of=40)
    assert (ours.n, ours.of, ours.people) == (theirs["n"], theirs["of"], theirs["people"])
    for name in ("bias", "mae", "mae0", "within", "rmse", "p95", "max", "width"):
        assert getattr(ours, name) == pytest.approx(theirs[name], abs=0.0006), name
    assert ours.inside == pytest.approx(theirs["coverage"], abs=0.0006)
