"""What the client may see: what was done and the time, calmly."""

from __future__ import annotations

from collections.abc import Iterable

from textual.widget import Widget

from teststation.model import Measure
from teststation.reports.wording import value
from teststation.tui.keys import Act, Offer, Press
from teststation.tui.screens.page import Page, line
from teststation.tui.widgets.block_digits import BlockDigits


class ClientViewPage(Page):
    """What the client may see: what was done and the time; no limit, no risk, no comparison."""

    def __init__(self, measure: Measure | None, title: str) -> None:
        super().__init__()
        self._measure = measure
        self._title = title

    def title_text(self) -> str:
        """Name the test."""
        return self.tr(self._title)

    def status_text(self) -> str:
        """Say nothing of the sensor or the code."""
        return ""

    def offers(self) -> tuple[Offer, ...]:
        """Offer the way back."""
        return (Offer(Act.GO, self.tr("terug")), Offer(Act.BACK, hidden=True), Offer(Act.CLIENT_VIEW, hidden=True))

    def body(self) -> Iterable[Widget]:
        """Lay out the number under a sentence."""
        yield line("thanks", "loud block")
        yield BlockDigits(id="timer")
        yield line("then", "loud block")

    def show(self) -> None:
        """Say it calmly."""
        tr = self.station.tr
        self.put("thanks", tr("De test is klaar. Dank u wel."))
        if self._measure is not None:
            self.query_one("#timer", BlockDigits).update(value(tr, self._measure).replace("> ", ">"))
        unit = "" if self._measure is None else tr("seconden") if self._measure.unit == "s" else tr("keer")
        self.put("then", f"{unit}\n\n{tr('Uw therapeut bespreekt het met u.')}".strip())

    def act(self, press: Press) -> None:  # noqa: ARG002 - every way leads back
        """Go back."""
        self.dismiss()
