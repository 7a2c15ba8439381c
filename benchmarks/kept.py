"""Results as they are kept in git: shares, errors and points, each on a line of its own."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import msgspec

from benchmarks.errors import Errors
from benchmarks.rows import Row

RESULTS = Path(__file__).parent / "results"


class Points(msgspec.Struct, frozen=True, kw_only=True):
    """Of one person, for each recording, the mean of a result and its reference, and their difference."""

    dataset: str
    figure: str
    person: int
    points: list[tuple[float, float]]


class Kept(msgspec.Struct, frozen=True, kw_only=True):
    """The results of one benchmark."""

    shares: Sequence[Row] = ()
    errors: Sequence[Errors] = ()
    points: Sequence[Points] = ()

    def __add__(self, other: Kept) -> Kept:
        """Put results one after another."""
        return Kept(
            shares=[*self.shares, *other.shares],
            errors=[*self.errors, *other.errors],
            points=[*self.points, *other.points],
        )


def save_kept(kept: Kept, path: Path | None) -> None:
    """Write results."""
    if path is not None:
        parts = (f'"{name}": [\n{_lines(getattr(kept, name))}\n]' for name in kept.__struct_fields__)
        path.write_text("{\n" + ",\n".join(parts) + "\n}\n", encoding="utf-8")


def read_kept(path: Path) -> Kept:
    """Read results."""
    return msgspec.json.decode(path.read_bytes(), type=Kept)


def _lines(structs: Sequence[msgspec.Struct]) -> str:
    return ",\n".join(msgspec.json.encode(each, order="sorted").decode() for each in structs)
