"""What leaves the room of the tests: plain numbers, stamped with the version of the analysis."""

from __future__ import annotations

import pytest

from teststation.model import Recording, TestName
from teststation.sensors.synthetic import chair_stands, gait, get_up_and_go
from teststation.tests.base import Options
from teststation.tests.catalogue import ANALYSIS_VERSION, analyse


@pytest.mark.parametrize(
    ("test", "recording"),
    [
        (TestName.GUG, get_up_and_go().recording),
        (TestName.GUG, get_up_and_go(until="walk_back").recording),
        (TestName.TCS, chair_stands().recording),
        (TestName.GAIT, gait(uturn_deg=180.0).recording),
        (TestName.POSTURES, chair_stands().recording),
    ],
)
def test_events_and_measures_are_plain_numbers(test: TestName, recording: Recording) -> None:
    found = analyse(recording, test, Options())
    assert found.version == ANALYSIS_VERSION
    numbers = [n for event in found.events for n in (event.time_s, *event.interval_s)]
    numbers += [n for measure in found.measures for n in (measure.value, *measure.interval)]
    assert numbers
    assert {type(n) for n in numbers} == {float}
