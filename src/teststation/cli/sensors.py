"""`teststation sensors`: which sensors are within reach, and how they are."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import click

from teststation.cli.speech import say, tr
from teststation.model import TeststationError

if TYPE_CHECKING:
    from teststation.sensors.survey import Surveyed

_NONE = "–"


@click.command("sensors", help=tr("Zoekt sensoren en toont ze met batterij, sterkte en serienummer."))
@click.option("--simulate", is_flag=True, help=tr("Met sensoren die er niet zijn, over een nagebootste radio."))
@click.option(
    "--seconds",
    type=click.FloatRange(0.5, 120.0),
    default=5.0,
    show_default=True,
    help=tr("Zo lang wordt er geluisterd."),
)
def command(*, simulate: bool, seconds: float) -> None:
    """List the sensors, or say what to do where there are none."""
    say(tr("luistert {seconds} s …", seconds=seconds))
    found = asyncio.run(_simulated(seconds) if simulate else _real(seconds))
    if not found:
        say(tr("geen sensor gehoord: zet er een aan, dichtbij, en kijk of geen ander programma ermee verbonden is."))
        return
    click.echo(_table(found))
    for one in found:
        if one.trouble is not None:
            say(tr.reason(one.trouble))


async def _real(seconds: float) -> tuple[Surveyed, ...]:
    from teststation.sensors.survey import survey  # noqa: PLC0415 - loads bleak

    return await survey(seconds=seconds)


async def _simulated(seconds: float) -> tuple[Surveyed, ...]:
    try:
        from teststation.sensors.virtual import stage  # noqa: PLC0415 - an extra, and slow to load
    except ModuleNotFoundError as error:
        raise TeststationError("no_virtual_sensors") from error
    from teststation.sensors.survey import survey  # noqa: PLC0415 - loads bleak

    async with stage.one_of_each() as room:
        radio = room.radio()
        return await survey(lambda: (radio,), seconds)


def _table(found: tuple[Surveyed, ...]) -> str:
    """Write a line for each sensor, within 80 columns, and beneath it what it is to a computer."""
    heads = (tr("naam"), tr("batterij"), tr("sterkte"), tr("serienummer"))
    rows = [heads, *(_row(one) for one in found)]
    wide = [max(len(row[i]) for row in rows) for i in range(len(heads))]
    lines = ["  ".join(f"{cell:<{w}}" for cell, w in zip(row, wide, strict=True)).rstrip() for row in rows]
    beneath = ["", *(f"\n    {one.model} · {one.driver} · {one.heard.address}" for one in found)]
    return "\n".join(line + under for line, under in zip(lines, beneath, strict=True))


def _row(one: Surveyed) -> tuple[str, ...]:
    heard = one.heard
    return (
        heard.name or _NONE,
        _NONE if one.battery is None else f"{one.battery} %",
        _NONE if heard.rssi_dbm is None else f"{heard.rssi_dbm} dBm",
        one.serial or _NONE,
    )
