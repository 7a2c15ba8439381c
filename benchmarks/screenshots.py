"""The pictures of the README and the guides: the real program, worked by its keys, on the recordings that come with it.

    python -m benchmarks.screenshots [--size 100x30] [--out docs/images] [--languages nl,en]

Writes NAME.LANGUAGE.svg. The station's clock stands still between the keys, so that the same program gives the same
pictures. They name no font of the network: the reader's own monospaced one is used.
"""

from __future__ import annotations

import argparse
import asyncio
import datetime as dt
import os
import re
from collections.abc import AsyncGenerator, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager, nullcontext
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Self
from unittest.mock import patch

import msgspec
from textual import events
from textual.pilot import Pilot
from textual.widgets import Input

from teststation.formats import read
from teststation.i18n import Language
from teststation.model import TestName
from teststation.sensors.replay import Fault, PlayClock, Replay
from teststation.settings import HOME_VARIABLE, Settings
from teststation.station import Found
from teststation.tui.app import StationApp
from teststation.tui.demo import TABLE_ENDING, DemoBench, recordings_folder, tapes
from teststation.tui.screens.start import StartPage
from teststation.tui.screens.tour import TourPage
from teststation.tui.sound import Tone
from teststation.tui.station_bench import StationBench
from teststation.tui.visit import Attempt

OUT = Path(__file__).parents[1] / "docs" / "images"
LANGUAGES: tuple[Language, ...] = ("nl", "en")
PASSPHRASE, CODE, OPERATOR = "een zin van de maker", "ABCDE-FGHJK-MNPQR-STVWX-YZ234-56789", "MB"
"""Of a store that is gone afterwards."""
BEGINS = dt.datetime(2026, 11, 23, 9, 30).astimezone()
"""The day and time of the first picture."""
_BELT = "Belt"
_KEYS_APART_S = 1.0
_FEMALE_MEASURED: dict[Language, tuple[str, str]] = {"nl": ("v", "g"), "en": ("f", "m")}
_SENSOR_HEARD_S, _FELL_AT_S = 3.0, 6.0
_LINE_AT_S, _SEATED_AT_S = 8.5, 21.5
"""The first foot is over the line in the recording of the slow walk; who lost the sensor is seated."""
_AN_HOUR_MIN, _TWO_WEEKS_MIN = 60.0, 14 * 24 * 60.0
_STEP_S = 0.1
_PATIENCE_S = 300.0
_LOOK_EVERY_S = 0.1
_FONT_FACE = re.compile(r"@font-face \{.*?\}\s*", re.DOTALL)
_CLIP = re.compile(
    r' clip-path="url\(#terminal-\d+-(?:line-\d+|clip-terminal)\)"|<clipPath id=.*?</clipPath>\s*', re.DOTALL
)
"""Rich cuts off what lies beyond a line or the window: only the feet of the last line's letters do, and the cuts are
half of a picture's bytes."""


class Silence:
    """A loudspeaker that is off."""

    def play(self, tone: Tone) -> None:
        """Play nothing."""


class Studio:
    """A clock and a calendar that are set by hand, the one sensor within reach, and one that plays each attempt.

    `plays` names the recordings by test, one for each attempt that counts.
    """

    def __init__(self) -> None:
        self.host_s = 0.0
        self.clock = PlayClock(host=lambda: self.host_s)
        self.plays: dict[TestName, tuple[str, ...]] = {}

    async def search(self) -> AsyncGenerator[tuple[Found, ...], None]:
        """Find the one sensor within reach."""
        while True:
            yield (Found(driver="replay", address="", name=_BELT),)
            await asyncio.sleep(_LOOK_EVERY_S)

    def sensor(self, _: Found) -> Replay:
        """Give that sensor, on somebody who sits still."""
        still = read(recordings_folder() / f"gug_belt{TABLE_ENDING}")
        return Replay(msgspec.structs.replace(still, name=_BELT), clock=self.clock)

    def sensor_of(self, attempt: Attempt) -> Replay:
        """Make the sensor of an attempt."""
        plays = self.plays[attempt.test]
        name = plays[min(attempt.number, len(plays)) - 1]
        lost_at_s = tapes()[name].lost_at_s
        return Replay(
            read(recordings_folder() / f"{name}{TABLE_ENDING}"),
            clock=self.clock,
            faults=() if lost_at_s is None else (Fault(lost_at_s),),
        )

    @contextmanager
    def calendar(self) -> Iterator[None]:
        """Let the whole process have the day of the studio; meanwhile msgspec reads no profile of a sensor."""
        studio = self

        class Now(dt.datetime):
            @classmethod
            def now(cls, tz: dt.tzinfo | None = None) -> Self:
                return cls.fromtimestamp(studio.now_s, tz)

        with patch("datetime.datetime", Now):
            yield

    @property
    def now_s(self) -> float:
        """Seconds since 1970."""
        return BEGINS.timestamp() + self.host_s


class Photographer:
    """Works the station by its keys and takes pictures of it."""

    def __init__(self, app: StationApp, pilot: Pilot[str], studio: Studio, out: Path, language: Language) -> None:
        self.app = app
        self._pilot = pilot
        self.studio = studio
        self._out = out
        self._language = language

    async def press(self, *keys: str, apart_s: float = _KEYS_APART_S) -> None:
        """Press keys, each so long after the one before, and let the station do what they ask for."""
        for key in keys:
            await self.wait(apart_s)
            await self._send(key)
            await self._quiet()

    async def type(self, *fields: str) -> None:
        """Type into fields, and go on from each to the next."""
        for number, text in enumerate(fields):
            for key in (*(["enter"] if number else []), *text):
                await self._send(key)

    async def _send(self, key: str) -> None:
        event = events.Key(key, key if len(key) == 1 else None)
        event.time = self.studio.host_s
        (self.app.focused or self.app.screen).post_message(event)
        await self._pilot.pause()

    async def wait(self, seconds: float) -> None:
        """Let the station's time pass in small steps, so that what the sensor sends is taken in as it comes."""
        until_s = self.studio.host_s + seconds
        while self.studio.host_s < until_s - 1e-9:
            self.studio.host_s = min(self.studio.host_s + _STEP_S, until_s)
            await self._pilot.pause(0.02)

    def at(self, minute: float) -> None:
        """Let it be so many minutes after the beginning: how long an analysis took is not to be seen on any picture."""
        assert self.studio.host_s <= minute * 60.0
        self.studio.host_s = minute * 60.0

    async def page(self, name: str) -> None:
        """Wait for a page."""
        for _ in range(round(_PATIENCE_S / _STEP_S)):
            if type(self.app.screen).__name__ == name:
                await self._quiet()
                return
            await self.wait(_STEP_S)
        raise TimeoutError(f"{self.app.screen}: {name} did not come")

    async def _quiet(self) -> None:
        """Wait until the page says the same thrice."""
        seen: list[str] = []
        while len(seen) < 3 or len(set(seen[-3:])) > 1:
            await self._pilot.pause(_LOOK_EVERY_S)
            seen.append(self.app.export_screenshot())

    async def take(self, name: str) -> None:
        """Take a picture."""
        for field in self.app.screen.query(Input):
            field.cursor_blink = False
        await self._quiet()
        picture = _CLIP.sub("", _FONT_FACE.sub("", self.app.export_screenshot(title="teststation")))
        picture = re.sub(r"terminal-\d+", name, picture)
        path = self._out / f"{name}.{self._language}.svg"
        path.write_text("\n".join(line.rstrip() for line in picture.splitlines()) + "\n", encoding="utf-8")
        print(path)

    async def attempt(self, *, picture: str = "", at_s: float = 0.0, again_at_s: float = 0.0) -> None:
        """Do an attempt that is armed, to its review. Times are seconds after the cue.

        Parameters
        ----------
        picture : what the picture is called that is taken, if any
        at_s : when it is taken
        again_at_s : when the key is pressed again, for the line or the stop; 0 leaves the stop to the sensor
        """
        await self.page("TrialPage")
        await self.wait(_SENSOR_HEARD_S)
        await self.press("space")
        if picture:
            await self.wait(at_s)
            await self.take(picture)
        if again_at_s:
            await self.press("space", apart_s=again_at_s - at_s)
        await self.page("ReviewPage")


async def the_tour(look: Photographer) -> None:
    """Take where simulation begins."""
    while not look.app.ready:
        await look.wait(_STEP_S)
    await look.take("tour")


async def set_up(look: Photographer) -> None:
    """Take the setting up, and set up: not by its keys, for the code would be another each time."""
    app = look.app
    await _opened(look)
    await look.press("space")
    await look.take("set-up")
    assert app.bench.door is not None
    app.bench.door.set_up(PASSPHRASE, CODE, by_login=False)
    app.bench.door.sign_in(OPERATOR)
    assert app.bench.link is not None
    while not app.bench.link.look().check.done:
        await look.wait(_STEP_S)
    app.open_start()
    await look.page("StartPage")
    await look.take("start")


async def _opened(look: Photographer) -> None:
    await look.page("StartPage")
    while not look.app.opened:
        await look.wait(_STEP_S)


async def unlock(look: Photographer) -> None:
    """Come in with the passphrase."""
    await _opened(look)
    await look.press("space")
    await look.type(PASSPHRASE, OPERATOR)
    await look.press("enter")
    await look.page("StartPage")


async def a_first_visit(look: Photographer) -> None:
    """Take what a first visit shows, page after page."""
    look.studio.plays = {TestName.GAIT: ("gait_slow",), TestName.GUG: ("gug_rollator",), TestName.TCS: ("tcs_5",)}
    await look.press("space")
    woman, measured = _FEMALE_MEASURED[look.app.tr.language]
    await look.type("K-017", "1941", "85", woman, "163", measured, "61", "4")
    await look.take("client-form")
    await look.press("pagedown")
    await look.take("confirm")
    await look.press("space")
    await look.take("consent")
    await look.press("space", "1")
    await look.take("questions")
    await look.press("0", "0", "6", "7", "0")
    await look.page("GuidePage")
    for _ in range(2):
        await look.press("space")
        await look.attempt(again_at_s=_LINE_AT_S)
    await look.press("space")
    await look.page("ResultPage")
    await look.press("space", "space")
    await look.wait(_SENSOR_HEARD_S)
    await look.take("guide")
    await look.press("n", "space")
    await look.wait(_SENSOR_HEARD_S)
    await look.take("armed")
    await look.attempt(picture="running", at_s=9.0)
    await look.take("review")
    await look.press("space")
    await look.attempt()
    await look.press("space")
    await look.page("ResultPage")
    await look.take("result")
    await look.press("c")
    await look.take("client")
    await look.press("space", "space", "space", "space")
    await look.attempt(picture="chair-stand", at_s=9.0)
    await look.press("space")
    await look.page("ResultPage")
    await look.press("space", "0", "o", "5")
    await look.page("SummaryPage")
    await look.take("summary")
    await look.press("c")
    await look.take("conclusion")
    await look.press("space", "space")


async def screen(look: Photographer) -> None:
    """Begin a screening, to where its test is armed."""
    await look.press("d")
    await look.take("screening")
    await look.press("pagedown", "space", "space", "0")
    await look.page("GuidePage")
    await look.press("n", "space")


async def screenings(look: Photographer) -> None:
    """Take a result that is close to the limit, a sensor that is lost, and a person who cannot rise again."""
    look.studio.plays = {TestName.GUG: ("gug_19_9", "gug_20_3")}
    await screen(look)
    for _ in range(2):
        await look.attempt()
        await look.press("space")
    await look.page("ResultPage")
    await look.take("close")
    await look.press("space", "space")
    look.studio.plays = {TestName.GUG: ("gug_sensor_lost", "gug_cannot_rise")}
    await screen(look)
    await look.attempt(picture="lost", at_s=14.0, again_at_s=_SEATED_AT_S)
    look.at(_AN_HOUR_MIN)
    await look.press("space", "space")
    await look.press("f", apart_s=_FELL_AT_S)
    await look.take("fall")
    await look.press("5")
    await look.page("ReviewPage")
    await look.press("space")
    await look.page("ResultPage")
    await look.take("unable")
    await look.press("space", "space")


async def a_follow_up(look: Photographer) -> None:
    """Take what a second visit of the same client shows, and what is kept."""
    look.studio.plays = {TestName.GUG: ("gug_19_9",)}
    look.at(_TWO_WEEKS_MIN)
    await look.press("space")
    await look.type("K-017")
    await look.press("pagedown", "space", "0")
    await look.press("space", "2", "n", "space")
    for _ in range(2):
        await look.attempt()
        await look.press("space")
    await look.page("ResultPage")
    await look.press("v")
    await look.take("trends")
    await look.press("pageup", "space", "s", "space")
    await look.page("StartPage")
    await look.press("g")
    await look.take("data")
    await look.press("f6")
    await look.take("backup")


async def take(size: tuple[int, int], out: Path, language: Language) -> None:
    """Take all pictures in a language."""
    with TemporaryDirectory() as folder:
        os.environ[HOME_VARIABLE] = folder
        settings = Settings(language=language, papers_folder=folder)
        store, studio = Path(folder) / "store.db", Studio()
        with patch("time.time_ns", lambda: round(studio.now_s * 1e9)):
            with_link = StationBench(store, settings, finder=lambda: studio)
            with_recordings = StationBench(store, settings, studio.sensor_of)
            with_link.clock = with_recordings.clock = studio.clock
            for bench, first, days, sessions in (
                (DemoBench(settings), TourPage, nullcontext(), (the_tour,)),
                (with_link, StartPage, nullcontext(), (set_up,)),
                (with_recordings, StartPage, studio.calendar(), (unlock, a_first_visit, screenings, a_follow_up)),
            ):
                app = StationApp(bench, settings, first, sound=Silence())
                with days:
                    async with app.run_test(size=size) as pilot:
                        look = Photographer(app, pilot, studio, out, language)
                        for session in sessions:
                            await session(look)


def main() -> None:
    """Run the command."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--size", default="100x30")
    parser.add_argument("--out", type=Path, default=OUT)
    parser.add_argument("--languages", default=",".join(LANGUAGES))
    arguments = parser.parse_args()
    arguments.out.mkdir(parents=True, exist_ok=True)
    columns, rows = map(int, arguments.size.split("x"))
    chosen = [language for language in LANGUAGES if language in arguments.languages.split(",")]
    pictures = partial(_in_a_process, (columns, rows), arguments.out)
    with ProcessPoolExecutor(mp_context=get_context("spawn")) as processes:
        list(processes.map(pictures, chosen))


def _in_a_process(size: tuple[int, int], out: Path, language: Language) -> None:
    """Take all pictures in a language in a process of its own, as the time of a store's rows never goes back in one."""
    asyncio.run(take(size, out, language))


if __name__ == "__main__":
    main()
