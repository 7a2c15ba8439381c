"""Who is kept: a list to search by code, and the way to each client's page."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from textual.containers import Horizontal
from textual.widget import Widget
from textual.widgets import Input

from teststation.reports.wording import DASH, day_of, day_words
from teststation.tui.keys import Act, Offer, Press
from teststation.tui.screens.backup import BackupPage, last_copy
from teststation.tui.screens.history import HistoryPage
from teststation.tui.screens.listing import window
from teststation.tui.screens.page import Page, line
from teststation.tui.waiting import Waiting
from teststation.tui.widgets.plain_input import PlainInput

if TYPE_CHECKING:
    from teststation.store import LastSeen
    from teststation.tui.app import StationApp

_ROOM = 12
"""Lines of a window that the list leaves to everything around it."""
_LONGEST_CODE = 16


class DataPage(Page):
    """A list of clients that gets shorter with each letter of a code.

    Parameters
    ----------
    overdue : show only who is kept longer than the term
    """

    typing = True
    AUTO_FOCUS = "#search"

    def __init__(self, *, overdue: bool = False) -> None:
        super().__init__()
        self._only_overdue = overdue
        self._at = 0
        self._all: list[LastSeen] = []
        self._overdue: set[str] = set()

    def title_text(self) -> str:
        """Name the page."""
        return self.tr("Gegevens")

    def offers(self) -> tuple[Offer, ...]:
        """Offer the client at the mark, the others, and what concerns all."""
        return (
            Offer(Act.GO, self.tr("openen")),
            Offer(Act.UP),
            Offer(Act.DOWN, hidden=True),
            Offer(Act.BACKUP),
            Offer(Act.OVERDUE, self.tr("toon allen") if self._only_overdue else ""),
            Offer(Act.BACK),
        )

    def body(self) -> Iterable[Widget]:
        """Lay out the list under what is searched for."""
        with Horizontal(classes="field"):
            yield line("label-search", "label")
            yield PlainInput(id="search", compact=True, max_length=_LONGEST_CODE)
            yield line("how-many", "hint")
        yield line("clients", "block")
        yield line("terms", "quiet")

    def on_screen_resume(self) -> None:
        """Read who is kept: somebody may have been erased."""
        if not self.is_current:  # the station was locked, and all pages are left
            return
        desk = self.station.desk
        self._all = desk.clients()
        self._overdue = {seen.client.code for seen in desk.overdue()}
        super().on_screen_resume()

    def on_input_changed(self, _: Input.Changed) -> None:
        """Search anew."""
        self._at = 0
        self.refresh_page()

    def _found(self) -> list[LastSeen]:
        typed = self.query_one("#search", Input).value.strip().upper()
        return [
            seen
            for seen in self._all
            if typed in seen.client.code and (not self._only_overdue or seen.client.code in self._overdue)
        ]

    def show(self) -> None:
        """Write the part of the list that fits."""
        tr, found = self.tr, self._found()
        self._at = max(0, min(self._at, len(found) - 1))
        self.put("label-search", tr("Zoek op code"))
        self.put("how-many", tr("{count} van {of}", count=len(found), of=len(self._all)))
        rows = [self._row(seen) for seen in found]
        self.put("clients", window(rows, self._at, self.size.height - _ROOM) or DASH)
        settings = self.station.settings
        text = tr(
            "Bewaartermijn na het laatste bezoek: zorg {years} jaar, screening {days} dagen. "
            "Er wordt nooit vanzelf iets gewist.",
            years=settings.keep_care_years,
            days=settings.keep_screening_days,
        )
        self.put("terms", text)

    def _row(self, seen: LastSeen) -> str:
        tr, client = self.station.tr, seen.client
        born = DASH if client.birth_year is None else str(client.birth_year)
        late = f"   ▲ {tr('over de bewaartermijn')}" if client.code in self._overdue else ""
        return f"{client.code:<{_LONGEST_CODE}}  {born:<4}   {day_words(tr, day_of(seen.at))}{late}"

    def act(self, press: Press) -> None:
        """Move the mark, open a client, or another list."""
        match press.act:
            case Act.UP | Act.DOWN:
                self._at += 1 if press.act is Act.DOWN else -1
                self.show()
            case Act.GO:
                if found := self._found():
                    self.station.push_screen(HistoryPage(found[self._at].client.code))
            case Act.BACKUP:
                self.station.open_page(BackupPage())
            case Act.OVERDUE:
                self._only_overdue, self._at = not self._only_overdue, 0
                self.refresh_page()
            case Act.BACK:
                self.station.open_start()


def waits(station: StationApp) -> Iterable[Waiting]:
    """Say on the first page that a copy is due, or that records are kept longer than their term."""
    tr, desk = station.tr, station.bench.desk
    if desk is None:
        return
    if desk.needs_backup():
        yield Waiting(tr("{last} Maak er een.", last=last_copy(tr, desk.last_backup())), BackupPage)
    if count := len(desk.overdue()):
        text = (
            tr("1 cliënt over de bewaartermijn")
            if count == 1
            else tr("{count} cliënten over de bewaartermijn", count=count)
        )
        yield Waiting(text, lambda: DataPage(overdue=True))
