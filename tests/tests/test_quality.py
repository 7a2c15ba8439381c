"""What is noted of a signal."""

from __future__ import annotations

import msgspec
import numpy as np
import pytest

from recordings import rocking
from teststation.model import Reason, Recording
from teststation.signals.prepare import prepare
from teststation.tests.quality import gap_touches, quality


def without(recording: Recording, start_s: float, end_s: float) -> Recording:
    kept = (recording.time_s <= start_s) | (recording.time_s >= end_s)
    return msgspec.structs.replace(
        recording,
        time_s=recording.time_s[kept],
        acceleration=recording.acceleration[kept],
        angular_velocity=recording.angular_velocity[kept],
    )


def codes(recording: Recording) -> list[str]:
    return [note.code for note in quality(prepare(recording)).notes]


def test_a_good_signal_has_nothing_to_note() -> None:
    found = quality(prepare(rocking()))
    assert (found.notes, found.lost_samples) == ((), 0)
    assert found.sampling_rate_hz == pytest.approx(100.0)
    assert found.largest_gap_s == pytest.approx(0.01)


def test_a_gap_is_noted_from_a_tenth_of_a_second_on() -> None:
    assert codes(without(rocking(), 2.0, 2.09)) == []
    found = quality(prepare(without(rocking(10.0), 2.0, 5.0)))
    assert found.notes == (Reason("gaps", {"seconds": 3.0}),)
    assert found.lost_samples == 299
    assert found.largest_gap_s == pytest.approx(3.0)


def test_a_sensor_at_the_end_of_its_range_is_noted() -> None:
    recording = rocking()
    assert codes(
        msgspec.structs.replace(recording, angular_velocity=np.clip(recording.angular_velocity, -0.2, 0.2))
    ) == ["clipped"]


def test_few_samples_and_many_hours_are_noted() -> None:
    assert codes(rocking(rate_hz=25.0)) == ["slow_rate"]
    assert codes(rocking(seconds=7200.0, rate_hz=25.0)) == ["slow_rate", "long_recording"]


def test_the_tests_own_notes_come_last() -> None:
    own = Reason("outside_validated_range", {"what": "retries"})
    assert quality(prepare(rocking(rate_hz=25.0)), [own]).notes[-1] == own


@pytest.mark.parametrize(("time_s", "touched"), [(1.85, False), (1.95, True), (3.0, True), (5.05, True), (5.15, False)])
def test_a_gap_touches_what_lies_in_it_or_next_to_it(time_s: float, touched: bool) -> None:
    assert gap_touches(prepare(without(rocking(10.0), 2.0, 5.0)), time_s) is touched
    assert not gap_touches(prepare(rocking(10.0)), time_s)
