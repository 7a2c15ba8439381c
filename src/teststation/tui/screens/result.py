"""What a test came to: the time, the flag with why and whose limit, what it rests on; the therapist confirms."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from textual.containers import Horizontal, Vertical
from textual.widget import Widget

from teststation.i18n import N_
from teststation.model import Finding, Measure, Outcome, TestName, Verdict
from teststation.tests.headline import headline_measures
from teststation.tui.keys import Act, Offer, Press
from teststation.tui.protocols import PROTOCOLS
from teststation.tui.screens.page import Page, line
from teststation.tui.widgets.block_digits import BlockDigits
from teststation.tui.wording import (
    NOTICE,
    OUTCOMES,
    SOURCES,
    flag,
    headline,
    hundredths_matter,
    interval,
    quantity,
    value,
)

if TYPE_CHECKING:
    from teststation.tui.flow import Flow

FLAG_STYLES = ("-met", "-close", "-not-met", "-unknown")
_RULES = {
    "mean": N_("gemiddelde van {count} pogingen"),
    "single": N_("één poging"),
    "first": N_("één poging"),
    "none": N_("geen tijd"),
}
_EVIDENCE = {
    "guideline": N_("richtlijn"),
    "verified": N_("nagezien in de bron"),
    "verified-2nd": N_("uit de tweede hand"),
    "memory": N_("niet nagezien"),
    "own": N_("geen bron"),
}
OFF = "rule-off"
NORM = "norm"


def leading(findings: tuple[Finding, ...]) -> Finding | None:
    """Give the finding that the flag is of: the first that says something, else the first that judges."""
    judging = [finding for finding in findings if finding.meaning not in (OFF, NORM)]
    said = [finding for finding in judging if finding.verdict is not Verdict.UNKNOWN]
    return next(iter(said or judging), None)


class ResultPage(Page):
    """Calm: a client may look along. Words that alarm stand small, in the sentence why (PRACTICE 6)."""

    def __init__(self, flow: Flow, test: TestName) -> None:
        super().__init__()
        self._flow = flow
        self._test = test
        self._conclusion = flow.progress.conclusions[test]

    def title_text(self) -> str:
        """Name the test."""
        return f"{self.tr(PROTOCOLS[self._test].title)}  {self.tr('resultaat')}"

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
        tr, result, findings = self.station.tr, self._conclusion.result, self._conclusion.findings
        measure = self._measure()
        decimals = 2 if hundredths_matter(findings) else 1
        done = measure is not None and result.outcome is Outcome.DONE
        number = self.query_one("#value", BlockDigits)
        number.display = done
        if measure is None or not done:
            self.put("unit", tr(OUTCOMES[result.outcome]).upper())
            tried = "" if measure is None else tr("geprobeerd: {time}", time=quantity(tr, measure))
            self.put("spread", tried)
        else:
            number.update(value(tr, measure, decimals).replace("> ", ">"))
            self.put("unit", tr("seconden") if measure.unit == "s" else tr("keer"))
            self.put("spread", tr("95 %-interval {interval}", interval=interval(tr, measure, decimals)))
        lead = leading(findings)
        self._show_flag(lead)
        self.put("trials", self._trials(decimals))
        others = [f for f in findings if f is not lead and f.meaning != OFF]
        sentences = [tr.reason(f.reason) for f in ([lead] if lead is not None else []) + others]
        self.put("why", "\n".join(sentences))
        cited = {f.source: f.evidence for f in findings if f.source}
        sources = (f"{tr.term(source)} ({tr(_EVIDENCE.get(evidence, evidence))})" for source, evidence in cited.items())
        self.put("sources", "\n".join(f"{tr('Bron')}: {source}" for source in sources))
        self.put("basis", self._basis(measure))
        self.put("notice", tr(NOTICE))

    def _measure(self) -> Measure | None:
        names = headline_measures(self._test, self._flow.progress.options)
        return next((m for m in self._conclusion.result.measures if m.name in names), None)

    def _show_flag(self, lead: Finding | None) -> None:
        place = self.query_one("#flag")
        place.remove_class(*FLAG_STYLES)
        if lead is None:
            self.put("flag", f"?  {self.tr('geen grens van toepassing')}")
            return
        shown = flag(self.station.tr, lead)
        place.add_class(shown.style)
        self.put("flag", f"{shown.shape}  {shown.word}")

    def _trials(self, decimals: int) -> str:
        tr, result = self.station.tr, self._conclusion.result
        names = headline_measures(self._test, self._flow.progress.options)
        parts = []
        for trial in self._flow.progress.trials[self._test]:
            if trial.practice:
                continue
            measure = headline(trial, names)
            shown = quantity(tr, measure, decimals) if measure is not None else tr(OUTCOMES[trial.outcome])
            mark = "" if trial.id in result.trials else f" ({tr('telt niet')})"
            parts.append(f"{tr('poging {number}', number=trial.number)}: {shown}{mark}")
        rule = tr(_RULES.get(result.headline_rule, "{count}"), count=len(result.trial_values))
        return " · ".join((*parts, rule))

    def _basis(self, measure: Measure | None) -> str:
        tr, result = self.station.tr, self._conclusion.result
        lines = []
        if measure is not None:
            what = tr(
                "{measure}, gemeten door: {source}", measure=tr.term(measure.name), source=tr(SOURCES[measure.source])
            )
            lines.append(f"{tr('Tijd')}: {what}")
        speed = next((m for m in result.measures if m.name == "speed"), None)
        if speed is not None:
            lines.append(f"{tr('Snelheid')}: {quantity(tr, speed, 2)}")
        if seen := self._flow.progress.seen:
            lines.append(f"{tr('Gezien')}: {', '.join(tr(text) for text in seen)}")
        return "\n".join(lines)

    def act(self, press: Press) -> None:
        """Confirm, show the client, or do another attempt."""
        match press.act:
            case Act.GO:
                self._flow.result_is_confirmed()
            case Act.CLIENT_VIEW:
                self.app.push_screen(ClientViewPage(self._measure(), PROTOCOLS[self._test].title))
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
