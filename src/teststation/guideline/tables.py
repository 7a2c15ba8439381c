"""Reading a folder of TOML. What was edited by hand and is wrong is off and says why; the program starts anyway."""

from __future__ import annotations

import contextlib
import hashlib
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any, Generic, TypeVar

import msgspec

from teststation.model import Finding, Reason, TestName, Verdict

RULES_FOLDER = Path(__file__).parent / "rules"

T = TypeVar("T")


class Off(msgspec.Struct, frozen=True, kw_only=True):
    """An entry, or a whole file, that could not be read: it gives no verdict and says why."""

    id: str
    reason: Reason
    test: TestName | None = None

    @property
    def finding(self) -> Finding:
        """What is said in its stead."""
        return Finding(rule=self.id, measure=None, verdict=Verdict.UNKNOWN, reason=self.reason, meaning="rule-off")


class Tables(msgspec.Struct, Generic[T], frozen=True):
    """The entries of a folder by their ids; `version` changes with every letter of its files and those below it."""

    entries: dict[str, T]
    off: tuple[Off, ...]
    version: str


def read_tables(folder: Path, read: Callable[[str, str, Any], T]) -> Tables[T]:
    """Read every file of a folder, each entry by `read(file name, id, table)`; this never raises."""
    entries: dict[str, T] = {}
    off: list[Off] = []
    for path in sorted(folder.glob("*.toml")):
        try:
            tables = tomllib.loads(path.read_bytes().decode())
        except (OSError, ValueError) as error:
            off.append(Off(id=path.name, reason=_why_off(path.name, error)))
            continue
        for entry_id, table in tables.items():
            try:
                _refuse_odd(entry_id, table, entries)
                entry = read(path.name, entry_id, table)
            except (TypeError, ValueError) as error:
                off.append(Off(id=entry_id, reason=_why_off(entry_id, error), test=_test_of(table)))
            else:
                entries[entry_id] = entry
    return Tables(entries, tuple(off), _version(folder))


def as_entry(kind: type[T]) -> Callable[[str, str, Any], T]:
    """Read an entry as one of a kind, with its id."""
    return lambda _file, entry_id, table: msgspec.convert({**table, "id": entry_id}, kind)


def _version(folder: Path) -> str:
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*.toml")):
        digest.update(path.relative_to(folder).as_posix().encode())
        with contextlib.suppress(OSError):  # what cannot be read is off, and said so
            digest.update(path.read_bytes())
    return digest.hexdigest()[:12]


def _refuse_odd(entry_id: str, table: Any, entries: dict[str, T]) -> None:
    if not isinstance(table, dict):
        raise TypeError("not a table")
    if entry_id in entries:
        raise ValueError("the id is there twice")


def _why_off(name: str, error: Exception) -> Reason:
    return Reason("rule_off", {"rule": name, "detail": str(error)})


def _test_of(table: Any) -> TestName | None:
    try:
        return TestName(table["test"])
    except (KeyError, TypeError, ValueError):
        return None
