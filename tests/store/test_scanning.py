"""What stands in a file is found in it whether it is encrypted or not, and an erased client is not."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from dossiers import CLIENT, dossier
from teststation.model import Client
from teststation.store import Store, temporary_store


@pytest.fixture(params=[False, True], ids=["plain", "encrypted"])
def store(request: pytest.FixtureRequest) -> Iterator[Store]:
    with temporary_store(encrypted=request.param) as opened:
        opened.add_dossier(dossier()).result()
        opened.add_client(Client(code="K-0180")).result()
        yield opened


def test_a_client_is_found_until_erased(store: Store) -> None:
    traces = store.traces(CLIENT.code)
    assert traces[0] == CLIENT.code.encode()
    assert len(traces) > 1, "recordings have sums"
    store.erase_client("K-0180").result()  # which empties the log into the file
    assert all(store.holds([trace]) for trace in traces)
    store.erase_client(CLIENT.code).result()
    assert not store.holds(traces)


def test_a_code_that_others_may_have_within_tells_nothing(store: Store) -> None:
    store.add_client(Client(code="K-018")).result()
    store.add_client(Client(code="K-1")).result()
    assert store.traces("K-018") == store.traces("K-1") == []
