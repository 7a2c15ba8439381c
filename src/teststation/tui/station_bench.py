"""The bench of the real station: the practice's store, a process that analyses, the host's clock.

Store and station are loaded by `open`, in a thread after the first page has been drawn.
"""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from contextlib import AbstractContextManager, ExitStack, redirect_stderr, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from teststation.clock import Clock, HostClock
from teststation.i18n import Translator
from teststation.model import Client, Conditions, Finding, TestResult, TeststationError, Trial, Visit
from teststation.settings import (
    ChosenSensor,
    Settings,
    calibration_folder,
    look,
    papers_folder,
    read_settings,
    sensors_folder,
    settings_file,
    write_settings,
)
from teststation.tests.base import Options, options_of
from teststation.tui.bench import Player
from teststation.tui.desk import Desk
from teststation.tui.door import Door
from teststation.tui.visit import Attempt, options_as
from teststation.tui.visiting import Visiting

_log = logging.getLogger(__name__)

if TYPE_CHECKING:
    from teststation.reports.case import Case
    from teststation.sensors.base import Sensor
    from teststation.sensors.calibration import Calibration
    from teststation.station import Analyst, Calibrating, Finder, LeftTrial, StandingLink, TrialRun
    from teststation.store import Store


class StationBench:
    """Opens a store and makes trials of the real kind.

    Parameters
    ----------
    store : where the store is
    settings : the practice's choices
    sensor : makes the sensor of an attempt; None is the standing link's, where there is one, or times by hand
    finder : makes what looks for sensors; without it there is no standing link
    """

    simulated = False

    def __init__(
        self,
        store: Path,
        settings: Settings,
        sensor: Callable[[Attempt], Sensor | None] = lambda _: None,
        finder: Callable[[], Finder] | None = None,
    ) -> None:
        self.clock: Clock = HostClock()
        self.player: Player | None = None
        self.options = options_of(settings)
        self._settings = settings
        self.door: Door | None = Door(
            store, self._have, last_operator=settings.operator, keep_operator=lambda who: self._keep(operator=who)
        )
        self.link: StandingLink | None = None
        self._known_sensor = settings.sensor
        self._sensor = sensor
        self._finder = finder
        self._store: Store | None = None
        self._analyst: Analyst | None = None
        self._run: TrialRun | None = None
        self._opened = ExitStack()
        self.visits = Visiting(lambda: self.store, self._check_sensor)

    def open(self) -> None:
        """Load what is slow, and open the store where nobody has to be asked."""
        self._seek()
        assert self.door is not None
        self._opened.callback(self.door.close)
        self._warm()
        self.door.look()

    def _seek(self) -> None:
        """Look for the sensor at once: it may take longer than the store, and nothing waits for it."""
        if self._finder is not None:
            from teststation.sensors.calibrations import calibration_of  # noqa: PLC0415 - with NumPy
            from teststation.sensors.profiles import profiles  # noqa: PLC0415 - with it
            from teststation.station import StandingLink  # noqa: PLC0415 - loaded after the first page

            folder = self.sensors_folder()
            self.link = StandingLink(
                self._finder(),
                self._known_sensor,
                self._keep_sensor,
                self.clock.now,
                known=lambda info: calibration_of(folder, info.driver, info.serial),
                models=profiles(calibration_folder() / "sensors"),
            )
            self._opened.callback(self.link.close)
            self.link.open()

    def sensors_folder(self) -> Path:
        """Give the folder of what was measured of sensors."""
        return sensors_folder()

    def _check_sensor(self) -> None:
        if self.link is not None:
            self.link.check_again()

    def _keep_sensor(self, chosen: ChosenSensor) -> None:
        self._keep(sensor=chosen)

    def choose(self, **choice: Any) -> None:
        """Take a choice from now on, and keep it and nothing else: this run's other settings may be for once."""
        self._settings = msgspec.structs.replace(self._settings, **choice)
        self.options = options_of(self._settings)
        file = settings_file()
        try:
            write_settings(msgspec.structs.replace(read_settings(file), **choice), file)
        except OSError as error:
            _log.exception("a choice could not be kept for the next time: %s", *choice)
            raise TeststationError("unwritable", file=str(file), detail=error.strerror or "") from error

    def _keep(self, **choice: Any) -> None:
        """Keep what was not asked for, as far as it can be."""
        if settings_file().exists() and look(settings_file())[1]:
            return  # with something wrong in it: it is the practice's to mend
        with suppress(TeststationError):
            self.choose(**choice)

    def _use(self, store: AbstractContextManager[Store]) -> None:
        """Take a store of its own that nobody has to be let into."""
        self.door = None
        self._have(self._opened.enter_context(store))
        self._warm()

    def _have(self, store: Store | None) -> None:
        self._store = store

    def _warm(self) -> None:
        from teststation.station import Analyst  # noqa: PLC0415 - loaded after the first page
        from teststation.store import sweep  # noqa: PLC0415 - with it

        sweep()
        # Textual's stand-in for stderr has no file descriptor, and with that no process can be spawned. The process is
        # not given the terminal, on which Textual draws.
        with open(2, "w", closefd=False) as stderr, redirect_stderr(stderr):
            self._analyst = Analyst()
            self._analyst.warm()

    @property
    def desk(self) -> Desk | None:
        """What is kept, once it is open."""
        return None if self._store is None else Desk(self._store, self._settings)

    @property
    def store(self) -> Store:
        """The open store."""
        assert self._store is not None, "not opened yet"
        return self._store

    def begin_trial(self, visit: Visit, attempt: Attempt, conditions: Conditions, options: Options) -> TrialRun:
        """Make the run of an attempt."""
        from teststation.station import TrialRun  # noqa: PLC0415 - loaded by now

        assert self._analyst is not None, "not opened yet"
        self._run = TrialRun(
            visit,
            attempt.test,
            attempt.number,
            options=options,
            sensor=self._sensor(attempt) or self.link,
            store=self.visits.store,
            analyst=self._analyst,
            clock=self.clock,
            practice=attempt.practice,
            conditions=conditions,
        )
        return self._run

    def left_trial(self, trial: Trial) -> LeftTrial:
        """Take up a trial that was going on when the program ended, and analyse what there is of it."""
        from teststation.sensors.calibrations import calibration_of  # noqa: PLC0415 - loaded by now
        from teststation.station import LeftTrial  # noqa: PLC0415 - with it

        assert self._analyst is not None, "not opened yet"
        sensor, known = self.store.sensor(trial.id), None
        if sensor is not None:
            known = calibration_of(self.sensors_folder(), sensor.driver, sensor.serial, trial.started_at)
        options = options_as(self.options, [trial.conditions])
        left = LeftTrial(trial, options=options, store=self.store, analyst=self._analyst, calibration=known)
        left.analyse()
        return left

    def begin_calibration(self) -> Calibrating | None:
        """Make the calibration of the sensor; None until there is one to be sought."""
        from teststation.sensors.calibrations import (  # noqa: PLC0415 - loaded by now
            as_kept,
            calibration_of,
            keep_calibration,
        )
        from teststation.sensors.profiles import profiles  # noqa: PLC0415 - with it
        from teststation.station import Calibrating  # noqa: PLC0415 - with it

        link = self.link
        if link is None:
            return None
        folder, models = self.sensors_folder(), profiles(calibration_folder() / "sensors")

        def keep(calibration: Calibration) -> None:
            link.calibrated(calibration)
            if self._store is not None:  # beside the samples that were taken with it; the file is what is read
                self._store.add_calibration(as_kept(calibration)).add_done_callback(_log_failure)
            keep_calibration(folder, calibration)

        return Calibrating(
            link,
            known=lambda info: calibration_of(folder, info.driver, info.serial),
            profile_of=models.get,
            keep=keep,
            now=self.clock.now,
        )

    def conclude(
        self, client: Client, visit: Visit, trials: Sequence[Trial], options: Options
    ) -> tuple[TestResult, tuple[Finding, ...]]:
        """Make the result of a test out of its trials, judge and keep it."""
        from teststation.station import conclude  # noqa: PLC0415 - loaded by now

        return conclude(client, visit, trials, options, self.visits.store)

    def make_papers(self, client: Client, tr: Translator) -> tuple[Path, ...]:
        """Make the record, the client's sheet and the letters that are due of the newest visit, as files."""
        from teststation.reports.pdf.client_sheet import SheetChoices  # noqa: PLC0415 - only printing needs reportlab
        from teststation.reports.pdf.files import (  # noqa: PLC0415
            write_letters,
            write_record,
            write_record_text,
            write_sheet,
        )
        from teststation.reports.pdf.paper import OnPaper  # noqa: PLC0415

        settings, dossier = self._settings, self.visits.store.dossier(client.code)
        practice = tr("Simulatie: geen echte cliënt") if self.simulated else settings.practice
        on_paper = OnPaper(printed_on=dt.datetime.now().astimezone().date(), practice=practice)
        folder, choices = self.visits.papers_folder(papers_folder(settings)), SheetChoices(offer=settings.local_offer)
        return (
            write_record(folder, tr, dossier, on_paper, whole=False),
            write_sheet(folder, tr, dossier, on_paper, choices),
            *write_letters(folder, tr, dossier, on_paper),
            write_record_text(folder, tr, dossier, on_paper),
        )

    def case(self, client: Client) -> Case:
        """Gather the newest visit of a client with what it comes to."""
        from teststation.reports.case import case_of  # noqa: PLC0415 - with what compares visits

        return case_of(self.visits.store.dossier(client.code))

    def close(self) -> None:
        """Leave the sensor if a run still has it, let what is analysed be kept, and close the store.

        Raises
        ------
        StoreError
            What waits for the disk could not be written; all else is closed.
        """
        with self._opened:
            if self._run is not None:
                self._run.close()
            if self._analyst is not None:
                self._analyst.close()
            self.visits.leave_today()


def _log_failure(future: Future[None]) -> None:
    if (error := future.exception()) is not None:
        _log.error("the store did not keep a calibration", exc_info=error)
