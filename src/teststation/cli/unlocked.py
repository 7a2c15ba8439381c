"""The station's store, for a command: opened by the computer's login, a file with the passphrase, or what is typed."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from teststation import settings
from teststation.cli.speech import tr
from teststation.model import TeststationError

if TYPE_CHECKING:
    from teststation.store import Store

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
    """Open the station's store, which must be there."""
    from teststation.store import is_encrypted  # noqa: PLC0415 - SQLAlchemy is loaded where it is used

    path = settings.home() / "store.db"
    if not path.exists() and not is_encrypted(path):
        raise TeststationError("store_missing", file=str(path))
    with _opened(path, passphrase_file) as store:
        yield store


def _opened(path: Path, passphrase_file: Path | None) -> Store:
    from teststation.store import Keyring, Passphrase, StoreError, is_encrypted, open_store  # noqa: PLC0415 - as above

    if not is_encrypted(path):
        return open_store(path)
    if passphrase_file is not None:
        return open_store(path, Passphrase(_read(passphrase_file)))
    try:
        return open_store(path, Keyring())
    except StoreError as error:
        if not error.reason.code.endswith(("_no_login", "_no_keyring", "_wrong_keyring")) or not sys.stdin.isatty():
            raise
    return open_store(path, Passphrase(click.prompt(tr("Wachtzin"), hide_input=True, err=True)))


def _read(file: Path) -> str:
    try:
        with file.open(encoding="utf-8") as opened:
            return opened.read(_LONGEST_PASSPHRASE_FILE).rstrip("\r\n")
    except (OSError, ValueError) as error:
        raise TeststationError(
            "unreadable", file=str(file), detail=getattr(error, "strerror", None) or "UTF-8"
        ) from error
