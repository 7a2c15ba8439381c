"""What was measured: attempts, what a test came to, and their measures."""

from __future__ import annotations

import enum

from teststation.formats.dossier import KeptTrial
from teststation.i18n import Translator
from teststation.model import Conditions, Measure, Outcome, SavedResult, Source, TestName, Visit
from teststation.reports.fhir.elements import (
    ABSENT,
    Category,
    ObservationStatus,
    Resource,
    concept,
    identity,
    observation,
    quantity,
    reference,
)
from teststation.reports.wording import OUTCOMES, SOURCES, TITLES

_LOINC = "http://loinc.org"


class Comparator(enum.StrEnum):
    """Of FHIR's value set, what is said here: the value is a lower bound."""

    MORE = ">"


_BY_SENSOR = (Source.SENSOR, Source.SENSOR_AND_KEY)
_NO_MEASUREMENT = (Outcome.REFUSED, Outcome.INVALID)
_TUG = ("89423-8", "Time to rise from chair, walk 10 feet and back, and return to sitting [TUG]")
_LOINC_CODES = {
    (TestName.GUG, "duration_from_cue"): _TUG,
    (TestName.GUG, "duration"): _TUG,
    (TestName.TCS, "repetitions_30_s"): ("66247-8", "Sit to stand frequency in 30 seconds"),
}


def attempt(visit: Visit, kept: KeptTrial, tr: Translator) -> list[Resource]:
    """Give an attempt, and its measures as its members."""
    trial = kept.trial
    members = [
        _measured(visit, trial.test, measure, tr, at=trial.started_at, of=(trial.id, str(place)))
        for place, measure in enumerate(trial.measures)
    ]
    for member, measure in zip(members, trial.measures, strict=True):
        member["method"] = {"text": _method(measure, trial.analysis.version if trial.analysis else "", tr)}
        if kept.recording is not None and measure.source in _BY_SENSOR:
            sensor = kept.recording.sensor
            member["device"] = reference("Device", identity("device", sensor.driver, sensor.serial))
            member["bodySite"] = {"text": tr.term(sensor.placement)}
    called = concept(trial.test, f"{tr(TITLES[trial.test])}, {tr('poging {number}', number=trial.number)}")
    whole = observation(visit, Category.EXAM, called, at=trial.started_at, of=("trial", trial.id))
    if trial.outcome in _NO_MEASUREMENT:
        whole["status"] = ObservationStatus.CANCELLED
    whole["valueCodeableConcept"] = concept(f"outcome-{trial.outcome}", tr(OUTCOMES[trial.outcome]))
    components = _conditions(trial.conditions, tr)
    if trial.practice:
        components.append({"code": concept("practice", tr("oefenpoging")), "valueBoolean": True})
    if components:
        whole["component"] = components
    if trial.outcome_reason is not None:
        whole["note"] = [{"text": tr.reason(trial.outcome_reason)}]
    if members:
        whole["hasMember"] = [reference("Observation", member["id"]) for member in members]
    return [whole, *members]


def tested(visit: Visit, saved: SavedResult, tr: Translator) -> list[Resource]:
    """Give what a test came to, a measure each, with what was found; where nothing was measured, that."""
    result = saved.result
    at = saved.judgements[0].made_at if saved.judgements else visit.started_at
    made = [
        _measured(visit, result.test, measure, tr, at=at, of=(saved.id, str(place)))
        for place, measure in enumerate(result.measures)
    ]
    if not made:
        called = concept(result.test, tr(TITLES[result.test]))
        nothing = observation(visit, Category.EXAM, called, at=at, of=("result", saved.id))
        nothing["dataAbsentReason"] = {
            "coding": [{"system": ABSENT, "code": "not-performed"}],
            "text": tr(OUTCOMES[result.outcome]),
        }
        made = [nothing]
    for resource in made:
        resource["derivedFrom"] = [reference("Observation", identity("trial", trial)) for trial in result.trials]
        resource["component"] = [*resource.get("component", []), *_conditions(result.conditions, tr)]
        resource["note"] = [{"text": tr.reason(finding.reason)} for finding in saved.findings]
        for empty in ("derivedFrom", "component", "note"):
            if not resource[empty]:
                del resource[empty]
    return made


def _measured(
    visit: Visit, test: TestName, measure: Measure, tr: Translator, *, at: str, of: tuple[str, str]
) -> Resource:
    low, high = measure.interval
    value = quantity(measure.value, measure.unit)
    if measure.at_least:
        value["comparator"] = Comparator.MORE
    made = observation(visit, Category.EXAM, _named(test, measure, tr), at=at, of=("measure", *of))
    return made | {
        "valueQuantity": value,
        "method": {"text": _method(measure, "", tr)},
        "component": [
            {
                "code": concept("interval-95", tr("95 %-interval van de meetfout")),
                "valueRange": {"low": quantity(low, measure.unit), "high": quantity(high, measure.unit)},
            }
        ],
    }


def _named(test: TestName, measure: Measure, tr: Translator) -> Resource:
    own = f"{test}.{measure.name}"
    text = tr.term(own) if tr.term(own) != own else tr.term(measure.name)
    named = concept(own, f"{tr(TITLES[test])}: {text}")
    loinc = _LOINC_CODES.get((test, measure.name))
    if loinc is not None:
        named["coding"].insert(0, {"system": _LOINC, "code": loinc[0], "display": loinc[1]})
    return named


def _method(measure: Measure, version: str, tr: Translator) -> str:
    """Say who timed it, and by which algorithm of which version."""
    timed = tr(SOURCES[measure.source])
    return f"{timed}; teststation {version}" if version and measure.source in _BY_SENSOR else timed


def _conditions(conditions: Conditions, tr: Translator) -> list[Resource]:
    components: list[Resource] = []
    for name in conditions.__struct_fields__:
        value = getattr(conditions, name)
        code = {"code": concept(f"condition-{name}", tr.term(f"condition_{name}"))}
        match value:
            case None | False:
                continue
            case True:
                components.append(code | {"valueBoolean": True})
            case str():
                components.append(code | {"valueString": value})
            case int() | float():
                unit = {"course_m": "m", "seconds": "s", "chair_height_cm": "cm"}.get(name, "1")
                components.append(code | {"valueQuantity": quantity(value, unit)})
    return components
