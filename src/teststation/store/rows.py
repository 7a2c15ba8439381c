"""Nouns to rows and back. Everything here runs inside a transaction that somebody else began."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any, TypeVar

import msgspec
from sqlalchemy import (
    ColumnElement,
    Connection,
    RowMapping,
    ScalarSelect,
    Select,
    Table,
    delete,
    func,
    insert,
    select,
    update,
)
from sqlalchemy.dialects.sqlite import insert as insert_or

from teststation import __version__
from teststation.model import (
    Analysis,
    Client,
    Confirmation,
    Event,
    Finding,
    Judgement,
    Measure,
    SavedResult,
    TestResult,
    Trial,
    Visit,
    VisitKind,
)
from teststation.store import audit, schema
from teststation.store.errors import StoreError
from teststation.store.keys import new_id, utc_now

N = TypeVar("N", bound=msgspec.Struct)

HAND = ("cue_s", "line_s", "stop_s", "stopwatch_s")


# clients and visits


def put_client(connection: Connection, client: Client) -> None:
    """Add a client whose code is new."""
    known = connection.scalar(select(schema.clients.c.id).where(schema.clients.c.code == client.code))
    if known is not None:
        raise StoreError("store_client_exists", client=client.code)
    client_id = new_id()
    values = msgspec.structs.asdict(client)
    connection.execute(insert(schema.clients).values(id=client_id, added_at=utc_now(), **values))
    audit.add(connection, "added", "client", client_id)


def change_client(connection: Connection, client: Client) -> None:
    """Write what is now known of a client."""
    known = (
        connection.execute(select(schema.clients).where(schema.clients.c.code == client.code)).mappings().one_or_none()
    )
    if known is None:
        raise StoreError("store_unknown", what=client.code)
    changed = {name: value for name, value in msgspec.structs.asdict(client).items() if known[name] != value}
    if changed:
        connection.execute(update(schema.clients).where(schema.clients.c.id == known["id"]).values(changed))
        audit.add(connection, "changed", "client", known["id"], fields=sorted(changed))


def get_clients(connection: Connection, *where: ColumnElement[bool], most: int | None = None) -> list[Client]:
    """Read clients in order of code."""
    query = select(schema.clients).where(*where).order_by(schema.clients.c.code).limit(most)
    return [_noun(row, Client) for row in connection.execute(query).mappings()]


def put_visit(connection: Connection, visit: Visit) -> None:
    """Add a visit of a known client."""
    client_id = connection.scalar(select(schema.clients.c.id).where(schema.clients.c.code == visit.client))
    if client_id is None:
        raise StoreError("store_unknown", what=visit.client)
    values = msgspec.structs.asdict(visit)
    del values["client"]
    connection.execute(insert(schema.visits).values(client_id=client_id, **values))
    audit.add(connection, "begun", "visit", visit.id)


def get_visits(connection: Connection, *where: ColumnElement[bool]) -> list[Visit]:
    """Read visits, the oldest first."""
    query = (
        select(schema.visits, schema.clients.c.code.label("client"))
        .join(schema.clients)
        .where(*where)
        .order_by(schema.visits.c.started_at, schema.visits.c.id)
    )
    return [_noun(row, Visit) for row in connection.execute(query).mappings()]


# trials


def begin_trial(connection: Connection, trial: Trial) -> None:
    """Add the row of a trial, unless it is there."""
    begun = connection.execute(
        insert_or(schema.trials).values(_trial_values(trial)).on_conflict_do_nothing(index_elements=["id"])
    )
    if begun.rowcount:
        audit.add(connection, "begun", "trial", trial.id)


def put_trial(connection: Connection, trial: Trial) -> None:
    """Add or change a trial and its measures; an analysis other than the newest one is added to those before."""
    values = _trial_values(trial)
    connection.execute(
        insert_or(schema.trials).values(values).on_conflict_do_update(index_elements=["id"], set_=values)
    )
    connection.execute(delete(schema.trial_measures).where(schema.trial_measures.c.trial_id == trial.id))
    _put_measures(connection, schema.trial_measures, trial.id, trial.measures)
    if trial.analysis is not None and trial.analysis != _newest_analyses(connection, [trial.id]).get(trial.id):
        _put_analysis(connection, trial.id, trial.analysis)
    audit.add(connection, "saved", "trial", trial.id)


def count_visits(connection: Connection, since: str, kind: VisitKind) -> int:
    """Count the visits of a kind that began at a moment or later."""
    visits = schema.visits
    later = select(func.count()).select_from(visits).where(visits.c.started_at >= since, visits.c.kind == kind)
    return connection.scalar(later) or 0


def count_trials(connection: Connection, since: str) -> int:
    """Count the trials that began after a moment."""
    later = select(func.count()).select_from(schema.trials).where(schema.trials.c.started_at > since)
    return connection.scalar(later) or 0


def get_trials(connection: Connection, *where: ColumnElement[bool]) -> list[Trial]:
    """Read trials in the order of their beginning, each with its newest analysis."""
    query = (
        select(schema.trials, schema.recordings.c.id.label("recording"))
        .outerjoin(schema.recordings)
        .where(*where)
        .order_by(schema.trials.c.started_at, schema.trials.c.id)
    )
    rows = connection.execute(query).mappings().all()
    ids = [row["id"] for row in rows]
    measures = _get_measures(connection, schema.trial_measures, ids)
    analyses = _newest_analyses(connection, ids)
    return [
        _noun(
            row,
            Trial,
            visit=row["visit_id"],
            hand={name: row[name] for name in HAND},
            measures=measures[row["id"]],
            analysis=analyses.get(row["id"]),
        )
        for row in rows
    ]


def _trial_values(trial: Trial) -> dict[str, Any]:
    kept = ("id", "test", "number", "started_at", "outcome", "outcome_reason", "practice", "host_minus_device_s")
    return {
        "visit_id": trial.visit,
        **{name: getattr(trial, name) for name in (*kept, "headline_source", "headline_reason", "conditions")},
        **{name: getattr(trial.hand, name) for name in HAND},
    }


def _put_analysis(connection: Connection, trial_id: str, analysis: Analysis) -> None:
    analysis_id = new_id()
    connection.execute(
        insert(schema.analyses).values(
            id=analysis_id,
            trial_id=trial_id,
            number=_next(schema.analyses, schema.analyses.c.trial_id == trial_id),
            made_at=utc_now(),
            made_with=__version__,
            **{n: getattr(analysis, n) for n in ("version", "test", "placement", "status", "quality", "reasons")},
        )
    )
    _put_all(
        connection,
        schema.events,
        (
            {
                "analysis_id": analysis_id,
                "position": position,
                "name": event.name,
                "time_s": event.time_s,
                "low_s": event.interval_s[0],
                "high_s": event.interval_s[1],
                "repetition": event.repetition,
            }
            for position, event in enumerate(analysis.events)
        ),
    )
    _put_measures(connection, schema.analysis_measures, analysis_id, analysis.measures)


def _newest_analyses(connection: Connection, trial_ids: Sequence[str]) -> dict[str, Analysis]:
    older = schema.analyses.alias()
    newest = select(func.max(older.c.number)).where(older.c.trial_id == schema.analyses.c.trial_id).scalar_subquery()
    query = select(schema.analyses).where(schema.analyses.c.trial_id.in_(trial_ids), schema.analyses.c.number == newest)
    rows = connection.execute(query).mappings().all()
    ids = [row["id"] for row in rows]
    events = _get_events(connection, ids)
    measures = _get_measures(connection, schema.analysis_measures, ids)
    return {
        row["trial_id"]: _noun(
            row,
            Analysis,
            events=events[row["id"]],
            measures=measures[row["id"]],
        )
        for row in rows
    }


def _get_events(connection: Connection, analysis_ids: Sequence[str]) -> defaultdict[str, list[Event]]:
    found = defaultdict(list)
    for row in _owned(connection, schema.events, schema.events.c.analysis_id, analysis_ids):
        found[row["analysis_id"]].append(_noun(row, Event, interval_s=(row["low_s"], row["high_s"])))
    return found


# results


def put_result(
    connection: Connection, result_id: str, visit_id: str, result: TestResult, findings: Sequence[Finding]
) -> None:
    """Add a result with its first judgement, unless it is there."""
    if connection.scalar(select(schema.test_results.c.id).where(schema.test_results.c.id == result_id)):
        return
    connection.execute(
        insert(schema.test_results).values(
            id=result_id,
            visit_id=visit_id,
            made_at=utc_now(),
            **{n: getattr(result, n) for n in ("test", "headline_rule", "outcome", "trial_values", "conditions")},
        )
    )
    _put_all(
        connection,
        schema.result_trials,
        (
            {"result_id": result_id, "position": position, "trial_id": trial_id}
            for position, trial_id in enumerate(result.trials)
        ),
    )
    _put_measures(connection, schema.result_measures, result_id, result.measures)
    audit.add(connection, "added", "result", result_id)
    put_judgement(connection, result_id, findings)


def put_judgement(connection: Connection, result_id: str, findings: Sequence[Finding]) -> None:
    """Add a judgement of a result to those before."""
    judgement_id = new_id()
    connection.execute(
        insert(schema.judgements).values(
            id=judgement_id,
            result_id=result_id,
            number=_next(schema.judgements, schema.judgements.c.result_id == result_id),
            made_at=utc_now(),
            made_with=__version__,
        )
    )
    _put_all(
        connection,
        schema.findings,
        (
            {"judgement_id": judgement_id, "position": position, **msgspec.structs.asdict(finding)}
            for position, finding in enumerate(findings)
        ),
    )
    audit.add(connection, "judged", "result", result_id)


def get_results(connection: Connection, *where: ColumnElement[bool]) -> list[SavedResult]:
    """Read results, the oldest first, each with all its judgements."""
    query = select(schema.test_results).where(*where).order_by(schema.test_results.c.made_at, schema.test_results.c.id)
    rows = connection.execute(query).mappings().all()
    ids = [row["id"] for row in rows]
    used = defaultdict(list)
    for row in _owned(connection, schema.result_trials, schema.result_trials.c.result_id, ids):
        used[row["result_id"]].append(row["trial_id"])
    measures = _get_measures(connection, schema.result_measures, ids)
    judgements = _get_judgements(connection, ids)
    return [
        SavedResult(
            row["id"],
            _noun(row, TestResult, trials=used[row["id"]], measures=measures[row["id"]]),
            tuple(judgements[row["id"]]),
        )
        for row in rows
    ]


def _get_judgements(connection: Connection, result_ids: Sequence[str]) -> defaultdict[str, list[Judgement]]:
    made = schema.judgements
    query = select(made).where(made.c.result_id.in_(result_ids)).order_by(made.c.result_id, made.c.number)
    rows = connection.execute(query).mappings().all()
    findings = defaultdict(list)
    for row in _owned(connection, schema.findings, schema.findings.c.judgement_id, [row["id"] for row in rows]):
        findings[row["judgement_id"]].append(_noun(row, Finding))
    said = defaultdict(list)
    of_these = schema.confirmations.c.judgement_id.in_([row["id"] for row in rows])
    of_findings = (
        select(schema.confirmations).where(of_these).order_by(schema.confirmations.c.at, schema.confirmations.c.id)
    )
    for row in connection.execute(of_findings).mappings():
        said[row["judgement_id"]].append(_noun(row, Confirmation))
    found = defaultdict(list)
    for row in rows:
        judgement = Judgement(row["made_at"], tuple(findings[row["id"]]), tuple(said[row["id"]]))
        found[row["result_id"]].append(judgement)
    return found


# what they share


def _put_measures(connection: Connection, table: Table, owner: str, measures: Sequence[Measure]) -> None:
    _put_all(
        connection,
        table,
        (
            {
                _owner(table): owner,
                "position": position,
                "name": measure.name,
                "value": measure.value,
                "unit": measure.unit,
                "low": measure.interval[0],
                "high": measure.interval[1],
                "source": measure.source,
                "at_least": measure.at_least,
            }
            for position, measure in enumerate(measures)
        ),
    )


def _get_measures(connection: Connection, table: Table, owners: Sequence[str]) -> defaultdict[str, list[Measure]]:
    found = defaultdict(list)
    for row in _owned(connection, table, table.c[_owner(table)], owners):
        found[row[_owner(table)]].append(_noun(row, Measure, interval=(row["low"], row["high"])))
    return found


def _owner(measures: Table) -> str:
    return measures.name.replace("_measures", "_id")


def _owned(
    connection: Connection, table: Table, owner: ColumnElement[str], owners: Sequence[str]
) -> Sequence[RowMapping]:
    query = select(table).where(owner.in_(owners)).order_by(owner, table.c.position)
    return connection.execute(query).mappings().all()


def _put_all(connection: Connection, table: Table, rows: Iterable[dict[str, Any]]) -> None:
    values = list(rows)
    if values:
        connection.execute(insert(table), values)


def _next(table: Table, where: ColumnElement[bool]) -> ScalarSelect[int]:
    numbered: Select[tuple[int]] = select(func.coalesce(func.max(table.c.number), 0) + 1).where(where)
    return numbered.scalar_subquery()


def _noun(row: RowMapping, noun: type[N], **others: Any) -> N:
    """Make a noun of the columns that are named as its fields, and of the others given."""
    columns = {name: row[name] for name in noun.__struct_fields__ if name in row}
    return msgspec.convert(columns | others, noun)
