"""How a person began: before the cue, at it, or so late that it may not have been heard."""

from __future__ import annotations

import msgspec
import pytest

from station.trials import analysis
from teststation.model import Event, HandTimes, Outcome, Reason, TestName, Trial
from teststation.station.starting import asked_of_start, moved_s

LATE_S = 2.0
CUE_S, HOST_MINUS_DEVICE_S = 5000.0, 4000.0


def began(after_s: float, test: TestName = TestName.GUG, event: str = "movement_onset") -> Trial:
    """Make a trial whose first movement came so long after the cue."""
    at_s = CUE_S - HOST_MINUS_DEVICE_S + after_s
    return Trial(
        id="t",
        visit="v",
        test=test,
        number=1,
        started_at="",
        hand=HandTimes(cue_s=CUE_S),
        host_minus_device_s=HOST_MINUS_DEVICE_S,
        analysis=analysis(test=test, events=(Event(event, at_s, (at_s - 0.05, at_s + 0.05)),)),
    )


@pytest.mark.parametrize(
    ("after_s", "asked"),
    [
        (-0.64, Reason("start_false", {"seconds": 0.6})),
        (-0.08, None),
        (0.4, None),
        (1.98, None),
        (2.62, Reason("start_slow", {"seconds": 2.6})),
    ],
)
def test_a_start_too_early_or_too_late_is_asked_about(after_s: float, asked: Reason | None) -> None:
    assert moved_s(began(after_s)) == pytest.approx(after_s)
    assert asked_of_start(began(after_s), LATE_S) == asked


@pytest.mark.parametrize(("test", "event"), [(TestName.TCS, "stand_onset"), (TestName.GAIT, "gait_start")])
def test_every_test_begins_with_a_movement_of_its_own(test: TestName, event: str) -> None:
    assert moved_s(began(-0.5, test, event)) == pytest.approx(-0.5)


@pytest.mark.parametrize(
    "change",
    [
        {"practice": True},
        {"outcome": Outcome.INVALID},
        {"outcome_reason": Reason("start_key_late")},
        {"analysis": None},
        {"host_minus_device_s": None},
        {"hand": HandTimes()},
    ],
)
def test_nothing_is_asked_of_what_does_not_count_was_answered_or_was_not_seen(change: dict[str, object]) -> None:
    trial = msgspec.structs.replace(began(-0.6), **change)
    assert asked_of_start(trial, LATE_S) is None
