"""Digits ten rows high or more, to be read from across the room; Textual's own are three rows."""

from __future__ import annotations

from rich.segment import Segment
from textual.geometry import Size
from textual.strip import Strip
from textual.widget import Widget

_GLYPHS = {
    "0": ("███", "█ █", "█ █", "█ █", "███"),
    "1": (" █ ", "██ ", " █ ", " █ ", "███"),
    "2": ("███", "  █", "███", "█  ", "███"),
    "3": ("███", "  █", "███", "  █", "███"),
    "4": ("█ █", "█ █", "███", "  █", "  █"),
    "5": ("███", "█  ", "███", "  █", "███"),
    "6": ("███", "█  ", "███", "█ █", "███"),
    "7": ("███", "  █", "  █", "  █", "  █"),
    "8": ("███", "█ █", "███", "█ █", "███"),
    "9": ("███", "█ █", "███", "  █", "███"),
    ",": (" ", " ", " ", " ", "█"),
    ".": (" ", " ", " ", " ", "█"),
    "–": ("   ", "   ", "███", "   ", "   "),
    ">": ("█  ", " █ ", "  █", " █ ", "█  "),
    " ": (" ", " ", " ", " ", " "),
}
GLYPH_ROWS = 5


def block_text(text: str, rows: int) -> list[str]:
    """Draw digits as lines of blocks, `rows` lines high at most; a pixel is about as wide as it is high.

    A terminal's cell is twice as high as wide, so a pixel of r rows has 2r columns.
    """
    scale = max(1, rows // GLYPH_ROWS)
    lines = []
    for row in range(GLYPH_ROWS):
        pixels = " ".join(_GLYPHS[character][row] for character in text if character in _GLYPHS)
        lines += ["".join(pixel * 2 * scale for pixel in pixels)] * scale
    return lines


class BlockDigits(Widget):
    """A number in blocks, as high as the room that it is given, in the middle of it."""

    DEFAULT_CSS = "BlockDigits { height: 10; width: 1fr; }"

    def __init__(self, text: str = "", *, id: str | None = None, classes: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id, classes=classes)
        self._text = text
        self._drawn_at: Size | None = None
        self._lines: list[str] = []

    @property
    def text(self) -> str:
        """The number that is shown."""
        return self._text

    def update(self, text: str) -> None:
        """Show another number."""
        if text != self._text:
            wider = len(text) != len(self._text)
            self._text, self._drawn_at = text, None
            self.refresh(layout=wider)

    def get_content_width(self, container: Size, viewport: Size) -> int:  # noqa: ARG002 - Textual's form
        """Tell how wide the number is at five rows, for a widget whose width follows it."""
        return max(map(len, block_text(self._text, GLYPH_ROWS)), default=0)

    def render_line(self, y: int) -> Strip:
        """Draw a row."""
        size = self.size
        if self._drawn_at != size:
            rows = size.height
            self._lines = block_text(self._text, rows)
            while rows > GLYPH_ROWS and self._lines and len(self._lines[0]) > size.width:
                rows -= GLYPH_ROWS
                self._lines = block_text(self._text, rows)
            self._drawn_at = size
        top = (size.height - len(self._lines)) // 2
        line = self._lines[y - top] if 0 <= y - top < len(self._lines) else ""
        align = self.styles.text_align
        padded = line.ljust(size.width) if align == "left" else line.center(size.width)
        return Strip([Segment(padded[: size.width], self.rich_style)], size.width)
