"""The two kinds of store, so that what holds for one is tried on both."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from teststation.store import Passphrase, Store, open_store, set_up_store, vault

PASSPHRASE = Passphrase("drie koeien in de wei")


@pytest.fixture
def cheap_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a guess cost nothing; what it costs stands in the key file."""
    monkeypatch.setattr(vault, "MEMORY_KIB", 32)
    monkeypatch.setattr(vault, "PASSES", 1)


@pytest.fixture(params=["plain", "encrypted"])
def opened(request: pytest.FixtureRequest, cheap_keys: None) -> Callable[[Path], Store]:
    """Open a store of either kind, made where there is none."""

    def open_either(path: Path) -> Store:
        if request.param == "plain":
            return open_store(path)
        if not path.exists():
            set_up_store(path, PASSPHRASE.text)
        return open_store(path, PASSPHRASE)

    return open_either
