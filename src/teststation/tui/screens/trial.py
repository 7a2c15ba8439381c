"""Armed and running: a timer to be read at three metres, words at fixed places, the signal, and one key.

A start that was put off counts down where the timer will be, and is called off by the same key; nothing else is needed.
"""

from __future__ import annotations

import gc
from collections.abc import Iterable
from typing import TYPE_CHECKING

import numpy as np
from textual.containers import Horizontal
from textual.widget import Widget

from teststation.i18n import N_, Translator
from teststation.model import Outcome, Source, TestName
from teststation.reports.wording import OUTCOMES
from teststation.station import Link, Snapshot, State, is_false_start
from teststation.tui.bench import Run
from teststation.tui.cue import BEEPS_FROM_S, FLASH_S, Countdown
from teststation.tui.keys import Act, Offer, Press
from teststation.tui.protocols import PROTOCOLS, TALKING, fields
from teststation.tui.screens.page import Page, line
from teststation.tui.screens.sensor_words import sensor_note, sensor_words, waits_for_sensor
from teststation.tui.sound import BEEP, CUE
from teststation.tui.visit import Attempt
from teststation.tui.widgets.block_digits import BlockDigits
from teststation.tui.widgets.signal_plot import Lane, SignalPlot

if TYPE_CHECKING:
    from teststation.tui.flow import Flow

FRAMES_PER_S = 10
_WINDOW_S = 6.0
_DEG = float(np.degrees(1.0))

_STATES = {
    State.READY: N_("KLAARZETTEN"),
    State.ARMED: N_("KLAAR"),
    State.RUNNING: N_("LOOPT"),
    State.STOPPED: N_("GESTOPT"),
    State.DONE: N_("GESTOPT"),
}

_STOPPED = {Source.SENSOR: N_("gestopt door de sensor"), Source.KEY: N_("gestopt met de toets")}


def attempt_text(tr: Translator, attempt: Attempt, wanted: int) -> str:
    """Name a test and an attempt at it, out of as many as are wanted."""
    if attempt.talking:
        return tr(TALKING.title)
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
        self._countdown: Countdown | None = None
        self._left_s = 0
        self._shines_until_s = float("-inf")

    def title_text(self) -> str:
        """Name the test and the attempt."""
        return attempt_text(self.station.tr, self._attempt, self._flow.progress.wanted(self._attempt.test))

    def all_offers(self) -> tuple[Offer, ...]:
        """Offer what the state allows; neither help nor quitting stands between a run and its key."""
        player = self.station.player
        play = (Offer(Act.FASTER, self._speed_text()), Offer(Act.TO_END)) if player is not None else ()
        always = (Offer(Act.FALL), Offer(Act.LANGUAGE, hidden=True))
        match self._snapshot.state:
            case State.READY | State.ARMED if self._countdown is not None:
                return (Offer(Act.GO, self.tr("toch niet: wacht")), Offer(Act.UNDO, hidden=True), *always, *play)
            case State.READY | State.ARMED:
                return (Offer(Act.GO, self._start_text()), *always, Offer(Act.DELAY), Offer(Act.BACK), *play)
            case State.RUNNING:
                return (Offer(Act.GO, self._go_text()), Offer(Act.UNDO), *always, *play)
            case _:
                return (Offer(Act.GO, hidden=True), Offer(Act.UNDO), *always, *play)

    def _start_text(self) -> str:
        delay_s = self.station.cue.delay_s
        return self.tr("start na {seconds} s", seconds=delay_s) if delay_s else self.tr("bij ‘ja’: start")

    def _go_text(self) -> str:
        if self._ends_as is not None:
            return self.tr(OUTCOMES[self._ends_as])
        return self.tr("streep") if self._waits_for_line else self.tr("stop")

    def _speed_text(self) -> str:
        player = self.station.player
        return self.tr("gewone snelheid") if player is not None and player.speed > 1 else ""

    @property
    def occupied(self) -> bool:
        """Nothing is laid over a person who walks, or is about to."""
        return self._countdown is not None or self._snapshot.state in (State.RUNNING, State.STOPPED)

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
        yield SignalPlot(dots=self.station.dots, id="signal")

    def on_mount(self) -> None:
        """Begin to poll.

        Python's search for garbage through all that is in memory by now would hold a frame up for a quarter of a second
        on a busy laptop (measured): until the run is over it looks at what is new only.
        """
        super().on_mount()
        gc.freeze()
        self.set_interval(1 / FRAMES_PER_S, self._poll)

    def on_unmount(self) -> None:
        """Let all that is in memory be searched again."""
        gc.unfreeze()

    def _poll(self) -> None:
        """Show the run as it is now; a finished one goes on to its review."""
        before = self._snapshot
        self._snapshot = self._run.snapshot()
        if not self.is_current:
            return
        self._count_down()
        trial = self._run.trial()
        if trial is not None:
            self._flow.trial_is_done(self._run, trial)
            return
        self.show()
        if before.state is not self._snapshot.state or before.line_s != self._snapshot.line_s:
            self.show_bars()

    def _count_down(self) -> None:
        """Go on counting; at nought is the cue, at the moment at which it is given and not the one that was planned."""
        if self._countdown is None:
            return
        now_s = self.station.bench.clock.now()
        before, self._left_s = self._left_s, self._countdown.left(now_s)
        if self._left_s == 0:
            self._cue(now_s)
        elif self._left_s != before and self._left_s <= BEEPS_FROM_S and self.station.cue.sounds:
            self.station.sound.play(BEEP)

    def _start(self, at_s: float) -> None:
        """Take the go key of a trial that is armed: the cue, or the beginning of the countdown to it."""
        delay_s = self.station.cue.delay_s
        if delay_s and self._snapshot.state is State.ARMED:
            self._countdown, self._left_s = Countdown(at_s + delay_s), 0
            self.show_bars()
        else:
            self._cue(at_s)

    def _cue(self, at_s: float) -> None:
        armed = self._snapshot.state is State.ARMED
        shines = armed and (self.station.cue.sounds or self._countdown is not None)
        self._countdown = None
        self._run.go(at_s)
        self._snapshot = self._run.snapshot()
        if armed and self.station.cue.sounds:
            self.station.sound.play(CUE)
        if shines:
            self._shines_until_s = at_s + FLASH_S
        self.show_bars()

    def _call_off(self) -> None:
        self._countdown = None
        self.show_bars()

    def show(self) -> None:
        """Draw a frame."""
        snapshot, tr = self._snapshot, self.station.tr
        self.set_class(snapshot.state is State.RUNNING, "-running")
        self.set_class(self.station.bench.clock.now() < self._shines_until_s, "-flash")
        self.put("state", self._state_words(snapshot))
        self.put("hand", f"{tr('hand')}: {self._hand_words(snapshot)}")
        self.put("sensor", sensor_words(tr, snapshot))
        counts_down = self._countdown is not None
        timer = str(self._left_s) if counts_down else tr.number(self._shown_s(snapshot), 1)
        self.query_one("#timer", BlockDigits).update(timer)
        if self._attempt.test is TestName.TCS:
            count = self.query_one("#count", BlockDigits)
            count.display = not snapshot.hand_only  # without a sensor nothing counts
            count.update(str(snapshot.count))
        self.put("phase", self._phase_words(snapshot))
        self.put("note", self._note(snapshot))
        time_s, acceleration, angular_velocity = self._run.tail(_WINDOW_S)
        size = np.linalg.norm(acceleration, axis=1), np.linalg.norm(angular_velocity, axis=1) * _DEG
        self.query_one("#signal", SignalPlot).show(lanes(tr), time_s, size, (-_WINDOW_S, 0.0))

    def _state_words(self, snapshot: Snapshot) -> str:
        if self._countdown is not None:
            return self.tr("AFTELLEN")
        return self.tr("WACHT OP SENSOR") if waits_for_sensor(snapshot) else self.tr(_STATES[snapshot.state])

    def _shown_s(self, snapshot: Snapshot) -> float:
        """Give the time that matters: at the line of a walk it stays what it was there."""
        if snapshot.line_s is not None:
            return snapshot.line_s
        return snapshot.elapsed_s or 0.0

    def _hand_words(self, snapshot: Snapshot) -> str:
        tr = self.tr
        match snapshot.state:
            case State.READY | State.ARMED if self._countdown is not None:
                return tr("geen toets nodig")
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
            case State.READY | State.ARMED if self._countdown is not None:
                return tr("start over {seconds} s", seconds=self._left_s)
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
            case _:
                return tr(_STOPPED[snapshot.stopped_by] if snapshot.stopped_by in _STOPPED else N_("beëindigd"))

    def _note(self, snapshot: Snapshot) -> str:
        """Say one calm line at most; the most urgent first."""
        tr = self.tr
        sensor = sensor_note(self.station.tr, snapshot)
        match snapshot.state:
            case State.READY | State.ARMED:
                return sensor or self._cue_note(snapshot)
            case State.RUNNING:
                return sensor or self._movement_note(snapshot)
            case _:
                return tr("Opname loopt nog even door. Toets U maakt de stop ongedaan.")

    def _cue_note(self, snapshot: Snapshot) -> str:
        """Say what the therapist does at the cue."""
        tr, cue = self.tr, self.station.cue
        if snapshot.link is Link.NONE and self._countdown is None:
            return tr("Geen sensor: blijf naast de cliënt. Klikt u niet zelf, dan uw stopwatch of een tweede persoon.")
        if self._countdown is not None and cue.sounds:
            return tr("Bij de lange toon gaat de cliënt. Spatie: toch niet.")
        if self._countdown is not None:
            return tr("Tel hardop af en zeg ‘ja’ als het scherm oplicht. Spatie: toch niet.")
        if cue.delay_s:
            return tr(
                "Druk, en ga naast de cliënt staan: u hebt {seconds} s. De sensor stopt de tijd.", seconds=cue.delay_s
            )
        if cue.sounds:
            return tr("Druk en steek uw hand op: de toon zegt ‘ja’. De opname loopt al.")
        return tr("Zeg ‘ja’, steek uw hand op en druk tegelijk. De opname loopt al.")

    def _movement_note(self, snapshot: Snapshot) -> str:
        tr = self.tr
        if snapshot.moved_s is not None and is_false_start(snapshot.moved_s):
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
            case Act.GO | Act.UNDO if self._countdown is not None:
                self._call_off()
            case Act.GO:
                self._start(self.station.bench.clock.at(press.at_s))
            case Act.UNDO:
                self._run.undo()
            case Act.DELAY:
                self.station.cue = self.station.cue.delayed_otherwise()
                self.show_bars()
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
        """Help; the run goes on underneath until it is said what happened, but none begins by itself."""
        self._countdown = None
        self.station.show_fall(press, self._run)
