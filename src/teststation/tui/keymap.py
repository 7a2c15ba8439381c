"""The practice's own keys, over those of the table; what would take a way out or the call for help away is refused."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec
from textual.keys import KEY_NAME_REPLACEMENTS, Keys

from teststation.boundary import excerpt
from teststation.model import Reason
from teststation.settings import Settings
from teststation.tui.keys import ACTION, Act, Action

KeyMap = Mapping[Act, Action]

_BLANK_SCREEN = "b"
"""What a presenter's clicker sends to make the screen black."""
_ADDED = (Act.GO, Act.FALL)
"""Their own keys stay: they are known by heart, and on clickers and pedals."""
_FIXED = (Act.PICK, Act.CHANGE)
"""The key itself says what is meant."""
_NEVER = ("escape", "f5")
"""A presenter sends them."""
_RESERVED = {key for act in _ADDED for key in ACTION[act].keys} | set(ACTION[Act.PICK].keys)
_NAMES = {key.value for key in Keys} | set(KEY_NAME_REPLACEMENTS.values())


def keymap(settings: Settings) -> tuple[KeyMap, tuple[Reason, ...]]:
    """Make the table of keys that a practice chose, its own first, and say what of it cannot be."""
    own: dict[Act, Action] = {}
    wrong = []
    for name, keys in settings.keys.items():
        reason = _why_not(name, keys)
        if reason is not None:
            wrong.append(reason)
            continue
        action = ACTION[Act(name)]
        added = action.keys if action.act in _ADDED else ()
        shown = keys[0].upper() if len(keys[0]) == 1 or keys[0][1:].isdigit() else keys[0]
        own[action.act] = msgspec.structs.replace(
            action, keys=(*(key.lower() for key in keys), *added), shown=action.shown if added else shown
        )
    table = own | {act: action for act, action in ACTION.items() if act not in own}
    if settings.clicker:
        back = table[Act.BACK]
        table[Act.BACK] = msgspec.structs.replace(
            back, keys=tuple(key for key in back.keys if key != _BLANK_SCREEN), explanation=back.label
        )
    return table, tuple(wrong)


def _why_not(name: str, keys: tuple[str, ...]) -> Reason | None:
    where = excerpt(f"keys.{name}")
    if name not in set(Act) or name in _FIXED:
        return Reason("keys_no_action", {"where": where})
    for key in keys:
        if len(key) != 1 and key not in _NAMES:
            return Reason("keys_no_key", {"where": where, "key": excerpt(key)})
        if key.lower() in _RESERVED or key in _NEVER:
            return Reason("keys_reserved", {"where": where, "key": excerpt(key)})
    return None if keys else Reason("keys_no_key", {"where": where, "key": ""})
