"""The terminal: what it can show, and left to the screens alone: libraries in C write past Python, to descriptor 2."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, cast

_STDIN, _STDERR = 0, 2
_WITHOUT_BRAILLE = frozenset({"linux", "vt100", "vt220", "dumb"})
_LOCALE = ("LC_ALL", "LC_CTYPE", "LANG")
"""Of these the first that is set counts."""
_WINDOWS_WITH_BRAILLE = ("WT_SESSION", "TERM_PROGRAM")


def shows_braille(environment: Mapping[str, str], platform: str = sys.platform) -> bool:
    """Tell whether a terminal has braille dots.

    The console of Linux has none, nor has the old one of Windows, nor one that is said to speak anything but UTF-8.
    """
    if platform == "win32":
        return any(name in environment for name in _WINDOWS_WITH_BRAILLE)
    spoken = next((environment[name] for name in _LOCALE if environment.get(name)), "UTF-8")
    return environment.get("TERM", "") not in _WITHOUT_BRAILLE and "utf" in spoken.lower()


def in_window() -> bool:
    """Tell whether somebody can press keys: a terminal that was closed takes none.

    The signal that it was closed goes to the program that the terminal was opened with, which may keep it to itself:
    `make` waits for what it started.
    """
    return os.isatty(_STDIN)


@contextmanager
def own_terminal(log: Path) -> Iterator[None]:
    """Lead what is written to file descriptor 2 into a file, anew each time; the screens still reach the terminal.

    Textual draws through `sys.__stderr__`, which is that same descriptor, and is given a copy of it meanwhile.
    """
    log.parent.mkdir(parents=True, exist_ok=True)
    python = cast("Any", sys)  # typed as if nobody could set it
    before, kept = sys.__stderr__, os.dup(_STDERR)
    into = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    os.dup2(into, _STDERR)
    os.close(into)
    try:
        with open(os.dup(kept), "w", encoding="utf-8", errors="replace") as drawn:  # noqa: PTH123 - a descriptor
            python.__stderr__ = drawn
            yield
    finally:
        python.__stderr__ = before
        os.dup2(kept, _STDERR)
        os.close(kept)
