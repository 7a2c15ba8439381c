"""Beeps and tones: made here out of sines, played in a thread of their own: a slow sound system holds up nothing.

A sound system can take a tone and let nobody hear it: whether it was heard is asked (`screens/sound.py`), and whoever
did not hear it sees the screen light up.
"""

from __future__ import annotations

import logging
import threading
import wave
from pathlib import Path
from queue import SimpleQueue
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Protocol

import msgspec

if TYPE_CHECKING:
    import numpy as np
    from just_playback import Playback
    from numpy.typing import NDArray

_log = logging.getLogger(__name__)

_RATE_HZ = 44_100
_LOUDNESS = 0.7
_EDGE_S = 0.01
"""A tone swells and fades so long, or a click is heard at both ends."""
_OVERTONE = 3
"""With its third harmonic a low tone also comes out of a small loudspeaker."""


class Tone(msgspec.Struct, frozen=True):
    """Low enough for old ears, which lose the high tones first."""

    name: str
    hz: float
    seconds: float


BEEP = Tone("beep", 660.0, 0.15)
CUE = Tone("cue", 880.0, 0.7)


class Sound(Protocol):
    """What plays a tone."""

    def play(self, tone: Tone) -> None:
        """Play it now; returns at once."""
        ...


def samples(tone: Tone) -> NDArray[np.int16]:
    """Make a tone, (n,) samples."""
    import numpy as np  # noqa: PLC0415 - loaded after the first page

    time_s = np.arange(round(tone.seconds * _RATE_HZ)) / _RATE_HZ
    angle = 2.0 * np.pi * tone.hz * time_s
    edge = np.clip(np.minimum(time_s, tone.seconds - time_s) / _EDGE_S, 0.0, 1.0)
    whole = edge * (np.sin(angle) + np.sin(_OVERTONE * angle) / _OVERTONE)
    loud = whole / np.abs(whole).max() * _LOUDNESS * np.iinfo(np.int16).max
    made: NDArray[np.int16] = np.round(loud).astype(np.int16)
    return made


def write_wave(tone: Tone, file: Path) -> None:
    """Write a tone as a sound file."""
    with wave.open(str(file), "wb") as written:
        written.setnchannels(1)
        written.setsampwidth(2)
        written.setframerate(_RATE_HZ)
        written.writeframes(samples(tone).astype("<i2").tobytes())


class Speaker:
    """The loudspeaker of the computer. What it cannot do is in the log: the cue is seen as well."""

    def __init__(self) -> None:
        self._asked: SimpleQueue[Tone] = SimpleQueue()
        self._player: threading.Thread | None = None

    def play(self, tone: Tone) -> None:
        """Play it now; returns at once."""
        if self._player is None:
            self._player = threading.Thread(target=self._serve, daemon=True, name="sound")
            self._player.start()
        self._asked.put(tone)

    def _serve(self) -> None:
        loaded: dict[str, Playback] = {}
        with TemporaryDirectory(prefix="teststation-sound-") as folder:
            while True:
                tone = self._asked.get()
                try:
                    if tone.name not in loaded:
                        loaded[tone.name] = _load(tone, Path(folder))
                    loaded[tone.name].play()
                except Exception:  # noqa: BLE001 - whatever a sound system says
                    _log.exception("a tone could not be played")


def _load(tone: Tone, folder: Path) -> Playback:
    from just_playback import Playback  # noqa: PLC0415 - only who wants tones loads it

    file = folder / f"{tone.name}.wav"
    write_wave(tone, file)
    return Playback(str(file))
