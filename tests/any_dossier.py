"""Dossiers of whatever a store may hold, made by Hypothesis."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import msgspec
import numpy as np
from hypothesis import strategies as st

from teststation.boundary import clean
from teststation.formats.dossier import Dossier, KeptRecording, KeptTrial, KeptVisit, LinkFact, UsedSensor
from teststation.model import (
    Client,
    Conditions,
    Confirmation,
    Consent,
    Fact,
    Finding,
    HandTimes,
    Judgement,
    Measure,
    Outcome,
    Placement,
    Questionnaire,
    Reason,
    Recording,
    SavedResult,
    Scope,
    Sex,
    Side,
    Source,
    TestName,
    TestResult,
    Trial,
    Verdict,
    Visit,
    VisitKind,
)
from teststation.store import new_id

TEXT = st.text(max_size=8).map(clean)
NUMBER = st.floats(allow_nan=False, allow_infinity=False).map(lambda number: number + 0.0)
TIME_S = st.floats(-1e12, 1e12).map(lambda time_s: time_s + 0.0)
MOMENT = st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1)).map(  # noqa: DTZ001 - what Hypothesis asks for
    lambda moment: f"{moment.isoformat(timespec='microseconds')}Z"
)
TESTS = st.sampled_from(TestName)
REASON = st.sampled_from([Reason("hands_used_to_rise"), Reason("headline_sensor"), Reason("invalid_disturbed")])
MEASURES = st.lists(
    st.builds(
        Measure,
        TEXT,
        NUMBER,
        st.sampled_from(["s", "1", "deg"]),
        st.tuples(NUMBER, NUMBER),
        st.sampled_from(Source),
        st.booleans(),
    ),
    max_size=3,
).map(tuple)
CONDITIONS = st.builds(
    Conditions,
    walking_aid=st.none() | TEXT, hands_used=st.booleans(), physical_help=st.booleans(), demonstrated=st.booleans(),
    prompted=st.booleans(), talking=st.booleans(), course_m=st.none() | NUMBER, stands=st.none() | st.integers(1, 99),
    seconds=st.none() | NUMBER, chair_height_cm=st.none() | NUMBER,
)  # fmt: skip
HAND = st.builds(
    HandTimes,
    cue_s=st.none() | NUMBER, line_s=st.none() | NUMBER, stop_s=st.none() | NUMBER, stopwatch_s=st.none() | NUMBER,
)  # fmt: skip
CLIENTS = st.builds(
    Client,
    code=st.just(""), birth_year=st.none() | st.integers(1900, 2026), sex=st.none() | st.sampled_from(Sex),
    height_cm=st.none() | NUMBER, height_measured=st.none() | st.booleans(), weight_kg=st.none() | NUMBER,
    walking_aid=st.none() | TEXT,
)  # fmt: skip
FACTS = st.lists(
    st.builds(
        Fact,
        code=TEXT, value=st.booleans() | st.integers(-(2**53), 2**53) | NUMBER | TEXT, at=MOMENT, unit=TEXT,
        side=st.none() | st.sampled_from(Side), source=TEXT,
    ),
    max_size=4,
)  # fmt: skip
QUESTIONNAIRES = st.lists(
    st.builds(
        Questionnaire,
        name=TEXT, version=TEXT, at=MOMENT, answers=st.dictionaries(TEXT, st.integers(-9, 99), max_size=3),
        scores=st.dictionaries(TEXT, NUMBER, max_size=3),
    ),
    max_size=2,
)  # fmt: skip
CONSENTS = st.lists(
    st.builds(
        Consent,
        scope=st.sampled_from(Scope), given=st.booleans(), version=TEXT, at=MOMENT, representative=st.booleans(),
        operator=TEXT,
    ),
    max_size=4,
)  # fmt: skip
SENSORS = st.builds(
    UsedSensor,
    driver=TEXT, name=TEXT, serial=TEXT, nominal_rate_hz=st.floats(1, 2000), placement=st.sampled_from(Placement),
)  # fmt: skip
LINK = st.lists(
    st.builds(LinkFact, st.sampled_from(["connected", "silent", "lost"]), NUMBER)
    | st.builds(LinkFact, st.just("gap"), NUMBER, NUMBER),
    max_size=3,
).map(tuple)
FINDINGS = st.lists(
    st.builds(
        Finding,
        rule=TEXT, version=TEXT, measure=st.none() | TEXT, verdict=st.sampled_from(Verdict), reason=REASON,
        close=st.booleans(), meaning=TEXT, source=TEXT, evidence=TEXT,
    ),
    max_size=3,
).map(tuple)  # fmt: skip


@st.composite
def dossiers(draw: st.DrawFn, code: str) -> Dossier:
    """Make a client with this code, with keys that nobody else has."""
    client = msgspec.structs.replace(draw(CLIENTS), code=code)
    visits = [_visit(draw, client) for _ in range(draw(st.integers(0, 2)))]
    visits.sort(key=lambda kept: (kept.visit.started_at, kept.visit.id))
    return Dossier(client, tuple(visits), _in_order(draw(CONSENTS)))


def _visit(draw: st.DrawFn, client: Client) -> KeptVisit:
    visit = draw(
        st.builds(
            Visit,
            id=st.just(new_id()), client=st.just(client.code), started_at=MOMENT, age=st.none() | st.integers(18, 120),
            operator=TEXT, kind=st.none() | st.sampled_from(VisitKind), ended_at=st.none() | MOMENT,
        )
    )  # fmt: skip
    trials = [_trial(draw, visit, number) for number in range(1, draw(st.integers(0, 3)) + 1)]
    trials.sort(key=lambda kept: (kept.trial.started_at, kept.trial.id))
    results = [_result(draw, [kept.trial for kept in trials]) for _ in range(draw(st.integers(0, 2)))]
    results.sort(key=lambda saved: (saved.judgements[0].made_at, saved.id))
    return KeptVisit(visit, tuple(trials), tuple(results), _in_order(draw(FACTS)), _in_order(draw(QUESTIONNAIRES)))


def _trial(draw: st.DrawFn, visit: Visit, number: int) -> KeptTrial:
    recorded = draw(st.booleans())
    trial = draw(
        st.builds(
            Trial,
            id=st.just(new_id()), visit=st.just(visit.id), test=TESTS, number=st.just(number), started_at=MOMENT,
            outcome=st.sampled_from(Outcome), outcome_reason=st.none() | REASON, practice=st.booleans(), hand=HAND,
            host_minus_device_s=st.none() | NUMBER, measures=MEASURES,
            headline_source=st.none() | st.sampled_from(Source), headline_reason=st.none() | REASON,
            conditions=CONDITIONS, recording=st.just(new_id()) if recorded else st.none(),
        )
    )  # fmt: skip
    if trial.recording is None:
        return KeptTrial(trial)
    sensor = draw(SENSORS)
    row = st.tuples(TIME_S, *(6 * [NUMBER]))
    rows = np.array(draw(st.lists(row, max_size=4))).reshape(-1, 7)
    samples = Recording(
        time_s=rows[:, 0].copy(), acceleration=rows[:, 1:4].copy(), angular_velocity=rows[:, 4:7].copy(),
        name=trial.id, placement=sensor.placement, cue_s=draw(st.none() | NUMBER),
        nominal_rate_hz=sensor.nominal_rate_hz, subject=visit.client,
    )  # fmt: skip
    return KeptTrial(trial, KeptRecording(id=trial.recording, samples=samples, sensor=sensor, link=draw(LINK)))


def _result(draw: st.DrawFn, trials: list[Trial]) -> SavedResult:
    used = tuple(trial.id for trial in trials if draw(st.booleans()))
    result = draw(
        st.builds(
            TestResult,
            test=TESTS, trials=st.just(used), headline_rule=TEXT, outcome=st.sampled_from(Outcome), measures=MEASURES,
            trial_values=st.lists(NUMBER, max_size=2).map(tuple), conditions=CONDITIONS,
        )
    )  # fmt: skip
    judged = [_judged(draw) for _ in range(draw(st.integers(1, 2)))]
    return SavedResult(new_id(), result, tuple(judged))


def _judged(draw: st.DrawFn) -> Judgement:
    findings = draw(FINDINGS)
    said = st.builds(
        Confirmation,
        finding=st.integers(0, max(0, len(findings) - 1)), agreed=st.booleans(), at=MOMENT, operator=TEXT, reason=TEXT,
    )  # fmt: skip
    return Judgement(draw(MOMENT), findings, _in_order(draw(st.lists(said, max_size=2))) if findings else ())


def _in_order(found: list[Any]) -> tuple[Any, ...]:
    return tuple(sorted(found, key=lambda one: one.at))
