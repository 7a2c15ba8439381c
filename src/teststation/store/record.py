"""Rows of what no sensor measured: consents, facts, questionnaires, confirmations, calibrations; and whose they are.

Everything here runs inside a transaction that somebody else began, and says so in the audit.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeVar

import msgspec
from sqlalchemy import ColumnElement, Connection, Select, delete, func, insert, select, update

from teststation.model import (
    Client,
    Confirmation,
    Consent,
    Fact,
    KeptCalibration,
    Questionnaire,
    TestName,
    VisitKind,
)
from teststation.store import audit, schema
from teststation.store.errors import StoreError
from teststation.store.keys import new_id, utc_now

N = TypeVar("N", bound=msgspec.Struct)


class LastSeen(msgspec.Struct, frozen=True):
    """When a client was last seen, and whether ever for more than a screening: how long to keep hangs on both."""

    client: Client
    at: str
    screening_only: bool


def client_id(connection: Connection, code: str) -> str:
    """Find the key of a client."""
    return _found(connection, select(schema.clients.c.id).where(schema.clients.c.code == code), code)


def put_consent(connection: Connection, code: str, consent: Consent, visit: str | None) -> None:
    """Add what a client agreed to, or took back."""
    owner, consent_id = client_id(connection, code), new_id()
    values = msgspec.structs.asdict(consent)
    connection.execute(insert(schema.consents).values(id=consent_id, client_id=owner, visit_id=visit, **values))
    audit.add(connection, "given" if consent.given else "refused", "consent", consent_id, scope=consent.scope)


def get_consents(connection: Connection, code: str) -> list[Consent]:
    """Read a client's consents, the oldest first."""
    table = schema.consents
    own = select(table).select_from(table.join(schema.clients)).where(schema.clients.c.code == code)
    query = own.order_by(table.c.at, table.c.id)
    return _nouns(connection, query, Consent)


def put_facts(connection: Connection, visit: str, facts: Sequence[Fact]) -> None:
    """Add facts; one that another was known in the place of, in this visit, corrects that, which stays."""
    table = schema.facts
    of_visit = select(table.c.code, table.c.side).where(table.c.visit_id == visit)
    known = {(code, side) for code, side in connection.execute(of_visit)}
    for fact in facts:
        fact_id = new_id()
        connection.execute(insert(table).values(id=fact_id, visit_id=visit, **msgspec.structs.asdict(fact)))
        audit.add(connection, "corrected" if (fact.code, fact.side) in known else "added", "fact", fact_id)


def get_facts(connection: Connection, where: ColumnElement[bool]) -> list[Fact]:
    """Read facts, the oldest first."""
    table = schema.facts
    of_client = table.join(schema.visits).join(schema.clients)
    query = select(table).select_from(of_client).where(where).order_by(table.c.at, table.c.id)
    return _nouns(connection, query, Fact)


def put_questionnaire(connection: Connection, visit: str, questionnaire: Questionnaire) -> None:
    """Add a questionnaire that was filled in."""
    made, values = new_id(), msgspec.structs.asdict(questionnaire)
    connection.execute(insert(schema.questionnaires).values(id=made, visit_id=visit, **values))
    audit.add(connection, "added", "questionnaire", made)


def get_questionnaires(connection: Connection, where: ColumnElement[bool]) -> list[Questionnaire]:
    """Read questionnaires, the oldest first."""
    table = schema.questionnaires
    of_client = table.join(schema.visits).join(schema.clients)
    query = select(table).select_from(of_client).where(where).order_by(table.c.at, table.c.id)
    return _nouns(connection, query, Questionnaire)


def put_confirmation(connection: Connection, result_id: str, confirmation: Confirmation) -> None:
    """Add what the therapist says of a finding of a result's newest judgement."""
    made = schema.judgements
    newest = select(made.c.id).where(made.c.result_id == result_id).order_by(made.c.number.desc()).limit(1)
    judgement_id, confirmation_id = _found(connection, newest, result_id), new_id()
    values = msgspec.structs.asdict(confirmation)
    connection.execute(insert(schema.confirmations).values(id=confirmation_id, judgement_id=judgement_id, **values))
    audit.add(connection, "confirmed" if confirmation.agreed else "corrected", "result", result_id)


def confirm(connection: Connection, visit: str, test: TestName, said: Sequence[Confirmation]) -> None:
    """Add what the therapist says of the newest result of a test."""
    made = schema.test_results
    of_test = select(made.c.id).where(made.c.visit_id == visit, made.c.test == test)
    newest = of_test.order_by(made.c.made_at.desc(), made.c.id.desc()).limit(1)
    result_id = _found(connection, newest, test)
    for each in said:
        put_confirmation(connection, result_id, each)


def put_calibration(connection: Connection, calibration: KeptCalibration) -> None:
    """Add a calibration of a sensor, which may be new."""
    sensors = schema.sensors
    same = (sensors.c.driver == calibration.driver) & (sensors.c.serial == calibration.serial)
    sensor_id = connection.scalar(select(sensors.c.id).where(same))
    if sensor_id is None:
        sensor_id = new_id()
        connection.execute(insert(sensors).values(id=sensor_id, driver=calibration.driver, serial=calibration.serial))
    made = new_id()
    connection.execute(
        insert(schema.calibrations).values(
            id=made, sensor_id=sensor_id, made_at=calibration.made_at, values=calibration.values
        )
    )
    audit.add(connection, "added", "calibration", made)


def get_calibrations(connection: Connection, driver: str, serial: str) -> list[KeptCalibration]:
    """Read a sensor's calibrations, the oldest first."""
    query = (
        select(schema.calibrations, schema.sensors.c.driver, schema.sensors.c.serial)
        .join(schema.sensors)
        .where(schema.sensors.c.driver == driver, schema.sensors.c.serial == serial)
        .order_by(schema.calibrations.c.made_at, schema.calibrations.c.id)
    )
    return _nouns(connection, query, KeptCalibration)


def end_visit(connection: Connection, visit: str) -> None:
    """End a visit, which it stays."""
    visits = schema.visits
    ended = connection.execute(
        update(visits).where(visits.c.id == visit).values(ended_at=func.coalesce(visits.c.ended_at, utc_now()))
    )
    if not ended.rowcount:
        raise StoreError("store_unknown", what=visit)
    audit.add(connection, "ended", "visit", visit)


def move_visit(connection: Connection, visit: str, code: str) -> None:
    """Give a visit, with all that hangs on it, to the client whose it was."""
    before = _found(connection, select(schema.visits.c.client_id).where(schema.visits.c.id == visit), visit)
    after = client_id(connection, code)
    connection.execute(update(schema.visits).where(schema.visits.c.id == visit).values(client_id=after))
    connection.execute(update(schema.consents).where(schema.consents.c.visit_id == visit).values(client_id=after))
    audit.add(connection, "moved", "visit", visit, before=before, after=after)


def discard_trial(connection: Connection, trial: str) -> None:
    """Take a trial out, with its recording; not one that a result was made of."""
    used = connection.scalar(select(schema.result_trials.c.result_id).where(schema.result_trials.c.trial_id == trial))
    if used is not None:
        raise StoreError("store_trial_used", trial=trial)
    if not connection.execute(delete(schema.trials).where(schema.trials.c.id == trial)).rowcount:
        raise StoreError("store_unknown", what=trial)
    audit.add(connection, "discarded", "trial", trial)


def erase_client(connection: Connection, code: str) -> None:
    """Take a client out, with all that hangs on one, and mark that the file has to be scrubbed of it."""
    owner = client_id(connection, code)
    connection.execute(delete(schema.clients).where(schema.clients.c.id == owner))
    connection.exec_driver_sql(f"PRAGMA user_version = {schema.TO_BE_SCRUBBED}")
    audit.add(connection, "erased", "client", owner)


def last_seen(connection: Connection) -> list[LastSeen]:
    """Tell when each client was last seen, the longest ago first."""
    visits = schema.visits
    last = func.max(func.coalesce(visits.c.started_at, schema.clients.c.added_at))
    care = func.sum((func.coalesce(visits.c.kind, "") != VisitKind.SCREENING) & visits.c.id.is_not(None))
    query = (
        select(schema.clients, last.label("last"), care.label("care"))
        .outerjoin(visits)
        .group_by(schema.clients.c.id)
        .order_by(last, schema.clients.c.code)
    )
    return [
        LastSeen(_noun(row, Client), row["last"], screening_only=not row["care"])
        for row in connection.execute(query).mappings()
    ]


def _found(connection: Connection, query: Select[tuple[str]], what: str) -> str:
    found = connection.scalar(query)
    if found is None:
        raise StoreError("store_unknown", what=what)
    return str(found)


def _nouns(connection: Connection, query: Select[Any], noun: type[N]) -> list[N]:
    return [_noun(row, noun) for row in connection.execute(query).mappings()]


def _noun(row: Any, noun: type[N]) -> N:
    return msgspec.convert({name: row[name] for name in noun.__struct_fields__}, noun)
