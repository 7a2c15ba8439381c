"""What a live watcher has seen so far, and a watcher that may fail: it only proposes."""

from __future__ import annotations

import logging

import msgspec

from teststation.sensors.base import Packet
from teststation.tests.base import Sight, Sighting, Watcher

_log = logging.getLogger(__name__)


class Seen(msgspec.Struct, frozen=True):
    """What was seen of a run.

    `moved_s` is when the person began to move, on the device's clock. A later start takes back an earlier one, which
    came to nothing: who fidgets before the cue has not begun too early.
    """

    moved_s: float | None = None
    phase: str = ""
    count: int = 0

    def and_then(self, sighting: Sighting) -> Seen:
        """Take in what was seen next."""
        match sighting.sight:
            case Sight.START:
                return msgspec.structs.replace(self, moved_s=sighting.time_s)
            case Sight.PHASE:
                return msgspec.structs.replace(self, phase=sighting.phase)
            case Sight.REPETITION:
                return msgspec.structs.replace(self, count=sighting.count)
            case _:
                return self


class Guarded:
    """A watcher whose fault costs no sample: it sees nothing from then on, and the key stops the run."""

    def __init__(self, watcher: Watcher) -> None:
        self._watcher: Watcher | None = watcher

    def feed(self, packet: Packet) -> list[Sighting]:
        """Look at a packet; give what became clear with it."""
        if self._watcher is None:
            return []
        try:
            return self._watcher.feed(packet.time_s, packet.acceleration, packet.angular_velocity)
        except Exception:  # noqa: BLE001 - whatever it is: the samples go on
            _log.exception("the watcher failed")
            self._watcher = None
            return []
