"""The calibration on the screen: what is to be done, what was measured, and a key that bears its own time."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import numpy as np
import pytest
from textual.pilot import Pilot

from station.scripted import INFO, RATE_HZ, ScriptedFinder, ScriptedSensor, found, until
from teststation import clock
from teststation.model import Reason
from teststation.sensors.base import Connected, Packet
from teststation.sensors.calibrations import calibration_of
from teststation.settings import HOME_VARIABLE, Settings, sensors_folder
from teststation.station import Analyst, Link, Step
from teststation.store import Store, temporary_store
from teststation.tui.app import StationApp
from teststation.tui.screens.calibrate import CalibratePage
from teststation.tui.screens.start import StartPage
from teststation.tui.station_bench import StationBench
from tui.fakes import FakeBench, FakeCalibration, FakeLink, Hands, shown, station

REST = Reason("calibration_rest", {"gravity": 9.79, "bias": 0.31, "noise": 2.1, "turning": 0.08, "rate": 100.1})


def bench_with(run: FakeCalibration) -> FakeBench:
    bench = FakeBench()
    bench.link = FakeLink(link=Link.STREAMING, info=INFO, battery=80)
    bench.calibration = run
    return bench


@asynccontextmanager
async def opened(run: FakeCalibration) -> AsyncIterator[tuple[StationApp, Hands]]:
    app, _ = station(bench_with(run))
    async with app.run_test(size=(80, 24)) as pilot:
        await app.workers.wait_for_complete()
        hands = Hands(app, pilot)
        await hands.press("k", "i")
        assert isinstance(app.screen, CalibratePage)
        yield app, hands


@pytest.fixture
def store() -> Iterator[Store]:
    with temporary_store() as opened_store:
        yield opened_store


async def test_each_step_says_what_to_do_and_what_was_measured() -> None:
    run = FakeCalibration(link=Link.STREAMING, info=INFO)
    async with opened(run) as (app, hands):
        assert "Leg de sensor op een tafel" in shown(app)
        assert "wordt gemeten zodra hij stil is" in shown(app)
        run.shown = FakeCalibration(link=Link.STREAMING, step=Step.REST, done=True, said=(REST,)).shown
        app.screen._poll()  # type: ignore[attr-defined]
        await hands.rest()
        assert "zwaartekracht 9,79 m/s²" in shown(app)
        await hands.press("space", "r")
        assert run.asked == ["connect", "onward", "again"]
        await hands.press("b")
        await app.workers.wait_for_complete()
        assert isinstance(app.screen, StartPage)
        assert run.asked[-1] == "close"


async def test_who_passes_every_step_over_is_told_that_nothing_was_measured() -> None:
    async with opened(FakeCalibration(step=None)) as (app, _):
        assert "Er is niets gemeten" in shown(app)


async def test_the_key_of_the_key_check_bears_its_own_time() -> None:
    run = FakeCalibration(link=Link.STREAMING, step=Step.KEYS, of=3, count=1)
    async with opened(run) as (app, hands):
        assert "toets 1 van 3" in shown(app)
        await hands.press("space")
        assert run.asked[-1] == hands.at_s
        await hands.press("o")
        assert run.asked[-1] == "onward"
        run.shown = FakeCalibration(link=Link.STREAMING, step=Step.KEYS, done=True).shown
        app.screen._poll()  # type: ignore[attr-defined]
        await hands.press("space")
        assert run.asked[-1] == "onward"


async def test_a_sensor_that_is_away_is_waited_for() -> None:
    async with opened(FakeCalibration(link=Link.LOST)) as (app, _):
        assert "wacht op de sensor" in shown(app)


@pytest.mark.parametrize(
    ("progress", "measures"),
    [
        ({"link": Link.STREAMING, "step": Step.POSITIONS}, True),
        ({"link": Link.LOST, "step": Step.POSITIONS}, False),
        ({"link": Link.STREAMING, "step": Step.POSITIONS, "done": True}, False),
        ({"link": Link.STREAMING, "step": None}, False),
    ],
)
async def test_while_a_step_measures_nothing_comes_between(progress: dict[str, object], measures: bool) -> None:
    async with opened(FakeCalibration(**progress)) as (app, _):
        assert isinstance(app.screen, CalibratePage)
        assert app.screen.occupied is measures


async def test_started_for_itself_it_ends_the_program() -> None:
    run = FakeCalibration(step=None, measured=frozenset({Step.REST}))
    app = StationApp(bench_with(run), Settings(), lambda: CalibratePage(alone=True))
    async with app.run_test(size=(80, 24)) as pilot:
        await app.workers.wait_for_complete()
        hands = Hands(app, pilot)
        app.screen._poll()  # type: ignore[attr-defined]
        await hands.rest()
        assert "Wat gemeten is (●), is bewaard" in shown(app)
        assert "● 1 stil liggen   · 2 zes standen" in shown(app)
        await hands.press("space")
    assert app.return_code == 0


async def test_the_real_station_calibrates_a_sensor_that_lies_still(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, store: Store
) -> None:
    monkeypatch.setenv(HOME_VARIABLE, str(tmp_path))
    monkeypatch.setattr(Analyst, "warm", lambda _: None)
    sensor = ScriptedSensor()
    finder = ScriptedFinder(sensor)
    bench = StationBench(tmp_path / "store.db", Settings(), finder=lambda: finder)
    app = StationApp(bench, Settings(), lambda: CalibratePage(alone=True))
    async with app.run_test(size=(80, 24)) as pilot:
        while (link := bench.link) is None:
            await pilot.pause(0.01)
        await app.workers.wait_for_complete()
        bench._store = store
        link.choose(found(sensor))
        finder.hear(found(sensor))
        sensor.say(Connected(clock.now(), INFO))
        page = app.screen
        assert isinstance(page, CalibratePage)
        while page._run is None:
            await pilot.pause(0.01)
        run = page._run
        rng = np.random.default_rng(1)
        for k in range(40):
            time_s = 100.0 + np.arange(10 * k, 10 * k + 10) / RATE_HZ
            up = np.array([0.0, 0.0, 9.81]) + rng.normal(0.0, 0.03, (10, 3))
            sensor.say(Packet(clock.now() + k / 10, time_s, up, rng.normal(0.01, 0.001, (10, 3))))
        until(lambda: run.snapshot().done)
        page._poll()
        await pilot.pause()
        assert "● in orde   zwaartekracht" in shown(app)
        (in_store,) = store.calibrations(INFO.driver, INFO.serial)
    known = calibration_of(sensors_folder(), INFO.driver, INFO.serial)
    assert known is not None
    assert known.bias_rad_s is not None
    assert known.bias_rad_s == pytest.approx((0.01, 0.01, 0.01), abs=1e-3)
    assert (in_store.made_at, in_store.values) == (known.measured_at, {"bias_rad_s": list(known.bias_rad_s)})


# How it looks

Compare = Callable[..., bool]


@pytest.mark.parametrize(
    ("size", "progress"),
    [
        (
            (80, 24),
            {"step": Step.REST, "done": True, "said": (REST,), "wrong": (Reason("sensor_bias", {"bias": 3.1}),)},
        ),
        ((100, 30), {"step": Step.POSITIONS, "count": 2, "of": 6}),
    ],
)
def test_the_calibration(snap_compare: Compare, size: tuple[int, int], progress: dict[str, object]) -> None:
    async def before(pilot: Pilot[str]) -> None:
        await pilot.app.workers.wait_for_complete()
        hands = Hands(pilot.app, pilot)  # type: ignore[arg-type]
        await hands.press("k", "i")
        pilot.app.screen._poll()  # type: ignore[attr-defined]
        await hands.rest()

    run = FakeCalibration(link=Link.STREAMING, info=INFO, **progress)
    assert snap_compare(station(bench_with(run))[0], terminal_size=size, run_before=before)
