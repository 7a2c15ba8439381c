"""Facts: what may be typed, what is asked again and why, and which of several answers counts."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from teststation.guideline.facts import (
    NOT_KNOWN,
    Value,
    fact,
    fact_catalogue,
    implausible,
    known,
    typed,
    typed_birth_year,
)
from teststation.i18n import Translator
from teststation.i18n.texts import TERMS
from teststation.model import Fact, Side, TeststationError

DUTCH = Translator("nl")
KINDS = fact_catalogue().kinds
VITALITY = DUTCH.term("fact.vitality_codes")


def refused(code: str, text: str) -> str:
    with pytest.raises(TeststationError) as error:
        typed(code, text)
    return DUTCH.reason(error.value.reason)


def test_nothing_of_our_catalogue_is_off_and_everything_has_a_name() -> None:
    assert fact_catalogue().off == ()
    assert [kind.label for kind in KINDS.values() if kind.label not in TERMS] == []
    assert [
        f"{kind.label}.{choice}"
        for kind in KINDS.values()
        for choice in kind.choices
        if f"{kind.label}.{choice}" not in TERMS
    ] == []
    assert [slip for kind in KINDS.values() for slip in kind.slips if f"slip_{slip}" not in TERMS] == []


def test_no_name_is_of_a_fact_that_is_not_there() -> None:
    named = {key.split(".")[1] for key in TERMS if key.startswith("fact.")}
    assert named - KINDS.keys() == set()


@pytest.mark.parametrize(
    ("code", "text", "value"),
    [
        ("height", "163,5", 163.5),
        ("height", " 163.5 ", 163.5),
        ("falls_past_year", "2", 2),
        ("falls_how", "gat", "gat"),
        ("vitality_codes", " 25-3", "25-3"),
        ("vitality_codes", "2 5 - 3", "25-3"),
    ],
)
def test_what_is_right_is_read(code: str, text: str, value: Value) -> None:
    assert typed(code, text) == value


@pytest.mark.parametrize(
    ("code", "text", "says"),
    [
        ("height", "1,65", "lengte: 1,65 kan niet; mogelijk is 100 tot 230 cm. Bedoelt u 165 (in meters getypt)?"),
        ("height", "1650", "lengte: 1650 kan niet; mogelijk is 100 tot 230 cm. Bedoelt u 165 (in millimeters getypt)?"),
        (
            "weight",
            "650",
            "gewicht: 650 kan niet; mogelijk is 25 tot 250 kg. Bedoelt u 65 (komma vergeten of verschoven)?",
        ),
        ("weight", "3", "gewicht: 3 kan niet; mogelijk is 25 tot 250 kg."),
        ("weight", "66,94", "gewicht: 66,94 is te precies; rond af op 0,1."),
        ("mmse", "31", "MMSE-score: 31 kan niet; mogelijk is 0 tot 30."),
        ("mmse", "23,5", "MMSE-score: 23,5 is te precies; rond af op 1."),
        ("mmse", "veel", "MMSE-score: “veel” is geen getal; typ bijvoorbeeld 12 of 12,4."),
        ("mmse", "1e1", "MMSE-score: “1e1” is geen getal; typ bijvoorbeeld 12 of 12,4."),
        ("mmse", "", "MMSE-score: “” is geen getal; typ bijvoorbeeld 12 of 12,4."),
        ("skipped_turn_360", "geen zin", "hele draai overgeslagen: dit is geen mogelijk antwoord."),
        ("falls_how", "x" * 501, "hoe gevallen: te lang; hoogstens 500 tekens."),
        ("vitality_codes", "2573", f"{VITALITY}: “7” bij item 29 kan niet; mogelijk is 1 tot 6, of - voor open."),
        ("vitality_codes", "0", f"{VITALITY}: “0” bij item 23 kan niet; mogelijk is 1 tot 6, of - voor open."),
        ("vitality_codes", "2x", f"{VITALITY}: “x” bij item 27 kan niet; mogelijk is 1 tot 6, of - voor open."),
        ("vitality_codes", "253", f"{VITALITY}: 3 codes gelezen, het zijn er 4; typ - voor wat open is."),
        ("vitality_codes", "25-36", f"{VITALITY}: 5 codes gelezen, het zijn er 4; typ - voor wat open is."),
        ("shoe_size", "40", "“shoe_size”: deze versie kent dit gegeven niet."),
    ],
)
def test_what_cannot_be_is_asked_again_with_the_limit_and_the_probable_slip(code: str, text: str, says: str) -> None:
    assert refused(code, text) == says


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("2027", "geboortejaar: 2027 ligt in de toekomst; mogelijk is 1911 tot 2008."),
        ("2010", "geboortejaar: 2010 kan niet; mogelijk is 1911 tot 2008."),
        ("41", "geboortejaar: 41 kan niet; mogelijk is 1911 tot 2008. Bedoelt u 1941?"),
        ("-41", "geboortejaar: “-41” is geen getal; typ bijvoorbeeld 12 of 12,4."),
    ],
)
def test_an_impossible_birth_year_is_asked_again(text: str, says: str) -> None:
    with pytest.raises(TeststationError) as error:
        typed_birth_year(text, year=2026)
    assert DUTCH.reason(error.value.reason) == says


@pytest.mark.parametrize("born", [1911, 2008])
def test_a_birth_year_of_the_oldest_and_the_youngest_is_read(born: int) -> None:
    assert typed_birth_year(f" {born} ", year=2026) == born


@pytest.mark.parametrize("code", [code for code, kind in KINDS.items() if kind.kind in {"whole", "number"}])
def test_both_ends_of_every_range_are_in_it(code: str) -> None:
    kind = KINDS[code]
    whole = int if kind.kind == "whole" else float
    assert implausible(code, whole(kind.low)) is implausible(code, whole(kind.high)) is None
    assert implausible(code, whole(kind.low - 1)) is not None
    assert implausible(code, whole(kind.high + 1)) is not None


def asked_again(code: str, text: str) -> str:
    """Say why a text is no value of a fact; nothing where it is one that can be."""
    try:
        value = typed(code, text)
    except TeststationError as error:
        return DUTCH.reason(error.reason)
    assert implausible(code, value) is None
    return ""


@given(st.sampled_from(sorted(KINDS)), st.text() | st.from_regex(r"-?[0-9]*[.,]?[0-9]*", fullmatch=True))
def test_whatever_is_typed_is_a_value_that_can_be_or_asked_again_by_its_name(code: str, text: str) -> None:
    said = asked_again(code, text)
    assert said == "" or said.startswith(f"{DUTCH.term(KINDS[code].label)}: ")


@given(st.text() | st.from_regex(r"[0-9]{1,5000}", fullmatch=True))
def test_whatever_is_typed_for_a_birth_year_is_one_or_asked_again(text: str) -> None:
    try:
        born = typed_birth_year(text, year=2026)
    except TeststationError:
        return
    assert 1911 <= born <= 2008


def test_nothing_invisible_is_kept_of_what_is_typed() -> None:
    assert typed("falls_how", "over de \u202emat\x1b[2J\n") == "over de mat[2J"


@pytest.mark.parametrize(
    ("code", "value"),
    [("falls_past_year", True), ("seen_after_fall", 1), ("height", "165"), ("height", float("nan")), ("pain", 3.5)],
)
def test_a_value_of_another_kind_is_none(code: str, value: Value) -> None:
    assert implausible(code, value) is not None


def test_a_side_is_only_for_what_has_sides() -> None:
    assert implausible("height", 165.0, Side.LEFT) is not None


def test_the_unit_is_the_catalogues() -> None:
    assert fact("weight", 66.9, at="t").unit == "kg"


def test_of_a_fact_the_newest_counts_in_whatever_order_they_come() -> None:
    first = fact("falls_past_year", 2, at="2026-11-20T10:00:00Z")
    second = fact("falls_past_year", 3, at="2026-11-22T10:00:00Z")
    assert known([second, first]).number("falls_past_year") == 3
    assert known([first, second]).number("falls_past_year") == 3


def test_what_is_asked_together_has_a_name_and_comes_in_its_order() -> None:
    nothing = known([])
    for group in ("request", "falls", "complaints", "home", "checklist", "observed", "frailty"):
        assert f"facts.{group}" in TERMS
        assert fact_catalogue().asked(group, nothing)
    assert next(iter(fact_catalogue().asked("stop", nothing))).code == "stop_chest_pain"


def test_how_somebody_fell_is_asked_of_who_fell() -> None:
    def asked(*facts: Fact) -> set[str]:
        return {kind.code for kind in fact_catalogue().asked("falls", known(facts))}

    fell = fact("fell_past_year", True, at="1")
    assert asked(fell) - asked() == {"falls_past_year", "falls_how", "seen_after_fall", "fall_unconscious"}
    assert asked(fact("fell_past_year", False, at="1")) == asked()
    assert {KINDS[kind.after].kind for kind in KINDS.values() if kind.after} == {"yes_no"}


def test_an_answer_can_be_taken_back() -> None:
    said = fact("seen_after_fall", True, at="1")
    assert known([said, fact("seen_after_fall", NOT_KNOWN, at="2")]).yes("seen_after_fall") is None


def test_what_was_stored_and_cannot_be_is_not_known() -> None:
    stored = [Fact(code="height", value=1.65, at="1"), Fact(code="shoe_size", value=40, at="1")]
    assert known(stored).facts == {}


@pytest.mark.parametrize(
    ("broken", "says"),
    [
        ('[height]\nkind = "number"\nlow = 1', "highest"),
        ('[height]\nkind = "number"\nhigh = 1', "lowest"),
        ('[height]\nkind = "choice"', "choices"),
        ('[height]\nkind = "guess"', "kind"),
        ('[height]\nkind = "yes_no"\nlimit = 3', "limit"),
        ('height = "text"', "table"),
    ],
)
def test_a_broken_fact_is_off_and_says_why(tmp_path: Path, broken: str, says: str) -> None:
    (tmp_path / "facts").mkdir()
    (tmp_path / "facts" / "body.toml").write_text(broken, encoding="utf-8")
    catalogue = fact_catalogue(tmp_path)
    assert catalogue.kinds == {}
    assert says in str(catalogue.off[0].reason.params["detail"])


@pytest.mark.parametrize("value", [1e28, -1e28, 1.7e308, float("inf")])
def test_a_number_out_of_this_world_that_was_stored_is_impossible_and_breaks_nothing(value: float) -> None:
    assert implausible("weight", value) is not None
    assert implausible("height", value) is not None
