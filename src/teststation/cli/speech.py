"""What the command line says: English, one line at a time, on standard error."""

from __future__ import annotations

import click

from teststation.boundary import shown
from teststation.i18n import Translator

tr = Translator("en")


def say(line: str) -> None:
    """Write a line to the person at the terminal."""
    click.echo(f"teststation: {shown(line)}", err=True)
