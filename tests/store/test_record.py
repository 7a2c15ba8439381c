"""What no sensor measured goes in and comes out equal; who did what is kept, and cannot be changed unseen."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec
import pytest

from store import examples
from teststation.model import (
    Client,
    Confirmation,
    Consent,
    Fact,
    KeptCalibration,
    Questionnaire,
    Scope,
    Side,
    TestName,
    Visit,
    VisitKind,
)
from teststation.store import Store, StoreError, open_store, temporary_store, utc_now

OTHER = Client(code="K-018", birth_year=1950)


@pytest.fixture
def store(tmp_path: Path, opened: Callable[[Path], Store]) -> Iterator[Store]:
    with opened(tmp_path / "store.db") as store:
        store.operator = "MB"
        for client in (examples.CLIENT, OTHER):
            store.add_client(client).result()
        yield store


@pytest.fixture
def visit(store: Store) -> Visit:
    return store.begin_visit(examples.CLIENT.code).result()


def full_visit(store: Store, visit: Visit) -> None:
    """Let everything hang on a visit that can."""
    writer = store.begin_trial(examples.trial(visit.id, 1), examples.SENSOR)
    writer.append(*examples.samples(1, 100))
    writer.close()
    trial = msgspec.structs.replace(writer.trial, analysis=examples.analysed(1))
    store.save_trial(trial)
    result_id = store.save_result(visit.id, *examples.result(trial)).result()
    store.add_confirmation(result_id, Confirmation(finding=3, agreed=True, at=utc_now(), operator="MB")).result()
    store.add_consent(visit.client, Consent(scope=Scope.TESTING, given=True, version="1", at=utc_now()), visit.id)
    store.add_facts(visit.id, [Fact(code="falls", value=2, at=utc_now())])
    store.add_questionnaire(visit.id, Questionnaire(name="rand36", version="2", at=utc_now())).result()


def actions(store: Store, key: str | None = None) -> list[str]:
    return [f"{entry.action} {entry.kind}" for entry in store.audit(key)]


def test_consents_facts_and_questionnaires_come_out_as_they_went_in(store: Store, visit: Visit) -> None:
    given = Consent(
        scope=Scope.RESEARCH, given=True, version="2026-11", at=utc_now(), representative=True, operator="MB"
    )
    withdrawn = msgspec.structs.replace(given, given=False, at=utc_now())
    store.add_consent(visit.client, given, visit.id)
    store.add_consent(visit.client, withdrawn).result()
    assert store.consents(visit.client) == [given, withdrawn]
    assert store.consents(OTHER.code) == []

    facts = [
        Fact(code="grip", value=21.5, at=utc_now(), unit="kg", side=Side.LEFT, source="dynamometer"),
        Fact(code="falls", value=2, at=utc_now()),
        Fact(code="goal", value="zelf naar de winkel – “één keer”", at=utc_now(), source="asked"),
        Fact(code="alone_trusted", value=False, at=utc_now()),
    ]
    store.add_facts(visit.id, facts).result()
    assert store.facts(visit.client) == store.facts_of_visit(visit.id) == facts
    assert [type(fact.value) for fact in store.facts(visit.client)] == [float, int, str, bool]

    rand = Questionnaire(name="rand36", version="2", at=utc_now(), answers={"3a": 1, "3b": 3}, scores={"pf": 55.0})
    store.add_questionnaire(visit.id, rand).result()
    assert store.questionnaires(visit.client) == [rand]


def test_a_fact_that_is_put_right_stays_and_the_audit_says_so(store: Store, visit: Visit) -> None:
    facts = [Fact(code="pain", value=value, at=utc_now()) for value in (3, 4)]
    for fact in facts:
        store.add_facts(visit.id, [fact]).result()
    other = store.begin_visit(visit.client).result()
    store.add_facts(other.id, facts[:1]).result()
    assert store.facts_of_visit(visit.id) == facts
    assert [entry.action for entry in store.audit() if entry.kind == "fact"] == ["added", "corrected", "added"]


def test_a_calibration_is_the_sensors(store: Store) -> None:
    first = KeptCalibration(driver="dot", serial="D4", made_at=utc_now(), values={"bias": [0.1, 0.2, 0.3], "kind": "x"})
    second = msgspec.structs.replace(first, made_at=utc_now(), values={})
    for each in (first, second, msgspec.structs.replace(first, serial="D5")):
        store.add_calibration(each).result()
    assert store.calibrations("dot", "D4") == [first, second]


def test_a_finding_is_confirmed_or_corrected_with_a_reason(store: Store, visit: Visit) -> None:
    trial = examples.trial(visit.id, 1)
    store.save_trial(trial)
    result_id = store.save_result(visit.id, *examples.result(trial)).result()
    said = [
        Confirmation(finding=0, agreed=True, at=utc_now(), operator="MB"),
        Confirmation(finding=1, agreed=False, at=utc_now(), operator="MB", reason="stoel was te laag"),
    ]
    for each in said:
        store.add_confirmation(result_id, each).result()
    (saved,) = store.results(visit.id)
    assert saved.judgements[-1].confirmations == tuple(said)
    with pytest.raises(StoreError):
        store.add_confirmation(result_id, Confirmation(finding=examples.EVENTS, agreed=True, at=utc_now())).result()
    with pytest.raises(StoreError):
        store.add_confirmation("nothing", said[0]).result()


def test_what_is_said_of_a_test_is_said_of_its_newest_result(store: Store, visit: Visit) -> None:
    trial = examples.trial(visit.id, 1)
    store.save_trial(trial)
    for _ in range(2):
        store.save_result(visit.id, *examples.result(trial))
    said = [Confirmation(finding=k, agreed=k > 0, at=utc_now(), operator="MB") for k in range(2)]
    store.confirm(visit.id, trial.test, said).result()
    older, newer = store.results(visit.id)
    assert (older.judgements[-1].confirmations, newer.judgements[-1].confirmations) == ((), tuple(said))
    with pytest.raises(StoreError):
        store.confirm(visit.id, TestName.POSTURES, said).result()


def test_a_visit_has_a_kind_and_an_end(store: Store) -> None:
    visit = store.begin_visit(OTHER.code, kind=VisitKind.SCREENING).result()
    assert visit.operator == "MB"
    assert store.open_visits() == [visit]
    store.end_visit(visit.id).result()
    ended = store.visit(visit.id)
    assert ended.ended_at is not None
    store.end_visit(visit.id).result()
    assert store.visit(visit.id) == ended
    assert store.open_visits() == []


def test_a_moved_visit_is_the_other_clients_with_all_that_hangs_on_it(store: Store, visit: Visit) -> None:
    full_visit(store, visit)
    before = (store.trials(visit.id), store.results(visit.id), store.facts_of_visit(visit.id))
    consents = store.consents(visit.client)
    store.move_visit(visit.id, OTHER.code).result()
    assert store.visits(visit.client) == []
    assert store.visits(OTHER.code) == [msgspec.structs.replace(visit, client=OTHER.code)]
    assert (store.trials(visit.id), store.results(visit.id), store.facts_of_visit(visit.id)) == before
    assert (store.consents(visit.client), store.consents(OTHER.code)) == ([], consents)
    assert store.facts(OTHER.code) == before[2]
    moved = store.audit(visit.id)[-1]
    assert (moved.action, moved.kind, moved.operator) == ("moved", "visit", "MB")
    assert set(moved.detail) == {"before", "after"}
    with pytest.raises(StoreError):
        store.move_visit(visit.id, "K-999").result()


def test_a_trial_is_discarded_unless_something_was_made_of_it(store: Store, visit: Visit) -> None:
    full_visit(store, visit)
    (used,) = store.trials(visit.id)
    with pytest.raises(StoreError) as caught:
        store.discard_trial(used.id).result()
    assert caught.value.reason.code == "store_trial_used"
    writer = store.begin_trial(examples.trial(visit.id, 2), examples.SENSOR)
    writer.append(*examples.samples(2, 100))[-1].result()
    assert [trial.number for trial in store.unfinished()] == [2]
    store.discard_trial(writer.trial.id).result()
    assert store.unfinished() == []
    assert [trial.number for trial in store.trials(visit.id)] == [1]
    assert actions(store, writer.trial.id) == ["begun trial", "discarded trial"]


def test_last_seen_tells_what_a_period_is_counted_from(store: Store) -> None:
    old = store.begin_visit(examples.CLIENT.code, kind=VisitKind.SCREENING).result()
    (never, screened) = store.last_seen()
    assert (never.client, never.screening_only) == (OTHER, True)
    assert (screened.client, screened.at, screened.screening_only) == (examples.CLIENT, old.started_at, True)
    new = store.begin_visit(examples.CLIENT.code, kind=VisitKind.FIRST).result()
    assert [(seen.at, seen.screening_only) for seen in store.last_seen()][1] == (new.started_at, False)


def test_everything_done_is_told_and_nobody_is_named(store: Store, visit: Visit) -> None:
    full_visit(store, visit)
    store.change_client(msgspec.structs.replace(examples.CLIENT, weight_kg=61.0)).result()
    store.note("exported", "client", "0199", form="pdf").result()
    told = actions(store)
    assert told[:3] == ["added client", "added client", "begun visit"]
    assert {"begun trial", "saved trial", "added result", "judged result", "confirmed result"} <= set(told)
    assert {"given consent", "added fact", "added questionnaire", "changed client", "exported client"} <= set(told)
    changed = next(entry for entry in store.audit() if entry.action == "changed")
    assert changed.detail == {"fields": ["weight_kg"]}
    assert {entry.operator for entry in store.audit()} == {"MB"}
    assert all(entry.station for entry in store.audit())
    everything = msgspec.json.encode(store.audit())
    assert b"K-01" not in everything
    assert b"1941" not in everything
    assert store.verify().problems == ()


@pytest.mark.parametrize("change", ["UPDATE audit SET operator = 'XX' WHERE number = 1", "DELETE FROM audit"])
def test_the_audit_takes_no_change(store: Store, change: str) -> None:
    with pytest.raises(StoreError):
        store._writer.run(lambda c: c.exec_driver_sql(change)).result()
    assert store.verify().problems == ()


@pytest.mark.parametrize(
    ("change", "at"),
    [
        ("UPDATE audit SET operator = 'XX' WHERE number = 2", 2),
        ("UPDATE audit SET detail = '{}' WHERE number = 1", None),
        ("UPDATE audit SET detail = '{\"a\":1}' WHERE number = 1", 1),
        ("DELETE FROM audit WHERE number = 2", 2),
        (
            "INSERT INTO audit SELECT number + 3, at, operator, station, action, kind, record, detail, hash FROM audit",
            4,
        ),
    ],
)
def test_a_change_made_past_the_program_is_seen(tmp_path: Path, change: str, at: int | None) -> None:
    path = tmp_path / "store.db"
    with open_store(path) as store:
        for client in (examples.CLIENT, OTHER, Client(code="K-019")):
            store.add_client(client).result()
    with sqlite3.connect(path) as forger:
        for what in ("update", "delete"):
            forger.execute(f"DROP TRIGGER audit_no_{what}")
        forger.execute(change)
    forger.close()
    with open_store(path) as store:
        found = [problem.params["number"] for problem in store.verify().problems]
        assert found[:1] == ([] if at is None else [at])


def test_an_erased_client_leaves_no_byte(
    tmp_path: Path, opened: Callable[[Path], Store], visit: Visit, store: Store
) -> None:
    canaries = ["CANARY-CODE", "CANARY-GOAL", "CANARY-REASON"]
    store.add_client(Client(code=canaries[0])).result()
    doomed = store.begin_visit(canaries[0]).result()
    full_visit(store, doomed)
    full_visit(store, visit)
    for number in range(40):
        store.add_facts(doomed.id, [Fact(code="goal", value=f"{canaries[1]} {number}", at=utc_now())]).result()
    samples = store.recording(store.trials(doomed.id)[0].id)
    assert samples is not None
    canary_bytes = samples.acceleration[7].tobytes()
    kept = (store.trials(visit.id), store.results(visit.id))
    backup = tmp_path / "elsewhere.db"
    store.back_up(backup)

    assert store.erase_client(canaries[0]).result() == [backup]
    if not store.encrypted:
        files = b"".join(file.read_bytes() for file in tmp_path.glob("store.db*"))
        assert not [canary for canary in canaries if canary.encode() in files]
        assert files.count(canary_bytes) <= 1, "the other client's recording is the same"
    assert (store.trials(visit.id), store.results(visit.id)) == kept
    assert [client.code for client in store.clients()] == [examples.CLIENT.code, OTHER.code]
    erased = store.audit()[-1]
    assert (erased.action, erased.kind, erased.detail) == ("erased", "client", {})
    assert store.verify().problems == ()
    with pytest.raises(StoreError):
        store.erase_client(canaries[0]).result()


def test_an_erasing_that_was_cut_short_is_ended_at_the_next_start(tmp_path: Path) -> None:
    path = tmp_path / "store.db"
    with open_store(path) as store:
        for number in range(200):
            store.add_client(Client(code=f"CANARY{number}", walking_aid="x" * 200))
        store._writer.run(lambda c: c.exec_driver_sql("DELETE FROM clients")).result()
        store._writer.run(lambda c: c.exec_driver_sql("PRAGMA user_version = 1")).result()
    assert b"CANARY" in path.read_bytes()
    with open_store(path):
        pass
    assert b"CANARY" not in path.read_bytes()
    with open_store(path) as store:
        assert store._read(lambda c: c.exec_driver_sql("PRAGMA user_version").scalar()) == 0


def test_a_visit_of_only_today_is_as_any_other() -> None:
    with temporary_store(encrypted=True) as store:
        store.add_client(examples.CLIENT).result()
        full_visit(store, store.begin_visit(examples.CLIENT.code).result())
        assert store.verify().problems == ()
