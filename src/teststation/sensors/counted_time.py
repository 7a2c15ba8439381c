"""The time of samples that carry none: counted, along the line under their arrivals.

A maker's promise of a rate is not believed: a sensor set to 100 Hz has been seen to send 70 (WITMOTION,
WitStandardProtocol_JY901#14). A sample cannot arrive before it was taken, so the line under all arrivals, as a sample's
number against its arrival, is the sensor's own even beat with the least delay. The rate is measured so before the first
sample has a time, and followed after that; times run along the line, steered gently.

How good (tests/sensors/test_counted_time.py): the duration of a test is right to a part of a connection interval from
half a minute after the beginning of a link, and to about a whole one before. What cannot be seen of a sample: that a
few before it were lost, which the steering takes up; the very moment of a longer loss that leaves no pause; and that
it came twice. Where of a hundred packets one is lost or doubled by chance, a duration of 12 s is off by up to 0.07 s
(95 %); where five are, by 0.12 s; where twenty are lost, by 0.23 s. But it can be seen of all samples together, by how
far times and arrivals wander apart, and by so much the recording is less certain (`wandering_s`). A radio sends again
what is not confirmed, so that only a sensor whose memory overflows loses packets so. A time stamp or a counter is
better in all of this.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from teststation.sensors.base import Packet
from teststation.sensors.driver import Reading

MEASURE_S = 2.0
"""So long the rate is measured before anything is given."""
PAUSE_S, SETTLE_S = 0.25, 0.3
"""After a pause of so long, it is seen for so long whether what comes makes up for it, or samples were lost."""
HOLE_S = 0.05
"""A connection interval: samples that stay later than this come after others that were lost."""
_SPAN_S, _SPANS, _FEWEST_SPANS, _LATE_SPANS = 1.0, 60, 5, 2
"""Of each second the least late packet is kept, for a minute; the line is laid anew through so many or more; so many
seconds that are late throughout show a hole without a pause."""
_STEER_S, _STEEPEST, _STEEPEST_FIRST = 3.0, 0.02, 0.1
"""A difference from the line is made up in so many seconds, by no more than a share of the rate: the second one as long
as the line is short."""
_WANDER_OVER_S = 0.5
"""So long holds at least eight connection events, one of which nothing held up."""

Arrived = tuple[Reading, float]
Point = tuple[float, float]
"""Number of a sample, and arrival of the packet that it ended."""


class CountedTime:
    """The times of one sensor's samples, by their number."""

    def __init__(self) -> None:
        self.period_s = 0.0
        self._waiting: list[Arrived] = []
        self._last_arrival_s = math.inf
        self._count = 0.0
        self._zero_s = 0.0
        self._next_s = 0.0
        self._points: deque[Point] = deque(maxlen=_SPANS)
        self._best: Point | None = None
        self._span_end_s = 0.0
        self._late_spans = 0

    def connected(self) -> None:
        """Take note of a new link: samples are missing, and only the arrival of the next ones tells how many."""
        self._waiting.clear()
        if self.period_s:
            self._last_arrival_s = -math.inf

    def take(self, reading: Reading, arrival_s: float) -> list[tuple[float, Reading, float]]:
        """Take a reading in; give the time of the first sample, the reading and its arrival of all that have one."""
        paused = arrival_s - self._last_arrival_s > PAUSE_S
        self._last_arrival_s = arrival_s
        if self.period_s and not paused and not self._waiting:
            return [self._place(reading, arrival_s)]
        # two pauses are looked at one by one: what came between them says nothing of the second
        placed = self._all_that_waited() if self.period_s and paused else []
        self._waiting.append((reading, arrival_s))
        if arrival_s - self._waiting[0][1] >= (SETTLE_S if self.period_s else MEASURE_S):
            placed += self._all_that_waited()
        return placed

    def _all_that_waited(self) -> list[tuple[float, Reading, float]]:
        arrived, self._waiting = self._waiting, []
        if not arrived:
            return []
        if self.period_s:
            self._settle(arrived)
        else:
            self._measure(arrived)
        return [self._place(*one) for one in arrived]

    def _measure(self, arrived: list[Arrived]) -> None:
        """Lay the first line."""
        self._lay_line(_points(arrived))
        self._next_s = self._line_s(0.0)
        self._span_end_s = arrived[0][1] + _SPAN_S

    def _settle(self, arrived: list[Arrived]) -> None:
        """See after a pause how late all of it is: what only waited has caught up, what was lost has not."""
        late_s = min(arrival_s - self._line_s(self._count + number) for number, arrival_s in _points(arrived))
        self._late_spans = 0
        self._best = None
        self._span_end_s = arrived[-1][1] + _SPAN_S
        if late_s > HOLE_S:
            self._skip(late_s)

    def _skip(self, late_s: float) -> None:
        """Leave a hole; how many samples it took is not known to one, so that the line begins anew behind it."""
        self._count += late_s / self.period_s
        self._next_s += late_s
        self._points.clear()
        self._best = None
        self._late_spans = 0

    def _place(self, reading: Reading, arrival_s: float) -> tuple[float, Reading, float]:
        if arrival_s >= self._span_end_s:
            self._close_span(arrival_s)
        samples = len(reading.acceleration)
        last = self._count + samples - 1
        late_s = arrival_s - self._line_s(last)
        self._zero_s += min(late_s, 0.0)
        if self._best is None or late_s < self._best[1] - self._line_s(self._best[0]):
            self._best = (last, arrival_s)
        steepest = _STEEPEST_FIRST if len(self._points) < _FEWEST_SPANS else _STEEPEST
        steer = max(-steepest, min(steepest, (self._line_s(self._count) - self._next_s) / _STEER_S))
        first_s = self._next_s
        self._next_s += samples * self.period_s * (1.0 + steer)
        self._count += samples
        return first_s, reading, arrival_s

    def _close_span(self, now_s: float) -> None:
        """Look back on a second: lay the line anew, or see that samples are missing."""
        best, self._best = self._best, None
        self._span_end_s = now_s + _SPAN_S
        if best is None:
            return
        late_s = best[1] - self._line_s(best[0])
        if late_s <= HOLE_S:
            self._late_spans = 0
            self._points.append(best)
            if len(self._points) >= _FEWEST_SPANS:
                self._lay_line(list(self._points))
            return
        self._late_spans += 1
        if self._late_spans >= _LATE_SPANS:
            self._skip(late_s)

    def _lay_line(self, points: list[Point]) -> None:
        mean_s = (points[-1][1] - points[0][1]) / (points[-1][0] - points[0][0])
        (first, first_s), (last, last_s) = _edge_under(points)
        edge_s = (last_s - first_s) / (last - first)
        # an edge is no beat where all came at once after a stall
        self.period_s = edge_s if mean_s / 2.0 < edge_s < mean_s * 2.0 else mean_s
        self._zero_s = min(arrival_s - self.period_s * number for number, arrival_s in points)

    def _line_s(self, number: float) -> float:
        return self._zero_s + self.period_s * number


def wandering_s(packets: Sequence[Packet]) -> float:
    """Tell by how much the times of counted samples are off from each other, at the worst, as far as arrivals show it.

    The least late packet of each half second has waited for nothing. So all of these are as late as each other, unless
    samples before some of them were lost, or came twice, and nobody saw it.
    """
    if not packets:
        return 0.0
    arrivals_s = np.array([packet.arrival_s for packet in packets])
    late_s = arrivals_s - np.array([packet.time_s[-1] for packet in packets])
    begins = np.flatnonzero(np.diff((arrivals_s - arrivals_s[0]) // _WANDER_OVER_S, prepend=-1.0))
    least_s = np.minimum.reduceat(late_s, begins)[:-1]  # the last is cut short
    return float(np.ptp(least_s)) if len(least_s) else 0.0


def _points(arrived: list[Arrived]) -> list[Point]:
    """Give the last sample of each packet its number, counted from 0 in the first packet."""
    last, points = -1.0, []
    for reading, arrival_s in arrived:
        last += len(reading.acceleration)
        points.append((last, arrival_s))
    return points


def _edge_under(points: list[Point]) -> tuple[Point, Point]:
    """Give the edge of the lower convex hull that lies below the middle.

    Source: Moon, Skelly and Towsley 1999, doi:10.1109/INFCOM.1999.749287, take the line under all delays for a clock's
    rate; the hull is Andrew's monotone chain.
    """
    hull: list[Point] = []
    for x, y in points:
        while len(hull) > 1 and _is_above(hull[-2], hull[-1], (x, y)):
            hull.pop()
        hull.append((x, y))
    middle = (points[0][0] + points[-1][0]) / 2.0
    return next((a, b) for a, b in pairwise(hull) if b[0] >= middle)


def _is_above(first: Point, middle: Point, last: Point) -> bool:
    return (middle[0] - first[0]) * (last[1] - first[1]) <= (middle[1] - first[1]) * (last[0] - first[0])
