"""How long a record is kept: counted from the last visit, by what the client was seen for."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

import msgspec

from teststation.store.record import LastSeen


class Terms(msgspec.Struct, frozen=True):
    """How long to keep: of who was treated in years, of who was only screened in days."""

    care_years: int
    screening_days: int


def overdue(seen: Iterable[LastSeen], terms: Terms, today: dt.date) -> list[LastSeen]:
    """Give the clients whose term has passed, in their order; nothing is erased by that."""
    return [each for each in seen if _kept_until(each, terms) < today]


def _kept_until(seen: LastSeen, terms: Terms) -> dt.date:
    last = dt.datetime.fromisoformat(seen.at).date()
    if seen.screening_only:
        return last + dt.timedelta(days=terms.screening_days)
    year = last.year + terms.care_years
    return last.replace(year=year, day=28) if (last.month, last.day) == (2, 29) else last.replace(year=year)
