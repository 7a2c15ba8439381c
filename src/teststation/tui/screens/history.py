"""One client as kept: the visits with what their tests came to, and all that can be done with them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from textual.widget import Widget

from teststation.i18n import N_
from teststation.model import Client, TeststationError, VisitKind
from teststation.reports.told import as_kept, confirmed, row
from teststation.reports.wording import DASH, day_of, day_words, person
from teststation.tui.agreement import Agreement, Keep
from teststation.tui.keys import Act, Offer, Press
from teststation.tui.screens.consent import ConsentPage
from teststation.tui.screens.correct import CorrectPage
from teststation.tui.screens.erase import ErasePage
from teststation.tui.screens.export import ExportPage, PapersPage
from teststation.tui.screens.listing import window
from teststation.tui.screens.move import MovePage
from teststation.tui.screens.page import Page, line
from teststation.tui.screens.trends import TrendsPage

if TYPE_CHECKING:
    from teststation.tui.desk import PastVisit

_ROOM = 16
"""Lines of a window that the list of visits leaves to everything around it."""

KINDS = {
    VisitKind.SCREENING: N_("screening"),
    VisitKind.FIRST: N_("eerste bezoek"),
    VisitKind.FOLLOW_UP: N_("vervolg"),
}


class HistoryPage(Page):
    """The visits of a client, the newest first; what the tests of the marked one came to stands below.

    Parameters
    ----------
    code : the client's
    """

    def __init__(self, code: str) -> None:
        super().__init__()
        self._client = Client(code=code)
        self._visits: list[PastVisit] = []
        self._at = 0

    def title_text(self) -> str:
        """Name the page."""
        return self.tr("Bewaard van {client}", client=self._client.code)

    def offers(self) -> tuple[Offer, ...]:
        """Offer what can be done with the client, and with the marked visit."""
        choose = (Offer(Act.UP), Offer(Act.DOWN, hidden=True))
        of_visit = (Offer(Act.GO, self.tr("verloop")), *choose, Offer(Act.PAPERS), Offer(Act.MOVE))
        return (
            *(of_visit if self._visits else ()),
            Offer(Act.EXPORT),
            Offer(Act.CONSENT),
            Offer(Act.CORRECT),
            Offer(Act.ERASE),
            Offer(Act.BACK),
        )

    def body(self) -> Iterable[Widget]:
        """Lay out the visits above the results of one."""
        yield line("who", "loud block")
        yield line("visits", "block")
        yield line("results")

    def on_screen_resume(self) -> None:
        """Read the visits: one may have been moved, or all be gone."""
        if not self.is_current:  # the station was locked, and all pages are left
            return
        desk = self.station.desk
        try:
            self._client, self._visits = desk.client(self._client.code), desk.history(self._client.code)
        except TeststationError:
            self.dismiss()
            return
        super().on_screen_resume()

    def show(self) -> None:
        """Write the visits and the results of the marked one."""
        tr = self.station.tr
        self._at = max(0, min(self._at, len(self._visits) - 1))
        self.put("who", person(tr, self._client))
        rows = [self._row(past) for past in self._visits]
        self.put("visits", window(rows, self._at, self.size.height - _ROOM) or tr("nog geen bezoeken"))
        self.put("results", "\n".join(self._results()))

    def _row(self, past: PastVisit) -> str:
        tr, visit = self.station.tr, past.visit
        parts = [day_words(tr, day_of(visit.started_at))]
        if visit.kind is not None:
            parts.append(tr(KINDS[visit.kind]))
        if visit.operator:
            parts.append(visit.operator)
        parts.append(tr("1 test") if len(past.results) == 1 else tr("{count} tests", count=len(past.results)))
        return " · ".join(parts)

    def _results(self) -> list[str]:
        if not self._visits:
            return []
        tr = self.station.tr
        done = [as_kept(saved) for saved in self._visits[self._at].results]
        told = [row(tr, each) for each in done]
        names = max((len(name) for name, _, _ in told), default=0)
        times = max((len(time) for _, time, _ in told), default=0)
        return [
            f"  {name:<{names}}   {time:<{times}}   {self.flag_words(flag) or DASH}   {confirmed(tr, each)}"
            for each, (name, time, flag) in zip(done, told, strict=True)
        ]

    def act(self, press: Press) -> None:
        """Move the mark, or open what is asked for."""
        client = self._client
        match press.act:
            case Act.UP | Act.DOWN:
                self._at += 1 if press.act is Act.DOWN else -1
                self.show()
            case Act.GO:
                self.station.push_screen(TrendsPage(client.code))
            case Act.PAPERS:
                self.station.push_screen(PapersPage(client))
            case Act.MOVE:
                self.station.push_screen(MovePage(client, self._visits[self._at].visit))
            case Act.EXPORT:
                self.station.push_screen(ExportPage(client, self.station.desk.folder()))
            case Act.CONSENT:
                self._show_consent()
            case Act.CORRECT:
                self.station.push_screen(CorrectPage(client))
            case Act.ERASE:
                self.station.push_screen(ErasePage(client, len(self._visits)))
            case Act.BACK:
                self.dismiss()

    def _show_consent(self) -> None:
        code, visits = self._client.code, self.station.bench.visits

        def left() -> None:
            self.station.pop_screen()

        def agreed(agreement: Agreement) -> None:
            visits.agree(code, agreement)
            left()

        before = visits.agreement(code) or Agreement()
        self.station.push_screen(ConsentPage(self._client, before, agreed, left, (Keep.KEPT, Keep.NOT)))
