"""How a trial is begun: by the key, or so long after it with nobody at the keyboard; with a tone, or with light."""

from __future__ import annotations

import gc
import wave
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from queue import SimpleQueue
from typing import Any

import msgspec
import numpy as np
import pytest

from teststation.clock import Clock
from teststation.model import Outcome, Reason, TestName
from teststation.settings import Settings
from teststation.station import Link, State
from teststation.tui.agreement import Agreement
from teststation.tui.app import StationApp
from teststation.tui.cue import DELAYS_S, Countdown, Cue
from teststation.tui.flow import Flow
from teststation.tui.screens.fall import FallPage
from teststation.tui.screens.guide import GuidePage
from teststation.tui.screens.review import ReviewPage
from teststation.tui.screens.sound import SoundPage
from teststation.tui.screens.start import StartPage
from teststation.tui.screens.trial import TrialPage
from teststation.tui.sound import BEEP, CUE, Speaker, Tone, samples, write_wave
from teststation.tui.visit import VisitProgress
from teststation.tui.widgets.block_digits import BlockDigits
from tui.fakes import CLIENT, FakeBench, Hands, shown

FIRST_MOVEMENT_S = 5.4
"""On the recording's clock, in what a fake run comes to; its cue is nought on the host's."""


class SetClock(Clock):
    """A clock that stands where the test puts it; keys are on it as they are."""

    def __init__(self) -> None:
        self.now_s = 1000.0

    def now(self) -> float:
        return self.now_s

    def at(self, host_s: float) -> float:
        return host_s


class Heard:
    """A loudspeaker that nobody hears but the test."""

    def __init__(self) -> None:
        self.tones: list[Tone] = []

    def play(self, tone: Tone) -> None:
        self.tones.append(tone)


class Station:
    """A station before the first attempt of a test."""

    def __init__(self, app: StationApp, bench: FakeBench, hands: Hands, sound: Heard, clock: SetClock) -> None:
        self.app, self.bench, self.hands, self.sound, self._clock = app, bench, hands, sound, clock

    async def at(self, at_s: float) -> str:
        """Let it be a time, and give what is shown then."""
        self._clock.now_s = at_s
        assert isinstance(self.app.screen, TrialPage)
        self.app.screen._poll()
        await self.hands.rest()
        return shown(self.app)

    @property
    def timer(self) -> str:
        return self.app.screen.query_one("#timer", BlockDigits).text


@asynccontextmanager
async def at_guide(**settings: Any) -> AsyncIterator[Station]:
    bench, sound, clock = FakeBench(), Heard(), SetClock()
    bench.clock = clock
    app = StationApp(bench, Settings(**settings), StartPage, sound=sound)
    async with app.run_test(size=(80, 24)) as pilot:
        await app.workers.wait_for_complete()
        visit = bench.visits.begin(CLIENT, 85, Agreement())
        Flow(app, VisitProgress(visit, CLIENT, bench.options, (TestName.GUG,), practice=False)).begin_test(TestName.GUG)
        await pilot.pause()
        assert isinstance(app.screen, GuidePage)
        yield Station(app, bench, Hands(app, pilot), sound, clock)


# What is chosen


def test_a_delay_is_one_of_four() -> None:
    cue, seen = Cue(), []
    for _ in range(5):
        seen.append(cue.delay_s)
        cue = cue.delayed_otherwise()
    assert seen == [*DELAYS_S, 0]


def test_whole_seconds_are_counted_as_one_counts_aloud() -> None:
    countdown = Countdown(110.0)
    assert [countdown.left(at_s) for at_s in (100.0, 100.1, 108.9, 109.0, 109.9, 110.0, 111.0)] == [
        10,
        10,
        2,
        1,
        1,
        0,
        0,
    ]


# Nobody at the keyboard


async def test_a_delayed_start_counts_down_and_begins_by_itself() -> None:
    async with at_guide() as station:
        await station.hands.press("d", "d", "space")
        assert "start na 10 s" in await station.at(1003.0)
        await station.hands.press("space")
        pressed_s = station.hands.at_s
        text = await station.at(pressed_s + 0.4)
        assert ("AFTELLEN" in text, "geen toets nodig" in text, station.timer) == (True, True, "10")
        await station.at(pressed_s + 7.5)
        assert station.timer == "3"
        assert ("go",) not in [asked[:1] for asked in station.bench.run.asked]
        await station.at(pressed_s + 10.03)
        assert station.bench.run.asked[-1] == ("go", pressed_s + 10.03)
        assert station.app.screen.has_class("-flash")


async def test_the_key_itself_is_the_cue_unless_a_delay_was_chosen() -> None:
    async with at_guide() as station:
        await station.hands.press("space", "space")
        assert station.bench.run.asked[-1] == ("go", station.hands.at_s)
        assert not station.app.screen.has_class("-flash")
        assert station.sound.tones == []


@pytest.mark.parametrize("key", ["space", "pagedown", "u"])
async def test_a_countdown_is_called_off_by_a_key(key: str) -> None:
    async with at_guide(start_delay_s=3) as station:
        await station.hands.press("space", "space", key)
        assert "KLAAR" in await station.at(station.hands.at_s + 9.0)
        assert [asked[0] for asked in station.bench.run.asked] == ["connect", "arm"]


async def test_nothing_begins_by_itself_behind_the_page_for_a_fall() -> None:
    async with at_guide(start_delay_s=3) as station:
        await station.hands.press("space", "space", "f")
        assert isinstance(station.app.screen, FallPage)
        await station.hands.press("8")
        await station.at(station.hands.at_s + 9.0)
        assert [asked[0] for asked in station.bench.run.asked] == ["connect", "arm"]


async def test_escape_and_f5_do_nothing_while_it_counts_down() -> None:
    async with at_guide(start_delay_s=20) as station:
        await station.hands.press("space", "space")
        page = station.app.screen
        await station.hands.press("escape", "f5", "q", "pageup", "b", "enter")
        assert station.app.screen is page
        assert "AFTELLEN" in await station.at(station.hands.at_s)


async def test_the_next_trial_is_begun_in_the_same_way() -> None:
    async with at_guide(start_delay_s=3) as station:
        await station.hands.press("space", "d")
        assert "start na 10 s" in await station.at(1000.0)
        await station.hands.press("d", "d")
        assert "bij ‘ja’: start" in await station.at(1000.0)
        await station.hands.press("pageup", "space")
        assert station.app.cue.delay_s == 0


async def test_without_a_sensor_it_is_said_who_times() -> None:
    async with at_guide() as station:
        await station.hands.press("space")
        station.bench.run.look(link=Link.NONE, hand_only=True)
        assert "uw stopwatch of een tweede persoon" in " ".join((await station.at(1000.0)).split())


async def test_no_search_for_garbage_through_everything_holds_a_frame_up() -> None:
    before = gc.get_freeze_count()
    async with at_guide() as station:
        await station.hands.press("space")
        assert gc.get_freeze_count() > before
        station.bench.run.finish(20.3)
        await station.at(2000.0)
        assert gc.get_freeze_count() == 0


# How it began


@asynccontextmanager
async def at_review(moved_s: float) -> AsyncIterator[Station]:
    """Be at the review of an attempt in which the client moved so long after the cue."""
    async with at_guide() as station:
        await station.hands.press("space", "space")
        run = station.bench.run
        run.finish(20.3)
        run._trial = msgspec.structs.replace(run._trial, host_minus_device_s=moved_s - FIRST_MOVEMENT_S)
        await station.at(2000.0)
        yield station


async def test_an_ordinary_start_is_not_asked_about() -> None:
    async with at_review(0.4) as station:
        await station.hands.press("space")
        assert isinstance(station.app.screen, TrialPage)


async def test_a_false_start_is_asked_about_before_it_counts_and_done_again() -> None:
    async with at_review(-0.6) as station:
        await station.hands.press("space")
        assert "Bewoog 0,6 s vóór ‘ja’. Was dat een valse start?" in shown(station.app)
        await station.hands.press("1")
        kept = station.bench.runs[0]._trial
        assert (kept.outcome, kept.outcome_reason) == (Outcome.INVALID, Reason("start_was_false"))
        assert isinstance(station.app.screen, TrialPage)
        assert "poging 2 van 2" in shown(station.app)


async def test_a_slow_start_is_kept_with_its_reason() -> None:
    async with at_review(2.6) as station:
        await station.hands.press("space")
        assert "Begon pas 2,6 s na ‘ja’" in shown(station.app)
        await station.hands.press("2")
        kept = station.bench.runs[0]._trial
        assert (kept.outcome, kept.outcome_reason) == (Outcome.DONE, Reason("start_took_time"))


async def test_the_signal_can_be_looked_at_again_before_the_answer() -> None:
    async with at_review(2.6) as station:
        await station.hands.press("space", "pageup")
        assert isinstance(station.app.screen, ReviewPage)
        await station.hands.press("space")
        assert "Begon pas 2,6 s" in shown(station.app)


# The signal


@pytest.mark.parametrize(("chosen", "has_braille"), [("braille", True), ("blocks", False)])
async def test_the_signal_is_drawn_in_what_was_chosen(chosen: str, has_braille: bool) -> None:
    async with at_guide(plot=chosen) as station:
        await station.hands.press("space")
        text = await station.at(1000.0)
        assert any("\u2801" <= character <= "\u28ff" for character in text) is has_braille
        assert any(character in "▀▄" for character in text.partition("draaisnelheid")[2]) is not has_braille


# The tone


async def test_a_tone_is_only_played_to_a_client_who_heard_it() -> None:
    async with at_guide(start_delay_s=3) as station:
        await station.hands.press("g")
        assert isinstance(station.app.screen, SoundPage)
        assert "Hoort u dit?" in shown(station.app)
        await station.hands.press("space")
        assert station.sound.tones == [CUE, CUE]
        await station.hands.press("j", "space", "space")
        pressed_s = station.hands.at_s
        for after_s in (0.1, 1.1, 1.2, 2.1, 3.0):
            await station.at(pressed_s + after_s)
        assert station.sound.tones == [CUE, CUE, BEEP, BEEP, BEEP, CUE]


@pytest.mark.parametrize("answer", ["n", "pageup"])
async def test_who_hears_nothing_sees_the_screen_light_up(answer: str) -> None:
    async with at_guide(start_delay_s=3) as station:
        await station.hands.press("g", answer, "space", "space")
        pressed_s = station.hands.at_s
        assert "Tel hardop af" in await station.at(pressed_s + 1.0)
        await station.at(pressed_s + 3.0)
        assert station.app.screen.has_class("-flash")
        assert station.sound.tones == [CUE]


async def test_a_practice_that_wants_a_tone_is_asked_once_a_client_whether_it_is_heard() -> None:
    async with at_guide(tone=True) as station:
        await station.hands.press("space")
        assert isinstance(station.app.screen, SoundPage)
        await station.hands.press("j")
        assert isinstance(station.app.screen, TrialPage)
        assert station.bench.run.shown.state is State.ARMED
        await station.hands.press("space")
        assert station.sound.tones == [CUE, CUE]
        station.app.open_start()
        await station.hands.rest()
        assert station.app.cue.has_to_be_asked


def loudest_hz(file: Path) -> float:
    with wave.open(str(file)) as read:
        rate_hz = read.getframerate()
        played = np.frombuffer(read.readframes(read.getnframes()), "<i2")
    spectrum = np.abs(np.fft.rfft(played))
    return float(np.argmax(spectrum) * rate_hz / len(played))


@pytest.mark.parametrize("tone", [BEEP, CUE])
def test_a_tone_is_as_high_as_it_says_and_begins_without_a_click(tmp_path: Path, tone: Tone) -> None:
    write_wave(tone, tmp_path / "tone.wav")
    assert loudest_hz(tmp_path / "tone.wav") == pytest.approx(tone.hz, abs=10.0)
    made = samples(tone)
    assert abs(int(made[0])) < 100 > abs(int(made[-1]))
    assert 20_000 < np.abs(made).max() < 30_000


def test_a_computer_without_sound_holds_up_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: SimpleQueue[str] = SimpleQueue()

    class Broken:
        def __init__(self, file: str) -> None:
            asked.put(Path(file).name)
            raise OSError("no device")

    monkeypatch.setattr("just_playback.Playback", Broken)
    speaker = Speaker()
    for tone in (CUE, BEEP):
        speaker.play(tone)
    assert [asked.get(timeout=30.0), asked.get(timeout=30.0)] == ["cue.wav", "beep.wav"]


def test_a_tone_is_loaded_once(monkeypatch: pytest.MonkeyPatch) -> None:
    played: SimpleQueue[str] = SimpleQueue()

    class Silent:
        def __init__(self, file: str) -> None:
            played.put(f"loaded {Path(file).name}, {Path(file).exists()}")

        def play(self) -> None:
            played.put("played")

    monkeypatch.setattr("just_playback.Playback", Silent)
    speaker = Speaker()
    speaker.play(CUE)
    speaker.play(CUE)
    assert [played.get(timeout=30.0) for _ in range(3)] == ["loaded cue.wav, True", "played", "played"]
