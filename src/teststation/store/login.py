"""The keyring of the computer's login, where it has one that deserves the name."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from teststation.store.errors import StoreError

if TYPE_CHECKING:
    from keyring.backend import KeyringBackend

_SERVICE = "teststation"
_LEAST_PRIORITY = 1.0  # keyring's own bound for what is recommended: below it are plain text files


def is_there() -> bool:
    """Tell whether the login has a keyring that can keep a secret."""
    try:
        with _opened():
            return True
    except StoreError:
        return False


def put(name: str, secret: bytes) -> None:
    """Let the login keep a secret."""
    with _opened() as keyring:
        keyring.set_password(_SERVICE, name, base64.b64encode(secret).decode())


def get(name: str) -> bytes:
    """Ask the login for a secret."""
    with _opened() as keyring:
        kept = keyring.get_password(_SERVICE, name)
    return base64.b64decode(kept or "")


def remove(name: str) -> None:
    """Let the login forget a secret."""
    from keyring.errors import PasswordDeleteError  # noqa: PLC0415 - see below

    with _opened() as keyring, suppress(PasswordDeleteError):  # it may have none
        keyring.delete_password(_SERVICE, name)


@contextmanager
def _opened() -> Iterator[KeyringBackend]:
    import keyring  # noqa: PLC0415 - slow: it looks for every backend there is
    from keyring.errors import KeyringError  # noqa: PLC0415

    backend = keyring.get_keyring()
    if backend.priority < _LEAST_PRIORITY:
        raise StoreError("store_no_login")
    try:
        yield backend
    except KeyringError as error:
        raise StoreError("store_no_login") from error
