"""What every benchmark hands on: rows with one figure each, kept as JSON; and the recordings of DIR to make them of."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import msgspec
import numpy as np

from teststation import formats
from teststation.model import Recording


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """One figure.

    Parameters
    ----------
    benchmark : which command made it
    dataset : of which recordings, with their placement where that matters
    variant : what was done to them, or how they were looked at
    figure : what it is
    value : of the figure; None where there was nothing to make it from
    n, of : from how many of how many recordings or events
    people : from how many persons; 0 where that is not known
    """

    benchmark: str
    dataset: str
    variant: str
    figure: str
    value: float | None
    unit: str
    n: int
    of: int
    people: int = 0


class Shared(msgspec.Struct, frozen=True, kw_only=True):
    """A recording of DIR with what stands beside it."""

    path: Path
    side: dict[str, Any]

    @property
    def dataset(self) -> str:
        """The data set's own name."""
        return str(self.side["dataset"])

    @property
    def truth(self) -> dict[str, Any]:
        """The references."""
        truth: dict[str, Any] = self.side["ground_truth"]
        return truth

    @property
    def subject(self) -> str:
        """Whose movements these are."""
        return str(self.side["subject"])

    def read(self) -> Recording:
        """Read the samples."""
        return formats.read(self.path)


def shared(data: Path, dataset: str, every: int = 1) -> Iterator[Shared]:
    """Give the recordings of a data set in order of name, or every so many of them."""
    for side in sorted((data / dataset).glob("*.json"))[::every]:
        yield Shared(path=side.with_suffix(".csv.gz"), side=json.loads(side.read_text(encoding="utf-8")))


def save(rows: Sequence[Row], path: Path | None) -> None:
    """Write rows, one to a line so that a change of one figure is a change of one line."""
    if path is not None:
        lines = ",\n".join(msgspec.json.encode(row).decode() for row in rows)
        path.write_text(f"[\n{lines}\n]\n", encoding="utf-8")


def rounded(value: float | None, decimals: int = 4) -> float | None:
    """Round for a file that is kept; what is not a number is nothing."""
    return None if value is None or not np.isfinite(value) else round(float(value), decimals)
