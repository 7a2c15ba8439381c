"""A place to type in."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from textual import events
from textual.widgets import Input

from teststation.boundary import typed

if TYPE_CHECKING:
    from teststation.tui.screens.page import Page


class PlainInput(Input):
    """A line for typing, into which nothing can be pasted that is not seen; a passphrase is the typist's own."""

    def validate_value(self, value: str) -> str:
        """Take out what cannot be seen, however it came."""
        return value if self.password else typed(value)

    def on_key(self, event: events.Key) -> None:
        """Let the page have its keys at once, and give back what was typed since for where the focus is now.

        On a busy machine keys come in bursts, and a whole burst has been sent here before its first is looked at.
        """
        page = cast("Page", self.screen)
        if page.is_current and page.focused is self:
            page.on_key(event)
            return
        event.stop()
        event.prevent_default()
        again = events.Key(event.key, event.character)
        again.time = event.time
        self.app.post_message(again)
