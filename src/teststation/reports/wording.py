"""How measures, findings and times read, on the screen and on paper, in the language of now."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence

import msgspec

from teststation.guideline.facts import fact_catalogue
from teststation.i18n import N_, Coded, Translator
from teststation.model import (
    Client,
    Fact,
    Finding,
    Measure,
    Outcome,
    Reason,
    Scope,
    Sex,
    Side,
    Source,
    TestName,
    Trial,
    Verdict,
    VisitKind,
)

DASH = "–"

NOTICE = N_("Hulpmiddel bij screening, geen CE-markering; de therapeut beslist.")

TITLES = {
    TestName.GAIT: N_("4,5 meter lopen"),
    TestName.GUG: N_("Get-Up-and-Go"),
    TestName.TCS: N_("Timed Chair Stand"),
    TestName.POSTURES: N_("opstaan en gaan zitten"),
}
SEXES = {Sex.FEMALE: N_("v"), Sex.MALE: N_("m"), Sex.OTHER: N_("x")}
SOURCES = {
    Source.SENSOR: N_("sensor"),
    Source.KEY: N_("hand"),
    Source.STOPWATCH: N_("stopwatch"),
    Source.SENSOR_AND_KEY: N_("sensor, met uw toets als startsein of streep"),
}
VISITS = {
    VisitKind.SCREENING: N_("screening"),
    VisitKind.FIRST: N_("eerste bezoek"),
    VisitKind.FOLLOW_UP: N_("vervolgbezoek"),
}
SIDES = {Side.LEFT: N_("links"), Side.RIGHT: N_("rechts")}
SCOPES = {
    Scope.TESTING: N_("testen"),
    Scope.KEEPING: N_("bewaren"),
    Scope.LETTER: N_("brief aan de huisarts"),
    Scope.RESEARCH: N_("onderzoek en ruwe opnamen"),
}
OUTCOMES = {
    Outcome.DONE: N_("gedaan"),
    Outcome.UNABLE: N_("lukt niet"),
    Outcome.UNSAFE: N_("niet veilig"),
    Outcome.STOPPED: N_("gestopt"),
    Outcome.FELL: N_("gevallen"),
    Outcome.REFUSED: N_("wil niet"),
    Outcome.INVALID: N_("ongeldig"),
}
AIDS = {
    "none": N_("zonder hulpmiddel"),
    "cane": N_("stok"),
    "crutches": N_("krukken"),
    "rollator": N_("rollator"),
    "frame": N_("looprek"),
    "other": N_("ander hulpmiddel"),
}
MONTHS = (
    N_("januari"),
    N_("februari"),
    N_("maart"),
    N_("april"),
    N_("mei"),
    N_("juni"),
    N_("juli"),
    N_("augustus"),
    N_("september"),
    N_("oktober"),
    N_("november"),
    N_("december"),
)
UNITS = {"1": "×", "deg": "°", "1/min": "/min"}


class Flag(msgspec.Struct, frozen=True):
    """A verdict as shape, word and the class that colours it: any one of the three is enough."""

    shape: str
    word: str
    style: str


def fact_name(tr: Translator, code: str) -> str:
    """Say what a fact is called; of one that says whether a finding is so, whose word that is."""
    kind = fact_catalogue().kinds.get(code)
    name = tr.term(f"fact.{code}" if kind is None else kind.label)
    return tr("{finding}: oordeel van de therapeut", finding=name) if kind is not None and kind.kind == "said" else name


def chosen(tr: Translator, fact: Fact) -> str:
    """Write the text of a fact: what was chosen by its name, other text as it was typed."""
    choice = f"fact.{fact.code}.{fact.value}"
    return str(fact.value) if tr.term(choice) == choice else tr.term(choice)


def flag(tr: Translator, finding: Finding) -> Flag:
    """Show a verdict. No word here reassures, and none alarms a client who looks along (PRACTICE 1, 6)."""
    if finding.measure is None and finding.verdict is Verdict.MET:
        return Flag("▲▲", tr("bevinding"), "-met")
    if finding.close:
        return Flag("▲", tr("nipt over de grens") if finding.verdict is Verdict.MET else tr("nipt"), "-close")
    match finding.verdict:
        case Verdict.MET:
            return Flag("▲▲", tr("over de grens"), "-met")
        case Verdict.NOT_MET:
            return Flag("●", tr("niet over de grens"), "-not-met")
        case Verdict.UNKNOWN:
            return Flag("?", tr("niet te bepalen"), "-unknown")


def hundredths_matter(findings: Iterable[Finding]) -> bool:
    """Tell whether a tenth would hide on which side of a limit a value lies: its findings then say hundredths (T28)."""
    return any(_has_hundredths(finding.reason) for finding in findings)


def _has_hundredths(reason: Coded) -> bool:
    value = reason.params.get("value", reason.params.get("first"))
    if isinstance(value, Reason):
        return _has_hundredths(value)
    return isinstance(value, float) and round(value, 1) != round(value, 2)


def value(tr: Translator, measure: Measure, decimals: int = 1) -> str:
    """Write a value without its unit; a lower bound says so, a count has no decimals."""
    text = tr.number(measure.value, 0 if measure.unit == "1" else decimals)
    return f"> {text}" if measure.at_least else text


def quantity(tr: Translator, measure: Measure, decimals: int = 1) -> str:
    """Write a value with its unit."""
    return f"{value(tr, measure, decimals)} {UNITS.get(measure.unit, measure.unit)}"


def interval(tr: Translator, measure: Measure, decimals: int = 1) -> str:
    """Write a 95 % interval."""
    low, high = measure.interval
    digits = 0 if measure.unit == "1" else decimals
    return f"{tr.number(low, digits)} {DASH} {tr.number(high, digits)} {UNITS.get(measure.unit, measure.unit)}"


def person(tr: Translator, client: Client) -> str:
    """Write who a client is, as it is asked before the first test: code, year, sex, walking aid."""
    parts = [client.code]
    if client.birth_year is not None:
        parts.append(str(client.birth_year))
    if client.sex is not None:
        parts.append(tr(SEXES[client.sex]))
    if client.walking_aid is not None:
        parts.append(aid(tr, client.walking_aid))
    return " · ".join(parts)


def aid(tr: Translator, code: str) -> str:
    """Write a walking aid; an unknown code is given back as it is."""
    return tr(AIDS[code]) if code in AIDS else code


def headline(trial: Trial, names: Sequence[str]) -> Measure | None:
    """Find the measure that a trial is headlined by."""
    if trial.headline_source is None:
        return None
    return next(
        (m for name in names for m in trial.measures if m.name == name and m.source is trial.headline_source), None
    )


def margin(tr: Translator, measure: Measure, decimals: int = 1) -> str:
    """Write how far a value may be off, by the wider side of its 95 % interval."""
    off = max(measure.value - measure.interval[0], measure.interval[1] - measure.value)
    return f"± {tr.number(off, decimals)}"


def day_words(tr: Translator, day: dt.date) -> str:
    """Write a day with its month in letters: no other order of numbers can be read into it."""
    return f"{day.day} {tr(MONTHS[day.month - 1])} {day.year}"


def day_of(moment: str, zone: dt.tzinfo | None = None) -> dt.date:
    """Tell on which day a moment in UTC was, where it was; without a zone, where this machine is."""
    return dt.datetime.fromisoformat(moment).astimezone(zone).date()
