"""Which limits of a rule a person may fall under, given what is known of them."""

from __future__ import annotations

from collections.abc import Sequence

from teststation.guideline.entries import ExpectedGroup, Limit, Rule
from teststation.model import Client, Sex


def possible_limits(rule: Rule, client: Client | None, age: int | None) -> tuple[Limit, ...]:
    """Give every limit that what is known does not rule out. None at all: the rule is not about this person."""
    return tuple(
        limit
        for limit in rule.limits
        if sex_fits(limit, client)
        and _height_fits(limit, client, rule.reported_height_margin_cm)
        and _age_fits(limit, age)
    )


def possible_groups(
    groups: Sequence[ExpectedGroup], client: Client | None, age: int | None
) -> tuple[ExpectedGroup, ...]:
    """Give every group that what is known does not rule out."""
    return tuple(group for group in groups if sex_fits(group, client) and _age_fits(group, age))


def what_is_missing(limits: Sequence[Limit]) -> str:
    """Name what would leave one limit: a code of `texts.TERMS`, or nothing where the limits are for everybody."""
    sexes = {limit.sex for limit in limits}
    by_height = any(sum(limit.sex is sex for limit in limits) > 1 for sex in sexes if sex is not None)
    if by_height:
        return "missing_sex_and_height" if len(sexes) > 1 else "missing_height"
    return "missing_sex" if len(sexes) > 1 else ""


def height_in_doubt(rule: Rule, client: Client | None) -> bool:
    """Tell whether a height that was not measured leaves more than one limit open."""
    if client is None or client.height_cm is None or client.height_measured:
        return False
    measured = Client(code=client.code, sex=client.sex, height_cm=client.height_cm, height_measured=True)
    return len(possible_limits(rule, client, None)) > len(possible_limits(rule, measured, None))


def sex_fits(limit: Limit | ExpectedGroup, client: Client | None) -> bool:
    """Compare the sex, where it is one that the tables ask for."""
    known = client is not None and client.sex in {Sex.FEMALE, Sex.MALE}
    return limit.sex is None or client is None or not known or client.sex is limit.sex


def _height_fits(limit: Limit, client: Client | None, margin_cm: float) -> bool:
    """Compare the height as it is kept; T3: a height equal to the edge is in the shorter group."""
    if client is None or client.height_cm is None:
        return True
    height = client.height_cm

    def doubtful(edge: float) -> bool:
        return not client.height_measured and abs(height - edge) <= margin_cm

    up_to, above = limit.height_up_to_cm, limit.height_above_cm
    return (up_to is None or height <= up_to or doubtful(up_to)) and (
        above is None or height > above or doubtful(above)
    )


def _age_fits(limit: Limit | ExpectedGroup, age: int | None) -> bool:
    if age is None:
        return True
    return (limit.age_from is None or age >= limit.age_from) and (limit.age_to is None or age <= limit.age_to)
