"""An event loop whose time does not pass but is played: where all wait, it jumps to what comes next.

Minutes of radio then take seconds of work, and a busy machine makes nothing late.
"""

from __future__ import annotations

import asyncio
import functools
import selectors
from collections.abc import Callable, Coroutine
from typing import Any, ParamSpec

Parameters = ParamSpec("Parameters")


class _Selector(selectors.DefaultSelector):
    def __init__(self, skip: Callable[[float], None]) -> None:
        super().__init__()
        self._skip = skip

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        ready = super().select(0 if timeout is not None else None)
        if not ready and timeout is not None and timeout > 0.0:
            self._skip(timeout)
        return ready


class PlayedLoop(asyncio.SelectorEventLoop):
    """Its `time` is seconds since an arbitrary beginning, as that of any loop."""

    def __init__(self) -> None:
        self._now_s = 1000.0
        super().__init__(_Selector(self._skip))

    def time(self) -> float:
        """Seconds now."""
        return self._now_s

    def _skip(self, seconds: float) -> None:
        self._now_s += seconds


def on_played_time(test: Callable[Parameters, Coroutine[Any, Any, None]]) -> Callable[Parameters, None]:
    """Run an asynchronous test on such a loop."""

    @functools.wraps(test)
    def run(*args: Parameters.args, **kwargs: Parameters.kwargs) -> None:
        with asyncio.Runner(loop_factory=PlayedLoop) as runner:
            runner.run(test(*args, **kwargs))

    return run


def now_s() -> float:
    """Seconds now, on the clock of the test's own loop."""
    return asyncio.get_running_loop().time()
