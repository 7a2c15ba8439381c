"""One trial, from ready to done: arm, cue, record, watch, stop, analyse, choose the headline, save.

Three owners (ARCHITECTURE, decision 2): the screen's loop calls the intents (`go`, `undo`, `end`) and polls `snapshot`;
the acquisition thread calls `_hear`; the store's writer thread keeps what it is handed. One lock guards the state
between them, and is never held while something waits.
"""

from __future__ import annotations

import enum
import logging
import threading
from concurrent.futures import Future
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from teststation.clock import Clock
from teststation.model import (
    Analysis,
    Conditions,
    HandTimes,
    Outcome,
    Reason,
    Recording,
    Source,
    TestName,
    TeststationError,
    Trial,
    Visit,
)
from teststation.sensors.acquisition import Acquisition
from teststation.sensors.base import Battery, Connected, Ended, Gap, LinkEvent, Lost, Packet, Sensor, Silent
from teststation.sensors.keyboard import parse_stopwatch
from teststation.station.analyst import Analyst
from teststation.station.capture import Capture
from teststation.station.outcome import measures_of, under_protocol
from teststation.store import RecordingWriter, Store, new_id, utc_now
from teststation.tests.base import Options, Sight, Sighting, Watcher
from teststation.tests.catalogue import clinical_test
from teststation.tests.headline import choose

_log = logging.getLogger(__name__)

TAIL_S = 3.0
"""So much of after the stop is recorded; within it a stop can be undone."""
DEBOUNCE_S = 0.6
"""A go key so soon after the last is the same press (tui.md, key repeat)."""
SHORTEST_S = 3.0
"""A shorter recording cannot hold a test."""
_LOOK_BACK_S = 3.0
"""So much rest before the cue the watcher is shown."""


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
    hand_only : no sensor is timing this run
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
    rate_hz: float | None = None
    lost_samples: int = 0
    battery: int | None = None
    stopped_by: Source | None = None
    trouble: Reason | None = None


class TrialRun:
    """One trial, from ready to done. Every `at_s` is a time on the station's clock.

    Parameters
    ----------
    visit, test, number : which trial this is
    options : what the protocol leaves open
    sensor : where samples come from; None times by hand alone
    store, analyst, clock : where the trial is kept, where it is analysed, and by what time it runs
    practice : a practice run is kept and never counted
    """

    def __init__(
        self,
        visit: Visit,
        test: TestName,
        number: int,
        *,
        options: Options,
        sensor: Sensor | None,
        store: Store,
        analyst: Analyst,
        clock: Clock,
        practice: bool = False,
        conditions: Conditions | None = None,
    ) -> None:
        self.test = test
        self.options = options
        self._store = store
        self._analyst = analyst
        self._clock = clock
        self._lock = threading.RLock()
        self._acquisition = None if sensor is None else Acquisition(sensor, self._hear, clock.now)
        self._sensor = sensor
        self._state = State.READY
        self._link = Link.NONE if sensor is None else Link.CONNECTING
        self._captured = Capture()
        self._battery: int | None = None
        self._watcher: Watcher | None = None
        self._started: Sighting | None = None
        self._phase = ""
        self._count = 0
        self._lost_in_run = False
        self._hand = HandTimes()
        self._stop_s: float | None = None
        self._stopped_by: Source | None = None
        self._last_key_s = -np.inf
        self._tail_timer: threading.Timer | None = None
        self._outcome = Outcome.DONE
        self._outcome_reason: Reason | None = None
        self._finished = threading.Event()
        self._trouble: Reason | None = None
        self._trial = Trial(
            id=new_id(),
            visit=visit.id,
            test=test,
            number=number,
            started_at=utc_now(),
            practice=practice,
            conditions=under_protocol(test, options, conditions or Conditions()),
        )
        self._keeper: RecordingWriter | None = None
        self._recording: Recording | None = None

    # What the screen asks for

    def connect(self) -> None:
        """Begin to listen to the sensor."""
        if self._acquisition is not None:
            # The watcher's imports are slow: they are done while the instruction is read.
            threading.Thread(target=clinical_test, args=(self.test,), daemon=True).start()
            self._acquisition.start()

    def arm(self) -> None:
        """Record from here on, with what came shortly before."""
        with self._lock:
            if self._state is not State.READY:
                return
            self._state = State.ARMED
            self._captured.keeping = True
            if self._sensor is None:
                self._save(self._trial)
                return
            self._keeper = self._store.begin_trial(self._trial, self._sensor.info)
            self._keeper.begun.add_done_callback(self._saved)
            self._trial = self._keeper.trial
            for packet in self._captured.packets:
                self._keep(packet)

    def go(self, at_s: float) -> None:
        """Take the one key: the cue when armed, the line and then the stop when running, a hand's stop in the tail."""
        with self._lock:
            if at_s - self._last_key_s < DEBOUNCE_S:
                self._last_key_s = at_s
                return
            self._last_key_s = at_s
            if self._state is State.ARMED:
                self._cue(at_s)
            elif self._state is State.RUNNING and self._waits_for_line:
                self._hand = msgspec.structs.replace(self._hand, line_s=at_s)
                if self._hand_only:
                    self._stop(at_s, Source.KEY)
            elif self._state is State.RUNNING:
                self._hand = msgspec.structs.replace(self._hand, stop_s=at_s)
                self._stop(at_s, Source.KEY)
            elif self._state is State.STOPPED and self._hand.stop_s is None and not self._waits_for_line:
                self._hand = msgspec.structs.replace(self._hand, stop_s=at_s)

    def undo(self) -> None:
        """Take the last key back: the stop while its tail lasts, the line, or the cue."""
        with self._lock:
            if self._state is State.STOPPED and self._tail_timer is not None:
                self._tail_timer.cancel()
                self._tail_timer = None
                self._state = State.RUNNING
                self._stop_s = self._stopped_by = None
                self._hand = msgspec.structs.replace(
                    self._hand, stop_s=None, line_s=None if self._hand_only else self._hand.line_s
                )
            elif self._state is State.RUNNING and self._hand.line_s is not None:
                self._hand = msgspec.structs.replace(self._hand, line_s=None)
            elif self._state is State.RUNNING:
                self._state = State.ARMED
                self._hand = HandTimes()
                self._watcher = self._started = None
                self._phase, self._count = "", 0

    def end(self, outcome: Outcome, reason: Reason | None = None, at_s: float | None = None) -> None:
        """End the trial otherwise than by its protocol: a fall, a stop for safety, unable. The recording is kept.

        It may have been stopped while it was being said what happened, by a sensor that saw a person who fell sit
        still: how it ended goes before that.
        """
        with self._lock:
            self._outcome, self._outcome_reason = outcome, reason
            at_s = self._clock.now() if at_s is None else at_s
            if self._state is State.DONE:
                self._end_late(at_s)
            elif self._state is State.STOPPED:
                self._hand = msgspec.structs.replace(self._hand, stop_s=at_s)
            elif self._state is State.RUNNING:
                self._hand = msgspec.structs.replace(self._hand, stop_s=at_s)
                self._stop(at_s, None)
            else:
                self._stop(at_s, None, tail_s=0.0)

    def type_stopwatch(self, text: str) -> Trial:
        """Take a time read from a stopwatch as the third source; the headline is chosen anew.

        Raises
        ------
        TeststationError
            The text is no time.
        """
        self._measured(msgspec.structs.replace(self._trial.hand, stopwatch_s=parse_stopwatch(text)))
        self._save(self._trial)
        return self._trial

    def choose(self, source: Source, reason: Reason) -> Trial:
        """Make another source the headline."""
        self._trial = msgspec.structs.replace(self._trial, headline_source=source, headline_reason=reason)
        self._save(self._trial)
        return self._trial

    def invalidate(self, reason: Reason) -> Trial:
        """Keep the trial, and never count it."""
        self._trial = msgspec.structs.replace(self._trial, outcome=Outcome.INVALID, outcome_reason=reason)
        self._save(self._trial)
        return self._trial

    def observe(self, conditions: Conditions) -> Trial:
        """Note how the trial was done: hands used, help given."""
        conditions = under_protocol(self.test, self.options, conditions)
        self._trial = msgspec.structs.replace(self._trial, conditions=conditions)
        self._save(self._trial)
        return self._trial

    def close(self) -> None:
        """Leave the sensor; a trial that was armed and never cued is not kept waiting."""
        with self._lock:
            if self._tail_timer is not None:
                self._tail_timer.cancel()
        if self._acquisition is not None:
            self._acquisition.close()

    # What the screen shows

    def snapshot(self) -> Snapshot:
        """Give what there is to show now."""
        with self._lock:
            cue = self._hand.cue_s
            end = self._stop_s if self._stop_s is not None else self._clock.now()
            offset = self._captured.device.host_minus_device_s
            moved = None
            if self._started is not None and cue is not None and offset is not None:
                moved = self._started.time_s + offset - cue
            return Snapshot(
                state=self._state,
                link=self._link,
                elapsed_s=None if cue is None else max(0.0, end - cue),
                moved_s=moved,
                phase=self._phase,
                count=self._count,
                line_s=None if cue is None or self._hand.line_s is None else self._hand.line_s - cue,
                hand_only=self._hand_only,
                rate_hz=self._rate_hz(),
                lost_samples=self._captured.lost_samples,
                battery=self._battery,
                stopped_by=self._stopped_by,
                trouble=self._trouble,
            )

    def tail(self, seconds: float) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
        """Give the newest samples: time in s before the last, (n, 3) m/s² and (n, 3) rad/s."""
        with self._lock:
            last = self._captured.last_s
            if last is None:
                return np.empty(0), np.empty((0, 3)), np.empty((0, 3))
            time_s, acceleration, angular_velocity = self._captured.since(last - seconds)
        return time_s - last, acceleration, angular_velocity

    def trial(self) -> Trial | None:
        """Give the trial once it is done."""
        return self._trial if self._state is State.DONE else None

    def recording(self) -> Recording | None:
        """Give the whole recording once the trial is done; None where no sample came."""
        return self._recording

    def wait(self, timeout_s: float | None = None) -> Trial | None:
        """Wait until the trial is done."""
        self._finished.wait(timeout_s)
        return self.trial()

    # What the sensor says, in the acquisition thread

    def _hear(self, event: LinkEvent) -> None:
        with self._lock:
            if self._keeper is not None and isinstance(event, Connected | Gap | Silent | Lost):
                self._keeper.link_event(event).add_done_callback(self._saved)
        match event:
            case Packet():
                self._hear_packet(event)
            case Connected() | Gap() | Battery():
                self._hear_news(event)
            case Silent() | Lost() | Ended():
                self._hear_loss(event)

    def _hear_packet(self, packet: Packet) -> None:
        with self._lock:
            self._link = Link.STREAMING
            self._captured.add(packet)
            if self._state in (State.ARMED, State.RUNNING, State.STOPPED):
                self._keep(packet)
            watcher = self._watcher if self._state in (State.RUNNING, State.STOPPED) else None
        if watcher is not None:
            # Outside of the lock: the screen must not wait for the watcher.
            sightings = self._watched(watcher, packet)
            with self._lock:
                for sighting in sightings:
                    self._see(sighting)
                whole = self._tail_is_recorded()
            if whole:
                self._finish()

    def _watched(self, watcher: Watcher, packet: Packet) -> list[Sighting]:
        try:
            return watcher.feed(packet.time_s, packet.acceleration, packet.angular_velocity)
        except Exception:  # noqa: BLE001 - a watcher only proposes: its fault must not cost a sample, and the key stops
            _log.exception("the watcher failed")
            self._watcher = None
            return []

    def _hear_news(self, event: Connected | Gap | Battery) -> None:
        with self._lock:
            match event:
                case Connected():
                    self._link = Link.STREAMING
                case Gap(start_s, end_s):
                    rate = self._rate_hz() or 0.0
                    self._captured.lost_samples += max(0, round((end_s - start_s) * rate) - 1)
                case Battery(percent=percent):
                    self._battery = percent

    def _hear_loss(self, event: Silent | Lost | Ended) -> None:
        with self._lock:
            if self._link is Link.ENDED:
                return
            self._link = {Silent: Link.SILENT, Lost: Link.LOST, Ended: Link.ENDED}[type(event)]
            over = self._link is Link.ENDED
            if self._state is State.RUNNING and over:
                self._stop(self._clock.now(), Source.SENSOR)
            elif self._state is State.RUNNING:
                self._lost_in_run = True
        if over:
            self._finish()

    def _see(self, sighting: Sighting) -> None:
        if self._state not in (State.RUNNING, State.STOPPED):
            return
        match sighting.sight:
            case Sight.START:
                self._started = self._started or sighting
            case Sight.PHASE:
                self._phase = sighting.phase
            case Sight.REPETITION:
                self._count = sighting.count
            case Sight.STOP if self._state is State.RUNNING:
                offset = self._captured.device.host_minus_device_s or 0.0
                self._stop(sighting.time_s + offset, Source.SENSOR)

    # The way from the cue to the saved trial

    def _cue(self, at_s: float) -> None:
        self._state = State.RUNNING
        self._hand = HandTimes(cue_s=at_s)
        offset = self._captured.device.host_minus_device_s
        self._save(msgspec.structs.replace(self._trial, hand=self._hand, host_minus_device_s=offset))
        if self._keeper is not None and offset is not None:
            # Again at the end, with the best offset: this one is for a process that is killed before.
            self._keeper.mark_cue(at_s - offset).add_done_callback(self._saved)
        if self._sensor is None:
            return
        self._sensor.cue()
        self._watcher = clinical_test(self.test).watch(self.options)
        if offset is not None:
            before = Packet(at_s, *self._captured.since(at_s - offset - _LOOK_BACK_S))
            if len(before.time_s):
                self._watched(self._watcher, before)

    def _stop(self, at_s: float, by: Source | None, tail_s: float = TAIL_S) -> None:
        self._state = State.STOPPED
        self._stop_s = at_s
        self._stopped_by = by
        self._save(msgspec.structs.replace(self._trial, hand=self._hand))
        # Host seconds: where the sensor is gone no sample will end the tail.
        self._tail_timer = threading.Timer(tail_s, self._finish)
        self._tail_timer.daemon = True
        self._tail_timer.start()

    def _tail_is_recorded(self) -> bool:
        offset, last = self._captured.device.host_minus_device_s, self._captured.last_s
        if self._state is not State.STOPPED or self._stop_s is None or offset is None or last is None:
            return False
        return last + offset >= self._stop_s + TAIL_S

    def _finish(self) -> None:
        """Close the recording and have it analysed; runs once, in whichever thread ends the tail."""
        with self._lock:
            if self._tail_timer is None:
                return
            self._tail_timer.cancel()
            self._tail_timer = None
            recording = self._recording = self._captured_recording()
            if self._keeper is not None:
                if recording is not None and recording.cue_s is not None:
                    self._keeper.mark_cue(recording.cue_s).add_done_callback(self._saved)
                self._keeper.close().add_done_callback(self._saved)
                self._keeper = None
            self._captured.keeping = False
        if recording is None:
            self._conclude(None, None)
        else:
            try:
                future = self._analyst.submit(recording, self.test, self.options)
            except RuntimeError:  # the process has died, or the station is closing
                _log.exception("the analysis could not begin")
                self._conclude(None, Reason("analysis_failed"))
            else:
                future.add_done_callback(self._analysed)

    def _analysed(self, future: Future[Analysis]) -> None:
        error = future.exception()
        if error is None:
            self._conclude(future.result(), None)
        else:
            _log.error("the analysis failed", exc_info=error)
            self._conclude(None, Reason("analysis_failed"))

    def _conclude(self, analysis: Analysis | None, failure: Reason | None) -> None:
        with self._lock:
            offset = self._captured.device.host_minus_device_s
            self._trial = msgspec.structs.replace(
                self._trial,
                outcome=self._outcome,
                outcome_reason=self._outcome_reason or failure,
                host_minus_device_s=offset,
                analysis=analysis,
            )
        self._measured(self._hand)
        self._save(self._trial).add_done_callback(self._kept)

    def _kept(self, _: Future[None]) -> None:
        """Be done once the trial is on the disk, or the store has said why not."""
        with self._lock:
            self._state = State.DONE
            if self._trial.outcome is not self._outcome:  # said while the trial was being concluded
                self._end_late(self._hand.stop_s)
        self._finished.set()

    def _end_late(self, at_s: float | None) -> None:
        """Take in how a trial ended that was concluded before it was said."""
        self._trial = msgspec.structs.replace(self._trial, outcome=self._outcome, outcome_reason=self._outcome_reason)
        self._measured(msgspec.structs.replace(self._trial.hand, stop_s=at_s))
        self._save(self._trial)

    def _measured(self, hand: HandTimes) -> None:
        """Measure the trial by all its sources, and choose the headline."""
        trial = msgspec.structs.replace(self._trial, hand=hand)
        measures = measures_of(trial, self.options)
        headline, why = choose(self.test, self.options, measures, trial.analysis)
        self._trial = msgspec.structs.replace(
            trial,
            measures=measures,
            headline_source=None if headline is None else headline.source,
            headline_reason=why,
        )

    # Keeping

    def _save(self, trial: Trial) -> Future[None]:
        saving = self._store.save_trial(trial)
        saving.add_done_callback(self._saved)
        return saving

    def _saved(self, future: Future[Any]) -> None:
        """Tell the screen what the store could not keep; it keeps it in memory and tries again."""
        error = future.exception()
        if isinstance(error, TeststationError):
            self._trouble = error.reason
        elif error is not None:
            _log.error("the store failed", exc_info=error)
            self._trouble = Reason("store_failed", {"detail": type(error).__name__})
        else:
            self._trouble = None

    # Small things

    @property
    def _hand_only(self) -> bool:
        return self._link in (Link.NONE, Link.CONNECTING, Link.LOST, Link.SILENT) or self._lost_in_run

    @property
    def _waits_for_line(self) -> bool:
        return self.test is TestName.GAIT and self._hand.line_s is None

    def _rate_hz(self) -> float | None:
        time_s, _, _ = self._captured.since((self._captured.last_s or 0.0) - 1.0)
        return None if len(time_s) < 3 else float(1.0 / np.median(np.diff(time_s)))  # noqa: PLR2004 - two intervals

    def _keep(self, packet: Packet) -> None:
        if self._keeper is not None:
            for future in self._keeper.append(packet.time_s, packet.acceleration, packet.angular_velocity):
                future.add_done_callback(self._saved)

    def _captured_recording(self) -> Recording | None:
        time_s, acceleration, angular_velocity = self._captured.since(-np.inf)
        if self._sensor is None or len(time_s) == 0 or time_s[-1] - time_s[0] < SHORTEST_S:
            return None
        offset, cue = self._captured.device.host_minus_device_s, self._hand.cue_s
        return Recording(
            time_s=time_s,
            acceleration=acceleration,
            angular_velocity=angular_velocity,
            name=self._trial.id,
            placement=self.options.placement or self._sensor.info.placement,
            cue_s=None if offset is None or cue is None else cue - offset,
            nominal_rate_hz=self._sensor.info.nominal_rate_hz,
        )
