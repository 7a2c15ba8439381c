"""Where a day begins: what can be done, and whether the station is ready for it."""

from __future__ import annotations

from collections.abc import Iterable

from textual.widget import Widget

from teststation.reports.wording import NOTICE
from teststation.tui.keys import Act, Offer, Press
from teststation.tui.screens.client import ClientPage
from teststation.tui.screens.page import Page, line
from teststation.tui.waiting import Waiting, waiting

_POLL_S = 0.5

DEMO = "demo"
"""What the app ends with when simulation was asked for."""


class StartPage(Page):
    """The first screen; it is drawn before the store has been opened."""

    _waiting: tuple[Waiting, ...] = ()

    def title_text(self) -> str:
        """Name the program."""
        return self.tr("Teststation")

    def offers(self) -> tuple[Offer, ...]:
        """Offer a visit, the simulation, the way out."""
        return (
            Offer(Act.GO, self.tr("nieuw bezoek")),
            Offer(Act.DEMO),
            *((Offer(Act.SENSORS),) if self.station.bench.link is not None else ()),
            *((Offer(Act.PICK, self.tr("wat wacht")),) if self._waiting else ()),
            Offer(Act.QUIT),
        )

    def body(self) -> Iterable[Widget]:
        """Lay out the choices above the readiness."""
        yield line("choices", "block")
        yield line("ready", "block")
        yield line("waiting", "note block")
        yield line("notice", "quiet")

    def on_mount(self) -> None:
        """Look at the sensor now and then."""
        super().on_mount()
        self.set_interval(_POLL_S, self._look)

    def _look(self) -> None:
        if self.is_current:
            self.put("ready", self._readiness())

    def show(self) -> None:
        """Say what can be done and what is ready."""
        tr = self.tr
        choices = (
            (tr("Spatie"), tr("HUISBEZOEK"), tr("een cliënt, drie tests, samenvatting")),
            ("S", tr("SIMULATIE"), tr("opgenomen signalen, eigen tijdelijke opslag, geen sensor nodig")),
        )
        keys, names = (max(len(choice[i]) for choice in choices) for i in (0, 1))
        rows = (f"{f'[{key}]':<{keys + 2}}  {name:<{names}}   {what}" for key, name, what in choices)
        self.put("choices", "\n\n".join(rows))
        self.put("ready", self._readiness())
        self._waiting = waiting(self.station) if self.station.ready else ()
        self.put("waiting", "\n".join(f"  [{number}]  {one.text}" for number, one in enumerate(self._waiting, 1)))
        self.put("notice", tr(NOTICE))

    def _readiness(self) -> str:
        tr, station = self.tr, self.station
        if station.failure:
            store = f"✖ {tr('opslag')}   {station.failure}"
        elif station.ready:
            store = f"● {tr('opslag')}   {tr('klaar')}"
        else:
            store = f"… {tr('opslag')}   {tr('wordt geopend')}"
        sensor = (f"  {text}" for text in station.sensor_lines())
        return "\n".join((tr("Klaar om te beginnen?"), "", f"  {store}", *sensor))

    def act(self, press: Press) -> None:
        """Begin a visit, see to what waits, leave, or leave for the simulation."""
        match press.act:
            case Act.PICK if press.number <= len(self._waiting):
                self.station.open_page(self._waiting[press.number - 1].page())
            case Act.GO:
                self.station.open_page(ClientPage())
            case Act.SENSORS:
                self.station.show_sensors()
            case Act.DEMO:
                self.station.exit(DEMO)
            case Act.QUIT:
                self.station.exit()
