"""A fault of our own: into a log file, without a word of what was being measured."""

from __future__ import annotations

import platform
import traceback
from datetime import UTC, datetime

from teststation import __version__, settings
from teststation.cli.speech import tr


def log_fault(error: BaseException) -> str:
    """Write down where a fault arose, and give the line for the user that names the log."""
    return log_trace(trace(error))


def trace(error: BaseException) -> str:
    """Describe a fault by kind and place only: its message and its values may hold a client's data."""
    kinds = []
    cause: BaseException | None = error
    while cause is not None:
        places = "".join(traceback.format_list(traceback.extract_tb(cause.__traceback__)))
        kinds.append(f"{type(cause).__module__}.{type(cause).__qualname__}\n{places}")
        cause = cause.__cause__ or cause.__context__
    return "\n".join(kinds)


def log_trace(text: str) -> str:
    """Add a described fault to today's log, and give the line for the user that names it."""
    now = datetime.now(UTC)
    file = settings.home() / "logs" / f"{now:%Y-%m-%d}.log"
    entry = (
        f"{now:%H:%M:%SZ} teststation {__version__}, Python {platform.python_version()}, {platform.system()}\n{text}\n"
    )
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        with file.open("a", encoding="utf-8") as log:
            log.write(entry)
    except OSError:
        return tr("interne fout; het logboek {file} kon niet worden geschreven.", file=str(file))
    return tr("interne fout; zie {file}.", file=str(file))
