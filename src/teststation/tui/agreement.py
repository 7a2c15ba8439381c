"""What a client agrees to before a visit: what is done, and what becomes of it (PRACTICE 18)."""

from __future__ import annotations

import enum
from collections.abc import Sequence

import msgspec

from teststation.model import Consent, Scope, agreed_to

VERSION = "2026-11"
"""Of the words that are read out; who agreed to other words is asked again."""


class Keep(enum.StrEnum):
    """What becomes of a visit."""

    KEPT = "kept"
    TODAY = "today"
    NOT = "not"


class Agreement(msgspec.Struct, frozen=True, kw_only=True):
    """What a client agrees to, each by itself; the defaults are the usual answer.

    Parameters
    ----------
    representative : somebody else says so on the client's behalf
    """

    testing: bool = True
    keep: Keep = Keep.KEPT
    letter: bool = False
    research: bool = False
    representative: bool = False

    @property
    def printed(self) -> bool:
        """Whether something may be printed."""
        return self.keep is not Keep.NOT

    @property
    def is_usual(self) -> bool:
        """Whether a visit can begin with it, and is kept."""
        return self.testing and self.keep is Keep.KEPT

    @property
    def given(self) -> dict[Scope, bool]:
        """What was said of each scope."""
        return {
            Scope.TESTING: self.testing,
            Scope.KEEPING: self.keep is Keep.KEPT,
            Scope.LETTER: self.letter,
            Scope.RESEARCH: self.research,
        }

    def news(self, before: Sequence[Consent], at: str, operator: str) -> list[Consent]:
        """Give what there is to be kept of this, beside what was said before, the oldest first."""
        said = {consent.scope: (consent.given, consent.version, consent.representative) for consent in before}
        return [
            Consent(
                scope=scope, given=given, version=VERSION, at=at, representative=self.representative, operator=operator
            )
            for scope, given in self.given.items()
            if said.get(scope) != (given, VERSION, self.representative)
        ]


def agreement_of(consents: Sequence[Consent]) -> Agreement | None:
    """Give what a client agrees to by what was said, the oldest first; None where it was not asked in these words."""
    asked = [consent for consent in consents if consent.version == VERSION]
    if not asked:
        return None
    given = agreed_to(consents)
    return Agreement(
        testing=Scope.TESTING in given,
        keep=Keep.KEPT if Scope.KEEPING in given else Keep.NOT,
        letter=Scope.LETTER in given,
        research=Scope.RESEARCH in given,
        representative=asked[-1].representative,
    )
