"""The pictures of the README and the guides, from the real program playing the demo's recordings.

    python -m benchmarks.screenshots [--size 100x30] [--out docs/images]

Writes NAME.LANGUAGE.svg. The pictures name no font of the network: the reader's own monospaced one is used.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import re
from collections.abc import Awaitable, Callable
from pathlib import Path
from tempfile import TemporaryDirectory

from textual.pilot import Pilot

from teststation.i18n import Language
from teststation.settings import HOME_VARIABLE, Settings
from teststation.tui.app import StationApp
from teststation.tui.demo import DemoBench
from teststation.tui.screens.start import StartPage
from teststation.tui.screens.tour import RecordingsPage, TourPage
from teststation.tui.station_bench import StationBench
from teststation.tui.widgets.block_digits import BlockDigits

OUT = Path(__file__).parents[1] / "docs" / "images"
LANGUAGES: tuple[Language, ...] = ("nl", "en")
_BETWEEN_KEYS_S = 0.7
_PATIENCE_S = 40.0
_FONT_FACE = re.compile(r"@font-face \{.*?\}\s*", re.DOTALL)

Picture = Callable[[str], None]


class Photographer:
    """Drives the demo and takes pictures of it."""

    def __init__(self, app: StationApp, pilot: Pilot[str], out: Path, language: Language) -> None:
        self._app = app
        self._pilot = pilot
        self._out = out
        self._language = language

    async def press(self, *keys: str) -> None:
        """Press keys at a human pace."""
        for key in keys:
            await self._pilot.press(key)
            await self._pilot.pause(_BETWEEN_KEYS_S)

    async def until(self, there: Callable[[], bool]) -> None:
        """Wait for something to be so."""
        for _ in range(round(_PATIENCE_S / 0.05)):
            if there():
                await self._pilot.pause(0.2)
                return
            await self._pilot.pause(0.05)
        raise TimeoutError(f"{self._app.screen}: it did not come")

    async def page(self, name: str) -> None:
        """Wait for a page."""
        await self.until(lambda: type(self._app.screen).__name__ == name)

    async def timer(self, seconds: float) -> None:
        """Wait for the timer to come so far."""

        def there() -> bool:
            text = self._app.screen.query_one("#timer", BlockDigits).text.replace(",", ".")
            return float(text) >= seconds

        await self.until(there)

    def take(self, name: str) -> None:
        """Take a picture."""
        picture = _FONT_FACE.sub("", self._app.export_screenshot(title="teststation"))
        path = self._out / f"{name}.{self._language}.svg"
        path.write_text("\n".join(line.rstrip() for line in picture.splitlines()) + "\n", encoding="utf-8")
        print(path)


async def the_tour(look: Photographer) -> None:
    """Take the scenes of the tour."""
    await look.until(lambda: look._app.ready)  # noqa: SLF001 - one thing in two parts
    look.take("tour")
    await look.press("space")
    await look.page("TrialPage")
    look.take("armed")
    await look.press("space", "v")
    await look.timer(9.0)
    look.take("running")
    await look.press("e")
    await look.page("ReviewPage")
    look.take("review")
    await look.press("space")
    look.take("result")
    await look.press("c")
    look.take("client")
    await look.press("space", "space", "space")
    for _ in range(2):
        await look.press("space", "e")
        await look.page("ReviewPage")
        await look.press("space")
    await look.page("ResultPage")
    look.take("close")
    await look.press("space", "space", "space", "v")
    await look.timer(12.5)
    look.take("lost")


async def a_chair_stand(look: Photographer) -> None:
    """Take the guide and the running screen of a chair stand."""
    await look.until(lambda: look._app.ready)  # noqa: SLF001 - one thing in two parts
    await look.press(*["down"] * 10, "space")
    await look.page("GuidePage")
    look.take("guide")
    await look.press("space", "space", "v")
    await look.timer(9.0)
    look.take("chair-stand")
    await look.press("f")
    look.take("fall")


async def the_start(look: Photographer) -> None:
    """Take the first page and the form."""
    app = look._app  # noqa: SLF001 - one thing in two parts
    await look.until(lambda: app.opened)
    assert app.bench.door is not None
    app.bench.door.enter(None)
    app.bench.door.sign_in("MB")
    app.open_start()
    await look.page("StartPage")
    look.take("start")
    await look.press("space")
    for key in ("K", "minus", "0", "1", "7", "enter", *"1941", "enter", *"85", "enter", "v", "enter", *"163"):
        await look._pilot.press(key)  # noqa: SLF001 - typing is faster than pressing the one key
    look.take("client-form")


async def take(size: tuple[int, int], out: Path, language: Language) -> None:
    """Take all pictures in a language."""
    pages: tuple[tuple[type, Callable[[Photographer], Awaitable[None]]], ...] = (
        (TourPage, the_tour),
        (RecordingsPage, a_chair_stand),
        (StartPage, the_start),
    )
    settings = Settings(language=language)
    for first, session in pages:
        with TemporaryDirectory() as folder:
            os.environ[HOME_VARIABLE] = folder  # who signs in is kept among the settings
            demo = first is not StartPage
            bench = DemoBench(settings) if demo else StationBench(Path(folder) / "store.db", settings)
            app = StationApp(bench, settings, first)
            async with app.run_test(size=size) as pilot:
                await session(Photographer(app, pilot, out, language))


def main() -> None:
    """Run the command."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--size", default="100x30")
    parser.add_argument("--out", type=Path, default=OUT)
    parser.add_argument("--languages", default=",".join(LANGUAGES))
    arguments = parser.parse_args()
    arguments.out.mkdir(parents=True, exist_ok=True)
    columns, rows = map(int, arguments.size.split("x"))
    for language in LANGUAGES:
        if language in arguments.languages.split(","):
            asyncio.run(take((columns, rows), arguments.out, language))


if __name__ == "__main__":
    main()
