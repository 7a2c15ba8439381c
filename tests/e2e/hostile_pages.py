"""Pages of the table of all, in a real terminal, of a station whose every text is hostile: for a child process.

The arguments: whether the texts are hostile, a folder, and the pages to open; all of them where none is named.
"""

from __future__ import annotations

import os
import sys
from itertools import cycle
from pathlib import Path
from typing import cast
from unittest.mock import patch

import msgspec
from textual.pilot import Pilot
from textual.widgets import Input

from dossiers import CLIENT as KEPT
from dossiers import dossier
from e2e.hostile_walk import Hostile, SlowHands
from hostile import CORPUS
from station.scripted import INFO
from teststation.formats.bids_tree import write_tree
from teststation.formats.dossier import Dossier, KeptTrial, KeptVisit
from teststation.i18n import Translator
from teststation.model import SavedResult
from teststation.settings import Settings
from teststation.station import Link
from teststation.store import temporary_store
from teststation.tui.screens.task import TaskPage
from tui.every_screen import EVERY_SCREEN, VISIT, Stage
from tui.fakes import CLIENT, FakeLink
from tui.test_sensors import ONE, TWO

HOSTILE, FOLDER, NAMES = sys.argv[1] == "hostile", Path(sys.argv[2]), sys.argv[3:]
_TEXTS = [text for text in CORPUS if text != "\ud800"] if HOSTILE else ["K9"]  # no file and no store takes a surrogate
_ENDS = cycle(_TEXTS)
_PATH = "".join(_TEXTS[:3] + _TEXTS[4:8] + _TEXTS[9:11] + _TEXTS[-3:]).replace("/", "").replace("\0", "")[:60]
_WORKS = ("arrivals", "export", "make backup")
"""What is asked to do its work, too: into a folder of such a name, and out of it."""


def text() -> str:
    """Give the next text that nobody should send, with a mark by which it is told from those of the language."""
    return f"§{next(_ENDS)[:300]}"


def _visit(kept: KeptVisit) -> KeptVisit:
    facts = tuple(
        msgspec.structs.replace(fact, value=text() if isinstance(fact.value, str) else fact.value, source=text())
        for fact in kept.facts
    )
    visit = msgspec.structs.replace(kept.visit, operator=text())
    trials = tuple(map(_trial, kept.trials))
    return msgspec.structs.replace(
        kept, visit=visit, facts=facts, trials=trials, results=tuple(map(_result, kept.results))
    )


def _trial(kept: KeptTrial) -> KeptTrial:
    conditions = msgspec.structs.replace(kept.trial.conditions, walking_aid=text())
    recording = kept.recording
    if recording is not None:
        sensor = msgspec.structs.replace(recording.sensor, name=text(), serial="D4" + text())
        recording = msgspec.structs.replace(recording, sensor=sensor)
    return KeptTrial(msgspec.structs.replace(kept.trial, conditions=conditions), recording)


def _result(saved: SavedResult) -> SavedResult:
    judged = tuple(
        msgspec.structs.replace(
            judgement,
            confirmations=tuple(
                msgspec.structs.replace(said, reason=text(), operator=text()) for said in judgement.confirmations
            ),
        )
        for judgement in saved.judgements
    )
    return msgspec.structs.replace(saved, judgements=judged)


def kept() -> Dossier:
    """Make a client of whom every text is somebody else's."""
    plain = dossier()
    return msgspec.structs.replace(
        plain,
        client=msgspec.structs.replace(KEPT, walking_aid=text()),
        visits=tuple(map(_visit, plain.visits)),
        consents=tuple(msgspec.structs.replace(consent, operator=text()) for consent in plain.consents),
    )


def arrange(stage: Stage) -> None:
    """Let what is not in the store be hostile as well: the sensors, and who is left."""
    info = msgspec.structs.replace(INFO, name=text(), serial=text())
    found = tuple(msgspec.structs.replace(each, name=text(), model=text()) for each in (ONE, TWO))
    stage.bench.link = FakeLink(link=Link.STREAMING, info=info, battery=80, found=found)
    (left,) = stage.bench.visits.unfinished
    visit, client = msgspec.structs.replace(VISIT, operator=text()), msgspec.structs.replace(CLIENT, walking_aid=text())
    stage.bench.visits.unfinished = (msgspec.structs.replace(left, visit=visit, client=client),)


async def walk(stage: Stage, hands: SlowHands) -> None:
    """Open the pages, type into every field, and have done what writes and reads files."""
    app = stage.app
    await app.workers.wait_for_complete()
    for name in NAMES or EVERY_SCREEN:
        page = await stage.show(name, hands)
        fields = list(page.query(Input))
        if name in _WORKS and isinstance(page, TaskPage):
            fields[0].value = str(FOLDER / "tree" if name == "arrivals" else FOLDER / _PATH)
            await hands.press("pagedown")
            await app.workers.wait_for_complete()
            await hands.rest()
        for field in fields:
            field.value = text()[: field.max_length or None]
        await hands.rest()
    app.exit("walked")


def main() -> None:
    """Walk, in the terminal that this process was given."""
    folder = FOLDER / _PATH
    folder.mkdir(parents=True)
    os.chdir(FOLDER)
    client = kept()
    write_tree(FOLDER / "tree", [client.client.code], [client])
    settings = Settings(papers_folder=str(folder), practice=text(), local_offer=text(), operator=text())
    with temporary_store() as store, patch("teststation.tui.app.Translator", Hostile if HOSTILE else Translator):
        store.add_dossier(client).result()
        stage = Stage(store, folder, settings)
        arrange(stage)

        async def pilot(one: Pilot[object]) -> None:
            await walk(stage, SlowHands(stage.app, cast("Pilot[str]", one)))

        stage.app.run(auto_pilot=pilot)
        if stage.app.fault is not None:
            raise stage.app.fault
    assert stage.app.return_value == "walked"


if __name__ == "__main__":
    main()
