"""The phases of an analysed trial: as stretches with a name, and as a line of durations."""

from __future__ import annotations

import itertools

import msgspec

from teststation.i18n import N_, Translator
from teststation.model import Analysis, TestName, Trial

_GUG = (
    ("movement_onset", "standing", N_("op")),
    ("standing", "turn_1_start", N_("heen")),
    ("turn_1_start", "turn_1_end", N_("draai")),
    ("turn_1_end", "turn_2_start", N_("terug")),
    ("turn_2_start", "turn_2_end", N_("draai")),
    ("sit_onset", "seated", N_("zit")),
)
_GAIT = (("gait_start", "gait_end", N_("lopen")),)

_DURATIONS = {
    TestName.GUG: (
        ("sit_to_stand_duration", N_("opstaan")),
        ("walk_out_duration", N_("heen")),
        ("turn_1_duration", N_("draai")),
        ("walk_back_duration", N_("terug")),
        ("turn_2_duration", N_("draai")),
        ("stand_to_sit_duration", N_("zitten")),
    ),
    TestName.GAIT: (
        ("speed", N_("snelheid")),
        ("steps", N_("stappen")),
        ("cadence", N_("cadans")),
    ),
    TestName.TCS: (
        ("repetitions", N_("keer opgestaan")),
        ("failed_attempts", N_("mislukt")),
        ("sit_to_stand_duration", N_("opstaan gemiddeld")),
    ),
}
_DECIMALS = {"s": 1, "m/s": 2}


class Phase(msgspec.Struct, frozen=True):
    """A stretch of a trial with its name; a moment has no end of its own."""

    start_s: float
    end_s: float
    name: str


def phases(tr: Translator, analysis: Analysis) -> list[Phase]:
    """Cut a trial into its phases, as far as their events are there; the overlap of turning and sitting is cut."""
    if analysis.test is TestName.TCS:
        starts = [event for event in analysis.events if event.name == "stand_onset"]
        ends = [event for event in analysis.events if event.name == "seat_on"]
        last_s = ends[-1].time_s if ends else (starts[-1].time_s + 1.0 if starts else 0.0)
        edges = [event.time_s for event in starts] + [last_s]
        return [Phase(a, b, str(n)) for n, (a, b) in enumerate(itertools.pairwise(edges), 1)]
    named = _GUG if analysis.test is TestName.GUG else _GAIT
    found: list[Phase] = []
    for start, end, name in named:
        first, last = analysis.event(start), analysis.event(end)
        if first is None or last is None:
            continue
        start_s = max(first.time_s, found[-1].end_s) if found else first.time_s
        if last.time_s > start_s:
            found.append(Phase(start_s, last.time_s, tr(name)))
    return found


def durations(tr: Translator, trial: Trial) -> str:
    """Write what the phases took, on one line: descriptive, without norm or flag."""
    parts = []
    for name, label in _DURATIONS.get(trial.test, ()):
        measure = trial.measure(name, trial.headline_source) or trial.measure(name)
        if measure is not None:
            unit = "" if measure.unit == "1" else f" {measure.unit}"
            parts.append(f"{tr(label)} {tr.number(measure.value, _DECIMALS.get(measure.unit, 0))}{unit}")
    return " · ".join(parts)
