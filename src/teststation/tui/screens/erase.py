"""A client taken out for good."""

from __future__ import annotations

from collections.abc import Mapping

from teststation.i18n import N_
from teststation.model import Client
from teststation.reports.wording import person
from teststation.tui.screens.client import LONGEST
from teststation.tui.screens.task import Field, Said, TaskPage


class ErasePage(TaskPage):
    """Says what goes, and asks for the code: a key pressed by accident erases nobody.

    Parameters
    ----------
    client : who goes
    visits : how many visits go too
    """

    named = N_("Wissen")

    def __init__(self, client: Client, visits: int) -> None:
        super().__init__(
            (Field(name="code", label=N_("Code"), hint=N_("typ de code om te bevestigen"), longest=LONGEST["code"]),)
        )
        self._client = client
        self._visits = visits

    def does(self) -> str:
        """Name what the key does."""
        return self.tr("wissen, voorgoed")

    def intro(self, typed: Mapping[str, str]) -> str:  # noqa: ARG002 - the same whatever is typed
        """Say what goes and what stays."""
        return self.tr(
            "{person}\n\n"
            "Weg gaan: de cliënt, bezoeken: {visits}, met alle pogingen, opnamen, uitslagen, antwoorden en "
            "toestemmingen. Er komt niets van terug.\n"
            "Blijven: in het logboek dát er gewist is, en wat u zelf hebt afgedrukt, uitgevoerd of gekopieerd.",
            person=person(self.station.tr, self._client),
            visits=self._visits,
        )

    def wrong(self, typed: Mapping[str, str]) -> dict[str, str]:
        """Take no other code."""
        if typed["code"].upper() == self._client.code:
            return {}
        return {"code": self.tr("dit is niet de code van deze cliënt")}

    def work(self, typed: Mapping[str, str]) -> Said:  # noqa: ARG002 - the code has been seen
        """Erase, and name the copies that still hold the client."""
        from teststation.store.scanning import NOT_CLEAN, SEARCHED  # noqa: PLC0415 - the store is loaded by now

        erased = self.station.desk.erase(self._client.code)
        found = self.tr(SEARCHED if erased.clean else NOT_CLEAN)
        left = [self.tr("Staat nog in {file}; wis die zelf.", file=str(file)) for file in erased.backups]
        said = "\n".join((self.tr("{client}: gewist.", client=self._client.code), found, *left))
        return Said(said, failed=not erased.clean)
