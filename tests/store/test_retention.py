"""A record is due when its own term has passed, and not a day before."""

from __future__ import annotations

import datetime as dt

import pytest

from store.examples import CLIENT
from teststation.store.record import LastSeen
from teststation.store.retention import Terms, overdue

TERMS = Terms(care_years=20, screening_days=30)


@pytest.mark.parametrize(
    ("seen", "screening", "last_kept"),
    [
        ("2006-03-01T23:30:00.000000Z", False, dt.date(2026, 3, 1)),
        ("2008-02-29T10:00:00.000000Z", False, dt.date(2028, 2, 28)),
        ("2026-10-24T10:00:00.000000Z", True, dt.date(2026, 11, 23)),
    ],
)
def test_a_record_is_due_the_day_after_its_term(seen: str, screening: bool, last_kept: dt.date) -> None:
    client = LastSeen(CLIENT, seen, screening_only=screening)
    assert overdue([client], TERMS, last_kept) == []
    assert overdue([client], TERMS, last_kept + dt.timedelta(days=1)) == [client]
