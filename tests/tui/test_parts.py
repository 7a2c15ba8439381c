"""The parts of the screens that are pure: the form, the visit's progress, keys, blocks, braille, phases."""

from __future__ import annotations

import itertools

import msgspec
import numpy as np
import pytest

from teststation.i18n import Translator
from teststation.model import Analysis, Outcome, Placement, Quality, Reason, Sex, Status, TestName, Trial, Visit
from teststation.reports.phases import phases
from teststation.tests.base import Options
from teststation.tui.client_form import read
from teststation.tui.keys import ACTION, Act, GoGuard, Offer, meant
from teststation.tui.protocols import PROTOCOLS, fields, protocol_of
from teststation.tui.screens.ruler import ruler
from teststation.tui.visit import Attempt, VisitProgress
from teststation.tui.widgets.block_digits import block_text
from teststation.tui.widgets.signal_plot import BLOCKS, BRAILLE, Dots, draw
from tui.fakes import CLIENT, gug_events

YEAR = 2026
FULL = {
    "code": "k-017",
    "birth_year": "1941",
    "age": "84",
    "sex": "V",
    "height": "163,5",
    "measured": "g",
    "aid": "4",
}


def test_a_form_becomes_a_client() -> None:
    entry = read(FULL, YEAR)
    assert entry.wrong == {}
    assert entry.age == 84
    assert entry.client is not None
    assert (entry.client.code, entry.client.sex, entry.client.height_cm) == ("K-017", Sex.FEMALE, 163.5)
    assert (entry.client.height_measured, entry.client.walking_aid) == (True, "rollator")


def test_only_the_code_is_needed() -> None:
    assert read({"code": "12"}, YEAR).client is not None


@pytest.mark.parametrize(
    ("field", "text"),
    [
        ("code", ""),
        ("code", "Jansen"),
        ("code", "K-17; drop"),
        ("code", "[red]1"),
        ("code", "K١"),
        ("birth_year", "41"),
        ("birth_year", "1841"),
        ("birth_year", "2020"),
        ("age", "86"),
        ("age", "7"),
        ("age", "x"),
        ("sex", "q"),
        ("height", "1,63"),
        ("height", "163,55"),
        ("height", "99"),
        ("height", "nan"),
        ("measured", "j"),
        ("aid", "9"),
    ],
)
def test_what_is_not_right_is_named_by_its_field(field: str, text: str) -> None:
    entry = read(FULL | {field: text}, YEAR)
    assert list(entry.wrong) == [field]
    assert entry.client is None


# The visit


def progress(**choices: object) -> VisitProgress:
    visit = Visit(id="v", client=CLIENT.code, started_at="")
    return VisitProgress(visit, CLIENT, Options(), **choices)  # type: ignore[arg-type]


def done(number: int, *, practice: bool = False, outcome: Outcome = Outcome.DONE) -> Trial:
    return Trial(
        id=f"{number}-{practice}",
        visit="v",
        test=TestName.GUG,
        number=number,
        started_at="",
        practice=practice,
        outcome=outcome,
    )


def test_a_get_up_and_go_is_practised_once_and_timed_twice() -> None:
    visit = progress()
    assert visit.next_attempt(TestName.GUG) == Attempt(TestName.GUG, 1, practice=True)
    visit.add(done(1, practice=True))
    assert visit.next_attempt(TestName.GUG) == Attempt(TestName.GUG, 1)
    visit.add(done(1))
    assert visit.next_attempt(TestName.GUG) == Attempt(TestName.GUG, 2)
    visit.add(done(2))
    assert visit.next_attempt(TestName.GUG) is None


def test_the_practice_is_done_once_more_under_a_number_of_its_own() -> None:
    visit = progress()
    visit.add(done(1, practice=True))
    assert visit.extra_practice(TestName.GUG) == Attempt(TestName.GUG, 2, practice=True)
    assert visit.next_attempt(TestName.GUG) == Attempt(TestName.GUG, 1)


def test_an_invalid_attempt_is_made_up_for() -> None:
    visit = progress(practice=False)
    visit.add(done(1))
    visit.add(done(2, outcome=Outcome.INVALID))
    assert visit.next_attempt(TestName.GUG) == Attempt(TestName.GUG, 3)


@pytest.mark.parametrize("outcome", [Outcome.FELL, Outcome.UNABLE, Outcome.STOPPED, Outcome.REFUSED])
@pytest.mark.parametrize("practice", [True, False])
def test_who_fell_or_could_not_is_not_asked_again(outcome: Outcome, practice: bool) -> None:
    visit = progress(practice=practice)
    visit.add(done(1, outcome=outcome, practice=practice))
    assert visit.next_attempt(TestName.GUG) is None


def test_a_trial_is_taken_in_once_however_often_it_is_revised() -> None:
    visit = progress(practice=False)
    visit.add(done(1))
    visit.add(done(1, outcome=Outcome.INVALID))
    assert [trial.outcome for trial in visit.trials[TestName.GUG]] == [Outcome.INVALID]


def test_tests_come_in_order_and_can_be_skipped() -> None:
    visit = progress()
    assert visit.next_test() is TestName.GAIT
    visit.skip(TestName.GAIT, Reason("skip_no_space"))
    assert visit.next_test() is TestName.GUG


@pytest.mark.parametrize("test", list(PROTOCOLS))
@pytest.mark.parametrize("options", [Options(), Options(seconds=30.0)])
@pytest.mark.parametrize("language", ["nl", "en"])
def test_every_text_of_a_protocol_can_be_filled(test: TestName, options: Options, language: str) -> None:
    tr = Translator("nl" if language == "nl" else "en")
    protocol = protocol_of(test, options)
    for text in (*protocol.prepare, protocol.read_aloud, protocol.key, protocol.position, protocol.title):
        filled = tr(text, **fields(options))
        assert filled
        assert "{" not in filled
        assert "None" not in filled


# Keys


def test_a_key_means_what_the_page_offers_and_nothing_else() -> None:
    offers = (Offer(Act.GO), Offer(Act.SENSOR))
    assert meant("space", ACTION, offers, typing=False) is Act.GO
    assert meant("s", ACTION, offers, typing=False) is Act.SENSOR
    assert meant("h", ACTION, offers, typing=False) is None
    assert meant("s", ACTION, offers, typing=True) is None
    assert meant("enter", ACTION, offers, typing=True) is Act.GO


def test_a_letter_means_the_same_with_caps_lock() -> None:
    assert meant("F", ACTION, (Offer(Act.FALL),), typing=False) is Act.FALL
    assert meant("S", ACTION, (Offer(Act.SENSOR),), typing=True) is None


def test_a_held_key_counts_once() -> None:
    guard = GoGuard()
    times = [0.0, *(0.5 + 0.033 * n for n in range(60)), 5.0]
    assert [t for t in times if guard.accepts(t)] == [0.0, 5.0]


# Drawing


def test_digits_are_as_high_as_they_may_be() -> None:
    assert len(block_text("12,3", 10)) == 10
    assert len(block_text("12,3", 19)) == 15
    assert len(block_text("12,3", 5)) == 5
    assert len({len(line) for line in block_text("20,41", 10)}) == 1
    assert block_text("1", 5) == ["  ██  ", "████  ", "  ██  ", "  ██  ", "██████"]


def dots(cells: np.ndarray) -> int:
    return int(np.unpackbits(cells).sum())


def test_a_flat_line_is_one_dot_high_and_whole() -> None:
    time_s = np.linspace(0.0, 1.0, 101)
    cells = draw(time_s, np.full(101, 0.5), (0.0, 1.0), (0.0, 1.0), (20, 5))
    assert dots(cells) == 40
    assert (cells != 0).sum() == 20


def test_without_braille_the_same_line_is_drawn_in_half_blocks() -> None:
    time_s = np.linspace(0.0, 1.0, 101)
    cells = draw(time_s, time_s, (0.0, 1.0), (0.0, 1.0), (20, 5), dots=BLOCKS)
    lines = ["".join(BLOCKS.characters[cell] for cell in row) for row in cells]
    assert lines[0].endswith(("▀", "█"))
    assert lines[-1].startswith(("▄", "█"))
    assert all(any(row[column] != " " for row in lines) for column in range(20))


@pytest.mark.parametrize("kind", [BRAILLE, BLOCKS])
def test_every_pattern_of_dots_has_its_character(kind: Dots) -> None:
    assert len(set(kind.characters)) == 1 + int(kind.bits.sum())
    assert kind.characters[0] == " "


def test_no_peak_is_lost_however_narrow() -> None:
    time_s = np.linspace(0.0, 60.0, 6001)
    values = np.zeros(6001)
    values[3000] = 1.0
    cells = draw(time_s, values, (0.0, 60.0), (0.0, 1.0), (40, 6))
    assert cells[0].any()


def test_silence_is_left_open() -> None:
    time_s = np.concatenate((np.arange(0.0, 0.3, 0.01), np.arange(0.7, 1.0, 0.01)))
    cells = draw(time_s, np.zeros(len(time_s)), (0.0, 1.0), (-1.0, 1.0), (20, 3))
    assert not cells[:, 7:13].any()
    assert cells[:, :6].any()
    assert cells[:, 15:].any()


def test_what_cannot_be_drawn_is_empty() -> None:
    empty = np.empty(0)
    assert not draw(empty, empty, (0.0, 1.0), (0.0, 1.0), (10, 3)).any()
    assert not draw(np.zeros(1), np.array([np.nan]), (0.0, 1.0), (0.0, 1.0), (10, 3)).any()


def test_phases_stand_between_their_events_and_do_not_overlap() -> None:
    analysis = Analysis(
        test=TestName.GUG,
        placement=Placement.LOWER_BACK,
        status=Status.COMPLETE,
        quality=Quality(100.0),
        events=gug_events(1.0, 21.0),
    )
    found = phases(Translator("nl"), analysis)
    assert [phase.name for phase in found] == ["op", "heen", "draai", "terug", "draai", "zit"]
    assert all(a.end_s <= b.start_s for a, b in itertools.pairwise(found))
    line = ruler(found, lambda s: round(s * 3), 66)
    assert line.index("heen") < line.index("terug") < line.index("zit")
    part = msgspec.structs.replace(analysis, events=analysis.events[:2])
    assert [phase.name for phase in phases(Translator("nl"), part)] == ["op"]
