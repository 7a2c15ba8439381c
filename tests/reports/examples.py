"""A client's dossier made from the recordings that come with the program, by the way that a visit goes."""

from __future__ import annotations

import datetime as dt
import functools
from collections.abc import Sequence

import msgspec

from teststation import formats
from teststation.formats.dossier import Dossier, KeptRecording, KeptTrial, KeptVisit, UsedSensor
from teststation.guideline import judge
from teststation.model import (
    Analysis,
    Client,
    Conditions,
    HandTimes,
    Judgement,
    Outcome,
    Placement,
    Reason,
    Recording,
    SavedResult,
    Sex,
    TestName,
    Trial,
    Visit,
)
from teststation.reports.pdf.paper import OnPaper
from teststation.settings import calibration_folder
from teststation.station.outcome import measured, under_protocol
from teststation.tests.base import Options
from teststation.tests.catalogue import analyse
from teststation.tests.headline import result_of

CLIENT = Client(
    code="K-017",
    birth_year=1941,
    sex=Sex.FEMALE,
    height_cm=163.5,
    height_measured=True,
    weight_kg=61.0,
    walking_aid="rollator",
)
SENSOR = UsedSensor(
    driver="movella_dot", name="Riemsensor", serial="D4-22", nominal_rate_hz=100.0, placement=Placement.LOWER_BACK
)
OPTIONS = Options()
PAPER = OnPaper(printed_on=dt.date(2026, 11, 22), practice="Praktijk Łódź & Sînă", zone=dt.UTC)


@functools.cache
def recording(name: str) -> Recording:
    return formats.read(calibration_folder() / "recordings" / f"{name}.csv.gz")


@functools.cache
def analysis(name: str, test: TestName) -> Analysis:
    return analyse(recording(name), test, OPTIONS)


def trial(visit: str, test: TestName, number: int, name: str, **more: object) -> KeptTrial:
    samples, found = recording(name), analysis(name, test)
    cue_s = samples.cue_s or 0.0
    last_s = found.events[-1].time_s
    line_s = last_s - 0.9 if test is TestName.GAIT else None
    hand = HandTimes(cue_s=cue_s, stop_s=last_s + 0.31, line_s=line_s)
    conditions = under_protocol(test, OPTIONS, Conditions(walking_aid=CLIENT.walking_aid))
    named = f"{visit}-{test}-{'practice' if more.get('practice') else number}"
    kept = Trial(
        id=named,
        visit=visit,
        test=test,
        number=number,
        started_at="2026-11-22T10:00:00Z",
        analysis=found,
        host_minus_device_s=0.0,
        conditions=conditions,
        recording=named,
    )
    kept = msgspec.structs.replace(measured(kept, hand, OPTIONS), **more)
    return KeptTrial(kept, KeptRecording(id=kept.id, samples=samples, sensor=SENSOR))


def visit(number: int, day: str, trials: Sequence[KeptTrial], client: Client = CLIENT) -> KeptVisit:
    meeting = Visit(id=f"v{number}", client=client.code, started_at=f"{day}T10:00:00Z", age=85, operator="AB")
    results = []
    for test in dict.fromkeys(kept.trial.test for kept in trials):
        result = result_of(test, OPTIONS, [kept.trial for kept in trials if kept.trial.test is test])
        judged = Judgement(meeting.started_at, judge(result, client=client, age=meeting.age))
        results.append(SavedResult(f"r{number}-{test}", result, (judged,)))
    return KeptVisit(meeting, tuple(trials), tuple(results))


@functools.cache
def dossier() -> Dossier:
    """Three visits: slow, near the limit, and one in which the client could not rise any more."""
    gug, gait, tcs = TestName.GUG, TestName.GAIT, TestName.TCS
    first = (
        trial("v1", gait, 1, "gait_slow"),
        trial("v1", gug, 0, "gug_rollator", practice=True),
        trial("v1", gug, 1, "gug_rollator"),
        trial("v1", gug, 2, "gug_rollator"),
        trial("v1", tcs, 1, "tcs_5"),
    )
    second = (
        trial("v2", gait, 1, "gait_quick"),
        trial("v2", gug, 1, "gug_19_9"),
        trial("v2", gug, 2, "gug_20_3"),
        trial("v2", gug, 3, "gug_20_3", outcome=Outcome.INVALID, outcome_reason=Reason("invalid_disturbed")),
        trial("v2", tcs, 1, "tcs_5"),
    )
    return Dossier(CLIENT, (visit(1, "2026-09-01", first), visit(2, "2026-11-22", second)))


@functools.cache
def unable() -> Dossier:
    """One visit of somebody who could not rise."""
    gug = TestName.GUG
    tried = trial("v1", gug, 1, "gug_rollator", outcome=Outcome.UNABLE, outcome_reason=Reason("ended_unable"))
    tried = KeptTrial(msgspec.structs.replace(tried.trial, analysis=None, measures=(), headline_source=None))
    return Dossier(CLIENT, (visit(1, "2026-11-22", [tried]),))


def by_hand(test: TestName, outcome: Outcome = Outcome.DONE) -> Dossier:
    """One visit of one attempt without a sensor, of half a minute, that ended so."""
    bare = Trial(
        id="t1",
        visit="v1",
        test=test,
        number=1,
        started_at="2026-11-22T10:00:00Z",
        outcome=outcome,
        conditions=under_protocol(test, OPTIONS, Conditions()),
    )
    hand = HandTimes(cue_s=0.0, line_s=29.0 if test is TestName.GAIT else None, stop_s=30.0)
    return Dossier(CLIENT, (visit(1, "2026-11-22", [KeptTrial(measured(bare, hand, OPTIONS))]),))
