"""Who moves, and what is worn: every number that a generated recording depends on, with its unit."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from teststation.model import Placement


@dataclass(frozen=True, kw_only=True)
class Person:
    """How somebody rises, walks, turns and sits. The defaults are a healthy older adult at a normal pace.

    Parameters
    ----------
    rise_s, sit_s : movement onset to upright; bending to sit to trunk at rest
    flexion_deg : how far the trunk leans forward at the most, to rise and to sit
    slouch_deg, stoop_deg : lean of the trunk backward when seated, forward when standing and walking
    thigh_m, shank_m, leg_m : hip to knee, knee to floor, and the inverted pendulum of walking
    seated_thigh_deg : flexion of the thigh when seated; 90 is level
    step_m, step_s : length and duration of a step on the straight
    step_variation : standard deviation of step durations, as a share
    eases : by so large a share the first and the last step on the straight are shorter and slower; half of it the next
    length_variation : standard deviation of step lengths on the straight, as a share
    double_steps : two steps and a wait, as with a walking frame that is put forward
    steadied : share of the bounce of walking that is left with a walking aid; 1 walks free
    turn_s, turn_step_m : duration of a half turn (smaller turns take their share, not below 0.6 s), steps in it
    first_foot_left : which foot goes first
    impact_m_s2 : size of the transient at an initial contact, at a step of 0.66 m
    wobble : how much soft tissue, belt and muscle shake in motion; 1 as usual
    sway_deg : standard deviation of the trunk's own motion at rest
    """

    rise_s: float = 1.5
    sit_s: float = 1.8
    flexion_deg: float = 35.0
    slouch_deg: float = 10.0
    stoop_deg: float = 5.0
    thigh_m: float = 0.42
    shank_m: float = 0.46
    leg_m: float = 0.90
    seated_thigh_deg: float = 88.0
    step_m: float = 0.62
    step_s: float = 0.54
    step_variation: float = 0.025
    eases: float = 0.0
    length_variation: float = 0.0
    double_steps: bool = False
    steadied: float = 1.0
    turn_s: float = 1.7
    turn_step_m: float = 0.22
    first_foot_left: bool = True
    impact_m_s2: float = 4.0
    wobble: float = 1.0
    sway_deg: float = 0.12

    @property
    def rise_m(self) -> float:
        """How far the hips rise from the seat to standing."""
        return self.thigh_m * (1.0 - float(np.cos(np.radians(self.seated_thigh_deg))))


@dataclass(frozen=True, kw_only=True)
class Imu:
    """A sensor, how it is worn and what it does wrong.

    Parameters
    ----------
    placement : `LOWER_BACK`, or `THIGH` (front of one thigh)
    rotation_deg : the sensor's case turned out of its place, about its own x, y and z in turn; any angles.
        In its place x points up along the trunk or to the hip, y to the left, z backward
    left : the thigh is the left one
    rate_hz : sampling rate
    start_s : device time of the first sample
    bias_deg_s : constant offset of the gyroscope
    acceleration_noise_m_s2, gyro_noise_deg_s : standard deviation of white noise, per sample
    scale : the accelerometer reads so many times the truth
    range_g, range_deg_s : values beyond are clipped
    lost_share : share of packets that never arrive; gone from the recording
    packet : samples in one packet
    """

    placement: Placement = Placement.LOWER_BACK
    rotation_deg: tuple[float, float, float] = (0.0, 0.0, 0.0)
    left: bool = False
    rate_hz: float = 100.0
    start_s: float = 0.0
    bias_deg_s: tuple[float, float, float] = (0.3, -0.2, 0.15)
    acceleration_noise_m_s2: float = 0.03
    gyro_noise_deg_s: float = 0.12
    scale: float = 1.0
    range_g: float = 16.0
    range_deg_s: float = 2000.0
    lost_share: float = 0.0
    packet: int = 4


ADULT = Person()
FAST = Person(rise_s=0.9, sit_s=1.0, step_m=0.85, step_s=0.42, turn_s=1.0, turn_step_m=0.30, impact_m_s2=5.0)
SLOW = Person(
    rise_s=2.6, sit_s=3.0, flexion_deg=42.0, stoop_deg=10.0, step_m=0.38, step_s=0.68, step_variation=0.04, turn_s=3.4,
    turn_step_m=0.14, impact_m_s2=2.0, sway_deg=0.2,
)  # fmt: skip
ROLLATOR = Person(
    rise_s=2.8, sit_s=3.2, flexion_deg=42.0, stoop_deg=16.0, step_m=0.40, step_s=0.66, step_variation=0.04, turn_s=3.6,
    turn_step_m=0.14, steadied=0.6, impact_m_s2=1.6, sway_deg=0.2,
)  # fmt: skip
FRAME = Person(
    rise_s=3.2, sit_s=3.6, flexion_deg=44.0, stoop_deg=20.0, step_m=0.32, step_s=0.70, step_variation=0.06,
    double_steps=True, steadied=0.6, turn_s=5.0, turn_step_m=0.10, impact_m_s2=1.4, sway_deg=0.25,
)  # fmt: skip

BELT = Imu()
ON_THIGH = Imu(placement=Placement.THIGH)

_AIDED_FROM = 0.6


def draw_person(seed: int) -> Person:
    """Draw somebody between quick and very slow; whatever belongs together goes together."""
    rng = np.random.default_rng(seed)
    slowness = float(rng.uniform())

    def between(quick: float, slow: float, spread: float = 0.12) -> float:
        return (quick + (slow - quick) * slowness) * float(rng.uniform(1.0 - spread, 1.0 + spread))

    def chance(share: float) -> bool:
        return bool(rng.uniform() < share)

    aided = slowness > _AIDED_FROM and chance(0.5)
    return Person(
        rise_s=between(1.0, 3.0),
        sit_s=between(1.3, 3.4),
        flexion_deg=between(28.0, 44.0),
        slouch_deg=float(rng.uniform(2.0, 18.0)),
        stoop_deg=float(rng.uniform(2.0, 8.0)) + (10.0 if aided else 0.0),
        thigh_m=float(rng.uniform(0.38, 0.46)),
        leg_m=float(rng.uniform(0.80, 0.98)),
        seated_thigh_deg=float(rng.uniform(78.0, 94.0)),
        step_m=between(0.72, 0.32),
        step_s=between(0.47, 0.70, 0.06),
        step_variation=between(0.015, 0.05),
        double_steps=aided and chance(0.4),
        steadied=0.6 if aided else 1.0,
        turn_s=between(1.2, 4.0),
        turn_step_m=between(0.30, 0.12),
        first_foot_left=chance(0.5),
        impact_m_s2=between(5.0, 1.8),
        sway_deg=between(0.08, 0.25),
    )
