"""Where a day begins: what can be done, and whether the station is ready for it."""

from __future__ import annotations

from collections.abc import Iterable

from textual.widget import Widget

from teststation.reports.wording import NOTICE
from teststation.tui.door import Access, Door
from teststation.tui.keys import Act, Offer, Press
from teststation.tui.screens.client import ClientPage
from teststation.tui.screens.data import waits
from teststation.tui.screens.page import Page, line
from teststation.tui.screens.plain_copies import waits as plain_copies_wait
from teststation.tui.screens.unfinished import waits as unfinished_visits_wait
from teststation.tui.waiting import Source, Waiting, waiting

_POLL_S = 0.5

SOURCES: tuple[Source, ...] = (unfinished_visits_wait, plain_copies_wait, waits)
"""Who is asked what waits, in the order of the list."""
DEMO = "demo"
"""What the app ends with when simulation was asked for."""


class StartPage(Page):
    """The first screen; it is drawn before the store has been opened."""

    _waiting: tuple[Waiting, ...] = ()

    def title_text(self) -> str:
        """Name the program."""
        return self.tr("Teststation")

    def offers(self) -> tuple[Offer, ...]:
        """Offer the next step, the simulation, the way out."""
        station = self.station
        door = self._door if station.opened else None
        return (
            Offer(Act.GO, self._next_step()[0].lower()),
            *((Offer(Act.DECLINE),) if door and door.access is Access.PLAIN else ()),
            Offer(Act.DEMO),
            *((Offer(Act.SENSORS),) if station.bench.link is not None else ()),
            *((Offer(Act.DATA),) if station.ready else ()),
            *((Offer(Act.PICK, self.tr("wat wacht")),) if self._waiting else ()),
            *((Offer(Act.OTHER),) if door and door.access is Access.OPEN else ()),
            *((Offer(Act.ACCESS), Offer(Act.LOCK)) if door and door.is_encrypted else ()),
            Offer(Act.QUIT),
        )

    @property
    def _door(self) -> Door | None:
        return self.station.bench.door

    def _next_step(self) -> tuple[str, str]:
        """Name what the one key does, and say it in a line."""
        tr, station, door = self.tr, self.station, self._door
        if door is not None and not station.opened:
            if station.failure:
                return tr("OPNIEUW"), tr("probeert nog eens te openen")
            return tr("BEGINNEN"), tr("zodra de opslag is geopend")
        match None if door is None else door.access:
            case Access.NEW:
                return tr("INRICHTEN"), tr("eenmalig: een wachtzin, een herstelcode, uw initialen")
            case Access.PLAIN:
                return tr("VERSLEUTELEN"), tr("wat tot nu toe leesbaar is bewaard; N: nu niet")
            case Access.LOCKED:
                return tr("ONTGRENDELEN"), tr("met de aanmelding") if door and door.by_login else tr("met uw wachtzin")
        if door is not None and not door.operator:
            if door.last_operator:
                return tr("VERDER ALS {who}", who=door.last_operator), tr("I: iemand anders")
            return tr("WIE WERKT ER?"), tr("uw initialen, voor het logboek en het verslag")
        return tr("HUISBEZOEK"), tr("een cliënt, drie tests, samenvatting")

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
            (tr("Spatie"), *self._next_step()),
            ("S", tr("SIMULATIE"), tr("opgenomen signalen, eigen tijdelijke opslag, geen sensor nodig")),
        )
        keys, names = (max(len(choice[i]) for choice in choices) for i in (0, 1))
        rows = (f"{f'[{key}]':<{keys + 2}}  {name:<{names}}   {what}" for key, name, what in choices)
        self.put("choices", "\n\n".join(rows))
        self.put("ready", self._readiness())
        self._waiting = waiting(self.station, SOURCES) if self.station.ready else ()
        self.put("waiting", "\n".join(f"  [{number}]  {one.text}" for number, one in enumerate(self._waiting, 1)))
        self.put("notice", tr(NOTICE))

    def _readiness(self) -> str:
        tr, station = self.tr, self.station
        if station.failure:
            store = f"✖ {tr('opslag')}   {station.failure}"
        elif station.opened:
            store = self._store_words()
        else:
            store = f"… {tr('opslag')}   {tr('wordt geopend')}"
        sensor = (f"  {text}" for text in station.sensor_lines())
        return "\n".join((tr("Klaar om te beginnen?"), "", f"  {store}", *sensor))

    def _store_words(self) -> str:
        tr, station, door = self.tr, self.station, self._door
        match None if door is None else door.access:
            case Access.NEW:
                return f"▲ {tr('opslag')}   {tr('nog niet ingericht')}"
            case Access.PLAIN:
                return f"▲ {tr('opslag')}   {tr('niet versleuteld')}"
            case Access.LOCKED:
                return f"▲ {tr('opslag')}   {tr('versleuteld en op slot')}"
        words = [tr("klaar")]
        if door is not None:
            words.append(tr("versleuteld") if door.is_encrypted else tr("niet versleuteld"))
            words += [tr("als {who}", who=door.operator)] if door.operator else []
            if (damage := door.damage) is not None:
                return f"▲ {tr('opslag')}   {station.tr.reason(damage)}"
        return f"● {tr('opslag')}   {' · '.join(words)}"

    def act(self, press: Press) -> None:
        """Begin a visit, see to what waits, leave, or leave for the simulation."""
        match press.act:
            case Act.PICK if press.number <= len(self._waiting):
                self.station.open_page(self._waiting[press.number - 1].page())
            case Act.GO:
                self._go()
            case Act.DECLINE:
                self.station.open_plain()
            case Act.OTHER:
                self.station.show_who()
            case Act.ACCESS:
                self.station.show_access()
            case Act.LOCK:
                self.station.lock()
            case Act.DATA:
                self.station.show_data()
            case Act.SENSORS:
                self.station.show_sensors()
            case Act.DEMO:
                self.station.exit(DEMO)
            case Act.QUIT:
                self.station.exit()

    def _go(self) -> None:
        station, door = self.station, self._door
        if door is None or station.ready:
            station.open_page(ClientPage())
        elif station.failure:
            station.open_again()
        elif station.opened:
            station.enter()
