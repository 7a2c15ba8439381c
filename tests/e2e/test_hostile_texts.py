"""What others wrote, on every page of a real terminal: the terminal is sent nothing but what a plain walk sends it."""

from __future__ import annotations

import os
import pty
import re
import select
import struct
import subprocess
import sys
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from hostile import CORPUS, steers
from terminal import PATIENCE_S
from teststation.settings import HOME_VARIABLE

if sys.platform == "win32":
    pytest.skip("pseudo-terminals are POSIX's", allow_module_level=True)

import fcntl
import termios

ROOT = Path(__file__).parents[2]
ESCAPE = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)|P[^\x1b]*\x1b\\|[ -/]*[0-~])")
PAGES = ("data", "history", "arrivals", "make backup", "erase", "unfinished", "sensors", "typed request")
"""Of the table of every page those that show most of what others wrote."""
_COLUMNS, _ROWS = 80, 24


@cache
def sent(kind: str, walk: str = "hostile_walk", pages: tuple[str, ...] = ()) -> str:
    """Walk through the pages in a pseudo-terminal, and give all that it was sent."""
    with TemporaryDirectory() as folder:
        return _sent("-m", f"e2e.{walk}", kind, folder, *pages, home=folder)


def _sent(*args: str, home: str) -> str:
    master, slave = pty.openpty()
    fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", _ROWS, _COLUMNS, 0, 0))
    environment = os.environ | {
        "TERM": "xterm-256color",
        "COLORTERM": "truecolor",
        "PYTHONPATH": str(ROOT / "tests"),
        HOME_VARIABLE: home,
    }
    child = subprocess.Popen(
        [sys.executable, *args], stdin=slave, stdout=slave, stderr=slave, env=environment, cwd=ROOT
    )
    os.close(slave)
    data = b""
    while True:
        if not select.select([master], [], [], PATIENCE_S)[0]:
            child.kill()  # it hangs; what it was sent until then is said below
        try:
            piece = os.read(master, 65536)
        except OSError:  # Linux's way to say that the other side is closed
            break
        if not piece:
            break
        data += piece
    os.close(master)
    assert child.wait() == 0, data[-3000:].decode("utf-8", "replace")
    return data.decode("utf-8", "surrogateescape")


def shapes(text: str) -> set[str]:
    """Give the kinds of escape sequences in a text, whatever numbers are in them."""
    return {re.sub(r"[0-9;:]+", "#", found) for found in ESCAPE.findall(text)}


def assert_nothing_steers(plain: str, hostile: str) -> None:
    assert shapes(hostile) <= shapes(plain)
    assert set(steers(ESCAPE.sub("", hostile))) <= set(steers(ESCAPE.sub("", plain)))


def test_no_text_of_others_steers_the_terminal() -> None:
    assert_nothing_steers(sent("plain"), sent("hostile"))


def test_nor_does_one_out_of_the_store_a_folder_or_a_tree() -> None:
    plain, hostile = (sent(kind, "hostile_pages", PAGES) for kind in ("plain", "hostile"))
    assert_nothing_steers(plain, hostile)
    text, of_plain = (" ".join(ESCAPE.sub("", each).split()) for each in (hostile, plain))
    assert set(re.findall("§(.)", text)) >= set("[=日�"), "what was kept is on the screen, as what it is"
    assert "§K9: is er al, en is gelijk" in of_plain, "the tree was read"
    assert "daarin zit de sleutel" in of_plain, "the backup was written"


@pytest.mark.soak
def test_nor_does_any_on_a_page_of_the_whole_table() -> None:
    assert_nothing_steers(*(sent(kind, "hostile_pages") for kind in ("plain", "hostile")))


def test_what_is_harmless_of_it_is_read_as_it_is() -> None:
    text = ESCAPE.sub("", sent("hostile"))
    for read in ("[/]", "[red]rood[/red]", "[@click=app.quit]klik[/]", "overgenomen", "[2J", "UMI-ST", "=HYPERLINK"):
        assert read in text


@pytest.mark.parametrize("evil", [text for text in CORPUS if steers(text)])
def test_the_check_would_see_one_that_gets_through(evil: str) -> None:
    assert steers(ESCAPE.sub("", evil)) or shapes(evil) - {"\x1b[#m"}
