"""What the running screen costs, and how true the time of a key is: the real program in a pseudo-terminal.

    python -m benchmarks.screen [--seconds 10] [--sizes 80x24,100x30,160x50] [--analysing]
    python -m benchmarks.screen --keys 40

Prints, for each size, the time from start to the first page, the frames drawn per second, the longest time between two
frames, the share of one core that the screen's own process took (the analyst's process apart) and what it sent to the
terminal; with `--analysing` while one clinical analysis after the other runs. With `--keys`: how far the times of so
many keys were off while the screen was held up for 0.3 s of every second. Linux only.
"""

from __future__ import annotations

import argparse
import fcntl
import itertools
import os
import pty
import select
import signal
import statistics
import struct
import sys
import termios
import threading
import time
from array import array
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from teststation.station import Analyst

FIRST_PAGE, RUNNING = "Rondleiding", "LOOPT"
_PRESSES_TO_RUNNING = 8
_FIRST_PAGE_TIMEOUT_S = 20.0
_READY_S = 2.5
_HELD_UP_S, _HELD_UP_EVERY_S = 0.3, 1.0
_BETWEEN_KEYS_S = 0.73
"""Longer than a bounce, and no part of a second, so that keys fall everywhere between two hold-ups."""
KEYS_PAGE = "Toetsen"


class Terminal:
    """A program in a pseudo-terminal of a size."""

    def __init__(self, columns: int, rows: int, *arguments: str) -> None:
        self.started_s = time.monotonic()
        self.pid, self._fd = pty.fork()
        if self.pid == 0:
            os.environ.update(TERM="xterm-256color", COLORTERM="truecolor")
            os.execv(sys.executable, [sys.executable, *arguments])
        fcntl.ioctl(self._fd, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        self.sent = 0

    def listen(self, seconds: float, until: str = "") -> bool:
        """Read what is drawn for so long, or until a text comes by."""
        end_s, seen = time.monotonic() + seconds, b""
        while (left_s := end_s - time.monotonic()) > 0:
            if select.select([self._fd], [], [], left_s)[0]:
                data = os.read(self._fd, 1 << 16)
                self.sent += len(data)
                seen = (seen + data)[-(1 << 16) :]
                if until and until.encode() in seen:
                    return True
        return not until

    def press(self, key: str) -> None:
        """Press a key."""
        os.write(self._fd, key.encode())

    def cpu_s(self) -> float:
        """Give the processor time of the program so far, its children apart."""
        fields = Path(f"/proc/{self.pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
        user, system = map(int, fields[11:13])
        return (user + system) / os.sysconf("SC_CLK_TCK")

    def close(self) -> None:
        """End the program."""
        os.kill(self.pid, signal.SIGTERM)
        os.waitpid(self.pid, 0)
        os.close(self._fd)


def measure(columns: int, rows: int, seconds: float, *options: str) -> str:
    """Start the demo, run its first scene, and give a line of the table."""
    with TemporaryDirectory() as folder:
        frames_file = Path(folder) / "frames"
        terminal = Terminal(columns, rows, "-m", "benchmarks.screen", "--child", str(frames_file), *options)
        try:
            if not terminal.listen(_FIRST_PAGE_TIMEOUT_S, FIRST_PAGE):
                return f"{columns}x{rows}: no first page"
            first_s = time.monotonic() - terminal.started_s
            terminal.listen(_READY_S)
            for _ in range(_PRESSES_TO_RUNNING):
                terminal.press(" ")
                if terminal.listen(2 * _READY_S, RUNNING):
                    break
            else:
                return f"{columns}x{rows}: nothing runs"
            terminal.listen(1.0)
            before_s, frames = terminal.cpu_s(), len(_times(frames_file))
            terminal.sent, start_s = 0, time.monotonic()
            terminal.listen(seconds)
            took_s = time.monotonic() - start_s
            cpu_s, drawn = terminal.cpu_s() - before_s, _times(frames_file)[frames:]
        finally:
            terminal.close()
    share, rate = 100 * cpu_s / took_s, len(drawn) / took_s
    longest_ms = 1000 * max(b - a for a, b in itertools.pairwise(drawn))
    sent = terminal.sent / took_s / 1000
    return f"{columns}x{rows:<6} {first_s:9.2f} {rate:10.1f} {longest_ms:10.0f} {share:9.0f} {sent:10.0f}"


def _times(file: Path) -> Sequence[float]:
    times = array("d")
    times.frombytes(file.read_bytes())
    return times


def keys_off_s(count: int) -> tuple[list[float], list[float]]:
    """Press so many keys while the screen is held up; give how far each time was off, and how late it was handled."""
    with TemporaryDirectory() as folder:
        keys_file = Path(folder) / "keys"
        terminal = Terminal(100, 30, "-m", "benchmarks.screen", "--child-keys", str(keys_file))
        pressed_s = []
        try:
            if not terminal.listen(_FIRST_PAGE_TIMEOUT_S, KEYS_PAGE):
                raise RuntimeError("no page")
            terminal.listen(_READY_S)
            for _ in range(count):
                pressed_s.append(time.monotonic())
                terminal.press(" ")
                terminal.listen(_BETWEEN_KEYS_S)
            terminal.listen(_READY_S)
            taken_s = _times(keys_file)
        finally:
            terminal.close()
    if len(taken_s) != 2 * count:
        raise RuntimeError(f"{len(taken_s) // 2} of {count} keys were taken")
    off_s, handled_s = ([at - pressed for at, pressed in zip(taken_s[k::2], pressed_s, strict=True)] for k in (0, 1))
    return off_s, handled_s


def keys_table(count: int) -> str:
    """Say how far keys were off, in a line for each way to take their time."""
    lines = []
    for what, late_s in zip(("their time off", "handled late"), keys_off_s(count), strict=True):
        by = f"median {1000 * statistics.median(late_s):.1f} ms, p95 {1000 * p95(late_s):.1f} ms"
        lines.append(f"{count} keys, {what} by: {by}, most {1000 * max(late_s):.1f} ms")
    return "\n".join(lines)


def p95(late_s: Sequence[float]) -> float:
    """Give the 95th percentile of how far off something was, to either side."""
    off_s = sorted(map(abs, late_s))
    return off_s[round(0.95 * (len(off_s) - 1))]


def child(frames_file: Path, *, analysing: bool) -> None:
    """Be the demo; add the time of each frame to the file."""
    from teststation.settings import Settings  # noqa: PLC0415 - the parent does not load the program
    from teststation.station import Analyst  # noqa: PLC0415
    from teststation.tui.app import run_demo  # noqa: PLC0415
    from teststation.tui.widgets.signal_plot import SignalPlot  # noqa: PLC0415

    draw = SignalPlot._draw  # noqa: SLF001 - what a frame costs is what is measured

    with frames_file.open("wb", buffering=0) as frames:

        def counted(plot: SignalPlot) -> list[object]:
            frames.write(struct.pack("d", time.monotonic()))
            return list(draw(plot))

        SignalPlot._draw = counted  # type: ignore[assignment,method-assign] # noqa: SLF001
        if analysing:
            warm = Analyst.warm

            def warmed(analyst: Analyst) -> None:
                warm(analyst)
                threading.Thread(target=_keep_busy, args=(analyst,), daemon=True).start()

            Analyst.warm = warmed  # type: ignore[assignment,method-assign]
        run_demo(Settings())


def _keep_busy(analyst: Analyst) -> None:
    """Analyse one recording after the other, as after a trial."""
    from teststation.formats import read  # noqa: PLC0415 - as above
    from teststation.model import TestName  # noqa: PLC0415
    from teststation.tests.base import Options  # noqa: PLC0415
    from teststation.tui.demo import TABLE_ENDING, recordings_folder, tapes  # noqa: PLC0415

    tape = next(tape for tape in tapes().values() if tape.test is TestName.GUG)
    recording = read(recordings_folder() / f"{tape.name}{TABLE_ENDING}")
    while True:
        analyst.submit(recording, TestName.GUG, Options()).result()


def child_keys(keys_file: Path) -> None:
    """Be a page that draws a signal, is held up, and adds the time of each go key to the file."""
    from teststation.settings import Settings  # noqa: PLC0415 - the parent does not load the program
    from teststation.tui.app import StationApp  # noqa: PLC0415
    from teststation.tui.demo import DemoBench  # noqa: PLC0415
    from teststation.tui.keys import Act, Offer, Press  # noqa: PLC0415
    from teststation.tui.screens.page import Page  # noqa: PLC0415

    class KeysPage(Page):
        def title_text(self) -> str:
            return KEYS_PAGE

        def offers(self) -> tuple[Offer, ...]:
            return (Offer(Act.GO),)

        def on_mount(self) -> None:
            super().on_mount()
            self.set_interval(_HELD_UP_EVERY_S, lambda: time.sleep(_HELD_UP_S))

        def act(self, press: Press) -> None:
            with keys_file.open("ab") as keys:
                keys.write(struct.pack("2d", press.at_s, time.monotonic()))

    settings = Settings()
    StationApp(DemoBench(settings), settings, KeysPage).run()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=10.0)
    parser.add_argument("--sizes", default="80x24,100x30,160x50")
    parser.add_argument("--analysing", action="store_true")
    parser.add_argument("--keys", type=int)
    parser.add_argument("--child", type=Path)
    parser.add_argument("--child-keys", type=Path)
    arguments = parser.parse_args()
    if arguments.child:
        child(arguments.child, analysing=arguments.analysing)
        return
    if arguments.child_keys:
        child_keys(arguments.child_keys)
        return
    if arguments.keys:
        print(keys_table(arguments.keys))
        return
    print(f"{'size':<9} {'first s':>9} {'frames/s':>10} {'longest ms':>10} {'% of core':>9} {'kB/s':>10}")
    for size in arguments.sizes.split(","):
        columns, rows = map(int, size.split("x"))
        print(measure(columns, rows, arguments.seconds, *["--analysing"] * arguments.analysing), flush=True)


if __name__ == "__main__":
    main()
