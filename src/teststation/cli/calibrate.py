"""`teststation calibrate`: the calibration of the sensor and of the keyboard against it."""

from __future__ import annotations

from collections.abc import Callable

import click

from teststation.cli.speech import tr


@click.command("calibrate", help=tr("IJkt de sensor: stil liggen, zes standen, zitten en staan, spatiebalk."))
@click.option("--language", type=click.Choice(["nl", "en"]), help=tr("Taal van de schermen."))
@click.pass_obj
def command(open_screens: Callable[..., None], language: str | None) -> None:
    """Open the page of the calibration."""
    open_screens(calibrate=True, language=language)
