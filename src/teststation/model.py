"""The nouns: what a visit, a trial, a recording, an event, a measure and a finding are. Data only, frozen, SI."""

from __future__ import annotations

import enum
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import msgspec

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


class TestName(enum.StrEnum):
    """The clinical tests, and the long recording without a protocol."""

    __test__ = False  # not pytest's

    GUG = "gug"
    TCS = "tcs"
    GAIT = "gait"
    POSTURES = "postures"


class Placement(enum.StrEnum):
    """Where the sensor is worn. All but the thigh move with the trunk."""

    LOWER_BACK = "lower_back"
    WAIST = "waist"
    TRUNK = "trunk"
    CHEST = "chest"
    THIGH = "thigh"


class Sex(enum.StrEnum):
    """As the guideline's tables ask it; anything else is other."""

    FEMALE = "female"
    MALE = "male"
    OTHER = "other"


class Source(enum.StrEnum):
    """What timed a measure."""

    SENSOR = "sensor"
    KEY = "key"
    STOPWATCH = "stopwatch"
    SENSOR_AND_KEY = "sensor_and_key"


class Status(enum.StrEnum):
    """How much of a test an analysis found."""

    COMPLETE = "complete"
    INCOMPLETE = "incomplete"
    UNUSABLE = "unusable"


class Verdict(enum.StrEnum):
    """The answer of a rule. Never a fourth: closeness is a mark beside it."""

    MET = "met"
    NOT_MET = "not_met"
    UNKNOWN = "unknown"


class Outcome(enum.StrEnum):
    """How a trial ended. All but `DONE`, `INVALID` and `REFUSED` are findings of their own (PRACTICE 2)."""

    DONE = "done"
    UNABLE = "unable"
    UNSAFE = "unsafe"
    STOPPED = "stopped"
    FELL = "fell"
    REFUSED = "refused"
    INVALID = "invalid"


class VisitKind(enum.StrEnum):
    """What a visit is for (PRACTICE 14)."""

    SCREENING = "screening"
    FIRST = "first"
    FOLLOW_UP = "follow_up"


class Side(enum.StrEnum):
    """Of the body."""

    LEFT = "left"
    RIGHT = "right"


class Scope(enum.StrEnum):
    """What a client is asked to agree to, each by itself (PRACTICE 18)."""

    TESTING = "testing"
    KEEPING = "keeping"
    LETTER = "letter"
    RESEARCH = "research"


Interval = tuple[float, float]
"""A 95 % interval of our own measuring error: lower and upper bound."""


class Reason(msgspec.Struct, frozen=True, omit_defaults=True):
    """A message as a code with its parameters; the edge turns it into Dutch or English."""

    code: str
    params: dict[str, Any] = {}


class Recording(msgspec.Struct, frozen=True, eq=False, kw_only=True):
    """Samples of one sensor, as they came: nothing filtered, nothing resampled.

    Parameters
    ----------
    time_s : (n,) seconds on the sensor's own clock, increasing, not necessarily even
    acceleration : (n, 3) m/s², gravity included, sensor frame
    angular_velocity : (n, 3) rad/s, sensor frame
    name : what the recording is called in tables and messages
    placement : where the sensor was worn, where that is known
    cue_s : the Go cue on `time_s`, where one was given
    nominal_rate_hz : the rate that the sensor promises; the measured one is a matter of `time_s`
    counted_off_s : the samples carried no time and were counted; their times wander by so much, as far as seen.
        None where the sensor has a clock
    """

    time_s: NDArray[np.float64]
    acceleration: NDArray[np.float64]
    angular_velocity: NDArray[np.float64]
    name: str = ""
    placement: Placement | None = None
    cue_s: float | None = None
    nominal_rate_hz: float | None = None
    subject: str | None = None
    counted_off_s: float | None = None


class Event(msgspec.Struct, frozen=True, omit_defaults=True):
    """A moment of a movement, named as in CONTRACTS, on the recording's own clock."""

    name: str
    time_s: float
    interval_s: Interval
    repetition: int | None = None


class Measure(msgspec.Struct, frozen=True, omit_defaults=True):
    """A value with its unit, its uncertainty and what timed it; `at_least` marks a lower bound."""

    name: str
    value: float
    unit: str
    interval: Interval
    source: Source = Source.SENSOR
    at_least: bool = False

    def contains(self, threshold: float) -> bool:
        """Tell whether the threshold lies inside the 95 % interval."""
        return self.interval[0] <= threshold <= self.interval[1]


class Quality(msgspec.Struct, frozen=True):
    """How good the signal was; each note is a reason."""

    sampling_rate_hz: float
    lost_samples: int = 0
    largest_gap_s: float = 0.0
    notes: tuple[Reason, ...] = ()


class Analysis(msgspec.Struct, frozen=True, kw_only=True):
    """What happened in a recording, and when; `version` is the analysis's own."""

    test: TestName | None
    placement: Placement
    status: Status
    quality: Quality
    version: str = ""
    reasons: tuple[Reason, ...] = ()
    events: tuple[Event, ...] = ()
    measures: tuple[Measure, ...] = ()

    def measure(self, name: str) -> Measure | None:
        """Look a measure up by name."""
        return next((measure for measure in self.measures if measure.name == name), None)

    def event(self, name: str) -> Event | None:
        """Look the first event of a name up."""
        return next((event for event in self.events if event.name == name), None)


class Client(msgspec.Struct, frozen=True, kw_only=True):
    """A person as the station knows one: a code, never a name (PRACTICE 19)."""

    code: str
    birth_year: int | None = None
    sex: Sex | None = None
    height_cm: float | None = None
    height_measured: bool | None = None
    weight_kg: float | None = None
    walking_aid: str | None = None


class Conditions(msgspec.Struct, frozen=True, kw_only=True):
    """What a result may only be compared with if it is the same (PRACTICE 16).

    Parameters
    ----------
    talking : the client was talked to on the way; such an attempt is for what is seen of it, and none counts
    """

    walking_aid: str | None = None
    hands_used: bool = False
    physical_help: bool = False
    demonstrated: bool = False
    prompted: bool = False
    talking: bool = False
    course_m: float | None = None
    stands: int | None = None
    seconds: float | None = None
    chair_height_cm: float | None = None


class HandTimes(msgspec.Struct, frozen=True, kw_only=True):
    """What the therapist's hand said, in seconds on the host clock (`clock.now`)."""

    cue_s: float | None = None
    line_s: float | None = None
    stop_s: float | None = None
    stopwatch_s: float | None = None

    @property
    def duration_s(self) -> float | None:
        """Go cue to stop key, where both were pressed."""
        return None if self.cue_s is None or self.stop_s is None else self.stop_s - self.cue_s


class Trial(msgspec.Struct, frozen=True, kw_only=True):
    """One attempt at a test: what the sensor saw, what the hand timed, which of the two is the headline and why."""

    id: str
    visit: str
    test: TestName
    number: int
    started_at: str
    outcome: Outcome = Outcome.DONE
    outcome_reason: Reason | None = None
    practice: bool = False
    hand: HandTimes = HandTimes()
    host_minus_device_s: float | None = None
    analysis: Analysis | None = None
    measures: tuple[Measure, ...] = ()
    headline_source: Source | None = None
    headline_reason: Reason | None = None
    conditions: Conditions = Conditions()
    recording: str | None = None

    @property
    def counts(self) -> bool:
        """Whether it goes into the result: of practice only what did not come to its end, a finding (PRACTICE 2).

        Who was asked to talk as well walks otherwise: of that only a fall.
        """
        if self.conditions.talking:
            return self.outcome is Outcome.FELL
        return self.outcome is not Outcome.INVALID and not (self.practice and self.outcome is Outcome.DONE)

    def measure(self, name: str, source: Source | None = None) -> Measure | None:
        """Look a measure of the trial up, by name and, if given, by what timed it."""
        return next((m for m in self.measures if m.name == name and source in (None, m.source)), None)


class TestResult(msgspec.Struct, frozen=True, kw_only=True):
    """What is judged: the trials used, the headline rule, its measures and the conditions (PRACTICE 4)."""

    __test__ = False  # not pytest's

    test: TestName
    trials: tuple[str, ...]
    headline_rule: str
    outcome: Outcome = Outcome.DONE
    measures: tuple[Measure, ...] = ()
    trial_values: tuple[float, ...] = ()
    conditions: Conditions = Conditions()


class Finding(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A measure plus a cited rule; `version` is the rule's own."""

    rule: str
    version: str = ""
    measure: str | None
    verdict: Verdict
    reason: Reason
    close: bool = False
    meaning: str = ""
    source: str = ""
    evidence: str = ""


class Confirmation(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What the therapist says of a finding, by its place among the findings: it is so, or it is not and why."""

    finding: int
    agreed: bool
    at: str
    operator: str = ""
    reason: str = ""


class Judgement(msgspec.Struct, frozen=True):
    """What the rules of a day said of a result, and what the therapist said of that; of a finding the last counts."""

    made_at: str
    findings: tuple[Finding, ...]
    confirmations: tuple[Confirmation, ...] = ()

    def said_of(self, finding: int) -> Confirmation | None:
        """Give what the therapist said last of a finding, by its place."""
        return next((said for said in reversed(self.confirmations) if said.finding == finding), None)


class SavedResult(msgspec.Struct, frozen=True):
    """A result as it is kept, with every judgement of it, the newest last."""

    id: str
    result: TestResult
    judgements: tuple[Judgement, ...]

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What the newest judgement found."""
        return self.judgements[-1].findings if self.judgements else ()


class Visit(msgspec.Struct, frozen=True, kw_only=True):
    """One meeting with one client."""

    id: str
    client: str
    started_at: str
    age: int | None = None
    operator: str = ""
    kind: VisitKind | None = None
    ended_at: str | None = None


class Consent(msgspec.Struct, frozen=True, kw_only=True):
    """What a client agreed to, or does not any more; the newest of a scope counts.

    Parameters
    ----------
    version : of the words that were read out
    representative : somebody else said it on the client's behalf
    """

    scope: Scope
    given: bool
    version: str
    at: str
    representative: bool = False
    operator: str = ""


def agreed_to(consents: Iterable[Consent]) -> frozenset[Scope]:
    """Give what a client agrees to now, by all that was said, the oldest first."""
    said = {consent.scope: consent.given for consent in consents}
    return frozenset(scope for scope, given in said.items() if given)


class Fact(msgspec.Struct, frozen=True, kw_only=True):
    """Something known of a client that no sensor measured: asked, seen, read; of a code and side the newest counts."""

    code: str
    value: bool | int | float | str
    at: str
    unit: str = ""
    side: Side | None = None
    source: str = ""


class Questionnaire(msgspec.Struct, frozen=True, kw_only=True):
    """Answers by item, as typed, and the scores made of them."""

    name: str
    version: str
    at: str
    answers: dict[str, int] = {}
    scores: dict[str, float] = {}


class KeptCalibration(msgspec.Struct, frozen=True, kw_only=True):
    """What a calibration of a sensor found, as the sensors' room writes it."""

    driver: str
    serial: str
    made_at: str
    values: dict[str, Any]


class AuditEntry(msgspec.Struct, frozen=True, kw_only=True):
    """Who did what to which record at which station, and when; chained to the entry before it by its hash.

    Parameters
    ----------
    record : the key of a row, never a client's code: the entry stays when the client is erased
    """

    number: int
    at: str
    operator: str
    station: str
    action: str
    kind: str
    record: str
    detail: dict[str, Any]
    hash: str


class TeststationError(Exception):
    """An error with a sentence for the user, as a reason that the edge can translate."""

    __test__ = False  # not pytest's

    def __init__(self, code: str, **params: Any) -> None:
        super().__init__(code, params)
        self.reason = Reason(code, params)
