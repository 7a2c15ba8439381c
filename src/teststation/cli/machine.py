"""What a machine must have for the station: each check looks at one thing, and says what to do."""

from __future__ import annotations

import enum
import shutil
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import msgspec

from teststation.cli.speech import tr
from teststation.model import Reason

COLUMNS, ROWS = 80, 24
_WANTED_ROWS = 30
LITTLE_BYTES, LEAST_BYTES = 1_000_000_000, 200_000_000
"""A visit is some 5 MB; the rest is for copies, and for a system that does not like a full disk."""
COARSE_S, TOO_COARSE_S = 1e-3, 1e-2
"""Steps of the clock: a thousandth is far below what a hand can do, a hundredth is seen in a walk's time."""
CALIBRATED_FOR = timedelta(days=31)
_SLOW_SOURCES = ("acpi_pm", "jiffies", "hpet")
_POLLS = 20000


class Verdict(enum.StrEnum):
    """How a check ended: the station works, works with less, or does not."""

    OK = "ok"
    NOTE = "note"
    FAULT = "fault"


class Line(msgspec.Struct, frozen=True):
    """What a check found.

    Parameters
    ----------
    text : what there is, and what to do where that is not enough
    """

    name: str
    verdict: Verdict
    text: str


def bluetooth(faults: tuple[Reason, ...]) -> list[Line]:
    """Pass on what the sensors' room found out."""
    name = tr("bluetooth")
    if not faults:
        return [Line(name, Verdict.OK, tr("er kan naar sensoren worden geluisterd"))]
    return [Line(name, Verdict.FAULT, tr.reason(fault)) for fault in faults]


def terminal(
    *, is_terminal: bool, size: tuple[int, int], encoding: str, environment: Mapping[str, str], platform: str
) -> list[Line]:
    """Look at the size, the colours and the letters of the terminal.

    Parameters
    ----------
    size : columns, rows
    encoding : of what is written
    platform : as `sys.platform`
    """
    name = tr("terminal")
    if not is_terminal:
        return [
            Line(
                name,
                Verdict.NOTE,
                tr("dit gaat niet naar een terminal: geef de opdracht in het venster dat u gebruikt"),
            )
        ]
    columns, rows = size
    wide = tr("{columns} × {rows} tekens", columns=columns, rows=rows)
    if columns < COLUMNS or rows < ROWS:
        advice = tr("maak het venster groter of de letters kleiner, tot 80 × 24")
        lines = [Line(name, Verdict.FAULT, f"{wide}: {advice}")]
    elif rows < _WANTED_ROWS:
        lines = [Line(name, Verdict.OK, f"{wide}; {tr('met 30 regels is er meer te zien')}")]
    else:
        lines = [Line(name, Verdict.OK, wide)]
    return [*lines, _colours(environment, platform), _letters(encoding)]


def _colours(environment: Mapping[str, str], platform: str) -> Line:
    name, kind = tr("kleuren"), environment.get("TERM", "")
    if "NO_COLOR" in environment:
        return Line(
            name, Verdict.NOTE, tr("NO_COLOR staat aan: alles staat er ook in woorden, maar zet het liever uit")
        )
    if environment.get("COLORTERM", "") in ("truecolor", "24bit") or "WT_SESSION" in environment:
        return Line(name, Verdict.OK, tr("alle"))
    if platform == "win32":
        return Line(
            name, Verdict.NOTE, tr("gebruik Windows Terminal: dit oude venster toont kleuren en blokken slecht")
        )
    if "256color" in kind or "direct" in kind:
        return Line(name, Verdict.OK, tr("256"))
    if kind in ("", "dumb"):
        return Line(name, Verdict.FAULT, tr("dit venster kan geen schermen tonen (TERM): gebruik een andere terminal"))
    return Line(
        name, Verdict.NOTE, tr("16 of minder (TERM={kind}): een andere terminal toont meer verschil", kind=kind)
    )


def _letters(encoding: str) -> Line:
    name = tr("letters")
    if encoding.lower().replace("-", "").replace("_", "") == "utf8":
        return Line(name, Verdict.OK, "UTF-8")
    advice = tr("{encoding}: zet de taal op UTF-8 (LANG=nl_NL.UTF-8; in Windows: chcp 65001)", encoding=encoding)
    return Line(name, Verdict.FAULT, advice)


def sound(platform: str, root: Path = Path("/")) -> Line:
    """Look whether there is anything to sound by; the station needs none, as the cue is the therapist's own."""
    name = tr("geluid")
    cards = root / "proc/asound/cards"
    try:
        silent = platform == "linux" and "[" not in cards.read_text("utf-8")
    except OSError:
        silent = True
    if silent:
        return Line(name, Verdict.NOTE, tr("geen geluidskaart: nodig is hij niet, u zegt zelf ‘ja’"))
    return Line(name, Verdict.OK, tr("er is een geluidskaart"))


def disk(folder: Path) -> Line:
    """Look how much room there is where the store is, or will be."""
    name, there = tr("schijf"), next(each for each in (folder, *folder.parents) if each.exists())
    free = shutil.disk_usage(there).free
    room = tr("{free} GB vrij", free=round(free / 1e9, 1))
    if free < LEAST_BYTES:
        return Line(name, Verdict.FAULT, f"{room}: {tr('maak ruimte, anders kan een meting niet worden bewaard')}")
    if free < LITTLE_BYTES:
        return Line(name, Verdict.NOTE, f"{room}: {tr('maak binnenkort ruimte')}")
    return Line(name, Verdict.OK, room)


def clock(now: Callable[[], float], root: Path = Path("/")) -> Line:
    """Look how fine the clock is that keys and samples share."""
    name = tr("klok")
    polled = [now() for _ in range(_POLLS)]
    steps = [later - sooner for sooner, later in pairwise(polled)]
    if min(steps) < 0.0:
        return Line(name, Verdict.FAULT, tr("loopt terug: meet niet op deze computer"))
    step_s = min((step for step in steps if step > 0.0), default=float("inf"))
    source = _clock_source(root)
    fine = tr("stappen van {step} µs{source}", step=round(1e6 * step_s, 2), source=source and f", {source}")
    if step_s > TOO_COARSE_S:
        return Line(name, Verdict.FAULT, f"{fine}: {tr('te grof; meet niet op deze computer')}")
    if step_s > COARSE_S or source in _SLOW_SOURCES:
        return Line(name, Verdict.NOTE, f"{fine}: {tr('trager dan gewoon; werk het systeem bij')}")
    return Line(name, Verdict.OK, fine)


def _clock_source(root: Path) -> str:
    file = root / "sys/devices/system/clocksource/clocksource0/current_clocksource"
    try:
        return file.read_text("utf-8").strip()
    except OSError:
        return time.get_clock_info("perf_counter").implementation if not root.joinpath("proc").exists() else ""


def rules(off: Sequence[str]) -> Line:
    """Tell which clinical rules were edited by hand and are off, and why."""
    return Line(tr("regels"), Verdict.FAULT if off else Verdict.OK, " ".join(off) or tr("alle regels zijn in orde"))


def store(file: Path) -> Line:
    """Look whether the store is there and can be written, without opening it."""
    name = tr("opslag")
    log = file.with_name(f"{file.name}-wal")
    if not file.exists() and log.exists():
        return Line(
            name,
            Verdict.FAULT,
            tr("{file} is weg, {log} is er nog: zet een reservekopie terug", file=str(file), log=log.name),
        )
    folder = next(each for each in (file.parent, *file.parent.parents) if each.exists())
    try:
        probe = folder / ".teststation-doctor"
        probe.touch()
        probe.unlink()
        if file.exists():
            file.open("r+b").close()
    except OSError as error:
        detail = error.strerror or ""
        return Line(
            name,
            Verdict.FAULT,
            tr("{file} kan niet worden geschreven ({detail}): geef uzelf dat recht", file=str(file), detail=detail),
        )
    if not file.exists():
        return Line(
            name, Verdict.OK, tr("nog geen; wordt bij de eerste start gemaakt in {folder}", folder=str(file.parent))
        )
    return Line(name, Verdict.OK, tr("{file}, {size} MB", file=str(file), size=round(file.stat().st_size / 1e6, 1)))


def calibration(sensor: str | None, measured_at: str | None, now: datetime) -> Line:
    """Look how long ago the sensor of the practice was calibrated.

    Parameters
    ----------
    sensor : its name; None where none was ever used
    measured_at : UTC, ISO 8601; None is never
    """
    name = tr("sensor")
    if sensor is None:
        return Line(name, Verdict.OK, tr("nog geen gebruikt"))
    if measured_at is None:
        return Line(name, Verdict.NOTE, tr("{sensor}, nooit geijkt: teststation calibrate", sensor=sensor))
    day = datetime.fromisoformat(measured_at).astimezone(UTC)
    said = tr("{sensor}, geijkt op {day}", sensor=sensor, day=f"{day:%Y-%m-%d}")
    if now - day > CALIBRATED_FOR:
        return Line(name, Verdict.NOTE, f"{said}: {tr('doe het elke maand (teststation calibrate)')}")
    return Line(name, Verdict.OK, said)
