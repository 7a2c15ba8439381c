"""How the sensor is, in words at a fixed place."""

from __future__ import annotations

from teststation.i18n import N_, Translator
from teststation.station import Check, Link, SensorLook, Snapshot, State

_LINKS = {
    Link.NONE: N_("geen sensor: de toets meet de tijd"),
    Link.CONNECTING: N_("sensor wordt gezocht …"),
    Link.SILENT: N_("sensor stil …"),
    Link.LOST: N_("sensor weg"),
    Link.ENDED: N_("opname ten einde"),
}
_MUTE = (Link.CONNECTING, Link.LOST)


def sensor_words(tr: Translator, snapshot: Snapshot) -> str:
    """Say how the link is, and with what loss; the charge where there is no loss, for there is little room."""
    if snapshot.link is not Link.STREAMING:
        return tr(_LINKS[snapshot.link])
    rate = "" if snapshot.rate_hz is None else f" {snapshot.rate_hz:.0f} Hz"
    beside = ""
    if snapshot.lost_samples:
        beside = f", {tr('{count} verloren', count=snapshot.lost_samples)}"
    elif snapshot.battery is not None:
        beside = f", {tr('batterij')} {snapshot.battery} %"
    return f"{tr('sensor')}{rate}{beside}"


def waits_for_sensor(snapshot: Snapshot) -> bool:
    """Tell whether a trial is armed and its sensor is not there; the key starts it all the same."""
    return snapshot.state is State.ARMED and snapshot.link in _MUTE


def sensor_note(tr: Translator, snapshot: Snapshot) -> str:
    """Say in one calm line what a sensor that is not there means for an armed or a running trial; else nothing."""
    armed, lost = snapshot.state is State.ARMED, snapshot.link is Link.LOST
    if armed and lost:
        return tr("Sensor weg; het station zoekt hem. Met de hand kan ook: ‘ja’, en druk op de toets.")
    if waits_for_sensor(snapshot):
        return tr("Zet de sensor aan; het station zoekt hem. Met de hand kan ook: ‘ja’, en druk op de toets.")
    if snapshot.state is not State.RUNNING:
        return ""
    if lost:
        return tr("sensor weg – de tijd loopt door met de hand")
    if snapshot.link is Link.CONNECTING:
        return tr("sensor nog niet gevonden – de tijd loopt met de hand")
    if snapshot.lost_in_run and snapshot.link is Link.STREAMING:
        return tr("sensor is terug – druk bij de stop ook zelf, dan zijn er twee tijden")
    return ""


def look_lines(tr: Translator, look: SensorLook) -> list[str]:
    """Say in a few lines, outside of a run: which sensor, how it is, what the routine check found, what to do."""
    match look.link:
        case Link.STREAMING | Link.SILENT if look.info is not None:
            battery = "" if look.battery is None else f"   {tr('batterij')} {look.battery} %"
            return [f"● {tr('sensor')}   {look.info.name}{battery}", *check_lines(tr, look.check)]
        case Link.LOST if look.info is not None:
            lost = tr("{name} weg; het station zoekt hem. Een andere: toets K", name=look.info.name)
            return [f"▲ {tr('sensor')}   {lost}", _by_hand(tr)]
        case _ if look.trouble is not None:
            return [f"▲ {tr('sensor')}   {tr.reason(look.trouble)}", _by_hand(tr)]
        case _ if look.chosen is None and len(look.found) > 1:
            found = tr("{count} sensoren gevonden: toets K kiest er een", count=len(look.found))
            return [f"▲ {tr('sensor')}   {found}"]
        case _ if look.chosen is not None and look.found:
            sought = tr("{name} niet gevonden; een andere wel: toets K kiest", name=look.chosen.name)
            return [f"… {tr('sensor')}   {sought}", _by_hand(tr)]
        case _ if look.chosen is not None:
            return [
                f"… {tr('sensor')}   {tr('{name} wordt gezocht: zet hem aan', name=look.chosen.name)}",
                _by_hand(tr),
            ]
        case _:
            return [f"… {tr('sensor')}   {tr('wordt gezocht: zet hem aan')}", _by_hand(tr)]


def check_lines(tr: Translator, check: Check) -> list[str]:
    """Say what the routine check found, each with what to do."""
    if not check.done:
        return [f"… {tr('controle')}   {tr('loopt vanzelf terwijl de cliënt zit')}"]
    if not check.findings:
        return [f"● {tr('controle')}   {tr('in orde')}"]
    return [f"▲ {tr('controle')}   {tr.reason(finding)}" for finding in check.findings]


def _by_hand(tr: Translator) -> str:
    return f"  {tr('Zonder sensor meten de toets en uw stopwatch de tijd.')}"
