"""A client's measures over the visits, on a real store."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from typing import Any

import pytest

from teststation.guideline import judge
from teststation.guideline.facts import fact
from teststation.i18n import Language
from teststation.model import Client, Conditions, Measure, Outcome, TestName, TestResult, Visit
from teststation.settings import Settings
from teststation.store import Store, temporary_store, utc_now
from teststation.tui.app import StationApp
from teststation.tui.desk import Desk
from teststation.tui.screens.history import HistoryPage
from teststation.tui.screens.trends import TrendsPage
from tui.fakes import FakeBench, Hands, shown

CLIENT = Client(code="K-017", birth_year=1941)


def gug(seconds: float, **changes: Any) -> TestResult:
    measure = Measure("duration_from_cue", seconds, "s", (seconds - 0.2, seconds + 0.2))
    fields: dict[str, Any] = {
        "test": TestName.GUG,
        "trials": (),
        "headline_rule": "mean",
        "measures": (measure,),
        "trial_values": (seconds, seconds),
        "conditions": Conditions(walking_aid="none"),
    }
    return TestResult(**(fields | changes))


def visit(store: Store, *results: TestResult, **facts: Any) -> Visit:
    """Keep a visit with what its tests came to and what was typed."""
    made = store.begin_visit(CLIENT.code, age=85).result()
    for result in results:
        store.save_result(made.id, result, judge(result, age=85)).result()
    at = utc_now()
    store.add_facts(made.id, [fact(code, value, at=at) for code, value in facts.items()]).result()
    return made


@pytest.fixture
def store() -> Iterator[Store]:
    with temporary_store() as opened:
        opened.add_client(CLIENT).result()
        yield opened


@asynccontextmanager
async def at_trends(
    store: Store, *, size: tuple[int, int] = (80, 24), language: Language = "nl"
) -> AsyncIterator[tuple[StationApp, Hands]]:
    """Open the trends of the client from the history."""
    bench = FakeBench()
    settings = Settings(language=language)
    bench.desk = Desk(store, settings)
    app = StationApp(bench, settings)
    async with app.run_test(size=size) as pilot:
        await app.workers.wait_for_complete()
        hands = Hands(app, pilot)
        app.push_screen(HistoryPage(CLIENT.code))
        await hands.rest()
        await hands.press("space")
        assert isinstance(app.screen, TrendsPage)
        yield app, hands


async def test_a_real_difference_is_told_with_first_before_and_now(store: Store) -> None:
    for seconds in (14.0, 18.0, 13.5):
        visit(store, gug(seconds))
    async with at_trends(store, size=(100, 30)) as (app, _):
        text = shown(app)
        said = " ".join(text.split())
        assert "Get-Up-and-Go 14,0 s 18,0 s 13,5 s" in said
        assert "korter dan de eerste keer" in said
        assert "korter dan de vorige keer" in said
        assert "● 14,0" in text
        assert "● 13,5" in text


async def test_what_does_not_compare_says_why(store: Store) -> None:
    visit(store, gug(14.0))
    visit(store, gug(15.0, conditions=Conditions(walking_aid="rollator")))
    async with at_trends(store) as (app, _):
        said = " ".join(shown(app).split())
        assert "✖ niet te vergelijken" in said
        assert "de omstandigheden verschillen" in said
        assert "14,0 s" in said
        assert "15,0 s" in said


async def test_what_is_typed_is_followed_too_and_each_to_its_last_visit(store: Store) -> None:
    visit(store, gug(14.0), pain=8)
    visit(store, pain=5)
    async with at_trends(store) as (app, hands):
        said = " ".join(shown(app).split())
        assert "Get-Up-and-Go – – 14,0 s eerste meting" in said
        assert "pijn (0–10) 8 – 5" in said
        await hands.press("down")
        assert "minder dan de eerste keer" in " ".join(shown(app).split())
        await hands.press("space")
        assert isinstance(app.screen, HistoryPage)


async def test_one_who_could_not_has_no_value_and_is_not_compared(store: Store) -> None:
    visit(store, gug(14.0))
    visit(store, gug(14.0, outcome=Outcome.UNABLE, measures=(), trial_values=()))
    async with at_trends(store) as (app, _):
        assert "✖ niet te vergelijken" in " ".join(shown(app).split())


async def test_a_client_without_visits_has_nothing_to_follow(store: Store) -> None:
    bench = FakeBench()
    bench.desk = Desk(store, Settings())
    app = StationApp(bench, Settings())
    async with app.run_test() as pilot:
        await app.workers.wait_for_complete()
        app.push_screen(TrendsPage(CLIENT.code))
        await Hands(app, pilot).rest()
        assert "Nog niets om te volgen" in shown(app)


@pytest.mark.parametrize("size", [(80, 24), (100, 30), (160, 50)])
@pytest.mark.parametrize("language", ["nl", "en"])
async def test_nothing_is_cut_of_many_visits(store: Store, size: tuple[int, int], language: Language) -> None:
    for number in range(12):
        visit(store, gug(14.0 + number % 3), gait(6.0 + number), pain=number % 5, psk_1=4, physical_functioning=50.0)
    async with at_trends(store, size=size, language=language) as (app, _):
        body = app.screen.query_one("#body")
        assert body.virtual_size.height <= body.size.height
        for widget in app.screen.query("#body > *"):
            assert not widget.region.height or body.region.contains_region(widget.region), widget.id
        assert "●" in shown(app)


def gait(seconds: float) -> TestResult:
    speed = Measure("speed", 4.572 / seconds, "m/s", (0.1, 2.0))
    measure = Measure("crossing_time", seconds, "s", (seconds - 0.2, seconds + 0.2))
    course = Conditions(walking_aid="none", course_m=4.572)
    return gug(seconds, test=TestName.GAIT, measures=(measure, speed), conditions=course)
