"""What samples without a time cost in certainty."""

from __future__ import annotations

import math

import msgspec
import pytest

from teststation.model import Reason, TestName
from teststation.sensors.synthetic import gait, get_up_and_go
from teststation.tests.base import Options
from teststation.tests.catalogue import analyse
from teststation.tests.counted import COUNTED_S

RECORDING = get_up_and_go().recording


@pytest.mark.parametrize("off_s", [0.0, 0.2])
def test_every_time_is_less_sure_and_nothing_else_is_other(off_s: float) -> None:
    within_s = math.hypot(COUNTED_S, off_s)
    clocked = analyse(RECORDING, TestName.GUG, Options())
    counted = analyse(msgspec.structs.replace(RECORDING, counted_off_s=off_s), TestName.GUG, Options())
    assert counted.quality.notes == (*clocked.quality.notes, Reason("counted_times", {"seconds": round(within_s, 2)}))
    assert [event.time_s for event in counted.events] == [event.time_s for event in clocked.events]
    for less, more in zip(counted.measures, clocked.measures, strict=True):
        assert less.value == more.value
        if more.unit == "s":
            below = math.hypot(more.value - more.interval[0], within_s)
            above = math.hypot(more.interval[1] - more.value, within_s)
            assert less.interval == pytest.approx((max(0.0, more.value - below), more.value + above))
        elif more.unit != "1/min":
            assert less.interval == more.interval


def test_so_is_what_was_divided_by_a_time() -> None:
    recording, options = gait().recording, Options(walked_m=6.0)
    clocked = analyse(recording, TestName.GAIT, options)
    counted = analyse(msgspec.structs.replace(recording, counted_off_s=0.0), TestName.GAIT, options)
    crossing = clocked.measure("crossing_time")
    assert crossing is not None
    for name in ("speed", "cadence"):
        less, more = counted.measure(name), clocked.measure(name)
        assert less is not None
        assert more is not None
        assert less.interval[0] < more.interval[0] < more.value < more.interval[1] < less.interval[1]
    speed, before = counted.measure("speed"), clocked.measure("speed")
    assert speed is not None
    assert before is not None
    by = math.sqrt((speed.interval[1] - speed.value) ** 2 - (before.interval[1] - before.value) ** 2)
    assert by / speed.value == pytest.approx(COUNTED_S / crossing.value)
