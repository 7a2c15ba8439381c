"""Pages as files: named so that they are found, whole or not there, and made of what the store keeps."""

from __future__ import annotations

import stat
import sys
from pathlib import Path

import msgspec
import pytest

from reports.cases import written_cases
from reports.examples import CLIENT, PAPER, dossier, unable
from reports.pages import text
from teststation.formats.dossier import Dossier
from teststation.i18n import Translator
from teststation.model import TeststationError
from teststation.reports.case import case_of
from teststation.reports.letters import record_text
from teststation.reports.pdf.client_sheet import SheetChoices
from teststation.reports.pdf.files import write_letters, write_record, write_sheet
from teststation.settings import Settings
from teststation.store import temporary_store
from teststation.tui.demo import DemoBench
from teststation.tui.station_bench import StationBench

TR = Translator("nl")


def test_a_file_is_named_by_what_it_is_whose_and_when(tmp_path: Path) -> None:
    made = write_record(tmp_path / "new" / "folder", TR, unable(), PAPER)
    assert made == tmp_path / "new" / "folder" / "verslag-K-017-2026-11-22.pdf"
    assert made.read_bytes().startswith(b"%PDF-")
    sheet = write_sheet(tmp_path, Translator("en"), unable(), PAPER, SheetChoices())
    assert sheet.name == "sheet-K-017-2026-11-22.pdf"
    if sys.platform != "win32":
        assert stat.S_IMODE(made.stat().st_mode) == 0o600


def test_a_code_from_outside_names_no_other_folder(tmp_path: Path) -> None:
    evil = Dossier(msgspec.structs.replace(CLIENT, code="../../" + "x" * 300 + "\0"))
    made = write_record(tmp_path / "here", TR, evil, PAPER)
    assert made.parent == tmp_path / "here"
    assert len(made.name) < 80


def test_what_cannot_be_written_is_said_and_leaves_nothing(tmp_path: Path) -> None:
    (tmp_path / "verslag-K-017-2026-11-22.pdf").mkdir()
    with pytest.raises(TeststationError) as error:
        write_record(tmp_path, TR, unable(), PAPER)
    assert error.value.reason.code == "unwritable"
    assert [path.name for path in tmp_path.iterdir()] == ["verslag-K-017-2026-11-22.pdf"]


@pytest.mark.parametrize("simulated", [False, True])
def test_a_key_prints_what_the_store_keeps(tmp_path: Path, simulated: bool) -> None:
    settings = Settings(practice="Praktijk De Brug", local_offer="In Balans, dinsdag", papers_folder=str(tmp_path))
    with temporary_store() as store:
        store.add_dossier(dossier()).result()
        bench = DemoBench(settings) if simulated else StationBench(tmp_path / "store.db", settings)
        bench._store = store
        made = bench.make_papers(CLIENT, TR)
    assert [path.name.split("-")[0] for path in made] == ["verslag", "blad", "tekst_dossier"]
    whole, sheet = (text(path.read_bytes()) for path in made[:2])
    assert made[2].name == "tekst_dossier-K-017-2026-11-22.txt"
    assert made[2].read_text(encoding="utf-8") == "\n".join((*record_text(TR, case_of(dossier())), ""))
    assert "20,4 seconden" in whole
    assert "20,4 seconden" in sheet
    assert "In Balans, dinsdag" in sheet
    for page in (whole, sheet):
        assert ("Simulatie: geen echte cliënt" in page) == simulated
        assert ("Praktijk De Brug" in page) != simulated


@pytest.mark.parametrize(
    ("name", "letters"),
    [
        ("rollator_slow", ["bericht_valrisico"]),
        ("six_weeks", ["bericht_afsluiting"]),
        ("man_of_173_0", []),
        ("woman_of_159_0", []),
    ],
)
def test_letters_are_those_that_are_due_and_agreed_to(tmp_path: Path, name: str, letters: list[str]) -> None:
    made = write_letters(tmp_path, TR, written_cases()[name].dossier(), PAPER)
    assert [path.name.split("-")[0] for path in made] == letters
    assert [path for path in made if "Aan de huisarts" not in text(path.read_bytes())] == []
