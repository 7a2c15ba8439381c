"""The tests as they are done: from a person and a sensor to a recording with its exact truth."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from teststation.model import Event, Recording
from teststation.sensors.synthetic.motion import RATE_HZ, sample, segment
from teststation.sensors.synthetic.person import ADULT, BELT, Imu, Person
from teststation.sensors.synthetic.script import Attempt, Script

Until = Literal["standing", "walk_out", "turn_1", "walk_back", "turn_2", "seated"]

_COURSE_M = 3.0
_STOP_STANDING_S = 0.3


@dataclass(frozen=True, kw_only=True)
class Truth:
    """What is exactly so, beside the events. Times are seconds on the recording's clock.

    Parameters
    ----------
    repetitions, repetitions_30_s : full rises; those more than half-way up 30 s after the cue (else the onset)
    attempts : failed rises
    rise_m : from seat to standing, hips
    half_way_s : when each full rise was half-way up
    steps : initial contacts
    turn_angles_deg : + to the left
    walked_m : the whole way of the feet, standing still to standing still (without turns)
    crossing_s : when the first foot passed the line (seconds on the clock, not since the start)
    """

    repetitions: int
    repetitions_30_s: int
    attempts: tuple[Attempt, ...]
    rise_m: float
    half_way_s: tuple[float, ...]
    steps: int
    turn_angles_deg: tuple[float, ...]
    walked_m: float
    crossing_s: float | None = None


@dataclass(frozen=True, eq=False, kw_only=True)
class Generated:
    """A recording with its truth; `events` are in order of time."""

    recording: Recording
    events: tuple[Event, ...]
    truth: Truth

    def time_s(self, name: str, repetition: int | None = None) -> float:
        """Look up when an event was: the first of its name (and repetition)."""
        return next(e.time_s for e in self.events if e.name == name and repetition in (None, e.repetition))


def get_up_and_go(
    person: Person = ADULT,
    imu: Imu = BELT,
    *,
    seed: int = 0,
    reaction_s: float | None = 0.6,
    pause_s: float = 0.3,
    attempts: tuple[float, ...] = (),
    rest_s: float = 0.0,
    turns_deg: tuple[float, float] = (180.0, 180.0),
    sit_overlap_s: float = 0.0,
    until: Until = "seated",
    still_s: float = 3.0,
    fidgets: bool = False,
    name: str = "",
) -> Generated:
    """Sit, rise, walk 3 m, turn, walk back, turn and sit.

    Parameters
    ----------
    reaction_s : Go cue to movement onset; None for a recording without a cue
    pause_s : upright to the first foot leaving the ground; negative walks off before being upright
    attempts : failed rises before the one that succeeds, each the share of the height reached
    rest_s : stands still half-way out for so long
    turns_deg : both turns, + to the left
    sit_overlap_s : begins to sit so long before the second turn is over; negative waits
    until : where the person stops and stands still, never to go on
    fidgets : shifts on the seat before the cue
    """
    script = Script(person, seed)
    if fidgets:
        script.wait(1.0)
        script.fidget()
    script.wait(still_s)
    cue_s = None if reaction_s is None else script.now_s
    script.wait(reaction_s or 0.0)
    for share in attempts:
        script.attempt(share)
        script.wait(0.8)
    lift_s = script.rise()
    upright_s = script.now_s
    if until == "standing":
        script.mark("standing", upright_s)
        script.wait(still_s)
        return _generated(script, imu, seed=seed, name=name, cue_s=cue_s, lifts_s=(lift_s,))

    script.wait(pause_s)
    script.mark("standing", min(upright_s, script.now_s))
    ways = {
        "walk_out": (("straight", _COURSE_M / 2),),
        "turn_1": (("straight", _COURSE_M), ("turn", turns_deg[0])),
        "walk_back": (("straight", _COURSE_M), ("turn", turns_deg[0]), ("straight", _COURSE_M / 2)),
    }
    whole = (("straight", _COURSE_M), ("turn", turns_deg[0]), ("straight", _COURSE_M), ("turn", turns_deg[1]))
    way = ways.get(until, whole)
    if rest_s > 0.0:
        script.walk((("straight", _COURSE_M / 2),))
        script.wait(rest_s)
        way = (("straight", _COURSE_M / 2), *way[1:])
    script.walk(way, turn_names=("turn_1", "turn_2"))
    if until == "seated":
        script.now_s = script.time_of("turn_2_end") - sit_overlap_s
        script.sit()
        script.mark("seated", script.now_s)
    script.wait(still_s)
    return _generated(script, imu, seed=seed, name=name, cue_s=cue_s, lifts_s=(lift_s,))


def chair_stands(
    person: Person = ADULT,
    imu: Imu = BELT,
    *,
    stands: int = 5,
    seconds: float | None = None,
    seed: int = 0,
    reaction_s: float | None = 0.6,
    upright_s: float = 0.1,
    seated_s: float = 0.1,
    failed: dict[int, float] | None = None,
    begins_standing: bool = False,
    ends_standing: bool = False,
    pace: float = 0.8,
    tires: float = 0.0,
    still_s: float = 3.0,
    name: str = "",
) -> Generated:
    """Stand up and sit down again and again.

    Parameters
    ----------
    stands : how many full rises
    seconds : instead, as many as begin within so long after the cue
    upright_s, seated_s : how long upright and seated between
    failed : before which stand (1 is the first) a rise fails, and the share of the height it reaches
    begins_standing : a sit comes first
    ends_standing : the last rise is not followed by a sit
    pace : rising and sitting take this share of their usual time: people hurry in this test
    tires : each repetition takes by so large a share longer than the one before
    """
    script = Script(person, seed, seated=not begins_standing)
    rng = np.random.default_rng([seed, 4])
    script.wait(still_s)
    cue_s = None if reaction_s is None else script.now_s
    script.wait(reaction_s or 0.0)
    begun_s = script.now_s if cue_s is None else cue_s
    lifts_s: list[float] = []
    script.pace = pace
    if begins_standing:
        script.sit()
        script.wait(seated_s)
    for k in range(1, 1000 if seconds is not None else stands + 1):
        if seconds is not None and script.now_s - begun_s >= seconds:
            break
        script.pace = pace * (1.0 + tires) ** (k - 1) * float(np.exp(rng.normal(0.0, 0.04)))
        if failed and k in failed:
            script.attempt(failed[k], repetition=k)
            script.wait(0.5)
        lifts_s.append(script.rise(k))
        script.mark("standing", script.now_s, k)
        last = seconds is None and k == stands
        if last and ends_standing:
            break
        script.wait(upright_s)
        script.sit(k)
        script.wait(0.0 if last else seated_s)
    if not ends_standing:
        script.mark("seated", script.now_s)
    script.wait(still_s)
    return _generated(script, imu, seed=seed, name=name, cue_s=cue_s, lifts_s=tuple(lifts_s))


def gait(
    person: Person = ADULT,
    imu: Imu = BELT,
    *,
    distance_m: float = 6.0,
    course_m: float = 4.572,
    uturn_deg: float | None = None,
    seed: int = 0,
    reaction_s: float | None = 0.9,
    still_s: float = 3.0,
    name: str = "",
) -> Generated:
    """Stand still, walk a known way, stand still; with `uturn_deg` (+ to the left) turn there, walk back, stand still.

    With a turn, `gait_end` is where the walk turns round, and the contacts of turn and way back are in the events too.

    `reaction_s` is from the Go cue to the first foot leaving the ground; the body leans into it some 0.5 s before.
    """
    script = Script(person, seed, seated=False)
    script.wait(still_s)
    cue_s = None if reaction_s is None else script.now_s
    script.wait(reaction_s or 0.0)
    out = (("straight", distance_m),)
    way = out if uturn_deg is None else (*out, ("turn", uturn_deg), *out)
    bout = script.walk(way)
    script.mark("gait_end", bout.contact_s[-1] if uturn_deg is None else script.time_of("turn_start"))
    script.wait(_STOP_STANDING_S + still_s)
    return _generated(script, imu, seed=seed, name=name, cue_s=cue_s, crossing_s=bout.crossing_s(course_m))


def sitting(
    person: Person = ADULT, imu: Imu = BELT, *, duration_s: float = 20.0, seed: int = 0, name: str = ""
) -> Generated:
    """Sit, shift on the seat now and then, and do no test."""
    script = Script(person, seed)
    while script.now_s < duration_s:
        script.wait(3.0)
        script.fidget()
    script.wait(3.0)
    return _generated(script, imu, seed=seed, name=name)


def standing(
    person: Person = ADULT, imu: Imu = BELT, *, duration_s: float = 20.0, seed: int = 0, name: str = ""
) -> Generated:
    """Stand, shift the weight from leg to leg now and then, and do no test.

    Each time by 4 to 10 cm, in 0.8 to 2 s: own estimate of what somebody does who waits.
    """
    script = Script(person, seed, seated=False)
    rng = np.random.default_rng([seed, 8])
    script.wait(3.0)
    aside_deg, side = 0.0, 1.0
    while script.now_s < duration_s:
        to_deg = side * float(np.degrees(rng.uniform(0.02, 0.05) / person.leg_m))
        script.shift(to_deg - aside_deg, float(rng.uniform(0.8, 2.0)))
        aside_deg, side = to_deg, -side
        script.wait(float(rng.uniform(1.5, 3.0)))
    script.wait(3.0)
    return _generated(script, imu, seed=seed, name=name)


def cannot_rise(
    person: Person = ADULT,
    imu: Imu = BELT,
    *,
    attempts: tuple[float, ...] = (0.3, 0.15),
    seed: int = 0,
    reaction_s: float | None = 0.8,
    still_s: float = 3.0,
    name: str = "",
) -> Generated:
    """Try to rise from the chair and fail every time."""
    script = Script(person, seed)
    script.wait(still_s)
    cue_s = None if reaction_s is None else script.now_s
    script.wait(reaction_s or 0.0)
    for share in attempts:
        script.attempt(share)
        script.wait(2.0)
    script.wait(still_s)
    return _generated(script, imu, seed=seed, name=name, cue_s=cue_s)


def _generated(
    script: Script,
    imu: Imu,
    *,
    seed: int,
    name: str,
    cue_s: float | None = None,
    lifts_s: tuple[float, ...] = (),
    crossing_s: float | None = None,
) -> Generated:
    body = segment(script, imu, seed)
    shift_s = imu.start_s
    half = script.person.shank_m + script.person.thigh_m - script.person.rise_m / 2
    above = body.hips_m > half
    half_way_s = tuple(
        float(body.time_s[first + int(np.argmax(above[first:]))]) + shift_s
        for first in (round(lift_s * RATE_HZ) for lift_s in lifts_s)
    )
    events = tuple(
        Event(e.name, e.time_s + shift_s, (e.time_s + shift_s, e.time_s + shift_s), e.repetition)
        for e in sorted(script.events, key=lambda event: event.time_s)
    )
    onset_s = next((e.time_s for e in events if e.name in ("movement_onset", "stand_onset")), 0.0)
    end_s = (onset_s if cue_s is None else cue_s + shift_s) + 30.0
    return Generated(
        recording=sample(body, imu, name, seed, cue_s),
        events=events,
        truth=Truth(
            repetitions=len(lifts_s),
            repetitions_30_s=sum(time_s <= end_s for time_s in half_way_s),
            attempts=tuple(Attempt(a.onset_s + shift_s, a.share) for a in script.attempts),
            rise_m=script.person.rise_m,
            half_way_s=half_way_s,
            steps=sum(len(bout.contact_s) for bout in script.bouts),
            turn_angles_deg=tuple(float(np.degrees(turn)) for turn in script.turns_rad),
            walked_m=float(sum(bout.step_m.sum() for bout in script.bouts)),
            crossing_s=None if crossing_s is None else crossing_s + shift_s,
        ),
    )
