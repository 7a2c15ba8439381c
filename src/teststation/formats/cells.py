"""Text in the cell of a table that a spreadsheet may open."""

from __future__ import annotations

import unicodedata

from teststation.boundary import clean

_FORMULA = frozenset("=+-@|%")
_LONGEST = 32_000
"""Excel's cells hold no more than 32 767 letters."""


def harmless(text: str) -> str:
    """Take out what cannot be seen, and what would make a formula of the text: an apostrophe goes before.

    Fullwidth and other forms of a sign count as the sign itself, as a spreadsheet may read them so.
    """
    plain = clean(text, _LONGEST)
    return f"'{plain}" if unicodedata.normalize("NFKC", plain).lstrip()[:1] in _FORMULA else plain
