"""What must hold of the facts that are known: answered yes, no, or not to be told, and never guessed."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from teststation.guideline.entries import Operator, Text
from teststation.guideline.facts import Known, fact_catalogue, label_of
from teststation.guideline.verdict import holds
from teststation.guideline.wording import with_unit
from teststation.model import Reason, Verdict


class Condition(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One thing that must hold: a number on one side of a threshold, or the answer to a yes-or-no question.

    Parameters
    ----------
    part_of : the fact that this one is a part of; a part greater than its whole is a contradiction, and tells nothing
    """

    fact: Text
    operator: Operator | None = None
    value: float | None = None
    yes: bool | None = None
    part_of: str = ""

    def __post_init__(self) -> None:
        """Refuse what asks nothing, and what asks two things."""
        if (self.operator is None) != (self.value is None) or (self.operator is None) == (self.yes is None):
            raise ValueError("`operator` and `value`, or `yes`")

    def answer(self, known: Known) -> Verdict:
        """Tell whether it holds."""
        if self.yes is not None:
            answered = known.yes(self.fact)
            return Verdict.UNKNOWN if answered is None else verdict_of(answered is self.yes)
        ends = known.range(self.fact)
        if ends is None or self.contradicted(known) or self.operator is None or self.value is None:
            return Verdict.UNKNOWN
        sides = {holds(end, self.operator, self.value) for end in ends}
        return Verdict.UNKNOWN if len(sides) > 1 else verdict_of(sides == {True})

    def missing(self, known: Known) -> str | Reason:
        """Name what must be known before it can be told; of what is known in part, how far."""
        ends = known.range(self.fact)
        if ends is None or ends[0] == ends[1]:
            return label_of(self.fact)
        asked = {"operator": self.operator, "threshold": self.value}
        return Reason("condition_range", {"fact": label_of(self.fact), "low": ends[0], "high": ends[1], **asked})

    def contradicted(self, known: Known) -> bool:
        """Tell whether the part that was entered is greater than its whole."""
        part, whole = known.number(self.fact), known.number(self.part_of)
        return part is not None and whole is not None and part > whole

    def said(self, known: Known) -> Reason:
        """Say what is known of it, and what was asked."""
        named = {"fact": label_of(self.fact)}
        if self.contradicted(known):
            return Reason("condition_contradicted", {**named, "whole": label_of(self.part_of)})
        if self.yes is not None:
            answered = known.yes(self.fact)
            return Reason("condition_yes", {**named, "answer": {None: "not_known", True: "yes", False: "no"}[answered]})
        kind = fact_catalogue().kinds.get(self.fact)
        unit = kind.unit if kind else ""
        number = known.number(self.fact)
        if number is None:
            asked = {"operator": self.operator, "threshold": with_unit(self.value, unit)}
            return Reason("condition_number_not_known", {**named, **asked})
        asked = {"operator": self.operator, "threshold": self.value}
        return Reason("condition_number", {**named, **asked, "value": with_unit(number, unit)})


def verdict_of(holds: bool) -> Verdict:
    """Give the verdict of what can be told."""
    return Verdict.MET if holds else Verdict.NOT_MET


def all_hold(verdicts: Iterable[Verdict]) -> Verdict:
    """Give one verdict of several that must all be met: what is not known counts only where it could change it."""
    found = set(verdicts)
    if Verdict.NOT_MET in found:
        return Verdict.NOT_MET
    return Verdict.UNKNOWN if Verdict.UNKNOWN in found else Verdict.MET


def any_holds(verdicts: Iterable[Verdict]) -> Verdict:
    """Give one verdict of several of which one must be met."""
    found = set(verdicts)
    if Verdict.MET in found:
        return Verdict.MET
    return Verdict.UNKNOWN if Verdict.UNKNOWN in found else Verdict.NOT_MET
