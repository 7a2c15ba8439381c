"""A time read from the therapist's own stopwatch, typed."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from textual.widget import Widget
from textual.widgets import Input

from teststation.tui.keys import Act, Offer, Press
from teststation.tui.screens.page import Page, line
from teststation.tui.widgets.plain_input import PlainInput


class StopwatchPage(Page):
    """One field; `take` gives back what is wrong with the text, or nothing."""

    typing = True
    AUTO_FOCUS = "#time"

    def __init__(self, take: Callable[[str], str]) -> None:
        super().__init__()
        self._take = take
        self._wrong = ""

    def title_text(self) -> str:
        """Name the page."""
        return self.tr("Stopwatch")

    def offers(self) -> tuple[Offer, ...]:
        """Offer to keep it, or not."""
        return (Offer(Act.GO, self.tr("bewaren")), Offer(Act.BACK))

    def body(self) -> Iterable[Widget]:
        """Lay out the field."""
        yield line("question", "loud block")
        yield PlainInput(id="time", compact=True, max_length=8)
        yield line("wrong", "note")

    def show(self) -> None:
        """Ask."""
        self.put("question", self.tr("Tijd op uw stopwatch, in seconden (zoals 20,3 of 1:02,4)"))
        self.put("wrong", self._wrong)

    def act(self, press: Press) -> None:
        """Keep the time, say what is wrong with it, or go back."""
        if press.act is Act.GO:
            self._wrong = self._take(self.query_one("#time", Input).value)
            if self._wrong:
                self.show()
                return
        self.dismiss()
