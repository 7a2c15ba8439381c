from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from benchmarks.compose import compose, felt, in_order, joined, slowed, write
from benchmarks.pieces import Piece, bending_axis, cut
from benchmarks.rows import shared

from teststation.model import Analysis, Event, Placement, Quality, Status, TestName
from teststation.sensors.synthetic import BELT, Generated, chair_stands
from teststation.signals.orientation import Motion, orient, rotate, vertical_in_sensor
from teststation.signals.prepare import GRAVITY_M_S2, prepare

DATA = Path(__file__).parents[3] / "shared" / "data"
with_data = pytest.mark.skipif(not (DATA / "voisard_10m_uturn").is_dir(), reason="the shared recordings are not here")


def stands(rotation_deg: tuple[float, float, float] = (0.0, 0.0, 0.0)) -> tuple[Generated, Motion]:
    imu = replace(BELT, rotation_deg=rotation_deg)
    made = chair_stands(imu=imu, stands=2, seated_s=1.0, upright_s=1.0, seed=3)
    return made, orient(prepare(made.recording))


def halves(motion: Motion, made: Generated, at_s: float) -> tuple[Piece, Piece]:
    """Two pieces that overlap around a moment."""
    rise = slice(*(round(made.time_s(name, 1) * 100) for name in ("stand_onset", "standing")))
    left = bending_axis(motion, rise.start, rise.stop)
    at = round(at_s * 100)
    return cut(motion, 0, at + 10, left), cut(motion, at - 10, len(motion), left, {"seat_on": at_s + 1.0})


def test_a_motion_feels_as_it_was_recorded() -> None:
    made, motion = stands()
    acceleration, angular_velocity = felt(cut(motion, 0, len(motion), np.array([0.0, 1.0, 0.0])))
    assert np.allclose(acceleration, made.recording.acceleration[: len(acceleration)], atol=0.15)
    assert np.abs(angular_velocity - motion.rate_of_turn).max() < 0.05


def test_pieces_of_sensors_worn_differently_become_one_sensor() -> None:
    made, motion = stands()
    _, other = stands((40.0, -70.0, 110.0))
    at_s = made.time_s("standing", 1) + 0.5
    before, _ = halves(motion, made, at_s)
    _, after = halves(other, made, at_s)
    whole = joined([before, after])
    acceleration, angular_velocity = felt(whole)
    assert len(whole) == len(motion)
    assert np.abs(acceleration - made.recording.acceleration[: len(acceleration)]).max() < 1.0
    assert np.abs(angular_velocity - motion.rate_of_turn).max() < 0.2
    assert whole.events["seat_on"] == pytest.approx(at_s + 1.0, abs=0.011)


def test_a_piece_goes_on_in_the_heading_of_the_one_before() -> None:
    made, motion = stands()
    before, after = halves(motion, made, made.time_s("standing", 1) + 0.5)
    quarter = np.array([np.sqrt(0.5), 0.0, 0.0, np.sqrt(0.5)])
    w, x, y, z = after.orientation.T
    turned = np.column_stack([w - z, x - y, y + x, z + w]) * quarter[0]
    whole = joined([before, Piece(orientation=turned, acceleration=after.acceleration, left=after.left)])
    left = rotate(whole.orientation, np.tile(whole.left, (len(whole), 1)))
    assert np.ptp(np.unwrap(np.arctan2(left[:, 1], left[:, 0]))) < np.radians(5.0)


def test_slow_motion_keeps_gravity_and_scales_the_rest() -> None:
    _, motion = stands()
    piece = cut(motion, 0, len(motion), np.array([0.0, 1.0, 0.0]), {"seat_on": 4.0})
    slow = slowed(piece, 0.5)
    acceleration, angular_velocity = felt(slow)
    assert len(slow) == pytest.approx(2 * len(piece), abs=2)
    assert slow.events["seat_on"] == 8.0
    peak = np.linalg.norm(felt(piece)[1], axis=1).max()
    assert np.linalg.norm(angular_velocity, axis=1).max() == pytest.approx(0.5 * peak, rel=0.05)
    dynamic = acceleration - GRAVITY_M_S2 * vertical_in_sensor(slow.orientation)
    assert np.abs(dynamic).max() == pytest.approx(0.25 * np.linalg.norm(piece.acceleration, axis=1).max(), rel=0.2)


def analysis(*events: tuple[str, float]) -> Analysis:
    return Analysis(
        test=TestName.GUG,
        placement=Placement.LOWER_BACK,
        status=Status.COMPLETE,
        quality=Quality(100.0),
        events=tuple(Event(name, at_s, (at_s, at_s)) for name, at_s in events),
    )


def test_sitting_may_begin_within_the_last_turn_but_not_before_it() -> None:
    walk = (("movement_onset", 1.0), ("standing", 2.0), ("turn_2_start", 5.0), ("turn_2_end", 6.0), ("seated", 7.0))
    assert in_order(analysis(*walk, ("sit_onset", 5.5)))
    assert not in_order(analysis(*walk, ("sit_onset", 4.5)))
    assert not in_order(analysis(*walk, ("sit_onset", 5.5), ("seat_on", 7.5)))


@with_data
def test_composed_recordings_hold_together(tmp_path: Path) -> None:
    made = list(compose(DATA, 4, slow=False))
    for each in made:
        write(tmp_path / "tug_composed", each, "tug_composed")
        moments = [each.events[name] for name in ("turn_1_start", "turn_1_end", "turn_2_start", "turn_2_end")]
        assert moments == sorted(moments)
        assert list(each.contacts_s) == sorted(each.contacts_s)
        assert len(each.contacts_s) >= 8
        read = np.linalg.norm(each.recording.acceleration, axis=1)
        assert np.median(read) == pytest.approx(GRAVITY_M_S2, rel=0.03)
        turned = orient(prepare(each.recording)).yaw_rate.cumsum()[-1] / 100.0
        same = each.directions[0] == each.directions[1]
        assert abs(turned) == pytest.approx(2.0 * np.pi if same else 0.0, abs=np.radians(45.0))
    for source in shared(tmp_path, "tug_composed"):
        assert source.read().placement is not None
        side = json.loads(source.path.with_suffix("").with_suffix(".json").read_text(encoding="utf-8"))
        assert set(side["ground_truth"]["events_s"]) >= {"turn1_start", "turn1_end", "turn2_start", "turn2_end"}
    assert {"seat_off", "seat_on"} <= made[0].events.keys()
    assert "seat_off" not in made[1].events
