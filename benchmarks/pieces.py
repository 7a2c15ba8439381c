"""Pieces of real recordings that a Get-Up-and-Go can be composed of: rises, sits, and stretches of walking.

Nothing here uses the analyses that the composed recordings are to check: pieces are cut by references (force plate,
foot sensors) or, where there are none, where the sensor rests between two heights.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import msgspec
import numpy as np

from benchmarks.rows import Shared, shared
from teststation.signals.orientation import Motion, orient, rotate
from teststation.signals.prepare import GRAVITY_M_S2, RATE_HZ, Array, low_pass, prepare

WAY_M = 3.0
"""From the chair to where a Get-Up-and-Go turns round."""

_COURSE_M = 10.0
_QUIET_HZ = 2.0
_QUIET_RAD_S = 0.15
_REST_S = 0.4
_SEATED_S = 1.0
_LEAD_S = 3.0
_HALT_S = 0.3
_LEAST_HEIGHT_M, _MOST_HEIGHT_M, _ALIKE = 0.2, 0.7, 1.5
"""The way down to the seat and the way up, by integration: where they differ more, the accelerometer is to blame."""
_AFTER_STOP_S = 1.0
_BEFORE_START_S = 0.5
_STRIDE = 2
_FACING_RAD = np.radians(30.0)


class Piece(msgspec.Struct, frozen=True, eq=False, kw_only=True):
    """A stretch of movement.

    Parameters
    ----------
    orientation : (n, 4) unit quaternions, sensor → earth, w first, `RATE_HZ` apart
    acceleration : (n, 3) m/s², earth frame, gravity removed
    left : (3,) unit vector, the body's left in the sensor's frame
    events : s from the piece's beginning
    contacts_s : (k,) s from the piece's beginning, feet that touch the ground
    """

    orientation: Array
    acceleration: Array
    left: Array
    events: dict[str, float] = {}
    contacts_s: tuple[float, ...] = ()

    def __len__(self) -> int:
        return len(self.orientation)


class Chair(msgspec.Struct, frozen=True, eq=False, kw_only=True):
    """A rise from sitting still and a sit till sitting still, of one person; each in one or two pieces."""

    subject: str
    placement: str
    rise: tuple[Piece, ...]
    sit: tuple[Piece, ...]


class Walk(msgspec.Struct, frozen=True, eq=False, kw_only=True):
    """Walking off, out, a turn, back, a turn, and stopping, of one person."""

    subject: str
    pieces: tuple[Piece, ...]
    directions: tuple[str, str]


def forced_chairs(data: Path) -> Iterator[Chair]:
    """Give rises and sits of `eurobench_sts` at the pelvis, whose seat-off and seat-on a force plate tells.

    People do not rest between them there, so sitting still before and after is taken from the recording's beginning.
    A rise is paired with the sit that follows the next one, or, of the last, with the one that ends in rest.
    """
    for source in shared(data, "eurobench_sts"):
        if source.side["placement_code"] != "lower_back":
            continue
        motion = level(source)
        off, on = (np.array(source.truth[name]) - motion.time_s[0] for name in ("seat_off_s", "seat_on_s"))
        quiet = next((rest for rest in rests(motion) if rest.stop - rest.start >= _SEATED_S * RATE_HZ), None)
        if quiet is None or quiet.stop > off[0] * RATE_HZ or len(off) < 2:
            continue
        turning = np.linalg.norm(low_pass(motion.rate_of_turn, 2 * _QUIET_HZ), axis=1)
        up = [_calmest(turning, a + 0.4 * (b - a), a + 0.75 * (b - a)) for a, b in zip(off, on, strict=True)]
        down = [quiet.stop, *(_calmest(turning, a + 0.25, b - 0.2) for a, b in zip(on[:-1], off[1:], strict=True))]
        left = bending_axis(motion, down[0], up[0])
        still = cut(motion, max(quiet.start, quiet.stop - round(_LEAD_S * RATE_HZ)), quiet.stop, left)
        rises = [(still, cut(motion, down[k], up[k], left, {"seat_off": off[k]})) for k in range(1, len(off))]
        sits = [(cut(motion, up[k], down[k + 1], left, {"seat_on": on[k]}), still) for k in range(len(off) - 1)]
        whole_rise = cut(motion, quiet.start, up[0], left, {"seat_off": off[0]})
        ends = [rest for rest in rests(motion) if rest.start > on[-1] * RATE_HZ]
        whole_sits = [(cut(motion, up[-1], ends[0].stop, left, {"seat_on": on[-1]}),)] if ends else []
        for k, rise in enumerate([(whole_rise,), *rises]):
            sit = [*whole_sits, *sits][(k + 1) % len(off) % (len(sits) + len(whole_sits))]
            yield Chair(subject=source.subject, placement="lower_back", rise=rise, sit=sit)


def waist_chairs(data: Path) -> Iterator[Chair]:
    """Give the sit and the rise of each recording of `sisfall_chair`, cut where the waist rests low and high."""
    for source in shared(data, "sisfall_chair"):
        motion = level(source)
        found = _high_low_high(motion, rests(motion))
        if found is None:
            continue
        first, seat, last = found
        left = bending_axis(motion, seat[1], last[0])
        halt = round(_HALT_S * RATE_HZ)
        lead = round(_LEAD_S * RATE_HZ)
        yield Chair(
            subject=source.subject,
            placement="waist",
            rise=(cut(motion, max(seat[0], seat[1] - lead), min(last[0] + halt, last[1]), left),),
            sit=(cut(motion, max(first[1] - halt, first[0]), min(seat[1], seat[0] + lead), left),),
        )


def walks(data: Path) -> Iterator[Walk]:
    """Give walks of 3 m out and back, with a turn at each end, cut from two trials of one person.

    Whole strides are left out on the way, between two contacts of the same foot.
    """
    trials: dict[str, list[Shared]] = {}
    for source in shared(data, "voisard_10m_uturn"):
        trials.setdefault(source.subject, []).append(source)
    for subject, sources in trials.items():
        read = [_Trial(source) for source in sources]
        for k, first in enumerate(read):
            second = read[(k + 1) % len(read)]
            pieces = _walk(first, second)
            if pieces is not None:
                yield Walk(subject=subject, pieces=pieces, directions=(first.direction, second.direction))


class _Trial:
    """A walk of 10 m out and back, its times in seconds from the beginning of its motion."""

    def __init__(self, source: Shared) -> None:
        truth = source.truth
        self.motion = level(source)
        zero_s = float(self.motion.time_s[0])
        feet = sorted((s[1], side) for side in ("left", "right") for s in truth[f"{side}_foot_off_contact_s"])
        inside = [(s, side) for s, side in feet if truth["trial_start_s"] <= s <= truth["trial_end_s"]]
        self.contact_s = np.array([s for s, _ in inside]) - zero_s
        self.side = [side for _, side in inside]
        self.start_s, self.end_s = truth["trial_start_s"] - zero_s, truth["trial_end_s"] - zero_s
        self.turn_s = (truth["uturn_start_s"] - zero_s, truth["uturn_end_s"] - zero_s)
        self.out = int(np.sum(self.contact_s <= self.turn_s[0]))
        """How many contacts lie before the turn."""
        self.after = int(np.sum(self.contact_s <= self.turn_s[1]))
        """The first contact after the turn."""
        self.kept = max(4, round(self.out * WAY_M / _COURSE_M))
        self.left = self._left()
        turn = slice(*(round(s * RATE_HZ) for s in self.turn_s))
        self.direction = "l" if float(np.sum(self.motion.yaw_rate[turn])) > 0 else "r"

    def _left(self) -> Array:
        """Give the side away from the way: the mean velocity over the first stride at speed is straight ahead."""
        start = round((self.start_s - _BEFORE_START_S) * RATE_HZ)
        stride = slice(*(round(s * RATE_HZ) - start for s in self.contact_s[[1, 1 + _STRIDE]]))
        velocity = np.cumsum(self.motion.acceleration[start : start + stride.stop], axis=0)[stride].mean(axis=0)
        ahead = velocity * [1.0, 1.0, 0.0]
        left = np.cross([0.0, 0.0, 1.0], ahead / np.linalg.norm(ahead))
        middle = self.motion.orientation[start + (stride.start + stride.stop) // 2]
        return _unit(rotate((middle * [1.0, -1.0, -1.0, -1.0])[None, :], left[None, :])[0])

    def same_side(self, k: int, side: str) -> int:
        """Give this contact or the one before it, whichever is of the side."""
        return k if self.side[k] == side else k - 1

    def between(self, start_s: float, stop_s: float, turn: str = "") -> Piece:
        """Cut a piece; a contact at its very beginning belongs to the piece before."""
        events = {f"{turn}_start": self.turn_s[0], f"{turn}_end": self.turn_s[1]} if turn else {}
        contacts = self.contact_s[(self.contact_s > start_s + 0.01) & (self.contact_s < stop_s + 0.01)]
        first, last = round(start_s * RATE_HZ), round(stop_s * RATE_HZ)
        return cut(self.motion, first, last, self.left, events, contacts)


def _walk(first: _Trial, second: _Trial) -> tuple[Piece, ...] | None:
    """Join two trials' parts; None where the second does not end in standing still, facing the way it came."""
    halt = next((rest for rest in rests(second.motion) if rest.stop > (second.end_s + _HALT_S) * RATE_HZ), None)
    if halt is None or halt.start > (second.end_s + _AFTER_STOP_S) * RATE_HZ:
        return None
    halted_s = max(halt.start / RATE_HZ, second.end_s) + _HALT_S
    stopping = slice(*(round(s * RATE_HZ) for s in (second.contact_s[-2], halted_s)))
    if abs(float(np.sum(second.motion.yaw_rate[stopping]))) / RATE_HZ > _FACING_RAD:
        return None
    off = first.kept // 2
    onward = first.same_side(first.out - (first.kept - off), first.side[off - 1])
    back = first.after + first.kept // 2 - 1
    again = second.same_side(second.out - second.kept + second.kept // 2, first.side[back])
    round_ = second.after
    last = second.same_side(len(second.side) - 2, second.side[round_])
    if onward <= off - 1 or last <= round_:
        return None
    return (
        first.between(first.start_s - _BEFORE_START_S, first.contact_s[off - 1]),
        first.between(first.contact_s[onward], first.contact_s[back], "turn_1"),
        second.between(second.contact_s[again], second.contact_s[round_], "turn_2"),
        second.between(second.contact_s[last], halted_s),
    )


class _Rest(NamedTuple):
    """Samples from, to."""

    start: int
    stop: int


def rests(motion: Motion) -> list[_Rest]:
    """Find where the sensor hardly turns, as spans of samples."""
    turning = np.linalg.norm(low_pass(motion.rate_of_turn, _QUIET_HZ), axis=1)
    edges = np.flatnonzero(np.diff(turning < _QUIET_RAD_S, prepend=False, append=False))
    spans = [_Rest(*span) for span in zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True)]
    return [span for span in spans if span.stop - span.start >= _REST_S * RATE_HZ]


def level(source: Shared) -> Motion:
    """Give the motion of a recording, its accelerometer freed of the bias that shows at rest.

    Pieces of several sensors become one sensor, which must not change its bias on the way: at every rest it reads 1 g.
    """
    samples = prepare(source.read())
    quiet = [samples.acceleration[a:b].mean(axis=0) for a, b in rests(orient(samples))]
    if not quiet:
        return orient(samples)
    read = np.linalg.norm(quiet, axis=1)
    bias = np.linalg.lstsq(quiet / read[:, None], read - GRAVITY_M_S2, rcond=0.1)[0]
    return orient(replace(samples, acceleration=samples.acceleration - bias))


def bending_axis(motion: Motion, first: int, last: int) -> Array:
    """Give the body's left, (3,), in the sensor's frame, from a rise between two samples.

    It is the level axis about which the trunk turns most, on the side that makes bending forward positive: in the
    middle of a rise the trunk leans more than at either end.
    """
    span = slice(first, last)
    rate, up = low_pass(motion.rate_of_turn, 4.0)[span], motion.up[span]
    level = rate - np.sum(rate * up, axis=1, keepdims=True) * up
    axis: Array = np.linalg.eigh(level.T @ level)[1][:, -1]
    angle = np.cumsum(rate @ axis)
    lean = angle - np.linspace(angle[0], angle[-1], len(angle))
    return axis if float(np.sum(lean)) > 0 else -axis


def cut(  # noqa: PLR0917 - from, to, and what lies between
    motion: Motion,
    first: int,
    last: int,
    left: Array,
    events: dict[str, float] | None = None,
    contacts_s: Array | tuple[float, ...] = (),
) -> Piece:
    """Cut a piece between two samples; times of events and contacts are seconds from the motion's beginning."""
    first, last = max(first, 0), min(last, len(motion))
    return Piece(
        orientation=motion.orientation[first:last],
        acceleration=motion.acceleration[first:last],
        left=left,
        events={name: float(s) - first / RATE_HZ for name, s in (events or {}).items()},
        contacts_s=tuple(float(s) - first / RATE_HZ for s in contacts_s),
    )


def _high_low_high(motion: Motion, found: list[_Rest]) -> tuple[_Rest, _Rest, _Rest] | None:
    """Give the rests standing, sitting, standing of a recording with one sit and one rise."""
    if len(found) < 3:
        return None
    climbs = [_climb(motion, a.start + a.stop, b.start + b.stop) for a, b in pairwise(found)]
    height = np.concatenate([[0.0], np.cumsum(climbs)])
    low = np.flatnonzero(height < (height.min() + height.max()) / 2.0)
    before, after = found[: low[0]], found[low[-1] + 1 :]
    if not before or not after or len(low) != low[-1] - low[0] + 1:
        return None
    seat = max((found[k] for k in low), key=lambda rest: rest.stop - rest.start)
    down_m, up_m = height[low[0] - 1] - height[low[0]], height[low[-1] + 1] - height[low[-1]]
    alike = 1.0 / _ALIKE < down_m / up_m < _ALIKE and max(down_m, up_m) < _MOST_HEIGHT_M
    if not alike or min(down_m, up_m) < _LEAST_HEIGHT_M or seat.stop - seat.start < _SEATED_S * RATE_HZ:
        return None
    return before[-1], seat, after[0]


def _climb(motion: Motion, twice_first: int, twice_last: int) -> float:
    """Integrate the way up, m, between two samples (given doubled) at which the sensor is at rest."""
    speed = np.cumsum(motion.vertical_acceleration[twice_first // 2 : twice_last // 2]) / RATE_HZ
    speed -= np.linspace(0.0, speed[-1], len(speed))
    return float(np.sum(speed)) / RATE_HZ


def _calmest(turning: Array, start_s: float, stop_s: float) -> int:
    first = round(start_s * RATE_HZ)
    return first + int(np.argmin(turning[first : max(round(stop_s * RATE_HZ), first + 1)]))


def _unit(vector: Array) -> Array:
    unit: Array = vector / np.linalg.norm(vector)
    return unit
