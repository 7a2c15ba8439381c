"""Whether to test: what says stop, what asks for a second person, and the therapist's reason to go on all the same."""

from __future__ import annotations

import enum
from collections.abc import Sequence

import msgspec

from teststation.guideline.criteria import met
from teststation.guideline.facts import Known
from teststation.model import Finding, Verdict

STOP = ("stop", "red-flag")
CAUTION = "caution"
OVERRIDE = "tested_all_the_same"


class Permission(enum.StrEnum):
    """What the station asks for before the first test."""

    ASK = "ask"
    STOP = "stop"
    SECOND_PERSON = "second_person"
    GO = "go"


class BeforeTest(msgspec.Struct, frozen=True):
    """Whether to test, what says so, and why the therapist goes on all the same where one does."""

    permission: Permission
    because: tuple[Finding, ...] = ()
    override: str = ""


def before_test(findings: Sequence[Finding], known: Known) -> BeforeTest:
    """Tell whether to test. Only the questions of when not to test must be answered; a red flag counts when seen."""
    stops = tuple(found for meaning in STOP for found in met(findings, meaning))
    cautions = met(findings, CAUTION)
    override = known.text(OVERRIDE) or ""
    if stops and not override:
        return BeforeTest(Permission.STOP, stops)
    if any(each.verdict is Verdict.UNKNOWN for each in findings if each.meaning in {STOP[0], CAUTION}):
        return BeforeTest(Permission.ASK, stops + cautions, override if stops else "")
    permission = Permission.SECOND_PERSON if cautions else Permission.GO
    return BeforeTest(permission, stops + cautions, override if stops else "")
