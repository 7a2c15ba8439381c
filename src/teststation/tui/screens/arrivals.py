"""Clients from another station: shown beside who is here before anybody is taken in."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from teststation.i18n import N_
from teststation.reports.wording import person
from teststation.tui.screens.task import Field, Said, TaskPage

if TYPE_CHECKING:
    from teststation.store.importing import Arrival

_MOST_LINES = 8


class ArrivalsPage(TaskPage):
    """Asks which folder; the first key shows who is in it, the second takes in what does not contradict."""

    named = N_("Invoeren")

    def __init__(self) -> None:
        self._looked = False
        hint = N_("die een ander station als BIDS heeft uitgevoerd")
        super().__init__((Field(name="folder", label=N_("Uit de map"), hint=hint),))

    def does(self) -> str:
        """Name the step that comes."""
        return self.tr("invoeren") if self._looked else self.tr("bekijken")

    def changed(self) -> None:
        """Another folder has not been looked into."""
        self._looked = False

    def work(self, typed: Mapping[str, str]) -> Said:
        """Look who is there, or take them in."""
        folder, tr, desk = Path(typed["folder"]).expanduser(), self.station.tr, self.station.desk
        if self._looked:
            taken = desk.take(folder)
            return Said(
                tr("Ingevoerd: nieuwe cliënten {new}, bezoeken erbij {more}.", new=taken.clients, more=taken.visits)
            )
        arrivals = sorted(desk.arrivals(folder), key=lambda each: not each.contradicts)
        lines = [self._told(each) for each in arrivals[:_MOST_LINES]]
        if len(arrivals) > _MOST_LINES:
            lines.append(tr("… en nog {count}", count=len(arrivals) - _MOST_LINES))
        if all(each.meeting is not None and not each.brings for each in arrivals):
            return Said("\n".join((*lines, tr("Hier is niets bij om in te voeren."))))
        self._looked = True
        return Said("\n".join((*lines, tr("Invoeren? Wie niet overeenkomt, blijft erbuiten."))), finished=False)

    def _told(self, arrival: Arrival) -> str:
        tr, coming = self.station.tr, person(self.station.tr, arrival.coming)
        if arrival.here is None or arrival.meeting is None:
            return tr("{coming}: nieuw, bezoeken: {visits}", coming=coming, visits=arrival.visits)
        if arrival.meeting.equal:
            return tr("{coming}: is er al, en is gelijk", coming=coming)
        if not arrival.contradicts:
            return tr("{coming}: is er al; {what}", coming=coming, what=arrival.meeting.told)
        return tr(
            "▲ komt binnen: {coming}, bezoeken: {visits}\n  is er al:     {here}, bezoeken: {visits_here}\n  {what}",
            coming=coming,
            visits=arrival.visits,
            here=person(tr, arrival.here),
            visits_here=arrival.visits_here,
            what=arrival.meeting.told,
        )
