"""What is followed over the visits: since the first and since the previous, tests and what was typed alike."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from guideline.examples import five_stands, gug, result
from teststation.guideline.change import Change, ChangeKind, Since
from teststation.guideline.facts import Known, Value, fact, fact_catalogue, known
from teststation.guideline.followed import load_followed
from teststation.guideline.trend import Trend, fact_trends, result_trends
from teststation.i18n import Translator
from teststation.i18n.texts import TERMS
from teststation.model import Outcome, Side, TestName, TestResult

DUTCH = Translator("nl")
FOLLOWED = load_followed().entries


def visit(side: Side | None = None, **values: Value) -> Known:
    return known(fact(code, value, at="2026-11-23", side=side) for code, value in values.items())


def change(what: str, before: Known, now: Known, side: Side | None = None) -> Change:
    return FOLLOWED[what].change(before, now, side, since=Since.PREVIOUS)


@pytest.mark.parametrize(
    ("what", "before", "now", "kind", "better"),
    [
        ("pain", 6, 5, ChangeKind.WITHIN_ERROR, True),
        ("pain", 6, 4, ChangeKind.REAL, True),
        ("pain", 4, 6, ChangeKind.REAL, False),
        ("six_minute_walk", 300, 357, ChangeKind.WITHIN_ERROR, True),
        ("six_minute_walk", 300, 358, ChangeKind.REAL, True),
        ("psk_1", 8, 5, ChangeKind.NO_ERROR_KNOWN, True),
        ("psk_1", 5, 5, ChangeKind.NO_ERROR_KNOWN, None),
        ("kyphosis_angle", 50, 55, ChangeKind.NO_ERROR_KNOWN, False),
    ],
)
def test_a_difference_is_held_against_its_own_error(
    what: str, before: int, now: int, kind: ChangeKind, better: bool | None
) -> None:
    found = change(what, visit(None, **{what: before}), visit(None, **{what: now}))
    assert (found.kind, found.better) == (kind, better)


@pytest.mark.parametrize(
    ("now", "kind"),
    [
        (145.9, ChangeKind.WITHIN_ERROR),
        (146.0, ChangeKind.POSSIBLE),
        (179.0, ChangeKind.POSSIBLE),
        (179.1, ChangeKind.REAL),
    ],
)
def test_strength_of_the_knee_by_side(now: float, kind: ChangeKind) -> None:
    before, after = (visit(side=Side.LEFT, hhd_knee_extension=value) for value in (100.0, now))
    assert change("hhd_knee_extension", before, after, Side.LEFT).kind is kind
    assert change("hhd_knee_extension", before, after, Side.RIGHT).kind is ChangeKind.NOT_COMPARABLE


def test_it_says_how_much_and_whose_error_it_is() -> None:
    found = change("six_minute_walk", visit(six_minute_walk=300), visit(six_minute_walk=360))
    assert found.source == "Intaruk et al. 2024"
    assert DUTCH.reason(found.reason) == (
        "60 m meer dan de vorige keer (één meting): meer dan de meetfout "
        "(57,2 m; 30 thuiswonende ouderen met hoog valrisico)."
    )


def test_without_a_known_error_nothing_is_concluded() -> None:
    found = change("psk_1", visit(psk_1=8), visit(psk_1=5))
    assert DUTCH.reason(found.reason).startswith("3 punten minder dan de vorige keer. Voor deze meting")
    assert DUTCH.reason(found.reason).endswith("geen uitspraak.")


def test_another_activity_course_or_aid_does_not_compare() -> None:
    stairs, bus = (visit(psk_1=6, psk_1_activity=text) for text in ("traplopen", "bus halen"))
    assert change("psk_1", stairs, stairs).kind is ChangeKind.NO_ERROR_KNOWN
    found = change("psk_1", stairs, bus)
    assert (found.kind, found.difference) == (ChangeKind.NOT_COMPARABLE, None)
    assert DUTCH.reason(found.reason) == ("Niet te vergelijken, de omstandigheden verschillen: PSK, eerste activiteit.")
    alone = visit(six_minute_walk=300)
    assert change("six_minute_walk", alone, visit(six_minute_walk=400, six_minute_aid="rollator")).difference is None
    assert change("six_minute_walk", alone, visit(six_minute_walk=400, six_minute_course=20.0)).difference is None


def test_functional_reach_is_the_mean_of_three_or_nothing() -> None:
    three = visit(functional_reach_1=20.0, functional_reach_2=22.0, functional_reach_3=27.0)
    assert FOLLOWED["functional_reach"].value(three) == 23.0
    assert FOLLOWED["functional_reach"].value(visit(functional_reach_1=20.0, functional_reach_2=22.0)) is None


def trend(what: str, trends: Sequence[Trend], side: Side | None = None) -> Trend:
    return next(each for each in trends if (each.what, each.side) == (what, side))


def test_the_first_and_the_previous_visit_are_both_said() -> None:
    found = trend("fact.pain", fact_trends([visit(pain=8), visit(pain=6), visit(pain=5)]))
    assert (found.since_baseline.difference, found.since_baseline.kind) == (-3.0, ChangeKind.REAL)
    assert found.since_previous is not None
    assert (found.since_previous.difference, found.since_previous.kind) == (-1.0, ChangeKind.WITHIN_ERROR)
    assert "de eerste keer" in DUTCH.reason(found.since_baseline.reason)
    assert "de vorige keer" in DUTCH.reason(found.since_previous.reason)


def test_a_visit_without_the_measure_is_passed_over() -> None:
    found = trend("fact.pain", fact_trends([visit(), visit(pain=8), visit(), visit(pain=6), visit(), visit(pain=5)]))
    assert (found.since_baseline.before, found.since_previous and found.since_previous.before) == (8.0, 6.0)


def test_with_one_earlier_visit_there_is_one_comparison() -> None:
    assert trend("fact.pain", fact_trends([visit(pain=8), visit(pain=5)])).since_previous is None


@pytest.mark.parametrize("visits", [[], [visit()], [visit(pain=5)], [visit(pain=5), visit()]])
def test_nothing_to_compare_gives_nothing(visits: Sequence[Known]) -> None:
    assert fact_trends(visits) == ()


def test_each_side_is_followed_by_itself() -> None:
    left, right, either = (visit(side=side, grip=20.0) for side in (*Side, None))
    assert fact_trends([left, right]) == ()
    assert trend("fact.grip", fact_trends([left, left]), Side.LEFT).since_baseline.difference == 0
    assert trend("fact.grip", fact_trends([either, either])).since_baseline.difference == 0


def test_the_tests_of_the_last_visit_are_compared_with_both() -> None:
    visits = [[gug(value, walking_aid="none")] for value in (18.0, 15.0, 14.0)]
    (found,) = result_trends(visits)
    assert (found.what, found.domain) == ("gug", "tests")
    assert (found.since_baseline.difference, found.since_baseline.kind) == (-4.0, ChangeKind.REAL)
    assert found.since_previous is not None
    assert (found.since_previous.difference, found.since_previous.kind) == (-1.0, ChangeKind.WITHIN_ERROR)


def test_a_baseline_that_was_not_done_safely_is_said_and_not_passed_over() -> None:
    (found,) = result_trends([[gug(12.0, outcome=Outcome.FELL)], [gug(14.0)]])
    assert found.since_baseline.kind is ChangeKind.NOT_COMPARABLE
    assert "niet veilig" in DUTCH.reason(found.since_baseline.reason)


@pytest.mark.parametrize(
    "visits",
    [
        [],
        [[gug(14.0)]],
        [[five_stands(14.0)], [gug(14.0)]],
        [[gug(14.0)], []],
        [[result(TestName.GUG, outcome=Outcome.REFUSED)], [gug(14.0)]],
        [[gug(14.0)], [result(TestName.GUG, outcome=Outcome.REFUSED)]],
    ],
)
def test_a_test_that_was_not_done_twice_is_not_compared(visits: Sequence[Sequence[TestResult]]) -> None:
    assert result_trends(visits) == ()


def test_all_that_is_followed_is_in_the_catalogue_and_has_its_words() -> None:
    kinds = fact_catalogue().kinds
    assert load_followed().off == ()
    for each in FOLLOWED.values():
        assert {kinds[code].kind for code in each.facts} <= {"whole", "number"}
        assert set(each.same) <= kinds.keys()
        assert each.called in TERMS
        if each.error is not None:
            assert each.error.population in TERMS
            assert each.error.evidence == "verified"
            assert each.error.doi


def test_a_broken_entry_is_off_and_says_why(tmp_path: Path) -> None:
    (tmp_path / "followed.toml").write_text(
        '[pain]\nfacts = []\ndomain = "pain"\nbetter = "less"\n[grip]\nfacts = ["grip"]\ndomain = "tests"\n',
        encoding="utf-8",
    )
    assert [off.id for off in load_followed(tmp_path).off] == ["pain", "grip"]
