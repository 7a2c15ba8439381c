"""Annex 4: how many of its indicators are met; and, apart from that, what Fried would call that many (trap T7)."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from pathlib import Path

import msgspec

from teststation.guideline.entries import Cited, Text
from teststation.guideline.tables import RULES_FOLDER, Tables, as_entry, read_tables
from teststation.model import Finding, Reason, Verdict

INDICATOR = "frailty-indicator"
FRIED = "fried"


class Step(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename={"from_": "from"}):
    """What so many make, both ends included."""

    from_: int
    to: int
    name: Text


class Count(Cited, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a number of indicators makes."""

    of: int
    steps: tuple[Step, ...]


class Frailty(msgspec.Struct, frozen=True, kw_only=True):
    """How many indicators are met, may be met at most, and there are.

    Parameters
    ----------
    count : the guideline's own sentence
    fried : whether what is known makes one category by Fried's count, and no missing answer could change it
    """

    met: int
    most: int
    of: int
    count: Reason
    fried: Finding


@functools.cache
def load_counts(folder: Path = RULES_FOLDER / "counts") -> Tables[Count]:
    """Read the counts. What is broken is left out and named in `off`; this never raises."""
    return read_tables(folder, as_entry(Count))


def frailty(findings: Sequence[Finding], *, counts: Tables[Count] | None = None) -> Frailty | None:
    """Count the indicators among findings; None where the file of counts is broken."""
    entry = (load_counts() if counts is None else counts).entries.get(FRIED)
    if entry is None:
        return None
    verdicts = [each.verdict for each in findings if each.meaning == INDICATOR]
    met, most = verdicts.count(Verdict.MET), entry.of - verdicts.count(Verdict.NOT_MET)
    params = {"met": met, "most": most, "of": entry.of}
    return Frailty(
        **params,
        count=Reason("frailty_count" if met == most else "frailty_count_open", params),
        fried=_by_fried(entry, met, most),
    )


def _by_fried(entry: Count, met: int, most: int) -> Finding:
    step = next((each for each in entry.steps if each.from_ <= met and most <= each.to), None)
    if step is None:
        verdict, reason = Verdict.UNKNOWN, Reason("fried_open", {"met": met, "most": most, "of": entry.of})
    else:
        verdict = Verdict.MET if step is entry.steps[-1] else Verdict.NOT_MET
        reason = Reason(f"fried_{step.name}", {"low": step.from_, "high": step.to})
    return entry.finding(verdict, reason, "frailty-category")
