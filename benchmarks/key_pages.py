"""The pages of the guides that list the keys, from the program's own table.

    python -m benchmarks.key_pages

Writes docs/gids/6-toetsen.md and docs/guide/6-keys.md.
"""

from __future__ import annotations

from pathlib import Path

from teststation.i18n import Language, Translator
from teststation.tui.keys import ACTIONS

DOCS = Path(__file__).parents[1] / "docs"
PAGES: dict[Language, Path] = {"nl": DOCS / "gids" / "6-toetsen.md", "en": DOCS / "guide" / "6-keys.md"}
_ABOVE: dict[Language, str] = {
    "nl": """# 6. Toetsen

Deze lijst komt uit het programma zelf. Dezelfde letter kan op een ander scherm iets anders doen; onderaan elk scherm
staat wat er nu kan, en <kbd>F1</kbd> legt het uit. Op schermen met velden is een letter tekst: daar geldt de kolom
*typen*.

| toets | typen | heet | doet |
|---|---|---|---|
""",
    "en": """# 6. Keys

This list comes from the program itself. The same letter may do something else on another screen; at the foot of each
screen stands what can be done now, and <kbd>F1</kbd> explains it. On screens with fields a letter is text: there the
column *typing* holds.

| key | typing | called | does |
|---|---|---|---|
""",
}


def key_page(language: Language) -> str:
    """Write the page in a language."""
    tr = Translator(language)
    rows = (
        f"| {_key(tr, action.shown)} | {_key(tr, action.typed_shown)} | {tr(action.label)} | {tr(action.explanation)} |"
        for action in ACTIONS
    )
    return _ABOVE[language] + "\n".join(rows) + "\n"


def _key(tr: Translator, shown: str) -> str:
    return f"<kbd>{tr(shown)}</kbd>" if shown else ""


def main() -> None:
    """Write the pages."""
    for language, page in PAGES.items():
        page.write_text(key_page(language), "utf-8")


if __name__ == "__main__":
    main()
