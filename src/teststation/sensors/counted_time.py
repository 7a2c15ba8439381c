"""The time of samples that carry none: counted, at the rate that they are seen to come at.

A maker's promise of a rate is not believed: a sensor set to 100 Hz has been seen to send 70 (WITMOTION,
WitStandardProtocol_JY901#14). So the rate is measured before the first sample has a time, and followed after that.

How good: within 50 ms. Single packets that are lost cannot be told from a sensor that slows down; a hole of more than
that is seen, as all that follows comes late for good.
"""

from __future__ import annotations

import math

from teststation.sensors.driver import Reading

MEASURE_S = 2.0
"""So long the rate is measured before anything is given, and over windows of this length it is followed."""
PAUSE_S, SETTLE_S = 0.25, 0.3
"""After a pause of so long, it is seen for so long whether what comes makes up for it, or samples were lost."""
HOLE_S = 0.05
"""All of a window later than this: samples were lost before it."""
_TO_RATE, _TO_PHASE = 0.2, 0.3
"""What part of a window's lateness changes the rate for good, and what part is made up for in the next window."""

Arrived = tuple[Reading, float]


class CountedTime:
    """The times of one sensor's samples, by their number."""

    def __init__(self) -> None:
        self.period_s = 0.0
        self._waiting: list[Arrived] = []
        self._last_arrival_s = math.inf
        self._next_s = 0.0
        self._zero_s = 0.0
        self._pace = 1.0
        self._usual_late_s: float | None = None
        self._least_late_s = math.inf
        self._window_end_s = -math.inf

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
        self._waiting.append((reading, arrival_s))
        if arrival_s - self._waiting[0][1] < (SETTLE_S if self.period_s else MEASURE_S):
            return []
        arrived, self._waiting = self._waiting, []
        if self.period_s:
            self._settle(arrived)
        else:
            self._measure(arrived)
        return [self._place(*one) for one in arrived]

    def _measure(self, arrived: list[Arrived]) -> None:
        first_s, last_s = arrived[0][1], arrived[-1][1]
        self.period_s = (last_s - first_s) / sum(len(one.acceleration) for one, _ in arrived[1:])
        self._zero_s = first_s - (len(arrived[0][0].acceleration) - 1) * self.period_s
        self._window_end_s = last_s + MEASURE_S

    def _settle(self, arrived: list[Arrived]) -> None:
        """See after a pause how late all of it is: what only waited has caught up, what was lost has not."""
        samples, late_s = 0, math.inf
        for reading, arrival_s in arrived:
            samples += len(reading.acceleration)
            late_s = min(late_s, arrival_s - self._zero_s - self._next_s - (samples - 1) * self.period_s)
        behind_s = late_s - (self._usual_late_s or 0.0)
        if behind_s > HOLE_S:
            self._next_s += behind_s
        self._window(arrived[-1][1])

    def _place(self, reading: Reading, arrival_s: float) -> tuple[float, Reading, float]:
        first_s, samples = self._next_s, len(reading.acceleration)
        self._next_s += samples * self.period_s * self._pace
        late_s = arrival_s - self._zero_s - first_s - (samples - 1) * self.period_s
        self._least_late_s = min(self._least_late_s, late_s)
        if arrival_s >= self._window_end_s:
            self._follow(arrival_s)
        return first_s, reading, arrival_s

    def _follow(self, now_s: float) -> None:
        """Compare a window's least lateness with the first one's: change the pace, or leave a hole."""
        if self._usual_late_s is None:
            self._usual_late_s = self._least_late_s
        behind_s = self._least_late_s - self._usual_late_s
        if behind_s > HOLE_S:
            self._next_s += behind_s
            self._pace = 1.0
        else:
            self.period_s *= 1.0 + _TO_RATE * behind_s / MEASURE_S
            self._pace = 1.0 + _TO_PHASE * behind_s / MEASURE_S
        self._window(now_s)

    def _window(self, now_s: float) -> None:
        self._least_late_s, self._window_end_s = math.inf, now_s + MEASURE_S
