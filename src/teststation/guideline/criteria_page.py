"""The lists of criteria, and what goes with them, as `docs/clinical.md` shows them."""

from __future__ import annotations

from collections.abc import Iterator

from teststation.guideline.conditions import Condition
from teststation.guideline.criteria import MEANINGS, Criterion, load_criteria
from teststation.guideline.facts import fact_catalogue
from teststation.guideline.frailty import load_counts
from teststation.guideline.hints import Halt, HintRule, SlowTurn, load_hints
from teststation.guideline.markdown import cited, table
from teststation.guideline.rand36 import Part, load_scales

_TITLES = {
    "frailty-indicator": ("Frailty indicators (annex 4)", "their count: record, letters, text for a record system"),
    "frailty-beside": ("Asked beside annex 4, not counted", "through advice on food and a question to the doctor"),
    "fracture-factor": ("Checklist: fractures", "those met: record, letters"),
    "fall-factor": ("Checklist: falls", "through the visit's line"),
    "prognostic-factor": ("Prognostic factors, as seen by the therapist", "through what follows from a factor seen"),
    "examine": ("What follows from a factor seen (shown when met)", "record, letters"),
    "vertebral-fracture-sign": ("Signs of a vertebral fracture", "those met: record, letters"),
    "yearly-question": ("Yearly questions about falls", "through the triggers below"),
    "mobility": ("What counts as a problem of mobility", "through the triggers below"),
    "full-assessment": ("Triggers of a full assessment of fall risk", "those met: record, letters"),
    "red-flag": ("Red flags (stop a test when seen)", "before a test; those met: record, letters"),
    "yellow-flag": ("Yellow flags", "through advice"),
    "stop": ("When not to test (must be answered; the therapist may go on with a reason)", "before a test"),
    "caution": ("When to test with a second person only (must be answered)", "before a test"),
    "not-trusted-alone": ("Walking and transfers alone (shown when met)", "through the visit's line"),
    "indication": (
        "The visit's line on fall risk (shown when met)",
        "summary, record, letters, text for a record system",
    ),
    "problem-area": ("Problem areas (shown when met)", "record, letters, text for a record system"),
    "aim": ("What advice aims at (shown when met)", "letters, text for a record system"),
    "duty": ("Whom to tell (shown when met)", "therapist's note, text for a record system"),
    "contradiction": ("Contradictions (shown when met)", "summary, record"),
}
"""What each list is called here, and where it is shown."""


def criteria_parts() -> Iterator[str]:
    """Write a part of the page for each list, and for the scales, counts and hints."""
    yield (
        "## What is asked and seen\n\nMet, not met or unknown: what is not known leaves a criterion unknown wherever "
        "it could change the answer.\nNo list is summed into a score. Numbers are compared at 0.01.\n"
    )
    criteria = load_criteria().entries.values()
    for meaning in MEANINGS:
        title, shown = _TITLES[meaning]
        rows = (_row(each) for each in criteria if each.meaning == meaning)
        yield f"### {title}\n\nShown: {shown}.\n\n{table(('criterion', 'met when', 'source', 'evidence'), rows)}"
    yield "### How many indicators make what\n\nShown: beside the annex's own count, as Fried's.\n\n" + table(
        ("id", "category", "source", "evidence"),
        (
            (
                f"`{each.id}`",
                "<br>".join(f"{s.from_}–{s.to} of {each.of}: {s.name}" for s in each.steps),
                cited(each),
                each.evidence,
            )
            for each in load_counts().entries.values()
        ),
    )
    yield (
        "### RAND-36, by item number\n\nShown: through two of the indicators.\n\n"
        "The mean of the items answered, 0 to 100. What an item left open could change is unknown.\n\n"
        + table(
            ("scale", "items: points of answer code 1, 2, …", "least answers", "source", "evidence"),
            (
                (
                    f"`{each.id}`",
                    "<br>".join(map(_part, each.parts)),
                    str(each.least_answers),
                    cited(each),
                    each.evidence,
                )
                for each in load_scales().entries.values()
            ),
        )
    )
    yield (
        "### What a sensor points at\n\nShown: beside the therapist's tick, never instead of it.\n\n"
        "A hint is no finding.\n\n"
        + table(
            ("hint", "shown when", "points at", "source", "evidence"),
            map(_hint, load_hints().entries.values()),
        )
    )


def _row(criterion: Criterion) -> tuple[str, ...]:
    parts = [*map(shown_condition, criterion.facts), *(f"`{rule}`" for rule in criterion.rules)]
    joined = f" {'and' if criterion.needs == 'all' else 'or'} ".join(parts)
    also = "".join(f"<br>or at once: `{code}`" for code in criterion.also_met_by)
    skip = f"<br>may be skipped: `{criterion.skipped_by}`" if criterion.skipped_by else ""
    return f"`{criterion.id}`", joined + also + skip, cited(criterion), criterion.evidence


def shown_condition(condition: Condition) -> str:
    """Write what must hold of a fact."""
    if condition.operator is None or condition.value is None:
        return f"{'yes' if condition.yes else 'no'} to `{condition.fact}`"
    unit = fact_catalogue().kinds[condition.fact].unit
    return f"`{condition.fact}` {condition.operator} {condition.value:g}{unit and f' {unit}'}"


def _hint(rule: HintRule) -> tuple[str, ...]:
    match rule:
        case Halt():
            when = f"more than {rule.median_steps:g} × the median step time"
            factors = f"`{rule.factor}`; while talking `{rule.factor_when_talking}`"
        case SlowTurn():
            when, factors = f"< {rule.deg_per_s:g} deg/s", f"`{rule.factor}`"
    return f"`{rule.id}`", when, factors, cited(rule), rule.evidence


def _part(part: Part) -> str:
    points = ", ".join(f"{point:g}" for point in part.points)
    return f"{', '.join(map(str, part.items))}: {points}"
