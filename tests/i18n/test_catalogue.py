"""Dutch and English say the same things: every text is there, with the same fields, and compiled."""

from __future__ import annotations

import pytest

from teststation.i18n import Translator
from teststation.i18n.catalogue import faults
from teststation.model import Reason


def test_every_text_has_its_english() -> None:
    assert faults() == []


def test_numbers_carry_the_decimal_mark_of_the_language() -> None:
    assert Translator("nl").number(20.34, 1) == "20,3"
    assert Translator("en").number(20.34, 1) == "20.3"


def test_a_reason_fills_its_fields_in_the_language() -> None:
    reason = Reason("unreadable", {"file": "a.csv", "detail": "x"})
    assert Translator("nl").reason(reason).startswith("a.csv: ")


def test_an_unknown_code_is_a_fault_of_ours() -> None:
    with pytest.raises(KeyError):
        Translator("nl").reason(Reason("no_such_code"))
