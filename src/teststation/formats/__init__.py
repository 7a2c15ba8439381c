"""Recordings on disk, both ways, with every guard against bad input.

`find` says which recordings a path holds, `read` reads one of them; both raise `Refused` with a sentence for the user
and nothing else. A recording that was read is finite, in SI units, its time increases, and it is 3 s to 24 h long.
"""

from __future__ import annotations

from pathlib import Path

from teststation.formats import motion_bids, plain_table
from teststation.formats.motion_bids import write_motion_bids
from teststation.formats.plain_table import write_plain_table
from teststation.formats.refused import Refused
from teststation.formats.units import Units
from teststation.model import Recording

__all__ = ["Refused", "Units", "find", "read", "write_motion_bids", "write_plain_table"]


def find(path: str | Path) -> list[Path]:
    """Give the recordings that a path holds: itself, or, of a folder, the Motion-BIDS recordings in it, sorted."""
    path = Path(path)
    try:
        if not path.is_dir():
            return [path]
        found = sorted(path.rglob(f"*{motion_bids.ENDING}"))
    except (OSError, ValueError) as error:
        raise Refused.unreadable(path, error) from error
    if not found:
        raise Refused("not_bids", path)
    return found


def read(path: str | Path, units: Units | None = None) -> Recording:
    """Read one recording.

    Parameters
    ----------
    units : of the values in the file, where they are not what the format says
    """
    path = Path(path)
    name = path.name.lower()
    if name.endswith(plain_table.ENDINGS):
        return plain_table.read(path, units)
    if name.endswith(motion_bids.ENDING):
        return motion_bids.read(path, units)
    raise Refused("missing_file" if not path.exists() else "unknown_format", path)
