"""Where a visit has got to: which tests are done, which attempt is next. The screens only show it."""

from __future__ import annotations

import msgspec

from teststation.model import Client, Outcome, Reason, TestName, Trial, Visit
from teststation.reports.told import TestDone
from teststation.tests.base import Options
from teststation.tui.agreement import Agreement
from teststation.tui.protocols import ORDER, PROTOCOLS


class Attempt(msgspec.Struct, frozen=True):
    """The next thing to do of a test."""

    test: TestName
    number: int
    practice: bool = False


class VisitProgress:
    """One client's visit as it goes.

    Parameters
    ----------
    visit, client : who and when
    options : the protocol's choices
    tests : what is planned, in order
    practice : whether the tests that ask for a practice attempt get one
    trials : attempts that count for each test, where it is not its protocol's number
    seen : factors that the therapist saw, as texts
    agreement : what the client agreed to
    """

    def __init__(
        self,
        visit: Visit,
        client: Client,
        options: Options,
        tests: tuple[TestName, ...] = ORDER,
        *,
        practice: bool = True,
        trials: int | None = None,
        seen: tuple[str, ...] = (),
        agreement: Agreement = Agreement(),  # noqa: B008 - frozen
    ) -> None:
        self.visit = visit
        self.client = client
        self.options = options
        self.tests = tests
        self.seen = seen
        self.agreement = agreement
        self._wanted = trials
        self.trials: dict[TestName, list[Trial]] = {test: [] for test in tests}
        self.conclusions: dict[TestName, TestDone] = {}
        self.skipped: dict[TestName, Reason] = {}
        self._no_practice: set[TestName] = set() if practice else set(tests)

    def next_test(self) -> TestName | None:
        """Give the first test that is neither done nor skipped."""
        return next((test for test in self.tests if test not in self.conclusions and test not in self.skipped), None)

    def next_attempt(self, test: TestName) -> Attempt | None:
        """Give the next attempt of a test, or None when it has all that its protocol asks for."""
        trials = self.trials[test]
        if PROTOCOLS[test].practice and test not in self._no_practice and not trials:
            return Attempt(test, 1, practice=True)
        if trials and not trials[-1].practice and trials[-1].outcome not in (Outcome.DONE, Outcome.INVALID):
            return None
        counted = [trial for trial in trials if not trial.practice]
        valid = sum(trial.outcome is not Outcome.INVALID for trial in counted)
        return None if valid >= self.wanted(test) else Attempt(test, len(counted) + 1)

    def wanted(self, test: TestName) -> int:
        """Tell how many attempts make the result."""
        return self._wanted or PROTOCOLS[test].trials

    def extra_attempt(self, test: TestName) -> Attempt:
        """Give one attempt more than the protocol asks for."""
        return Attempt(test, 1 + sum(not trial.practice for trial in self.trials[test]))

    def extra_practice(self, test: TestName) -> Attempt:
        """Give one practice attempt more."""
        return Attempt(test, 1 + sum(trial.practice for trial in self.trials[test]), practice=True)

    def no_practice(self, test: TestName) -> None:
        """Leave the practice attempt out."""
        self._no_practice.add(test)

    def add(self, trial: Trial) -> None:
        """Take a trial in, or its newer form."""
        trials = self.trials[trial.test]
        at = next((i for i, known in enumerate(trials) if known.id == trial.id), None)
        if at is None:
            trials.append(trial)
        else:
            trials[at] = trial

    def conclude(self, test: TestName, conclusion: TestDone) -> None:
        """Take a test's result in."""
        self.conclusions[test] = conclusion
        self.skipped.pop(test, None)

    def skip(self, test: TestName, reason: Reason) -> None:
        """Leave a test out, and say why."""
        self.skipped[test] = reason
