"""Between which events every time runs; without SciPy, for who puts an event right and only needs what hangs on it."""

from __future__ import annotations

import re
from collections.abc import Mapping

from teststation.model import Analysis, Event, TestName

Key = tuple[str, int | None]
"""An event by its name and repetition."""
Ends = tuple[Key | None, Key | None]
"""The events that a time runs between; None is an end that no event is: the cue, the foot over the line."""

GUG = (
    ("duration", "movement_onset", "seated"),
    ("sit_to_stand_duration", "movement_onset", "standing"),
    ("walk_out_duration", "standing", "turn_1_start"),
    ("turn_1_duration", "turn_1_start", "turn_1_end"),
    ("walk_back_duration", "turn_1_end", "turn_2_start"),
    ("turn_2_duration", "turn_2_start", "turn_2_end"),
    ("stand_to_sit_duration", "sit_onset", "seated"),
)

_BY_NAME: dict[TestName | None, dict[str, Ends]] = {
    TestName.GUG: {
        **{name: ((start, None), (end, None)) for name, start, end in GUG},
        "duration_from_cue": (None, ("seated", None)),
    },
    TestName.GAIT: {
        "duration": (("gait_start", None), ("gait_end", None)),
        "crossing_time": (("gait_start", None), None),
    },
}
_STANDS = re.compile(r"duration_(?P<count>\d+)(?P<standing>_standing)?(?P<from_cue>_from_cue)?")
_SAME_S = 1e-6


def key(event: Event) -> Key:
    """Name an event."""
    return event.name, event.repetition


def ends(analysis: Analysis) -> Mapping[str, Ends]:
    """Tell of each whole time of an analysis between which of its events it runs."""
    known = {key(event): event for event in analysis.events}
    by_name = _by_stands(analysis, known) if analysis.test is TestName.TCS else _BY_NAME.get(analysis.test, {})
    whole = {measure.name for measure in analysis.measures if not measure.at_least}
    return {
        name: pair
        for name, pair in by_name.items()
        if name in whole and all(end is None or end in known for end in pair)
    }


def timed(analysis: Analysis) -> tuple[Event, ...]:
    """Give the events on which a time hangs, in order of time."""
    used = {end for pair in ends(analysis).values() for end in pair}
    return tuple(sorted((e for e in analysis.events if key(e) in used), key=lambda event: event.time_s))


def _by_stands(analysis: Analysis, known: Mapping[Key, Event]) -> Mapping[str, Ends]:
    """Do so for a chair stand, whose first stand is the one from which its times come out as they are."""
    for onset in analysis.events:
        if onset.name != "stand_onset" or onset.repetition is None:
            continue
        runs: dict[str, Ends] = {}
        for measure in analysis.measures:
            match = _STANDS.fullmatch(measure.name)
            if match is not None and not measure.at_least:
                last = onset.repetition + int(match["count"]) - 1
                end: Key = ("standing" if match["standing"] else "seat_on", last)
                runs[measure.name] = (None if match["from_cue"] else key(onset), end)
        if runs and all(_lasts(analysis, name, run, known) for name, run in runs.items()):
            return runs
    return {}


def _lasts(analysis: Analysis, name: str, run: Ends, known: Mapping[Key, Event]) -> bool:
    """Tell whether a measure is the time between two events; of one from the cue only the end has to be there."""
    start, end = (None if each is None else known.get(each) for each in run)
    measure = analysis.measure(name)
    if end is None or measure is None:
        return False
    return start is None or abs(end.time_s - start.time_s - measure.value) < _SAME_S
