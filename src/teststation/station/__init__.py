"""One trial, from cue to saved result, and what the trials of a test come to."""

from teststation.station.analyst import Analyst
from teststation.station.calibrating import Calibrating, Progress, Step
from teststation.station.checking import Check
from teststation.station.outcome import conclude
from teststation.station.resuming import LeftTrial, LeftVisit, left_visits
from teststation.station.sensor_look import Finder, Found, SensorLook
from teststation.station.standing_link import StandingLink
from teststation.station.starting import asked_of_start, is_false_start
from teststation.station.states import Link, Snapshot, State
from teststation.station.trial_run import TrialRun

__all__ = [
    "Analyst",
    "Calibrating",
    "Check",
    "Finder",
    "Found",
    "LeftTrial",
    "LeftVisit",
    "Link",
    "Progress",
    "SensorLook",
    "Snapshot",
    "StandingLink",
    "State",
    "Step",
    "TrialRun",
    "asked_of_start",
    "conclude",
    "is_false_start",
    "left_visits",
]
