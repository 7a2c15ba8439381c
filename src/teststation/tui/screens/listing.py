"""A list that may be longer than the window."""

from __future__ import annotations

from collections.abc import Sequence

from teststation.tui.keys import Act


def moved(at: int, act: Act, count: int) -> int:
    """Give where the mark stands among so many lines after a key up or down: it stays at either end."""
    return max(0, min(at + (1 if act is Act.DOWN else -1), count - 1))


def window(rows: Sequence[str], at: int, room: int) -> str:
    """Write the rows around the marked one, as many as there is room for, and how many there are beside them."""
    room = max(1, room)
    first = max(0, min(at - room // 2, len(rows) - room))
    some = rows[first : first + room]
    lines = [f"{'►' if number == at else ' '} {row}" for number, row in enumerate(some, first)]
    if len(some) < len(rows):
        lines.append(f"  {first + 1}–{first + len(some)} / {len(rows)}")
    return "\n".join(lines)


def around(blocks: Sequence[Sequence[str]], at: int, room: int) -> list[str]:
    """Give the rows of the blocks around one, as many whole ones as there is room for, and say where there are more."""
    first = last = at
    while True:
        grown = False
        for low, high in ((first, last + 1), (first - 1, last)):
            some = blocks[max(0, low) : high + 1]
            if low >= 0 and high < len(blocks) and sum(map(len, some)) + 1 <= room:
                first, last, grown = low, high, True
        if not grown:
            break
    rows = [row for block in blocks[first : last + 1] for row in block]
    if len(blocks) > last - first + 1:
        rows.append(f"  {first + 1}–{last + 1} / {len(blocks)}")
    return rows
