"""What every source of samples is to the station: a stream of link events."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from typing import Protocol

import msgspec
import numpy as np
from numpy.typing import NDArray

from teststation.model import Placement, Reason
from teststation.sensors.calibration import Calibration


class SensorInfo(msgspec.Struct, frozen=True, kw_only=True):
    """Who the sensor is; `serial` is what calibrations are kept by.

    Parameters
    ----------
    calibration : what is known of it; its samples are given as they came, whatever is known
    counted_times : its samples carry no time, and are counted: their times are the less certain
    """

    driver: str
    name: str
    serial: str
    nominal_rate_hz: float
    placement: Placement = Placement.LOWER_BACK
    calibration: Calibration | None = None
    counted_times: bool = False


class Connected(msgspec.Struct, frozen=True):
    """The link is up (again); samples follow."""

    at_s: float
    info: SensorInfo


class Packet(msgspec.Struct, frozen=True, eq=False):
    """One notification's samples: device times, and when the packet arrived on the host clock.

    Parameters
    ----------
    arrival_s : seconds on `clock.now`
    time_s : (n,) seconds on the device's unwrapped clock
    acceleration : (n, 3) m/s², gravity included
    angular_velocity : (n, 3) rad/s
    """

    arrival_s: float
    time_s: NDArray[np.float64]
    acceleration: NDArray[np.float64]
    angular_velocity: NDArray[np.float64]


def corrected(packet: Packet, info: SensorInfo | None) -> Packet:
    """Put a packet right by what is known of its sensor, for who watches or analyses it."""
    if info is None or info.calibration is None:
        return packet
    acceleration, angular_velocity = info.calibration.corrected(packet.acceleration, packet.angular_velocity)
    return Packet(packet.arrival_s, packet.time_s, acceleration, angular_velocity)


class Gap(msgspec.Struct, frozen=True):
    """Samples are missing between two device times."""

    start_s: float
    end_s: float


class Silent(msgspec.Struct, frozen=True):
    """Nothing came for half a second, though the link says nothing of it."""

    at_s: float


class Lost(msgspec.Struct, frozen=True):
    """The link is down; a live sensor says why, and since when nothing came."""

    at_s: float
    reason: Reason | None = None


class Battery(msgspec.Struct, frozen=True):
    """Charge in per cent."""

    at_s: float
    percent: int


class Notice(msgspec.Struct, frozen=True):
    """Something that a person should know of the search for the sensor; the stream goes on."""

    at_s: float
    reason: Reason


class Ended(msgspec.Struct, frozen=True):
    """A recording has been played to its end; a live sensor never says this."""

    at_s: float


COUNTED_TIMES = "counted_times"
"""The code of the notice that is kept with a recording whose times were counted; it says how far they wandered."""
COUNTED_UNSEEN_S = 0.3
"""Where that was never seen, as the program was cut off: what a fifth of all packets lost by chance comes to."""

LinkEvent = Connected | Packet | Gap | Silent | Lost | Battery | Notice | Ended


class Sensor(Protocol):
    """A source of link events. It lives in the acquisition thread's loop; `cue` may be called from any thread."""

    @property
    def info(self) -> SensorInfo:
        """Who the sensor is."""
        ...

    def stream(self) -> AsyncGenerator[LinkEvent, None]:
        """Connect and give events until the generator is closed; closing it disconnects in good order."""
        ...

    def cue(self, at_s: float) -> None:
        """Take note of when, on the station's clock, the person was told to go.

        A live sensor ignores it; a replay that knows its cue holds the still part until then, and goes on from there.
        """
        ...
