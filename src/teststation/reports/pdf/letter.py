"""A letter or a note on paper."""

from __future__ import annotations

from teststation.i18n import Translator
from teststation.reports.letters import Paper, Section
from teststation.reports.pdf.paper import (
    QUIET,
    WIDTH,
    Flowable,
    OnPaper,
    bound,
    kept_together,
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

_SHARES = (0.2, 0.12, 0.22, 0.46)
"""Of the width for the columns of a test: what, how long, how, what that means."""


def letter(tr: Translator, paper: Paper, on_paper: OnPaper) -> bytes:
    """Print a letter; the name and the date of birth are typed at printing, else a line is left to write on."""
    about = (
        (tr("Naam"), on_paper.name or _DOTS),
        (tr("Geboren"), on_paper.born or _DOTS),
        *paper.about,
        (tr("Afgedrukt op"), day_words(tr, on_paper.printed_on)),
    )

    def story() -> list[Flowable]:
        cells = [[words(name, style(9, colour=QUIET)), words(value, style(9))] for name, value in about]
        cells += [[words("", style(9))] * 2] * (len(cells) % 2)
        beside = [left + right for left, right in zip(cells[::2], cells[1::2], strict=True)]
        return [
            words(paper.title, style(15, bold=True, after=4)),
            words(paper.to, style(10, after=4)),
            table(beside, [share * WIDTH for share in _ABOUT]),
            *(piece for section in paper.sections for piece in _section(section)),
            *signature(tr),
        ]

    return bound(tr, story, title=paper.title, head=(on_paper.practice or "teststation", on_paper.name))


def _section(section: Section) -> list[Flowable]:
    """Keep a heading with the first of what stands under it."""
    heading = words(section.heading, style(10, bold=True, after=2))
    pieces = [words(f"– {line}", style(9, indent=6)) for line in section.lines]
    if section.rows:
        cells = [[words(cell, style(9)) for cell in row] for row in section.rows]
        pieces.append(table(cells, [share * WIDTH for share in _SHARES], ruled=True))
    return [space(6), kept_together([heading, *pieces[:1]]), *pieces[1:]]
