"""The line above every page and the keys under it."""

from __future__ import annotations

from collections.abc import Iterable

from textual.content import Content
from textual.geometry import Size
from textual.widget import Widget

from teststation.boundary import shown


class TitleBar(Widget):
    """Where we are at the left, who and how the sensor is at the right; orange and outspoken in simulation."""

    def __init__(self) -> None:
        super().__init__(classes="title-bar")
        self._left = self._right = ""

    def show(self, left: str, right: str) -> None:
        """Say where we are."""
        left, right = shown(left), shown(right)
        if (left, right) != (self._left, self._right):
            self._left, self._right = left, right
            self.refresh()

    def render(self) -> Content:
        """Push the right part to the edge; of a left part that is too long the end is left out."""
        room = self.content_size.width - len(self._right)
        left = self._left if len(self._left) < room else self._left[: max(0, room - 2)] + "…"
        return Content(f"{left:<{max(0, room)}}{self._right}")


class KeyBar(Widget):
    """The keys that this page offers now, in as few lines as they fit; an offer is never broken over two."""

    DEFAULT_CSS = "KeyBar { height: auto; }"

    def __init__(self) -> None:
        super().__init__(classes="key-bar")
        self._keys: tuple[tuple[str, str], ...] = ()

    def show(self, keys: Iterable[tuple[str, str]]) -> None:
        """Offer keys, each with its word."""
        if (offered := tuple((shown(key), shown(label)) for key, label in keys)) != self._keys:
            self._keys = offered
            self.refresh(layout=True)

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:  # noqa: ARG002 - Textual's form
        """Tell how many lines the offers take."""
        return len(self._lines(width))

    def render(self) -> Content:
        """Write the lines."""
        lines = ([_offer(key, label) for key, label in line] for line in self._lines(self.content_size.width))
        return Content("\n").join(Content("  ").join(line) for line in lines)

    def _lines(self, width: int) -> list[list[tuple[str, str]]]:
        lines: list[list[tuple[str, str]]] = [[]]
        used = 0
        for key, label in self._keys:
            size = _offer(key, label).cell_length
            if used and used + 2 + size > width:
                lines.append([])
                used = 0
            used += size + (2 if lines[-1] else 0)
            lines[-1].append((key, label))
        return lines


def _offer(key: str, label: str) -> Content:
    return Content.assemble((f" {key} ", "reverse"), f" {label}")
