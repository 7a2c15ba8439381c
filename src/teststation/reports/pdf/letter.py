"""A letter or a note on paper."""

from __future__ import annotations

from functools import partial

from teststation.i18n import Translator
from teststation.reports.letters import Paper, Section
from teststation.reports.pdf.paper import (
    QUIET,
    WIDTH,
    Flowable,
    OnPaper,
    bound,
    kept_together,
    pages,
    signature,
    space,
    style,
    table,
    words,
)
from teststation.reports.wording import day_words

_DOTS = "." * 40
_ABOUT = (0.14, 0.36, 0.22, 0.28)
"""Of the width for the columns of whom it is about, two names with what they are beside each other."""

_SHARES = (0.2, 0.08, 0.22, 0.5)
"""Of the width for the columns of a test: what, how long, how, what that means."""

_SIZES_PT = (9.0, 8.5, 8.0, 7.5, 7.0)
"""The text's own size, and how small it may become where a letter has to stay on one page."""


def letter(tr: Translator, paper: Paper, on_paper: OnPaper) -> bytes:
    """Print a letter; the name and the date of birth are typed at printing, else a line is left to write on."""
    about = (
        (tr("Naam"), on_paper.name or _DOTS),
        (tr("Geboren"), on_paper.born or _DOTS),
        *paper.about,
        (tr("Afgedrukt op"), day_words(tr, on_paper.printed_on)),
    )

    *others, last = paper.sections

    def story(size: float) -> list[Flowable]:
        cells = [[words(name, style(size, colour=QUIET)), words(value, style(size))] for name, value in about]
        cells += [[words("", style(size))] * 2] * (len(cells) % 2)
        beside = [left + right for left, right in zip(cells[::2], cells[1::2], strict=True)]
        return [
            words(paper.title, style(15, bold=True, after=4)),
            words(paper.to, style(10, after=4)),
            table(beside, [share * WIDTH for share in _ABOUT]),
            *(piece for section in others for piece in _headed(_section(section, size))),
            kept_together([*_section(last, size), *signature(tr)]),
        ]

    sizes = _SIZES_PT if paper.one_page else _SIZES_PT[:1]
    fits = next((size for size in sizes if pages(tr, story(size)) == 1), sizes[-1])
    return bound(tr, partial(story, fits), title=paper.title, head=(on_paper.practice or "teststation", on_paper.name))


def _section(section: Section, size: float) -> list[Flowable]:
    """Lay out a heading, with room above it, and what stands under it."""
    heading = words(section.heading, style(size + 1, bold=True, after=2))
    pieces = [words(f"– {line}", style(size, indent=6)) for line in section.lines]
    if section.rows:
        cells = [[words(cell, style(size)) for cell in row] for row in section.rows]
        pieces.append(table(cells, [share * WIDTH for share in _SHARES], ruled=True))
    return [space(0.65 * size), heading, *pieces]


def _headed(section: list[Flowable]) -> list[Flowable]:
    """Keep a heading with the first of what stands under it."""
    above, heading, first, *others = section
    return [above, kept_together([heading, first]), *others]
