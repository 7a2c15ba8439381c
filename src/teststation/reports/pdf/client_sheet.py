"""The client's sheet: one page in large letters and plain words (PRACTICE 20).

No limit, no risk and no comparison with others is put into words that frighten or reassure (PRACTICE 1, 6): `verhoogd
risico`, `fragiel` and `afwijkend` stay in the record. Every sentence can be read aloud as it stands (level B1).
"""

from __future__ import annotations

import datetime as dt
import enum
from collections.abc import Iterable, Sequence

import msgspec

from teststation.boundary import clean
from teststation.formats.dossier import Dossier
from teststation.guideline import Change, ChangeKind, compare
from teststation.guideline.safety import went_safely
from teststation.i18n import N_, Translator
from teststation.model import Conditions, Outcome, TestName, TestResult, Verdict
from teststation.reports.pdf.paper import WIDTH, Flowable, OnPaper, bound, space, style, table, words
from teststation.reports.told import TestDone, concluded, decimals_of, headline_of, leading
from teststation.reports.wording import day_of, day_words, value

_SIZE = 14.0
_LONGEST_OFFER = 160
_LONGEST_NAME = 80
_DOTS = "." * 28


class Advice(enum.StrEnum):
    """What a client can do; two of them stand on the sheet. All of it is common practice, not from the guideline."""

    RISE = "rise"
    WALK = "walk"
    HOME = "home"
    SHOES = "shoes"
    HELP = "help"
    TURN = "turn"


ADVICE = {
    Advice.RISE: N_("Sta elke dag een paar keer rustig op uit een stevige stoel. Houd u vast als dat nodig is."),
    Advice.WALK: N_("Loop elke dag een stukje. Gebruik uw eigen hulpmiddel als u dat hebt."),
    Advice.HOME: N_("Haal losse kleedjes en snoeren weg. Zorg voor goed licht, ook ’s nachts."),
    Advice.SHOES: N_("Draag stevige schoenen die goed vastzitten, ook in huis."),
    Advice.HELP: N_("Vraag hulp als u zich niet zeker voelt bij het opstaan of lopen."),
    Advice.TURN: N_("Draai rustig om, met kleine stappen. Houd u vast als dat kan."),
}

CALL_THE_GP = (
    N_("als u bent gevallen;"),
    N_("als u even buiten bewustzijn bent geweest;"),
    N_("als u nieuwe pijn in uw rug krijgt."),
)

_SHORT = {
    TestName.GAIT: N_("Lopen"),
    TestName.GUG: N_("Opstaan en lopen"),
    TestName.TCS: N_("Opstaan uit een stoel"),
    TestName.POSTURES: N_("Opstaan en gaan zitten"),
}


class _Sense(enum.Enum):
    """What a result means to a client, the most pressing first."""

    NOT_SAFE = N_("dit lukte nu niet goed of niet veilig. Uw therapeut zoekt samen met u uit hoe dat komt.")
    SLOW = N_("dit ging langzamer dan de grens van deze test. Uw therapeut bespreekt met u wat u daaraan kunt doen.")
    CLOSE = N_("uw tijd ligt dicht bij de grens van deze test. We meten het nog een keer.")
    NOT_SLOW = N_(
        "u kwam niet over de grens van deze test. Dat zegt niet alles over vallen. Blijf bewegen, en let goed op."
    )
    NO_LIMIT = N_("we bewaren dit om later mee te vergelijken.")


_CHANGES = {
    (ChangeKind.REAL, True): N_("dit ging beter dan de vorige keer."),
    (ChangeKind.REAL, False): N_("dit ging minder goed dan de vorige keer."),
    (ChangeKind.POSSIBLE, True): N_("dit ging misschien iets beter dan de vorige keer."),
    (ChangeKind.POSSIBLE, False): N_("dit ging misschien iets minder goed dan de vorige keer."),
}
_TOO_SMALL = N_("het verschil met de vorige keer is te klein om zeker te zijn.")


class SheetChoices(msgspec.Struct, frozen=True, kw_only=True):
    """What the therapist chooses for a sheet.

    Parameters
    ----------
    advice : two things to do; None takes those that go with how the tests went
    next_date : of the next visit; None leaves a line to write on
    offer : where to go in the neighbourhood, from the settings
    """

    advice: tuple[Advice, Advice] | None = None
    next_date: dt.date | None = None
    offer: str = ""


def client_sheet(tr: Translator, dossier: Dossier, on_paper: OnPaper, choices: SheetChoices) -> bytes:
    """Print the sheet of the newest visit."""
    visit, *before = reversed(dossier.visits)
    tests = concluded(visit)
    earlier = [done for old in before for done in concluded(old)]
    day = day_words(tr, day_of(visit.visit.started_at, on_paper.zone))
    body, loud = style(_SIZE), style(_SIZE, bold=True)

    def story() -> list[Flowable]:
        return [
            words(tr("Uw tests van {day}", day=day), style(18, bold=True, after=2)),
            words(f"{tr('Naam')}: {clean(on_paper.name, _LONGEST_NAME) or _DOTS}", body),
            *_heading(tr("Wat we deden en uw tijd")),
            _times(tr, tests),
            *_heading(tr("Wat betekent dit?")),
            *(words(sentence, body) for sentence in meaning(tr, tests, earlier)),
            *_heading(tr("Twee dingen die u kunt doen")),
            *_listed("12", (tr(ADVICE[advice]) for advice in choices.advice or fitting_advice(tests))),
            *_heading(tr("Bel uw huisarts")),
            *_listed("––––", (tr(text) for text in CALL_THE_GP)),
            space(7),
            _pairs(tr, choices, body, loud),
        ]

    return bound(tr, story, title=tr("Uw tests"), head=(on_paper.practice or "teststation", ""))


def meaning(tr: Translator, tests: Sequence[TestDone], earlier: Sequence[TestDone] = ()) -> list[str]:
    """Tell what the tests mean, those that mean the same in one sentence; then what changed since the last visit."""
    last = {done.result.test: done.result for done in earlier}
    senses = {done.result.test: _sense(done).value for done in tests}
    changes = {
        done.result.test: _changed(compare(last[done.result.test], done.result))
        for done in tests
        if done.result.test in last
    }
    order = [*(sense.value for sense in _Sense), *_CHANGES.values(), _TOO_SMALL]
    said = []
    for told_by in (senses, changes):
        for text in order:
            names = [tr(_SHORT[test]) for test, means in told_by.items() if means == text]
            if names:
                said.append(f"{_listed_names(names)}: {tr(text)}")
    return said


def fitting_advice(tests: Sequence[TestDone]) -> tuple[Advice, Advice]:
    """Give the two things that go with how the tests went: nobody who could not rise safely is told to practise it."""
    if not all(went_safely(done.result) for done in tests):
        return Advice.HELP, Advice.HOME
    if any(_sense(done) in (_Sense.SLOW, _Sense.CLOSE) for done in tests):
        return Advice.RISE, Advice.HOME
    return Advice.WALK, Advice.RISE


def _sense(done: TestDone) -> _Sense:
    if not went_safely(done.result):
        return _Sense.NOT_SAFE
    lead = leading(done.findings)
    if lead is None or lead.verdict is Verdict.UNKNOWN:
        return _Sense.NO_LIMIT
    if lead.measure is None:
        return _Sense.NOT_SAFE
    if lead.close:
        return _Sense.CLOSE
    return _Sense.SLOW if lead.verdict is Verdict.MET else _Sense.NOT_SLOW


def _changed(change: Change) -> str:
    if change.kind is ChangeKind.WITHIN_ERROR:
        return _TOO_SMALL
    return "" if change.better is None else _CHANGES.get((change.kind, change.better), "")


def _listed_names(names: Sequence[str]) -> str:
    return ", ".join((names[0], *(name[0].lower() + name[1:] for name in names[1:])))


def _times(tr: Translator, tests: Sequence[TestDone]) -> Flowable:
    body, loud = style(_SIZE), style(_SIZE, bold=True)
    rows = [[words(_done(tr, done.result), body), words(_time(tr, done), loud)] for done in tests]
    rows = rows or [[words(tr("Er zijn geen tests gedaan."), body), words("", body)]]
    return table(rows, (0.66 * WIDTH, 0.34 * WIDTH), ruled=True)


def _done(tr: Translator, result: TestResult) -> str:
    how: Conditions = result.conditions
    match result.test:
        case TestName.GAIT:
            return tr("Lopen van streep tot streep, in uw gewone tempo")
        case TestName.GUG:
            return tr("Opstaan, 3 meter lopen, omdraaien, terug en weer gaan zitten")
        case TestName.TCS if how.seconds is not None:
            return tr("{seconds} seconden lang opstaan uit een stoel", seconds=how.seconds)
        case TestName.TCS:
            return tr("{stands} keer opstaan uit een stoel", stands=how.stands or 5)
        case _:
            return tr("Opstaan en gaan zitten")


def _time(tr: Translator, done: TestDone) -> str:
    measure = headline_of(done.result)
    if measure is None or done.result.outcome is not Outcome.DONE:
        return tr("geen tijd")
    unit = tr("seconden") if measure.unit == "s" else tr("keer")
    return f"{value(tr, measure, decimals_of(done.findings))} {unit}"


def _pairs(tr: Translator, choices: SheetChoices, body: Flowable, loud: Flowable) -> Flowable:
    date = _DOTS if choices.next_date is None else day_words(tr, choices.next_date)
    rows = [[words(tr("Volgende keer"), loud), words(date, body)]]
    if choices.offer:
        rows.append([words(tr("Bij u in de buurt"), loud), words(clean(choices.offer, _LONGEST_OFFER), body)])
    return table(rows, (0.3 * WIDTH, 0.7 * WIDTH))


def _listed(marks: str, texts: Iterable[str]) -> list[Flowable]:
    body = style(_SIZE)
    return [
        table([[words(mark, body), words(text, body)]], (0.05 * WIDTH, 0.95 * WIDTH))
        for mark, text in zip(marks, texts, strict=False)
    ]


def _heading(text: str) -> list[Flowable]:
    return [space(7), words(text, style(_SIZE, bold=True, after=2))]
