"""Pictures of the states that matter; `pytest --snapshot-update` takes them anew once a change has been looked at."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec
import pytest
from textual.pilot import Pilot

from teststation.i18n import Language
from teststation.model import Outcome, TestName
from teststation.station import Link, State
from teststation.store import temporary_store
from teststation.tui.agreement import Agreement
from teststation.tui.desk import Desk
from teststation.tui.flow import Flow
from teststation.tui.screens.trial import TrialPage
from teststation.tui.visit import VisitProgress
from tui.fakes import CLIENT, FakeBench, Hands, station

TOO_SMALL, LOW, MIDDLE, HIGH = (60, 15), (80, 24), (100, 30), (160, 50)
RUNNING: dict[str, Any] = {"state": State.RUNNING, "elapsed_s": 12.34, "phase": "turn_1", "moved_s": 0.4}
STATES: dict[str, dict[str, Any]] = {
    "armed": {},
    "running": RUNNING,
    "lost": RUNNING | {"link": Link.LOST, "hand_only": True},
}

Compare = Callable[..., bool]


async def _armed(pilot: Pilot[str], test: TestName = TestName.GUG) -> tuple[FakeBench, Hands]:
    app: Any = pilot.app
    bench: FakeBench = app.bench
    await app.workers.wait_for_complete()
    app.person = CLIENT.code
    visit = bench.visits.begin(CLIENT, 85, Agreement())
    Flow(app, VisitProgress(visit, CLIENT, bench.options, (test,), practice=False)).open()
    hands = Hands(app, pilot)
    await hands.rest()
    await hands.press("space", "space")
    return bench, hands


async def _poll(hands: Hands) -> None:
    if isinstance(page := hands._app.screen, TrialPage):
        page._poll()
    await hands.rest()


@pytest.mark.parametrize(
    ("size", "state"),
    [
        (LOW, "armed"),
        (LOW, "running"),
        (MIDDLE, "running"),
        (HIGH, "running"),
        (LOW, "lost"),
        (TOO_SMALL, "running"),
    ],
)
def test_a_run(snap_compare: Compare, size: tuple[int, int], state: str) -> None:
    async def before(pilot: Pilot[str]) -> None:
        bench, hands = await _armed(pilot)
        bench.run.shown = msgspec.structs.replace(bench.run.shown, **STATES[state])
        await _poll(hands)

    assert snap_compare(station()[0], terminal_size=size, run_before=before)


def test_a_chair_stand_in_simulation_in_english(snap_compare: Compare) -> None:
    async def before(pilot: Pilot[str]) -> None:
        bench, hands = await _armed(pilot, TestName.TCS)
        bench.run.look(state=State.RUNNING, elapsed_s=9.8, count=3)
        await _poll(hands)

    app, _ = station(FakeBench(simulated=True), language="en")
    assert snap_compare(app, terminal_size=MIDDLE, run_before=before)


@pytest.mark.parametrize("size", [LOW, HIGH])
def test_a_review(snap_compare: Compare, size: tuple[int, int]) -> None:
    async def before(pilot: Pilot[str]) -> None:
        bench, hands = await _armed(pilot)
        bench.run.finish(20.3, hand_s=20.6)
        await _poll(hands)

    assert snap_compare(station()[0], terminal_size=size, run_before=before)


@pytest.mark.parametrize(("outcome", "language"), [(Outcome.DONE, "nl"), (Outcome.DONE, "en"), (Outcome.UNABLE, "nl")])
def test_a_close_result_and_one_who_is_unable(snap_compare: Compare, outcome: Outcome, language: Language) -> None:
    async def before(pilot: Pilot[str]) -> None:
        bench, hands = await _armed(pilot)
        for seconds in (19.9, 20.3) if outcome is Outcome.DONE else (12.0,):
            bench.run.finish(seconds, outcome=outcome)
            await _poll(hands)
            await hands.press("space")

    bench = FakeBench()
    bench.close_to = True
    assert snap_compare(station(bench, language=language)[0], terminal_size=MIDDLE, run_before=before)


def test_a_store_with_nobody_in_it(snap_compare: Compare) -> None:
    with temporary_store() as store:
        app, bench = station()
        bench.desk = Desk(store, app.settings)

        async def before(pilot: Pilot[str]) -> None:
            await app.workers.wait_for_complete()
            app.show_data()
            await Hands(app, pilot).rest()

        assert snap_compare(app, terminal_size=LOW, run_before=before)


def test_the_tests_of_a_visit(snap_compare: Compare) -> None:
    async def before(pilot: Pilot[str]) -> None:
        _, hands = await _armed(pilot)
        await hands.press("pageup")

    assert snap_compare(station()[0], terminal_size=MIDDLE, run_before=before)
