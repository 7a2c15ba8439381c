"""The sensor on the screen: sought, found, chosen, checked, nearly empty, lost and back; and a screen that hangs."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from textual.pilot import Pilot

from station.scripted import INFO, RATE_HZ, ScriptedFinder, ScriptedSensor, found, packet, until
from teststation import clock
from teststation.boundary import clean_name
from teststation.i18n import Translator
from teststation.model import Reason, TestName
from teststation.sensors.base import Connected, Gap, Lost
from teststation.settings import HOME_VARIABLE, ChosenSensor, Settings, read_settings, settings_file
from teststation.station import Analyst, Check, Found, Link, State, TrialRun
from teststation.tui.agreement import Agreement
from teststation.tui.app import StationApp
from teststation.tui.screens.sensor_words import look_lines
from teststation.tui.screens.sensors import SensorsPage
from teststation.tui.screens.trial import TrialPage
from teststation.tui.station_bench import StationBench
from tui.fakes import CLIENT, FakeBench, FakeLink, Hands, let_in, shown, station
from tui.test_pages import at_armed, open_visit, poll

CHOSEN = ChosenSensor(driver="test", serial="t-1", address="AA:t-1", name="Riemsensor")
ONE = Found(driver="test", address="AA:t-1", name="Riemsensor", model="Testriem", rssi_dbm=-48)
TWO = Found(driver="test", address="AA:t-2", name="Riemsensor", model="Testriem", rssi_dbm=-71)
IN_ORDER = Check(done=True)


@asynccontextmanager
async def at_start(link: FakeLink, size: tuple[int, int] = (80, 24)) -> AsyncIterator[tuple[StationApp, Hands]]:
    bench = FakeBench()
    bench.link = link
    app, _ = station(bench)
    async with app.run_test(size=size) as pilot:
        await app.workers.wait_for_complete()
        await pilot.pause()
        yield app, Hands(app, pilot)


# Outside of a run


@pytest.mark.parametrize(
    ("look", "words"),
    [
        ({}, "wordt gezocht: zet hem aan"),
        ({"chosen": CHOSEN}, "Riemsensor wordt gezocht: zet hem aan"),
        ({"found": (ONE, TWO)}, "2 sensoren gevonden: toets K"),
        ({"chosen": CHOSEN, "found": (TWO,)}, "Riemsensor niet gevonden; een andere wel"),
        ({"trouble": Reason("bluetooth_unavailable", {"detail": "uit"})}, "Bluetooth werkt niet"),
        ({"link": Link.LOST, "info": INFO}, "Riemsensor weg"),
        ({"link": Link.STREAMING, "info": INFO, "battery": 80}, "● sensor   Riemsensor   batterij 80 %"),
        ({"link": Link.STREAMING, "info": INFO}, "… controle"),
        ({"link": Link.SILENT, "info": INFO, "check": IN_ORDER}, "● controle   in orde"),
        (
            {"link": Link.STREAMING, "info": INFO, "check": Check(True, (Reason("sensor_bias", {"bias": 3.1}),))},
            "▲ controle   draait in rust 3,1 °/s",
        ),
    ],
)
def test_how_the_sensor_is_stands_on_the_first_page(look: dict[str, Any], words: str) -> None:
    lines = look_lines(Translator("nl"), FakeLink(**look).look())
    assert any(words in line for line in lines)
    if look.get("link") not in (Link.STREAMING, Link.SILENT) and len(look.get("found", ())) < 2:
        assert "Zonder sensor meten de toets en uw stopwatch de tijd." in lines[-1]


async def test_the_first_page_follows_the_sensor_without_a_key() -> None:
    link = FakeLink()
    async with at_start(link) as (app, hands):
        assert "wordt gezocht" in shown(app)
        link.change(link=Link.STREAMING, info=INFO, battery=80, check=IN_ORDER)
        app.screen._look()  # type: ignore[attr-defined]
        await hands.rest()
        assert "● sensor   Riemsensor   batterij 80 %" in shown(app)


async def test_a_sensor_is_chosen_by_its_number_which_it_keeps() -> None:
    link = FakeLink(found=(ONE,), chosen=CHOSEN, battery=80)
    async with at_start(link) as (app, hands):
        await hands.press("k")
        page = app.screen
        assert isinstance(page, SensorsPage)
        assert link.asked == ["ask"]
        assert "► [1]   Riemsensor   Testriem   …A:t-1   -48 dBm   batterij 80 %" in shown(app)
        link.change(found=(TWO,))  # the other one is stronger now, and the first is not heard
        page.show()
        await hands.rest()
        assert "► [1]   Riemsensor   Testriem   …A:t-1   –" in shown(app)
        assert "  [2]   Riemsensor   Testriem   …A:t-2   -71 dBm" in shown(app)
        await hands.press("3")
        assert app.screen is page
        await hands.press("2")
        assert TWO in link.asked
        assert app.screen is not page


async def test_who_takes_no_other_sensor_keeps_the_one_of_before() -> None:
    link = FakeLink(found=(ONE,))
    async with at_start(link) as (_, hands):
        await hands.press("k", "b")
        await hands.rest()
        assert link.asked == ["ask", "settle"]


@pytest.mark.parametrize("name", ["[/]", "[red]x[/red]", "a\x1b[31mb\x1b]0;t\x07", "\u202eabc\u2066", "{name}", "x\ny"])
async def test_a_hostile_name_is_shown_harmlessly(name: str) -> None:
    safe = clean_name(name)
    hostile = Found(driver="test", address="AA:t-9", name=safe)
    link = FakeLink(found=(hostile,))
    async with at_start(link) as (app, hands):
        await hands.press("k")
        text = shown(app)
        assert safe in text
        assert not {"\x1b", "\x07", "\u202e", "\u2066"} & set(text)
        await hands.press("b")
        link.change(chosen=ChosenSensor(driver="test", serial="", address="AA:t-9", name=safe), found=())
        app.screen._look()  # type: ignore[attr-defined]
        await hands.rest()
        assert safe in shown(app)


async def test_a_low_battery_is_said_once_and_never_over_a_run() -> None:
    link = FakeLink(link=Link.STREAMING, info=INFO, battery=15)
    bench = FakeBench()
    bench.link = link
    async with at_armed(bench=bench) as (app, _, hands):
        app.clear_notifications()
        app._warned_of.clear()
        bench.run.look(state=State.RUNNING, elapsed_s=3.0)
        await poll(hands)
        app._mind_battery()
        await hands.rest()
        assert len(app._notifications) == 0
        bench.run.look(state=State.ARMED)
        await poll(hands)
        app._mind_battery()
        link.change(battery=14)
        app._mind_battery()
        await hands.rest()
        (notice,) = app._notifications
        assert "nog 15 %" in notice.message


# In a run


async def test_an_armed_trial_waits_calmly_for_its_sensor_and_the_key_works() -> None:
    async with at_armed() as (app, bench, hands):
        bench.run.look(link=Link.LOST, hand_only=True)
        await poll(hands)
        assert "WACHT OP SENSOR" in shown(app)
        assert "Met de hand kan ook" in shown(app)
        await hands.press("space")
        assert bench.run.asked[-1][0] == "go"
        bench.run.look(link=Link.STREAMING, hand_only=False)
        await poll(hands)
        assert "WACHT" not in shown(app)
        assert "De opname loopt al" in shown(app)


async def test_silence_is_shown_before_the_loss_and_asks_nothing() -> None:
    async with at_armed() as (app, bench, hands):
        bench.run.look(state=State.RUNNING, elapsed_s=5.0, link=Link.SILENT)
        await poll(hands)
        assert "sensor stil" in shown(app)
        assert "tijd loopt door met de hand" not in shown(app)
        bench.run.look(link=Link.LOST, hand_only=True)
        await poll(hands)
        assert "sensor weg – de tijd loopt door met de hand" in shown(app)
        bench.run.look(link=Link.STREAMING, hand_only=False, lost_in_run=True)
        await poll(hands)
        assert "sensor is terug" in shown(app)
        assert isinstance(app.screen, TrialPage)


async def test_a_guide_repeats_only_what_is_wrong_with_the_sensor() -> None:
    bench = FakeBench()
    bench.link = link = FakeLink(link=Link.STREAMING, info=INFO, check=IN_ORDER)
    app, _ = station(bench)
    async with app.run_test(size=(80, 24)) as pilot:
        await app.workers.wait_for_complete()
        hands = Hands(app, pilot)
        open_visit(app, bench)
        await hands.rest()
        assert "● controle   in orde" in shown(app)  # where the tests are chosen
        await hands.press("space")
        assert "controle" not in shown(app)
        link.change(check=Check(True, (Reason("sensor_rate", {"rate": 71.0, "expected": 100.0}),)))
        app.screen._look()  # type: ignore[attr-defined]
        await hands.rest()
        assert "71 in plaats van 100 metingen" in shown(app)


# The real station, with a scripted sensor


class Practice:
    """The station as it runs in a practice, but for the radio."""

    def __init__(self, folder: Path) -> None:
        self.sensor = ScriptedSensor()
        self.finder = ScriptedFinder(self.sensor)
        self.bench = StationBench(folder / "store.db", Settings(), finder=lambda: self.finder)
        self.app = StationApp(self.bench, Settings())
        self.device_s = 1000.0

    def connect(self) -> None:
        """Have the sensor found as soon as it may be taken."""
        link = self.bench.link
        assert link is not None
        link.choose(found(self.sensor))
        self.finder.hear(found(self.sensor))
        self.sensor.say(Connected(clock.now(), INFO))

    def play(self, seconds: float) -> None:
        """Let samples come, in no time; the loop of the screen stands still meanwhile."""
        for _ in range(round(seconds * 10)):
            self.sensor.say(packet(clock.now(), self.device_s))
            self.device_s += 10 / RATE_HZ

    def run(self) -> TrialRun:
        assert self.bench._run is not None
        return self.bench._run


@pytest.fixture
def practice(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Practice:
    monkeypatch.setenv(HOME_VARIABLE, str(tmp_path))
    monkeypatch.setattr(Analyst, "warm", lambda _: None)  # nothing is analysed here, and SciPy takes seconds to load
    return Practice(tmp_path)


@asynccontextmanager
async def in_a_run(practice: Practice, *, connected: bool = True) -> AsyncIterator[Hands]:
    app = practice.app
    async with app.run_test(size=(80, 24)) as pilot:
        while not app.opened:
            await pilot.pause(0.01)
        let_in(practice.bench)
        hands = Hands(app, pilot)
        hands.at_s = clock.now() - 5.0  # however quick the machine is, no key of the test comes too soon after these
        if connected:
            practice.connect()
        app.begin_visit(CLIENT, 85, Agreement())
        await hands.rest()
        await hands.press("0", "0", "0")
        await hands.press("2")
        await hands.press("space", after_s=0.0)
        yield hands


async def test_a_screen_that_hangs_loses_no_sample_and_mistimes_none(practice: Practice) -> None:
    async with in_a_run(practice) as hands:
        practice.play(2.0)  # the loop is blocked while these come
        run = practice.run()
        until(lambda: len(run.tail(60.0)[0]) == 200)
        pressed_s = clock.now()
        hands.at_s = pressed_s - 1.0
        practice.play(2.0)  # a key waits in the queue of a loop that stands still
        await hands.press("space")
        assert run.snapshot().state is State.RUNNING
        until(lambda: len(run.tail(60.0)[0]) == 400)
        time_s, _, _ = run.tail(60.0)
        assert np.diff(time_s) == pytest.approx(1 / RATE_HZ)
        assert run._course.hand.cue_s == pressed_s
        assert run.snapshot().lost_samples == 0


async def test_a_sensor_that_is_switched_on_after_the_arming_is_taken_in(practice: Practice) -> None:
    async with in_a_run(practice, connected=False) as hands:
        await poll(hands)
        assert "WACHT OP SENSOR" in shown(practice.app)
        practice.connect()
        practice.play(1.0)
        until(lambda: practice.run().snapshot().link is Link.STREAMING)
        await poll(hands)
        assert "WACHT" not in shown(practice.app)
        assert "100 Hz" in shown(practice.app)


async def test_the_link_stays_up_from_one_attempt_to_the_next(practice: Practice) -> None:
    async with in_a_run(practice) as hands:
        practice.play(4.0)
        until(lambda: len(practice.run().tail(60.0)[0]) == 400)
        await hands.press("pageup")  # the attempt is left
        await practice.app.workers.wait_for_complete()
        practice.play(2.0)
        await hands.press("2")
        until(lambda: len(practice.run().tail(60.0)[0]) >= 500)  # what came between two attempts is there
        assert practice.finder.taken == [found(practice.sensor).address]


async def test_a_sensor_that_comes_and_goes_is_followed(practice: Practice) -> None:
    async with in_a_run(practice) as hands:
        practice.play(1.0)
        practice.sensor.say(Lost(clock.now()))
        until(lambda: practice.run().snapshot().link is Link.LOST)
        await poll(hands)
        assert "WACHT OP SENSOR" in shown(practice.app)
        practice.device_s += 1.0
        practice.sensor.say(Connected(clock.now(), INFO), Gap(practice.device_s - 1.0, practice.device_s))
        practice.play(1.0)
        until(lambda: practice.run().snapshot().lost_samples == 99)
        await poll(hands)
        assert "99 verloren" in shown(practice.app)


async def test_the_sensor_is_known_the_next_day(practice: Practice) -> None:
    async with in_a_run(practice):
        pass
    kept = read_settings(settings_file())
    assert kept.sensor == ChosenSensor(driver="test", serial="t-1", address="AA:t-1", name="Riemsensor")


# How it looks

Compare = Callable[..., bool]


@pytest.mark.parametrize("size", [(80, 24), (100, 30)])
def test_the_choice_between_sensors(snap_compare: Compare, size: tuple[int, int]) -> None:
    async def before(pilot: Pilot[str]) -> None:
        await pilot.app.workers.wait_for_complete()
        await Hands(pilot.app, pilot).press("k")  # type: ignore[arg-type]

    bench = FakeBench()
    bench.link = FakeLink(found=(ONE, TWO), chosen=CHOSEN, battery=80)
    assert snap_compare(station(bench)[0], terminal_size=size, run_before=before)


def test_the_first_page_with_a_sensor_that_is_not_in_order(snap_compare: Compare) -> None:
    bench = FakeBench()
    finding = Reason("sensor_gravity", {"gravity": 10.31, "expected": 9.81})
    bench.link = FakeLink(link=Link.STREAMING, info=INFO, battery=80, check=Check(True, (finding,)))
    assert snap_compare(station(bench)[0], terminal_size=(80, 24))


def test_a_trial_that_waits_for_its_sensor(snap_compare: Compare) -> None:
    async def before(pilot: Pilot[str]) -> None:
        app: Any = pilot.app
        await app.workers.wait_for_complete()
        hands = Hands(app, pilot)
        open_visit(app, app.bench, (TestName.GUG,))
        await hands.press("space", "space")
        app.bench.run.look(link=Link.LOST, hand_only=True, rate_hz=None)
        await poll(hands)

    assert snap_compare(station()[0], terminal_size=(80, 24), run_before=before)
