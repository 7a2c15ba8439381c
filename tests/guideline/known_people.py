"""What is known of people, with as little said as a test needs."""

from __future__ import annotations

from teststation.guideline.criteria import judge_facts
from teststation.guideline.engine import judge
from teststation.guideline.facts import Value, fact
from teststation.guideline.gather import gather
from teststation.i18n import Translator
from teststation.model import Client, Finding, Questionnaire, TestResult, Verdict

DUTCH = Translator("nl")


def findings(
    *results: TestResult,
    client: Client | None = None,
    age: int | None = None,
    questionnaires: tuple[Questionnaire, ...] = (),
    **answers: Value,
) -> tuple[Finding, ...]:
    """Judge everything that there is of a visit."""
    facts = [fact(code, value, at="2026-11-23T10:00:00Z") for code, value in answers.items()]
    known = gather(facts, client=client, age=age, questionnaires=questionnaires, results=results)
    of_tests = [each for result in results for each in judge(result, client=client, age=age)]
    return judge_facts(known, of_tests)


def verdict(rule: str, found: tuple[Finding, ...]) -> Verdict:
    return one(rule, found).verdict


def one(rule: str, found: tuple[Finding, ...]) -> Finding:
    return next(each for each in found if each.rule == rule)


def said(each: Finding) -> str:
    return DUTCH.reason(each.reason)
