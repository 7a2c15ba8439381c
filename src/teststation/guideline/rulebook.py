"""The rule files. A broken rule is off and says why; the program starts all the same."""

from __future__ import annotations

import functools
from pathlib import Path
from typing import Any

import msgspec

from teststation.guideline.entries import DetectableChange, Entry, Expectation, Rule
from teststation.guideline.tables import RULES_FOLDER, Off, read_tables
from teststation.model import TestName

_KINDS: dict[str, type[Entry]] = {"change.toml": DetectableChange, "expected.toml": Expectation}
"""What a file holds, where it holds no rules."""


class RuleBook(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that results are judged by; `version` changes with every letter of the files, of those below too."""

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
    tables = read_tables(folder, lambda file, entry_id, table: _read(entry_id, table, _KINDS.get(file, Rule)))
    entries = tuple(tables.entries.values())
    return RuleBook(
        rules=tuple(e for e in entries if isinstance(e, Rule)),
        expectations=tuple(e for e in entries if isinstance(e, Expectation)),
        changes=tuple(e for e in entries if isinstance(e, DetectableChange)),
        off=tables.off,
        version=tables.version,
    )


def _read(entry_id: str, table: Any, kind: type[Entry]) -> Entry:
    """Read one entry. A rule's short form, one `value` for everybody, is the one limit that it stands for."""
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
