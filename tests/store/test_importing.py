"""Who comes in beside who is here: looked at before anything is written, and never merged by guess."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from dossiers import CLIENT, dossier, visited
from teststation.formats.bids_tree import write_tree
from teststation.formats.dossier import Dossier
from teststation.formats.meeting import meet
from teststation.model import Client
from teststation.store import Store, temporary_store
from teststation.store.importing import Taken, arrivals, take

OTHER = Client(code="A-1")


@pytest.fixture
def store() -> Iterator[Store]:
    with temporary_store() as opened:
        yield opened


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    write_tree(tmp_path / "tree", [CLIENT.code, OTHER.code], [dossier(), dossier(OTHER, visits=0)])
    return tmp_path / "tree"


def test_who_is_new_is_told_and_taken(store: Store, tree: Path) -> None:
    coming = {each.coming.code: each for each in arrivals(store, tree)}
    assert [each.here for each in coming.values()] == [None, None]
    assert store.clients() == [], "looking writes nothing"
    assert take(store, tree, add_visits=False) == Taken(clients=2, visits=0)
    assert meet(store.dossier(CLIENT.code), dossier()).equal


def test_visits_are_added_where_that_is_asked_for(store: Store, tree: Path) -> None:
    store.add_dossier(Dossier(CLIENT, (visited(),))).result()
    (arrival,) = (each for each in arrivals(store, tree) if each.brings)
    assert arrival.visits > arrival.visits_here == 1
    assert take(store, tree, add_visits=False) == Taken(clients=1, visits=0)
    assert take(store, tree, add_visits=True) == Taken(clients=0, visits=arrival.visits - 1)


def test_who_is_told_otherwise_stays_outside(store: Store, tree: Path) -> None:
    store.add_client(msgspec.structs.replace(CLIENT, birth_year=1950)).result()
    (arrival,) = (each for each in arrivals(store, tree) if each.contradicts)
    assert not arrival.brings
    assert arrival.here is not None
    assert (arrival.here.birth_year, arrival.coming.birth_year) == (1950, CLIENT.birth_year)
    assert take(store, tree, add_visits=True) == Taken(clients=1, visits=0)
    assert store.visits(CLIENT.code) == []
