"""What is typed about a client, checked: by an allow-list, with a sentence for every field that is not right."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import TypeVar

import msgspec

from teststation.boundary import client_code
from teststation.guideline.facts import typed, typed_birth_year
from teststation.i18n import N_, Translator
from teststation.model import Client, Reason, Sex, TeststationError

T = TypeVar("T")

_SEXES = {"v": Sex.FEMALE, "f": Sex.FEMALE, "m": Sex.MALE, "x": Sex.OTHER}
_MEASURED = {"g": True, "m": True, "z": False, "r": False}
AID_KEYS = {"1": "none", "2": "cane", "3": "crutches", "4": "rollator", "5": "frame", "6": "other"}

FIELDS = ("code", "birth_year", "age", "sex", "height", "measured", "weight", "aid")

NOT_AN_AGE = N_("past niet bij het geboortejaar")
NOT_A_SEX = N_("v, m of x")
NOT_MEASURED_HOW = N_("g of z")
NOT_AN_AID = N_("1 tot 6")


_ANSWERS = (("sex", _SEXES, NOT_A_SEX), ("measured", _MEASURED, NOT_MEASURED_HOW), ("aid", AID_KEYS, NOT_AN_AID))


class Entry(msgspec.Struct, frozen=True):
    """What a form holds: a client with an age, or what is wrong by field."""

    client: Client | None
    age: int | None
    wrong: dict[str, str | Reason]


def sentence(tr: Translator, wrong: str | Reason) -> str:
    """Say what is wrong with a field."""
    return tr(wrong) if isinstance(wrong, str) else tr.reason(wrong)


def read(entered: Mapping[str, str], year: int) -> Entry:
    """Read the form; `year` is the year of the visit. All but the code may stay empty."""
    text = {field: entered.get(field, "").strip() for field in FIELDS}
    wrong: dict[str, str | Reason] = {}

    def value(field: str, parse: Callable[[str], T]) -> T | None:
        try:
            return parse(text[field]) if text[field] else None
        except TeststationError as error:
            wrong[field] = error.reason
            return None

    code = client_code(text["code"])
    if code is None:
        wrong["code"] = Reason("not_a_code")
    birth_year = value("birth_year", partial(typed_birth_year, year=year))
    age = value("age", lambda text: int(typed("age", text)))
    if age is not None and birth_year is not None and year - birth_year - age not in (0, 1):
        wrong["age"] = NOT_AN_AGE
    height = value("height", lambda text: float(typed("height", text)))
    weight = value("weight", lambda text: float(typed("weight", text)))
    wrong |= {
        field: sentence for field, answers, sentence in _ANSWERS if text[field] and text[field].lower() not in answers
    }
    if wrong or code is None:
        return Entry(None, None, wrong)
    client = Client(
        code=code,
        birth_year=birth_year,
        sex=_SEXES.get(text["sex"].lower()),
        height_cm=height,
        height_measured=_MEASURED.get(text["measured"].lower()) if height is not None else None,
        weight_kg=weight,
        walking_aid=AID_KEYS.get(text["aid"]),
    )
    return Entry(client, age, {})


def as_typed(client: Client) -> dict[str, str]:
    """Give what is known of a client as it would be typed; the age is the visit's."""
    return {
        "code": client.code,
        "birth_year": "" if client.birth_year is None else str(client.birth_year),
        "sex": _key_of(client.sex, _SEXES),
        "height": _tenths(client.height_cm),
        "measured": "" if client.height_measured is None else _key_of(client.height_measured, _MEASURED),
        "weight": _tenths(client.weight_kg),
        "aid": _key_of(client.walking_aid, AID_KEYS),
    }


def possible_ages(birth_year: str, year: int) -> tuple[int, int] | None:
    """Give the two ages that someone born in a year can have in the year of the visit."""
    try:
        born = typed_birth_year(birth_year, year=year)
    except TeststationError:
        return None
    return year - born - 1, year - born


def _key_of(answer: object, keys: Mapping[str, object]) -> str:
    return next((key for key, meant in keys.items() if meant == answer), "")


def _tenths(value: float | None) -> str:
    return "" if value is None else f"{value:.1f}".replace(".", ",")
