"""Rule files that somebody edited by hand: the program starts, says which entry is off and why, the others hold."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import teststation
from teststation.guideline import load_rules
from teststation.guideline.advice import load_advice
from teststation.guideline.context import load_opinions
from teststation.guideline.criteria import load_criteria
from teststation.guideline.facts import fact_catalogue
from teststation.guideline.followed import load_followed
from teststation.guideline.frailty import load_counts
from teststation.guideline.hand_edits import what_is_off
from teststation.guideline.hints import load_hints
from teststation.guideline.movement_norm import load_norms
from teststation.guideline.planner import load_moments
from teststation.guideline.rand36 import load_scales
from teststation.guideline.stage import load_stages
from teststation.guideline.tables import RULES_FOLDER, Off

LOADERS: dict[str, Callable[[Path], Any]] = {
    "": load_rules,
    "advice": load_advice,
    "counts": load_counts,
    "criteria": load_criteria,
    "facts": lambda folder: fact_catalogue(folder.parent),
    "followed": load_followed,
    "hints": load_hints,
    "moments": load_moments,
    "movement": load_norms,
    "opinions": load_opinions,
    "rand36": load_scales,
    "stages": load_stages,
}
FILES = [path.relative_to(RULES_FOLDER) for path in sorted(RULES_FOLDER.rglob("*.toml"))]


@pytest.fixture
def rules(tmp_path: Path) -> Path:
    return Path(shutil.copytree(RULES_FOLDER, tmp_path / "rules"))


def off_of(rules: Path, file: Path) -> tuple[Off, ...]:
    folder = file.parent.as_posix().strip(".")
    loaded: tuple[Off, ...] = LOADERS[folder](rules / folder).off
    return loaded


def test_every_folder_is_looked_through() -> None:
    assert {file.parent.as_posix().strip(".") for file in FILES} == LOADERS.keys()
    assert what_is_off() == ()


@pytest.mark.parametrize("file", FILES, ids=str)
def test_a_broken_entry_is_off_alone_whatever_the_file(rules: Path, file: Path) -> None:
    with (rules / file).open("a", encoding="utf-8") as text:
        text.write("\n[broken]\nnonsense = 1\n")
    (off,) = off_of(rules, file)
    assert off.id == "broken"
    assert off.reason.params["detail"]


@pytest.mark.parametrize("file", FILES, ids=str)
def test_a_file_that_cannot_be_read_is_off_by_its_name(rules: Path, file: Path) -> None:
    (rules / file).write_bytes(b"[not closed")
    assert [each.id for each in off_of(rules, file)] == [file.name]


@pytest.mark.parametrize(
    ("file", "before", "after", "says"),
    [
        ("gug.toml", "value = 20.0", 'value = "twintig"', "gug-kngf-20"),
        ("criteria/frailty-indicator.toml", 'fact = "bmi"', 'fact = "bmy"', "bmy"),
        ("advice/nutrition.toml", "frailty-weight", "frailty-wait", "frailty-wait"),
        ("movement/norms.toml", 'fact = "active_days"', 'fact = "active_daze"', "active_daze"),
    ],
)
def test_the_program_starts_and_says_what_is_off(tmp_path: Path, file: str, before: str, after: str, says: str) -> None:
    package = Path(shutil.copytree(Path(teststation.__file__).parent, tmp_path / "copy" / "teststation"))
    edited = package / "guideline" / "rules" / file
    text = edited.read_text(encoding="utf-8")
    assert before in text
    edited.write_text(text.replace(before, after), encoding="utf-8")
    code = (
        "import teststation.cli\n"
        "from teststation.guideline.conclusion import conclude\n"
        "from teststation.guideline.facts import Known\n"
        "from teststation.guideline.hand_edits import what_is_off\n"
        "from teststation.i18n import Translator\n"
        "conclude(Known({}))\n"
        "print(*(Translator('nl').reason(each.reason) for each in what_is_off()), sep='\\n')\n"
    )
    environment = {**os.environ, "PYTHONPATH": str(tmp_path / "copy")}
    done = subprocess.run(
        [sys.executable, "-c", code], check=True, capture_output=True, text=True, env=environment, encoding="utf-8"
    )
    assert says in done.stdout
