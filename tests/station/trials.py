"""A trial with everything around it in the test's hand."""

from __future__ import annotations

from concurrent.futures import Executor, Future
from typing import Any

from station.scripted import INFO, RATE_HZ, HandClock, ScriptedSensor, packet
from teststation.model import (
    Analysis,
    Measure,
    Placement,
    Quality,
    Recording,
    Status,
    TestName,
    Visit,
)
from teststation.sensors.base import Connected, Lost
from teststation.station import Analyst, TrialRun
from teststation.store import Store
from teststation.tests.base import Options, Sighting

DEVICE_START_S = 1000.0


class Inline(Executor):
    """Runs a job at once, and gives what the test wants it to."""

    def __init__(self, outcome: Analysis | Exception) -> None:
        self.outcome = outcome
        self.recording: Recording | None = None

    def submit(self, fn: Any, /, *args: Any, **kwargs: Any) -> Future[Any]:
        self.recording = args[0]
        future: Future[Any] = Future()
        if isinstance(self.outcome, Exception):
            future.set_exception(self.outcome)
        else:
            future.set_result(self.outcome)
        return future


class ScriptedWatcher:
    """Sees what the test has put down for a device time."""

    def __init__(self, sightings: list[Sighting]) -> None:
        self.sightings = sightings

    def feed(self, time_s: Any, acceleration: Any, angular_velocity: Any) -> list[Sighting]:
        seen = [s for s in self.sightings if len(time_s) and s.time_s <= time_s[-1]]
        self.sightings = [s for s in self.sightings if s not in seen]
        return seen


def analysis(**changes: Any) -> Analysis:
    fields: dict[str, Any] = {
        "test": TestName.GUG,
        "placement": Placement.LOWER_BACK,
        "status": Status.COMPLETE,
        "quality": Quality(RATE_HZ),
        "measures": (
            Measure("duration_from_cue", 12.0, "s", (11.9, 12.1)),
            Measure("duration", 11.5, "s", (11.4, 11.6)),
        ),
    }
    return Analysis(**(fields | changes))


class Bench:
    """A trial with everything around it in the test's hand."""

    def __init__(self, store: Store, visit: Visit, test: TestName = TestName.GUG, *, sensor: bool = True) -> None:
        self.clock = HandClock()
        self.sensor = ScriptedSensor() if sensor else None
        self.executor = Inline(analysis(test=test))
        self.store = store
        self.device_s = DEVICE_START_S
        self.run = TrialRun(
            visit, test, 1, options=Options(), sensor=self.sensor, store=store,
            analyst=Analyst(lambda: self.executor), clock=self.clock,
        )  # fmt: skip

    def connect(self) -> None:
        self.run.connect()
        if self.sensor is not None:
            self.sensor.say(Connected(self.clock.time_s, INFO))

    def play(self, seconds: float) -> None:
        """Let time pass, with samples where there is a sensor."""
        for _ in range(round(seconds * 10)):
            self.clock.time_s += 0.1
            if self.sensor is not None:
                self.sensor.say(packet(self.clock.time_s, self.device_s))
                self.device_s += 10 / RATE_HZ

    def lose(self, seconds: float, device_s: float | None = None) -> None:
        """Lose the sensor and find it again; its own clock may say that another time went by."""
        assert self.sensor is not None
        self.sensor.say(Lost(self.clock.time_s))
        self.clock.time_s += seconds
        self.device_s += seconds if device_s is None else device_s
        self.sensor.say(Connected(self.clock.time_s, INFO))

    def go(self) -> None:
        self.run.go(self.clock.time_s)

    def close(self) -> None:
        self.run.close()
