"""Two labelled lanes of a signal in braille dots: cheap enough to draw ten times a second on an old laptop.

Packaged plots cost 2.5 to 6 times the processor time (tui.md 3a), mostly per cell; here a row is one string. Where a
terminal has no braille, half blocks do: an eighth of the dots, and still the same movement.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence

import msgspec
import numpy as np
from numpy.typing import NDArray
from rich.segment import Segment
from textual.strip import Strip
from textual.widget import Widget

from teststation.boundary import shown


class Dots(msgspec.Struct, frozen=True, eq=False):
    """What the dots of a cell are made of.

    Parameters
    ----------
    bits : (rows, columns) the bit of each dot of a cell
    characters : by the pattern that the bits make
    mark : the pattern of an upright line at a moment, dotted
    """

    bits: NDArray[np.uint8]
    characters: str
    mark: int


BRAILLE = Dots(
    np.array([[0x01, 0x08], [0x02, 0x10], [0x04, 0x20], [0x40, 0x80]], dtype=np.uint8),
    " " + "".join(map(chr, range(0x2801, 0x2900))),
    0x01 | 0x04,
)
BLOCKS = Dots(np.array([[0x01], [0x02]], dtype=np.uint8), " ▀▄█", 0x01)
_GAP_S = 0.2
"""A longer silence is left open instead of bridged by a line."""


class Lane(msgspec.Struct, frozen=True):
    """One signal: what it is called, its unit, and the range that is drawn."""

    label: str
    unit: str
    low: float
    high: float


def draw(
    time_s: NDArray[np.float64],
    values: NDArray[np.float64],
    span_s: tuple[float, float],
    value_range: tuple[float, float],
    size: tuple[int, int],
    *,
    dots: Dots = BRAILLE,
) -> NDArray[np.uint8]:
    """Draw a line of (n,) values over (n,) seconds into patterns of dots, `size` (width, height) of them.

    Each dot column is filled from the lowest to the highest value that falls into it and joined with the one before, so
    that no peak is lost however many samples share a column.
    """
    width, height = size
    cell_rows, cell_columns = dots.bits.shape
    columns, rows = width * cell_columns, height * cell_rows
    cells = np.zeros((height, width), np.uint8)
    inside = (time_s >= span_s[0]) & (time_s <= span_s[1]) & np.isfinite(values)
    if not inside.any() or columns < cell_columns or rows < cell_rows:
        return cells
    time_s, values = time_s[inside], values[inside]
    low, high = value_range
    at = np.minimum(((time_s - span_s[0]) / (span_s[1] - span_s[0]) * columns).astype(int), columns - 1)
    y = np.clip((high - values) / (high - low) * (rows - 1), 0, rows - 1).round().astype(int)
    top = np.full(columns, rows)
    bottom = np.full(columns, -1)
    np.minimum.at(top, at, y)
    np.maximum.at(bottom, at, y)
    for start, end in _unbroken(time_s):
        _join(top, bottom, at[start:end], y[start:end])
    row = np.arange(rows)[:, None]
    lit = (row >= top) & (row <= bottom)
    patterns = lit.reshape(height, cell_rows, width, cell_columns) * dots.bits[None, :, None, :]
    cells[:] = patterns.sum(axis=(1, 3))
    return cells


def _unbroken(time_s: NDArray[np.float64]) -> list[tuple[int, int]]:
    cuts = np.flatnonzero(np.diff(time_s) > _GAP_S) + 1
    edges = [0, *cuts.tolist(), len(time_s)]
    return list(itertools.pairwise(edges))


def _join(top: NDArray[np.int_], bottom: NDArray[np.int_], at: NDArray[np.int_], y: NDArray[np.int_]) -> None:
    """Fill the columns between samples, and stretch each column to its neighbour, in place."""
    first, last = at[0], at[-1]
    if first == last:
        return
    between = np.arange(first, last + 1)
    line = np.interp(between, at, y).round().astype(int)
    before = np.concatenate((line[:1], line[:-1]))
    top[first : last + 1] = np.minimum(top[first : last + 1], np.minimum(line, before))
    bottom[first : last + 1] = np.maximum(bottom[first : last + 1], np.maximum(line, before))


class SignalPlot(Widget):
    """Lanes under each other with their names at the left; marks are upright lines at moments.

    Parameters
    ----------
    dots : those that the terminal can show
    """

    DEFAULT_CSS = "SignalPlot { height: 1fr; width: 1fr; }"
    COMPONENT_CLASSES = {"signal-plot--name", "signal-plot--lane-1", "signal-plot--lane-2"}  # noqa: RUF012 - Textual's form

    def __init__(self, *, dots: Dots = BRAILLE, id: str | None = None, classes: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id, classes=classes)
        self._dots = dots
        self._characters = np.array(list(dots.characters))
        self._lanes: tuple[Lane, ...] = ()
        self._time_s: NDArray[np.float64] = np.empty(0)
        self._values: tuple[NDArray[np.float64], ...] = ()
        self._span_s = (0.0, 1.0)
        self._marks: tuple[float, ...] = ()
        self._rows: list[Strip] | None = None

    @property
    def names_width(self) -> int:
        """Columns that the names take."""
        return max((len(text) for lane in self._lanes for text in (lane.label, lane.unit)), default=0) + 2

    def column(self, time_s: float) -> int:
        """Tell in which column of the widget a moment lies."""
        width = self.size.width - self.names_width
        share = (time_s - self._span_s[0]) / (self._span_s[1] - self._span_s[0])
        return self.names_width + min(max(int(share * width), 0), width - 1)

    def show(
        self,
        lanes: Sequence[Lane],
        time_s: NDArray[np.float64],
        values: Sequence[NDArray[np.float64]],
        span_s: tuple[float, float],
        marks: Sequence[float] = (),
    ) -> None:
        """Draw (n,) values of each lane over (n,) seconds within the span."""
        self._lanes, self._time_s, self._values = tuple(lanes), time_s, tuple(values)
        self._span_s, self._marks = span_s, tuple(marks)
        self._rows = None
        self.refresh()

    def on_resize(self) -> None:
        """Draw anew at the new size."""
        self._rows = None

    def notify_style_update(self) -> None:
        """Draw anew in the new colours."""
        super().notify_style_update()
        self._rows = None

    def render_line(self, y: int) -> Strip:
        """Give a row."""
        if self._rows is None:
            self._rows = self._draw()
        return self._rows[y] if y < len(self._rows) else Strip.blank(self.size.width, self.rich_style)

    def _draw(self) -> list[Strip]:
        names, lanes = self.names_width, len(self._lanes)
        width, height = self.size.width - names, self.size.height // lanes if lanes else 0
        if width < 1 or height < 1:
            return []
        name = self.get_component_rich_style("signal-plot--name")
        marked = [self.column(mark) - names for mark in self._marks if self._span_s[0] <= mark <= self._span_s[1]]
        rows = []
        for number, (lane, values) in enumerate(zip(self._lanes, self._values, strict=True)):
            colour = self.get_component_rich_style(f"signal-plot--lane-{number % 2 + 1}")
            drawn = draw(self._time_s, values, self._span_s, (lane.low, lane.high), (width, height), dots=self._dots)
            drawn[:, marked] |= self._dots.mark
            for y in range(height):
                text = "".join(self._characters[drawn[y]].tolist())
                label = shown({0: lane.label, 1: lane.unit}.get(y, ""))
                rows.append(Strip([Segment(f"{label:<{names}}", name), Segment(text, colour)], self.size.width))
        return rows
