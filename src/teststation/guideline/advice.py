"""What is advised, and why (`rules/advice/PURPOSE.toml`): each goal has its own doses, never merged (trap T14)."""

from __future__ import annotations

import functools
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import msgspec

from teststation.guideline.conditions import Condition, all_hold
from teststation.guideline.entries import Cited, Seen, Text
from teststation.guideline.facts import Known, label_of
from teststation.guideline.tables import RULES_FOLDER, Tables, read_tables
from teststation.guideline.wording import listed
from teststation.model import Finding, Reason, Verdict

GOALS = ("falls", "bone", "strength", "endurance")
"""What exercise may aim at; the doses of each stand in a file of its own."""

CARE, NUTRITION, CONFLICT, DOCTOR, CLIENT = "care", "nutrition", "conflict", "doctor", "client"
"""What holds for any goal; food; where sources disagree; what a doctor is asked; what a client can do."""

PURPOSES = (*GOALS, CARE, NUTRITION, CONFLICT, DOCTOR, CLIENT)


class Advice(Cited, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One thing to advise or to ask.

    Parameters
    ----------
    purpose : the file that it stands in
    figures : what fills the fields of its text
    per_kg : the same for each kg of body weight, which must be known; given in whole grams, and as NAME_per_kg
    when : facts, rules and criteria of which one must be so; none: it is for everybody
    unless : those of which none may be so
    only_when : without anything of `when` it is not even a last choice
    needs : what must have been answered so; as long as it was not, it is asked
    asks : what else must be known
    beside : it is said only where that other advice is
    therapist_only : for the therapist's note, in no letter (PRACTICE 20)
    """

    evidence: Seen
    purpose: Text
    figures: dict[str, float] = msgspec.field(default_factory=dict)
    per_kg: dict[str, float] = msgspec.field(default_factory=dict)
    when: tuple[Text, ...] = ()
    unless: tuple[Text, ...] = ()
    only_when: bool = False
    needs: tuple[Condition, ...] = ()
    asks: tuple[Text, ...] = ()
    beside: str = ""
    therapist_only: bool = False

    def given(self, known: Known) -> Reason | None:
        """Say it, or what must be asked before; None where the answers speak against it."""
        verdict = all_hold(need.answer(known) for need in self.needs)
        if verdict is Verdict.NOT_MET:
            return None
        asked = [need.fact for need in self.needs if need.answer(known) is Verdict.UNKNOWN]
        asked += [code for code in (*self.asks, *(["weight"] if self.per_kg else [])) if known.value(code) is None]
        if asked:
            what = listed(*map(label_of, asked))
            return Reason("advice_asked", {"advice": f"{self.id}.called", "what": what})
        return Reason(f"advice.{self.id}", self.figures_of(known.number("weight")))

    def figures_of(self, weight_kg: float | None) -> dict[str, Any]:
        """Give what fills the fields of its text, for a body weight."""
        of_weight = {name: round(each * (weight_kg or 0)) for name, each in self.per_kg.items()}
        return {**self.figures, **of_weight, **{f"{name}_per_kg": each for name, each in self.per_kg.items()}}


class Advised(msgspec.Struct, frozen=True, kw_only=True):
    """What is said to one client, and who says so; not `settled` is what must be asked before."""

    id: str
    purpose: str
    reason: Reason
    source: str
    evidence: str
    settled: bool = True
    therapist_only: bool = False


@functools.cache
def load_advice(folder: Path = RULES_FOLDER / "advice") -> Tables[Advice]:
    """Read all advice. What is broken is left out and named in `off`; this never raises."""
    return read_tables(folder, _read)


def advise(known: Known, findings: Sequence[Finding], *, advice: Tables[Advice] | None = None) -> tuple[Advised, ...]:
    """Give all advice that goes with what is known and found: a goal's doses only where it is one of this client."""
    entries = (load_advice() if advice is None else advice).entries.values()
    case = _case(known, findings)
    goals = aims(known, findings)
    said: dict[str, Advised] = {}
    for purpose in PURPOSES[: PURPOSES.index(CLIENT)]:
        if purpose in GOALS and purpose not in goals:
            continue
        for each in entries:
            beside = said.get(each.beside)
            fits = beside.settled if beside is not None else not each.beside
            if each.purpose == purpose and fits and case.fits(each):
                said |= {given.id: given for given in _advised(each, known)}
    return tuple(said.values())


def aims(known: Known, findings: Sequence[Finding]) -> tuple[str, ...]:
    """Name the goals of a client: as the therapist chose, else those of the problem areas."""
    case = _case(known, findings)
    return tuple(goal for goal in GOALS if known.yes(f"aim_{goal}") is not False and case.any_so([f"aim-{goal}"]))


def things_to_do(
    known: Known, findings: Sequence[Finding], *, advice: Tables[Advice] | None = None
) -> tuple[Advised, ...]:
    """Give what a client can do, what goes with the findings first."""
    entries = (load_advice() if advice is None else advice).entries.values()
    case = _case(known, findings)
    fitting = [each for each in entries if each.purpose == CLIENT and not case.any_so(each.unless)]
    hit = [each for each in fitting if case.any_so(each.when)]
    rest = [each for each in fitting if each not in hit and not each.only_when]
    return tuple(given for each in (*hit, *rest) for given in _advised(each, known))


class _Case(msgspec.Struct, frozen=True):
    """What is so of a client: the facts, and the rules and criteria that are met."""

    known: Known
    met: frozenset[str]

    def any_so(self, codes: Sequence[str]) -> bool:
        return any(self.known.yes(code) is True or code in self.met for code in codes)

    def fits(self, advice: Advice) -> bool:
        return (not advice.when or self.any_so(advice.when)) and not self.any_so(advice.unless)


def _case(known: Known, findings: Sequence[Finding]) -> _Case:
    return _Case(known, frozenset(each.rule for each in findings if each.verdict is Verdict.MET))


def _advised(advice: Advice, known: Known) -> Iterator[Advised]:
    reason = advice.given(known)
    if reason is not None:
        yield Advised(
            id=advice.id,
            purpose=advice.purpose,
            reason=reason,
            source=advice.source,
            evidence=advice.evidence,
            settled=reason.code != "advice_asked",
            therapist_only=advice.therapist_only,
        )


def _read(file: str, advice_id: str, table: Any) -> Advice:
    advice = msgspec.convert({**table, "id": advice_id, "purpose": Path(file).stem}, Advice)
    if advice.purpose not in PURPOSES:
        raise ValueError("no such purpose")
    return advice
