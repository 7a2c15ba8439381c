"""Something says that nothing should be tested now: what, and the therapist's reason to go on all the same."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from textual.widget import Widget

from teststation.guideline.criteria import load_criteria
from teststation.guideline.facts import NOT_KNOWN, fact, fact_catalogue
from teststation.guideline.permission import OVERRIDE, BeforeTest
from teststation.i18n import N_
from teststation.store import utc_now
from teststation.tui.keys import Act, Offer, Press
from teststation.tui.screens.entry import Answers, EntryPage
from teststation.tui.screens.page import Page, line
from teststation.tui.topics import Line

if TYPE_CHECKING:
    from teststation.tui.flow import Flow

_WHY = N_("Waarom toch testen?")


class StopPage(Page):
    """The safe way is the one key's."""

    def __init__(self, flow: Flow, before: BeforeTest) -> None:
        super().__init__()
        self._flow = flow
        self._before = before

    def title_text(self) -> str:
        """Name the page."""
        return self.tr("Niet testen")

    def offers(self) -> tuple[Offer, ...]:
        """Offer not to test, to answer otherwise, to test for a reason."""
        return (
            Offer(Act.GO, self.tr("niet testen, samenvatting")),
            Offer(Act.OVERRIDE),
            Offer(Act.BACK, self.tr("antwoorden")),
        )

    def body(self) -> Iterable[Widget]:
        """Lay out what speaks against it."""
        yield line("question", "loud block")
        yield line("because", "block")
        yield line("then")

    def show(self) -> None:
        """Say why."""
        tr = self.station.tr
        self.put("question", tr("Dit spreekt tegen testen vandaag:"))
        found = (f"  – {tr.term(load_criteria().entries[each.rule].called)}" for each in self._before.because)
        self.put("because", "\n".join(found))
        self.put("then", tr("Overleg zo nodig met de huisarts; bij spoed: 112. Toch testen vraagt een reden."))

    def act(self, press: Press) -> None:
        """Leave the tests out, or ask why one goes on."""
        match press.act:
            case Act.GO:
                self._flow.show_summary()
            case Act.BACK:
                self._flow.ask_what_stops()
            case Act.OVERRIDE:
                asked = Line(kind=fact_catalogue().kinds[OVERRIDE])
                self.app.push_screen(EntryPage(_WHY, [asked], {}, self._overrule))

    def _overrule(self, said: Answers) -> None:
        why = said[OVERRIDE, None]
        if why != NOT_KNOWN:
            self._flow.overrule(fact(OVERRIDE, why, at=utc_now()))
