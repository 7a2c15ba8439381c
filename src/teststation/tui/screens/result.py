"""What a test came to: the time, the flag with why and whose limit, what it rests on; the therapist confirms."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from textual.containers import Horizontal, Vertical
from textual.widget import Widget

from teststation.model import Measure, TestName
from teststation.reports.told import Told, headline_of, told
from teststation.reports.wording import NOTICE, TITLES, value
from teststation.tui.keys import Act, Offer, Press
from teststation.tui.screens.page import Page, line
from teststation.tui.widgets.block_digits import BlockDigits

if TYPE_CHECKING:
    from teststation.tui.flow import Flow

FLAG_STYLES = ("-met", "-close", "-not-met", "-unknown")


class ResultPage(Page):
    """Calm: a client may look along. Words that alarm stand small, in the sentence why (PRACTICE 6)."""

    def __init__(self, flow: Flow, test: TestName) -> None:
        super().__init__()
        self._flow = flow
        self._test = test
        self._conclusion = flow.progress.conclusions[test]

    def title_text(self) -> str:
        """Name the test."""
        return f"{self.tr(TITLES[self._test])}  {self.tr('resultaat')}"

    def offers(self) -> tuple[Offer, ...]:
        """Offer to confirm, the client's view, one attempt more."""
        return (Offer(Act.GO, self.tr("bevestigd, verder")), Offer(Act.CLIENT_VIEW), Offer(Act.REPEAT))

    def body(self) -> Iterable[Widget]:
        """Lay out number and flag above the sentences."""
        with Horizontal(id="verdict"):
            yield BlockDigits(id="value")
            with Vertical(id="beside"):
                yield line("unit")
                yield line("flag")
                yield line("spread")
        yield line("trials", "quiet")
        yield line("why")
        yield line("sources", "quiet")
        yield line("basis")
        yield line("notice", "quiet")

    def show(self) -> None:
        """Write the result."""
        words = told(self.station.tr, self._conclusion)
        number = self.query_one("#value", BlockDigits)
        number.display = bool(words.value)
        number.update(words.value.replace("> ", ">"))
        self.put("unit", words.unit)
        self.put("spread", words.spread)
        self._show_flag(words)
        self.put("trials", words.trials)
        self.put("why", "\n".join(words.sentences))
        self.put("sources", "\n".join(words.sources))
        self.put("basis", "\n".join((*words.basis, *self._seen())))
        self.put("notice", self.tr(NOTICE))

    def _show_flag(self, words: Told) -> None:
        place = self.query_one("#flag")
        place.display = self.station.settings.flags
        place.remove_class(*FLAG_STYLES)
        place.add_class(words.flag.style)
        self.put("flag", f"{words.flag.shape}  {words.flag.word}")

    def _seen(self) -> list[str]:
        tr, seen = self.tr, self._flow.progress.seen
        return [f"{tr('Gezien')}: {', '.join(tr(text) for text in seen)}"] if seen else []

    def act(self, press: Press) -> None:
        """Confirm, show the client, or do another attempt."""
        match press.act:
            case Act.GO:
                self._flow.result_is_confirmed()
            case Act.CLIENT_VIEW:
                self.app.push_screen(ClientViewPage(headline_of(self._conclusion.result), TITLES[self._test]))
            case Act.REPEAT:
                self._flow.repeat(self._test)


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
