"""Armed and running: a timer to be read at three metres, words at fixed places, the signal, and one key."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import numpy as np
from textual.containers import Horizontal
from textual.widget import Widget

from teststation.i18n import N_, Translator
from teststation.model import Outcome, Source, TestName
from teststation.reports.wording import OUTCOMES
from teststation.station import Snapshot, State
from teststation.tui.bench import Run
from teststation.tui.keys import Act, Offer, Press
from teststation.tui.protocols import PROTOCOLS, fields
from teststation.tui.screens.page import Page, line
from teststation.tui.screens.sensor_words import sensor_note, sensor_words, waits_for_sensor
from teststation.tui.visit import Attempt
from teststation.tui.widgets.block_digits import BlockDigits
from teststation.tui.widgets.signal_plot import Lane, SignalPlot

if TYPE_CHECKING:
    from teststation.tui.flow import Flow

FRAMES_PER_S = 10
_WINDOW_S = 6.0
_EARLY_S = -0.1
"""Movement seen so long before the cue is a false start; less is within what a live watcher can tell."""
_DEG = float(np.degrees(1.0))

_STATES = {
    State.READY: N_("KLAARZETTEN"),
    State.ARMED: N_("KLAAR"),
    State.RUNNING: N_("LOOPT"),
    State.STOPPED: N_("GESTOPT"),
    State.DONE: N_("GESTOPT"),
}


def attempt_text(tr: Translator, attempt: Attempt, wanted: int) -> str:
    """Name a test and an attempt at it, out of as many as are wanted."""
    protocol = PROTOCOLS[attempt.test]
    if attempt.practice:
        return f"{tr(protocol.title)}  {tr('oefenpoging')}"
    of = max(wanted, attempt.number)
    return f"{tr(protocol.title)}  {tr('poging {number} van {of}', number=attempt.number, of=of)}"


def lanes(tr: Translator) -> tuple[Lane, Lane]:
    """Name the two lanes of every plot: magnitudes, so that it does not matter how the sensor is worn."""
    return (Lane(tr("versnelling"), "m/s²", 5.0, 15.0), Lane(tr("draaisnelheid"), "°/s", 0.0, 160.0))


class TrialPage(Page):
    """Renders a run ten times a second. Nothing can be focused, nothing is modal, nothing scrolls."""

    def __init__(self, flow: Flow, run: Run, attempt: Attempt, *, ends_as: Outcome | None = None) -> None:
        super().__init__()
        self._flow = flow
        self._run = run
        self._attempt = attempt
        self._ends_as = ends_as
        self._snapshot = run.snapshot()

    def title_text(self) -> str:
        """Name the test and the attempt."""
        return attempt_text(self.station.tr, self._attempt, self._flow.progress.wanted(self._attempt.test))

    def all_offers(self) -> tuple[Offer, ...]:
        """Offer what the state allows; neither help nor quitting stands between a run and its key."""
        player = self.station.player
        play = (Offer(Act.FASTER, self._speed_text()), Offer(Act.TO_END)) if player is not None else ()
        always = (Offer(Act.FALL), Offer(Act.LANGUAGE, hidden=True))
        match self._snapshot.state:
            case State.READY | State.ARMED:
                return (Offer(Act.GO, self.tr("bij ‘ja’: start")), *always, Offer(Act.BACK), *play)
            case State.RUNNING:
                return (Offer(Act.GO, self._go_text()), Offer(Act.UNDO), *always, *play)
            case _:
                return (Offer(Act.GO, hidden=True), Offer(Act.UNDO), *always, *play)

    def _go_text(self) -> str:
        if self._ends_as is not None:
            return self.tr(OUTCOMES[self._ends_as])
        return self.tr("streep") if self._waits_for_line else self.tr("stop")

    def _speed_text(self) -> str:
        player = self.station.player
        return self.tr("gewone snelheid") if player is not None and player.speed > 1 else ""

    @property
    def occupied(self) -> bool:
        """Nothing is laid over a person who walks."""
        return self._snapshot.state in (State.RUNNING, State.STOPPED)

    @property
    def _waits_for_line(self) -> bool:
        return self._attempt.test is TestName.GAIT and self._snapshot.line_s is None

    def body(self) -> Iterable[Widget]:
        """Lay out the words, the timer, the words on what is seen, and the signal."""
        with Horizontal(id="states"):
            yield line("state")
            yield line("hand")
            yield line("sensor")
        with Horizontal(id="numbers"):
            yield BlockDigits(id="timer")
            if self._attempt.test is TestName.TCS:
                yield BlockDigits(id="count")
        yield line("phase")
        yield line("note")
        yield SignalPlot(id="signal")

    def on_mount(self) -> None:
        """Begin to poll."""
        super().on_mount()
        self.set_interval(1 / FRAMES_PER_S, self._poll)

    def _poll(self) -> None:
        """Show the run as it is now; a finished one goes on to its review."""
        before = self._snapshot
        self._snapshot = self._run.snapshot()
        if not self.is_current:
            return
        trial = self._run.trial()
        if trial is not None:
            self._flow.trial_is_done(self._run, trial)
            return
        self.show()
        if before.state is not self._snapshot.state or before.line_s != self._snapshot.line_s:
            self.show_bars()

    def show(self) -> None:
        """Draw a frame."""
        snapshot, tr = self._snapshot, self.station.tr
        self.set_class(snapshot.state is State.RUNNING, "-running")
        self.put("state", tr("WACHT OP SENSOR") if waits_for_sensor(snapshot) else tr(_STATES[snapshot.state]))
        self.put("hand", f"{tr('hand')}: {self._hand_words(snapshot)}")
        self.put("sensor", sensor_words(tr, snapshot))
        elapsed = self._shown_s(snapshot)
        self.query_one("#timer", BlockDigits).update(tr.number(elapsed, 1))
        if self._attempt.test is TestName.TCS:
            count = self.query_one("#count", BlockDigits)
            count.display = not snapshot.hand_only  # without a sensor nothing counts
            count.update(str(snapshot.count))
        self.put("phase", self._phase_words(snapshot))
        self.put("note", self._note(snapshot))
        time_s, acceleration, angular_velocity = self._run.tail(_WINDOW_S)
        size = np.linalg.norm(acceleration, axis=1), np.linalg.norm(angular_velocity, axis=1) * _DEG
        self.query_one("#signal", SignalPlot).show(lanes(tr), time_s, size, (-_WINDOW_S, 0.0))

    def _shown_s(self, snapshot: Snapshot) -> float:
        """Give the time that matters: at the line of a walk it stays what it was there."""
        if snapshot.line_s is not None:
            return snapshot.line_s
        return snapshot.elapsed_s or 0.0

    def _hand_words(self, snapshot: Snapshot) -> str:
        tr = self.tr
        match snapshot.state:
            case State.READY | State.ARMED:
                return tr("wacht op de toets")
            case State.RUNNING if snapshot.line_s is not None:
                return tr("streep gezien")
            case State.RUNNING:
                return tr("tijd loopt")
            case _ if snapshot.stopped_by is Source.KEY or snapshot.line_s is not None:
                return tr("gestopt")
            case _:
                return tr("niet gebruikt")

    def _phase_words(self, snapshot: Snapshot) -> str:
        tr = self.tr
        protocol = PROTOCOLS[self._attempt.test]
        match snapshot.state:
            case State.READY | State.ARMED:
                return tr(protocol.position)
            case State.RUNNING if snapshot.hand_only:
                return ""
            case State.RUNNING if self._attempt.test is TestName.TCS:
                of = self._run.options.stands
                if self._run.options.seconds is not None:
                    return tr("{count} keer", count=snapshot.count)
                return tr("{count} van {of} keer", count=snapshot.count, of=of)
            case State.RUNNING:
                return self.station.tr.term(f"phase_{snapshot.phase}") if snapshot.phase else ""
            case _ if snapshot.stopped_by is Source.SENSOR:
                return tr("gestopt door de sensor")
            case _ if snapshot.stopped_by is Source.KEY:
                return tr("gestopt met de toets")
            case _:
                return tr("beëindigd")

    def _note(self, snapshot: Snapshot) -> str:
        """Say one calm line at most; the most urgent first."""
        tr = self.tr
        sensor = sensor_note(self.station.tr, snapshot)
        match snapshot.state:
            case State.READY | State.ARMED:
                return sensor or tr("Zeg ‘ja’, steek uw hand op en druk tegelijk. De opname loopt al.")
            case State.RUNNING:
                return sensor or self._movement_note(snapshot)
            case _:
                return tr("Opname loopt nog even door. Toets U maakt de stop ongedaan.")

    def _movement_note(self, snapshot: Snapshot) -> str:
        tr = self.tr
        if snapshot.moved_s is not None and snapshot.moved_s < _EARLY_S:
            return tr("Bewoog vóór ‘ja’: valse start. Toets U en opnieuw, of laat doorlopen.")
        if snapshot.moved_s is not None and snapshot.moved_s > self.station.settings.late_start_s:
            return tr("Begon {seconds} s na ‘ja’: gehoord en begrepen?", seconds=round(snapshot.moved_s, 1))
        if self._waits_for_line:
            return tr(PROTOCOLS[TestName.GAIT].key, **fields(self._run.options))
        return ""

    def act(self, press: Press) -> None:
        """Pass the key on with the time at which it was pressed."""
        match press.act:
            case Act.GO if self._ends_as is not None and self._snapshot.state is State.RUNNING:
                self._run.end(self._ends_as, None, self.station.bench.clock.at(press.at_s))
            case Act.GO:
                self._run.go(self.station.bench.clock.at(press.at_s))
            case Act.UNDO:
                self._run.undo()
            case Act.BACK:
                self._flow.open()
            case Act.FASTER if self.station.player is not None:
                self.station.player.toggle_speed()
                self.show_bars()
            case Act.TO_END if self.station.player is not None:
                self.station.player.to_end()
        if self.is_current:
            self._poll()

    def fall(self, press: Press) -> None:
        """Help; the run goes on underneath until it is said what happened."""
        self.station.show_fall(press, self._run)
