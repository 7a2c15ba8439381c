"""The demo over the virtual radio: a whole trial, in real time, by the bench that the screens stand on."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from teststation.model import Client, Conditions, Source, TestName
from teststation.settings import HOME_VARIABLE, Settings
from teststation.station import Link
from teststation.tui.agreement import Agreement
from teststation.tui.demo import tapes
from teststation.tui.radio_demo import PLAYED, RadioDemoBench
from teststation.tui.visit import Attempt

TRUE_S = 12.6288
"""`duration_from_cue` of what is played."""


def wait(there: Callable[[], bool]) -> None:
    pause = threading.Event()
    for _ in range(3000):
        if there():
            return
        pause.wait(0.02)
    pytest.fail("waited for a minute")


@pytest.mark.soak
def test_a_trial_on_a_virtual_sensor_has_the_time_of_what_was_played(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(HOME_VARIABLE, str(tmp_path))
    bench = RadioDemoBench(Settings())
    try:
        bench.open()
        link = bench.link
        assert link is not None
        wait(lambda: link.look().link is Link.STREAMING and link.look().check.done)
        assert link.look().check.findings == ()
        client = Client(code="K-001")
        visit = bench.visits.begin(client, 80, Agreement())
        run = bench.begin_trial(visit, Attempt(TestName.GUG, 1, practice=False), Conditions(), bench.options)
        run.connect()
        put_on_s = bench.clock.now()
        wait(lambda: bench.clock.now() > put_on_s + 6.0)  # the sensor went from the table to the person in no time
        run.arm()
        run.go(bench.clock.now())
        wait(lambda: run.snapshot().stopped_by is Source.SENSOR)
        trial = run.wait(30.0)
        assert trial is not None
        found = trial.measure("duration_from_cue", Source.SENSOR_AND_KEY)
        assert found is not None
        assert found.value == pytest.approx(TRUE_S, abs=0.35)
    finally:
        bench.close()
    assert list(tmp_path.iterdir()) == []


def test_what_is_played_was_made_by_the_protocol_that_is_followed() -> None:
    options = RadioDemoBench(Settings(stands=10, course_m=3.0)).options
    for name in PLAYED.values():
        made_by = tapes()[name].options
        assert made_by == {key: getattr(options, key) for key in made_by}
