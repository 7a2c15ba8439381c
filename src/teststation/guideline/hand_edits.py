"""What of the rule files is off after somebody edited them by hand, and why: broken entries, and names of nothing."""

from __future__ import annotations

from collections.abc import Iterator

from teststation.guideline.advice import load_advice
from teststation.guideline.context import load_opinions
from teststation.guideline.criteria import load_criteria
from teststation.guideline.facts import fact_catalogue
from teststation.guideline.followed import load_followed
from teststation.guideline.frailty import load_counts
from teststation.guideline.hints import load_hints
from teststation.guideline.movement_norm import load_norms
from teststation.guideline.planner import load_moments
from teststation.guideline.rand36 import load_scales
from teststation.guideline.rulebook import load_rules
from teststation.guideline.safety import HANDS, NOT_SAFE
from teststation.guideline.stage import load_stages
from teststation.guideline.tables import Off
from teststation.model import Reason


def what_is_off() -> tuple[Off, ...]:
    """Name every entry that gives no verdict, and every one that hangs on something that is not there."""
    broken = (
        *load_rules().off,
        *load_criteria().off,
        *fact_catalogue().off,
        *load_counts().off,
        *load_scales().off,
        *load_hints().off,
        *load_norms().off,
        *load_stages().off,
        *load_followed().off,
        *load_moments().off,
        *load_opinions().off,
        *load_advice().off,
    )
    known = _what_is_there()
    astray = (
        Off(id=entry, reason=Reason("rule_astray", {"rule": entry, "names": code}))
        for entry, code in _what_is_named()
        if code not in known
    )
    return (*broken, *astray)


def _what_is_there() -> set[str]:
    return {
        *fact_catalogue().kinds,
        *(rule.id for rule in load_rules().rules),
        *load_criteria().entries,
        *load_norms().entries,
        *load_advice().entries,
        NOT_SAFE,
        HANDS,
    }


def _what_is_named() -> Iterator[tuple[str, str]]:
    """Give each entry with each fact, rule or criterion that it names."""
    for criterion in load_criteria().entries.values():
        codes = (each.fact for each in criterion.facts)
        yield from ((criterion.id, code) for code in (*codes, *criterion.rules, *criterion.also_met_by))
    for advice in load_advice().entries.values():
        needed = (each.fact for each in advice.needs)
        beside = (advice.beside,) if advice.beside else ()
        yield from ((advice.id, code) for code in (*needed, *advice.when, *advice.unless, *advice.asks, *beside))
    for norm in load_norms().entries.values():
        yield from ((norm.id, code) for code in (*(each.fact for each in norm.needs), *norm.all_of, *norm.any_of))
    for stage in load_stages().entries.values():
        yield from ((stage.id, each.fact) for each in stage.needs)
    for followed in load_followed().entries.values():
        yield from ((followed.id, code) for code in (*followed.facts, *followed.same))
    for opinion in load_opinions().entries.values():
        yield from ((opinion.id, code) for code in opinion.facts)
