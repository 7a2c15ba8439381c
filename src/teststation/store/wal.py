"""What a damaged write-ahead log would lose without a word.

SQLite reads the log up to the first frame whose checksum is wrong, and takes that for the end: so it must, as a crash
leaves a half frame there. Where a bit was flipped, all that was committed after it is left out as if it had never been.
Here the commits beyond are counted, before SQLite writes over them. One may be counted that nobody was promised: the
last, where the power failed in the midst of it.

Source: sqlite.org/fileformat2.html, "The WAL file format".
"""

from __future__ import annotations

import struct
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from teststation.store.connection import PAGE_BYTES

_HEADER, _FRAME = struct.Struct(">8I"), struct.Struct(">6I")
_MAGIC = 0x377F0682  # with 1 added where the words of checksums are big-endian
_SUMMED = 8  # bytes of a frame's header, before its page
_MASK = 0xFFFFFFFF


def lost_commits(wal: Path) -> int:
    """Count the commits that stand in a log behind its first damaged frame."""
    data = wal.read_bytes() if wal.exists() else b""
    if len(data) < _HEADER.size:
        return 0
    magic, _, page, _, *header_salts, first, second = _HEADER.unpack_from(data)
    dtype = np.dtype(">u4" if magic & 1 else "<u4")
    whole_header = magic & ~1 == _MAGIC and _sum(data[:24], (0, 0), dtype) == (first, second)
    if not whole_header:
        page = PAGE_BYTES
    frames = [
        (at, _FRAME.unpack_from(data, at))
        for at in range(_HEADER.size, len(data) - page - _FRAME.size + 1, page + _FRAME.size)
    ]
    if not frames:
        return 0
    salts = tuple(header_salts) if whole_header else frames[0][1][2:4]
    now = [(at, frame) for at, frame in frames if frame[2:4] == salts]  # others are of before the log began anew
    running = (first, second)
    for number, (at, frame) in enumerate(now):
        body = at + _FRAME.size
        summed = data[at : at + _SUMMED] + data[body : body + page]
        running = _sum(summed, running, dtype)
        if not whole_header or running != frame[4:6]:
            return sum(1 for _, later in now[number:] if later[1])
    return 0


def _sum(data: bytes, running: tuple[int, int], dtype: np.dtype[np.uint32]) -> tuple[int, int]:
    """Go on with a checksum: `a += x + b; b += y + a` for every two words, here as one sum.

    A word adds to `b` as often as the Fibonacci number of its distance from the end, and to `a` by the one before.
    """
    words = np.frombuffer(data, dtype).astype(np.uint64)[::-1]
    count = len(words)
    weights = _fibonacci(count + 2)

    def weighted(first: int) -> int:
        return int((words * weights[first : first + count] & _MASK).sum())

    a, b = running
    before, this, after = (int(weight) for weight in weights[count - 1 : count + 2])
    return (weighted(0) + before * a + this * b) & _MASK, (weighted(1) + this * a + after * b) & _MASK


@cache
def _fibonacci(count: int) -> NDArray[np.uint64]:
    numbers = [0, 1]
    while len(numbers) < count:
        numbers.append(numbers[-1] + numbers[-2] & _MASK)
    return np.array(numbers, dtype=np.uint64)
