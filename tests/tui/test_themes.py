"""Text can be read on its ground: each colour that is used for text, on each ground that it is used on."""

from __future__ import annotations

from typing import get_args

import pytest
from textual.color import Color
from textual.theme import Theme

from teststation.settings import Theme as Name
from teststation.tui.themes import THEMES

ENOUGH, ENHANCED = 4.5, 7.0
"""WCAG 2.2, success criteria 1.4.3 and 1.4.6."""


def luminance(color: Color) -> float:
    """Give the relative luminance of WCAG."""
    red, green, blue = (
        share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4
        for share in (color.r / 255, color.g / 255, color.b / 255)
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: Color, other: Color) -> float:
    """Give the contrast of WCAG, from 1 to 21."""
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def test_contrast_is_that_of_wcag() -> None:
    assert contrast(Color.parse("#000000"), Color.parse("#FFFFFF")) == pytest.approx(21)
    assert contrast(Color.parse("#777777"), Color.parse("#FFFFFF")) == pytest.approx(4.48, abs=0.005)


@pytest.mark.parametrize("theme", THEMES, ids=lambda theme: theme.name)
def test_every_text_stands_out(theme: Theme) -> None:
    words = ("quiet", "orange", "yellow", "sky")
    texts = [theme.variables[word] for word in words] + [theme.foreground, theme.error]
    pairs = [(text, ground) for text in texts for ground in (theme.background, theme.panel)]
    fills = [theme.variables[word] for word in words[1:]] + [theme.foreground]
    pairs += [(theme.variables["ink"], fill) for fill in fills]
    least = ENHANCED if theme.name == "contrast" else ENOUGH
    weak = {
        (text, ground): ratio
        for text, ground in pairs
        if (ratio := contrast(Color.parse(str(text)), Color.parse(str(ground)))) < least
    }
    assert weak == {}


def test_each_name_that_can_be_chosen_is_a_theme() -> None:
    assert tuple(theme.name for theme in THEMES) == get_args(Name)
