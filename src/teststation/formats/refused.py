"""What is said of a file that cannot be a recording."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from teststation.boundary import shown
from teststation.model import TeststationError


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
