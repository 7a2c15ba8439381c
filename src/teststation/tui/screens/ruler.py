"""The phases of an analysed trial as marks and words under its signal."""

from __future__ import annotations

from collections.abc import Callable

from teststation.reports.phases import Phase


def ruler(found: list[Phase], column: Callable[[float], int], width: int) -> str:
    """Write the phases' names between bars at their columns; a name that does not fit is cut, never moved."""
    cells = [" "] * width
    for phase in found:
        a, b = column(phase.start_s), column(phase.end_s)
        cells[min(a, width - 1)] = cells[min(b, width - 1)] = "│"
        room = b - a - 1
        if room > 0:
            cells[a + 1 : b] = phase.name[:room].center(room)
    return "".join(cells).rstrip()
