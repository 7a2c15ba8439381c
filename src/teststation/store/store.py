"""The store: what a visit leaves behind, kept and found again."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import Future
from pathlib import Path
from typing import Self, TypeVar

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError
from sqlcipher3 import dbapi2

from teststation.formats.dossier import Dossier, KeptVisit, UsedSensor
from teststation.model import (
    AuditEntry,
    Client,
    Confirmation,
    Consent,
    Fact,
    Finding,
    KeptCalibration,
    Questionnaire,
    Reason,
    Recording,
    SavedResult,
    TestName,
    TestResult,
    Trial,
    Visit,
    VisitKind,
)
from teststation.sensors.base import SensorInfo
from teststation.store import audit, copying, record, recording, rows, scanning, schema
from teststation.store.audit import LastBackup
from teststation.store.connection import Database, reading
from teststation.store.dossier import get_dossier, put_dossier, put_visits
from teststation.store.errors import StoreError, store_error
from teststation.store.files import Lock
from teststation.store.keys import new_id, utc_now
from teststation.store.record import LastSeen
from teststation.store.recording import KeptEvent, RecordingWriter
from teststation.store.verifying import Verified, verify
from teststation.store.writer import Writer

T = TypeVar("T")


class Store:
    """An open store, at the newest schema.

    Every write gives a future: done once it is on the disk, failed with a StoreError. Writes happen one after the other
    on a thread of their own; reads are immediate, from any thread, and see only what has been committed.

    Recordings, trials and results are not lost by a disk that is full or read-only: their future fails, and they wait
    in memory for the next of them, or for `retry`.

    `damage` is what of the last steps before a crash could not be read when the store was opened.
    """

    def __init__(self, database: Database, lock: Lock | None = None, lost: int = 0) -> None:
        self._database = database
        self._lock = lock
        self._writer = Writer(database)
        self._readers = reading(database)
        self.damage = Reason("store_log_damaged", {"count": lost}) if lost else None
        if lost:
            self.note("lost", "store", "", commits=lost)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def path(self) -> Path:
        """Where the store is."""
        return self._database.path

    @property
    def encrypted(self) -> bool:
        """Tell whether nobody can read the file without a key."""
        return self._database.encrypted

    def close(self) -> None:
        """Write what is queued and let the file go."""
        self._readers.dispose()  # before the writer, whose connection then is the last and takes the WAL with it
        try:
            self._writer.close()
        finally:
            if self._lock is not None:
                self._lock.release()

    def add_client(self, client: Client) -> Future[None]:
        """Add a client; fails where the code is taken."""
        return self._writer.run(lambda c: rows.put_client(c, client))

    def change_client(self, client: Client) -> Future[None]:
        """Replace what is known of the client with this code."""
        return self._writer.run(lambda c: rows.change_client(c, client))

    @property
    def operator(self) -> str:
        """The initials of who works at the store, for the audit."""
        return self._writer.who.operator

    @operator.setter
    def operator(self, initials: str) -> None:
        self._writer.who.operator = initials

    def begin_visit(
        self, client: str, *, age: int | None = None, operator: str = "", kind: VisitKind | None = None
    ) -> Future[Visit]:
        """Begin a visit of the client with this code."""
        by = operator or self.operator
        visit = Visit(id=new_id(), client=client, started_at=utc_now(), age=age, operator=by, kind=kind)

        def command(connection: Connection) -> Visit:
            rows.put_visit(connection, visit)
            return visit

        return self._writer.run(command)

    def end_visit(self, visit: str) -> Future[None]:
        """End a visit; what is kept later is kept all the same."""
        return self._writer.run(lambda c: record.end_visit(c, visit))

    def move_visit(self, visit: str, client: str) -> Future[None]:
        """Give a visit, with all that hangs on it, to the client with this code."""
        return self._writer.run(lambda c: record.move_visit(c, visit, client))

    def add_consent(self, client: str, consent: Consent, visit: str | None = None) -> Future[None]:
        """Keep what a client agreed to, or took back."""
        return self._writer.run(lambda c: record.put_consent(c, client, consent, visit))

    def add_facts(self, visit: str, facts: Sequence[Fact]) -> Future[None]:
        """Keep what is known of a client that no sensor measured, all of it or nothing."""
        return self._writer.keep(lambda c: record.put_facts(c, visit, facts), None)

    def add_questionnaire(self, visit: str, questionnaire: Questionnaire) -> Future[None]:
        """Keep the answers to a questionnaire."""
        return self._writer.run(lambda c: record.put_questionnaire(c, visit, questionnaire))

    def add_calibration(self, calibration: KeptCalibration) -> Future[None]:
        """Keep what a calibration of a sensor found."""
        return self._writer.run(lambda c: record.put_calibration(c, calibration))

    def begin_trial(self, trial: Trial, sensor: SensorInfo) -> RecordingWriter:
        """Begin to record a trial."""
        return RecordingWriter(self._writer, trial, sensor)

    def save_trial(self, trial: Trial) -> Future[None]:
        """Keep a trial as it now is; it may be saved again, also while it is recorded.

        An analysis other than the last one is added to those before. The recording has its own way in.
        """
        return self._writer.keep(lambda c: rows.put_trial(c, trial), None)

    def save_result(self, visit: str, result: TestResult, findings: Sequence[Finding]) -> Future[str]:
        """Keep a result and its first judgement; gives the result's id."""
        result_id = new_id()

        return self._writer.keep(lambda c: rows.put_result(c, result_id, visit, result, findings), result_id)

    def add_judgement(self, result_id: str, findings: Sequence[Finding]) -> Future[None]:
        """Judge a result again, by newer rules; what was found before stays."""
        return self._writer.run(lambda c: rows.put_judgement(c, result_id, findings))

    def add_confirmation(self, result_id: str, confirmation: Confirmation) -> Future[None]:
        """Keep what the therapist says of a finding of a result's newest judgement."""
        return self._writer.run(lambda c: record.put_confirmation(c, result_id, confirmation))

    def confirm(self, visit: str, test: TestName, said: Sequence[Confirmation]) -> Future[None]:
        """Keep what the therapist says of the findings of a visit's newest result of a test, be it kept yet or not."""
        return self._writer.keep(lambda c: record.confirm(c, visit, test, said), None)

    def note(self, action: str, kind: str, key: str, **detail: str | float) -> Future[None]:
        """Note in the audit what leaves no other trace, such as an export; nothing in it may tell who a client is."""
        return self._writer.run(lambda c: audit.add(c, action, kind, key, **detail))

    def note_export(self, clients: Sequence[str], form: str) -> Future[None]:
        """Note in the audit whose data are about to leave, and in which form."""

        def command(connection: Connection) -> None:
            for code in clients:
                audit.add(connection, "exported", "client", record.client_id(connection, code), form=form)

        return self._writer.run(command)

    def discard_trial(self, trial_id: str) -> Future[None]:
        """Take out a trial of which no result was made, with its recording."""
        return self._writer.run(lambda c: record.discard_trial(c, trial_id))

    def erase_client(self, client: str) -> Future[list[Path]]:
        """Take a client out with everything, so that no byte of it is left in the file.

        Gives the backups that still hold the client, as far as this station knows of them.
        """
        return self._writer.erase(
            lambda c: record.erase_client(c, client), lambda c: copying.known_backups(self.path, audit.entries(c))
        )

    def traces(self, client: str) -> list[bytes]:
        """Give what only this client has in the file, to be looked for once it is erased."""
        return self._read(lambda c: scanning.traces(c, client))

    def holds(self, texts: Sequence[bytes]) -> bool:
        """Read the whole file past the database, and tell whether one of the texts stands in it; slow."""
        try:
            return scanning.holds(self._database, texts)
        except OSError as error:
            raise store_error(error) from error

    def back_up(self, file: Path, passphrase: str | None = None) -> None:
        """Copy the store, also while it is written to, into a file that is not there yet.

        The copy opens as the store does, or by another passphrase. It takes a while: not for the screen's own loop.
        """
        try:
            copying.back_up(self._database, file, passphrase)
        except (dbapi2.Error, OSError) as error:
            raise store_error(error) from error
        self.note("backed_up", "store", "", file=str(file)).result()

    def finish_recording(self, trial_id: str) -> Future[None]:
        """Seal a recording that a killed process left open, with what there is of it."""
        return self._writer.run(lambda c: recording.finish(c, trial_id))

    @property
    def trouble(self) -> Reason | None:
        """Say why something waits in memory, where something does."""
        return self._writer.trouble

    def retry(self) -> Future[None]:
        """Try to write what the disk did not take."""
        return self._writer.retry()

    def add_dossier(self, dossier: Dossier) -> Future[None]:
        """Add a client with all visits, trials, recordings and results; fails where the code is taken."""
        return self._writer.run(lambda c: put_dossier(c, dossier))

    def add_visits(
        self,
        client: str,
        visits: Sequence[KeptVisit],
        consents: Sequence[Consent] = (),
        calibrations: Sequence[KeptCalibration] = (),
    ) -> Future[None]:
        """Add whole visits, with all that hangs on them, and consents to a client who is there."""
        return self._writer.run(lambda c: put_visits(c, client, visits, consents, calibrations))

    def dossier(self, client: str) -> Dossier:
        """Give all that is kept of the client with this code, as it is at this moment."""
        return self._read(lambda c: get_dossier(c, client))

    def clients(self, start: str = "", most: int | None = None) -> list[Client]:
        """Give the clients whose code begins so, in order of code."""
        begins = schema.clients.c.code.startswith(start, autoescape=True)
        return self._read(lambda c: rows.get_clients(c, begins, most=most))

    def client(self, code: str) -> Client:
        """Give the client with this code."""
        return _only(self._read(lambda c: rows.get_clients(c, schema.clients.c.code == code)), code)

    def visits(self, client: str) -> list[Visit]:
        """Give a client's visits, the oldest first."""
        return self._read(lambda c: rows.get_visits(c, schema.clients.c.code == client))

    def visit(self, visit_id: str) -> Visit:
        """Give a visit."""
        return _only(self._read(lambda c: rows.get_visits(c, schema.visits.c.id == visit_id)), visit_id)

    def trials(self, visit: str) -> list[Trial]:
        """Give a visit's trials in the order of their beginning."""
        return self._read(lambda c: rows.get_trials(c, schema.trials.c.visit_id == visit))

    def trial(self, trial_id: str) -> Trial:
        """Give a trial."""
        return _only(self._read(lambda c: rows.get_trials(c, schema.trials.c.id == trial_id)), trial_id)

    def results(self, visit: str) -> list[SavedResult]:
        """Give a visit's results, the oldest first: the last of a test is the one that counts."""
        return self._read(lambda c: rows.get_results(c, schema.test_results.c.visit_id == visit))

    def recording(self, trial_id: str) -> Recording | None:
        """Give a trial's recording, equal to the bit to what came; None where nothing was recorded."""
        return self._read(lambda c: recording.read(c, trial_id))

    def sensor(self, trial_id: str) -> UsedSensor | None:
        """Tell by which sensor a trial was recorded."""
        return self._read(lambda c: recording.read_sensor(c, trial_id))

    def link_events(self, trial_id: str) -> list[KeptEvent]:
        """Give what happened to the link during a trial."""
        return self._read(lambda c: recording.read_link_events(c, trial_id))

    def unfinished(self) -> list[Trial]:
        """Give the trials whose recording was never closed: asked at the start, what a killed process left."""
        never_closed = schema.recordings.c.id.is_not(None) & schema.recordings.c.closed_at.is_(None)
        return self._read(lambda c: rows.get_trials(c, never_closed))

    def consents(self, client: str) -> list[Consent]:
        """Give a client's consents, the oldest first: the last of a scope counts."""
        return self._read(lambda c: record.get_consents(c, client))

    def facts(self, client: str) -> list[Fact]:
        """Give what is known of a client, the oldest first: the last of a code and side counts."""
        return self._read(lambda c: record.get_facts(c, schema.clients.c.code == client))

    def facts_of_visit(self, visit: str) -> list[Fact]:
        """Give what became known in a visit, the oldest first."""
        return self._read(lambda c: record.get_facts(c, schema.visits.c.id == visit))

    def questionnaires(self, client: str) -> list[Questionnaire]:
        """Give a client's questionnaires, the oldest first."""
        return self._read(lambda c: record.get_questionnaires(c, schema.clients.c.code == client))

    def calibrations(self, driver: str, serial: str) -> list[KeptCalibration]:
        """Give a sensor's calibrations, the oldest first."""
        return self._read(lambda c: record.get_calibrations(c, driver, serial))

    def open_visits(self) -> list[Visit]:
        """Give the visits that were not ended, the oldest first."""
        return self._read(lambda c: rows.get_visits(c, schema.visits.c.ended_at.is_(None)))

    def visits_since(self, moment: str, kind: VisitKind) -> int:
        """Count the visits of a kind that began at a moment or later."""
        return self._read(lambda c: rows.count_visits(c, moment, kind))

    def trials_since(self, moment: str | None) -> int:
        """Count the trials that began later; without a moment all."""
        return self._read(lambda c: rows.count_trials(c, moment or ""))

    def last_seen(self) -> list[LastSeen]:
        """Tell when each client was last seen, the longest ago first: what a period of keeping is counted from."""
        return self._read(record.last_seen)

    def audit(self, key: str | None = None) -> list[AuditEntry]:
        """Give who did what, the oldest first; with a row's key only what was done to that."""
        return self._read(lambda c: audit.entries(c, key))

    def last_backup(self) -> LastBackup | None:
        """Tell when the last backup was made, and where."""
        return self._read(audit.last_backup)

    def verify(self) -> Verified:
        """Read everything, and say what is whole and what is not."""
        return verify(self._readers, encrypted=self.encrypted)

    def _read(self, query: Callable[[Connection], T]) -> T:
        try:
            with self._readers.connect() as connection:
                try:
                    return query(connection)
                except DBAPIError:
                    connection.invalidate()  # once SQLCipher has met a damaged page, it gives no other on this one
                    raise
        except DBAPIError as error:
            raise store_error(error) from error


def _only(found: list[T], key: str) -> T:
    if not found:
        raise StoreError("store_unknown", what=key)
    return found[0]
