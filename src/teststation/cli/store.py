"""`teststation store`: make, look through, copy and put back what is kept, and erase a client from it."""

from __future__ import annotations

import sys
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from teststation import settings
from teststation.cli.speech import say, tr
from teststation.cli.unlocked import new_passphrase, passphrase_option, unlocked, with_opener
from teststation.model import TeststationError

if TYPE_CHECKING:
    from teststation.store import Verified
    from teststation.store.vault import Opener

NOT_WHOLE = 1


@click.group("store", help=tr("Beheert wat bewaard is: maken, nalopen, kopiëren, terugzetten, wissen."))
def command() -> None:
    """Choose what to do."""


@command.command("init", help=tr("Maakt het versleutelde gegevensbestand en toont de herstelcode, eenmalig."))
@click.option("--keyring", is_flag=True, help=tr("Laat ook de aanmelding op deze computer het bestand openen."))
@passphrase_option
def init(keyring: bool, passphrase_file: Path | None) -> None:
    """Make an encrypted store."""
    from teststation.store import Passphrase, remember_in_keyring, set_up_store  # noqa: PLC0415 - SQLAlchemy

    passphrase = new_passphrase(passphrase_file)
    code = set_up_store(_path(), passphrase)
    say(tr("{file}: gemaakt. Schrijf de herstelcode op papier; zij wordt nergens bewaard.", file=str(_path())))
    click.echo(code)
    if keyring:
        remember_in_keyring(_path(), Passphrase(passphrase))


@command.command("encrypt", help=tr("Versleutelt een gegevensbestand van een eerdere versie, en toont de herstelcode."))
@passphrase_option
def encrypt(passphrase_file: Path | None) -> None:
    """Encrypt a plain store."""
    from teststation.store import encrypt_store, new_code, plain_copies  # noqa: PLC0415 - SQLAlchemy

    code = new_code()
    encrypt_store(_path(), new_passphrase(passphrase_file), code)
    say(tr("{file}: versleuteld. Schrijf de herstelcode op papier; zij wordt nergens bewaard.", file=str(_path())))
    click.echo(code)
    for file in plain_copies(_path()):
        say(tr("leesbaar zoals het was: {file}; wis die zelf.", file=str(file)))


@command.command("passphrase", help=tr("Laat voortaan een andere wachtzin het gegevensbestand openen."))
@click.option(
    "--new-passphrase-file",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help=tr("Bestand met de nieuwe wachtzin; zonder wordt zij gevraagd."),
)
@passphrase_option
def passphrase(new_passphrase_file: Path | None, passphrase_file: Path | None) -> None:
    """Change the passphrase."""
    from teststation.store import Passphrase, change_passphrase, open_store  # noqa: PLC0415 - SQLAlchemy

    opener = with_opener(_path(), passphrase_file, _that_opens)
    if opener is None:
        raise TeststationError("store_not_encrypted")
    new = new_passphrase(new_passphrase_file)
    change_passphrase(_path(), opener, new)
    with open_store(_path(), Passphrase(new)) as store:
        store.note("changed_opener", "store", "", opener="passphrase").result()
    say(tr("{file}: opent met de nieuwe wachtzin.", file=str(_path())))


def _that_opens(opener: Opener | None) -> Opener | None:
    from teststation.store import check_opener  # noqa: PLC0415 - SQLAlchemy

    if opener is not None:
        check_opener(_path(), opener)
    return opener


@command.command("info", help=tr("Zegt waar het gegevensbestand is, wat erin zit en wanneer er een kopie is gemaakt."))
@passphrase_option
def info(passphrase_file: Path | None) -> None:
    """Say what there is."""
    with unlocked(passphrase_file) as store:
        backup = store.last_backup()
        click.echo(str(store.path))
        click.echo(tr("versleuteld") if store.encrypted else tr("niet versleuteld"))
        click.echo(tr("cliënten: {count}", count=len(store.clients())))
        click.echo(tr("bezoeken die niet zijn afgesloten: {count}", count=len(store.open_visits())))
        click.echo(tr("opnamen die niet zijn afgesloten: {count}", count=len(store.unfinished())))
        click.echo(tr("laatste reservekopie: {at}", at=tr("nog nooit") if backup is None else backup.at))


@command.command("verify", help=tr("Leest alles na, en zegt wat heel is en wat niet."))
@passphrase_option
@click.pass_context
def verify(ctx: click.Context, passphrase_file: Path | None) -> None:
    """Read everything."""
    with unlocked(passphrase_file) as store:
        found = store.verify()
    _tell(found)
    ctx.exit(NOT_WHOLE if found.problems else 0)


def _tell(found: Verified) -> None:
    from teststation.store.verifying import COUNTED  # noqa: PLC0415 - SQLAlchemy

    for name, count in found.counts.items():
        click.echo(f"{count:8d} {tr(COUNTED[name])}")
    click.echo(tr("laatste regel in het logboek: {number} {hash}", number=found.last_entry, hash=found.last_hash))
    for problem in found.problems:
        click.echo(tr.reason(problem))
    click.echo(tr("niet heel: {count}", count=len(found.problems)) if found.problems else tr("alles is heel"))


@command.command("backup", help=tr("Maakt een kopie die is nagelezen, met haar sleutels ernaast."))
@click.argument("path", type=click.Path(path_type=Path))
@click.option(
    "--backup-passphrase-file",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help=tr("Geef de kopie een eigen wachtzin, die in dit bestand staat."),
)
@passphrase_option
def backup(path: Path, backup_passphrase_file: Path | None, passphrase_file: Path | None) -> None:
    """Make a backup."""
    with unlocked(passphrase_file) as store:
        own = None if backup_passphrase_file is None else new_passphrase(backup_passphrase_file)
        store.back_up(path, own)
    say(tr("{file}: geschreven en nagelezen.", file=str(path)))


@command.command("restore", help=tr("Zet een reservekopie terug; wat er was blijft onder een andere naam bewaard."))
@click.argument("path", type=click.Path(path_type=Path))
@passphrase_option
def restore(path: Path, passphrase_file: Path | None) -> None:
    """Put a backup in the store's place."""
    from teststation.store import restore_store  # noqa: PLC0415 - SQLAlchemy

    aside = with_opener(path, passphrase_file, partial(restore_store, path, _path()))
    say(tr("{file}: teruggezet.", file=str(_path())))
    for file in aside:
        say(tr("wat er was: {file}", file=str(file)))


@command.command("erase", help=tr("Wist een cliënt met alles wat erbij hoort, voorgoed."))
@click.argument("code")
@click.option("--yes", is_flag=True, help=tr("Vraag niet nog eens, voor scripts."))
@passphrase_option
def erase(code: str, yes: bool, passphrase_file: Path | None) -> None:
    """Erase a client."""
    from teststation.store.scanning import NOT_CLEAN, SEARCHED  # noqa: PLC0415 - SQLAlchemy

    with unlocked(passphrase_file) as store:
        client = store.client(code)
        if not yes:
            if not sys.stdin.isatty():
                raise click.UsageError(tr("Wissen vraagt een bevestiging: geef --yes."))
            question = tr("Wis {client} met {count} bezoeken, voorgoed?", client=code, count=len(store.visits(code)))
            click.confirm(question, abort=True, err=True)
        traces = store.traces(client.code)
        backups = store.erase_client(client.code).result()
        clean = not store.holds(traces)
    say(tr("{client}: gewist.", client=code))
    say(tr(SEARCHED if clean else NOT_CLEAN))
    for file in backups:
        say(tr("staat nog in de reservekopie {file}; wis die zelf.", file=str(file)))


def _path() -> Path:
    return settings.home() / "store.db"
