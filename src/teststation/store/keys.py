"""Keys and times of rows: UUIDv7 and UTC, both as text that sorts by time."""

from __future__ import annotations

import secrets
import threading
import time
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta


def _stamps() -> Iterator[int]:
    latest = 0
    while True:  # milliseconds with twelve bits of fraction, never twice the same
        latest = max(time.time_ns() * 4096 // 1_000_000, latest + 1)
        yield latest


def _moments() -> Iterator[datetime]:
    latest = _EPOCH
    while True:
        latest = max(_EPOCH + timedelta(microseconds=time.time_ns() // 1000), latest + timedelta(microseconds=1))
        yield latest


_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_lock = threading.Lock()
_stamp, _moment = _stamps(), _moments()


def new_id() -> str:
    """Make a UUIDv7 (RFC 9562, 6.2 method 3); the standard library has one from Python 3.14 on."""
    with _lock:
        stamp = next(_stamp)
    value = (stamp >> 12) << 80 | 7 << 76 | (stamp & 0xFFF) << 64 | 2 << 62 | secrets.randbits(62)
    return str(uuid.UUID(int=value))


def utc_now() -> str:
    """Give the time of day, as every row keeps it: `2026-11-22T10:00:00.123456Z`.

    It never goes back while the program runs, whatever the computer's clock does: of a result, a fact or a consent the
    newest counts.
    """
    with _lock:
        return next(_moment).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
