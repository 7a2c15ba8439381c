"""`teststation import`: what another station exported."""

from __future__ import annotations

from pathlib import Path

import click

from teststation.cli.speech import say, tr
from teststation.cli.unlocked import passphrase_option, unlocked
from teststation.model import TeststationError


@click.group("import", help=tr("Voert in wat een ander station heeft uitgevoerd."))
def command() -> None:
    """Choose a form."""


@command.command("bids", help=tr("Cliënten met al hun metingen uit een map die `teststation export bids` schreef."))
@click.argument("path", type=click.Path(path_type=Path))
@click.option(
    "--add-visits",
    is_flag=True,
    help=tr("Voeg nieuwe bezoeken toe aan cliënten die er al zijn, als verder alles gelijk is."),
)
@passphrase_option
def bids(path: Path, add_visits: bool, passphrase_file: Path | None) -> None:
    """Read all of a tree first, and only then write; a client who is there with other data is a question."""
    from teststation.store.importing import arrivals, take  # noqa: PLC0415 - NumPy, SQLAlchemy

    with unlocked(passphrase_file) as store:
        conflicts = [
            (arrival.coming.code, arrival.meeting.told)
            for arrival in arrivals(store, path)
            if arrival.meeting is not None and (arrival.contradicts or (arrival.brings and not add_visits))
        ]
        for code, told in conflicts[:-1]:
            say(tr("{client}: {what}", client=code, what=told))
        if conflicts:
            code, told = conflicts[-1]
            raise TeststationError("import_client_differs", client=code, what=told)
        taken = take(store, path, add_visits=add_visits)
    say(tr("ingevoerd: nieuwe cliënten {new}, bezoeken erbij {more}.", new=taken.clients, more=taken.visits))
