"""A test's result: confirmed or not and why, what others say, what changed; and what the client may see of it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

import msgspec

from teststation.guideline import judge
from teststation.model import (
    Client,
    Conditions,
    Finding,
    Measure,
    Outcome,
    Reason,
    TestName,
    TestResult,
    Trial,
    Verdict,
    Visit,
)
from teststation.settings import Settings
from teststation.store import StoreError, temporary_store
from teststation.tests.base import Options
from teststation.tests.headline import result_of
from teststation.tui.agreement import Agreement
from teststation.tui.app import StationApp
from teststation.tui.desk import Desk
from teststation.tui.flow import Flow
from teststation.tui.screens.client_view import ClientViewPage
from teststation.tui.screens.opinions import OpinionsPage
from teststation.tui.screens.result import ResultPage
from teststation.tui.screens.review import ReviewPage
from teststation.tui.screens.trends import TrendsPage
from teststation.tui.screens.trial import TrialPage
from teststation.tui.visit import VisitProgress
from tui.fakes import CLIENT, FakeBench, Hands, on, shown, station


class Judging(FakeBench):
    """Judges by the real rules."""

    def conclude(
        self, client: Client, visit: Visit, trials: Sequence[Trial], options: Options
    ) -> tuple[TestResult, tuple[Finding, ...]]:
        result = result_of(trials[0].test, options, trials)
        return result, judge(result, client=client, age=visit.age)


@asynccontextmanager
async def at_result(
    *times: float, bench: FakeBench | None = None, outcome: Outcome = Outcome.DONE, **chosen: Any
) -> AsyncIterator[tuple[StationApp, FakeBench, Hands]]:
    app, bench = station(bench or Judging())
    app.settings = msgspec.structs.replace(app.settings, **chosen)
    async with app.run_test(size=(80, 24)) as pilot:
        await app.workers.wait_for_complete()
        hands = Hands(app, pilot)
        visit = bench.visits.begin(CLIENT, 85, Agreement())
        Flow(app, VisitProgress(visit, CLIENT, bench.options, (TestName.GUG,), practice=False)).open()
        await hands.rest()
        await hands.press("space", "space")
        for seconds in times:
            bench.run.finish(seconds, outcome=outcome)
            assert isinstance(app.screen, TrialPage)
            app.screen._poll()
            await hands.rest()
            await hands.press("space")
        yield app, bench, hands


async def test_the_one_key_confirms_every_finding() -> None:
    async with at_result(22.0, 23.0) as (app, bench, hands):
        assert on(app, ResultPage)
        findings = len(judge(result_of(TestName.GUG, bench.options, [run.trial() for run in bench.runs]), age=85))  # type: ignore[misc]
        await hands.press("space")
        ((*said,),) = bench.visits.said
        assert [(each.finding, each.agreed) for each in said] == [(place, True) for place in range(findings)]
        assert findings > 1


async def test_a_finding_that_is_not_so_is_kept_with_the_reason_and_can_be_taken_back() -> None:
    async with at_result(22.0, 23.0) as (app, bench, hands):
        await hands.press("x", "2")
        assert "▷ niet onderschreven: pijn of vermoeidheid bepaalde de tijd" in shown(app)
        await hands.press("x")
        assert "niet onderschreven" not in shown(app)
        await hands.press("x", "1", "space")
        ((first, *others),) = bench.visits.said
        assert (first.agreed, first.reason) == (False, "de cliënt was afgeleid of werd gestoord")
        assert others
        assert all(each.agreed for each in others)


async def test_other_sources_are_shown_for_who_asks_and_say_whose_they_are() -> None:
    async with at_result(13.0, 13.0, second_opinions=True) as (app, bench, hands):
        assert "CDC" not in shown(app)
        await hands.press("a")
        assert on(app, OpinionsPage)
        said = " ".join(shown(app).split())
        assert "Niet de richtlijn" in said
        assert "CDC-grens (12 s)" in said
        await hands.press("down")
        assert "Barry-grens" in shown(app)
        await hands.press("space", "space")
        ((*kept,),) = bench.visits.said
        judged = judge(result_of(TestName.GUG, bench.options, [run.trial() for run in bench.runs]), age=85)  # type: ignore[misc]
        assert len(kept) == len(judged)


async def test_where_nobody_else_says_anything_nothing_is_offered() -> None:
    async with at_result(12.0, outcome=Outcome.UNABLE, second_opinions=True) as (app, _, hands):
        assert "andere bronnen" not in shown(app)
        await hands.press("a")
        assert on(app, ResultPage)


async def test_who_did_not_choose_for_other_sources_is_not_offered_them() -> None:
    async with at_result(13.0, 13.0) as (app, _, hands):
        assert "andere bronnen" not in shown(app)
        await hands.press("a")
        assert on(app, ResultPage)


async def test_the_change_since_the_last_time_stands_there_and_opens_the_trend() -> None:
    with temporary_store() as store:
        store.add_client(CLIENT).result()
        before = store.begin_visit(CLIENT.code, age=84).result()
        measure = Measure("duration_from_cue", 14.0, "s", (13.9, 14.1))
        result = TestResult(
            test=TestName.GUG,
            trials=(),
            headline_rule="mean",
            measures=(measure,),
            trial_values=(14.0, 14.0),
            conditions=Conditions(walking_aid="stok"),
        )
        store.save_result(before.id, result, ()).result()
        bench = Judging()
        bench.desk = Desk(store, Settings())
        async with at_result(22.0, 23.0, bench=bench) as (app, _, hands):
            assert "de omstandigheden verschillen: " in " ".join(shown(app).split())
            await hands.press("v")
            assert on(app, TrendsPage)
            await hands.press("space")
            assert on(app, ResultPage)


async def test_what_cannot_be_concluded_is_said_and_tried_again() -> None:
    class Full(Judging):
        tries = 0

        def conclude(
            self, client: Client, visit: Visit, trials: Sequence[Trial], options: Options
        ) -> tuple[TestResult, tuple[Finding, ...]]:
            self.tries += 1
            if self.tries == 1:
                raise StoreError("store_disk_full")
            if self.tries == 2:
                raise ZeroDivisionError
            return super().conclude(client, visit, trials, options)

    async with at_result(22.0, 23.0, bench=Full()) as (app, _, hands):
        assert on(app, ReviewPage)
        said = app.tr.reason(Reason("store_disk_full"))
        assert [notice.message for notice in app._notifications] == [said]
        await hands.press("space")
        assert on(app, ReviewPage)
        await hands.press("space")
        assert on(app, ResultPage)


async def test_a_result_does_not_take_the_place_of_help() -> None:
    class Slow(Judging):
        app: StationApp | None = None

        def conclude(
            self, client: Client, visit: Visit, trials: Sequence[Trial], options: Options
        ) -> tuple[TestResult, tuple[Finding, ...]]:
            assert self.app is not None
            self.app.call_from_thread(self.app.push_screen, ClientViewPage(None, "help"))
            return super().conclude(client, visit, trials, options)

    bench = Slow()
    async with at_result(22.0, bench=bench) as (app, _, hands):
        bench.app = app
        bench.run.finish(23.0)
        assert isinstance(app.screen, TrialPage)
        app.screen._poll()
        await hands.rest()
        await hands.press("space")
        assert on(app, ClientViewPage)
        bench.app = None
        await hands.press("space")
        assert on(app, ReviewPage)


async def test_the_client_sees_nothing_that_alarms() -> None:
    for verdict in Verdict:
        bench = FakeBench()
        bench.verdict = verdict
        async with at_result(22.0, 23.0, bench=bench) as (app, _, hands):
            await hands.press("c")
            await hands.rest()
            calm = shown(app).lower()
            assert "de test is klaar. dank u wel." in calm
            for word in ("grens", "risico", "verhoogd", "fragiel", "afwijkend", "k-017", "▲", "kngf", "sensor"):
                assert word not in calm
