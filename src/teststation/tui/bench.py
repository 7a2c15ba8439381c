"""What the screens stand on: a store, an analyst, a clock, and a place where samples come from."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from teststation.clock import Clock
from teststation.i18n import Translator
from teststation.model import (
    Analysis,
    Client,
    Conditions,
    Fact,
    Finding,
    Outcome,
    Reason,
    Recording,
    SavedResult,
    Source,
    TestResult,
    Trial,
    Visit,
    VisitKind,
)
from teststation.reports.told import TestDone
from teststation.tests.base import Options
from teststation.tests.durations import Key
from teststation.tui.agreement import Agreement
from teststation.tui.desk import Desk
from teststation.tui.door import Door
from teststation.tui.visit import Attempt

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from teststation.reports.case import Case
    from teststation.station import Found, LeftVisit, Progress, SensorLook, Snapshot


class Reviewed(Protocol):
    """A trial that is over, as it is looked over; `station.LeftTrial` is one."""

    options: Options

    def type_stopwatch(self, text: str) -> Trial:
        """Take a typed time as the third source."""
        ...

    def choose(self, source: Source, reason: Reason) -> Trial:
        """Make another source the headline."""
        ...

    def invalidate(self, reason: Reason) -> Trial:
        """Keep the trial, and never count it."""
        ...

    def end_as(self, outcome: Outcome, reason: Reason | None) -> Trial:
        """Say afterwards how it ended."""
        ...

    def found(self) -> Analysis | None:
        """Give what the analysis found, before anything was put right."""
        ...

    def move(self, moved_to_s: Mapping[Key, float]) -> Trial:
        """Put events where the therapist sees them, and the rest where they were found."""
        ...

    def recording(self) -> Recording | None:
        """Give the whole recording once the trial is done."""
        ...


class Left(Reviewed, Protocol):
    """A trial that was going on when the program ended, with what there is of it."""

    def trial(self) -> Trial:
        """Give the trial as it now is."""
        ...

    def keep(self) -> Trial:
        """Keep it; without a time it does not count."""
        ...

    def discard(self) -> None:
        """Throw it away."""
        ...


class Run(Reviewed, Protocol):
    """One trial as the screens see it; `station.TrialRun` is one."""

    def connect(self) -> None:
        """Begin to listen to the sensor."""
        ...

    def arm(self) -> None:
        """Record from here on."""
        ...

    def go(self, at_s: float) -> None:
        """Take the one key, pressed at a time of the station's clock."""
        ...

    def undo(self) -> None:
        """Take the last key back."""
        ...

    def end(self, outcome: Outcome, reason: Reason | None = None, at_s: float | None = None) -> None:
        """End otherwise than by the protocol."""
        ...

    def snapshot(self) -> Snapshot:
        """Give what there is to show now."""
        ...

    def tail(self, seconds: float) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
        """Give the newest samples: s before the last, (n, 3) m/s² and (n, 3) rad/s."""
        ...

    def trial(self) -> Trial | None:
        """Give the trial once it is done."""
        ...

    def close(self) -> None:
        """Leave what was opened; a TeststationError where not all of it could be kept."""
        ...


class CalibrationRun(Protocol):
    """The calibration of the sensor as its page sees it; `station.Calibrating` is one."""

    def connect(self) -> None:
        """Begin to listen to the sensor."""
        ...

    def snapshot(self) -> Progress:
        """Give what there is to show now."""
        ...

    def key(self, at_s: float) -> None:
        """Take a press of the key, done with the sensor, at a time of the host's clock."""
        ...

    def onward(self) -> None:
        """Go to the next step."""
        ...

    def again(self) -> None:
        """Do this step once more."""
        ...

    def close(self) -> None:
        """Leave the sensor."""
        ...


class SensorLink(Protocol):
    """The station's sensor as the pages outside of a run see it; `station.StandingLink` is one."""

    def look(self) -> SensorLook:
        """Give how the sensor is."""
        ...

    def ask(self) -> None:
        """Look for all sensors within reach, and take none until one is chosen."""
        ...

    def choose(self, found: Found) -> None:
        """Use this sensor from now on."""
        ...

    def settle(self) -> None:
        """Go on with the sensor that was chosen before."""
        ...


class Player(Protocol):
    """How fast a recording is played, in simulation."""

    @property
    def speed(self) -> float:
        """Times real speed."""
        ...

    def toggle_speed(self) -> None:
        """Four times as fast, and back."""
        ...

    def to_end(self) -> None:
        """Play the rest at once."""
        ...


class Visits(Protocol):
    """The visits as the screens see them; `tui.visiting.Visiting` is one. What it cannot do is a TeststationError."""

    def known(self, start: str) -> list[Client]:
        """Give the first few of the clients whose code begins so."""
        ...

    def earlier(self, client: str) -> list[Visit]:
        """Give the visits of the client with this code that are kept, the oldest first."""
        ...

    def quick_code(self, day: dt.date) -> str:
        """Give the next code of a day of screening that nobody has."""
        ...

    def screened(self, day: dt.date) -> int:
        """Count the screenings of a day that are kept."""
        ...

    def agreement(self, client: str) -> Agreement | None:
        """Give what the client with this code agrees to; None where it was not asked in these words."""
        ...

    def agree(self, client: str, agreement: Agreement, visit: Visit | None = None) -> None:
        """Keep what a client agrees to from now on."""
        ...

    def begin(self, client: Client, age: int | None, agreement: Agreement, kind: VisitKind = VisitKind.FIRST) -> Visit:
        """Keep the client, as far as is agreed to, and begin a visit."""
        ...

    def baseline(self, visit: Visit) -> list[TestResult]:
        """Give what the tests of the client's first visit came to, but for screenings: the oldest first."""
        ...

    def end(self, visit: Visit) -> None:
        """End a visit; one of today only is gone."""
        ...

    def left(self) -> tuple[LeftVisit, ...]:
        """Give the visits that were not ended, the newest first."""
        ...

    def results(self, visit: Visit) -> list[SavedResult]:
        """Give what the tests of a visit came to, the oldest first."""
        ...

    def facts(self, visit: Visit) -> list[Fact]:
        """Give what was asked, seen or typed in a visit, the oldest first."""
        ...

    def facts_before(self, visit: Visit) -> list[Fact]:
        """Give what was answered in the client's other visits, the oldest first."""
        ...

    def add_facts(self, visit: Visit, facts: Sequence[Fact]) -> None:
        """Keep what was asked, seen or typed."""
        ...

    def confirm(self, visit: Visit, done: TestDone, against: Mapping[int, str]) -> TestDone:
        """Keep that the therapist agrees to the findings of a test, but to those at these places, for a reason."""
        ...

    def trouble(self) -> Reason | None:
        """Say why something waits in memory for the disk; it is tried again."""
        ...


class Bench(Protocol):
    """Everything below the screens; `open` may be slow and is called in a thread after the first screen."""

    simulated: bool
    clock: Clock
    options: Options
    player: Player | None

    @property
    def visits(self) -> Visits:
        """The visits, once the store is open."""
        ...

    @property
    def link(self) -> SensorLink | None:
        """The sensor that is kept connected through the day, once it is sought."""
        ...

    @property
    def door(self) -> Door | None:
        """What stands before the store; None where nobody has to be let in."""
        ...

    @property
    def desk(self) -> Desk | None:
        """What is kept, to be looked through, copied and erased from, once it is open."""
        ...

    def open(self) -> None:
        """Load and open what is slow."""
        ...

    def begin_trial(self, visit: Visit, attempt: Attempt, conditions: Conditions, options: Options) -> Run:
        """Make the run of an attempt."""
        ...

    def left_trial(self, trial: Trial) -> Left:
        """Take up a trial that was going on when the program ended; slow, and called in a thread."""
        ...

    def choose(self, **choice: Any) -> None:
        """Take a choice of the practice's from now on, and keep it; a TeststationError where it is not kept."""
        ...

    def begin_calibration(self) -> CalibrationRun | None:
        """Make the calibration of the sensor; None until there is one to be sought."""
        ...

    def conclude(
        self, client: Client, visit: Visit, trials: Sequence[Trial], options: Options
    ) -> tuple[TestResult, tuple[Finding, ...]]:
        """Make the result of a test out of its trials, judge and keep it."""
        ...

    def make_papers(self, client: Client, tr: Translator) -> tuple[Path, ...]:
        """Make the record and the client's sheet of the newest visit, as files; slow, and called in a thread."""
        ...

    def case(self, client: Client) -> Case:
        """Gather the newest visit of a client with what it comes to; slow, and called in a thread."""
        ...

    def close(self) -> None:
        """Leave what was opened; a TeststationError where not all of it could be kept."""
        ...
