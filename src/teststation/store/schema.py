"""The tables, as the newest migration leaves them.

Keys are UUIDv7 as text, times of day UTC as text, times of a signal seconds on the device's clock. Every row has an
owner, up to the client, so that erasing a client erases everything about the client.
"""

from __future__ import annotations

from typing import Any

import msgspec
from sqlalchemy import (
    DDL,
    REAL,
    CheckConstraint,
    Column,
    Dialect,
    Double,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
    event,
)

from teststation.model import Reason

HEAD = "0002"
"""The newest migration. Kept here so that a store at head opens without Alembic."""

APPLICATION_ID = 0x54535431
"""`TST1` in the file's header: by it a store is told from any other SQLite file without opening it."""


TO_BE_SCRUBBED = 1
"""`user_version` of a file in which bytes of erased clients may still stand."""


class Json(TypeDecorator[Any]):
    """What has no columns of its own, as JSON: read as dicts and lists, with the reasons among them made again."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:  # noqa: ARG002 - the signature is given
        """Write it."""
        return None if value is None else msgspec.json.encode(value).decode()

    def process_result_value(self, value: str | None, dialect: Dialect) -> Any:  # noqa: ARG002
        """Read it."""
        return None if value is None else _with_reasons(msgspec.json.decode(value))


def _with_reasons(value: Any) -> Any:
    match value:
        case {"code": str(code), **rest} if rest.keys() <= {"params"}:
            return Reason(code, _with_reasons(rest.get("params", {})))
        case dict():
            return {key: _with_reasons(item) for key, item in value.items()}
        case list():
            return [_with_reasons(item) for item in value]
        case _:
            return value


class Flag(TypeDecorator[bool]):
    """True or false; strict tables know integers only."""

    impl = Integer
    cache_ok = True

    def process_bind_param(self, value: bool | None, dialect: Dialect) -> int | None:  # noqa: ARG002 - the signature is given
        """Write it."""
        return None if value is None else int(value)

    def process_result_value(self, value: int | None, dialect: Dialect) -> bool | None:  # noqa: ARG002
        """Read it."""
        return None if value is None else bool(value)


Real: Double[float] = Double().with_variant(REAL(), "sqlite")

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_name)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def _table(name: str, *columns: Any) -> Table:
    return Table(name, metadata, *columns, sqlite_strict=True)


def _id() -> Column[str]:
    return Column("id", Text, primary_key=True)


def _owner(name: str, target: str, **options: Any) -> Column[str]:
    return Column(name, Text, ForeignKey(target, ondelete="CASCADE"), nullable=False, **options)


def _place(name: str = "position") -> Column[int]:
    return Column(name, Integer, primary_key=True, autoincrement=False)


def _moment(name: str, *, nullable: bool = False) -> Column[str]:
    in_utc = CheckConstraint(f"{name} LIKE '____-__-__T__:__:__%Z'", name=f"{name}_utc")
    return Column(name, Text, in_utc, nullable=nullable)


def _measures(owner: str, target: str) -> Table:
    return _table(
        f"{owner}_measures",
        _owner(f"{owner}_id", target, primary_key=True),
        _place(),
        Column("name", Text, nullable=False),
        Column("value", Real, nullable=False),
        Column("unit", Text, nullable=False),
        Column("low", Real, nullable=False),
        Column("high", Real, nullable=False),
        Column("source", Text, nullable=False),
        Column("at_least", Flag, nullable=False),
    )


store_info = _table(
    "store_info",
    Column("only", Integer, CheckConstraint("only = 1", name="only_one"), primary_key=True, autoincrement=False),
    Column("needs", Text, nullable=False),
)
"""One row: the oldest version of the program that can open this store."""

clients = _table(
    "clients",
    _id(),
    _moment("added_at"),
    Column("code", Text, nullable=False, unique=True),
    Column("birth_year", Integer),
    Column("sex", Text),
    Column("height_cm", Real),
    Column("height_measured", Flag),
    Column("weight_kg", Real),
    Column("walking_aid", Text),
)

visits = _table(
    "visits",
    _id(),
    _owner("client_id", "clients.id", index=True),
    _moment("started_at"),
    Column("age", Integer),
    Column("operator", Text, nullable=False),
    Column("kind", Text),
    _moment("ended_at", nullable=True),
)

trials = _table(
    "trials",
    _id(),
    _owner("visit_id", "visits.id"),
    Column("test", Text, nullable=False),
    Column("number", Integer, nullable=False),
    _moment("started_at"),
    Column("outcome", Text, nullable=False),
    Column("outcome_reason", Json),
    Column("practice", Flag, nullable=False),
    Column("cue_s", Real),
    Column("line_s", Real),
    Column("stop_s", Real),
    Column("stopwatch_s", Real),
    Column("host_minus_device_s", Real),
    Column("headline_source", Text),
    Column("headline_reason", Json),
    Column("conditions", Json, nullable=False),
    UniqueConstraint("visit_id", "test", "practice", "number"),
)
"""Practice attempts are counted apart. The hand's times are seconds on the host's clock; the offset leads from the
device's to it."""

trial_measures = _measures("trial", "trials.id")

recordings = _table(
    "recordings",
    _id(),
    _owner("trial_id", "trials.id", unique=True),
    _moment("started_at"),
    Column("driver", Text, nullable=False),
    Column("sensor_name", Text, nullable=False),
    Column("sensor_serial", Text, nullable=False),
    Column("nominal_rate_hz", Real, nullable=False),
    Column("placement", Text, nullable=False),
    Column("cue_s", Real),
    _moment("closed_at", nullable=True),
    Column("samples", Integer),
    Column("sha256", Text),
)
"""The last three are known once the recording is closed; the sum is over the data of its blocks in order."""

sample_blocks = _table(
    "sample_blocks",
    _owner("recording_id", "recordings.id", primary_key=True),
    _place("number"),
    Column("first_s", Real, nullable=False),
    Column("last_s", Real, nullable=False),
    Column("samples", Integer, nullable=False),
    Column("data", LargeBinary, nullable=False),
)

link_events = _table(
    "link_events",
    _owner("recording_id", "recordings.id", primary_key=True),
    _place("number"),
    Column("kind", Text, nullable=False),
    Column("start_s", Real, nullable=False),
    Column("end_s", Real),
)
"""A gap has a start and an end on the device's clock, everything else a start on the host's.
Where times were counted the end is as much later as they wandered."""

analyses = _table(
    "analyses",
    _id(),
    _owner("trial_id", "trials.id"),
    Column("number", Integer, nullable=False),
    _moment("made_at"),
    Column("made_with", Text, nullable=False),
    Column("version", Text, nullable=False),
    Column("test", Text),
    Column("placement", Text, nullable=False),
    Column("status", Text, nullable=False),
    Column("quality", Json, nullable=False),
    Column("reasons", Json, nullable=False),
    UniqueConstraint("trial_id", "number"),
)
"""A new analysis of a trial is added; the one with the highest number counts."""

events = _table(
    "events",
    _owner("analysis_id", "analyses.id", primary_key=True),
    _place(),
    Column("name", Text, nullable=False),
    Column("time_s", Real, nullable=False),
    Column("low_s", Real, nullable=False),
    Column("high_s", Real, nullable=False),
    Column("repetition", Integer),
)

analysis_measures = _measures("analysis", "analyses.id")

test_results = _table(
    "test_results",
    _id(),
    _owner("visit_id", "visits.id", index=True),
    _moment("made_at"),
    Column("test", Text, nullable=False),
    Column("headline_rule", Text, nullable=False),
    Column("outcome", Text, nullable=False),
    Column("trial_values", Json, nullable=False),
    Column("conditions", Json, nullable=False),
)

result_trials = _table(
    "result_trials",
    _owner("result_id", "test_results.id", primary_key=True),
    _place(),
    _owner("trial_id", "trials.id", index=True),
)

result_measures = _measures("result", "test_results.id")

judgements = _table(
    "judgements",
    _id(),
    _owner("result_id", "test_results.id"),
    Column("number", Integer, nullable=False),
    _moment("made_at"),
    Column("made_with", Text, nullable=False),
    UniqueConstraint("result_id", "number"),
)
"""A new judgement of a result is added; the one with the highest number counts."""

findings = _table(
    "findings",
    _owner("judgement_id", "judgements.id", primary_key=True),
    _place(),
    Column("rule", Text, nullable=False),
    Column("version", Text, nullable=False),
    Column("measure", Text),
    Column("verdict", Text, nullable=False),
    Column("reason", Json, nullable=False),
    Column("close", Flag, nullable=False),
    Column("meaning", Text, nullable=False),
    Column("source", Text, nullable=False),
    Column("evidence", Text, nullable=False),
)

confirmations = _table(
    "confirmations",
    _id(),
    Column("judgement_id", Text, nullable=False),
    Column("finding", Integer, nullable=False),
    Column("agreed", Flag, nullable=False),
    _moment("at"),
    Column("operator", Text, nullable=False),
    Column("reason", Text, nullable=False),
    ForeignKeyConstraint(
        ["judgement_id", "finding"], ["findings.judgement_id", "findings.position"], ondelete="CASCADE"
    ),
    Index("ix_confirmations_judgement_id", "judgement_id"),
)

consents = _table(
    "consents",
    _id(),
    _owner("client_id", "clients.id", index=True),
    Column("visit_id", Text, ForeignKey("visits.id", ondelete="SET NULL"), index=True),
    Column("scope", Text, nullable=False),
    Column("given", Flag, nullable=False),
    Column("version", Text, nullable=False),
    _moment("at"),
    Column("representative", Flag, nullable=False),
    Column("operator", Text, nullable=False),
)
"""The client's, who may withdraw between two visits; a visit that is moved takes along what was said in it."""

facts = _table(
    "facts",
    _id(),
    _owner("visit_id", "visits.id", index=True),
    Column("code", Text, nullable=False),
    Column("value", Json, nullable=False),
    Column("unit", Text, nullable=False),
    Column("side", Text),
    Column("source", Text, nullable=False),
    _moment("at"),
)
"""Nothing is overwritten: of a code and side the newest counts."""

questionnaires = _table(
    "questionnaires",
    _id(),
    _owner("visit_id", "visits.id", index=True),
    Column("name", Text, nullable=False),
    Column("version", Text, nullable=False),
    _moment("at"),
    Column("answers", Json, nullable=False),
    Column("scores", Json, nullable=False),
)

sensors = _table(
    "sensors",
    _id(),
    Column("driver", Text, nullable=False),
    Column("serial", Text, nullable=False),
    UniqueConstraint("driver", "serial"),
)

calibrations = _table(
    "calibrations",
    _id(),
    _owner("sensor_id", "sensors.id", index=True),
    _moment("made_at"),
    Column("values", Json, nullable=False),
)

audit = _table(
    "audit",
    _place("number"),
    _moment("at"),
    Column("operator", Text, nullable=False),
    Column("station", Text, nullable=False),
    Column("action", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("record", Text, nullable=False, index=True),
    Column("detail", Json, nullable=False),
    Column("hash", Text, nullable=False),
)
"""Has no owner: it stays when a client is erased, and holds nothing that tells who that was."""

AUDIT_TRIGGERS = tuple(
    f"CREATE TRIGGER audit_no_{what.lower()} BEFORE {what} ON audit BEGIN SELECT RAISE(ABORT, 'append only'); END"
    for what in ("UPDATE", "DELETE")
)
for _trigger in AUDIT_TRIGGERS:
    event.listen(audit, "after_create", DDL(_trigger))  # type: ignore[no-untyped-call] # SQLAlchemy's own
