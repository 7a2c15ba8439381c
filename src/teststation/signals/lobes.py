"""Lobes of vertical velocity: stretches that go up or down, and what tells there of a seat, of steps, of stairs."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from teststation.signals.prepare import RATE_HZ, Array, low_pass

_LOBE_M_S = 0.04
_LOBE_MERGE_S = 0.5
_LOBE_M = 0.08
_JOLT_HZ = 4.0
_LEAST_SAMPLES = 20


@dataclass(frozen=True)
class Lobe:
    """A stretch of vertical velocity of one sign.

    Parameters
    ----------
    start, stop : samples
    fastest : the sample at which it goes fastest
    way_m : how far up, or (negative) down
    seat_m_s2 : restlessness of the vertical acceleration on the side of the seat (before a rise, after a sit), rms
    stand_m_s2 : the same on the other side
    cut : the recording begins or ends in it
    jolts_1_s : faster vertical acceleration (rms above 4 Hz) for each m/s of its speed: high where feet come down
    trust : near 1 where it is smooth, and calm on one side; near 0 in the middle of stepping
    onward_m_s : mean velocity in its own direction beyond its upper end: a stair goes on
    """

    start: int
    stop: int
    fastest: int
    way_m: float
    seat_m_s2: float = 0.0
    stand_m_s2: float = 0.0
    cut: bool = False
    jolts_1_s: float = 0.0
    trust: float = 1.0
    onward_m_s: float = 0.0


def lobes(velocity: Array, acceleration: Array) -> list[Lobe]:
    """Find the stretches of upward and of downward velocity that go somewhere; brief halts are bridged."""
    sign = (velocity > _LOBE_M_S).astype(np.int8) - (velocity < -_LOBE_M_S).astype(np.int8)
    way = np.concatenate([[0.0], np.cumsum(velocity)]) / RATE_HZ
    edges = np.flatnonzero(np.diff(sign, prepend=0, append=0))
    spans: list[tuple[int, int]] = []
    for start, stop in zip(edges[:-1].tolist(), edges[1:].tolist(), strict=True):
        if sign[start] == 0:
            continue
        if spans and sign[spans[-1][0]] == sign[start] and start - spans[-1][1] < _LOBE_MERGE_S * RATE_HZ:
            spans[-1] = (spans[-1][0], stop)
        else:
            spans.append((start, stop))
    jolting = acceleration - low_pass(acceleration, _JOLT_HZ)
    found = []
    for start, stop in spans:
        went = float(way[stop] - way[start])
        if abs(went) < _LOBE_M:
            continue
        before = _restlessness(acceleration, start - 100, start - 20)
        after = _restlessness(acceleration, stop + 20, stop + 100)
        upper = (stop, min(stop + 120, len(velocity))) if went > 0 else (max(start - 120, 0), start)
        onward = (way[upper[1]] - way[upper[0]]) * np.sign(went) * RATE_HZ / max(upper[1] - upper[0], 1)
        fastest = start + int(np.argmax(np.abs(velocity[start:stop])))
        moving = (start - 30, fastest + int(0.7 * (stop - fastest))) if went > 0 else (start - 60, fastest)
        jolts = _restlessness(jolting, *moving) / float(np.abs(velocity[fastest]))
        found.append(
            Lobe(
                start=start,
                stop=stop,
                fastest=fastest,
                way_m=went,
                seat_m_s2=before if went > 0 else after,
                stand_m_s2=after if went > 0 else before,
                cut=stop == len(velocity) or start == 0,
                jolts_1_s=jolts,
                trust=float((0.3 / (0.3 + min(before, after)) / (1.0 + jolts)) ** 2),
                onward_m_s=float(onward),
            )
        )
    return found


def _restlessness(values: Array, start: int, stop: int) -> float:
    """Give the standard deviation of a stretch of a signal; 0 where it is too short to tell."""
    part = values[max(start, 0) : max(stop, 0)]
    return float(part.std()) if len(part) >= _LEAST_SAMPLES else 0.0
