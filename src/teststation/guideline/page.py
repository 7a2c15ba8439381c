"""`docs/clinical.md` from the rule files: `python -m teststation.guideline.page > docs/clinical.md`."""

from __future__ import annotations

import sys

from teststation.guideline.advice_page import advice_parts
from teststation.guideline.criteria_page import criteria_parts
from teststation.guideline.entries import DetectableChange, Entry, Expectation, Limit, Rule
from teststation.guideline.follow_up_page import follow_up_parts
from teststation.guideline.markdown import cited, people, table
from teststation.guideline.people import what_is_missing
from teststation.guideline.rulebook import RuleBook, load_rules
from teststation.guideline.safety import FACTORS_SOURCE, HANDS, NOT_SAFE, OWN_SOURCE
from teststation.guideline.wording import shown_unit
from teststation.i18n import Translator

_ENGLISH = Translator("en")
_SHOWN = {
    "primary": "always",
    "norm": "beside the verdict, where the age at the visit is known",
    "context": "with the second opinions, when asked for",
}
_EVIDENCE = {
    "guideline": "the guideline's own text",
    "verified": "seen in a public page of the source",
    "verified-2nd": "seen in a page that quotes the source",
    "inferred": "our reading of what the source leaves open: shown as such",
    "memory": "not seen: shown without a verdict",
    "own": "common practice, not from the guideline",
}

_HEAD = """\
# Clinical rules

Made from `src/teststation/guideline/rules/` by `python -m teststation.guideline.page > docs/clinical.md`; a test
compares the two. Change the rules, not this page.

The verdict follows the operator as its source prints it, on the value at 0.01 (halves away from zero). *Close* (nipt)
is a mark beside the verdict: the threshold lies inside the measure's 95 % interval, valid trials lie on both sides of
it, or bringing the time to the rule's own course crosses it. A lower bound (an aborted attempt) meets a rule once it
has passed the threshold, and is unknown before. Nobody who needed help, or did not finish safely, gets `not_met`. A
limit that depends on sex or height gives a verdict only where all limits that the person may fall under agree. Below a
limit nothing reassures. The guideline gives no limit for a chair stand, so no chair stand is judged by it.
"""

_LEFT_OUT = """\
## Left out, and why

| what | why |
|---|---|
| bands of TUG times in Wikipedia | an encyclopedia is not a source to show; its lowest bands reassure |
| chair stand limits for Parkinson's disease and stroke | the program does not know diagnoses |
| SPPB points of the chair stand | of a battery that is not done as a whole; printed in tenths, with gaps between |
| chair stand power | the formula was not seen |
| gait speeds of Health ABC and of fallers, SPPB times | operator or numbers were not seen |
| detectable change of the mean of two TUG trials | the one number found is of seven people |
| the risk levels of the World Falls Guidelines, their gait speed | the tree and the operator were not seen |
| grip strength of EWGSOP2 | the numbers were not seen |
| detectable change of Functional Reach, goniometer, kyphosis, PSK | not found, or of another scale |
| classes of a T-value | the guideline and usual practice differ at -2.5 (trap T10) |
| the movement norm for people under 18 | the guideline is not about them |
"""


def page(book: RuleBook) -> str:
    """Write the page."""
    parts = [_HEAD, _evidence()]
    for title, role in (("The guideline", "primary"), ("Norms", "norm"), ("Second opinions", "context")):
        rules = [rule for rule in book.rules if rule.role == role]
        parts.append(f"## {title}\n\nShown: {_SHOWN[role]}.\n\n{table(_RULE_HEAD, map(_rule, rules))}")
    parts += [
        f"## Without a time\n\nShown: always.\n\n{table(('rule', 'met when', 'source', 'evidence'), _WITHOUT_TIME)}",
        f"## Expected values\n\nShown: {_SHOWN['context']}; never a verdict.\n\n"
        + table(("id", "measures", "expected", "source", "evidence"), map(_expectation, book.expectations)),
        "## Detectable change\n\nShown: with every change, on result, record and letters.\n\n"
        "For change only, never for a limit; each only for the statistic and the people that it was made with.\n"
        "The first of the list that fits is used.\n\n"
        + table(("id", "more than", "statistic", "people", "source", "evidence"), map(_change, book.changes)),
        *criteria_parts(),
        *follow_up_parts(),
        *advice_parts(),
        _LEFT_OUT,
    ]
    return "\n".join(parts)


_RULE_HEAD = ("rule", "measures, in order of preference", "met when", "means", "source", "evidence")

_WITHOUT_TIME = (
    (
        f"`{NOT_SAFE}`",
        "unable, unsafe, stopped for safety, fell, or physically helped",
        _ENGLISH.term(OWN_SOURCE),
        "own",
    ),
    (f"`{HANDS}`", "hands used to rise (GUG, chair stand); voids a chair stand", FACTORS_SOURCE, "guideline"),
)


def _rule(rule: Rule) -> tuple[str, ...]:
    unit = shown_unit(rule.unit)
    limits = "<br>".join(f"{rule.operator} {_limit(limit)} {unit}{people(limit)}" for limit in rule.limits)
    if len(rule.limits) > 1 and not what_is_missing(rule.limits) and rule.role != "norm":
        limits += "<br>between them no verdict"
    extra = "<br>or unable" if rule.unable_meets else ""
    if rule.stop_rule:
        extra += f"<br>clock stops: {rule.stop_rule}"
    if rule.course:
        extra += f"<br>over {rule.course.length_m:g} m; also judged as printed on {rule.course.also_printed_m:g} m"
    means = "worse than average" if rule.role == "norm" else f"{_ENGLISH.term(rule.meaning)} (`{rule.meaning}`)"
    return f"`{rule.id}`", _names(rule), limits + extra, means, cited(rule), rule.evidence


def _expectation(entry: Expectation) -> tuple[str, ...]:
    expected = "<br>".join(
        f"{group.constant:g}{f' + {group.per_year:g} × age' if group.per_year else ''} {entry.unit}{people(group)}"
        for group in entry.groups
    )
    return f"`{entry.id}`", _names(entry), expected, cited(entry), entry.evidence


def _change(entry: DetectableChange) -> tuple[str, ...]:
    value = f"{entry.value:g} {shown_unit(entry.unit)} ({entry.confidence_percent} %)"
    if entry.possible_from is not None:
        value += f"<br>possible from {entry.possible_from:g} {entry.unit}"
    aid = {None: "", True: "; with a walking aid", False: "; without a walking aid"}[entry.walking_aid]
    statistic = "not stated: not used" if entry.statistic == "not-stated" else entry.statistic
    return f"`{entry.id}`", value, statistic, _ENGLISH.term(entry.population) + aid, cited(entry), entry.evidence


def _limit(limit: Limit) -> str:
    if limit.mean is None or limit.mean_interval is None:
        return f"{limit.value:g}"
    low, high = limit.mean_interval
    return f"{limit.value:g} (mean {limit.mean:g}, {low:g}–{high:g})"


def _names(entry: Entry) -> str:
    return ", ".join(f"`{name}`" for name in entry.measures)


def _evidence() -> str:
    return table(("evidence", "what we have seen"), ((mark, text) for mark, text in _EVIDENCE.items()))


if __name__ == "__main__":
    sys.stdout.write(page(load_rules()))
