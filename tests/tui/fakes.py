"""A bench without a sensor, a store or a process: a test says what the run looks like, and reads what was asked."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray
from textual import events
from textual.pilot import Pilot

from reports.cases import written_cases
from teststation.clock import Clock, HostClock
from teststation.i18n import Language, Translator
from teststation.model import (
    Analysis,
    Client,
    Conditions,
    Confirmation,
    Event,
    Fact,
    Finding,
    HandTimes,
    Measure,
    Outcome,
    Placement,
    Quality,
    Reason,
    Recording,
    SavedResult,
    Sex,
    Source,
    Status,
    TestName,
    TestResult,
    TeststationError,
    Trial,
    Verdict,
    Visit,
    VisitKind,
)
from teststation.reports.case import Case, case_of
from teststation.reports.told import TestDone
from teststation.settings import Settings
from teststation.station import Found, LeftVisit, Link, Progress, SensorLook, Snapshot, State
from teststation.tests.base import Options
from teststation.tests.correcting import with_moved
from teststation.tests.durations import Key
from teststation.tests.headline import result_of
from teststation.tui.agreement import Agreement
from teststation.tui.app import StationApp
from teststation.tui.bench import CalibrationRun, Player, SensorLink
from teststation.tui.desk import Desk
from teststation.tui.door import Door
from teststation.tui.screens.page import Page
from teststation.tui.screens.start import StartPage
from teststation.tui.station_bench import StationBench
from teststation.tui.visit import Attempt

CLIENT = Client(code="K-017", birth_year=1941, sex=Sex.FEMALE, height_cm=163.5, walking_aid="rollator")
RATE_HZ = 100.0


def signal(seconds: float) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Make something that looks like walking, the same every time."""
    time_s = np.arange(0.0, seconds, 1 / RATE_HZ)
    sway = np.sin(2 * np.pi * 1.8 * time_s)
    acceleration = np.stack((0.8 * sway, 0 * time_s, 9.81 + 3.0 * np.sin(2 * np.pi * 3.6 * time_s)), axis=1)
    angular_velocity = np.stack((0.5 * sway, 0.2 * sway, np.where((time_s % 8) > 6, 2.0, 0.1)), axis=1)
    return time_s, acceleration, angular_velocity


def gug_events(start_s: float, end_s: float) -> tuple[Event, ...]:
    names = (
        "movement_onset",
        "standing",
        "turn_1_start",
        "turn_1_end",
        "turn_2_start",
        "sit_onset",
        "turn_2_end",
        "seated",
    )
    shares = (0.0, 0.09, 0.38, 0.5, 0.78, 0.88, 0.9, 1.0)
    moments = [start_s + (end_s - start_s) * share for share in shares]
    return tuple(Event(n, t, (t - 0.05, t + 0.05)) for n, t in zip(names, moments, strict=True))


class FakeRun:
    """Is what the test makes it; keeps what was asked of it."""

    def __init__(self, trial: Trial, options: Options) -> None:
        self.options = options
        self.shown = Snapshot(state=State.READY, link=Link.STREAMING, rate_hz=100.0)
        self.asked: list[tuple[Any, ...]] = []
        self._trial = trial
        self._found: Analysis | None = None
        self._done = False

    def look(self, **changes: Any) -> None:
        """Change what the snapshot says."""
        self.shown = msgspec.structs.replace(self.shown, **changes)

    def finish(self, seconds: float = 20.3, *, hand_s: float | None = None, outcome: Outcome = Outcome.DONE) -> None:
        """Be done, with a time by the sensor and perhaps one by hand."""
        name = "duration_from_cue" if self._trial.test is TestName.GUG else "duration_5_from_cue"
        if self._trial.test is TestName.GAIT:
            name = "crossing_time"
        measures = [Measure(name, seconds, "s", (seconds - 0.1, seconds + 0.1), Source.SENSOR_AND_KEY)]
        if self._trial.test is TestName.GUG:
            measures.append(Measure("duration", seconds - 0.4, "s", (seconds - 0.5, seconds - 0.3)))
            measures.append(Measure("sit_to_stand_duration", 1.8, "s", (1.7, 1.9)))
            measures.append(Measure("turn_1_duration", 2.4, "s", (2.3, 2.5)))
        if hand_s is not None:
            measures.append(Measure(name, hand_s, "s", (hand_s - 0.2, hand_s + 0.2), Source.KEY))
        analysis = Analysis(
            test=self._trial.test,
            placement=Placement.LOWER_BACK,
            status=Status.COMPLETE,
            quality=Quality(RATE_HZ),
            events=gug_events(5.4, 5.0 + seconds) if self._trial.test is TestName.GUG else (),
            measures=tuple(measures),
        )
        done = outcome is Outcome.DONE
        self._trial = msgspec.structs.replace(
            self._trial,
            outcome=outcome,
            analysis=analysis if done else None,
            measures=tuple(measures) if done else (),
            hand=HandTimes(cue_s=0.0, stop_s=hand_s),
            headline_source=Source.SENSOR_AND_KEY if done else None,
        )
        self._done = True
        self.look(state=State.DONE)

    def connect(self) -> None:
        self.asked.append(("connect",))

    def arm(self) -> None:
        self.asked.append(("arm",))
        self.look(state=State.ARMED)

    def go(self, at_s: float) -> None:
        self.asked.append(("go", at_s))

    def undo(self) -> None:
        self.asked.append(("undo",))

    def end(self, outcome: Outcome, reason: Reason | None = None, at_s: float | None = None) -> None:
        self.asked.append(("end", outcome, reason, at_s))
        self._trial = msgspec.structs.replace(self._trial, outcome_reason=reason)
        self.finish(outcome=outcome)

    def type_stopwatch(self, text: str) -> Trial:
        self.asked.append(("type_stopwatch", text))
        return self._trial

    def choose(self, source: Source, reason: Reason) -> Trial:
        self.asked.append(("choose", source, reason))
        self._trial = msgspec.structs.replace(self._trial, headline_source=source, headline_reason=reason)
        return self._trial

    def invalidate(self, reason: Reason) -> Trial:
        self._trial = msgspec.structs.replace(self._trial, outcome=Outcome.INVALID, outcome_reason=reason)
        return self._trial

    def end_as(self, outcome: Outcome, reason: Reason | None) -> Trial:
        self._trial = msgspec.structs.replace(self._trial, outcome=outcome, outcome_reason=reason)
        return self._trial

    def found(self) -> Analysis | None:
        return self._found or self._trial.analysis

    def move(self, moved_to_s: Mapping[Key, float]) -> Trial:
        self.asked.append(("move", dict(moved_to_s)))
        self._found = found = self.found()
        assert found is not None
        moved = with_moved(found, moved_to_s)
        self._trial = msgspec.structs.replace(self._trial, analysis=moved, measures=moved.measures)
        return self._trial

    def snapshot(self) -> Snapshot:
        return self.shown

    def tail(self, seconds: float) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
        if self.shown.link is not Link.STREAMING:
            return np.empty(0), np.empty((0, 3)), np.empty((0, 3))
        time_s, acceleration, angular_velocity = signal(seconds)
        return time_s - time_s[-1], acceleration, angular_velocity

    def trial(self) -> Trial | None:
        return self._trial if self._done else None

    def recording(self) -> Recording | None:
        if self._trial.analysis is None:
            return None
        time_s, acceleration, angular_velocity = signal(28.0)
        return Recording(time_s=time_s, acceleration=acceleration, angular_velocity=angular_velocity, cue_s=5.0)

    def close(self) -> None:
        self.asked.append(("close",))


class FakeLink:
    """A standing link that is what the test makes it."""

    def __init__(self, **look: Any) -> None:
        self.shown = SensorLook(**look)
        self.asked: list[Any] = []

    def look(self) -> SensorLook:
        return self.shown

    def change(self, **look: Any) -> None:
        """Change what is seen of the sensor."""
        self.shown = msgspec.structs.replace(self.shown, **look)

    def ask(self) -> None:
        self.asked.append("ask")
        self.change(link=Link.LOST)

    def choose(self, found: Found) -> None:
        self.asked.append(found)

    def settle(self) -> None:
        self.asked.append("settle")


class FakeCalibration:
    """A calibration that is as far as the test makes it."""

    def __init__(self, **progress: Any) -> None:
        self.shown = Progress(**progress)
        self.asked: list[Any] = []

    def connect(self) -> None:
        self.asked.append("connect")

    def snapshot(self) -> Progress:
        return self.shown

    def key(self, at_s: float) -> None:
        self.asked.append(at_s)

    def onward(self) -> None:
        self.asked.append("onward")

    def again(self) -> None:
        self.asked.append("again")

    def close(self) -> None:
        self.asked.append("close")


class FakeVisits:
    """Visits that are nowhere; who is known and what is left is what the test makes it."""

    def __init__(self) -> None:
        self.clients: dict[str, Client] = {}
        self.visits: dict[str, list[Visit]] = {}
        self.agreed: dict[str, Agreement] = {}
        self.begun: list[tuple[Visit, Agreement]] = []
        self.ended: list[Visit] = []
        self.unfinished: tuple[LeftVisit, ...] = ()
        self.waits: Reason | None = None
        self.said: list[tuple[Confirmation, ...]] = []
        self.entered: list[Fact] = []
        self.before: list[TestResult] = []
        self.kept: list[SavedResult] = []

    def known(self, start: str) -> list[Client]:
        return [client for code, client in self.clients.items() if code.startswith(start)]

    def earlier(self, client: str) -> list[Visit]:
        return self.visits.get(client, [])

    def quick_code(self, day: dt.date) -> str:
        return f"S{day:%y%m%d}-01"

    def screened(self, day: dt.date) -> int:
        return len([visit for visit, _ in self.begun if visit.kind is VisitKind.SCREENING])

    def agreement(self, client: str) -> Agreement | None:
        return self.agreed.get(client)

    def agree(self, client: str, agreement: Agreement, visit: Visit | None = None) -> None:
        self.agreed[client] = agreement

    def begin(self, client: Client, age: int | None, agreement: Agreement, kind: VisitKind = VisitKind.FIRST) -> Visit:
        visit = Visit(id="visit", client=client.code, started_at="2026-11-22T12:00:00Z", age=age, kind=kind)
        self.begun.append((visit, agreement))
        return visit

    def end(self, visit: Visit) -> None:
        self.ended.append(visit)

    def left(self) -> tuple[LeftVisit, ...]:
        return self.unfinished

    def results(self, visit: Visit) -> list[SavedResult]:
        return self.kept

    def baseline(self, visit: Visit) -> list[TestResult]:
        return self.before

    def facts_before(self, visit: Visit) -> list[Fact]:
        return []

    def facts(self, visit: Visit) -> list[Fact]:
        return self.entered

    def add_facts(self, visit: Visit, facts: Sequence[Fact]) -> None:
        self.entered += facts

    def confirm(self, visit: Visit, done: TestDone, against: Mapping[int, str]) -> TestDone:
        said = tuple(
            Confirmation(finding=place, agreed=place not in against, at=visit.started_at, reason=against.get(place, ""))
            for place in range(len(done.findings))
        )
        self.said.append(said)
        return msgspec.structs.replace(done, confirmations=said)

    def trouble(self) -> Reason | None:
        return self.waits


class FakeLeft(FakeRun):
    """A trial that was going on when the program ended."""

    def keep(self) -> Trial:
        self.asked.append(("keep",))
        return self._trial

    def trial(self) -> Trial:
        return self._trial

    def discard(self) -> None:
        self.asked.append(("discard",))


class FakeBench:
    """Makes fake runs and remembers them."""

    player: Player | None = None
    link: SensorLink | None = None
    calibration: CalibrationRun | None = None
    desk: Desk | None = None
    door: Door | None = None

    def __init__(self, *, simulated: bool = False, options: Options | None = None) -> None:
        self.simulated = simulated
        self.clock: Clock = HostClock()
        self.options = options or Options()
        self.runs: list[FakeRun] = []
        self.papers_of: list[str] = []
        self.chosen: dict[str, Any] = {}
        self.no_room = False
        self.visits = FakeVisits()
        self.left: list[FakeLeft] = []
        self.verdict, self.close_to = Verdict.MET, False

    @property
    def run(self) -> FakeRun:
        return self.runs[-1]

    def open(self) -> None:
        pass

    def close(self) -> None:
        pass

    def make_papers(self, client: Client, tr: Translator) -> tuple[Path, ...]:
        self.papers_of.append(client.code)
        if self.no_room:
            raise TeststationError("unwritable", file="verslag.pdf", detail="vol")
        return (Path("verslag.pdf"), Path("blad.pdf"))

    def case(self, client: Client) -> Case:
        return case_of(written_cases()["rollator_slow"].dossier(), dt.UTC)

    def begin_trial(self, visit: Visit, attempt: Attempt, conditions: Conditions, options: Options) -> FakeRun:
        trial = Trial(
            id=f"trial-{len(self.runs)}",
            visit=visit.id,
            test=attempt.test,
            number=attempt.number,
            started_at=visit.started_at,
            practice=attempt.practice,
            conditions=conditions,
        )
        self.runs.append(FakeRun(trial, options))
        return self.runs[-1]

    def left_trial(self, trial: Trial) -> FakeLeft:
        self.left.append(FakeLeft(trial, self.options))
        return self.left[-1]

    def choose(self, **choice: Any) -> None:
        self.chosen |= choice

    def begin_calibration(self) -> CalibrationRun | None:
        return self.calibration

    def conclude(
        self, client: Client, visit: Visit, trials: Sequence[Trial], options: Options
    ) -> tuple[TestResult, tuple[Finding, ...]]:
        result = result_of(trials[0].test, options, trials)
        measure = result.measures[0] if result.measures else None
        near = measure is not None and round(measure.value, 1) == 20.0
        params = {
            "value": 0.0 if measure is None else round(measure.value, 2 if near else 1),
            "unit": "s",
            "threshold": 20.0,
        }
        params |= {"side": "above", "label": "KNGF", "until": "fall-risk-raised.until", "meaning": "fall-risk-raised"}
        if measure is None:
            reason = Reason("outcome_unable")
        else:
            reason = Reason("rule_met_close" if self.close_to else "rule_met", params)
        finding = Finding(
            rule="gug-kngf-20",
            measure=None if measure is None else measure.name,
            verdict=self.verdict,
            close=self.close_to,
            reason=reason,
            meaning="fall-risk-raised",
            source="KNGF-richtlijn Osteoporose 2011, update 2017, B.3",
            evidence="guideline",
        )
        return result, (finding,)


def let_in(bench: StationBench) -> None:
    """Open a store that is not encrypted, past the pages of the door."""
    assert bench.door is not None
    bench.door.enter(None)
    bench.door.sign_in("MB")


class Longer(Translator):
    """A language in which every text is a good third longer, in place of English: what fits it fits German."""

    def __init__(self, language: Language) -> None:
        super().__init__("nl")
        self.language = language

    def __call__(self, text: str, /, **params: Any) -> str:
        """Lengthen the Dutch text with what is easily told apart."""
        plain = super().__call__(text, **params)
        return plain + "~" * round(0.35 * len(plain))


def station(
    bench: FakeBench | None = None, *, language: Language = "nl", first: type[Page] = StartPage
) -> tuple[StationApp, FakeBench]:
    """Make an app on a fake bench."""
    bench = bench or FakeBench()
    return StationApp(bench, Settings(language=language, plot="braille"), first), bench


class Hands:
    """Presses keys at times that are the test's own, a second apart unless told: no sleeping, no debounce by chance."""

    def __init__(self, app: StationApp, pilot: Pilot[str]) -> None:
        self._app = app
        self._pilot = pilot
        self.at_s = 1000.0

    async def press(self, *keys: str, after_s: float = 1.0) -> None:
        """Press keys one after the other, each so long after the one before."""
        for key in keys:
            self.at_s += after_s
            event = events.Key(key, key if len(key) == 1 else None)
            event.time = self.at_s
            target = self._app.focused or self._app.screen
            target.post_message(event)
            await self.rest()

    async def rest(self) -> None:
        """Let the app do what it has to, in its threads too."""
        await self._pilot.pause()
        if any(worker.group == "conclude" for worker in self._app.workers):
            await self._app.workers.wait_for_complete()
            await self._pilot.pause()

    async def type(self, text: str) -> None:
        """Type text into the field that has the focus."""
        await self.press(*text)


def on(app: StationApp, page: type[Page]) -> bool:
    """Tell whether a page of this kind is on top."""
    return isinstance(app.screen, page)


def shown(app: StationApp) -> str:
    """Give what stands on the screen as text."""
    lines = app.screen._compositor.render_strips()
    return "\n".join("".join(segment.text for segment in strip).rstrip() for strip in lines)
