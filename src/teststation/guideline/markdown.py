"""What the pages of `docs/clinical.md` are written with."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from teststation.guideline.entries import Cited
from teststation.i18n import Translator

_ENGLISH = Translator("en")


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Write a table."""
    lines = [head, ["---"] * len(head), *rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def cited(entry: Cited) -> str:
    """Write where an entry comes from, with its note."""
    where = f"doi:{entry.doi}" if entry.doi else f"<{entry.url}>" if entry.url else ""
    source = _ENGLISH.term(entry.source)
    if entry.evidence != "own" and entry.version not in entry.source:
        source += f" ({entry.version})"
    return "; ".join(filter(None, (source, where, entry.note)))
