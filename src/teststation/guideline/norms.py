"""Beside the verdict: how a result compares with people of the same age. A norm never reassures."""

from __future__ import annotations

from typing import Any

from teststation.guideline.rulebook import Limit, Rule
from teststation.guideline.verdict import Judged
from teststation.guideline.wording import limit_params, rule_reason, value_params
from teststation.model import Reason, Sex, Verdict


def norm_reason(rule: Rule, judged: Judged) -> Reason:
    """Say how a result compares with the norm of the person's age."""
    if judged.measure is None or judged.verdict is Verdict.UNKNOWN:
        return rule_reason(rule, judged)
    params: dict[str, Any] = {
        **limit_params(rule, judged),
        **value_params(rule, judged.measure, judged),
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


def _group(limits: tuple[Limit, ...]) -> Reason:
    """Name the people whom the norm was made of; of both sexes where it makes no difference or the sex is open."""
    ages = {"age_from": limits[0].age_from, "age_to": limits[0].age_to}
    sexes = {limit.sex for limit in limits}
    if sexes == {Sex.FEMALE}:
        return Reason("group_of_women", ages)
    if sexes == {Sex.MALE}:
        return Reason("group_of_men", ages)
    return Reason("group_of_people", ages)
