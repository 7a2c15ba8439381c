"""A kinematic generator: movements of a whole person, what a sensor on belt or thigh reads of them, and the truth.

Angles and paths of least jerk are written at 1 kHz, differentiated and turned into the sensor's frame, so that the two
sensors agree with each other and with the truth. It is kinder than people: nobody stumbles, shuffles, grasps the
armrests, turns by halves or wears the belt loosely; between the events everything is smooth; contacts with the floor
look alike. It shows that a method has no error of its own, not how well it does on people.
"""

from teststation.sensors.synthetic.person import (
    ADULT,
    BELT,
    FAST,
    FRAME,
    ON_THIGH,
    ROLLATOR,
    SLOW,
    Imu,
    Person,
    draw_person,
)
from teststation.sensors.synthetic.protocols import (
    Generated,
    Truth,
    Until,
    cannot_rise,
    chair_stands,
    gait,
    get_up_and_go,
    sitting,
    standing,
)
from teststation.sensors.synthetic.script import Attempt

__all__ = [
    "ADULT",
    "BELT",
    "FAST",
    "FRAME",
    "ON_THIGH",
    "ROLLATOR",
    "SLOW",
    "Attempt",
    "Generated",
    "Imu",
    "Person",
    "Truth",
    "Until",
    "cannot_rise",
    "chair_stands",
    "draw_person",
    "gait",
    "get_up_and_go",
    "sitting",
    "standing",
]
