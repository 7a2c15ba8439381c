"""Which test now: the next in order, another one, or none with a reason."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from textual.widget import Widget

from teststation.model import TestName
from teststation.reports.wording import OUTCOMES, person, quantity
from teststation.tests.headline import headline_measures
from teststation.tui.keys import Act, Offer, Press
from teststation.tui.protocols import PROTOCOLS
from teststation.tui.screens.page import Page, line
from teststation.tui.screens.pick import QUESTION_SKIP, WHY_SKIP, Choice, PickPage

if TYPE_CHECKING:
    from teststation.tui.flow import Flow


_POLL_S = 0.5


class ChoosePage(Page):
    """The tests of this visit, each with where it is."""

    def __init__(self, flow: Flow) -> None:
        super().__init__()
        self._flow = flow

    def title_text(self) -> str:
        """Name the page."""
        return self.tr("Tests")

    def offers(self) -> tuple[Offer, ...]:
        """Offer the next test, another one, skipping, the summary."""
        progress = self._flow.progress
        following, topic = progress.next_test(), progress.next_topic()
        more = Offer(Act.MORE, self.tr("alle vragen"))
        if following is None:
            onward = self.tr("samenvatting") if topic is None else self.tr(topic.title)
            return (Offer(Act.GO, onward), Offer(Act.PICK, self.tr("nog eens")), more, Offer(Act.SUMMARY, hidden=True))
        return (
            Offer(Act.GO, self.tr(PROTOCOLS[following].title if topic is None else topic.title)),
            Offer(Act.PICK, self.tr("andere test")),
            Offer(Act.SKIP),
            Offer(Act.SUMMARY),
            more,
            *((Offer(Act.SENSORS),) if self.station.bench.link is not None else ()),
        )

    def body(self) -> Iterable[Widget]:
        """Lay out who, what and the rest between."""
        yield line("who", "loud block")
        yield line("tests", "block")
        yield line("rest", "quiet block")
        yield line("sensor", "quiet")

    def on_mount(self) -> None:
        """Look at the sensor now and then."""
        super().on_mount()
        self.set_interval(_POLL_S, self._look)

    def _look(self) -> None:
        """Say how the sensor is, and what its check found meanwhile."""
        if self.is_current and self.station.bench.link is not None:
            self.put("sensor", "\n".join(self.station.sensor_lines()))

    def show(self) -> None:
        """Write a row for each test."""
        self.put("who", person(self.station.tr, self._flow.progress.client))
        progress = self._flow.progress
        names = [self.tr(PROTOCOLS[test].title) for test in progress.tests]
        wide = max(map(len, names))
        following = progress.next_test()
        rows = []
        for number, (test, name) in enumerate(zip(progress.tests, names, strict=True), 1):
            mark = "►" if test is following else " "
            rows.append(f"{mark} [{number}]  {name:<{wide}}   {self._where(test)}")
        self.put("tests", "\n\n".join(rows))
        self.put("rest", self.tr("Tussen de tests rust tot de cliënt hersteld is, minstens een minuut."))
        self._look()

    def _where(self, test: TestName) -> str:
        progress, tr = self._flow.progress, self.station.tr
        if test in progress.skipped:
            return f"– {tr('overgeslagen')}: {tr.reason(progress.skipped[test])}"
        conclusion = progress.conclusions.get(test)
        if conclusion is not None:
            names = headline_measures(test, progress.options)
            measure = next((m for m in conclusion.result.measures if m.name in names), None)
            shown = quantity(tr, measure) if measure is not None else tr(OUTCOMES[conclusion.result.outcome])
            return f"✔ {shown}"
        done = len(progress.trials[test])
        if done:
            return tr("pogingen gedaan: {count}", count=done)
        return tr("nu") if test is progress.next_test() else ""

    def act(self, press: Press) -> None:
        """Open a test, skip one, or sum up."""
        progress = self._flow.progress
        following = progress.next_test()
        match press.act:
            case Act.GO:
                self._flow.go_on()
            case Act.SUMMARY:
                self._flow.show_summary()
            case Act.MORE:
                self._flow.show_more()
            case Act.SENSORS:
                self.station.show_sensors()
            case Act.PICK if press.number <= len(progress.tests):
                self._flow.begin_test(progress.tests[press.number - 1])
            case Act.SKIP if following is not None:
                test = following

                def skipped(choice: Choice) -> None:
                    progress.skip(test, choice.reason)
                    self.refresh_page()

                self.app.push_screen(PickPage(QUESTION_SKIP, WHY_SKIP, skipped))
