"""`teststation analyse`: recordings on disk to results, as a table or as the lines that CONTRACTS promises."""

from __future__ import annotations

import math
from collections.abc import Callable, Generator, Sequence
from contextlib import closing, suppress
from functools import partial
from pathlib import Path
from typing import IO

import click
import msgspec

from teststation import formats
from teststation.analyse import Report, analyse, to_json
from teststation.boundary import shown
from teststation.cli.fault import log_trace
from teststation.cli.pool import in_order
from teststation.cli.speech import say, tr
from teststation.cli.table import table
from teststation.formats import Refused, Units
from teststation.log import trace
from teststation.model import Placement, TestName, TeststationError
from teststation.tests.base import Options

_AUTO = "auto"
_LONGEST_WALK_M = 1000.0


class Fault(msgspec.Struct, frozen=True):
    """An error of our own in one recording."""

    recording: str
    trace: str


Outcome = Report | Refused | Fault


def _units(value: str) -> Units:
    try:
        return Units.parse(value)
    except ValueError as error:
        raise click.BadParameter(tr("“{value}” is geen paar eenheden zoals g,deg/s.", value=value)) from error


def _metres(value: str | float) -> float:
    try:
        metres = float(value)
    except ValueError:
        metres = math.nan
    if not 0 < metres <= _LONGEST_WALK_M:
        raise click.BadParameter(tr("“{value}” is geen lengte in meters.", value=str(value)))
    return metres


@click.command("analyse", help=tr("Analyseert opnamen: wat gebeurde er en wanneer, en wat zegt de richtlijn ervan."))
@click.argument("paths", metavar="PATH…", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option(
    "--test",
    type=click.Choice([*(test.value for test in TestName), _AUTO]),
    default=_AUTO,
    show_default=True,
    help=tr("Welke test de opname bevat."),
)
@click.option(
    "--placement",
    type=click.Choice([*(placement.value for placement in Placement), _AUTO]),
    default=_AUTO,
    show_default=True,
    help=tr("Waar de sensor zat; gaat voor wat bij de opname staat."),
)
@click.option(
    "--course-m",
    type=_metres,
    metavar="M",
    default=Options().course_m,
    show_default=True,
    help=tr("Getimede lengte van de looptest, in meters."),
)
@click.option("--walked-m", type=_metres, metavar="M", help=tr("Hele weg van stilstand tot stilstand, in meters."))
@click.option("--stands", type=click.Choice(["5", "10"]), help=tr("Stoeltest op aantal keer opstaan [standaard 5]."))
@click.option("--seconds", type=click.Choice(["30"]), help=tr("Stoeltest op tijd in plaats van op aantal."))
@click.option("--units", type=_units, metavar="ACC,GYR", help=tr("Eenheden in het bestand, zoals g,deg/s."))
@click.option(
    "--format",
    "form",
    type=click.Choice(["table", "jsonl"]),
    default="table",
    show_default=True,
    help=tr("Tabel om te lezen, of een regel JSON per opname."),
)
@click.option("--out", type=click.File("wb", lazy=False), default="-", help=tr("Bestand in plaats van het scherm."))
@click.option(
    "--jobs",
    type=click.IntRange(min=1, max=256),
    default=1,
    show_default=True,
    help=tr("Aantal opnamen tegelijk."),
)
@click.pass_context
def command(
    ctx: click.Context,
    *,
    paths: Sequence[Path],
    test: str,
    placement: str,
    course_m: float,
    walked_m: float | None,
    stands: str | None,
    seconds: str | None,
    units: Units | None,
    form: str,
    out: IO[bytes],
    jobs: int,
) -> None:
    """Analyse recordings, say what is wrong with those that are refused, and end with the worst that happened."""
    if stands and seconds:
        raise click.UsageError(tr("--stands en --seconds gaan niet samen."))
    options = Options(
        placement=None if placement == _AUTO else Placement(placement),
        course_m=course_m,
        walked_m=walked_m,
        stands=int(stands) if stands else Options().stands,
        seconds=float(seconds) if seconds else None,
    )
    task = partial(
        examine,
        test=None if test == _AUTO else TestName(test),
        options=options,
        units=units,
        # A program can tell the sources apart by the rule's id; a reader is shown the guideline's.
        context=form == "jsonl",
    )
    write = to_json if form == "jsonl" else table
    refused = faulty = False
    with closing(_outcomes(paths, task, jobs)) as outcomes:
        for outcome in outcomes:
            match outcome:
                case Report():
                    _write(out, write(outcome, tr) + b"\n")
                case Refused():
                    refused = True
                    say(tr.reason(outcome.reason))
                case Fault():
                    faulty = True
                    say(f"{shown(outcome.recording)}: {log_trace(outcome.trace)}")
    ctx.exit(1 if faulty else 2 if refused else 0)


def examine(path: Path, *, test: TestName | None, options: Options, units: Units | None, context: bool) -> Outcome:
    """Read, analyse and judge one recording; whatever happens, there is an answer."""
    try:
        return analyse(formats.read(path, units), test, options, context=context)
    except Refused as refused:
        return refused
    except Exception as error:  # noqa: BLE001 - a fault in one recording must not stop the others
        return Fault(str(path), trace(error))


def _write(out: IO[bytes], line: bytes) -> None:
    try:
        out.write(line)
        out.flush()
    except OSError as error:
        with suppress(OSError):
            out.close()  # or what is left in its buffer would be tried once more at the end, and complained of
        if isinstance(error, BrokenPipeError):
            raise
        raise TeststationError("unwritable", file=out.name, detail=error.strerror or "") from error


def _outcomes(paths: Sequence[Path], task: Callable[[Path], Outcome], jobs: int) -> Generator[Outcome]:
    inputs: list[Path | Refused] = []
    for path in paths:
        try:
            inputs += formats.find(path)
        except Refused as refused:
            inputs.append(refused)
    files = [each for each in inputs if isinstance(each, Path)]
    with closing(in_order(task, files, jobs, _process_died)) as answers:
        for each in inputs:
            yield each if isinstance(each, Refused) else next(answers)


def _process_died(path: Path) -> Fault:
    return Fault(str(path), "the process died")
