"""What a trial and a test came to: measures by every source, the headline, the result, the findings."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from teststation.guideline import judge
from teststation.model import (
    Analysis,
    Client,
    Conditions,
    Finding,
    HandTimes,
    Measure,
    Reason,
    TestName,
    TestResult,
    Trial,
    Visit,
)
from teststation.sensors.key_check import KeyDelay
from teststation.sensors.keyboard import crossing, hand_measures, with_key_cue
from teststation.store import Store
from teststation.tests.base import Options
from teststation.tests.headline import choose, result_of
from teststation.tests.line import from_start_fault, line_fault


def under_protocol(test: TestName, options: Options, conditions: Conditions) -> Conditions:
    """Note with a trial's conditions what its protocol was: two results compare only under the same."""
    if test is TestName.GAIT:
        return msgspec.structs.replace(conditions, course_m=options.course_m)
    if test is TestName.TCS:
        stands = options.stands if options.seconds is None else None
        return msgspec.structs.replace(conditions, stands=stands, seconds=options.seconds)
    return conditions


def measures_of(trial: Trial, options: Options, delay: KeyDelay | None = None) -> tuple[Measure, ...]:
    """Measure a trial by all its sources: the sensor, the sensor with a key at cue or line, the hand, the stopwatch.

    The key at the line goes before the sensor's own estimate of the crossing (ARCHITECTURE, decision 5).
    """
    by_sensor: tuple[Measure, ...] = ()
    if trial.analysis is not None:
        by_sensor = tuple(with_key_cue(m, delay) if "from_cue" in m.name else m for m in trial.analysis.measures)
        by_sensor = _at_the_line(trial, trial.analysis, options, delay) + by_sensor
    return by_sensor + hand_measures(trial.test, trial.hand, trial.outcome, options, delay)


def measured(trial: Trial, hand: HandTimes, options: Options, delay: KeyDelay | None = None) -> Trial:
    """Measure a trial anew by all its sources, with these times of the hand, and choose its headline.

    A key at the line that cannot be true of the walk is kept, but gives no time; that is said with the headline.
    """
    trial = msgspec.structs.replace(trial, hand=hand)
    fault = _at_another_time(trial, options)
    believed = (
        trial if fault is None else msgspec.structs.replace(trial, hand=msgspec.structs.replace(hand, line_s=None))
    )
    measures = measures_of(believed, options, delay)
    headline, why = choose(trial.test, options, measures, trial.analysis)
    return msgspec.structs.replace(
        trial,
        measures=measures,
        headline_source=None if headline is None else headline.source,
        headline_reason=fault or why,
    )


def _at_another_time(trial: Trial, options: Options) -> Reason | None:
    """Say why the key at the line was not for a foot over it: by the walk that the sensor saw, else by the cue."""
    hand, analysis = trial.hand, trial.analysis
    if hand.line_s is None:
        return None
    if analysis is not None and trial.host_minus_device_s is not None:
        line_s = hand.line_s - trial.host_minus_device_s
        fault = line_fault(line_s, options.course_m, analysis.event("gait_start"), analysis.event("gait_end"))
        if fault is not None:
            return fault
    return None if hand.cue_s is None else from_start_fault(hand.line_s - hand.cue_s, options.course_m)


def _at_the_line(trial: Trial, analysis: Analysis, options: Options, delay: KeyDelay | None) -> tuple[Measure, ...]:
    started = analysis.event("gait_start")
    if started is None or trial.hand.line_s is None or trial.host_minus_device_s is None:
        return ()
    return crossing(started, trial.hand.line_s - trial.host_minus_device_s, options.course_m, delay)


def conclude(
    client: Client, visit: Visit, trials: Sequence[Trial], options: Options, store: Store
) -> tuple[TestResult, tuple[Finding, ...]]:
    """Make a test's result out of its trials, judge it and save both.

    Where the disk does not take them they wait in memory, and the store says so (`Store.trouble`).

    Raises
    ------
    StoreError
        The store cannot keep it, now or later.
    """
    result = result_of(trials[0].test, options, trials)
    findings = judge(result, client=client, age=visit.age)
    failed = store.save_result(visit.id, result, findings).exception()
    if failed is not None and store.trouble is None:
        raise failed
    return result, findings
