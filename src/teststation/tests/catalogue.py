"""From the name of a clinical test to its module; imported on demand, since SciPy is slow to load."""

from __future__ import annotations

from importlib import import_module
from typing import cast

import msgspec

from teststation.model import Analysis, Interval, Recording, TestName
from teststation.tests.base import ClinicalTest, Options
from teststation.tests.counted import less_sure

ANALYSIS_VERSION = "1"
"""Raised whenever the same recording may give other events or measures than before."""

_MODULES = {
    TestName.GUG: "get_up_and_go",
    TestName.TCS: "timed_chair_stand",
    TestName.GAIT: "gait_speed",
    TestName.POSTURES: "postural_transitions",
}


def clinical_test(name: TestName) -> ClinicalTest:
    """Load a clinical test."""
    return cast("ClinicalTest", import_module(f"{__package__}.{_MODULES[name]}"))


def analyse(recording: Recording, test: TestName, options: Options) -> Analysis:
    """Find a test in a whole recording; a function of this module so that a worker process can be handed it.

    NumPy's numbers end here: they pass for floats in arithmetic, and not in JSON, a database or a decimal.
    """
    found = clinical_test(test).analyse(recording, options)
    if recording.counted_off_s is not None:
        found = less_sure(found, recording.counted_off_s)
    return msgspec.structs.replace(
        found,
        version=ANALYSIS_VERSION,
        events=tuple(
            msgspec.structs.replace(event, time_s=float(event.time_s), interval_s=_plain(event.interval_s))
            for event in found.events
        ),
        measures=tuple(
            msgspec.structs.replace(measure, value=float(measure.value), interval=_plain(measure.interval))
            for measure in found.measures
        ),
    )


def _plain(interval: Interval) -> Interval:
    return float(interval[0]), float(interval[1])
