"""Dossiers to take out of the house and bring in again: every field filled, and everything that a visit may be."""

from __future__ import annotations

import msgspec
import numpy as np

from recordings import rocking
from teststation.formats.dossier import Dossier, KeptRecording, KeptTrial, KeptVisit, LinkFact, UsedSensor
from teststation.model import (
    Analysis,
    Client,
    Conditions,
    Confirmation,
    Consent,
    Event,
    Fact,
    Finding,
    HandTimes,
    Judgement,
    KeptCalibration,
    Measure,
    Outcome,
    Placement,
    Quality,
    Questionnaire,
    Reason,
    Recording,
    SavedResult,
    Scope,
    Sex,
    Side,
    Source,
    Status,
    TestName,
    TestResult,
    Trial,
    Verdict,
    Visit,
    VisitKind,
)

CLIENT = Client(
    code="K-017",
    birth_year=1931,
    sex=Sex.FEMALE,
    height_cm=161.5,
    height_measured=False,
    weight_kg=61.2,
    walking_aid="rollator",
)
SENSOR = UsedSensor(
    driver="movella_dot", name="DOT 3", serial="D4:22:CD:00:12:34", nominal_rate_hz=60.0, placement=Placement.LOWER_BACK
)
DURATION = Measure("duration", 20.3, "s", (20.1, 20.55))
MEASURES = (
    Measure("duration_from_cue", 21.123456789012345, "s", (20.9, 21.4), Source.SENSOR_AND_KEY),
    DURATION,
    Measure("duration", 21.4, "s", (20.9, 21.9), Source.STOPWATCH),
    Measure("steps", 14.0, "1", (13.0, 15.0)),
    Measure("turn_1_angle", -178.4, "deg", (-183.0, -173.0)),
)
ANALYSIS = Analysis(
    test=TestName.GUG,
    placement=Placement.LOWER_BACK,
    status=Status.COMPLETE,
    quality=Quality(59.97, 3, 0.12, (Reason("clipped", {"seconds": 0.5, "what": Reason("invalid_sensor")}),)),
    version="3",
    reasons=(Reason("missing_event", {"event": "seated"}),),
    events=(Event("movement_onset", 0.1 + 0.2 + 12.3, (12.5, 12.7)), Event("stand_onset", 14.0, (13.9, 14.1), 2)),
    measures=MEASURES[1:2],
)
FINDINGS = (
    Finding(
        rule="gug-kngf-20",
        version="2017.1",
        measure="duration",
        verdict=Verdict.MET,
        reason=Reason(
            "rule_met_close",
            {
                "value": 20.3,
                "unit": "s",
                "side": "above",
                "label": "KNGF",
                "threshold": 20.0,
                "until": "fall-risk-raised.until",
            },
        ),
        close=True,
        meaning="fall-risk-raised",
        source="KNGF-richtlijn Osteoporose",
        evidence="guideline",
    ),
    Finding(rule="hands", measure=None, verdict=Verdict.UNKNOWN, reason=Reason("hands_used_to_rise")),
)
SAID = (
    Confirmation(finding=0, agreed=True, at="2026-11-22T10:09:30.000001Z", operator="MB"),
    Confirmation(finding=1, agreed=False, at="2026-11-22T10:09:31.000001Z", operator="MB", reason="was de stoel"),
)
FACTS = (
    Fact(code="falls_past_year", value=2, at="2026-11-22T10:00:01.000001Z"),
    Fact(code="pain", value=3.5, at="2026-11-22T10:00:02.000001Z", unit="1", side=Side.LEFT, source="client"),
    Fact(code="walks_alone_safely", value=False, at="2026-11-22T10:00:03.000001Z"),
    Fact(code="weight", value=61.5, at="2026-11-22T10:00:03.100001Z", unit="kg", source="measured"),
    Fact(code="pain_where", value="onderrug; =1+1", at="2026-11-22T10:00:03.200001Z"),
    Fact(code="stage_asked", value="", at="2026-11-22T10:00:03.300001Z"),
)
ASKED = (
    Questionnaire(
        name="fes-i", version="1", at="2026-11-22T10:00:04.000001Z", answers={"q1": 4}, scores={"total": 21.5}
    ),
)
CONSENTS = (
    Consent(scope=Scope.TESTING, given=True, version="2026-1", at="2026-11-22T10:00:00.000001Z", operator="MB"),
    Consent(scope=Scope.KEEPING, given=False, version="2026-1", at="2026-11-22T10:00:00.500001Z", representative=True),
    Consent(scope=Scope.RESEARCH, given=True, version="2026-1", at="2026-11-22T10:00:00.750001Z", operator="MB"),
)
COUNTED = LinkFact("counted_times", 1000.5, 1000.53)
CALIBRATIONS = tuple(
    KeptCalibration(
        driver=SENSOR.driver,
        serial=SENSOR.serial,
        made_at=f"2026-11-{day}T08:00:00.000001Z",
        values={"gyroscope_bias_rad_s": [0.01, -0.02, 1e-17 * day], "positions": None, "made_by": "teststation"},
    )
    for day in (10, 20)
)
NO_SAMPLES = Recording(
    time_s=np.empty(0),
    acceleration=np.empty((0, 3)),
    angular_velocity=np.empty((0, 3)),
    placement=Placement.LOWER_BACK,
    nominal_rate_hz=60.0,
)


def key(number: int) -> str:
    return f"0193a000-0000-7000-8000-{number:012x}"


def recorded(start_s: float = 12.3, seconds: float = 5.0) -> Recording:
    """Samples that no rounded text holds."""
    plain = rocking(seconds=seconds, rate_hz=60.0)
    noise = np.random.default_rng(7).normal(0, 1e-3, (len(plain.time_s), 7))
    return Recording(
        time_s=plain.time_s + start_s + np.abs(noise[:, 0]) / 10,
        acceleration=plain.acceleration + noise[:, 1:4],
        angular_velocity=plain.angular_velocity + noise[:, 4:7],
        placement=Placement.LOWER_BACK,
        cue_s=start_s + 0.1,
        nominal_rate_hz=60.0,
        counted_off_s=0.03,
    )


def trial_of(visit: Visit, number: int, samples: Recording | None, **others: object) -> KeptTrial:
    fields: dict[str, object] = {"number": number} | others
    identity = key(int(visit.id[-6:], 16) * 256 + number)
    trial = Trial(
        id=identity,
        visit=visit.id,
        test=TestName.GUG,
        started_at=f"2026-11-22T10:{number:02d}:00.123456Z",
        recording=None if samples is None else key(0xABC000 + int(visit.id[-6:], 16) * 256 + number),
        **fields,  # type: ignore[arg-type]
    )
    if samples is None:
        return KeptTrial(trial)
    samples = Recording(
        **{name: getattr(samples, name) for name in samples.__struct_fields__}
        | {"name": identity, "subject": visit.client}
    )
    link = [LinkFact("connected", 1000.5), LinkFact("gap", 14.1, 14.4), LinkFact("lost", 1020.25)]
    if samples.counted_off_s is not None:
        link.append(COUNTED)
    return KeptTrial(trial, KeptRecording(id=trial.recording or "", samples=samples, sensor=SENSOR, link=tuple(link)))


def visited(client: Client = CLIENT, number: int = 1) -> KeptVisit:
    """Make a visit of a recorded trial, one by hand, one that failed, one of no samples, and two results."""
    visit = Visit(
        id=key(number),
        client=client.code,
        started_at=f"2026-11-{21 + number:02d}T10:00:00.123456Z",
        age=95,
        operator="MB",
        kind=VisitKind.FIRST,
        ended_at=f"2026-11-{21 + number:02d}T10:25:00.123456Z",
    )
    whole = trial_of(
        visit, 1, recorded(),
        practice=True, hand=HandTimes(cue_s=1000.25, line_s=1001.5, stop_s=1021.3, stopwatch_s=21.4),
        host_minus_device_s=988.0 - 0.1, analysis=ANALYSIS, measures=MEASURES, headline_source=Source.SENSOR,
        headline_reason=Reason("headline_sensor"),
        conditions=Conditions(
            walking_aid="rollator", hands_used=True, physical_help=True, demonstrated=True, prompted=True,
            course_m=4.572, stands=5, seconds=30.0, chair_height_cm=46.0,
        ),
    )  # fmt: skip
    by_hand = trial_of(visit, 2, None, outcome=Outcome.STOPPED, outcome_reason=Reason("invalid_disturbed"))
    empty = trial_of(visit, 3, NO_SAMPLES, outcome=Outcome.UNABLE)
    rebooted = recorded(seconds=0.5)
    rebooted.time_s[20:] -= 12.0
    back = trial_of(visit, 4, rebooted)  # a sensor that was switched off and on has another clock
    back = KeptTrial(msgspec.structs.replace(back.trial, number=1), back.recording)  # the first that was for practice
    result = TestResult(
        test=TestName.GUG, trials=(whole.trial.id, by_hand.trial.id), headline_rule="mean", outcome=Outcome.DONE,
        measures=MEASURES[:2], trial_values=(20.1, 20.5), conditions=whole.trial.conditions,
    )  # fmt: skip
    judged = (Judgement("2026-11-22T10:09:00.000001Z", FINDINGS, SAID), Judgement("2026-11-22T10:10:00.000001Z", ()))
    unable = TestResult(test=TestName.GUG, trials=(empty.trial.id,), headline_rule="none", outcome=Outcome.UNABLE)
    results = (
        SavedResult(key(0xF00000 + number * 16), result, judged),
        SavedResult(key(0xF00001 + number * 16), unable, (Judgement("2026-11-22T10:11:00.000001Z", FINDINGS[1:]),)),
    )
    return KeptVisit(visit, (whole, by_hand, empty, back), results, FACTS, ASKED)


def dossier(client: Client = CLIENT, visits: int = 2) -> Dossier:
    kept = tuple(visited(client, number) for number in range(1, visits + 1))
    return Dossier(client, kept, CONSENTS, CALIBRATIONS if kept else ())
