"""A client as a FHIR R4 Bundle, in plain dicts: what was measured and how, and what was found, by code and birth year.

Every attempt is an Observation that holds how it ended and under which conditions, with a member Observation a
measure; what a test came to is one Observation a measure, derived from those of its attempts. A DiagnosticReport a
visit says what was found, with the notice of an aid in screening. It is preliminary until the therapist has said of
every finding whether it is so; what the therapist does not agree with is named as such.

What was asked goes along (`asked`): facts as Observations, questionnaires as QuestionnaireResponses with their scores
as Observations, what was agreed to as Consents.

Codes: LOINC 89423-8 (time of the Get-Up-and-Go) and 66247-8 (stands in 30 s) and no other; the chair stand by number
and the 4.5 m walk have none of their own, and those of neighbouring tests would be wrong. All else is coded in
`CODES`, a system of ours, with text. No SNOMED CT: its ids have not been checked in the Dutch edition.

An uncertainty is a component (`interval-95`, a Range) and not an extension: whoever knows nothing of us still shows it,
and it need not be symmetrical, as the standard's `iso21090-uncertainty` must. A lower bound is the comparator `>`.
"""

from __future__ import annotations

import enum
import json
from collections.abc import Sequence

from teststation.formats.dossier import Dossier, KeptVisit, UsedSensor
from teststation.guideline.facts import fact_catalogue, known
from teststation.i18n import Translator
from teststation.model import Client, Reason, SavedResult, Sex
from teststation.reports.fhir.asked import consents, facts, questionnaires
from teststation.reports.fhir.elements import Resource, concept, identity, reference, subject
from teststation.reports.fhir.measured import attempt, tested
from teststation.reports.told import concluded, over_a_limit
from teststation.reports.wording import NOTICE, VISITS

CLIENT_CODES = "urn:teststation:client"


class ReportStatus(enum.StrEnum):
    """Of FHIR's value set, what is said here."""

    PRELIMINARY = "preliminary"
    FINAL = "final"


class Gender(enum.StrEnum):
    """FHIR's value set of administrative gender."""

    FEMALE = "female"
    MALE = "male"
    OTHER = "other"
    UNKNOWN = "unknown"


_GENDERS = {Sex.FEMALE: Gender.FEMALE, Sex.MALE: Gender.MALE, Sex.OTHER: Gender.OTHER, None: Gender.UNKNOWN}


def bundle(dossier: Dossier, tr: Translator, *, made_at: str) -> Resource:
    """Make the Bundle of a client; `made_at` is now, in UTC."""
    code = dossier.client.code
    entries: list[Resource] = [_patient(dossier.client)]
    sensors = {
        kept.recording.sensor: None for visit in dossier.visits for kept in visit.trials if kept.recording is not None
    }
    entries += [_device(sensor) for sensor in sensors]
    for visit in dossier.visits:
        entries += _visit(visit, tr)
    entries += consents(dossier, tr)
    return {
        "resourceType": "Bundle",
        "id": identity("bundle", code, made_at),
        "type": "collection",
        "timestamp": made_at,
        "entry": [{"fullUrl": f"urn:uuid:{entry['id']}", "resource": entry} for entry in entries],
    }


def as_json(resource: Resource) -> bytes:
    """Write a resource as a file."""
    return json.dumps(resource, ensure_ascii=False, indent=1, allow_nan=False).encode() + b"\n"


def _patient(client: Client) -> Resource:
    return {
        "resourceType": "Patient",
        "id": identity("patient", client.code),
        "identifier": [{"system": CLIENT_CODES, "value": client.code}],
        "gender": _GENDERS[client.sex],
    } | ({} if client.birth_year is None else {"birthDate": f"{client.birth_year:04d}"})


def _device(sensor: UsedSensor) -> Resource:
    return {
        "resourceType": "Device",
        "id": identity("device", sensor.driver, sensor.serial),
        "type": {"text": "inertial measurement unit"},
        "deviceName": [{"name": sensor.name or sensor.driver, "type": "user-friendly-name"}],
        "modelNumber": sensor.driver,
    } | ({"serialNumber": sensor.serial} if sensor.serial else {})


def _visit(kept: KeptVisit, tr: Translator) -> list[Resource]:
    visit = kept.visit
    attempts = [resource for trial in kept.trials for resource in attempt(visit, trial, tr)]
    results = [resource for saved in kept.results for resource in tested(visit, saved, tr)]
    said = [*facts(kept, tr), *questionnaires(kept, tr)]
    report: Resource = {
        "resourceType": "DiagnosticReport",
        "id": identity("report", visit.id),
        "status": ReportStatus.FINAL if _all_said(kept.results) else ReportStatus.PRELIMINARY,
        "code": concept("visit", tr("Lichamelijke tests bij een bezoek")),
        "subject": subject(visit.client),
        "conclusion": "\n".join((*over_a_limit(tr, concluded(kept)), *_disagreed(kept, tr), tr(NOTICE))),
    }
    if visit.ended_at is None or visit.ended_at < visit.started_at:  # the computer's clock was set back
        report["effectiveDateTime"] = visit.started_at
    else:
        report["effectivePeriod"] = {"start": visit.started_at, "end": visit.ended_at}
    if visit.kind is not None:
        report["category"] = [concept(f"visit-{visit.kind}", tr(VISITS[visit.kind]))]
    if visit.operator:
        report["performer"] = [{"display": visit.operator}]
    told = results or [one for one in attempts if "hasMember" in one] or attempts
    told = [*told, *(one for one in said if one["resourceType"] == "Observation")]
    if told:
        report["result"] = [reference("Observation", one["id"]) for one in told]
    return [*attempts, *results, *said, report]


def _all_said(results: Sequence[SavedResult]) -> bool:
    """Tell whether the therapist said of every finding whether it is so."""
    newest = [saved.judgements[-1] for saved in results if saved.judgements]
    return bool(newest) and all(made.said_of(place) for made in newest for place in range(len(made.findings)))


def _disagreed(kept: KeptVisit, tr: Translator) -> list[str]:
    """Tell what the therapist does not agree with: findings of tests, and what follows from facts."""
    judged = (each for done in concluded(kept) for each in done.judged)
    not_so: list[tuple[str | Reason, str]] = [
        (each.finding.reason, each.said.reason) for each in judged if each.said is not None and each.set_aside
    ]
    answered = known(kept.facts)
    for kind in fact_catalogue().kinds.values():
        why = answered.text(kind.code) if kind.kind == "said" else None
        if why is not None:
            not_so.append((kind.label, why))
    return [
        tr("Niet bevestigd door de therapeut ({reason}): {finding}", reason=why, finding=finding)
        for finding, why in not_so
    ]
