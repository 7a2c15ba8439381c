"""What a fresh process loads, asked of the process itself."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

HEAVY = ("scipy", "vqf", "bleak", "textual", "sqlalchemy", "alembic", "numpy")
BELOW_THE_SCREENS = (
    "boundary",
    "log",
    "model",
    "clock",
    "settings",
    "i18n",
    "formats",
    "signals",
    "sensors",
    "tests",
    "guideline",
    "store",
    "reports",
    "analyse",
    "station",
    "cli",
)


def loaded(code: str) -> set[str]:
    """Run code in a fresh process, and give the heavy packages that it loaded."""
    ask = f"{code}\nimport json, sys\nprint(json.dumps([name for name in {HEAVY!r} if name in sys.modules]))"
    done = subprocess.run([sys.executable, "-c", ask], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return set(json.loads(done.stdout))


def test_the_package_itself_loads_nothing_heavy() -> None:
    assert loaded("import teststation") == set()


def test_every_module_of_every_room_below_the_screens_does_without_textual() -> None:
    walk = (
        "import importlib, pkgutil, teststation\n"
        "for module in pkgutil.walk_packages(teststation.__path__, 'teststation.'):\n"
        "    room, developers = module.name.split('.')[1], ('.env', 'i18n.catalogue')\n"
        "    if room in ROOMS and not module.name.endswith(developers):\n"
        "        importlib.import_module(module.name)\n"
    )
    found = loaded(f"ROOMS = {BELOW_THE_SCREENS!r}\n{walk}")
    assert "textual" not in found
    assert {"numpy", "scipy"} <= found


@pytest.mark.parametrize("module", ["cli", "__main__", "cli.demo"])
def test_the_command_line_starts_light(module: str) -> None:
    assert loaded(f"import teststation.{module}") == set()


@pytest.mark.parametrize("module", ["cli.analyse", "analyse", "formats", "guideline", "station", "tests.catalogue"])
def test_scipy_waits_for_the_first_analysis(module: str) -> None:
    assert not loaded(f"import teststation.{module}") & {"scipy", "vqf", "textual", "bleak"}


def test_the_version_is_told_without_loading_anything() -> None:
    run = "from teststation.cli import commands; commands(['--version'], standalone_mode=False)"
    assert loaded(f"import contextlib, sys\nwith contextlib.redirect_stdout(sys.stderr):\n    {run}") == set()
