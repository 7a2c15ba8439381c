"""Rule files: what is in ours, and what a broken one does: it is off, says why, and gives unknown."""

from __future__ import annotations

import ast
import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from guideline.examples import finding, found, gug
from teststation import guideline
from teststation.guideline import judge, load_rules
from teststation.guideline.page import page
from teststation.i18n import Translator
from teststation.i18n.texts import TERMS
from teststation.model import Verdict

ROOM = Path(guideline.__file__).parent
GOOD = """\
[gug-kngf-20]
test = "gug"
role = "primary"
measures = ["duration_from_cue"]
operator = ">"
value = 20.0
unit = "s"
label = "KNGF"
meaning = "fall-risk-raised"
source = "KNGF"
evidence = "guideline"
version = "2017"
"""


def folder_with(folder: Path, **files: str) -> Path:
    for name, text in files.items():
        (folder / f"{name}.toml").write_text(text, encoding="utf-8")
    return folder


def test_none_of_our_rules_is_off() -> None:
    book = load_rules()
    assert book.off == ()
    assert len(book.rules) > 15
    assert book.version


def test_the_version_changes_with_every_letter(tmp_path: Path) -> None:
    before = load_rules(folder_with(tmp_path, gug=GOOD)).version
    load_rules.cache_clear()
    assert load_rules(folder_with(tmp_path, gug=GOOD.replace("20.0", "20.1"))).version != before


def test_the_version_is_that_of_the_lists_and_the_advice_too(tmp_path: Path) -> None:
    shutil.copytree(ROOM / "rules", tmp_path / "rules")
    versions = {load_rules(tmp_path / "rules").version}
    for number, path in enumerate(sorted((tmp_path / "rules").rglob("*.toml")), start=2):
        path.write_bytes(path.read_bytes() + b"#")
        load_rules.cache_clear()
        versions.add(load_rules(tmp_path / "rules").version)
        assert len(versions) == number, path.name


@pytest.mark.parametrize(
    ("broken", "says"),
    [
        (GOOD.replace('operator = ">"', 'operator = "=>"'), "operator"),
        (GOOD.replace("value = 20.0", 'value = "20"'), "limits"),
        (GOOD.replace("value = 20.0", "value = 20.0\nlimits = [{ value = 19.0 }]"), "limits"),
        (GOOD.replace("value = 20.0", "limits = []"), "limits"),
        (GOOD.replace('test = "gug"', 'test = "tug"'), "test"),
        (GOOD.replace("measures = [", "measure = ["), "measure"),
        (GOOD.replace('source = "KNGF"', 'source = ""'), "source"),
        (GOOD.replace('"guideline"', '"hearsay"'), "evidence"),
        (GOOD.replace('"primary"', '"context"'), "primary"),
        (GOOD.replace('"guideline"', '"verified"'), "primary"),
        (GOOD.replace('role = "primary"', 'role = "norm"').replace('"guideline"', '"verified"'), "age"),
        ('gug-kngf-20 = "text"', "table"),
    ],
)
def test_a_broken_rule_is_off_says_why_and_gives_unknown(tmp_path: Path, broken: str, says: str) -> None:
    book = load_rules(folder_with(tmp_path, gug=broken, more=GOOD.replace("gug-kngf-20", "gug-other")))
    assert [rule.id for rule in book.rules] == ["gug-other"]
    assert [off.id for off in book.off] == ["gug-kngf-20"]
    got = finding("gug-kngf-20", gug(25.0), rules=book)
    assert got.verdict is Verdict.UNKNOWN
    assert says in Translator("nl").reason(got.reason)
    assert finding("gug-other", gug(25.0), rules=book).verdict is Verdict.MET


@pytest.mark.parametrize("content", [b"[gug-kngf-20", b"\xff\xfe", b"[a]\nx = 1\n[a]\n"])
def test_a_file_that_is_no_toml_is_off_as_a_whole(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "bad.toml").write_bytes(content)
    book = load_rules(folder_with(tmp_path, good=GOOD))
    assert [off.id for off in book.off] == ["bad.toml"]
    assert finding("bad.toml", gug(25.0), rules=book).verdict is Verdict.UNKNOWN
    assert finding("gug-kngf-20", gug(25.0), rules=book).verdict is Verdict.MET


def test_an_id_is_used_once(tmp_path: Path) -> None:
    book = load_rules(folder_with(tmp_path, a=GOOD, b=GOOD.replace("20.0", "5.0")))
    assert [rule.limits[0].value for rule in book.rules] == [20.0]
    assert [off.id for off in book.off] == ["gug-kngf-20"]


def test_without_any_rule_nothing_is_judged_and_nothing_breaks(tmp_path: Path) -> None:
    assert judge(gug(25.0), age=70, context=True, rules=load_rules(tmp_path / "not there")) == ()


def test_every_rule_that_the_contracts_name_is_there() -> None:
    ids = {rule.id for rule in load_rules().rules}
    assert {
        "gug-kngf-20",
        "gait-kngf-annex4",
        "gug-cdc-12",
        "gug-wfg-15",
        "gug-ewgsop2-20",
        "tcs-ewgsop2-15",
    } <= ids


def test_every_meaning_and_label_has_its_words() -> None:
    for rule in load_rules().rules:
        if rule.role != "norm":
            assert {rule.meaning, f"{rule.meaning}.risk", f"{rule.meaning}.until"} <= TERMS.keys()
    for change in load_rules().changes:
        assert change.population in TERMS
        assert change.statistic == "not-stated" or f"statistic_{change.statistic}" in TERMS


def test_no_clinical_number_is_in_the_code() -> None:
    """0, 1 and 2 count, 100 is per cent, 3 is in the name of a statistic, 12 cuts the digest, 0.01 is trap T28."""
    allowed = {0, 1, 2, 100}
    by_file = {("change.py", 3), ("tables.py", 12)}
    as_text = {("verdict.py", "0.01"), ("verdict.py", "0.1"), ("verdict.py", "0.001"), ("wording.py", "1")}
    found_numbers = []
    for path in ROOM.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Constant):
                continue
            value = node.value
            if isinstance(value, str):
                clinical = re.fullmatch(r"\d+(\.\d+)?", value) is not None and (path.name, value) not in as_text
            else:
                clinical = isinstance(value, int | float) and value not in allowed and (path.name, value) not in by_file
            if clinical:
                found_numbers.append(f"{path.name}:{node.lineno}: {value!r}")
    assert found_numbers == []


def test_the_page_of_clinical_rules_is_up_to_date() -> None:
    written = Path(__file__).parents[2] / "docs" / "clinical.md"
    assert written.read_text(encoding="utf-8") == page(load_rules()), (
        "run: python -m teststation.guideline.page > docs/clinical.md"
    )


def test_the_page_names_every_entry() -> None:
    book, written = load_rules(), page(load_rules())
    for entry in (*book.rules, *book.expectations, *book.changes):
        assert f"`{entry.id}`" in written
        assert entry.source in written


def test_importing_the_room_loads_nothing_heavy() -> None:
    code = "import json, sys, teststation.guideline as g; g.load_rules(); print(json.dumps(sorted(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    loaded = {name.partition(".")[0] for name in json.loads(done.stdout)}
    assert not loaded & {"numpy", "scipy", "bleak", "textual", "sqlalchemy"}


def test_a_second_opinion_is_never_called_the_guidelines() -> None:
    for rule in load_rules().rules:
        assert ("KNGF" in rule.source) == (rule.role == "primary")


def test_every_rule_answers_for_a_value_on_either_side() -> None:
    assert {rule.id for rule in load_rules().rules if rule.test == "gug"} <= found(gug(10.0), age=72)
