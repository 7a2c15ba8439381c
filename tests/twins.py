"""Twins of every driver's sensor, that carry true times through their bytes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from played_time import now_s
from teststation.sensors.virtual.movella_dot import MovellaDotTwin
from teststation.sensors.virtual.movesense import MovesenseTwin
from teststation.sensors.virtual.room import Room
from teststation.sensors.virtual.teststation_imu import TestStationImuTwin
from teststation.sensors.virtual.twin import Traits, Twin
from teststation.sensors.virtual.witmotion import Stamps, WitMotionTwin
from true_time import marked

INTERVAL_S = 0.03

Maker = Callable[..., Twin]


def imu(**traits: Any) -> TestStationImuTwin:
    its: dict[str, Any] = {"name": "TS-IMU-1", "rate_hz": 104.0, "samples": 3, "signal": marked, "now": now_s}
    return TestStationImuTwin(Traits(**its | traits))


def dot(**traits: Any) -> MovellaDotTwin:
    its: dict[str, Any] = {"name": "Movella DOT", "rate_hz": 60.0, "signal": marked, "now": now_s}
    return MovellaDotTwin(Traits(**its | traits))


def wit(stamps: Stamps = Stamps.STEADY, *, dated: bool = False, longest: int = 244, **traits: Any) -> WitMotionTwin:
    its: dict[str, Any] = {"name": "WT901BLE", "signal": marked, "now": now_s}
    return WitMotionTwin(Traits(**its | traits), stamps=stamps, dated=dated, longest=longest)


def cut_wit(**traits: Any) -> WitMotionTwin:
    """Frames with a date, in notifications that each hold a part of one."""
    return wit(dated=True, longest=20, **traits)


def counted_wit(**traits: Any) -> WitMotionTwin:
    """One that sends no times, and another rate than was set."""
    return wit(Stamps.UNKNOWN, **{"rate_hz": 98.3} | traits)


def moves(**traits: Any) -> MovesenseTwin:
    its: dict[str, Any] = {
        "name": "Movesense 174630000192",
        "rate_hz": 52.0,
        "samples": 4,
        "signal": marked,
        "now": now_s,
    }
    return MovesenseTwin(Traits(**its | traits))


def moves_in_parts(**traits: Any) -> MovesenseTwin:
    """Packets that are longer than a notification, as they are at 104 Hz."""
    return moves(**{"samples": 8} | traits)


WITHIN_S = {imu: 1e-3, dot: 1e-3, wit: 2e-3, cut_wit: 2e-3, counted_wit: 0.06, moves: 2e-3, moves_in_parts: 2e-3}
"""How far samples of a link may be off from each other: a clock of milliseconds is off by one, one that is none by two
connection events."""


def room(*twins: Twin, supervision_s: float = 2.0) -> Room:
    return Room(*twins, interval_s=INTERVAL_S, supervision_s=supervision_s)
