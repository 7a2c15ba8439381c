"""A real pseudo-terminal, with a program in it that does not know that nobody looks on."""

from __future__ import annotations

import os
import select
import subprocess
import sys
import time
from pathlib import Path

import pytest

from teststation.settings import HOME_VARIABLE

PATIENCE_S = 60.0


class Terminal:
    """A Python program in a terminal of 80 × 24."""

    def __init__(self, home: Path, *args: str) -> None:
        import fcntl  # noqa: PLC0415 - not on Windows
        import pty  # noqa: PLC0415 - as above
        import struct  # noqa: PLC0415 - with them
        import termios  # noqa: PLC0415 - as above

        self._mine, theirs = pty.openpty()
        fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
        environment = os.environ | {HOME_VARIABLE: str(home), "TERM": "xterm-256color", "LANG": "C.UTF-8"}
        self._process = subprocess.Popen(
            [sys.executable, *args], stdin=theirs, stdout=theirs, stderr=theirs, env=environment
        )
        os.close(theirs)
        self.written = ""

    def until(self, text: str) -> None:
        """Wait for a text on the screen."""
        last_s = time.monotonic() + PATIENCE_S
        while text not in self.written:
            if time.monotonic() > last_s or not self._read():
                self._process.kill()
                pytest.fail(f"{text!r} is not in {self.written!r}")

    def press(self, keys: str) -> None:
        os.write(self._mine, keys.encode())

    def end(self) -> int:
        while self._read():
            pass
        os.close(self._mine)
        return self._process.wait(PATIENCE_S)

    def _read(self) -> bool:
        """Take in what was written; nothing comes once the program has ended."""
        if not select.select([self._mine], [], [], PATIENCE_S)[0]:
            return False
        try:
            piece = os.read(self._mine, 65536)
        except OSError:
            return False
        self.written += piece.decode("utf-8", "replace")
        return bool(piece)
