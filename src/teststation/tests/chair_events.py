"""The events of a rise and of a sit, with what they leave open: the same in a chair stand and in a long recording."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

from teststation.model import Event, Placement
from teststation.signals.postures import Transition

_RISE = ("stand_onset", "seat_off", "standing")
_SIT = ("sit_onset", "seat_on", "seated")


@dataclass(frozen=True)
class _Spread:
    """Half a 95 % interval: a part of its own, and a share of the movement's duration."""

    own_s: float
    share: float

    def half_width_s(self, movement_s: float) -> float:
        return math.hypot(self.own_s, self.share * movement_s)


_TRUNK = {
    "stand_onset": _Spread(0.06, 0.05),
    "seat_off": _Spread(0.10, 0.03),
    "standing": _Spread(0.08, 0.06),
    "sit_onset": _Spread(0.08, 0.06),
    "seat_on": _Spread(0.12, 0.03),
    "seated": _Spread(0.10, 0.06),
}
_THIGH = _TRUNK | {
    "stand_onset": _Spread(0.15, 0.15),
    "sit_onset": _Spread(0.15, 0.15),
    "seated": _Spread(0.15, 0.15),
}
"""What the smooth edge of a movement leaves open grows with its duration; what the seat's force and the place of the
sensor leave open does not. Seat: residuals against a force plate (`eurobench_sts`, one person). Edges: generated
signals, and one and the same movement seen from two places of the trunk. A thigh cannot see the trunk."""


def chair_events(
    transition: Transition, placement: Placement, *, repetition: int | None = None, wider: float = 1.0
) -> Iterator[Event]:
    """Give the three events of a rise or a sit; one that the recording's end cuts off has no end of its own.

    Parameters
    ----------
    wider : factor on the intervals, outside what was validated
    """
    spreads = _THIGH if placement is Placement.THIGH else _TRUNK
    length_s = transition.end_s - transition.onset_s
    times = (transition.onset_s, transition.contact_s, transition.end_s)
    for name, time_s in zip(_RISE if transition.rising else _SIT, times, strict=True):
        if name in ("standing", "seated") and not transition.whole:
            continue
        half = wider * spreads[name].half_width_s(length_s)
        yield Event(name, time_s, (time_s - half, time_s + half), repetition)
