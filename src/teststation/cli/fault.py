"""A fault of our own: into the log, and a line for the user that names it."""

from __future__ import annotations

from teststation import log, settings
from teststation.cli.speech import tr


def log_fault(error: BaseException) -> str:
    """Write down where a fault arose, and give the line for the user."""
    return log_trace(log.trace(error))


def log_trace(text: str) -> str:
    """Add a described fault to the log, and give the line for the user."""
    file = settings.log_file()
    try:
        log.write(file, text)
    except OSError:
        return tr("interne fout; het logboek {file} kon niet worden geschreven.", file=str(file))
    return tr("interne fout; zie {file}.", file=str(file))
