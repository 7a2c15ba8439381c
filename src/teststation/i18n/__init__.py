"""Dutch first, English beside it: texts by gettext, numbers with the language's own decimal mark.

Dutch is the source language: the text in the code is the Dutch one, and `en` is a catalogue. Mark a text with `tr(…)`
where a `Translator` is at hand, with `N_(…)` where it is only written down. `make catalogue` gathers, merges, compiles.
"""

from __future__ import annotations

import gettext
from pathlib import Path
from typing import Any, Literal, Protocol, runtime_checkable

from teststation.i18n.texts import REASONS, TERMS

Language = Literal["nl", "en"]

_TIMED = ("s", "m/s")
_MEASURED = ("value", "scaled")
"""A whole number of seconds that was measured keeps its decimal, as it is so fine; a limit is as it is printed."""

_DOMAIN = "teststation"
_FOLDER = Path(__file__).parent


@runtime_checkable
class Coded(Protocol):
    """A reason: a code of `texts.REASONS` with its parameters."""

    @property
    def code(self) -> str:
        """Which message."""
        ...

    @property
    def params(self) -> dict[str, Any]:
        """What fills its fields."""
        ...


def N_(text: str) -> str:  # noqa: N802 - gettext's own name for it
    """Mark a text for the catalogue without translating it here."""
    return text


class Translator:
    """Texts and numbers in one language."""

    def __init__(self, language: Language) -> None:
        self.language = language
        self._catalogue = gettext.translation(_DOMAIN, _FOLDER, [language], fallback=True)

    def __call__(self, text: str, /, **params: Any) -> str:
        """Translate a Dutch text; `{name}` fields are filled, numbers and terms among them in the language's way."""
        translated = self._catalogue.gettext(text) if text else ""
        return translated.format_map({k: self._shown(v) for k, v in params.items()}) if params else translated

    def number(self, value: float, decimals: int = 1) -> str:
        """Write a number with so many decimals."""
        return self._marked(f"{value:.{decimals}f}")

    def term(self, code: str) -> str:
        """Write what a code of an event, phase, measure or placement is called; other text is given back as it is."""
        return self(TERMS[code]) if code in TERMS else code

    def reason(self, reason: Coded) -> str:
        """Write a reason as a sentence."""
        params = reason.params
        if params.get("unit") in _TIMED:
            params = {k: self._measured(v) if k in _MEASURED else v for k, v in params.items()}
        return self(REASONS[reason.code], **params)

    def _measured(self, value: Any) -> Any:
        """Write a whole measured number with its decimal, also one within a reason; others as they are."""
        if isinstance(value, float) and value.is_integer():
            return self.number(value)
        if isinstance(value, Coded):
            return self(REASONS[value.code], **{k: self._measured(v) for k, v in value.params.items()})
        return value

    def _shown(self, value: Any) -> Any:
        match value:
            case float():
                return self._marked(f"{value:.3f}".rstrip("0").rstrip("."))
            case str():
                return self.term(value)
            case Coded():
                return self.reason(value)
            case {"code": str(code)}:  # a reason within a reason, back from JSON
                return self(REASONS[code], **value.get("params", {}))
            case _:
                return value

    def _marked(self, number: str) -> str:
        return number.replace(".", ",") if self.language == "nl" else number
