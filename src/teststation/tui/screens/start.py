"""Where a day begins: what can be done, and whether the station is ready for it."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from textual.widget import Widget

from teststation.model import TeststationError, VisitKind
from teststation.reports.wording import NOTICE
from teststation.tui.door import Access, Door
from teststation.tui.keys import Act, Offer, Press
from teststation.tui.screens.client import ClientPage, today
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
            *((Offer(Act.SCREENING),) if station.ready else ()),
            Offer(Act.DEMO),
            *((Offer(Act.SENSORS),) if station.bench.link is not None else ()),
            *((Offer(Act.DATA),) if station.ready else ()),
            *((Offer(Act.PICK, self.tr("wat wacht")),) if self._waiting else ()),
            *((Offer(Act.OTHER),) if door and door.access is Access.OPEN else ()),
            *((Offer(Act.ACCESS), Offer(Act.LOCK)) if door and door.is_encrypted else ()),
            *((Offer(Act.SETTINGS),) if not station.simulated else ()),
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
        return tr("HUISBEZOEK"), tr("een eerste bezoek, of het vervolg erop")

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
        screening = (("D", tr("SCREENING"), self._screened()),) if self.station.ready else ()
        choices = (
            (tr("Spatie"), *self._next_step()),
            *screening,
            ("S", tr("SIMULATIE"), tr("opgenomen signalen, tijdelijke opslag, geen sensor")),
        )
        keys, names = (max(len(choice[i]) for choice in choices) for i in (0, 1))
        rows = (f"{f'[{key}]':<{keys + 2}}  {name:<{names}}   {what}" for key, name, what in choices)
        self.put("choices", "\n\n".join(rows))
        self.put("ready", self._readiness())
        self._waiting = waiting(self.station, SOURCES) if self.station.ready else ()
        self.put("waiting", "\n".join(f"  [{number}]  {one.text}" for number, one in enumerate(self._waiting, 1)))
        self.put("notice", tr(NOTICE))

    def _screened(self) -> str:
        """Say what a screening is, and how many there were today."""
        what = self.tr("drie vragen, één test, een blad")
        try:
            count = self.station.bench.visits.screened(today())
        except TeststationError:
            return what
        return self.tr("{what}; vandaag: {count}", what=what, count=count)

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
            case Act.PICK:
                for one in self._waiting[press.number - 1 : press.number]:
                    self.station.open_page(one.page())
            case Act.GO:
                self._go()
            case Act.SCREENING:
                code = self.station.bench.visits.quick_code(today())
                self.station.open_page(ClientPage({"code": code}, VisitKind.SCREENING))
            case Act.DEMO | Act.QUIT:
                self.station.exit(DEMO if press.act is Act.DEMO else None)
            case _:
                self._steps()[press.act]()

    def _steps(self) -> dict[Act, Callable[[], None]]:
        station = self.station
        return {
            Act.DECLINE: station.open_plain,
            Act.OTHER: station.show_who,
            Act.ACCESS: station.show_access,
            Act.LOCK: station.lock,
            Act.DATA: station.show_data,
            Act.SENSORS: station.show_sensors,
            Act.SETTINGS: station.show_settings,
        }

    def _go(self) -> None:
        station, door = self.station, self._door
        if door is None or station.ready:
            station.open_page(ClientPage())
        elif station.failure:
            station.open_again()
        elif station.opened:
            station.enter()
