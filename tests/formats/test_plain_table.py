"""Plain tables: what is written is read again, and what is wrong is refused with its place."""

from __future__ import annotations

import gzip
import json
import os
import random
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from recordings import HEADER, rocking, rows, write_rows
from teststation.formats import Refused, Units, find, read, write_plain_table
from teststation.i18n import Translator
from teststation.i18n.texts import REASONS
from teststation.model import Placement, Recording

Cells = list[list[str]]


def refusal(path: Path, units: Units | None = None) -> Refused:
    with pytest.raises(Refused) as caught:
        read(path, units)
    refused = caught.value
    assert refused.reason.params["file"] == str(path)
    line = Translator("nl").reason(refused.reason)
    assert str(path) in line
    assert "\n" not in line
    return refused


def same(one: Recording, other: Recording) -> None:
    np.testing.assert_array_equal(one.time_s, other.time_s)
    np.testing.assert_array_equal(one.acceleration, other.acceleration)
    np.testing.assert_array_equal(one.angular_velocity, other.angular_velocity)
    for field in ("placement", "cue_s", "nominal_rate_hz", "subject"):
        assert getattr(one, field) == getattr(other, field)


@pytest.mark.parametrize("name", ["walk.csv", "walk.csv.gz", "WALK.CSV", "a.b.csv.gz"])
def test_what_is_written_is_read_again(tmp_path: Path, name: str) -> None:
    recording = rocking()
    write_plain_table(tmp_path / name, recording)
    found = read(tmp_path / name)
    same(found, recording)
    assert found.name == str(tmp_path / name)


def test_the_same_recording_makes_the_same_file(tmp_path: Path) -> None:
    write_plain_table(tmp_path / "a.csv.gz", rocking())
    write_plain_table(tmp_path / "b.csv.gz", rocking())
    assert (tmp_path / "a.csv.gz").read_bytes() == (tmp_path / "b.csv.gz").read_bytes()


def test_without_a_sidecar_only_the_signals_are_known(tmp_path: Path) -> None:
    found = read(write_rows(tmp_path / "a.csv", rows(rocking())))
    assert (found.placement, found.cue_s, found.nominal_rate_hz, found.subject) == (None, None, None, None)


def test_columns_stand_in_any_order_and_others_are_not_looked_at(tmp_path: Path) -> None:
    recording = rocking()
    header = "note,gyr_z,gyr_y,gyr_x,acc_z,acc_y,acc_x,time_s,temperature"
    cells = [["é: ok", *reversed(row), "nan"] for row in rows(recording)]
    found = read(write_rows(tmp_path / "a.csv", cells, header))
    np.testing.assert_array_equal(found.angular_velocity, recording.angular_velocity)
    np.testing.assert_array_equal(found.acceleration, recording.acceleration)


def test_windows_line_ends_a_byte_order_mark_and_quoted_names_are_fine(tmp_path: Path) -> None:
    recording = rocking()
    header = ",".join(f'"{name}"' for name in HEADER.split(","))
    text = "\r\n".join([header, *(",".join(row) for row in rows(recording)), "", ""])
    (tmp_path / "a.csv").write_bytes(b"\xef\xbb\xbf" + text.encode())
    np.testing.assert_array_equal(read(tmp_path / "a.csv").time_s, recording.time_s)


def test_uneven_time_and_a_gap_of_three_seconds_are_a_recording(tmp_path: Path) -> None:
    cells = rows(rocking(seconds=10.0))
    found = read(write_rows(tmp_path / "a.csv", cells[:300] + cells[600:]))
    assert np.diff(found.time_s).max() == pytest.approx(3.01)


@pytest.mark.parametrize("rate_hz", [20.0, 127.947, 1000.0])
def test_any_rate_between_20_and_1000_hz_is_fine(tmp_path: Path, rate_hz: float) -> None:
    write_plain_table(tmp_path / "a.csv", rocking(rate_hz=rate_hz))
    assert len(read(tmp_path / "a.csv").time_s) == round(5 * rate_hz)


def test_three_seconds_are_long_enough(tmp_path: Path) -> None:
    write_plain_table(tmp_path / "a.csv", rocking(seconds=3.0))
    assert len(read(tmp_path / "a.csv").time_s) == 300


def test_the_sidecar_says_what_it_knows_and_the_rest_is_not_looked_at(tmp_path: Path) -> None:
    path = write_rows(tmp_path / "a.csv", rows(rocking()))
    told = {"subject": 7, "placement_code": "thigh", "cue_s": 1, "ground_truth": {"deep": [1, 2, {"a": float("nan")}]}}
    (tmp_path / "a.json").write_text(json.dumps(told))
    found = read(path)
    assert (found.subject, found.placement, found.cue_s) == ("7", Placement.THIGH, 1.0)


@pytest.mark.parametrize("code", ["wrist", "", None])
def test_a_placement_that_is_none_of_ours_is_not_known(tmp_path: Path, code: str | None) -> None:
    path = write_rows(tmp_path / "a.csv", rows(rocking()))
    (tmp_path / "a.json").write_text(json.dumps({"placement_code": code}))
    assert read(path).placement is None


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[1, 2]",
        '"text"',
        '{"sampling_rate_hz": "fast"}',
        '{"sampling_rate_hz": true}',
        '{"sampling_rate_hz": -1}',
        '{"sampling_rate_hz": 1e999}',
        '{"cue_s": NaN}',
        '{"cue_s": [1]}',
        '{"cue_s": 1' + "0" * 400 + "}",
        '{"cue_s": ' + "9" * 5000 + "}",
        '{"a": ' + "[" * 100_000 + "]" * 100_000 + "}",
        '{"subject": "\\ud800"}',
        "\xff",
    ],
)
def test_a_broken_sidecar_is_refused(tmp_path: Path, text: str) -> None:
    path = write_rows(tmp_path / "a.csv", rows(rocking()))
    (tmp_path / "a.json").write_text(text, encoding="latin-1")
    with pytest.raises(Refused) as caught:
        read(path)
    assert caught.value.reason.code == "sidecar_invalid"
    assert caught.value.reason.params["file"] == str(tmp_path / "a.json")


def test_a_cue_outside_the_recording_is_refused(tmp_path: Path) -> None:
    path = write_rows(tmp_path / "a.csv", rows(rocking()))
    (tmp_path / "a.json").write_text('{"cue_s": 60}')
    with pytest.raises(Refused) as caught:
        read(path)
    assert caught.value.reason.code == "cue_outside"


def test_what_is_not_a_file_of_ours_is_refused(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("hello")
    (tmp_path / "folder.csv").mkdir()
    os.mkfifo(tmp_path / "pipe.csv")
    assert refusal(tmp_path / "nothing.csv").reason.code == "missing_file"
    assert refusal(tmp_path / "nothing.bin").reason.code == "missing_file"
    assert refusal(tmp_path / "notes.txt").reason.code == "unknown_format"
    assert refusal(tmp_path / "folder.csv").reason.code == "not_a_file"
    assert refusal(tmp_path / "pipe.csv").reason.code == "not_a_file"
    with pytest.raises(Refused) as caught:
        find(tmp_path / "folder.csv")
    assert caught.value.reason.code == "not_bids"


def test_a_name_that_no_system_takes_is_refused() -> None:
    for name in ("a\0b.csv", "x" * 5000 + ".csv"):
        with pytest.raises(Refused):
            read(name)


def test_a_name_cannot_steer_the_terminal(tmp_path: Path) -> None:
    with pytest.raises(Refused) as caught:
        read(tmp_path / "a\x1b[2J\n\u202eb.csv")
    assert caught.value.reason.params["file"] == str(tmp_path / "a�[2J��b.csv")


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty"),
        (b" \n\n", "empty"),
        (HEADER.encode() + b"\n", "no_samples"),
        (HEADER.encode(), "no_samples"),
        pytest.param(random.Random(7).randbytes(20_000) + b"\xff", "not_text", id="binary"),
        (HEADER.encode() + b"\n\0\0\0\0", "not_text"),
        (HEADER.encode("utf-16"), "not_text"),
        (b"time_s,acc_x\n1,2\n", "missing_columns"),
        (b"1,2,3,4,5,6,7\n" * 400, "missing_columns"),
        (HEADER.replace("time_s", "Time").encode() + b"\n", "missing_columns"),
        (HEADER.encode() + b",acc_x\n", "repeated_columns"),
        (HEADER.replace(",", ";").encode() + b"\n", "wrong_separator"),
        (HEADER.replace(",", "\t").encode() + b"\n", "wrong_separator"),
    ],
)
def test_what_is_no_table_is_refused(tmp_path: Path, content: bytes, code: str) -> None:
    (tmp_path / "a.csv").write_bytes(content)
    assert refusal(tmp_path / "a.csv").reason.code == code
    (tmp_path / "a.csv.gz").write_bytes(gzip.compress(content))
    assert refusal(tmp_path / "a.csv.gz").reason.code == code


def _set(row: int, column: int, text: str) -> Callable[[Cells], None]:
    def spoil(cells: Cells) -> None:
        cells[row][column] = text

    return spoil


def _time(row: int, like: int) -> Callable[[Cells], None]:
    def spoil(cells: Cells) -> None:
        cells[row][0] = cells[like][0]

    return spoil


def _cut(cells: Cells) -> None:
    cells[-1] = cells[-1][:4]


def _decimal_comma(cells: Cells) -> None:
    cells[5][3] = cells[5][3].replace(".", ",")


@pytest.mark.parametrize(
    ("spoil", "code", "place"),
    [
        (_set(7, 1, "abc"), "not_a_number", {"line": 9, "column": "acc_x", "found": "abc"}),
        (_set(7, 6, ""), "not_a_number", {"line": 9, "column": "gyr_z", "found": ""}),
        (_set(0, 0, "1_0"), "not_a_number", {"line": 2, "column": "time_s"}),
        (_set(499, 2, "0x1f"), "not_a_number", {"line": 501}),
        (_set(9, 2, "x" * 500), "not_a_number", {"found": "x" * 60 + "…"}),
        (_set(9, 2, "\x1b]0;pwned"), "not_a_number", {"found": "�]0;pwned"}),
        (_set(3, 4, "nan"), "not_finite", {"line": 5, "column": "gyr_x"}),
        (_set(3, 0, "inf"), "not_finite", {"line": 5, "column": "time_s"}),
        (_set(3, 3, "-1e999"), "not_finite", {"line": 5, "column": "acc_z"}),
        (_time(250, 100), "time_backwards", {"line": 252}),
        (_time(250, 249), "time_repeated", {"line": 252}),
        (_cut, "column_count", {"line": 501, "found": 4, "expected": 7}),
        (_decimal_comma, "column_count", {"line": 7, "found": 8}),
        (lambda cells: cells.__delitem__(slice(100, None)), "too_short", {"seconds": 1.0}),
        (lambda cells: cells.__delitem__(slice(1, None)), "too_short", {}),
        (_set(499, 0, "1e12"), "too_long", {}),
        (_set(3, 3, "1e300"), "implausible_acceleration", {}),
        (_set(3, 5, "1e300"), "implausible_angular_velocity", {}),
    ],
)
def test_a_spoilt_table_is_refused_with_the_place(
    tmp_path: Path, spoil: Callable[[Cells], None], code: str, place: dict[str, object]
) -> None:
    cells = rows(rocking())
    spoil(cells)
    reason = refusal(write_rows(tmp_path / "a.csv", cells)).reason
    assert reason.code == code
    assert place.items() <= reason.params.items()


def test_empty_lines_do_not_move_the_place(tmp_path: Path) -> None:
    cells = rows(rocking())
    cells[300][0] = cells[299][0]
    lines = [HEADER, *(",".join(row) for row in cells)]
    lines[10:10] = ["", ""]
    (tmp_path / "a.csv").write_text("\n".join(lines))
    assert refusal(tmp_path / "a.csv").reason.params["line"] == 304


def test_a_place_far_into_a_long_table_is_named(tmp_path: Path) -> None:
    cells = rows(rocking(seconds=100.0))
    cells[9_000][3] = "9.8l"
    assert refusal(write_rows(tmp_path / "a.csv", cells)).reason.params["line"] == 9_002


@pytest.mark.parametrize("rate_hz", [10.0, 15.0, 1500.0])
def test_a_rate_out_of_range_is_refused(tmp_path: Path, rate_hz: float) -> None:
    write_plain_table(tmp_path / "a.csv", rocking(rate_hz=rate_hz))
    assert refusal(tmp_path / "a.csv").reason.code == "rate_out_of_range"


@pytest.mark.parametrize("share", [0.2, 0.5, 0.9, 0.999])
def test_a_gzip_that_was_cut_off_is_refused(tmp_path: Path, share: float) -> None:
    path = tmp_path / "a.csv.gz"
    write_plain_table(path, rocking())
    whole = path.read_bytes()
    path.write_bytes(whole[: int(share * len(whole))])
    assert refusal(path).reason.code == "gzip_cut_off"


def test_a_gzip_that_is_none_or_damaged_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.csv.gz"
    write_plain_table(path, rocking())
    whole = bytearray(path.read_bytes())
    whole[-5] ^= 0xFF
    path.write_bytes(whole)
    assert refusal(path).reason.code == "gzip_damaged"
    path.write_bytes(HEADER.encode())
    assert refusal(path).reason.code == "gzip_damaged"


def test_a_gzip_bomb_is_refused_before_it_fills_the_memory(tmp_path: Path) -> None:
    path = tmp_path / "a.csv.gz"
    with gzip.open(path, "wb") as file:
        for _ in range(32):
            file.write(b"0" * 2**20)
    assert refusal(path).reason.code == "gzip_bomb"


def test_a_file_beyond_every_size_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    with path.open("wb") as file:
        file.truncate(513 * 2**20)
    assert refusal(path).reason.code == "too_large"


def test_every_refusal_has_a_text_with_the_file_first() -> None:
    for code in ("time_backwards", "gzip_bomb", "not_bids", "too_large", "cue_outside", "no_time"):
        assert REASONS[code].startswith("{file}: ")
