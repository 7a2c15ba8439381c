"""All that can be asked and typed, the way's own questions first: each opens its page."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from textual.widget import Widget

from teststation.tui.keys import Act, Offer, Press
from teststation.tui.screens.listing import moved, window
from teststation.tui.screens.page import Page, line
from teststation.tui.topics import OTHERS, Topic

if TYPE_CHECKING:
    from teststation.tui.flow import Flow

_ROWS_AROUND = 6


class MorePage(Page):
    """A list with how much of each is answered."""

    def __init__(self, flow: Flow, at: int = 0) -> None:
        super().__init__()
        self._flow = flow
        self._at = at

    def title_text(self) -> str:
        """Name the page."""
        return self.tr("Meer")

    def offers(self) -> tuple[Offer, ...]:
        """Offer to open one, and the way back."""
        return (
            Offer(Act.GO, self.tr("openen")),
            Offer(Act.UP),
            Offer(Act.DOWN, hidden=True),
            Offer(Act.PICK, self.tr("de eerste negen")),
            Offer(Act.BACK),
        )

    def body(self) -> Iterable[Widget]:
        """Lay out the list."""
        yield line("topics")

    def show(self) -> None:
        """Write the list."""
        progress, topics = self._flow.progress, self._topics()
        names = [self.tr(topic.title) for topic in topics]
        wide = max(map(len, names))
        rows = []
        for number, (topic, name) in enumerate(zip(topics, names, strict=True), 1):
            done, of = topic.answered(progress.known_for(topic))
            far = self.tr("{done} van {of}", done=done, of=of) if done else ""
            rows.append(f"{f'[{number}]' if number <= 9 else '':<4} {name:<{wide}}   {far}".rstrip())  # noqa: PLR2004 - digits
        self.put("topics", window(rows, self._at, self.size.height - _ROWS_AROUND))

    def _topics(self) -> tuple[Topic, ...]:
        progress = self._flow.progress
        offered = dict.fromkeys((*progress.topics(), *OTHERS))
        return tuple(topic for topic in offered if topic.lines(progress.known_for(topic)))

    def act(self, press: Press) -> None:
        """Open one, move the mark, or go back."""
        topics = self._topics()
        match press.act:
            case Act.GO:
                self._open(topics, self._at)
            case Act.PICK if press.number <= len(topics):
                self._open(topics, press.number - 1)
            case Act.UP | Act.DOWN:
                self._at = moved(self._at, press.act, len(topics))
                self.refresh_page()
            case Act.BACK:
                self._flow.show_tests()

    def _open(self, topics: tuple[Topic, ...], at: int) -> None:
        def again() -> None:
            self.station.open_page(MorePage(self._flow, at))

        self._flow.ask(topics[at], again, again)
