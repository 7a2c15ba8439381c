"""What is said of a file that cannot be a recording."""

from __future__ import annotations

import os
import unicodedata
from pathlib import Path
from typing import Any

from teststation.model import TeststationError

_LONGEST_EXCERPT = 60


class Refused(TeststationError):  # noqa: N818 - reads as what is said of the file
    """A file is not taken; the reason says which file, what is wrong with it, and where."""

    def __init__(self, code: str, file: Path, **params: Any) -> None:
        super().__init__(code, file=shown(file), **params)

    def __reduce__(self) -> tuple[Any, ...]:
        # A worker process hands it on pickled; an exception's own way cannot know of `file`.
        return _again, (self.reason.code, self.reason.params)

    @classmethod
    def unreadable(cls, file: Path, error: OSError | ValueError) -> Refused:
        """Say why the operating system would not read a file."""
        if isinstance(error, FileNotFoundError):
            return cls("missing_file", file)
        return cls("unreadable", file, detail=getattr(error, "strerror", None) or str(error))


def _again(code: str, params: dict[str, Any]) -> Refused:
    params = dict(params)
    return Refused(code, params.pop("file"), **params)


def shown(text: str | Path) -> str:
    """Write a path or a piece of a file so that it fits on a line and cannot steer a terminal."""
    readable = os.fsencode(text).decode("utf-8", "replace")
    return "".join("�" if unicodedata.category(c) in _UNSEEN else c for c in readable)


_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})


def excerpt(text: str) -> str:
    """Write the beginning of a cell."""
    return shown(text[:_LONGEST_EXCERPT] + ("…" if len(text) > _LONGEST_EXCERPT else ""))
