"""Annex 4: its indicators, how many there are, Fried's name for that, and the RAND-36 that two of them need."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guideline.examples import gait, person, result
from guideline.known_people import DUTCH, findings, one, said, verdict
from teststation.guideline.criteria import judge_facts
from teststation.guideline.facts import NOT_KNOWN, Value, fact, fact_catalogue
from teststation.guideline.frailty import Frailty, frailty, load_counts
from teststation.guideline.gather import gather
from teststation.guideline.rand36 import LEFT_OPEN, Scale, Score, load_scales
from teststation.model import Client, Finding, Outcome, Reason, Sex, TestName, Verdict

HEALTHY = Client(code="K-001", sex=Sex.MALE, height_cm=170.0, height_measured=True, weight_kg=75.0)
PHYSICAL, VITALITY = load_scales().entries.values()
ROWS = {"frailty-weakness": PHYSICAL.row, "frailty-fatigue": VITALITY.row}


def counted(found: tuple[Finding, ...]) -> Frailty:
    made = frailty(found)
    assert made is not None
    return made


def annex(*verdicts: Verdict) -> tuple[Finding, ...]:
    """Make indicators with these verdicts."""
    said_of_them = Reason("criterion_unknown", {"criterion": "frailty-indicator"})
    return tuple(
        Finding(rule=f"f{n}", measure=None, verdict=each, reason=said_of_them, meaning="frailty-indicator")
        for n, each in enumerate(verdicts)
    )


def so_many(met: int, not_met: int) -> tuple[Finding, ...]:
    """Make so many indicators met and so many not; the others are unknown."""
    return annex(*[Verdict.MET] * met, *[Verdict.NOT_MET] * not_met, *[Verdict.UNKNOWN] * (5 - met - not_met))


def test_the_scales_and_the_count_are_read() -> None:
    assert load_scales().off == load_counts().off == ()


@pytest.mark.parametrize(
    ("met", "not_met", "count", "fried"),
    [
        (0, 5, "Indicatoren fragiliteit: 0 van 5 (KNGF-bijlage 4).", "robust"),
        (0, 4, "Indicatoren fragiliteit: 0 van 5; hoogstens 1 met wat onbekend is (KNGF-bijlage 4).", "open"),
        (1, 4, "Indicatoren fragiliteit: 1 van 5 (KNGF-bijlage 4).", "prefrail"),
        (1, 3, "Indicatoren fragiliteit: 1 van 5; hoogstens 2 met wat onbekend is (KNGF-bijlage 4).", "prefrail"),
        (2, 3, "Indicatoren fragiliteit: 2 van 5 (KNGF-bijlage 4).", "prefrail"),
        (2, 2, "Indicatoren fragiliteit: 2 van 5; hoogstens 3 met wat onbekend is (KNGF-bijlage 4).", "open"),
        (3, 0, "Indicatoren fragiliteit: 3 van 5; hoogstens 5 met wat onbekend is (KNGF-bijlage 4).", "frail"),
        (5, 0, "Indicatoren fragiliteit: 5 van 5 (KNGF-bijlage 4).", "frail"),
        (0, 0, "Indicatoren fragiliteit: 0 van 5; hoogstens 5 met wat onbekend is (KNGF-bijlage 4).", "open"),
    ],
)
def test_the_count_is_the_annexs_and_the_category_frieds(met: int, not_met: int, count: str, fried: str) -> None:
    made = counted(so_many(met, not_met))
    assert DUTCH.reason(made.count) == count
    assert made.fried.reason.code == f"fried_{fried}"


def test_what_fried_would_say_says_so() -> None:
    assert (
        said(counted(so_many(3, 0)).fried)
        == "Fried-indeling: ≥ 3 criteria (‘frail’). Fried gebruikte deels andere metingen."
    )
    assert said(counted(so_many(2, 2)).fried) == "Fried-indeling: niet te bepalen (2–3 van 5)."
    assert "sluit kwetsbaarheid niet uit" in said(counted(so_many(0, 5)).fried)
    assert counted(so_many(3, 0)).fried.source == "Fried et al. 2001"


@given(st.lists(st.sampled_from(list(Verdict)), min_size=5, max_size=5), st.data())
def test_a_category_is_one_that_no_missing_answer_could_change(verdicts: list[Verdict], data: st.DataObject) -> None:
    def category(of: list[Verdict]) -> str:
        return counted(annex(*of)).fried.reason.code

    answered = [
        data.draw(st.sampled_from([Verdict.MET, Verdict.NOT_MET])) if each is Verdict.UNKNOWN else each
        for each in verdicts
    ]
    assert category(answered) != "fried_open"
    assert category(verdicts) in {"fried_open", category(answered)}


def test_a_broken_file_of_counts_leaves_no_count(tmp_path: Path) -> None:
    (tmp_path / "fried.toml").write_text("[fried]\nof = 5", encoding="utf-8")
    assert frailty(so_many(3, 0), counts=load_counts(tmp_path)) is None


def test_all_five_of_somebody() -> None:
    found = findings(
        gait(7.2),
        client=Client(code="K-001", sex=Sex.FEMALE, height_cm=158.0, height_measured=True, weight_kg=45.0),
        physical_functioning=75,
        vitality=54.99,
        activity=64,
    )
    assert counted(found).met == 5


def test_not_able_to_walk_is_slow_only_when_the_therapist_says_so() -> None:
    unable = result(TestName.GAIT, outcome=Outcome.UNABLE, course_m=4.572)
    assert verdict("frailty-slowness", findings(unable, client=HEALTHY)) is Verdict.UNKNOWN
    confirmed = findings(unable, client=HEALTHY, slow_because_unable=True)
    assert verdict("frailty-slowness", confirmed) is Verdict.MET


@pytest.mark.parametrize(("seconds", "expected"), [(6.99, Verdict.NOT_MET), (7.0, Verdict.MET)])
def test_slowness_is_what_the_gait_rule_found(seconds: float, expected: Verdict) -> None:
    assert verdict("frailty-slowness", findings(gait(seconds), client=HEALTHY)) is expected
    assert verdict("frailty-slowness", findings(gait(6.5), client=person(None))) is Verdict.UNKNOWN


def test_a_loss_of_weight_is_asked_beside_the_annex_and_not_counted() -> None:
    found = findings(weight_loss_unintended=True)
    assert verdict("weight_loss_unintended", found) is Verdict.MET
    assert counted(found).met == 0


@pytest.mark.parametrize(
    ("scale", "row", "score"),
    [
        (PHYSICAL, "3333333333", 100),
        (PHYSICAL, "1111111111", 0),
        (PHYSICAL, "1231111111", 15),
        (VITALITY, "1166", 100),
        (VITALITY, "6611", 0),
        (VITALITY, "2325", (80 + 60 + 20 + 80) / 4),
    ],
)
def test_a_row_of_codes_is_scored_and_items_of_vitality_point_two_ways(scale: Scale, row: str, score: float) -> None:
    assert scale.score(row) == Score(score, score, score)


@pytest.mark.parametrize(
    ("scale", "row", "score"),
    [
        (PHYSICAL, "2222------", None),
        (PHYSICAL, "22222-----", Score(50, 25, 75)),
        (PHYSICAL, "----------", None),
        (VITALITY, "4---", None),
        (VITALITY, "4--3", Score(40, 20, 70)),
        (VITALITY, "43-6", Score(66.67, 50, 75)),
    ],
)
def test_half_of_the_items_are_enough_and_what_is_open_may_be_anything(
    scale: Scale, row: str, score: Score | None
) -> None:
    assert scale.score(row) == score


@pytest.mark.parametrize(
    ("rule", "row", "expected"),
    [
        ("frailty-weakness", "333322222-", Verdict.MET),  # 65 to 75
        ("frailty-weakness", "333332222-", Verdict.UNKNOWN),  # 70 to 80
        ("frailty-weakness", "333333222-", Verdict.UNKNOWN),  # 75 to 85
        ("frailty-weakness", "333333322-", Verdict.NOT_MET),  # 80 to 90
        ("frailty-fatigue", "442-", Verdict.MET),  # 25 to 50
        ("frailty-fatigue", "443-", Verdict.UNKNOWN),  # 30 to 55
        ("frailty-fatigue", "335-", Verdict.UNKNOWN),  # 50 to 75
        ("frailty-fatigue", "224-", Verdict.NOT_MET),  # 55 to 80
    ],
)
def test_an_item_left_open_that_could_turn_an_indicator_leaves_it_open(rule: str, row: str, expected: Verdict) -> None:
    answers: dict[str, Any] = {ROWS[rule]: row}
    assert verdict(rule, findings(**answers)) is expected


def test_what_is_open_is_said_with_how_far_it_reaches() -> None:
    found = findings(physical_functioning_codes="333332222-")
    assert said(one("frailty-weakness", found)) == (
        "Zwakte: niet te bepalen; onbekend: fysiek functioneren (RAND-36): 70 tot 80 met wat open is (criterium ≤ 75)."
    )


@given(
    st.lists(st.sampled_from("123-"), min_size=10, max_size=10).map("".join),
    st.lists(st.sampled_from("123456-"), min_size=4, max_size=4).map("".join),
    st.data(),
)
def test_no_answer_that_is_missing_changes_an_indicator_or_the_category(
    physical: str, vitality: str, data: st.DataObject
) -> None:
    def filled(row: str, codes: str) -> str:
        return "".join(data.draw(st.sampled_from(codes)) if code == LEFT_OPEN else code for code in row)

    def judged(physical: str, vitality: str) -> tuple[Finding, ...]:
        return findings(
            gait(7.2),
            client=Client(code="K-001", sex=Sex.FEMALE, height_cm=158.0, height_measured=True, weight_kg=45.0),
            physical_functioning_codes=physical,
            vitality_codes=vitality,
            activity=90,
        )

    before, after = judged(physical, vitality), judged(filled(physical, "123"), filled(vitality, "123456"))
    for rule in ROWS:
        assert verdict(rule, before) in {Verdict.UNKNOWN, verdict(rule, after)}
    assert counted(before).fried.reason.code in {"fried_open", counted(after).fried.reason.code}


@pytest.mark.parametrize(
    ("typed_at", "typed_score", "expected"),
    [
        ("2026-11-24", 80, Verdict.NOT_MET),
        ("2026-11-23", 80, Verdict.MET),
        ("2026-11-22", 80, Verdict.MET),
        ("2026-11-24", NOT_KNOWN, Verdict.MET),
    ],
)
def test_of_codes_and_a_typed_score_the_newer_counts(typed_at: str, typed_score: Value, expected: Verdict) -> None:
    codes = fact("physical_functioning_codes", "1111111111", at="2026-11-23")
    known = gather([fact("physical_functioning", typed_score, at=typed_at), codes])
    assert verdict("frailty-weakness", judge_facts(known)) is expected


def test_codes_can_be_taken_back() -> None:
    codes = [fact("vitality_codes", row, at=str(number)) for number, row in enumerate(("6611", NOT_KNOWN))]
    assert verdict("frailty-fatigue", judge_facts(gather(codes))) is Verdict.UNKNOWN


def test_the_form_knows_which_items_to_ask_and_by_which_numbers() -> None:
    assert (PHYSICAL.items, PHYSICAL.highest_code) == ((3, 4, 5, 6, 7, 8, 9, 10, 11, 12), 3)
    assert (VITALITY.items, VITALITY.highest_code) == ((23, 27, 29, 31), 6)
    group = [kind.code for kind in fact_catalogue().kinds.values() if kind.group == "frailty"]
    assert {PHYSICAL.row, VITALITY.row} < set(group)


def test_items_of_one_scale_have_the_same_codes(tmp_path: Path) -> None:
    (tmp_path / "frailty.toml").write_text(
        "[pep]\nleast_answers = 1\nsource = 'x'\nevidence = 'own'\nversion = '1'\n"
        "parts = [{ items = [1], points = [0, 100] }, { items = [2], points = [0, 50, 100] }]",
        encoding="utf-8",
    )
    assert load_scales(tmp_path).entries == {}
    assert "different answer codes" in str(load_scales(tmp_path).off[0].reason.params["detail"])


ANSWERS: dict[str, list[Any]] = {
    "physical_functioning": [70, 90],
    "vitality": [40, 60],
    "activity": [30, 90],
    "weight": [40.0, 70.0],
    "age": [50, 80],
    "falls_past_year": [0, 1, 3],
    "trouble_moving": [True, False],
    "fall_unconscious": [True, False],
    "fracture_after_50": [True, False],
    "vertebral_fracture": [True, False],
    "factor_turning": [True, False],
    "mmse": [20, 29],
}


@given(
    st.fixed_dictionaries({}, optional={code: st.sampled_from(values) for code, values in ANSWERS.items()}), st.data()
)
def test_a_further_answer_never_turns_a_verdict(answers: dict[str, Any], data: st.DataObject) -> None:
    """What was not known may be answered: whatever had a verdict keeps it."""
    missing = sorted(ANSWERS.keys() - answers.keys())
    client = Client(code="K-001", height_cm=170.0)
    before = {each.rule: each.verdict for each in findings(client=client, **answers)}
    if missing:
        code = data.draw(st.sampled_from(missing))
        answers = {**answers, code: data.draw(st.sampled_from(ANSWERS[code]))}
    after = {each.rule: each.verdict for each in findings(client=client, **answers)}
    settled = {rule for rule, said_before in before.items() if said_before is not Verdict.UNKNOWN}
    assert {rule: after[rule] for rule in settled} == {rule: before[rule] for rule in settled}
