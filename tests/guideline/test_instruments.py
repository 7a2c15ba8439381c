"""Instruments by hand: their limits, sides, units and slips; and what is never concluded from them."""

from __future__ import annotations

import datetime as dt

import pytest

from teststation.guideline.context import second_opinions
from teststation.guideline.criteria import judge_facts
from teststation.guideline.facts import fact, fact_catalogue, implausible, known, typed
from teststation.guideline.followed import load_followed
from teststation.i18n import Translator
from teststation.i18n.texts import TERMS
from teststation.model import Fact, Side, TeststationError, Verdict

DUTCH = Translator("nl")
KINDS = fact_catalogue().kinds
OF_THE_GUIDELINE = {
    "functional_reach_1",
    "functional_reach_2",
    "functional_reach_3",
    "hhd_knee_extension",
    "rom_hip_extension",
    "kyphosis_angle",
    "flexicurve_length",
    "six_minute_walk",
    "oxygen_uptake",
    "incremental_walk",
    "psk_1",
    "psk_2",
    "psk_3",
    "borg",
    "dexa_t",
    "frax_major",
    "frax_hip",
    "garvan_5_years",
    "garvan_10_years",
    "gug_grade",
    "qualeffo",
    "mmse",
}


def said(code: str, text: str) -> str:
    with pytest.raises(TeststationError) as refused:
        typed(code, text)
    return DUTCH.reason(refused.value.reason)


def test_every_instrument_that_the_guideline_names_can_be_entered() -> None:
    assert KINDS.keys() >= OF_THE_GUIDELINE


@pytest.mark.parametrize(
    ("code", "text", "meant"),
    [
        ("functional_reach_1", "120", "12 (in millimeters getypt)"),
        ("functional_reach_1", "245", "24,5 (in millimeters getypt)"),
        ("flexicurve_width", "55", "5,5 (in millimeters getypt)"),
        ("dexa_t", "-25", "-2,5 (komma vergeten of verschoven)"),
        ("six_minute_walk", "0,35", "350 (in kilometers getypt)"),
        ("grip", "250", "25,5 (in newton getypt)"),
    ],
)
def test_an_impossible_value_is_asked_again_with_its_limits_and_the_probable_slip(
    code: str, text: str, meant: str
) -> None:
    assert said(code, text).endswith(f"Bedoelt u {meant}?")
    assert "mogelijk is" in said(code, text)


@pytest.mark.parametrize(
    ("text", "newton"), [("245", 245.0), ("245 N", 245.0), ("25 kg", 245.2), ("25kg", 245.2), ("12,5 kg", 122.6)]
)
def test_a_dynamometer_in_kilograms_is_put_into_newton(text: str, newton: float) -> None:
    assert typed("hhd_knee_extension", text) == newton


@pytest.mark.parametrize("text", ["25 lb", "25 kg kg", "kg", "25 N m"])
def test_another_unit_is_asked_again(text: str) -> None:
    assert "is geen getal" in said("hhd_knee_extension", text)


@pytest.mark.parametrize("day", ["2026-02-29", "2026-13-01", "26-01-01", "1-1-2026", "2026-01-01T10:00"])
def test_what_is_no_day_of_the_calendar_is_asked_again(day: str) -> None:
    assert "typ de datum" in said("frax_date", day)
    assert typed("frax_date", "2024-02-29") == "2024-02-29"


def test_a_day_that_is_still_to_come_is_asked_again_but_for_the_end_of_a_treatment() -> None:
    at = "2026-11-23T09:00:00+00:00"
    assert known([fact("dexa_date", "2026-11-23", at=at)]).date("dexa_date") == dt.date(2026, 11, 23)
    with pytest.raises(TeststationError) as refused:
        fact("dexa_date", "2026-11-24", at=at)
    assert DUTCH.reason(refused.value.reason) == "DEXA, datum: deze dag moet nog komen."
    assert known([fact("treatment_end", "2027-01-04", at=at)]).date("treatment_end") == dt.date(2027, 1, 4)
    assert known([]).date("treatment_end") is None


def test_limbs_have_a_side_and_the_rest_has_none() -> None:
    sided = {kind.code for kind in KINDS.values() if kind.sided}
    assert {"grip", "stance_one_leg", "hhd_knee_extension", "rom_knee_flexion"} <= sided
    assert {code for code in KINDS if code.startswith(("hhd_", "rom_"))} <= sided
    assert implausible("functional_reach_1", 20.0, Side.LEFT) is not None
    assert implausible("grip", 20.0, Side.LEFT) is None


def entered(**values: float | str) -> list[Fact]:
    return [fact(code, value, at="2026-11-23") for code, value in values.items()]


@pytest.mark.parametrize("t_value", [-1.0, -2.4, -2.5, -2.6, -4.0])
def test_t10_nothing_is_concluded_from_a_t_value(t_value: float) -> None:
    without = judge_facts(known([]))
    assert judge_facts(known(entered(dexa_t=t_value))) == without
    assert second_opinions(known(entered(dexa_t=t_value))) == ()


def test_t27_frax_is_kept_as_read_and_is_nothing_of_falls() -> None:
    facts = entered(frax_major=35.0, frax_hip=20.0, frax_date="2026-11-01", garvan_10_years=40.0)
    assert {found.verdict for found in judge_facts(known(facts)) if "fall" in found.meaning} <= {Verdict.UNKNOWN}
    assert judge_facts(known(facts)) == judge_facts(known([]))
    assert {"frax_major", "frax_hip"} & {
        code for each in load_followed().entries.values() for code in each.facts
    } == set()


def test_t20_the_grade_by_eye_and_the_time_are_two_things() -> None:
    assert KINDS["gug_grade"].unit == ""
    assert [implausible("gug_grade", grade) is None for grade in (0, 1, 5, 6)] == [False, True, True, False]


def test_every_unit_that_is_a_word_has_its_words() -> None:
    symbols = {"", "cm", "kg", "kg/m²", "N", "°", "m", "s", "%", "ml/min/kg"}
    assert {kind.unit for kind in KINDS.values()} - symbols <= TERMS.keys()
