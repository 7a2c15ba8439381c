"""Where text from outside becomes text of ours: names of sensors, cells of files, what is typed, settings, errors.

What comes in passes `clean`, or `shown` where it is quoted; what goes to a terminal passes `shown` once more. A
client's code passes `client_code`.
"""

from __future__ import annotations

import re
import unicodedata
from pathlib import Path

LONGEST = 200
"""Letters of a text on one line."""
_LONGEST_NAME = 32
"""Letters of a name or serial number."""
_LONGEST_EXCERPT = 60
_LOOKED_AT = 10
"""Of a text that is many times too long only the beginning is gone through: letter by letter is slow."""
_MOST_MARKS = 3
"""No script that is written needs more marks on one letter; a stack of them runs over the lines around it."""

_HIDDEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
"""Unicode categories of what cannot be seen: control (escape sequences), format (right-to-left marks), line ends."""
_MARKS = frozenset({"Mn", "Me"})
_BLANKS = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2800\u3164\ufe00-\ufe0f\uffa0\U000e0100-\U000e01ef]"
)
"""Letters and marks by their category, and yet nothing is seen of them; variation selectors change a letter's width."""
_CODE = re.compile(r"(?=.*[0-9])(?!(?:COM|LPT)[0-9]\Z)[A-Z0-9][A-Z0-9-]{0,15}")
"""Letters, digits and hyphens, with a digit: no name passes by accident (PRACTICE 19), nor a device of Windows."""


def clean(text: str, longest: int = LONGEST) -> str:
    """Leave what can be seen, in one line: composed (NFC), single spaces, not too long."""
    text = text[: _LOOKED_AT * longest]
    if not (text.isascii() and text.isprintable()):
        seen = ("" if _is_hidden(letter) else letter for letter in "".join(_spaced(letter) for letter in text))
        text = _unstacked(unicodedata.normalize("NFC", "".join(seen)))
    text = " ".join(text.split())
    return text if len(text) <= longest else f"{text[: longest - 1].rstrip()}…"


def clean_name(text: str) -> str:
    """Leave of the name or serial number of a thing what can be seen."""
    return clean(text, _LONGEST_NAME)


def shown(text: str | Path) -> str:
    """Quote a path or a line as it is, with a � for everything that cannot be seen: it cannot steer a terminal."""
    text = str(text)
    if text.isascii() and text.isprintable():
        return text
    return _unstacked("".join("�" if _is_hidden(letter) else letter for letter in text))


def shown_lines(text: str) -> str:
    """Quote several lines as they are."""
    return "\n".join(map(shown, text.split("\n")))


def typed(text: str) -> str:
    """Leave of what is typed or pasted into a field what can be seen, spaces where they stand."""
    return "".join(letter for letter in text if not _is_hidden(letter))


def excerpt(text: str) -> str:
    """Quote the beginning of a text."""
    return shown(text[:_LONGEST_EXCERPT] + ("…" if len(text) > _LONGEST_EXCERPT else ""))


def client_code(typed: str) -> str | None:
    """Give a client's code as it is kept, or None where this is none; what is none has the sentence `not_a_code`."""
    code = typed.strip()
    return code.upper() if code.isascii() and _CODE.fullmatch(code.upper()) else None


def _spaced(letter: str) -> str:
    return " " if letter.isspace() else letter


def _is_hidden(letter: str) -> bool:
    return unicodedata.category(letter) in _HIDDEN or _BLANKS.match(letter) is not None


def _unstacked(text: str) -> str:
    """Take away the marks on a letter beyond the first few."""
    kept, marks = [], 0
    for letter in text:
        marks = marks + 1 if unicodedata.category(letter) in _MARKS else 0
        if marks <= _MOST_MARKS:
            kept.append(letter)
    return "".join(kept)
