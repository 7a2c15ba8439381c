"""Beside the verdict: how a result compares with other people's. A norm never reassures."""

from __future__ import annotations

from typing import Any

from teststation.guideline.entries import Expectation, ExpectedGroup, Limit, Rule
from teststation.guideline.people import possible_groups
from teststation.guideline.verdict import Judged, rounded
from teststation.guideline.wording import followed_by, limit_params, rule_reason, shown_unit, shown_value
from teststation.model import Client, Finding, Measure, Reason, Sex, Verdict


def norm_reason(rule: Rule, judged: Judged) -> Reason:
    """Say how a result compares with the norm of the person's age."""
    if judged.measure is None or judged.verdict is Verdict.UNKNOWN:
        return rule_reason(rule, judged)
    params: dict[str, Any] = {
        **limit_params(rule, judged),
        "value": shown_value(rule, judged.measure, judged),
        "group": _group(judged.limits),
    }
    limit = judged.limits[0]
    if limit.mean is not None and limit.mean_interval is not None:
        low, high = limit.mean_interval
        params["norm"] = Reason("norm_mean", {"mean": limit.mean, "low": low, "high": high, "unit": params["unit"]})
    else:
        params["norm"] = Reason("norm_limit", {"threshold": params["threshold"], "unit": params["unit"]})
    code = "norm_worse" if judged.verdict is Verdict.MET else "norm_not_worse"
    return Reason(f"{code}_close" if judged.close else code, params)


def compare_with_expected(
    entry: Expectation, measure: Measure, client: Client | None, age: int | None
) -> Finding | None:
    """Hold a result against what is expected of the person's sex and age; None where that cannot be told."""
    groups = possible_groups(entry.groups, client, age)
    if age is None or len(groups) != 1 or measure.unit != entry.unit or measure.at_least:
        return None
    expected = groups[0].constant + groups[0].per_year * age
    said = Reason(
        "expected_value",
        {
            "value": rounded(measure.value),
            "unit": shown_unit(entry.unit),
            "percent": round(measure.value / expected * 100),
            "expected": rounded(expected),
            "label": entry.label,
            "group": _group(groups) if groups[0].age_from is not None else Reason("group_of_this_age", {"age": age}),
        },
    )
    said = followed_by(said, [Reason("note_from_memory")] if entry.evidence == "memory" else [])
    return entry.finding(Verdict.UNKNOWN, said, "expected", measure=measure.name)


def _group(groups: tuple[Limit, ...] | tuple[ExpectedGroup, ...]) -> Reason:
    """Name the people whom the norm was made of; of both sexes where it makes no difference or the sex is open."""
    ages = {"age_from": groups[0].age_from, "age_to": groups[0].age_to}
    sexes = {group.sex for group in groups}
    if sexes == {Sex.FEMALE}:
        return Reason("group_of_women", ages)
    if sexes == {Sex.MALE}:
        return Reason("group_of_men", ages)
    return Reason("group_of_people", ages)
