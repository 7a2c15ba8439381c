"""Every promise that is made in writing names the test that tries to break it, and that test exists."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGES = [path for path in (ROOT / "docs" / name for name in ("reliability.md", "privacy.md")) if path.exists()]
TEST = re.compile(r"`(tests/[\w/]+\.py)::(test_\w+)`")


def promises(page: str) -> list[str]:
    """Give the rows of the tables whose first column is `promise`."""
    rows: list[str] = []
    for table in re.findall(r"(?:^\|.*\n)+", page, re.MULTILINE):
        header, _, *body = table.splitlines()
        if header.split("|")[1].strip() == "promise":
            rows += body
    return rows


def functions(file: str) -> set[str]:
    tree = ast.parse((ROOT / file).read_text("utf-8"))
    return {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)}


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name)
def test_every_promise_names_a_test_that_exists(path: Path) -> None:
    page = path.read_text("utf-8")
    rows = promises(page)
    assert rows
    assert [row for row in rows if not TEST.search(row)] == []
    named = TEST.findall(page)
    assert [
        f"{file}::{test}" for file, test in named if not (ROOT / file).is_file() or test not in functions(file)
    ] == []


def test_a_promise_without_a_test_would_be_seen() -> None:
    page = (
        "| promise | test |\n|---|---|\n| kept | `tests/a.py::test_b` |\n| hoped for | |\n\n| place |\n|---|\n| x |\n"
    )
    assert [row for row in promises(page) if not TEST.search(row)] == ["| hoped for | |"]
