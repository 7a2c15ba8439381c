"""What is known of a client, held against lists of criteria (`rules/criteria/MEANING.toml`): each a finding of its own.

Nothing here is guessed: what is not known leaves a criterion unknown where it could change the answer.
"""

from __future__ import annotations

import functools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Literal

import msgspec

from teststation.guideline.conditions import Condition, all_hold, any_holds
from teststation.guideline.entries import Cited, Text
from teststation.guideline.facts import Known, fact, fact_catalogue, label_of, said_of
from teststation.guideline.tables import RULES_FOLDER, Tables, read_tables
from teststation.guideline.wording import followed_by, listed
from teststation.model import Fact, Finding, Reason, Verdict

MEANINGS = (
    "frailty-indicator",
    "frailty-beside",
    "fracture-factor",
    "fall-factor",
    "prognostic-factor",
    "examine",
    "vertebral-fracture-sign",
    "yearly-question",
    "mobility",
    "full-assessment",
    "red-flag",
    "yellow-flag",
    "stop",
    "caution",
    "not-trusted-alone",
    "indication",
    "problem-area",
    "aim",
    "duty",
    "contradiction",
)
"""The lists in the order in which they are judged: a criterion may hang on those of the lists before its own."""

_OTHER_SIDE = {Verdict.MET: Verdict.NOT_MET, Verdict.NOT_MET: Verdict.MET, Verdict.UNKNOWN: Verdict.UNKNOWN}

_NOT_AGREED = "not_agreed"

_SAID_WHEN_MET = ("examine", "not-trusted-alone", "indication", "problem-area", "aim", "duty", "contradiction")
"""Lists that say what is there, and nothing of what is not (PRACTICE 1)."""


class Criterion(Cited, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What must hold for a criterion to be met.

    Parameters
    ----------
    meaning : the list that it stands on
    facts : what must hold of what is known
    rules : other rules and criteria that must be met
    needs : all of these, or any one of them
    also_met_by : facts, rules and criteria of which one is enough, and whose absence says nothing
    skipped_by : the fact that says why the prompt that it needs was left out
    label : what it is called, where a practice added it
    """

    meaning: Text
    facts: tuple[Condition, ...] = ()
    rules: tuple[Text, ...] = ()
    needs: Literal["all", "any"] = "all"
    also_met_by: tuple[Text, ...] = ()
    skipped_by: str = ""
    label: str = ""

    @property
    def called(self) -> str:
        """What it is called, a term: its own name, or that of the question that it is."""
        return self.label or (label_of(self.facts[0].fact) if self.is_question else f"criterion.{self.id}")

    @property
    def is_question(self) -> bool:
        """Tell whether it is one yes-or-no question and nothing else."""
        return len(self.facts) == 1 and self.facts[0].yes is True and not self.rules


@functools.cache
def load_criteria(folder: Path = RULES_FOLDER / "criteria") -> Tables[Criterion]:
    """Read the lists. What is broken is left out and named in `off`; this never raises."""
    return read_tables(folder, _read)


def judge_facts(
    known: Known, findings: Sequence[Finding] = (), *, criteria: Tables[Criterion] | None = None
) -> tuple[Finding, ...]:
    """Hold what is known, and what the tests of a visit found, against every list.

    The meaning of a finding is its list. Of several findings by one rule one that is met suffices.
    """
    table = load_criteria() if criteria is None else criteria
    verdicts: dict[str, Verdict] = {}
    for each in findings:
        verdicts[each.rule] = any_holds((verdicts.get(each.rule, each.verdict), each.verdict))
    case = _Case(known, verdicts, {each.rule for each in findings if each.close}, table.entries)
    judged: list[Finding] = []
    for criterion in sorted(table.entries.values(), key=lambda each: MEANINGS.index(each.meaning)):
        found = _judge(criterion, case)
        verdicts[criterion.id] = found.verdict
        if found.close:
            case.close.add(criterion.id)
        if found.verdict is Verdict.MET or is_set_aside(found) or criterion.meaning not in _SAID_WHEN_MET:
            judged.append(found)
    return (*judged, *(off.finding for off in table.off))


def not_agreed(finding: Finding, why: str) -> Finding:
    """Give a finding that the therapist does not agree with: it counts for nothing, and says what it was and why."""
    reason = Reason(_NOT_AGREED, {"finding": finding.reason, "why": why})
    return msgspec.structs.replace(finding, verdict=Verdict.UNKNOWN, close=False, reason=reason)


def is_set_aside(finding: Finding) -> bool:
    """Tell whether it is one that the therapist does not agree with."""
    return finding.reason.code == _NOT_AGREED


def met(findings: Iterable[Finding], meaning: str) -> tuple[Finding, ...]:
    """Pick the findings of a list that are met."""
    return tuple(each for each in findings if each.meaning == meaning and each.verdict is Verdict.MET)


def fall_risk_line(findings: Iterable[Finding]) -> Reason | None:
    """Say in one line what points to a raised risk of falls (PRACTICE 1); nothing where nothing does."""
    names = names_of(met(findings, "indication"))
    return Reason("fall_risk_line", {"what": names}) if names else None


def names_of(findings: Iterable[Finding]) -> str | Reason:
    """Name criteria that are met, with those that are close; nothing where there are none."""
    named = ((load_criteria().entries[each.rule].called, each.close) for each in findings)
    names = [Reason("close_one", {"name": name}) if close else name for name, close in named]
    return listed(*names) if names else ""


def questions_of(meaning: str) -> tuple[str, ...]:
    """Name the facts that the yes-or-no questions of a list ask, in its order."""
    return tuple(
        each.facts[0].fact for each in load_criteria().entries.values() if each.meaning == meaning and each.is_question
    )


def none_of(meaning: str, *, at: str, source: str = "") -> tuple[Fact, ...]:
    """Answer all questions of a list with no: the one key for "none of these"."""
    return tuple(fact(code, value=False, at=at, source=source) for code in questions_of(meaning))


def _read(file: str, criterion_id: str, table: Any) -> Criterion:
    criterion = msgspec.convert({**table, "id": criterion_id, "meaning": Path(file).stem}, Criterion)
    if criterion.meaning not in MEANINGS:
        raise ValueError("no such list")
    if criterion.facts or criterion.rules or criterion.also_met_by:
        return criterion
    return msgspec.structs.replace(criterion, facts=(Condition(fact=criterion_id, yes=True),))


class _Case(msgspec.Struct, frozen=True):
    """What a client's criteria are judged by: what is known, the verdicts so far, and which of them are close."""

    known: Known
    verdicts: Mapping[str, Verdict]
    close: set[str]
    criteria: Mapping[str, Criterion]

    def verdict(self, rule: str) -> Verdict:
        return self.verdicts.get(rule, Verdict.UNKNOWN)

    def turned(self) -> _Case:
        """Give the case in which every close verdict lies on the other side."""
        turned = {rule: _OTHER_SIDE[self.verdicts[rule]] for rule in self.close}
        return msgspec.structs.replace(self, verdicts={**self.verdicts, **turned})

    def is_met(self, code: str) -> bool:
        """Tell whether a fact is so, or a rule met."""
        return self.known.yes(code) is True or self.verdict(code) is Verdict.MET

    def name(self, code: str) -> str:
        """Name a fact, a rule or a criterion: a term."""
        if code in self.criteria:
            return self.criteria[code].called
        return label_of(code) if code in fact_catalogue().kinds else f"criterion.{code}"


def _judge(criterion: Criterion, case: _Case) -> Finding:
    """Judge by one criterion; it is close where a close verdict that it hangs on would turn it.

    What the therapist does not agree with counts for nothing that follows.
    """
    verdict = _verdict(criterion, case)
    close = _verdict(criterion, case.turned()) is not verdict
    reason = followed_by(_reason(criterion, verdict, case), [Reason("note_close")] if close else [])
    found = criterion.finding(verdict, reason, criterion.meaning, close=close)
    why_not = case.known.text(said_of(criterion.id))
    return found if why_not is None or verdict is not Verdict.MET else not_agreed(found, why_not)


def _verdict(criterion: Criterion, case: _Case) -> Verdict:
    if criterion.evidence == "memory":
        return Verdict.UNKNOWN
    if any(map(case.is_met, criterion.also_met_by)):
        return Verdict.MET
    parts = [*(each.answer(case.known) for each in criterion.facts), *map(case.verdict, criterion.rules)]
    return all_hold(parts) if criterion.needs == "all" else any_holds(parts)


def _reason(criterion: Criterion, verdict: Verdict, case: _Case) -> Reason:
    """Say the verdict, with the numbers and the parts that it hangs on."""
    named = {"criterion": criterion.called}
    skipped = case.known.text(criterion.skipped_by) if criterion.skipped_by else None
    if skipped is not None and verdict is Verdict.UNKNOWN:
        return Reason("criterion_skipped", {**named, "why": f"fact.{criterion.skipped_by}.{skipped}"})
    what = list(_parts(criterion, verdict, case))
    code = "criterion_said" if criterion.meaning in _SAID_WHEN_MET else f"criterion_{verdict}"
    return Reason(f"{code}_because", {**named, "what": listed(*what)}) if what else Reason(code, named)


def _parts(criterion: Criterion, verdict: Verdict, case: _Case) -> Iterator[str | Reason]:
    """Give what to say of the parts: what is missing; of the others the numbers, and which one of several tells."""
    if criterion.is_question or (criterion.meaning in _SAID_WHEN_MET and criterion.needs == "all"):
        return
    facts = [each for each in criterion.facts if each.answer(case.known) is verdict]
    rules = [case.name(rule) for rule in criterion.rules if case.verdict(rule) is verdict]
    if verdict is Verdict.UNKNOWN:
        yield from (each.missing(case.known) for each in facts)
        yield from rules
        return
    one_tells = criterion.needs == "any" and verdict is Verdict.MET
    yield from (each.said(case.known) for each in facts if one_tells or each.operator is not None)
    yield from (rules if verdict is Verdict.MET else ())
    yield from (case.name(code) for code in criterion.also_met_by if case.is_met(code))
