"""No page reads what it shows as mark-up: whatever widget it uses, `markup=False` stands with it."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

SCREENS = Path(__file__).parents[2] / "src" / "teststation" / "tui"
READS_MARKUP = {
    "Static",
    "Label",
    "Button",
    "OptionList",
    "SelectionList",
    "DataTable",
    "Markdown",
    "RichLog",
    "Log",
    "Tree",
}
ALLOWED = {"Static", "Input"}
"""What pages are made of; another widget of Textual's is to be looked at before it stands here."""


def calls(tree: ast.AST) -> list[ast.Call]:
    return [node for node in ast.walk(tree) if isinstance(node, ast.Call)]


def unmarked(tree: ast.AST) -> list[str]:
    """Give what makes a widget of text without saying that it is no markup."""
    found = [c for c in calls(tree) if isinstance(c.func, ast.Name) and c.func.id in READS_MARKUP]
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef) and READS_MARKUP & {b.id for b in node.bases if isinstance(b, ast.Name)}:
            found += [c for c in calls(node) if ast.unparse(c.func) == "super().__init__"]
    return [ast.unparse(c) for c in found if "markup=False" not in ast.unparse(c)]


def from_textual(tree: ast.AST) -> set[str]:
    imports = [node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and node.module == "textual.widgets"]
    return {name.name for node in imports for name in node.names}


@pytest.mark.parametrize("path", sorted(SCREENS.rglob("*.py")), ids=lambda path: path.stem)
def test_no_widget_reads_markup(path: Path) -> None:
    tree = ast.parse(path.read_text("utf-8"))
    assert unmarked(tree) == []
    assert from_textual(tree) <= ALLOWED
    assert ".from_markup(" not in path.read_text("utf-8")


def test_every_place_to_type_in_takes_out_what_cannot_be_seen() -> None:
    assert [path.name for path in SCREENS.rglob("*.py") if " Input(" in path.read_text("utf-8")] == []


def test_one_place_writes_into_a_frame() -> None:
    """Textual reads a title there as markup, unless it is a `Content`."""
    writing = [
        path.name for path in SCREENS.rglob("*.py") if re.search(r"border_(sub)?title = ", path.read_text("utf-8"))
    ]
    assert writing == ["page.py"]


def test_one_that_does_would_be_seen() -> None:
    tree = ast.parse(
        "class A(Static):\n    def __init__(self):\n        super().__init__('x')\nStatic('x', markup=True)"
    )
    assert len(unmarked(tree)) == 2
