"""From a file to lines and numbers, with caps, and with the place of what is wrong."""

from __future__ import annotations

import codecs
import gzip
import zlib
from collections.abc import Iterable, Iterator, Sequence
from copy import copy
from itertools import islice
from pathlib import Path
from typing import IO

import numpy as np
from numpy.typing import NDArray

from teststation.boundary import excerpt
from teststation.formats.refused import Refused

_MOST_BYTES = 512 * 2**20
"""A day at 100 Hz."""
_MOST_RATIO = 100
_RATIO_MATTERS_FROM_BYTES = 16 * 2**20
"""Numbers from a sensor shrink four to ten times; a still generated signal more, but not over this much of it."""
_LONGEST_HEADER = 2**16
_PIECE_BYTES = 2**20
_CHUNK_LINES = 4096


class Lines:
    """The lines of a text file, gzipped where its name says so: at least one, made anew each time they are asked for.

    An hour's lines, together, take three times the room of its text.
    """

    def __init__(self, file: Path) -> None:
        data = read_bytes(file)
        self._data = data
        self.skipped = 0
        self._start = len(codecs.BOM_UTF8) if data.startswith(codecs.BOM_UTF8) else 0
        self._stop = len(data)
        while self._stop > self._start and data[self._stop - 1 : self._stop].isspace():
            self._stop -= 1
        try:
            written = [not piece.isspace() for piece in self._pieces()]
        except UnicodeDecodeError as error:
            raise Refused("not_text", file) from error
        if not any(written):
            raise Refused("empty", file)
        if b"\0" in data:
            raise Refused("not_text", file)

    def __iter__(self) -> Iterator[str]:
        lines = (line for piece in self._pieces() for line in piece.splitlines())
        return islice(lines, self.skipped, None)

    def without_header(self) -> Lines:
        """Leave the first line out."""
        rows = copy(self)
        rows.skipped = 1
        return rows

    def _pieces(self) -> Iterator[str]:
        """Decode whole lines together."""
        start = self._start
        while start < self._stop:
            after = self._data.find(b"\n", start + _PIECE_BYTES, self._stop) + 1 or self._stop
            yield self._data[start:after].decode()
            start = after


def read_lines(file: Path) -> list[str]:
    """Read all lines of a text file that is not long, at least one."""
    return list(Lines(file))


def read_bytes(file: Path, most_bytes: int = _MOST_BYTES) -> bytes:
    """Read a file up to a size, gzipped where its name says so."""
    try:
        if not file.is_file():
            raise Refused("missing_file" if not file.exists() else "not_a_file", file)
        with file.open("rb") as raw:
            if file.suffix.lower() != ".gz":
                if file.stat().st_size > most_bytes:
                    raise Refused("too_large", file, most_mib=most_bytes // 2**20)
                return _capped(file, raw, raw, most_bytes)
            with gzip.GzipFile(fileobj=raw) as unpacked:
                return _capped(file, unpacked, raw, most_bytes)
    except EOFError as error:
        raise Refused("gzip_cut_off", file) from error
    except (gzip.BadGzipFile, zlib.error) as error:
        raise Refused("gzip_damaged", file) from error
    except (OSError, ValueError) as error:
        raise Refused.unreadable(file, error) from error


def _capped(file: Path, stream: IO[bytes] | gzip.GzipFile, raw: IO[bytes], most_bytes: int) -> bytes:
    pieces, size = [], 0
    while piece := stream.read(_PIECE_BYTES):
        pieces.append(piece)
        size += len(piece)
        if size > most_bytes:
            raise Refused("too_large", file, most_mib=most_bytes // 2**20)
        if size > _RATIO_MATTERS_FROM_BYTES and size > _MOST_RATIO * raw.tell():
            raise Refused("gzip_bomb", file)
    return b"".join(pieces)


def read_header(file: Path, line: str, separator: str, needed: Sequence[str]) -> list[str]:
    """Split a header into its columns' names, and see that those that are needed stand there once."""
    if len(line) > _LONGEST_HEADER:
        raise Refused("not_text", file)
    names = [name.strip().strip('"') for name in line.split(separator)]
    missing = [name for name in needed if name not in names]
    if missing:
        other = next((s for s in ";\t," if s != separator and line.count(s) >= len(needed) - 1), None)
        if other:
            raise Refused("wrong_separator", file, found=repr(other), separator=repr(separator))
        raise Refused("missing_columns", file, columns=", ".join(missing))
    repeated = [name for name in needed if names.count(name) > 1]
    if repeated:
        raise Refused("repeated_columns", file, columns=", ".join(repeated))
    return names


class Table:
    """The rows of a text table, of which some columns are numbers.

    Parameters
    ----------
    lines : the rows, empty ones among them; gone through more than once
    first_line : where in the file the first of them stands, from 1
    names : of all columns
    """

    def __init__(self, file: Path, lines: Iterable[str], first_line: int, separator: str, names: Sequence[str]) -> None:
        self._file = file
        self._lines = lines
        self._first_line = first_line
        self._separator = separator
        self._names = names
        separators = len(names) - 1
        for index, line in enumerate(lines):
            if line.count(separator) != separators and line:
                found = line.count(separator) + 1
                raise Refused("column_count", file, line=first_line + index, found=found, expected=len(names))

    def numbers(self, columns: Sequence[int], missing: str | None = None) -> NDArray[np.float64]:
        """Parse columns, (rows, columns); refuse what is not a finite number.

        Parameters
        ----------
        missing : a cell that says so is NaN in the answer; without it no NaN is let through
        """
        if not any(self._lines):
            raise Refused("no_samples", self._file)
        lines, absent = self._lines, None
        if missing is not None and any(missing in line for line in lines):
            rows = [[cell.strip() for cell in line.split(self._separator)] for line in lines if line]
            absent = np.array([[row[column] == missing for column in columns] for row in rows])
            lines = [self._separator.join("0" if cell == missing else cell for cell in row) for row in rows]
        try:
            found = self._parsed(lines, columns)
        except ValueError as error:
            raise self._not_a_number(columns, missing) from error
        finite = np.isfinite(found)
        if not finite.all():
            row, column = np.argwhere(~finite)[0]
            raise Refused("not_finite", self._file, line=self.line(int(row)), column=self._names[columns[column]])
        if absent is not None:
            found[absent] = np.nan
        return found

    def line(self, row: int) -> int:
        """Tell on which line of the file a row stands; empty lines are no rows."""
        return next(islice((number for number, _ in self._numbered()), row, None))

    def _numbered(self) -> Iterator[tuple[int, str]]:
        return ((number, line) for number, line in enumerate(self._lines, start=self._first_line) if line)

    def _parsed(self, lines: Iterable[str], columns: Sequence[int]) -> NDArray[np.float64]:
        return np.loadtxt(lines, delimiter=self._separator, comments=None, usecols=columns, ndmin=2)

    def _not_a_number(self, columns: Sequence[int], missing: str | None) -> Refused:
        """Look for the first cell that does not parse: chunks, then lines, then cells, by the same parser."""
        lines = list(self._numbered())
        for start in range(0, len(lines), _CHUNK_LINES):
            chunk = lines[start : start + _CHUNK_LINES]
            if self._parses([line for _, line in chunk], columns):
                continue
            for number, line in chunk:
                cells = [cell.strip() for cell in line.split(self._separator)]
                for column in columns:
                    if cells[column] != missing and not self._parses([line], [column]):
                        name = self._names[column]
                        return Refused(
                            "not_a_number", self._file, line=number, column=name, found=excerpt(cells[column])
                        )
        return Refused("not_text", self._file)

    def _parses(self, lines: list[str], columns: Sequence[int]) -> bool:
        try:
            self._parsed(lines, columns)
        except ValueError:
            return False
        return True
