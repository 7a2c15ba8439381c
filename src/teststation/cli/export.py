"""`teststation export`: what is kept, in forms that others can read."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from teststation import settings
from teststation.cli.speech import say, tr
from teststation.cli.unlocked import passphrase_option, unlocked
from teststation.i18n import Translator
from teststation.model import Scope, TeststationError, agreed_to

if TYPE_CHECKING:
    from teststation.reports.pdf.paper import OnPaper
    from teststation.store import Store


@click.group("export", help=tr("Voert uit wat bewaard is, in vormen die anderen kunnen lezen."))
def command() -> None:
    """Choose a form."""


def _exporting(name: str, text: str, *, of_all: bool = False) -> Callable[[Callable[..., None]], click.Command]:
    """Make a subcommand that is given the open store, the codes asked for, where to write, and a language.

    `of_all`: --all is everybody, for the practice's own use; else who agreed that others may use it for research.
    """

    def made(write: Callable[..., None]) -> click.Command:
        @command.command(name, help=text)
        @click.option("--client", "code", metavar="CODE", help=tr("Van één cliënt."))
        @click.option("--all", "everybody", is_flag=True, help=tr("Van alle cliënten."))
        @click.option(
            "--out",
            required=True,
            type=click.Path(path_type=Path),
            metavar="PATH",
            help=tr("Waarheen; wat er al is blijft staan."),
        )
        @click.option("--language", type=click.Choice(["nl", "en"]), help=tr("Taal van de uitvoer [zoals ingesteld]."))
        @passphrase_option
        def run(code: str | None, everybody: bool, out: Path, language: Any, passphrase_file: Path | None) -> None:
            if (code is None) == (not everybody):
                raise click.UsageError(tr("Geef --client CODE of --all."))
            words = Translator(language or _chosen().language)
            with unlocked(passphrase_file) as store:
                asked = [client.code for client in (store.clients() if code is None else [store.client(code)])]
                codes = asked if of_all or code is not None else [one for one in asked if _may_leave(store, one)]
                withheld = len(asked) - len(codes)
                if withheld and not codes:
                    raise TeststationError("nobody_agreed_to_export", count=withheld)
                store.note_export(codes, name).result()
                write(store, codes, out, words)
            say(tr("{file}: geschreven, cliënten: {count}.", file=str(out), count=len(codes)))
            if withheld:
                say(tr("weggelaten, zonder toestemming voor onderzoek: {count} (wel met --client).", count=withheld))

        return run

    return made


def _may_leave(store: Store, code: str) -> bool:
    return Scope.RESEARCH in agreed_to(store.consents(code))


@_exporting("bids", tr("Opnamen met alles erbij als Motion-BIDS, in een nieuwe map."))
def _bids(store: Store, codes: Sequence[str], out: Path, _: Translator) -> None:
    from teststation.formats.bids_tree import write_tree  # noqa: PLC0415 - NumPy

    write_tree(out, codes, map(store.dossier, codes))


@_exporting("csv", tr("Tabellen voor een spreadsheet, in een nieuwe map."))
def _csv(store: Store, codes: Sequence[str], out: Path, words: Translator) -> None:
    from teststation.formats.whole import whole_folder  # noqa: PLC0415 - NumPy
    from teststation.reports.spreadsheet import tables  # noqa: PLC0415

    with whole_folder(out) as folder:
        for name, data in tables(map(store.dossier, codes), words).items():
            (folder / name).write_bytes(data)


@_exporting("fhir", tr("FHIR R4: van één cliënt een bestand, van alle een nieuwe map met een bestand per cliënt."))
def _fhir(store: Store, codes: Sequence[str], out: Path, words: Translator) -> None:
    from teststation.formats.bids_tree import labels  # noqa: PLC0415 - NumPy
    from teststation.formats.whole import whole_folder, write_new  # noqa: PLC0415
    from teststation.reports.everything import as_fhir  # noqa: PLC0415 - reportlab

    if click.get_current_context().params["code"] is not None:
        write_new(out, as_fhir(words, store.dossier(codes[0])))
        return
    with whole_folder(out) as folder:
        for code, label in zip(codes, labels(codes), strict=True):
            (folder / f"{label}.json").write_bytes(as_fhir(words, store.dossier(code)))


@_exporting(
    "pdf",
    tr("Verslag om te lezen: van één cliënt een bestand, van alle een nieuwe map met een bestand per cliënt."),
    of_all=True,
)
def _pdf(store: Store, codes: Sequence[str], out: Path, words: Translator) -> None:
    from teststation.formats.bids_tree import labels  # noqa: PLC0415 - NumPy
    from teststation.formats.whole import whole_folder, write_new  # noqa: PLC0415
    from teststation.reports.pdf.record import record  # noqa: PLC0415 - reportlab

    on_paper = _on_paper()
    if click.get_current_context().params["code"] is not None:
        write_new(out, record(words, store.dossier(codes[0]), on_paper))
        return
    with whole_folder(out) as folder:
        for code, label in zip(codes, labels(codes), strict=True):
            (folder / f"{label}.pdf").write_bytes(record(words, store.dossier(code), on_paper))


@_exporting("dossier", tr("Alles van een cliënt: opnamen, FHIR, tabellen en verslag, in een nieuwe map."))
def _dossier(store: Store, codes: Sequence[str], out: Path, words: Translator) -> None:
    from teststation.formats.bids_tree import labels  # noqa: PLC0415 - NumPy
    from teststation.formats.whole import whole_folder  # noqa: PLC0415
    from teststation.reports.everything import write_everything  # noqa: PLC0415 - reportlab

    with whole_folder(out) as folder:
        for code, label in zip(codes, labels(codes), strict=True):
            own = folder / label
            own.mkdir()
            write_everything(own, words, store.dossier(code), _on_paper())


@command.command(
    "letter", help=tr("Brief of notitie van het laatste bezoek van één cliënt, als PDF of als tekst; naam met de hand.")
)
@click.option("--client", "code", required=True, metavar="CODE", help=tr("Van één cliënt."))
@click.option(
    "--kind",
    required=True,
    type=click.Choice(["signal", "closing", "note", "record"]),
    help=tr("Bericht over valrisico, bij het afsluiten, voor de therapeut, of tekst voor het dossiersysteem."),
)
@click.option(
    "--out",
    required=True,
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help=tr("Nieuw bestand: .pdf, of .txt voor tekst."),
)
@click.option("--language", type=click.Choice(["nl", "en"]), help=tr("Taal van de uitvoer [zoals ingesteld]."))
@passphrase_option
def _letter(code: str, kind: str, out: Path, language: Any, passphrase_file: Path | None) -> None:
    from teststation.formats.whole import write_new  # noqa: PLC0415 - NumPy
    from teststation.reports.case import case_of  # noqa: PLC0415
    from teststation.reports.letters import LETTERS, as_text, record_text  # noqa: PLC0415

    words = Translator(language or _chosen().language)
    as_lines = out.suffix == ".txt"
    if kind == "record" and not as_lines:
        raise click.UsageError(tr("Deze tekst is er alleen als .txt."))
    with unlocked(passphrase_file) as store:
        dossier = store.dossier(store.client(code).code)
        if not dossier.visits:
            raise TeststationError("letter_without_visit", client=dossier.client.code)
        case = case_of(dossier)
        if kind == "record":
            data = "\n".join((*record_text(words, case), "")).encode()
        elif as_lines:
            data = as_text(LETTERS[kind](words, case)).encode()
        else:
            from teststation.reports.pdf.letter import letter  # noqa: PLC0415 - reportlab

            data = letter(words, LETTERS[kind](words, case), _on_paper())
        store.note_export([dossier.client.code], f"letter {kind}").result()
        write_new(out, data)
    say(tr("{file}: geschreven, cliënten: {count}.", file=str(out), count=1))


def _on_paper() -> OnPaper:
    from teststation.reports.pdf.paper import OnPaper  # noqa: PLC0415 - reportlab

    return OnPaper(printed_on=dt.datetime.now().astimezone().date(), practice=_chosen().practice)


def _chosen() -> settings.Settings:
    return settings.read_settings(settings.settings_file())
