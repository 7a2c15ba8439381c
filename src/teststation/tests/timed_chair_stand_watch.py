"""The live watcher of the chair stand: it sees the first movement, counts the rises and proposes the stop."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

import numpy as np

from teststation.model import Placement
from teststation.signals.live import LiveMotion, Stir, last, part
from teststation.signals.orientation import Motion, tilt, unit
from teststation.signals.postures import Transition, possible_transitions, transitions
from teststation.signals.prepare import RATE_HZ, Array
from teststation.tests.base import Options, Sight, Sighting
from teststation.tests.full_rises import is_full, usual_size

_REACH_S = 12.0
"""So much the analysis is shown at a look: two slow cycles and the rest before them."""
_REST_RAD_S = 0.15
_REST_S = 0.5

_CALM_SHARE, _FORGET_S = 0.5, 1.0
"""The trunk calms when it turns at less than this share of the fastest, which is forgotten in this time."""
_LOOK_S, _MOVING_LOOK_S = 0.4, 0.8
_LEAST_M = 0.2
_HALVING = 1.7
"""A slow rise is over when it has gone on after half of its height for so many times what it took to there from leaving
the seat, when a fifth of its time has gone (1.5 to 2 do equally well on `sisfall_chair`)."""
_APART_S = 0.8
"""Nobody is half-way up twice within this time; what is nearer to one another is one rise, seen twice."""
_KNOWN_WAYS = 2
"""From so many ways on a person's usual height is known."""
_SERIES_S, _SERIES_BEND_RAD = 4.0, np.radians(10.0)
"""In a series the way back begins within this time, and bends the trunk by so much."""
_CALMS_S = 0.4
"""The trunk is still coming upright when the way up has come to its end, for so long at the most."""
_DRIFTS_S, _LEVELS_S = 8.0, 5.0
"""The running vertical velocity forgets, and is levelled, in these times: longer than a rise, shorter than drift."""
_SHARE_OF_USUAL = 0.5
_HALTED_SHARE, _LEFT_SHARE = 0.25, 0.41
"""What moves with the least jerk, and has slowed to a quarter of its fastest, goes on for so much of the time since it
was fastest."""

_SURE_S = 1.5
"""After so long a rest the analysis will see no more than it has seen."""
_LATELY_S = 3.0
"""What ended longer ago was judged when it was new; a later look does not add to it."""
_SETTLED_S = 2.0
"""At the window's beginning a movement may be cut off: nothing there is taken back."""

_UPRIGHT_RAD, _SEATED_RAD = np.radians(50.0), np.radians(30.0)
"""How far a thigh is turned from its inclination at rest to count as changed, and as back again."""
_HALTS_S = 0.8
"""So long after such a change the thigh has halted again."""


class TimedChairStandWatcher:
    """Causal eyes on one chair stand, fed packet by packet."""

    def __init__(self, options: Options, *, ends: bool = True) -> None:
        placement = options.placement or Placement.LOWER_BACK
        self._eyes: _Trunk | _Thigh = _Thigh() if placement is Placement.THIGH else _Trunk(placement)
        self._stands = options.stands if ends and options.seconds is None else None
        self._seconds = options.seconds if ends else None
        self._live = LiveMotion(_REACH_S)
        self._stir = Stir()
        self._quiet_s = 0.0
        self._started_s: float | None = None
        self._phase = ""
        self._count = 0
        self._stopped = False

    def feed(self, time_s: Array, acceleration: Array, angular_velocity: Array) -> list[Sighting]:
        """Look at the next samples, (n,) s, (n, 3) m/s² and (n, 3) rad/s; give what became clear with them."""
        begun_s = self._stir.begins_s(time_s, angular_velocity - self._live.bias_rad_s)
        seen: list[Sighting] = []
        if begun_s is not None and not self._phase:
            self._started_s = begun_s
            seen.append(Sighting(Sight.START, begun_s))
        if self._stopped or not self._live.extend(time_s, acceleration, angular_velocity):
            return seen
        recent = self._live.recent
        assert recent is not None
        if len(recent) < _REST_S * RATE_HZ:
            return seen
        new = last(recent, self._live.new / RATE_HZ)
        turning = np.linalg.norm(new.rate_of_turn, axis=1)
        self._quiet_s = self._quiet_s + len(new) / RATE_HZ if turning.mean() < _REST_RAD_S else 0.0
        for phase, at_s in self._eyes.follow(recent, new, self._quiet_s):
            seen += self._enter(phase, at_s)
        return seen + self._end(float(recent.time_s[-1]))

    def _enter(self, phase: str, at_s: float) -> list[Sighting]:
        seen = []
        if phase != self._phase:
            self._phase = phase
            seen.append(Sighting(Sight.PHASE, at_s, phase=phase, count=self._eyes.count))
        if self._eyes.count != self._count:
            self._count = self._eyes.count
            seen.append(Sighting(Sight.REPETITION, at_s, phase=phase, count=self._count))
        if phase == "seated" and self._stands is not None and self._count >= self._stands:
            self._stopped = True
            seen.append(Sighting(Sight.STOP, at_s, phase=phase, count=self._count))
        return seen

    def _end(self, now_s: float) -> list[Sighting]:
        if self._stopped or self._seconds is None or self._started_s is None:
            return []
        if now_s < self._started_s + self._seconds:
            return []
        self._stopped = True
        return [Sighting(Sight.STOP, self._started_s + self._seconds, phase=self._phase, count=self._count)]


class _Trunk:
    """Counts the rises that the analysis sees in the last seconds.

    It looks when its running velocity says that a way up or down has come to a halt, when the trunk calms, now and then
    while it moves on, and when it has come to rest. Only then is it sure of a slow movement: what a look at rest no
    longer shows is taken back.
    """

    def __init__(self, placement: Placement) -> None:
        self._placement = placement
        self._height = _Height()
        self._turned_rad_s = 0.0
        self._rises_s: list[float] = []
        self._phase = ""
        self._halt = 0
        self._changed_s = self._halted_s = self._failed_s = -np.inf
        self._looked_s = self._moved_s = self._rested_s = -np.inf

    @property
    def count(self) -> int:
        return len(self._rises_s)

    def follow(self, recent: Motion, new: Motion, quiet_s: float) -> Iterator[tuple[str, float]]:
        """Give the phases that became clear, each with when it began."""
        now_s = float(new.time_s[-1])
        resting, calms = quiet_s >= _REST_S, self._calms(new)
        halt = 0
        if resting:
            self._rested_s = now_s
            self._height.rest(last(recent, _REST_S))
        else:
            self._moved_s = now_s
            halt = self._height.halt(new)
        if now_s > self._moved_s + _SURE_S:
            return
        if halt:
            self._halt, self._halted_s = halt, now_s
        halt = self._halt if calms or now_s > self._halted_s + _CALMS_S else 0
        if halt:
            self._halt = 0
        if halt or now_s - self._looked_s > (_LOOK_S if calms else _MOVING_LOOK_S):
            self._looked_s = now_s
            yield from self._look(recent, sure=resting, halt=halt)

    def _calms(self, new: Motion) -> bool:
        """Tell whether the trunk has all but ceased to turn; a movement that ends does."""
        turning = float(np.linalg.norm(new.rate_of_turn, axis=1).mean())
        self._turned_rad_s = max(turning, self._turned_rad_s * (1.0 - len(new) / RATE_HZ / _FORGET_S))
        return turning < _CALM_SHARE * self._turned_rad_s

    def _change(self, phase: str, at_s: float) -> tuple[str, float]:
        self._phase, self._changed_s = phase, at_s
        return phase, at_s

    def _rise(self, way: Transition, now_s: float) -> tuple[str, float]:
        """Count a rise; who rested since the last one and has not sat down since had not risen then."""
        if self._phase == "standing" and self._rises_s and self._rested_s > self._rises_s[-1]:
            self._rises_s.pop()
        self._rises_s.append(way.half_way_s)
        return self._change("standing", min(way.end_s, now_s))

    def _look(self, recent: Motion, *, sure: bool, halt: int) -> Iterator[tuple[str, float]]:
        now_s = float(recent.time_s[-1])
        since_s = float(recent.time_s[0]) if sure else now_s - _LATELY_S - _SETTLED_S
        possible = list(possible_transitions(recent, self._placement, since_s))
        surely = [way for way, believed in possible if believed]
        ways = [way for way, believed in possible if believed or self._goes_on(way)]
        usual_m = self._height.known_m
        known_s = max(float(recent.time_s[0]), since_s) + _SETTLED_S
        failed = [
            rise
            for rise, sit in pairwise(surely)
            if rise.rising and not sit.rising and sit.whole and sit.end_s < now_s
            if usual_m and rise.end_s > known_s and not is_full(rise, sit, usual_m, self._placement)
        ]
        self._failed_s = max([self._failed_s, *(rise.half_way_s for rise in failed)])
        settled_s = now_s - (0.0 if sure else _SURE_S)
        kept_s = [
            at_s
            for at_s in self._rises_s
            if at_s < known_s
            or not (any(_is(rise, at_s) for rise in failed) or (at_s < settled_s and _was_a_sit(surely, at_s)))
        ]
        if len(kept_s) < len(self._rises_s):
            self._rises_s = kept_s
            yield self._change("seated", now_s)
        enough_m = _SHARE_OF_USUAL * usual_m
        for way in ways:
            if way.whole and way.end_s < now_s:
                self._height.level(recent, way)
            over = sure or halt == (1 if way.rising else -1) or _over(way, now_s)
            if not over or way.height_m < enough_m or way.end_s < now_s - _LATELY_S:
                continue
            last_s = max([self._failed_s, *self._rises_s[-1:]])
            if way.rising and way not in failed and way.half_way_s > last_s + _APART_S:
                yield self._rise(way, now_s)
            elif not way.rising and self._phase != "seated" and way.half_way_s > last_s:
                yield self._change("seated", min(way.end_s, now_s))

    def _goes_on(self, way: Transition) -> bool:
        """Tell whether a way goes on with a series that was believed: back by as much, soon after the last."""
        turns = self._phase == ("seated" if way.rising else "standing")
        usual_m = self._height.usual_m
        alike = 0.5 * usual_m < way.height_m < 2.0 * usual_m
        return turns and alike and way.bend_rad > _SERIES_BEND_RAD and way.onset_s < self._changed_s + _SERIES_S


class _Height:
    """The trunk's vertical velocity, set to zero where it is known to be, and how far up or down it has led since."""

    def __init__(self) -> None:
        self._bias_m_s2 = 0.0
        self._running_m_s = self._drift_m_s = self._way_m = self._fastest_m_s = 0.0
        self._fastest_s = self._levelled_s = self._known_s = -np.inf
        self._due_s: float | None = None
        self._halted = False
        self._ways_m: list[float] = []
        self.usual_m = self.known_m = 0.0

    def rest(self, resting: Motion) -> None:
        """Begin anew from a rest."""
        self._bias_m_s2 = float(np.mean(resting.vertical_acceleration))
        self._begin(float(resting.time_s[-1]))

    def level(self, recent: Motion, way: Transition) -> None:
        """Begin anew from the end of a way, and remember how high it was once it is seen well."""
        if way.end_s > self._known_s + _APART_S and way.end_s < recent.time_s[-1] - _APART_S:
            self._known_s = way.end_s
            self._ways_m.append(way.height_m)
            self.usual_m = usual_size(self._ways_m)
            self.known_m = self.usual_m if len(self._ways_m) >= _KNOWN_WAYS else 0.0
        if way.end_s > self._levelled_s + _APART_S:
            self._begin(way.end_s)
            self.halt(part(recent, slice(recent.index(way.end_s), None)))

    def _begin(self, at_s: float) -> None:
        self._running_m_s = self._drift_m_s = self._way_m = self._fastest_m_s = 0.0
        self._halted, self._levelled_s, self._due_s = False, at_s, None

    def halt(self, new: Motion) -> int:
        """Go on with the velocity; tell whether a way up (1) or down (-1) of the usual size ends; else 0."""
        halt = 0
        far_m = max(_LEAST_M, _SHARE_OF_USUAL * self.usual_m)
        for now_s, acceleration in zip(new.time_s.tolist(), new.vertical_acceleration.tolist(), strict=True):
            self._running_m_s += (acceleration - self._bias_m_s2 - self._running_m_s / _DRIFTS_S) / RATE_HZ
            self._drift_m_s += (self._running_m_s - self._drift_m_s) / _LEVELS_S / RATE_HZ
            speed_m_s = self._running_m_s - self._drift_m_s
            back = speed_m_s * self._way_m < 0.0
            if self._due_s is not None and (back or now_s >= self._due_s):
                halt = 1 if self._way_m > 0.0 else -1
                self._due_s = None
            if back:
                self._way_m = self._fastest_m_s = 0.0
                self._halted = False
            self._way_m += speed_m_s / RATE_HZ
            if abs(speed_m_s) >= self._fastest_m_s:
                self._fastest_m_s, self._fastest_s = abs(speed_m_s), now_s
            if not self._halted and abs(self._way_m) > far_m and abs(speed_m_s) < _HALTED_SHARE * self._fastest_m_s:
                self._halted = True
                self._due_s = now_s + _LEFT_SHARE * (now_s - self._fastest_s)
        return halt


def _over(way: Transition, now_s: float) -> bool:
    """Tell whether a way has come to its end, or a slow rise must have, though nothing follows yet."""
    halving_s = way.half_way_s - way.contact_s
    return way.whole or (way.rising and way.height_m > _LEAST_M and now_s - way.half_way_s > _HALVING * halving_s)


def _was_a_sit(ways: Sequence[Transition], at_s: float) -> bool:
    """Tell whether a look shows a sit where a rise was counted."""
    return any(not way.rising and way.onset_s < at_s < way.end_s for way in ways) and not any(
        way.rising and _is(way, at_s) for way in ways
    )


def _is(way: Transition, at_s: float) -> bool:
    return abs(way.half_way_s - at_s) < _APART_S


class _Thigh:
    """Counts by the thigh's inclination against that at the first rest.

    That is taken for the seat until the ways between, as the analysis sees them, tell that it was upright. A change
    counts once the thigh has come to a halt.
    """

    def __init__(self) -> None:
        self._rest: Array | None = None
        self._away = self._was_away = False
        self._changes = [0, 0]
        self._changed_s: float | None = None
        self._fastest_rad_s = 0.0
        self._seat_is_rest = 0

    @property
    def count(self) -> int:
        return self._changes[self._seat_is_rest >= 0]

    def follow(self, recent: Motion, new: Motion, quiet_s: float) -> Iterator[tuple[str, float]]:
        """Give the phases that became clear, each with when it began."""
        now_s = float(new.time_s[-1])
        if quiet_s >= _REST_S and not any(self._changes):
            self._rest = unit(last(recent, _REST_S).up.mean(axis=0))
        if self._rest is None:
            return
        turning = float(np.linalg.norm(new.rate_of_turn, axis=1).mean())
        self._fastest_rad_s = max(self._fastest_rad_s, turning)
        late = self._changed_s is not None and now_s > self._changed_s + _HALTS_S
        if late or turning < _HALTED_SHARE * self._fastest_rad_s:
            yield from self._halt(now_s)
        if late and self._changed_s is not None:
            self._judge(recent, self._changed_s)
            self._changed_s = None
            yield self._phase, now_s
        angle = float(tilt(new.up[-1:], self._rest)[0])
        if angle < _SEATED_RAD if self._away else angle > _UPRIGHT_RAD:
            yield from self._halt(now_s)
            self._away = not self._away
            self._changed_s, self._fastest_rad_s = now_s, turning

    def _halt(self, at_s: float) -> Iterator[tuple[str, float]]:
        """Count a change of posture that is done."""
        if self._was_away is not self._away:
            self._was_away = self._away
            self._changes[self._away] += 1
            yield self._phase, at_s

    @property
    def _phase(self) -> str:
        return "standing" if self._was_away == (self._seat_is_rest >= 0) else "seated"

    def _judge(self, recent: Motion, changed_s: float) -> None:
        """Ask the analysis whether the last change was a rise."""
        for way in transitions(recent, Placement.THIGH):
            if abs(way.half_way_s - changed_s) < _HALTS_S:
                self._seat_is_rest += 1 if way.rising == self._away else -1
