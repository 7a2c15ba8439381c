"""The visit as text for a record system: to be read, and copied where the terminal lets it."""

from __future__ import annotations

from collections.abc import Iterable

from textual.widget import Widget

from teststation.boundary import shown_lines
from teststation.reports.case import Case
from teststation.reports.letters import record_text
from teststation.tui.keys import Act, Offer, Press
from teststation.tui.screens.listing import around, moved
from teststation.tui.screens.page import Page, line

_ROWS_AROUND = 12


class RecordTextPage(Page):
    """At most fifteen lines, each of which may be long; what is not in view is copied all the same."""

    def __init__(self, case: Case) -> None:
        super().__init__()
        self._case = case
        self._at = 0
        self._copied = False

    def title_text(self) -> str:
        """Name the page."""
        return self.tr("Tekst voor het dossier")

    def offers(self) -> tuple[Offer, ...]:
        """Offer to copy it, the rest of it, and the way back."""
        return (
            Offer(Act.GO, self.tr("terug")),
            Offer(Act.COPY),
            Offer(Act.UP, self.tr("bladeren")),
            Offer(Act.DOWN, hidden=True),
            Offer(Act.BACK, hidden=True),
        )

    def body(self) -> Iterable[Widget]:
        """Lay out the text above what became of it."""
        yield line("text", "block")
        yield line("copied", "loud")
        yield line("sure", "quiet")

    def show(self) -> None:
        """Write the text, with a mark at the line that is read."""
        tr = self.station.tr
        blocks = [self.hung(each, "► " if number == self._at else "  ") for number, each in enumerate(self._lines())]
        self.put("text", "\n".join(around(blocks, self._at, self.size.height - _ROWS_AROUND)))
        self.put("copied", tr("Naar het klembord gestuurd.") if self._copied else "")
        self.put(
            "sure",
            tr("Niet elke terminal laat kopiëren toe. De samenvatting schrijft dezelfde tekst in een bestand, met P."),
        )

    def _lines(self) -> tuple[str, ...]:
        return record_text(self.station.tr, self._case)

    def act(self, press: Press) -> None:
        """Copy it, move the mark, or go back."""
        match press.act:
            case Act.COPY:
                self.app.copy_to_clipboard(shown_lines("\n".join(self._lines())))
                self._copied = True
                self.refresh_page()
            case Act.UP | Act.DOWN:
                self._at = moved(self._at, press.act, len(self._lines()))
                self.refresh_page()
            case _:
                self.dismiss()
