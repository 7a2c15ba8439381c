"""Pages as files: named by what they are, whose and of which day; whole, or not there."""

from __future__ import annotations

import re
from pathlib import Path

from teststation.formats.dossier import Dossier
from teststation.i18n import Translator
from teststation.model import TeststationError
from teststation.reports.case import case_of
from teststation.reports.letters import LETTERS, letters_due, record_text
from teststation.reports.pdf.client_sheet import SheetChoices, client_sheet
from teststation.reports.pdf.letter import letter
from teststation.reports.pdf.paper import OnPaper
from teststation.reports.pdf.record import record
from teststation.reports.wording import day_of

_LONGEST_CODE = 40
_ONLY_OWNER = 0o600


def write_record(folder: Path, tr: Translator, dossier: Dossier, on_paper: OnPaper, *, whole: bool = True) -> Path:
    """Write a client's record, all visits or the newest only, and give its path."""
    path = _path(folder, tr("verslag"), dossier, on_paper)
    return _write(path, record(tr, dossier, on_paper, whole=whole))


def write_sheet(folder: Path, tr: Translator, dossier: Dossier, on_paper: OnPaper, choices: SheetChoices) -> Path:
    """Write the client's sheet of the newest visit, and give its path."""
    return _write(_path(folder, tr("blad"), dossier, on_paper), client_sheet(tr, dossier, on_paper, choices))


def write_letters(folder: Path, tr: Translator, dossier: Dossier, on_paper: OnPaper) -> tuple[Path, ...]:
    """Write the letters that the newest visit asks for, where the client agreed to letters, and give their paths."""
    case = case_of(dossier, on_paper.zone)
    names = {"signal": tr("bericht_valrisico"), "closing": tr("bericht_afsluiting")}
    return tuple(
        _write(_path(folder, names[kind], dossier, on_paper), letter(tr, LETTERS[kind](tr, case), on_paper))
        for kind in letters_due(case)
    )


def write_record_text(folder: Path, tr: Translator, dossier: Dossier, on_paper: OnPaper) -> Path:
    """Write the newest visit as text for a record system, and give its path."""
    lines = record_text(tr, case_of(dossier, on_paper.zone))
    path = _path(folder, tr("tekst_dossier"), dossier, on_paper).with_suffix(".txt")
    return _write(path, "\n".join((*lines, "")).encode())


def _path(folder: Path, kind: str, dossier: Dossier, on_paper: OnPaper) -> Path:
    code = re.sub(r"[^A-Za-z0-9_-]", "_", dossier.client.code)[:_LONGEST_CODE]
    started = dossier.visits[-1].visit.started_at if dossier.visits else None
    day = on_paper.printed_on if started is None else day_of(started, on_paper.zone)
    return folder / f"{kind}-{code}-{day.isoformat()}.pdf"


def _write(path: Path, data: bytes) -> Path:
    fresh = path.with_suffix(".new")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        fresh.touch(_ONLY_OWNER)
        fresh.write_bytes(data)
        fresh.replace(path)
    except OSError as error:
        fresh.unlink(missing_ok=True)
        raise TeststationError("unwritable", file=str(path), detail=error.strerror or str(error)) from error
    return path
