"""What the visit comes to: what points where, problem areas, who is told, what is advised; and whether it is so."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

import msgspec
from textual.widget import Widget

from teststation.guideline.conclusion import Conclusion, is_open_to_say
from teststation.guideline.context import SecondOpinion, second_opinions
from teststation.guideline.facts import NOT_KNOWN, fact_catalogue
from teststation.i18n import N_, Translator
from teststation.model import Finding
from teststation.tui.keys import Act, Offer, Press
from teststation.tui.screens.entry import Answers, EntryPage
from teststation.tui.screens.listing import around
from teststation.tui.screens.opinions import OpinionsPage
from teststation.tui.screens.page import Page, line
from teststation.tui.screens.pick import QUESTION_DISAGREE, WHY_NOT_SO, Choice, PickPage
from teststation.tui.topics import Line

if TYPE_CHECKING:
    from teststation.tui.flow import Flow

_ROWS_AROUND = 7
_NOTE = "therapist_note"
_QUESTION_NOTE = N_("Uw notitie bij dit bezoek")


class Told(msgspec.Struct, frozen=True):
    """A sentence; of a finding on facts, where the therapist says whether it is so."""

    text: str
    finding: Finding | None = None


class ConclusionPage(Page):
    """More than fits on one screen: a mark goes along the sentences, and what is marked can be said not to be so."""

    def __init__(self, flow: Flow) -> None:
        super().__init__()
        self._flow = flow
        self._at = 0

    def title_text(self) -> str:
        """Name the page."""
        return self.tr("Conclusie")

    def offers(self) -> tuple[Offer, ...]:
        """Offer to confirm, the way along the sentences, what is not so, the note, the text, and the questions."""
        conclusion, marked = self._conclusion, self._marked()
        news = any(not conclusion.confirmed(each) for each in conclusion.open_to_say())
        set_aside = marked is not None and marked in conclusion.set_aside
        return (
            Offer(Act.GO, self.tr("bevestigd, verder") if news else self.tr("samenvatting")),
            *((Offer(Act.DISAGREE, self.tr("klopt toch") if set_aside else ""),) if marked is not None else ()),
            Offer(Act.UP, self.tr("bladeren")),
            Offer(Act.DOWN, hidden=True),
            Offer(Act.NOTE),
            *((Offer(Act.OTHERS),) if self._opinions() else ()),
            *((Offer(Act.RECORD_TEXT),) if self._flow.progress.agreement.printed else ()),
            Offer(Act.MORE, self.tr("alle vragen")),
            Offer(Act.BACK, hidden=not news),
        )

    def body(self) -> Iterable[Widget]:
        """Lay out the text."""
        yield line("conclusion")

    @property
    def _conclusion(self) -> Conclusion:
        return self._flow.progress.concluded()

    def _opinions(self) -> tuple[SecondOpinion, ...]:
        """Give what other sources say of what was measured and typed, where the practice wants to know."""
        if not self.station.settings.second_opinions:
            return ()
        progress = self._flow.progress
        results = [done.result for done in progress.conclusions.values()]
        return second_opinions(progress.known(), results, client=progress.client, age=progress.visit.age)

    def _sentences(self) -> list[Told]:
        return [told for _, sentences in sections(self.station.tr, self._conclusion) for told in sentences]

    def _marked(self) -> Finding | None:
        sentences = self._sentences()
        return sentences[self._at].finding if self._at < len(sentences) else None

    def show(self) -> None:
        """Write the sentences around the marked one, as many as there is room for."""
        tr, conclusion = self.station.tr, self._conclusion
        blocks: list[list[str]] = []
        for heading, sentences in sections(tr, conclusion):
            for number, told in enumerate(sentences):
                above = [] if number else [heading] if not blocks else ["", heading]
                mark = "►" if len(blocks) == self._at else " "
                first = f"{mark} {_sign(conclusion, told.finding)} "
                blocks.append([*above, *self.hung(told.text, first)])
        text = "\n".join(around(blocks, self._at, self.size.height - _ROWS_AROUND)) if blocks else ""
        self.put("conclusion", text or tr("Er is nog niets waar iets uit volgt; dat stelt niet gerust."))

    def act(self, press: Press) -> None:
        """Confirm, go along the sentences, say what is not so, write a note, ask more, or go back."""
        marked = self._marked()
        match press.act:
            case Act.UP | Act.DOWN:
                self._move(1 if press.act is Act.DOWN else -1)
            case Act.DISAGREE if marked in self._conclusion.set_aside:
                self._set_aside(marked, NOT_KNOWN)
            case Act.DISAGREE:
                self.app.push_screen(PickPage(QUESTION_DISAGREE, WHY_NOT_SO, self._disagree))
            case Act.NOTE:
                asked, known = Line(kind=fact_catalogue().kinds[_NOTE]), self._conclusion.known.text(_NOTE) or ""
                self.app.push_screen(EntryPage(_QUESTION_NOTE, [asked], {asked.key: known}, self._take_note))
            case Act.OTHERS:
                self.app.push_screen(OpinionsPage(self._opinions()))
            case Act.RECORD_TEXT:
                self._flow.show_record_text()
            case Act.MORE:
                self._flow.show_more()
            case Act.GO:
                self._flow.confirm(self._conclusion)
                self._flow.show_summary()
            case _:
                self._flow.show_summary()

    def _move(self, by: int) -> None:
        self._at = max(0, min(self._at + by, len(self._sentences()) - 1))
        self.refresh_page()

    def _disagree(self, choice: Choice) -> None:
        self._set_aside(self._marked(), self.station.tr.reason(choice.reason))

    def _set_aside(self, finding: Finding | None, why: str) -> None:
        """Say it, and have the mark go with the finding to where it stands now."""
        if finding is not None:
            self._flow.set_aside(finding, why)
            rules = [told.finding and told.finding.rule for told in self._sentences()]
            self._at = rules.index(finding.rule) if finding.rule in rules else 0
            self.refresh_page()

    def _take_note(self, typed: Answers) -> None:
        self._flow.take_note(typed[_NOTE, None])


def sections(tr: Translator, conclusion: Conclusion) -> Iterator[tuple[str, Sequence[Told]]]:
    """Tell a conclusion under its headings; what there is nothing to say of is empty."""

    def told(findings: Iterable[Finding]) -> list[Told]:
        return [Told(tr.reason(each.reason), each if is_open_to_say(each) else None) for each in findings]

    fall_risk, frailty = conclusion.fall_risk, conclusion.frailty
    line_ = [] if fall_risk is None else [Told(tr.reason(fall_risk))]
    yield tr("Vallen"), [*line_, *told((*conclusion.met("full-assessment"), *conclusion.met("examine")))]
    asked = (conclusion.known.text(code) for code in ("request_for_help", "expectations"))
    wanted = (*asked, *(goal.text for goal in conclusion.goals))
    yield tr("Hulpvraag en doelen"), [Told(text) for text in wanted if text]
    yield tr("Probleemgebieden"), told(conclusion.problem_areas)
    yield tr("Wie u inlicht"), told(conclusion.duties)
    yield tr("Rode vlaggen"), told(conclusion.met("red-flag"))
    yield tr("Tekenen van wervelinzakking"), told(conclusion.met("vertebral-fracture-sign"))
    yield tr("Risicofactoren voor fracturen"), told(conclusion.met("fracture-factor"))
    counted = [] if frailty is None else [Told(tr.reason(each)) for each in (frailty.count, frailty.fried.reason)]
    yield tr("Fragiliteit"), [*told(conclusion.met("frailty-indicator")), *counted]
    yield tr("Niet onderschreven"), told(conclusion.set_aside)
    yield tr("Bewegen en gedragsfase"), told((*conclusion.movement, *conclusion.stage))
    yield tr("Advies"), [Told(tr.reason(each.reason)) for each in conclusion.advice]


def _sign(conclusion: Conclusion, finding: Finding | None) -> str:
    """Show what the therapist says of a finding: it is so, it is not, or nothing yet."""
    if finding in conclusion.set_aside:
        return "▷"
    return "✔" if finding is not None and conclusion.confirmed(finding) else "–"
