"""What other sources than the guideline say of a test: for who asks, kept nowhere, and never on paper."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from textual.widget import Widget

from teststation.guideline.context import SecondOpinion
from teststation.reports.wording import flag
from teststation.tui.keys import Act, Offer, Press
from teststation.tui.screens.listing import moved, window
from teststation.tui.screens.page import Page, line

_ROOM = 14
"""Lines of a window that the list leaves to everything around it."""


class OpinionsPage(Page):
    """A line for each source; what the marked one says, and whose it is, stands below."""

    def __init__(self, opinions: Sequence[SecondOpinion]) -> None:
        super().__init__()
        self._opinions = opinions
        self._at = 0

    def title_text(self) -> str:
        """Name the page."""
        return self.tr("Andere bronnen")

    def offers(self) -> tuple[Offer, ...]:
        """Offer the way along the list, and back."""
        return (
            Offer(Act.GO, self.tr("terug")),
            Offer(Act.UP),
            Offer(Act.DOWN, hidden=True),
            Offer(Act.BACK, hidden=True),
        )

    def body(self) -> Iterable[Widget]:
        """Lay out the list above the marked one."""
        yield line("what", "note block")
        yield line("sources", "block")
        yield line("says", "block")
        yield line("about", "quiet")

    def show(self) -> None:
        """Write the list, and the marked one in full."""
        tr = self.station.tr
        self.put("what", tr("Niet de richtlijn: alleen omdat u het vraagt. Het wordt niet bewaard of afgedrukt."))
        flags = [flag(tr, one.finding).shape if self.station.settings.flags else "" for one in self._opinions]
        rows = [f"{shape:<2} {one.finding.source}" for shape, one in zip(flags, self._opinions, strict=True)]
        self.put("sources", window(rows, self._at, self.size.height - _ROOM))
        one = self._opinions[self._at]
        self.put("says", tr.reason(one.finding.reason))
        self.put("about", "" if one.explained is None else tr.reason(one.explained))

    def act(self, press: Press) -> None:
        """Move the mark, or go back."""
        if press.act in (Act.UP, Act.DOWN):
            self._at = moved(self._at, press.act, len(self._opinions))
            self.show()
        else:
            self.dismiss()
