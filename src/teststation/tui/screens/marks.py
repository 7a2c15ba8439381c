"""The events of an attempt on its signal, to be moved; what they were found at stays beside them."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from textual.widget import Widget

from teststation.model import Analysis, Event, Recording, TeststationError, Trial
from teststation.reports.wording import quantity
from teststation.tests.correcting import with_moved
from teststation.tests.durations import Key, ends, key, timed
from teststation.tui.bench import Reviewed
from teststation.tui.keys import Act, Offer, Press
from teststation.tui.screens.listing import window
from teststation.tui.screens.page import Page, line
from teststation.tui.screens.ruler import magnitudes
from teststation.tui.screens.trial import lanes
from teststation.tui.widgets.signal_plot import SignalPlot

_STEPS_S = {Act.EARLIER: -0.1, Act.LATER: 0.1, Act.BIT_EARLIER: -0.01, Act.BIT_LATER: 0.01}
_HALF_WINDOW_S = 2.0
"""So much of the signal is shown on both sides of where an event was found: a column is a few hundredths."""
_ROWS = 5


class MarksPage(Page):
    """Moves one event after the other; nothing is kept before the one key.

    Parameters
    ----------
    run, trial : the attempt, of which there are a recording and an analysis
    title : names it
    taken : is given the trial as it is with the events moved
    """

    def __init__(self, run: Reviewed, trial: Trial, title: str, taken: Callable[[Trial], None]) -> None:
        super().__init__()
        found, recording = run.found(), run.recording()
        assert found is not None
        assert trial.analysis is not None
        assert recording is not None
        self._run = run
        self._title = title
        self._taken = taken
        self._found: Analysis = found
        self._now: Analysis = trial.analysis
        self._recording: Recording = recording
        self._events = timed(found)
        self._zero_s = recording.cue_s if recording.cue_s is not None else self._events[0].time_s
        was_s = {key(event): event.time_s for event in found.events}
        self._kept_s = {key(event): event.time_s for event in self._now.events if event.time_s != was_s[key(event)]}
        self._moved_to_s: dict[Key, float] = self._kept_s
        self._wrong = ""
        self._at = 0

    def title_text(self) -> str:
        """Name the attempt."""
        return self._title

    def offers(self) -> tuple[Offer, ...]:
        """Offer to choose and to move, to take it back, and to keep it."""
        is_news = self._moved_to_s != self._kept_s
        return (
            Offer(Act.GO, self.tr("bewaren") if is_news else self.tr("terug")),
            Offer(Act.UP, self.tr("moment")),
            Offer(Act.DOWN, hidden=True),
            Offer(Act.EARLIER),
            Offer(Act.LATER, hidden=True),
            Offer(Act.BIT_EARLIER),
            Offer(Act.BIT_LATER, hidden=True),
            *((Offer(Act.UNDO, self.tr("zoals gevonden")),) if key(self._event) in self._moved_to_s else ()),
            Offer(Act.BACK, self.tr("niet bewaren"), hidden=not is_news),
        )

    @property
    def _event(self) -> Event:
        """The chosen event, as it was found."""
        return self._events[self._at]

    def _time_s(self, event: Event) -> float:
        return self._moved_to_s.get(key(event), event.time_s)

    def body(self) -> Iterable[Widget]:
        """Lay out the events above the signal around the chosen one."""
        yield line("events", "block")
        yield line("times", "block")
        yield SignalPlot(dots=self.station.dots, id="signal")
        yield line("places")
        yield line("wrong", "note")

    def show(self) -> None:
        """Write the events and what hangs on the chosen one, and draw the signal around it."""
        rows = [self._row(event) for event in self._events]
        self.put("events", window(rows, self._at, _ROWS))
        self.put("times", self._times())
        self.put("wrong", self._wrong)
        middle_s = self._event.time_s
        span_s = (middle_s - _HALF_WINDOW_S, middle_s + _HALF_WINDOW_S)
        marks = [self._time_s(event) for event in self._events]
        plot = self.query_one("#signal", SignalPlot)
        plot.show(lanes(self.station.tr), self._recording.time_s, magnitudes(self._recording), span_s, marks)
        self.call_after_refresh(self._show_places)

    def _row(self, event: Event) -> str:
        tr, time_s = self.station.tr, self._time_s(event)
        name = tr.term(event.name)
        if event.repetition is not None:
            name = tr("{event}, keer {repetition}", event=name, repetition=event.repetition)
        row = f"{name:<34} {tr.number(time_s - self._zero_s, 2):>7} s"
        if time_s != event.time_s:
            row += "   " + tr("gevonden: {seconds} s", seconds=tr.number(event.time_s - self._zero_s, 2))
        return row

    def _times(self) -> str:
        """Write the times that hang on the chosen event, each beside what it was."""
        tr, parts = self.station.tr, []
        for name, run in ends(self._found).items():
            now, before = self._now.measure(name), self._found.measure(name)
            if now is None or before is None or key(self._event) not in run:
                continue
            was = "" if now.value == before.value else f" ({tr('was {time}', time=quantity(tr, before, 2))})"
            parts.append(f"{tr.term(name)}: {quantity(tr, now, 2)}{was}")
        return "\n".join(parts)

    def _show_places(self) -> None:
        """Point at the chosen event under the signal, and at where it was found."""
        plot = self.query_one("#signal", SignalPlot)
        if plot.size.width == 0:
            return
        cells = [" "] * plot.size.width
        cells[plot.column(self._event.time_s)] = "△"
        cells[plot.column(self._time_s(self._event))] = "▲"
        self.put("places", "".join(cells).rstrip())

    def act(self, press: Press) -> None:
        """Choose, move, take it back, or keep it."""
        match press.act:
            case Act.UP | Act.DOWN:
                step = 1 if press.act is Act.DOWN else -1
                self._at = max(0, min(self._at + step, len(self._events) - 1))
                self._wrong = ""
            case Act.UNDO:
                self._try({k: at_s for k, at_s in self._moved_to_s.items() if k != key(self._event)})
            case Act.BACK:
                self.dismiss()
                return
            case Act.GO:
                self._keep()
                return
            case _:
                self._move(_STEPS_S[press.act])
        self.refresh_page()

    def _move(self, by_s: float) -> None:
        found_s = self._event.time_s
        shift_s = round(self._time_s(self._event) - found_s + by_s, 2)
        others = {k: at_s for k, at_s in self._moved_to_s.items() if k != key(self._event)}
        self._try(others if shift_s == 0 else {**others, key(self._event): found_s + shift_s})

    def _try(self, moved_to_s: dict[Key, float]) -> None:
        """Take a new place in, if everything still lasts a while."""
        try:
            self._now = with_moved(self._found, moved_to_s)
        except TeststationError as error:
            self._wrong = self.station.tr.reason(error.reason)
            return
        self._moved_to_s, self._wrong = moved_to_s, ""

    def _keep(self) -> None:
        self.dismiss()
        if self._moved_to_s != self._kept_s:
            self._taken(self._run.move(self._moved_to_s))

    def on_resize(self, event: object) -> None:
        """Point anew at the new width."""
        super().on_resize(event)  # type: ignore[arg-type]
        self.call_after_refresh(self._show_places)
