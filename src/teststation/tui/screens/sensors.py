"""Which sensor this station uses, out of those within reach. Opened outside of a run only: the link is left for it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import msgspec
from textual.widget import Widget

from teststation.i18n import Translator
from teststation.reports.wording import DASH
from teststation.station import Found
from teststation.tui.bench import SensorLink
from teststation.tui.keys import Act, Offer, Press
from teststation.tui.screens.page import Page, line

POLL_S = 0.5
_MOST = 9
_ADDRESS_END = 5
"""So much of an address tells two sensors of one name apart."""


class SensorsPage(Page):
    """A numbered list that fills by itself; a digit takes a sensor, and stays with it while the page is open."""

    def __init__(self, link: SensorLink) -> None:
        super().__init__()
        self._link = link
        self._before = link.look()
        self._found: list[Found] = []

    def title_text(self) -> str:
        """Name the page."""
        return self.tr("Sensor kiezen")

    def offers(self) -> tuple[Offer, ...]:
        """Offer the digits, the calibration and the way back."""
        return (Offer(Act.PICK), Offer(Act.CALIBRATE), Offer(Act.BACK))

    def body(self) -> Iterable[Widget]:
        """Lay out the list."""
        yield line("question", "loud block")
        yield line("found", "block")
        yield line("hint", "quiet")

    def on_mount(self) -> None:
        """Begin to look around."""
        self._link.ask()
        super().on_mount()
        self.set_interval(POLL_S, self.show)

    def on_unmount(self) -> None:
        """Go on with the sensor of before where none was taken."""
        self._link.settle()

    def show(self) -> None:
        """Write the list."""
        look, tr = self._link.look(), self.station.tr
        self._found = _in_order(self._found, look.found)
        self.put("question", tr("Welke sensor gebruikt u?"))
        waiting = f"  {tr('Er wordt gezocht …')}" if look.trouble is None else DASH
        self.put("found", "\n".join(self._rows(tr)) or waiting)
        hint = tr(
            "Houd de sensor dicht bij deze computer: hoe dichter bij 0 dBm, hoe sterker. ► is die van de vorige keer."
        )
        self.put("hint", hint if look.trouble is None else tr.reason(look.trouble))

    def _rows(self, tr: Translator) -> list[str]:
        chosen, battery = self._before.chosen, self._before.battery
        rows = []
        for number, one in enumerate(self._found, 1):
            mine = chosen is not None and one.is_the(chosen)
            strength = DASH if one.rssi_dbm is None else f"{one.rssi_dbm} dBm"
            charge = f"{tr('batterij')} {battery} %" if mine and battery is not None else ""
            mark = f"{'►' if mine else ' '} [{number}]"
            rows.append((mark, one.name or DASH, one.model, f"…{one.address[-_ADDRESS_END:]}", strength, charge))
        wide = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))] if rows else []
        return ["   ".join(f"{cell:<{w}}" for cell, w in zip(row, wide, strict=True)).rstrip() for row in rows]

    def act(self, press: Press) -> None:
        """Take the sensor, calibrate the one of before, or go back."""
        if press.act is Act.BACK:
            self.dismiss()
        elif press.act is Act.CALIBRATE:
            self.station.show_calibration()
        elif press.act is Act.PICK and press.number <= len(self._found):
            self._link.choose(self._found[press.number - 1])
            self.dismiss()


def _in_order(before: Sequence[Found], now: Sequence[Found]) -> list[Found]:
    """Keep every sensor at the line where it was first shown; one that is gone keeps its line, without its strength."""
    fresh = {one.address: one for one in now}
    kept = [fresh.pop(one.address, msgspec.structs.replace(one, rssi_dbm=None)) for one in before]
    return [*kept, *fresh.values()][:_MOST]
