"""The station's one sensor through the day: sought, chosen, checked, lent to trials, lost and found."""

from __future__ import annotations

import math
from collections.abc import Iterator

import msgspec
import numpy as np
import pytest

from station.scripted import INFO, HandClock, ScriptedFinder, ScriptedSensor, found, packet, until
from teststation.model import Reason, TeststationError
from teststation.sensors.acquisition import Acquisition
from teststation.sensors.base import Battery, Connected, LinkEvent, Lost, Notice, Packet, SensorInfo, Silent
from teststation.sensors.calibration import Calibration
from teststation.sensors.profiles import profiles
from teststation.settings import ChosenSensor, calibration_folder
from teststation.station import Link, StandingLink
from teststation.station.capture import PRE_BUFFER_S
from teststation.station.checking import CHECK_S
from teststation.station.standing_link import ALONE_S

OTHER = SensorInfo(driver="test", name="Andere", serial="t-2", nominal_rate_hz=100.0)


class Day:
    """A standing link with everything around it in the test's hand."""

    def __init__(self, chosen: ChosenSensor | None = None) -> None:
        self.clock = HandClock()
        self.sensor, self.other = ScriptedSensor(), ScriptedSensor(OTHER)
        self.finder = ScriptedFinder(self.sensor, self.other)
        self.kept: list[ChosenSensor] = []
        self.device_s = 1000.0
        self.link = StandingLink(self.finder, chosen, self.kept.append, self.clock.now)
        self.link.open()

    def connect(self) -> None:
        """Have the one sensor found, and connected to."""
        self.finder.script.say((found(self.sensor),))
        self.clock.time_s += ALONE_S
        self.finder.hear(found(self.sensor))
        self.sensor.say(Connected(self.clock.time_s, INFO))

    def play(self, seconds: float, *, turning: float = 0.0) -> None:
        for _ in range(round(seconds * 10)):
            self.clock.time_s += 0.1
            self.sensor.say(packet(self.clock.time_s, self.device_s, turning=turning))
            self.device_s += 0.1


@pytest.fixture
def day() -> Iterator[Day]:
    made = Day()
    yield made
    made.link.close()


def chosen(sensor: ScriptedSensor) -> ChosenSensor:
    one = found(sensor)
    return ChosenSensor(driver=one.driver, serial=sensor.info.serial, address=one.address, name=one.name)


def test_the_only_sensor_is_taken_after_a_while_and_known_the_next_time(day: Day) -> None:
    day.finder.script.say((found(day.sensor),))
    assert day.link.look().link is Link.CONNECTING
    assert day.link.look().found == (found(day.sensor),)
    assert day.finder.taken == []
    day.connect()
    look = day.link.look()
    assert (look.link, look.info, look.chosen) == (Link.STREAMING, INFO, chosen(day.sensor))
    assert day.kept == [chosen(day.sensor)]


def test_between_several_it_is_asked() -> None:
    day = Day()
    both = (found(day.sensor), found(day.other))
    day.finder.script.say(both)
    day.clock.time_s += 60.0
    day.finder.script.say(both)
    assert day.finder.taken == []
    day.link.choose(found(day.other))
    day.finder.hear(*both)
    day.other.say(Connected(day.clock.time_s, OTHER))
    assert day.finder.taken == [found(day.other).address]
    day.link.close()


def test_the_sensor_of_last_time_is_taken_at_once_and_no_other() -> None:
    day = Day(chosen(ScriptedSensor()))
    day.finder.script.say((found(day.other),))
    day.clock.time_s += 60.0
    day.finder.script.say((found(day.other),))
    assert day.finder.taken == []
    day.finder.hear(found(day.other), found(day.sensor, address="BB:another machine's"))
    day.sensor.say(Connected(day.clock.time_s, INFO))
    assert day.kept[-1].address == "BB:another machine's"
    day.link.close()


def test_a_sensor_that_is_none_is_passed_over(day: Day) -> None:
    day.finder.script.say((found(day.sensor),))
    day.clock.time_s += ALONE_S
    day.finder.hear(found(day.sensor))
    day.sensor.script.say(Notice(day.clock.time_s, Reason("sensor_firmware")), awaited=False)
    until(lambda: day.link.look().trouble == Reason("sensor_firmware"))
    assert day.link.look().chosen is None


def test_without_bluetooth_it_is_said_and_tried_again(day: Day, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("teststation.station.standing_link.RETRY_S", 0.0)
    day.finder.script.say(TeststationError("bluetooth_unavailable", detail="off"), awaited=False)
    until(lambda: day.link.look().trouble is not None)
    until(day.finder.script.listened.is_set)
    day.connect()
    assert day.link.look().trouble is None


def test_a_fault_of_a_driver_costs_the_sensor_only_for_a_moment(day: Day, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("teststation.station.standing_link.RETRY_S", 0.0)
    day.connect()
    day.sensor.script.say(ValueError("a bug"), awaited=False)
    until(day.finder.script.listened.is_set)
    assert day.link.look().link is Link.LOST
    day.finder.hear(found(day.sensor))
    day.sensor.say(Connected(day.clock.time_s, INFO))
    assert day.link.look().link is Link.STREAMING


# Lent to trials


def test_a_listener_gets_the_last_seconds_first_and_every_sample_once(day: Day) -> None:
    day.connect()
    day.play(20.0)
    day.sensor.say(Battery(day.clock.time_s, 80))
    heard: list[LinkEvent] = []
    listening = Acquisition(day.link, heard.append, day.clock.now)
    listening.start()
    until(lambda: any(isinstance(event, Battery) for event in heard))
    day.play(3.0)
    time_s = np.concatenate([event.time_s for event in heard if isinstance(event, Packet)])
    until(lambda: _last_s(heard) == pytest.approx(day.device_s))
    time_s = np.concatenate([event.time_s for event in heard if isinstance(event, Packet)])
    assert isinstance(heard[0], Connected)
    assert np.diff(time_s) == pytest.approx(0.01)
    assert time_s[-1] - time_s[0] == pytest.approx(PRE_BUFFER_S + 3.0, abs=0.2)
    listening.close()
    day.play(1.0)
    assert day.link.look().link is Link.STREAMING
    assert day.sensor.script.listened.is_set()


def _last_s(heard: list[LinkEvent]) -> float:
    return max((float(event.time_s[-1]) for event in heard if isinstance(event, Packet)), default=-math.inf)


def test_a_listener_is_told_that_the_sensor_is_away(day: Day) -> None:
    day.connect()
    day.play(3.0)
    day.sensor.say(Silent(day.clock.time_s), Lost(day.clock.time_s))
    heard: list[LinkEvent] = []
    listening = Acquisition(day.link, heard.append, day.clock.now)
    listening.start()
    until(lambda: bool(heard) and isinstance(heard[-1], Lost))
    day.sensor.say(Connected(day.clock.time_s, INFO))
    until(lambda: isinstance(heard[-1], Connected))
    listening.close()
    assert [type(event) for event in heard if not isinstance(event, Packet)][-2:] == [Lost, Connected]


def test_before_the_sensor_was_ever_there_a_listener_hears_nothing(day: Day) -> None:
    heard: list[LinkEvent] = []
    listening = Acquisition(day.link, heard.append, day.clock.now)
    listening.start()
    day.connect()
    day.play(1.0)
    until(lambda: _last_s(heard) == pytest.approx(day.device_s))
    assert isinstance(heard[0], Connected)
    listening.close()


def test_the_cue_is_passed_on(day: Day) -> None:
    day.link.cue(1.0)
    day.connect()
    day.link.cue(2.0)
    assert day.sensor.cues == [2.0]


def test_who_asks_for_the_list_gets_it_and_without_a_choice_the_sensor_is_taken_again(day: Day) -> None:
    day.connect()
    day.play(1.0)
    day.link.ask()
    until(day.finder.script.listened.is_set)
    assert day.link.look().link is Link.LOST
    both = (found(day.other), found(day.sensor))
    day.finder.script.say(both, both)
    assert day.link.look().found == both
    day.link.settle()
    day.finder.hear(*both)
    day.sensor.say(Connected(day.clock.time_s, INFO))
    assert day.finder.taken == [found(day.sensor).address] * 2


# The routine check


def test_the_check_does_itself_while_the_client_sits(day: Day) -> None:
    day.connect()
    day.play(0.5)
    assert not day.link.look().check.done
    day.play(3.0)
    check = day.link.look().check
    assert (check.done, check.findings) == (True, ())


def test_a_check_in_motion_says_so_in_time_and_goes_on_by_itself(day: Day) -> None:
    day.connect()
    for k in range(round(CHECK_S) + 1):
        day.play(0.5, turning=1.0 if k % 2 else -1.0)
        day.play(0.5, turning=2.0)
    check = day.link.look().check
    assert (check.done, [finding.code for finding in check.findings]) == (True, ["sensor_not_at_rest"])
    day.play(3.0)
    assert day.link.look().check.findings == ()


def test_the_next_visit_is_checked_anew(day: Day) -> None:
    day.connect()
    day.play(4.0)
    day.link.check_again()
    assert not day.link.look().check.done
    day.play(6.0, turning=math.radians(3.0))
    (finding,) = day.link.look().check.findings
    assert finding == Reason("sensor_bias", {"bias": 3.0})


def test_the_check_looks_through_what_was_calibrated(day: Day) -> None:
    known = Calibration(driver=INFO.driver, serial=INFO.serial, measured_at="", bias_rad_s=(math.radians(3.0),) * 3)
    day.link._calibration_of = lambda _: known
    day.connect()
    day.play(4.0, turning=math.radians(3.0))
    look = day.link.look()
    assert look.info == msgspec.structs.replace(INFO, calibration=known)
    assert (look.check.done, look.check.findings) == (True, ())


def test_what_was_just_measured_counts_at_once_for_that_sensor_only(day: Day) -> None:
    day.connect()
    day.play(4.0, turning=math.radians(3.0))
    assert [finding.code for finding in day.link.look().check.findings] == ["sensor_bias"]
    fresh = Calibration(driver=INFO.driver, serial="another", measured_at="", bias_rad_s=(math.radians(3.0),) * 3)
    day.link.calibrated(fresh)
    assert day.link.look().info == INFO
    day.link.calibrated(msgspec.structs.replace(fresh, serial=INFO.serial))
    day.play(4.0, turning=math.radians(3.0))
    assert day.link.look().check.findings == ()


def test_values_beyond_the_models_range_are_said_while_the_client_sits(day: Day) -> None:
    models = profiles(calibration_folder() / "sensors")
    day.link._models = {INFO.driver: models["movella_dot"]}
    day.connect()
    day.play(1.0, turning=math.radians(3000.0))
    assert [finding.code for finding in day.link.look().check.findings] == ["sensor_range"]


def test_a_check_that_fails_costs_no_link(day: Day, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("teststation.station.checking.routine_check", fail)
    day.connect()
    day.play(2.0)
    assert day.link.look().link is Link.STREAMING
    assert day.link.look().check.findings == (Reason("sensor_check_failed"),)


def test_a_link_that_was_never_opened_or_never_found_anything_closes() -> None:
    link = StandingLink(ScriptedFinder())
    link.close()
    opened = Day()
    opened.link.close()
    assert not opened.link._thread.is_alive()
