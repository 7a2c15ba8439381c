"""The recovery code: 120 random bits to write on paper, in groups that each tell when they were copied wrongly.

`7QK2M-…`: six groups of four characters and a fifth that checks them. The alphabet is Crockford's base 32, in which
nothing is easily mistaken for something else; what is mistaken all the same is read as what was meant.
"""

from __future__ import annotations

import hashlib
import secrets

from teststation.store.errors import WrongKeyError

_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_GROUPS, _DATA = 6, 4
_MEANT = str.maketrans("OIL", "011", "- \t\r\n–—")


def new_code() -> str:
    """Make a code; it opens nothing before a store is given it."""
    groups = ["".join(secrets.choice(_ALPHABET) for _ in range(_DATA)) for _ in range(_GROUPS)]
    return "-".join(group + _check(number, group) for number, group in enumerate(groups, start=1))


def read_code(typed: str) -> str:
    """Read a code as somebody typed it; says in which group a mistake is."""
    characters = _meant(typed)
    size = _DATA + 1
    groups = [characters[start : start + size] for start in range(0, len(characters), size)]
    for number, group in enumerate(groups[:_GROUPS], start=1):
        if len(group) != size or set(group) - set(_ALPHABET) or _check(number, group[:_DATA]) != group[_DATA]:
            raise WrongKeyError("store_recovery_group", number=number)
    if len(groups) != _GROUPS:
        raise WrongKeyError("store_recovery_length", groups=_GROUPS, size=size)
    return "-".join(groups)


def ends_so(code: str, typed: str) -> bool:
    """Tell whether somebody has the last group of the code, or all of it, on paper."""
    return len(meant := _meant(typed)) > _DATA and _meant(code).endswith(meant)


def _meant(typed: str) -> str:
    return typed.upper().translate(_MEANT)


def _check(number: int, group: str) -> str:
    return _ALPHABET[hashlib.sha256(f"{number}{group}".encode()).digest()[0] % len(_ALPHABET)]
