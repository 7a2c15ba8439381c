"""Text in the cell of a table that a spreadsheet may open."""

from __future__ import annotations

import unicodedata

_FORMULA = frozenset("=+-@|%")


def harmless(text: str) -> str:
    """Take out what is no letter, sign or space, and what would make a formula of the text: an apostrophe goes before.

    Fullwidth and other forms of a sign count as the sign itself, as a spreadsheet may read them so.
    """
    plain = "".join(" " if unicodedata.category(c)[0] in "CZ" else c for c in text).strip()
    return f"'{plain}" if unicodedata.normalize("NFKC", plain).lstrip()[:1] in _FORMULA else plain
