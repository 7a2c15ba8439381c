"""Whatever lies on disk, there is a recording or a refusal: nothing else."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recordings import HEADER, rocking, rows
from teststation.formats import Refused, read, write_motion_bids, write_plain_table
from teststation.i18n import Translator

_TRANSLATOR = Translator("nl")
_LINES = [HEADER, *(",".join(row) for row in rows(rocking(seconds=3.2, rate_hz=25.0)))]
_WORDS = st.sampled_from(
    [
        "",
        " ",
        "nan",
        "inf",
        "-1e308",
        "1e308",
        "1e-320",
        "0",
        "-0",
        "1e400",
        ",",
        ",,",
        "\t",
        "\n",
        '"',
        "1;2",
        "n/a",
        "é",
        "9,81",
        "\0",
    ]
)
_CELLS = _WORDS | st.text(max_size=5) | st.floats().map(repr)


def holds(path: Path) -> None:
    """See that the file is a sound recording, or refused in one line."""
    try:
        recording = read(path)
    except Refused as refused:
        assert "\n" not in _TRANSLATOR.reason(refused.reason)  # noqa: PT017 - either is right
        return
    assert np.all(np.diff(recording.time_s) > 0)
    assert np.isfinite(recording.acceleration).all()
    assert np.isfinite(recording.angular_velocity).all()
    assert recording.acceleration.shape == recording.angular_velocity.shape == (len(recording.time_s), 3)
    assert 2.9 < recording.time_s[-1] - recording.time_s[0] < 25 * 3600


Look = Callable[[Any], None]


def any_bytes(folder: Path) -> Look:
    def look(data: bytes) -> None:
        for name, content in (("a.csv", data), ("a.csv.gz", data), ("b.csv.gz", gzip.compress(data))):
            (folder / name).write_bytes(content)
            holds(folder / name)

    return look


def other_cells(folder: Path) -> Look:
    def look(changes: list[tuple[int, int, str]]) -> None:
        lines = list(_LINES)
        for row, column, text in changes:
            cells = lines[row].split(",")
            cells[column % len(cells)] = text
            lines[row] = ",".join(cells)
        (folder / "a.csv").write_bytes("\n".join(lines).encode("utf-8", "surrogatepass"))
        holds(folder / "a.csv")

    return look


def other_bytes(folder: Path) -> Look:
    def look(change: tuple[int, bytes, int, bool]) -> None:
        at, put, cut, packed = change
        data = "\n".join(_LINES).encode()
        data = gzip.compress(data, mtime=0) if packed else data
        at %= len(data)
        path = folder / ("a.csv.gz" if packed else "a.csv")
        path.write_bytes(data[:at] + put + data[at + cut :])
        holds(path)

    return look


def motion_bids(folder: Path) -> Look:
    motion = write_motion_bids(folder, rocking(seconds=3.2, rate_hz=25.0), task="t", subject="1")

    def look(change: tuple[str, int, str, int]) -> None:
        ending, at, put, cut = change
        path = motion.with_name(motion.name.replace("motion.tsv", ending))
        whole = path.read_bytes()
        at %= len(whole)
        path.write_bytes(whole[:at] + put.encode("utf-8", "surrogatepass") + whole[at + cut :])
        try:
            holds(motion)
        finally:
            path.write_bytes(whole)

    return look


def sidecar(folder: Path) -> Look:
    write_plain_table(folder / "a.csv", rocking(seconds=3.2, rate_hz=25.0))

    def look(value: object) -> None:
        for field in ("sampling_rate_hz", "placement_code", "subject", "cue_s", "else"):
            (folder / "a.json").write_text(json.dumps({field: value}))
            holds(folder / "a.csv")

    return look


FILES: dict[Callable[[Path], Look], st.SearchStrategy[Any]] = {
    any_bytes: st.binary(max_size=400),
    other_cells: st.lists(st.tuples(st.integers(1, 80), st.integers(0, 6), _CELLS), min_size=1, max_size=3),
    other_bytes: st.tuples(st.integers(0, 100_000), st.binary(max_size=20), st.integers(0, 40), st.booleans()),
    motion_bids: st.tuples(
        st.sampled_from(["channels.tsv", "motion.json", "events.tsv", "motion.tsv"]),
        st.integers(0, 10_000),
        _CELLS,
        st.integers(0, 30),
    ),
    sidecar: st.recursive(
        st.none() | st.booleans() | st.floats() | st.text(max_size=3) | st.integers(),
        lambda inner: st.lists(inner, max_size=3),
    ),
}


@pytest.mark.parametrize("examples", [1000, pytest.param(100_000, marks=pytest.mark.soak)])
@pytest.mark.parametrize("file", FILES, ids=lambda file: file.__name__)
def test_whatever_lies_there_is_a_recording_or_a_refusal(
    tmp_path: Path, file: Callable[[Path], Look], examples: int
) -> None:
    look = file(tmp_path)
    settings(max_examples=examples, deadline=None, database=None)(given(FILES[file])(look))()


@pytest.mark.parametrize("data", [b"\xef\xbb\xbf", HEADER.encode() + b"\n" + b"1,2,3,4,5,6,7\n" * 400])
def test_these_bytes_too(tmp_path: Path, data: bytes) -> None:
    any_bytes(tmp_path)(data)
