"""Clients as tables for a spreadsheet, and what each column is.

A row an attempt, a measure, a finding; a fact, an answer or score of a questionnaire, a consent.

For the Excel of a Dutch practice: semicolons, a decimal comma, UTF-8 with a byte order mark. In English: commas and a
point. Numbers are rounded to four decimals, below any error of measurement; the recordings themselves are in the
Motion-BIDS export. Text that a spreadsheet would take for a formula gets an apostrophe before it.
"""

from __future__ import annotations

from collections.abc import Iterable

from teststation.formats.dossier import Dossier
from teststation.i18n import Translator
from teststation.reports.spreadsheet.asked import ASKED
from teststation.reports.spreadsheet.measured import MEASURED
from teststation.reports.spreadsheet.table import written

TABLES = (*MEASURED, *ASKED)


def tables(dossiers: Iterable[Dossier], tr: Translator) -> dict[str, bytes]:
    """Make the tables of clients, by file name; the recordings of a client are let go before the next comes."""
    names = [f"{tr(table.name)}.csv" for table in TABLES]
    rows = [[[tr(column.heading) for column in table.columns]] for table in TABLES]
    for dossier in dossiers:
        for made, table in zip(rows, TABLES, strict=True):
            made.extend(table.cells(tr, dossier))
    files = {name: written(tr, made) for name, made in zip(names, rows, strict=True)}
    meanings = [
        [name, tr(column.heading), tr(column.meaning)]
        for name, table in zip(names, TABLES, strict=True)
        for column in table.columns
    ]
    files[f"{tr('toelichting')}.csv"] = written(tr, [[tr("bestand"), tr("kolom"), tr("betekenis")], *meanings])
    return files
