"""One step of several: a small form that goes on by itself once it is done, and back without losing what was typed."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from teststation.i18n import N_, Translator
from teststation.tui.door import LONGEST_INITIALS, initials
from teststation.tui.screens.task import Field, Said, TaskPage

LONGEST_SECRET = 128

INITIALS = N_("Uw initialen")
_NOT_INITIALS = N_("één tot vier letters, zoals MB")


class StepPage(TaskPage):
    """A form with the step before it and the step after it.

    Parameters
    ----------
    onward, back : open the page after this one, and the one before
    """

    def __init__(self, fields: Sequence[Field], onward: Callable[[], None], back: Callable[[], None]) -> None:
        super().__init__(fields)
        self._onward = onward
        self._back = back

    def work(self, typed: Mapping[str, str]) -> Said:
        """Do it, and go on."""
        self.take(typed)
        return Said("")

    def take(self, typed: Mapping[str, str]) -> None:
        """Do what this step is for, in a thread."""

    def leave(self) -> None:
        """Go on when it is done, else back."""
        (self._onward if self._said.finished else self._back)()


def wrong_initials(tr: Translator, typed: Mapping[str, str]) -> dict[str, str]:
    """Say what initials are, where something else was typed for them."""
    return {} if "initials" not in typed or initials(typed["initials"]) else {"initials": tr(_NOT_INITIALS)}


def passphrase_field() -> Field:
    """Ask for the passphrase."""
    return Field(name="passphrase", label=N_("Wachtzin"), longest=LONGEST_SECRET, secret=True)


def initials_field(last: str) -> Field:
    """Ask who works here, and offer who did the last time."""
    return Field(name="initials", label=INITIALS, value=last, hint=_NOT_INITIALS, longest=LONGEST_INITIALS + 4)
