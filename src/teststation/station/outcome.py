"""What a trial and a test came to: measures by every source, the headline, the result, the findings."""

from __future__ import annotations

from collections.abc import Sequence

from teststation.guideline import judge
from teststation.model import Client, Finding, Measure, TestResult, Trial, Visit
from teststation.sensors.keyboard import crossing, hand_measures, with_key_cue
from teststation.store import Store
from teststation.tests.base import Options
from teststation.tests.headline import result_of


def measures_of(trial: Trial, options: Options) -> tuple[Measure, ...]:
    """Measure a trial by all its sources: the sensor, the sensor with a key at cue or line, the hand, the stopwatch."""
    by_sensor: tuple[Measure, ...] = ()
    if trial.analysis is not None:
        by_sensor = tuple(with_key_cue(m) if "from_cue" in m.name else m for m in trial.analysis.measures)
        started = trial.analysis.event("gait_start")
        if started is not None and trial.hand.line_s is not None and trial.host_minus_device_s is not None:
            line_s = trial.hand.line_s - trial.host_minus_device_s
            by_sensor += crossing(started, line_s, options.course_m)
    return by_sensor + hand_measures(trial.test, trial.hand, trial.outcome, options)


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
