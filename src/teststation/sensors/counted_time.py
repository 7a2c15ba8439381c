"""Times of samples from a sensor that has no clock and no counter: they are counted, and their rate is measured.

What the sensor promises is no time: one that was set to 100 Hz sent 70. A sample cannot arrive before it was taken, so
the line under all arrivals, as sample number against arrival, is the sensor's own even beat with the least delay. The
times given here run along that line, steered gently so that none goes back or jumps.

What this can know: the duration of a test, to a part of a connection interval from half a minute after the beginning of a
link, and to about a whole one before (tests/sensors/test_counted_time.py). What it cannot: a loss of a few samples, which
the steering takes up within seconds; the very moment of a longer one, which shows only once the arrivals stay late, and
is then told as a gap; and a packet that came twice. A time stamp or a counter is better in all of this.
"""

from __future__ import annotations

import math
from collections import deque
from itertools import pairwise

import numpy as np

from teststation.sensors.base import Gap, Packet
from teststation.sensors.driver import Reading

_SPAN_S = 1.0
"""Of each second the least delayed packet is kept."""
_SPANS = 60
_FEWEST_SPANS = 8
"""From so many seconds on the line tells a loss from a rate that is not known yet."""
_STEER_S = 3.0
_STEEPEST_STEER, _STEEPEST_FIRST_STEER = 0.02, 0.5
"""A difference from the line is made up in so many seconds, by no more than this share of the rate; the second is for
the first seconds of a link, in which the rate may be far from what was promised."""
_LATE_S = 0.05
"""A connection interval: whoever stays later than this for two seconds is late by samples that were lost."""
_LATE_SPANS = 2
_RATE_OFF = 0.5
"""The rate is believed within this share of what is promised: beyond it the sensor is another."""

_Point = tuple[float, float]
"""Number of a sample, arrival of the packet that it ended."""


class CountedTime:
    """The times of one sensor's samples, counted. It is asked as `DeviceTime` is.

    Parameters
    ----------
    nominal_rate_hz : what the sensor promises; believed until it is measured
    """

    def __init__(self, nominal_rate_hz: float) -> None:
        self._nominal_s = self._period_s = 1.0 / nominal_rate_hz
        self._count = 0.0
        self._zero_s = 0.0
        self._end_s = -math.inf
        self._points: deque[_Point] = deque(maxlen=_SPANS)
        self._best: _Point | None = None
        self._span_ends_s = 0.0
        self._late_spans = 0
        self._fresh = True
        self.lost_samples = 0
        self.discarded_samples = 0
        self.epochs = 0

    @property
    def rate_hz(self) -> float:
        """The measured rate, by the host's clock."""
        return 1.0 / self._period_s

    def connected(self) -> None:
        """Take note of a new link: how many samples were taken meanwhile nobody counted."""
        self._fresh = True

    def take(self, reading: Reading, arrival_s: float) -> list[Packet | Gap]:
        """Take a reading in; give its samples with their times."""
        given: list[Packet | Gap] = []
        samples = len(reading.acceleration)
        if self._fresh:
            given += self._begin(samples, arrival_s)
        elif arrival_s >= self._span_ends_s:
            given += self._close_span(arrival_s)
        self._count += samples
        late_s = arrival_s - self._line_s(self._count)
        self._zero_s += min(late_s, 0.0)
        if self._best is None or late_s < self._best[1] - self._line_s(self._best[0]):
            self._best = (self._count, arrival_s)
        length_s = samples * self._period_s
        off_s = self._line_s(self._count) - self._end_s - length_s
        steepest = _STEEPEST_STEER if self._known else _STEEPEST_FIRST_STEER
        steered_s = length_s * (1.0 + max(-steepest, min(steepest, off_s / _STEER_S)))
        time_s = self._end_s + steered_s * np.arange(1, samples + 1) / samples
        self._end_s = float(time_s[-1])
        given.append(Packet(arrival_s, time_s, reading.acceleration, reading.angular_velocity))
        return given

    def flush(self) -> list[Packet | Gap]:
        """Give nothing: no packet waits for another where none has a number."""
        return []

    @property
    def _known(self) -> bool:
        return len(self._points) >= _FEWEST_SPANS

    def _line_s(self, count: float) -> float:
        return self._zero_s + self._period_s * count

    def _begin(self, samples: int, arrival_s: float) -> list[Packet | Gap]:
        """Lay the line through the first packet of a link. What was learnt of the rate stays; a hole stays a hole."""
        before_s = self._end_s
        self._fresh = False
        self._points.clear()
        self._best = None
        self._late_spans = 0
        self._span_ends_s = arrival_s + _SPAN_S
        self._count = 0.0
        self._zero_s = max(arrival_s - samples * self._period_s, before_s + self._period_s)
        self._end_s = self._zero_s
        if before_s == -math.inf:
            return []
        self.lost_samples += max(0, round((self._end_s - before_s) / self._period_s) - 1)
        return [Gap(before_s, self._end_s + self._period_s)]

    def _close_span(self, arrival_s: float) -> list[Packet | Gap]:
        """Look back on a second: measure anew, or see that samples are missing."""
        best, self._best = self._best, None
        self._span_ends_s = arrival_s + _SPAN_S
        if best is None:
            return []
        late_s = best[1] - self._line_s(best[0])
        self._late_spans = self._late_spans + 1 if self._known and late_s > _LATE_S else 0
        if self._late_spans >= _LATE_SPANS:
            return self._skip(round(late_s / self._period_s))
        if not self._late_spans:
            self._points.append(best)
            self._measure()
        return []

    def _skip(self, samples: int) -> list[Packet | Gap]:
        self._late_spans = 0
        self._count += samples
        self.lost_samples += samples
        before_s = self._end_s
        self._end_s += samples * self._period_s
        return [Gap(before_s, self._end_s + self._period_s)]

    def _measure(self) -> None:
        """Lay the line anew: the edge, under all points, that lies below the middle of them."""
        points = list(self._points)
        if len(points) < 2:  # noqa: PLR2004 - a line has two
            return
        middle = (points[0][0] + points[-1][0]) / 2
        (k0, s0), (k1, s1) = _edge_under(points, middle)
        period_s = (s1 - s0) / (k1 - k0)
        if abs(period_s / self._nominal_s - 1.0) > _RATE_OFF:
            return
        self._period_s = period_s
        self._zero_s = min(arrival_s - period_s * count for count, arrival_s in points)


def _edge_under(points: list[_Point], at: float) -> tuple[_Point, _Point]:
    """Give the edge of the lower convex hull that spans a place on its x axis.

    Source: Andrew's monotone chain; Moon, Skelly and Towsley 1999 for skew by the line under all delays.
    """
    hull: list[_Point] = []
    for x, y in points:
        while len(hull) > 1 and (hull[-1][0] - hull[-2][0]) * (y - hull[-2][1]) <= (hull[-1][1] - hull[-2][1]) * (
            x - hull[-2][0]
        ):
            hull.pop()
        hull.append((x, y))
    return next((a, b) for a, b in pairwise(hull) if b[0] >= at)
