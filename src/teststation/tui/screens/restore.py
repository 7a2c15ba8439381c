"""A backup put in the place of what is kept: looked into first, and what was there stays beside it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from teststation.i18n import N_
from teststation.reports.wording import DASH, day_of, day_words
from teststation.tui.desk import opener_of
from teststation.tui.door import Door
from teststation.tui.screens.task import Field, Said, TaskPage


class RestorePage(TaskPage):
    """Asks which; the first key shows what is in it, the second puts it back, and the station is opened anew.

    Parameters
    ----------
    door : of the store
    back : opens the page before
    """

    named = N_("Reservekopie terugzetten")

    def __init__(self, door: Door, back: Callable[[], None]) -> None:
        self._door = door
        self._back = back
        self._looked = False
        super().__init__(
            (
                Field(name="file", label=N_("Welke kopie"), hint=N_("het bestand dat op .db eindigt")),
                Field(
                    name="passphrase",
                    label=N_("Wachtzin"),
                    hint=N_("van de kopie; leeg: die van deze computer"),
                    secret=True,
                ),
            )
        )

    def does(self) -> str:
        """Name the step that comes."""
        return self.tr("terugzetten") if self._looked else self.tr("volgend veld; PageDown: bekijken")

    def changed(self) -> None:
        """Another backup has not been looked into."""
        self._looked = False

    def work(self, typed: Mapping[str, str]) -> Said:
        """Look into it, or put it back."""
        file, tr = Path(typed["file"]).expanduser(), self.station.tr
        if self._looked:
            aside = self._door.restore(file, opener_of(file, typed["passphrase"]))
            told = [tr("Teruggezet."), *(tr("Wat er was: {file}", file=str(each)) for each in aside)]
            return Said("\n".join(told))
        found = self.station.desk.look_into(file, typed["passphrase"])
        self._looked = True
        last = DASH if found.last_visit is None else day_words(tr, day_of(found.last_visit))
        return Said(
            tr(
                "Hierin: cliënten {clients}, bezoeken {visits}, metingen {trials}; laatste bezoek {last}.\n"
                "Terugzetten? Wat nu bewaard is, komt onder een andere naam ernaast te staan.",
                clients=found.clients,
                visits=found.visits,
                trials=found.trials,
                last=last,
            ),
            finished=False,
        )

    def leave(self) -> None:
        """Go back, or where the store was shut, to where it is opened."""
        if self.station.ready:
            self._back()
        else:
            self.station.open_start()
            self.station.open_again()
