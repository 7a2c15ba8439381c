"""What was said last counts, also where the computer's clock is set back meanwhile."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from store import examples
from teststation.model import Consent, Fact, Scope
from teststation.store import keys, new_id, open_store, utc_now

AN_HOUR_NS = 3600 * 10**9


@pytest.fixture
def set_back(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have the clock set back by an hour each time it is looked at; what was given before does not count."""
    monkeypatch.setattr(keys, "_stamp", keys._stamps())
    monkeypatch.setattr(keys, "_moment", keys._moments())
    start_ns = time.time_ns()
    looks = iter(range(10_000))
    monkeypatch.setattr(time, "time_ns", lambda: start_ns - next(looks) * AN_HOUR_NS)


@pytest.mark.usefixtures("set_back")
def test_keys_and_times_only_go_on() -> None:
    for made in ([new_id() for _ in range(100)], [utc_now() for _ in range(100)]):
        assert made == sorted(set(made))


@pytest.mark.usefixtures("set_back")
def test_the_newest_is_the_one_that_was_said_last(tmp_path: Path) -> None:
    with open_store(tmp_path / "store.db") as store:
        store.add_client(examples.CLIENT).result()
        visit = store.begin_visit(examples.CLIENT.code).result()
        trial = examples.trial(visit.id, 1)
        store.save_trial(trial).result()
        made = [store.save_result(visit.id, *examples.result(trial)).result() for _ in range(3)]
        for number in range(3):
            consent = Consent(scope=Scope.KEEPING, given=number % 2 == 0, version=str(number), at=utc_now())
            store.add_consent(examples.CLIENT.code, consent).result()
            store.add_facts(visit.id, [Fact(code="pain", value=number, at=utc_now())]).result()
        assert [saved.id for saved in store.results(visit.id)] == made
        assert [consent.version for consent in store.consents(examples.CLIENT.code)] == ["0", "1", "2"]
        assert [fact.value for fact in store.facts(examples.CLIENT.code)] == [0, 1, 2]
        store.end_visit(visit.id).result()
        assert store.visit(visit.id).started_at < str(store.visit(visit.id).ended_at)
