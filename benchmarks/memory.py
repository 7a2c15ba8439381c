"""What the station keeps in memory after one visit after the other: three tests, their questions and what is printed.

    python -m benchmarks.memory [--visits 50] [--json FILE]

Prints the memory that is resident, of the screens' process and of the analyst's, after the first visit and after every
tenth. The sensor is a recording for every attempt; all else is the real station, drawn on a terminal that is not there.
Linux only.
"""

from __future__ import annotations

import argparse
import asyncio
import os
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from tempfile import TemporaryDirectory

from textual.pilot import Pilot

from benchmarks.rows import Row, save
from benchmarks.taped_station import taped_station
from teststation.model import TestName
from teststation.settings import HOME_VARIABLE
from teststation.station import Link, State
from teststation.tui.app import StationApp
from teststation.tui.keys import GoGuard
from teststation.tui.screens.client import ClientPage
from teststation.tui.screens.questions import QuestionsPage
from teststation.tui.screens.start import StartPage
from teststation.tui.screens.trial import TrialPage

LIMIT_MB = 250.0
"""Of issue 7, after 50 visits."""

_EVERY = 10
_POLL_S, _PATIENCE_S = 0.05, 60.0
_USUAL = {
    "falls": ("0",),
    "checklist": ("0",),
    "complaints": ("6", "7", "0"),
    "seen": ("0",),
    "prompts": ("o", "5"),
    "SummaryPage": ("p", "space"),
}
"""What is pressed where it is not the one key."""


class Visits:
    """Visits by keys, one after the other."""

    def __init__(self, app: StationApp, pilot: Pilot[str]) -> None:
        self._app = app
        self._pilot = pilot

    async def visit(self, code: str) -> None:
        """Go from the first page to the first page again."""
        app = self._app
        await self._until(lambda: app.ready)
        await self._press("space")
        await self._press(*code, "pagedown")
        assert not isinstance(app.screen, (StartPage, ClientPage)), code
        while not isinstance(app.screen, StartPage):
            page = app.screen
            if isinstance(page, TrialPage):
                await self._run(page)
            else:
                name = page._topic.name if isinstance(page, QuestionsPage) else type(page).__name__  # noqa: SLF001
                await self._press(*_USUAL.get(name, ("space",)))
                await app.workers.wait_for_complete()
                await self._pilot.pause()

    async def _run(self, page: TrialPage) -> None:
        run = page._run  # noqa: SLF001
        await self._until(lambda: run.snapshot().link is Link.STREAMING)
        await self._press("space")
        await self._until(lambda: run.snapshot().state is State.RUNNING)
        if page._attempt.test is TestName.GAIT:  # noqa: SLF001
            await self._press("space")
        await self._press("e")
        await self._until(lambda: self._app.screen is not page)

    async def _press(self, *keys: str) -> None:
        for key in keys:
            self._app.go_guard = GoGuard()  # no hand is this quick
            await self._pilot.press(key)

    async def _until(self, there: Callable[[], bool]) -> None:
        async with asyncio.timeout(_PATIENCE_S):
            while not there():
                await self._pilot.pause(_POLL_S)


async def after_visits(count: int) -> AsyncIterator[tuple[int, float, float]]:
    """Give the number of visits so far, and the MB of the screens' process and of the analyst's."""
    app = taped_station()
    async with app.run_test(size=(100, 30)) as pilot:
        visits = Visits(app, pilot)
        for number in range(1, count + 1):
            await visits.visit(f"K-{number:03d}")
            if number in (1, count) or number % _EVERY == 0:
                yield number, _resident_mb(os.getpid()), sum(map(_resident_mb, _children()))


def _resident_mb(pid: int) -> float:
    return 1024 * int(_status(pid)["VmRSS"].split()[0]) / 1e6


def _children() -> list[int]:
    """Give this process's children that work: the one that only looks after the others is small."""
    ours = str(os.getpid())
    pids = [int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdecimal()]
    return [pid for pid in pids if pid != os.getpid() and _status(pid).get("PPid") == ours]


def _status(pid: int) -> dict[str, str]:
    try:
        lines = Path(f"/proc/{pid}/status").read_text(encoding="utf-8").splitlines()
    except OSError:  # it ended meanwhile
        return {}
    return {name: value.strip() for name, _, value in (line.partition(":") for line in lines)}


async def _measure(count: int) -> list[Row]:
    rows = []
    print(f"{'visits':>6} {'screens MB':>11} {'analyst MB':>11}")
    async for number, screens_mb, analyst_mb in after_visits(count):
        print(f"{number:6} {screens_mb:11.0f} {analyst_mb:11.0f}", flush=True)
        for figure, value in (("resident, screens", screens_mb), ("resident, analyst", analyst_mb)):
            rows.append(
                Row(
                    benchmark="memory", dataset=f"after {number} visits", variant="", figure=figure,
                    value=round(value), unit="MB", n=number, of=count,
                )
            )  # fmt: skip
    return rows


def main() -> None:
    """Run the command."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--visits", type=int, default=50)
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    with TemporaryDirectory() as folder:
        os.environ[HOME_VARIABLE] = folder
        save(asyncio.run(_measure(options.visits)), options.json)


if __name__ == "__main__":
    main()
