"""Rows of what was measured: attempts, measures, findings."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from teststation.formats.dossier import Dossier, KeptTrial, KeptVisit
from teststation.i18n import N_
from teststation.model import Client, Confirmation, Finding, Measure, TestName, Verdict
from teststation.reports.spreadsheet.table import CLIENT, VISIT, Column, Table, moment, yes
from teststation.reports.told import headline_names
from teststation.reports.wording import OUTCOMES, SEXES, SOURCES, TITLES, VISITS, headline

_TEST = N_("Welke test.")
_VERDICTS = {Verdict.MET: N_("ja"), Verdict.NOT_MET: N_("nee"), Verdict.UNKNOWN: N_("niet te bepalen")}


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


_ATTEMPTS: tuple[Column[Attempt], ...] = (
    Column(N_("cliënt"), CLIENT, lambda _, r: r.client.code),
    Column(N_("geboortejaar"), N_("Zoals vastgelegd."), lambda _, r: r.client.birth_year),
    Column(N_("geslacht"), N_("v, m of x."), lambda tr, r: r.client.sex and tr(SEXES[r.client.sex])),
    Column(N_("lengte (cm)"), N_("Lichaamslengte."), lambda _, r: r.client.height_cm),
    Column(N_("gewicht (kg)"), N_("Lichaamsgewicht."), lambda _, r: r.client.weight_kg),
    Column(N_("bezoek"), VISIT, lambda _, r: moment(r.visit.visit.started_at)),
    Column(
        N_("soort bezoek"),
        N_("Leeg is niet vastgelegd."),
        lambda tr, r: r.visit.visit.kind and tr(VISITS[r.visit.visit.kind]),
    ),
    Column(N_("leeftijd"), N_("In jaren, bij het bezoek."), lambda _, r: r.visit.visit.age),
    Column(N_("test"), _TEST, lambda tr, r: tr(TITLES[r.kept.trial.test])),
    Column(N_("poging"), N_("Volgnummer binnen de test."), lambda _, r: r.kept.trial.number),
    Column(N_("begin"), N_("Begin van de poging (UTC)."), lambda _, r: moment(r.kept.trial.started_at)),
    Column(N_("oefenpoging"), N_("ja of nee."), lambda tr, r: yes(tr, r.kept.trial.practice)),
    Column(N_("afloop"), N_("Hoe de poging eindigde."), lambda tr, r: tr(OUTCOMES[r.kept.trial.outcome])),
    Column(
        N_("reden"),
        N_("Waarom de poging zo eindigde."),
        lambda tr, r: r.kept.trial.outcome_reason and tr.reason(r.kept.trial.outcome_reason),
    ),
    Column(N_("telt mee"), N_("Gebruikt voor het resultaat van de test."), lambda tr, r: yes(tr, r.counts)),
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
        lambda tr, r: r.headline and yes(tr, r.headline.at_least),
    ),
    Column(
        N_("gemeten door"),
        N_("Sensor, hand of stopwatch."),
        lambda tr, r: r.headline and tr(SOURCES[r.headline.source]),
    ),
    Column(N_("loophulpmiddel"), N_("Bij deze poging."), lambda _, r: r.kept.trial.conditions.walking_aid),
    Column(N_("handen gebruikt"), N_("Bij het opstaan."), lambda tr, r: yes(tr, r.kept.trial.conditions.hands_used)),
    Column(N_("lichamelijke hulp"), N_("ja of nee."), lambda tr, r: yes(tr, r.kept.trial.conditions.physical_help)),
    Column(
        N_("pratend"),
        N_("ja: de cliënt liep en praatte; telt niet."),
        lambda tr, r: yes(tr, r.kept.trial.conditions.talking),
    ),
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
    Column(N_("cliënt"), CLIENT, lambda _, r: r.client.code),
    Column(N_("bezoek"), VISIT, lambda _, r: moment(r.visit.visit.started_at)),
    Column(N_("test"), _TEST, lambda tr, r: tr(TITLES[r.test])),
    Column(N_("poging"), N_("Volgnummer; leeg is het resultaat over de pogingen."), lambda _, r: r.number),
    Column(N_("oefenpoging"), N_("ja of nee."), lambda tr, r: yes(tr, r.practice)),
    Column(N_("maat"), N_("Wat er gemeten is."), lambda tr, r: tr.term(r.measure.name)),
    Column(N_("code"), N_("Vaste naam van de maat, in elke taal dezelfde."), lambda _, r: r.measure.name),
    Column(N_("waarde"), N_("In de eenheid ernaast."), lambda _, r: r.measure.value),
    Column(
        N_("eenheid"), N_("s is seconden; deg is graden; 1 is een aantal of verhouding."), lambda _, r: r.measure.unit
    ),
    Column(N_("ondergrens"), N_("Van het 95 %-interval van de meetfout."), lambda _, r: r.measure.interval[0]),
    Column(N_("bovengrens"), N_("Van het 95 %-interval van de meetfout."), lambda _, r: r.measure.interval[1]),
    Column(
        N_("ten minste"), N_("ja: afgebroken; de waarde is een ondergrens."), lambda tr, r: yes(tr, r.measure.at_least)
    ),
    Column(N_("gemeten door"), N_("Sensor, hand of stopwatch."), lambda tr, r: tr(SOURCES[r.measure.source])),
)
_FINDINGS: tuple[Column[Found], ...] = (
    Column(N_("cliënt"), CLIENT, lambda _, r: r.client.code),
    Column(N_("bezoek"), VISIT, lambda _, r: moment(r.visit.visit.started_at)),
    Column(N_("test"), _TEST, lambda tr, r: tr(TITLES[r.test])),
    Column(N_("beoordeeld"), N_("Wanneer (UTC)."), lambda _, r: moment(r.made_at)),
    Column(N_("regel"), N_("Vaste naam van de regel."), lambda _, r: r.finding.rule),
    Column(N_("versie"), N_("Van de regel."), lambda _, r: r.finding.version),
    Column(
        N_("voldoet aan de regel"),
        N_("ja, nee of niet te bepalen; nee sluit niets uit."),
        lambda tr, r: tr(_VERDICTS[r.finding.verdict]),
    ),
    Column(N_("nipt"), N_("ja: de grens ligt binnen de meetfout."), lambda tr, r: yes(tr, r.finding.close)),
    Column(N_("bevinding"), N_("De zin zoals die op het scherm stond."), lambda tr, r: tr.reason(r.finding.reason)),
    Column(
        N_("bevestigd"),
        N_("Door de therapeut: ja of nee; leeg is nog niet beoordeeld."),
        lambda tr, r: r.said and yes(tr, r.said.agreed),
    ),
    Column(N_("waarom niet"), N_("Zoals de therapeut het schreef."), lambda _, r: r.said and r.said.reason),
    Column(N_("bron"), N_("Wie de grens stelt."), lambda tr, r: tr.term(r.finding.source)),
)


def _attempts(dossier: Dossier) -> Iterator[Attempt]:
    for visit in dossier.visits:
        for kept in visit.trials:
            yield Attempt(dossier.client, visit, kept)


def _measured(dossier: Dossier) -> Iterator[Measured]:
    client = dossier.client
    for visit in dossier.visits:
        for trial in (kept.trial for kept in visit.trials):
            for measure in trial.measures:
                yield Measured(client, visit, trial.test, trial.number, trial.practice, measure)
        for result in (saved.result for saved in visit.results):
            for measure in result.measures:
                yield Measured(client, visit, result.test, None, False, measure)


def _found(dossier: Dossier) -> Iterator[Found]:
    for visit in dossier.visits:
        for saved in visit.results:
            for newest in saved.judgements[-1:]:
                for place, finding in enumerate(newest.findings):
                    said = newest.said_of(place)
                    yield Found(dossier.client, visit, saved.result.test, newest.made_at, finding, said)


MEASURED = (
    Table(N_("pogingen"), _ATTEMPTS, _attempts),
    Table(N_("metingen"), _MEASURES, _measured),
    Table(N_("bevindingen"), _FINDINGS, _found),
)
