"""Whatever text comes in, what is left can be seen, and does nothing."""

from __future__ import annotations

import re
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hostile import CORPUS, steers
from teststation.boundary import LONGEST, clean, clean_name, client_code, excerpt, shown
from teststation.formats.cells import harmless

EXAMPLES = [1000, pytest.param(100_000, marks=pytest.mark.soak)]
_HOSTILE = st.sampled_from([letter for text in CORPUS for letter in text[:200]])
_TEXT = st.text() | st.text(_HOSTILE, max_size=300) | st.lists(st.sampled_from(CORPUS)).map("".join)
_SOURCE = Path(__file__).parents[1] / "src" / "teststation"


@pytest.mark.parametrize(
    ("said", "left"),
    [
        ("TS-IMU-1", "TS-IMU-1"),
        ("\x1b[31mrood\x1b[0m", "[31mrood[0m"),
        ("\u202eUMI-ST", "UMI-ST"),
        ("a\nb\x00\u2028c", "a b c"),
        ("  veel \u3000 ruimte\u00a0", "veel ruimte"),
        ("e\u0301", "é"),
        ("a\u0334" + "\u0301" * 90, "á\u0334\u0301\u0301"),
        ("\ud800\u3164\ue000", ""),
        ("❤\ufe0f", "❤"),
        ("Daniëlle Öztürk-van ’t Hof", "Daniëlle Öztürk-van ’t Hof"),
    ],
)
def test_what_is_left_of_a_text(said: str, left: str) -> None:
    assert clean(said) == left


def test_what_is_too_long_is_cut_and_says_so() -> None:
    assert clean("x" * LONGEST) == "x" * LONGEST
    assert clean("x" * 10_000) == "x" * (LONGEST - 1) + "…"
    assert clean_name("é😀" * 40) == ("é😀" * 16)[:-1] + "…"
    assert len(excerpt("x" * 10_000)) < LONGEST


@pytest.mark.parametrize("examples", EXAMPLES)
def test_any_text_is_left_harmless(examples: int) -> None:
    @settings(max_examples=examples, deadline=None)
    @given(_TEXT, st.integers(1, 60))
    def holds(said: str, longest: int) -> None:
        left = clean(said, longest)
        assert not steers(left)
        assert len(left) <= longest
        assert left == " ".join(left.split())
        assert unicodedata.is_normalized("NFC", left)
        assert clean(left, longest) == left
        assert "\ud800" not in left.encode().decode()

        quoted = shown(said)
        assert not steers(quoted)
        assert shown(quoted) == quoted

        cell = harmless(said)
        assert not steers(cell)
        assert unicodedata.normalize("NFKC", cell).lstrip()[:1] not in tuple("=+-@|%\t")

    holds()


@pytest.mark.parametrize(("typed", "code"), [("K-017", "K-017"), (" k017 ", "K017"), ("1", "1"), ("A" * 15 + "1",) * 2])
def test_a_code(typed: str, code: str) -> None:
    assert client_code(typed) == code


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "JANSEN",
        "K 17",
        "-17",
        "../1",
        "K/1",
        "K\\1",
        "K.1",
        "C:1",
        "COM1",
        "lpt9",
        "K-1\n2",
        "K\x001",
        "ſ1",
        "１",
        "ß1",
        "A" * 16 + "1",
    ],
)
def test_no_code(typed: str) -> None:
    assert client_code(typed) is None


@pytest.mark.parametrize("examples", EXAMPLES)
def test_a_code_can_be_a_file_s_name_wherever_it_goes(examples: int) -> None:
    @settings(max_examples=examples, deadline=None)
    @given(_TEXT | st.text("K017-./\\:\n\x00 \u0661", max_size=18))
    def holds(typed: str) -> None:
        code = client_code(typed)
        if code is not None:
            assert re.fullmatch(r"[A-Z0-9][A-Z0-9-]{0,15}", code)
            assert client_code(code) == code
            assert Path("/folder", code).resolve().parent == Path("/folder")

    holds()


def test_there_is_one_place_that_knows_what_cannot_be_seen() -> None:
    knowing = {
        path.relative_to(_SOURCE).as_posix()
        for path in _SOURCE.rglob("*.py")
        if re.search(r"unicodedata\.category|isprintable\(", path.read_text("utf-8"))
    }
    assert knowing == {"boundary.py"}
