"""How a person began: before the cue, or so late after it that it may not have been heard (PRACTICE 8). Pure."""

from __future__ import annotations

from teststation.model import Outcome, Reason, TestName, Trial

FALSE_START_S = 0.1
"""Movement so long before the cue is a false start; less is within what a key and a sensor can tell apart."""
_FIRST_MOVEMENT = {
    TestName.GUG: "movement_onset",
    TestName.TCS: "stand_onset",
    TestName.GAIT: "gait_start",
}


def is_false_start(moved_s: float) -> bool:
    """Tell whether a person who moved so long after the cue moved before it."""
    return moved_s < -FALSE_START_S


def moved_s(trial: Trial) -> float | None:
    """Give the seconds from the cue to the first movement, negative where it came before; None if either is unknown."""
    onset = None if trial.analysis is None else trial.analysis.event(_FIRST_MOVEMENT[trial.test])
    if onset is None or trial.hand.cue_s is None or trial.host_minus_device_s is None:
        return None
    return onset.time_s + trial.host_minus_device_s - trial.hand.cue_s


def asked_of_start(trial: Trial, late_start_s: float) -> Reason | None:
    """Give what is to be asked of how a trial began; of one that does not count, or was asked about, nothing.

    Parameters
    ----------
    late_start_s : a longer time between cue and movement is asked about
    """
    if trial.practice or trial.outcome is not Outcome.DONE or trial.outcome_reason is not None:
        return None
    after_s = moved_s(trial)
    if after_s is None or -FALSE_START_S <= after_s <= late_start_s:
        return None
    if is_false_start(after_s):
        return Reason("start_false", {"seconds": round(-after_s, 1)})
    return Reason("start_slow", {"seconds": round(after_s, 1)})
