"""A station's home, and the program in it as a child process that is watched for sockets."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from teststation.settings import calibration_folder
from teststation.store import Passphrase, Store, open_store, set_up_store, vault

CODE = "K-4711"
_WORDS = "een lange wachtzin 42"
_TESTS = Path(__file__).parent


def recording(name: str, speed: int) -> tuple[str, ...]:
    """Give the command that records a Get-Up-and-Go, so many times as fast."""
    played = calibration_folder() / "recordings" / f"{name}.csv.gz"
    return ("record", "--test", "gug", "--client", CODE, "--replay", str(played), "--speed", str(speed))


class ChildStation:
    """A home in this folder, with an encrypted store."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.home = folder, folder / "home"
        self.heard = folder / "heard"
        self._passphrase, temporary = folder / "passphrase", folder / "temporary"
        self.home.mkdir()
        temporary.mkdir()
        self._passphrase.write_text(_WORDS)
        with pytest.MonkeyPatch.context() as patch:  # a guess costs nothing; what it costs stands in the key file
            patch.setattr(vault, "MEMORY_KIB", 32)
            patch.setattr(vault, "PASSES", 1)
            set_up_store(self.home / "store.db", _WORDS)
        self._environment = os.environ | {
            "TESTSTATION_HOME": str(self.home),
            "PYTHONPATH": str(_TESTS),
            "TMPDIR": str(temporary),
        }

    def start(self, *args: str) -> subprocess.Popen[str]:
        """Start a command."""
        command = [sys.executable, "-m", "watched", str(self.heard), *args, "--passphrase-file", str(self._passphrase)]
        return subprocess.Popen(
            command, env=self._environment, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )

    def run(self, *args: str) -> tuple[int, str, str]:
        """Run a command to its end; give its status, what it printed and what it said."""
        child = self.start(*args)
        out, said = child.communicate()
        return child.returncode, out, said

    def store(self) -> Store:
        """Open its store, in this process."""
        return open_store(self.home / "store.db", Passphrase(_WORDS))
