"""Text as nobody should send it: mark-up, escape sequences, what hides, what turns round, what never ends."""

from __future__ import annotations

import unicodedata

CORPUS = (
    "[/]",
    "[red]rood[/red]",
    "[@click=app.quit]klik[/]",
    "\x1b]0;overgenomen\x07",
    "\x1b[2J\x1b[H",
    "\x1b]8;;http://kwaad.invalid\x1b\\hier\x1b]8;;\x1b\\",
    "\x1bP+q544e\x1b\\",
    "\x9b2J\x9d0;overgenomen\x9c",
    "\x00\x07\x08\x7f\r",
    "\u202eUMI-ST",
    "\u2066van rechts\u2069",
    "👩\u200d⚕️\u200d👩🏽",
    "a\u0301\u0302\u0303\u0304" + "\u0489" * 60,
    "x" * 10_000,
    "\u200b\ufeff\u2028\u2029",
    "\ue000\U000f0000\U0003fffe",
    "\u3164\u115f\u2800",
    "\ud800",
    '=HYPERLINK("http://kwaad.invalid")',
    "＝1+1",
    "%s {0} ${HOME} `id`",
    "../../etc/passwd",
    "日本語のとても長い名前",
    "Daniëlle Öztürk-van ’t Hof",
)


def steers(text: str) -> str:
    """Give what of a text could steer a terminal or hide from a reader; nothing, of text that is harmless."""
    return "".join(letter for letter in text if unicodedata.category(letter)[0] == "C" or letter in "\u2028\u2029")
