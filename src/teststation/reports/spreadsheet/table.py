"""A table: what its rows are of a client, what its columns are, and how its cells are written."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Sequence
from typing import Any, Generic, TypeVar

import msgspec

from teststation.formats.cells import harmless
from teststation.formats.dossier import Dossier
from teststation.i18n import N_, Translator

R = TypeVar("R")

BOM = "\N{BYTE ORDER MARK}"
_DECIMALS = 4

CLIENT = N_("Code van de cliënt.")
VISIT = N_("Begin van het bezoek (UTC).")


class Column(msgspec.Struct, Generic[R], frozen=True):
    """A column: its heading, what it means, and how it is filled; texts come marked."""

    heading: str
    meaning: str
    cell: Callable[[Translator, R], object]


class Table(msgspec.Struct, frozen=True):
    """A table by its name, which comes marked."""

    name: str
    columns: tuple[Column[Any], ...]
    rows: Callable[[Dossier], Iterable[Any]]

    def cells(self, tr: Translator, dossier: Dossier) -> list[list[str]]:
        """Write the rows of a client."""
        return [[_cell(tr, column.cell(tr, row)) for column in self.columns] for row in self.rows(dossier)]


def written(tr: Translator, rows: Iterable[Sequence[str]]) -> bytes:
    """Make a file of cells."""
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=";" if tr.language == "nl" else ",", lineterminator="\r\n").writerows(rows)
    return (BOM + text.getvalue()).encode()


def _cell(tr: Translator, value: object) -> str:
    match value:
        case None:
            return ""
        case float():
            short = f"{value:.{_DECIMALS}f}".rstrip("0").rstrip(".")
            return short.replace(".", ",") if tr.language == "nl" else short
        case int():
            return str(value)
        case _:
            return harmless(str(value))


def yes(tr: Translator, value: bool) -> str:
    """Answer a question."""
    return tr("ja") if value else tr("nee")


def moment(utc: str) -> str:
    """Write a time so that a spreadsheet takes it for one."""
    return utc[:19].replace("T", " ")
