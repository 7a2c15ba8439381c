"""A place to type in."""

from __future__ import annotations

from textual.widgets import Input

from teststation.boundary import typed


class PlainInput(Input):
    """A line for typing, into which nothing can be pasted that is not seen; a passphrase is the typist's own."""

    def validate_value(self, value: str) -> str:
        """Take out what cannot be seen, however it came."""
        return value if self.password else typed(value)
