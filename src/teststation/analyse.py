"""A recording to a result: what happened, what it means, and the form in which other programs get it.

What the command line and the station share. One recording is one trial, and its result is judged as such.
"""

from __future__ import annotations

from typing import Any

import msgspec

from teststation import __version__
from teststation.guideline import judge, load_rules
from teststation.i18n import Coded, Translator
from teststation.model import (
    Analysis,
    Conditions,
    Event,
    Finding,
    Measure,
    Recording,
    Status,
    TestName,
    TestResult,
)
from teststation.tests import catalogue
from teststation.tests.base import Options
from teststation.tests.headline import headline_measures

SCHEMA = 1

_LONG_S = 300.0
"""Nobody needs five minutes for one of the tests: a longer recording is a day's or an afternoon's."""
_CHAIR_STANDS = 2
"""From so many rises on, a recording without a whole Get-Up-and-Go is a chair stand."""
_DECIMALS = 4


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """What was found in one recording, and what it means."""

    recording: str
    analysis: Analysis
    findings: tuple[Finding, ...] = ()


def analyse(
    recording: Recording, test: TestName | None = None, options: Options | None = None, *, context: bool = False
) -> Report:
    """Analyse a recording and judge the result.

    Parameters
    ----------
    test : which one; None finds out from the signal
    options : of the protocol; its placement goes before the recording's own
    context : judge by the rules of other sources too
    """
    options = options or Options()
    if options.placement is None and recording.placement is not None:
        options = msgspec.structs.replace(options, placement=recording.placement)
    analysis = _analyse_any(recording, options) if test is None else catalogue.analyse(recording, test, options)
    return Report(recording=recording.name, analysis=analysis, findings=_judged(recording, analysis, options, context))


def to_json(report: Report, tr: Translator) -> bytes:
    """Write a report as the line that CONTRACTS promises."""
    analysis = report.analysis
    quality = analysis.quality
    return msgspec.json.encode(
        {
            "schema": SCHEMA,
            "recording": report.recording,
            "test": analysis.test,
            "placement": analysis.placement,
            "status": analysis.status,
            "reasons": [_reason(reason, tr) for reason in analysis.reasons],
            "events": [_event(event) for event in analysis.events],
            "measures": [_measure(measure) for measure in analysis.measures],
            "findings": [
                {
                    "rule": finding.rule,
                    "measure": finding.measure,
                    "verdict": finding.verdict,
                    "close": finding.close,
                    "text": tr.reason(finding.reason),
                }
                for finding in report.findings
            ],
            "quality": {
                "sampling_rate_hz": _rounded(quality.sampling_rate_hz),
                "lost_samples": quality.lost_samples,
                "largest_gap_s": _rounded(quality.largest_gap_s),
                "notes": [_reason(note, tr) for note in quality.notes],
            },
            "versions": {
                "teststation": __version__,
                "analysis": analysis.version,
                "rules": load_rules().version,
            },
        }
    )


def _analyse_any(recording: Recording, options: Options) -> Analysis:
    """Find out which test a recording holds, by trying.

    A long recording is looked through for rises and sits. A whole Get-Up-and-Go needs a rise, a walk with two turns and
    a sit, which neither of the others has, so it goes first; then repeated rises; then one rise, which begins a
    Get-Up-and-Go that was not finished. A walk by itself begins standing.
    """
    if recording.time_s[-1] - recording.time_s[0] > _LONG_S:
        return catalogue.analyse(recording, TestName.POSTURES, options)
    get_up_and_go = catalogue.analyse(recording, TestName.GUG, options)
    if get_up_and_go.status is Status.COMPLETE:
        return get_up_and_go
    chair_stand = catalogue.analyse(recording, TestName.TCS, options)
    repetitions = chair_stand.measure("repetitions")
    if repetitions is not None and repetitions.value >= _CHAIR_STANDS:
        return chair_stand
    if get_up_and_go.status is Status.INCOMPLETE:
        return get_up_and_go
    gait = catalogue.analyse(recording, TestName.GAIT, options)
    begun = (analysis for analysis in (gait, chair_stand) if analysis.status is not Status.UNUSABLE)
    return next(begun, msgspec.structs.replace(get_up_and_go, test=None))


def _judged(recording: Recording, analysis: Analysis, options: Options, context: bool) -> tuple[Finding, ...]:
    if analysis.test in {None, TestName.POSTURES}:
        return ()
    return judge(_result(recording, analysis, options), context=context)


def _result(recording: Recording, analysis: Analysis, options: Options) -> TestResult:
    """Make a result of the one trial that a recording is."""
    assert analysis.test is not None
    headline = next((m for n in headline_measures(analysis.test, options) if (m := analysis.measure(n))), None)
    return TestResult(
        test=analysis.test,
        trials=(recording.name,),
        headline_rule="single",
        measures=analysis.measures,
        trial_values=() if headline is None else (headline.value,),
        conditions=Conditions(course_m=options.course_m, stands=options.stands, seconds=options.seconds),
    )


def _reason(reason: Coded, tr: Translator) -> dict[str, Any]:
    return {"code": reason.code, "params": reason.params, "text": tr.reason(reason)}


def _event(event: Event) -> dict[str, Any]:
    written: dict[str, Any] = {
        "name": event.name,
        "time_s": _rounded(event.time_s),
        "interval_s": [_rounded(bound) for bound in event.interval_s],
    }
    return written if event.repetition is None else {**written, "repetition": event.repetition}


def _measure(measure: Measure) -> dict[str, Any]:
    written: dict[str, Any] = {
        "name": measure.name,
        "value": _rounded(measure.value),
        "unit": measure.unit,
        "interval": [_rounded(bound) for bound in measure.interval],
        "source": measure.source,
    }
    return {**written, "at_least": True} if measure.at_least else written


def _rounded(value: float) -> float:
    return round(float(value), _DECIMALS)
