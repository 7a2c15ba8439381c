"""F, from everywhere: what to do now, and what happened. The time of the key is kept; the recording goes on."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from textual.widget import Widget

from teststation.tui.bench import Run
from teststation.tui.keys import Act, Offer, Press
from teststation.tui.screens.page import Page, line
from teststation.tui.screens.pick import WHY_ENDED


class FallPage(Page):
    """Help first, the form later. In a run the digits say how it ended; outside of one any way on leads back."""

    def __init__(self, pressed_at_s: float, run: Run | None) -> None:
        super().__init__()
        self._at_s = pressed_at_s
        self._run = run
        self._clock_time = dt.datetime.now().astimezone().strftime("%H:%M:%S")

    def title_text(self) -> str:
        """Name the page."""
        return self.tr("Val of hulp")

    def all_offers(self) -> tuple[Offer, ...]:
        """Offer nothing but what is on the page."""
        if self._run is None:
            return (Offer(Act.GO, self.tr("terug")), Offer(Act.BACK, hidden=True), Offer(Act.LANGUAGE))
        return (Offer(Act.PICK, self.tr("wat gebeurde er")), Offer(Act.LANGUAGE))

    def body(self) -> Iterable[Widget]:
        """Lay out the help above the list."""
        yield line("when", "loud block")
        yield line("help", "block")
        yield line("endings", "block")

    def show(self) -> None:
        """Say what to do."""
        tr = self.tr
        if self._run is None:
            self.put("when", tr("{time}  Blijf bij de cliënt.", time=self._clock_time))
        else:
            self.put(
                "when", tr("{time}  Blijf bij de cliënt. Tijd vastgelegd, opname loopt door.", time=self._clock_time)
            )
        self.put(
            "help", tr("Niet direct optillen. Bij letsel of nood: bel 112. Anders: de huisarts, volgens uw protocol.")
        )
        if self._run is not None:
            texts = [self.station.tr.reason(choice.reason) for choice in WHY_ENDED]
            texts.append(tr("Loos alarm: de test gaat door."))
            self.put("endings", "\n".join(f"  [{number}]  {text}" for number, text in enumerate(texts, 1)))

    def act(self, press: Press) -> None:
        """End the run as it ended, or go back to it."""
        if self._run is not None and press.act is Act.PICK:
            if press.number <= len(WHY_ENDED):
                ending = WHY_ENDED[press.number - 1]
                assert ending.outcome is not None
                self._run.end(ending.outcome, ending.reason, self.station.bench.clock.at(self._at_s))
            elif press.number > len(WHY_ENDED) + 1:
                return
        self.dismiss()
