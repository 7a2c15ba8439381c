"""What to prepare, and what to read aloud; the sensor is checked by itself meanwhile and holds nothing up."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import msgspec
from textual.containers import Vertical
from textual.widget import Widget

from teststation.i18n import N_
from teststation.station import State
from teststation.tui.bench import Run
from teststation.tui.keys import Act, Offer, Press
from teststation.tui.protocols import FIRST_READ_ALOUD, fields, protocol_of
from teststation.tui.screens.page import Page, line
from teststation.tui.screens.sensor_words import check_lines, sensor_words
from teststation.tui.screens.trial import attempt_text
from teststation.tui.visit import Attempt

if TYPE_CHECKING:
    from teststation.tui.flow import Flow

_POLL_S = 0.5


class GuidePage(Page):
    """Before the first attempt of a test."""

    def __init__(self, flow: Flow, run: Run, attempt: Attempt) -> None:
        super().__init__()
        self._flow = flow
        self._run = run
        self._attempt = attempt
        self._aloud_elsewise = False

    def title_text(self) -> str:
        """Name the test and the attempt."""
        return attempt_text(self.station.tr, self._attempt, self._flow.progress.wanted(self._attempt.test))

    def offers(self) -> tuple[Offer, ...]:
        """Offer to arm, to leave the practice out, the other language, the way back."""
        other = self.tr("voorlezen in het Nederlands") if self._aloud == "en" else self.tr("voorlezen in het Engels")
        return (
            Offer(Act.GO, self.tr("gelezen, klaar")),
            *((Offer(Act.NO_PRACTICE),) if self._attempt.practice and not self._attempt.talking else ()),
            Offer(Act.READ_ALOUD, other),
            Offer(Act.DELAY, self._delay_text()),
            Offer(Act.TONE, self.tr("toon uit") if self.station.cue.sounds else self.tr("toon aan")),
            Offer(Act.BACK),
        )

    def _delay_text(self) -> str:
        delay_s = self.station.cue.delay_s
        return self.tr("start na {seconds} s", seconds=delay_s) if delay_s else self.tr("start bij de toets")

    def body(self) -> Iterable[Widget]:
        """Lay out the preparation above the text to read."""
        yield line("prepare", "block")
        with Vertical(id="read-aloud-box"):
            yield line("read-aloud")
        yield line("key", "block")
        yield line("sensor", "quiet")

    @property
    def _aloud(self) -> str:
        own = self.station.tr.language
        if not self._aloud_elsewise:
            return own
        return "en" if own == "nl" else "nl"

    def on_mount(self) -> None:
        """Look at the sensor now and then."""
        super().on_mount()
        self.set_interval(_POLL_S, self._look)

    def show(self) -> None:
        """Write the texts."""
        protocol = protocol_of(
            self._attempt.test, self._run.options, self.station.settings.pace, talking=self._attempt.talking
        )
        fill = fields(self._run.options)
        prepare = [self.tr(text, **fill) for text in protocol.prepare]
        self.put("prepare", "\n".join((self.tr("VOOR U"), *(f"  – {text}" for text in prepare))))
        aloud = self.station.translator("en" if self._aloud == "en" else "nl")
        self.put_above("read-aloud-box", aloud(N_("LEES VOOR")))
        self.put("read-aloud", f"{aloud(protocol.read_aloud, **fill)}\n{aloud(FIRST_READ_ALOUD)}")
        self.put("key", self.tr(protocol.key, **fill))
        self._look()

    def _look(self) -> None:
        snapshot = self._run.snapshot()
        self.put("sensor", "\n".join((sensor_words(self.station.tr, snapshot), *self._findings())))
        if self.is_current and snapshot.state in (State.STOPPED, State.DONE):
            self._flow.show_trial(self._run, self._attempt)

    def _findings(self) -> list[str]:
        """Repeat what is wrong with the sensor; what is in order needs no word here."""
        link = self.station.bench.link
        check = None if link is None else link.look().check
        return [] if check is None or not check.findings else check_lines(self.station.tr, check)

    def act(self, press: Press) -> None:
        """Arm, change the language of the text, or leave."""
        match press.act:
            case Act.GO if self.station.cue.has_to_be_asked:
                self.station.ask_heard(self._arm)
            case Act.GO:
                self._arm()
            case Act.DELAY:
                self.station.cue = self.station.cue.delayed_otherwise()
                self.show_bars()
            case Act.TONE if self.station.cue.sounds:
                self.station.cue = msgspec.structs.replace(self.station.cue, tone=False)
                self.show_bars()
            case Act.TONE:
                self.station.ask_heard(self.refresh_page)
            case Act.NO_PRACTICE:
                self._flow.without_practice(self._attempt.test)
            case Act.READ_ALOUD:
                self._aloud_elsewise = not self._aloud_elsewise
                self.refresh_page()
            case Act.BACK:
                self._flow.open()

    def _arm(self) -> None:
        self._flow.start_trial(self._run, self._attempt)

    def fall(self, press: Press) -> None:
        """Help; what happened is this attempt's outcome."""
        self._run.arm()
        self.station.show_fall(press, self._run)
