"""What a station that was killed, or whose window was closed, left of a visit; and how a trial of it is taken up."""

from __future__ import annotations

import logging

import msgspec

from teststation.model import Client, Outcome, Reason, Recording, TeststationError, Trial, Visit
from teststation.sensors.calibration import Calibration
from teststation.station.amending import Amendable
from teststation.station.analyst import Analyst
from teststation.station.capture import SHORTEST_S
from teststation.station.keeping import Keeping
from teststation.store import Store
from teststation.tests.base import Options

INTERRUPTED = Reason("interrupted")

_log = logging.getLogger(__name__)


class LeftVisit(msgspec.Struct, frozen=True):
    """A visit that was not ended.

    Parameters
    ----------
    over : its trials that came to their end
    left : those that did not
    """

    visit: Visit
    client: Client
    over: tuple[Trial, ...]
    left: tuple[Trial, ...]


def left_visits(store: Store) -> tuple[LeftVisit, ...]:
    """Give the visits that were not ended, and those of which a recording was not; the newest first."""
    open_recordings = {trial.id: trial.visit for trial in store.unfinished()}
    visits = {visit.id: visit for visit in store.open_visits()}
    visits |= {known: store.visit(known) for known in open_recordings.values() if known not in visits}
    found = []
    for visit in sorted(visits.values(), key=lambda visit: visit.started_at, reverse=True):
        trials = store.trials(visit.id)
        left = tuple(trial for trial in trials if trial.id in open_recordings or _is_without_end(trial))
        over = tuple(trial for trial in trials if trial not in left)
        found.append(LeftVisit(visit, store.client(visit.client), over, left))
    return tuple(found)


def _is_without_end(trial: Trial) -> bool:
    """Tell whether nothing came of a trial: the program ended before its analysis, or before a hand stopped it.

    One that could not begin, or was kept without a time after it was left, had come to its end.
    """
    if trial.analysis is not None or trial.measures:
        return False
    if trial.outcome is Outcome.DONE:
        return trial.outcome_reason is None
    return trial.outcome is not Outcome.INVALID and trial.hand.cue_s is not None


class LeftTrial(Amendable):
    """A trial that was going on when the program ended: what there is of it is analysed, and kept once it was seen.

    Parameters
    ----------
    trial, options, store, analyst : as of a run
    calibration : what was known of its sensor then
    """

    def __init__(
        self,
        trial: Trial,
        *,
        options: Options,
        store: Store,
        analyst: Analyst,
        calibration: Calibration | None = None,
    ) -> None:
        super().__init__(trial, options, Keeping(store))
        self._store = store
        self._analyst = analyst
        self._known = calibration
        self._recording: Recording | None = None

    def analyse(self) -> None:
        """Make of it what can be made; it takes as long as an analysis does."""
        why = INTERRUPTED
        try:
            self._recording = self._store.recording(self._trial.id)
        except TeststationError as error:
            why = error.reason
        analysis, recording = None, self._recording
        if recording is not None and _is_long_enough(recording):
            try:
                analysis = self._analyst.submit(self._corrected(recording), self._trial.test, self.options).result()
            except Exception:  # noqa: BLE001 - whatever it is: the trial is shown without
                _log.exception("the analysis failed")
                why = Reason("analysis_failed")
        trial = msgspec.structs.replace(
            self._trial, analysis=analysis, outcome_reason=self._trial.outcome_reason or why
        )
        self._trial = self._measured(trial, trial.hand)

    def trial(self) -> Trial:
        """Give the trial as it now is."""
        return self._trial

    def recording(self) -> Recording | None:
        """Give what there is of the recording; None where nothing was recorded, or it is damaged."""
        return self._recording if self._recording is not None and len(self._recording.time_s) else None

    def keep(self) -> Trial:
        """Keep it, and close its recording; without a time it does not count.

        Raises
        ------
        StoreError
            The recording could not be closed.
        """
        trial = self._trial
        if trial.outcome is Outcome.DONE and trial.headline_source is None:
            trial = msgspec.structs.replace(trial, outcome=Outcome.INVALID)
        if any(trial.id == other.id for other in self._store.unfinished()):
            self._store.finish_recording(trial.id).result()
        return self._amend(trial)

    def discard(self) -> None:
        """Throw it away; the audit says so.

        Raises
        ------
        StoreError
            The store did not let it.
        """
        self._store.discard_trial(self._trial.id).result()

    @property
    def _calibration(self) -> Calibration | None:
        """What was known of the sensor."""
        return self._known


def _is_long_enough(recording: Recording) -> bool:
    time_s = recording.time_s
    return len(time_s) > 0 and float(time_s[-1] - time_s[0]) >= SHORTEST_S
