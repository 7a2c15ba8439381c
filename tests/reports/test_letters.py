"""Letters of whatever a store may hold, and on paper."""

from __future__ import annotations

import datetime as dt

import msgspec
import pytest
from hypothesis import given, settings

from any_dossier import dossiers
from reports.cases import written_cases
from reports.examples import PAPER
from reports.pages import text, texts
from teststation.formats.dossier import Dossier
from teststation.guideline.facts import fact
from teststation.i18n import Language, Translator
from teststation.model import (
    Confirmation,
    Consent,
    Judgement,
    SavedResult,
    Scope,
    TestName,
    TestResult,
    VisitKind,
)
from teststation.reports.case import case_of
from teststation.reports.letters import LETTERS, MOST_LINES, as_text, record_text, signal_letter
from teststation.reports.pdf.letter import letter

LANGUAGES: tuple[Language, Language] = ("nl", "en")
AGREED = Consent(scope=Scope.LETTER, given=True, version="1", at="2099-01-01T00:00:00Z")
LONG = "woord " * 80


def longest() -> Dossier:
    """Make a client of whom everything that may be typed was typed at its longest."""
    kept = written_cases()["rollator_slow"].dossier()
    typed = {
        "request_for_help": 500,
        "falls_how": 500,
        "goal_1": 200,
        "goal_2": 200,
        "goal_3": 200,
        "client_knows": 300,
    }
    facts = [fact(code, LONG[:most].strip(), at="2026-11-23T11:00:00Z") for code, most in typed.items()]
    visit = msgspec.structs.replace(kept.visits[0], facts=(*kept.visits[0].facts, *facts))
    return msgspec.structs.replace(kept, visits=(visit,))


def fullest() -> Dossier:
    """Make a client of whom every line of the text for a record system says something."""
    kept = longest()
    first = kept.visits[0]
    postures = TestResult(test=TestName.POSTURES, trials=("t",), headline_rule="none")
    aside = tuple(
        Confirmation(finding=place, agreed=False, at="2027-01-10T10:00:00Z", reason=LONG[:100]) for place in (1, 2)
    )
    judged = [
        SavedResult(saved.id, saved.result, (Judgement(saved.judgements[0].made_at, saved.findings, aside),))
        for saved in first.results
    ]
    facts = (*first.facts, fact("improvement_seen", value=False, at="2027-01-10T10:00:00Z"))
    last = msgspec.structs.replace(
        first,
        visit=msgspec.structs.replace(
            first.visit, id="v2", started_at="2027-01-10T10:00:00Z", kind=VisitKind.FOLLOW_UP
        ),
        results=(*judged, SavedResult("p", postures, ())),
        facts=(*facts, fact("treatment_end", "2027-01-10", at="2027-01-10T10:00:00Z")),
    )
    return msgspec.structs.replace(kept, visits=(first, last))


@given(dossiers("K-1"))
@settings(max_examples=25, deadline=None)
def test_whatever_is_kept_can_be_written(dossier: Dossier) -> None:
    if not dossier.visits:
        return
    case = case_of(msgspec.structs.replace(dossier, consents=(*dossier.consents, AGREED)), dt.UTC)
    for language in LANGUAGES:
        tr = Translator(language)
        lines = record_text(tr, case)
        assert len(lines) <= MOST_LINES
        assert not [line for line in lines if "\n" in line]
        for write in LETTERS.values():
            assert as_text(write(tr, case)).startswith(write(tr, case).title)


def test_the_text_for_a_record_system_stays_short_whatever_was_typed() -> None:
    lines = record_text(Translator("nl"), case_of(fullest(), dt.UTC))
    assert len(lines) == MOST_LINES
    assert max(map(len, lines)) < 1200


def test_the_longest_signal_letter_is_one_page_and_says_its_name_only_there() -> None:
    tr, case = Translator("nl"), case_of(longest(), dt.UTC)
    named = msgspec.structs.replace(PAPER, name="Mw. Ł. van den Ĳssel", born="3 maart 1941")
    written = signal_letter(tr, case)
    assert "Ĳssel" not in as_text(written)
    (page,) = texts(letter(tr, written, named))
    assert "Ĳssel" in page
    assert "3 maart 1941" in page


@pytest.mark.parametrize("kind", LETTERS)
def test_paper_and_text_say_the_same(kind: str) -> None:
    tr, case = Translator("nl"), case_of(written_cases()["rollator_slow"].dossier(), dt.UTC)
    written = LETTERS[kind](tr, case)
    printed = " ".join(text(letter(tr, written, PAPER)).split())
    for section in written.sections:
        for said in (section.heading, *section.lines, *(cell for row in section.rows for cell in row)):
            assert " ".join(said.split()) in printed


def test_the_conclusion_comes_first_in_the_letter_on_a_risk() -> None:
    case = case_of(written_cases()["rollator_slow"].dossier(), dt.UTC)
    first = signal_letter(Translator("nl"), case).sections[0]
    assert first.heading == "Conclusie"
    assert first.lines[0].startswith("Aanwijzingen voor verhoogd valrisico")
