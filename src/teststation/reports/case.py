"""A client's newest visit, with all that letters, notes and the client's sheet say of it."""

from __future__ import annotations

import datetime as dt

import msgspec

from teststation.formats.dossier import Dossier
from teststation.guideline.conclusion import Conclusion, conclude
from teststation.guideline.evaluation import evaluate
from teststation.guideline.facts import lasting
from teststation.guideline.gather import gather
from teststation.guideline.planner import Planned, PlanState, plan
from teststation.guideline.trend import Trend, fact_trends, result_trends
from teststation.model import Client, Finding, Scope, Visit, agreed_to
from teststation.reports.told import TestDone, concluded
from teststation.reports.wording import day_of


class Case(msgspec.Struct, frozen=True, eq=False, kw_only=True):
    """What there is to say.

    Parameters
    ----------
    tests : of the newest visit, with the findings that count; `earlier` those of the visits before
    days : of all visits, the newest last
    trends : of what was measured and typed, over the visits
    evaluation : whether anything improved by when that is expected, and which moments there are
    agreed : what the client agrees to now
    """

    client: Client
    visit: Visit
    tests: tuple[TestDone, ...]
    earlier: tuple[TestDone, ...]
    days: tuple[dt.date, ...]
    conclusion: Conclusion
    trends: tuple[Trend, ...]
    evaluation: tuple[Finding, ...]
    moments: tuple[Planned, ...]
    agreed: frozenset[Scope]

    @property
    def next_evaluation(self) -> Planned | None:
        """The next evaluation that the guideline asks for, where a treatment began and it has a day."""
        to_come = (PlanState.COMING, PlanState.DUE)
        return next((each for each in self.moments if each.state in to_come and not each.optional and each.due), None)


def case_of(dossier: Dossier, zone: dt.tzinfo | None = None) -> Case:
    """Gather the case of a client, who must have been visited; `zone` is where."""
    *before, newest = dossier.visits
    tests = concluded(newest)
    days = tuple(day_of(each.visit.started_at, zone) for each in dossier.visits)
    known = gather(
        (*(fact for each in before for fact in lasting(each.facts)), *newest.facts),
        client=dossier.client,
        age=newest.visit.age,
        questionnaires=[form for each in dossier.visits for form in each.questionnaires],
        results=[done.result for done in tests],
    )
    of_visits = [gather(each.facts, questionnaires=each.questionnaires) for each in dossier.visits]
    trends = (
        *result_trends([[done.result for done in concluded(each)] for each in dossier.visits]),
        *fact_trends(of_visits),
    )
    start = known.date("treatment_start")
    return Case(
        client=dossier.client,
        visit=newest.visit,
        tests=tuple(done.counted() for done in tests),
        earlier=tuple(done for each in before for done in concluded(each)),
        days=days,
        conclusion=conclude(known, [each for done in tests for each in done.judged], age=newest.visit.age),
        trends=trends,
        evaluation=() if start is None else evaluate(trends, of_visits[-1], start, days[-1]),
        moments=() if start is None else plan(start, days, days[-1], known.date("treatment_end")),
        agreed=agreed_to(dossier.consents),
    )
