"""What was kept before it was encrypted lies beside it until somebody has it erased."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from teststation.i18n import N_
from teststation.tui.door import Door
from teststation.tui.screens.step import StepPage
from teststation.tui.waiting import Waiting

if TYPE_CHECKING:
    from teststation.tui.app import StationApp


def waits(station: StationApp) -> Iterable[Waiting]:
    """Say it on the first page."""
    door = station.bench.door
    if door is not None and door.plain_copies():
        text = station.tr("Er staat nog een leesbare kopie van vóór de versleuteling.")
        yield Waiting(text, lambda: ErasePlainPage(station, door))


class ErasePlainPage(StepPage):
    """Names the files, and takes them away."""

    named = N_("Leesbare kopie wissen")

    def __init__(self, station: StationApp, door: Door) -> None:
        super().__init__((), station.open_start, station.open_start)
        self._door = door
        self._files = "\n".join(f"  {file}" for file in door.plain_copies())

    def does(self) -> str:
        """Name what the key does."""
        return self.tr("wissen, voorgoed")

    def intro(self, _: Mapping[str, str]) -> str:
        """Say what goes, and what stays."""
        text = self.tr(
            "Kijk eerst bij Gegevens of alles er is. Daarna kunnen deze bestanden weg, die iedereen kan lezen. "
            "Reservekopieën die u zelf elders hebt gemaakt, blijven."
        )
        return f"{text}\n\n{self._files}"

    def take(self, typed: Mapping[str, str]) -> None:  # noqa: ARG002 - nothing is asked
        """Erase them."""
        self._door.erase_plain_copies()
