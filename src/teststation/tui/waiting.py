"""What waits on the first page: what somebody should see before the day begins, and the page where it is dealt with."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

import msgspec

from teststation.model import TeststationError

if TYPE_CHECKING:
    from teststation.tui.app import StationApp
    from teststation.tui.screens.page import Page


class Waiting(msgspec.Struct, frozen=True):
    """A line of the list, in the language of now; its number opens the page."""

    text: str
    page: Callable[[], Page]


Source = Callable[["StationApp"], Iterable[Waiting]]
"""Asked anew whenever the first page is shown, so it must be quick."""


def waiting(station: StationApp, sources: Iterable[Source]) -> tuple[Waiting, ...]:
    """Ask everybody; what cannot be read is left out here, and said where it is used."""
    found: list[Waiting] = []
    for source in sources:
        try:
            found += source(station)
        except TeststationError:
            continue
    return tuple(found)
