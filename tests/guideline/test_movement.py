"""Movement norms and the stage of change: every threshold on both sides, what is not known, and what contradicts."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from teststation.guideline.conditions import Condition
from teststation.guideline.facts import Known, Value, fact, fact_catalogue, known
from teststation.guideline.movement_norm import MOVEMENT_NORM, load_norms, movement_norms, what_is_moderate
from teststation.guideline.stage import load_stages, stage_of_change
from teststation.i18n import Translator
from teststation.i18n.texts import TERMS
from teststation.model import Finding, Verdict

MET, NOT_MET, UNKNOWN = Verdict.MET, Verdict.NOT_MET, Verdict.UNKNOWN
DUTCH = Translator("nl")

WHOLE_WEEK: dict[str, Value] = {
    "active_days": 5,
    "weight_bearing_days": 5,
    "vigorous_times": 3,
    "leg_strength_times": 2,
    "active_minutes": 150,
    "strengthening_times": 2,
    "balance_exercises": True,
}
"""Just enough for every norm."""


def of(**values: Value) -> Known:
    return known(fact(code, value, at="2026-11-23") for code, value in values.items())


def norm(name: str, facts: Known, age: int | None = 72) -> Finding:
    return next(found for found in movement_norms(facts, age) if found.rule == name)


@pytest.mark.parametrize(
    ("name", "code", "enough"),
    [
        ("nngb", "active_days", 5),
        ("osteo-nngb", "weight_bearing_days", 5),
        ("fitnorm", "vigorous_times", 3),
        ("osteo-fitnorm", "leg_strength_times", 2),
        ("beweegrichtlijn", "active_minutes", 150),
        ("beweegrichtlijn", "strengthening_times", 2),
    ],
)
def test_each_threshold_counts_itself(name: str, code: str, enough: int) -> None:
    assert norm(name, of(**WHOLE_WEEK)).verdict is MET
    assert norm(name, of(**WHOLE_WEEK | {code: enough - 1})).verdict is NOT_MET
    assert norm(name, of(**{c: v for c, v in WHOLE_WEEK.items() if c != code})).verdict is UNKNOWN


@pytest.mark.parametrize(("days", "verdict"), [(0, MET), (1, NOT_MET)])
def test_inactive_is_not_one_day(days: int, verdict: Verdict) -> None:
    assert norm("inactive", of(active_days=days)).verdict is verdict


@pytest.mark.parametrize(
    ("days", "times", "either", "both"),
    [(5, 3, MET, MET), (5, 2, MET, NOT_MET), (4, 3, MET, NOT_MET), (4, 2, NOT_MET, NOT_MET)],
)
def test_the_combinorm_asks_either_and_the_osteo_combinorm_both(
    days: int, times: int, either: Verdict, both: Verdict
) -> None:
    facts = of(active_days=days, weight_bearing_days=days, vigorous_times=times, leg_strength_times=2)
    assert (norm("combinorm", facts).verdict, norm("osteo-combinorm", facts).verdict) == (either, both)


def test_the_osteo_combinorm_asks_both_adaptations() -> None:
    for code in ("weight_bearing_days", "leg_strength_times"):
        facts = of(**WHOLE_WEEK | {code: 0})
        assert norm("combinorm", facts).verdict is MET
        assert norm("osteo-combinorm", facts).verdict is NOT_MET


def test_what_is_not_known_counts_only_where_it_could_change_the_answer() -> None:
    assert norm("combinorm", of(active_days=5)).verdict is MET
    assert norm("combinorm", of(active_days=4)).verdict is UNKNOWN
    assert norm("osteo-combinorm", of(active_days=4)).verdict is NOT_MET
    assert norm("osteo-combinorm", of(active_days=5)).verdict is UNKNOWN


def test_older_people_are_asked_for_balance_as_well_beside_the_norm_of_everybody() -> None:
    without = of(**WHOLE_WEEK | {"balance_exercises": False})
    assert norm("beweegrichtlijn", without).verdict is MET
    assert norm("beweegrichtlijn-older", without).verdict is NOT_MET
    assert norm("beweegrichtlijn-older", of(**WHOLE_WEEK)).verdict is MET


def test_a_part_greater_than_its_whole_tells_nothing_and_is_said() -> None:
    more_than_all = norm("osteo-fitnorm", of(vigorous_times=3, leg_strength_times=4))
    assert more_than_all.verdict is UNKNOWN
    assert DUTCH.reason(more_than_all.reason).endswith(
        "“waarvan functionele krachttraining met de benen” is meer dan "
        "“20 minuten of langer zwaar intensief bewegen”: dat kan niet."
    )


def test_it_says_what_is_in_the_way_and_only_that() -> None:
    assert DUTCH.reason(norm("osteo-nngb", of(active_days=5, weight_bearing_days=3)).reason) == (
        "NNGB, gewichtdragend: nee – waarvan gewichtdragend (dus niet fietsen of zwemmen): 3 dagen per week "
        "(criterium ≥ 5)."
    )
    assert DUTCH.reason(norm("nngb", of()).reason) == (
        "NNGB: niet te bepalen – een half uur of langer matig intensief bewegen: onbekend "
        "(criterium ≥ 5 dagen per week)."
    )


def test_nobody_under_eighteen_is_judged() -> None:
    for name in ("nngb", "osteo-nngb"):
        assert norm(name, of(**WHOLE_WEEK), age=17).verdict is UNKNOWN
        assert norm(name, of(**WHOLE_WEEK), age=18).verdict is MET
        assert norm(name, of(**WHOLE_WEEK), age=None).verdict is MET
    assert "vanaf 18 jaar" in DUTCH.reason(norm("nngb", of(**WHOLE_WEEK), age=17).reason)


def test_t16_at_fifty_five_the_movement_norm_is_that_of_55_plus() -> None:
    (at_54,), (at_55,) = what_is_moderate(54), what_is_moderate(55)
    assert "5 km/u" in DUTCH.reason(at_54)
    assert "4 km/u of fietsen met 10 km/u" in DUTCH.reason(at_55)
    assert len(what_is_moderate()) == 2


def test_the_norms_say_whose_they_are() -> None:
    for found in movement_norms(of()):
        assert found.meaning == MOVEMENT_NORM
        assert ("KNGF" in found.source) == (found.evidence == "guideline")
        assert found.version


def stage(facts: Known, age: int | None = 72) -> str:
    """Give the stage's own name, or nothing."""
    found = stage_of_change(facts, age)[0]
    return found.reason.params["stage"].removeprefix("stage.") if found.verdict is MET else ""


@pytest.mark.parametrize(
    ("answers", "expected"),
    [
        ({"active_days": 5, "nngb_kept_months": 3.0}, "action"),
        ({"active_days": 5, "nngb_kept_months": 6.0}, "action"),
        ({"active_days": 5, "nngb_kept_months": 6.5}, "maintenance"),
        ({"active_days": 4, "nngb_met_month_ago": True}, "relapse"),
        ({"active_days": 4, "nngb_met_month_ago": False, "wants_nngb_in_6_months": False}, "precontemplation"),
        (
            {
                "active_days": 4,
                "nngb_met_month_ago": False,
                "wants_nngb_in_6_months": True,
                "starts_within_month": False,
            },
            "contemplation",
        ),
        (
            {
                "active_days": 4,
                "nngb_met_month_ago": False,
                "wants_nngb_in_6_months": True,
                "starts_within_month": True,
            },
            "preparation",
        ),
    ],
)
def test_each_way_through_the_chart(answers: dict[str, Value], expected: str) -> None:
    assert stage(of(**answers)) == expected
    for missing in answers:
        assert stage(of(**{code: value for code, value in answers.items() if code != missing})) == ""


@pytest.mark.parametrize(
    ("answers", "asked"),
    [
        ({}, "een half uur of langer matig intensief bewegen"),
        ({"active_days": 5}, "voldoet al zo lang aan de NNGB"),
        ({"active_days": 4}, "voldeed een maand geleden aan de NNGB"),
        ({"active_days": 4, "nngb_met_month_ago": False}, "wil binnen 6 maanden aan de NNGB voldoen"),
    ],
)
def test_it_asks_the_next_question_of_the_chart(answers: dict[str, Value], asked: str) -> None:
    found = stage_of_change(of(**answers), 72)[0]
    assert found.verdict is UNKNOWN
    assert DUTCH.reason(found.reason).startswith(f"Fase van gedragsverandering niet te bepalen: {asked}: onbekend")


def test_a_stage_says_that_it_is_a_reconstruction_and_what_the_conversation_is_about() -> None:
    found = stage_of_change(of(active_days=5, nngb_kept_months=3.0), 72)[0]
    assert found.evidence == "inferred"
    assert DUTCH.reason(found.reason) == (
        "Actiefase (schema van de richtlijn gereconstrueerd; de therapeut beslist). Accent: plezier, een "
        "succeservaring en uitval voorkomen; in deze fase is de kans op terugval groot."
    )


POSSIBLE: dict[str, st.SearchStrategy[Value]] = {
    "active_days": st.integers(0, 7),
    "weight_bearing_days": st.integers(0, 7),
    "vigorous_times": st.integers(0, 6),
    "leg_strength_times": st.integers(0, 6),
    "active_minutes": st.integers(0, 400),
    "strengthening_times": st.integers(0, 4),
    "balance_exercises": st.booleans(),
    "nngb_kept_months": st.integers(0, 24).map(lambda half_months: half_months / 2),
    "nngb_met_month_ago": st.booleans(),
    "wants_nngb_in_6_months": st.booleans(),
    "starts_within_month": st.booleans(),
}
ANSWERS = st.fixed_dictionaries({}, optional=POSSIBLE)


def consistent(answers: dict[str, Value]) -> bool:
    """Tell whether no part is greater than its whole: that tells nothing, and less of it tells more."""
    parts = (("weight_bearing_days", "active_days"), ("leg_strength_times", "vigorous_times"))
    return not any(part in answers and whole in answers and answers[part] > answers[whole] for part, whole in parts)  # type: ignore[operator]


@given(answers=ANSWERS.filter(consistent), forget=st.sets(st.sampled_from(sorted(POSSIBLE))))
def test_forgetting_an_answer_never_turns_a_verdict_round(answers: dict[str, Value], forget: set[str]) -> None:
    less = of(**{code: value for code, value in answers.items() if code not in forget})
    whole = {found.rule: found.verdict for found in movement_norms(of(**answers), 72)}
    for found in movement_norms(less, 72):
        assert found.verdict in {whole[found.rule], UNKNOWN}
    assert stage(less) in {stage(of(**answers)), ""}


@given(answers=ANSWERS)
def test_nobody_is_in_two_stages(answers: dict[str, Value]) -> None:
    facts = of(**answers)
    met = norm("nngb", facts).verdict
    assert sum(each.verdict(facts, met) is MET for each in load_stages().entries.values()) <= 1


def test_every_fact_that_is_asked_is_in_the_catalogue_and_has_its_words() -> None:
    kinds = fact_catalogue().kinds
    needs = [need for each in load_norms().entries.values() for need in each.needs]
    needs += [need for each in load_stages().entries.values() for need in each.needs]
    for need in needs:
        assert kinds[need.fact].kind == ("yes_no" if need.yes is not None else kinds[need.fact].kind)
        assert {f"fact.{need.fact}", kinds[need.fact].unit} - {""} <= TERMS.keys()
    assert {f"norm.{name}" for name in load_norms().entries} <= TERMS.keys()
    for name in load_stages().entries:
        assert {f"stage.{name}", f"stage.{name}.accent"} <= TERMS.keys()


def test_none_of_ours_is_off_and_a_broken_one_is_and_says_why(tmp_path: Path) -> None:
    assert (load_norms().off, load_stages().off) == ((), ())
    (tmp_path / "norms.toml").write_text(
        '[nngb]\nneeds = [{ fact = "active_days" }]\nsource = "x"\nevidence = "own"\nversion = "1"\n'
        '[empty]\nsource = "x"\nevidence = "own"\nversion = "1"\n'
        '[combi]\nany_of = ["nngb"]\nsource = "x"\nevidence = "own"\nversion = "1"\n',
        encoding="utf-8",
    )
    found = {each.rule: each for each in movement_norms(of(**WHOLE_WEEK), norms=load_norms(tmp_path))}
    assert {rule: each.verdict for rule, each in found.items()} == {"nngb": UNKNOWN, "empty": UNKNOWN, "combi": UNKNOWN}
    assert "operator" in DUTCH.reason(found["nngb"].reason)
    assert "nothing is asked" in DUTCH.reason(found["empty"].reason)


def test_a_norm_or_stage_from_memory_is_off_and_gives_no_verdict(tmp_path: Path) -> None:
    rule = 'needs = [{ fact = "active_days", operator = "≥", value = 1 }]\nsource = "x"\nversion = "1"\n'
    (tmp_path / "memory.toml").write_text(f'[remembered]\nevidence = "memory"\n{rule}', encoding="utf-8")
    (norm_off,) = movement_norms(of(active_days=5), norms=load_norms(tmp_path))
    assert (norm_off.rule, norm_off.verdict) == ("remembered", UNKNOWN)
    assert "evidence" in DUTCH.reason(norm_off.reason)
    (tmp_path / "memory.toml").write_text(f'[action]\nnorm_met = true\nevidence = "memory"\n{rule}', encoding="utf-8")
    found, off = stage_of_change(of(active_days=5), 72, stages=load_stages(tmp_path))
    assert (found.verdict, off.rule, off.verdict) == (UNKNOWN, "action", UNKNOWN)
    assert "evidence" in DUTCH.reason(off.reason)


def test_a_condition_asks_one_thing() -> None:
    for wrong in ({}, {"operator": ">"}, {"value": 1.0}, {"operator": ">", "value": 1.0, "yes": True}):
        with pytest.raises(ValueError, match="operator"):
            Condition(fact="active_days", **wrong)
