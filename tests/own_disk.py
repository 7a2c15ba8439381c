"""A disk of its own for a test: small, and gone with the process that is on it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

_IN_A_NAMESPACE = ("unshare", "--user", "--map-root-user", "--mount", "sh", "-c")
_MOUNT = 'mount -t tmpfs -o size=24m tmpfs "$0"'
_TESTS = Path(__file__).parent


def run_on_own_disk(module: str, folder: Path) -> None:
    """Run `python -m module folder` where that folder is a disk of 24 MiB: on most of Linux every user may make one."""
    try:
        subprocess.run([*_IN_A_NAMESPACE, _MOUNT, str(folder)], check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("needs user namespaces")
    command = [*_IN_A_NAMESPACE, f'{_MOUNT} && "$@"', str(folder), sys.executable, "-m", module, str(folder)]
    done = subprocess.run(command, cwd=_TESTS, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
