"""What holds for every page, from the one table: all of it is seen, it can be read, and it is said without colours."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
import re
from collections import Counter
from collections.abc import Iterable
from functools import cache
from pathlib import Path

import pytest
from rich.cells import cell_len
from rich.segment import Segment
from textual.color import Color
from textual.widgets import Static

from teststation.i18n import Translator
from teststation.tui import screens
from teststation.tui.app import StationApp
from teststation.tui.screens.page import Page
from teststation.tui.themes import THEMES
from tui import every_screen
from tui.every_screen import EVERY_SCREEN, stage
from tui.fakes import Hands, Longer, shown
from tui.test_themes import ENOUGH, contrast

LOW, MIDDLE, HIGH = (80, 24), (100, 30), (160, 50)
ABSTRACT = {"Page", "TaskPage", "StepPage", "KnownPassphrasePage"}
"""What other pages are made from."""
BY_THE_FLOW = {"ChoosePage", "GuidePage", "QuestionsPage", "ReviewPage", "SummaryPage", "TrialPage"}
"""What the table shows as a visit does."""


def clipped(page: Page) -> list[str]:
    """Name the texts that do not fit on the page."""
    body = page.query_one("#body")
    found = []
    for widget in page.query("Static, SignalPlot, BlockDigits, Input"):
        inside = body if widget in body.query("*") else page
        if widget.display and widget.region.height and not inside.region.contains_region(widget.region):
            found.append(f"{widget.id} outside: {widget.region} of {inside.region}")
    found += [
        f"{widget.id} cut: {widget.content}"
        for widget in page.query(Static)
        if widget.region.height == 1 and cell_len(str(widget.content)) > widget.content_size.width
    ]
    if body.virtual_size.height > body.size.height:
        found.append(f"body {body.virtual_size.height} > {body.size.height}")
    bar = page.query_one("KeyBar")
    if bar.virtual_size.height > bar.content_size.height:
        found.append(f"keys {bar.virtual_size.height} > {bar.content_size.height}")
    return found


def segments(app: StationApp) -> list[Segment]:
    """Give the pieces of text that are drawn, each in its style."""
    strips = app.screen._compositor.render_strips()
    return [segment for strip in strips for segment in strip if segment.text.strip() and segment.style is not None]


@cache
def palette(name: str, *, text: bool) -> dict[str, Color]:
    """Give a theme's colours by name: those of text, or those of the ground under it."""
    theme = next(each for each in THEMES if each.name == name)
    colours = theme.variables | {"foreground": str(theme.foreground), "error": str(theme.error)}
    grounds = {"background": str(theme.background), "panel": str(theme.panel)}
    chosen = colours if text else grounds | {name: c for name, c in colours.items() if name != "ink"}
    return {name: Color.parse(colour) for name, colour in chosen.items()}


def name_of(colour: Color, *, text: bool) -> str:
    """Tell which colour of the first theme this is."""
    return next((name for name, each in palette(THEMES[0].name, text=text).items() if each.rgb == colour.rgb), "")


def weak(app: StationApp) -> list[str]:
    """Name the texts that do not stand out from their ground, in any theme."""
    found = []
    for text, style, _ in segments(app):
        assert style is not None
        assert style.color is not None
        assert style.bgcolor is not None
        fore, ground = Color.from_rich_color(style.color), Color.from_rich_color(style.bgcolor)
        names = name_of(fore, text=True), name_of(ground, text=False)
        if style.reverse and not all(names):
            names = name_of(ground, text=True), name_of(fore, text=False)
        if not all(names):
            found.append(f"{fore.hex} on {ground.hex} is in no theme: {text.strip()}")
            continue
        for theme in THEMES:
            ratio = contrast(palette(theme.name, text=True)[names[0]], palette(theme.name, text=False)[names[1]])
            if ratio < ENOUGH:
                found.append(f"{ratio:.1f} {theme.name} {names}: {text.strip()}")
    return found


def twice(page: Page) -> list[str]:
    """Name the keys that stand for two things at once."""
    actions = (page.station.keys[offer.act] for offer in page.all_offers())
    keys = Counter(key for action in actions for key in (action.typed if page.typing else action.keys))
    return [key for key, count in keys.items() if count > 1]


@pytest.mark.parametrize("size", [LOW, *(pytest.param(size, marks=pytest.mark.soak) for size in (MIDDLE, HIGH))])
async def test_every_page_is_seen_whole_and_can_be_read(size: tuple[int, int], tmp_path: Path) -> None:
    """In English, and in Dutch made a third longer, as German would be: what fits so fits as it is."""
    dutch, languages = Translator("nl"), {"en": Translator("en"), "longer": Longer("en")}
    troubles: list[str] = []
    with stage(tmp_path) as on:
        async with on.app.run_test(size=size) as pilot:
            hands = Hands(on.app, pilot)
            for name in EVERY_SCREEN:
                page = await on.show(name, hands)
                troubles += [f"{name}: {key} means two things" for key in twice(page)]
                troubles += [f"{name}: {each}" for each in weak(on.app)]
                for language, tr in languages.items():
                    on.app.tr = tr
                    page.refresh_page()
                    await hands.rest()
                    troubles += [f"{name} {language}: {each}" for each in clipped(page)]
                on.app.tr = dutch
    assert not troubles, "\n".join(dict.fromkeys(troubles))


async def texts(names: Iterable[str], folder: Path) -> dict[str, str]:
    """Give what each of these pages says."""
    said = {}
    with stage(folder) as on:
        async with on.app.run_test(size=LOW) as pilot:
            hands = Hands(on.app, pilot)
            for name in names:
                await on.show(name, hands)
                said[name] = re.sub(r"\d\d:\d\d:\d\d", "", shown(on.app))
                if on.app.no_color:
                    assert all(is_grey(segment) for segment in segments(on.app)), name
    return said


def is_grey(segment: Segment) -> bool:
    """Tell whether a text has no colour, and its ground neither."""
    assert segment.style is not None
    colours = [colour for colour in (segment.style.color, segment.style.bgcolor) if colour is not None]
    return all(len(set(colour.get_truecolor())) == 1 for colour in colours)


@pytest.mark.parametrize("every", [7, pytest.param(1, marks=pytest.mark.soak)])
async def test_pages_say_the_same_without_colours(every: int, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    names = list(EVERY_SCREEN)[::every]
    monkeypatch.delenv("NO_COLOR", raising=False)
    coloured = await texts(names, tmp_path)
    monkeypatch.setenv("NO_COLOR", "1")
    assert await texts(names, tmp_path) == coloured
    assert len(set(coloured.values())) == len(coloured)  # what differs, differs in words


def test_every_page_is_in_the_table() -> None:
    modules = [
        importlib.import_module(f"{screens.__name__}.{each.name}") for each in pkgutil.iter_modules(screens.__path__)
    ]
    pages = {
        name
        for module in modules
        for name, kind in inspect.getmembers(module, inspect.isclass)
        if issubclass(kind, Page) and kind.__module__ == module.__name__
    }
    source = inspect.getsource(every_screen)
    assert {name for name in pages - ABSTRACT if f"{name}(" not in source} == BY_THE_FLOW
