"""Every page of the station in each of its states, from one table, for whoever looks at all of them.

A row shows a page on a stage: a station with fakes below it, and a temporary store of its own. A page that is in no row
is found out by a test.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from dossiers import CLIENT as KEPT
from dossiers import dossier
from reports.cases import written_cases
from station.scripted import INFO
from teststation.clock import HostClock
from teststation.guideline.context import second_opinions
from teststation.guideline.facts import Known, fact, fact_catalogue
from teststation.i18n import Language
from teststation.model import Conditions, Outcome, Reason, TestName, Trial, Visit, VisitKind
from teststation.reports.told import TestDone
from teststation.settings import Settings
from teststation.station import LeftVisit, Link, State, Step
from teststation.store import Store, temporary_store
from teststation.tests.base import Options
from teststation.tui.agreement import Agreement
from teststation.tui.app import StationApp
from teststation.tui.cue import Countdown, Cue
from teststation.tui.desk import Desk
from teststation.tui.door import Door
from teststation.tui.flow import Flow, progress_of
from teststation.tui.protocols import ORDER
from teststation.tui.screens import pick
from teststation.tui.screens.access import AccessPage, AskPage, Changing, LetLoginPage
from teststation.tui.screens.arrivals import ArrivalsPage
from teststation.tui.screens.backup import BackupPage, MakeBackupPage, VerifyPage
from teststation.tui.screens.calibrate import CalibratePage
from teststation.tui.screens.client import ClientPage, ConfirmPage
from teststation.tui.screens.client_view import ClientViewPage
from teststation.tui.screens.conclusion import ConclusionPage, sections
from teststation.tui.screens.consent import ConsentPage
from teststation.tui.screens.correct import CorrectPage
from teststation.tui.screens.data import DataPage
from teststation.tui.screens.entry import Answers, EntryPage
from teststation.tui.screens.erase import ErasePage
from teststation.tui.screens.export import ExportPage, PapersPage
from teststation.tui.screens.fall import FallPage
from teststation.tui.screens.history import HistoryPage
from teststation.tui.screens.keys import KeysPage
from teststation.tui.screens.marks import MarksPage
from teststation.tui.screens.more import MorePage
from teststation.tui.screens.move import MovePage
from teststation.tui.screens.opinions import OpinionsPage
from teststation.tui.screens.page import Page
from teststation.tui.screens.pick import PickPage
from teststation.tui.screens.plain_copies import ErasePlainPage
from teststation.tui.screens.record_text import RecordTextPage
from teststation.tui.screens.restore import RestorePage
from teststation.tui.screens.result import ResultPage
from teststation.tui.screens.same import SamePage
from teststation.tui.screens.sensors import SensorsPage
from teststation.tui.screens.settings import ROWS, Form, SettingsPage, TypedSettingsPage
from teststation.tui.screens.setup import CodePage, LoginPage, PassphrasePage, TypedBackPage
from teststation.tui.screens.sound import SoundPage
from teststation.tui.screens.start import StartPage
from teststation.tui.screens.stop import StopPage
from teststation.tui.screens.stopwatch import StopwatchPage
from teststation.tui.screens.tour import RecordingsPage, TourPage
from teststation.tui.screens.trends import TrendsPage
from teststation.tui.screens.trial import TrialPage
from teststation.tui.screens.unfinished import UnfinishedPage
from teststation.tui.screens.unlock import RecoverPage, UnlockPage, WhoPage
from teststation.tui.sound import Tone
from teststation.tui.topics import (
    CAUTION,
    CHECKLIST,
    COMPLAINTS,
    EVALUATION,
    FALLS,
    OTHERS,
    PROMPTS,
    SEEN,
    STOP,
    Line,
    Topic,
)
from teststation.tui.visit import Attempt
from tui.fakes import CLIENT, FakeBench, FakeCalibration, FakeLink, Hands

VISIT = Visit(id="visit", client=CLIENT.code, started_at="2026-11-22T12:00:00Z", age=85)
TOPICS = (STOP, CAUTION, FALLS, CHECKLIST, COMPLAINTS, SEEN, PROMPTS, EVALUATION, *OTHERS)
CODE = "ABCD-EFGH-JKLM-NPQR-STUV-WXYZ-2345-6789"


def _nothing(*_: object) -> None:
    pass


class Silence:
    """A loudspeaker that is off."""

    def play(self, tone: Tone) -> None:
        pass


class Stage:
    """What pages are shown on.

    Parameters
    ----------
    store : holds the client of `dossiers`
    folder : for what is written, and for a store that is not there yet
    """

    def __init__(self, store: Store, folder: Path, settings: Settings) -> None:
        self.bench = FakeBench(options=Options())
        self.bench.desk = Desk(store, settings)
        self.bench.link = FakeLink(link=Link.STREAMING, info=INFO, battery=80)
        self.bench.calibration = FakeCalibration(link=Link.STREAMING, info=INFO, step=Step.REST)
        self.bench.close_to = True
        trial = Trial(id="left", visit=VISIT.id, test=TestName.GUG, number=1, started_at=VISIT.started_at)
        self.bench.visits.unfinished = (LeftVisit(VISIT, CLIENT, (), (trial,)),)
        self.app = StationApp(self.bench, settings, sound=Silence())
        self.folder = folder
        self.door = Door(folder / "store.db", _nothing)
        self.kept = store.visits(KEPT.code)[0]

    def flow(self, *tests: TestName, kind: VisitKind = VisitKind.FIRST) -> Flow:
        """Begin a visit."""
        self.app.person = CLIENT.code
        visit = self.bench.visits.begin(CLIENT, 85, Agreement(), kind)
        progress = progress_of(self.bench, visit, CLIENT, Agreement(), self.app.settings)
        if tests:
            progress.tests = tests
        return Flow(self.app, progress)

    def run(self, test: TestName, **look: Any) -> None:
        """Show a test that has begun."""
        flow = self.flow()
        flow.attempt = Attempt(test, 1)
        flow.start_trial(
            self.bench.begin_trial(flow.progress.visit, flow.attempt, Conditions(), flow.progress.options), flow.attempt
        )
        self.bench.run.look(**look)

    def attempted(self, flow: Flow, test: TestName, outcome: Outcome = Outcome.DONE) -> Trial:
        """Do an attempt."""
        flow.attempt = Attempt(test, 1)
        run = self.bench.begin_trial(flow.progress.visit, flow.attempt, Conditions(), flow.progress.options)
        run.finish(20.3, hand_s=20.6, outcome=outcome)
        trial = run.trial()
        assert trial is not None
        return trial

    def reviewed(self, test: TestName) -> None:
        """Show the review of an attempt."""
        flow = self.flow()
        trial = self.attempted(flow, test)
        flow.trial_is_done(self.bench.run, trial)

    def concluded(self, test: TestName, outcome: Outcome = Outcome.DONE) -> Flow:
        """Begin a visit of which a test is done."""
        flow = self.flow()
        trial = self.attempted(flow, test, outcome)
        flow.progress.add(trial)
        result, findings = self.bench.conclude(CLIENT, flow.progress.visit, [trial], flow.progress.options)
        flow.progress.conclude(test, TestDone(result=result, findings=findings, trials=(trial,)))
        return flow

    async def show(self, name: str, hands: Hands) -> Page:
        """Show a row of the table."""
        page = EVERY_SCREEN[name](self)
        if page is not None:
            self.app.open_page(page)
        await hands.rest()
        await self.app.workers.wait_for_complete()
        await hands.rest()
        if isinstance(self.app.screen, TrialPage):
            self.app.screen._poll()
            await hands.rest()
        assert isinstance(self.app.screen, Page)
        return self.app.screen


Row = Callable[[Stage], Page | None]


def _topic(topic: Topic) -> Row:
    return lambda stage: stage.flow().ask(topic, _nothing, _nothing)


def _typed(topic: Topic) -> Row:
    """Type what of a topic is typed."""

    def row(stage: Stage) -> Page:
        lines = [each for each in topic.lines(stage.flow().progress.known_for(topic)) if not each.kind.choices]
        return EntryPage(topic.title, lines[:3], {}, _nothing)

    return row


def _typed_codes(_: Stage) -> Page:
    """Type answer codes, of which one is open, with all that is typed beside them."""
    kinds = [kind for kind in fact_catalogue().asked("frailty", Known({})) if kind.kind != "yes_no"]
    rows: Answers = {("physical_functioning_codes", None): "3323-21332", ("vitality_codes", None): "345-"}
    return EntryPage("Fragiliteit", [Line(kind=kind) for kind in kinds], rows, _nothing)


def _talked(stage: Stage) -> None:
    """Show the review of a walk while talking."""
    flow = stage.flow()
    trial = stage.attempted(flow, TestName.GAIT)
    flow.attempt = Attempt(TestName.GAIT, 1, practice=True, talking=True)
    flow.trial_is_done(stage.bench.run, trial)


def _run(test: TestName, **look: Any) -> Row:
    return lambda stage: stage.run(test, **look)


class StoppedClock(HostClock):
    """A clock that stands still, so that a countdown says the same however long it is looked at."""

    def now(self) -> float:
        return 1000.0


def _counting(stage: Stage) -> None:
    stage.bench.clock = StoppedClock()
    stage.run(TestName.GUG)
    page = stage.app.screen
    assert isinstance(page, TrialPage)
    page._countdown = Countdown(stage.bench.clock.now() + 20.0)


def _delayed(stage: Stage) -> None:
    stage.app.cue = Cue(delay_s=10)
    stage.run(TestName.GUG)


def _stopped(stage: Stage) -> Page:
    flow = stage.flow()
    return StopPage(flow, flow._before_test())


def _marks(stage: Stage) -> Page:
    trial = stage.attempted(stage.flow(), TestName.GUG)
    return MarksPage(stage.bench.run, trial, "GUG", _nothing)


def _client_view(stage: Stage) -> Page:
    flow = stage.concluded(TestName.GUG)
    return ClientViewPage(flow.progress.conclusions[TestName.GUG].result.measures[0], "Get-Up-and-Go")


def _opinions(stage: Stage) -> Page:
    result = stage.concluded(TestName.GUG).progress.conclusions[TestName.GUG].result
    return OpinionsPage(second_opinions(Known({}), [result], client=CLIENT, age=85))


def _keys_of(row: Row) -> Row:
    def keys(stage: Stage) -> Page:
        page = row(stage) or stage.app.screen
        assert isinstance(page, Page)
        return KeysPage(page)

    return keys


def _changing(stage: Stage) -> Changing:
    return Changing(stage.app, stage.door, _nothing)


def _much(stage: Stage) -> ConclusionPage:
    """Show a conclusion in which every line says something."""
    flow = stage.flow()
    (visit,) = written_cases()["cannot_rise"].visits
    facts = {**visit.facts, "gug_grade": 4}  # of which others than the guideline say something
    flow.progress.answer([fact(code, value, at=VISIT.started_at) for code, value in facts.items()])
    return ConclusionPage(flow)


def _set_aside(stage: Stage) -> ConclusionPage:
    """Show one that is confirmed, but for what the mark stands on."""
    page = _much(stage)
    flow, conclusion = page._flow, page._flow.progress.concluded()
    flow.confirm(conclusion)
    flow.set_aside(conclusion.problem_areas[0], "het is tijdelijk en gaat over")
    told = [one for _, sentences in sections(stage.app.tr, page._conclusion) for one in sentences]
    page._at = next(at for at, one in enumerate(told) if one.finding in page._conclusion.set_aside)
    return page


def _note(stage: Stage) -> EntryPage:
    return EntryPage("Uw notitie bij dit bezoek", [Line(kind=fact_catalogue().kinds["therapist_note"])], {}, _nothing)


def _summary(stage: Stage) -> None:
    stage.concluded(TestName.GUG).show_summary()


EVERY_SCREEN: dict[str, Row] = {
    "start": lambda _: StartPage(),
    "passphrase": lambda _: PassphrasePage("Deze computer bewaart wat u meet.", _nothing, _nothing, _nothing),
    "login": lambda _: LoginPage(there=True, answer=_nothing, back=_nothing),
    "no login": lambda _: LoginPage(there=False, answer=_nothing, back=_nothing),
    "code": lambda _: CodePage(CODE, _nothing, _nothing),
    "code typed back": lambda _: TypedBackPage(CODE, _nothing, _nothing, _nothing, ""),
    "unlock": lambda stage: UnlockPage(stage.door, _nothing),
    "recover": lambda stage: RecoverPage(stage.door, _nothing),
    "who": lambda stage: WhoPage(stage.door, _nothing),
    "ask passphrase": lambda stage: AskPage(_changing(stage)),
    "access": lambda stage: AccessPage(_changing(stage)),
    "let login": lambda stage: LetLoginPage(_changing(stage)),
    "plain copies": lambda stage: ErasePlainPage(stage.app, stage.door),
    "unfinished": lambda _: UnfinishedPage(),
    "settings": lambda _: SettingsPage(),
    **{
        f"settings {row.name}": lambda stage, row=row: TypedSettingsPage(row, stage.app.settings)  # type: ignore[misc]
        for row in ROWS
        if isinstance(row, Form)
    },
    "sensors": lambda stage: SensorsPage(stage.bench.link) if stage.bench.link else None,
    "calibrate": lambda _: CalibratePage(),
    "client": lambda _: ClientPage(),
    "screening": lambda _: ClientPage({"code": "S261123-01"}, VisitKind.SCREENING),
    "confirm": lambda _: ConfirmPage(CLIENT, 85, {}),
    "consent": lambda _: ConsentPage(CLIENT, Agreement(), _nothing, _nothing),
    **{f"questions {topic.name}": _topic(topic) for topic in TOPICS},
    "typed request": _typed(next(topic for topic in OTHERS if topic.name == "request")),
    "typed codes": _typed_codes,
    "typed strength": _typed(next(topic for topic in OTHERS if topic.name == "hhd")),
    "stop": _stopped,
    "more": lambda stage: MorePage(stage.flow()),
    "tests": lambda stage: stage.flow().show_tests(),
    **{
        f"why {name}": lambda _, question=question, choices=choices: PickPage(question, choices, _nothing)  # type: ignore[misc]
        for name, question, choices in (
            ("skip", pick.QUESTION_SKIP, pick.WHY_SKIP),
            ("ended", pick.QUESTION_ENDED, pick.WHY_ENDED),
            ("invalid", pick.QUESTION_INVALID, pick.WHY_INVALID),
            ("not so", pick.QUESTION_DISAGREE, pick.WHY_NOT_SO),
            ("source", pick.QUESTION_SOURCE, pick.WHY_SOURCE),
            *((code, Reason(code, {"seconds": 2.6}), choices) for code, choices in pick.WHY_START.items()),
        )
    },
    **{f"guide {test}": lambda stage, test=test: stage.flow().begin_test(test) for test in ORDER},  # type: ignore[misc]
    "guide talking": lambda stage: stage.flow()._walk_and_talk(_nothing, ()),
    "review talking": _talked,
    "sound": lambda _: SoundPage(_nothing),
    "armed": _run(TestName.GUG),
    "armed without sensor": _run(TestName.GUG, link=Link.NONE, hand_only=True),
    "armed for later": _delayed,
    "counting down": _counting,
    "waiting for sensor": _run(TestName.GUG, link=Link.LOST),
    "running": _run(TestName.GUG, state=State.RUNNING, elapsed_s=12.34, phase="turn_1", moved_s=0.4),
    "running long": _run(TestName.GUG, state=State.RUNNING, elapsed_s=123.4, phase="turn_1", moved_s=9.0),
    "running stands": _run(TestName.TCS, state=State.RUNNING, elapsed_s=9.8, count=3),
    "running gait": _run(TestName.GAIT, state=State.RUNNING, elapsed_s=4.2, phase="walking"),
    "lost": _run(TestName.GUG, state=State.RUNNING, elapsed_s=12.34, link=Link.LOST, hand_only=True),
    "found again": _run(TestName.GUG, state=State.RUNNING, elapsed_s=12.34, lost_in_run=True, lost_samples=300),
    "fall": lambda stage: FallPage(0.0, None),
    **{f"review {test}": lambda stage, test=test: stage.reviewed(test) for test in ORDER},  # type: ignore[misc]
    "marks": _marks,
    "stopwatch": lambda _: StopwatchPage(str),
    **{f"result {test}": lambda stage, test=test: ResultPage(stage.concluded(test), test) for test in ORDER},  # type: ignore[misc]
    "result unable": lambda stage: ResultPage(stage.concluded(TestName.GUG, Outcome.UNABLE), TestName.GUG),
    "opinions": _opinions,
    "client view": _client_view,
    "same": lambda stage: SamePage(stage.flow()),
    "conclusion": lambda stage: ConclusionPage(stage.flow()),
    "conclusion of much": _much,
    "conclusion set aside": _set_aside,
    "note": _note,
    "record text": lambda stage: RecordTextPage(stage.bench.case(CLIENT)),
    "summary": _summary,
    "data": lambda _: DataPage(),
    "history": lambda _: HistoryPage(KEPT.code),
    "trends": lambda _: TrendsPage(KEPT.code),
    "papers": lambda _: PapersPage(KEPT),
    "export": lambda stage: ExportPage(KEPT, stage.folder),
    "move": lambda stage: MovePage(KEPT, stage.kept),
    "correct": lambda _: CorrectPage(KEPT),
    "erase": lambda _: ErasePage(KEPT, 3),
    "backup": lambda _: BackupPage(),
    "make backup": lambda stage: MakeBackupPage(stage.folder),
    "verify": lambda _: VerifyPage(),
    "restore": lambda stage: RestorePage(stage.door, _nothing),
    "arrivals": lambda _: ArrivalsPage(),
    "tour": lambda _: TourPage(),
    "recordings": lambda _: RecordingsPage(),
}
EVERY_SCREEN |= {f"keys of {name}": _keys_of(EVERY_SCREEN[name]) for name in ("start", "client", "data")}


@contextmanager
def stage(folder: Path, language: Language = "nl", **chosen: Any) -> Iterator[Stage]:
    """Set a stage."""
    with temporary_store() as store:
        store.add_dossier(dossier()).result()
        yield Stage(
            store, folder, Settings(language=language, papers_folder=str(folder), second_opinions=True, **chosen)
        )
