"""What every resource is made of: ids, references, codes, quantities."""

from __future__ import annotations

import enum
import uuid
from collections.abc import Sequence
from typing import Any

from teststation.model import Visit

Resource = dict[str, Any]

CODES = "urn:teststation:code"
"""Our own codes: tests, measures, outcomes and conditions as CONTRACTS names them; facts, questionnaires, consents."""
_UCUM = "http://unitsofmeasure.org"
ABSENT = "http://terminology.hl7.org/CodeSystem/data-absent-reason"
_CATEGORY = "http://terminology.hl7.org/CodeSystem/observation-category"
_UNITS = {
    "": "1",
    "1/min": "/min",
    "kg/m²": "kg/m2",
    "ml/min/kg": "mL/min/kg",
    "months": "mo",
    "points": "{points}",
    "stands": "{stands}",
    "times/wk": "/wk",
    "years": "a",
    "°": "deg",
} | {
    unit: unit for unit in ("1", "%", "N", "cm", "d/wk", "deg", "kg", "m", "m/s", "mg/d", "min/d", "min/wk", "mm", "s")
}
"""From a unit of ours to UCUM's; one that is not here goes out as text only."""
_IDS = uuid.UUID("6f1c2f0e-8d3b-5f6e-9b43-54535431f417")
"""The same resource has the same id in every export, so that a receiver sees what it already has."""


class ObservationStatus(enum.StrEnum):
    """Of FHIR's value set, what is said here."""

    FINAL = "final"
    CANCELLED = "cancelled"


class Category(enum.StrEnum):
    """Of FHIR's value set, what is said here: seen and measured, or asked."""

    EXAM = "exam"
    SURVEY = "survey"


def observation(visit: Visit, category: Category, code: Resource, *, at: str, of: Sequence[str]) -> Resource:
    """Begin an Observation; `of` is what its id is made of."""
    return {
        "resourceType": "Observation",
        "id": identity(*of),
        "status": ObservationStatus.FINAL,
        "category": [{"coding": [{"system": _CATEGORY, "code": category}]}],
        "code": code,
        "subject": subject(visit.client),
        "effectiveDateTime": at,
    }


def quantity(value: float, unit: str) -> Resource:
    """Write a value with its unit; what a double carries beyond a microsecond is noise to a reader of a record."""
    coded = {"system": _UCUM, "code": _UNITS[unit]} if unit in _UNITS else {}
    return {"value": round(value, 6), "unit": unit or "1"} | coded


def concept(code: str, text: str) -> Resource:
    """Write a code of ours, with what it is called."""
    return {"coding": [{"system": CODES, "code": str(code), "display": text}], "text": text}


def subject(client: str) -> Resource:
    """Refer to the client with this code."""
    return reference("Patient", identity("patient", client))


def reference(kind: str, of: str) -> Resource:
    """Refer to a resource of the same Bundle by its id."""
    return {"reference": f"urn:uuid:{of}", "type": kind}


def identity(*parts: str) -> str:
    """Make an id of what a resource is about."""
    return str(uuid.uuid5(_IDS, "\0".join(parts)))
