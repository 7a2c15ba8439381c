"""Figures as vectors: the signal of a trial with its phases, and a test's results over the visits."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Sequence

import msgspec
import numpy as np
from numpy.typing import NDArray
from reportlab.graphics.shapes import Circle, Drawing, Line, PolyLine, Rect, String
from reportlab.lib.colors import HexColor
from reportlab.pdfbase.pdfmetrics import stringWidth

from teststation.i18n import Translator
from teststation.model import Analysis, Recording
from teststation.reports.course import Moment
from teststation.reports.pdf.paper import BAND, BLUE, INK, QUIET, REGULAR, RULE, Flowable, load_fonts
from teststation.reports.phases import phases
from teststation.reports.wording import day_words

_AROUND_S = 1.0
_GAP_S = 0.2
"""A longer silence is left open instead of bridged by a line."""
_LEFT, _LANE, _BETWEEN, _ABOVE, _BELOW = 80.0, 46.0, 8.0, 12.0, 24.0
_SMALL = 7.0
_STEPS_S = (0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 60.0, 300.0, 900.0, 3600.0)
_MOST_TICKS = 14
_DOTS_A_POINT = 2.0
_DEG = float(np.degrees(1.0))


class Lane(msgspec.Struct, frozen=True, eq=False):
    """One signal: what it is called, its unit, and (n,) values."""

    label: str
    unit: str
    values: NDArray[np.float64]


def signal_figure(tr: Translator, recording: Recording, analysis: Analysis | None, width: float) -> Flowable:
    """Draw a trial's signal in two lanes, magnitudes as on the screen, over bands that are its phases."""
    load_fonts()
    found = phases(tr, analysis) if analysis is not None else []
    first_s, last_s = float(recording.time_s[0]), float(recording.time_s[-1])
    cue_s = recording.cue_s
    if found:
        begin_s = found[0].start_s if cue_s is None else min(cue_s, found[0].start_s)
        first_s, last_s = max(first_s, begin_s - _AROUND_S), min(last_s, found[-1].end_s + _AROUND_S)
    zero_s = cue_s if cue_s is not None else found[0].start_s if found else first_s
    shown = (recording.time_s >= first_s) & (recording.time_s <= last_s)
    time_s = recording.time_s[shown]
    lanes = (
        Lane(tr("versnelling"), "m/s²", np.linalg.norm(recording.acceleration[shown], axis=1)),
        Lane(tr("draaisnelheid"), "°/s", np.linalg.norm(recording.angular_velocity[shown], axis=1) * _DEG),
    )
    height = _ABOVE + len(lanes) * _LANE + (len(lanes) - 1) * _BETWEEN + _BELOW
    drawing, span_s = Drawing(width, height, initialFontName=REGULAR), max(last_s - first_s, 1e-3)
    top = height - _ABOVE

    def x(moment_s: float) -> float:
        return _LEFT + (moment_s - first_s) / span_s * (width - _LEFT)

    for number, phase in enumerate(found):
        a, b = x(phase.start_s), x(phase.end_s)
        if number % 2 == 0:
            drawing.add(Rect(a, _BELOW, b - a, top - _BELOW, fillColor=HexColor(BAND), strokeColor=None))
        for edge in (a, b):
            drawing.add(_line((edge, _BELOW), (edge, top), RULE, 0.4))
        if stringWidth(phase.name, REGULAR, _SMALL) <= b - a:
            drawing.add(_text((a + b) / 2, top + 3, phase.name, "middle", INK))
    if cue_s is not None and first_s <= cue_s <= last_s:
        drawing.add(_line((x(cue_s), _BELOW), (x(cue_s), top), INK, 0.8, dashes=(2, 2)))
    for number, lane in enumerate(lanes):
        bottom = top - (number + 1) * _LANE - number * _BETWEEN
        _draw_lane(drawing, lane, time_s, x, (bottom, bottom + _LANE))
    named = tr("s na het startsein") if cue_s is not None else tr("s na de eerste beweging") if found else "s"
    _draw_seconds(drawing, (first_s, last_s), zero_s, x, named)
    return drawing


def trend_figure(tr: Translator, moments: Sequence[Moment], unit: str, width: float) -> Flowable:
    """Draw a test's results over the visits; a bar is the measurement error about the result before."""
    load_fonts()
    height, right, top = 118.0, 24.0, 110.0
    drawing = Drawing(width, height, initialFontName=REGULAR)
    low, high = _range(moments)
    decimals = {"1": 0, "m/s": 2}.get(unit, 1)

    def y(value: float) -> float:
        return _BELOW + (value - low) / (high - low) * (top - _BELOW)

    def x(number: int) -> float:
        return _LEFT + (number + 0.5) / len(moments) * (width - _LEFT - right)

    for value in _round_values(low, high):
        drawing.add(_line((_LEFT, y(value)), (width - right, y(value)), BAND, 0.5))
        drawing.add(
            _text(_LEFT - 5, y(value) - 2.5, tr.number(value, 0 if float(value).is_integer() else 1), "end", QUIET)
        )
    drawing.add(_text(0, top - 3, unit if unit != "1" else tr("keer"), "start", QUIET))
    for number, moment in enumerate(moments):
        if moment.held_against is not None:
            before, error = moment.held_against
            bar = (x(number) - 7, y(before - error), 14, y(before + error) - y(before - error))
            drawing.add(Rect(*bar, fillColor=HexColor("#D9D9D9"), strokeColor=HexColor(RULE), strokeWidth=0.4))
    points = [(x(number), y(moment.value)) for number, moment in enumerate(moments)]
    if len(points) > 1:
        drawing.add(PolyLine([c for point in points for c in point], strokeColor=HexColor(BLUE), strokeWidth=0.8))
    ahead = [*(after[1] for after in points[1:]), 0.0]
    for (px, py), after, moment in zip(points, ahead, moments, strict=True):
        drawing.add(_line((px, y(moment.interval[0])), (px, y(moment.interval[1])), BLUE, 1.0))
        filled = HexColor("#FFFFFF") if moment.at_least else HexColor(BLUE)
        drawing.add(Circle(px, py, 2.6, fillColor=filled, strokeColor=HexColor(BLUE), strokeWidth=1.0))
        shown = f"{'> ' if moment.at_least else ''}{tr.number(moment.value, decimals)}"
        drawing.add(_text(px + 10, py - 10 if after > py else py + 4, shown, "start", INK))
        drawing.add(_text(px, 8, day_words(tr, moment.day), "middle", QUIET))
    return drawing


def thinned(
    time_s: NDArray[np.float64], values: NDArray[np.float64], columns: int
) -> list[tuple[NDArray[np.float64], NDArray[np.float64]]]:
    """Thin a signal to what a page can show, the lowest and the highest of each column, in stretches without a gap."""
    cuts = np.flatnonzero(np.diff(time_s) > _GAP_S) + 1
    stretches = zip(np.split(time_s, cuts), np.split(values, cuts), strict=True)
    share = columns / max(len(time_s), 1)
    return [_thin(t, v, max(2, math.ceil(len(t) * share))) for t, v in stretches if len(t) > 1]


def _thin(
    time_s: NDArray[np.float64], values: NDArray[np.float64], columns: int
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    if len(time_s) <= 2 * columns:
        return time_s, values
    edges = np.linspace(0, len(time_s), columns + 1).astype(int)
    kept = [
        i for a, b in itertools.pairwise(edges) for i in sorted((a + values[a:b].argmin(), a + values[a:b].argmax()))
    ]
    return time_s[kept], values[kept]


def _draw_lane(
    drawing: Drawing,
    lane: Lane,
    time_s: NDArray[np.float64],
    x: Callable[[float], float],
    edges: tuple[float, float],
) -> None:
    bottom, top = edges
    low, high = (float(lane.values.min()), float(lane.values.max())) if len(lane.values) else (0.0, 1.0)
    high = max(high, low + 1e-6)
    columns = int(_DOTS_A_POINT * (drawing.width - _LEFT))
    for moments, values in thinned(time_s, lane.values, columns):
        heights = bottom + (values - low) / (high - low) * (top - bottom)
        points = [
            c for t, h in zip(moments.tolist(), heights.tolist(), strict=True) for c in (round(x(t), 2), round(h, 2))
        ]
        drawing.add(PolyLine(points, strokeColor=HexColor(INK), strokeWidth=0.5, strokeLineJoin=1))
    drawing.add(_text(0, top - 7, lane.label, "start", INK))
    drawing.add(_text(0, top - 16, lane.unit, "start", QUIET))
    drawing.add(_text(_LEFT - 4, top - 6, f"{high:.0f}", "end", QUIET))
    drawing.add(_text(_LEFT - 4, bottom, f"{low:.0f}", "end", QUIET))


def _draw_seconds(
    drawing: Drawing, span_s: tuple[float, float], zero_s: float, x: Callable[[float], float], named: str
) -> None:
    first_s, last_s = span_s
    step_s = next((step for step in _STEPS_S if (last_s - first_s) / step <= _MOST_TICKS), _STEPS_S[-1])
    drawing.add(_line((x(first_s), _BELOW), (x(last_s), _BELOW), QUIET, 0.5))
    for number in range(math.ceil((first_s - zero_s) / step_s), math.floor((last_s - zero_s) / step_s) + 1):
        at = x(zero_s + number * step_s)
        drawing.add(_line((at, _BELOW - 3), (at, _BELOW), QUIET, 0.5))
        drawing.add(_text(at, _BELOW - 10, f"{number * step_s:g}", "middle", QUIET))
    drawing.add(_text((x(first_s) + x(last_s)) / 2, _BELOW - 19, named, "middle", QUIET))


def _range(moments: Sequence[Moment]) -> tuple[float, float]:
    """Give the range to draw: all values, intervals and bars, with some air."""
    values = [v for m in moments for v in (m.value, *m.interval)]
    values += [
        v for m in moments if m.held_against for v in (sum(m.held_against), m.held_against[0] - m.held_against[1])
    ]
    low, high = min(values), max(values)
    air = 0.12 * (high - low) or 0.1 * abs(high) or 1.0
    return low - air, high + air


def _round_values(low: float, high: float) -> list[float]:
    """Give three to six round values within a range."""
    rough = (high - low) / 4
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(power * factor for factor in (1, 2, 5, 10) if power * factor >= rough)
    return [number * step for number in range(math.ceil(low / step), math.floor(high / step) + 1)]


def _line(
    start: tuple[float, float],
    end: tuple[float, float],
    colour: str,
    width: float,
    dashes: tuple[int, int] | None = None,
) -> Line:
    return Line(*start, *end, strokeColor=HexColor(colour), strokeWidth=width, strokeDashArray=dashes)


def _text(x: float, y: float, text: str, anchor: str, colour: str) -> String:
    return String(x, y, text, fontName=REGULAR, fontSize=_SMALL, textAnchor=anchor, fillColor=HexColor(colour))
