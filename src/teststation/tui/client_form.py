"""What is typed about a client, checked: by an allow-list, with a sentence for every field that is not right."""

from __future__ import annotations

import re
from collections.abc import Mapping

import msgspec

from teststation.boundary import client_code
from teststation.i18n import N_
from teststation.i18n.texts import REASONS
from teststation.model import Client, Sex

OLDEST = 115
YOUNGEST = 18
_HEIGHTS_CM = (100.0, 230.0)

_SEXES = {"v": Sex.FEMALE, "f": Sex.FEMALE, "m": Sex.MALE, "x": Sex.OTHER}
_MEASURED = {"g": True, "m": True, "z": False, "r": False}
AID_KEYS = {"1": "none", "2": "cane", "3": "crutches", "4": "rollator", "5": "frame", "6": "other"}

FIELDS = ("code", "birth_year", "age", "sex", "height", "measured", "aid")

NOT_A_YEAR = N_("een jaar zoals 1941")
NOT_AN_AGE = N_("past niet bij het geboortejaar")
NO_AGE = N_("een leeftijd tussen 18 en 115")
NOT_A_SEX = N_("v, m of x")
NOT_A_HEIGHT = N_("in cm, tussen 100 en 230, bijvoorbeeld 163,5")
NOT_MEASURED_HOW = N_("g of z")
NOT_AN_AID = N_("1 tot 6")


_ANSWERS = (("sex", _SEXES, NOT_A_SEX), ("measured", _MEASURED, NOT_MEASURED_HOW), ("aid", AID_KEYS, NOT_AN_AID))


class Entry(msgspec.Struct, frozen=True):
    """What a form holds: a client with an age, or what is wrong by field."""

    client: Client | None
    age: int | None
    wrong: dict[str, str]


def read(typed: Mapping[str, str], year: int) -> Entry:
    """Read the form; `year` is the year of the visit. All but the code may stay empty."""
    text = {field: typed.get(field, "").strip() for field in FIELDS}
    wrong: dict[str, str] = {}
    code = client_code(text["code"])
    if code is None:
        wrong["code"] = REASONS["not_a_code"]
    birth_year = _whole(text["birth_year"])
    if text["birth_year"] and (birth_year is None or not year - OLDEST <= birth_year <= year - YOUNGEST):
        wrong["birth_year"], birth_year = NOT_A_YEAR, None
    age = _whole(text["age"])
    if text["age"]:
        if age is None or not YOUNGEST <= age <= OLDEST:
            wrong["age"] = NO_AGE
        elif birth_year is not None and year - birth_year - age not in (0, 1):
            wrong["age"] = NOT_AN_AGE
    height = _height(text["height"])
    wrong |= {
        field: sentence for field, answers, sentence in _ANSWERS if text[field] and text[field].lower() not in answers
    }
    if text["height"] and height is None:
        wrong["height"] = NOT_A_HEIGHT
    if wrong or code is None:
        return Entry(None, None, wrong)
    client = Client(
        code=code,
        birth_year=birth_year,
        sex=_SEXES.get(text["sex"].lower()),
        height_cm=height,
        height_measured=_MEASURED.get(text["measured"].lower()) if height is not None else None,
        walking_aid=AID_KEYS.get(text["aid"]),
    )
    return Entry(client, age, {})


def as_typed(client: Client) -> dict[str, str]:
    """Give what is known of a client as it would be typed; the age is the visit's."""
    height = "" if client.height_cm is None else f"{client.height_cm:.1f}".replace(".", ",")
    return {
        "code": client.code,
        "birth_year": "" if client.birth_year is None else str(client.birth_year),
        "sex": _key_of(client.sex, _SEXES),
        "height": height,
        "measured": "" if client.height_measured is None else _key_of(client.height_measured, _MEASURED),
        "aid": _key_of(client.walking_aid, AID_KEYS),
    }


def possible_ages(birth_year: str, year: int) -> tuple[int, int] | None:
    """Give the two ages that someone born in a year can have in the year of the visit."""
    born = _whole(birth_year)
    return None if born is None or not year - OLDEST <= born <= year - YOUNGEST else (year - born - 1, year - born)


def _key_of(answer: object, keys: Mapping[str, object]) -> str:
    return next((key for key, meant in keys.items() if meant == answer), "")


def _whole(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) <= len("1941") else None


def _height(text: str) -> float | None:
    """Read centimetres to a tenth, as they are kept; 173,04 would be rounded and is refused."""
    if not re.fullmatch(r"[0-9]{2,3}([.,][0-9])?", text):
        return None
    centimetres = float(text.replace(",", "."))
    return centimetres if _HEIGHTS_CM[0] <= centimetres <= _HEIGHTS_CM[1] else None
