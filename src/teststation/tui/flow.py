"""The way through a visit: which page comes after which. Loaded once the store is open, for it knows the station."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from teststation.model import Conditions, Outcome, TestName, TeststationError, Trial
from teststation.reports.told import TestDone
from teststation.tui.agreement import Agreement, Keep
from teststation.tui.bench import Run
from teststation.tui.screens.choose import ChoosePage
from teststation.tui.screens.consent import ConsentPage
from teststation.tui.screens.guide import GuidePage
from teststation.tui.screens.result import ResultPage
from teststation.tui.screens.review import ReviewPage
from teststation.tui.screens.summary import SummaryPage
from teststation.tui.screens.trial import TrialPage
from teststation.tui.visit import Attempt, VisitProgress

if TYPE_CHECKING:
    from teststation.tui.app import StationApp

_PAPERS_NOTICE_S = 20.0

_log = logging.getLogger(__name__)


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

    def open(self) -> None:
        """Show where the visit is: the next test, or the summary when all is done."""
        self._leave_run()
        self.station.open_page(ChoosePage(self))

    def begin_test(self, test: TestName) -> None:
        """Open a test with its guide; the sensor is listened to from here on."""
        attempt = self.progress.next_attempt(test) or self.progress.extra_attempt(test)
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
        practised = self.attempt is not None and self.attempt.practice
        attempt = self.progress.extra_practice(test) if practised else self.progress.next_attempt(test)
        attempt = attempt or self.progress.extra_attempt(test)
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
        attempt = self.progress.next_attempt(trial.test)
        if attempt is not None:
            self.start_trial(self._begin(attempt), attempt)
        else:
            self.show_result(trial.test)

    def show_result(self, test: TestName) -> None:
        """Conclude a test and show what it came to."""
        progress = self.progress
        counted = [trial for trial in progress.trials[test] if not trial.practice]
        try:
            result, findings = self.station.bench.conclude(progress.client, progress.visit, counted)
        except TeststationError as error:
            self.station.warn(error.reason)
            return
        progress.conclude(test, TestDone(result=result, findings=findings, trials=tuple(progress.trials[test])))
        self.station.open_page(ResultPage(self, test))

    def result_is_confirmed(self) -> None:
        """Go on with the visit."""
        self.open()

    def show_summary(self) -> None:
        """Show the whole visit."""
        self._leave_run()
        self.station.open_page(SummaryPage(self))

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
        )
        self.attempt = attempt
        self.run = self.station.bench.begin_trial(progress.visit, progress.client, attempt, conditions)
        self.run.connect()
        return self.run

    def _leave_run(self) -> None:
        """Disconnect in a thread: a sensor may take its time."""
        if self.run is not None:
            self.station.run_worker(self.run.close, thread=True, group="leave", exit_on_error=False)
            self.run = None
