"""One trial, from cue to saved result, and what the trials of a test come to."""

from teststation.station.analyst import Analyst
from teststation.station.outcome import conclude
from teststation.station.standing_link import Check, Finder, Found, SensorLook, StandingLink
from teststation.station.states import Link, Snapshot, State
from teststation.station.trial_run import TrialRun

__all__ = [
    "Analyst",
    "Check",
    "Finder",
    "Found",
    "Link",
    "SensorLook",
    "Snapshot",
    "StandingLink",
    "State",
    "TrialRun",
    "conclude",
]
