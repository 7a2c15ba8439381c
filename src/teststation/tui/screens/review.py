"""One attempt looked over: the times by every source side by side, which one counts and why, the phases."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from textual.widget import Widget

from teststation.i18n import N_
from teststation.model import Measure, Outcome, Source, TeststationError, Trial
from teststation.reports.phases import durations, phases
from teststation.reports.told import TestDone, attempts, rule_of
from teststation.reports.wording import DASH, OUTCOMES, SOURCES, margin, quantity
from teststation.station import asked_of_start
from teststation.tests.durations import timed
from teststation.tests.headline import headline_measures, result_of
from teststation.tui.bench import Reviewed
from teststation.tui.keys import Act, Offer, Press
from teststation.tui.screens.marks import MarksPage
from teststation.tui.screens.page import Page, line
from teststation.tui.screens.pick import (
    QUESTION_ENDED,
    QUESTION_INVALID,
    QUESTION_SOURCE,
    WHY_ENDED,
    WHY_INVALID,
    WHY_SOURCE,
    WHY_START,
    Choice,
    PickPage,
)
from teststation.tui.screens.ruler import magnitudes, ruler
from teststation.tui.screens.stopwatch import StopwatchPage
from teststation.tui.screens.trial import attempt_text, lanes
from teststation.tui.visit import Attempt
from teststation.tui.widgets.signal_plot import SignalPlot

if TYPE_CHECKING:
    from teststation.tui.flow import Flow

_COLUMNS = (
    (N_("sensor"), (Source.SENSOR, Source.SENSOR_AND_KEY)),
    (N_("hand"), (Source.KEY,)),
    (N_("stopwatch"), (Source.STOPWATCH,)),
)
_NOTES = {True: 2, False: 4}
"""So many notes are shown on a low and on a higher screen; the signal needs its room."""
_AROUND_S = 1.0


class ReviewPage(Page):
    """Shows a time without a flag: only a test's result is judged (PRACTICE 4).

    Parameters
    ----------
    flow : leads on from here
    run, trial, attempt : what is looked over
    discard : throws it away; only of a trial that did not come to its end
    """

    def __init__(
        self, flow: Flow, run: Reviewed, trial: Trial, attempt: Attempt, discard: Callable[[], None] | None = None
    ) -> None:
        super().__init__()
        self._flow = flow
        self._run = run
        self._trial = trial
        self._attempt = attempt
        self._discard = discard
        self._was_done = False

    def title_text(self) -> str:
        """Name the test and the attempt."""
        return attempt_text(self.station.tr, self._attempt, self._flow.progress.wanted(self._attempt.test))

    def offers(self) -> tuple[Offer, ...]:
        """Offer to agree, to repeat, and to overrule."""
        done = self._trial.outcome is Outcome.DONE
        left = (Offer(Act.DISCARD), Offer(Act.BACK, self.tr("later"))) if self._discard is not None else ()
        return (
            Offer(Act.GO, self.tr("akkoord")),
            *left,
            *((Offer(Act.REPEAT),) if self._flow.can_repeat(self._trial) else ()),
            *((Offer(Act.SENSOR),) if done and self._by(_COLUMNS[0][1]) and self._counts is not Source.SENSOR else ()),
            *((Offer(Act.HAND),) if done and self._by(_COLUMNS[1][1]) and self._counts is not Source.KEY else ()),
            *((Offer(Act.STOPWATCH),) if done else ()),
            *((Offer(Act.MARKS),) if done and self._can_move() else ()),
            *((Offer(Act.UNABLE), Offer(Act.INVALID)) if done else ()),
            *((Offer(Act.UNDO, self.tr("toch gelukt")),) if self._was_done and not done else ()),
        )

    @property
    def _counts(self) -> Source | None:
        source = self._trial.headline_source
        return Source.SENSOR if source is Source.SENSOR_AND_KEY else source

    def _by(self, sources: tuple[Source, ...]) -> Measure | None:
        """Find the headline measure by a source."""
        names = headline_measures(self._trial.test, self._run.options)
        return next((m for n in names for m in self._trial.measures if m.name == n and m.source in sources), None)

    def _can_move(self) -> bool:
        """Tell whether there is an event on which a time hangs, and a signal to see it in."""
        found = self._run.found()
        return found is not None and bool(timed(found)) and self._run.recording() is not None

    def body(self) -> Iterable[Widget]:
        """Lay out the times above the signal."""
        yield line("outcome", "loud")
        yield line("times")
        yield line("why")
        yield line("attempts")
        yield SignalPlot(dots=self.station.dots, id="signal")
        yield line("ruler")
        yield line("durations")
        yield line("notes", "quiet")

    def show(self) -> None:
        """Write the times, and draw the signal with its phases."""
        tr, trial = self.station.tr, self._trial
        outcome = "" if trial.outcome is Outcome.DONE else tr(OUTCOMES[trial.outcome]).upper()
        if trial.outcome_reason is not None:
            outcome = f"{outcome}  {tr.reason(trial.outcome_reason)}".strip()
        if self._attempt.practice:
            what = tr("Lopen en praten") if self._attempt.talking else tr("Oefenpoging")
            outcome = f"{tr('{what}: telt niet mee.', what=what)}  {outcome}".strip()
        self.put("outcome", outcome)
        self.query_one("#outcome").display = bool(outcome)
        self.put("times", self._times())
        self.put("why", self._why())
        self.put("attempts", self._attempts())
        self.query_one("#attempts").display = not self._attempt.practice
        self.put("durations", durations(tr, trial))
        self.put("notes", self._notes())
        self._draw()
        self.call_after_refresh(self._rule)

    def _times(self) -> str:
        """Write the times by every source under each other's; a stopwatch has its column once one was typed."""
        tr, trial = self.station.tr, self._trial
        columns = [c for c in _COLUMNS if c[1] != (Source.STOPWATCH,) or trial.hand.stopwatch_s is not None]
        rows = [("", *(tr(name) for name, _ in columns))]
        for name in headline_measures(trial.test, self._run.options):
            found = [self._measure(name, sources) for _, sources in columns]
            if any(found):
                rows.append((tr.term(name), *(self._cell(measure) for measure in found)))
        widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
        return "\n".join("   ".join(f"{cell:<{w}}" for cell, w in zip(row, widths, strict=True)) for row in rows)

    def _measure(self, name: str, sources: tuple[Source, ...]) -> Measure | None:
        return next((m for m in self._trial.measures if m.name == name and m.source in sources), None)

    def _cell(self, measure: Measure | None) -> str:
        """Write a time with its margin; ► is the one that counts."""
        if measure is None:
            return DASH
        tr = self.station.tr
        shown = f"{quantity(tr, measure, 2)} {margin(tr, measure, 2)}"
        counts = measure.source is self._trial.headline_source and measure is self._by((measure.source,))
        return f"► {shown}" if counts else f"  {shown}"

    def _attempts(self) -> str:
        """Write what the attempts come to so far, and how many are still to be done."""
        tr, flow, test = self.station.tr, self._flow, self._trial.test
        trials = [trial for trial in flow.progress.trials[test] if not trial.practice]
        if not trials:
            return ""
        result = result_of(test, self._run.options, trials)
        parts = attempts(tr, TestDone(result=result, trials=tuple(trials)))
        following = flow.progress.next_attempt(test)
        if following is not None:
            count = flow.progress.wanted(test) - following.number + 1
            parts.append(tr("nog te doen: {count}; het gemiddelde telt", count=count))
        elif len(result.trial_values) > 1:
            mean = result.measures[0]
            parts.append(f"{rule_of(tr, result)}: {quantity(tr, mean)} {margin(tr, mean)}")
        else:
            parts.append(rule_of(tr, result))
        return " · ".join(parts)

    def _why(self) -> str:
        tr, trial = self.station.tr, self._trial
        if trial.headline_source is None:
            return self._why_none() if self._is_done else ""
        source = tr(SOURCES[trial.headline_source])
        if trial.headline_reason is None:
            parts = [tr("Gekozen: {source}.", source=source)]
        else:
            parts = [tr("Gekozen: {source} – {why}.", source=source, why=tr.reason(trial.headline_reason).rstrip("."))]
        sensor, hand = self._by(_COLUMNS[0][1]), self._by(_COLUMNS[1][1])
        if sensor is not None and hand is not None and sensor.name == hand.name and not sensor.at_least:
            apart = abs(sensor.value - hand.value)
            parts.append(tr("Verschil tussen sensor en hand: {seconds} s.", seconds=tr.number(apart, 2)))
        return " ".join(parts)

    def _why_none(self) -> str:
        tr, why = self.station.tr, self._trial.headline_reason
        none = tr("Geen tijd. Typ uw stopwatchtijd in (T), herhaal (R) of ga door.")
        if why is None:
            return none
        said = tr.reason(why)
        return f"{said[:1].upper()}{said[1:]}. {none}"

    @property
    def _is_done(self) -> bool:
        return self._trial.outcome is Outcome.DONE

    def _notes(self) -> str:
        tr, analysis = self.station.tr, self._trial.analysis
        if analysis is None:
            return ""
        notes = (*analysis.reasons, *analysis.quality.notes)
        return "\n".join(tr.reason(reason) for reason in notes[: _NOTES[self.has_class("-low")]])

    def _draw(self) -> None:
        recording, analysis = self._run.recording(), self._trial.analysis
        plot = self.query_one("#signal", SignalPlot)
        plot.display = recording is not None
        if recording is None:
            return
        found = phases(self.station.tr, analysis) if analysis is not None else []
        cue = [] if recording.cue_s is None else [recording.cue_s]
        edges = sorted({*cue, *(p.start_s for p in found), *(p.end_s for p in found)})
        first, last = float(recording.time_s[0]), float(recording.time_s[-1])
        if found:  # without phases all is shown: what was tried in vain is to be seen
            first, last = max(first, edges[0] - _AROUND_S), min(last, edges[-1] + _AROUND_S)
        plot.show(lanes(self.station.tr), recording.time_s, magnitudes(recording), (first, last), edges)

    def _rule(self) -> None:
        """Write the names under the signal, once its width is known."""
        plot, analysis = self.query_one("#signal", SignalPlot), self._trial.analysis
        if analysis is None or not plot.display or plot.size.width == 0:
            self.put("ruler", "")
            return
        self.put("ruler", ruler(phases(self.station.tr, analysis), plot.column, plot.size.width))

    def act(self, press: Press) -> None:
        """Agree, repeat, or overrule with a reason."""
        match press.act:
            case Act.GO:
                self._agree()
            case Act.DISCARD if self._discard is not None:
                self._discard()
            case Act.BACK:
                self.station.open_start()
            case Act.REPEAT:
                self._flow.repeat(self._trial.test)
            case Act.SENSOR:
                self._overrule(_COLUMNS[0][1])
            case Act.HAND:
                self._overrule(_COLUMNS[1][1])
            case Act.STOPWATCH:
                self.app.push_screen(StopwatchPage(self._type))
            case Act.MARKS:
                self.app.push_screen(MarksPage(self._run, self._trial, self.title_text(), self._take))
            case Act.UNDO:
                self._take(self._run.end_as(Outcome.DONE, None))
            case Act.UNABLE:
                self.app.push_screen(PickPage(QUESTION_ENDED, WHY_ENDED, self._end_as))
            case Act.INVALID:
                self.app.push_screen(PickPage(QUESTION_INVALID, WHY_INVALID, self._invalidate))

    def _agree(self) -> None:
        """Go on; of one who began too early or too late it is asked first what that was."""
        asked = asked_of_start(self._trial, self.station.settings.late_start_s)
        if asked is None:
            self._flow.trial_is_reviewed(self._trial)
        else:
            self.app.push_screen(PickPage(asked, WHY_START[asked.code], self._began_so))

    def _began_so(self, choice: Choice) -> None:
        assert choice.outcome is not None
        self._flow.trial_is_reviewed(self._run.end_as(choice.outcome, choice.reason))

    def _overrule(self, sources: tuple[Source, ...]) -> None:
        measure = self._by(sources)
        if measure is None:
            return
        source = measure.source

        def chosen(choice: Choice) -> None:
            self._take(self._run.choose(source, choice.reason))

        self.app.push_screen(PickPage(QUESTION_SOURCE, WHY_SOURCE, chosen))

    def _end_as(self, choice: Choice) -> None:
        assert choice.outcome is not None
        self._was_done = True
        self._take(self._run.end_as(choice.outcome, choice.reason))

    def _invalidate(self, choice: Choice) -> None:
        self._was_done = True
        self._take(self._run.invalidate(choice.reason))

    def _type(self, text: str) -> str:
        """Take a typed time; give back what is wrong with it, if anything."""
        try:
            self._take(self._run.type_stopwatch(text))
        except TeststationError as error:
            return self.station.tr.reason(error.reason)
        return ""

    def _take(self, trial: Trial) -> None:
        self._trial = trial
        self._flow.progress.add(trial)
        self.refresh_page()

    def on_resize(self, event: object) -> None:
        """Write the names under the signal anew."""
        super().on_resize(event)  # type: ignore[arg-type]
        self.call_after_refresh(self._rule)
