"""No word reaches a screen past the translator: with the letters of every translated text dotted out, none is left."""

from __future__ import annotations

import re
from typing import Any

import pytest

from teststation.i18n import Translator
from teststation.station import Link, State
from teststation.tui.flow import Flow
from teststation.tui.screens.result import ResultPage
from teststation.tui.screens.summary import SummaryPage
from teststation.tui.screens.trial import TrialPage
from teststation.tui.visit import VisitProgress
from tui.fakes import CLIENT, FakeBench, Hands, shown, station

IN_ANY_LANGUAGE = {"English", "Nederlands", "PgUp", "KNGF-richtlijn", "Osteoporose", "update", "Hz", "s²"}
"""Names of languages and keys, a citation, units."""


class Dotted(Translator):
    """A language without letters."""

    def __call__(self, text: str, **params: Any) -> str:
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
        visit = bench.begin_visit(CLIENT, 85)
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


async def go_through_a_run(bench: FakeBench, look: Any) -> None:
    """Look at what a run can show, and at its review."""
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
