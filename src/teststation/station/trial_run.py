"""One trial, from ready to done: arm, cue, record, watch, stop, analyse, choose the headline, save.

Three owners (ARCHITECTURE, decision 2): the screen's loop calls the intents (`go`, `undo`, `end`) and polls `snapshot`;
the acquisition thread calls `_hear`; the store's writer thread keeps what it is handed. One lock guards the state
between them, and is never held while something waits. What a key makes of a trial is in `course`; here is what follows
from it.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from concurrent.futures import Future

import msgspec

from teststation.clock import Clock
from teststation.model import (
    Analysis,
    Conditions,
    Outcome,
    Reason,
    Recording,
    Source,
    TestName,
    Trial,
    Visit,
)
from teststation.sensors.acquisition import Acquisition
from teststation.sensors.base import (
    COUNTED_TIMES,
    Connected,
    Ended,
    Gap,
    LinkEvent,
    Lost,
    Notice,
    Packet,
    Sensor,
    Silent,
    corrected,
)
from teststation.sensors.calibration import Calibration
from teststation.station.amending import Amendable
from teststation.station.analyst import Analyst
from teststation.station.capture import Capture, Samples
from teststation.station.course import Course
from teststation.station.keeping import Keeping
from teststation.station.outcome import under_protocol
from teststation.station.reception import Reception
from teststation.station.states import Link, Snapshot, State
from teststation.station.watching import Guarded, Seen
from teststation.store import Block, Store, new_id, utc_now
from teststation.tests.base import Options, Sight, Sighting
from teststation.tests.catalogue import clinical_test

_log = logging.getLogger(__name__)

TAIL_S = 3.0
"""So much of after the stop is recorded; within it a stop can be undone."""
_LOOK_BACK_S = 3.0
"""So much rest before the cue the watcher is shown."""


class TrialRun(Amendable):
    """One trial, from ready to done. Every `at_s` is a time on the station's clock.

    Parameters
    ----------
    visit, test, number : which trial this is
    options : what the protocol leaves open
    sensor : where samples come from; None times by hand alone
    store, analyst, clock : where the trial is kept, where it is analysed, and by what time it runs
    practice : a practice run is kept and never counted
    on_block : is told of each block of samples that is on the disk
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
        on_block: Callable[[Block], None] = lambda _: None,
    ) -> None:
        trial = Trial(
            id=new_id(),
            visit=visit.id,
            test=test,
            number=number,
            started_at=utc_now(),
            practice=practice,
            conditions=under_protocol(test, options, conditions or Conditions()),
        )
        super().__init__(trial, options, Keeping(store, on_block))
        self.test = test
        self._analyst = analyst
        self._clock = clock
        self._lock = threading.RLock()
        self._acquisition = None if sensor is None else Acquisition(sensor, self._hear, clock.now)
        self._sensor = sensor
        self._course = Course(to_a_line=test is TestName.GAIT)
        self._reception = Reception(link=Link.NONE if sensor is None else Link.CONNECTING)
        self._losses_at_cue = 0
        self._captured = Capture()
        self._watcher: Guarded | None = None
        self._seen = Seen()
        self._tail_timer: threading.Timer | None = None
        self._outcome = Outcome.DONE
        self._outcome_reason: Reason | None = None
        self._finished = threading.Event()
        self._recording: Recording | None = None

    @property
    def id(self) -> str:
        """Which trial this is."""
        return self._trial.id

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
            if self._course.state is not State.READY:
                return
            self._course = self._course.armed()
            self._captured.keeping = True
            self._keeping.save(self._trial)
            self._record()

    def go(self, at_s: float) -> None:
        """Take the one key: the cue when armed, the line and then the stop when running, a hand's stop in the tail."""
        with self._lock:
            self._follow(self._course.pressed(at_s, hand_only=not self._reception.times))

    def undo(self) -> None:
        """Take the last key back: the stop while its tail lasts, the line, or the cue."""
        with self._lock:
            if self._course.state is State.STOPPED and self._tail_timer is None:
                return  # the recording is closed
            self._follow(self._course.undone(hand_only=not self._reception.times))

    def end(self, outcome: Outcome, reason: Reason | None = None, at_s: float | None = None) -> None:
        """End the trial otherwise than by its protocol: a fall, a stop for safety, unable. The recording is kept.

        It may have been stopped while it was being said what happened, by a sensor that saw a person who fell sit
        still: how it ended goes before that.
        """
        with self._lock:
            self._outcome, self._outcome_reason = outcome, reason
            at_s = self._clock.now() if at_s is None else at_s
            if self._course.state is State.DONE:
                self._end_late(at_s)
            else:
                self._follow(self._course.ended(at_s))

    def close(self) -> None:
        """Leave the sensor; a trial that was armed and never cued is not kept, one that runs is left as it is."""
        with self._lock:
            self._drop_timer()
            if self._course.state is State.ARMED:
                self._course = Course(to_a_line=self.test is TestName.GAIT)
                self._keeping.discard(self._trial)
        if self._acquisition is not None:
            self._acquisition.close()
        with self._lock:
            if self._course.state in (State.RUNNING, State.STOPPED):
                self._keeping.link_event(Lost(self._clock.now()))

    # What the screen shows

    def snapshot(self) -> Snapshot:
        """Give what there is to show now."""
        with self._lock:
            course, seen = self._course, self._seen
            cue_s, line_s = course.hand.cue_s, course.hand.line_s
            end_s = course.stop_s if course.stop_s is not None else self._clock.now()
            offset_s = self._offset_at_cue_s
            moved_s = None
            if seen.moved_s is not None and cue_s is not None and offset_s is not None:
                moved_s = seen.moved_s + offset_s - cue_s
            return Snapshot(
                state=course.state,
                link=self._reception.link,
                elapsed_s=None if cue_s is None else max(0.0, end_s - cue_s),
                moved_s=moved_s,
                phase=seen.phase,
                count=seen.count,
                line_s=None if cue_s is None or line_s is None else line_s - cue_s,
                hand_only=not self._reception.times,
                lost_in_run=cue_s is not None and self._reception.losses > self._losses_at_cue,
                rate_hz=self._captured.rate_hz,
                lost_samples=self._captured.lost_samples,
                battery=self._reception.battery,
                stopped_by=course.stopped_by,
                trouble=self._keeping.trouble,
            )

    def tail(self, seconds: float) -> Samples:
        """Give the newest samples: time in s before the last, (n, 3) m/s² and (n, 3) rad/s."""
        with self._lock:
            return self._captured.tail(seconds)

    def trial(self) -> Trial | None:
        """Give the trial once it is done."""
        return self._trial if self._course.state is State.DONE else None

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
            over = isinstance(event, Ended) and self._reception.link is not Link.ENDED
            self._reception = self._reception.after(event)
            match event:
                case Connected():
                    self._captured.connected()
                    self._record()
                    self._keeping.link_event(event)
                case Gap():
                    self._captured.miss(event)
                    self._keeping.link_event(event)
                case Silent() | Lost():
                    self._keeping.link_event(event)
                case Ended() if over and self._course.state is State.RUNNING:
                    self._follow(self._course.stopped(self._clock.now(), Source.SENSOR))
        if isinstance(event, Packet):
            self._hear_packet(event)
        elif over:
            self._finish()

    def _record(self) -> None:
        """Begin to record, once the trial is armed and it is known by which sensor: it may be switched on late."""
        info = self._reception.info
        if info is not None and self._captured.keeping and self._trial.recording is None:
            self._trial = self._keeping.begin(self._trial, info, self._captured.packets)
            if info.counted_times:
                self._say_counted()

    def _say_counted(self, **how_far: float) -> None:
        """Keep that times were counted, for who analyses the trial again from the store; at the end also how well."""
        self._keeping.link_event(Notice(self._clock.now(), Reason(COUNTED_TIMES, how_far)))

    def _hear_packet(self, packet: Packet) -> None:
        with self._lock:
            self._captured.add(packet)
            state = self._course.state
            if state in (State.ARMED, State.RUNNING, State.STOPPED):
                self._keeping.add(packet)
            watcher = self._watcher if state in (State.RUNNING, State.STOPPED) else None
        if watcher is not None:
            # Outside of the lock: the screen must not wait for the watcher.
            sightings = watcher.feed(corrected(packet, self._reception.info))
            with self._lock:
                for sighting in sightings:
                    self._see(sighting)
                whole = self._tail_is_recorded()
            if whole:
                self._finish()

    def _see(self, sighting: Sighting) -> None:
        if self._course.state not in (State.RUNNING, State.STOPPED):
            return
        self._seen = self._seen.and_then(sighting)
        if sighting.sight is Sight.STOP and self._course.state is State.RUNNING:
            self._follow(self._course.stopped(sighting.time_s + (self._offset_s or 0.0), Source.SENSOR))

    # The way from the cue to the saved trial

    def _follow(self, course: Course) -> None:
        """Go where the course leads, and do what comes with it."""
        before, self._course = self._course.state, course
        match before, course.state:
            case State.ARMED, State.RUNNING:
                self._cue()
            case State.RUNNING, State.ARMED:
                self._watcher, self._seen = None, Seen()
            case State.RUNNING, State.STOPPED:
                self._end_after(TAIL_S)
            case State.STOPPED, State.RUNNING:
                self._drop_timer()
                self._outcome, self._outcome_reason = Outcome.DONE, None
                self._keeping.save(self._so_far())
            case State.STOPPED, State.STOPPED:
                self._keeping.save(self._so_far())
            case ((State.READY | State.ARMED), State.STOPPED):
                self._end_after(0.0)

    def _cue(self) -> None:
        cue_s, offset_s = self._course.hand.cue_s, self._offset_s
        self._losses_at_cue = self._reception.losses
        assert cue_s is not None
        self._keeping.save(self._so_far())
        if offset_s is not None:
            # Again at the end, with the best offset: this one is for a process that is killed before.
            self._keeping.mark_cue(cue_s - offset_s)
        if self._sensor is None:
            return
        self._sensor.cue(cue_s)
        self._watcher = Guarded(clinical_test(self.test).watch(self.options))
        if offset_s is not None:
            before = Packet(cue_s, *self._captured.since(cue_s - offset_s - _LOOK_BACK_S))
            if len(before.time_s):
                self._watcher.feed(corrected(before, self._reception.info))

    def _end_after(self, seconds: float) -> None:
        self._keeping.save(self._so_far())
        # Host seconds: where the sensor is gone no sample will end the tail.
        self._tail_timer = threading.Timer(seconds, self._finish)
        self._tail_timer.daemon = True
        self._tail_timer.start()

    def _so_far(self) -> Trial:
        """Give what is known of the trial before it was analysed: all that a process that is killed leaves of it."""
        return msgspec.structs.replace(
            self._trial,
            outcome=self._outcome,
            outcome_reason=self._outcome_reason,
            host_minus_device_s=self._offset_at_cue_s,
            hand=self._course.hand,
        )

    def _drop_timer(self) -> bool:
        """Call the end of the tail off; tell whether it was still to come."""
        timer, self._tail_timer = self._tail_timer, None
        if timer is not None:
            timer.cancel()
        return timer is not None

    def _tail_is_recorded(self) -> bool:
        stop_s, offset_s, last_s = self._course.stop_s, self._offset_s, self._captured.last_s
        if self._course.state is not State.STOPPED or stop_s is None or offset_s is None or last_s is None:
            return False
        return last_s + offset_s >= stop_s + TAIL_S

    def _finish(self) -> None:
        """Close the recording and have it analysed; runs once, in whichever thread ends the tail."""
        with self._lock:
            if not self._drop_timer():
                return
            recording = self._recording = self._captured_recording()
            if recording is not None and recording.cue_s is not None:
                self._keeping.mark_cue(recording.cue_s)
            if recording is not None and recording.counted_off_s is not None:
                self._say_counted(seconds=recording.counted_off_s)
            self._keeping.close()
            self._captured.keeping = False
        if recording is None:
            self._conclude(None, None)
        else:
            try:
                future = self._analyst.submit(self._corrected(recording), self.test, self.options)
            except RuntimeError:  # the process has died, or the station is closing
                _log.exception("the analysis could not begin")
                self._conclude(None, Reason("analysis_failed"))
            else:
                future.add_done_callback(self._analysed)

    def _captured_recording(self) -> Recording | None:
        if self._reception.info is None:
            return None
        return self._captured.recording(
            self._reception.info, name=self._trial.id, placement=self.options.placement, cue_s=self._course.hand.cue_s
        )

    def _analysed(self, future: Future[Analysis]) -> None:
        if future.cancelled():  # the station is closing: the next start takes the trial up as it was left
            return
        error = future.exception()
        if error is None:
            self._conclude(future.result(), None)
        else:
            _log.error("the analysis failed", exc_info=error)
            self._conclude(None, Reason("analysis_failed"))

    def _conclude(self, analysis: Analysis | None, failure: Reason | None) -> None:
        with self._lock:
            trial = self._so_far()
            trial = msgspec.structs.replace(trial, analysis=analysis, outcome_reason=trial.outcome_reason or failure)
            self._trial = self._measured(trial, trial.hand)
        self._keeping.save(self._trial).add_done_callback(self._kept)

    def _kept(self, _: Future[None]) -> None:
        """Be done once the trial is on the disk, or the store has said why not."""
        with self._lock:
            self._course = self._course.done()
            if self._trial.outcome is not self._outcome:  # said while the trial was being concluded
                self._end_late(self._course.hand.stop_s)
        self._finished.set()

    def _end_late(self, at_s: float | None) -> None:
        """Take in how a trial ended that was concluded before it was said."""
        trial = msgspec.structs.replace(self._trial, outcome=self._outcome, outcome_reason=self._outcome_reason)
        self._amend(self._measured(trial, msgspec.structs.replace(trial.hand, stop_s=at_s)))

    @property
    def _calibration(self) -> Calibration | None:
        """What is known of the sensor."""
        info = self._reception.info
        return None if info is None else info.calibration

    @property
    def _offset_s(self) -> float | None:
        """From the sensor's clock to the station's, now."""
        return self._captured.offset_s()

    @property
    def _offset_at_cue_s(self) -> float | None:
        return self._captured.offset_s(self._course.hand.cue_s)
