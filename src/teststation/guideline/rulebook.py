"""Reading the rule files. A broken rule is off and says why; the program starts all the same."""

from __future__ import annotations

import functools
import hashlib
import tomllib
from pathlib import Path
from typing import Any

import msgspec

from teststation.guideline.entries import DetectableChange, Entry, Expectation, Rule
from teststation.model import Reason, TestName

RULES_FOLDER = Path(__file__).parent / "rules"

_KINDS: dict[str, type[Entry]] = {"change.toml": DetectableChange, "expected.toml": Expectation}
"""What a file holds, where it holds no rules."""


class Off(msgspec.Struct, frozen=True, kw_only=True):
    """An entry, or a whole file, that could not be read: it gives no verdict and says why."""

    id: str
    reason: Reason
    test: TestName | None = None


class RuleBook(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that results are judged by; `version` changes with every letter of the files."""

    rules: tuple[Rule, ...] = ()
    expectations: tuple[Expectation, ...] = ()
    changes: tuple[DetectableChange, ...] = ()
    off: tuple[Off, ...] = ()
    version: str = ""

    def of(self, test: TestName, role: str) -> tuple[Rule, ...]:
        """Look the rules of a test up, in the order of their files."""
        return tuple(rule for rule in self.rules if rule.test is test and rule.role == role)


@functools.cache
def load_rules(folder: Path = RULES_FOLDER) -> RuleBook:
    """Read every rule file of a folder. What is broken is left out and named in `off`; this never raises."""
    entries: dict[str, Entry] = {}
    off: list[Off] = []
    digest = hashlib.sha256()
    for path in sorted(folder.glob("*.toml")):
        try:
            content = path.read_bytes()
            digest.update(content)
            tables = tomllib.loads(content.decode())
        except (OSError, ValueError) as error:
            off.append(Off(id=path.name, reason=_why_off(path.name, error)))
            continue
        for entry_id, table in tables.items():
            try:
                entry = _read(entry_id, table, _KINDS.get(path.name, Rule))
                _refuse_twice(entry_id, entries)
            except (TypeError, ValueError) as error:
                off.append(Off(id=entry_id, reason=_why_off(entry_id, error), test=_test_of(table)))
            else:
                entries[entry_id] = entry
    return RuleBook(
        rules=tuple(e for e in entries.values() if isinstance(e, Rule)),
        expectations=tuple(e for e in entries.values() if isinstance(e, Expectation)),
        changes=tuple(e for e in entries.values() if isinstance(e, DetectableChange)),
        off=tuple(off),
        version=digest.hexdigest()[:12],
    )


def _read(entry_id: str, table: Any, kind: type[Entry]) -> Entry:
    """Read one entry. A rule's short form, one `value` for everybody, is the one limit that it stands for."""
    if not isinstance(table, dict):
        raise TypeError("not a table")
    if kind is Rule and "value" in table:
        if "limits" in table:
            raise ValueError("both `value` and `limits`")
        table = {**table, "limits": [{"value": table["value"]}]}
        del table["value"]
    entry = msgspec.convert({**table, "id": entry_id}, kind)
    if isinstance(entry, Rule):
        _check(entry)
    return entry


def _check(rule: Rule) -> None:
    """Refuse what the types allow and sense does not."""
    if (rule.evidence == "guideline") != (rule.role == "primary"):
        raise ValueError("the guideline's rules are primary, and no others")
    if rule.role == "norm" and any(limit.age_from is None or limit.age_to is None for limit in rule.limits):
        raise ValueError("a norm is for an age")


def _refuse_twice(entry_id: str, entries: dict[str, Entry]) -> None:
    if entry_id in entries:
        raise ValueError("the id is there twice")


def _why_off(name: str, error: Exception) -> Reason:
    return Reason("rule_off", {"rule": name, "detail": str(error)})


def _test_of(table: Any) -> TestName | None:
    try:
        return TestName(table["test"])
    except (KeyError, TypeError, ValueError):
        return None
