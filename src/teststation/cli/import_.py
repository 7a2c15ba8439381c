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
    from teststation.formats.bids_import import read_tree  # noqa: PLC0415 - NumPy
    from teststation.formats.meeting import meet  # noqa: PLC0415

    with unlocked(passphrase_file) as store:
        known = {client.code for client in store.clients()}
        conflicts = []
        for dossier in read_tree(path):
            if dossier.client.code in known:
                meeting = meet(store.dossier(dossier.client.code), dossier)
                if meeting.contradicts or (meeting.brings and not add_visits):
                    conflicts.append((dossier.client.code, meeting.told))
        for code, told in conflicts[:-1]:
            say(tr("{client}: {what}", client=code, what=told))
        if conflicts:
            code, told = conflicts[-1]
            raise TeststationError("import_client_differs", client=code, what=told)
        new = more = 0
        for dossier in read_tree(path):
            if dossier.client.code not in known:
                store.add_dossier(dossier).result()
                new += 1
                continue
            meeting = meet(store.dossier(dossier.client.code), dossier)
            if meeting.brings:
                store.add_visits(dossier.client.code, meeting.new, meeting.consents).result()
                more += len(meeting.new)
    say(tr("ingevoerd: nieuwe cliënten {new}, bezoeken erbij {more}.", new=new, more=more))
