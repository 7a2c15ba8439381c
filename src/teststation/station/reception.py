"""How a sensor is heard, event by event. Pure."""

from __future__ import annotations

import msgspec

from teststation.sensors.base import Battery, Connected, Ended, LinkEvent, Lost, Packet, SensorInfo, Silent
from teststation.station.states import Link


class Reception(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of a sensor from what came of it.

    Parameters
    ----------
    info : who it is; None until it is connected for the first time
    losses : how often the link went down
    """

    link: Link = Link.NONE
    info: SensorInfo | None = None
    battery: int | None = None
    losses: int = 0

    @property
    def times(self) -> bool:
        """Tell whether it takes part in the timing. One that is silent for a moment does: it is not yet lost."""
        return self.link in (Link.STREAMING, Link.SILENT, Link.ENDED)

    def after(self, event: LinkEvent) -> Reception:
        """Take in what came next; a recording that was played to its end stays at its end."""
        match event:
            case Battery(percent=percent):
                return msgspec.structs.replace(self, battery=percent)
            case _ if self.link is Link.ENDED:
                return self
            case Connected(info=info):
                return msgspec.structs.replace(self, link=Link.STREAMING, info=info)
            case Packet() if self.link is not Link.STREAMING:
                return msgspec.structs.replace(self, link=Link.STREAMING)
            case Silent() if self.link is Link.STREAMING:
                return msgspec.structs.replace(self, link=Link.SILENT)
            case Lost() if self.link is not Link.LOST:
                return msgspec.structs.replace(self, link=Link.LOST, losses=self.losses + 1)
            case Ended():
                return msgspec.structs.replace(self, link=Link.ENDED)
            case _:
                return self
