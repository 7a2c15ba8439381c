"""Before a test: what stops it, what asks for a second person, and the therapist's own reason to go on."""

from __future__ import annotations

from typing import Any

import pytest

from teststation.guideline.criteria import judge_facts, load_criteria, none_of
from teststation.guideline.facts import Known, fact, known
from teststation.guideline.permission import BeforeTest, Permission, before_test
from teststation.model import Fact

CRITERIA = load_criteria().entries
NOTHING = (*none_of("stop", at="1"), *none_of("caution", at="1"))


def asked(*facts: Fact, **then: Any) -> BeforeTest:
    found: Known = known([*facts, *(fact(code, value, at="2") for code, value in then.items())])
    return before_test(judge_facts(found), found)


def test_nothing_answered_asks() -> None:
    assert asked() == BeforeTest(Permission.ASK)


def test_nothing_of_these_goes() -> None:
    assert asked(*NOTHING) == BeforeTest(Permission.GO)


def test_one_question_open_asks() -> None:
    assert asked(*NOTHING[:-1]).permission is Permission.ASK


@pytest.mark.parametrize(
    ("rule", "code"),
    [(each.id, each.facts[0].fact) for each in CRITERIA.values() if each.meaning in {"stop", "red-flag"}],
)
def test_a_stop_or_any_red_flag_stops_and_says_which(rule: str, code: str) -> None:
    stopped = asked(*NOTHING, **{code: True})
    assert stopped.permission is Permission.STOP
    assert [each.rule for each in stopped.because] == [rule]
    assert asked(*NOTHING, **{code: False}).permission is Permission.GO


def test_every_red_flag_sends_to_the_doctor() -> None:
    assert set(CRITERIA["duty-doctor"].rules) == {each.id for each in CRITERIA.values() if each.meaning == "red-flag"}


def test_a_stop_need_not_wait_for_the_other_questions() -> None:
    assert asked(stop_chest_pain=True).permission is Permission.STOP


@pytest.mark.parametrize("code", [each.code for each in none_of("caution", at="1")])
def test_a_caution_asks_for_a_second_person(code: str) -> None:
    careful = asked(*NOTHING, **{code: True})
    assert careful.permission is Permission.SECOND_PERSON
    assert [each.rule for each in careful.because] == [code]


def test_the_therapist_may_go_on_with_a_reason_that_is_kept() -> None:
    over = asked(*NOTHING, stop_weight_bearing=True, tested_all_the_same="orthopeed akkoord")
    assert over.permission is Permission.GO
    assert ([each.rule for each in over.because], over.override) == (["stop_weight_bearing"], "orthopeed akkoord")


def test_a_reason_does_not_do_away_with_the_second_person_nor_with_the_questions() -> None:
    over = {"stop_weight_bearing": True, "tested_all_the_same": "orthopeed akkoord"}
    assert asked(*NOTHING, caution_fever=True, **over).permission is Permission.SECOND_PERSON
    assert asked(**over).permission is Permission.ASK


def test_an_empty_reason_is_none() -> None:
    assert asked(*NOTHING, stop_chest_pain=True, tested_all_the_same="").permission is Permission.STOP


def test_a_reason_without_a_stop_is_not_kept_as_one() -> None:
    assert asked(*NOTHING, tested_all_the_same="zomaar") == BeforeTest(Permission.GO)
