"""The whole visit on one page."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from textual.widget import Widget

from teststation.model import Finding, Verdict
from teststation.tests.headline import headline_measures
from teststation.tui.keys import Act, Offer, Press
from teststation.tui.protocols import PROTOCOLS
from teststation.tui.screens.page import Page, line
from teststation.tui.screens.result import NORM, OFF, leading
from teststation.tui.wording import NOTICE, OUTCOMES, flag, hundredths_matter, person, quantity

if TYPE_CHECKING:
    from teststation.tui.flow import Flow


class SummaryPage(Page):
    """A row for each test, and the findings under them."""

    def __init__(self, flow: Flow) -> None:
        super().__init__()
        self._flow = flow

    def title_text(self) -> str:
        """Name the page."""
        return self.tr("Samenvatting")

    def offers(self) -> tuple[Offer, ...]:
        """Offer to close the visit, or to go on with it."""
        return (Offer(Act.GO, self.tr("bezoek afsluiten")), Offer(Act.BACK, self.tr("terug naar de tests")))

    def body(self) -> Iterable[Widget]:
        """Lay out who, the rows, the findings."""
        yield line("who", "loud block")
        yield line("table", "block")
        yield line("findings", "block")
        yield line("notice", "quiet")

    def show(self) -> None:
        """Write the visit."""
        tr, progress = self.station.tr, self._flow.progress
        self.put("who", person(tr, progress.client))
        rows = [(tr("test"), tr("resultaat"), tr("grens"))]
        said: list[Finding] = []
        for test in progress.tests:
            conclusion = progress.conclusions.get(test)
            name = tr(PROTOCOLS[test].title)
            if conclusion is None:
                skipped = progress.skipped.get(test)
                rows.append((name, tr("niet gedaan") if skipped is None else tr.reason(skipped), ""))
                continue
            names = headline_measures(test, progress.options)
            measure = next((m for m in conclusion.result.measures if m.name in names), None)
            decimals = 2 if hundredths_matter(conclusion.findings) else 1
            done = quantity(tr, measure, decimals) if measure else tr(OUTCOMES[conclusion.result.outcome])
            lead = leading(conclusion.findings)
            shown = None if lead is None else flag(tr, lead)
            rows.append((name, done, "" if shown is None else f"{shown.shape} {shown.word}"))
            said += [f for f in conclusion.findings if f.meaning not in (OFF, NORM) and f.verdict is Verdict.MET]
        widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
        cells = ("   ".join(f"{cell:<{w}}" for cell, w in zip(row, widths, strict=True)) for row in rows)
        self.put("table", "\n".join(text.rstrip() for text in cells))
        findings = [f"  – {tr.reason(finding.reason)}" for finding in said]
        none = tr("Geen bevinding over een grens; dat sluit valrisico niet uit.")
        self.put("findings", "\n".join((tr("Bevindingen"), *(findings or [f"  {none}"]))))
        self.put("notice", tr(NOTICE))

    def act(self, press: Press) -> None:
        """Close the visit, or go back to its tests."""
        if press.act is Act.GO:
            self._flow.finish()
        else:
            self._flow.open()
