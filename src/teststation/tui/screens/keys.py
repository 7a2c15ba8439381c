"""The help page: the keys of the page that asked for it, from the one table."""

from __future__ import annotations

from collections.abc import Iterable

from textual.widget import Widget

from teststation.tui.keys import Act, Offer, Press
from teststation.tui.screens.page import Page, line


class KeysPage(Page):
    """What each key does on the page below."""

    def __init__(self, below: Page) -> None:
        super().__init__()
        self._below = below

    def title_text(self) -> str:
        """Name the page."""
        return self.tr("Toetsen")

    def offers(self) -> tuple[Offer, ...]:
        """Offer the way back."""
        return (Offer(Act.GO, self.tr("terug")), Offer(Act.BACK, hidden=True), Offer(Act.HELP, hidden=True))

    def body(self) -> Iterable[Widget]:
        """Lay out the list."""
        yield line("keys", "block")

    def show(self) -> None:
        """Write a row for each key."""
        rows = []
        for offer in self._below.all_offers():
            action = self.station.keys[offer.act]
            key = self.tr(action.typed_shown if self._below.typing else action.shown)
            rows.append(f"  {key:<9} {self.tr(action.explanation)}")
        rows += ["", self.tr("Escape en F5 doen niets tijdens een test: een presentatieknop kan geen kwaad.")]
        self.put("keys", "\n".join(rows))

    def act(self, press: Press) -> None:  # noqa: ARG002 - every way leads back
        """Go back."""
        self.dismiss()
