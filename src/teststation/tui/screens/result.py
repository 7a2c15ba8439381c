"""What a test came to: the time, the flag with why and whose limit, what it rests on; the therapist says if so."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from textual.containers import Horizontal, Vertical
from textual.widget import Widget

from teststation.guideline.context import SecondOpinion, second_opinions
from teststation.guideline.facts import Known
from teststation.guideline.trend import result_trends
from teststation.model import TestName, TeststationError
from teststation.reports.told import Told, headline_of, told
from teststation.reports.wording import NOTICE, TITLES
from teststation.tui.keys import Act, Offer, Press
from teststation.tui.screens.client_view import ClientViewPage
from teststation.tui.screens.opinions import OpinionsPage
from teststation.tui.screens.page import Page, line
from teststation.tui.screens.pick import QUESTION_DISAGREE, WHY_DISAGREE, Choice, PickPage
from teststation.tui.screens.trends import TrendsPage
from teststation.tui.widgets.block_digits import BlockDigits

if TYPE_CHECKING:
    from teststation.tui.desk import PastVisit
    from teststation.tui.flow import Flow

FLAG_STYLES = ("-met", "-close", "-not-met", "-unknown")


class ResultPage(Page):
    """Calm: a client may look along. Words that alarm stand small, in the sentence why (PRACTICE 6)."""

    def __init__(self, flow: Flow, test: TestName) -> None:
        super().__init__()
        self._flow = flow
        self._test = test
        self._conclusion = flow.progress.conclusions[test]
        self._lead = None if self._conclusion.leading is None else self._conclusion.leading.finding
        self._against: dict[int, str] = {}
        self._earlier: list[PastVisit] = []
        self._opinions: tuple[SecondOpinion, ...] = ()

    def title_text(self) -> str:
        """Name the test."""
        return f"{self.tr(TITLES[self._test])}  {self.tr('resultaat')}"

    def offers(self) -> tuple[Offer, ...]:
        """Offer to confirm or not, the client's view, one attempt more, and what there is to compare with."""
        against = bool(self._against)
        return (
            Offer(Act.GO, self.tr("verder") if against else self.tr("bevestigd, verder")),
            Offer(Act.CLIENT_VIEW),
            Offer(Act.REPEAT),
            *((Offer(Act.DISAGREE, self.tr("klopt toch") if against else ""),) if self._lead is not None else ()),
            *((Offer(Act.OTHERS),) if self._opinions else ()),
            *((Offer(Act.TREND),) if self._earlier else ()),
        )

    def on_mount(self) -> None:
        """Look up what the client did before."""
        progress, desk = self._flow.progress, self.station.bench.desk
        if self.station.settings.second_opinions:
            self._opinions = second_opinions(
                Known({}), [self._conclusion.result], client=progress.client, age=progress.visit.age
            )
        try:
            past = [] if desk is None else desk.history(progress.client.code)
        except TeststationError:  # what is kept of before is not needed to go on, and its page says why
            past = []
        self._earlier = [
            each
            for each in past
            if each.visit.id != progress.visit.id and any(one.result.test is self._test for one in each.results)
        ]
        super().on_mount()

    def body(self) -> Iterable[Widget]:
        """Lay out number and flag above the sentences."""
        with Horizontal(id="verdict"):
            yield BlockDigits(id="value")
            with Vertical(id="beside"):
                yield line("unit")
                yield line("flag")
                yield line("spread")
        yield line("said", "note")
        yield line("trials", "quiet")
        yield line("why")
        yield line("change")
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
        self.put("said", self._said())
        self.query_one("#said").display = bool(self._against)
        self.put("why", "\n".join(words.sentences))
        self.put("change", self._change())
        self.query_one("#change").display = bool(self._earlier)
        self.put("sources", "\n".join(words.sources))
        self.put("basis", "\n".join((*words.basis, *self._seen())))
        self.put("notice", self.tr(NOTICE))

    def _show_flag(self, words: Told) -> None:
        place = self.query_one("#flag")
        place.display = self.station.settings.flags
        place.remove_class(*FLAG_STYLES)
        place.add_class(words.flag.style)
        self.put("flag", f"{words.flag.shape}  {words.flag.word}")

    def _said(self) -> str:
        """Say that the therapist does not hold with it, and why."""
        return "".join(self.tr("▷ niet onderschreven: {why}", why=why) for why in self._against.values())

    def _change(self) -> str:
        """Say what changed since the last time the test was done."""
        if not self._earlier:
            return ""
        now = self._conclusion.result
        (trend,) = result_trends([*(each.tests() for each in reversed(self._earlier)), [now]]) or (None,)
        return "" if trend is None else self.station.tr.reason((trend.since_previous or trend.since_baseline).reason)

    def _seen(self) -> list[str]:
        tr, seen = self.tr, self._flow.progress.seen
        return [f"{tr('Gezien')}: {', '.join(tr(text) for text in seen)}"] if seen else []

    def act(self, press: Press) -> None:
        """Confirm, show the client, or do another attempt."""
        match press.act:
            case Act.GO:
                self._flow.result_is_confirmed(self._conclusion, self._against)
            case Act.CLIENT_VIEW:
                self.app.push_screen(ClientViewPage(headline_of(self._conclusion.result), TITLES[self._test]))
            case Act.REPEAT:
                self._flow.repeat(self._test)
            case Act.DISAGREE if self._against:
                self._against = {}
                self.refresh_page()
            case Act.DISAGREE:
                self.app.push_screen(PickPage(QUESTION_DISAGREE, WHY_DISAGREE, self._disagree))
            case Act.OTHERS:
                self.app.push_screen(OpinionsPage(self._opinions))
            case Act.TREND:
                self.app.push_screen(TrendsPage(self._flow.progress.client.code))

    def _disagree(self, choice: Choice) -> None:
        """Take note of why the finding that the flag is of is not so."""
        assert self._lead is not None
        self._against = {self._conclusion.findings.index(self._lead): self.station.tr.reason(choice.reason)}
        self.refresh_page()
