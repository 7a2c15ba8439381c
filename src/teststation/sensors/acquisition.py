"""The acquisition thread: one sensor's stream in a loop of its own, so that a busy screen never delays a sample."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import threading
from collections.abc import Callable
from contextlib import aclosing

from teststation.sensors.base import LinkEvent, Lost, Sensor

_log = logging.getLogger(__name__)


class Acquisition:
    """Listens to a sensor from `start` to `close`.

    Parameters
    ----------
    sensor : where the samples come from
    hear : called in the acquisition thread with each link event; it must be quick
    now : the clock that a failing link is stamped with
    """

    def __init__(self, sensor: Sensor, hear: Callable[[LinkEvent], None], now: Callable[[], float]) -> None:
        self.sensor = sensor
        self._hear = hear
        self._now = now
        self._loop: asyncio.AbstractEventLoop | None = None
        self._task: asyncio.Task[None] | None = None
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self._run, name="acquisition", daemon=True)

    def start(self) -> None:
        """Begin to listen."""
        self._thread.start()

    def close(self, timeout_s: float = 5.0) -> None:
        """Disconnect in good order and end the thread."""
        self._closing.set()
        loop, task = self._loop, self._task
        if loop is not None and task is not None:
            with contextlib.suppress(RuntimeError):  # the loop has ended by itself meanwhile
                loop.call_soon_threadsafe(task.cancel)
        if self._thread.ident is not None and self._thread is not threading.current_thread():
            self._thread.join(timeout_s)

    def _run(self) -> None:
        try:
            asyncio.run(self._listen())
        except Exception:  # noqa: BLE001 - logged, and told as a lost link
            # A driver's fault must not take the trial with it: the station goes on by hand.
            _log.exception("the sensor's stream failed")
            self._hear(Lost(self._now()))

    async def _listen(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._task = asyncio.current_task()
        if self._closing.is_set():
            return
        with contextlib.suppress(asyncio.CancelledError):
            # Closing the generator is what disconnects the sensor in good order.
            async with aclosing(self.sensor.stream()) as stream:
                async for event in stream:
                    self._hear(event)
