"""Tasks for worker processes, which can only be handed functions of a module."""

from __future__ import annotations

import os
import signal
from pathlib import Path


def doubled(value: int) -> int:
    """Answer; the first ones take longest, so that a wrong order would show."""
    return 2 * value + 0 * sum(range(3_000_000 if value < 3 else 0))


def doubled_or_killed(value: int) -> int:
    """Answer, but die of some inputs as a process dies of a full memory."""
    if value in {4, 9}:
        os.kill(os.getpid(), signal.SIGKILL)
    return 2 * value


def killed_once(marker: Path) -> str:
    """Die the first time only."""
    if marker.exists():
        return "answered"
    marker.touch()
    os.kill(os.getpid(), signal.SIGKILL)
    return ""
