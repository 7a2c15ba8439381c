"""Copies of what is kept, and whether it is whole: what concerns all clients at once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from textual.widget import Widget

from teststation.i18n import N_, Translator
from teststation.reports.wording import day_of, day_words
from teststation.tui.keys import Act, Offer, Press
from teststation.tui.screens.arrivals import ArrivalsPage
from teststation.tui.screens.page import Page, line
from teststation.tui.screens.restore import RestorePage
from teststation.tui.screens.task import Field, Said, TaskPage


class BackupPage(Page):
    """When the last copy was made, and the way to another, back to one, and through all that is kept."""

    def title_text(self) -> str:
        """Name the page."""
        return self.tr("Reservekopie en beheer")

    def offers(self) -> tuple[Offer, ...]:
        """Offer each."""
        restore = (Offer(Act.RESTORE),) if self.station.bench.door is not None else ()
        return (Offer(Act.MAKE), *restore, Offer(Act.VERIFY), Offer(Act.IMPORT), Offer(Act.BACK))

    def body(self) -> Iterable[Widget]:
        """Lay out what is advised under when the last copy was made."""
        yield line("last", "loud block")
        yield line("advice")

    def show(self) -> None:
        """Say how it is."""
        tr = self.station.tr
        self.put("last", last_copy(tr, self.station.desk.last_backup()))
        advice = tr(
            "Maak een kopie op een stick of schijf die u niet bij deze computer bewaart. Zij is versleuteld als het "
            "gegevensbestand zelf, en wordt meteen nagelezen."
        )
        self.put("advice", advice)

    def act(self, press: Press) -> None:
        """Open what is asked for."""
        desk = self.station.desk
        match press.act:
            case Act.MAKE:
                self.station.push_screen(MakeBackupPage(desk.backup_folder()))
            case Act.RESTORE:
                if (door := self.station.bench.door) is not None:
                    self.station.open_page(RestorePage(door, lambda: self.station.open_page(BackupPage())))
            case Act.VERIFY:
                self.station.push_screen(VerifyPage())
            case Act.IMPORT:
                self.station.push_screen(ArrivalsPage())
            case Act.BACK:
                self.station.show_data()


class MakeBackupPage(TaskPage):
    """Asks where to, and for a passphrase if the copy should have its own.

    Parameters
    ----------
    folder : that is offered
    """

    named = N_("Reservekopie maken")

    def __init__(self, folder: Path) -> None:
        own = N_("leeg: de kopie opent zoals het gegevensbestand; voor een ander: minstens 10 tekens")
        super().__init__(
            (
                Field(name="folder", label=N_("Naar de map"), hint=N_("van een stick of schijf"), value=str(folder)),
                Field(name="passphrase", label=N_("Eigen wachtzin"), hint=own, secret=True),
                Field(name="again", label=N_("Nog eens"), secret=True),
            )
        )

    def does(self) -> str:
        """Name what the key does."""
        return self.tr("volgend veld; PageDown: maken")

    def wrong(self, typed: Mapping[str, str]) -> dict[str, str]:
        """Take a passphrase that was typed the same way twice."""
        return {} if typed["passphrase"] == typed["again"] else {"again": self.tr("de twee zijn niet gelijk")}

    def work(self, typed: Mapping[str, str]) -> Said:
        """Make it."""
        made = self.station.desk.back_up(Path(typed["folder"]).expanduser(), typed["passphrase"] or None)
        return Said(
            self.tr(
                "Gemaakt en nagelezen: {file}\nLaat de bestanden die er met dezelfde naam naast staan erbij: "
                "daarin zit de sleutel.",
                file=str(made),
            )
        )


class VerifyPage(TaskPage):
    """Reads everything, and says what is whole."""

    named = N_("Nalopen")

    def does(self) -> str:
        """Name what the key does."""
        return self.tr("nalopen")

    def intro(self, typed: Mapping[str, str]) -> str:  # noqa: ARG002 - nothing is typed
        """Say what is looked at."""
        return self.tr(
            "Leest elke bladzijde, elke opname en elke regel van het logboek na. Bij veel bezoeken duurt dat even."
        )

    def work(self, typed: Mapping[str, str]) -> Said:  # noqa: ARG002 - nothing is typed
        """Read it."""
        from teststation.store.verifying import COUNTED  # noqa: PLC0415 - the store is loaded by now

        tr, found = self.station.tr, self.station.desk.verify()
        counts = ", ".join(f"{count} {tr(COUNTED[name])}" for name, count in found.counts.items())
        told = [counts, *(tr.reason(problem) for problem in found.problems)]
        told.append(
            tr("Niet heel: {count}. Zet een reservekopie terug, of vraag om hulp.", count=len(found.problems))
            if found.problems
            else tr("Alles is heel, en het logboek sluit van de eerste tot de laatste regel.")
        )
        told.append(
            tr("Laatste regel van het logboek: {number}, {hash}", number=found.last_entry, hash=found.last_hash)
        )
        return Said("\n".join(told), failed=bool(found.problems))


def last_copy(tr: Translator, moment: str | None) -> str:
    """Say when the last copy was made."""
    if moment is None:
        return tr("Nog nooit een reservekopie gemaakt.")
    return tr("Laatste reservekopie: {day}.", day=day_words(tr, day_of(moment)))
