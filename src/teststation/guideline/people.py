"""Which limits of a rule a person may fall under, given what is known of them."""

from __future__ import annotations

from teststation.guideline.rulebook import Limit, Rule
from teststation.model import Client, Sex


def possible_limits(rule: Rule, client: Client | None, age: int | None) -> tuple[Limit, ...]:
    """Give every limit that what is known does not rule out. None at all: the rule is not about this person."""
    return tuple(
        limit
        for limit in rule.limits
        if _sex_fits(limit, client)
        and _height_fits(limit, client, rule.reported_height_margin_cm)
        and _age_fits(limit, age)
    )


def height_in_doubt(rule: Rule, client: Client | None) -> bool:
    """Tell whether a height that was not measured leaves more than one limit open."""
    if client is None or client.height_cm is None or client.height_measured:
        return False
    measured = Client(code=client.code, sex=client.sex, height_cm=client.height_cm, height_measured=True)
    return len(possible_limits(rule, client, None)) > len(possible_limits(rule, measured, None))


def sex_known(client: Client | None) -> bool:
    """Tell whether the sex is one that the tables ask for."""
    return client is not None and client.sex in {Sex.FEMALE, Sex.MALE}


def _sex_fits(limit: Limit, client: Client | None) -> bool:
    return limit.sex is None or client is None or not sex_known(client) or client.sex is limit.sex


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


def _age_fits(limit: Limit, age: int | None) -> bool:
    if age is None:
        return True
    return (limit.age_from is None or age >= limit.age_from) and (limit.age_to is None or age <= limit.age_to)
