"""A list that may be longer than the window."""

from __future__ import annotations

from collections.abc import Sequence


def window(rows: Sequence[str], at: int, room: int) -> str:
    """Write the rows around the marked one, as many as there is room for, and how many there are beside them."""
    room = max(1, room)
    first = max(0, min(at - room // 2, len(rows) - room))
    some = rows[first : first + room]
    lines = [f"{'►' if number == at else ' '} {row}" for number, row in enumerate(some, first)]
    if len(some) < len(rows):
        lines.append(f"  {first + 1}–{first + len(some)} / {len(rows)}")
    return "\n".join(lines)
