"""What is asked together on one page, by the catalogue of facts; what one key answers of it; and what is asked when."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from teststation.guideline.criteria import load_criteria
from teststation.guideline.facts import FactKind, Known, fact_catalogue
from teststation.i18n import N_
from teststation.model import Reason, Side


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """One thing to ask: of a side, where the body has two of it.

    Parameters
    ----------
    prompt : a term: what to have the client do before it can be answered
    skipped_by : the fact that says why the prompt was left out
    """

    kind: FactKind
    side: Side | None = None
    prompt: str = ""
    skipped_by: str = ""

    @property
    def key(self) -> tuple[str, Side | None]:
        """What a fact is known by."""
        return self.kind.code, self.side


class Topic(msgspec.Struct, frozen=True, kw_only=True):
    """A page of questions.

    Parameters
    ----------
    name : what it is remembered by
    group : of the catalogue
    starts : how the codes begin, where it is not the whole group
    none : what one key says of all that is open; without it there is no such key
    lasting : what was answered in an earlier visit still stands, and is shown
    """

    name: str
    title: str
    group: str
    starts: tuple[str, ...] = ("",)
    none: str = ""
    lasting: bool = False

    def lines(self, known: Known) -> tuple[Line, ...]:
        """Give what is asked, by what is known."""
        return tuple(
            line
            for kind in fact_catalogue().asked(self.group, known)
            if kind.code.startswith(self.starts) and not kind.code.startswith(_SKIPPED)
            for line in _lines(kind)
        )

    def answered(self, known: Known) -> tuple[int, int]:
        """Count what is answered, and what is asked."""
        lines = self.lines(known)
        return sum(known.value(*line.key) is not None for line in lines), len(lines)


_SKIPPED = "skipped_"

STOP = Topic(name="stop", title=N_("Nu niet testen?"), group="stop", none=N_("niets hiervan"))
CAUTION = Topic(name="caution", title=N_("Tweede persoon nodig?"), group="caution", none=N_("niets hiervan"))
FALLS = Topic(name="falls", title=N_("Vallen"), group="falls", none=N_("alles nee"))
CHECKLIST = Topic(name="checklist", title=N_("Risicofactoren"), group="checklist", none=N_("de rest nee"), lasting=True)
COMPLAINTS = Topic(name="complaints", title=N_("Klachten"), group="complaints", none=N_("verder geen klachten"))
SEEN = Topic(
    name="seen",
    title=N_("Wat zag u?"),
    group="observed",
    starts=("factor_rise", "factor_step", "factor_turning"),
    none=N_("verder niets gezien"),
)
PROMPTS = Topic(
    name="prompts",
    title=N_("Drie opdrachten"),
    group="observed",
    starts=("factor_turn_360", "factor_one_leg", "factor_stops"),
    none=N_("gedaan, verder niets gezien"),
)
EVALUATION = Topic(name="evaluation", title=N_("Behandeling en beloop"), group="evaluation")

OTHERS: tuple[Topic, ...] = (
    Topic(name="request", title=N_("Hulpvraag en doelen"), group="request", lasting=True),
    Topic(name="setup", title=N_("Opstelling: stoel, schoenen"), group="setup", lasting=True),
    Topic(name="red-flag", title=N_("Rode vlaggen"), group="red-flag", none=N_("niets hiervan")),
    Topic(name="yellow-flag", title=N_("Gele vlaggen"), group="yellow-flag", none=N_("niets hiervan")),
    Topic(name="home", title=N_("Huis en schoenen"), group="home", none=N_("niets hiervan"), lasting=True),
    Topic(name="frailty", title=N_("Fragiliteit"), group="frailty"),
    Topic(name="movement", title=N_("Bewegen en gedragsfase"), group="movement"),
    EVALUATION,
    Topic(name="advice", title=N_("Keuzes voor het advies"), group="advice", lasting=True),
    Topic(name="letters", title=N_("Wat in de brief komt"), group="letters"),
    *(
        Topic(name=starts[0], title=title, group="instruments", starts=starts)
        for title, starts in (
            (N_("Functional Reach"), ("functional_reach",)),
            (N_("Kracht: dynamometer, knijpkracht"), ("hhd", "grip")),
            (N_("Beweeglijkheid: goniometer"), ("rom",)),
            (N_("Bolle rug: kyfometer, flexicurve"), ("kyphosis", "flexicurve")),
            (N_("Uithoudingsvermogen: 6 minuten lopen, Borg"), ("six_minute", "incremental", "oxygen", "borg")),
            (N_("Klachten in het dagelijks leven: PSK, QUALEFFO"), ("psk", "qualeffo")),
            (N_("Botdichtheid en fractuurrisico: DXA, FRAX, Garvan"), ("dexa", "frax", "garvan")),
            (N_("Andere stoeltests, GUG-cijfer"), ("gug_grade", "chair_stands")),
            (N_("Staan: voeten naast elkaar, tandem, één been"), ("stance",)),
        )
    ),
)
"""What is behind "more": never on the way (PRACTICE 14)."""


def _lines(kind: FactKind) -> Iterator[Line]:
    if kind.sided:
        yield from (Line(kind=kind, side=side) for side in Side)
        return
    prompt, skipped_by = _prompts().get(kind.code, ("", ""))
    yield Line(kind=kind, prompt=prompt, skipped_by=skipped_by)


def _prompts() -> dict[str, tuple[str, str]]:
    """Give what must be done before a fact can be seen, and the fact that says why it was not."""
    return {
        criterion.facts[0].fact: (f"prompt.{criterion.id}", criterion.skipped_by)
        for criterion in load_criteria().entries.values()
        if criterion.skipped_by
    }


def choices_of(kind: FactKind) -> dict[str, Reason]:
    """Give the choices of a fact, each as it is called."""
    return {choice: Reason("as_called", {"what": f"fact.{kind.code}.{choice}"}) for choice in kind.choices}
