"""The three kinds of visit (PRACTICE 14): which tests, and what is asked before and after them."""

from __future__ import annotations

import msgspec

from teststation.model import TestName, VisitKind
from teststation.tui.protocols import ORDER
from teststation.tui.topics import CHECKLIST, COMPLAINTS, EVALUATION, FALLS, PROMPTS, SEEN, Topic


class Preset(msgspec.Struct, frozen=True, kw_only=True):
    """A kind of visit.

    Parameters
    ----------
    tests : in order; a follow-up repeats those of its baseline instead
    before, after : what is asked before and after the tests
    """

    tests: tuple[TestName, ...] = ORDER
    before: tuple[Topic, ...] = ()
    after: tuple[Topic, ...] = ()


PRESETS: dict[VisitKind, Preset] = {
    VisitKind.SCREENING: Preset(tests=(TestName.GUG,), before=(FALLS,)),
    VisitKind.FIRST: Preset(before=(FALLS, CHECKLIST, COMPLAINTS), after=(SEEN, PROMPTS)),
    VisitKind.FOLLOW_UP: Preset(before=(COMPLAINTS,), after=(EVALUATION,)),
}
