"""What leaves the station of one client: everything into a folder, or what is printed."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from teststation.i18n import N_
from teststation.model import Client
from teststation.tui.screens.task import Field, Said, TaskPage


class ExportPage(TaskPage):
    """Asks where to.

    Parameters
    ----------
    client : whose data
    folder : that is offered
    """

    named = N_("Alles uitvoeren")

    def __init__(self, client: Client, folder: Path) -> None:
        super().__init__(
            (Field(name="folder", label=N_("Naar de map"), hint=N_("of die van een stick"), value=str(folder)),)
        )
        self._client = client

    def does(self) -> str:
        """Name what the key does."""
        return self.tr("uitvoeren")

    def intro(self, typed: Mapping[str, str]) -> str:  # noqa: ARG002 - the same whatever is typed
        """Say what is written, and for whom it is."""
        return self.tr(
            "Alles van {client} in een nieuwe map: het verslag (pdf), tabellen, FHIR en de opnamen (BIDS).\n\n"
            "De map is NIET versleuteld. Alleen voor de cliënt zelf of wie de cliënt aanwijst; voor onderzoek alleen "
            "met toestemming daarvoor.",
            client=self._client.code,
        )

    def work(self, typed: Mapping[str, str]) -> Said:
        """Write it."""
        made = self.station.desk.export(self._client, Path(typed["folder"]).expanduser(), self.station.tr)
        return Said(self.tr("Geschreven: {folder}", folder=str(made)))


class PapersPage(TaskPage):
    """The record and the client's sheet of the newest visit, once more.

    Parameters
    ----------
    client : whose
    """

    named = N_("Verslag en blad")

    def __init__(self, client: Client) -> None:
        super().__init__()
        self._client = client

    def does(self) -> str:
        """Name what the key does."""
        return self.tr("maken")

    def intro(self, typed: Mapping[str, str]) -> str:  # noqa: ARG002 - nothing is typed
        """Say of which visit."""
        return self.tr("Van het laatste bezoek van {client}, als pdf om te printen.", client=self._client.code)

    def work(self, typed: Mapping[str, str]) -> Said:  # noqa: ARG002 - nothing is typed
        """Make them."""
        made = self.station.bench.make_papers(self._client, self.station.tr)
        return Said(self.tr("Klaar om te printen: {files}", files="\n".join(map(str, made))))
