"""`teststation record`: one trial without a screen, kept like every other, that stops by itself."""

from __future__ import annotations

import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

import click

from teststation import settings
from teststation.boundary import client_code
from teststation.cli.speech import say, tr
from teststation.cli.unlocked import passphrase_option, unlocked
from teststation.clock import Clock, HostClock, now
from teststation.i18n import N_
from teststation.i18n.texts import REASONS
from teststation.model import Client, Outcome, Reason, TestName, TeststationError, Visit

if TYPE_CHECKING:
    from teststation.sensors.base import Sensor
    from teststation.station import Snapshot, TrialRun
    from teststation.store import Block, Store
    from teststation.tests.base import Options

_POLL_S = 0.05
_RETRY_S = 0.5
_SOUGHT_S = 20.0
_REST_S = 2.0
_FEW = 30
"""So many samples say that a sensor streams."""
_LONGEST_S = 3600.0
_NOT_KEPT = N_("nog niet bewaard: {why}")


@click.command("record", help=tr("Neemt één meting op zonder scherm; zij stopt vanzelf. Ctrl-C stopt haar eerder."))
@click.option("--test", required=True, type=click.Choice([test.value for test in TestName]), help=tr("Welke test."))
@click.option("--client", "typed", required=True, metavar="CODE", help=tr("Van welke cliënt; een nieuwe komt erbij."))
@click.option("--sensor", "serial", metavar="SERIAL", help=tr("Met deze sensor [zoals in het station gekozen]."))
@click.option(
    "--replay",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help=tr("Speel een opname af alsof een sensor haar zendt."),
)
@click.option("--speed", type=click.FloatRange(0.1, 100.0), default=1.0, help=tr("Zo veel keer zo snel, bij --replay."))
@click.option(
    "--stop-after", type=click.FloatRange(0.5, _LONGEST_S), metavar="S", help=tr("Stop zo lang na het begin.")
)
@passphrase_option
def command(
    *,
    test: str,
    typed: str,
    serial: str | None,
    replay: Path | None,
    speed: float,
    stop_after: float | None,
    passphrase_file: Path | None,
) -> None:
    """Record one trial."""
    if serial is not None and replay is not None:
        raise click.UsageError(tr("Geef --sensor of --replay, niet allebei."))
    code = client_code(typed)
    if code is None:
        raise click.BadParameter(tr(REASONS["not_a_code"]), param_hint="--client")
    from teststation.tests.base import options_of  # noqa: PLC0415 - NumPy

    chosen, wrong = settings.look(settings.settings_file())
    for each in wrong:  # a trial is done by them: the course, the number of stands
        say(f"{settings.settings_file()}: {tr.reason(Reason(each.code, each.params))}")
    clock, sensor = _live(serial, chosen) if replay is None else _played(replay, speed)
    with unlocked(passphrase_file) as store:
        client = next((one for one in store.clients() if one.code == code), None) or Client(code=code)
        from teststation.station import conclude  # noqa: PLC0415 - NumPy

        options = options_of(chosen)
        with _trial(store, client, TestName(test), options=options, clock=clock, sensor=sensor) as (visit, run):
            interrupted = _goes(run, clock, stop_after)
            trial = run.wait()
            assert trial is not None
            result, _ = conclude(client, visit, [trial], options, store)
            _until_kept(store)
        headline = result.measures[0] if result.measures else None
        if headline is None:
            say(tr("{client}: bewaard, zonder tijd", client=code))
        else:
            took = f"{tr.number(headline.value, 2)} {headline.unit}"
            say(tr("{client}: bewaard, {measure} {took}", client=code, measure=headline.name, took=took))
    if interrupted:
        raise KeyboardInterrupt


def _played(file: Path, speed: float) -> tuple[Clock, Sensor]:
    from teststation.formats import read  # noqa: PLC0415 - NumPy
    from teststation.sensors.replay import PlayClock, Replay  # noqa: PLC0415 - NumPy

    recording, clock = read(file), PlayClock(speed)
    return clock, Replay(recording, clock=clock)


def _live(serial: str | None, chosen: settings.Settings) -> tuple[Clock, Sensor]:
    from teststation.sensors.calibrations import calibration_of  # noqa: PLC0415 - NumPy
    from teststation.sensors.link import Choice, LiveSensor  # noqa: PLC0415 - bleak

    if serial is None and chosen.sensor is not None:
        serial = chosen.sensor.serial
    folder = settings.sensors_folder()
    return HostClock(), LiveSensor(
        Choice(serial=serial), known=lambda info: calibration_of(folder, info.driver, info.serial)
    )


@contextmanager
def _trial(
    store: Store, client: Client, test: TestName, *, options: Options, clock: Clock, sensor: Sensor
) -> Iterator[tuple[Visit, TrialRun]]:
    """Begin a visit with one trial, and end it."""
    from teststation.station import Analyst, TrialRun  # noqa: PLC0415 - NumPy

    analyst = Analyst()
    try:
        analyst.warm()
        if client not in store.clients():
            store.add_client(client).result()
        visit = store.begin_visit(client.code).result()
        run = TrialRun(
            visit,
            test,
            1,
            options=options,
            sensor=sensor,
            store=store,
            analyst=analyst,
            clock=clock,
            on_block=_Told(),
        )
        try:
            yield visit, run
        finally:
            run.close()
            store.end_visit(visit.id).result()
    finally:
        analyst.close()


def _goes(run: TrialRun, clock: Clock, stop_after_s: float | None) -> bool:
    """Cue, and wait for the end; tell whether it was interrupted, which is a stop by hand."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    run.connect()
    _until(run, lambda shown: shown.link.value == "streaming" and len(run.tail(_REST_S)[0]) > _FEW, _SOUGHT_S)
    click.echo(run.id)
    run.arm()
    run.go(clock.now())
    interrupted = False
    told: Reason | None = None
    while True:
        try:
            shown = run.snapshot()
            if shown.trouble != told:
                told = shown.trouble
                if told is not None:
                    say(tr(_NOT_KEPT, why=tr.reason(told)))
            if shown.state.value == "done":
                return interrupted
            longest_s = _LONGEST_S if stop_after_s is None else stop_after_s
            if shown.state.value == "running" and (interrupted or (shown.elapsed_s or 0.0) >= longest_s):
                run.end(Outcome.DONE)
            time.sleep(_POLL_S)
        except KeyboardInterrupt:
            if interrupted:
                raise
            interrupted = True


def _until(run: TrialRun, there: Callable[[Snapshot], bool], longest_s: float) -> None:
    give_up_s = now() + longest_s
    while not there(run.snapshot()):
        if now() > give_up_s:
            raise TeststationError("record_no_sensor", seconds=longest_s)
        time.sleep(_POLL_S)


def _until_kept(store: Store) -> None:
    """Wait until the disk has taken all of it; who gives that up is told so when the store closes."""
    if store.trouble is not None:
        say(tr("wacht tot de schijf alles bewaard heeft; Ctrl-C geeft het op"))
    while store.trouble is not None:
        time.sleep(_RETRY_S)
        with suppress(TeststationError):
            store.retry().result()


class _Told:
    """Says of each block what is promised: so much is on the disk."""

    def __init__(self) -> None:
        self._first_s: float | None = None

    def __call__(self, block: Block) -> None:
        if self._first_s is None:
            self._first_s = block.first_s
        click.echo(f"block {block.number} {block.last_s - self._first_s:.2f} s")
