"""Walks: from the first foot's leaving the ground to the last foot's coming down, with the weak steps at both ends."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np

from teststation.model import Placement
from teststation.signals.orientation import Motion, tilt
from teststation.signals.prepare import RATE_HZ, Array, Mask, low_pass
from teststation.signals.rests import acceleration_from_rest, rest_between
from teststation.signals.steps import (
    OWN_CONTACT_DELAY_S,
    SHORTEST_STEP_S,
    TRUNK_CONTACT_DELAY_S,
    TRUNK_CONTACT_HALF_WIDTH_S,
    Contacts,
    ThighGait,
    TrunkGait,
    strongest_shock_s,
    thigh_contacts,
    thigh_gait,
    trunk_contact_s,
    trunk_contacts,
    trunk_gait,
    weak_humps,
)

STANDING_STILL_S = 3.5
"""So long without a step, and a walk has ended; anything shorter is a pause in it (issue 3)."""
FEWEST_STEPS = 3

FIRST_SWING_S = 0.13
FIRST_SWING_SHARE = 0.58
TRUNK_START_HALF_WIDTH_S = 0.11
THIGH_START_HALF_WIDTH_S = 0.22
"""How long the first foot is in the air, as a line in the median step time.

Fitted on `voisard_10m_uturn`: 76 starts of 13 people, mean absolute error 0.052 s, of the person
left out 0.057 s. The thigh's interval is from `marpino_5m`, 25 starts.
"""

_RUN_S = 1.3
_RUN_STEPS = 2.4
"""Two contacts further apart than both (the second in step times) belong to two runs of steps with a pause between."""

_UNHURRIED = 0.4

_LEAN_HZ = 1.0
_LEAN_REACH_S = 0.6
_TRUNK_LEAN_RAD = np.radians(11.0)
_THIGH_LEAN_RAD = np.radians(42.0)
"""Walking inclines the sensor by less within a step: 8° and 36° for all but a hundredth of real contacts."""

_REST_SEARCH_S = 2.5
_FASTEST_WITHIN_S = 2.0
_EARLY_STEPS = 4
"""The walking speed and the swing at a start are what these first steps reach."""

_TRUNK_PUSH_OFF_SHARE = (0.33, 0.65)
_THIGH_PUSH_OFF_SHARE = (0.40, 0.85)
_PUSH_OFF_STEPS = 0.85
"""Before the first foot has landed a person has less than this share of the walking speed, or of the thigh's swing.

Once it has, it is 0.47 to 0.93 of the speed (`voisard_10m_uturn` and `marpino_5m`, 91 starts; before, at most 0.22) and
0.96 to 1.78 of the swing (`marpino_5m`, 25 starts; before, at most 0.30). Up to the second share it is a push-off still
where the next contact follows sooner than the last number of step times: a first swing is shorter than a step.
"""

_CLOSED_LEFT = 0.6
_WEAK_STEP_SHARE = 0.09
_WEAK_STEP_M_S2 = 0.08
_DUE_STEPS = (0.6, 1.4)
_CLOSING_STEPS = 0.9
TRUNK_CLOSING_HALF_WIDTH_S = 0.45
"""At the trunk one more foot must come while speed and way left, as shares of walking speed and step, make more.

Or where a landing of more than that share of a usual one, and more than sway and a filter's ringing (0.05 m/s² where
someone walks 0.3 m/s), is seen when the next step is due. On 76 stops of 13 people
(`voisard_10m_uturn`, the way back, whose last contact is checked by hand) the sum is 0.0 to 0.66 when the last foot is
down and 0.4 to 1.5 a step before in nine of ten; from 0.53 to 0.67 as many are told right. The last foot comes 0.73 to
1.12 of a step after the other; its landing, a tenth of a usual one, tells half of the truth and the median, 0.9 of a
step, the other half (mean absolute error of the person left out 0.067 s). In one stop of six a step is missed or seen
too many: the interval holds nine of ten.
"""

_AHEAD_SHARE = 0.53
_RETURNING_STEPS = 0.3
_BESIDE_SHARE = 0.15
_CLOSING_SHOCK_SHARE = 0.25
_CLOSING_WITHIN_STEPS = (0.6, 1.5)
_RETURNED_SHARE = 0.25
_RETURN_REACH_S = (-0.15, 0.20)
THIGH_CLOSING_HALF_WIDTH_S = 0.41
"""The foot of the thigh itself closes the walk where the thigh stays less ahead of its rest than that share of a swing.

The mean of where it is at the contact and a little later: 0.29 to 0.49 in six of eight that close `marpino_5m`, 0.57 to
1.08 in 13 that do not. After the other foot one more must come where the thigh is not beside it, or is shaken again.
"""
_FURTHEST_WITHIN_S = (-0.15, 0.10)


@dataclass(frozen=True, eq=False)
class Walk:
    """A stretch of walking.

    Parameters
    ----------
    start_s, end_s : the first foot leaves the ground, the last comes down; seconds on the recording's clock
    start_half_width_s, end_half_width_s : half the 95 % interval of each
    contacts : the initial contacts in it; the last one is its end
    stands_after : whether the recording shows a rest after it
    """

    start_s: float
    end_s: float
    start_half_width_s: float
    end_half_width_s: float
    contacts: Contacts
    stands_after: bool

    @property
    def step_s(self) -> float:
        """The usual time from one contact to the next."""
        return float(np.median(np.diff(self.contacts.time_s)))


def walks(motion: Motion, placement: Placement) -> list[Walk]:
    """Find every walk of a recording: at least three steps, a new one after standing still for `STANDING_STILL_S`.

    The first foot leaves the ground a swing before its contact; the length of that swing follows the step time.
    """
    signs: _Signs
    if placement is Placement.THIGH:
        thigh = thigh_gait(motion)
        signs, found = _ThighSigns(motion, thigh), thigh_contacts(motion, thigh)
    else:
        trunk = trunk_gait(motion)
        signs, found = _TrunkSigns(motion, trunk), trunk_contacts(motion, trunk)
    found = found.among(~_changes_posture(motion, found, signs.most_lean_rad))
    parts = [_with_true_ends(part, signs) for part in _parts(found)]
    return [_walk(motion, part) for part in parts if len(part) >= FEWEST_STEPS]


class _Signs(Protocol):
    """What tells at the ends of a walk whether a foot has landed already, and whether one has yet to come."""

    @property
    def most_lean_rad(self) -> float:
        """Give how far walking inclines the sensor within a step at the most."""
        ...

    @property
    def push_off_share(self) -> tuple[float, float]:
        """Give the share below which the first foot has not landed, and that where the next contact follows soon."""
        ...

    def begun(self, found: Contacts) -> float | None:
        """Give the share of walking reached at the first contact; None where there was no rest before."""
        ...

    def unclosed(self, found: Contacts, step_s: float) -> bool:
        """Tell whether a foot has yet to come after the last contact; never where no rest follows it."""
        ...

    def closing(self, found: Contacts, step_s: float) -> Contacts:
        """Give the contact that must follow the last one."""
        ...


@dataclass(frozen=True, eq=False)
class _TrunkSigns:
    """By the forward speed, integrated from rest or back from it over the few seconds in which it cannot drift."""

    motion: Motion
    gait: TrunkGait
    most_lean_rad: float = _TRUNK_LEAN_RAD
    push_off_share: tuple[float, float] = _TRUNK_PUSH_OFF_SHARE

    def begun(self, found: Contacts) -> float | None:
        rest = _rest_before(self.motion, found)
        if rest is None:
            return None
        early_s = found.time_s[:_EARLY_STEPS]
        speed = np.cumsum(self._forward(rest, self.motion.index(early_s[-1]) + 1, rest))
        first = self.motion.index(early_s[0]) - rest
        return _share(speed[first], speed[first:])

    def unclosed(self, found: Contacts, step_s: float) -> bool:
        rest = _rest_after(self.motion, found)
        if rest is None:
            return False
        return (
            self._left(found, rest, step_s) > _CLOSED_LEFT
            or self._edge_s(found, step_s, self._weakest(found)) is not None
        )

    def closing(self, found: Contacts, step_s: float) -> Contacts:
        last_s = float(found.time_s[-1])
        usual_s = last_s + _CLOSING_STEPS * step_s
        edge_s = self._edge_s(found, step_s, 0.0)
        if edge_s is None:
            return _one_contact(usual_s, TRUNK_CLOSING_HALF_WIDTH_S)
        step = _one_contact(edge_s, 2 * TRUNK_CONTACT_HALF_WIDTH_S)
        longer = found.followed_by(step)
        if self.unclosed(longer, step_s):
            return step.followed_by(self.closing(longer, step_s))
        return _one_contact((edge_s + usual_s) / 2, TRUNK_CLOSING_HALF_WIDTH_S)

    def _left(self, found: Contacts, rest: int, step_s: float) -> float:
        """Give the speed left at the last contact as a share of walking, and the way left in usual steps, together."""
        first, last = self.motion.index(found.time_s[-1] - _FASTEST_WITHIN_S), self.motion.index(found.time_s[-1])
        speed = -np.cumsum(self._forward(first, rest, rest)[::-1])[::-1]
        fastest = float(speed[: last - first + 1].max())
        if fastest <= 0:
            return 0.0
        left = speed[last - first :] / fastest
        return float(left[0] + left.sum() / RATE_HZ / step_s)

    def _weakest(self, found: Contacts) -> float:
        at = [self.motion.index(time_s + TRUNK_CONTACT_DELAY_S) for time_s in found.time_s]
        return max(_WEAK_STEP_M_S2, _WEAK_STEP_SHARE * float(np.median(self.gait.rhythm[at])))

    def _edge_s(self, found: Contacts, step_s: float, weakest: float) -> float | None:
        """Time the clearest landing where the next step is due; None where there is none."""
        last_s = float(found.time_s[-1])
        first, last = (self.motion.index(last_s + steps * step_s) for steps in _DUE_STEPS)
        humps = weak_humps(self.gait, first, last)
        humps = humps[self.gait.rhythm[humps] > weakest]
        if len(humps) == 0:
            return None
        return trunk_contact_s(self.motion, self.gait, int(humps[np.argmax(self.gait.rhythm[humps])]))

    def _forward(self, first: int, last: int, rest: int) -> Array:
        level = acceleration_from_rest(self.motion, first, last, rest)
        forward: Array = np.sum(level * self.gait.ahead[first:last], axis=1)
        return forward


@dataclass(frozen=True, eq=False)
class _ThighSigns:
    """By the thigh's angle: standing, it is where it is at rest."""

    motion: Motion
    gait: ThighGait
    most_lean_rad: float = _THIGH_LEAN_RAD
    push_off_share: tuple[float, float] = _THIGH_PUSH_OFF_SHARE

    def begun(self, found: Contacts) -> float | None:
        rest = _rest_before(self.motion, found)
        if rest is None:
            return None
        near = slice(*(self.motion.index(found.time_s[0] + reach_s) for reach_s in _FURTHEST_WITHIN_S))
        return float(self._away(found, rest)[near].max(initial=0.0))

    def unclosed(self, found: Contacts, step_s: float) -> bool:
        rest = _rest_after(self.motion, found)
        if rest is None:
            return False
        assert found.own is not None, "a thigh knows its own foot"
        away = self._away(found, rest)
        last_s = float(found.time_s[-1])
        if found.own[-1]:
            return (
                float(away[[self.motion.index(last_s), self.motion.index(last_s + _RETURNING_STEPS * step_s)]].mean())
                > _AHEAD_SHARE
            )
        if away[self.motion.index(last_s)] > _BESIDE_SHARE:
            return True
        if not found.own.any():
            return False
        usual = np.median(
            self.gait.shock[[self.motion.index(s + OWN_CONTACT_DELAY_S) for s in found.time_s[found.own]]]
        )
        after = self.motion.index(found.time_s[-1] + SHORTEST_STEP_S)
        return bool(self.gait.shock[after : rest + 1].max(initial=0.0) > _CLOSING_SHOCK_SHARE * usual)

    def closing(self, found: Contacts, step_s: float) -> Contacts:
        assert found.own is not None, "a thigh knows its own foot"
        own = not bool(found.own[-1])
        last_s = float(found.time_s[-1])
        last = self.motion.index(last_s)
        rest = _rest_after(self.motion, found)
        assert rest is not None, "asked only where something is left"
        soonest_s, latest_s = (last_s + steps * step_s for steps in _CLOSING_WITHIN_STEPS)
        if not own:
            away = self._away(found, rest)[last:]
            returned_s = last_s + int(np.argmax(away < _RETURNED_SHARE * away[0])) / RATE_HZ
            soonest_s = max(soonest_s, returned_s + _RETURN_REACH_S[0])
            latest_s = max(soonest_s, returned_s + _RETURN_REACH_S[1])
        time_s = strongest_shock_s(self.motion, self.gait, soonest_s, latest_s, own=own)
        return _one_contact(time_s or last_s + _CLOSING_STEPS * step_s, THIGH_CLOSING_HALF_WIDTH_S, own=own)

    def _away(self, found: Contacts, rest: int) -> Array:
        """Give how far the thigh is from where it rests, as a share of its usual swing to one side."""
        swing = self.gait.flexion[self.motion.index(found.time_s[0]) : self.motion.index(found.time_s[-1]) + 1]
        half_range = float(np.ptp(np.quantile(swing, [0.05, 0.95]))) / 2
        away: Array = np.abs(self.gait.flexion - self.gait.flexion[rest]) / half_range
        return away


def _changes_posture(motion: Motion, found: Contacts, most_rad: float) -> Mask:
    """Tell which contacts lie in a change of posture: rising, sitting and bending shake the sensor as steps do."""
    vertical = low_pass(motion.up, _LEAN_HZ)
    reach = round(_LEAN_REACH_S * RATE_HZ)
    changes = np.zeros(len(found), dtype=bool)
    for k, time_s in enumerate(found.time_s):
        at = motion.index(float(time_s))
        around = vertical[max(0, at - reach) : at + reach + 1]
        changes[k] = float(tilt(around, vertical[at] / np.linalg.norm(vertical[at])).max()) > most_rad
    return changes


def _parts(found: Contacts) -> list[Contacts]:
    """Part contacts where a person stood still, and drop lone ones before and after the steps of a part."""
    parts = []
    for part in np.split(np.arange(len(found)), np.flatnonzero(np.diff(found.time_s) > STANDING_STILL_S) + 1):
        interval_s = np.diff(found.time_s[part])
        if len(part) < FEWEST_STEPS:
            continue
        pause_s = max(_RUN_S, _RUN_STEPS * float(np.median(interval_s)))
        runs = np.split(part, np.flatnonzero(interval_s > pause_s) + 1)
        while runs and len(runs[0]) == 1:
            runs = runs[1:]
        while runs and len(runs[-1]) == 1:
            runs = runs[:-1]
        if runs:
            parts.append(found.among(np.isin(np.arange(len(found)), np.concatenate(runs))))
    return parts


def _with_true_ends(part: Contacts, signs: _Signs) -> Contacts:
    part = part.among(np.arange(len(part)) >= _false_starts(part, signs))
    if len(part) < FEWEST_STEPS:
        return part
    step_s = _step_s(part)
    return part.followed_by(signs.closing(part, step_s)) if signs.unclosed(part, step_s) else part


def _false_starts(part: Contacts, signs: _Signs) -> int:
    """Count what comes before the first contact: shifting the weight, pushing off."""
    false = 0
    for k in range(len(part) - 1):
        rest = part.among(np.arange(len(part)) >= k)
        begun = signs.begun(rest)
        if begun is None:
            continue
        interval_s = np.diff(rest.time_s)
        soon = float(interval_s[0]) < _PUSH_OFF_STEPS * float(np.median(interval_s))
        if begun >= signs.push_off_share[1 if soon else 0]:
            break
        false = k + 1
    return false


def _walk(motion: Motion, part: Contacts) -> Walk:
    swing_s = FIRST_SWING_S + FIRST_SWING_SHARE * _step_s(part)
    return Walk(
        start_s=float(part.time_s[0]) - swing_s,
        end_s=float(part.time_s[-1]),
        start_half_width_s=THIGH_START_HALF_WIDTH_S if part.own is not None else TRUNK_START_HALF_WIDTH_S,
        end_half_width_s=TRUNK_CLOSING_HALF_WIDTH_S if part.own is None else THIGH_CLOSING_HALF_WIDTH_S,
        contacts=part,
        stands_after=_rest_after(motion, part) is not None,
    )


def _step_s(part: Contacts) -> float:
    """Give the time of an unhurried step: with a frame every other step waits, so not the median."""
    return float(np.quantile(np.diff(part.time_s), _UNHURRIED))


def _rest_before(motion: Motion, found: Contacts) -> int | None:
    reach_s = (found.time_s[0] - _REST_SEARCH_S, found.time_s[0] - SHORTEST_STEP_S)
    return rest_between(motion, *(motion.index(time_s) for time_s in reach_s))


def _rest_after(motion: Motion, found: Contacts) -> int | None:
    reach_s = (found.time_s[-1] + SHORTEST_STEP_S, found.time_s[-1] + _REST_SEARCH_S)
    return rest_between(motion, *(motion.index(time_s) for time_s in reach_s))


def _share(value: float, among: Array) -> float | None:
    largest = float(among.max())
    return float(value) / largest if largest > 0 else None


def _one_contact(time_s: float, half_width_s: float, *, own: bool | None = None) -> Contacts:
    return Contacts(np.array([time_s]), np.array([half_width_s]), None if own is None else np.array([own]))
