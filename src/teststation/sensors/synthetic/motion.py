"""From a script to what a worn sensor reads: angles and hips at 1 kHz, differentiated, turned into the sensor's frame.

World: x forward at the start, y left, z up. Body: heading, then lean (forward +), then roll (to the right +), about the
body's own axes (ZYX). The thigh is the segment whose lean is minus its flexion.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from teststation.model import Placement, Recording
from teststation.sensors.synthetic.person import Imu, Person
from teststation.sensors.synthetic.script import Array, Bout, Move, Script, eased

RATE_HZ = 1000.0
GRAVITY_M_S2 = 9.80665

_CONTACT_SHARE = 0.82
"""The seat is met when so much of an unbraked way down would have been done in time: some speed is left."""

_CUSHION_S = 0.12
_LEAN_INTO_WALK_S = 0.1
_CLOSING_BOUNCE, _CLOSING_IMPACT, _CLOSING_SWING = 0.25, 0.3, 0.75
"""Of the step before a closing one, these shares are left of the bounce, the thigh's swing and the impact.

The landing hump of the foot that closes a walk is a tenth of a usual one (0.02 to 0.21 in nine of ten of 70 stops of
`voisard_10m_uturn`); this leaves a quarter of it.
"""
_GATHERING_S = 0.3
_THIGH_WITH_TRUNK = 0.06
"""A thigh on the seat gives way so much when the trunk bends over it: 1 to 2.5° for 25 to 33° in two rises of
eurobench's first subject (our own integration)."""

_PELVIS_WITH_LEGS = 0.5
"""Of the lean of the legs as the weight is shifted, the pelvis keeps so much; the hip joints take the rest."""

_WOBBLE_RAD, _WOBBLE_M = np.radians(0.15), 0.0001
_PHASE_WANDER_RAD = np.radians(12.0)
"""People differ in how their body swings about the contacts: circular standard deviation over Voisard's walkers."""
_JOLT_WANDER_S = (0.015, 0.008)
"""So much earlier or later the jolt of a contact is felt, from person to person (as above) and from step to step."""

_REFERENCE_STEP_M = 0.66
_HIP_TO_BELT_M = np.array([-0.10, 0.0, 0.12])
_HIP_TO_THIGH_M = np.array([0.06, 0.0, -0.22])
_HALF_PELVIS_M = 0.09
_BODY_TO_CASE = np.array([[0.0, 0.0, 1.0], [0.0, 1.0, 0.0], [-1.0, 0.0, 0.0]])
"""Rows: the case's x (up), y (left) and z (backward) in the body's frame."""


@dataclass(frozen=True, eq=False)
class Segment:
    """A body segment with a sensor on it, at `RATE_HZ`.

    Parameters
    ----------
    time_s : (n,) seconds of the script
    position_m : (n, 3) of the sensor, world
    angles_rad : (n, 3) heading, lean, roll
    hips_m : (n,) height of the hips' centre
    """

    time_s: Array
    position_m: Array
    angles_rad: Array
    hips_m: Array


@dataclass(frozen=True, eq=False)
class Gait:
    """What stepping adds to the motion of the hips and the pelvis, in the heading's frame. Arrays of (n,)."""

    speed_m_s: Array
    forward_m: Array
    left_m: Array
    up_m: Array
    heading_rad: Array
    lean_rad: Array
    roll_rad: Array
    thigh_flexion_rad: Array


def segment(script: Script, imu: Imu, seed: int) -> Segment:
    """Give the motion of the segment that wears the sensor."""
    person = script.person
    time_s = np.arange(round(script.now_s * RATE_HZ) + 1) / RATE_HZ
    seated = script.seated_at_first
    legs = _angle(script.moves, "legs", time_s, np.radians(person.seated_thigh_deg) if seated else 0.0)
    trunk = _angle(script.moves, "trunk", time_s, np.radians(-person.slouch_deg if seated else person.stoop_deg))
    heading = _angle(script.moves, "heading", time_s, 0.0)
    aside = _angle(script.moves, "aside", time_s, 0.0)
    gait = _sum([_gait(bout, person, imu, seed, time_s) for bout in script.bouts], len(time_s))
    sway = _sway(person, time_s, seed)

    along = gait.forward_m - person.thigh_m * np.sin(legs)
    across = gait.left_m + person.leg_m * np.sin(aside)
    ahead = np.column_stack([np.cos(heading), np.sin(heading)])
    beside = np.column_stack([-np.sin(heading), np.cos(heading)])
    path = np.cumsum(gait.speed_m_s[:, None] * ahead, axis=0) / RATE_HZ
    hips = np.column_stack(
        [
            path + along[:, None] * ahead + across[:, None] * beside,
            person.shank_m + person.thigh_m * np.cos(legs) + gait.up_m + _seat_jolts(script, time_s),
        ]
    )
    if imu.placement == Placement.THIGH:
        side = 1.0 if imu.left else -1.0
        hips[:, :2] += side * _HALF_PELVIS_M * beside
        angles = np.column_stack(
            [heading + 0.3 * gait.heading_rad, -legs - gait.thigh_flexion_rad, 0.5 * gait.roll_rad - aside]
        )
        angles += 0.3 * sway
        lever, felt = _HIP_TO_THIGH_M, 0.15  # the trunk alone hardly shakes a thigh that lies on the seat
    else:
        roll = gait.roll_rad - _PELVIS_WITH_LEGS * aside
        angles = np.column_stack([heading + gait.heading_rad, trunk + gait.lean_rad, roll]) + sway
        lever, felt = _HIP_TO_BELT_M, 1.0
    rates = np.gradient(np.column_stack([felt * trunk, legs, heading, path]), 1.0 / RATE_HZ, axis=0)
    shaken = _wobble(person, np.abs(rates).sum(axis=1), seed)
    position = _smooth(hips + _turned(angles, lever) + shaken[:, 3:], 0.02)
    return Segment(time_s, position, _smooth(angles + shaken[:, :3], 0.02), hips[:, 2])


def sample(body: Segment, imu: Imu, name: str, seed: int, cue_s: float | None) -> Recording:
    """Give what the sensor on a segment reads and sends."""
    rng = np.random.default_rng([seed, 2])
    velocity = np.gradient(body.position_m, 1.0 / RATE_HZ, axis=0)
    force = np.gradient(velocity, 1.0 / RATE_HZ, axis=0)
    force[:, 2] += GRAVITY_M_S2
    case = _BODY_TO_CASE.T @ _rotation(np.radians(imu.rotation_deg))
    force_case = _into_body(body.angles_rad, force) @ case
    turning_case = _body_rates(body.angles_rad) @ case

    count = int(body.time_s[-1] * imu.rate_hz) + 1
    at_s = np.arange(count) / imu.rate_hz
    width_s = 1.0 / imu.rate_hz
    read = [
        np.column_stack([np.interp(at_s, body.time_s, axis) for axis in _smooth(signal, width_s).T])
        for signal in (force_case, turning_case)
    ]
    acceleration = imu.scale * read[0] + rng.normal(0.0, imu.acceleration_noise_m_s2, (count, 3))
    gyro = read[1] + np.radians(imu.bias_deg_s) + np.radians(rng.normal(0.0, imu.gyro_noise_deg_s, (count, 3)))
    acceleration = np.clip(acceleration, -imu.range_g * GRAVITY_M_S2, imu.range_g * GRAVITY_M_S2)
    gyro = np.clip(gyro, -np.radians(imu.range_deg_s), np.radians(imu.range_deg_s))

    packet = np.arange(count) // imu.packet
    arrived = (rng.uniform(size=packet[-1] + 1) >= imu.lost_share)[packet]
    return Recording(
        time_s=at_s[arrived] + imu.start_s,
        acceleration=acceleration[arrived],
        angular_velocity=gyro[arrived],
        name=name,
        placement=imu.placement,
        cue_s=None if cue_s is None else cue_s + imu.start_s,
        nominal_rate_hz=imu.rate_hz,
    )


def _angle(moves: list[Move], angle: str, time_s: Array, start_rad: float) -> Array:
    value = np.full(len(time_s), float(start_rad))
    for move in moves:
        if move.angle == angle:
            value += move.delta_rad * _progress(move, time_s)
    return value


def _progress(move: Move, time_s: Array) -> Array:
    duration_s = move.end_s - move.start_s
    share = np.clip((time_s - move.start_s) / duration_s, 0.0, 1.0)
    if move.pattern == "late":
        return eased(share**move.skew)
    if move.pattern == "early":
        return 1.0 - eased((1.0 - share) ** move.skew)
    if move.pattern == "even":
        return eased(share)
    # down to the seat with the head of a longer movement, then braked by the cushion
    s = share * _CONTACT_SHARE
    left = 30.0 * _CONTACT_SHARE**2 * (1.0 - _CONTACT_SHARE) ** 2 * _CONTACT_SHARE / duration_s
    braked = np.clip((time_s - move.end_s) / _CUSHION_S, 0.0, 1.0)
    way = eased(s) + left * _CUSHION_S * (braked - braked**3 + braked**4 / 2.0)
    whole = float(eased(np.array(_CONTACT_SHARE))) + left * _CUSHION_S / 2.0
    landed: Array = way / whole
    return landed


def _seat_jolts(script: Script, time_s: Array) -> Array:
    jolts = np.zeros(len(time_s))
    for contact_s in script.seat_contacts_s:
        jolts += _jolt(time_s, contact_s + 0.02, 4.0, frequency_hz=7.0, fading_s=0.06)
    return jolts


def _jolt(time_s: Array, start_s: float, size_m_s2: float, *, frequency_hz: float, fading_s: float) -> Array:
    """Displacement of a ringing that begins smoothly; its acceleration first goes to about + `size_m_s2`."""
    omega = 2.0 * np.pi * frequency_hz
    since = np.maximum(time_s - start_s, 0.0)
    envelope = (1.0 - np.exp(-((since * frequency_hz / 0.2) ** 3))) * np.exp(-since / fading_s)
    shaken: Array = -size_m_s2 / omega**2 * envelope * np.sin(omega * since)
    return shaken


def _gait(bout: Bout, person: Person, imu: Imu, seed: int, time_s: Array) -> Gait:
    """Give what a bout of steps adds.

    The harmonics and their phases after the initial contact are rounded means of the lower backs of healthy walkers at
    1.2 m/s (Voisard et al. 2023, our own average over 26 walks); amplitudes scale with the step, the bounce with the
    inverted pendulum of Zijlstra & Hof 1997. The thigh follows the textbook hip angle (30° flexed at contact, extended
    at half a stride).
    """
    rng = np.random.default_rng([seed, 5])
    late_s = rng.normal(0.0, _JOLT_WANDER_S[0]) + rng.normal(0.0, _JOLT_WANDER_S[1], len(bout.contact_s))
    wander = rng.normal(0.0, _PHASE_WANDER_RAD, 3)
    # a closing step moves the body and swings the leg, though it brings the foot no further than the other
    closing_m = np.concatenate([[0.0], bout.step_m[:-1]])
    felt_m = np.maximum(bout.step_m, _CLOSING_BOUNCE * closing_m)
    contacts = bout.contact_s
    edges = np.concatenate([[bout.start_s], contacts])
    width_s = max(0.3, 0.7 * float(np.median(np.diff(edges))))
    reach = _smooth(_steps(edges, np.maximum(felt_m, 0.12), time_s), 0.3)
    share = reach / _REFERENCE_STEP_M
    last = float(len(contacts) - 1)
    phase = _interpolated(
        np.concatenate([[-1.0, -0.8], np.arange(len(contacts)), [last + 0.25]]),
        np.concatenate([[edges[0] - _GATHERING_S], edges, [edges[-1] + _GATHERING_S]]),
        time_s,
    )
    step = 2.0 * np.pi * phase
    stride = np.pi * phase + (0.0 if bout.left else np.pi)  # 0 where the left foot comes down

    feet = np.cumsum(bout.step_m)
    middle = np.concatenate([[0.0], (feet + np.concatenate([[0.0], feet[:-1]])) / 2.0])
    knots = edges.copy()
    knots[0] -= _LEAN_INTO_WALK_S
    speed = _smooth(_steps(knots, np.diff(middle) / np.diff(knots), time_s), width_s)

    bounce = 0.28 * person.steadied * (person.leg_m - np.sqrt(person.leg_m**2 - (reach / 2.0) ** 2))
    bounce += 0.002 * np.tanh(4.0 * share)
    landed_m = np.maximum(bout.step_m, _CLOSING_IMPACT * closing_m)
    size = bout.force * person.impact_m_s2 * person.steadied * landed_m / _REFERENCE_STEP_M
    up = -bounce * (1.0 + np.cos(step - np.radians(42.0) + wander[0]))
    forward = -0.015 * person.steadied * share * np.cos(step + np.radians(67.0) + wander[1])
    for k, contact in enumerate(contacts + late_s):
        own = 1.0 if imu.placement != Placement.THIGH else 1.4 if bout.left ^ bool(k % 2) == imu.left else 0.6
        up += own * _jolt(time_s, contact - 0.02, 1.2 * float(size[k]), frequency_hz=6.0, fading_s=0.15)
        forward += own * _jolt(time_s, contact - 0.01, -float(size[k]), frequency_hz=3.0, fading_s=0.12)
    on = np.tanh(3.0 * share)
    # to close, both thighs come together: half a swing, which fades before the foot is down
    swings = phase - 0.5 * np.maximum(phase - (last - 1.0), 0.0)
    own_stride = np.pi * swings + (0.0 if bout.left == imu.left else np.pi)
    until = edges.copy()
    until[-2] += _CLOSING_SWING * (edges[-1] - edges[-2])
    swung = _smooth(_steps(until, np.append(np.maximum(bout.step_m[:-1], 0.12), 0.0), time_s), 0.3)
    swing = np.arcsin(np.clip(swung / (2.0 * person.leg_m), 0.0, 1.0))
    return Gait(
        speed_m_s=speed,
        forward_m=forward,
        left_m=0.02 * on * np.sin(stride),
        up_m=up,
        heading_rad=np.radians(3.5) * share * np.sin(stride - np.radians(131.0)),
        lean_rad=np.radians(1.1) * share * np.sin(step + np.radians(176.0)),
        roll_rad=on * np.radians(2.7) * np.sin(stride - np.radians(24.0))
        + share * np.radians(1.4) * np.sin(3.0 * stride - np.radians(95.0)),
        thigh_flexion_rad=0.5 * swing
        + swing * np.cos(own_stride + np.radians(36.0) + wander[2])
        - 0.12 * swing * np.cos(2.0 * own_stride),
    )


def _sum(bouts: list[Gait], count: int) -> Gait:
    fields = Gait.__dataclass_fields__
    return Gait(**{field: sum((getattr(bout, field) for bout in bouts), np.zeros(count)) for field in fields})


def _sway(person: Person, time_s: Array, seed: int) -> Array:
    """Give the trunk's own small motion, heading, lean and roll: slow sway and breathing."""
    rng = np.random.default_rng([seed, 3])
    frequency = rng.uniform(0.05, 0.6, (3, 6))
    phase = rng.uniform(0.0, 2.0 * np.pi, (3, 6))
    waves = np.sin(2.0 * np.pi * frequency[:, :, None] * time_s + phase[:, :, None]).sum(axis=1)
    size = np.radians(person.sway_deg) / np.sqrt(3.0) * np.array([0.5, 1.0, 0.5])
    swaying: Array = (size[:, None] * waves).T
    return swaying


def _wobble(person: Person, activity: Array, seed: int) -> Array:
    """Give (n, 6) of what shakes at some 3 to 12 Hz while a person moves: three angles (rad), three directions (m)."""
    rng = np.random.default_rng([seed, 6])
    white = rng.normal(size=(len(activity), 6))
    band = _smooth(white, 0.035) - _smooth(white, 0.12)
    size = person.wobble * np.tanh(_smooth(activity, 0.15)) * np.array([[_WOBBLE_RAD], [_WOBBLE_M]]).repeat(3, axis=0)
    shaking: Array = band / band.std(axis=0) * size.T
    return shaking


def _steps(edges: Array, values: Array, time_s: Array) -> Array:
    padded = np.concatenate([[0.0], values, [0.0]])
    held: Array = padded[np.searchsorted(edges, time_s, side="right")]
    return held


def _smooth(values: Array, width_s: float) -> Array:
    """Average over a bell of this half-height width; the ends are held."""
    count = round(width_s * RATE_HZ)
    window = np.hanning(2 * count + 1)
    window /= window.sum()
    columns = values if values.ndim == 2 else values[:, None]  # noqa: PLR2004 - rows of samples
    padded = np.pad(columns, ((count, count), (0, 0)), mode="edge")
    smoothed = np.column_stack([np.convolve(column, window, mode="valid") for column in padded.T])
    return smoothed.reshape(values.shape)


def _interpolated(values: Array, at_s: Array, time_s: Array) -> Array:
    """Pass monotonically through all points with a continuous slope (Fritsch & Butland), at rest outside them."""
    width = np.diff(at_s)
    slope = np.diff(values) / width
    inner = 2.0 * slope[:-1] * slope[1:] / (slope[:-1] + slope[1:])
    slopes = np.concatenate([[0.0], inner, [0.0]])
    k = np.clip(np.searchsorted(at_s, time_s, side="right") - 1, 0, len(width) - 1)
    u = np.clip((time_s - at_s[k]) / width[k], 0.0, 1.0)
    path: Array = (
        values[k] * (1 + 2 * u) * (1 - u) ** 2
        + values[k + 1] * u**2 * (3 - 2 * u)
        + width[k] * (slopes[k] * u * (1 - u) ** 2 - slopes[k + 1] * u**2 * (1 - u))
    )
    return path


def _rotation(angles_rad: Array) -> Array:
    """Turn about x, y and z in turn (the turned axes)."""
    turned = np.eye(3)
    for axis, angle in enumerate(angles_rad):
        c, s = np.cos(angle), np.sin(angle)
        i, j = (axis + 1) % 3, (axis + 2) % 3
        about = np.eye(3)
        about[i, i], about[i, j], about[j, i], about[j, j] = c, -s, s, c
        turned = turned @ about
    return turned


def _axes(angles_rad: Array) -> Array:
    """Give (n, 3, 3) matrices body → world for heading, lean and roll."""
    (cy, cp, cr), (sy, sp, sr) = np.cos(angles_rad).T, np.sin(angles_rad).T
    rows = [
        [cy * cp, cy * sp * sr - sy * cr, cy * sp * cr + sy * sr],
        [sy * cp, sy * sp * sr + cy * cr, sy * sp * cr - cy * sr],
        [-sp, cp * sr, cp * cr],
    ]
    return np.moveaxis(np.array(rows), -1, 0)


def _turned(angles_rad: Array, vector: Array) -> Array:
    world: Array = _axes(angles_rad) @ vector
    return world


def _into_body(angles_rad: Array, vectors: Array) -> Array:
    body: Array = np.einsum("nji,nj->ni", _axes(angles_rad), vectors)
    return body


def _body_rates(angles_rad: Array) -> Array:
    _, pitch, roll = angles_rad.T
    heading_rate, pitch_rate, roll_rate = np.gradient(angles_rad, 1.0 / RATE_HZ, axis=0).T
    return np.column_stack(
        [
            roll_rate - heading_rate * np.sin(pitch),
            pitch_rate * np.cos(roll) + heading_rate * np.cos(pitch) * np.sin(roll),
            -pitch_rate * np.sin(roll) + heading_rate * np.cos(pitch) * np.cos(roll),
        ]
    )
