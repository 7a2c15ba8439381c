"""Motion-BIDS: what is written is read again, in any unit, with and without its own time; what is wrong is refused."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import msgspec
import numpy as np
import pytest

from recordings import rocking
from teststation.formats import Refused, Units, find, read, write_motion_bids
from teststation.model import Placement, Reason, Recording


def written(folder: Path, recording: Recording | None = None) -> Path:
    return write_motion_bids(folder, recording or rocking(), task="tug", subject="K-017")


def beside(motion: Path, ending: str) -> Path:
    return motion.with_name(motion.name.replace("motion.tsv", ending))


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def edit_cells(path: Path, row: int, column: int, text: str) -> None:
    lines = [line.split("\t") for line in path.read_text(encoding="utf-8").splitlines()]
    lines[row][column] = text
    path.write_text("\n".join("\t".join(line) for line in lines) + "\n", encoding="utf-8")


def without_latency(motion: Path) -> None:
    lines = motion.read_text(encoding="utf-8").splitlines()
    motion.write_text("".join(line.partition("\t")[2] + "\n" for line in lines), encoding="utf-8")
    edit(beside(motion, "channels.tsv"), "latency\tn/a\tLATENCY\tLowerBack\ts\t100\n", "")


def refusal(path: Path, units: Units | None = None) -> Reason:
    with pytest.raises(Refused) as caught:
        read(path, units)
    return caught.value.reason


def test_what_is_written_is_read_again_from_its_own_start(tmp_path: Path) -> None:
    recording = rocking(start_s=12.5)
    motion = written(tmp_path, recording)
    assert motion.name == "sub-K017_task-tug_tracksys-imu_motion.tsv"
    found = read(motion)
    np.testing.assert_allclose(found.time_s, recording.time_s - 12.5, atol=1e-6)
    np.testing.assert_array_equal(found.acceleration, recording.acceleration)
    np.testing.assert_array_equal(found.angular_velocity, recording.angular_velocity)
    assert recording.cue_s is not None
    assert found.cue_s == pytest.approx(recording.cue_s - 12.5)
    assert (found.subject, found.placement, found.nominal_rate_hz) == ("K017", Placement.LOWER_BACK, 100.0)


@pytest.mark.parametrize("placement", list(Placement))
def test_every_placement_comes_back(tmp_path: Path, placement: Placement) -> None:
    motion = written(tmp_path, msgspec.structs.replace(rocking(), placement=placement))
    assert read(motion).placement is placement


def test_an_unknown_placement_and_no_cue_come_back_as_such(tmp_path: Path) -> None:
    motion = written(tmp_path, msgspec.structs.replace(rocking(), placement=None, cue_s=None))
    assert (read(motion).placement, read(motion).cue_s) == (None, None)


def test_the_first_columns_are_in_the_order_that_kielmat_asks_for(tmp_path: Path) -> None:
    header = beside(written(tmp_path), "channels.tsv").read_text().splitlines()[0].split("\t")
    assert header[:6] == ["name", "component", "type", "tracked_point", "units", "sampling_frequency"]


@pytest.mark.parametrize("unit", ["deg/s", "°/s"])
def test_degrees_become_radians_and_g_becomes_si(tmp_path: Path, unit: str) -> None:
    recording = rocking()
    in_degrees = msgspec.structs.replace(
        recording,
        acceleration=recording.acceleration / 9.80665,
        angular_velocity=np.degrees(recording.angular_velocity),
    )
    motion = written(tmp_path, in_degrees)
    edit(beside(motion, "channels.tsv"), "rad/s", unit)
    edit(beside(motion, "channels.tsv"), "m/s^2", "g")
    found = read(motion)
    np.testing.assert_allclose(found.angular_velocity, recording.angular_velocity, atol=1e-6)
    np.testing.assert_allclose(found.acceleration, recording.acceleration, atol=1e-4)


def test_an_unknown_unit_is_refused_unless_one_is_given(tmp_path: Path) -> None:
    motion = written(tmp_path)
    edit(beside(motion, "channels.tsv"), "rad/s", "n/a")
    reason = refusal(motion)
    assert (reason.code, reason.params["line"], reason.params["unit"]) == ("unknown_unit", 6, "n/a")
    read(motion, Units("m/s2", "rad/s"))


def test_values_that_are_not_in_their_unit_are_refused(tmp_path: Path) -> None:
    motion = written(tmp_path)
    edit(beside(motion, "channels.tsv"), "m/s^2", "g")
    assert refusal(motion).code == "implausible_acceleration"


def test_without_latency_the_sampling_frequency_gives_the_time(tmp_path: Path) -> None:
    motion = written(tmp_path)
    without_latency(motion)
    np.testing.assert_allclose(read(motion).time_s, np.arange(500) / 100)
    sidecar = {"TaskName": "tug", "SamplingFrequency": 100, "SamplingFrequencyEffective": 98.5}
    beside(motion, "motion.json").write_text(json.dumps(sidecar))
    found = read(motion)
    np.testing.assert_allclose(found.time_s, np.arange(500) / 98.5)
    assert found.nominal_rate_hz == 100.0
    beside(motion, "motion.json").write_text('{"SamplingFrequency": "n/a"}')
    assert refusal(motion).code == "no_time"


def test_samples_that_are_not_there_are_a_gap(tmp_path: Path) -> None:
    motion = written(tmp_path)
    for row in range(100, 130):
        edit_cells(motion, row, 3, "n/a")
    found = read(motion)
    assert len(found.time_s) == 470
    assert np.diff(found.time_s).max() == pytest.approx(0.31)
    edit_cells(motion, 131, 3, "nan")
    assert refusal(motion).params["line"] == 132


def test_a_place_after_missing_samples_is_named_right(tmp_path: Path) -> None:
    motion = written(tmp_path)
    edit_cells(motion, 10, 3, "n/a")
    edit_cells(motion, 200, 0, "0.5")
    reason = refusal(motion)
    assert (reason.code, reason.params["line"]) == ("time_backwards", 201)
    edit_cells(motion, 200, 0, "later")
    assert (refusal(motion).code, refusal(motion).params["line"]) == ("not_a_number", 201)


def test_of_several_sensors_the_one_nearest_to_the_lower_back_is_read(tmp_path: Path) -> None:
    recording = rocking()
    motion = written(tmp_path, msgspec.structs.replace(recording, placement=Placement.THIGH))
    other = written(
        tmp_path / "other", msgspec.structs.replace(recording, angular_velocity=-recording.angular_velocity)
    )
    both = [f"{one}\t{two}" for one, two in zip(*(p.read_text().splitlines() for p in (motion, other)), strict=True)]
    motion.write_text("\n".join(both) + "\n")
    channels = beside(motion, "channels.tsv")
    channels.write_text(channels.read_text() + "".join(beside(other, "channels.tsv").read_text().splitlines(True)[1:]))
    found = read(motion)
    assert found.placement is Placement.LOWER_BACK
    np.testing.assert_array_equal(found.angular_velocity, -recording.angular_velocity)


def test_other_channels_are_not_looked_at(tmp_path: Path) -> None:
    motion = written(tmp_path)
    motion.write_text("".join(f"{line}\tnan\n" for line in motion.read_text().splitlines()))
    channels = beside(motion, "channels.tsv")
    channels.write_text(channels.read_text() + "mag\tx\tMAGN\tLowerBack\tuT\t100\n")
    assert len(read(motion).time_s) == 500


def test_a_folder_gives_its_recordings_in_order(tmp_path: Path) -> None:
    for subject in ("K2", "K1"):
        write_motion_bids(tmp_path / f"sub-{subject}" / "motion", rocking(), task="tug", subject=subject)
    assert [read(path).subject for path in find(tmp_path)] == ["K1", "K2"]
    assert find(tmp_path / "sub-K1") == find(tmp_path)[:1]


def test_side_files_are_inherited_from_above(tmp_path: Path) -> None:
    motion = written(tmp_path / "sub-K017" / "ses-1" / "motion")
    (tmp_path / "dataset_description.json").write_text("{}")
    for ending in ("channels.tsv", "motion.json"):
        shutil.move(beside(motion, ending), tmp_path / f"task-tug_tracksys-imu_{ending}")
    (tmp_path / "task-gait_tracksys-imu_motion.json").write_text('{"SamplingFrequency": 7}')
    assert read(motion).nominal_rate_hz == 100.0


def test_a_folder_without_recordings_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("")
    with pytest.raises(Refused) as caught:
        find(tmp_path)
    assert caught.value.reason.code == "not_bids"


@pytest.mark.parametrize(("ending", "named"), [("channels.tsv", "*_channels.tsv"), ("motion.json", "*_motion.json")])
def test_a_missing_side_file_is_named(tmp_path: Path, ending: str, named: str) -> None:
    motion = written(tmp_path)
    beside(motion, ending).unlink()
    reason = refusal(motion)
    assert (reason.code, reason.params["companion"]) == ("missing_companion", named)


@pytest.mark.parametrize(
    ("ending", "old", "new", "code"),
    [
        ("channels.tsv", "tracked_point", "where", "missing_columns"),
        ("channels.tsv", "acc_y\ty\tACCEL\tLowerBack\tm/s^2\t100\n", "", "no_sensor_channels"),
        ("channels.tsv", "\tACCEL", "\tMISC", "no_sensor_channels"),
        ("channels.tsv", "gyr_z\tz\t", "gyr_z\t", "column_count"),
        ("channels.tsv", "LATENCY\tLowerBack\ts\t", "LATENCY\tLowerBack\tfurlong\t", "unknown_unit"),
        ("motion.json", "{", "", "sidecar_invalid"),
        ("motion.json", "{", "[" * 100_000, "sidecar_invalid"),
        ("motion.json", "100.0", "[]", "sidecar_invalid"),
        ("events.tsv", "\t0\t", "\t", "column_count"),
        ("events.tsv", "1.66", "soon", "not_a_number"),
        ("events.tsv", "1.66", "nan", "cue_outside"),
        ("events.tsv", "1.66", "99", "cue_outside"),
        ("events.tsv", "onset", "when", "missing_columns"),
    ],
)
def test_a_spoilt_side_file_is_refused(tmp_path: Path, ending: str, old: str, new: str, code: str) -> None:
    motion = written(tmp_path)
    edit(beside(motion, ending), old, new)
    reason = refusal(motion)
    assert reason.code == code


@pytest.mark.parametrize("trial_type", ["turn", "n/a"])
def test_other_events_are_no_cue(tmp_path: Path, trial_type: str) -> None:
    motion = written(tmp_path)
    edit(beside(motion, "events.tsv"), "cue", trial_type)
    assert read(motion).cue_s is None


def test_a_header_left_in_the_motion_file_is_refused_at_its_line(tmp_path: Path) -> None:
    motion = written(tmp_path)
    motion.write_text(
        "\t".join(("latency", *(f"{s}_{a}" for s in ("acc", "gyr") for a in "xyz"))) + "\n" + motion.read_text()
    )
    reason = refusal(motion)
    assert (reason.code, reason.params["line"]) == ("not_a_number", 1)


def test_one_column_too_few_is_refused(tmp_path: Path) -> None:
    motion = written(tmp_path)
    channels = beside(motion, "channels.tsv")
    channels.write_text(channels.read_text() + "mag\tx\tMAGN\tLowerBack\tuT\t100\n")
    reason = refusal(motion)
    assert (reason.code, reason.params["found"], reason.params["expected"]) == ("column_count", 7, 8)
