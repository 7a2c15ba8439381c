"""Every code that the program makes a reason of has its text, and is given all that the text asks for."""

from __future__ import annotations

import ast
import string
from collections.abc import Iterator
from pathlib import Path

import pytest

import teststation
from teststation.i18n.texts import REASONS

MAKERS = ("Reason", "Refused", "TeststationError")
REFUSED_FIELDS = {"file"}
"""What `Refused` takes by place instead of by name."""


def calls() -> Iterator[tuple[str, str, set[str] | None]]:
    """Find where, which code, and the names of its parameters as far as they are written out there."""
    folder = Path(teststation.__file__).parent
    for path in sorted(folder.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in MAKERS and node.args:
                code = node.args[0]
                if isinstance(code, ast.Constant) and isinstance(code.value, str):
                    yield f"{path.relative_to(folder)}:{node.lineno}", code.value, given(node)


def given(node: ast.Call) -> set[str] | None:
    """Name the parameters of a code; None where they are made elsewhere."""
    names = {keyword.arg for keyword in node.keywords}
    if getattr(node.func, "id", "") != "Reason":
        return None if None in names else {str(name) for name in names} | REFUSED_FIELDS
    params = node.args[1] if len(node.args) > 1 else ast.Dict([], [])
    if not isinstance(params, ast.Dict) or not all(isinstance(key, ast.Constant) for key in params.keys):
        return None
    return {str(key.value) for key in params.keys if isinstance(key, ast.Constant)}


@pytest.mark.parametrize(("where", "code", "params"), calls())
def test_a_code_has_its_text_and_the_text_its_fields(where: str, code: str, params: set[str] | None) -> None:
    assert code in REASONS, where
    wanted = {name for _, name, _, _ in string.Formatter().parse(REASONS[code]) if name}
    assert params is None or wanted <= params, where


def test_codes_are_found() -> None:
    assert len(list(calls())) > len(REASONS) / 2
