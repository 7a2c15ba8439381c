"""What a visit comes to: what was found, what the therapist says of it, the problem areas, the duties and the advice.

A function of what is stored and of the rules: the same facts and the same rules give the same conclusion.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import msgspec

from teststation.guideline.advice import Advised, advise, aims, things_to_do
from teststation.guideline.criteria import fall_risk_line, is_set_aside, judge_facts, met, not_agreed
from teststation.guideline.facts import Known, fact_catalogue, said_of
from teststation.guideline.frailty import Frailty, frailty
from teststation.guideline.movement_norm import movement_norms
from teststation.guideline.stage import stage_of_change
from teststation.model import Confirmation, Finding, Reason, Verdict

_GOALS_SET = ("goal_1", "goal_2", "goal_3")


class Judged(msgspec.Struct, frozen=True):
    """A finding of a test, and what the therapist says of it."""

    finding: Finding
    said: Confirmation | None = None

    @property
    def set_aside(self) -> bool:
        """Tell whether the therapist does not agree."""
        return self.said is not None and not self.said.agreed


class Goal(msgspec.Struct, frozen=True):
    """A goal that was set with the client, and whether it was reached: the code of a choice, once that is known."""

    text: str
    reached: str = ""


class Conclusion(msgspec.Struct, frozen=True, kw_only=True):
    """What a visit comes to.

    Parameters
    ----------
    findings : all that count, of tests and of lists: without those that the therapist set aside
    set_aside : what was met and the therapist does not agree with; each says why
    fall_risk : the visit's line; none where nothing points to a raised risk, which says nothing either way
    aims : what exercise aims at: codes of `advice.GOALS`
    things_to_do : for the client, what goes with the findings first
    """

    known: Known
    findings: tuple[Finding, ...]
    set_aside: tuple[Finding, ...]
    goals: tuple[Goal, ...]
    fall_risk: Reason | None
    frailty: Frailty | None
    problem_areas: tuple[Finding, ...]
    duties: tuple[Finding, ...]
    movement: tuple[Finding, ...]
    stage: tuple[Finding, ...]
    aims: tuple[str, ...]
    advice: tuple[Advised, ...]
    things_to_do: tuple[Advised, ...]

    def met(self, meaning: str) -> tuple[Finding, ...]:
        """Pick what is met of a list."""
        return met(self.findings, meaning)

    def open_to_say(self) -> tuple[Finding, ...]:
        """Pick what is met and follows from facts: the therapist says whether it is so."""
        return tuple(each for each in self.findings if each.verdict is Verdict.MET and is_open_to_say(each))

    def confirmed(self, finding: Finding) -> bool:
        """Tell whether the therapist said that it is so."""
        return self.known.yes(said_of(finding.rule)) is True

    def advice_for(self, *purposes: str) -> tuple[Advised, ...]:
        """Pick the advice of some purposes."""
        return tuple(each for each in self.advice if each.purpose in purposes)


def is_open_to_say(finding: Finding) -> bool:
    """Tell whether it is one of which the therapist says whether it is so."""
    return said_of(finding.rule) in fact_catalogue().kinds


def conclude(known: Known, of_tests: Sequence[Judged] = (), *, age: int | None = None) -> Conclusion:
    """Conclude a visit.

    Parameters
    ----------
    known : what is known of the client at this visit
    of_tests : what the rules found of its tests; what the therapist sets aside counts for nothing that follows
    age : whole years at the visit
    """
    counted = tuple(each.finding for each in of_tests if not each.set_aside)
    movement = movement_norms(known, age)
    of_facts = judge_facts(known, (*counted, *movement))
    findings = (*counted, *of_facts)
    return Conclusion(
        known=known,
        findings=findings,
        set_aside=(*_not_agreed(of_tests), *filter(is_set_aside, of_facts)),
        goals=tuple(_goals(known)),
        fall_risk=fall_risk_line(findings),
        frailty=frailty(findings),
        problem_areas=met(findings, "problem-area"),
        duties=met(findings, "duty"),
        movement=movement,
        stage=stage_of_change(known, age),
        aims=aims(known, findings),
        advice=advise(known, findings),
        things_to_do=things_to_do(known, findings),
    )


def _not_agreed(of_tests: Iterable[Judged]) -> Iterable[Finding]:
    for each in of_tests:
        if each.said is not None and each.set_aside and each.finding.verdict is Verdict.MET:
            yield not_agreed(each.finding, each.said.reason)


def _goals(known: Known) -> Iterable[Goal]:
    for code in _GOALS_SET:
        text = known.text(code)
        if text:
            reached = known.text(f"{code}_reached")
            yield Goal(text, f"fact.{code}_reached.{reached}" if reached else "")
