"""What happens, and when exactly: a script of movements, from which both the motion and the truth are made."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from teststation.model import Event
from teststation.sensors.synthetic.person import Person

Array = NDArray[np.float64]

# Shares of a rise (onset to upright) and of a sit, of the kind that Kralj et al. 1990 and Zijlstra et al. 2012 report:
# the trunk leads, the seat is left shortly before it is bent the furthest, and it is upright a little after the legs.
# Nobody keeps to them: each varies from movement to movement, so that no analysis can count on a proportion.
_SEAT_OFF, _FLEXED_AFTER, _LEGS_STRETCHED = 0.35, 0.13, 0.95
_SIT_FLEXED, _LEGS_BENDING, _SEAT_ON, _EXTENDING_BEFORE = 0.52, 0.08, 0.70, 0.05
_SHARE_SPREAD = 0.035
_LIFT_FAILS, _FALLEN_BACK, _FAILED_EXTENSION = 0.64, 0.90, (0.56, 1.15)
_SKEW = (1.2, 1.8)
_FOOT_OFF_SHARE = 0.8
"""A foot is in the air for this share of a step's time: two fifths of a stride."""

_CLOSING_SHARE = 0.9
_FRAME_WAIT = 0.9
_FORCE_VARIATION = 0.15
_TURN_EDGE_PART = 0.7
_TURN_STEP_OVERLAP = 1.5
"""The pelvis turns on during one and a half steps."""

_SHORTEST_TURN_S = 0.6


Pattern = Literal["even", "late", "early", "landing"]


@dataclass(frozen=True)
class Move:
    """A smooth change of one angle.

    Parameters
    ----------
    angle : `trunk` (lean), `legs` (flexion of both thighs), `heading`, or `aside` (lean of both legs to the left)
    pattern : `even`; `late`, gathering speed and ending fast, as the trunk is thrown forward to rise; `early`, its
        reverse; `landing`, which meets the seat at its end with speed left
    skew : how uneven a late or early movement is
    """

    angle: str
    start_s: float
    end_s: float
    delta_rad: float
    pattern: Pattern = "even"
    skew: float = 1.0


@dataclass(frozen=True, eq=False)
class Bout:
    """Steps without a stop between them.

    Parameters
    ----------
    start_s : the first foot leaves the ground
    contact_s, step_m : (k,) when each foot comes down, and how far before the other
    force : (k,) how hard it comes down, 1 as usual
    left : the first foot is the left one
    """

    start_s: float
    contact_s: Array
    step_m: Array
    force: Array
    left: bool

    def crossing_s(self, course_m: float) -> float | None:
        """Find when the first foot passes a line that lies so far before the feet at the start."""
        landed = np.concatenate([[0.0, 0.0], np.cumsum(self.step_m)])
        begun = np.concatenate([[self.start_s], self.contact_s])
        for k, contact in enumerate(self.contact_s):
            if landed[k + 2] >= course_m:
                swing_s = contact - begun[k] if k == 0 else _FOOT_OFF_SHARE * (contact - begun[k])
                share = np.linspace(0.0, 1.0, 2001)
                where = landed[k] + (landed[k + 2] - landed[k]) * eased(share)
                return float(np.interp(course_m, where, contact - swing_s * (1.0 - share)))
        return None


@dataclass(frozen=True)
class Attempt:
    """A rise that failed: when the trunk began to bend, and what share of the way up was reached."""

    onset_s: float
    share: float


def eased(share: Array) -> Array:
    """Go from 0 to 1 with the least jerk (Flash & Hogan 1985), still at both ends."""
    s = np.clip(share, 0.0, 1.0)
    path: Array = s * s * s * (10.0 - 15.0 * s + 6.0 * s * s)
    return path


class Script:
    """Writes movements one after the other, and with them the truth. `now_s` is the end of what was written.

    `pace` above 1 makes rising and sitting slower.
    """

    def __init__(self, person: Person, seed: int, *, seated: bool = True) -> None:
        self.person = person
        self.seated_at_first = seated
        self.now_s = 0.0
        self.pace = 1.0
        self.moves: list[Move] = []
        self.bouts: list[Bout] = []
        self.events: list[Event] = []
        self.attempts: list[Attempt] = []
        self.seat_contacts_s: list[float] = []
        self.turns_rad: list[float] = []
        self._rng = np.random.default_rng([seed, 1])
        self._lengths = np.random.default_rng([seed, 7])

    def mark(self, name: str, time_s: float, repetition: int | None = None) -> None:
        """Write an event into the truth; its interval has no width."""
        self.events.append(Event(name, float(time_s), (float(time_s), float(time_s)), repetition))

    def time_of(self, name: str) -> float:
        """Look up when the last event of a name was."""
        return next(event.time_s for event in reversed(self.events) if event.name == name)

    def wait(self, duration_s: float) -> None:
        """Keep still."""
        self.now_s += duration_s

    def fidget(self, lean_deg: float = 4.0, duration_s: float = 1.2) -> None:
        """Shift on the seat: lean forward a little and back, without an attempt to rise."""
        middle_s = self.now_s + duration_s / 2
        self._move("trunk", self.now_s, middle_s, lean_deg)
        self._move("trunk", middle_s, self.now_s + duration_s, -lean_deg)
        self.now_s += duration_s

    def shift(self, degrees: float, duration_s: float) -> None:
        """Shift the weight to one leg (+ the left one) by leaning over from the ankles."""
        self._move("aside", self.now_s, self.now_s + duration_s, degrees)
        self.now_s += duration_s

    def rise(self, repetition: int | None = None) -> float:
        """Rise from the seat; give when the legs begin to lift."""
        p, start_s = self.person, self.now_s
        at = self._shares(p.rise_s)
        seat_off = self._share(_SEAT_OFF)
        flexed = seat_off + self._share(_FLEXED_AFTER)
        self._move("trunk", at(0.0), at(flexed), p.flexion_deg + p.slouch_deg, pattern="late")
        self._move("legs", at(seat_off), at(min(1.0, self._share(_LEGS_STRETCHED))), -p.seated_thigh_deg)
        self._move("trunk", at(flexed - 0.06), at(1.0), p.stoop_deg - p.flexion_deg)
        if repetition is not None:
            self.mark("stand_onset", start_s, repetition)
        elif not self.attempts:
            self.mark("movement_onset", start_s)
        self.mark("seat_off", at(seat_off), repetition)
        self.now_s = at(1.0)
        return at(seat_off)

    def attempt(self, share: float, repetition: int | None = None) -> None:
        """Try to rise, reach a share of the way (0 only bends forward), and fall back on the seat."""
        p, start_s = self.person, self.now_s
        at = self._shares(p.rise_s)
        if repetition is None and not self.attempts:
            self.mark("movement_onset", start_s)
        self.attempts.append(Attempt(start_s, share))
        seat_off = self._share(_SEAT_OFF)
        leant_deg = p.flexion_deg + p.slouch_deg
        self._move("trunk", at(0.0), at(seat_off + self._share(_FLEXED_AFTER)), leant_deg, pattern="late")
        self._move("trunk", at(_FAILED_EXTENSION[0]), at(_FAILED_EXTENSION[1]), -leant_deg, pattern="early")
        if share > 0.0:
            # the height goes with the cosine of the thigh's angle
            seated_rad = np.radians(p.seated_thigh_deg)
            lifted_deg = p.seated_thigh_deg - float(np.degrees(np.arccos(np.cos(seated_rad) * (1.0 - share) + share)))
            self._move("legs", at(seat_off), at(_LIFT_FAILS), -lifted_deg)
            self._move("legs", at(_LIFT_FAILS), at(_FALLEN_BACK), lifted_deg, pattern="landing")
            self.seat_contacts_s.append(at(_FALLEN_BACK))
        self.now_s = at(_FAILED_EXTENSION[1])

    def sit(self, repetition: int | None = None) -> None:
        """Sit down from standing; may begin before an earlier movement has ended (set `now_s` back)."""
        p = self.person
        at = self._shares(p.sit_s)
        seat_on = self._share(_SEAT_ON)
        self._move("trunk", at(0.0), at(self._share(_SIT_FLEXED)), p.flexion_deg - p.stoop_deg)
        self._move("legs", at(self._share(_LEGS_BENDING)), at(seat_on), p.seated_thigh_deg, pattern="landing")
        extending = seat_on - self._share(_EXTENDING_BEFORE)
        self._move("trunk", at(extending), at(1.0), -p.flexion_deg - p.slouch_deg, pattern="early")
        self.mark("sit_onset", self.now_s, repetition)
        self.mark("seat_on", at(seat_on), repetition)
        self.seat_contacts_s.append(at(seat_on))
        self.now_s = at(1.0)

    def walk(self, parts: tuple[tuple[str, float], ...], *, turn_names: tuple[str, ...] = ()) -> Bout:
        """Walk from standing to standing through `parts`: ("straight", metres) or ("turn", degrees, + to the left).

        The first foot leaves the ground now. The last step closes (in a turn at the end, its
        last step). Writes `gait_start`, `initial_contact`s, and the edges of each turn under its name.
        """
        p = self.person
        start_s = self.now_s
        contacts: list[float] = []
        lengths: list[float] = []
        named = iter(turn_names)
        now_s = start_s + self._step_s(0) - p.step_s * 0.2
        for part, (kind, amount) in enumerate(parts, start=1):
            if kind == "straight":
                eased = self._eased(max(1, round(amount / p.step_m)), first=part == 1, last=part == len(parts))
                durations = [self._step_s(k) / share for k, share in enumerate(eased)]
                uneven = eased * self._lengths.lognormal(0.0, p.length_variation, len(eased))
                steps_m = list(amount * uneven / uneven.sum())
            else:
                turn_s = max(_SHORTEST_TURN_S, p.turn_s * abs(amount) / 180.0)
                count = max(2, round(turn_s / p.step_s))
                durations = [turn_s / count * self._varied() for _ in range(count)]
                steps_m = [p.turn_step_m] * count
                early = 0.1 if part == len(parts) else 0.4  # the feet do not go on after a turn before a chair
                lag_s = p.step_s * float(self._rng.uniform(-early, 0.1))
                turn_start_s = now_s + lag_s if contacts else start_s
                self._turn(turn_start_s, turn_s, amount, count, next(named, "turn"))
            for duration_s, step_m in zip(durations, steps_m, strict=True):
                # the first contact of a bout comes at the end of the first swing, not a step after it
                now_s = now_s if not contacts else now_s + duration_s
                contacts.append(now_s)
                lengths.append(step_m)
        if parts[-1][0] == "turn":
            lengths[-1] = 0.0
        else:
            contacts.append(now_s + _CLOSING_SHARE * self._step_s(0))
            lengths.append(0.0)
        force = np.exp(self._rng.normal(0.0, _FORCE_VARIATION, len(contacts)))
        bout = Bout(start_s, np.array(contacts), np.array(lengths), force, p.first_foot_left)
        self.bouts.append(bout)
        self.mark("gait_start", start_s)
        for contact in contacts:
            self.mark("initial_contact", contact)
        self.now_s = contacts[-1]
        return bout

    def _turn(self, start_s: float, duration_s: float, degrees: float, steps: int, name: str) -> None:
        """Turn step by step: each takes its part of the angle, the first and the last a smaller one."""
        parts = np.ones(steps)
        parts[[0, -1]] = _TURN_EDGE_PART
        step_s = duration_s / (steps - 1 + _TURN_STEP_OVERLAP) * _TURN_STEP_OVERLAP
        for part, begin_s in zip(parts / parts.sum(), np.linspace(0.0, duration_s - step_s, steps), strict=True):
            self._move("heading", start_s + begin_s, start_s + begin_s + step_s, degrees * part)
        self.turns_rad.append(float(np.radians(degrees)))
        self.mark(f"{name}_start", start_s)
        self.mark(f"{name}_end", start_s + duration_s)

    def _eased(self, count: int, *, first: bool, last: bool) -> Array:
        """Give what share of a usual step each is: people start and stop with shorter and slower ones."""
        less = [self.person.eases, self.person.eases / 2]
        shares = np.ones(count)
        for k in range(min(count, len(less))):
            shares[k] -= less[k] * first
            shares[-1 - k] -= less[k] * last
        return shares

    def _step_s(self, k: int) -> float:
        waits = self.person.double_steps and k % 2 == 1
        return self.person.step_s * self._varied() * (1.0 + _FRAME_WAIT * waits)

    def _varied(self) -> float:
        return float(np.exp(self._rng.normal(0.0, self.person.step_variation)))

    def _share(self, usual: float) -> float:
        return max(0.02, usual + float(self._rng.normal(0.0, _SHARE_SPREAD)))

    def _shares(self, duration_s: float) -> Callable[[float], float]:
        """Give the time of a share of a movement that begins now and takes so long at this pace."""
        start_s, length_s = self.now_s, duration_s * self.pace
        return lambda share: start_s + share * length_s

    def _move(self, angle: str, start_s: float, end_s: float, degrees: float, *, pattern: Pattern = "even") -> None:
        skew = float(self._rng.uniform(*_SKEW)) if pattern in ("late", "early") else 1.0
        self.moves.append(Move(angle, float(start_s), float(end_s), float(np.radians(degrees)), pattern, skew))
