"""A client as a FHIR R4 Bundle, in plain dicts: what was measured and how, and what was found, by code and birth year.

Every attempt is an Observation that holds how it ended and under which conditions, with a member Observation a
measure; what a test came to is one Observation a measure, derived from those of its attempts. A DiagnosticReport a
visit says what was found, with the notice of an aid in screening. It is preliminary until the therapist has said of
every finding whether it is so; what the therapist does not agree with is named as such.

Codes: LOINC 89423-8 (time of the Get-Up-and-Go) and 66247-8 (stands in 30 s) and no other; the chair stand by number
and the 4.5 m walk have none of their own, and those of neighbouring tests would be wrong. All else is coded in
`CODES`, a system of ours, with text. No SNOMED CT: its ids have not been checked in the Dutch edition.

An uncertainty is a component (`interval-95`, a Range) and not an extension: whoever knows nothing of us still shows it,
and it need not be symmetrical, as the standard's `iso21090-uncertainty` must. A lower bound is the comparator `>`.
"""

from __future__ import annotations

import enum
import json
import uuid
from collections.abc import Sequence
from typing import Any

from teststation.formats.dossier import Dossier, KeptTrial, KeptVisit, UsedSensor
from teststation.i18n import Translator
from teststation.model import Client, Conditions, Measure, Outcome, SavedResult, Sex, Source, TestName, Visit
from teststation.reports.told import concluded, over_a_limit
from teststation.reports.wording import NOTICE, OUTCOMES, SOURCES, TITLES

Resource = dict[str, Any]

CODES = "urn:teststation:code"
"""Our own codes: the names of tests, measures, outcomes and conditions as CONTRACTS has them."""
CLIENT_CODES = "urn:teststation:client"
_LOINC = "http://loinc.org"
_UCUM = "http://unitsofmeasure.org"
_ABSENT = "http://terminology.hl7.org/CodeSystem/data-absent-reason"
_CATEGORY = "http://terminology.hl7.org/CodeSystem/observation-category"
_UNITS = {"s": "s", "m/s": "m/s", "deg": "deg", "1/min": "/min", "1": "1", "": "1", "%": "%", "m": "m"}
_IDS = uuid.UUID("6f1c2f0e-8d3b-5f6e-9b43-54535431f417")
"""The same resource has the same id in every export, so that a receiver sees what it already has."""


class ObservationStatus(enum.StrEnum):
    """Of FHIR's value set, what is said here."""

    FINAL = "final"
    CANCELLED = "cancelled"


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


class Comparator(enum.StrEnum):
    """Of FHIR's value set, what is said here: the value is a lower bound."""

    MORE = ">"


_GENDERS = {Sex.FEMALE: Gender.FEMALE, Sex.MALE: Gender.MALE, Sex.OTHER: Gender.OTHER, None: Gender.UNKNOWN}
_BY_SENSOR = (Source.SENSOR, Source.SENSOR_AND_KEY)
_NO_MEASUREMENT = (Outcome.REFUSED, Outcome.INVALID)
_TUG = ("89423-8", "Time to rise from chair, walk 10 feet and back, and return to sitting [TUG]")
_LOINC_CODES = {
    (TestName.GUG, "duration_from_cue"): _TUG,
    (TestName.GUG, "duration"): _TUG,
    (TestName.TCS, "repetitions_30_s"): ("66247-8", "Sit to stand frequency in 30 seconds"),
}


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
    return {
        "resourceType": "Bundle",
        "id": _id("bundle", code, made_at),
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
        "id": _id("patient", client.code),
        "identifier": [{"system": CLIENT_CODES, "value": client.code}],
        "gender": _GENDERS[client.sex],
    } | ({} if client.birth_year is None else {"birthDate": f"{client.birth_year:04d}"})


def _device(sensor: UsedSensor) -> Resource:
    return {
        "resourceType": "Device",
        "id": _id("device", sensor.driver, sensor.serial),
        "type": {"text": "inertial measurement unit"},
        "deviceName": [{"name": sensor.name or sensor.driver, "type": "user-friendly-name"}],
        "modelNumber": sensor.driver,
    } | ({"serialNumber": sensor.serial} if sensor.serial else {})


def _visit(kept: KeptVisit, tr: Translator) -> list[Resource]:
    visit = kept.visit
    attempts = [resource for trial in kept.trials for resource in _attempt(visit, trial, tr)]
    results = [resource for saved in kept.results for resource in _result(visit, saved, tr)]
    report: Resource = {
        "resourceType": "DiagnosticReport",
        "id": _id("report", visit.id),
        "status": ReportStatus.FINAL if _all_said(kept.results) else ReportStatus.PRELIMINARY,
        "code": _concept("visit", tr("Lichamelijke tests bij een bezoek")),
        "subject": _subject(visit),
        "effectiveDateTime": visit.started_at,
        "conclusion": "\n".join((*over_a_limit(tr, concluded(kept)), *_disagreed(kept.results, tr), tr(NOTICE))),
    }
    if visit.operator:
        report["performer"] = [{"display": visit.operator}]
    if results or attempts:
        told = results or [one for one in attempts if "hasMember" in one] or attempts
        report["result"] = [_reference("Observation", resource["id"]) for resource in told]
    return [*attempts, *results, report]


def _all_said(results: Sequence[SavedResult]) -> bool:
    """Tell whether the therapist said of every finding whether it is so."""
    newest = [saved.judgements[-1] for saved in results if saved.judgements]
    return bool(newest) and all(made.said_of(place) for made in newest for place in range(len(made.findings)))


def _disagreed(results: Sequence[SavedResult], tr: Translator) -> list[str]:
    lines = []
    for made in (saved.judgements[-1] for saved in results if saved.judgements):
        for place, finding in enumerate(made.findings):
            said = made.said_of(place)
            if said is not None and not said.agreed:
                told = tr.reason(finding.reason)
                lines.append(
                    tr("Niet bevestigd door de therapeut ({reason}): {finding}", reason=said.reason, finding=told)
                )
    return lines


def _attempt(visit: Visit, kept: KeptTrial, tr: Translator) -> list[Resource]:
    trial = kept.trial
    members = [
        _observation(visit, trial.test, measure, tr, at=trial.started_at, of=(trial.id, str(place)))
        for place, measure in enumerate(trial.measures)
    ]
    for member, measure in zip(members, trial.measures, strict=True):
        member["method"] = {"text": _method(measure, trial.analysis.version if trial.analysis else "", tr)}
        if kept.recording is not None and measure.source in _BY_SENSOR:
            sensor = kept.recording.sensor
            member["device"] = _reference("Device", _id("device", sensor.driver, sensor.serial))
            member["bodySite"] = {"text": tr.term(sensor.placement)}
    whole: Resource = {
        "resourceType": "Observation",
        "id": _id("trial", trial.id),
        "status": ObservationStatus.CANCELLED if trial.outcome in _NO_MEASUREMENT else ObservationStatus.FINAL,
        "category": [_exam()],
        "code": _concept(trial.test, f"{tr(TITLES[trial.test])}, {tr('poging {number}', number=trial.number)}"),
        "subject": _subject(visit),
        "effectiveDateTime": trial.started_at,
        "valueCodeableConcept": _concept(f"outcome-{trial.outcome}", tr(OUTCOMES[trial.outcome])),
    }
    components = _conditions(trial.conditions, tr)
    if trial.practice:
        components.append({"code": _concept("practice", tr("oefenpoging")), "valueBoolean": True})
    if components:
        whole["component"] = components
    if trial.outcome_reason is not None:
        whole["note"] = [{"text": tr.reason(trial.outcome_reason)}]
    if members:
        whole["hasMember"] = [_reference("Observation", member["id"]) for member in members]
    return [whole, *members]


def _result(visit: Visit, saved: SavedResult, tr: Translator) -> list[Resource]:
    result = saved.result
    at = saved.judgements[0].made_at if saved.judgements else visit.started_at
    made = [
        _observation(visit, result.test, measure, tr, at=at, of=(saved.id, str(place)))
        for place, measure in enumerate(result.measures)
    ]
    if not made:
        made = [
            {
                "resourceType": "Observation",
                "id": _id("result", saved.id),
                "status": ObservationStatus.FINAL,
                "category": [_exam()],
                "code": _concept(result.test, tr(TITLES[result.test])),
                "subject": _subject(visit),
                "effectiveDateTime": at,
                "dataAbsentReason": {
                    "coding": [{"system": _ABSENT, "code": "not-performed"}],
                    "text": tr(OUTCOMES[result.outcome]),
                },
            }
        ]
    for resource in made:
        resource["derivedFrom"] = [_reference("Observation", _id("trial", trial)) for trial in result.trials]
        resource["component"] = [*resource.get("component", []), *_conditions(result.conditions, tr)]
        resource["note"] = [{"text": tr.reason(finding.reason)} for finding in saved.findings]
        for empty in ("derivedFrom", "component", "note"):
            if not resource[empty]:
                del resource[empty]
    return made


def _observation(
    visit: Visit, test: TestName, measure: Measure, tr: Translator, *, at: str, of: tuple[str, str]
) -> Resource:
    low, high = measure.interval
    value = _quantity(measure.value, measure.unit)
    if measure.at_least:
        value["comparator"] = Comparator.MORE
    return {
        "resourceType": "Observation",
        "id": _id("measure", *of),
        "status": ObservationStatus.FINAL,
        "category": [_exam()],
        "code": _measured(test, measure, tr),
        "subject": _subject(visit),
        "effectiveDateTime": at,
        "valueQuantity": value,
        "method": {"text": _method(measure, "", tr)},
        "component": [
            {
                "code": _concept("interval-95", tr("95 %-interval van de meetfout")),
                "valueRange": {"low": _quantity(low, measure.unit), "high": _quantity(high, measure.unit)},
            }
        ],
    }


def _measured(test: TestName, measure: Measure, tr: Translator) -> Resource:
    own = f"{test}.{measure.name}"
    text = tr.term(own) if tr.term(own) != own else tr.term(measure.name)
    concept = _concept(own, f"{tr(TITLES[test])}: {text}")
    loinc = _LOINC_CODES.get((test, measure.name))
    if loinc is not None:
        concept["coding"].insert(0, {"system": _LOINC, "code": loinc[0], "display": loinc[1]})
    return concept


def _method(measure: Measure, version: str, tr: Translator) -> str:
    """Say who timed it, and by which algorithm of which version."""
    timed = tr(SOURCES[measure.source])
    return f"{timed}; teststation {version}" if version and measure.source in _BY_SENSOR else timed


def _conditions(conditions: Conditions, tr: Translator) -> list[Resource]:
    components: list[Resource] = []
    for name in conditions.__struct_fields__:
        value = getattr(conditions, name)
        code = {"code": _concept(f"condition-{name}", tr.term(f"condition_{name}"))}
        match value:
            case None | False:
                continue
            case True:
                components.append(code | {"valueBoolean": True})
            case str():
                components.append(code | {"valueString": value})
            case int() | float():
                unit = {"course_m": "m", "seconds": "s", "chair_height_cm": "cm"}.get(name, "1")
                components.append(code | {"valueQuantity": _quantity(value, unit)})
    return components


def _quantity(value: float, unit: str) -> Resource:
    ucum = _UNITS.get(unit, unit)
    # what a double carries beyond a microsecond is noise to a reader of a record
    return {"value": round(value, 6), "unit": unit or "1", "system": _UCUM, "code": ucum}


def _concept(code: str, text: str) -> Resource:
    return {"coding": [{"system": CODES, "code": str(code), "display": text}], "text": text}


def _exam() -> Resource:
    return {"coding": [{"system": _CATEGORY, "code": "exam"}]}


def _subject(visit: Visit) -> Resource:
    return _reference("Patient", _id("patient", visit.client))


def _reference(kind: str, identity: str) -> Resource:
    return {"reference": f"urn:uuid:{identity}", "type": kind}


def _id(*parts: str) -> str:
    return str(uuid.uuid5(_IDS, "\0".join(parts)))
