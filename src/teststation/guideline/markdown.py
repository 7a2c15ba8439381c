"""What the pages of `docs/clinical.md` are written with."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from teststation.guideline.entries import Cited, ExpectedGroup, Limit
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


def people(limit: Limit | ExpectedGroup) -> str:
    """Name the people whom a limit is for; nothing where it is for everybody."""
    said = [] if limit.sex is None else [{"male": "men", "female": "women"}.get(limit.sex, str(limit.sex))]
    if isinstance(limit, Limit) and limit.height_up_to_cm is not None:
        said.append(f"≤ {limit.height_up_to_cm:g} cm")
    if isinstance(limit, Limit) and limit.height_above_cm is not None:
        said.append(f"> {limit.height_above_cm:g} cm")
    if isinstance(limit, Limit) and limit.bmi_above is not None:
        said.append(f"BMI > {limit.bmi_above:g}")
    if isinstance(limit, Limit) and limit.bmi_up_to is not None:
        said.append(f"BMI ≤ {limit.bmi_up_to:g}")
    if limit.age_from is not None and limit.age_to is not None:
        said.append(f"{limit.age_from}–{limit.age_to} y")
    return f": {', '.join(said)}" if said else ""
