"""The order of a Get-Up-and-Go, decoded: of all ways to pick a rise, two turns and a sit, the most likely one."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from teststation.signals.orientation import Motion
from teststation.signals.prepare import RATE_HZ, Array
from teststation.signals.turns import Turn, find_turns, find_two_turns

_LEAVES_OUT = -5.0
"""One test in 150 lacks a piece: log-odds, as all figures here."""

_HALF_TURN_RAD, _TURN_SPREAD_RAD = np.pi, np.radians(35.0)
_SURE = 4.0
"""What is exactly as it should be is no better than this: one such sight in fifty is something else."""

_ALIKE = 0.35
"""Who rises from a chair and sits down on it again changes posture by as much, give or take this (logarithm)."""

_LONGEST_S = 300.0
_AFTER_SIT_S = 1.0
"""A turn may end when the seat is already met."""


@dataclass(frozen=True)
class Flip:
    """A change of posture.

    Parameters
    ----------
    at : the sample about which it happens
    size : how large it is, in rad: of the bend at a trunk, of the thigh's way at a thigh
    odds : how likely it leads from or to a seat, by itself (log-odds)
    seat : (3,) the vertical in the sensor's frame while seated there
    """

    at: int
    rises: bool
    size: float
    odds: float
    seat: Array | None = None


@dataclass(frozen=True)
class Outline:
    """The rise, the sit and the turns between that make one test; what was not found is absent."""

    rise: Flip
    sit: Flip | None
    turns: tuple[Turn, ...]
    odds: float

    @property
    def whole(self) -> bool:
        """Tell whether all of a Get-Up-and-Go is there."""
        return self.sit is not None and len(self.turns) == 2

    @property
    def convincing(self) -> bool:
        """Tell whether all is there and rather a test than not."""
        return self.whole and self.odds > 0.0


def odds_of_size(size: float, least: float, spread: float) -> float:
    """Give the log-odds of a flip by its size alone: even at `least`, and one more for each `spread`."""
    return float(np.clip((size - least) / spread, -_SURE, _SURE))


def decode(motion: Motion, flips: Sequence[Flip]) -> Outline | None:
    """Choose the rise, the turns and the sit that make a test; None where nobody rises.

    Every rise is tried with every later sit, and with none; the two turns between them are the best two ramps of the
    heading (`find_two_turns`, a semi-Markov search of its own). A flip that is passed over costs as much as it looks
    like one to or from this very chair: so a leg held bent, an attempt that failed, fidgeting, or a phone moved
    afterwards stay out, but nobody sits down twice unseen. Of several whole tests the first is taken.

    Parameters
    ----------
    flips : in order of time
    """
    best: Outline | None = None
    for k, rise in enumerate(flips):
        if best is not None and best.convincing and best.sit is not None and rise.at > best.sit.at:
            break
        if rise.rises:
            test = _from(motion, rise, [f for f in flips[k + 1 :] if f.at - rise.at < _LONGEST_S * RATE_HZ], best)
            if best is None or (test is not None and (test.convincing, test.odds) > (best.convincing, best.odds)):
                best = test
    return best


def _from(motion: Motion, rise: Flip, later: Sequence[Flip], known: Outline | None) -> Outline | None:
    """Choose the likeliest test that begins with a rise; None where it cannot be likelier than a known one."""
    choices: list[tuple[float, Flip | None]] = [(_chair(rise, None, later), None)]
    choices += [(_chair(rise, flip, later[:k]), flip) for k, flip in enumerate(later) if not flip.rises]
    best: Outline | None = None
    for odds, sit in sorted(choices, key=lambda choice: -choice[0]):
        most = odds + 2.0 * _SURE
        if best is not None and most <= best.odds:
            break
        if known is not None and most <= known.odds and (known.convincing or most <= 0.0):
            break
        last = len(motion) - 1 if sit is None else sit.at + round(_AFTER_SIT_S * RATE_HZ)
        last = min(len(motion) - 1, last, rise.at + round(_LONGEST_S * RATE_HZ))
        turns = tuple(find_two_turns(motion, rise.at, last))
        test = Outline(rise, sit, turns, odds + _turned(turns, find_turns(motion, rise.at, last)))
        if best is None or test.odds > best.odds:
            best = test
    return best


def _chair(rise: Flip, sit: Flip | None, between: Sequence[Flip]) -> float:
    """Give the log-odds of a rise and a sit as those of one chair, with what is passed over between them."""
    largest = max(rise.size, sit.size if sit else 0.0)
    passed = sum(max(0.0, flip.odds + _alike(flip.size, largest)) for flip in between)
    own = rise.odds + (sit.odds + _alike(rise.size, sit.size) if sit else _LEAVES_OUT)
    return own - passed


def _alike(size: float, other: float) -> float:
    return -0.5 * (math.log(size / other) / _ALIKE) ** 2


def _turned(turns: Sequence[Turn], every: Sequence[Turn]) -> float:
    """Give the log-odds of the turns as the two half turns of a test, which has no more than these."""
    off = [(abs(turn.angle_rad) - _HALF_TURN_RAD) / _TURN_SPREAD_RAD for turn in turns]
    further = sum(abs(turn.angle_rad) for turn in every) - sum(abs(turn.angle_rad) for turn in turns)
    own = _LEAVES_OUT * (2 - len(turns)) + sum(max(_SURE - 0.5 * each**2, _LEAVES_OUT) for each in off)
    return float(own - _SURE * max(0.0, further) / _HALF_TURN_RAD)
