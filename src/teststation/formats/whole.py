"""Folders and files that are there whole, or not at all."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from teststation.formats.refused import Refused

_OWNER_ONLY_FOLDER, _OWNER_ONLY_FILE = 0o700, 0o600


@contextmanager
def whole_folder(folder: Path) -> Iterator[Path]:
    """Give an empty folder to fill; it gets its name when it is full, and is gone where filling it failed.

    Raises
    ------
    Refused
        There is something of this name already, or the disk does not take it.
    """
    fresh = folder.with_name(f".{folder.name}.unfinished")
    try:
        if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
            raise Refused("export_exists", folder)
        if fresh.exists():
            shutil.rmtree(fresh)
        folder.parent.mkdir(parents=True, exist_ok=True)
        fresh.mkdir(mode=_OWNER_ONLY_FOLDER)
        yield fresh
        if folder.exists():
            folder.rmdir()
        fresh.rename(folder)
    except OSError as error:
        raise Refused("unwritable", folder, detail=error.strerror or str(error)) from error
    finally:
        if fresh.exists():
            shutil.rmtree(fresh, ignore_errors=True)


def write_new(file: Path, data: bytes) -> None:
    """Write a file that was not there."""
    fresh = file.with_name(f".{file.name}.unfinished")
    try:
        if file.exists():
            raise Refused("export_exists", file)
        file.parent.mkdir(parents=True, exist_ok=True)
        fresh.touch(_OWNER_ONLY_FILE)
        fresh.write_bytes(data)
        fresh.rename(file)
    except OSError as error:
        raise Refused("unwritable", file, detail=error.strerror or str(error)) from error
    finally:
        fresh.unlink(missing_ok=True)
