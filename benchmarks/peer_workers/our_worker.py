"""Ourselves, run as the peers are: the whole analysis of record, of which only what is compared is handed back."""

from __future__ import annotations

from benchmarks.peer_workers.protocol import Event, Handed, serve
from teststation.model import Analysis, Placement, Recording, TestName
from teststation.tests import catalogue
from teststation.tests.base import Options

_RISE = {"stand_onset": "start", "seat_off": "seat_off", "standing": "end"}


def chair_stands(handed: Handed) -> list[Event]:
    """Find every rise that counts as a repetition; one that the recording's end cuts off ends there."""
    return [{"end": float(handed.time_s[-1])} | rise for rise in _rises(_analysed(handed, TestName.TCS))]


def rises(handed: Handed) -> list[Event]:
    """Find whole rises."""
    return [rise for rise in _rises(_analysed(handed, TestName.POSTURES)) if "end" in rise]


def contacts(handed: Handed) -> list[Event]:
    """Find initial contacts."""
    events = _analysed(handed, TestName.GAIT).events
    return [{"time": event.time_s} for event in events if event.name == "initial_contact"]


def turns(handed: Handed) -> list[Event]:
    """Find the turn in which the walk ends."""
    analysis = _analysed(handed, TestName.GAIT)
    start, end, angle = analysis.event("turn_start"), analysis.event("turn_end"), analysis.measure("turn_angle")
    if start is None or end is None or angle is None:
        return []
    return [{"start": start.time_s, "end": end.time_s, "angle": angle.value}]


def _rises(analysis: Analysis) -> list[Event]:
    found: list[Event] = []
    for event in analysis.events:
        if event.name == "stand_onset":
            found.append({})
        if event.name in _RISE:
            found[-1][_RISE[event.name]] = event.time_s
    return found


def _analysed(handed: Handed, test: TestName) -> Analysis:
    placement = Placement(handed.placement)
    recording = Recording(
        time_s=handed.time_s,
        acceleration=handed.acceleration,
        angular_velocity=handed.angular_velocity,
        placement=placement,
    )
    return catalogue.analyse(recording, test, Options(placement=placement))


if __name__ == "__main__":
    serve(
        {
            "chair_stands": {"": chair_stands},
            "rises": {"": rises},
            "contacts": {"": contacts},
            "turns": {"": turns},
        }
    )
