"""The movement norms of annex 2, with today's beside them (`rules/movement`): met, not met, or not to be told."""

from __future__ import annotations

import functools
from pathlib import Path

import msgspec

from teststation.guideline.conditions import Condition, all_hold, any_holds
from teststation.guideline.entries import Cited, Seen
from teststation.guideline.facts import Known
from teststation.guideline.tables import RULES_FOLDER, Tables, as_entry, read_tables
from teststation.guideline.wording import listed
from teststation.model import Finding, Reason, Verdict

MOVEMENT_NORM = "movement-norm"
"""The meaning of these findings: here `met` is what one hopes for, and no flag."""

_CODES = {Verdict.MET: "norm_met", Verdict.NOT_MET: "norm_not_met", Verdict.UNKNOWN: "norm_unknown"}


class Moderate(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What counts as moderate at an age: MET, and the examples that the norm gives."""

    met: tuple[float, float]
    walking_km_h: float
    cycling_km_h: float
    age_from: int
    age_to: int | None = None

    def is_for(self, age: int | None) -> bool:
        """Tell whether it may be about a person of this age."""
        return age is None or (self.age_from <= age and (self.age_to is None or age <= self.age_to))


class MovementNorm(Cited, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A norm: conditions, other norms, or both. Norms that it names stand before it in the file.

    Parameters
    ----------
    age_from : it is for nobody younger
    needs, all_of : what must hold, and the norms that must be met
    any_of : norms of which one must be met
    """

    evidence: Seen
    age_from: int = 0
    needs: tuple[Condition, ...] = ()
    all_of: tuple[str, ...] = ()
    any_of: tuple[str, ...] = ()
    moderate: tuple[Moderate, ...] = ()

    def __post_init__(self) -> None:
        """Refuse a norm that asks nothing: it would be met by everybody."""
        if not (self.needs or self.all_of or self.any_of):
            raise ValueError("nothing is asked")

    def verdict(self, known: Known, age: int | None, others: dict[str, Verdict]) -> Verdict:
        """Judge what is known; `others` are the norms before it."""
        if age is not None and age < self.age_from:
            return Verdict.UNKNOWN

        def of(name: str) -> Verdict:
            return others.get(name, Verdict.UNKNOWN)

        parts = [*(need.answer(known) for need in self.needs), *map(of, self.all_of)]
        if self.any_of:
            parts.append(any_holds(map(of, self.any_of)))
        return all_hold(parts)


@functools.cache
def load_norms(folder: Path = RULES_FOLDER / "movement") -> Tables[MovementNorm]:
    """Read the norms. What is broken is left out and named in `off`; this never raises."""
    return read_tables(folder, as_entry(MovementNorm))


def movement_norms(
    known: Known, age: int | None = None, *, norms: Tables[MovementNorm] | None = None
) -> tuple[Finding, ...]:
    """Judge by every norm, in the order of the file."""
    table = load_norms() if norms is None else norms
    verdicts: dict[str, Verdict] = {}
    for name, norm in table.entries.items():
        verdicts[name] = norm.verdict(known, age, verdicts)
    found = (
        norm.finding(verdicts[norm.id], _reason(norm, known, age, verdicts), MOVEMENT_NORM)
        for norm in table.entries.values()
    )
    return (*found, *(off.finding for off in table.off))


def what_is_moderate(age: int | None = None) -> tuple[Reason, ...]:
    """Say what counts as moderate at an age; without one, at each age."""
    return tuple(
        Reason(
            "moderate_is",
            {
                "low": group.met[0],
                "high": group.met[-1],
                "walking": group.walking_km_h,
                "cycling": group.cycling_km_h,
                "ages": Reason("ages_from", {"age": group.age_from})
                if group.age_to is None
                else Reason("ages_between", {"low": group.age_from, "high": group.age_to}),
            },
        )
        for norm in load_norms().entries.values()
        for group in norm.moderate
        if group.is_for(age)
    )


def _reason(norm: MovementNorm, known: Known, age: int | None, verdicts: dict[str, Verdict]) -> Reason:
    """Say the verdict with what it hangs on: all of a norm that is met, else only what is in the way."""
    named = {"norm": f"norm.{norm.id}"}
    if age is not None and age < norm.age_from:
        return Reason("norm_other_age", {**named, "age": norm.age_from})
    verdict = verdicts[norm.id]
    needs = [need.said(known) for need in norm.needs if need.answer(known) is verdict]
    others = [
        Reason("norm_part", {"norm": f"norm.{name}", "verdict": f"verdict.{verdicts.get(name, Verdict.UNKNOWN)}"})
        for name in (*norm.all_of, *norm.any_of)
        if verdicts.get(name, Verdict.UNKNOWN) is verdict
    ]
    return Reason(_CODES[verdict], {**named, "what": listed(*needs, *others)})
