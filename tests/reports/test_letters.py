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
from teststation.guideline.facts import fact, fact_catalogue, said_of
from teststation.i18n import Language, Translator
from teststation.model import (
    Confirmation,
    Consent,
    Fact,
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
MARKED = "Één rustige wandeling naar ’t café à 3 × 10 min, met mw. Łukasiewicz-Ğöksu; naïef geënt, 50 % méér. "
"""What must survive on paper: marks on letters, and letters of others than Dutch."""


def _filled(code: str, most: int) -> str:
    """Make a text of just so many letters, of each fact another."""
    return f"{code}: {MARKED * most}"[: most - 1].strip().ljust(most, "!")


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
        "letter_question": 300,
        "what_we_do": 300,
        "therapist_note": 300,
    }
    facts = [fact(code, _filled(code, most), at="2026-11-23T11:00:00Z") for code, most in typed.items()]
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


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_longest_signal_letter_is_one_page_and_says_its_name_only_there(language: Language) -> None:
    tr, case = Translator(language), case_of(longest(), dt.UTC)
    named = msgspec.structs.replace(PAPER, name="Mw. Ł. van den Ĳssel", born="3 maart 1941")
    written = signal_letter(tr, case)
    assert "Ĳssel" not in as_text(written)
    (page,) = texts(letter(tr, written, named))
    assert "Ĳssel" in page
    assert "3 maart 1941" in page
    for code in ("letter_question", "what_we_do", "client_knows"):
        typed = case.conclusion.known.text(code)
        assert typed is not None
        assert len(typed) == 300
        assert typed in as_text(written)
        assert " ".join(typed.split()) in " ".join(page.split())


def everything_seen() -> Dossier:
    """Make the client of the longest letter one of whom everything is so that can be."""
    kept, at = longest(), "2026-11-23T11:00:00Z"
    asked = (kind for kind in fact_catalogue().kinds.values() if kind.kind == "yes_no")
    seen = [fact(kind.code, not kind.hoped, at=at) for kind in asked]
    seen += [fact("mmse", 10, at=at), fact("corticosteroids", 10.0, at=at), fact("pain", 8, at=at)]
    facts = tuple(each for each in kept.visits[0].facts if each.code != "letter_question")
    visit = msgspec.structs.replace(kept.visits[0], facts=(*facts, *seen))
    return msgspec.structs.replace(kept, visits=(visit,))


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_signal_letter_stays_on_one_page_whatever_there_is_to_say(language: Language) -> None:
    tr, case = Translator(language), case_of(everything_seen(), dt.UTC)
    assert len(case.conclusion.problem_areas) == 4
    assert len(texts(letter(tr, signal_letter(tr, case), PAPER))) == 1


def test_what_the_therapist_says_of_the_problem_areas_is_in_record_and_letter() -> None:
    tr, kept = Translator("nl"), written_cases()["walker_after_a_fracture"].dossier()

    def written(*said: Fact) -> tuple[str, str]:
        visit = msgspec.structs.replace(kept.visits[-1], facts=(*kept.visits[-1].facts, *said))
        case = case_of(msgspec.structs.replace(kept, visits=(*kept.visits[:-1], visit)), dt.UTC)
        return "\n".join(record_text(tr, case)), as_text(signal_letter(tr, case))

    areas = ("problem-fall-risk", "problem-after-fracture", "problem-pain")
    so = [fact(said_of(area), True, at="2026-11-23T11:00:00Z") for area in areas]
    two = "verhoogd valrisico, status na een fractuur"
    for of_all in written(*so):
        assert f"Probleemgebieden, bevestigd door de therapeut: {two}, pijn" in of_all
    for of_two in written(*so[:2]):
        assert f"Probleemgebieden: {two}, pijn" in of_two
    for without in written(*so[:2], fact(said_of("problem-pain"), "gaat over", at="2026-11-23T11:00:00Z")):
        assert f"Probleemgebieden, bevestigd door de therapeut: {two}" in without
        assert "pijn. Reden: gaat over." in without


@pytest.mark.parametrize("language", LANGUAGES)
def test_nobody_signs_an_empty_page(language: Language) -> None:
    tr, case = Translator(language), case_of(written_cases()["six_weeks"].dossier(), dt.UTC)
    signed = texts(letter(tr, LETTERS["closing"](tr, case), PAPER))[-1]
    assert tr("Beoordeeld door") in signed
    assert "beweegprogramma osteoporose" in signed


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_note_is_in_the_record_and_in_no_letter(language: Language) -> None:
    tr, case = Translator(language), case_of(longest(), dt.UTC)
    note = case.conclusion.known.text("therapist_note")
    assert note is not None
    assert note in "\n".join(record_text(tr, case))
    assert note in as_text(LETTERS["note"](tr, case))
    for kind in ("signal", "closing"):
        assert note not in as_text(LETTERS[kind](tr, case))


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
