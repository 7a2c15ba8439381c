"""The client's sheet on paper: one page in large letters (PRACTICE 20); `reports/sheet.py` says what stands on it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

import msgspec

from teststation.boundary import clean
from teststation.formats.dossier import Dossier
from teststation.i18n import Translator
from teststation.reports.case import Case, case_of
from teststation.reports.pdf.paper import WIDTH, Flowable, OnPaper, bound, space, style, table, words
from teststation.reports.sheet import CALL_THE_GP, food, meaning, things_to_do, times
from teststation.reports.wording import day_words

_SIZE = 14.0
_LONGEST_OFFER = 160
_LONGEST_NAME = 80
_DOTS = "." * 28


class SheetChoices(msgspec.Struct, frozen=True, kw_only=True):
    """What the therapist chooses for a sheet.

    Parameters
    ----------
    advice : ids of the things to do; without them those that go with this visit
    next_date : of the next visit; None takes that of the next evaluation, or leaves a line to write on
    offer : where to go in the neighbourhood, from the settings
    """

    advice: tuple[str, ...] = ()
    next_date: dt.date | None = None
    offer: str = ""


def client_sheet(tr: Translator, dossier: Dossier, on_paper: OnPaper, choices: SheetChoices) -> bytes:
    """Print the sheet of the newest visit."""
    case = case_of(dossier, on_paper.zone)
    day = day_words(tr, case.days[-1])
    body = style(_SIZE)

    def story() -> list[Flowable]:
        return [
            words(tr("Uw tests van {day}", day=day), style(18, bold=True, after=2)),
            words(f"{tr('Naam')}: {clean(on_paper.name, _LONGEST_NAME) or _DOTS}", body),
            *_heading(tr("Wat we deden en uw tijd")),
            _times(tr, case),
            *_heading(tr("Wat betekent dit?")),
            *(words(sentence, body) for sentence in meaning(tr, case)),
            *_heading(tr("Twee dingen die u kunt doen")),
            *_listed("12", things_to_do(tr, case, choices.advice)),
            *_heading(tr("Bel uw huisarts")),
            *_listed("––––", (tr(text) for text in CALL_THE_GP)),
            space(4),
            _pairs(tr, case, choices),
        ]

    return bound(tr, story, title=tr("Uw tests"), head=(on_paper.practice or "teststation", ""))


def _times(tr: Translator, case: Case) -> Flowable:
    body, loud = style(_SIZE), style(_SIZE, bold=True)
    rows = [[words(what, body), words(time, loud)] for what, time in times(tr, case)]
    rows = rows or [[words(tr("Er zijn geen tests gedaan."), body), words("", body)]]
    return table(rows, (0.66 * WIDTH, 0.34 * WIDTH), ruled=True)


def _pairs(tr: Translator, case: Case, choices: SheetChoices) -> Flowable:
    planned = case.next_evaluation
    day = choices.next_date or (planned.due if planned is not None else None)
    pairs = (
        (tr("Eten"), food(tr, case)),
        (tr("Volgende keer"), _DOTS if day is None else day_words(tr, day)),
        (tr("Bij u in de buurt"), clean(choices.offer, _LONGEST_OFFER)),
    )
    body, loud = style(_SIZE), style(_SIZE, bold=True)
    rows = [[words(name, loud), words(text, body)] for name, text in pairs if text]
    return table(rows, (0.3 * WIDTH, 0.7 * WIDTH))


def _listed(marks: str, texts: Iterable[str]) -> list[Flowable]:
    body = style(_SIZE)
    return [
        table([[words(mark, body), words(text, body)]], (0.05 * WIDTH, 0.95 * WIDTH))
        for mark, text in zip(marks, texts, strict=False)
    ]


def _heading(text: str) -> list[Flowable]:
    return [space(4), words(text, style(_SIZE, bold=True, after=2))]
