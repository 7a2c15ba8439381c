"""Advice by its purpose, as `docs/clinical.md` shows it: with the figures as they are said."""

from __future__ import annotations

from collections.abc import Iterator

from teststation.guideline.advice import PURPOSES, Advice, load_advice
from teststation.guideline.criteria_page import shown_condition
from teststation.guideline.markdown import cited, table
from teststation.i18n import Translator
from teststation.model import Reason

_DUTCH = Translator("nl")
_BODY_WEIGHT_KG = 100

_TITLES = {
    "falls": ("Advice against falls", "where it is an aim: therapist's note, closing letter"),
    "bone": ("Advice for bone", "where it is an aim: therapist's note, closing letter"),
    "strength": ("Advice for strength", "where it is an aim: therapist's note, closing letter"),
    "endurance": ("Advice for endurance", "where it is an aim: therapist's note, closing letter"),
    "care": ("Whatever the aim", "therapist's note, closing letter"),
    "nutrition": ("Food", "therapist's note, client's sheet"),
    "conflict": ("Where other sources disagree", "therapist's note, beside the advice that it is about"),
    "doctor": ("What a doctor is asked", "signal letter, where the therapist writes nothing else"),
    "client": ("What a client can do", "client's sheet: the first two"),
}


def advice_parts() -> Iterator[str]:
    """Write a part of the page for each purpose."""
    yield (
        "## Advice\n\nEach goal has its own doses; none is merged with another's (trap T14). In Dutch, as it is said.\n"
    )
    entries = load_advice().entries.values()
    for purpose in PURPOSES:
        title, shown = _TITLES[purpose]
        rows = (_row(each) for each in entries if each.purpose == purpose)
        yield f"### {title}\n\nShown: {shown}.\n\n{table(('advice', 'says', 'when', 'source', 'evidence'), rows)}"


def _row(advice: Advice) -> tuple[str, ...]:
    said = _DUTCH.reason(Reason(f"advice.{advice.id}", advice.figures_of(_BODY_WEIGHT_KG)))
    if advice.per_kg:
        said += f"<br>here for {_BODY_WEIGHT_KG} kg of body weight"
    parts = [
        " or ".join(f"`{code}`" for code in advice.when),
        " and ".join(map(shown_condition, advice.needs)),
        " and ".join(f"`{code}` known" for code in advice.asks),
        f"not `{'`, `'.join(advice.unless)}`" if advice.unless else "",
        f"beside `{advice.beside}`" if advice.beside else "",
        "therapist's note only" if advice.therapist_only else "",
    ]
    return f"`{advice.id}`", said, "<br>".join(filter(None, parts)), cited(advice), advice.evidence
