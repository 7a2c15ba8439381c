"""Visits that were not ended: the program was killed, or its window closed. One is taken up, or it waits."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from typing import TYPE_CHECKING

from textual.widget import Widget

from teststation.i18n import Translator
from teststation.reports.wording import day_of, day_words, person
from teststation.tui.keys import Act, Offer, Press
from teststation.tui.screens.page import Page, line
from teststation.tui.waiting import Waiting

if TYPE_CHECKING:
    from teststation.station import LeftVisit
    from teststation.tui.app import StationApp
    from teststation.tui.bench import Left

_SHOWN = 9


def waits(station: StationApp) -> Iterable[Waiting]:
    """Say on the first page that visits were not ended."""
    left = station.bench.visits.left()
    if left:
        yield Waiting(station.tr("bezoeken niet afgesloten: {count}", count=len(left)), UnfinishedPage)


class UnfinishedPage(Page):
    """A numbered list, the newest first; nothing changes until one is chosen."""

    def __init__(self) -> None:
        super().__init__()
        self._left: tuple[LeftVisit, ...] = ()
        self._busy = False

    def title_text(self) -> str:
        """Name the page."""
        return self.tr("Niet afgesloten")

    @property
    def occupied(self) -> bool:
        """A visit is being taken up."""
        return self._busy

    def offers(self) -> tuple[Offer, ...]:
        """Offer the newest, another one, and to leave it for later."""
        if self._busy or not self._left:
            return (Offer(Act.BACK, self.tr("later")),)
        return (
            Offer(Act.GO, self.tr("verder met het laatste")),
            Offer(Act.PICK),
            Offer(Act.BACK, self.tr("later")),
        )

    def body(self) -> Iterable[Widget]:
        """Lay out the list under a sentence."""
        yield line("intro", "block")
        yield line("visits", "block")
        yield line("state", "note")

    def on_mount(self) -> None:
        """Look once what there is."""
        self._left = self.station.bench.visits.left()
        super().on_mount()

    def show(self) -> None:
        """Write the list."""
        tr = self.station.tr
        self.put("intro", tr("Het programma eindigde voordat deze bezoeken klaar waren. Wat gemeten is, is bewaard."))
        rows = [f"  [{number}]  {_words(tr, one)}" for number, one in enumerate(self._left[:_SHOWN], 1)]
        if len(self._left) > _SHOWN:
            rows.append(tr("  … en nog {count} oudere", count=len(self._left) - _SHOWN))
        self.put("visits", "\n\n".join(rows))
        self.put("state", tr("Wat er van de meting is, wordt nagekeken …") if self._busy else "")

    def act(self, press: Press) -> None:
        """Take one up, or leave all for later."""
        match press.act:
            case Act.BACK:
                self.station.open_start()
            case Act.GO if self._left:
                self._take_up(self._left[0])
            case Act.PICK if press.number <= len(self._left[:_SHOWN]):
                self._take_up(self._left[press.number - 1])

    def _take_up(self, visit: LeftVisit) -> None:
        if not self._busy:
            self._busy = True
            self.refresh_page()
            self.run_worker(partial(self._analyse, visit), thread=True, exit_on_error=False)

    def _analyse(self, visit: LeftVisit) -> None:
        left = tuple(self.station.bench.left_trial(trial) for trial in visit.left)
        self.station.call_from_thread(self._resume, visit, left)

    def _resume(self, visit: LeftVisit, left: tuple[Left, ...]) -> None:
        if self._is_alive:  # who left meanwhile finds it again
            self.station.resume_visit(visit, left)


def _words(tr: Translator, one: LeftVisit) -> str:
    """Tell whose a visit is, of when, and how far it came."""
    far = [tr("pogingen: {count}", count=len(one.over))]
    if one.left:
        far.append(tr("onafgemaakt: {count}", count=len(one.left)))
    day = day_words(tr, day_of(one.visit.started_at))
    return f"{person(tr, one.client)}   {day}\n       {', '.join(far)}"
