"""Where a reference means another moment than we do by the same name, and by how much.

Our events are those of CONTRACTS: a turn begins and ends when the heading begins and ends to change. Who marks a video
sees it begin later and end sooner, when the body has visibly turned. Such a difference is constant, so that one offset
an event and data set stands for it: the median over people of each person's median error, so that nobody's habit
counts twice. It is shown, and taken off where a constant of our own error is calibrated; never in the analysis, whose
intervals reach that far on that side.

Events that are not named here mean the same on both sides, and whatever is off in them is our error.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from benchmarks.errors import Found, by_person

SEEN_OTHERWISE: Mapping[str, Sequence[str]] = {
    "tug_pocket": ("turn_1_start", "turn_1_end", "turn_2_start", "turn_2_end"),
}
"""Events by data set whose reference is defined otherwise."""

BETWEEN = {
    "walk_out_duration": ("standing", "turn_1_start"),
    "turn_1_duration": ("turn_1_start", "turn_1_end"),
    "walk_back_duration": ("turn_1_end", "turn_2_start"),
    "turn_2_duration": ("turn_2_start", "turn_2_end"),
}
"""Durations that begin or end with such an event: theirs is the difference of the two, no offset of their own."""


def offsets(dataset: str, found: Mapping[str, Sequence[Found]]) -> dict[str, float]:
    """Give the offset of every figure of a data set whose reference is defined otherwise.

    Parameters
    ----------
    found : the results beside their references, by figure
    """
    events = {name: _offset(found[name]) for name in SEEN_OTHERWISE.get(dataset, ()) if found.get(name)}
    durations = {
        name: events.get(end, 0.0) - events.get(start, 0.0)
        for name, (start, end) in BETWEEN.items()
        if start in events or end in events
    }
    return events | durations


def _offset(found: Sequence[Found]) -> float:
    return float(np.median([np.median(own) for own in by_person(found).values()]))
