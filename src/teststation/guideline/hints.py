"""What a sensor saw that points at a prognostic factor: shown beside the therapist's tick, never instead of it."""

from __future__ import annotations

import functools
import itertools
import statistics
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import msgspec

from teststation.guideline.entries import Cited, Text
from teststation.guideline.tables import RULES_FOLDER, Tables, read_tables
from teststation.guideline.verdict import rounded
from teststation.model import Analysis, Reason

_TURNS = ("turn_1", "turn_2", "turn")


class Halt(Cited, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """When the time between two steps is a halt.

    Parameters
    ----------
    factor, factor_when_talking : the criterion that it points at
    median_steps : it is longer than so many times the walk's median step time
    steps_around : so many steps there must be before and after, or it is the walk's begin or end
    """

    factor: Text
    factor_when_talking: Text
    median_steps: float
    steps_around: int


class SlowTurn(Cited, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """When a turn is slow: below so many degrees a second, as a mean."""

    factor: Text
    deg_per_s: float


HintRule = Halt | SlowTurn

_KINDS: dict[str, type[HintRule]] = {"halt": Halt, "slow-turn": SlowTurn}


class Hint(msgspec.Struct, frozen=True):
    """What was seen, and the factor that it points at."""

    factor: str
    reason: Reason


@functools.cache
def load_hints(folder: Path = RULES_FOLDER / "hints") -> Tables[HintRule]:
    """Read when to point at a factor. What is broken is left out and named in `off`; this never raises."""
    return read_tables(folder, lambda _, name, table: _read(name, table))


def hints(analysis: Analysis, *, talking: bool = False) -> tuple[Hint, ...]:
    """Point at the factors that an analysis speaks for; `talking` where the client was talked to on the way."""
    found: list[Hint] = []
    for rule in load_hints().entries.values():
        match rule:
            case Halt():
                found += _halts(rule, analysis, talking=talking)
            case SlowTurn():
                found += _slow_turns(rule, analysis)
    return tuple(found)


def _read(name: str, table: Any) -> HintRule:
    if name not in _KINDS:
        raise ValueError("no such hint")
    return msgspec.convert({**table, "id": name}, _KINDS[name])


def _halts(rule: Halt, analysis: Analysis, *, talking: bool) -> Iterator[Hint]:
    """Point at the longest halt between two steps; a turn between them is none."""
    contacts = [event.time_s for event in analysis.events if event.name == "initial_contact"]
    turn_start, turn_end = analysis.event("turn_start"), analysis.event("turn_end")
    gaps = [
        (after - before, before_count)
        for before_count, (before, after) in enumerate(itertools.pairwise(contacts), start=1)
        if turn_start is None or turn_end is None or after <= turn_start.time_s or before >= turn_end.time_s
    ]
    if not gaps:
        return
    median_s = statistics.median(gap for gap, _ in gaps)
    halts = [
        gap
        for gap, before_count in gaps
        if gap > rule.median_steps * median_s and rule.steps_around <= before_count <= len(contacts) - rule.steps_around
    ]
    if halts:
        factor = rule.factor_when_talking if talking else rule.factor
        code = "hint_halt_talking" if talking else "hint_halt"
        yield Hint(factor, Reason(code, {"seconds": rounded(max(halts)), "count": len(halts)}))


def _slow_turns(rule: SlowTurn, analysis: Analysis) -> Iterator[Hint]:
    """Point at the slowest turn."""
    slow = [turn for turn in _turns(analysis) if turn[0] < rule.deg_per_s]
    if slow:
        _, angle_deg, duration_s = min(slow)
        yield Hint(rule.factor, Reason("hint_slow_turn", {"angle": round(angle_deg), "seconds": rounded(duration_s)}))


def _turns(analysis: Analysis) -> Sequence[tuple[float, float, float]]:
    """Give each turn's mean rate, its angle and how long it took."""
    turns = []
    for turn in _TURNS:
        angle = analysis.measure(f"{turn}_angle")
        start, end = analysis.event(f"{turn}_start"), analysis.event(f"{turn}_end")
        if angle is not None and start is not None and end is not None and end.time_s > start.time_s:
            duration_s = end.time_s - start.time_s
            turns.append((abs(angle.value) / duration_s, abs(angle.value), duration_s))
    return turns
