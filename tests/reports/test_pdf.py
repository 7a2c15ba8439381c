"""What is on paper: what the screen said, whole, in both languages, on every page what must be there, and no more."""

from __future__ import annotations

import datetime as dt
import io
import re
from collections.abc import Callable
from functools import partial

import msgspec
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PdfReader
from textual.widgets import Static

from reports.examples import CLIENT, PAPER, by_hand, dossier, trial, unable, visit
from reports.pages import text, texts
from teststation.boundary import clean
from teststation.formats.dossier import Dossier, KeptTrial
from teststation.guideline import ChangeKind, compare
from teststation.guideline.facts import fact
from teststation.i18n import Language, Translator
from teststation.model import Measure, Outcome, TestName
from teststation.reports.case import case_of
from teststation.reports.course import course_of
from teststation.reports.pdf.client_sheet import SheetChoices, client_sheet
from teststation.reports.pdf.figures import thinned
from teststation.reports.pdf.paper import OnPaper
from teststation.reports.pdf.record import record
from teststation.reports.told import concluded
from teststation.reports.wording import NOTICE
from teststation.tui.flow import Flow
from teststation.tui.screens.page import Page
from teststation.tui.screens.result import ResultPage
from teststation.tui.screens.summary import SummaryPage
from teststation.tui.visit import VisitProgress
from tui.fakes import station

LANGUAGES: tuple[Language, Language] = ("nl", "en")
NAME, BORN = "Mw. Ł. van den Ĳssel-Şahin", "3 maart 1941"
NAMED = msgspec.structs.replace(PAPER, name=NAME, born=BORN)
KEPT_FROM_CLIENTS = {
    "nl": ("verhoogd", "risico", "fragiel", "afwijkend"),
    "en": ("raised", "risk", "frail", "abnormal"),
}
EVIL = (
    '<b>x</b><a href="https://example.org">y</a><img src="/etc/passwd"/>&amp;&lt;',
    "<para><font size=90>groot</font>",
    "\u202eomgekeerd\u202c \u2066ivan\u2069 \u200f",
    "a\x00b\x1b[31mc\x07\r\nd\u2028e",
    "W" * 5000,
    "עברית العربية 漢字 🙂 \ud800 \ue000",
    "=cmd|'/C calc'!A0",
)


def inert(data: bytes) -> None:
    """See that a file has nothing that does something, and that every font is inside."""
    reader = PdfReader(io.BytesIO(data))
    root = reader.root_object
    assert [key for key in ("/OpenAction", "/AA", "/AcroForm", "/Names") if key in root] == []
    for page in reader.pages:
        assert "/Annots" not in page
        assert len(page.images) == 0
    embedded, not_embedded = reader.pages[0]._get_fonts()
    assert embedded
    assert not not_embedded


SHOWN: dict[str, Callable[[], Dossier]] = {
    "two visits": dossier,
    "cannot rise": unable,
    **{f"{test} by hand": partial(by_hand, test) for test in TestName if test is not TestName.POSTURES},
    **{f"{outcome}": partial(by_hand, TestName.GUG, outcome) for outcome in Outcome if outcome is not Outcome.DONE},
}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", SHOWN)
async def test_the_record_says_what_the_screen_said(language: Language, kind: str) -> None:
    kept = SHOWN[kind]()
    newest = kept.visits[-1]
    progress = VisitProgress(newest.visit, kept.client, station()[1].options, tests=())
    for done in concluded(newest):
        progress.conclude(done.result.test, done)
    progress.tests = tuple(progress.conclusions)
    printed = text(record(Translator(language), kept, PAPER, whole=False))
    app, _ = station(language=language)
    async with app.run_test(size=(160, 60)) as pilot:
        await app.workers.wait_for_complete()
        flow = Flow(app, progress)
        pages: list[Page] = [SummaryPage(flow), *(ResultPage(flow, test) for test in progress.tests)]
        for page in pages:
            app.open_page(page)
            await pilot.pause()
            shown = [place for place in page.query(Static) if place.id and place.display]
            cells = {cell.strip() for place in shown for cell in re.split(r"\n|\s{2,}", str(place.content))} - {""}
            assert len(cells) >= 5
            assert {cell for cell in cells if " ".join(cell.split()) not in printed} == set()


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_has_the_notice_its_number_and_whose_it_is(language: Language) -> None:
    tr = Translator(language)
    pages = texts(record(tr, dossier(), NAMED))
    assert len(pages) >= 6
    for number, page in enumerate(pages, 1):
        assert tr(NOTICE) in page
        assert page.count(tr("pagina {number} van {total}", number=number, total=len(pages))) == 1
        assert f"{CLIENT.code} · {NAME} · {BORN}" in page


def test_letters_of_european_names_are_on_paper_and_the_fonts_inside() -> None:
    letters = "ĳ Ĳ Ł ł Š Ž é ë ï ő ű ș ț ğ ı Ş ø å ß € ’ – Ж Ω"
    data = record(Translator("nl"), unable(), msgspec.structs.replace(PAPER, name=letters))
    assert letters in text(data)
    inert(data)


def test_a_letter_in_two_parts_is_printed_as_one() -> None:
    assert "Zo\u00eb" in text(record(Translator("nl"), unable(), msgspec.structs.replace(PAPER, name="Zoe\u0308")))


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_name_is_on_paper_and_nowhere_else(language: Language) -> None:
    tr = Translator(language)
    for data in (record(tr, unable(), NAMED), client_sheet(tr, unable(), NAMED, SheetChoices())):
        assert NAME in text(data)
        reader = PdfReader(io.BytesIO(data))
        assert reader.metadata is not None
        properties = " ".join(str(value) for value in reader.metadata.values())
        assert reader.xmp_metadata is None
        for secret in (NAME, "ssel", BORN, CLIENT.code):
            assert secret not in properties
    assert NAME not in text(record(tr, unable(), PAPER))


def test_the_same_content_gives_the_same_bytes() -> None:
    assert record(Translator("nl"), unable(), NAMED) == record(Translator("nl"), unable(), NAMED)


@pytest.mark.parametrize("evil", EVIL, ids=range(len(EVIL)))
def test_what_came_from_outside_is_text_and_nothing_else(evil: str) -> None:
    tr = Translator("nl")
    on_paper = OnPaper(printed_on=dt.date(2026, 11, 22), name=evil, born=evil, practice=evil, zone=dt.UTC)
    client = msgspec.structs.replace(CLIENT, code=evil, walking_aid=evil)
    kept = visit(1, "2026-11-22", [trial("v1", TestName.TCS, 1, "tcs_5")], client)
    kept = msgspec.structs.replace(kept, visit=msgspec.structs.replace(kept.visit, operator=evil))
    whose = Dossier(client, (kept,))
    for data in (record(tr, whose, on_paper), client_sheet(tr, whose, on_paper, SheetChoices(offer=evil))):
        inert(data)
        printed = text(data)
        assert tr(NOTICE) in printed
        if "<" in evil:
            assert clean(evil)[:20] in printed  # the mark-up itself is what is read
    assert len(texts(client_sheet(tr, whose, on_paper, SheetChoices(offer=evil)))) == 1


@given(st.text(max_size=60))
@settings(max_examples=40, deadline=None)
def test_whatever_is_typed_can_be_printed(typed: str) -> None:
    on_paper = msgspec.structs.replace(PAPER, name=typed, practice=typed)
    assert len(texts(client_sheet(Translator("nl"), unable(), on_paper, SheetChoices(offer=typed)))) == 1


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_sheet_is_one_page_in_fourteen_point_without_words_that_frighten(language: Language) -> None:
    tr = Translator(language)
    offer = "In Balans, elke dinsdag om 10 uur in buurthuis De Ĳssel, Kerkstraat 1, telefoon 0570 – 12 34 56; "
    offer += "kom gerust eens kijken, er is koffie." + 20 * " W"
    choices = SheetChoices(advice=("client-rise", "client-home"), next_date=dt.date(2027, 9, 22), offer=offer)
    for whose in (dossier(), unable(), worst()):
        data = client_sheet(tr, whose, NAMED, choices)
        (page,) = texts(data)
        assert "Kerkstraat" in page
        assert ("73" in page) == (whose is not unable() and bool(whose.visits[-1].facts))  # g of protein a day
        assert [word for word in KEPT_FROM_CLIENTS[language] if word in page.lower()] == []
        small = {word for said, size in written_sizes(data) if size < 13.9 for word in said.split()}
        assert small <= small_words(tr)


def small_words(tr: Translator) -> set[str]:
    """Name the words of head and foot, which alone may be small."""
    return set(f"{PAPER.practice} {tr(NOTICE)} {tr('pagina {number} van {total}', number=1, total=1)}".split())


def written_sizes(data: bytes) -> list[tuple[str, float]]:
    found: list[tuple[str, float]] = []

    def see(said: str, _: object, matrix: list[float], __: object, size: float) -> None:
        if said.strip():
            found.append((said.strip(), size * abs(matrix[3] or 1)))

    PdfReader(io.BytesIO(data)).pages[0].extract_text(visitor_text=see)
    assert found
    return found


def worst() -> Dossier:
    """Make a visit in which each test means something else and has changed in another way."""
    first, second = dossier().visits
    slower = [
        msgspec.structs.replace(saved, result=_times(saved.result, 1.9)) if number != 1 else saved
        for number, saved in enumerate(second.results)
    ]
    fed = (fact("no_protein_limit", value=True, at="2026-11-22T10:00:00Z"),)
    return Dossier(CLIENT, (first, msgspec.structs.replace(second, results=tuple(slower), facts=fed)))


def _times(result: object, factor: float) -> object:
    measures = tuple(
        Measure(m.name, m.value * factor, m.unit, m.interval, m.source)
        for m in result.measures  # type: ignore[attr-defined]
    )
    values = tuple(v * factor for v in result.trial_values)  # type: ignore[attr-defined]
    return msgspec.structs.replace(result, measures=measures, trial_values=values)  # type: ignore[type-var]


def test_nobody_who_could_not_rise_safely_is_told_to_practise_it() -> None:
    def told_to(whose: Dossier) -> set[str]:
        return {each.id for each in case_of(whose, dt.UTC).conclusion.things_to_do}

    kept = trial("v1", TestName.GUG, 1, "gug_rollator")
    helped = msgspec.structs.replace(
        kept.trial, conditions=msgspec.structs.replace(kept.trial.conditions, physical_help=True)
    )
    assert "client-rise" not in told_to(unable())
    assert "client-rise" not in told_to(Dossier(CLIENT, (visit(1, "2026-11-22", [KeptTrial(helped)]),)))
    assert "client-rise" in told_to(dossier())


BEFORE, NOW = dt.date(2026, 10, 1), dt.date(2026, 11, 22)


def test_a_dot_lies_outside_of_its_bar_where_the_change_is_real() -> None:
    before, now = ([done.result for done in concluded(kept)] for kept in dossier().visits)
    kinds = set()
    for old, new in zip(before, now, strict=True):
        moment = course_of([(BEFORE, old), (NOW, new)]).moments[-1]
        assert moment.held_against is not None
        middle, half = moment.held_against
        outside = abs(moment.value - middle) > half
        assert outside == (compare(old, new).kind is ChangeKind.REAL)
        kinds.add(outside)
    assert kinds == {True, False}


def test_a_thinned_signal_keeps_its_peaks_and_its_gaps() -> None:
    time_s = np.arange(100_000) / 100.0
    values = np.sin(time_s)
    values[54_321] = 50.0
    time_s[70_000:] += 3.0
    stretches = thinned(time_s, values, 400)
    assert len(stretches) == 2
    assert max(kept.max() for _, kept in stretches) == 50.0
    assert sum(len(kept) for _, kept in stretches) < 1700
    assert all(np.all(np.diff(moments) >= 0) for moments, _ in stretches)
    assert stretches[0][0][-1] < 700.0 < stretches[1][0][0]


def test_a_trial_without_a_signal_is_printed_without_a_figure() -> None:
    kept = trial("v1", TestName.GUG, 1, "gug_19_9")
    without = Dossier(CLIENT, (visit(1, "2026-11-22", [KeptTrial(kept.trial)]),))
    having = Dossier(CLIENT, (visit(1, "2026-11-22", [kept]),))
    tr = Translator("nl")
    assert "s na het startsein" in text(record(tr, having, PAPER))
    assert "s na het startsein" not in text(record(tr, without, PAPER))


def test_a_client_without_a_visit_has_a_record() -> None:
    assert "Er zijn nog geen bezoeken." in text(record(Translator("nl"), Dossier(CLIENT), PAPER))


def test_an_invalid_attempt_is_listed_with_why_and_does_not_count() -> None:
    printed = text(record(Translator("nl"), dossier(), PAPER, whole=False))
    assert "ongeldig; gestoord of afgeleid" in printed
    assert Outcome.INVALID in {kept.trial.outcome for kept in dossier().visits[-1].trials}
