"""What a visit comes to, on its page: confirmed or not and why, a note beside it, and all of it as text to copy."""

from __future__ import annotations

import datetime as dt
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import msgspec
import pytest

from reports.cases import written_cases
from teststation.guideline.conclusion import conclude
from teststation.guideline.facts import fact, known, said_of
from teststation.i18n import Translator
from teststation.reports.case import case_of
from teststation.reports.letters import record_text
from teststation.settings import Settings
from teststation.tui.agreement import Agreement, Keep
from teststation.tui.app import StationApp
from teststation.tui.flow import Flow, progress_of
from teststation.tui.screens.conclusion import ConclusionPage, sections
from teststation.tui.screens.opinions import OpinionsPage
from teststation.tui.screens.record_text import RecordTextPage
from teststation.tui.screens.summary import SummaryPage
from tui.every_screen import stage
from tui.fakes import CLIENT, FakeBench, Hands, on, shown, station

AT = "2026-11-22T12:00:00Z"
FOUND = {"falls_past_year": 2, "pain": 4, "transfers_alone_safely": False}
AREA = said_of("problem-fall-risk")


@asynccontextmanager
async def at_conclusion(
    agreement: Agreement = Agreement(),  # noqa: B008 - frozen
) -> AsyncIterator[tuple[StationApp, FakeBench, Flow, Hands]]:
    app, bench = station(FakeBench())
    async with app.run_test(size=(100, 40)) as pilot:
        await app.workers.wait_for_complete()
        hands = Hands(app, pilot)
        visit = bench.visits.begin(CLIENT, 85, agreement)
        flow = Flow(app, progress_of(bench, visit, CLIENT, agreement, Settings()))
        flow.progress.answer([fact(code, value, at=AT) for code, value in FOUND.items()])
        flow.show_conclusion()
        await hands.rest()
        yield app, bench, flow, hands


async def mark(app: StationApp, hands: Hands, words: str) -> None:
    """Go along the sentences to the one with these words."""
    for _ in range(60):
        if any(words in row for row in shown(app).splitlines() if row.strip().startswith("►")):
            return
        await hands.press("down")
    raise AssertionError(f"no sentence with {words!r}")


def said(bench: FakeBench) -> dict[str, object]:
    return {each.code: each.value for each in bench.visits.entered if each.code.startswith("said.")}


async def test_the_one_key_confirms_all_that_follows_from_what_was_asked() -> None:
    async with at_conclusion() as (app, bench, flow, hands):
        assert "bevestigd, verder" in shown(app)
        found = {said_of(each.rule) for each in flow.progress.concluded().open_to_say()}
        assert AREA in found
        await hands.press("space")
        assert on(app, SummaryPage)
        assert said(bench) == dict.fromkeys(found, True)
        await hands.press("c")
        assert "✔ verhoogd valrisico" in shown(app)
        assert "bevestigd, verder" not in shown(app)
        entered = len(bench.visits.entered)
        await hands.press("space")
        assert len(bench.visits.entered) == entered


async def test_what_other_sources_say_of_what_was_typed_is_shown_to_a_practice_that_wants_it() -> None:
    async with at_conclusion() as (app, _, flow, hands):
        flow.progress.answer([fact("gug_grade", 3, at=AT)])
        app.screen.refresh_page()  # type: ignore[attr-defined]
        await hands.press("a")
        assert on(app, ConclusionPage)
        app.settings = msgspec.structs.replace(app.settings, second_opinions=True)
        app.screen.refresh_page()  # type: ignore[attr-defined]
        await hands.press("a")
        assert on(app, OpinionsPage)
        assert "GUG 1986" in shown(app)


async def test_going_back_confirms_nothing() -> None:
    async with at_conclusion() as (app, bench, _, hands):
        await hands.press("pageup")
        assert on(app, SummaryPage)
        assert said(bench) == {}


async def test_what_is_not_so_counts_no_more_says_why_and_can_be_taken_back() -> None:
    async with at_conclusion() as (app, bench, flow, hands):
        assert "falls" in flow.progress.concluded().aims
        await mark(app, hands, "– verhoogd valrisico")
        await hands.press("x", "2")
        assert said(bench) == {AREA: "het is tijdelijk en gaat over"}
        assert "falls" not in flow.progress.concluded().aims
        assert "► ▷ verhoogd valrisico" in shown(app)
        assert "Reden: het is tijdelijk en gaat over." in " ".join(shown(app).split())
        assert "klopt toch" in shown(app)
        await hands.press("space")
        assert "▷ niet onderschreven: verhoogd valrisico" in shown(app)
        assert said(bench)[AREA] == "het is tijdelijk en gaat over"
        assert said(bench)[said_of("problem-pain")] is True
        await hands.press("c")
        await mark(app, hands, "▷ verhoogd valrisico")
        await hands.press("x")
        assert "► – verhoogd valrisico" in shown(app)
        assert said(bench)[AREA] == ""
        assert "falls" in flow.progress.concluded().aims


def test_all_that_a_visit_finds_is_told_under_its_heading() -> None:
    facts: dict[str, bool | str] = {
        "request_for_help": "weer naar de markt",
        "expectations": "sterker worden",
        "goal_1": "400 m lopen",
        "factor_turning": True,
        "red_night_pain": True,
        "height_loss": True,
    }
    conclusion = conclude(known([fact(code, value, at=AT) for code, value in facts.items()]))
    told = sections(Translator("nl"), conclusion)
    texts = {heading: [each.text for each in sentences] for heading, sentences in told}
    assert texts["Hulpvraag en doelen"] == ["weer naar de markt", "sterker worden", "400 m lopen"]
    assert any("Gang en balans volledig onderzoeken" in text for text in texts["Vallen"])
    assert texts["Rode vlaggen"] == ["aanhoudende pijn in rust of 's nachts: ja."]
    assert texts["Tekenen van wervelinzakking"] == ["kleiner geworden: ja."]


async def test_advice_is_not_said_to_be_so_or_not() -> None:
    async with at_conclusion() as (app, bench, _, hands):
        await mark(app, hands, "Vermijd")
        assert "klopt niet" not in shown(app)
        await hands.press("x")
        assert on(app, ConclusionPage)
        assert said(bench) == {}


async def test_a_note_is_typed_and_offered_again() -> None:
    async with at_conclusion() as (app, bench, _, hands):
        await hands.press("n", *"loopt thuis", "enter")
        assert on(app, ConclusionPage)
        assert [each.value for each in bench.visits.entered if each.code == "therapist_note"] == ["loopt thuis"]
        await hands.press("n")
        assert "loopt thuis" in shown(app)
        await hands.press(*"loopt los", "pagedown")
        assert bench.visits.entered[-1].value == "loopt los"


async def test_the_text_for_the_record_is_copied_whole_and_the_sure_way_is_named() -> None:
    async with at_conclusion() as (app, _, _flow, hands):
        await hands.press("d")
        await app.workers.wait_for_complete()
        await hands.rest()
        assert on(app, RecordTextPage)
        assert "Niet elke terminal laat kopiëren toe." in " ".join(shown(app).split())
        assert app.clipboard == ""
        await hands.press("k")
        case = case_of(written_cases()["rollator_slow"].dossier(), dt.UTC)
        assert app.clipboard == "\n".join(record_text(Translator("nl"), case))
        assert "Naar het klembord gestuurd." in shown(app)
        await hands.press("l", "k")
        assert app.clipboard == "\n".join(record_text(Translator("en"), case))
        await hands.press("space")
        assert on(app, ConclusionPage)


async def test_of_who_wants_nothing_kept_there_is_no_text_to_copy() -> None:
    async with at_conclusion(Agreement(keep=Keep.NOT)) as (app, _, _flow, hands):
        assert "dossiertekst" not in shown(app)
        await hands.press("d")
        assert on(app, ConclusionPage)


@pytest.mark.parametrize("name", ["result gug", "summary", "history", "opinions"])
async def test_a_practice_that_wants_no_flags_has_them_on_no_screen(tmp_path: Path, name: str) -> None:
    seen = []
    for flags in (True, False):
        with stage(tmp_path, flags=flags) as shown_on:
            async with shown_on.app.run_test(size=(100, 30)) as pilot:
                await shown_on.show(name, Hands(shown_on.app, pilot))
                seen.append(any(shape in shown(shown_on.app) for shape in ("▲", "●", "? niet te bepalen")))
    assert seen == [True, False]
