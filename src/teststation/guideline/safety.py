"""Not being able is a finding, not a gap (PRACTICE 2): how a test ended, and whether hands were needed."""

from __future__ import annotations

from teststation.model import Finding, Outcome, Reason, TestName, TestResult, Verdict

NOT_SAFE = "test-not-safe"
HANDS = "factor-p1-hands"
OWN_SOURCE = "common-practice"
FACTORS_SOURCE = "KNGF-richtlijn Osteoporose 2011, update 2017, B.3, prognostische factoren"

_NOT_SAFE_OUTCOMES = (Outcome.UNABLE, Outcome.UNSAFE, Outcome.STOPPED, Outcome.FELL)


def went_safely(result: TestResult) -> bool:
    """Tell whether the test was done to its end by the person alone."""
    return result.outcome not in _NOT_SAFE_OUTCOMES and not result.conditions.physical_help


def hands_void(result: TestResult) -> bool:
    """Tell whether hands make the test's times void: in a chair stand they do, in a GUG armrests are allowed (T19)."""
    return result.test is TestName.TCS and result.conditions.hands_used


def safety_findings(result: TestResult) -> list[Finding]:
    """Give the findings that need no time: the way the test ended, help, and hands used to rise."""
    codes = [f"outcome_{result.outcome}"] if result.outcome in _NOT_SAFE_OUTCOMES else []
    if result.conditions.physical_help:
        codes.append("outcome_helped")
    findings = [
        Finding(
            rule=NOT_SAFE,
            measure=None,
            verdict=Verdict.MET,
            reason=Reason(code),
            meaning=NOT_SAFE,
            source=OWN_SOURCE,
            evidence="own",
        )
        for code in codes
    ]
    if result.conditions.hands_used and result.test in {TestName.GUG, TestName.TCS}:
        findings.append(
            Finding(
                rule=HANDS,
                measure=None,
                verdict=Verdict.MET,
                reason=Reason("hands_void_chair_stand" if hands_void(result) else "hands_used_to_rise"),
                meaning="prognostic-factor",
                source=FACTORS_SOURCE,
                evidence="guideline",
            )
        )
    return findings
