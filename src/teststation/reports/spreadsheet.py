"""Clients as tables for a spreadsheet: a row an attempt, a row a measure, a row a finding, and what each column is.

For the Excel of a Dutch practice: semicolons, a decimal comma, UTF-8 with a byte order mark. In English: commas and a
point. Numbers are rounded to four decimals, below any error of measurement; the recordings themselves are in the
Motion-BIDS export. Text that a spreadsheet would take for a formula gets an apostrophe before it.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Sequence
from typing import Generic, TypeVar

import msgspec

from teststation.formats.cells import harmless
from teststation.formats.dossier import Dossier, KeptTrial, KeptVisit
from teststation.i18n import N_, Translator
from teststation.model import Client, Confirmation, Finding, Measure, TestName, Verdict
from teststation.reports.told import headline_names
from teststation.reports.wording import OUTCOMES, SEXES, SOURCES, TITLES, headline

R = TypeVar("R")

BOM = "\N{BYTE ORDER MARK}"
_DECIMALS = 4

_VERDICTS = {Verdict.MET: N_("ja"), Verdict.NOT_MET: N_("nee"), Verdict.UNKNOWN: N_("niet te bepalen")}


class Column(msgspec.Struct, Generic[R], frozen=True):
    """A column: its heading, what it means, and how it is filled; texts come marked."""

    heading: str
    meaning: str
    cell: Callable[[Translator, R], object]


class Attempt(msgspec.Struct, frozen=True):
    """A row of the attempts."""

    client: Client
    visit: KeptVisit
    kept: KeptTrial

    @property
    def headline(self) -> Measure | None:
        """Give the measure that the attempt is known by."""
        trial = self.kept.trial
        return headline(trial, headline_names(trial.test, trial.conditions))

    @property
    def counts(self) -> bool:
        """Tell whether the newest result of the test used it."""
        trial = self.kept.trial
        used = [saved.result.trials for saved in self.visit.results if saved.result.test is trial.test]
        return bool(used) and trial.id in used[-1]


class Measured(msgspec.Struct, frozen=True):
    """A row of the measures: of an attempt, or of a result where `number` is None."""

    client: Client
    visit: KeptVisit
    test: TestName
    number: int | None
    practice: bool
    measure: Measure


class Found(msgspec.Struct, frozen=True):
    """A row of the findings."""

    client: Client
    visit: KeptVisit
    test: TestName
    made_at: str
    finding: Finding
    said: Confirmation | None


_CLIENT = N_("Code van de cliënt.")
_VISIT = N_("Begin van het bezoek (UTC).")
_TEST = N_("Welke test.")

_ATTEMPTS: tuple[Column[Attempt], ...] = (
    Column(N_("cliënt"), _CLIENT, lambda _, r: r.client.code),
    Column(N_("geboortejaar"), N_("Zoals vastgelegd."), lambda _, r: r.client.birth_year),
    Column(N_("geslacht"), N_("v, m of x."), lambda tr, r: r.client.sex and tr(SEXES[r.client.sex])),
    Column(N_("lengte (cm)"), N_("Lichaamslengte."), lambda _, r: r.client.height_cm),
    Column(N_("gewicht (kg)"), N_("Lichaamsgewicht."), lambda _, r: r.client.weight_kg),
    Column(N_("bezoek"), _VISIT, lambda _, r: _moment(r.visit.visit.started_at)),
    Column(N_("leeftijd"), N_("In jaren, bij het bezoek."), lambda _, r: r.visit.visit.age),
    Column(N_("test"), _TEST, lambda tr, r: tr(TITLES[r.kept.trial.test])),
    Column(N_("poging"), N_("Volgnummer binnen de test."), lambda _, r: r.kept.trial.number),
    Column(N_("begin"), N_("Begin van de poging (UTC)."), lambda _, r: _moment(r.kept.trial.started_at)),
    Column(N_("oefenpoging"), N_("ja of nee."), lambda tr, r: _yes(tr, r.kept.trial.practice)),
    Column(N_("afloop"), N_("Hoe de poging eindigde."), lambda tr, r: tr(OUTCOMES[r.kept.trial.outcome])),
    Column(
        N_("reden"),
        N_("Waarom de poging zo eindigde."),
        lambda tr, r: r.kept.trial.outcome_reason and tr.reason(r.kept.trial.outcome_reason),
    ),
    Column(N_("telt mee"), N_("Gebruikt voor het resultaat van de test."), lambda tr, r: _yes(tr, r.counts)),
    Column(
        N_("maat"),
        N_("Welke tijd of welk aantal de uitkomst is."),
        lambda tr, r: r.headline and tr.term(r.headline.name),
    ),
    Column(N_("waarde"), N_("De uitkomst, in de eenheid ernaast."), lambda _, r: r.headline and r.headline.value),
    Column(N_("eenheid"), N_("s is seconden; 1 is een aantal."), lambda _, r: r.headline and r.headline.unit),
    Column(
        N_("ondergrens"),
        N_("Van het 95 %-interval van de meetfout."),
        lambda _, r: r.headline and r.headline.interval[0],
    ),
    Column(
        N_("bovengrens"),
        N_("Van het 95 %-interval van de meetfout."),
        lambda _, r: r.headline and r.headline.interval[1],
    ),
    Column(
        N_("ten minste"),
        N_("ja: afgebroken; de waarde is een ondergrens."),
        lambda tr, r: r.headline and _yes(tr, r.headline.at_least),
    ),
    Column(
        N_("gemeten door"),
        N_("Sensor, hand of stopwatch."),
        lambda tr, r: r.headline and tr(SOURCES[r.headline.source]),
    ),
    Column(N_("loophulpmiddel"), N_("Bij deze poging."), lambda _, r: r.kept.trial.conditions.walking_aid),
    Column(N_("handen gebruikt"), N_("Bij het opstaan."), lambda tr, r: _yes(tr, r.kept.trial.conditions.hands_used)),
    Column(N_("lichamelijke hulp"), N_("ja of nee."), lambda tr, r: _yes(tr, r.kept.trial.conditions.physical_help)),
    Column(N_("baan (m)"), N_("Getimede lengte van de looptest."), lambda _, r: r.kept.trial.conditions.course_m),
    Column(N_("keer opstaan"), N_("Waarop de stoeltest stopt."), lambda _, r: r.kept.trial.conditions.stands),
    Column(N_("duur (s)"), N_("Waarop de stoeltest op tijd stopt."), lambda _, r: r.kept.trial.conditions.seconds),
    Column(N_("stoelhoogte (cm)"), N_("Van de gebruikte stoel."), lambda _, r: r.kept.trial.conditions.chair_height_cm),
    Column(
        N_("sensor"),
        N_("Soort sensor; leeg is zonder."),
        lambda _, r: r.kept.recording and r.kept.recording.sensor.driver,
    ),
    Column(N_("kenmerk"), N_("Van de poging; ook in de andere uitvoer."), lambda _, r: r.kept.trial.id),
)
_MEASURES: tuple[Column[Measured], ...] = (
    Column(N_("cliënt"), _CLIENT, lambda _, r: r.client.code),
    Column(N_("bezoek"), _VISIT, lambda _, r: _moment(r.visit.visit.started_at)),
    Column(N_("test"), _TEST, lambda tr, r: tr(TITLES[r.test])),
    Column(N_("poging"), N_("Volgnummer; leeg is het resultaat over de pogingen."), lambda _, r: r.number),
    Column(N_("oefenpoging"), N_("ja of nee."), lambda tr, r: _yes(tr, r.practice)),
    Column(N_("maat"), N_("Wat er gemeten is."), lambda tr, r: tr.term(r.measure.name)),
    Column(N_("code"), N_("Vaste naam van de maat, in elke taal dezelfde."), lambda _, r: r.measure.name),
    Column(N_("waarde"), N_("In de eenheid ernaast."), lambda _, r: r.measure.value),
    Column(
        N_("eenheid"), N_("s is seconden; deg is graden; 1 is een aantal of verhouding."), lambda _, r: r.measure.unit
    ),
    Column(N_("ondergrens"), N_("Van het 95 %-interval van de meetfout."), lambda _, r: r.measure.interval[0]),
    Column(N_("bovengrens"), N_("Van het 95 %-interval van de meetfout."), lambda _, r: r.measure.interval[1]),
    Column(
        N_("ten minste"), N_("ja: afgebroken; de waarde is een ondergrens."), lambda tr, r: _yes(tr, r.measure.at_least)
    ),
    Column(N_("gemeten door"), N_("Sensor, hand of stopwatch."), lambda tr, r: tr(SOURCES[r.measure.source])),
)
_FINDINGS: tuple[Column[Found], ...] = (
    Column(N_("cliënt"), _CLIENT, lambda _, r: r.client.code),
    Column(N_("bezoek"), _VISIT, lambda _, r: _moment(r.visit.visit.started_at)),
    Column(N_("test"), _TEST, lambda tr, r: tr(TITLES[r.test])),
    Column(N_("beoordeeld"), N_("Wanneer (UTC)."), lambda _, r: _moment(r.made_at)),
    Column(N_("regel"), N_("Vaste naam van de regel."), lambda _, r: r.finding.rule),
    Column(N_("versie"), N_("Van de regel."), lambda _, r: r.finding.version),
    Column(
        N_("voldoet aan de regel"),
        N_("ja, nee of niet te bepalen; nee sluit niets uit."),
        lambda tr, r: tr(_VERDICTS[r.finding.verdict]),
    ),
    Column(N_("nipt"), N_("ja: de grens ligt binnen de meetfout."), lambda tr, r: _yes(tr, r.finding.close)),
    Column(N_("bevinding"), N_("De zin zoals die op het scherm stond."), lambda tr, r: tr.reason(r.finding.reason)),
    Column(
        N_("bevestigd"),
        N_("Door de therapeut: ja of nee; leeg is nog niet beoordeeld."),
        lambda tr, r: r.said and _yes(tr, r.said.agreed),
    ),
    Column(N_("waarom niet"), N_("Zoals de therapeut het schreef."), lambda _, r: r.said and r.said.reason),
    Column(N_("bron"), N_("Wie de grens stelt."), lambda tr, r: tr.term(r.finding.source)),
)


def tables(dossiers: Iterable[Dossier], tr: Translator) -> dict[str, bytes]:
    """Make the tables of clients, by file name."""
    attempts: list[Attempt] = []
    measures: list[Measured] = []
    findings: list[Found] = []
    for dossier in dossiers:
        client = dossier.client
        for visit in dossier.visits:
            attempts += [Attempt(client, visit, _without_samples(kept)) for kept in visit.trials]
            for kept in visit.trials:
                trial = kept.trial
                measures += [
                    Measured(client, visit, trial.test, trial.number, trial.practice, m) for m in trial.measures
                ]
            for saved in visit.results:
                test = saved.result.test
                measures += [Measured(client, visit, test, None, False, m) for m in saved.result.measures]
                if saved.judgements:
                    newest = saved.judgements[-1]
                    findings += [
                        Found(client, visit, test, newest.made_at, finding, newest.said_of(place))
                        for place, finding in enumerate(newest.findings)
                    ]
    named = {
        tr(N_("pogingen")): _table(tr, _ATTEMPTS, attempts),
        tr(N_("metingen")): _table(tr, _MEASURES, measures),
        tr(N_("bevindingen")): _table(tr, _FINDINGS, findings),
    }
    files = {f"{name}.csv": table for name, table in named.items()}
    files[f"{tr('toelichting')}.csv"] = _dictionary(tr)
    return files


def _table(tr: Translator, columns: Sequence[Column[R]], rows: Iterable[R]) -> bytes:
    cells = [[column.cell(tr, row) for column in columns] for row in rows]
    return _written(tr, [[tr(column.heading) for column in columns], *cells])


def _dictionary(tr: Translator) -> bytes:
    described: list[list[object]] = [[tr("bestand"), tr("kolom"), tr("betekenis")]]
    for name, columns in (
        (tr("pogingen"), [(c.heading, c.meaning) for c in _ATTEMPTS]),
        (tr("metingen"), [(c.heading, c.meaning) for c in _MEASURES]),
        (tr("bevindingen"), [(c.heading, c.meaning) for c in _FINDINGS]),
    ):
        described += [[f"{name}.csv", tr(heading), tr(meaning)] for heading, meaning in columns]
    return _written(tr, described)


def _written(tr: Translator, rows: Iterable[Sequence[object]]) -> bytes:
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=";" if tr.language == "nl" else ",", lineterminator="\r\n")
    writer.writerows([_cell(tr, cell) for cell in row] for row in rows)
    return (BOM + text.getvalue()).encode()


def _cell(tr: Translator, value: object) -> str:
    match value:
        case None:
            return ""
        case float():
            short = f"{value:.{_DECIMALS}f}".rstrip("0").rstrip(".")
            return short.replace(".", ",") if tr.language == "nl" else short
        case int():
            return str(value)
        case _:
            return harmless(str(value))


def _yes(tr: Translator, value: bool) -> str:
    return tr("ja") if value else tr("nee")


def _moment(utc: str) -> str:
    """Write a time so that a spreadsheet takes it for one."""
    return utc[:19].replace("T", " ")


def _without_samples(kept: KeptTrial) -> KeptTrial:
    """Let the samples go: a table of everybody has no need of them, and they may not fit in memory."""
    if kept.recording is None:
        return kept
    samples = msgspec.structs.replace(
        kept.recording.samples,
        time_s=kept.recording.samples.time_s[:0].copy(),
        acceleration=kept.recording.samples.acceleration[:0].copy(),
        angular_velocity=kept.recording.samples.angular_velocity[:0].copy(),
    )
    return msgspec.structs.replace(kept, recording=msgspec.structs.replace(kept.recording, samples=samples))
