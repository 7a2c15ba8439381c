"""Visits in the store: who is known, what was agreed to, a visit begun, ended, or found as it was left.

A visit of today only has a store of its own, whose key is in memory alone; at its end it is gone, and what was made for
printing with it.
"""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from teststation.model import Client, Confirmation, Fact, Reason, SavedResult, TestResult, Visit, VisitKind
from teststation.reports.told import TestDone
from teststation.tui.agreement import Agreement, Keep, agreement_of

if TYPE_CHECKING:
    from teststation.station import LeftVisit
    from teststation.store import Store

PROPOSED = 8
"""So many codes are proposed while one is typed."""


class Visiting:
    """The visits of a station, of which one goes on.

    Parameters
    ----------
    practice : gives the practice's store, once it is open
    begun : is told that a visit begins
    """

    def __init__(self, practice: Callable[[], Store], begun: Callable[[], None]) -> None:
        self._practice = practice
        self._begun = begun
        self._today = ExitStack()
        self._of_today: Store | None = None

    @property
    def store(self) -> Store:
        """Where the visit is kept that goes on."""
        return self._of_today or self._practice()

    def known(self, start: str) -> list[Client]:
        """Give the first few of the clients whose code begins so."""
        return self._practice().clients(start, PROPOSED)

    def earlier(self, client: str) -> list[Visit]:
        """Give the visits of the client with this code that are kept, the oldest first."""
        return self._practice().visits(client)

    def quick_code(self, day: dt.date) -> str:
        """Give the next code of a day of screening that nobody has."""
        store, start = self._practice(), f"S{day:%y%m%d}"
        codes = (f"{start}-{number:02d}" for number in itertools.count(1))
        return next(code for code in codes if not store.clients(code, 1))

    def screened(self, day: dt.date) -> int:
        """Count the screenings of a day that are kept."""
        return self._practice().visits_since(_midnight(day), VisitKind.SCREENING)

    def agreement(self, client: str) -> Agreement | None:
        """Give what the client with this code agrees to; None where it was not asked in these words."""
        return agreement_of(self._practice().consents(client))

    def agree(self, client: str, agreement: Agreement, visit: Visit | None = None) -> None:
        """Keep what a client agrees to from now on, as far as it is news."""
        from teststation.store import utc_now  # noqa: PLC0415 - loaded by now

        store = self.store
        for consent in agreement.news(store.consents(client), utc_now(), store.operator):
            store.add_consent(client, consent, None if visit is None else visit.id).result()

    def begin(self, client: Client, age: int | None, agreement: Agreement, kind: VisitKind = VisitKind.FIRST) -> Visit:
        """Keep the client, as known now, with what was agreed to, and begin a visit."""
        self._begun()
        self.leave_today()
        if agreement.keep is not Keep.KEPT:
            self._begin_today()
        store = self.store
        known = next((other for other in store.clients(client.code) if other.code == client.code), None)
        if known is None:
            store.add_client(client).result()
        else:
            store.change_client(client).result()
        visit = store.begin_visit(client.code, age=age, kind=kind).result()
        self.agree(client.code, agreement, visit)
        return visit

    def end(self, visit: Visit) -> None:
        """End a visit; one of today only is gone."""
        if self._of_today is None:
            self.store.end_visit(visit.id).result()
        self.leave_today()

    def papers_folder(self, usual: Path) -> Path:
        """Tell where to make what is printed: of a visit of today only beside its store, with which it goes."""
        return usual if self._of_today is None else self._of_today.path.parent

    def leave_today(self) -> None:
        """Have a visit of today only gone."""
        self._of_today = None
        self._today.close()

    def left(self) -> tuple[LeftVisit, ...]:
        """Give the visits that were not ended, the newest first."""
        from teststation.station import left_visits  # noqa: PLC0415 - loaded by now

        return left_visits(self._practice())

    def results(self, visit: Visit) -> list[SavedResult]:
        """Give what the tests of a visit came to, the oldest first."""
        return self._practice().results(visit.id)

    def baseline(self, visit: Visit) -> list[TestResult]:
        """Give what the tests of the client's first visit came to, but for screenings: the oldest first."""
        first = next((each for each in self.store.visits(visit.client) if each.kind is not VisitKind.SCREENING), visit)
        return [] if first.id == visit.id else [saved.result for saved in self.store.results(first.id)]

    def facts(self, visit: Visit) -> list[Fact]:
        """Give what was asked, seen or typed in a visit, the oldest first."""
        return self.store.facts_of_visit(visit.id)

    def facts_before(self, visit: Visit) -> list[Fact]:
        """Give what was answered in the client's other visits, the oldest first."""
        here = self.facts(visit)
        return [fact for fact in self.store.facts(visit.client) if fact not in here]

    def add_facts(self, visit: Visit, facts: Sequence[Fact]) -> None:
        """Keep what was asked, seen or typed; where the disk does not take it, it waits in memory."""
        failed = self.store.add_facts(visit.id, facts).exception()
        if failed is not None and self.store.trouble is None:
            raise failed

    def confirm(self, visit: Visit, done: TestDone, against: Mapping[int, str]) -> TestDone:
        """Keep that the therapist agrees to the findings of a test, but to those at these places, for a reason."""
        from teststation.store import utc_now  # noqa: PLC0415 - loaded by now

        at, operator = utc_now(), self.store.operator
        said = tuple(
            Confirmation(
                finding=place, agreed=place not in against, at=at, operator=operator, reason=against.get(place, "")
            )
            for place in range(len(done.findings))
        )
        self.store.confirm(visit.id, done.result.test, said)
        return msgspec.structs.replace(done, confirmations=said)

    def trouble(self) -> Reason | None:
        """Say why something waits in memory for the disk; it is tried again."""
        trouble = self.store.trouble
        if trouble is not None:
            self.store.retry()
        return trouble

    def _begin_today(self) -> None:
        from teststation.store import temporary_store  # noqa: PLC0415 - loaded by now

        store = self._today.enter_context(temporary_store(encrypted=True))
        store.operator = self._practice().operator
        self._of_today = store


def _midnight(day: dt.date) -> str:
    """Give when a day began where this machine is, as moments are kept."""
    return dt.datetime.combine(day, dt.time()).astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
