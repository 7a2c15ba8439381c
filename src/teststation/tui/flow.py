"""The way through a visit: which page comes after which. Loaded once the store is open, for it knows the station."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from textual.screen import Screen

from teststation.guideline.conclusion import Conclusion
from teststation.guideline.criteria import load_criteria, none_of
from teststation.guideline.facts import Value, fact, said_of
from teststation.guideline.permission import BeforeTest, Permission, before_test
from teststation.model import (
    Client,
    Conditions,
    Fact,
    Finding,
    Outcome,
    Reason,
    TestName,
    TeststationError,
    Trial,
    Visit,
    VisitKind,
)
from teststation.reports.told import TestDone
from teststation.settings import Settings
from teststation.store import utc_now
from teststation.tui.agreement import Agreement, Keep
from teststation.tui.bench import Bench, Run
from teststation.tui.presets import PRESETS, Preset
from teststation.tui.screens.choose import ChoosePage
from teststation.tui.screens.conclusion import ConclusionPage
from teststation.tui.screens.consent import ConsentPage
from teststation.tui.screens.guide import GuidePage
from teststation.tui.screens.more import MorePage
from teststation.tui.screens.questions import QuestionsPage
from teststation.tui.screens.record_text import RecordTextPage
from teststation.tui.screens.result import ResultPage
from teststation.tui.screens.review import ReviewPage
from teststation.tui.screens.same import SamePage
from teststation.tui.screens.stop import StopPage
from teststation.tui.screens.summary import SummaryPage
from teststation.tui.screens.trial import TrialPage
from teststation.tui.topics import CAUTION, PROMPTS, STOP, Topic
from teststation.tui.visit import Attempt, VisitProgress

if TYPE_CHECKING:
    from teststation.reports.case import Case
    from teststation.tui.app import StationApp

_PAPERS_NOTICE_S = 20.0

_log = logging.getLogger(__name__)


def progress_of(bench: Bench, visit: Visit, client: Client, agreement: Agreement, settings: Settings) -> VisitProgress:
    """Begin to keep where a visit has got to: its kind says what is asked, a follow-up repeats its baseline's tests."""
    preset = Preset() if visit.kind is None else PRESETS[visit.kind]
    baseline = bench.visits.baseline(visit) if visit.kind is VisitKind.FOLLOW_UP else []
    tests = tuple(test for test in preset.tests if any(result.test is test for result in baseline))
    return VisitProgress(
        visit,
        client,
        bench.options,
        tests or preset.tests,
        practice=settings.practice_trial,
        trials=settings.trials,
        agreement=agreement,
        preset=preset,
        before=bench.visits.facts_before(visit),
        baseline=baseline,
    )


def _said(finding: Finding, said: Value) -> Fact:
    return fact(said_of(finding.rule), said, at=utc_now())


class Flow:
    """Leads from page to page; keeps the one run that is going on.

    Parameters
    ----------
    station : the app that shows the pages
    progress : where the visit has got to
    """

    def __init__(self, station: StationApp, progress: VisitProgress) -> None:
        self.station = station
        self.progress = progress
        self.run: Run | None = None
        self.attempt: Attempt | None = None
        self.is_kept = progress.agreement.keep is Keep.KEPT
        self._concludes = False
        self._after_talking: Callable[[], None] = self.open

    def open(self) -> None:
        """Show where the visit is: what is to be asked, the next test, or the summary when all is done."""
        self._leave_run()
        topic = self.progress.next_topic()
        if self._is_stopped():
            self._show_stop()
        elif topic is not None:
            self.ask(topic, self.go_on, self.show_tests)
        elif self.progress.asks_set_up:
            self.station.open_page(SamePage(self))
        elif self.progress.next_test() is not None:
            self.show_tests()
        else:
            self.show_summary()

    def go_on(self) -> None:
        """Do what is next."""
        test = self.progress.next_test()
        if test is None or self.progress.next_topic() is not None or self.progress.asks_set_up:
            self.open()
        else:
            self.begin_test(test)

    def set_up(self, *, as_before: bool) -> None:
        """Do the tests of a follow-up as in the first visit, or as it is set now."""
        self.progress.set_up(as_before=as_before)
        self.open()

    def show_tests(self) -> None:
        """Show the tests, and what else there is."""
        self._leave_run()
        self.station.open_page(ChoosePage(self))

    # What is asked

    def begin(self, *, fit: bool) -> None:
        """Begin a visit.

        Parameters
        ----------
        fit : it was said that nothing speaks against testing; else it is asked what does
        """
        if fit:
            at = utc_now()
            self._keep_facts([*none_of(STOP.group, at=at), *none_of(CAUTION.group, at=at)])
            self.open()
        else:
            self.ask_what_stops()

    def ask_what_stops(self) -> None:
        """Ask what speaks against testing, and what for a second person."""
        self.ask(STOP, lambda: self.ask(CAUTION, self.open, self.ask_what_stops), self.show_tests)

    def ask(self, topic: Topic, onward: Callable[[], None], back: Callable[[], None]) -> None:
        """Ask what belongs together; what was answered is kept both ways."""

        def leave(facts: Sequence[Fact], goes_on: bool) -> None:
            self._keep_facts(facts)
            if goes_on:
                self.progress.pass_topic(topic)
            (onward if goes_on else back)()

        notes: dict[str, list[Reason]] = {}
        for hint in self.progress.hints():
            notes.setdefault(load_criteria().entries[hint.factor].facts[0].fact, []).append(hint.reason)
        walk = partial(self._walk_and_talk, partial(self.ask, topic, onward, back)) if topic is PROMPTS else None
        self.station.open_page(QuestionsPage(topic, partial(self.progress.known_for, topic), leave, notes, walk))

    def show_more(self) -> None:
        """Show all that can be asked."""
        self.station.open_page(MorePage(self))

    def overrule(self, why: Fact) -> None:
        """Test all the same."""
        self._keep_facts([why])
        self.open()

    def _keep_facts(self, facts: Sequence[Fact]) -> None:
        if facts:
            self.progress.answer(facts)
            try:
                self.station.bench.visits.add_facts(self.progress.visit, facts)
            except TeststationError as error:
                self.station.warn(error.reason)

    def _before_test(self) -> BeforeTest:
        return before_test(self.progress.concluded().findings, self.progress.known())

    def _is_stopped(self) -> bool:
        return self._before_test().permission is Permission.STOP

    def _show_stop(self) -> None:
        self.station.open_page(StopPage(self, self._before_test()))

    # The tests

    def begin_test(self, test: TestName) -> None:
        """Open a test with its guide, unless something speaks against it; the sensor is listened to from here on."""
        self._show_guide(self.progress.next_attempt(test) or self.progress.extra_attempt(test))

    def _walk_and_talk(self, ask_again: Callable[[], None], facts: Sequence[Fact]) -> None:
        """Have the client walk and talk, for what the sensor sees of it; then go on with what is asked."""
        self._keep_facts(facts)
        self._after_talking = ask_again
        self._show_guide(self.progress.extra_practice(TestName.GAIT, talking=True))

    def _show_guide(self, attempt: Attempt) -> None:
        if self._is_stopped():
            self._show_stop()
        else:
            self.station.open_page(GuidePage(self, self._begin(attempt), attempt))

    def without_practice(self, test: TestName) -> None:
        """Leave the practice attempt out and go to the first that counts."""
        self.progress.no_practice(test)
        self.begin_test(test)

    def start_trial(self, run: Run, attempt: Attempt) -> None:
        """Arm, and show the run."""
        run.arm()
        self.show_trial(run, attempt)

    def show_trial(self, run: Run, attempt: Attempt) -> None:
        """Show a run that is armed or further."""
        self.station.open_page(TrialPage(self, run, attempt))

    def repeat(self, test: TestName) -> None:
        """Do another attempt, or the practice once more."""
        before = self.attempt
        if before is not None and before.practice:
            attempt = self.progress.extra_practice(test, talking=before.talking)
        else:
            attempt = self.progress.next_attempt(test) or self.progress.extra_attempt(test)
        self.start_trial(self._begin(attempt), attempt)

    def trial_is_done(self, run: Run, trial: Trial) -> None:
        """Take the trial in and let it be reviewed; the sensor is left meanwhile."""
        self.progress.add(trial)
        self._leave_run()
        assert self.attempt is not None
        self.station.open_page(ReviewPage(self, run, trial, self.attempt))

    def trial_is_reviewed(self, trial: Trial) -> None:
        """Go on to the next attempt, or to the result when there is none."""
        self.progress.add(trial)
        if trial.conditions.talking and not trial.counts:
            self._after_talking()
            return
        attempt = self.progress.next_attempt(trial.test)
        if attempt is not None:
            self.start_trial(self._begin(attempt), attempt)
        else:
            self.show_result(trial.test)

    def show_result(self, test: TestName) -> None:
        """Conclude a test, in a thread as a disk may be slow, and show what it came to."""
        if not self._concludes:
            self._concludes = True
            conclude = partial(self._conclude, test, self.station.screen)
            self.station.run_worker(conclude, thread=True, group="conclude", exit_on_error=False)

    def _conclude(self, test: TestName, asked_on: Screen[Any]) -> None:
        progress = self.progress
        trials = tuple(progress.trials[test])
        done, why = None, None
        try:
            result, findings = self.station.bench.conclude(progress.client, progress.visit, trials, progress.options)
            done = TestDone(result=result, findings=findings, trials=trials)
        except TeststationError as error:
            why = error.reason
        except Exception:  # noqa: BLE001 - said on the page; the log has the rest
            _log.exception("a test could not be concluded")
            why = Reason("not_concluded")
        self.station.call_from_thread(self._concluded, asked_on, done, why)

    def _concluded(self, asked_on: Screen[Any], done: TestDone | None, why: Reason | None) -> None:
        """Show the result, unless the therapist went on to something else meanwhile."""
        self._concludes = False
        if why is not None:
            self.station.warn(why)
        elif done is not None and self.station.screen is asked_on:
            self.progress.conclude(done.result.test, done)
            self.station.open_page(ResultPage(self, done.result.test))

    def result_is_confirmed(self, done: TestDone, against: Mapping[int, str]) -> None:
        """Keep what the therapist says of the findings, and go on with the visit."""
        test = done.result.test
        self.progress.conclude(test, self.station.bench.visits.confirm(self.progress.visit, done, against))
        self.open()

    def show_summary(self) -> None:
        """Show the whole visit."""
        self._leave_run()
        self.station.open_page(SummaryPage(self))

    def show_conclusion(self) -> None:
        """Show what the visit comes to."""
        self.station.open_page(ConclusionPage(self))

    def confirm(self, conclusion: Conclusion) -> None:
        """Keep that what follows from the facts is so, as far as the therapist said nothing of it yet."""
        self._keep_facts([_said(each, True) for each in conclusion.open_to_say() if not conclusion.confirmed(each)])

    def set_aside(self, finding: Finding, why: str) -> None:
        """Keep that a finding on facts is not so, and why; without a reason it counts again."""
        self._keep_facts([_said(finding, why)])

    def take_note(self, note: Value) -> None:
        """Keep the therapist's own note."""
        self._keep_facts([fact("therapist_note", note, at=utc_now())])

    def show_record_text(self) -> None:
        """Show the visit as text for a record system; reading all that is kept may take a while."""
        gather = partial(self._gather_record_text, self.station.screen)
        self.station.run_worker(gather, thread=True, group="papers", exit_on_error=False)

    def _gather_record_text(self, asked_on: Screen[Any]) -> None:
        try:
            case = self.station.bench.case(self.progress.client)
        except TeststationError as error:
            self.station.call_from_thread(self.station.warn, error.reason)
        else:
            self.station.call_from_thread(self._show_gathered, asked_on, case)

    def _show_gathered(self, asked_on: Screen[Any], case: Case) -> None:
        if self.station.screen is asked_on:
            self.station.push_screen(RecordTextPage(case))

    def make_papers(self) -> None:
        """Make what is printed, in a thread: it takes a second or two."""
        self.station.run_worker(self._make_papers, thread=True, group="papers", exclusive=True, exit_on_error=False)

    def _make_papers(self) -> None:
        tr = self.station.tr
        try:
            made = self.station.bench.make_papers(self.progress.client, tr)
            said, severity = tr("Klaar om te printen: {files}", files="\n".join(map(str, made))), "information"
            if self.progress.agreement.keep is Keep.TODAY:
                said = f"{said}\n{tr('Print het voordat u het bezoek afsluit: dan wordt alles gewist.')}"
        except TeststationError as error:
            said, severity = tr.reason(error.reason), "warning"
        except Exception:  # noqa: BLE001 - said on the page; the log has the rest
            _log.exception("the papers could not be made")
            said, severity = tr("Verslag en blad zijn niet gemaakt; zie het logboek."), "warning"
        self.station.call_from_thread(
            self.station.notify, said, markup=False, severity=severity, timeout=_PAPERS_NOTICE_S
        )

    def ask_consent(self) -> None:
        """Show what the client agreed to; where the visit is kept, that can still be changed."""
        keep = self.progress.agreement.keep
        keeps = (Keep.KEPT, Keep.NOT) if self.is_kept else (keep,)
        page = ConsentPage(self.progress.client, self.progress.agreement, self._agreed, self.show_summary, keeps)
        self.station.open_page(page)

    def _agreed(self, agreement: Agreement) -> None:
        try:
            self.station.bench.visits.agree(self.progress.client.code, agreement, self.progress.visit)
        except TeststationError as error:
            self.station.warn(error.reason)
            return
        self.progress.agreement = agreement
        self.show_summary()

    def finish(self) -> None:
        """End the visit."""
        self._leave_run()
        try:
            self.station.bench.visits.end(self.progress.visit)
        except TeststationError as error:
            self.station.warn(error.reason)
        self.station.open_start()

    def can_repeat(self, trial: Trial) -> bool:
        """Tell whether another attempt makes sense after this trial."""
        return trial.outcome in (Outcome.DONE, Outcome.INVALID, Outcome.STOPPED, Outcome.UNABLE)

    def _begin(self, attempt: Attempt) -> Run:
        self._leave_run()
        progress, options = self.progress, self.progress.options
        conditions = Conditions(
            walking_aid=progress.client.walking_aid,
            course_m=options.course_m if attempt.test is TestName.GAIT else None,
            stands=options.stands if attempt.test is TestName.TCS and options.seconds is None else None,
            seconds=options.seconds if attempt.test is TestName.TCS else None,
            chair_height_cm=None if attempt.test is TestName.GAIT else progress.known().number("chair_height"),
            talking=attempt.talking,
        )
        self.attempt = attempt
        self.run = self.station.bench.begin_trial(progress.visit, attempt, conditions, options)
        self.run.connect()
        return self.run

    def _leave_run(self) -> None:
        """Disconnect in a thread: a sensor may take its time."""
        if self.run is not None:
            self.station.run_worker(self.run.close, thread=True, group="leave", exit_on_error=False)
            self.run = None
