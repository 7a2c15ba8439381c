"""Tables for a spreadsheet: a Dutch Excel reads them, every number is one, and no text is ever a formula."""

from __future__ import annotations

import csv
import io
import unicodedata

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dossiers import CLIENT, dossier
from teststation.formats.cells import harmless
from teststation.formats.dossier import Dossier, KeptTrial, KeptVisit
from teststation.i18n import Language, Translator
from teststation.model import Conditions
from teststation.reports.spreadsheet import TABLES, tables
from teststation.reports.spreadsheet.table import BOM


def read(data: bytes, delimiter: str = ";") -> list[dict[str, str]]:
    text = data.decode("utf-8")
    assert text.startswith(BOM)
    return list(csv.DictReader(io.StringIO(text.removeprefix(BOM), newline=""), delimiter=delimiter))


def test_a_row_an_attempt_with_its_headline() -> None:
    rows = read(tables([dossier(visits=1)], Translator("nl"))["pogingen.csv"])
    assert len(rows) == 4
    assert (rows[0]["cliënt"], rows[0]["bezoek"], rows[0]["poging"]) == ("K-017", "2026-11-22 10:00:00", "1")
    assert (rows[0]["waarde"], rows[0]["eenheid"], rows[0]["ondergrens"]) == ("20,3", "s", "20,1")
    assert rows[0]["soort bezoek"] == "eerste bezoek"
    assert rows[1]["afloop"] == "gestopt"
    assert rows[1]["waarde"] == ""


def test_a_row_a_measure_and_those_of_a_result_have_no_attempt() -> None:
    rows = read(tables([dossier(visits=1)], Translator("nl"))["metingen.csv"])
    assert [row["code"] for row in rows if row["poging"] == ""] == ["duration_from_cue", "duration"]
    assert {row["waarde"] for row in rows} >= {"21,1235", "20,3", "14", "-178,4"}


def test_a_row_a_finding() -> None:
    rows = read(tables([dossier(visits=1)], Translator("nl"))["bevindingen.csv"])
    assert [(row["regel"], row["nipt"], row["bevestigd"]) for row in rows] == [("hands", "nee", "")]


def test_a_row_a_fact() -> None:
    rows = read(tables([dossier(visits=1)], Translator("nl"))["gegevens.csv"])
    found = {row["code"]: (row["waarde"], row["eenheid"], row["zijde"], row["herkomst"]) for row in rows}
    assert found == {
        "falls_past_year": ("2", "", "", ""),
        "pain": ("3,5", "1", "links", "client"),
        "walks_alone_safely": ("nee", "", "", ""),
        "weight": ("61,5", "kg", "", "measured"),
        "pain_where": ("onderrug; =1+1", "", "", ""),
        "stage_asked": ("", "", "", ""),
    }
    assert rows[1]["gegeven"] == "pijn (0–10)"


def test_a_row_an_answer_and_a_score_and_a_row_a_consent() -> None:
    found = tables([dossier(visits=1)], Translator("nl"))
    answers = [(r["vragenlijst"], r["onderdeel"], r["score"], r["waarde"]) for r in read(found["vragenlijsten.csv"])]
    assert answers == [("fes-i", "q1", "nee", "4"), ("fes-i", "total", "ja", "21,5")]
    consents = [(r["toestemming"], r["akkoord"], r["vertegenwoordiger"]) for r in read(found["toestemmingen.csv"])]
    assert consents == [("testen", "ja", "nee"), ("bewaren", "nee", "ja"), ("onderzoek en ruwe opnamen", "ja", "nee")]


@pytest.mark.parametrize("language", ["nl", "en"])
def test_the_dictionary_has_every_column_of_every_table(language: Language) -> None:
    tr = Translator(language)
    found = tables([dossier()], tr)
    delimiter = ";" if language == "nl" else ","
    described = read(found[f"{tr('toelichting')}.csv"], delimiter)
    file, column, meaning = described[0]
    for name, data in found.items():
        if name != f"{tr('toelichting')}.csv":
            header = list(read(data, delimiter)[0])
            assert header == [row[column] for row in described if row[file] == name]
    assert all(row[meaning] for row in described)
    assert len(found) == len(TABLES) + 1


def test_english_has_a_point_and_commas() -> None:
    found = tables([dossier(visits=1)], Translator("en"))
    assert any("20.3" in row.values() for data in found.values() for row in read(data, ","))


EVIL = st.sampled_from(
    ["=1+1", "+1", "-1", "@x", "\t=1", "＝1", "﹢1", "\0=1", ' "=1', "a;=1", 'a"\n=1', "|x", "\u202e=1"]
)


@given(EVIL | st.text(max_size=20))
def test_no_text_is_a_formula(text: str) -> None:
    first = dossier(visits=1).visits[0]
    trial = msgspec.structs.replace(first.trials[1].trial, conditions=Conditions(walking_aid=text))
    client = msgspec.structs.replace(CLIENT, code=text)
    found = tables([Dossier(client, (KeptVisit(first.visit, (KeptTrial(trial),)),))], Translator("nl"))
    (row,) = read(found["pogingen.csv"])
    for cell in row.values():
        begin = unicodedata.normalize("NFKC", cell).strip()[:1]
        assert begin not in set("=+-@|%\t\r\n\0")
        assert not [c for c in cell if unicodedata.category(c)[0] == "C"]
    assert row["loophulpmiddel"] == harmless(text)
