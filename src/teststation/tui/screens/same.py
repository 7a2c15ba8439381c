"""Is the set-up that of the first visit? Asked once in a follow-up, before its tests (PRACTICE 16)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from textual.widget import Widget

from teststation.reports.told import conditions_of
from teststation.reports.wording import DASH, TITLES
from teststation.tui.keys import Act, Offer, Press
from teststation.tui.screens.page import Page, line

if TYPE_CHECKING:
    from teststation.tui.flow import Flow


class SamePage(Page):
    """The first visit's set-up; one key takes it over, another leaves what is set now."""

    def __init__(self, flow: Flow) -> None:
        super().__init__()
        self._flow = flow

    def title_text(self) -> str:
        """Name the page."""
        return self.tr("Zelfde opstelling?")

    def offers(self) -> tuple[Offer, ...]:
        """Offer the same, or what is set now."""
        return (Offer(Act.GO, self.tr("ja, dezelfde")), Offer(Act.NO, self.tr("nee, zoals nu ingesteld")))

    def body(self) -> Iterable[Widget]:
        """Lay out how it was."""
        yield line("was", "block")
        yield line("why", "quiet")

    def show(self) -> None:
        """Write how it was."""
        tr, progress = self.station.tr, self._flow.progress
        rows = [
            f"  {tr(TITLES[result.test])}: {conditions_of(tr, result.conditions) or DASH}"
            for result in progress.baseline
        ]
        shoes = progress.known().text("footwear")
        if shoes is not None:
            rows.append(f"  {tr.term('fact.footwear')}: {tr.term(f'fact.footwear.{shoes}')}")
        self.put("was", "\n".join((tr("Bij het eerste bezoek:"), "", *rows)))
        self.put("why", tr("Alleen met dezelfde opstelling zegt een verschil iets over de cliënt."))

    def act(self, press: Press) -> None:
        """Take the set-up over, or not."""
        self._flow.set_up(as_before=press.act is Act.GO)
