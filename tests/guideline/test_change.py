"""Two results of one test: more than measurement error, within it, or not to be compared."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import structs

from guideline.examples import five_stands, gait, gug, measure, result, thirty_seconds
from teststation.guideline import Change, ChangeKind, RuleBook, compare, load_rules
from teststation.guideline.change import Since
from teststation.i18n import Translator
from teststation.model import Measure, Outcome, Source, TestName, TestResult

DUTCH = Translator("nl")


def said(change: Change) -> str:
    return DUTCH.reason(change.reason)


def twice(before: float, now: float, **conditions: Any) -> Change:
    conditions = {"walking_aid": "none"} | conditions
    return compare(gug(before, **conditions), gug(now, **conditions))


@pytest.mark.parametrize(
    ("now", "kind"),
    [
        (14.0, ChangeKind.WITHIN_ERROR),
        (11.92, ChangeKind.WITHIN_ERROR),
        (11.91, ChangeKind.REAL),
        (16.08, ChangeKind.WITHIN_ERROR),
        (16.09, ChangeKind.REAL),
    ],
)
def test_only_more_than_the_detectable_change_is_real(now: float, kind: ChangeKind) -> None:
    assert twice(14.0, now).kind is kind


def test_it_says_how_much_which_way_and_by_whose_measure() -> None:
    change = twice(14.0, 11.0)
    assert (change.difference, change.detectable, change.better) == (-3.0, 2.08, True)
    assert "Donoghue" in change.source
    assert said(change) == (
        "3 s korter dan de vorige keer (eerste geldige meting): meer dan de meetfout "
        "(2,08 s; 128 thuiswonende Ieren vanaf 50 jaar, hertest na 1–4 maanden)."
    )
    assert not twice(11.0, 14.0).better


def test_a_detectable_change_is_used_only_for_the_people_it_was_made_with() -> None:
    assert twice(24.0, 21.0, walking_aid="rollator").detectable == 4.0
    assert twice(24.0, 21.0, walking_aid=None).kind is ChangeKind.NO_ERROR_KNOWN


def test_a_detectable_change_is_used_only_for_its_statistic() -> None:
    def of_two(first: float, second: float) -> TestResult:
        return gug((first + second) / 2, trials=(first, second), headline_rule="mean", walking_aid="none")

    change = compare(of_two(14.0, 12.0), of_two(12.5, 8.0))
    assert (change.statistic, change.before, change.now) == ("first", 14.0, 12.5)
    assert change.kind is ChangeKind.WITHIN_ERROR


def only(change_id: str) -> RuleBook:
    return RuleBook(changes=tuple(entry for entry in load_rules().changes if entry.id == change_id))


def test_the_fastest_of_three_needs_three() -> None:
    three_before = gug(13.0, trials=(14.0, 13.0, 12.0))
    three_now = gug(12.0, trials=(10.1, 13.0, 13.0))
    book = only("gug-mdc-kristensen-outpatients")
    assert compare(three_before, three_now, rules=book).difference == -1.9
    assert compare(three_before, three_now, rules=book).kind is ChangeKind.REAL
    two = gug(12.0, trials=(12.0, 12.0))
    assert compare(two, two, rules=book).kind is ChangeKind.NO_ERROR_KNOWN


def test_one_from_memory_is_never_used() -> None:
    from_memory = [structs.replace(entry, evidence="memory") for entry in load_rules().changes]
    change = compare(five_stands(20.0), five_stands(10.0), rules=RuleBook(changes=tuple(from_memory)))
    assert (change.kind, change.detectable) == (ChangeKind.NO_ERROR_KNOWN, None)


def test_one_whose_statistic_is_not_stated_is_never_used() -> None:
    change = compare(gug(14.0), gug(8.0), rules=only("gug-mdc-alghadir"))
    assert (change.kind, change.difference, change.better) == (ChangeKind.NO_ERROR_KNOWN, -6.0, True)
    assert said(change) == (
        "6 s korter dan de vorige keer. Voor deze meting op deze manier en bij deze mensen is geen meetfout bekend, "
        "dus geen uitspraak."
    )


def test_without_a_known_error_another_headline_does_not_compare() -> None:
    mean = gug(12.0, trials=(13.0, 11.0), headline_rule="mean")
    change = compare(mean, gug(12.0), rules=RuleBook())
    assert change.kind is ChangeKind.NOT_COMPARABLE
    assert "welke van de metingen telt" in said(change)


def test_it_says_since_when() -> None:
    assert "3 s korter dan de eerste keer (" in said(
        compare(gug(14.0, walking_aid="none"), gug(11.0, walking_aid="none"), since=Since.BASELINE)
    )


def test_no_difference_is_said_as_such() -> None:
    change = twice(14.0, 14.0)
    assert (change.kind, change.better) == (ChangeKind.WITHIN_ERROR, None)
    assert said(change) == "Geen verschil met de vorige keer."


@pytest.mark.parametrize(
    ("different", "named"),
    [
        ({"walking_aid": "rollator"}, "loophulpmiddel"),
        ({"hands_used": True}, "handen"),
        ({"demonstrated": True}, "demonstratie"),
        ({"prompted": True}, "aanwijzingen"),
        ({"chair_height_cm": 45.0}, "stoelhoogte"),
        ({"course_m": 4.5}, "baan"),
    ],
)
def test_other_conditions_do_not_compare_and_are_named(different: dict[str, Any], named: str) -> None:
    change = compare(gug(14.0), gug(10.0, **different))
    assert (change.kind, change.difference) == (ChangeKind.NOT_COMPARABLE, None)
    assert named in said(change)


def test_every_difference_is_named() -> None:
    change = compare(gug(14.0), gug(10.0, walking_aid="rollator", chair_height_cm=45.0))
    assert said(change) == "Niet te vergelijken, de omstandigheden verschillen: loophulpmiddel, stoelhoogte."


def test_another_source_of_time_does_not_compare() -> None:
    by_hand = Measure(name="duration_from_cue", value=10.0, unit="s", interval=(9.5, 10.5), source=Source.KEY)
    assert "sensor of hand" in said(compare(gug(14.0), result(TestName.GUG, by_hand)))


def test_another_start_of_the_clock_does_not_compare() -> None:
    from_movement = result(TestName.GUG, measure("duration", 10.0))
    assert "begin van de tijd" in said(compare(gug(14.0), from_movement))


def test_other_tests_lower_bounds_and_unsafe_ends_do_not_compare() -> None:
    bound = result(TestName.GUG, measure("duration_from_cue", 30.0, at_least=True))
    for other in (five_stands(12.0), bound, gug(12.0, outcome=Outcome.FELL), result(TestName.GUG)):
        assert compare(gug(14.0), other).kind is ChangeKind.NOT_COMPARABLE
        assert compare(other, gug(14.0)).kind is ChangeKind.NOT_COMPARABLE
        assert said(compare(gug(14.0), other)).startswith("Niet te vergelijken")


@pytest.mark.parametrize(
    ("now", "kind"),
    [
        (4.572 / 0.91, ChangeKind.WITHIN_ERROR),
        (4.572 / 1.11, ChangeKind.POSSIBLE),
        (4.572 / 1.25, ChangeKind.REAL),
        (4.572 / 0.75, ChangeKind.REAL),
    ],
)
def test_gait_is_compared_as_a_speed_with_a_possible_between(now: float, kind: ChangeKind) -> None:
    change = compare(gait(4.572), gait(now))
    assert (change.kind, change.unit) == (kind, "m/s")
    assert change.better == (now < 4.572)


def test_stands_in_thirty_seconds_more_is_better() -> None:
    change = compare(thirty_seconds(8), thirty_seconds(11))
    assert (change.kind, change.better) == (ChangeKind.REAL, True)
    assert said(change).startswith("3 keer opstaan meer dan de vorige keer")


def test_five_and_ten_stands_do_not_compare() -> None:
    ten = result(TestName.TCS, measure("duration_10_from_cue", 30.0), stands=10)
    assert compare(five_stands(14.0), ten).kind is ChangeKind.NOT_COMPARABLE
    assert compare(ten, ten).kind is ChangeKind.NO_ERROR_KNOWN


@settings(deadline=None)
@given(before=st.floats(5.0, 60.0), now=st.floats(5.0, 60.0))
def test_there_and_back_is_the_same_kind_with_the_other_sign(before: float, now: float) -> None:
    there, back = twice(before, now), twice(now, before)
    assert there.kind is back.kind
    assert there.difference is not None
    assert there.difference == -(back.difference or 0)


def test_a_detectable_change_is_no_threshold() -> None:
    assert not {entry.id for entry in load_rules().changes} & {rule.id for rule in load_rules().rules}
