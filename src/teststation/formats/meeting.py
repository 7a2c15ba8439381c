"""A client who comes in from elsewhere, beside the one of the same code who is here."""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce

import msgspec

from teststation.formats.bids_tree import trial_facts
from teststation.formats.dossier import Dossier, KeptVisit
from teststation.model import Consent, Reason


class Meeting(msgspec.Struct, frozen=True, eq=False):
    """What two dossiers of one code have apart.

    Parameters
    ----------
    fields : of the client, that differ
    changed : visits that both have, and that differ
    new : visits that only the one who comes has
    missing : how many visits only the one who is here has
    consents : that only the one who comes has
    """

    fields: tuple[str, ...]
    changed: tuple[KeptVisit, ...]
    new: tuple[KeptVisit, ...]
    missing: int
    consents: tuple[Consent, ...] = ()

    @property
    def equal(self) -> bool:
        """Tell whether the two are the same."""
        return not (self.fields or self.changed or self.new or self.missing or self.consents)

    @property
    def brings(self) -> bool:
        """Tell whether the one who comes has something that is not here."""
        return bool(self.new or self.consents)

    @property
    def contradicts(self) -> bool:
        """Tell whether something is different here, and not only more or less."""
        return bool(self.fields or self.changed)

    @property
    def told(self) -> Reason:
        """Say what differs."""
        said = [Reason("import_field_differs", {"field": f"client_{name}"}) for name in self.fields]
        counts = {"import_visits_differ": len(self.changed), "import_visits_new": len(self.new)}
        counts |= {"import_visits_missing": self.missing, "import_consents_new": len(self.consents)}
        said += [Reason(code, {"count": count}) for code, count in counts.items() if count]
        return reduce(lambda first, then: Reason("and", {"first": first, "then": then}), said)


def meet(here: Dossier, coming: Dossier) -> Meeting:
    """Compare the client who is here with the one who comes."""
    fields = tuple(
        name for name in here.client.__struct_fields__ if getattr(here.client, name) != getattr(coming.client, name)
    )
    known = {kept.visit.id: _content(kept) for kept in here.visits}
    ids = {kept.visit.id for kept in coming.visits}
    return Meeting(
        fields,
        changed=tuple(v for v in coming.visits if v.visit.id in known and known[v.visit.id] != _content(v)),
        new=tuple(kept for kept in coming.visits if kept.visit.id not in known),
        missing=len(known.keys() - ids),
        consents=tuple(each for each in coming.consents if each not in here.consents),
    )


def _content(kept: KeptVisit) -> bytes:
    """Write a visit so that what is equal is equal: samples by their sum, reasons within reasons as plain data."""
    trials = [trial_facts(one) for one in kept.trials]
    parts: Sequence[object] = (kept.visit, trials, kept.results, kept.facts, kept.questionnaires)
    return msgspec.json.encode(msgspec.to_builtins(parts))
