"""Gather the Dutch texts, merge them into the English catalogue, compile it: `make catalogue`.

`python -m teststation.i18n.catalogue --check` says what is missing or differs. For development: it needs Babel.
"""

from __future__ import annotations

import ast
import io
import string
import sys
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from teststation.i18n.texts import REASONS, TERMS

_SOURCE = Path(__file__).parents[1]
_MARKS = ("tr", "N_")
_ENGLISH = Path(__file__).parent / "en" / "LC_MESSAGES" / "teststation.po"


def gather() -> Catalog:
    """Collect every Dutch text of the program: `tr(…)` and `N_(…)` in the code, and the two tables of codes."""
    template = Catalog(project="teststation", fuzzy=False)
    for file in sorted(_SOURCE.rglob("*.py")):
        place = file.relative_to(_SOURCE).as_posix()
        for text in marked(file.read_text(encoding="utf-8")):
            template.add(text, locations=[(place, 0)])
    for code, text in (REASONS | TERMS).items():
        template.add(text, locations=[("i18n/texts.py", 0)], auto_comments=[code])
    return template


def marked(source: str) -> Iterator[str]:
    """Find the texts in `tr(…)`, `self.tr(…)` and `N_(…)`; Babel's own search misses those within an f-string."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and node.args:
            text, name = node.args[0], getattr(node.func, "attr", getattr(node.func, "id", None))
            if name in _MARKS and isinstance(text, ast.Constant) and isinstance(text.value, str):
                yield text.value


def english() -> Catalog:
    """Read the English catalogue."""
    if not _ENGLISH.exists():
        return Catalog(locale="en", project="teststation", fuzzy=False)
    with _ENGLISH.open("rb") as file:
        return read_po(file, locale="en")


def merge() -> None:
    """Bring the English catalogue up to date with the code, and compile it."""
    catalogue = english()
    catalogue.update(gather(), no_fuzzy_matching=True)
    catalogue.obsolete.clear()
    _ENGLISH.parent.mkdir(parents=True, exist_ok=True)
    with _ENGLISH.open("wb") as file:
        write_po(file, catalogue, width=120, sort_output=True, omit_header=False, include_lineno=False)
    _ENGLISH.with_suffix(".mo").write_bytes(compiled(english()))


def compiled(catalogue: Catalog) -> bytes:
    """Compile a catalogue."""
    buffer = io.BytesIO()
    write_mo(buffer, catalogue)
    return buffer.getvalue()


def faults() -> list[str]:
    """Say what is wrong with the English catalogue."""
    catalogue, wanted = english(), {message.id for message in gather() if message.id}
    known = {message.id: message.string for message in catalogue if message.id}
    found = [f"not in the catalogue: {text!r}" for text in sorted(wanted - known.keys())]
    found += [f"no longer in the code: {text!r}" for text in sorted(known.keys() - wanted)]
    found += [f"no English: {text!r}" for text in sorted(wanted & known.keys()) if not known[text]]
    found += [
        f"other fields in English: {text!r}"
        for text in sorted(wanted & known.keys())
        if known[text] and _fields(text) != _fields(known[text])
    ]
    compiled_file = _ENGLISH.with_suffix(".mo")
    if not compiled_file.exists() or compiled_file.read_bytes() != compiled(catalogue):
        found.append("the compiled catalogue differs from its source: make catalogue")
    return found


def _fields(text: object) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(str(text)) if name is not None}


def main() -> int:
    """Run the command."""
    if "--check" not in sys.argv:
        merge()
    found = faults()
    sys.stdout.write("\n".join([*found, f"{len(found)} faults"]) + "\n")
    return 1 if found else 0


if __name__ == "__main__":
    raise SystemExit(main())
