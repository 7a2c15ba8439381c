"""Rules as data: what a rule says, and how the rule files are read. A broken rule is off, and says why."""

from __future__ import annotations

import functools
import hashlib
import tomllib
from pathlib import Path
from typing import Annotated, Any, Literal

import msgspec

from teststation.model import Reason, Sex, TestName

RULES_FOLDER = Path(__file__).parent / "rules"

Operator = Literal[">", "≥", "<", "≤"]
Evidence = Literal["guideline", "verified", "verified-2nd", "memory"]
StopRule = Literal["seated", "standing", "not-stated"]

Text = Annotated[str, msgspec.Meta(min_length=1)]


class Limit(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A threshold and the people it is for. A field that is not given leaves nobody out.

    Parameters
    ----------
    value : the threshold, in the rule's unit
    height_up_to_cm, height_above_cm : ≤ and >, on the height as it is kept (0.1 cm), never rounded
    age_from, age_to : whole years at the visit, both included
    mean, mean_interval : what the norm was made of: the group's mean and its 95 % interval
    """

    value: float
    sex: Sex | None = None
    height_up_to_cm: float | None = None
    height_above_cm: float | None = None
    age_from: int | None = None
    age_to: int | None = None
    mean: float | None = None
    mean_interval: tuple[float, float] | None = None


class Course(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The timed length that a rule's times belong to, and the other one as the source prints it (trap T5)."""

    length_m: float
    also_printed_m: float | None = None


class Rule(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A cited threshold.

    Parameters
    ----------
    role : `primary` is the guideline's, `norm` compares with people of the same age, `context` is a second opinion
        that is shown only when asked for and never mixed with the guideline's verdict
    measures : in order of preference; the first one that a result has is judged
    operator : as the source prints it
    limits : one for everybody, or one for each group
    label : whose limit it is, in a sentence
    meaning : code of what it means to meet the rule
    stands, seconds : which chair stand the rule is for
    stop_rule : when the clock of the source's chair stand stopped (trap T22)
    unable_meets : the source counts not being able to do the test as meeting the rule
    reported_height_margin_cm : a height that was not measured and lies so near an edge leaves both thresholds open
    """

    id: str
    test: TestName
    role: Literal["primary", "context", "norm"]
    measures: Annotated[tuple[Text, ...], msgspec.Meta(min_length=1)]
    operator: Operator
    unit: Text
    limits: Annotated[tuple[Limit, ...], msgspec.Meta(min_length=1)]
    label: Text
    meaning: Text
    source: Text
    evidence: Evidence
    version: Text
    url: str = ""
    doi: str = ""
    course: Course | None = None
    stands: int | None = None
    seconds: float | None = None
    stop_rule: StopRule | None = None
    unable_meets: bool = False
    reported_height_margin_cm: float = 0.0


class Off(msgspec.Struct, frozen=True, kw_only=True):
    """A rule, or a whole file of rules, that could not be read: it gives no verdict and says why."""

    id: str
    reason: Reason
    test: TestName | None = None


class RuleBook(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that a result is judged by; `version` changes with every letter of the rule files."""

    rules: tuple[Rule, ...] = ()
    off: tuple[Off, ...] = ()
    version: str = ""

    def of(self, test: TestName, role: str) -> tuple[Rule, ...]:
        """Look the rules of a test up, in the order of their files."""
        return tuple(rule for rule in self.rules if rule.test is test and rule.role == role)


@functools.cache
def load_rules(folder: Path = RULES_FOLDER) -> RuleBook:
    """Read every rule file of a folder. What is broken is left out and named in `off`; this never raises."""
    rules: list[Rule] = []
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
        for rule_id, table in tables.items():
            try:
                rule = msgspec.convert(_with_limits(rule_id, table), Rule)
                _check(rule, rules)
            except (TypeError, ValueError, msgspec.ValidationError) as error:
                off.append(Off(id=rule_id, reason=_why_off(rule_id, error), test=_test_of(table)))
            else:
                rules.append(rule)
    return RuleBook(rules=tuple(rules), off=tuple(off), version=digest.hexdigest()[:12])


def _with_limits(rule_id: str, table: Any) -> dict[str, Any]:
    """Write the short form, one `value` for everybody, as the one limit that it is."""
    if not isinstance(table, dict):
        raise TypeError("not a table")
    if "value" not in table:
        return {**table, "id": rule_id}
    if "limits" in table:
        raise ValueError("both `value` and `limits`")
    return {**{k: v for k, v in table.items() if k != "value"}, "limits": [{"value": table["value"]}], "id": rule_id}


def _check(rule: Rule, before: list[Rule]) -> None:
    """Refuse what the types allow and sense does not."""
    if any(other.id == rule.id for other in before):
        raise ValueError("the id is there twice")
    if rule.evidence == "guideline" and rule.role != "primary":
        raise ValueError("a rule of the guideline is primary")
    if rule.role == "primary" and rule.evidence != "guideline":
        raise ValueError("only a rule of the guideline is primary")
    if rule.role == "norm" and any(limit.age_from is None or limit.age_to is None for limit in rule.limits):
        raise ValueError("a norm is for an age")


def _why_off(name: str, error: Exception) -> Reason:
    return Reason("rule_off", {"rule": name, "detail": str(error)})


def _test_of(table: Any) -> TestName | None:
    try:
        return TestName(table["test"])
    except (KeyError, TypeError, ValueError):
        return None
