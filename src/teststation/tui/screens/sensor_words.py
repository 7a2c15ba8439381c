"""How the sensor is, in words at a fixed place."""

from __future__ import annotations

from teststation.i18n import N_, Translator
from teststation.station import Link, Snapshot

_LINKS = {
    Link.NONE: N_("geen sensor: de toets meet de tijd"),
    Link.CONNECTING: N_("sensor wordt verbonden …"),
    Link.SILENT: N_("sensor stil"),
    Link.LOST: N_("sensor weg"),
    Link.ENDED: N_("opname ten einde"),
}


def sensor_words(tr: Translator, snapshot: Snapshot) -> str:
    """Say how the link is, and with what loss."""
    if snapshot.link is not Link.STREAMING:
        return tr(_LINKS[snapshot.link])
    rate = "" if snapshot.rate_hz is None else f" {snapshot.rate_hz:.0f} Hz"
    lost = f", {tr('{count} verloren', count=snapshot.lost_samples)}" if snapshot.lost_samples else ""
    battery = "" if snapshot.battery is None else f", {tr('batterij')} {snapshot.battery} %"
    return f"{tr('sensor')}{rate}{lost}{battery}"
