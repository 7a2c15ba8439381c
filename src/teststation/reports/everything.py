"""All that is kept of one client, for the client or for who goes on with the care: each form beside the others."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from teststation.formats.bids_tree import write_tree
from teststation.formats.dossier import Dossier
from teststation.i18n import N_, Translator
from teststation.reports.fhir import as_json, bundle
from teststation.reports.pdf.files import write_record
from teststation.reports.pdf.paper import OnPaper
from teststation.reports.spreadsheet import tables
from teststation.reports.wording import NOTICE

_NOTE = N_(
    "Alles wat dit station van {client} bewaart: `bids` met de opnamen (in te voeren met `teststation import bids`), "
    "`fhir.json` voor een dossiersysteem, `tabellen` voor een spreadsheet en het verslag om te lezen. "
    "Deze map is NIET versleuteld en bevat gezondheidsgegevens: bewaar haar op een versleutelde schijf of stick, "
    "geef haar alleen de cliënt of wie de cliënt aanwijst, en wis haar daarna. {notice}"
)


def write_everything(folder: Path, words: Translator, dossier: Dossier, on_paper: OnPaper) -> None:
    """Fill an empty folder: recordings, FHIR, tables, the record, and a note of what is what."""
    code = dossier.client.code
    write_tree(folder / "bids", [code], [dossier])
    (folder / "fhir.json").write_bytes(as_fhir(words, dossier))
    beside = folder / words(N_("tabellen"))
    beside.mkdir()
    for name, data in tables([dossier], words).items():
        (beside / name).write_bytes(data)
    write_record(folder, words, dossier, on_paper)
    note = words(_NOTE, client=code, notice=words(NOTICE))
    (folder / f"{words(N_('LEESMIJ'))}.txt").write_text(f"{note}\n", encoding="utf-8")


def as_fhir(words: Translator, dossier: Dossier) -> bytes:
    """Write a client as a FHIR bundle that is made now."""
    return as_json(bundle(dossier, words, made_at=dt.datetime.now(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")))
