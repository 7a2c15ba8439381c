"""Nothing but the screens writes to the terminal."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from teststation.tui.terminal import own_terminal, shows_braille

PROGRAM = """
import os, sys
from pathlib import Path
from teststation.tui.terminal import own_terminal

os.write(2, b"before ")
with own_terminal(Path(sys.argv[1])):
    os.write(2, b"a library in C")
    print("a library in Python", file=sys.stderr, flush=True)
    print("drawn ", file=sys.__stderr__, end="", flush=True)
    os.system("echo a child >&2")
os.write(2, b"after")
"""


def test_only_what_is_drawn_reaches_the_terminal_and_the_rest_is_in_the_file(tmp_path: Path) -> None:
    log = tmp_path / "logs" / "libraries.log"
    ran = subprocess.run([sys.executable, "-c", PROGRAM, str(log)], check=True, capture_output=True, text=True)
    assert ran.stderr == "before drawn after"
    assert log.read_text() == "a library in Ca library in Python\na child\n"


def test_the_terminal_is_given_back_when_something_fails(tmp_path: Path) -> None:
    before = sys.__stderr__
    with pytest.raises(ZeroDivisionError), own_terminal(tmp_path / "log"):
        _ = 1 / 0
    assert sys.__stderr__ is before


@pytest.mark.parametrize(
    ("environment", "platform", "shows"),
    [
        ({"TERM": "xterm-256color"}, "linux", True),
        ({"TERM": "linux"}, "linux", False),
        ({}, "linux", True),
        ({"LANG": "C"}, "linux", False),
        ({"LANG": "nl_NL.UTF-8", "LC_ALL": "C"}, "linux", False),
        ({"LANG": "C", "LC_CTYPE": "nl_NL.utf8", "LC_ALL": ""}, "linux", True),
        ({"TERM": "xterm-256color"}, "darwin", True),
        ({"WT_SESSION": "x"}, "win32", True),
        ({}, "win32", False),
    ],
)
def test_a_terminal_without_braille_is_known(environment: dict[str, str], platform: str, shows: bool) -> None:
    assert shows_braille(environment, platform) is shows
