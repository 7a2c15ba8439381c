"""What goes in comes out equal: every noun, with every field filled."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pytest

from teststation import model
from teststation.model import (
    Analysis,
    Client,
    Conditions,
    Event,
    Finding,
    HandTimes,
    Measure,
    Outcome,
    Placement,
    Quality,
    Reason,
    Sex,
    Source,
    Status,
    TestName,
    TestResult,
    Trial,
    Verdict,
    VisitKind,
)
from teststation.sensors.base import Connected, Gap, Lost, SensorInfo, Silent
from teststation.store import Store, StoreError, new_id, utc_now

SENSOR = SensorInfo(driver="replay", name="generated", serial="R-1", nominal_rate_hz=100.0, placement=Placement.THIGH)
CLIENT = Client(
    code="K-017",
    birth_year=1941,
    sex=Sex.FEMALE,
    height_cm=161.5,
    height_measured=False,
    weight_kg=61.2,
    walking_aid="rollator",
)
NOTE = Reason("outer", {"inner": Reason("clipped", {"axis": "x"}), "at_s": 1.0, "count": 3, "sure": True, "why": None})
MEASURES = (
    Measure("duration", 10.42, "s", (10.30, 10.54)),
    Measure("duration", 34.0, "s", (33.5, 34.5), Source.STOPWATCH, at_least=True),
    Measure("steps", 14.0, "", (14.0, 14.0), Source.SENSOR_AND_KEY),
)
ANALYSIS = Analysis(
    test=TestName.TCS,
    placement=Placement.THIGH,
    status=Status.INCOMPLETE,
    quality=Quality(99.7, 3, 0.12, (NOTE, Reason("outside_validated_range"))),
    version="3",
    reasons=(Reason("missing_event", {"event": "seated"}),),
    events=(Event("stand_onset", 1.1, (1.0, 1.2), repetition=1), Event("seat_off", 0.1 + 0.2, (0.29, 0.31))),
    measures=MEASURES[:2],
)


@pytest.fixture
def store(tmp_path: Path, opened: Callable[[Path], Store]) -> Iterator[Store]:
    with opened(tmp_path / "store.db") as store:
        yield store


def full_trial(visit: str, number: int = 1) -> Trial:
    return Trial(
        id=new_id(),
        visit=visit,
        test=TestName.TCS,
        number=number,
        started_at=utc_now(),
        outcome=Outcome.STOPPED,
        outcome_reason=NOTE,
        practice=True,
        hand=HandTimes(cue_s=100.25, line_s=101.5, stop_s=110.1 + 0.2, stopwatch_s=10.3),
        host_minus_device_s=-0.1 - 0.2,
        analysis=ANALYSIS,
        measures=MEASURES,
        headline_source=Source.STOPWATCH,
        headline_reason=Reason("no_sensor"),
        conditions=Conditions(
            walking_aid="stok", hands_used=True, physical_help=True, demonstrated=True, prompted=True, talking=True,
            course_m=4.572, stands=5, seconds=30.0, chair_height_cm=46.0,
        ),
    )  # fmt: skip


def begun_visit(store: Store) -> str:
    store.add_client(CLIENT)
    return store.begin_visit(CLIENT.code, age=85, operator="MB").result().id


def bare(noun: Any) -> set[str]:
    """Name the fields of a noun that have their default value: a round trip says nothing of those."""
    fields = msgspec.structs.fields(type(noun))
    return {f.name for f in fields if f.default is not msgspec.NODEFAULT and getattr(noun, f.name) == f.default}


def test_the_examples_fill_every_field() -> None:
    trial = full_trial("v")
    assert bare(trial) == {"recording"}
    assert not bare(CLIENT) | bare(trial.hand) | bare(trial.conditions) | bare(ANALYSIS) | bare(ANALYSIS.quality)


def test_clients(store: Store) -> None:
    other = Client(code="K-002")
    store.add_client(CLIENT).result()
    store.add_client(other).result()
    assert store.clients() == [other, CLIENT]
    assert store.client("K-017") == CLIENT

    heavier = msgspec.structs.replace(CLIENT, weight_kg=None)
    store.change_client(heavier).result()
    assert store.client("K-017") == heavier


def test_a_code_is_given_once(store: Store) -> None:
    store.add_client(CLIENT).result()
    with pytest.raises(StoreError) as caught:
        store.add_client(Client(code="K-017", sex=Sex.MALE)).result()
    assert caught.value.reason == Reason("store_client_exists", {"client": "K-017"})
    assert store.clients() == [CLIENT]


@pytest.mark.parametrize(
    "ask",
    [
        lambda store: store.client("K-9"),
        lambda store: store.visit("v"),
        lambda store: store.trial("t"),
        lambda store: store.change_client(Client(code="K-9")).result(),
        lambda store: store.begin_visit("K-9").result(),
        lambda store: store.finish_recording("t").result(),
    ],
)
def test_what_is_not_there_is_said(store: Store, ask: Any) -> None:
    with pytest.raises(StoreError) as caught:
        ask(store)
    assert caught.value.reason.code == "store_unknown"


def test_a_visit(store: Store) -> None:
    store.add_client(CLIENT)
    visit = store.begin_visit(CLIENT.code, age=85, operator="MB", kind=VisitKind.FIRST).result()
    later = store.begin_visit(CLIENT.code).result()
    assert (visit.client, visit.age, visit.operator, visit.kind) == ("K-017", 85, "MB", VisitKind.FIRST)
    assert store.visit(visit.id) == visit
    assert store.visits(CLIENT.code) == [visit, later]


def test_a_trial_without_a_sensor(store: Store) -> None:
    trial = full_trial(begun_visit(store))
    store.save_trial(trial).result()
    assert store.trial(trial.id) == trial
    assert store.recording(trial.id) is None


def test_a_trial_of_hardly_anything(store: Store) -> None:
    visit = begun_visit(store)
    trial = Trial(id=new_id(), visit=visit, test=TestName.GUG, number=1, started_at=utc_now())
    store.save_trial(trial).result()
    assert store.trials(visit) == [trial]


def test_a_trial_saved_again_is_as_it_is_now_and_keeps_its_older_analysis(store: Store) -> None:
    trial = full_trial(begun_visit(store))
    store.save_trial(trial).result()
    store.save_trial(trial).result()
    newer = msgspec.structs.replace(ANALYSIS, version="4", events=())
    changed = msgspec.structs.replace(trial, outcome=Outcome.INVALID, measures=MEASURES[:1], analysis=newer)
    store.save_trial(changed).result()
    assert store.trials(trial.visit) == [changed]
    kept = store._read(lambda c: c.exec_driver_sql("SELECT number, version FROM analyses ORDER BY number").all())
    assert [tuple(row) for row in kept] == [(1, "3"), (2, "4")]


def test_trials_come_in_order(store: Store) -> None:
    visit = begun_visit(store)
    trials = [full_trial(visit, number) for number in range(1, 5)]
    for trial in trials:
        store.save_trial(trial)
    store.save_trial(trials[1]).result()
    assert store.trials(visit) == trials


def test_a_trial_number_is_given_once(store: Store) -> None:
    visit = begun_visit(store)
    store.save_trial(full_trial(visit)).result()
    with pytest.raises(StoreError) as caught:
        store.save_trial(full_trial(visit)).result()
    assert caught.value.reason.code == "store_conflict"
    assert len(store.trials(visit)) == 1


def test_practice_attempts_are_counted_apart(store: Store) -> None:
    visit = begun_visit(store)
    practice = msgspec.structs.replace(full_trial(visit), practice=not full_trial(visit).practice)
    store.save_trial(practice).result()
    store.save_trial(full_trial(visit)).result()
    assert len(store.trials(visit)) == 2


def test_a_time_of_day_that_is_not_utc_is_refused(store: Store) -> None:
    trial = msgspec.structs.replace(full_trial(begun_visit(store)), started_at="2026-11-22T10:00:00+01:00")
    with pytest.raises(StoreError):
        store.save_trial(trial).result()


def test_a_result_and_a_second_judgement(store: Store) -> None:
    visit = begun_visit(store)
    trials = [full_trial(visit, number) for number in (1, 2)]
    for trial in trials:
        store.save_trial(trial)
    result = TestResult(
        test=TestName.TCS,
        trials=(trials[1].id, trials[0].id),
        headline_rule="mean_of_two",
        outcome=Outcome.UNABLE,
        measures=MEASURES,
        trial_values=(10.1, 0.1 + 0.2),
        conditions=trials[0].conditions,
    )
    old = Finding(
        rule="gug-kngf-20", version="2017", measure="duration", verdict=Verdict.MET, reason=NOTE, close=True,
        meaning="fall-risk-raised", source="KNGF", evidence="guideline",
    )  # fmt: skip
    assert not bare(result) | bare(old)
    other = Finding(rule="unable", measure=None, verdict=Verdict.UNKNOWN, reason=Reason("unable"))
    result_id = store.save_result(visit, result, [old, other]).result()
    new = msgspec.structs.replace(old, version="2030", verdict=Verdict.NOT_MET)
    store.add_judgement(result_id, [new]).result()

    (saved,) = store.results(visit)
    assert (saved.id, saved.result) == (result_id, result)
    assert [judgement.findings for judgement in saved.judgements] == [(old, other), (new,)]
    assert saved.findings == (new,)


def test_a_result_without_trials_and_findings(store: Store) -> None:
    visit = begun_visit(store)
    result = TestResult(test=TestName.GAIT, trials=(), headline_rule="none", outcome=Outcome.REFUSED)
    store.save_result(visit, result, []).result()
    (saved,) = store.results(visit)
    assert (saved.result, saved.findings) == (result, ())


def test_a_recording_is_equal_to_the_bit(store: Store) -> None:
    random = np.random.default_rng(1)
    time_s = 1e5 + np.cumsum(random.uniform(0.001, 0.03, 2000))
    signals = random.normal(size=(2000, 6)) * 1e-3 + 9.81
    signals[5] = [np.inf, -np.inf, np.nan, -0.0, 5e-324, 1.7e308]
    trial = full_trial(begun_visit(store))
    writer = store.begin_trial(trial, SENSOR)
    for start in range(0, 2000, 7):
        part = slice(start, start + 7)
        writer.append(time_s[part], signals[part, :3], signals[part, 3:])
    writer.mark_cue(1e5 + 0.1)
    writer.close().result()

    recording = store.recording(trial.id)
    assert recording is not None
    assert recording.time_s.tobytes() == time_s.tobytes()
    assert recording.acceleration.tobytes() == signals[:, :3].tobytes()
    assert recording.angular_velocity.tobytes() == signals[:, 3:].tobytes()
    assert all(a.flags.c_contiguous for a in (recording.time_s, recording.acceleration, recording.angular_velocity))
    assert (recording.placement, recording.cue_s, recording.nominal_rate_hz) == (Placement.THIGH, 1e5 + 0.1, 100.0)
    assert (recording.name, recording.subject) == (trial.id, "K-017")


def test_a_recorded_trial_knows_its_recording_and_its_link(store: Store) -> None:
    trial = full_trial(begun_visit(store))
    writer = store.begin_trial(trial, SENSOR)
    events: list[Any] = [Silent(10.0), Lost(12.5), Connected(14.0, SENSOR), Gap(1.0, 4.5)]
    for event in events:
        writer.link_event(event)
    writer.mark_cue(3.0)
    writer.mark_cue(None)
    writer.close().result()
    store.save_trial(writer.trial).result()
    assert writer.trial.recording is not None
    assert store.trial(trial.id) == writer.trial
    assert store.link_events(trial.id) == events
    recording = store.recording(trial.id)
    assert recording is not None
    assert recording.cue_s is None
    assert len(recording.time_s) == 0


def test_saving_in_mid_recording_and_a_late_beginning_do_not_undo_each_other(store: Store) -> None:
    trial = full_trial(begun_visit(store))
    store.save_trial(trial).result()
    store.begin_trial(msgspec.structs.replace(trial, outcome=Outcome.DONE), SENSOR).close().result()
    assert store.trial(trial.id).outcome is Outcome.STOPPED


def test_every_noun_that_is_kept_is_tried() -> None:
    tried = {"Client", "Visit", "Trial", "Analysis", "Quality", "Event", "Measure", "HandTimes", "Conditions"}
    tried |= {"Recording", "TestResult", "Finding", "Reason", "Judgement", "SavedResult"}
    tried |= {"Confirmation", "Consent", "Fact", "Questionnaire", "KeptCalibration", "AuditEntry"}  # test_record.py
    nouns = {n for n, v in vars(model).items() if isinstance(v, type) and issubclass(v, msgspec.Struct)}
    assert nouns == tried
