"""What of a store is whole, and what is not."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TypeVar

import msgspec
from sqlalchemy import Connection, Engine, func, select
from sqlalchemy.exc import DBAPIError

from teststation.i18n import N_
from teststation.model import Reason
from teststation.store import audit, copying, recording, schema
from teststation.store.errors import StoreError, store_error

T = TypeVar("T")


class Verified(msgspec.Struct, frozen=True):
    """How many rows the tables have that a person would count, what is wrong, and the audit's last entry."""

    counts: dict[str, int]
    problems: tuple[Reason, ...]
    last_entry: int
    last_hash: str


COUNTED = {
    "clients": N_("cliënten"),
    "visits": N_("bezoeken"),
    "trials": N_("metingen"),
    "recordings": N_("opnamen"),
    "test_results": N_("uitslagen"),
    "audit": N_("regels in het logboek"),
}
"""The tables that are counted, and how their rows are called."""


def verify(engine: Engine, *, encrypted: bool) -> Verified:
    """Read everything, each part by itself, so that damage to one hides no other."""
    problems: dict[bytes, Reason] = {}

    def look(check: Callable[[Connection], T], otherwise: T) -> T:
        try:
            with engine.connect() as connection:
                try:
                    return check(connection)
                except DBAPIError:
                    connection.invalidate()  # once SQLCipher has met a damaged page, it gives no other on this one
                    raise
        except DBAPIError as error:
            add(store_error(error).reason)
        except StoreError as error:
            add(error.reason)
        return otherwise

    def add(problem: Reason) -> None:
        problems[msgspec.json.encode(problem)] = problem

    none: list[Reason] = []
    checks: list[Callable[[Connection], list[Reason]]] = [
        partial(_page_faults, encrypted=encrypted),
        _broken_references,
        _audit_faults,
    ]
    for check in checks:
        for problem in look(check, none):
            add(problem)
    no_trials: list[str] = []
    for trial in look(_recorded_trials, no_trials):
        look(partial(recording.read, trial_id=trial), None)
    counts = {name: look(partial(_count, name=name), None) for name in COUNTED}
    number, last = look(audit.head, (0, ""))
    whole = {name: count for name, count in counts.items() if count is not None}
    return Verified(whole, tuple(problems.values()), number, last)


def _page_faults(connection: Connection, *, encrypted: bool) -> list[Reason]:
    raw = connection.connection.driver_connection
    assert raw is not None
    return [Reason("store_page_damaged", {"detail": fault}) for fault in copying.page_faults(raw, encrypted=encrypted)]


def _broken_references(connection: Connection) -> list[Reason]:
    tables = sorted({str(row[0]) for row in connection.exec_driver_sql("PRAGMA foreign_key_check")})
    return [Reason("store_reference_broken", {"table": table}) for table in tables]


def _audit_faults(connection: Connection) -> list[Reason]:
    return list(audit.faults(connection))


def _recorded_trials(connection: Connection) -> list[str]:
    return list(connection.scalars(select(schema.recordings.c.trial_id)))


def _count(connection: Connection, name: str) -> int:
    return connection.scalar(select(func.count()).select_from(schema.metadata.tables[name])) or 0
