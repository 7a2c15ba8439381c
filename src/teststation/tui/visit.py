"""Where a visit has got to: which tests are done, which attempt is next. The screens only show it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import msgspec

from teststation.guideline.conclusion import Conclusion, conclude
from teststation.guideline.facts import Known, known, lasting
from teststation.guideline.gather import gather
from teststation.guideline.hints import Hint, hints
from teststation.model import Client, Conditions, Fact, Outcome, Reason, TestName, TestResult, Trial, Visit
from teststation.reports.told import TestDone
from teststation.tests.base import Options
from teststation.tui.agreement import Agreement
from teststation.tui.presets import Preset
from teststation.tui.protocols import ORDER, PROTOCOLS
from teststation.tui.topics import Topic


class Attempt(msgspec.Struct, frozen=True):
    """The next thing to do of a test.

    Parameters
    ----------
    practice : it is kept and never counted
    talking : the client is talked to on the way; for practice as well, as its time says nothing
    """

    test: TestName
    number: int
    practice: bool = False
    talking: bool = False


class VisitProgress:
    """One client's visit as it goes.

    Parameters
    ----------
    visit, client : who and when
    options : the protocol's choices
    tests : what is planned, in order
    practice : whether the tests that ask for a practice attempt get one
    trials : attempts that count, where it is not the protocol's number; a test of one attempt keeps to it
    seen : factors that the therapist saw, as texts
    agreement : what the client agreed to
    preset : what is asked before and after the tests
    before : what was answered in earlier visits
    baseline : what the tests of the first visit came to, which a follow-up repeats
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
        preset: Preset = Preset(),  # noqa: B008 - frozen
        before: Sequence[Fact] = (),
        baseline: Sequence[TestResult] = (),
    ) -> None:
        self.visit = visit
        self.client = client
        self.options = options
        self.tests = tests
        self.seen = seen
        self.agreement = agreement
        self.facts: list[Fact] = []
        self.baseline = tuple(baseline)
        self.asks_set_up = bool(baseline)
        self._before = tuple(lasting(before))
        self._preset = preset
        self._passed: set[str] = set()
        self._wanted = trials
        self.trials: dict[TestName, list[Trial]] = {test: [] for test in tests}
        self.conclusions: dict[TestName, TestDone] = {}
        self.skipped: dict[TestName, Reason] = {}
        self._no_practice: set[TestName] = set() if practice else set(tests)

    def next_test(self) -> TestName | None:
        """Give the first test that is neither done nor skipped."""
        return next((test for test in self.tests if test not in self.conclusions and test not in self.skipped), None)

    # What is asked

    def next_topic(self) -> Topic | None:
        """Give the questions that come before the next test, or after the last one; None where none are due."""
        due = self._preset.before if self.next_test() is not None else (*self._preset.before, *self._preset.after)
        return next((topic for topic in due if topic.name not in self._passed), None)

    def topics(self) -> tuple[Topic, ...]:
        """Give all questions that are on the way."""
        return (*self._preset.before, *self._preset.after)

    def answer(self, facts: Sequence[Fact]) -> None:
        """Take in what was answered."""
        self.facts += facts

    def pass_topic(self, topic: Topic) -> None:
        """Take note that a topic was asked: what was left open is not asked again on the way."""
        self._passed.add(topic.name)

    def taken_up(self, facts: Sequence[Fact]) -> None:
        """Take in what was answered before the program ended."""
        self.answer(facts)
        known_now = known(facts)
        self._passed |= {topic.name for topic in self.topics() if topic.answered(known_now)[0]}

    def known_for(self, topic: Topic, facts: Sequence[Fact] = ()) -> Known:
        """Give what is known where a topic is asked: of earlier visits only what still stands."""
        return known((*(self._before if topic.lasting else ()), *self.facts, *facts))

    def known(self) -> Known:
        """Give all that is known."""
        return gather(
            (*self._before, *self.facts),
            client=self.client,
            age=self.visit.age,
            results=[done.result for done in self.conclusions.values()],
        )

    def concluded(self) -> Conclusion:
        """Give what the visit comes to so far, without what the therapist set aside."""
        of_tests = [each for done in self.conclusions.values() for each in done.judged]
        return conclude(self.known(), of_tests, age=self.visit.age)

    def hints(self) -> Iterator[Hint]:
        """Give what the sensor saw that points at a factor."""
        for trials in self.trials.values():
            for trial in trials:
                if trial.analysis is not None:
                    yield from hints(trial.analysis, talking=trial.conditions.talking)

    # The tests

    def set_up(self, *, as_before: bool) -> None:
        """Do the tests as in the first visit, or as it is set now."""
        self.asks_set_up = False
        if as_before:
            before = [result.conditions for result in self.baseline]
            aid = next((each.walking_aid for each in before if each.walking_aid is not None), self.client.walking_aid)
            self.client = msgspec.structs.replace(self.client, walking_aid=aid)
            self.options = options_as(self.options, before)

    def next_attempt(self, test: TestName) -> Attempt | None:
        """Give the next attempt of a test, or None when it has all that its protocol asks for."""
        trials = self.trials[test]
        if PROTOCOLS[test].practice and test not in self._no_practice and not trials:
            return Attempt(test, 1, practice=True)
        if trials and trials[-1].counts and trials[-1].outcome is not Outcome.DONE:
            return None
        counted = [trial for trial in trials if not trial.practice]
        valid = sum(trial.outcome is not Outcome.INVALID for trial in counted)
        return None if valid >= self.wanted(test) else Attempt(test, len(counted) + 1)

    def wanted(self, test: TestName) -> int:
        """Tell how many attempts make the result."""
        usual = PROTOCOLS[test].trials
        return usual if usual == 1 else self._wanted or usual

    def extra_attempt(self, test: TestName) -> Attempt:
        """Give one attempt more than the protocol asks for."""
        return Attempt(test, 1 + sum(not trial.practice for trial in self.trials[test]))

    def extra_practice(self, test: TestName, *, talking: bool = False) -> Attempt:
        """Give one practice attempt more."""
        number = 1 + sum(trial.practice for trial in self.trials[test])
        return Attempt(test, number, practice=True, talking=talking)

    def no_practice(self, test: TestName) -> None:
        """Leave the practice attempt out."""
        self._no_practice.add(test)

    def add(self, trial: Trial) -> None:
        """Take a trial in, or its newer form."""
        trials = self.trials.setdefault(trial.test, [])
        at = next((i for i, known in enumerate(trials) if known.id == trial.id), None)
        if at is None:
            trials.append(trial)
        else:
            trials[at] = trial

    def conclude(self, test: TestName, conclusion: TestDone) -> None:
        """Take a test's result in."""
        self.conclusions[test] = conclusion
        if test not in self.tests:
            self.tests += (test,)
        self.skipped.pop(test, None)

    def skip(self, test: TestName, reason: Reason) -> None:
        """Leave a test out, and say why."""
        self.skipped[test] = reason


def options_as(options: Options, before: Sequence[Conditions]) -> Options:
    """Give the options under which tests were done before."""
    for conditions in before:
        if conditions.course_m is not None:
            options = msgspec.structs.replace(options, course_m=conditions.course_m)
        if conditions.stands is not None or conditions.seconds is not None:
            stands = conditions.stands or options.stands
            options = msgspec.structs.replace(options, stands=stands, seconds=conditions.seconds)
    return options
