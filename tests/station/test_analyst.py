"""The process that analyses does not outlive the station."""

from __future__ import annotations

import subprocess
import sys

KILLED = """
import os, signal
from teststation.station import Analyst

if __name__ == "__main__":
    Analyst().warm()
    os.kill(os.getpid(), signal.SIGKILL)
"""


def test_a_killed_station_leaves_no_process() -> None:
    # The worker inherits our end of the pipe, so that its output ends only when the worker does.
    station = subprocess.Popen([sys.executable, "-c", KILLED], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    station.communicate(timeout=60)
    assert station.returncode < 0
