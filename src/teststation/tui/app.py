"""The station in a terminal: opens pages, switches the language, keeps what is below in order."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

import msgspec
from textual import events
from textual.app import App
from textual.binding import BindingType
from textual.notifications import SeverityLevel
from textual.timer import Timer

from teststation.boundary import shown_lines
from teststation.i18n import Coded, Language, Translator
from teststation.model import Client, Reason, TeststationError, VisitKind
from teststation.settings import Settings, home, log_file, look, settings_file
from teststation.tui.agreement import Agreement
from teststation.tui.bench import Bench, Left, Player, Run
from teststation.tui.cue import Cue
from teststation.tui.desk import Desk
from teststation.tui.door import Access, Door
from teststation.tui.keymap import keymap
from teststation.tui.keys import GoGuard, Press
from teststation.tui.screens.fall import FallPage
from teststation.tui.screens.keys import KeysPage
from teststation.tui.screens.page import Page
from teststation.tui.screens.start import DEMO, StartPage
from teststation.tui.sound import Sound, Speaker
from teststation.tui.station_bench import StationBench
from teststation.tui.terminal import in_window, own_terminal, shows_braille
from teststation.tui.themes import THEMES

if TYPE_CHECKING:
    from teststation.station import Finder, LeftVisit
    from teststation.tui.widgets.signal_plot import Dots

BATTERY_LOW = 20
"""Per cent: enough for this visit, not for the next."""
_BATTERY_EVERY_S, _BATTERY_NOTICE_S = 1.0, 10.0
_IDLE_EVERY_S, _WINDOW_EVERY_S = 5.0, 1.0
_LOWEST = 2
"""Screens: Textual's own, and the page on it."""

_DISK_EVERY_S, _WARNING_S = 1.0, 20.0

_log = logging.getLogger(__name__)


class StationApp(App[str], inherit_bindings=False):
    """Knows how to open a page and what every page needs; measures and keeps nothing itself.

    Parameters
    ----------
    bench : everything below the screens
    settings : the practice's choices
    first : makes the page to begin and end with
    time_of_day : s; for how long nobody touched a key, also while the computer slept
    wrong : what could not be used of the file of the settings
    sound : what plays tones; None is this computer's loudspeaker
    """

    CSS_PATH = Path(__file__).parent / "styles" / "station.tcss"
    ENABLE_COMMAND_PALETTE = False
    BINDINGS: ClassVar[list[BindingType]] = []

    def __init__(
        self,
        bench: Bench,
        settings: Settings,
        first: Callable[[], Page] = StartPage,
        time_of_day: Callable[[], float] = time.time,
        *,
        wrong: tuple[Coded, ...] = (),
        sound: Sound | None = None,
    ) -> None:
        super().__init__()
        self.bench = bench
        self.settings = settings
        self._wrong = wrong
        self.wrong_settings: tuple[Coded, ...] = ()
        self.go_guard = GoGuard()
        self.sound = sound or Speaker()
        self.opened = False
        self.failure = ""
        self.person = ""
        self.trouble: Reason | None = None
        self.fault: BaseException | None = None
        self._battery_watch: Timer | None = None
        self._warned_of: set[str] = set()
        self._first = first
        self._time_of_day = time_of_day
        self._touched_s = time_of_day()
        self._translators: dict[Language, Translator] = {}
        for theme in THEMES:
            self.register_theme(theme)
        self._apply()

    # What was chosen

    def _apply(self) -> None:
        self.tr = self.translator(self.settings.language)
        self.theme = self.settings.theme
        self.keys, wrong = keymap(self.settings)
        self.wrong_settings = (*self._wrong, *wrong)
        self.cue = Cue(self.settings.start_delay_s, self.settings.tone)

    def change(self, **choice: Any) -> None:
        """Take a choice from now on, and keep it."""
        try:
            self.bench.choose(**choice)
        except TeststationError as error:
            self.warn(error.reason)
        self.settings = msgspec.structs.replace(self.settings, **choice)
        self._wrong = ()  # what was wrong in the file is put aside
        self._apply()
        if isinstance(self.screen, Page):
            self.screen.refresh_page()

    def show_settings(self) -> None:
        """Show what a practice may choose."""
        from teststation.tui.screens.settings import SettingsPage  # noqa: PLC0415 - loaded where it is asked for

        self.open_page(SettingsPage())

    # Texts

    def translator(self, language: Language) -> Translator:
        """Give the texts of a language."""
        if language not in self._translators:
            self._translators[language] = Translator(language)
        return self._translators[language]

    def switch_language(self) -> None:
        """Change between Dutch and English, on every page that is open."""
        self.tr = self.translator("en" if self.tr.language == "nl" else "nl")
        for page in self.screen_stack:
            if isinstance(page, Page):
                page.refresh_page()

    def status_text(self) -> str:
        """Say who is tested, for the right of the title."""
        return self.person

    def sensor_lines(self) -> list[str]:
        """Say how this station times, outside of a run."""
        if self.simulated and self.bench.link is None:
            return [f"● {self.tr('sensor')}   {self.tr('opgenomen signalen')}"]
        if self.bench.link is None:
            return [f"▲ {self.tr('sensor')}   {self.tr('niet gekoppeld: de toets en uw stopwatch meten de tijd')}"]
        from teststation.tui.screens.sensor_words import look_lines  # noqa: PLC0415 - the station is loaded by now

        return look_lines(self.tr, self.bench.link.look())

    @property
    def dots(self) -> Dots:
        """Give what signals are drawn in: what was chosen, or what this terminal can show."""
        from teststation.tui.widgets.signal_plot import BLOCKS, BRAILLE  # noqa: PLC0415 - loaded by now, with NumPy

        plot = self.settings.plot
        return BRAILLE if plot == "braille" or (plot == "auto" and shows_braille(os.environ)) else BLOCKS

    # What is below

    @property
    def ready(self) -> bool:
        """Tell whether a visit can begin: all is open, and it is known for whom."""
        return self.opened and (self.bench.door is None or self.bench.door.is_passed)

    @property
    def simulated(self) -> bool:
        """Tell whether recordings are played instead of a sensor."""
        return self.bench.simulated

    @property
    def player(self) -> Player | None:
        """Give the player of recordings, in simulation."""
        return self.bench.player

    def on_mount(self) -> None:
        """Draw the first page; only then open what is slow."""
        if hasattr(signal, "SIGHUP"):
            # The window was closed: leave in good order, or a temporary store stays behind.
            for told in (signal.SIGHUP, signal.SIGTERM):
                asyncio.get_running_loop().add_signal_handler(told, self.exit)
        self.push_screen(self._first())
        for reason in self.wrong_settings:
            said = self.tr("Instellingen: {why}", why=self.tr.reason(reason))
            self.notify(said, markup=False, severity="warning", timeout=_WARNING_S)
        self.call_after_refresh(self._open_bench)
        self.set_interval(_DISK_EVERY_S, self._mind_disk)
        self.set_interval(_IDLE_EVERY_S, self._mind_idle)
        if in_window():
            self.set_interval(_WINDOW_EVERY_S, self._mind_window)

    def _mind_window(self) -> None:
        """Leave in good order once the window was closed, where no signal said so."""
        if not in_window():
            self.exit()

    def _open_bench(self) -> None:
        self._open_in_thread(self.bench.open)

    def open_again(self) -> None:
        """Try once more to open the store."""
        if self.bench.door is not None:
            self._open_in_thread(self.bench.door.look)

    def open_plain(self) -> None:
        """Open a store that is not encrypted."""
        if self.bench.door is not None:
            self._open_in_thread(partial(self.bench.door.enter, None))

    def _open_in_thread(self, step: Callable[[], None]) -> None:
        self.opened, self.failure = False, ""
        self.run_worker(partial(self._open, step), thread=True, group="open", exit_on_error=False)

    def _open(self, step: Callable[[], None]) -> None:
        try:
            step()
        except TeststationError as error:
            self.call_from_thread(self._opened, self.tr.reason(error.reason))
        except Exception:  # noqa: BLE001 - said on the first page; the log has the rest
            _log.exception("the station could not be opened")
            self.call_from_thread(self._opened, self.tr("kan niet worden geopend; zie het logboek"))
        else:
            self.call_from_thread(self._opened, "")

    def _opened(self, failure: str) -> None:
        self.opened, self.failure = not failure, failure
        if self.bench.link is not None and self._battery_watch is None:
            self._battery_watch = self.set_interval(_BATTERY_EVERY_S, self._mind_battery)
        if isinstance(self.screen, Page):
            self.screen.refresh_page()

    def _mind_battery(self) -> None:
        """Say once, and never over a run, that a sensor should be charged."""
        page, link = self.screen, self.bench.link
        look = None if link is None else link.look()
        if look is None or look.info is None or look.battery is None or (isinstance(page, Page) and page.occupied):
            return
        if look.battery <= BATTERY_LOW and look.info.serial not in self._warned_of:
            self._warned_of.add(look.info.serial)
            text = self.tr("Batterij van de sensor: nog {percent} %. Laad hem na dit bezoek op.", percent=look.battery)
            self.notify(text, markup=False, severity="warning", timeout=_BATTERY_NOTICE_S)

    # Locking

    async def on_event(self, event: events.Event) -> None:
        """Take note that somebody is there; what is typed ahead waits until the page has answered the key before it."""
        page = self.screen_stack[-1] if isinstance(event, events.Key) and not event.is_forwarded else None
        if isinstance(event, events.InputEvent):
            self._touched_s = self._time_of_day()
        await super().on_event(event)
        if isinstance(page, Page) and isinstance(event, events.Key):
            await page.heeded(event)

    def _mind_idle(self) -> None:
        """Lock when nobody has been there for a while: never in a visit, nor while something goes on."""
        limit_s = 60.0 * self.settings.lock_after_min
        idle_s = self._time_of_day() - self._touched_s
        busy = any(page.occupied for page in self.screen_stack if isinstance(page, Page))
        if self.ready and limit_s and idle_s > limit_s and not self.person and not busy:
            self.lock()

    def lock(self) -> None:
        """Leave every page and shut the store."""
        if self.bench.door is not None:
            while len(self.screen_stack) > _LOWEST:
                self.pop_screen()
            self.open_start()
            self._open_in_thread(partial(self._lock, self.bench.door))

    def _lock(self, door: Door) -> None:
        try:
            door.lock()
        except TeststationError as error:
            said = self.tr("Niet vergrendeld: {why}", why=self.tr.reason(error.reason))
            self.call_from_thread(self.notify, said, markup=False, severity="warning", timeout=_BATTERY_NOTICE_S)

    def _mind_disk(self) -> None:
        """Say on every page while something waits for the disk, and once that all of it is kept."""
        before, self.trouble = self.trouble, self.bench.visits.trouble() if self.ready else None
        if before is not None and self.trouble is None:
            self.notify(self.tr("Alles is nu bewaard."), markup=False)
        if before != self.trouble and isinstance(self.screen, Page):
            self.screen.refresh_page()

    def warn(self, reason: Reason) -> None:
        """Say what could not be done."""
        self.notify(self.tr.reason(reason), markup=False, severity="warning", timeout=_WARNING_S)

    def _fatal_error(self) -> None:
        """Keep a fault for whoever started the app: Textual's own page would print local variables, a client's too."""
        self.fault = sys.exc_info()[1]
        self._close_messages_no_wait()

    def on_unmount(self) -> None:
        """Close what is below in good order."""
        try:
            self.bench.close()
        except TeststationError as error:
            self.fault = self.fault or TeststationError("not_all_kept", why=error.reason)

    @property
    def desk(self) -> Desk:
        """Give what is kept, to the pages that are only reached once it is open."""
        assert self.bench.desk is not None, "not opened yet"
        return self.bench.desk

    def notify(
        self,
        message: str,
        *,
        title: str = "",
        severity: SeverityLevel = "information",
        timeout: float | None = None,
        markup: bool = False,
    ) -> None:
        """Say something for a moment; it may be anyone's text, and is never read as markup."""
        super().notify(shown_lines(message), title=title, severity=severity, timeout=timeout, markup=markup)

    # Pages

    def open_page(self, page: Page) -> None:
        """Show a page in the place of the one before."""
        self.switch_screen(page)

    def open_start(self) -> None:
        """Go back to where the day begins."""
        self.person = ""
        self.cue = msgspec.structs.replace(self.cue, heard=None)  # the next client has other ears
        _let_go_of_what_was_drawn()
        self.open_page(self._first())

    def show_data(self) -> None:
        """Show who is kept."""
        from teststation.tui.screens.data import DataPage  # noqa: PLC0415 - loaded where it is asked for

        self.open_page(DataPage())

    def enter(self) -> None:
        """Go through the door as it now is: set up, unlock, or say who it is."""
        door = self.bench.door
        assert door is not None
        match door.access:
            case Access.NEW | Access.PLAIN:
                from teststation.tui.screens.setup import SettingUp  # noqa: PLC0415 - the store is loaded by now

                SettingUp(self, door, self.open_start).ask_passphrase()
            case Access.LOCKED if door.by_login:
                self.open_again()
            case Access.LOCKED:
                from teststation.tui.screens.unlock import UnlockPage  # noqa: PLC0415 - as above

                self.open_page(UnlockPage(door, self.open_start))
            case _ if door.last_operator:
                door.sign_in(door.last_operator)
                self.open_start()
            case _:
                self.show_who()

    def show_who(self) -> None:
        """Ask who works here."""
        from teststation.tui.screens.unlock import WhoPage  # noqa: PLC0415 - the store is loaded by now

        assert self.bench.door is not None
        self.open_page(WhoPage(self.bench.door, self.open_start))

    def show_access(self) -> None:
        """Let what opens the store be changed."""
        from teststation.tui.screens.access import Changing  # noqa: PLC0415 - the store is loaded by now

        assert self.bench.door is not None
        Changing(self, self.bench.door, self.open_start).ask()

    def show_sensors(self) -> None:
        """Lay the choice between sensors over a page."""
        if self.bench.link is not None:
            from teststation.tui.screens.sensors import SensorsPage  # noqa: PLC0415 - the station is loaded by now

            self.push_screen(SensorsPage(self.bench.link))

    def show_calibration(self) -> None:
        """Open the calibration of the sensor in the place of the choice between sensors."""
        from teststation.tui.screens.calibrate import CalibratePage  # noqa: PLC0415 - the station is loaded by now

        self.open_page(CalibratePage())

    def show_fall(self, press: Press, run: Run | None) -> None:
        """Lay the page for a fall over everything else."""
        self.push_screen(FallPage(press.at_s, run))

    def ask_heard(self, then: Callable[[], None]) -> None:
        """Let the tone of the cue be heard, ask whether it was, and go on."""
        from teststation.tui.screens.sound import SoundPage  # noqa: PLC0415 - only who wants tones is asked

        def answered(heard: bool) -> None:
            self.cue = msgspec.structs.replace(self.cue, tone=True, heard=heard)
            then()

        self.push_screen(SoundPage(answered))

    def show_keys(self, page: Page) -> None:
        """Lay the help over a page; the same key takes it away."""
        if isinstance(page, KeysPage):
            self.pop_screen()
        else:
            self.push_screen(KeysPage(page))

    def resume_visit(self, visit: LeftVisit, left: Sequence[Left]) -> None:
        """Take up a visit that was not ended."""
        from teststation.tui.resumed_flow import ResumedFlow  # noqa: PLC0415 - the station is loaded by now

        self.person = visit.client.code
        ResumedFlow(self, visit, left).open()

    def begin_visit(
        self,
        client: Client,
        age: int | None,
        agreement: Agreement,
        kind: VisitKind = VisitKind.FIRST,
        *,
        fit: bool = True,
    ) -> None:
        """Begin a visit and show what is first in it; `fit` where it was said that nothing speaks against testing."""
        from teststation.tui.flow import Flow, progress_of  # noqa: PLC0415 - the station is loaded after the first page

        try:
            visit = self.bench.visits.begin(client, age, agreement, kind)
            progress = progress_of(self.bench, visit, client, agreement, self.settings)
        except TeststationError as error:
            self.warn(error.reason)
            return
        self.person = client.code
        Flow(self, progress).begin(fit=fit)


def run(*, demo: bool = False, ble: bool = False, calibrate: bool = False, language: Language | None = None) -> None:
    """Open the station, or simulation, or only the calibration; from the station simulation can be asked for.

    Parameters
    ----------
    demo : recorded signals instead of a sensor
    ble : the same through a virtual sensor and radio
    calibrate : nothing but the calibration
    """
    settings, wrong = look(settings_file())
    if language is not None:
        settings = msgspec.structs.replace(settings, language=language)
    if calibrate:
        from teststation.tui.screens.calibrate import CalibratePage  # noqa: PLC0415 - loads the station

        bench = StationBench(home() / "store.db", settings, finder=_bluetooth)
        _opened_until_left(StationApp(bench, settings, lambda: CalibratePage(alone=True)))
        return
    if ble:
        from teststation.tui.radio_demo import RadioDemoBench  # noqa: PLC0415 - only this demo needs it

        _opened_until_left(StationApp(RadioDemoBench(settings), settings))
        return
    if not demo:
        app = StationApp(StationBench(home() / "store.db", settings, finder=_bluetooth), settings, wrong=wrong)
        demo = _opened_until_left(app) == DEMO
        settings = msgspec.structs.replace(app.settings, language=app.tr.language)
    if demo:
        run_demo(settings)


def _bluetooth() -> Finder:
    from teststation.station.bluetooth import Bluetooth  # noqa: PLC0415 - loaded after the first page, with bleak

    return Bluetooth()


def run_demo(settings: Settings) -> None:
    """Open simulation: recorded signals, a store of its own, the tour first."""
    from teststation.tui.demo import DemoBench  # noqa: PLC0415 - only a demo plays
    from teststation.tui.screens.tour import TourPage  # noqa: PLC0415 - with it

    _opened_until_left(StationApp(DemoBench(settings), settings, TourPage))


def _opened_until_left(app: StationApp) -> str | None:
    """Run an app to its end; a fault of ours is raised here, once the terminal is the user's again."""
    with own_terminal(log_file().with_name("libraries.log")):
        left_with = app.run()
    if app.fault is not None:
        raise app.fault
    return left_with


def _let_go_of_what_was_drawn() -> None:
    """Empty a cache in which Textual keeps what the last 1024 widgets drew, also of pages that are gone.

    They are 40 MB (benchmarks.memory). The cache is Textual's own affair: a version without it has nothing to empty.
    """
    with suppress(ImportError, AttributeError):
        from textual._styles_cache import StylesCache  # noqa: PLC0415 - may not be there

        StylesCache.get_inner_outer.cache_clear()
