"""Whether anything improved by the time that the guideline expects it (PRACTICE 22).

A change within measurement error is not "no improvement": the reminder comes only when nothing improved that the client
says or that was measured, and the therapist answers that nothing did.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from teststation.guideline.change import Change, ChangeKind
from teststation.guideline.facts import Known
from teststation.guideline.followed import Domain, load_followed
from teststation.guideline.planner import Moment, load_moments, opens
from teststation.guideline.trend import Trend
from teststation.guideline.wording import listed
from teststation.model import Finding, Reason, Verdict

EVALUATION = "evaluation"
"""The meaning of this finding: met when the reminder is due."""


def improved_domains(trends: Sequence[Trend], known: Known) -> tuple[Domain, ...]:
    """Name the domains in which something improved since the beginning, each once."""
    found: list[Domain] = [trend.domain for trend in trends if _improved(trend)]
    if known.text("daily_life_change") == "better":
        found.append("daily_life")
    return tuple(dict.fromkeys(found))


def evaluate(trends: Sequence[Trend], known: Known, start: dt.date, today: dt.date) -> tuple[Finding, ...]:
    """Judge each moment by which improvement is expected, as far as it has come.

    Parameters
    ----------
    trends : of the visit of today
    known : the facts of that visit alone: what the therapist saw at an earlier one does not answer for it
    """
    improved = improved_domains(trends, known)
    moments = load_moments()
    return (
        *(
            _evaluated(moment, improved, known.yes("improvement_seen"))
            for moment in moments.entries.values()
            if moment.improvement_expected and opens(moment, start) <= today
        ),
        *(off.finding for off in (*moments.off, *load_followed().off)),
    )


def _evaluated(moment: Moment, improved: tuple[Domain, ...], seen: bool | None) -> Finding:
    weeks = {"weeks": moment.weeks}
    if improved:
        verdict, reason = (
            Verdict.NOT_MET,
            Reason("evaluation_improved", weeks | {"what": listed(*(f"domain.{each}" for each in improved))}),
        )
    elif seen is None:
        verdict, reason = Verdict.UNKNOWN, Reason("evaluation_ask", weeks)
    elif seen:
        verdict, reason = Verdict.NOT_MET, Reason("evaluation_seen", weeks)
    else:
        verdict, reason = Verdict.MET, Reason("evaluation_no_improvement", weeks)
    return moment.finding(verdict, reason, EVALUATION)


def _improved(trend: Trend) -> bool:
    """Tell whether a measure improved: beyond its error; of what the client says without a known error, at all."""
    change = _comparable(trend)
    if change is None or not change.better:
        return False
    return change.kind is ChangeKind.REAL or (change.kind is ChangeKind.NO_ERROR_KNOWN and trend.domain != "tests")


def _comparable(trend: Trend) -> Change | None:
    """Give the change since the beginning, or since the previous visit where the first does not compare."""
    changes = (trend.since_baseline, trend.since_previous)
    return next((each for each in changes if each and each.kind is not ChangeKind.NOT_COMPARABLE), None)
