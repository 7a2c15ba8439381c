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
    TestName,
    TestResult,
    Trial,
    Visit,
)
from teststation.sensors.keyboard import crossing, hand_measures, with_key_cue
from teststation.store import Store
from teststation.tests.base import Options
from teststation.tests.headline import choose, result_of

LATE_LINE_S = 0.5
"""A key at the line so long after the last step was not for a foot over the line."""


def under_protocol(test: TestName, options: Options, conditions: Conditions) -> Conditions:
    """Note with a trial's conditions what its protocol was: two results compare only under the same."""
    if test is TestName.GAIT:
        return msgspec.structs.replace(conditions, course_m=options.course_m)
    if test is TestName.TCS:
        stands = options.stands if options.seconds is None else None
        return msgspec.structs.replace(conditions, stands=stands, seconds=options.seconds)
    return conditions


def measures_of(trial: Trial, options: Options) -> tuple[Measure, ...]:
    """Measure a trial by all its sources: the sensor, the sensor with a key at cue or line, the hand, the stopwatch.

    The key at the line goes before the sensor's own estimate of the crossing (ARCHITECTURE, decision 5).
    """
    by_sensor: tuple[Measure, ...] = ()
    if trial.analysis is not None:
        by_sensor = tuple(with_key_cue(m) if "from_cue" in m.name else m for m in trial.analysis.measures)
        by_sensor = _at_the_line(trial, trial.analysis, options) + by_sensor
    return by_sensor + hand_measures(trial.test, trial.hand, trial.outcome, options)


def measured(trial: Trial, hand: HandTimes, options: Options) -> Trial:
    """Measure a trial anew by all its sources, with these times of the hand, and choose its headline."""
    trial = msgspec.structs.replace(trial, hand=hand)
    measures = measures_of(trial, options)
    headline, why = choose(trial.test, options, measures, trial.analysis)
    return msgspec.structs.replace(
        trial,
        measures=measures,
        headline_source=None if headline is None else headline.source,
        headline_reason=why,
    )


def _at_the_line(trial: Trial, analysis: Analysis, options: Options) -> tuple[Measure, ...]:
    started, ended = analysis.event("gait_start"), analysis.event("gait_end")
    if started is None or trial.hand.line_s is None or trial.host_minus_device_s is None:
        return ()
    line_s = trial.hand.line_s - trial.host_minus_device_s
    if ended is not None and line_s > ended.time_s + LATE_LINE_S:
        return ()
    return crossing(started, line_s, options.course_m)


def conclude(
    client: Client, visit: Visit, trials: Sequence[Trial], options: Options, store: Store
) -> tuple[TestResult, tuple[Finding, ...]]:
    """Make a test's result out of its trials, judge it and save both.

    Raises
    ------
    StoreError
        The store could not keep it; it waits in memory and is tried again.
    """
    result = result_of(trials[0].test, options, trials)
    findings = judge(result, client=client, age=visit.age)
    store.save_result(visit.id, result, findings).result()
    return result, findings
