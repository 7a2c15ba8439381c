"""An environment of its own for every toolkit that we are compared with: outside the project, made once, reused."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import venv
from collections.abc import Mapping
from pathlib import Path

import msgspec
import platformdirs

from benchmarks.peer_workers import protocol

_PROJECT = Path(__file__).resolve().parents[1]
_ONE_THREAD = dict.fromkeys(
    ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS", "VECLIB_MAXIMUM_THREADS"), "1"
)
_LIBRARIES = ("numpy==2.4.6", "scipy==1.17.1", "pandas==3.1.1")


class Toolkit(msgspec.Struct, frozen=True, kw_only=True):
    """A toolkit with what it takes to run it; ours takes nothing but ourselves."""

    name: str
    worker: str
    version: str = ""
    requirements: tuple[str, ...] = ()

    @property
    def title(self) -> str:
        """As tables name it."""
        return f"{self.name} {self.version}".strip()


OURS = Toolkit(name="teststation", worker="our_worker")
SKDH = Toolkit(
    name="skdh",
    worker="skdh_worker",
    version="0.17.18",
    requirements=("scikit-digital-health==0.17.18", *_LIBRARIES, "PyWavelets==1.9.0"),
)
MOBGAP = Toolkit(
    name="mobgap",
    worker="mobgap_worker",
    version="1.2.0",
    requirements=("mobgap==1.2.0", *_LIBRARIES, "PyWavelets==1.8.0", "tpcp==3.5.0"),
)


class Outcome(msgspec.Struct, frozen=True):
    """What a toolkit found in one recording, at what cost; `failure` says over what it stumbled."""

    cpu_s: float
    failure: str
    events: tuple[protocol.Event, ...]


def default_folder() -> Path:
    """Give the place for environments: the platform's cache."""
    return platformdirs.user_cache_path("teststation", appauthor=False) / "peers"


def python_of(toolkit: Toolkit, environments: Path) -> Path:
    """Give the interpreter of a toolkit's environment; make the environment unless it is there as required."""
    if not toolkit.requirements:
        return Path(sys.executable)
    if environments.resolve().is_relative_to(_PROJECT):
        raise SystemExit(f"{environments}: environments of other toolkits do not belong in the project")
    folder = environments / f"{toolkit.name}-{toolkit.version}"
    python = folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    ready, required = folder / "requirements.txt", "\n".join(toolkit.requirements)
    if not ready.is_file() or ready.read_text(encoding="utf-8") != required:
        print(f"making an environment for {toolkit.title} in {folder}", flush=True)
        venv.create(folder, clear=True, with_pip=True)
        install = [str(python), "-m", "pip", "install", "--quiet", "--only-binary=:all:", *toolkit.requirements]
        if subprocess.run(install, check=False).returncode:
            raise SystemExit(f"{toolkit.title} cannot be installed here")
        ready.write_text(required, encoding="utf-8")
    return python


def run(
    toolkit: Toolkit, task: str, recordings: Mapping[str, protocol.Handed], environments: Path
) -> dict[str, dict[str, Outcome]]:
    """Let a toolkit do a task; give its variants' outcomes by recording."""
    python = python_of(toolkit, environments)
    with tempfile.TemporaryDirectory() as folder:
        for name, handed in recordings.items():
            protocol.write(Path(folder) / f"{name}.npz", handed)
        out = Path(folder) / "found.json"
        command = [str(python), "-m", f"{protocol.__package__}.{toolkit.worker}", task, folder, str(out)]
        subprocess.run(command, check=True, cwd=_PROJECT, env=os.environ | _ONE_THREAD)
        return parsed(out.read_text(encoding="utf-8"))


def parsed(text: str) -> dict[str, dict[str, Outcome]]:
    """Read what a worker wrote: variant → recording → outcome."""
    return msgspec.json.decode(text, type=dict[str, dict[str, Outcome]])
