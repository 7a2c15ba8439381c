"""The guides name keys, pictures and pages that are there, and say the same in both languages."""

from __future__ import annotations

import asyncio
import re
from pathlib import Path

import pytest
from benchmarks.key_pages import PAGES, key_page
from benchmarks.screenshots import OUT, take

from teststation.i18n import Language, Translator
from teststation.settings import HOME_VARIABLE
from teststation.tests.base import Options
from teststation.tui.keys import ACTIONS
from teststation.tui.protocols import ORDER, PROTOCOLS, fields

ROOT = Path(__file__).parents[2]
GUIDES: dict[Language, Path] = {"nl": ROOT / "docs" / "gids", "en": ROOT / "docs" / "guide"}
CHAPTERS = [(language, page) for language, folder in GUIDES.items() for page in sorted(folder.glob("*.md"))]
LINK = re.compile(r"\]\(([^)#\s]*)(?:#([^)\s]+))?\)")
LINKING = [page for _, page in CHAPTERS] + [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]


def outline(page: Path) -> list[str]:
    """Give what a reader of either language finds in the same order: headings by depth, tables, lists, pictures."""
    found = re.findall(r"^(#+) |^(\|-)|^(\d\.|-) |!\[[^]]*\]\(([^)]*)\)", page.read_text("utf-8"), re.MULTILINE)
    return [re.sub(r"\.(nl|en)\.svg$", "", "".join(each)) for each in found]


def anchors(page: Path) -> set[str]:
    """Give the places of a page that can be linked to, as GitHub names them."""
    headings = re.findall(r"^#+ (.+)$", page.read_text("utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}


def test_both_languages_have_the_same_chapters() -> None:
    dutch, english = (sorted(folder.glob("*.md")) for folder in GUIDES.values())
    assert len(dutch) > 1
    assert [page.name[0] for page in dutch] == [page.name[0] for page in english]
    assert [outline(page) for page in dutch] == [outline(page) for page in english]


@pytest.mark.parametrize(("language", "page"), CHAPTERS, ids=lambda each: getattr(each, "stem", each))
def test_every_key_is_in_the_table_of_keys(language: Language, page: Path) -> None:
    tr = Translator(language)
    known = {tr(shown) for action in ACTIONS for shown in (action.shown, action.typed_shown)} | set("0123456789")
    assert set(re.findall(r"<kbd>(.+?)</kbd>", page.read_text("utf-8"))) <= known


@pytest.mark.parametrize(("language", "page"), [each for each in CHAPTERS if each[1].name.startswith("1-")])
def test_the_client_hears_what_the_program_has_read_aloud(language: Language, page: Path) -> None:
    tr, text = Translator(language), " ".join(page.read_text("utf-8").split())
    for test in ORDER:
        assert f"**{tr(PROTOCOLS[test].title)}** – {tr(PROTOCOLS[test].read_aloud, **fields(Options()))}" in text


@pytest.mark.parametrize("language", PAGES)
def test_the_page_of_keys_is_the_program_s_own(language: Language) -> None:
    """`python -m benchmarks.key_pages` writes it anew."""
    assert PAGES[language].read_text("utf-8") == key_page(language)


@pytest.mark.parametrize(("language", "page"), CHAPTERS, ids=lambda each: getattr(each, "stem", each))
def test_pictures_speak_the_language_of_their_page(language: Language, page: Path) -> None:
    spoken = set(re.findall(r"\.(nl|en)\.svg\)", page.read_text("utf-8")))
    assert spoken <= {language}


@pytest.mark.parametrize("page", LINKING, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_and_picture_is_there(page: Path) -> None:
    broken = []
    for target, place in LINK.findall(page.read_text("utf-8")):
        if target.startswith(("http:", "https:")):
            continue
        there = page if not target else page.parent / target
        if not there.exists() or (place and place not in anchors(there)):
            broken.append(f"{target}#{place}")
    assert broken == []


def test_every_picture_is_shown_somewhere() -> None:
    shown = {Path(target).name for page in LINKING for target, _ in LINK.findall(page.read_text("utf-8"))}
    kept = {picture.name for picture in (ROOT / "docs" / "images").iterdir()}
    assert sorted(kept - shown) == []


@pytest.mark.soak
def test_every_picture_can_be_taken_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The visits that they are taken of can still be gone through by these keys."""
    monkeypatch.setenv(HOME_VARIABLE, str(tmp_path))
    asyncio.run(take((100, 30), tmp_path, "nl"))
    assert {picture.name for picture in tmp_path.glob("*.svg")} == {picture.name for picture in OUT.glob("*.nl.svg")}
