"""What a comparison counts: found moments beside references, the same way for every toolkit."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import msgspec
import numpy as np

from benchmarks.peer_workers.protocol import Event

STAND_REACH_S = 1.0
CONTACT_REACH_S = 0.25
LABEL_SLACK_S = 1.0
TURN_SLACK_DEG = 15.0
HABIT = 5
"""A habit shows in no fewer events."""

ERRORS = ("bias", "mae", "mae after own median")
"""Of found minus reference, in s; the last with the toolkit's own median taken off, as if it knew its habit."""


class Case(msgspec.Struct, frozen=True, kw_only=True):
    """A recording's references, and what a toolkit found in it."""

    truth: dict[str, Any]
    found: tuple[Event, ...]


class Figure(msgspec.Struct, frozen=True):
    """A value, from `n` of `of` recordings or events."""

    name: str
    value: float | None
    unit: str
    n: int
    of: int


Score = Callable[[Sequence[Case]], list[Figure]]


def paired(found_s: Sequence[float], truth_s: Sequence[float], within_s: float) -> list[tuple[int, int]]:
    """Pair what was found with references one to one, nearest first; give their places."""
    near = sorted(
        (abs(found - truth), i, k)
        for i, found in enumerate(found_s)
        for k, truth in enumerate(truth_s)
        if abs(found - truth) <= within_s
    )
    pairs: dict[int, int] = {}
    taken: set[int] = set()
    for _, i, k in near:
        if i not in pairs and k not in taken:
            pairs[i] = k
            taken.add(k)
    return sorted(pairs.items())


def errors(of_what: str, off_s: Sequence[float], of: int) -> list[Figure]:
    """Sum errors up."""
    off = np.array(off_s)
    values: tuple[float | None, ...] = (None, None, None)
    if len(off):
        after = np.abs(off - np.median(off)).mean() if len(off) >= HABIT else None
        values = (off.mean(), np.abs(off).mean(), after)
    return [
        Figure(f"{of_what} {name}", None if value is None else float(value), "s", len(off), of)
        for name, value in zip(ERRORS, values, strict=True)
    ]


def single_stands(cases: Sequence[Case]) -> list[Figure]:
    """Score recordings with one rise each, nobody knows when."""
    counts = [len(case.found) for case in cases]
    return [
        _share("exactly one", [count == 1 for count in counts]),
        _share("none", [count == 0 for count in counts]),
        _share("more", [count > 1 for count in counts]),
    ]


def timed_stands(cases: Sequence[Case]) -> list[Figure]:
    """Score repeated rises whose times are known: of the seat's force, or of the middle of the movement.

    A rise is paired by its middle, so that what lies early and what lies late by definition are paired alike.
    """
    off_s: dict[str, list[float]] = {}
    counts, found, extra, total = [], 0, 0, 0
    for case in cases:
        truth_s = _rises_s(case.truth)
        pairs = paired([_middle_s(rise) for rise in case.found], truth_s, STAND_REACH_S)
        counts.append(len(case.found) == len(truth_s))
        found, extra, total = found + len(pairs), extra + len(case.found) - len(pairs), total + len(truth_s)
        for i, k in pairs:
            for name, at in _moments(case.found[i]).items():
                off_s.setdefault(name, []).append(at - truth_s[k])
    figures = [
        _share("counts right", counts),
        Figure("found", found / total if total else None, "1", found, total),
        Figure("extra", float(extra), "1", extra, total),
    ]
    if all("seat_off_s" in case.truth for case in cases):
        figures += [figure for name, off in off_s.items() for figure in errors(name, off, total)]
    return figures


def labelled_rises(cases: Sequence[Case]) -> list[Figure]:
    """Score rises of a long recording with labels: found in the label or a second beside it; false in labelled time.

    What lies in a label of lying down or getting up from there is neither.
    """
    right, false, detections, labelled_s = [], 0, 0, 0.0
    for case in cases:
        segments = case.truth["segments"]
        middles_s = [_middle_s(rise) for rise in case.found]
        detections += len(middles_s)
        rises = [segment for segment in segments if segment["label"] == "SIT_TO_STAND"]
        excused = rises + [segment for segment in segments if "LIE" in segment["label"]]
        right += [any(_inside(at, rise, LABEL_SLACK_S) for at in middles_s) for rise in rises]
        labelled_s += sum(segment["end_s"] - segment["start_s"] for segment in segments)
        false += sum(
            any(_inside(at, segment) for segment in segments)
            and not any(_inside(at, segment, LABEL_SLACK_S) for segment in excused)
            for at in middles_s
        )
    hours = labelled_s / 3600.0
    return [
        _share("found", right),
        Figure("false per labelled hour", false / hours if hours else None, "1/h", false, detections),
        Figure("labelled", hours, "h", len(cases), len(cases)),
    ]


def contacts(cases: Sequence[Case]) -> list[Figure]:
    """Score initial contacts on the way out; beside its ends they may be paired, but are neither missed nor extra."""
    off_s: list[float] = []
    perfect, missed, extra = [], 0, 0
    for case in cases:
        truth_s, found_s = case.truth["initial_contacts_s"], [event["time"] for event in case.found]
        way = {"start_s": case.truth["trial_start_s"], "end_s": case.truth["uturn_start_s"]}
        pairs = paired(found_s, truth_s, CONTACT_REACH_S)
        off_s += [found_s[i] - truth_s[k] for i, k in pairs if _inside(truth_s[k], way)]
        left, right = {i for i, _ in pairs}, {k for _, k in pairs}
        wrong = (
            sum(_inside(at, way) for k, at in enumerate(truth_s) if k not in right),
            sum(_inside(at, way) for i, at in enumerate(found_s) if i not in left),
        )
        missed, extra = missed + wrong[0], extra + wrong[1]
        perfect.append(wrong == (0, 0))
    hits = len(off_s)
    total = hits + missed
    return [
        Figure("F1", 2 * hits / (2 * hits + missed + extra) if hits else 0.0, "1", hits, total),
        Figure("missed", float(missed), "1", missed, total),
        Figure("extra", float(extra), "1", extra, total),
        _share("without a fault", perfect),
        *errors("contact", off_s, total),
    ]


def turns(cases: Sequence[Case]) -> list[Figure]:
    """Score the turn that overlaps a walk's U-turn most; what else turned in the trial is counted."""
    off_s: dict[str, list[float]] = {"start": [], "end": []}
    angles_deg, others = [], 0
    for case in cases:
        truth = {name: case.truth[f"uturn_{name}_s"] for name in off_s}
        overlap_s = [min(turn["end"], truth["end"]) - max(turn["start"], truth["start"]) for turn in case.found]
        if overlap_s and max(overlap_s) > 0.0:
            turn = case.found[int(np.argmax(overlap_s))]
            angles_deg.append(abs(turn["angle"]))
            for name, off in off_s.items():
                off.append(turn[name] - truth[name])
        trial = {"start_s": case.truth["trial_start_s"], "end_s": case.truth["trial_end_s"]}
        others += sum(_inside(_middle_s(turn), trial) for turn in case.found)
    near = [abs(angle - 180.0) <= TURN_SLACK_DEG for angle in angles_deg]
    n = len(angles_deg)
    return [
        Figure("found", n / len(cases), "1", n, len(cases)),
        Figure("other turns", float(others - n), "1", others - n, len(cases)),
        *(figure for name, off in off_s.items() for figure in errors(name, off, len(cases))),
        Figure("angle", float(np.mean(angles_deg)) if angles_deg else None, "deg", n, len(cases)),
        Figure("angle within 15 deg of 180", sum(near) / len(cases), "1", sum(near), len(cases)),
    ]


def _rises_s(truth: dict[str, Any]) -> list[float]:
    if "seat_off_s" in truth:
        return list(truth["seat_off_s"])
    return [event["t_s"] for event in truth["events"] if event["label"] == "SIT_TO_STAND"]


def _moments(rise: Event) -> Event:
    """Give what can be meant for the moment of seat-off: itself where a toolkit has it, else all that it has."""
    if "seat_off" in rise:
        return {"seat_off": rise["seat_off"]}
    return {"start": rise["start"], "middle": _middle_s(rise), "end": rise["end"]}


def _middle_s(rise: Event) -> float:
    return (rise["start"] + rise["end"]) / 2.0


def _inside(at_s: float, span: dict[str, Any], slack_s: float = 0.0) -> bool:
    return bool(span["start_s"] - slack_s <= at_s <= span["end_s"] + slack_s)


def _share(name: str, right: Sequence[bool]) -> Figure:
    return Figure(name, sum(right) / len(right) if right else None, "1", sum(right), len(right))
