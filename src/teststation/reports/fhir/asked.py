"""What was asked and agreed to: facts, questionnaires and their scores, consents."""

from __future__ import annotations

import enum

from teststation.formats.dossier import Dossier, KeptVisit
from teststation.i18n import Translator
from teststation.model import Consent, Fact, Questionnaire, Visit
from teststation.reports.fhir.elements import (
    ABSENT,
    CODES,
    Category,
    Resource,
    concept,
    identity,
    observation,
    quantity,
    reference,
    subject,
)
from teststation.reports.wording import SCOPES, SIDES, chosen, fact_name

_SCOPE = "http://terminology.hl7.org/CodeSystem/consentscope"


class ConsentStatus(enum.StrEnum):
    """Of FHIR's value set, what is said here."""

    ACTIVE = "active"
    REJECTED = "rejected"
    INACTIVE = "inactive"


class Provision(enum.StrEnum):
    """FHIR's value set of what a consent says."""

    PERMIT = "permit"
    DENY = "deny"


def facts(kept: KeptVisit, tr: Translator) -> list[Resource]:
    """Give what became known in a visit, a fact each."""
    return [_fact(kept.visit, place, fact, tr) for place, fact in enumerate(kept.facts)]


def questionnaires(kept: KeptVisit, tr: Translator) -> list[Resource]:
    """Give the questionnaires of a visit, each with its scores."""
    return [
        resource
        for place, filled in enumerate(kept.questionnaires)
        for resource in _questionnaire(kept.visit, str(place), filled, tr)
    ]


def consents(dossier: Dossier, tr: Translator) -> list[Resource]:
    """Give what a client agreed to, or took back; of a scope the newest is the one that counts."""
    newest = {consent.scope: place for place, consent in enumerate(dossier.consents)}
    return [
        _consent(dossier.client.code, place, consent, newest[consent.scope] == place, tr)
        for place, consent in enumerate(dossier.consents)
    ]


def _fact(visit: Visit, place: int, fact: Fact, tr: Translator) -> Resource:
    called = concept(f"fact.{fact.code}", fact_name(tr, fact.code))
    made = observation(visit, Category.SURVEY, called, at=fact.at, of=("fact", visit.id, str(place)))
    match fact.value:
        case bool():
            made["valueBoolean"] = fact.value
        case "":
            made["dataAbsentReason"] = {"coding": [{"system": ABSENT, "code": "unknown"}]}
        case str():
            made["valueString"] = chosen(tr, fact)
        case int() | float():
            made["valueQuantity"] = quantity(fact.value, fact.unit)
    if fact.side is not None:
        made["bodySite"] = {"text": tr(SIDES[fact.side])}
    if fact.source:
        made["method"] = {"text": fact.source}
    return made


def _questionnaire(visit: Visit, place: str, filled: Questionnaire, tr: Translator) -> list[Resource]:
    response: Resource = {
        "resourceType": "QuestionnaireResponse",
        "id": identity("questionnaire", visit.id, place),
        "questionnaire": f"urn:teststation:questionnaire:{filled.name}|{filled.version}",
        "status": "completed",
        "subject": subject(visit.client),
        "authored": filled.at,
    }
    if filled.answers:
        response["item"] = [
            {"linkId": item, "answer": [{"valueInteger": answer}]} for item, answer in filled.answers.items()
        ]
    scores = []
    for name, value in filled.scores.items():
        code = f"{filled.name}.{name}"
        score = observation(
            visit, Category.SURVEY, concept(code, tr.term(code)), at=filled.at, of=("score", visit.id, place, name)
        )
        score["valueQuantity"] = quantity(value, "1")
        score["derivedFrom"] = [reference("QuestionnaireResponse", response["id"])]
        scores.append(score)
    return [response, *scores]


def _consent(client: str, place: int, consent: Consent, counts: bool, tr: Translator) -> Resource:
    given = ConsentStatus.ACTIVE if consent.given else ConsentStatus.REJECTED
    return {
        "resourceType": "Consent",
        "id": identity("consent", client, str(place)),
        "status": given if counts else ConsentStatus.INACTIVE,
        "scope": {"coding": [{"system": _SCOPE, "code": "patient-privacy"}]},
        "category": [concept(f"consent.{consent.scope}", tr(SCOPES[consent.scope]))],
        "patient": subject(client),
        "dateTime": consent.at,
        "performer": [{"display": tr("vertegenwoordiger")} if consent.representative else subject(client)],
        "policyRule": {"coding": [{"system": CODES, "code": f"consent-words-{consent.version}"}]},
        "provision": {"type": Provision.PERMIT if consent.given else Provision.DENY},
    }
