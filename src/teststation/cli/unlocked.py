"""The station's store, for a command: opened by the computer's login, a file with the passphrase, or what is typed."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from teststation import settings
from teststation.cli.speech import say, tr
from teststation.model import TeststationError

if TYPE_CHECKING:
    from teststation.store import Store
    from teststation.store.vault import Opener

T = TypeVar("T")

_TRIES = 5
_LONGEST_PASSPHRASE_FILE = 4096


def passphrase_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """Let a command take the passphrase from a file: never from its line, which others can read."""
    return click.option(
        "--passphrase-file",
        type=click.Path(path_type=Path, dir_okay=False),
        metavar="FILE",
        help=tr("Bestand met de wachtzin, voor scripts; zonder wordt zij gevraagd."),
    )(command)


@contextmanager
def unlocked(passphrase_file: Path | None) -> Iterator[Store]:
    """Open the station's store, which must be there, and close it; say so where not all could be kept."""
    from teststation.store import StoreError, is_encrypted, open_store  # noqa: PLC0415 - SQLAlchemy, where it is used

    path = settings.home() / "store.db"
    if not path.exists() and not is_encrypted(path):
        raise TeststationError("store_missing", file=str(path))
    store = with_opener(path, passphrase_file, partial(open_store, path))
    try:
        yield store
    finally:
        try:
            store.close()
        except StoreError as error:
            raise TeststationError("not_all_kept", why=error.reason) from error


def with_opener(path: Path, passphrase_file: Path | None, act: Callable[[Opener | None], T]) -> T:
    """Do something with what opens a store; a passphrase that is typed wrongly is asked again, each time later."""
    from teststation.store import (  # noqa: PLC0415 - as above
        Keyring,
        Passphrase,
        StoreError,
        WrongKeyError,
        is_encrypted,
        wait_s,
    )

    if not is_encrypted(path):
        return act(None)
    if passphrase_file is not None:
        return act(Passphrase(_read(passphrase_file)))
    try:
        return act(Keyring())
    except StoreError as error:
        if not error.reason.code.endswith(("_no_login", "_no_keyring", "_wrong_keyring")) or not sys.stdin.isatty():
            raise
    for failed in range(1, _TRIES + 1):
        try:
            return act(Passphrase(_typed(tr("Wachtzin"))))
        except WrongKeyError as error:
            if failed == _TRIES:
                raise
            say(tr.reason(error.reason))
            time.sleep(wait_s(failed))
    raise AssertionError("unreachable")


def new_passphrase(file: Path | None) -> str:
    """Read a passphrase to be, or ask for it twice."""
    if file is not None:
        return _read(file)
    return _typed(tr("Nieuwe wachtzin"), twice=True)


def _typed(question: str, *, twice: bool = False) -> str:
    typed: str = click.prompt(
        question, hide_input=True, err=True, confirmation_prompt=tr("Nog eens") if twice else False
    )
    return typed


def _read(file: Path) -> str:
    try:
        with file.open(encoding="utf-8") as opened:
            return opened.read(_LONGEST_PASSPHRASE_FILE).rstrip("\r\n")
    except (OSError, ValueError) as error:
        raise TeststationError(
            "unreadable", file=str(file), detail=getattr(error, "strerror", None) or "UTF-8"
        ) from error
