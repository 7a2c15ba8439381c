"""Keys and times of rows: UUIDv7 and UTC, both as text that sorts by time."""

from __future__ import annotations

import secrets
import threading
import time
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime


def _stamps() -> Iterator[int]:
    latest = 0
    while True:  # milliseconds with twelve bits of fraction, never twice the same
        latest = max(time.time_ns() * 4096 // 1_000_000, latest + 1)
        yield latest


_lock = threading.Lock()
_stamp = _stamps()


def new_id() -> str:
    """Make a UUIDv7 (RFC 9562, 6.2 method 3); the standard library has one from Python 3.14 on."""
    with _lock:
        stamp = next(_stamp)
    value = (stamp >> 12) << 80 | 7 << 76 | (stamp & 0xFFF) << 64 | 2 << 62 | secrets.randbits(62)
    return str(uuid.UUID(int=value))


def utc_now() -> str:
    """Give the time of day, as every row keeps it: `2026-11-22T10:00:00.123456Z`."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
