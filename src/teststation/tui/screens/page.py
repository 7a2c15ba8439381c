"""What every screen shares: a title, the keys it offers, and one way in for a key with its own time."""

from __future__ import annotations

import asyncio
import textwrap
from collections.abc import Iterable
from contextlib import suppress
from typing import TYPE_CHECKING, Any, ClassVar, cast

from textual import events
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import Screen
from textual.widget import Widget
from textual.widgets import Static

from teststation.boundary import shown, shown_lines
from teststation.tui.keys import Act, Offer, Press, meant
from teststation.tui.widgets.bars import KeyBar, TitleBar

if TYPE_CHECKING:
    from teststation.reports.wording import Flag
    from teststation.tui.app import StationApp

SMALLEST = (80, 24)
_LONGEST_HEEDING_S = 1.0
_COLUMNS_AROUND, _NARROWEST = 8, 40


def line(name: str, classes: str = "") -> Static:
    """Make a place for text that may be anyone's: never read as markup."""
    return Static("", id=name, classes=classes, markup=False)


class Page(Screen[Any]):
    """Renders a state and sends intents. A page has no focusable widget unless it is for typing."""

    BINDINGS: ClassVar[list[BindingType]] = []
    AUTO_FOCUS = ""
    ALLOW_SELECT = False
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (96, "-normal"), (140, "-wide")]  # noqa: RUF012 - Textual's form
    VERTICAL_BREAKPOINTS = [(0, "-low"), (29, "-middle"), (44, "-high")]  # noqa: RUF012 - Textual's form
    typing: ClassVar[bool] = False
    _laid_out = False
    _waited_for: tuple[events.Key, asyncio.Event] | None = None

    @property
    def occupied(self) -> bool:
        """Whether something goes on that nothing may be laid over."""
        return False

    # What a page says of itself

    def title_text(self) -> str:
        """Name the page."""
        return ""

    def status_text(self) -> str:
        """Say who and what, at the right of the title."""
        return self.station.status_text()

    def offers(self) -> tuple[Offer, ...]:
        """List the actions that are possible now."""
        return ()

    def body(self) -> Iterable[Widget]:
        """Make the widgets, empty; `show` fills them."""
        return ()

    def show(self) -> None:
        """Fill the widgets from the state, in the language of now."""

    def act(self, press: Press) -> None:
        """Do what a key asked for."""

    # What is the same for all

    @property
    def station(self) -> StationApp:
        """The app, as ours."""
        return cast("StationApp", self.app)

    def tr(self, text: str, **params: Any) -> str:
        """Write a text in the language of now."""
        return self.station.tr(text, **params)

    def put(self, name: str, text: str) -> None:
        """Fill a place made by `line`, if that changes it."""
        place, text = self.query_one(f"#{name}", Static), shown_lines(text)
        if str(place.content) != text:
            place.update(text)

    def hung(self, text: str, first: str) -> list[str]:
        """Break a text at the width of the page; its further rows begin where the first does, behind its sign."""
        width = max(_NARROWEST, self.size.width - _COLUMNS_AROUND)
        return textwrap.wrap(text, width, initial_indent=first, subsequent_indent=" " * len(first))

    def flag_words(self, flag: Flag | None) -> str:
        """Write a flag, where flags are shown on screens."""
        return "" if flag is None or not self.station.settings.flags else f"{flag.shape} {flag.word}"

    def put_above(self, name: str, text: str) -> None:
        """Write into the frame of a box; Textual would read a plain text there as markup."""
        self.query_one(f"#{name}").border_title = Content(shown(text))

    def compose(self) -> ComposeResult:
        """Put the bars around the body."""
        yield TitleBar()
        yield line("too-small")
        yield line("trouble")
        with Vertical(id="body"):
            yield from self.body()
        yield KeyBar()

    def on_mount(self) -> None:
        """Show the first state."""
        self._laid_out = True
        self.refresh_page()

    @property
    def _is_alive(self) -> bool:
        """Whether the widgets are there: not before the page is mounted, nor once another has taken its place."""
        return self._laid_out and self in self.app.screen_stack

    def on_screen_resume(self) -> None:
        """Show what changed while another page was on top."""
        self.refresh_page()

    def on_resize(self, event: events.Resize) -> None:
        """Fill the room there is; say it when the terminal has become too small, and go on all the same."""
        if not self._is_alive:
            return
        columns, rows = SMALLEST
        small = event.size.width < columns or event.size.height < rows
        self.set_class(small, "-too-small")
        self.put(
            "too-small",
            self.tr(
                "Dit venster is {width} × {height}; nodig is {columns} × {rows}.",
                width=event.size.width,
                height=event.size.height,
                columns=columns,
                rows=rows,
            ),
        )
        self.refresh_page()

    def refresh_page(self) -> None:
        """Show everything anew."""
        if not self._is_alive:
            return
        self.set_class(self.station.simulated, "-simulated")
        self.show()
        self.show_bars()

    def show_bars(self) -> None:
        """Show the title and the keys."""
        trouble = self.station.trouble
        self.set_class(trouble is not None, "-in-trouble")
        if trouble is not None:
            why = self.station.tr.reason(trouble)
            self.put(
                "trouble", self.tr("▲ {why} Het wordt vanzelf weer geprobeerd; sluit het programma niet.", why=why)
            )
        title = self.title_text()
        if self.station.simulated:
            title = f"{self.tr('SIMULATIE')}  {title}"
        self.query_one(TitleBar).show(title, self.status_text())
        offered = []
        for offer in self.all_offers():
            if not offer.hidden:
                action = self.station.keys[offer.act]
                shown = action.typed_shown if self.typing else action.shown
                offered.append((self.tr(shown), offer.label or self._label(offer.act)))
        self.query_one(KeyBar).show(offered)

    def all_offers(self) -> tuple[Offer, ...]:
        """List this page's actions and those of every page."""
        own = self.offers()
        known = {offer.act for offer in own}
        common = (Offer(Act.FALL), Offer(Act.LANGUAGE, hidden=self.typing), Offer(Act.HELP))
        return (*own, *(offer for offer in common if offer.act not in known))

    def _label(self, act: Act) -> str:
        if act is Act.LANGUAGE:
            return "English" if self.station.tr.language == "nl" else "Nederlands"
        return self.tr(self.station.keys[act].label)

    def on_key(self, event: events.Key) -> None:
        """Look a key up, and act on it with the time at which it was pressed."""
        try:
            self._heed(event)
        finally:
            if self._waited_for is not None and self._waited_for[0] is event:
                self._waited_for[1].set()

    async def heeded(self, event: events.Key) -> None:
        """Wait until the page has acted on a key that means something here; it comes behind the text of a field."""
        if self._is_alive and self._act_of(event) is not None:
            self._waited_for = event, asyncio.Event()
            with suppress(TimeoutError):  # a page that goes by itself takes its keys with it
                await asyncio.wait_for(self._waited_for[1].wait(), _LONGEST_HEEDING_S)

    def _act_of(self, event: events.Key) -> Act | None:
        return meant(event.key, self.station.keys, self.all_offers(), typing=self.typing)

    def _heed(self, event: events.Key) -> None:
        act = self._act_of(event)
        if act is None:
            return
        event.stop()
        event.prevent_default()
        to_next_field = self.typing and event.key == "enter"
        if act is Act.GO and not to_next_field and not self.station.go_guard.accepts(event.time):
            return
        self._perform(Press(act, event.key, event.time))

    def _perform(self, press: Press) -> None:
        match press.act:
            case Act.LANGUAGE:
                self.station.switch_language()
            case Act.HELP:
                self.station.show_keys(self)
            case Act.FALL:
                self.fall(press)
            case _:
                self.act(press)

    def fall(self, press: Press) -> None:
        """Open the page for a fall or another need of help; a page with a running test says more."""
        self.station.show_fall(press, run=None)
