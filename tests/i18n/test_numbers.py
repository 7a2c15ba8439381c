"""Numbers in sentences: what was measured keeps its decimal, what a source prints stays as it is printed."""

from __future__ import annotations

import pytest

from teststation.i18n import Language, Translator
from teststation.model import Reason

_LIMIT = {"side": "not_above", "label": "KNGF", "threshold": 20.0, "risk": "fall-risk-raised.risk"}


def said(value: float | Reason, unit: str, language: Language = "nl") -> str:
    return Translator(language).reason(Reason("rule_not_met", {**_LIMIT, "value": value, "unit": unit}))


@pytest.mark.parametrize(
    ("value", "begins"), [(12.0, "12,0 s "), (12.3, "12,3 s "), (20.04, "20,04 s "), (0.95, "0,95 s ")]
)
def test_a_time_has_at_least_one_decimal(value: float, begins: str) -> None:
    assert said(value, "s").startswith(begins)


def test_the_limit_stays_as_it_is_printed() -> None:
    assert "(20 s)" in said(12.0, "s")
    assert "(20 s)" in said(12.0, "s", "en")


def test_a_lower_bound_is_measured_too() -> None:
    assert said(Reason("at_least", {"value": 34.0}), "s", "en").startswith("> 34.0 s ")


def test_a_count_and_a_length_have_none() -> None:
    assert said(14.0, "stands").startswith("14 keer opstaan ")
    assert said(25.0, "cm").startswith("25 cm ")


def test_a_speed_is_a_measured_number_too() -> None:
    assert said(1.0, "m/s").startswith("1,0 m/s ")
