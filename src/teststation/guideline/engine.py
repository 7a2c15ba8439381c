"""What a test result means: every rule that applies, each a finding of its own."""

from __future__ import annotations

from teststation.guideline.entries import Entry, Expectation, Rule
from teststation.guideline.norms import compare_with_expected, norm_reason
from teststation.guideline.people import possible_limits
from teststation.guideline.rulebook import RuleBook, load_rules
from teststation.guideline.safety import hands_void, safety_findings
from teststation.guideline.verdict import Judged, assess
from teststation.guideline.wording import followed_by, notes, rule_reason
from teststation.model import Client, Finding, Measure, Outcome, TestResult, Verdict


def judge(
    result: TestResult,
    *,
    client: Client | None = None,
    age: int | None = None,
    context: bool = False,
    rules: RuleBook | None = None,
) -> tuple[Finding, ...]:
    """Judge a test result: how it ended, the guideline's rules, the norms beside them, second opinions if asked for.

    Parameters
    ----------
    client : for rules that depend on sex and height; what is not known of them leaves several limits open
    age : whole years at the visit; without it there are no norms
    context : add the rules of other sources
    rules : the rule book; by default the one that comes with the program
    """
    book = load_rules() if rules is None else rules
    found = [
        _judge_rule(rule, result, client, age) for role in ("primary", "norm") for rule in book.of(result.test, role)
    ]
    return (
        *safety_findings(result),
        *(finding for finding in found if finding is not None),
        *(by_others(result, client=client, age=age, rules=book) if context else ()),
        *(off.finding for off in book.off if off.test in {None, result.test}),
    )


def by_others(
    result: TestResult, *, client: Client | None = None, age: int | None = None, rules: RuleBook | None = None
) -> tuple[Finding, ...]:
    """Judge a test result by the rules of other sources alone, and hold it against what is expected."""
    book = load_rules() if rules is None else rules
    found = [_judge_rule(rule, result, client, age) for rule in book.of(result.test, "context")]
    found += [_hold_against(entry, result, client, age) for entry in book.expectations]
    return tuple(finding for finding in found if finding is not None)


def _judge_rule(rule: Rule, result: TestResult, client: Client | None, age: int | None) -> Finding | None:
    """Judge by one rule; None where it is not about this test or this person.

    A rule of the guideline always answers, if only with unknown; a norm or a second opinion needs something to judge.
    """
    limits = possible_limits(rule, client, age)
    if not limits or (rule.role == "norm" and age is None):
        return None
    if rule.unable_meets and rule.evidence != "memory" and result.outcome is Outcome.UNABLE:
        return _finding(rule, Judged(limits=limits, verdict=Verdict.MET), result, client)
    measure = measure_of(rule, result)
    if measure is None and rule.role != "primary":
        return None
    return _finding(rule, assess(rule, result, measure, limits), result, client)


def _hold_against(entry: Expectation, result: TestResult, client: Client | None, age: int | None) -> Finding | None:
    measure = measure_of(entry, result) if entry.test is result.test else None
    return None if measure is None else compare_with_expected(entry, measure, client, age)


def measure_of(entry: Entry, result: TestResult) -> Measure | None:
    """Find the measure that an entry prefers among those that a result has, if it is about this kind of test at all."""
    if (
        hands_void(result)
        or result.outcome is Outcome.INVALID
        or entry.seconds not in {None, result.conditions.seconds}
    ):
        return None
    return next((m for name in entry.measures for m in result.measures if m.name == name), None)


def _finding(rule: Rule, judged: Judged, result: TestResult, client: Client | None) -> Finding:
    reason = norm_reason(rule, judged) if rule.role == "norm" else rule_reason(rule, judged)
    return rule.finding(
        judged.verdict,
        followed_by(reason, notes(rule, judged, result, client)),
        rule.meaning,
        measure=judged.measure.name if judged.measure else None,
        close=judged.close,
    )
