"""Movement norms, stages, what is followed, evaluations, opinions and facts, as `docs/clinical.md` shows them."""

from __future__ import annotations

from collections.abc import Iterator

from teststation.guideline.context import Opinion, load_opinions
from teststation.guideline.criteria_page import shown_condition
from teststation.guideline.facts import FactKind, fact_catalogue
from teststation.guideline.followed import Followed, load_followed
from teststation.guideline.markdown import cited, people, table
from teststation.guideline.movement_norm import MovementNorm, load_norms
from teststation.guideline.planner import Moment, load_moments
from teststation.guideline.stage import Stage, load_stages
from teststation.i18n import Translator

_ENGLISH = Translator("en")


def follow_up_parts() -> Iterator[str]:
    """Write these parts of the page."""
    yield "## Movement norms\n\nShown: therapist's note.\n\nMet is what one hopes for: these are no flags.\n\n" + table(
        ("norm", "met when", "source", "evidence"), map(_norm, load_norms().entries.values())
    )
    yield (
        "## Stage of change\n\nShown: therapist's note.\n\n"
        "A reconstruction: in our copy of the guideline the order of the chart is lost.\n\n"
        + table(("stage", "when", "source", "evidence"), map(_stage, load_stages().entries.values()))
    )
    yield (
        "## Followed over the visits\n\nShown: closing letter, text for a record system.\n\n"
        "Compared with the first visit that had it and with the one before. Without a "
        "known error the difference is shown\nand nothing is said of it. The tests themselves: see detectable "
        "change.\n\n"
        + table(
            ("followed", "domain", "better", "more than measurement error", "source", "evidence"),
            map(_followed, load_followed().entries.values()),
        )
    )
    yield (
        "## Evaluations\n\nShown: therapist's note, closing letter, text for a record system.\n\n"
        "The reminder of no improvement comes only when no domain improved and the therapist says so "
        "too: a test improves\nbeyond its error; what the client says beyond its error, or at all where none is "
        "known.\n\n"
        + table(("evaluation", "when", "source", "evidence"), map(_moment, load_moments().entries.values()))
    )
    yield "## Second opinions on what is typed\n\nShown: with the second opinions, when asked for.\n\n" + table(
        ("opinion", "met when", "source", "evidence"), map(_opinion, load_opinions().entries.values())
    )
    yield (
        "## What may be entered\n\nShown: where it is asked.\n\n"
        "What lies outside is asked again, with the limits and the probable slip. The limits "
        "are no norms.\n\n"
        + table(
            ("fact", "from", "to", "step", "unit", "sides", "slips asked about"),
            (_fact(kind) for kind in fact_catalogue().kinds.values() if kind.kind in {"whole", "number"}),
        )
    )


def _norm(norm: MovementNorm) -> tuple[str, ...]:
    needs = " and ".join([*map(shown_condition, norm.needs), *(f"`{name}`" for name in norm.all_of)])
    either = " or ".join(f"`{name}`" for name in norm.any_of)
    age = f"<br>from {norm.age_from} y" if norm.age_from else ""
    moderate = "".join(
        f"<br>moderate {f'{m.age_from}–{m.age_to} y' if m.age_to else f'from {m.age_from} y'}: "
        f"{m.met[0]:g}–{m.met[-1]:g} MET, walking {m.walking_km_h:g} km/h, cycling {m.cycling_km_h:g} km/h"
        for m in norm.moderate
    )
    return f"`{norm.id}`", needs + either + age + moderate, cited(norm), norm.evidence


def _stage(stage: Stage) -> tuple[str, ...]:
    when = [f"`nngb` {'met' if stage.norm_met else 'not met'}", *map(shown_condition, stage.needs)]
    return f"`{stage.id}`", " and ".join(when), cited(stage), stage.evidence


def _followed(each: Followed) -> tuple[str, ...]:
    kind = fact_catalogue().kinds[each.facts[0]]
    name = f"`{each.id}`" + ("" if len(each.facts) == 1 else f" (mean of {len(each.facts)})")
    same = "".join(f"<br>same `{code}`" for code in each.same)
    domain = each.domain.replace("_", " ")
    if each.error is None:
        return name + same, domain, each.better, "not known", "", ""
    error = f"> {each.error.value:g} {kind.unit or 'points'}: {_ENGLISH.term(each.error.population)}"
    if each.error.possible_from is not None:
        error += f"<br>possible from {each.error.possible_from:g} {kind.unit}"
    return name + same, domain, each.better, error, cited(each.error), each.error.evidence


def _moment(moment: Moment) -> tuple[str, ...]:
    when = "when the treatment ends"
    if moment.weeks is not None:
        when = f"{moment.weeks} weeks; a visit counts from {moment.from_weeks} weeks (ours)"
    optional = "<br>optional" if moment.optional else ""
    expected = "<br>improvement expected" if moment.improvement_expected else ""
    return f"`{moment.id}`", when + optional + expected, cited(moment), moment.evidence


def _opinion(opinion: Opinion) -> tuple[str, ...]:
    unit = fact_catalogue().kinds[opinion.facts[0]].unit
    limits = "<br>".join(f"{opinion.operator} {each.value:g} {unit}".rstrip() + people(each) for each in opinion.limits)
    return f"`{opinion.id}`", limits, cited(opinion), opinion.evidence


def _fact(kind: FactKind) -> tuple[str, ...]:
    sides = "left, right" if kind.sided else ""
    slips = ", ".join(kind.slips)
    return f"`{kind.code}`", f"{kind.low:g}", f"{kind.high:g}", f"{kind.step:g}", kind.unit, sides, slips
