"""Every page, in a real terminal, while each text on it ends in what nobody should send: for a child process.

The first argument says whether the texts are hostile, so that what the terminal gets can be held against a plain walk.
"""

from __future__ import annotations

import sys
from itertools import cycle
from typing import Any, cast
from unittest.mock import patch

from textual.pilot import Pilot

from hostile import CORPUS
from teststation.i18n import Translator
from teststation.model import TestName, Trial, Visit
from teststation.station import Link, State
from teststation.tui.app import StationApp
from teststation.tui.flow import Flow
from teststation.tui.screens.client_view import ClientViewPage
from teststation.tui.screens.guide import GuidePage
from teststation.tui.screens.result import ResultPage
from teststation.tui.screens.review import ReviewPage
from teststation.tui.screens.summary import SummaryPage
from teststation.tui.screens.trial import TrialPage
from teststation.tui.visit import VisitProgress
from tui.fakes import CLIENT, FakeBench, FakeLink, Hands, station
from tui.test_sensors import CHOSEN, ONE, TWO

HOSTILE = sys.argv[1] == "hostile"
_ENDS = cycle(CORPUS)
_RUNS: tuple[dict[str, Any], ...] = (
    {"state": State.ARMED, "link": Link.LOST},
    {"state": State.RUNNING, "link": Link.STREAMING, "lost_in_run": True, "elapsed_s": 9.0, "phase": "turn_1"},
    {"moved_s": 3.0, "lost_samples": 3},
)
_SETTLES_IN = 4
"""A real terminal takes more rounds of messages to draw than one that is not there."""


class Hostile(Translator):
    """A language in which every text carries somebody else's words."""

    def __call__(self, text: str, /, **params: Any) -> str:
        """End a text in the next of the corpus."""
        return f"{super().__call__(text, **params)} {next(_ENDS)}"


class SlowHands(Hands):
    """Wait until a real terminal has been drawn."""

    async def rest(self) -> None:
        """Let the app do what it has to."""
        for _ in range(_SETTLES_IN):
            await super().rest()


async def walk(app: StationApp, bench: FakeBench, hands: Hands) -> None:
    """Open every page, as the test of words does."""

    async def look(*keys: str) -> None:
        await hands.press(*keys)
        if isinstance(app.screen, TrialPage):
            app.screen._poll()
            await hands.rest()

    await app.workers.wait_for_complete()
    await look("k", "b", "f1", "f1", "f", "space", "space", "pagedown")
    for text in CORPUS if HOSTILE else ["x" * len(text) for text in CORPUS]:
        app.notify(text)
        field = app.focused
        if field is not None:
            field.insert_text_at_cursor(text[:50])  # type: ignore[attr-defined]
        await hands.rest()
    app.person = CORPUS[0] + CORPUS[4] if HOSTILE else ""
    visit = Visit(id="visit", client=CLIENT.code, started_at="2026-11-22T12:00:00Z", age=85)
    flow = Flow(app, VisitProgress(visit, CLIENT, bench.options, (TestName.GUG,), practice=False, trials=1))
    flow.open()
    await look("o")
    await look("b")
    flow.begin_test(TestName.GUG)
    await look()
    seen = [type(app.screen)]
    await look("space")
    seen.append(type(app.screen))
    for change in _RUNS:
        bench.run.look(**change)
        await look()
    bench.run.finish(20.3, hand_s=20.6)
    await look()
    seen.append(type(app.screen))
    await look("x", "b", "t", "enter", "pageup")
    flow.trial_is_reviewed(cast("Trial", bench.run.trial()))
    flow.show_result(TestName.GUG)
    await look()
    app.push_screen(ClientViewPage(bench.run.trial().measures[0], "GUG"))  # type: ignore[union-attr]
    await look()
    await app.pop_screen()
    seen.append(type(app.screen))
    flow.show_summary()
    await look()
    seen.append(type(app.screen))
    assert seen == [GuidePage, TrialPage, ReviewPage, ResultPage, SummaryPage], seen
    app.exit("walked")


def main() -> None:
    """Walk, in the terminal that this process was given."""
    bench = FakeBench()
    bench.link = FakeLink(found=(ONE, TWO), chosen=CHOSEN, link=Link.STREAMING)
    with patch("teststation.tui.app.Translator", Hostile if HOSTILE else Translator):
        app, _ = station(bench)

        async def pilot(one: Pilot[object]) -> None:
            await walk(app, bench, SlowHands(app, cast("Pilot[str]", one)))

        app.run(auto_pilot=pilot)
        if app.fault is not None:
            raise app.fault
    assert app.return_value == "walked"


if __name__ == "__main__":
    main()
