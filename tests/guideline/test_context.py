"""Second opinions: only for who asks, each explained, each edge on both sides, nothing of the guideline in them."""

from __future__ import annotations

import pytest

from guideline.examples import five_stands, gait, gug, measure, person, result
from teststation.guideline import judge, load_rules
from teststation.guideline.context import SecondOpinion, load_opinions, second_opinions
from teststation.guideline.facts import Known, Value, fact, fact_catalogue, known
from teststation.i18n import Translator
from teststation.i18n.texts import TERMS
from teststation.model import Client, Sex, Side, TestName, Verdict

MET, NOT_MET, UNKNOWN = Verdict.MET, Verdict.NOT_MET, Verdict.UNKNOWN
DUTCH = Translator("nl")


def typed(**values: Value) -> Known:
    return known(fact(code, value, at="2026-11-23") for code, value in values.items())


def reach(*centimetres: float) -> Known:
    return typed(**{f"functional_reach_{i}": value for i, value in enumerate(centimetres, 1)})


def grip(kilograms: float, bmi: float | None) -> Known:
    facts = [fact("grip", kilograms, at="1", side=Side.LEFT), fact("grip", 5.0, at="1", side=Side.RIGHT)]
    return known(facts if bmi is None else [*facts, fact("bmi", bmi, at="1")])


def opinion(rule: str, facts: Known, client: Client | None = None) -> SecondOpinion:
    return next(each for each in second_opinions(facts, client=client) if each.finding.rule == rule)


@pytest.mark.parametrize(("third", "verdict"), [(14.5, MET), (15.0, NOT_MET)])
def test_functional_reach(third: float, verdict: Verdict) -> None:
    assert opinion("functional-reach-15", reach(15.0, 15.0, third)).finding.verdict is verdict


def test_two_reaches_are_not_judged() -> None:
    assert second_opinions(reach(10.0, 10.0)) == ()


@pytest.mark.parametrize(("grade", "verdict"), [(2, NOT_MET), (3, MET)])
def test_t20_the_grade_by_eye_has_its_own_limit(grade: int, verdict: Verdict) -> None:
    assert opinion("gug-grade-3", typed(gug_grade=grade)).finding.verdict is verdict


@pytest.mark.parametrize(
    ("sex", "bmi", "limit"),
    [
        (Sex.MALE, 24.0, 29.0),
        (Sex.MALE, 24.01, 30.0),
        (Sex.MALE, 26.0, 30.0),
        (Sex.MALE, 28.01, 32.0),
        (Sex.FEMALE, 23.0, 17.0),
        (Sex.FEMALE, 23.01, 17.3),
        (Sex.FEMALE, 26.0, 17.3),
        (Sex.FEMALE, 26.01, 18.0),
        (Sex.FEMALE, 29.0, 18.0),
        (Sex.FEMALE, 29.01, 21.0),
    ],
)
def test_weakness_after_fried_by_sex_and_bmi(sex: Sex, bmi: float, limit: float) -> None:
    assert opinion("fried-weakness", grip(limit, bmi), person(sex)).finding.verdict is MET
    assert opinion("fried-weakness", grip(round(limit + 0.1, 1), bmi), person(sex)).finding.verdict is NOT_MET


@pytest.mark.parametrize(("kilograms", "verdict"), [(30.0, MET), (30.1, UNKNOWN), (31.0, UNKNOWN), (31.1, NOT_MET)])
def test_where_two_tables_differ_there_is_no_verdict_between(kilograms: float, verdict: Verdict) -> None:
    found = opinion("fried-weakness", grip(kilograms, 27.0), person(Sex.MALE)).finding
    assert found.verdict is verdict
    assert ("tussen de grenzen van Fried (30 en 31 kg)" in DUTCH.reason(found.reason)) == (verdict is UNKNOWN)


@pytest.mark.parametrize(("kilograms", "verdict"), [(17.0, MET), (25.0, UNKNOWN), (32.1, NOT_MET)])
def test_what_is_not_known_of_the_person_leaves_every_limit_open(kilograms: float, verdict: Verdict) -> None:
    found = opinion("fried-weakness", grip(kilograms, None)).finding
    assert found.verdict is verdict
    assert DUTCH.reason(found.reason).endswith("ontbreekt: het geslacht, of lengte en gewicht.") == (verdict is UNKNOWN)


def test_it_is_explained_and_says_that_it_is_not_the_guideline() -> None:
    (found,) = second_opinions(typed(gug_grade=3))
    assert DUTCH.reason(found.finding.reason) == (
        "3 punten is op of boven de GUG 1986-grens (3 punten): aanwijzing voor verhoogd valrisico."
    )
    assert found.explained is not None
    assert DUTCH.reason(found.explained) == (
        "GUG 1986: de GUG zoals die in 1986 op het oog werd beoordeeld; de grens van de richtlijn is een tijd. "
        "Niet de richtlijn; waar de twee verschillen, gaat de richtlijn voor."
    )


def test_of_a_test_it_says_all_that_others_say_and_nothing_of_the_guideline() -> None:
    tests = [gug(15.5), five_stands(16.0), gait(6.0), result(TestName.GAIT, measure("speed", 0.7))]
    found = {each.finding.rule for each in second_opinions(typed(), tests)}
    assert {"gug-cdc-12", "gug-wfg-15", "gug-ewgsop2-20", "tcs-ewgsop2-15", "gait-ewgsop2-08"} <= found
    for each in second_opinions(typed(), tests, client=person(Sex.MALE), age=72):
        assert each.finding.evidence != "guideline"
        assert each.finding.meaning != "norm"


def test_what_is_judged_without_asking_has_none_of_it() -> None:
    asked = {each.finding.rule for each in second_opinions(typed(), [gug(15.5)])}
    assert not asked & {found.rule for found in judge(gug(15.5), age=72)}
    assert {found.rule for found in judge(gug(15.5), context=True)} == asked | {
        found.rule for found in judge(gug(15.5))
    }


def test_every_one_of_them_is_explained_and_has_its_words() -> None:
    book = load_rules()
    entries = [rule.id for rule in book.rules if rule.role == "context"] + [entry.id for entry in book.expectations]
    assert {f"about.{name}" for name in (*entries, *load_opinions().entries)} <= TERMS.keys()
    for each in load_opinions().entries.values():
        assert {each.meaning, f"{each.meaning}.risk"} <= TERMS.keys()
        assert set(each.facts) <= fact_catalogue().kinds.keys()
        assert "KNGF" not in each.source
    assert load_opinions().off == ()
