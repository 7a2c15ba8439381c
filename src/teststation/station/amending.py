"""What the therapist may still change of a trial that is there: every change is kept, and measured anew."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from teststation.model import Analysis, Conditions, HandTimes, Outcome, Reason, Recording, Source, Trial
from teststation.sensors.calibration import Calibration
from teststation.sensors.keyboard import parse_stopwatch
from teststation.station.keeping import Keeping
from teststation.station.outcome import measured, under_protocol
from teststation.tests.base import Options
from teststation.tests.correcting import with_moved
from teststation.tests.durations import Key


class Amendable:
    """A trial with what leads to its measures.

    Parameters
    ----------
    trial : as it is
    options : of its protocol
    keeping : takes its newer forms
    """

    def __init__(self, trial: Trial, options: Options, keeping: Keeping) -> None:
        self.options = options
        self._trial = trial
        self._keeping = keeping
        self._found: Analysis | None = None

    @property
    def _calibration(self) -> Calibration | None:
        """What is known of the sensor."""
        return None

    def type_stopwatch(self, text: str) -> Trial:
        """Take a time read from a stopwatch as the third source; the headline is chosen anew.

        Raises
        ------
        TeststationError
            The text is no time.
        """
        hand = msgspec.structs.replace(self._trial.hand, stopwatch_s=parse_stopwatch(text))
        return self._amend(self._measured(self._trial, hand))

    def choose(self, source: Source, reason: Reason) -> Trial:
        """Make another source the headline."""
        return self._amend(msgspec.structs.replace(self._trial, headline_source=source, headline_reason=reason))

    def invalidate(self, reason: Reason) -> Trial:
        """Keep the trial, and never count it."""
        return self._amend(msgspec.structs.replace(self._trial, outcome=Outcome.INVALID, outcome_reason=reason))

    def end_as(self, outcome: Outcome, reason: Reason | None) -> Trial:
        """Say afterwards how it ended; what was timed of one that did not come to its end is a lower bound."""
        trial = msgspec.structs.replace(self._trial, outcome=outcome, outcome_reason=reason)
        return self._amend(self._measured(trial, trial.hand))

    def found(self) -> Analysis | None:
        """Give what the analysis found, before anything was put right."""
        return self._found or self._trial.analysis

    def move(self, moved_to_s: Mapping[Key, float]) -> Trial:
        """Put events where the therapist sees them, and the rest where they were found; the headline is chosen anew.

        Both analyses are kept; the newer one counts.

        Raises
        ------
        TeststationError
            A part would last no time, or less.
        """
        self._found = found = self.found()
        assert found is not None, "nothing was found that could be moved"
        trial = msgspec.structs.replace(self._trial, analysis=with_moved(found, moved_to_s))
        return self._amend(self._measured(trial, trial.hand))

    def observe(self, conditions: Conditions) -> Trial:
        """Note how the trial was done: hands used, help given."""
        conditions = under_protocol(self._trial.test, self.options, conditions)
        return self._amend(msgspec.structs.replace(self._trial, conditions=conditions))

    def _corrected(self, recording: Recording) -> Recording:
        """Put a recording right by what is known of the sensor; what is kept and shown stays as it came."""
        known = self._calibration
        if known is None:
            return recording
        acceleration, angular_velocity = known.corrected(recording.acceleration, recording.angular_velocity)
        return msgspec.structs.replace(recording, acceleration=acceleration, angular_velocity=angular_velocity)

    def _measured(self, trial: Trial, hand: HandTimes) -> Trial:
        known = self._calibration
        return measured(trial, hand, self.options, None if known is None else known.key)

    def _amend(self, trial: Trial) -> Trial:
        """Take a newer form of the trial, and keep it."""
        self._trial = trial
        self._keeping.save(trial)
        return trial
