"""A numbered list over the page, one digit to choose."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

import msgspec
from textual.widget import Widget

from teststation.i18n import N_
from teststation.model import Outcome, Reason
from teststation.tui.keys import Act, Offer, Press
from teststation.tui.screens.page import Page, line


class Choice(msgspec.Struct, frozen=True):
    """One line of a list; the text is a reason's."""

    reason: Reason
    outcome: Outcome | None = None


def _whys(*codes: str) -> tuple[Choice, ...]:
    return tuple(Choice(Reason(code)) for code in codes)


WHY_SKIP = _whys("skip_no_space", "skip_no_chair", "skip_refused", "skip_tired", "skip_other")
WHY_INVALID = _whys(
    "invalid_disturbed", "invalid_false_start", "invalid_not_understood", "invalid_sensor", "invalid_other"
)
WHY_ENDED = (
    Choice(Reason("ended_fell"), Outcome.FELL),
    Choice(Reason("ended_pain"), Outcome.STOPPED),
    Choice(Reason("ended_dizzy"), Outcome.STOPPED),
    Choice(Reason("ended_breathless"), Outcome.STOPPED),
    Choice(Reason("ended_unable"), Outcome.UNABLE),
    Choice(Reason("ended_unsafe"), Outcome.UNSAFE),
    Choice(Reason("ended_refused"), Outcome.REFUSED),
)
WHY_DISAGREE = _whys("disagree_disturbed", "disagree_pain", "disagree_setting", "disagree_known", "disagree_other")
WHY_NOT_SO = _whys("not_so_known", "not_so_passing", "not_so_treated", "not_so_other_cause", "not_so_other")
WHY_SOURCE = _whys("source_key_early", "source_key_late", "source_sensor", "source_other")


WHY_START = {
    "start_false": (
        Choice(Reason("start_was_false"), Outcome.INVALID),
        Choice(Reason("start_stir"), Outcome.DONE),
        Choice(Reason("start_key_late"), Outcome.DONE),
    ),
    "start_slow": (
        Choice(Reason("start_not_heard"), Outcome.INVALID),
        Choice(Reason("start_took_time"), Outcome.DONE),
        Choice(Reason("start_key_early"), Outcome.DONE),
    ),
}


class PickPage(Page):
    """Asks why, from a list; gives the choice back, or None."""

    def __init__(self, question: str | Reason, choices: Sequence[Choice], chosen: Callable[[Choice], None]) -> None:
        super().__init__()
        self._question = question
        self._choices = choices
        self._chosen = chosen

    def title_text(self) -> str:
        """Ask."""
        asked = self._question
        return self.station.tr.reason(asked) if isinstance(asked, Reason) else self.tr(asked)

    def offers(self) -> tuple[Offer, ...]:
        """Offer the digits and the way back."""
        return (Offer(Act.PICK), Offer(Act.BACK))

    def body(self) -> Iterable[Widget]:
        """Lay out the list."""
        yield line("choices", "block")

    def show(self) -> None:
        """Write the list."""
        texts = (self.station.tr.reason(choice.reason) for choice in self._choices)
        self.put("choices", "\n\n".join(f"  [{number}]  {text}" for number, text in enumerate(texts, 1)))

    def act(self, press: Press) -> None:
        """Take the line, or nothing."""
        if press.act is Act.BACK:
            self.dismiss()
        elif press.act is Act.PICK and press.number <= len(self._choices):
            chosen = self._choices[press.number - 1]
            self.dismiss()
            self._chosen(chosen)


QUESTION_SKIP = N_("Waarom slaat u deze test over?")
QUESTION_INVALID = N_("Waarom telt deze poging niet?")
QUESTION_ENDED = N_("Hoe ging de poging mis?")
QUESTION_DISAGREE = N_("Waarom onderschrijft u dit niet?")
QUESTION_SOURCE = N_("Waarom deze tijd?")
