"""A visit that was kept under the wrong code, given to the client whose it was."""

from __future__ import annotations

from collections.abc import Mapping

from teststation.i18n import N_
from teststation.model import Client, TeststationError, Visit
from teststation.reports.wording import DASH, day_of, day_words, person
from teststation.tui.screens.client import LONGEST
from teststation.tui.screens.task import Field, Said, TaskPage


class MovePage(TaskPage):
    """Shows both persons before anything is moved.

    Parameters
    ----------
    client, visit : whose it is now, and which
    """

    named = N_("Bezoek verplaatsen")

    def __init__(self, client: Client, visit: Visit) -> None:
        hint = N_("van een cliënt die al bewaard is")
        super().__init__((Field(name="code", label=N_("Naar code"), hint=hint, longest=LONGEST["code"]),))
        self._client = client
        self._visit = visit

    def does(self) -> str:
        """Name what the key does."""
        return self.tr("klopt, verplaatsen")

    def intro(self, typed: Mapping[str, str]) -> str:
        """Ask, with who the typed code is."""
        tr, to = self.station.tr, self._client_of(typed)
        return tr(
            "Het bezoek van {day}, met alles wat erbij hoort:\n\n  van   {before}\n  naar  {after}\n\nKlopt dit?",
            day=day_words(tr, day_of(self._visit.started_at)),
            before=person(tr, self._client),
            after=DASH if to is None else person(tr, to),
        )

    def wrong(self, typed: Mapping[str, str]) -> dict[str, str]:
        """Take only a client who is there, and another."""
        to = self._client_of(typed)
        if to is None:
            return {"code": self.tr("deze code is er niet")}
        return {"code": self.tr("dat is dezelfde cliënt")} if to.code == self._client.code else {}

    def work(self, typed: Mapping[str, str]) -> Said:
        """Move it."""
        code = typed["code"].upper()
        self.station.desk.move(self._visit, code)
        return Said(self.tr("Het bezoek is nu van {client}; het staat in het logboek.", client=code))

    def _client_of(self, typed: Mapping[str, str]) -> Client | None:
        try:
            return self.station.desk.client(typed["code"].upper())
        except TeststationError:
            return None
