"""The whole visit on one page."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from textual.widget import Widget

from teststation.reports.told import over_a_limit, row
from teststation.reports.wording import NOTICE, TITLES, person
from teststation.tui.keys import Act, Offer, Press
from teststation.tui.screens.page import Page, line

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
        """Offer to close the visit, to print it, or to go on with it."""
        agreement = self._flow.progress.agreement
        ends = self.tr("bezoek afsluiten") if self._flow.is_kept else self.tr("afsluiten en alles wissen")
        return (
            Offer(Act.GO, ends),
            *((Offer(Act.PAPERS),) if agreement.printed else ()),
            Offer(Act.CONCLUSION),
            Offer(Act.CONSENT),
            Offer(Act.BACK, self.tr("terug naar de tests")),
        )

    def body(self) -> Iterable[Widget]:
        """Lay out who, the rows, the findings."""
        yield line("who", "loud block")
        yield line("table", "block")
        yield line("fall-risk", "loud block")
        yield line("findings", "block")
        yield line("doubts", "note")
        yield line("notice", "quiet")

    def show(self) -> None:
        """Write the visit."""
        tr, progress = self.station.tr, self._flow.progress
        self.put("who", person(tr, progress.client))
        rows = [(tr("test"), tr("resultaat"), tr("grens") if self.station.settings.flags else "")]
        for test in progress.tests:
            done, skipped = progress.conclusions.get(test), progress.skipped.get(test)
            if done is not None:
                name, time, flag = row(tr, done)
                rows.append((name, time, self.flag_words(flag)))
            else:
                rows.append((tr(TITLES[test]), tr("niet gedaan") if skipped is None else tr.reason(skipped), ""))
        widths = [max(len(each[i]) for each in rows) for i in range(len(rows[0]))]
        cells = ("   ".join(f"{cell:<{w}}" for cell, w in zip(each, widths, strict=True)) for each in rows)
        self.put("table", "\n".join(text.rstrip() for text in cells))
        concluded = progress.concluded()
        over = over_a_limit(tr, tuple(progress.conclusions.values()))
        found = [row for sentence in over for row in self.hung(sentence, "  – ")]
        for each in concluded.set_aside:
            found += self.hung(f"{tr('niet onderschreven')}: {tr.reason(each.reason)}", "  ▷ ")
        self.put("findings", "\n".join((tr("Bevindingen"), *found)))
        self.put("fall-risk", "" if concluded.fall_risk is None else tr.reason(concluded.fall_risk))
        self.put("doubts", "\n".join(f"▲ {tr.reason(each.reason)}" for each in concluded.met("contradiction")))
        self.put("notice", tr(NOTICE))

    def act(self, press: Press) -> None:
        """Close the visit, print it, or go back to its tests."""
        match press.act:
            case Act.GO:
                self._flow.finish()
            case Act.PAPERS:
                self._flow.make_papers()
            case Act.CONCLUSION:
                self._flow.show_conclusion()
            case Act.CONSENT:
                self._flow.ask_consent()
            case _:
                self._flow.show_tests()
