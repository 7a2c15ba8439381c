"""A trial without a screen on a disk of 24 MiB that fills up while it is recorded, and then has room again.

`python -m small_disk_record FOLDER`, where FOLDER is that disk.
"""

from __future__ import annotations

import sys
from contextlib import suppress
from pathlib import Path

from child_station import CODE, ChildStation, recording

_PIECE = bytes(4096)


def fill(file: Path) -> None:
    """Leave no room."""
    with file.open("wb", buffering=0) as ballast, suppress(OSError):
        while True:
            ballast.write(_PIECE)


def recorded_while_it_fills(at: ChildStation, ballast: Path) -> tuple[str, float]:
    """Fill the disk behind the first block, make room once the trial waits for it; give the trial and its seconds."""
    child = at.start(*recording("gug_belt", speed=20))
    assert child.stdout is not None
    assert child.stderr is not None
    try:
        trial, first = child.stdout.readline().strip(), child.stdout.readline()
        assert first.startswith("block 1 ")
        fill(ballast)
        assert child.stderr.readline().startswith("teststation: not yet kept: The disk is full: ")
        assert CODE not in child.stderr.readline(), "it waits for room"
        ballast.unlink()
        out, said = child.stdout.read(), child.stderr.read()  # `communicate` passes over what was read ahead
        assert child.wait() == 0, said
    finally:
        child.kill()
    assert said.startswith(f"teststation: {CODE}: kept, "), said
    return trial, float((first + out).splitlines()[-1].split()[2])  # what waited for room is not told


def main(folder: Path) -> None:
    """Record, and look for all of it."""
    at = ChildStation(folder)
    trial, seconds = recorded_while_it_fills(at, folder / "ballast")
    with at.store() as store:
        kept = store.recording(trial)
        assert kept is not None
        assert kept.time_s[-1] - kept.time_s[0] >= seconds
        assert store.trial(trial).analysis is not None
        assert store.unfinished() == []
        assert store.verify().problems == ()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
