"""No text reassures by a threshold, and none for a client's eyes frightens (PRACTICE 1 and 6), in either language."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from reports.cases import written_cases
from teststation.guideline.tables import RULES_FOLDER
from teststation.i18n import Language, Translator
from teststation.i18n.catalogue import gather, marked
from teststation.i18n.texts import REASONS
from teststation.model import Scope
from teststation.reports import sheet
from teststation.reports.case import case_of
from teststation.reports.letters import LETTERS, as_text, record_text
from teststation.reports.sheet import food, meaning, things_to_do

REASSURING = re.compile(
    r"\b(geen verhoging|normaal|normale|geen verhoogd|laag risico|veilig resultaat|goed resultaat|niets aan de hand"
    r"|normal|no increased|not increased|no raised|not raised|low risk|no risk|geen risico)\b",
    re.IGNORECASE,
)
FRIGHTENING = {
    "nl": re.compile(r"verhoogd|risico|fragiel|kwetsbaar|afwijkend|frail", re.IGNORECASE),
    "en": re.compile(r"raised|increased|risk|frail|abnormal", re.IGNORECASE),
}
LANGUAGES: tuple[Language, Language] = ("nl", "en")


def for_clients() -> Iterator[str]:
    yield from marked(Path(sheet.__file__).read_text(encoding="utf-8"))
    yield from (text for code, text in REASONS.items() if code.startswith(("sheet.", "advice.client-")))


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_text_of_the_program_reassures(language: Language) -> None:
    tr = Translator(language)
    texts = [tr(str(message.id)) for message in gather() if message.id]
    texts += [path.read_text(encoding="utf-8") for path in RULES_FOLDER.rglob("*.toml")]
    assert len(texts) > 1000
    assert [text for text in texts if REASSURING.search(text)] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_text_for_a_client_frightens(language: Language) -> None:
    tr = Translator(language)
    assert [text for text in map(tr, for_clients()) if FRIGHTENING[language].search(text)] == []


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", written_cases())
def test_no_paper_of_a_case_reassures_and_no_sheet_frightens(name: str, language: Language) -> None:
    tr, dossier = Translator(language), written_cases()[name].dossier()
    case = case_of(dossier, dt.UTC)
    papers = ["\n".join(record_text(tr, case))]
    if Scope.LETTER in case.agreed:
        papers += [as_text(write(tr, case)) for write in LETTERS.values()]
    assert [paper for paper in papers if REASSURING.search(paper)] == []
    read = [*meaning(tr, case), *things_to_do(tr, case), food(tr, case)]
    assert [text for text in read if FRIGHTENING[language].search(text) or REASSURING.search(text)] == []


def test_the_searches_find_what_they_look_for() -> None:
    assert REASSURING.search("Dit is Normaal.")
    assert REASSURING.search("no increased risk")
    assert FRIGHTENING["nl"].search("U heeft een verhoogd valrisico.")
    assert FRIGHTENING["en"].search("You are frail.")
