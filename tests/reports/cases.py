"""The written cases of `tests/cases`: a client's visits in, and what the program must make of them."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import msgspec

from teststation.formats.dossier import Dossier, KeptVisit
from teststation.guideline import judge
from teststation.guideline.facts import Value, fact
from teststation.model import (
    Client,
    Conditions,
    Confirmation,
    Consent,
    Judgement,
    Measure,
    Outcome,
    SavedResult,
    Scope,
    TestName,
    TestResult,
    Visit,
    VisitKind,
)

FOLDER = Path(__file__).parents[1] / "cases"


class Tested(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A test that was done: without a value it came to nothing; `half_width` is of its 95 % interval."""

    test: TestName
    measure: str = ""
    value: float = 0
    unit: str = "s"
    half_width: float = 0.1
    at_least: bool = False
    trials: tuple[float, ...] = ()
    outcome: Outcome = Outcome.DONE
    conditions: Conditions = Conditions()

    def result(self) -> TestResult:
        low, high = self.value - self.half_width, self.value + self.half_width
        measure = Measure(self.measure, self.value, self.unit, (low, high), at_least=self.at_least)
        return TestResult(
            test=self.test,
            trials=tuple(f"trial {number}" for number in range(max(1, len(self.trials)))),
            headline_rule="mean" if len(self.trials) > 1 else "single",
            outcome=self.outcome,
            measures=(measure,) if self.measure else (),
            trial_values=self.trials or ((self.value,) if self.measure else ()),
            conditions=self.conditions,
        )


class Met(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A visit; `set_aside` are rules that the therapist does not agree with, and why."""

    day: str
    age: int | None = None
    kind: VisitKind | None = None
    tests: tuple[Tested, ...] = ()
    facts: dict[str, Value] = {}
    set_aside: dict[str, str] = {}

    def kept(self, client: Client, number: int) -> KeptVisit:
        at = f"{self.day}T10:00:00Z"
        results = []
        for tested in self.tests:
            result = tested.result()
            findings = judge(result, client=client, age=self.age)
            said = tuple(
                Confirmation(finding=place, agreed=False, at=at, operator="AB", reason=self.set_aside[finding.rule])
                for place, finding in enumerate(findings)
                if finding.rule in self.set_aside
            )
            results.append(SavedResult(f"r{number}-{tested.test}", result, (Judgement(at, findings, said),)))
        return KeptVisit(
            Visit(id=f"v{number}", client=client.code, started_at=at, age=self.age, operator="AB", kind=self.kind),
            results=tuple(results),
            facts=tuple(fact(code, value, at=at) for code, value in self.facts.items()),
        )


class Expected(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What must come of a case: findings by their rules, the visit's line, advice by its id, and the papers."""

    to_do: tuple[str, str]
    record: str
    met: tuple[str, ...] = ()
    not_met: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()
    close: tuple[str, ...] = ()
    line: str = ""
    frailty: str = ""
    fried: str = ""
    aims: tuple[str, ...] = ()
    advice: tuple[str, ...] = ()
    no_advice: tuple[str, ...] = ()
    signal: str = ""
    closing: str = ""


class WrittenCase(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A case as it is written down; `checked` is what a reader worked out from the sources, without the program."""

    about: str
    checked: str
    client: Client
    visits: tuple[Met, ...]
    expect: Expected
    agreed: tuple[Scope, ...] = (Scope.TESTING, Scope.KEEPING, Scope.LETTER)

    def dossier(self) -> Dossier:
        at = f"{self.visits[0].day}T09:00:00Z"
        consents = tuple(Consent(scope=scope, given=True, version="1", at=at) for scope in self.agreed)
        visits = tuple(visit.kept(self.client, number) for number, visit in enumerate(self.visits, start=1))
        return Dossier(self.client, visits, consents)


def table_of(path: Path) -> dict[str, Any]:
    return tomllib.loads(path.read_text(encoding="utf-8"))


def written_cases() -> dict[str, WrittenCase]:
    return {path.stem: msgspec.convert(table_of(path), WrittenCase) for path in sorted(FOLDER.glob("*.toml"))}
