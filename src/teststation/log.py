"""The log: what went wrong and where, without a word or a value of what was being measured.

An exception is its kind and its places; of a line of ours the text is kept and numbers in it, of a library's not even
that: what it says may hold what it was given. The file is the user's alone, and does not grow.
"""

from __future__ import annotations

import logging
import os
import platform
import sys
import threading
import traceback
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType

from teststation import __version__

_MOST_BYTES = 2**20
_OURS = "teststation"


def trace(error: BaseException) -> str:
    """Describe an exception, and those that it came from, by kind and place only."""
    kinds = []
    cause: BaseException | None = error
    while cause is not None:
        places = "".join(
            f"  {place.filename}:{place.lineno} {place.name}\n" for place in traceback.extract_tb(cause.__traceback__)
        )
        kinds.append(f"{type(cause).__module__}.{type(cause).__qualname__}\n{places}")
        cause = cause.__cause__ or cause.__context__
    return "".join(kinds)


def write(file: Path, text: str) -> None:
    """Add to a log with the time and the versions; what was there before the last mebibyte goes.

    Raises
    ------
    OSError
        It cannot be written.
    """
    head = f"{datetime.now(UTC):%Y-%m-%d %H:%M:%SZ} teststation {__version__}, Python {platform.python_version()}, "
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    if file.exists() and file.stat().st_size > _MOST_BYTES:
        file.replace(file.with_name(f"{file.name}.1"))
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600), "a", encoding="utf-8") as log:
        log.write(f"{head}{platform.system()}\n{text.rstrip()}\n\n")


def keep(file: Path) -> None:
    """Let all that is logged, and every exception that nobody took, go to a file and nowhere else."""
    handler = _Handler(file)
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)
    sys.excepthook = handler.last
    threading.excepthook = lambda said: handler.fault(said.exc_value)
    sys.unraisablehook = lambda said: handler.fault(said.exc_value)


class _Handler(logging.Handler):
    def __init__(self, file: Path) -> None:
        super().__init__()
        self._file = file

    def emit(self, record: logging.LogRecord) -> None:
        said = f"{record.levelname} {record.name}:{record.lineno} {_said(record)}"
        error = record.exc_info[1] if record.exc_info else None
        self._write(said if error is None else f"{said}\n{trace(error)}")

    def fault(self, error: BaseException | None) -> None:
        if error is not None:
            self._write(trace(error))

    def last(self, _: type[BaseException], error: BaseException, __: TracebackType | None) -> None:
        self.fault(error)
        print(f"teststation: internal error; see {self._file}.", file=sys.stderr)  # noqa: T201 - what is left to say it

    def _write(self, text: str) -> None:
        try:
            write(self._file, text)
        except OSError:  # there is nobody left to tell: the terminal is the screen's
            return


def _said(record: logging.LogRecord) -> str:
    if record.name.split(".")[0] != _OURS:
        return ""
    said = str(record.msg)
    if not record.args or not isinstance(record.args, tuple):
        return said
    try:
        return said % tuple(arg if isinstance(arg, int | float) else _Unsaid(arg) for arg in record.args)
    except (TypeError, ValueError):
        return said


class _Unsaid:
    """Stands for a value: an exception by its kind, all else by nothing."""

    def __init__(self, value: object) -> None:
        self._kind = type(value).__qualname__ if isinstance(value, BaseException) else "…"

    def __repr__(self) -> str:
        return self._kind
