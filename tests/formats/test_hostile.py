"""Whatever lies on disk, there is a recording or a refusal: nothing else."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from recordings import HEADER, rocking, rows
from teststation.formats import Refused, read, write_motion_bids, write_plain_table
from teststation.i18n import Translator

_TRANSLATOR = Translator("nl")
quick = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])

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


@quick
@given(st.binary(max_size=400))
@example(b"\xef\xbb\xbf")
@example(HEADER.encode() + b"\n" + b"1,2,3,4,5,6,7\n" * 400)
def test_any_bytes(tmp_path: Path, data: bytes) -> None:
    for name, content in (("a.csv", data), ("a.csv.gz", data), ("b.csv.gz", gzip.compress(data))):
        (tmp_path / name).write_bytes(content)
        holds(tmp_path / name)


@quick
@given(st.lists(st.tuples(st.integers(1, 80), st.integers(0, 6), _CELLS), min_size=1, max_size=3))
def test_a_table_with_other_cells(tmp_path: Path, changes: list[tuple[int, int, str]]) -> None:
    lines = list(_LINES)
    for row, column, text in changes:
        cells = lines[row].split(",")
        cells[column % len(cells)] = text
        lines[row] = ",".join(cells)
    (tmp_path / "a.csv").write_bytes("\n".join(lines).encode("utf-8", "surrogatepass"))
    holds(tmp_path / "a.csv")


@quick
@given(st.integers(0, 100_000), st.binary(max_size=20), st.integers(0, 40), st.booleans())
def test_a_table_with_other_bytes(tmp_path: Path, at: int, put: bytes, cut: int, packed: bool) -> None:
    data = "\n".join(_LINES).encode()
    data = gzip.compress(data, mtime=0) if packed else data
    at %= len(data)
    path = tmp_path / ("a.csv.gz" if packed else "a.csv")
    path.write_bytes(data[:at] + put + data[at + cut :])
    holds(path)


@pytest.fixture(scope="module")
def motion(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_motion_bids(tmp_path_factory.mktemp("bids"), rocking(seconds=3.2, rate_hz=25.0), task="t", subject="1")


@quick
@given(
    st.sampled_from(["channels.tsv", "motion.json", "events.tsv", "motion.tsv"]),
    st.integers(0, 10_000),
    _CELLS,
    st.integers(0, 30),
)
def test_a_motion_bids_recording_with_other_bytes(motion: Path, ending: str, at: int, put: str, cut: int) -> None:
    path = motion.with_name(motion.name.replace("motion.tsv", ending))
    whole = path.read_bytes()
    at %= len(whole)
    path.write_bytes(whole[:at] + put.encode("utf-8", "surrogatepass") + whole[at + cut :])
    try:
        holds(motion)
    finally:
        path.write_bytes(whole)


@quick
@given(
    st.recursive(
        st.none() | st.booleans() | st.floats() | st.text(max_size=3) | st.integers(),
        lambda inner: st.lists(inner, max_size=3),
    )
)
def test_any_sidecar(tmp_path: Path, value: object) -> None:
    write_plain_table(tmp_path / "a.csv", rocking(seconds=3.2, rate_hz=25.0))
    for field in ("sampling_rate_hz", "placement_code", "subject", "cue_s", "else"):
        (tmp_path / "a.json").write_text(json.dumps({field: value}))
        holds(tmp_path / "a.csv")
