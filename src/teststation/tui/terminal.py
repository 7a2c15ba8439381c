"""The terminal, left to the screens alone: libraries in C write past Python, straight to file descriptor 2."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, cast

_STDERR = 2


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
