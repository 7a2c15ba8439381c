"""Many inputs over several processes, answers in input order; what kills a process costs only its own answer."""

from __future__ import annotations

import multiprocessing
import signal
import sys
import warnings
from collections import deque
from collections.abc import Callable, Generator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from typing import TypeVar

Input = TypeVar("Input")
Answer = TypeVar("Answer")


def in_order(
    task: Callable[[Input], Answer], inputs: Sequence[Input], jobs: int, lost: Callable[[Input], Answer]
) -> Generator[Answer]:
    """Answer all inputs, each as soon as those before it are answered.

    Parameters
    ----------
    task : a function of a module; it gives an answer whatever the input
    jobs : how many processes; 1 stays in this one
    lost : the answer for an input whose process died
    """
    if jobs == 1 or len(inputs) <= 1:
        yield from map(task, inputs)
        return
    waiting = deque(inputs)
    while waiting:
        for answer in _until_broken(task, waiting, jobs):
            waiting.popleft()
            yield answer
        if waiting:
            # One of those at work killed its process: the first is tried alone, so that the killer is singled out.
            first = waiting.popleft()
            yield next(_until_broken(task, [first], 1), None) or lost(first)


def _until_broken(task: Callable[[Input], Answer], inputs: Sequence[Input], jobs: int) -> Generator[Answer]:
    pool = ProcessPoolExecutor(
        min(jobs, len(inputs)), mp_context=multiprocessing.get_context("spawn"), initializer=_begin
    )
    finished = False
    try:
        futures = _submitted(pool, task, inputs)
        while futures:
            yield futures.popleft().result()
        finished = True
    except BrokenProcessPool:
        finished = True
    finally:
        pool.shutdown(wait=finished, cancel_futures=True)
        if not finished:
            for child in multiprocessing.active_children():
                child.terminate()


def _submitted(
    pool: ProcessPoolExecutor, task: Callable[[Input], Answer], inputs: Sequence[Input]
) -> deque[Future[Answer]]:
    """Submit all; the processes start here, and inherit that an interrupt is for their parent alone."""
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        return deque(pool.submit(task, each) for each in inputs)
    finally:
        signal.signal(signal.SIGINT, before)


def _begin() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if not sys.warnoptions:
        warnings.simplefilter("ignore")
