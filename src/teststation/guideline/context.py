"""Second opinions: what sources other than the guideline would say, each explained. Only for who asks; kept apart.

Nothing here goes into a judgement that is stored, and nothing of the guideline is in it.
"""

from __future__ import annotations

import functools
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, Any

import msgspec

from teststation.guideline.engine import by_others
from teststation.guideline.entries import Cited, Limit, Operator, Text
from teststation.guideline.facts import Known, fact_catalogue
from teststation.guideline.people import sex_fits
from teststation.guideline.rulebook import load_rules
from teststation.guideline.tables import RULES_FOLDER, Tables, as_entry, read_tables
from teststation.guideline.verdict import holds, rounded, side
from teststation.model import Client, Finding, Reason, Side, TestResult, Verdict


class Opinion(Cited, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A limit of another source for what is typed by hand.

    Parameters
    ----------
    facts : the numbers whose mean is judged, all of them or none; of two sides of the body the greater
    """

    facts: Annotated[tuple[Text, ...], msgspec.Meta(min_length=1)]
    operator: Operator
    limits: Annotated[tuple[Limit, ...], msgspec.Meta(min_length=1)]
    label: Text
    meaning: Text

    def value(self, known: Known) -> float | None:
        """Give what is judged; None where not all of it is known."""
        given = [number for code in self.facts if (number := _greatest(known, code)) is not None]
        return sum(given) / len(given) if len(given) == len(self.facts) else None


class SecondOpinion(msgspec.Struct, frozen=True):
    """What another source says, and whose it is and for whom; one that is off says only why."""

    finding: Finding
    explained: Reason | None = None


@functools.cache
def load_opinions(folder: Path = RULES_FOLDER / "opinions") -> Tables[Opinion]:
    """Read the limits for what is typed. What is broken is left out and named in `off`; this never raises."""
    return read_tables(folder, as_entry(Opinion))


def second_opinions(
    known: Known,
    results: Iterable[TestResult] = (),
    *,
    client: Client | None = None,
    age: int | None = None,
) -> tuple[SecondOpinion, ...]:
    """Give what other sources say of the tests of a visit, and of what was typed."""
    book = load_rules()
    labels = {rule.id: rule.label for rule in book.rules} | {entry.id: entry.label for entry in book.expectations}
    found = [
        (labels[finding.rule], finding) for result in results for finding in by_others(result, client=client, age=age)
    ]
    opinions = load_opinions()
    for opinion in opinions.entries.values():
        value = opinion.value(known)
        if value is not None:
            found.append((opinion.label, _judge(opinion, value, known.number("bmi"), client)))
    return (
        *(
            SecondOpinion(finding, Reason("second_opinion", {"label": label, "about": f"about.{finding.rule}"}))
            for label, finding in found
        ),
        *(SecondOpinion(off.finding) for off in opinions.off),
    )


def _judge(opinion: Opinion, value: float, bmi: float | None, client: Client | None) -> Finding:
    limits = [each for each in opinion.limits if sex_fits(each, client) and _bmi_fits(each, bmi)]
    verdict, reason = _verdict(opinion, value, limits)
    return opinion.finding(verdict, reason, opinion.meaning, measure=opinion.facts[0])


def _verdict(opinion: Opinion, value: float, limits: list[Limit]) -> tuple[Verdict, Reason]:
    thresholds = sorted({limit.value for limit in limits})
    low, high = thresholds[0], thresholds[-1]
    kind = fact_catalogue().kinds.get(opinion.facts[0])
    params: dict[str, Any] = {
        "label": opinion.label,
        "value": rounded(value),
        "unit": kind.unit if kind is not None and kind.unit else "points",
        "threshold": low if low == high else Reason("either", {"low": low, "high": high}),
    }
    if opinion.evidence == "memory":
        return Verdict.UNKNOWN, Reason("rule_from_memory", params)
    sides = {holds(value, opinion.operator, threshold) for threshold in thresholds}
    if sides == {True}:
        on = side(opinion.operator, met=True)
        return Verdict.MET, Reason("rule_met", {**params, "side": on, "meaning": opinion.meaning})
    if sides == {False}:
        on = side(opinion.operator, met=False)
        return Verdict.NOT_MET, Reason("rule_not_met", {**params, "side": on, "risk": f"{opinion.meaning}.risk"})
    if len({(limit.sex, limit.bmi_above) for limit in limits}) == 1:
        return Verdict.UNKNOWN, Reason("rule_in_range", {**params, "low": low, "high": high})
    return Verdict.UNKNOWN, Reason("rule_limits_differ", {**params, "missing": "missing_sex_and_bmi"})


def _bmi_fits(limit: Limit, bmi: float | None) -> bool:
    if bmi is None:
        return True
    return (limit.bmi_above is None or bmi > limit.bmi_above) and (limit.bmi_up_to is None or bmi <= limit.bmi_up_to)


def _greatest(known: Known, code: str) -> float | None:
    """Give a number; of two sides of the body the greater one that is known."""
    numbers = [number for each in (None, *Side) if (number := known.number(code, each)) is not None]
    return max(numbers, default=None)
