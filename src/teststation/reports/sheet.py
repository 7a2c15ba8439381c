"""What the client's sheet says, in plain words (PRACTICE 20).

No limit, no risk and no comparison with others is put into words that frighten or reassure (PRACTICE 1, 6): `verhoogd
risico`, `fragiel` and `afwijkend` stay in the record. Every sentence can be read aloud as it stands (level B1).
"""

from __future__ import annotations

import enum
from collections.abc import Iterator, Sequence

from teststation.guideline import Change, ChangeKind, compare
from teststation.guideline.advice import NUTRITION
from teststation.guideline.safety import went_safely
from teststation.i18n import N_, Translator
from teststation.model import Conditions, Outcome, Reason, TestName, TestResult, Verdict
from teststation.reports.case import Case
from teststation.reports.told import TestDone, decimals_of, headline_of
from teststation.reports.wording import value

THINGS = 2
"""So many things to do stand on a sheet."""

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


def times(tr: Translator, case: Case) -> Iterator[tuple[str, str]]:
    """Tell each test and its time."""
    return ((_done(tr, done.result), _time(tr, done)) for done in case.tests)


def meaning(tr: Translator, case: Case) -> list[str]:
    """Tell what the tests mean, those that mean the same in one sentence; then what changed since the last visit."""
    last = {done.result.test: done.result for done in case.earlier}
    senses = {done.result.test: _sense(done).value for done in case.tests}
    changes = {
        done.result.test: _changed(compare(last[done.result.test], done.result))
        for done in case.tests
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


def things_to_do(tr: Translator, case: Case, chosen: Sequence[str] = ()) -> tuple[str, ...]:
    """Tell the things to do that were chosen, or those that go with this visit."""
    ids = chosen or [each.id for each in case.conclusion.things_to_do]
    return tuple(tr.reason(Reason(f"advice.{advice_id}")) for advice_id in ids[:THINGS])


def food(tr: Translator, case: Case) -> str:
    """Tell what to eat, where that may be said; else nothing."""
    said = (each for each in case.conclusion.advice_for(NUTRITION) if each.settled)
    return " ".join(tr.reason(Reason(f"sheet.{each.id}", each.reason.params)) for each in said)


def _sense(done: TestDone) -> _Sense:
    if not went_safely(done.result):
        return _Sense.NOT_SAFE
    lead = None if done.leading is None else done.leading.finding
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
