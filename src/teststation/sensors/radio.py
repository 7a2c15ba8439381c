"""The one seam between the link and a radio: what bleak's scanner and client are given besides."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import msgspec

_LINUX_ADAPTERS = Path("/sys/class/bluetooth")


class Radio(msgspec.Struct, frozen=True):
    """One adapter: the keyword arguments that make bleak use it; none at all is the platform's own choice."""

    scanner: dict[str, Any] = {}
    client: dict[str, Any] = {}
    name: str = ""


def platform_radios(adapters: Path = _LINUX_ADAPTERS) -> tuple[Radio, ...]:
    """Name every adapter of this machine; only Linux lets a program choose, elsewhere the system's own is the one.

    An adapter that is plugged in later is found by the next call.
    """
    names = sorted(entry.name for entry in adapters.glob("hci*") if ":" not in entry.name)
    if sys.platform != "linux" or len(names) < 2:  # noqa: PLR2004 - with one there is nothing to choose
        return (Radio(),)
    return tuple(Radio({"bluez": {"adapter": name}}, {"bluez": {"adapter": name}}, name) for name in names)
