import json
from pathlib import Path

import numpy as np
import pytest

from teststation import formats
from teststation.signals.orientation import Motion, orient
from teststation.signals.prepare import RATE_HZ, prepare
from teststation.signals.turns import GRADUAL_S, find_turns, find_two_turns

DATA = Path(__file__).parents[3] / "shared/data/voisard_10m_uturn"


def walking(turns: list[tuple[float, float, float]], duration_s: float = 30.0, sway_rad: float = 0.07) -> Motion:
    """A motion of which only the heading matters: gradual `turns` of (start s, duration s, degrees)."""
    time_s = np.arange(round(duration_s * RATE_HZ)) / RATE_HZ
    way = sway_rad * np.sin(2 * np.pi * 0.9 * time_s)
    for start_s, lasts_s, degrees in turns:
        ramp = np.clip((time_s - start_s - GRADUAL_S) / (lasts_s - 2 * GRADUAL_S), 0.0, 1.0)
        size = round(2 * GRADUAL_S * RATE_HZ)
        way += (
            np.radians(degrees) * np.convolve(np.pad(ramp, size, mode="edge"), np.ones(size) / size, "same")[size:-size]
        )
    n = len(time_s)
    spin = np.zeros((n, 3))
    spin[:, 2] = np.gradient(way) * RATE_HZ
    up = np.tile([0.0, 0.0, 1.0], (n, 1))
    return Motion(
        time_s=time_s + 5.0,
        orientation=np.tile([1.0, 0.0, 0.0, 0.0], (n, 1)),
        acceleration=np.zeros((n, 3)),
        rate_of_turn=spin,
        up=up,
        covered=np.ones(n, dtype=bool),
        clipped=np.zeros((n, 2), dtype=bool),
    )


@pytest.mark.parametrize("degrees", [180.0, -180.0, 120.0, 210.0])
def test_a_turn_has_its_edges_and_its_angle(degrees: float) -> None:
    motion = walking([(10.0, 2.0, degrees)])

    (turn,) = find_turns(motion, 0, len(motion) - 1)

    assert turn.start_s == pytest.approx(15.0, abs=0.15)
    assert turn.end_s == pytest.approx(17.0, abs=0.15)
    assert np.degrees(turn.angle_rad) == pytest.approx(degrees, abs=5.0)


def test_every_turn_of_many_is_found() -> None:
    motion = walking([(4.0, 1.5, 180), (10.0, 3.0, -180), (18.0, 1.0, 90), (24.0, 2.0, 180)])

    assert [round(np.degrees(t.angle_rad), -1) for t in find_turns(motion, 0, len(motion) - 1)] == [180, -180, 90, 180]


def test_a_straight_walk_has_no_turn() -> None:
    motion = walking([], sway_rad=0.12)

    assert find_turns(motion, 0, len(motion) - 1) == []
    assert find_two_turns(motion, 0, len(motion) - 1) == []


def test_a_bend_in_the_way_is_no_turn() -> None:
    motion = walking([(10.0, 5.0, 50.0)])

    assert find_two_turns(motion, 0, len(motion) - 1) == []


def test_a_turn_with_a_halt_in_it_is_one() -> None:
    motion = walking([(10.0, 1.0, 90.0), (12.0, 1.0, 90.0)])

    assert len(find_two_turns(motion, 0, len(motion) - 1)) == 1


def test_a_drifting_way_back_does_not_hide_the_second_turn() -> None:
    motion = walking([(5.0, 1.5, 180.0), (7.0, 10.0, 25.0), (20.0, 1.5, -180.0)])

    first, second = find_two_turns(motion, 0, len(motion) - 1)

    assert first.angle_rad > 0 > second.angle_rad
    assert second.start_s == pytest.approx(25.0, abs=0.15)


def test_a_stretch_too_short_for_a_turn_has_none() -> None:
    motion = walking([(0.2, 0.5, 180.0)], duration_s=1.0)

    assert find_turns(motion, 0, len(motion) - 1) == []


@pytest.mark.skipif(not DATA.is_dir(), reason="needs ../shared/data")
def test_u_turns_of_people_are_found_whole() -> None:
    errors, angles = [], []
    for path in sorted(DATA.glob("*.csv.gz"))[::4]:
        truth = json.loads(path.with_name(path.name.replace(".csv.gz", ".json")).read_text())["ground_truth"]
        motion = orient(prepare(formats.read(path)))
        turn = find_turns(motion, 0, len(motion) - 1)[0]
        errors.append((turn.start_s - truth["uturn_start_s"], turn.end_s - truth["uturn_end_s"]))
        angles.append(abs(np.degrees(turn.angle_rad)))

    assert np.all(np.abs(errors).mean(axis=0) < 0.12)
    assert np.mean(np.abs(np.array(angles) - 180.0) < 15.0) >= 0.95
