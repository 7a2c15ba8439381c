"""Rows of what was asked and agreed to: facts, questionnaires, consents."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from teststation.formats.dossier import Dossier, KeptVisit
from teststation.i18n import N_, Translator
from teststation.model import Client, Consent, Fact, Questionnaire
from teststation.reports.spreadsheet.table import CLIENT, VISIT, Column, Table, moment, yes
from teststation.reports.wording import SCOPES, SIDES, chosen, fact_name


class Known(msgspec.Struct, frozen=True):
    """A row of the facts."""

    client: Client
    visit: KeptVisit
    fact: Fact


class Answered(msgspec.Struct, frozen=True):
    """A row of the questionnaires: an answer, or a score."""

    client: Client
    visit: KeptVisit
    filled: Questionnaire
    item: str
    value: float
    scored: bool


class Agreed(msgspec.Struct, frozen=True):
    """A row of the consents."""

    client: Client
    consent: Consent


_NEWEST = N_("Wanneer (UTC); van wat vaker staat telt de laatste.")

_FACTS: tuple[Column[Known], ...] = (
    Column(N_("cliënt"), CLIENT, lambda _, r: r.client.code),
    Column(N_("bezoek"), VISIT, lambda _, r: moment(r.visit.visit.started_at)),
    Column(N_("vastgelegd"), _NEWEST, lambda _, r: moment(r.fact.at)),
    Column(N_("gegeven"), N_("Wat er gevraagd of gezien is."), lambda tr, r: fact_name(tr, r.fact.code)),
    Column(N_("code"), N_("Vaste naam, in elke taal dezelfde."), lambda _, r: r.fact.code),
    Column(N_("waarde"), N_("In de eenheid ernaast; leeg is niet bekend."), lambda tr, r: _value(tr, r.fact)),
    Column(N_("eenheid"), N_("Leeg is zonder."), lambda _, r: r.fact.unit),
    Column(N_("zijde"), N_("Van het lichaam; leeg is zonder."), lambda tr, r: r.fact.side and tr(SIDES[r.fact.side])),
    Column(N_("herkomst"), N_("Hoe het bekend werd."), lambda _, r: r.fact.source),
)
_ANSWERS: tuple[Column[Answered], ...] = (
    Column(N_("cliënt"), CLIENT, lambda _, r: r.client.code),
    Column(N_("bezoek"), VISIT, lambda _, r: moment(r.visit.visit.started_at)),
    Column(N_("ingevuld"), N_("Wanneer (UTC)."), lambda _, r: moment(r.filled.at)),
    Column(N_("vragenlijst"), N_("Vaste naam van de lijst."), lambda _, r: r.filled.name),
    Column(N_("versie"), N_("Van de vragenlijst."), lambda _, r: r.filled.version),
    Column(N_("onderdeel"), N_("Welke vraag of score."), lambda _, r: r.item),
    Column(N_("score"), N_("ja: over de antwoorden berekend; nee: een antwoord."), lambda tr, r: yes(tr, r.scored)),
    Column(N_("waarde"), N_("Zoals ingevuld of berekend."), lambda _, r: r.value),
)
_CONSENTS: tuple[Column[Agreed], ...] = (
    Column(N_("cliënt"), CLIENT, lambda _, r: r.client.code),
    Column(N_("vastgelegd"), _NEWEST, lambda _, r: moment(r.consent.at)),
    Column(N_("toestemming"), N_("Waarvoor."), lambda tr, r: tr(SCOPES[r.consent.scope])),
    Column(N_("akkoord"), N_("ja, of nee: geweigerd of ingetrokken."), lambda tr, r: yes(tr, r.consent.given)),
    Column(N_("versie"), N_("Van de voorgelezen tekst."), lambda _, r: r.consent.version),
    Column(N_("vertegenwoordiger"), N_("ja: namens de cliënt."), lambda tr, r: yes(tr, r.consent.representative)),
)


def _facts(dossier: Dossier) -> Iterator[Known]:
    for visit in dossier.visits:
        for fact in visit.facts:
            yield Known(dossier.client, visit, fact)


def _answers(dossier: Dossier) -> Iterator[Answered]:
    for visit in dossier.visits:
        for filled in visit.questionnaires:
            for item, answer in filled.answers.items():
                yield Answered(dossier.client, visit, filled, item, answer, False)
            for item, score in filled.scores.items():
                yield Answered(dossier.client, visit, filled, item, score, True)


def _consents(dossier: Dossier) -> Iterator[Agreed]:
    for consent in dossier.consents:
        yield Agreed(dossier.client, consent)


def _value(tr: Translator, fact: Fact) -> object:
    match fact.value:
        case bool():
            return yes(tr, fact.value)
        case str():
            return chosen(tr, fact)
        case number:
            return number


ASKED = (
    Table(N_("gegevens"), _FACTS, _facts),
    Table(N_("vragenlijsten"), _ANSWERS, _answers),
    Table(N_("toestemmingen"), _CONSENTS, _consents),
)
