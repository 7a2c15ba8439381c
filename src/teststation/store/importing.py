"""Clients who come in from another station: looked at first, all of them; then taken, and never merged by guess."""

from __future__ import annotations

from pathlib import Path

import msgspec

from teststation.formats.bids_import import read_tree
from teststation.formats.dossier import Dossier
from teststation.formats.meeting import Meeting, meet
from teststation.model import Client
from teststation.store.store import Store


class Arrival(msgspec.Struct, frozen=True, eq=False):
    """A client who comes in, and the one of the same code who is here, if there is one.

    Parameters
    ----------
    coming, here : who they are
    visits, visits_here : how many each has
    meeting : what the two have apart
    """

    coming: Client
    visits: int
    here: Client | None = None
    visits_here: int = 0
    meeting: Meeting | None = None

    @property
    def contradicts(self) -> bool:
        """Tell whether the one who is here is told otherwise: may be somebody else."""
        return self.meeting is not None and self.meeting.contradicts

    @property
    def brings(self) -> bool:
        """Tell whether there is something to add to the client who is here."""
        return self.meeting is not None and self.meeting.brings and not self.contradicts


class Taken(msgspec.Struct, frozen=True):
    """How many clients and how many visits of clients who were here came in."""

    clients: int
    visits: int


def arrivals(store: Store, tree: Path) -> list[Arrival]:
    """Read all of a tree, and set each client beside who is here."""
    return [_arrival(store, dossier) for dossier in read_tree(tree)]


def take(store: Store, tree: Path, *, add_visits: bool) -> Taken:
    """Add who is new, and if so asked what is new of who is here; who contradicts stays outside."""
    clients = visits = 0
    for dossier in read_tree(tree):
        arrival = _arrival(store, dossier)
        if arrival.meeting is None:
            store.add_dossier(dossier).result()
            clients += 1
        elif add_visits and arrival.brings:
            met = arrival.meeting
            store.add_visits(dossier.client.code, met.new, met.consents, dossier.calibrations).result()
            visits += len(arrival.meeting.new)
    return Taken(clients, visits)


def _arrival(store: Store, coming: Dossier) -> Arrival:
    if all(client.code != coming.client.code for client in store.clients()):
        return Arrival(coming.client, len(coming.visits))
    here = store.dossier(coming.client.code)
    return Arrival(coming.client, len(coming.visits), here.client, len(here.visits), meet(here, coming))
