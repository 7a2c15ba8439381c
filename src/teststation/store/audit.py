"""Who did what: entries that only grow, each with a hash over itself and the one before.

A reader of the store cannot change one unseen. Whoever has the key could write the whole chain anew: against that helps
to print or copy the last hash now and then (`store verify` shows it).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec
from sqlalchemy import Connection, Engine, RowMapping, event, insert, select

from teststation.model import AuditEntry, Reason
from teststation.store import schema
from teststation.store.keys import utc_now

_FIRST = ""
_WHO = "teststation.who"


@dataclass
class Who:
    """Who works at a store: set when somebody else takes over."""

    operator: str = ""
    station: str = ""


class LastBackup(msgspec.Struct, frozen=True):
    """When a backup was made, and into which file."""

    at: str
    file: Path


def sign(engine: Engine, who: Who) -> None:
    """Let the entries of an engine's connections be by somebody."""
    event.listen(engine, "connect", lambda _, record: record.info.update({_WHO: who}))


def add(connection: Connection, action: str, kind: str, record: str, **detail: Any) -> None:
    """Add an entry, in the transaction of what it tells of."""
    who: Who = connection.info.get(_WHO) or Who()
    query = select(schema.audit.c.number, schema.audit.c.hash).order_by(schema.audit.c.number.desc()).limit(1)
    last = connection.execute(query).one_or_none()
    entry: dict[str, Any] = {
        "number": last.number + 1 if last else 1,
        "at": utc_now(),
        "operator": who.operator,
        "station": who.station,
        "action": action,
        "kind": kind,
        "record": record,
        "detail": detail,
    }
    connection.execute(insert(schema.audit).values(**entry, hash=_hash(last.hash if last else _FIRST, entry)))


def entries(connection: Connection, record: str | None = None) -> list[AuditEntry]:
    """Read the entries, or those of one record, the oldest first."""
    query = select(schema.audit).order_by(schema.audit.c.number)
    if record is not None:
        query = query.where(schema.audit.c.record == record)
    rows = connection.execute(query).mappings()
    return [AuditEntry(**{name: row[name] for name in AuditEntry.__struct_fields__}) for row in rows]


def last_backup(connection: Connection) -> LastBackup | None:
    """Give the last backup; looked for from the end, where it is as a rule."""
    made = select(schema.audit).where(schema.audit.c.action == "backed_up").order_by(schema.audit.c.number.desc())
    row = connection.execute(made.limit(1)).mappings().first()
    return None if row is None else LastBackup(row["at"], Path(row["detail"]["file"]))


def faults(connection: Connection) -> Iterator[Reason]:
    """Say where the chain is broken."""
    previous, expected = _FIRST, 1
    for row in connection.execute(select(schema.audit).order_by(schema.audit.c.number)).mappings():
        if row["number"] != expected or row["hash"] != _hash(previous, row):
            yield Reason("store_audit_broken", {"number": expected})
        previous, expected = row["hash"], row["number"] + 1


def head(connection: Connection) -> tuple[int, str]:
    """Give the number of the last entry and its hash, which tells of all before."""
    query = select(schema.audit.c.number, schema.audit.c.hash).order_by(schema.audit.c.number.desc()).limit(1)
    last = connection.execute(query).one_or_none()
    return (last.number, last.hash) if last else (0, _FIRST)


_FIELDS = ("number", "at", "operator", "station", "action", "kind", "record", "detail")


def _hash(previous: str, entry: dict[str, Any] | RowMapping) -> str:
    told = [previous, *(entry[field] for field in _FIELDS)]
    return hashlib.sha256(msgspec.json.encode(told, order="sorted")).hexdigest()
