"""`teststation demo`: the station on recorded signals."""

from __future__ import annotations

from collections.abc import Callable

import click

from teststation.cli.speech import tr


@click.command("demo", help=tr("Opent het station met opgenomen signalen: zonder sensor, met een tijdelijk bestand."))
@click.option("--language", type=click.Choice(["nl", "en"]), help=tr("Taal van de schermen."))
@click.option("--ble", is_flag=True, help=tr("Met een nagebootste sensor, over een nagebootste radio."))
@click.pass_obj
def command(open_screens: Callable[..., None], language: str | None, *, ble: bool) -> None:
    """Open the station in simulation mode."""
    open_screens(demo=True, language=language, **({"ble": True} if ble else {}))
