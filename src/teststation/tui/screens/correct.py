"""What is known of a client put right; the code stays, for it is on paper too."""

from __future__ import annotations

from collections.abc import Mapping

from teststation.i18n import N_
from teststation.model import Client
from teststation.tui.client_form import Entry, as_typed, read, sentence
from teststation.tui.screens.client import HINTS, LABELS, LONGEST, today
from teststation.tui.screens.task import Field, Said, TaskPage

_FIELDS = ("birth_year", "sex", "height", "measured", "weight", "aid")


class CorrectPage(TaskPage):
    """Asks what the form of a visit asks, but the code and the age of that day.

    Parameters
    ----------
    client : as known now
    """

    named = N_("Gegevens verbeteren")

    def __init__(self, client: Client) -> None:
        known = as_typed(client)
        super().__init__(
            [
                Field(name=name, label=LABELS[name], hint=HINTS[name], value=known[name], longest=LONGEST[name])
                for name in _FIELDS
            ]
        )
        self._client = client

    def does(self) -> str:
        """Name what the key does."""
        return self.tr("volgend veld; PageDown: bewaren")

    def intro(self, typed: Mapping[str, str]) -> str:  # noqa: ARG002 - the same whatever is typed
        """Say what a correction does not do."""
        return self.tr(
            "{client}: uitslagen die er al zijn, blijven zoals ze toen beoordeeld zijn.", client=self._client.code
        )

    def wrong(self, typed: Mapping[str, str]) -> dict[str, str]:
        """Check as the form of a visit does."""
        return {name: sentence(self.station.tr, why) for name, why in self._read(typed).wrong.items()}

    def work(self, typed: Mapping[str, str]) -> Said:
        """Keep it."""
        corrected = self._read(typed).client
        assert corrected is not None, "checked before"
        self.station.desk.correct(corrected)
        return Said(self.tr("Bewaard."))

    def _read(self, typed: Mapping[str, str]) -> Entry:
        return read({"code": self._client.code, **typed}, today().year)
