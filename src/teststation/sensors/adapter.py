"""What keeps this machine from using Bluetooth, as far as that can be found out: each with what to do."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from bleak.exc import BleakBluetoothNotAvailableError, BleakBluetoothNotAvailableReason, BleakDBusError

from teststation.model import Reason
from teststation.sensors.radio import Radio, platform_radios
from teststation.sensors.search import RADIO_ERRORS, complaint, scan

_LISTEN_S = 1.0
_ROOT = Path("/")
_BUS = "run/dbus/system_bus_socket"
_WHY = BleakBluetoothNotAvailableReason
_CODES = {
    _WHY.NO_BLUETOOTH: "bluetooth_no_adapter",
    _WHY.NO_BLE_CENTRAL_ROLE: "bluetooth_too_old",
    _WHY.POWERED_OFF: "bluetooth_off",
    _WHY.DENIED_BY_USER: "bluetooth_denied",
    _WHY.DENIED_BY_SYSTEM: "bluetooth_denied",
    _WHY.DENIED_BY_UNKNOWN: "bluetooth_denied",
}
_DBUS_CODES = {
    "org.freedesktop.DBus.Error.AccessDenied": "bluetooth_group",
    "org.freedesktop.DBus.Error.ServiceUnknown": "bluetooth_no_service",
    "org.freedesktop.DBus.Error.NameHasNoOwner": "bluetooth_no_service",
    "org.bluez.Error.NotReady": "bluetooth_off",
}


async def bluetooth_faults(radios: Callable[[], Sequence[Radio]] = platform_radios) -> tuple[Reason, ...]:
    """Say why no sensor could be heard; nothing where a scan works, which is what counts."""
    try:
        await scan(radios(), _LISTEN_S)
    except RADIO_ERRORS as error:
        return (linux_faults() if sys.platform == "linux" else ()) or (_said(error),)
    return ()


def linux_faults(root: Path = _ROOT) -> tuple[Reason, ...]:
    """Look where Linux says what is missing, blocked or not running.

    Parameters
    ----------
    root : of the file system
    """
    found = []
    if not any((root / "sys/class/bluetooth").glob("hci*")):
        found.append(Reason("bluetooth_no_adapter"))
    for switch in sorted((root / "sys/class/rfkill").glob("rfkill*")):
        if _read(switch / "type") == "bluetooth":
            if _read(switch / "hard") == "1":
                found.append(Reason("bluetooth_switch"))
            elif _read(switch / "soft") == "1":
                found.append(Reason("bluetooth_blocked"))
    if "DBUS_SYSTEM_BUS_ADDRESS" not in os.environ and not (root / _BUS).exists():
        found.append(Reason("bluetooth_no_service"))
    return tuple(found)


def _said(error: Exception) -> Reason:
    """Make a sentence of what the system's Bluetooth complained of."""
    if isinstance(error, BleakBluetoothNotAvailableError) and error.reason in _CODES:
        code = _CODES[error.reason]
        return Reason("bluetooth_group" if code == "bluetooth_denied" and sys.platform == "linux" else code)
    if isinstance(error, BleakDBusError) and error.dbus_error in _DBUS_CODES:
        return Reason(_DBUS_CODES[error.dbus_error])
    return Reason("bluetooth_unavailable", {"detail": complaint(error)})


def _read(file: Path) -> str:
    try:
        return file.read_text("utf-8").strip()
    except OSError:
        return ""
