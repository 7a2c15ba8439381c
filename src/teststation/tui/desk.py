"""What is kept, for the pages that look through it, copy it and erase from it; what may take long says so."""

from __future__ import annotations

import datetime as dt
import errno
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from teststation.guideline.facts import Known, known
from teststation.i18n import Translator
from teststation.model import Client, Fact, SavedResult, TestResult, TeststationError, Visit
from teststation.settings import Settings, papers_folder

if TYPE_CHECKING:
    from teststation.store import Contents, LastSeen, Store, Verified
    from teststation.store.importing import Arrival, Taken
    from teststation.store.vault import Opener


class PastVisit(msgspec.Struct, frozen=True):
    """A visit, what its tests came to, the newest result of each, and what was typed."""

    visit: Visit
    results: tuple[SavedResult, ...]
    facts: tuple[Fact, ...] = ()

    def known(self) -> Known:
        """Give what was typed as it counts, the newest of each."""
        return known(self.facts)

    def tests(self) -> list[TestResult]:
        """Give what its tests came to."""
        return [saved.result for saved in self.results]


class Erased(msgspec.Struct, frozen=True):
    """The copies that still hold a client who was erased, and whether nothing was found of one in the file."""

    backups: tuple[Path, ...]
    clean: bool


class Desk:
    """An open store with what the practice chose for it.

    Parameters
    ----------
    store : which is open
    settings : how long is kept, how old a backup may be, where files go
    """

    def __init__(self, store: Store, settings: Settings) -> None:
        self._store = store
        self._settings = settings

    def clients(self) -> list[LastSeen]:
        """Give all clients, by code, each with the last visit."""
        return sorted(self._store.last_seen(), key=lambda seen: seen.client.code)

    def overdue(self) -> list[LastSeen]:
        """Give the clients who are kept longer than their term."""
        from teststation.store.retention import Terms, overdue  # noqa: PLC0415 - the store is loaded by now

        terms = Terms(self._settings.keep_care_years, self._settings.keep_screening_days)
        return overdue(self.clients(), terms, _today())

    def needs_backup(self) -> bool:
        """Tell whether there are trials of which there is no copy, and the last copy is old."""
        last = self.last_backup()
        if last is not None:
            age = dt.datetime.now(dt.UTC) - dt.datetime.fromisoformat(last)
            if age < dt.timedelta(days=self._settings.backup_days):
                return False
        return self._store.trials_since(last) > 0

    def last_backup(self) -> str | None:
        """Tell when the last copy was made."""
        last = self._store.last_backup()
        return None if last is None else last.at

    def backup_folder(self) -> Path:
        """Give the folder of the last copy if it is there, such as a stick's, else that of all files."""
        last = self._store.last_backup()
        return last.file.parent if last is not None and last.file.parent.is_dir() else self.folder()

    def client(self, code: str) -> Client:
        """Give the client with this code."""
        return self._store.client(code)

    def history(self, code: str) -> list[PastVisit]:
        """Give a client's visits, the newest first."""
        return [
            PastVisit(visit, self._newest(visit), tuple(self._store.facts_of_visit(visit.id)))
            for visit in reversed(self._store.visits(code))
        ]

    def _newest(self, visit: Visit) -> tuple[SavedResult, ...]:
        return tuple({saved.result.test: saved for saved in self._store.results(visit.id)}.values())

    def correct(self, client: Client) -> None:
        """Replace what is known of a client."""
        self._store.change_client(client).result()

    def move(self, visit: Visit, code: str) -> None:
        """Give a visit to another client."""
        self._store.move_visit(visit.id, code).result()

    def erase(self, code: str) -> Erased:
        """Erase a client with everything, and look through the file for what may be left; slow."""
        traces = self._store.traces(code)
        backups = self._store.erase_client(code).result()
        return Erased(tuple(backups), clean=not self._store.holds(traces))

    def folder(self) -> Path:
        """Give the folder that files are offered to go to, which is there afterwards."""
        folder = papers_folder(self._settings)
        with _written(folder):
            folder.mkdir(parents=True, exist_ok=True)
        return folder

    def export(self, client: Client, into: Path, tr: Translator) -> Path:
        """Write everything of a client into a new folder in a folder that is there; slow."""
        from teststation.formats.whole import whole_folder  # noqa: PLC0415 - the store is loaded by now
        from teststation.reports.everything import write_everything  # noqa: PLC0415 - only exports need reportlab
        from teststation.reports.pdf.paper import OnPaper  # noqa: PLC0415 - with it

        _must_be_folder(into)
        out = into / f"{client.code}-{_today().isoformat()}"
        self._store.note_export([client.code], "dossier").result()
        with _written(into), whole_folder(out) as fresh:
            on_paper = OnPaper(printed_on=_today(), practice=self._settings.practice)
            write_everything(fresh, tr, self._store.dossier(client.code), on_paper)
        return out

    def back_up(self, into: Path, passphrase: str | None) -> Path:
        """Copy the store into a folder that is there, and read the copy to its end; slow."""
        _must_be_folder(into)
        file = into / f"teststation-{dt.datetime.now().astimezone():%Y-%m-%d-%H%M%S}.db"
        with _written(into):
            self._store.back_up(file, passphrase)
        return file

    def look_into(self, backup: Path, passphrase: str) -> Contents:
        """Say what is in a copy; slow."""
        from teststation.store import look_into  # noqa: PLC0415 - the store is loaded by now

        return look_into(backup, opener_of(backup, passphrase))

    def verify(self) -> Verified:
        """Read everything that is kept; slow."""
        return self._store.verify()

    def arrivals(self, tree: Path) -> Sequence[Arrival]:
        """Read what another station exported, beside what is here; slow."""
        from teststation.store.importing import arrivals  # noqa: PLC0415 - only an import reads trees

        return arrivals(self._store, tree)

    def take(self, tree: Path) -> Taken:
        """Take in who is new and what is new of who is here; slow."""
        from teststation.store.importing import take  # noqa: PLC0415 - as above

        return take(self._store, tree, add_visits=True)


def opener_of(backup: Path, passphrase: str) -> Opener | None:
    """Tell what opens a copy: nothing where it is plain, what was typed, else the computer's login."""
    from teststation.store import Keyring, Passphrase, is_encrypted  # noqa: PLC0415 - the store is loaded by now

    if not is_encrypted(backup):
        return None
    return Passphrase(passphrase) if passphrase else Keyring()


def _today() -> dt.date:
    return dt.datetime.now().astimezone().date()


def _must_be_folder(folder: Path) -> None:
    if not folder.is_dir():
        raise TeststationError("folder_missing", folder=str(folder))


@contextmanager
def _written(folder: Path) -> Iterator[None]:
    """Say what a disk does not take in terms of the folder that was asked for: the store's own is not concerned."""
    from teststation.store import DiskFullError, ReadOnlyStoreError  # noqa: PLC0415 - the store is loaded by now

    try:
        yield
    except (OSError, TeststationError) as error:
        cause = error if isinstance(error, OSError) else error.__cause__
        number = cause.errno if isinstance(cause, OSError) else None
        if isinstance(error, DiskFullError) or number in (errno.ENOSPC, errno.EDQUOT):
            raise TeststationError("folder_full", folder=str(folder)) from error
        if isinstance(error, (ReadOnlyStoreError, PermissionError)) or number in (errno.EROFS, errno.EACCES):
            raise TeststationError("folder_read_only", folder=str(folder)) from error
        raise
