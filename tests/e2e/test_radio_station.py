"""The station over the virtual radio, in real time and with its screens: what befalls a sensor is said, and no more."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from textual.pilot import Pilot

from teststation import clock
from teststation.model import TestName
from teststation.sensors import teststation_imu
from teststation.sensors.virtual.room import Room, RoomThread
from teststation.sensors.virtual.stage import lying
from teststation.sensors.virtual.twin import Faults, Twin
from teststation.settings import HOME_VARIABLE, Settings
from teststation.station import Analyst, Link, State, bluetooth, standing_link
from teststation.store import temporary_store
from teststation.tui.app import StationApp
from teststation.tui.flow import Flow
from teststation.tui.screens.start import StartPage
from teststation.tui.screens.trial import TrialPage
from teststation.tui.station_bench import StationBench
from teststation.tui.visit import VisitProgress
from tui.fakes import CLIENT, Hands, shown
from twins import imu

SECOND = "F1:F1:F1:F1:F1:02"


class RadioBench(StationBench):
    """The real bench with the room's radio, and a store that nobody has to be let into."""

    def __init__(self, room: Room) -> None:
        radio = room.radio()
        super().__init__(Path(), Settings(), finder=lambda: bluetooth.Bluetooth(lambda: (radio,)))

    def open(self) -> None:
        self._seek()
        self._use(temporary_store())


class Station:
    """The app at its first page, and the room around it."""

    def __init__(self, app: StationApp, bench: RadioBench, pilot: Pilot[str], room: Room) -> None:
        self.app, self.bench, self._pilot, self.room = app, bench, pilot, room
        self.hands = Hands(app, pilot)
        self.hands.at_s = clock.now() - 60.0

    async def until(self, text: str) -> None:
        """Wait until something is shown."""
        await self.until_true(lambda: text in shown(self.app))

    async def until_true(self, there: Callable[[], bool]) -> None:
        for _ in range(1000):
            if there():
                return
            await self._pilot.pause(0.02)
        pytest.fail(shown(self.app))

    async def enter(self, twin: Twin) -> None:
        """Switch a sensor on."""
        asyncio.run_coroutine_threadsafe(self.room.enter(twin), self.room.loop).result()


@pytest.fixture
def _at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Do not wait for what only people need time for."""
    monkeypatch.setenv(HOME_VARIABLE, str(tmp_path))
    monkeypatch.setattr(standing_link, "ALONE_S", 0.4)
    monkeypatch.setattr(standing_link, "RETRY_S", 0.1)
    monkeypatch.setattr(bluetooth, "LISTEN_S", 0.3)
    monkeypatch.setattr(Analyst, "warm", lambda _: None)


pytestmark = [pytest.mark.soak, pytest.mark.usefixtures("_at_once")]


@asynccontextmanager
async def station(*twins: Twin) -> AsyncIterator[Station]:
    with RoomThread(Room(*twins, supervision_s=0.7)) as room:
        bench = RadioBench(room)
        app = StationApp(bench, Settings())
        async with app.run_test(size=(80, 24)) as pilot:
            here = Station(app, bench, pilot, room)
            await here.until_true(lambda: app.ready)
            yield here


def sensor(**traits: object) -> Twin:
    return imu(**{"signal": lying, "now": clock.now} | traits)


def without_service() -> Twin:
    namesake = sensor()
    namesake.serves = False
    return namesake


@pytest.mark.parametrize(
    ("stranger", "said"),
    [
        (lambda: sensor(faults=Faults(dropped=1.0, garbage=1.0)), "stuurt iets anders"),
        (lambda: sensor(missing=frozenset({teststation_imu.DATA})), "andere firmware"),
        (without_service, "maar is er geen"),
    ],
    ids=["garbage", "firmware", "without_service"],
)
async def test_a_stranger_is_named_and_the_sensor_that_is_switched_on_later_is_taken(
    stranger: Callable[[], Twin], said: str
) -> None:
    async with station() as here:
        await here.until("wordt gezocht: zet hem aan")
        await here.enter(stranger())
        await here.until("▲ sensor")
        assert said in " ".join(shown(here.app).split())
        await here.enter(sensor(address=SECOND, name="TS-IMU-2", serial="TWIN-2"))
        await here.until("● sensor   TS-IMU-2")
        await here.until("● controle   in orde")
        assert isinstance(here.app.screen, StartPage)


async def test_of_two_with_the_same_name_one_is_chosen_by_its_key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(standing_link, "ALONE_S", 30.0)
    twins = sensor(), sensor(address=SECOND, serial="TWIN-2")
    async with station(*twins) as here:
        await here.until("2 sensoren gevonden: toets K")
        await here.hands.press("k")
        await here.until("[2]")
        await here.hands.press("2" if shown(here.app).index("F1:02") > shown(here.app).index("F1:01") else "1")
        await here.until("● sensor   TS-IMU-1")
        assert [twin.connected for twin in twins] == [False, True]


async def test_out_of_range_in_mid_test_is_one_calm_line_and_the_key_stops() -> None:
    twin = sensor()
    async with station(twin) as here:
        await here.until("● controle   in orde")
        here.bench.store.add_client(CLIENT).result()
        visit = here.bench.store.begin_visit(CLIENT.code, age=85).result()
        Flow(here.app, VisitProgress(visit, CLIENT, here.bench.options, (TestName.GUG,), practice=False)).open()
        await here.hands.rest()
        await here.hands.press("space", "space")
        await here.until("104 Hz")
        await here.hands.press("space")
        run = here.bench._run
        assert run is not None
        assert run.snapshot().state is State.RUNNING
        here.room.loop.call_soon_threadsafe(twin.vanish)
        await here.until("sensor weg – de tijd loopt door met de hand")
        assert isinstance(here.app.screen, TrialPage)
        here.room.loop.call_soon_threadsafe(twin.appear)
        await here.until("sensor is terug")
        assert run.snapshot().link is Link.STREAMING
        await here.hands.press("space", after_s=20.0)
        assert run.snapshot().state is not State.RUNNING
        assert run._course.hand.duration_s == pytest.approx(20.0)
        await here.until_true(lambda: run.trial() is not None)
