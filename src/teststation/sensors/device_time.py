"""From a device's counters to the times of its samples: unwrapped, in order, without doubles, with every gap named.

A device's clock wraps, begins anew when it reboots, and may jump; packets may come twice or in another order. What
leaves here is one stream whose time never goes back. An arrival never becomes the time of a sample, with one exception
that cannot be helped: where a device's clock has begun anew, its new zero is laid by when the first packet arrived.
"""

from __future__ import annotations

import math
from collections import deque
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from teststation.clock import DeviceClock
from teststation.sensors.base import Gap, Packet
from teststation.sensors.counted_time import CountedTime
from teststation.sensors.driver import Reading, Timing

HOLD_PACKETS = 3
"""So many packets wait for one that is missing before it: a packet that is overtaken comes one or two later."""
HOLD_S = 0.15
"""They wait no longer than this."""
_UNEVEN_PERIODS, _UNEVEN_COUNTED_PERIODS = 0.5, 4.0
"""A packet may seem later than the last by so much more than its samples take; where the device's counter says that
nothing is missing, its clock may be as uneven as the second."""
_REORDERED_S = 1.0
"""A packet older than this was not overtaken: the clock has gone back."""
_STRAGGLERS = 4
"""So many unseen packets in a row from the past: the clock has gone back by little."""
_EARLY_S, _EARLY_AT_FIRST_S = 0.25, 3.0
"""A sample cannot come before it was taken; one that seems to, by more than this, has another clock. At first it may
only seem so, where all before it waited for a busy host."""
_DRIFT = 200e-6
"""No crystal is worse; ceramic resonators are, and would be taken for a reboot only after losses of many minutes."""
_TRUSTED_S = 2.0
"""How late packets are at the least is known after so long."""
_FIRST_LATE_S, _FIRST_LATEST_S = 1.0, 5.0
"""The first packet on a new link has not waited for a link: it is not older than this. The second one holds where the
device's clock shows more than has passed without it, which a clock that began anew does not."""
_REMEMBERED = 64
_STEPS, _STEPS_ANEW = 1024, 16
"""The rate is measured over so many packets, each time after so many."""


@dataclass(frozen=True, eq=False)
class _Held:
    """A reading that waits for its turn; `time_s` is that of its first sample."""

    time_s: float
    arrival_s: float
    reading: Reading

    @property
    def samples(self) -> int:
        return len(self.reading.acceleration)


class DeviceTime:
    """The times of one sensor's samples, over every loss of its link.

    Parameters
    ----------
    timing : how the device tells the time
    nominal_rate_hz : what it promises; believed until it is measured
    """

    def __init__(self, timing: Timing, nominal_rate_hz: float) -> None:
        self._timing = timing
        self._counted = None if timing.tick_bits else CountedTime()
        self._clock = DeviceClock()
        self._period_s = 1.0 / nominal_rate_hz
        self._steps: deque[float] = deque(maxlen=_STEPS)
        self._steps_until_anew = _STEPS_ANEW
        self._zero_s = 0.0
        self._ticks: tuple[int, float] | None = None
        self._last: _Held | None = None
        self._trust_from_s = math.inf
        self._end_s = -math.inf
        self._held: list[_Held] = []
        self._seen: deque[float] = deque(maxlen=_REMEMBERED)
        self._stragglers = 0
        self._fresh = True
        self._doubted: tuple[Reading, float] | None = None
        self.lost_samples = 0
        self.discarded_samples = 0
        self.epochs = 0

    @property
    def is_counted(self) -> bool:
        """Whether the device has no clock, so that the times are those of samples that were counted."""
        return self._counted is not None

    @property
    def rate_hz(self) -> float:
        """The measured rate, by the device's own clock."""
        return 1.0 / self._period_s

    def connected(self) -> None:
        """Take note of a new link: the device may have been switched off and on meanwhile."""
        self._fresh = True
        self._stragglers = 0
        if self._counted is not None:
            self._counted.connected()

    def take(self, reading: Reading, arrival_s: float) -> list[Packet | Gap]:
        """Take a reading in; give what is in order by now."""
        if self._counted is not None:
            placed = self._counted.take(reading, arrival_s)
            self._period_s = self._counted.period_s or self._period_s
            return [event for time_s, one, its_s in placed for event in self._give(_Held(time_s, its_s, one))]
        time_s = self._unwrapped_s(reading, arrival_s)
        given: list[Packet | Gap] = []
        if self._begins_anew(reading, time_s, arrival_s):
            doubted, self._doubted = self._doubted, (reading, arrival_s)
            if doubted is None or not self._follows(doubted[0], reading):
                return []
            given += self.flush()
            self._lay_zero(*doubted)
            given += self._give(_Held(self._unwrapped_s(*doubted), doubted[1], doubted[0]))
            time_s = self._unwrapped_s(reading, arrival_s)
        elif self._is_old(time_s):
            self.discarded_samples += len(reading.acceleration)
            return []
        self._doubted = None
        self._fresh = False
        self._stragglers = 0
        self._held.append(_Held(time_s, arrival_s, reading))
        self._held.sort(key=lambda held: held.time_s)
        while self._held and self._is_due(arrival_s):
            given += self._give(self._held.pop(0))
        return given

    def flush(self) -> list[Packet | Gap]:
        """Give what still waits for packets that do not come."""
        given = [event for held in self._held for event in self._give(held)]
        self._held.clear()
        return given

    # Unwrapping, and where the zero lies

    def _unwrapped_s(self, reading: Reading, arrival_s: float) -> float:
        """Tell the time of the first sample: of all that its ticks can mean, what lies nearest to its arrival."""
        assert reading.ticks is not None
        if self._ticks is None:
            self._ticks = (reading.ticks, arrival_s)
        last, last_arrival_s = self._ticks
        wrap = 1 << self._timing.tick_bits
        expected = round((arrival_s - last_arrival_s) / self._timing.tick_s)
        ahead = (reading.ticks - last - expected + wrap // 2) % wrap - wrap // 2
        ticks = last + expected + ahead
        return self._zero_s + ticks * self._timing.tick_s

    def _begins_anew(self, reading: Reading, time_s: float, arrival_s: float) -> bool:
        """Tell whether the device's clock cannot be the one of before."""
        offset_s, last = self._clock.host_minus_device_s, self._last
        if offset_s is None or last is None:
            return False
        end_s = time_s + (len(reading.acceleration) - 1) * self._period_s
        late_s = arrival_s - offset_s - end_s
        away_s = arrival_s - last.arrival_s
        drift_s = _DRIFT * away_s
        trusted = last.time_s - self._trust_from_s > _TRUSTED_S
        if late_s < -(_EARLY_S if trusted else _EARLY_AT_FIRST_S) - drift_s:
            return True
        if self._fresh:
            assert reading.ticks is not None
            young = reading.ticks * self._timing.tick_s <= away_s + _FIRST_LATE_S
            latest_s = _FIRST_LATE_S if young else _FIRST_LATEST_S
            return late_s > latest_s + drift_s or time_s <= last.time_s
        if time_s < last.time_s - _REORDERED_S:
            return True
        return self._stragglers >= _STRAGGLERS and time_s <= last.time_s and time_s not in self._seen

    def _follows(self, before: Reading, reading: Reading) -> bool:
        """Tell whether two packets bear the same clock out; one alone may be nonsense that looks like a packet."""
        assert before.ticks is not None
        assert reading.ticks is not None
        step = (reading.ticks - before.ticks) % (1 << self._timing.tick_bits)
        return 0.0 < step * self._timing.tick_s < _REORDERED_S

    def _lay_zero(self, reading: Reading, arrival_s: float) -> None:
        """Put the new clock's zero so that this packet came with the least delay that was seen so far."""
        assert reading.ticks is not None
        offset_s = self._clock.host_minus_device_s
        assert offset_s is not None
        length_s = (len(reading.acceleration) - 1) * self._period_s
        first_s = max(arrival_s - offset_s - length_s, self._end_s + self._period_s)
        self._ticks = (reading.ticks, arrival_s)
        self._zero_s = first_s - reading.ticks * self._timing.tick_s
        self._seen.clear()
        self._stragglers = 0
        self.epochs += 1

    # Order

    def _is_old(self, time_s: float) -> bool:
        if any(held.time_s == time_s for held in self._held):
            return True
        if self._last is None or time_s > self._last.time_s:
            return False
        if time_s not in self._seen:
            self._stragglers += 1
        return True

    def _is_due(self, now_s: float) -> bool:
        first = self._held[0]
        waited = len(self._held) > HOLD_PACKETS or now_s - first.arrival_s > HOLD_S
        return waited or self._missing_s(first) == 0.0

    def _missing_s(self, held: _Held) -> float:
        """Tell how much time the samples take that are missing before a packet."""
        last = self._last
        if last is None:
            return 0.0
        missing_s = held.time_s - last.time_s - last.samples * self._period_s
        before, counter = last.reading.counter, held.reading.counter
        uneven = _UNEVEN_PERIODS
        if before is not None and counter is not None and not held.reading.dropped:
            follows = (counter - before) % (1 << self._timing.counter_bits) == 1
            uneven = _UNEVEN_COUNTED_PERIODS if follows else _UNEVEN_PERIODS
        return missing_s if missing_s > uneven * self._period_s else 0.0

    # What leaves

    def _give(self, held: _Held) -> list[Packet | Gap]:
        missing_s = self._missing_s(held)
        last, self._last = self._last, held
        if last is not None and self._counted is None:
            self._measure((held.time_s - last.time_s) / last.samples)
        period_s = held.reading.period_s or self._period_s
        time_s = held.time_s + period_s * np.arange(held.samples, dtype=np.float64)
        if time_s[-1] <= self._end_s:
            self.discarded_samples += held.samples
            return []
        if time_s[0] <= self._end_s:
            time_s = np.linspace(self._end_s, float(time_s[-1]), held.samples + 1)[1:]
        given: list[Packet | Gap] = []
        if missing_s > 0.0:
            self.lost_samples += max(1, round(missing_s / self._period_s))
            given.append(Gap(self._end_s, float(time_s[0])))
        self._note(held, time_s)
        given.append(Packet(held.arrival_s, time_s, held.reading.acceleration, held.reading.angular_velocity))
        return given

    def _note(self, held: _Held, time_s: NDArray[np.float64]) -> None:
        self._end_s = float(time_s[-1])
        self._trust_from_s = min(self._trust_from_s, held.time_s)
        self._seen.append(held.time_s)
        self._clock.observe(self._end_s, held.arrival_s)
        if held.reading.ticks is not None:
            self._ticks = (round((held.time_s - self._zero_s) / self._timing.tick_s), held.arrival_s)

    def _measure(self, step_s: float) -> None:
        """Measure the period: the mean step from packet to packet, without those that hold a gap."""
        self._steps.append(step_s)
        self._steps_until_anew -= 1
        if self._steps_until_anew == 0:
            self._steps_until_anew = _STEPS_ANEW
            steps = np.array(self._steps)
            middle = np.median(steps)
            self._period_s = float(steps[np.abs(steps - middle) <= _UNEVEN_PERIODS * middle].mean())
