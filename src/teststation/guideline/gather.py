"""What is known of a client at a visit: the facts that were entered, and those that follow from what else is stored."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from teststation.guideline.facts import Known, Value, implausible, known
from teststation.guideline.rand36 import load_scales
from teststation.guideline.verdict import rounded
from teststation.model import Client, Fact, Outcome, Questionnaire, TestName, TestResult

_CM_PER_M = 100


def gather(
    facts: Iterable[Fact],
    *,
    client: Client | None = None,
    age: int | None = None,
    questionnaires: Iterable[Questionnaire] = (),
    results: Iterable[TestResult] = (),
) -> Known:
    """Gather what is known.

    Parameters
    ----------
    client : whose height and weight count where no fact gives them
    age : whole years at the visit
    questionnaires : whose scores are facts of the same name; a newer typed score goes before them
    results : of the visit, for what they show besides a time
    """
    scores = [
        Fact(code=name, value=score, at=each.at, source=each.name)
        for each in questionnaires
        for name, score in each.scores.items()
    ]
    entered = known([*scores, *facts])
    found = dict(entered.facts)
    for code, value in (*_of_client(client, age), *_of_results(tuple(results)), *_falls(entered)):
        if (code, None) not in found and implausible(code, value) is None:
            found[code, None] = Fact(code=code, value=value, at="")
    if entered.date("treatment_end") is not None:
        found["treatment_end_known", None] = Fact(code="treatment_end_known", value=True, at="")
    ranges = {}
    for score, ends in _of_rows(entered):
        found[score.code, None] = score
        ranges[score.code] = ends
    bmi = _bmi(Known(found))
    if bmi is not None:
        found["bmi", None] = Fact(code="bmi", value=bmi, at="", unit="kg/m²")
    return Known(found, ranges)


def _of_client(client: Client | None, age: int | None) -> Iterator[tuple[str, Value]]:
    if age is not None:
        yield "age", age
    if client is not None and client.height_cm is not None:
        yield "height", client.height_cm
    if client is not None and client.weight_kg is not None:
        yield "weight", client.weight_kg


def _of_results(results: Sequence[TestResult]) -> Iterator[tuple[str, Value]]:
    if any(each.test is TestName.GAIT and each.measures and each.outcome is Outcome.DONE for each in results):
        yield "gait_timed", True
    for each in results:
        if each.test is TestName.TCS and each.conditions.hands_used:
            yield "chair_stand_with_hands", True
        elif each.test is TestName.TCS and each.measures and each.outcome is Outcome.DONE:
            yield "chair_stand_without_hands", True


def _of_rows(entered: Known) -> Iterator[tuple[Fact, tuple[float, float]]]:
    """Score the rows of answer codes, each with its least and most; a score that was typed later goes before it."""
    for scale in load_scales().entries.values():
        row, typed = entered.text(scale.row), entered.number(scale.id)
        score = None if row is None else scale.score(row)
        if score is None:
            continue
        at = entered.facts[scale.row, None].at
        if typed is None or entered.facts[scale.id, None].at <= at:
            yield Fact(code=scale.id, value=score.value, at=at), (score.low, score.high)


def _falls(entered: Known) -> Iterator[tuple[str, Value]]:
    """Let the number of falls answer whether there were any; who did not fall is not asked what came of it."""
    number = entered.number("falls_past_year")
    fell = entered.yes("fell_past_year") if number is None else number > 0
    if fell is not None:
        yield "fell_past_year", fell
    if fell is False:
        yield "falls_past_year", 0
        yield "seen_after_fall", False


def _bmi(found: Known) -> float | None:
    """Give the body mass index at 0.01."""
    height_cm, weight_kg = found.number("height"), found.number("weight")
    return None if height_cm is None or weight_kg is None else rounded(weight_kg / (height_cm / _CM_PER_M) ** 2)
