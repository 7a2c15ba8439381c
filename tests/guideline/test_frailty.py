"""Annex 4: its indicators, how many there are, Fried's name for that, and the RAND-36 that two of them need."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guideline.examples import gait, person, result
from guideline.known_people import DUTCH, findings, said, verdict
from teststation.guideline.criteria import judge_facts
from teststation.guideline.facts import fact
from teststation.guideline.frailty import Frailty, frailty, load_counts
from teststation.guideline.gather import gather
from teststation.guideline.rand36 import codes_by_item, load_scales, rand36
from teststation.model import Client, Finding, Outcome, Reason, Sex, TestName, TeststationError, Verdict

AT = "2026-11-23T10:00:00Z"
HEALTHY = Client(code="K-001", sex=Sex.MALE, height_cm=170.0, height_measured=True, weight_kg=75.0)
PHYSICAL = dict.fromkeys(range(3, 13), 3)
VITALITY = {23: 1, 27: 1, 29: 6, 31: 6}


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


def test_the_best_answers_are_100_and_the_worst_0() -> None:
    assert rand36(PHYSICAL | VITALITY, at=AT).scores == {"physical_functioning": 100.0, "vitality": 100.0}
    worst = dict.fromkeys(range(3, 13), 1) | {23: 6, 27: 6, 29: 1, 31: 1}
    assert rand36(worst, at=AT).scores == {"physical_functioning": 0.0, "vitality": 0.0}


def test_items_of_vitality_point_two_ways() -> None:
    assert rand36({23: 2, 27: 3, 29: 2, 31: 5}, at=AT).scores == {"vitality": (80 + 60 + 20 + 80) / 4}


@pytest.mark.parametrize(("answered", "scored"), [(4, False), (5, True)])
def test_half_of_the_items_of_physical_functioning_are_enough(answered: int, scored: bool) -> None:
    answers = dict.fromkeys(list(PHYSICAL)[:answered], 2)
    assert rand36(answers, at=AT).scores == ({"physical_functioning": 50.0} if scored else {})


@pytest.mark.parametrize(("answers", "scored"), [({23: 4}, False), ({23: 4, 31: 3}, True)])
def test_half_of_the_items_of_vitality_are_enough(answers: dict[int, int], scored: bool) -> None:
    assert rand36(answers, at=AT).scores == ({"vitality": 40.0} if scored else {})


@pytest.mark.parametrize(
    ("answers", "says"),
    [
        ({3: 4}, "RAND-36, item 3: 4 kan niet; mogelijk is 1 tot 3."),
        ({3: 0}, "RAND-36, item 3: 0 kan niet; mogelijk is 1 tot 3."),
        ({23: 7}, "RAND-36, item 23: 7 kan niet; mogelijk is 1 tot 6."),
        ({24: 1}, "RAND-36: item 24 hoort niet bij deze twee schalen."),
    ],
)
def test_an_impossible_code_is_asked_again(answers: dict[int, int], says: str) -> None:
    with pytest.raises(TeststationError) as error:
        rand36(answers, at=AT)
    assert DUTCH.reason(error.value.reason) == says


def test_the_form_knows_which_items_to_ask() -> None:
    assert codes_by_item() == dict.fromkeys(range(3, 13), 3) | {23: 6, 27: 6, 29: 6, 31: 6}


@given(st.dictionaries(st.sampled_from(sorted(codes_by_item())), st.integers(1, 3)))
def test_a_score_is_from_0_to_100_and_a_fact_that_can_be(answers: dict[int, int]) -> None:
    form = rand36(answers, at=AT)
    found = findings(questionnaires=(form,))
    for name, rule in (("physical_functioning", "frailty-weakness"), ("vitality", "frailty-fatigue")):
        assert (verdict(rule, found) is Verdict.UNKNOWN) == (name not in form.scores)
        assert 0 <= form.scores.get(name, 0) <= 100


@pytest.mark.parametrize(("typed_at", "expected"), [("2026-11-24", Verdict.NOT_MET), ("2026-11-22", Verdict.MET)])
def test_of_a_form_and_a_typed_score_the_newer_counts(typed_at: str, expected: Verdict) -> None:
    form = rand36(dict.fromkeys(range(3, 13), 1), at=AT)
    known = gather([fact("physical_functioning", 80, at=typed_at)], questionnaires=[form])
    assert verdict("frailty-weakness", judge_facts(known)) is expected


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
