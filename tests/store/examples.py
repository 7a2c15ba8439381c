"""A recorded trial that can be told from every other, sample by sample."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from teststation.model import (
    Analysis,
    Client,
    Event,
    Finding,
    Measure,
    Placement,
    Quality,
    Reason,
    Recording,
    Status,
    TestName,
    TestResult,
    Trial,
    Verdict,
)
from teststation.sensors.base import SensorInfo
from teststation.store import new_id, utc_now

Array = NDArray[np.float64]

CLIENT = Client(code="K-017", birth_year=1941)
SENSOR = SensorInfo(driver="replay", name="generated", serial="R-1", nominal_rate_hz=100.0)
PACKET = 7
EVENTS = 40


def samples(number: int, count: int) -> tuple[Array, Array, Array]:
    """Make the samples of the trial of this number."""
    signals = number + np.arange(count * 6).reshape(count, 6) / 4096
    return np.arange(count) / 100, signals[:, :3], signals[:, 3:]


def trial(visit: str, number: int) -> Trial:
    return Trial(id=new_id(), visit=visit, test=TestName.GUG, number=number, started_at=utc_now())


def analysed(number: int) -> Analysis:
    """Make an analysis of many rows, which a crash could tear."""
    return Analysis(
        test=TestName.GUG,
        placement=Placement.LOWER_BACK,
        status=Status.COMPLETE,
        quality=Quality(100.0),
        events=tuple(Event(f"event_{k}", number + k, (k, k + 1.0)) for k in range(EVENTS)),
        measures=tuple(Measure(f"measure_{k}", number + k, "s", (k, k + 1.0)) for k in range(EVENTS)),
    )


def result(of: Trial) -> tuple[TestResult, list[Finding]]:
    findings = [
        Finding(rule=f"rule-{k}", measure=None, verdict=Verdict.MET, reason=Reason("unable")) for k in range(EVENTS)
    ]
    return TestResult(test=of.test, trials=(of.id,), headline_rule="first", measures=of.measures), findings


def is_recording_of(recording: Recording | None, number: int, count: int) -> bool:
    """Tell whether a recording holds exactly the first samples of the trial of this number."""
    if recording is None:
        return count == 0
    expected = samples(number, count)
    kept = (recording.time_s, recording.acceleration, recording.angular_velocity)
    return all(a.tobytes() == b.tobytes() for a, b in zip(kept, expected, strict=True))
