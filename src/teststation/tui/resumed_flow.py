"""The way through a visit that is taken up: first what was going on when the program ended, then the tests."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from teststation.model import TeststationError, Trial
from teststation.reports.told import as_kept
from teststation.tui.agreement import Agreement
from teststation.tui.bench import Left
from teststation.tui.flow import Flow, progress_of
from teststation.tui.screens.review import ReviewPage
from teststation.tui.visit import Attempt

if TYPE_CHECKING:
    from teststation.station import LeftVisit
    from teststation.tui.app import StationApp


class ResumedFlow(Flow):
    """A visit that goes on where it was.

    Parameters
    ----------
    visit : as it was left
    left : its trials that did not come to their end, analysed
    """

    def __init__(self, station: StationApp, visit: LeftVisit, left: Sequence[Left]) -> None:
        visits = station.bench.visits
        agreement = visits.agreement(visit.client.code) or Agreement()
        progress = progress_of(station.bench, visit.visit, visit.client, agreement, station.settings)
        progress.taken_up(visits.facts(visit.visit))
        for trial in visit.over:
            progress.add(trial)
        for saved in visits.results(visit.visit):
            test = saved.result.test
            progress.conclude(test, as_kept(saved, tuple(progress.trials[test])))
        super().__init__(station, progress)
        self._left = list(left)

    def open(self) -> None:
        """Show the next trial that is to be looked over, or where the visit is."""
        if not self._left:
            super().open()
            return
        left = self._left[0]
        trial = left.trial()
        self.attempt = Attempt(trial.test, trial.number, practice=trial.practice, talking=trial.conditions.talking)
        self.station.open_page(ReviewPage(self, left, trial, self.attempt, self._discard))

    def trial_is_reviewed(self, trial: Trial) -> None:
        """Keep what was left as it was looked over, or go on as after any other trial."""
        if not self._was_left(trial):
            super().trial_is_reviewed(trial)
            return
        try:
            self.progress.add(self._left[0].keep())
        except TeststationError as error:
            self.station.warn(error.reason)
            return
        self._decided()

    def _was_left(self, trial: Trial) -> bool:
        return any(left.trial().id == trial.id for left in self._left)

    def _discard(self) -> None:
        """Throw away what was left."""
        left = self._left[0]
        try:
            left.discard()
        except TeststationError as error:
            self.station.warn(error.reason)
            return
        trial = left.trial()
        self.progress.trials[trial.test] = [one for one in self.progress.trials[trial.test] if one.id != trial.id]
        self._decided()

    def _decided(self) -> None:
        self._left.pop(0)
        self.open()

    def can_repeat(self, trial: Trial) -> bool:
        """Tell whether another attempt makes sense after this trial: not before all that was left is looked over."""
        return not self._was_left(trial) and super().can_repeat(trial)
