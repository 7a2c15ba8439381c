"""A real pseudo-terminal, with a program in it that does not know that nobody looks on."""

from __future__ import annotations

import os
import re
import select
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from teststation.settings import HOME_VARIABLE
from teststation.tui.keys import DEBOUNCE_S

PATIENCE_S = 30.0
QUIET_S, LONGEST_DRAWING_S = 0.2, 1.0
"""Nothing comes for so long once a page was drawn, unless it draws all the time."""
COLUMNS, ROWS = 80, 24

_PIECE = re.compile(
    r"\x1b\[(?P<numbers>[0-9;]*)(?P<letter>[A-Za-z])|\x1b\[[?>=<][0-9;$]*[A-Za-z]|\x1b[\]P][^\x07\x1b]*(?:\x07|\x1b\\)"
    r"|\x1b[^\[\]P]|(?P<control>[\x00-\x1a])|(?P<text>[^\x00-\x1f]+)"
)


class Screen:
    """What somebody sees of what is written: as much of a terminal as Textual uses to place its text."""

    def __init__(self, columns: int, rows: int) -> None:
        self._rows = [[" "] * columns for _ in range(rows)]
        self._row = self._column = 0
        self._rest = ""

    def write(self, written: str) -> None:
        """Show what comes; a sequence that is not whole waits for its rest."""
        self._rest += written
        while piece := _PIECE.match(self._rest):
            self._rest = self._rest[piece.end() :]
            if piece["letter"] == "H":
                row, column = ([int(number or 1) for number in piece["numbers"].split(";")] + [1, 1])[:2]
                self._row, self._column = row - 1, column - 1
            elif piece["control"] == "\n":
                self._row += 1
            elif piece["control"] == "\r":
                self._column = 0
            for letter in piece["text"] or "":
                if self._row < len(self._rows) and self._column < len(self._rows[0]):
                    self._rows[self._row][self._column] = letter
                self._column += 1

    @property
    def line(self) -> str:
        """The line that the cursor is on: Textual leaves it in the field that is typed into."""
        return "".join(self._rows[min(self._row, len(self._rows) - 1)])

    def __str__(self) -> str:
        return "\n".join("".join(row).rstrip() for row in self._rows)


class Terminal:
    """A Python program in a terminal, which is its own: it is told when the window has another size, or is closed."""

    def __init__(self, home: Path, *args: str, size: tuple[int, int] = (COLUMNS, ROWS)) -> None:
        import pty  # noqa: PLC0415 - not on Windows

        self._mine, theirs = pty.openpty()
        self.resize(*size)
        environment = os.environ | {HOME_VARIABLE: str(home), "TERM": "xterm-256color", "LANG": "C.UTF-8"}
        self._process = subprocess.Popen(
            [sys.executable, *args],
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
            env=environment,
            start_new_session=True,
            preexec_fn=_own_terminal,  # noqa: PLW1509 - no threads here, and nothing else makes a terminal one's own
        )
        os.close(theirs)
        self.written = ""
        self._pressed_s = float("-inf")

    def resize(self, columns: int, rows: int) -> None:
        """Give the window another size."""
        import fcntl  # noqa: PLC0415 - not on Windows
        import struct  # noqa: PLC0415 - with it
        import termios  # noqa: PLC0415 - not on Windows

        fcntl.ioctl(self._mine, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        self.screen = Screen(columns, rows)

    def until(self, text: str) -> None:
        """Wait until a text has been written."""
        self.until_true(lambda: text in self.written, text)

    def until_shown(self, *texts: str) -> None:
        """Wait until texts are on the screen."""
        self.until_true(lambda: all(text in str(self.screen) for text in texts), texts)

    def until_gone(self, text: str) -> None:
        """Wait until a text is no longer on the screen."""
        self.until_true(lambda: text not in str(self.screen), f"an end of {text}")

    def settle(self) -> None:
        """Let a page be drawn to its end."""
        last_s = time.monotonic() + LONGEST_DRAWING_S
        while time.monotonic() < last_s and self._read(QUIET_S):
            pass

    def until_in(self, field: str) -> None:
        """Wait until what is typed goes into a field."""
        self.until_true(lambda: self.screen.line.strip().startswith(field), field)

    def press(self, keys: str) -> None:
        """Press keys, no sooner after the last than a hand does: the same key at once is its bounce."""
        while (wait_s := self._pressed_s + 1.5 * DEBOUNCE_S - time.monotonic()) > 0 and self._read(wait_s):
            pass
        os.write(self._mine, keys.encode())
        self._pressed_s = time.monotonic()

    def end(self) -> int:
        while self._read():
            pass
        os.close(self._mine)
        return self._process.wait(PATIENCE_S)

    def close(self) -> int:
        """Close the window, as with the mouse."""
        os.close(self._mine)
        return self._process.wait(PATIENCE_S)

    def kill(self) -> None:
        """Have the program killed, as by a power cut."""
        self._process.send_signal(signal.SIGKILL)
        assert self.end() == -signal.SIGKILL

    def until_true(self, there: Callable[[], bool], what: object) -> None:
        """Wait until something holds of what was written."""
        last_s = time.monotonic() + PATIENCE_S
        while not there():
            if time.monotonic() > last_s or not self._read():
                self._process.kill()
                self.end()
                pytest.fail(f"{what!r} is not in\n{self.screen}")

    def _read(self, patience_s: float = PATIENCE_S) -> bool:
        """Take in what was written; nothing comes once the program has ended."""
        if not select.select([self._mine], [], [], patience_s)[0]:
            return False
        try:
            piece = os.read(self._mine, 65536)
        except OSError:
            return False
        text = piece.decode("utf-8", "replace")
        self.written += text
        self.screen.write(text)
        return bool(piece)


def _own_terminal() -> None:
    import fcntl  # noqa: PLC0415 - not on Windows
    import termios  # noqa: PLC0415 - as above

    fcntl.ioctl(0, termios.TIOCSCTTY, 0)
