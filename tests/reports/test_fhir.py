"""A client as FHIR: valid by others' models and FHIR's value sets, and no more of a person than code and year."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import msgspec
import pytest
from fhir.resources.R4B.bundle import Bundle

from dossiers import CLIENT, CONSENTS, MEASURES, dossier, visited
from teststation.formats.dossier import Dossier, KeptTrial, KeptVisit
from teststation.guideline.facts import FactKind, fact, fact_catalogue, said_of
from teststation.i18n import Translator
from teststation.model import Client, Fact, Judgement, Measure, Outcome, Sex, TestName, Visit, VisitKind
from teststation.reports.fhir import as_json, bundle
from teststation.reports.wording import fact_name

NOW = "2026-11-23T09:00:00Z"
ALLOWED = {
    ("Bundle", "type"): {"collection"},
    ("Observation", "status"): {"registered", "preliminary", "final", "amended", "corrected", "cancelled"},
    ("DiagnosticReport", "status"): {"registered", "partial", "preliminary", "final"},
    ("QuestionnaireResponse", "status"): {"completed"},
    ("Consent", "status"): {"active", "rejected", "inactive"},
    ("Patient", "gender"): {"male", "female", "other", "unknown"},
}
"""Required value sets (R4), which fhir.resources does not look at."""
UCUM = {
    "s", "m/s", "deg", "/min", "1", "%", "m", "cm", "mm", "kg", "kg/m2", "N", "mg/d", "min/d", "min/wk", "d/wk", "/wk",
    "mo", "a", "mL/min/kg", "{points}", "{stands}",
}  # fmt: skip


def made(client: Dossier, language: str = "nl") -> dict[str, Any]:
    tr = Translator("en" if language == "en" else "nl")
    written: dict[str, Any] = json.loads(as_json(bundle(client, tr, made_at=NOW)))
    return written


def resources(content: dict[str, Any], kind: str) -> list[dict[str, Any]]:
    return [e["resource"] for e in content["entry"] if e["resource"]["resourceType"] == kind]


def every(value: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(value, dict):
        for key, item in value.items():
            yield key, item
            yield from every(item)
    if isinstance(value, list):
        for item in value:
            yield from every(item)


def with_outcome(outcome: Outcome, test: TestName, measures: tuple[Measure, ...]) -> Dossier:
    kept = visited()
    trial = msgspec.structs.replace(kept.trials[0].trial, outcome=outcome, test=test, measures=measures)
    result = msgspec.structs.replace(
        kept.results[0],
        result=msgspec.structs.replace(
            kept.results[0].result, test=test, outcome=outcome, measures=measures, trials=(trial.id,)
        ),
    )
    return Dossier(CLIENT, (KeptVisit(kept.visit, (KeptTrial(trial, kept.trials[0].recording),), (result,)),))


def of_kind(kind: VisitKind) -> Dossier:
    kept = visited()
    return Dossier(CLIENT, (msgspec.structs.replace(kept, visit=msgspec.structs.replace(kept.visit, kind=kind)),))


KINDS = (
    {
        "whole": dossier(),
        "nobody known": Dossier(Client(code="A")),
        "an empty visit": Dossier(CLIENT, (KeptVisit(visited().visit),)),
        "not ended": Dossier(CLIENT, (KeptVisit(Visit(id="v", client=CLIENT.code, started_at=NOW)),)),
        "of another sex": dossier(Client(code="B", sex=Sex.OTHER), visits=1),
    }
    | {f"{kind}": of_kind(kind) for kind in VisitKind}
    | {f"{test} {outcome}": with_outcome(outcome, test, MEASURES) for outcome in Outcome for test in TestName}
)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("language", ["nl", "en"])
def test_every_kind_of_visit_is_valid(kind: str, language: str) -> None:
    content = made(KINDS[kind], language)
    again = json.loads(Bundle.model_validate(content).model_dump_json())
    assert len(again["entry"]) == len(content["entry"])
    for resource in [content, *(entry["resource"] for entry in content["entry"])]:
        for (of, key), allowed in ALLOWED.items():
            if resource["resourceType"] == of:
                assert resource[key] in allowed
    there = [entry["fullUrl"] for entry in content["entry"]]
    assert len(set(there)) == len(there)
    assert {target for key, target in every(content) if key == "reference"} <= set(there)
    assert {q["code"] for _, q in every(content) if isinstance(q, dict) and "unit" in q} <= UCUM
    assert not [key for key, value in every(content) if value in ({}, [], None, "")]


def test_only_code_and_birth_year_of_a_person_go_out() -> None:
    (patient,) = resources(made(dossier()), "Patient")
    assert patient["birthDate"] == "1931"
    assert patient.keys() == {"resourceType", "id", "identifier", "gender", "birthDate"}


def test_loinc_is_used_for_these_two_and_nothing_else() -> None:
    stands = Measure("repetitions_30_s", 12.0, "1", (12.0, 12.0))
    chair = with_outcome(Outcome.DONE, TestName.TCS, (stands, MEASURES[1]))
    gait = with_outcome(Outcome.DONE, TestName.GAIT, (MEASURES[1],))

    def codes(content: dict[str, Any]) -> set[tuple[str, str]]:
        found = set()
        for observation in resources(content, "Observation"):
            by_system = {coding["system"]: coding["code"] for coding in observation["code"]["coding"]}
            if "http://loinc.org" in by_system:
                found.add((by_system["urn:teststation:code"], by_system["http://loinc.org"]))
        return found

    assert codes(made(dossier())) == {("gug.duration_from_cue", "89423-8"), ("gug.duration", "89423-8")}
    assert codes(made(chair)) == {("tcs.repetitions_30_s", "66247-8")}
    assert codes(made(gait)) == set()


def test_a_measure_has_its_uncertainty_its_method_and_its_device() -> None:
    observations = resources(made(dossier(visits=1)), "Observation")
    (duration, by_hand) = [
        o for o in observations if o["code"]["coding"][-1]["code"] == "gug.duration" and "derivedFrom" not in o
    ]
    assert duration["valueQuantity"] == {"value": 20.3, "unit": "s", "system": "http://unitsofmeasure.org", "code": "s"}
    assert duration["component"][0]["valueRange"]["low"]["value"] == 20.1
    assert duration["component"][0]["valueRange"]["high"]["value"] == 20.55
    assert duration["method"]["text"] == "sensor; teststation 3"
    assert by_hand["method"]["text"] == "stopwatch"
    assert "device" in duration
    assert "device" not in by_hand


def test_a_lower_bound_is_no_value() -> None:
    bound = msgspec.structs.replace(MEASURES[1], at_least=True)
    observations = resources(made(with_outcome(Outcome.STOPPED, TestName.GUG, (bound,))), "Observation")
    assert {o["valueQuantity"].get("comparator") for o in observations if "valueQuantity" in o} == {">"}


def test_the_report_says_what_was_found_and_what_it_is_not() -> None:
    (report,) = resources(made(dossier(visits=1)), "DiagnosticReport")
    assert report["status"] == "preliminary"
    assert report["conclusion"].splitlines()[-1] == "Hulpmiddel bij screening, geen CE-markering; de therapeut beslist."
    assert len(report["conclusion"].splitlines()) > 1
    assert [reference["reference"] for reference in report["result"]]


def test_the_report_says_when_and_for_what_the_visit_was() -> None:
    (report,) = resources(made(dossier(visits=1)), "DiagnosticReport")
    assert report["effectivePeriod"] == {"start": "2026-11-22T10:00:00.123456Z", "end": "2026-11-22T10:25:00.123456Z"}
    assert report["category"][0]["text"] == "eerste bezoek"
    assert "effectiveDateTime" not in report


def test_what_the_therapist_does_not_agree_with_is_named_and_all_said_is_final() -> None:
    kept = visited()
    first = Judgement(NOW, kept.results[0].judgements[0].findings, kept.results[0].judgements[0].confirmations)
    said = msgspec.structs.replace(kept.results[0], judgements=(first,))
    (report,) = resources(made(Dossier(CLIENT, (KeptVisit(kept.visit, kept.trials, (said,)),))), "DiagnosticReport")
    assert report["status"] == "final"
    assert "Niet bevestigd door de therapeut (was de stoel): " in report["conclusion"]
    half = msgspec.structs.replace(said, judgements=(Judgement(NOW, first.findings, first.confirmations[:1]),))
    (report,) = resources(made(Dossier(CLIENT, (KeptVisit(kept.visit, kept.trials, (half,)),))), "DiagnosticReport")
    assert report["status"] == "preliminary"


def test_what_the_therapist_says_of_what_follows_from_facts_goes_along() -> None:
    said = (
        fact(said_of("problem-pain"), "het gaat over", at=NOW),
        fact(said_of("problem-fall-risk"), True, at=NOW),
    )
    content = made(Dossier(CLIENT, (KeptVisit(visited().visit, facts=said),)))
    (report,) = resources(content, "DiagnosticReport")
    assert "Niet bevestigd door de therapeut (het gaat over): pijn" in report["conclusion"]
    pain, falls = resources(content, "Observation")
    assert (pain["code"]["text"], pain["valueString"]) == ("pijn: oordeel van de therapeut", "het gaat over")
    assert (falls["code"]["text"], falls["valueBoolean"]) == ("verhoogd valrisico: oordeel van de therapeut", True)


def test_what_was_asked_goes_along_with_who_said_so() -> None:
    content = made(dossier(visits=1))
    asked = {
        o["code"]["coding"][0]["code"]: o for o in resources(content, "Observation") if "survey" in str(o["category"])
    }
    assert asked["fact.falls_past_year"]["valueQuantity"]["value"] == 2
    assert asked["fact.pain"]["bodySite"] == {"text": "links"}
    assert asked["fact.walks_alone_safely"]["valueBoolean"] is False
    assert asked["fact.weight"]["valueQuantity"]["code"] == "kg"
    assert asked["fact.weight"]["method"] == {"text": "measured"}
    assert asked["fact.pain_where"]["valueString"] == "onderrug; =1+1"
    assert asked["fact.stage_asked"]["dataAbsentReason"]["coding"][0]["code"] == "unknown"
    (response,) = resources(content, "QuestionnaireResponse")
    assert response["item"] == [{"linkId": "q1", "answer": [{"valueInteger": 4}]}]
    assert asked["fes-i.total"]["valueQuantity"]["value"] == 21.5
    assert asked["fes-i.total"]["derivedFrom"][0]["reference"] == f"urn:uuid:{response['id']}"
    (report,) = resources(content, "DiagnosticReport")
    told = {reference["reference"] for reference in report["result"]}
    assert {f"urn:uuid:{o['id']}" for o in asked.values()} < told


def test_of_each_consent_the_newest_counts() -> None:
    testing, keeping, _ = CONSENTS
    taken_back = msgspec.structs.replace(testing, given=False, at="2026-11-23T10:00:00.000001Z")
    content = made(Dossier(CLIENT, (), (testing, keeping, taken_back)))
    found = [(c["category"][0]["text"], c["status"], c["provision"]["type"]) for c in resources(content, "Consent")]
    assert found == [
        ("testen", "inactive", "permit"),
        ("bewaren", "rejected", "deny"),
        ("testen", "rejected", "deny"),
    ]
    assert resources(content, "Consent")[1]["performer"] == [{"display": "vertegenwoordiger"}]


@pytest.mark.parametrize("kind", fact_catalogue().kinds.values(), ids=lambda kind: kind.code)
def test_every_fact_of_the_catalogue_is_valid(kind: FactKind) -> None:
    values: dict[str, bool | float | str] = {
        "yes_no": True,
        "whole": 1,
        "number": 1.5,
        "text": "x",
        "date": "2026-11-01",
        "codes": "1",
        "said": "x",
    }
    value = kind.choices[-1] if kind.choices else values[kind.kind]
    known = Fact(code=kind.code, value=value, at=NOW, unit=kind.unit)
    content = made(Dossier(CLIENT, (KeptVisit(visited().visit, facts=(known,)),)))
    Bundle.model_validate(content)
    (asked,) = resources(content, "Observation")
    assert asked["code"]["text"] == fact_name(Translator("nl"), kind.code)
    assert asked.get("valueQuantity", {}).get("code", "1") in UCUM


def test_a_unit_that_is_not_known_goes_out_as_text_only() -> None:
    known = Fact(code="new", value=1.5, at=NOW, unit="furlong")
    (asked,) = resources(made(Dossier(CLIENT, (KeptVisit(visited().visit, facts=(known,)),))), "Observation")
    assert asked["valueQuantity"] == {"value": 1.5, "unit": "furlong"}


def test_the_same_client_has_the_same_ids_again() -> None:
    one, other = made(dossier()), made(dossier(), "en")
    assert [entry["fullUrl"] for entry in one["entry"]] == [entry["fullUrl"] for entry in other["entry"]]
