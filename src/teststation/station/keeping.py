"""What a trial hands the store: the trial as it now is, its samples, and what befell its link."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from concurrent.futures import Future
from typing import Any

from teststation.model import Reason, TeststationError, Trial
from teststation.sensors.base import Connected, Gap, Lost, Notice, Packet, SensorInfo, Silent
from teststation.store import Block, RecordingWriter, Store

_log = logging.getLogger(__name__)


class Keeping:
    """Keeps one trial; `trouble` is what the store could not keep yet: it waits in memory and is tried again.

    Parameters
    ----------
    on_block : is told of each block of samples that is on the disk, in the store's thread
    """

    def __init__(self, store: Store, on_block: Callable[[Block], None] = lambda _: None) -> None:
        self._store = store
        self._on_block = on_block
        self._recorder: RecordingWriter | None = None
        self.trouble: Reason | None = None

    def begin(self, trial: Trial, sensor: SensorInfo, packets: Iterable[Packet]) -> Trial:
        """Begin to record, with what came before; gives the trial with the name of its recording."""
        self._recorder = self._store.begin_trial(trial, sensor)
        self._recorder.begun.add_done_callback(self._saved)
        for packet in packets:
            self.add(packet)
        return self._recorder.trial

    def add(self, packet: Packet) -> None:
        """Keep a packet, where something is recorded."""
        if self._recorder is not None:
            for future in self._recorder.append(packet.time_s, packet.acceleration, packet.angular_velocity):
                future.add_done_callback(self._saved)
                future.add_done_callback(self._kept)

    def _kept(self, future: Future[Block]) -> None:
        if not future.cancelled() and future.exception() is None:
            self._on_block(future.result())

    def link_event(self, event: Connected | Gap | Silent | Lost | Notice) -> None:
        """Keep what befell the link."""
        if self._recorder is not None:
            self._recorder.link_event(event).add_done_callback(self._saved)

    def mark_cue(self, cue_s: float) -> None:
        """Keep when the person was told to go, on the device's clock."""
        if self._recorder is not None:
            self._recorder.mark_cue(cue_s).add_done_callback(self._saved)

    def close(self) -> None:
        """Seal the recording."""
        if self._recorder is not None:
            self._recorder.close().add_done_callback(self._saved)
            self._recorder = None

    def discard(self, trial: Trial) -> None:
        """Take a trial out of which nothing came."""
        self.close()
        self._store.discard_trial(trial.id).add_done_callback(self._saved)

    def save(self, trial: Trial) -> Future[None]:
        """Keep a trial as it now is."""
        saving = self._store.save_trial(trial)
        saving.add_done_callback(self._saved)
        return saving

    def _saved(self, future: Future[Any]) -> None:
        error = future.exception()
        if isinstance(error, TeststationError):
            self.trouble = error.reason
        elif error is not None:
            _log.error("the store failed", exc_info=error)
            self.trouble = Reason("store_failed", {"detail": type(error).__name__})
        else:
            self.trouble = None
