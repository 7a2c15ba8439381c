"""What the running screen costs, and how soon the first page is there: the real demo in a pseudo-terminal.

    python -m benchmarks.screen [--seconds 10] [--sizes 80x24,100x30,160x50]

Prints, for each size, the time from start to the first page, the frames drawn per second, the share of one core that
the screen's own process took (the analyst's process apart) and what it sent to the terminal. Linux only.
"""

from __future__ import annotations

import argparse
import fcntl
import os
import pty
import select
import signal
import struct
import sys
import termios
import time
from pathlib import Path
from tempfile import TemporaryDirectory

FIRST_PAGE = "Rondleiding"
_FIRST_PAGE_TIMEOUT_S = 20.0
_READY_S = 2.5


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


def measure(columns: int, rows: int, seconds: float) -> str:
    """Start the demo, run its first scene, and give a line of the table."""
    with TemporaryDirectory() as folder:
        frames_file = Path(folder) / "frames"
        terminal = Terminal(columns, rows, "-m", "benchmarks.screen", "--child", str(frames_file))
        try:
            if not terminal.listen(_FIRST_PAGE_TIMEOUT_S, FIRST_PAGE):
                return f"{columns}x{rows}: no first page"
            first_s = time.monotonic() - terminal.started_s
            terminal.listen(_READY_S)
            terminal.press(" ")
            terminal.listen(_READY_S)
            terminal.press(" ")
            terminal.listen(1.0)
            before_s, frames = terminal.cpu_s(), frames_file.stat().st_size
            terminal.sent, start_s = 0, time.monotonic()
            terminal.listen(seconds)
            took_s = time.monotonic() - start_s
            cpu_s, drawn = terminal.cpu_s() - before_s, frames_file.stat().st_size - frames
        finally:
            terminal.close()
    share, rate = 100 * cpu_s / took_s, drawn / took_s
    return f"{columns}x{rows:<6} {first_s:9.2f} {rate:10.1f} {share:9.0f} {terminal.sent / took_s / 1000:10.0f}"


def child(frames_file: Path) -> None:
    """Be the demo; add a byte to the file for each frame."""
    from teststation.settings import Settings  # noqa: PLC0415 - the parent does not load the program
    from teststation.tui.app import run_demo  # noqa: PLC0415
    from teststation.tui.widgets.signal_plot import SignalPlot  # noqa: PLC0415

    draw = SignalPlot._draw  # noqa: SLF001 - what a frame costs is what is measured

    with frames_file.open("wb", buffering=0) as frames:

        def counted(plot: SignalPlot) -> list[object]:
            frames.write(b".")
            return list(draw(plot))

        SignalPlot._draw = counted  # type: ignore[assignment,method-assign] # noqa: SLF001
        run_demo(Settings())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=10.0)
    parser.add_argument("--sizes", default="80x24,100x30,160x50")
    parser.add_argument("--child", type=Path)
    arguments = parser.parse_args()
    if arguments.child:
        child(arguments.child)
        return
    print(f"{'size':<9} {'first s':>9} {'frames/s':>10} {'% of core':>9} {'kB/s':>10}")
    for size in arguments.sizes.split(","):
        columns, rows = map(int, size.split("x"))
        print(measure(columns, rows, arguments.seconds), flush=True)


if __name__ == "__main__":
    main()
