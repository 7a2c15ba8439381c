"""`teststation doctor`: what this machine has and lacks, a line each, with what to do."""

from __future__ import annotations

import asyncio
import os
import shutil
import sys
from datetime import UTC, datetime

import click

from teststation import clock, settings
from teststation.cli import machine
from teststation.cli.machine import Line, Verdict
from teststation.cli.speech import tr

FAULTY = 1
"""Exit status where something does not work."""


@click.command("doctor", help=tr("Kijkt na of deze computer geschikt is, en zegt wat te doen."))
@click.pass_context
def command(ctx: click.Context) -> None:
    """Check everything, write a line for each, and end with 1 where something does not work."""
    lines = [
        *_bluetooth(),
        _sensor(),
        *_settings(),
        *machine.terminal(
            is_terminal=sys.stdout.isatty(),
            size=shutil.get_terminal_size(),
            encoding=sys.stdout.encoding,
            environment=os.environ,
            platform=sys.platform,
        ),
        machine.sound(sys.platform),
        machine.disk(settings.home()),
        machine.clock(clock.now),
        _rules(),
        machine.store(settings.home() / "store.db"),
    ]
    wide = max(len(line.name) for line in lines)
    for line in lines:
        click.echo(f"{line.verdict:<5}  {line.name:<{wide}}  {line.text}")
    ctx.exit(FAULTY if any(line.verdict is Verdict.FAULT for line in lines) else 0)


def _rules() -> Line:
    from teststation.guideline.hand_edits import what_is_off  # noqa: PLC0415 - reads every rule file

    return machine.rules([tr.reason(each.reason) for each in what_is_off()])


def _bluetooth() -> list[Line]:
    from teststation.sensors.adapter import bluetooth_faults  # noqa: PLC0415 - loads bleak

    return machine.bluetooth(asyncio.run(bluetooth_faults()))


def _settings() -> list[Line]:
    file = settings.settings_file()
    wrong = (tr.reason(each) for each in settings.look(file)[1])
    return [Line(tr("instellingen"), Verdict.FAULT, f"{file}: {text}") for text in wrong]


def _sensor() -> Line:
    from teststation.sensors.calibrations import calibration_of  # noqa: PLC0415 - loads NumPy

    chosen = settings.read_settings(settings.settings_file()).sensor
    if chosen is None:
        return machine.calibration(None, None, datetime.now(UTC))
    known = calibration_of(settings.sensors_folder(), chosen.driver, chosen.serial)
    measured_at = None if known is None else known.measured_at
    return machine.calibration(chosen.name, measured_at, datetime.now(UTC))
