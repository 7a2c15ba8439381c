"""When the parts of a Get-Up-and-Go happen, each with half its 95 % interval: the same words for either placement."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from teststation.model import Interval, Placement
from teststation.signals.decoding import Flip, decode, odds_of_size
from teststation.signals.onset import STIR_HZ, THROWN, edge
from teststation.signals.orientation import Motion, tilt
from teststation.signals.phases import first_attempt, thigh_flips, upright
from teststation.signals.postures import Transition, possible_transitions
from teststation.signals.prepare import RATE_HZ, Sampling, low_pass
from teststation.signals.thigh import LIFTED, MAYBE_LIFTED, lifted, rise_edge, sit_edge
from teststation.signals.turns import Turn, find_two_turns

_THIGH_OUTER_S, _THIGH_CONTACT_S, _THIGH_UPRIGHT_S = 0.32, 0.15, 0.30
_THIGH_OUTER_SHARE = 0.48
_TRUNK_EDGE_S = 0.15
_TURN_START_S, _TURN_END_S = 0.18, 0.27
"""Half a 95 % interval by kind of event, from the references of `tug_pocket` (`python -m benchmarks.intervals`).

Each lies between what it takes if all that differs between people is their labels', and if all of it is ours. What a
thigh cannot see of the trunk is less sure the longer the thigh stirs.
"""
_TURN_SEEN_LATER_S, _TURN_SEEN_SOONER_S = 0.20, 0.24
"""Who watches sees a turn begin later, and end sooner, than the heading does: the part of the interval that is due to
the definition, and therefore on one side. Medians over the 15 people of `tug_pocket`, whose video was labelled."""

ROUND_RAD = np.radians(120.0)
"""A turn this large is one of the test's two, even where nothing else of it is seen."""

_RETRY_BENT = 0.5
"""A failed attempt bends a trunk by such a share of the rise's bend."""

_THROW_S = 1.0
"""The trunk bends the fastest no longer after its first eighth, which comes no longer after its begin."""

_EVEN_BEND_RAD, _BEND_SPREAD_RAD = np.radians(12.0), np.radians(4.0)
"""A trunk that bends by so much may lead to or from a seat; by so much surer. Log-odds, as in `decode`."""
_DOUBTED = 6.0
"""What is not believed by itself needs as much more to be part of a test. From 5 to 8 little changes: of 31 `hapt`
recordings, in which nobody does the test, 11 to 8 have a rise, turns and a sit; at 3 there are 25."""

_STOOD_M = 0.25
"""Who is said to be still standing has come up so far: most of a seat's height, and more than a failed attempt."""


@dataclass(frozen=True)
class Moment:
    """An event in seconds on the recording's clock, with half its 95 % interval, and how much further that reaches.

    What may have been a weak attempt to rise, or fidgeting, leaves open when the test began; of a turn, who watches
    sees less than a sensor.

    Parameters
    ----------
    back_s, ahead_s : how much earlier, and later, it may be still
    """

    time_s: float
    half_width_s: float
    back_s: float = 0.0
    ahead_s: float = 0.0

    @property
    def interval_s(self) -> Interval:
        """Give the 95 % interval."""
        return (self.time_s - self.half_width_s - self.back_s, self.time_s + self.half_width_s + self.ahead_s)


Moments = dict[str, Moment]


@dataclass(frozen=True)
class Found:
    """What there is of a Get-Up-and-Go: its events by name, its turns, and whether the first attempt to rise failed."""

    moments: Moments
    turns: tuple[Turn, ...] = ()
    retried: bool = False


def find(motion: Motion, placement: Placement) -> Found:
    """Find what there is of the test, wherever in the recording it lies."""
    found = _find_at_thigh(motion) if placement == Placement.THIGH else _find_at_trunk(motion, placement)
    found.moments.update(_turn_moments(found.turns))
    return found


def _find_at_thigh(motion: Motion) -> Found:
    """Time rising and sitting by the thigh's inclination, and the trunk's part of both by what stirs the thigh."""
    up = upright(motion)
    plan = None if up is None else decode(motion, thigh_flips(motion, up))
    if up is None or plan is None:
        return Found({})

    def outer(stir_s: float) -> float:
        return max(_THIGH_OUTER_S, _THIGH_OUTER_SHARE * stir_s)

    rise = rise_edge(motion, plan.rise, up)
    lead = rise.low - rise.outer
    share = lifted(motion, plan.rise, up)
    first, perhaps = (first_attempt(share, int(rise.outer), least, round(lead)) for least in (LIFTED, MAYBE_LIFTED))
    onset = rise.outer if first is None else max(0.0, first - lead)
    back_s = 0.0 if perhaps is None else max(0.0, onset - perhaps + lead) / RATE_HZ
    moments = {
        "movement_onset": replace(_moment(motion, onset, outer(rise.stir_s)), back_s=back_s),
        "seat_off": _moment(motion, rise.contact, _THIGH_CONTACT_S),
        "standing": _moment(motion, rise.upright, _THIGH_UPRIGHT_S),
    }
    if plan.sit is not None:
        sit = sit_edge(motion, plan.sit, up)
        moments |= {
            "sit_onset": _moment(motion, sit.upright, _THIGH_UPRIGHT_S),
            "seat_on": _moment(motion, sit.contact, _THIGH_CONTACT_S),
            "seated": _moment(motion, sit.outer, outer(sit.stir_s)),
        }
    return Found(moments, plan.turns, retried=first is not None)


def _find_at_trunk(motion: Motion, placement: Placement) -> Found:
    """Take the events of rising and sitting from the trunk's own transitions."""
    seen = {motion.index(t.contact_s): (t, believed) for t, believed in possible_transitions(motion, placement)}
    flips = [_flip(at, seen[at][0], sure=seen[at][1] and bool(motion.covered[at])) for at in sorted(seen)]
    plan = decode(motion, flips)
    if plan is None or not plan.convincing:
        plan = decode(motion, [flip for flip in flips if seen[flip.at][1]])
    if plan is None or (plan.sit is None and seen[plan.rise.at][0].height_m < _STOOD_M):
        return Found({})
    rise, _ = seen[plan.rise.at]
    retry_s = _bent_before(motion, rise)
    moments = {
        "movement_onset": Moment(rise.onset_s if retry_s is None else retry_s, _TRUNK_EDGE_S),
        "seat_off": Moment(rise.contact_s, _TRUNK_EDGE_S),
        "standing": Moment(rise.end_s, _TRUNK_EDGE_S),
    }
    if plan.sit is not None:
        sit, _ = seen[plan.sit.at]
        moments |= {
            "sit_onset": Moment(sit.onset_s, _TRUNK_EDGE_S),
            "seat_on": Moment(sit.contact_s, _TRUNK_EDGE_S),
            "seated": Moment(sit.end_s, _TRUNK_EDGE_S),
        }
    return Found(moments, plan.turns, retried=retry_s is not None)


def _flip(at: int, transition: Transition, *, sure: bool) -> Flip:
    odds = odds_of_size(transition.bend_rad, _EVEN_BEND_RAD, _BEND_SPREAD_RAD) - (0.0 if sure else _DOUBTED)
    return Flip(at, rises=transition.rising, size=transition.bend_rad, odds=odds)


def _bent_before(motion: Motion, rise: Transition) -> float | None:
    """Find when the trunk first bent in vain before a rise, s; None where it rose at once."""
    onset, contact = motion.index(rise.onset_s), motion.index(rise.contact_s)
    seat = motion.up[max(0, onset - round(0.3 * RATE_HZ)) : onset + 1].mean(axis=0)
    bent = tilt(motion.up, seat / np.linalg.norm(seat))
    first = first_attempt(bent / float(np.max(bent[onset : contact + 1])), onset, _RETRY_BENT)
    if first is None:
        return None
    rate = np.gradient(low_pass(bent, STIR_HZ))
    fastest = first + int(np.argmax(rate[first : first + round(_THROW_S * RATE_HZ)]))
    return motion.seconds(edge(rate, fastest, max(0, first - round(_THROW_S * RATE_HZ)), THROWN))


def _moment(motion: Motion, index: float, half_width_s: float) -> Moment:
    return Moment(motion.seconds(index), half_width_s)


def beside_gaps(motion: Motion, samples: Sampling) -> Moments | None:
    """Give the turns of a test whose rise or sit is lost in or near a gap; None where no gap can be why.

    One turn alone shows that there was a test, not which of its two turns it is.
    """
    turns = find_two_turns(motion, 0, len(motion) - 1) if len(samples.gaps) else []
    round_about = [turn for turn in turns if abs(turn.angle_rad) >= ROUND_RAD]
    if not round_about:
        return None
    return _turn_moments(round_about) if len(round_about) == 2 else {}


def _turn_moments(turns: Sequence[Turn]) -> Moments:
    moments = {}
    for number, turn in enumerate(turns, start=1):
        moments[f"turn_{number}_start"] = Moment(turn.start_s, _TURN_START_S, ahead_s=_TURN_SEEN_LATER_S)
        moments[f"turn_{number}_end"] = Moment(turn.end_s, _TURN_END_S, back_s=_TURN_SEEN_SOONER_S)
    return moments
