"""What a practice chooses, by keys: it holds at once and is kept; own keys; a file that is wrong."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from teststation.i18n import Translator
from teststation.model import TestName, Visit
from teststation.settings import HOME_VARIABLE, Settings, Wrong, aside, read_settings, settings_file
from teststation.tui.agreement import Agreement
from teststation.tui.app import StationApp
from teststation.tui.flow import Flow, progress_of
from teststation.tui.keymap import keymap
from teststation.tui.keys import ACTION, Act, Offer, meant
from teststation.tui.protocols import ORDER
from teststation.tui.screens.settings import ROWS, Form, SettingsPage, TypedSettingsPage
from teststation.tui.screens.start import StartPage
from teststation.tui.station_bench import StationBench
from teststation.tui.visit import Attempt
from tui.fakes import CLIENT, FakeBench, Hands, shown

VISIT = Visit(id="visit", client=CLIENT.code, started_at="2026-11-22T12:00:00Z", age=85)


@pytest.fixture(autouse=True)
def _home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv(HOME_VARIABLE, str(tmp_path))


@asynccontextmanager
async def at_settings(settings: Settings | None = None) -> AsyncIterator[tuple[StationApp, FakeBench, Hands]]:
    bench = FakeBench()
    app = StationApp(bench, settings or Settings())
    async with app.run_test(size=(80, 24)) as pilot:
        await app.workers.wait_for_complete()
        hands = Hands(app, pilot)
        await hands.press("o")
        assert isinstance(app.screen, SettingsPage)
        yield app, bench, hands


def down_to(name: str) -> list[str]:
    return ["down"] * [row.name for row in ROWS].index(name)


async def fill(app: StationApp, hands: Hands, name: str, text: str) -> None:
    app.screen.query_one(f"#{name}").value = text  # type: ignore[attr-defined]
    await hands.rest()


async def test_a_choice_holds_at_once_and_is_kept() -> None:
    async with at_settings() as (app, bench, hands):
        await hands.press("right", "down", "space", "space", "left")
        assert bench.chosen == {"language": "en", "theme": "light"}
        assert (app.settings.theme, app.theme, app.tr.language) == ("light", "light", "en")
        assert "English" in shown(app)
        await hands.press("b")
        assert isinstance(app.screen, StartPage)


async def test_every_choice_can_be_reached_and_comes_round() -> None:
    async with at_settings() as (app, bench, hands):
        for row in ROWS:
            if not isinstance(row, Form):
                seen = set()
                for _ in row.values:
                    await hands.press("right")
                    seen.add(row.at(app.settings))
                assert seen == set(range(len(row.values)))
            await hands.press("down")
        assert app.settings == Settings()
        assert set(bench.chosen) == {
            key for row in ROWS if not isinstance(row, Form) for v in row.values for key in v.choice
        }


async def test_numbers_are_typed_and_an_impossible_one_is_said_beside_its_field() -> None:
    async with at_settings() as (app, bench, hands):
        await hands.press(*down_to("Maten"), "space")
        assert isinstance(app.screen, TypedSettingsPage)
        await fill(app, hands, "course_m", "400")
        await hands.press("pagedown")
        assert "▲ 1 tot 20" in shown(app)
        await fill(app, hands, "course_m", "6,0")
        await hands.press("pagedown")
        assert "▲ langer dan de getimede weg" in shown(app)
        await fill(app, hands, "course_m", "4,0")
        await hands.press("pagedown")
        await app.workers.wait_for_complete()
        await hands.rest()
        assert isinstance(app.screen, SettingsPage)
        assert bench.chosen == {"course_m": 4.0, "walked_m": 6.0, "late_start_s": 2.0}


async def test_what_is_chosen_reaches_the_file_and_the_tests(tmp_path: Path) -> None:
    settings_file().write_text('practice = "De Brug"\nstands = 7\n', "utf-8")
    bench = StationBench(tmp_path / "store.db", Settings(practice="De Brug", theme="light"))
    bench.choose(stand_s=30)
    assert read_settings(settings_file()) == Settings(practice="De Brug", stand_s=30)  # the theme was for once
    assert aside(settings_file()).exists()
    assert bench.options.seconds == 30


async def test_how_the_tests_go_is_the_practices_choice() -> None:
    settings = Settings(trials=1, practice_trial=False, pace="as_always")
    app = StationApp(bench := FakeBench(), settings)
    async with app.run_test(size=(80, 24)) as pilot:
        await app.workers.wait_for_complete()
        progress = progress_of(bench, VISIT, CLIENT, Agreement(), app.settings)
        assert [progress.wanted(test) for test in ORDER] == [1, 1, 1]
        assert progress.next_attempt(TestName.GUG) == Attempt(TestName.GUG, 1)
        Flow(app, progress).begin_test(TestName.GUG)
        await pilot.pause()
        assert "zoals u altijd loopt" in " ".join(shown(app).split())
        assert "tempo" not in shown(app)


def test_more_attempts_are_not_asked_of_a_test_that_takes_one() -> None:
    progress = progress_of(FakeBench(), VISIT, CLIENT, Agreement(), Settings(trials=3))
    assert [progress.wanted(test) for test in ORDER] == [3, 3, 1]


async def test_what_is_wrong_in_the_file_is_said_at_the_start_and_on_the_page() -> None:
    wrong = Wrong("settings_wrong_value", {"line": "stands = 7", "used": "5"})
    app = StationApp(FakeBench(), Settings(keys={"fly": ("x",)}), wrong=(wrong,))
    async with app.run_test(size=(80, 24)) as pilot:
        await app.workers.wait_for_complete()
        hands = Hands(app, pilot)
        assert [notice.message for notice in app._notifications] == [
            "Instellingen: “stands = 7” kan niet; gebruikt wordt 5.",
            "Instellingen: “keys.fly”: daar is geen toets voor.",
        ]
        await hands.press("o")
        assert "▲ “stands = 7” kan niet" in shown(app)
        await hands.press("down", "space")
        assert "stands = 7" not in shown(app)


def test_an_own_key_takes_the_place_of_the_tables() -> None:
    table, wrong = keymap(Settings(keys={"undo": ("z",), "go": ("f8",), "fall": ("h",), "stopwatch": ("u",)}))
    assert not wrong
    offers = [Offer(act) for act in (Act.FALL, Act.UNDO, Act.GO, Act.HAND, Act.STOPWATCH)]

    def act(key: str) -> Act | None:
        return meant(key, table, offers, typing=False)

    assert [act(key) for key in ("Z", "u", "t", "f8", "space", "pagedown", "f", "h")] == [
        Act.UNDO,
        Act.STOPWATCH,
        None,
        *[Act.GO] * 3,
        *[Act.FALL] * 2,
    ]
    assert (table[Act.UNDO].shown, table[Act.GO].shown) == ("Z", ACTION[Act.GO].shown)


@pytest.mark.parametrize(
    ("keys", "says"),
    [
        ({"fly": ("x",)}, "“keys.fly”: daar is geen"),
        ({"pick": ("x",)}, "“keys.pick”: daar is geen"),
        ({"undo": ("nokey",)}, "“nokey” is geen toets"),
        ({"undo": ()}, "is geen toets"),
        *(({"undo": (key,)}, "houdt zijn vaste betekenis") for key in ("space", "F", "pagedown", "1", "escape", "f5")),
    ],
)
def test_a_key_that_cannot_be_is_said_and_not_used(keys: dict[str, tuple[str, ...]], says: str) -> None:
    table, (wrong,) = keymap(Settings(keys=keys))
    assert table == ACTION
    assert says in Translator("nl").reason(wrong)


def test_with_a_clicker_its_black_screen_is_no_way_back() -> None:
    offers = [Offer(Act.BACK)]
    for clicker, found in ((False, Act.BACK), (True, None)):
        table, _ = keymap(Settings(clicker=clicker))
        assert meant("b", table, offers, typing=False) == found
        assert meant("pageup", table, offers, typing=False) == Act.BACK
