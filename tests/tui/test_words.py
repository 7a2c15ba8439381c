"""No word reaches a screen past the translator: with the letters of every translated text dotted out, none is left."""

from __future__ import annotations

import re
from typing import Any

import pytest

from station.scripted import INFO
from teststation.i18n import Translator
from teststation.model import Reason
from teststation.station import Check, Link, State
from teststation.tui.agreement import Agreement
from teststation.tui.flow import Flow
from teststation.tui.screens.result import ResultPage
from teststation.tui.screens.sensors import SensorsPage
from teststation.tui.screens.summary import SummaryPage
from teststation.tui.screens.trial import TrialPage
from teststation.tui.visit import VisitProgress
from tui.fakes import CLIENT, FakeBench, FakeLink, Hands, shown, station
from tui.test_sensors import CHOSEN, ONE, TWO

IN_ANY_LANGUAGE = {"English", "Nederlands", "PgUp", "KNGF-richtlijn", "Osteoporose", "update", "Hz", "s²"}
"""Names of languages and keys, a citation, units."""


class Dotted(Translator):
    """A language without letters."""

    def __call__(self, text: str, /, **params: Any) -> str:
        """Put a dot for each letter of the text."""
        return re.sub(r"[^\W\d_]", "·", super().__call__(text, **params))


def words(text: str) -> set[str]:
    """Find words of two letters or more: single ones are keys and units."""
    return set(re.findall(r"[^\W\d_]{2,}(?:-[^\W\d_]+)?", text)) - IN_ANY_LANGUAGE


def test_words_are_found() -> None:
    assert words("·· Uw test: 20,3 s [F] KNGF-richtlijn ·") == {"Uw", "test"}


async def test_every_word_on_the_way_through_a_visit_is_translated(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("teststation.tui.app.Translator", Dotted)
    app, bench = station()
    found: dict[str, set[str]] = {}
    async with app.run_test(size=(160, 50)) as pilot:
        await app.workers.wait_for_complete()
        hands = Hands(app, pilot)

        async def look(*keys: str) -> None:
            """Press keys, and read the page that they lead to."""
            await hands.press(*keys)
            if isinstance(app.screen, TrialPage):
                app.screen._poll()
                await hands.rest()
            if untranslated := words(shown(app)):
                found.setdefault(type(app.screen).__name__, set()).update(untranslated)

        await look()
        await look("f1")  # the keys
        await look("f1", "f")  # help, outside of a run
        await look("space", "space", "pagedown")  # a client without a code
        await hands.type("1")
        await look("pagedown")
        visit = bench.visits.begin(CLIENT, 85, Agreement())
        Flow(app, VisitProgress(visit, CLIENT, bench.options, practice=False, trials=1)).open()
        await look()
        await look("o")  # why a test is skipped
        await look("1")
        for _ in range(40):
            if isinstance(app.screen, SummaryPage):
                break
            await look("space")
            if isinstance(app.screen, TrialPage):
                await go_through_a_run(bench, look)
            if isinstance(app.screen, ResultPage):
                await look("c")  # what the client may see
                await look("c")
        assert isinstance(app.screen, SummaryPage)
    assert found == {}


async def test_every_word_on_a_sensor_is_translated(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("teststation.tui.app.Translator", Dotted)
    bench = FakeBench()
    bench.link = link = FakeLink()
    app, _ = station(bench)
    found = set()
    named = {"Riemsensor", "Testriem", "dBm"}
    looks: tuple[dict[str, Any], ...] = (
        {},
        {"found": (ONE, TWO)},
        {"chosen": CHOSEN, "found": (TWO,)},
        {"trouble": Reason("sensor_link_failed")},
        {"link": Link.LOST, "info": INFO, "trouble": None},
        {"link": Link.STREAMING, "battery": 80},
        {"check": Check(True)},
        {"check": Check(True, (Reason("sensor_not_at_rest"),))},
    )
    async with app.run_test(size=(160, 50)) as pilot:
        await app.workers.wait_for_complete()
        hands = Hands(app, pilot)
        await hands.press("k")
        for look in looks:
            link.change(**look)
            app.screen.refresh_page()  # type: ignore[attr-defined]
            await hands.rest()
            found |= words(shown(app)) - named
            if isinstance(app.screen, SensorsPage) and look:
                await hands.press("b")
                await hands.rest()
    assert found == set()


async def go_through_a_run(bench: FakeBench, look: Any) -> None:
    """Look at what a run can show, and at its review."""
    bench.run.look(state=State.ARMED, link=Link.LOST)
    await look()
    bench.run.look(link=Link.CONNECTING)
    await look()
    bench.run.look(link=Link.STREAMING, lost_in_run=True, state=State.RUNNING)
    await look()
    for state in ({}, {"phase": "turn_1", "lost_samples": 3}, {"moved_s": -1.0}, {"moved_s": 3.0}, {"link": Link.LOST}):
        bench.run.look(state=State.RUNNING, elapsed_s=9.0, **state)
        await look()
    await look("f")
    await look("8")
    bench.run.finish(20.3, hand_s=20.6)
    await look()
    await look("x")
    await look("b")
    await look("t")
    await look("enter")
    await look("pageup")
