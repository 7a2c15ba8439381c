"""A store with a visit, and a trial of it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from station.trials import Bench, ScriptedWatcher
from teststation.model import (
    Client,
    Visit,
)
from teststation.station import trial_run
from teststation.store import Store, temporary_store
from teststation.tests.base import Options, Sighting


@pytest.fixture
def store() -> Iterator[Store]:
    with temporary_store() as opened:
        yield opened


@pytest.fixture
def visit(store: Store) -> Visit:
    store.add_client(Client(code="K-001")).result()
    return store.begin_visit("K-001", age=81).result()


@pytest.fixture
def watched(monkeypatch: pytest.MonkeyPatch) -> list[Sighting]:
    """What the watcher will see, on the device's clock."""
    sightings: list[Sighting] = []

    class Module:
        @staticmethod
        def watch(options: Options) -> ScriptedWatcher:
            return ScriptedWatcher(list(sightings))

    monkeypatch.setattr(trial_run, "clinical_test", lambda _: Module)
    return sightings


@pytest.fixture
def bench(store: Store, visit: Visit, watched: list[Sighting]) -> Iterator[Bench]:
    made = Bench(store, visit)
    made.connect()
    yield made
    made.close()
