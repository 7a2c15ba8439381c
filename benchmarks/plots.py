"""A Bland–Altman plot as a small SVG: differences from the reference over the mean of the two."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

import numpy as np

WIDTH, HEIGHT = 440, 280
LEFT, RIGHT, TOP, BOTTOM = 52, 62, 26, 40
STEPS = (0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0)
TICKS = 6
LIMITS = 1.96
"""Limits of agreement, in standard deviations of the differences."""

STYLE = (
    "text{font:11px sans-serif;fill:#333}.t{font-weight:bold}.g{stroke:#e3e3e3}.z{stroke:#999}"
    ".b{stroke:#b3400b;stroke-width:1.5}.l{stroke:#b3400b;stroke-dasharray:5 4}.p{fill:#1d5f8a;fill-opacity:.5}"
)


def bland_altman(points: Sequence[tuple[float, float]], title: str, unit: str) -> str:
    """Draw means and differences, with the mean difference and the limits of agreement."""
    mean, difference = np.array(points, dtype=float).T
    bias = float(difference.mean())
    spread = LIMITS * float(difference.std(ddof=1))
    lowest, highest = _around(float(mean.min()), float(mean.max()))
    most = 1.08 * max(float(np.abs(difference).max()), abs(bias) + spread)

    def x(value: float) -> float:
        return LEFT + (value - lowest) / (highest - lowest) * (WIDTH - LEFT - RIGHT)

    def y(value: float) -> float:
        return TOP + (most - value) / (2.0 * most) * (HEIGHT - TOP - BOTTOM)

    def across(value: float, kind: str) -> str:
        return f'<path class="{kind}" d="M{LEFT} {y(value):.1f}H{WIDTH - RIGHT}"/>'

    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img">',
        f"<title>{title}</title><style>{STYLE}</style>",
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#fff"/>',
        f'<text class="t" x="{LEFT}" y="16">{title}</text>',
    ]
    for value in _ticks(-most, most):
        lines.append(across(value, "z" if value == 0.0 else "g"))
        lines.append(f'<text x="{LEFT - 6}" y="{y(value) + 4:.1f}" text-anchor="end">{_number(value)}</text>')
    for value in _ticks(lowest, highest):
        lines.append(f'<path class="g" d="M{x(value):.1f} {TOP}V{HEIGHT - BOTTOM}"/>')
        lines.append(f'<text x="{x(value):.1f}" y="{HEIGHT - BOTTOM + 15}" text-anchor="middle">{value:g}</text>')
    lines += [f'<circle class="p" cx="{x(m):.1f}" cy="{y(d):.1f}" r="2.5"/>' for m, d in points]
    for value, kind in ((bias, "b"), (bias - spread, "l"), (bias + spread, "l")):
        lines.append(across(value, kind))
        lines.append(f'<text x="{WIDTH - RIGHT + 4}" y="{y(value) + 4:.1f}">{round(value, 2) + 0.0:+.2f} {unit}</text>')
    upright = f"translate(14 {(TOP + HEIGHT - BOTTOM) / 2.0:g}) rotate(-90)"
    middle = (LEFT + WIDTH - RIGHT) / 2.0
    lines += [
        f'<text x="{middle:g}" y="{HEIGHT - 8}" text-anchor="middle">mean of sensor and reference, {unit}</text>',
        f'<text transform="{upright}" text-anchor="middle">sensor − reference, {unit}</text>',
        "</svg>",
    ]
    return "\n".join(lines) + "\n"


def _around(lowest: float, highest: float) -> tuple[float, float]:
    """Leave some air at both ends."""
    air = 0.05 * (highest - lowest) or 0.5
    return lowest - air, highest + air


def _ticks(lowest: float, highest: float) -> Iterator[float]:
    step = next((step for step in STEPS if (highest - lowest) / step <= TICKS), STEPS[-1])
    for k in range(math.ceil(lowest / step), math.floor(highest / step) + 1):
        yield round(k * step, 6)


def _number(value: float) -> str:
    return f"{value:+g}" if value else "0"
