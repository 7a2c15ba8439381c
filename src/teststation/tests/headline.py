"""Which of a trial's times is the headline and why, and how trials become the one result that is judged.

The norms were made with a stopwatch from the word go, so a Get-Up-and-Go and a chair stand are headlined from the cue;
the gait test from the first foot's movement to the foot over the mark (ARCHITECTURE, decision 4).
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from teststation.model import (
    Analysis,
    Conditions,
    Interval,
    Measure,
    Outcome,
    Reason,
    Source,
    Status,
    TestName,
    TestResult,
    Trial,
)
from teststation.tests.base import Options

OUTSIDE_VALIDATED_RANGE = "outside_validated_range"

_SENSOR_TIMED = (Source.SENSOR, Source.SENSOR_AND_KEY)


def headline_measures(test: TestName, options: Options) -> tuple[str, ...]:
    """Name the measures that can headline a test, in order of preference."""
    if test is TestName.GUG:
        return ("duration_from_cue", "duration")
    if test is TestName.TCS:
        if options.seconds is not None:
            return (f"repetitions_{options.seconds:.0f}_s",)
        return (f"duration_{options.stands}_from_cue", f"duration_{options.stands}")
    if test is TestName.GAIT:
        return ("crossing_time",)
    return ()


def choose(
    test: TestName, options: Options, measures: Sequence[Measure], analysis: Analysis | None
) -> tuple[Measure | None, Reason | None]:
    """Choose the headline of a trial, and say why.

    The sensor's time goes first, unless the person lies outside of what the analysis was validated on: then the hand's
    goes first where there is one (PRACTICE 5). A stopwatch comes last.
    """
    names = headline_measures(test, options)

    def first(sources: tuple[Source, ...]) -> Measure | None:
        return next((m for name in names for m in measures if m.name == name and m.source in sources), None)

    sensor, hand, stopwatch = first(_SENSOR_TIMED), first((Source.KEY,)), first((Source.STOPWATCH,))
    by_hand = hand or stopwatch
    if sensor is not None and not sensor.at_least:
        if not _outside_validated_range(analysis):
            return sensor, Reason("headline_sensor")
        if by_hand is None:
            return sensor, Reason("headline_sensor_unvalidated")
        return by_hand, Reason("headline_hand_unvalidated")
    if by_hand is not None:
        return by_hand, Reason(_why_by_hand(analysis))
    return sensor, Reason("headline_lower_bound") if sensor is not None else None


def result_of(test: TestName, options: Options, trials: Sequence[Trial]) -> TestResult:
    """Make the result that is judged out of the trials of one test that count (PRACTICE 4).

    The Get-Up-and-Go and the gait test take the mean of the valid trials, the chair stand its first. An attempt that
    was broken off is the result where none is valid, or where it had already lasted longer than they did: its bound
    must not be hidden behind a better one (PRACTICE 2).
    """
    counted = [trial for trial in trials if trial.counts]
    done = [trial for trial in counted if trial.outcome is Outcome.DONE and _headline(trial, test, options) is not None]
    ended = [trial for trial in counted if trial.outcome is not Outcome.DONE]
    outcome = ended[-1].outcome if ended else Outcome.DONE
    if test is TestName.TCS:
        done = done[:1]
    used = _aborted_later_than(done, ended, test, options) or done or ended[-1:]
    headlines = [h for trial in used if (h := _headline(trial, test, options)) is not None]
    # Times of a different kind are not averaged: the kind that most trials have is the headline's.
    if headlines:
        kind = max({h.name for h in headlines}, key=lambda name: sum(h.name == name for h in headlines))
        headlines = [h for h in headlines if h.name == kind]
    last = (used or counted)[-1:]
    return TestResult(
        test=test,
        trials=tuple(trial.id for trial in used),
        headline_rule=_rule(test, len(headlines)),
        outcome=outcome,
        measures=(*([mean_of(headlines)] if headlines else []), *_beside(used, test, options)),
        trial_values=tuple(h.value for h in headlines),
        conditions=last[0].conditions if last else Conditions(),
    )


def mean_of(measures: Sequence[Measure]) -> Measure:
    """Average measures of one name; the errors of separate trials are independent, so the interval narrows.

    A mean with a lower bound in it is a lower bound.
    """
    n = len(measures)
    value = sum(m.value for m in measures) / n
    below = math.sqrt(sum((m.value - m.interval[0]) ** 2 for m in measures)) / n
    above = math.sqrt(sum((m.interval[1] - m.value) ** 2 for m in measures)) / n
    interval: Interval = (value - below, value + above)
    sources = {m.source for m in measures}
    return Measure(
        name=measures[0].name,
        value=value,
        unit=measures[0].unit,
        interval=interval,
        source=sources.pop() if len(sources) == 1 else Source.SENSOR_AND_KEY,
        at_least=any(m.at_least for m in measures),
    )


def _aborted_later_than(
    done: Sequence[Trial], ended: Sequence[Trial], test: TestName, options: Options
) -> Sequence[Trial]:
    """Give the attempt that was broken off after a longer time than the finished ones took: its bound counts."""

    def longest(trials: Sequence[Trial]) -> float:
        return max((h.value for t in trials if (h := _headline(t, test, options)) is not None), default=0.0)

    aborted = [trial for trial in ended if (h := _headline(trial, test, options)) is not None and h.at_least]
    return aborted[-1:] if longest(aborted) > longest(done) else ()


def _headline(trial: Trial, test: TestName, options: Options) -> Measure | None:
    if trial.headline_source is None:
        return None
    names = headline_measures(test, options)
    return next(
        (m for name in names for m in trial.measures if m.name == name and m.source is trial.headline_source), None
    )


def _beside(trials: Sequence[Trial], test: TestName, options: Options) -> list[Measure]:
    """Average what else every trial's sensor measured."""
    names = set(headline_measures(test, options))
    found = [_first_of_each_name(trial, names) for trial in trials]
    if not found:
        return []
    return [mean_of([each[name] for each in found]) for name in found[0] if all(name in each for each in found)]


def _first_of_each_name(trial: Trial, without: set[str]) -> dict[str, Measure]:
    """Take the headline's own source first, so that a speed is that of the time beside it; then as they are listed."""
    sources = (trial.headline_source, *_SENSOR_TIMED)
    ranked = sorted((m for m in trial.measures if m.source in sources), key=lambda m: m.source is not sources[0])
    found: dict[str, Measure] = {}
    for measure in ranked:
        if measure.name not in without:
            found.setdefault(measure.name, measure)
    return found


def _rule(test: TestName, trials: int) -> str:
    if trials == 0:
        return "none"
    if test is TestName.TCS:
        return "first"
    return "single" if trials == 1 else "mean"


def _outside_validated_range(analysis: Analysis | None) -> bool:
    return analysis is not None and any(note.code == OUTSIDE_VALIDATED_RANGE for note in analysis.quality.notes)


def _why_by_hand(analysis: Analysis | None) -> str:
    if analysis is None:
        return "headline_hand_no_sensor"
    return "headline_hand_no_cue_time" if analysis.status is Status.COMPLETE else "headline_hand_incomplete"
