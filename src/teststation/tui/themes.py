"""The colours of the screens. Okabe and Ito's, told apart by everyone, and nothing is told by a colour alone.

On a dark ground the colours are as they were published; on a light one as dark as text has to be. Text on a fill of
one of them is in `ink`.
"""

from __future__ import annotations

from textual.theme import Theme

from teststation.settings import Theme as Name


def _theme(
    name: Name,
    *,
    background: str,
    panel: str,
    foreground: str,
    quiet: str,
    orange: str,
    yellow: str,
    sky: str,
    vermillion: str,
    ink: str,
) -> Theme:
    return Theme(
        name=name,
        primary=sky,
        secondary=orange,
        warning=yellow,
        error=vermillion,
        success=sky,
        accent=orange,
        foreground=foreground,
        background=background,
        surface=background,
        panel=panel,
        dark=name != "light",
        variables={"quiet": quiet, "orange": orange, "yellow": yellow, "sky": sky, "ink": ink},
    )


THEMES = (
    _theme(
        "dark",
        background="#10141A",
        panel="#1B222C",
        foreground="#E8E8E8",
        quiet="#A9B4C0",
        orange="#E69F00",
        yellow="#F0E442",
        sky="#56B4E9",
        vermillion="#FF8C42",
        ink="#10141A",
    ),
    _theme(
        "light",
        background="#FFFFFF",
        panel="#E9EDF1",
        foreground="#101418",
        quiet="#4A5561",
        orange="#8A4B00",
        yellow="#6B5D00",
        sky="#00598C",
        vermillion="#A33C00",
        ink="#FFFFFF",
    ),
    _theme(
        "contrast",
        background="#000000",
        panel="#262626",
        foreground="#FFFFFF",
        quiet="#FFFFFF",
        orange="#FFB82E",
        yellow="#FFF04D",
        sky="#8FD3FF",
        vermillion="#FFA366",
        ink="#000000",
    ),
)
