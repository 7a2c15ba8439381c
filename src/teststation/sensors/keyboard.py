"""Times by hand: the keys for cue, line and stop, and a time read from a stopwatch.

How far off a hand is was not found as a number (clinical.md §7, "pure reaction-time error"); the model below is ours,
made so that cue to stop comes to the ± 0.5 s that clinical.md §7 takes for the keyboard and PRACTICE 9 for a stopwatch.
A key's own delay (terminal, keyboard) is mostly a few hundredths of a second; where it was measured (`key_check`), its
uncertainty is added to the hand's.
"""

from __future__ import annotations

import math
import re
from typing import Protocol

import msgspec

from teststation.model import Event, HandTimes, Measure, Outcome, Source, TestName, TeststationError
from teststation.sensors.key_check import KeyDelay

CUE_KEY_S = 0.2
"""± 95 % of the cue's key: pressed with one's own word, so it need not react to anything (own estimate)."""
SEEN_KEY_S = 0.45
"""± 95 % of a key for what is seen: a foot over the line, a person who sits (own estimate; with the cue's, ± 0.5 s)."""
STOPWATCH_S = 0.5
"""± 95 % of a time read from a stopwatch (PRACTICE 9)."""
FOOT_AFTER_CUE_S = 1.0
"""By hand alone the gait test runs from the word, not from the first foot: up to so much of it may be waiting."""
SHORTEST_STOPWATCH_S, LONGEST_STOPWATCH_S = 1.0, 600.0

_TIME = re.compile(r"(?:(?P<minutes>\d{1,2}):(?=\d\d(?!\d)))?(?P<seconds>\d{1,3}(?:[.,]\d{1,3})?)\s*s?", re.ASCII)
_MINUTE_S = 60.0
_ENDED = (Outcome.UNABLE, Outcome.UNSAFE, Outcome.STOPPED, Outcome.FELL)


class Protocolled(Protocol):
    """What a test's options say that a hand's time depends on."""

    @property
    def course_m(self) -> float:
        """Timed length of the gait test."""
        ...

    @property
    def stands(self) -> int:
        """How many stands a chair stand has."""
        ...

    @property
    def seconds(self) -> float | None:
        """Length of a chair stand by time: the hand has nothing to time then."""
        ...


def parse_stopwatch(text: str) -> float:
    """Read a time as typed from a stopwatch, in seconds: `12,4`, `12.4`, `1:02,3`, with or without an s.

    Raises
    ------
    TeststationError
        The text is no time, or one that no test takes.
    """
    found = _TIME.fullmatch(text.strip().lower())
    if found is None:
        raise TeststationError("stopwatch_not_a_time", text=text.strip())
    seconds = float(found["seconds"].replace(",", "."))
    if found["minutes"] is not None:
        if seconds >= _MINUTE_S:
            raise TeststationError("stopwatch_not_a_time", text=text.strip())
        seconds += _MINUTE_S * int(found["minutes"])
    if not SHORTEST_STOPWATCH_S <= seconds <= LONGEST_STOPWATCH_S:
        raise TeststationError(
            "stopwatch_out_of_range", text=text.strip(), least=SHORTEST_STOPWATCH_S, most=LONGEST_STOPWATCH_S
        )
    return seconds


def hand_measures(
    test: TestName, hand: HandTimes, outcome: Outcome, protocol: Protocolled, delay: KeyDelay | None = None
) -> tuple[Measure, ...]:
    """Measure what the hand timed: by the keys, and by the stopwatch.

    A trial that was broken off gives a lower bound: it took at least so long.

    Parameters
    ----------
    delay : of this computer's keys, where it was measured
    """
    name = _timed(test, protocol)
    if name is None:
        return ()
    at_least = outcome in _ENDED
    end_s = hand.line_s if test is TestName.GAIT and not at_least else hand.stop_s
    measures: list[Measure] = []
    if hand.cue_s is not None and end_s is not None and end_s > hand.cue_s:
        waiting_s = FOOT_AFTER_CUE_S if test is TestName.GAIT else 0.0
        alone_s = 0.0 if delay is None else delay.alone_s
        around_s = math.hypot(CUE_KEY_S, SEEN_KEY_S, alone_s, alone_s)
        timed = _time(name, end_s - hand.cue_s, (around_s + waiting_s, around_s), Source.KEY, at_least=at_least)
        measures += _with_speed(timed, protocol)
    if hand.stopwatch_s is not None:
        read = _time(name, hand.stopwatch_s, (STOPWATCH_S, STOPWATCH_S), Source.STOPWATCH, at_least=at_least)
        measures += _with_speed(read, protocol)
    return tuple(measures)


def crossing(started: Event, line_s: float, course_m: float, delay: KeyDelay | None = None) -> tuple[Measure, ...]:
    """Measure the gait test from the first foot, as the sensor saw it, to the key at the line.

    Parameters
    ----------
    started : `gait_start` of the analysis
    line_s : the key at the line, on the sensor's clock
    course_m : from the first foot to the line
    delay : of this computer's keys against the sensor, where it was measured
    """
    value = line_s - started.time_s
    if value <= 0.0:
        return ()
    early, late = started.time_s - started.interval_s[0], started.interval_s[1] - started.time_s
    key_s = math.hypot(SEEN_KEY_S, _against_sensor_s(delay))
    around = (math.hypot(late, key_s), math.hypot(early, key_s))
    timed = _time("crossing_time", value, around, Source.SENSOR_AND_KEY)
    return timed, _speed(timed, course_m)


def with_key_cue(measure: Measure, delay: KeyDelay | None = None) -> Measure:
    """Widen a sensor's time from the cue by the error of the key that was the cue, and of its delay where measured."""
    key_s = math.hypot(CUE_KEY_S, _against_sensor_s(delay))
    below, above = measure.value - measure.interval[0], measure.interval[1] - measure.value
    return msgspec.structs.replace(
        measure,
        interval=(
            max(0.0, measure.value - math.hypot(below, key_s)),
            measure.value + math.hypot(above, key_s),
        ),
        source=Source.SENSOR_AND_KEY,
    )


def _against_sensor_s(delay: KeyDelay | None) -> float:
    return 0.0 if delay is None else delay.against_sensor_s


def _timed(test: TestName, protocol: Protocolled) -> str | None:
    if test is TestName.GUG:
        return "duration_from_cue"
    if test is TestName.TCS and protocol.seconds is None:
        return f"duration_{protocol.stands}_from_cue"
    return "crossing_time" if test is TestName.GAIT else None


def _time(
    name: str, value_s: float, around_s: tuple[float, float], source: Source, *, at_least: bool = False
) -> Measure:
    interval = (max(0.0, value_s - around_s[0]), value_s + around_s[1])
    return Measure(name, value_s, "s", interval, source, at_least)


def _with_speed(timed: Measure, protocol: Protocolled) -> list[Measure]:
    crossed = timed.name == "crossing_time" and not timed.at_least
    return [timed, _speed(timed, protocol.course_m)] if crossed else [timed]


def _speed(timed: Measure, course_m: float) -> Measure:
    shortest_s = max(timed.interval[0], timed.value / 10.0)  # a bound that is no use, but finite
    return Measure(
        "speed",
        course_m / timed.value,
        "m/s",
        (course_m / timed.interval[1], course_m / shortest_s),
        timed.source,
    )
