"""What the visit comes to: what points where, the problem areas, who is to be told, what is advised and why."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from textual import events
from textual.widget import Widget

from teststation.guideline.conclusion import Conclusion
from teststation.i18n import Translator
from teststation.model import Finding
from teststation.tui.keys import Act, Offer, Press
from teststation.tui.screens.page import Page, line

if TYPE_CHECKING:
    from teststation.tui.flow import Flow

_ROWS_AROUND, _COLUMNS_AROUND = 7, 8


class ConclusionPage(Page):
    """More than fits on one screen, so it is paged through."""

    def __init__(self, flow: Flow) -> None:
        super().__init__()
        self._flow = flow
        self._top = 0
        self._conclusion = flow.progress.concluded()

    def title_text(self) -> str:
        """Name the page."""
        return self.tr("Conclusie")

    def offers(self) -> tuple[Offer, ...]:
        """Offer the way back, the rest of the text, the questions."""
        return (
            Offer(Act.GO, self.tr("samenvatting")),
            Offer(Act.UP, self.tr("bladeren")),
            Offer(Act.DOWN, hidden=True),
            Offer(Act.MORE, self.tr("hulpvraag, doelen, alle vragen")),
            Offer(Act.BACK, hidden=True),
        )

    def body(self) -> Iterable[Widget]:
        """Lay out the text."""
        yield line("conclusion")

    @property
    def _room(self) -> int:
        return max(1, self.size.height - _ROWS_AROUND)

    def show(self) -> None:
        """Write as much as fits."""
        rows = self._rows()
        self._top = max(0, min(self._top, len(rows) - self._room))
        shown = rows[self._top : self._top + self._room]
        if len(rows) > self._room:
            shown.append(f"  {self._top + 1}–{self._top + len(shown)} / {len(rows)}")
        self.put("conclusion", "\n".join(shown))

    def on_resize(self, event: events.Resize) -> None:
        """Fill the room there is."""
        super().on_resize(event)
        self.refresh_page()

    def _rows(self) -> list[str]:
        wide = max(40, self.size.width - _COLUMNS_AROUND)
        rows: list[str] = []
        for heading, sentences in sections(self.station.tr, self._conclusion):
            if sentences:
                rows += [heading] if not rows else ["", heading]
                for sentence in sentences:
                    rows += textwrap.wrap(sentence, wide, initial_indent="  – ", subsequent_indent="    ")
        return rows or [self.tr("Er is nog niets waar iets uit volgt; dat stelt niet gerust.")]

    def act(self, press: Press) -> None:
        """Page through, ask more, or go back."""
        match press.act:
            case Act.UP | Act.DOWN:
                self._top += self._room // 2 * (1 if press.act is Act.DOWN else -1)
                self.refresh_page()
            case Act.MORE:
                self._flow.show_more()
            case _:
                self._flow.show_summary()


def sections(tr: Translator, conclusion: Conclusion) -> Iterator[tuple[str, Sequence[str]]]:
    """Tell a conclusion under its headings; what there is nothing to say of is empty."""

    def told(findings: Iterable[Finding]) -> list[str]:
        return [tr.reason(each.reason) for each in findings]

    fall_risk, frailty = conclusion.fall_risk, conclusion.frailty
    yield (
        tr("Vallen"),
        [*([] if fall_risk is None else [tr.reason(fall_risk)]), *told(conclusion.met("full-assessment"))],
    )
    yield tr("Doelen"), [goal.text for goal in conclusion.goals]
    yield tr("Probleemgebieden"), told(conclusion.problem_areas)
    yield tr("Wie u inlicht"), told(conclusion.duties)
    yield tr("Risicofactoren voor fracturen"), told(conclusion.met("fracture-factor"))
    yield tr("Fragiliteit"), [] if frailty is None else [tr.reason(frailty.count), tr.reason(frailty.fried.reason)]
    yield tr("Bewegen en gedragsfase"), told((*conclusion.movement, *conclusion.stage))
    yield tr("Advies"), [tr.reason(each.reason) for each in conclusion.advice]
