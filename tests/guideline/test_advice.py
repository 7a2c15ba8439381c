"""Advice: what is given to whom, what must be asked before, and what is kept apart."""

from __future__ import annotations

import string
from pathlib import Path
from typing import Any

import pytest

from guideline.examples import gug
from guideline.known_people import DUTCH
from teststation.guideline import judge
from teststation.guideline.advice import CLIENT, GOALS, Advised, advise, aims, load_advice, things_to_do
from teststation.guideline.conclusion import Judged, conclude
from teststation.guideline.facts import Known, fact, known
from teststation.guideline.gather import gather
from teststation.i18n.texts import REASONS, TERMS
from teststation.model import Client, Finding, Outcome, TestName, TestResult

ADVICE = load_advice().entries
SEVENTY_KG = Client(code="K-001", height_cm=170.0, weight_kg=70.0)
THIN = Client(code="K-001", height_cm=170.0, weight_kg=50.0)


def given(*results: TestResult, client: Client | None = None, **answers: Any) -> dict[str, Advised]:
    return {each.id: each for each in advise(*judged(*results, client=client, **answers))}


def judged(*results: TestResult, client: Client | None = None, **answers: Any) -> tuple[Known, tuple[Finding, ...]]:
    facts = [fact(code, value, at="2026-11-23T10:00:00Z") for code, value in answers.items()]
    known_now = gather(facts, client=client)
    return known_now, conclude(known_now, [Judged(each) for result in results for each in judge(result)]).findings


def said(advised: Advised) -> str:
    return DUTCH.reason(advised.reason)


def test_none_of_our_advice_is_off_and_all_of_it_can_be_said() -> None:
    assert load_advice().off == ()
    for each in ADVICE.values():
        fields = {name for _, name, _, _ in string.Formatter().parse(REASONS[f"advice.{each.id}"]) if name}
        assert fields <= each.figures_of(70.0).keys()
        assert each.figures.keys() <= fields, each.id
        assert not each.needs or f"{each.id}.called" in TERMS
    assert {text.removeprefix("advice.") for text in REASONS if text.startswith("advice.")} == ADVICE.keys()


def test_no_dose_stands_in_a_text() -> None:
    said = {code: text.replace("1RM", "").replace("VO2max", "") for code, text in REASONS.items()}
    assert [code for code, text in said.items() if code.startswith("advice.") and any(map(str.isdigit, text))] == []


@pytest.mark.parametrize("goal", GOALS)
def test_a_goal_has_its_doses_where_it_is_chosen_and_none_where_it_is_not(goal: str) -> None:
    chosen: dict[str, Any] = {f"aim_{goal}": True}
    assert [each.purpose for each in given(**chosen).values() if each.purpose in GOALS] == [
        each.purpose for each in ADVICE.values() if each.purpose == goal
    ]
    assert not [each for each in given(gug(25.0), aim_falls=False, aim_strength=False).values() if each.purpose == goal]


def test_the_problem_areas_propose_the_goals_and_the_therapist_decides() -> None:
    assert aims(*judged(gug(25.0))) == ("falls", "strength")
    assert aims(*judged(activity=20)) == ("bone", "endurance")
    assert aims(*judged(gug(25.0), aim_falls=False, aim_bone=True)) == ("bone", "strength")
    assert aims(*judged()) == ()


def test_protein_waits_for_the_kidneys_the_weight_and_the_height() -> None:
    assert said(given(client=SEVENTY_KG)["nutrition-protein"]).endswith("geen nierziekte of eiwitbeperking.")
    assert not given(client=SEVENTY_KG)["nutrition-protein"].settled
    fed = given(client=SEVENTY_KG, no_protein_limit=True)["nutrition-protein"]
    assert fed.settled
    assert said(fed) == "Eiwit: 70–84 g per dag (1–1,2 g per kg), ongeveer 25 g per hoofdmaaltijd."
    assert "nutrition-protein" not in given(client=SEVENTY_KG, no_protein_limit=False)
    for less in ({"weight": 70.0}, {"height": 170.0}, {}):
        answers: dict[str, Any] = {"no_protein_limit": True, **less}
        assert not given(**answers)["nutrition-protein"].settled


@pytest.mark.parametrize(("weight_kg", "thin"), [(53.4, True), (53.5, False)])
def test_who_is_underweight_goes_to_a_dietitian_and_gets_no_figure(weight_kg: float, thin: bool) -> None:
    client = Client(code="K-001", height_cm=170.0, weight_kg=weight_kg)
    got = given(client=client, no_protein_limit=True)
    assert ("nutrition-dietitian" in got) == thin
    assert ("nutrition-protein" in got) == (not thin)


def test_who_weighs_little_is_kept_from_losing_weight() -> None:
    assert "care-no-weight-loss" in given(client=THIN)
    assert "care-no-weight-loss" not in given(client=SEVENTY_KG)


def test_nobody_who_is_not_safe_on_the_feet_is_told_to_jump() -> None:
    unable = TestResult(test=TestName.GUG, trials=("t",), headline_rule="none", outcome=Outcome.UNABLE)
    assert "bone-impact" in given(aim_bone=True)
    for got in (
        given(unable, aim_bone=True),
        given(aim_bone=True, walks_alone_safely=False),
        given(aim_bone=True, fracture_after_50=True),
    ):
        assert "bone-strength" in got
        assert not {"bone-impact", "conflict-impact"} & got.keys()


def test_two_things_to_do_are_always_there_and_those_that_go_with_the_findings_come_first() -> None:
    assert len(things_to_do(known([]), ())) >= 2
    shoes = things_to_do(*judged(home_shoes=True, home_cords=True))
    assert [each.id for each in shoes[:2]] == ["client-home", "client-shoes"]
    worst: dict[str, Any] = dict.fromkeys(
        ("slow_because_unable", "red_night_pain", "factor_rise_hands", "factor_turning"), True
    ) | {"walks_alone_safely": False, "transfers_alone_safely": False}
    ids = [each.id for each in things_to_do(*judged(**worst))]
    assert ids[0] == "client-help"
    assert len(ids) >= 2
    assert not {"client-rise", "client-walk"} & set(ids)


def test_what_is_for_the_client_is_not_mixed_with_the_therapists() -> None:
    assert CLIENT not in {each.purpose for each in given(gug(25.0)).values()}


@pytest.mark.parametrize(
    ("broken", "says"),
    [
        ('figures = { per_week = "three" }', "figures"),
        ("wen = []", "wen"),
        ('evidence = "memory"', "evidence"),
        ('needs = [{ fact = "age" }]', "operator"),
    ],
)
def test_broken_advice_is_off_and_says_why(tmp_path: Path, broken: str, says: str) -> None:
    good = 'source = "a"\nversion = "1"\n'
    mark = "" if "evidence" in broken else 'evidence = "own"\n'
    (tmp_path / "care.toml").write_text(
        f'[bad]\n{good}{mark}{broken}\n[care-no-flexion]\n{good}evidence = "own"\n', encoding="utf-8"
    )
    table = load_advice(tmp_path)
    assert [off.id for off in table.off] == ["bad"]
    assert says in DUTCH.reason(table.off[0].reason)
    assert [each.id for each in advise(known([]), (), advice=table)] == ["care-no-flexion"]


def test_a_file_of_another_name_is_off(tmp_path: Path) -> None:
    (tmp_path / "luck.toml").write_text('[a]\nsource = "a"\nversion = "1"\nevidence = "own"\n', encoding="utf-8")
    assert "no such purpose" in DUTCH.reason(load_advice(tmp_path).off[0].reason)
