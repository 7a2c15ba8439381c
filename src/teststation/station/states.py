"""Where a trial is, how its sensor is, and the one picture of both that a screen draws."""

from __future__ import annotations

import enum

import msgspec

from teststation.model import Reason, Source


class State(enum.StrEnum):
    """Where a trial is."""

    READY = "ready"
    ARMED = "armed"
    RUNNING = "running"
    STOPPED = "stopped"
    DONE = "done"


class Link(enum.StrEnum):
    """How the sensor is."""

    NONE = "none"
    CONNECTING = "connecting"
    STREAMING = "streaming"
    SILENT = "silent"
    LOST = "lost"
    ENDED = "ended"


class Snapshot(msgspec.Struct, frozen=True, kw_only=True):
    """What there is to show of a trial now; polled by the screen at its own pace. Times in seconds.

    Parameters
    ----------
    elapsed_s : since the cue, frozen at the stop
    moved_s : from the cue to the first movement seen; negative is a false start
    phase : code of the phase that the watcher sees
    count : repetitions of a chair stand
    line_s : from the cue to the key at the line
    hand_only : no sensor is timing this run now
    lost_in_run : the sensor was lost since the cue, and may be back
    stopped_by : the sensor or the key
    trouble : what the store could not keep yet
    """

    state: State
    link: Link
    elapsed_s: float | None = None
    moved_s: float | None = None
    phase: str = ""
    count: int = 0
    line_s: float | None = None
    hand_only: bool = False
    lost_in_run: bool = False
    rate_hz: float | None = None
    lost_samples: int = 0
    battery: int | None = None
    stopped_by: Source | None = None
    trouble: Reason | None = None
