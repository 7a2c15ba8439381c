"""Calibrating a sensor from what it sends: each step by itself, kept at once, and wrong ones said."""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from station.scripted import INFO, ScriptedSensor
from teststation import clock
from teststation.model import Reason
from teststation.sensors.base import Connected, Lost, Packet
from teststation.sensors.calibration import Calibration
from teststation.sensors.calibrations import calibration_of, keep_calibration
from teststation.sensors.profiles import Profile, profiles
from teststation.settings import calibration_folder
from teststation.station.calibrating import Calibrating, Step
from teststation.station.states import Link

Array = NDArray[np.float64]
RATE_HZ = 100.0
ARRIVES_AFTER_S = 500.0
"""The host's clock is so far ahead of the device's."""
PROFILE: Profile = profiles(calibration_folder() / "sensors")["teststation_imu"]
OFFSET, SCALE, BIAS = np.array([0.4, -0.3, 0.2]), np.array([1.03, 0.98, 1.01]), np.radians([0.5, -3.0, 1.0])


class Bench:
    """A sensor with known faults, and hands that do things with it."""

    def __init__(self, folder: Path, profile: Profile | None = PROFILE) -> None:
        self.folder = folder
        self.device_s = 7.0
        self.rng = np.random.default_rng(4)
        self.kept: list[Calibration] = []
        self.run = Calibrating(
            ScriptedSensor(),
            known=lambda info: calibration_of(folder, info.driver, info.serial),
            profile_of=lambda _: profile,
            keep=self.keep,
            now=clock.now,
        )
        self.run._hear(Connected(0.0, INFO))

    def keep(self, calibration: Calibration) -> None:
        self.kept.append(calibration)
        keep_calibration(self.folder, calibration)

    def feel(self, seconds: float, of_s: Callable[[Array], tuple[Array, Array]]) -> None:
        """Send what the sensor feels, as it would say it with its faults."""
        n = round(seconds * RATE_HZ)
        since_s = np.arange(1, n + 1) / RATE_HZ
        acceleration, angular_velocity = of_s(since_s)
        raw = acceleration / SCALE + OFFSET + self.rng.normal(0.0, 0.02, (n, 3))
        turning = angular_velocity + BIAS + self.rng.normal(0.0, 0.001, (n, 3))
        for first in range(0, n, 5):
            few = slice(first, first + 5)
            time_s = self.device_s + since_s[few]
            self.run._hear(Packet(time_s[-1] + ARRIVES_AFTER_S, time_s, raw[few], turning[few]))
        self.device_s += n / RATE_HZ

    def lie(self, up: Array, seconds: float = 3.0) -> None:
        self.feel(seconds, lambda t: (np.tile(9.81 * up, (len(t), 1)), np.zeros((len(t), 3))))

    def handle(self, seconds: float = 1.0) -> None:
        def felt(t: Array) -> tuple[Array, Array]:
            shaken = np.sin(9.0 * t)[:, None] * np.ones(3)
            return 9.81 + 3.0 * shaken, 2.0 * shaken

        self.feel(seconds, felt)

    def rise(self, degrees: float) -> None:
        """Go from sitting to standing, with the sensor's y-axis to the left."""

        def felt(t: Array) -> tuple[Array, Array]:
            part = np.clip((t - 0.2) / 1.6, 0.0, 1.0)
            pitch = math.radians(degrees) * part**2 * (3 - 2 * part)
            zero = np.zeros_like(pitch)
            up = np.stack([-np.sin(pitch), zero, np.cos(pitch)], axis=1)
            return 9.81 * up, np.stack([zero, np.gradient(pitch, t), zero], axis=1)

        self.feel(2.0, felt)
        self.lie(np.array([-math.sin(math.radians(degrees)), 0.0, math.cos(math.radians(degrees))]))

    def push_key(self, late_s: float = 0.04, strength: float = 20.0) -> None:
        stopped_s = self.device_s + 1.0
        self.run.key(stopped_s + ARRIVES_AFTER_S + late_s)

        def felt(t: Array) -> tuple[Array, Array]:
            push = 9.81 + strength * np.exp(-(((t - 1.0) / 0.01) ** 2)) + 0.1 * np.sin(20.0 * t)
            return np.stack([0 * t, 0 * t, push], axis=1), 0.02 * np.sin(15.0 * t)[:, None] * np.ones(3)

        self.feel(1.5, felt)


UP = np.array([0.0, 0.0, 1.0])


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(tmp_path / "sensors")


def test_rest_is_measured_by_itself_and_kept(bench: Bench) -> None:
    bench.handle()
    assert not bench.run.snapshot().done
    bench.lie(UP)
    progress = bench.run.snapshot()
    assert (progress.step, progress.done, progress.link, progress.info) == (Step.REST, True, Link.STREAMING, INFO)
    assert progress.measured == {Step.REST}
    (said,) = progress.said
    assert said.params["bias"] == pytest.approx(3.0, abs=0.05)
    assert [reason.code for reason in progress.wrong] == []  # 9.81 / 1.01 + 0.2 is within 3 %
    assert bench.kept[-1].bias_rad_s == pytest.approx(tuple(BIAS), abs=5e-4)


def test_six_positions_put_gravity_right(bench: Bench) -> None:
    bench.lie(np.array([1.0, 0.0, 0.0]))
    assert [reason.code for reason in bench.run.snapshot().wrong] == []
    bench.run.onward()
    faces = [sign * axis for axis in np.eye(3) for sign in (1, -1)]
    for number, face in enumerate(faces, 1):
        assert not bench.run.snapshot().done
        bench.lie(face)
        bench.lie(face)  # one that stays is no new one
        assert bench.run.snapshot().count == number
        bench.handle()
    assert bench.run.snapshot().done
    kept = bench.kept[-1]
    assert kept.offset_m_s2 == pytest.approx(tuple(OFFSET), abs=0.03)
    assert kept.scale == pytest.approx(tuple(SCALE), abs=0.003)
    assert kept.bias_rad_s is not None  # of the step before
    assert calibration_of(bench.folder, INFO.driver, INFO.serial) == kept


def test_a_rise_shows_the_axes_and_the_place(bench: Bench) -> None:
    bench.lie(UP)
    bench.run.onward()
    bench.run.onward()
    bench.handle()
    bench.lie(UP, 6.0)
    assert not bench.run.snapshot().done
    bench.rise(80.0)
    progress = bench.run.snapshot()
    assert progress.done
    assert progress.said[0] == Reason(
        "calibration_axes", {"turned": pytest.approx(80, abs=3), "off": pytest.approx(0, abs=3), "placement": "thigh"}
    )


def test_three_keys_give_the_delay_and_one_without_the_sensor_is_told(bench: Bench) -> None:
    for _ in range(3):
        bench.run.onward()
    bench.lie(UP, 1.0)
    bench.push_key(strength=0.0)
    assert [reason.code for reason in bench.run.snapshot().wrong] == ["calibration_key_unseen"]
    for late_s in (0.04, 0.045, 0.038):
        bench.push_key(late_s)
    progress = bench.run.snapshot()
    assert (progress.done, progress.count, progress.wrong) == (True, 3, ())
    key = bench.kept[-1].key
    assert key is not None
    assert key.offset_s == pytest.approx(0.041, abs=0.005)
    assert key.spread_s == pytest.approx(0.0036, abs=0.003)


def test_keys_that_differ_too_much_are_not_kept(bench: Bench) -> None:
    for _ in range(3):
        bench.run.onward()
    bench.lie(UP, 1.0)
    for late_s in (-0.1, 0.04, 0.2):
        bench.push_key(late_s)
        bench.lie(UP, 1.0)
    assert [reason.code for reason in bench.run.snapshot().wrong] == ["calibration_keys_uneven"]
    assert bench.kept == []
    bench.run.again()
    assert bench.run.snapshot().count == 0


def test_values_out_of_range_and_a_broken_gyroscope_are_said(bench: Bench) -> None:
    bench.feel(2.5, lambda t: (np.tile(25.0 * 9.81 * UP, (len(t), 1)), np.zeros((len(t), 3))))
    progress = bench.run.snapshot()
    assert (progress.done, progress.wrong[0].code) == (False, "sensor_range")
    bench.run.again()
    bench.feel(2.5, lambda t: (np.tile(9.81 * UP, (len(t), 1)), np.full((len(t), 3), 0.8)))
    assert [reason.code for reason in bench.run.snapshot().wrong] == ["gyroscope_broken"]
    assert bench.kept == []


def test_gravity_that_is_off_is_said_until_positions_put_it_right(bench: Bench) -> None:
    down = np.array([-1.0, 0.0, 0.0])  # 9.81 / 1.03 - 0.4: 7 % off
    bench.lie(down)
    assert [reason.code for reason in bench.run.snapshot().wrong] == ["sensor_gravity"]
    bench.run.onward()
    for face in [sign * axis for axis in np.eye(3) for sign in (1, -1)]:
        bench.lie(face)
        bench.handle()
    again = Bench(bench.folder)
    again.lie(down)
    progress = again.run.snapshot()
    assert (progress.done, progress.wrong) == (True, ())


def test_a_link_that_was_lost_begins_the_step_anew(bench: Bench) -> None:
    bench.run.onward()
    bench.lie(UP)
    assert bench.run.snapshot().count == 1
    bench.run._hear(Lost(0.0))
    assert bench.run.snapshot().link is Link.LOST
    bench.run._hear(Connected(0.0, INFO))
    assert (bench.run.snapshot().step, bench.run.snapshot().count) == (Step.POSITIONS, 0)


def test_what_cannot_be_kept_is_said(bench: Bench) -> None:
    bench.folder.parent.joinpath("sensors").write_text("in the way", "utf-8")
    bench.lie(UP)
    assert [reason.code for reason in bench.run.snapshot().wrong] == ["calibration_not_kept"]


def test_after_the_last_step_there_is_none(bench: Bench) -> None:
    for _ in range(6):
        bench.run.onward()
    assert bench.run.snapshot().step is None
    bench.lie(UP)
    assert bench.kept == []


# Where they are kept


def known(measured_at: str, serial: str = "t-1", **fields: object) -> Calibration:
    return Calibration(driver="test", serial=serial, measured_at=measured_at, **fields)  # type: ignore[arg-type]


def test_what_was_known_at_a_time_can_be_found(tmp_path: Path) -> None:
    first, second = known("2026-01-01T00:00:00Z"), known("2026-02-01T00:00:00Z", bias_rad_s=(0.1, 0.0, 0.0))
    for each in (first, second):
        keep_calibration(tmp_path / "sensors", each)
    find = calibration_of
    assert find(tmp_path / "sensors", "test", "t-1") == second
    assert find(tmp_path / "sensors", "test", "t-1", at="2026-01-15T00:00:00Z") == first
    assert find(tmp_path / "sensors", "test", "t-1", at="2025-01-15T00:00:00Z") is None
    assert find(tmp_path / "sensors", "test", "t-2") is None
    assert find(tmp_path / "none", "test", "t-1") is None


def test_a_line_that_was_cut_off_costs_only_itself(tmp_path: Path) -> None:
    keep_calibration(tmp_path, known("2026-01-01T00:00:00Z"))
    (file,) = tmp_path.iterdir()
    file.write_bytes(file.read_bytes() + b'{"driver": "te')
    assert calibration_of(tmp_path, "test", "t-1") == known("2026-01-01T00:00:00Z")
    keep_calibration(tmp_path, known("2026-03-01T00:00:00Z"))
    assert calibration_of(tmp_path, "test", "t-1") == known("2026-03-01T00:00:00Z")


@pytest.mark.parametrize("serial", ["../../etc/x", "a/b", "C:\\x", "..", "", "é[/]\x1b"])
def test_a_serial_number_stays_a_name_within_the_folder(tmp_path: Path, serial: str) -> None:
    keep_calibration(tmp_path / "sensors", known("2026-01-01T00:00:00Z", serial))
    assert [file.parent for file in tmp_path.rglob("*.jsonl")] == [tmp_path / "sensors"]
    assert calibration_of(tmp_path / "sensors", "test", serial) is not None
