"""Paper of the house: its letters, its styles, and what stands above and below every page.

Whatever is written goes through `words`: mark-up in it stays text, and characters that steer or hide are left out. The
font comes with the program (`fonts/`, DejaVu 2.37), so that a page is the same on every machine and has every letter
of a European name. A page's properties say nothing of the client, and the same content gives the same bytes.
"""

from __future__ import annotations

import datetime as dt
import functools
import io
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import msgspec
from reportlab.lib.colors import HexColor
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.platypus import KeepTogether, PageBreak, Paragraph, SimpleDocTemplate, Spacer, Table, TableStyle

from teststation import __version__
from teststation.boundary import clean
from teststation.i18n import N_, Translator
from teststation.reports.wording import NOTICE, Flag

REGULAR, BOLD = "DejaVuSans", "DejaVuSans-Bold"

# Okabe and Ito's colours, told apart by everyone; only shapes and lines have them, words are in ink.
INK, QUIET, RULE, BAND = "#1A1A1A", "#555555", "#BBBBBB", "#EEEEEE"
BLUE, VERMILLION, ORANGE = "#0072B2", "#D55E00", "#E69F00"
_FLAG_COLOURS = {"-met": VERMILLION, "-close": ORANGE, "-not-met": BLUE, "-unknown": QUIET}

MARGIN = 18 * mm
WIDTH = A4[0] - 2 * MARGIN
_TOP, _BOTTOM = 24 * mm, 24 * mm
_HEAD_PT, _FOOT_PT = 8.0, 7.0
_LONGEST = 2000
"""Characters of one paragraph: far more than ours have, and few enough for what came from elsewhere."""

Flowable = Any
"""A piece of a page; reportlab is not typed."""

PAGE_OF = N_("pagina {number} van {total}")


class OnPaper(msgspec.Struct, frozen=True, kw_only=True):
    """What is typed at printing and goes on paper only: never kept, never in a file's properties (PRACTICE 19).

    Parameters
    ----------
    printed_on : the day of printing
    name, born : as they are to be read; empty leaves a line to write on
    practice : whose paper it is
    zone : where the visits were; None is where this machine is
    """

    printed_on: dt.date
    name: str = ""
    born: str = ""
    practice: str = ""
    zone: dt.tzinfo | None = None


def style(size: float, *, bold: bool = False, colour: str = INK, after: float = 0.0, indent: float = 0.0) -> Any:
    """Make a style of text, sizes in points."""
    load_fonts()
    return ParagraphStyle(
        f"{size}-{bold}-{colour}-{after}-{indent}",
        fontName=BOLD if bold else REGULAR,
        fontSize=size,
        leading=1.3 * size,
        textColor=HexColor(colour),
        spaceAfter=after,
        leftIndent=indent,
    )


def words(text: str, how: Any) -> Flowable:
    """Write text that is text only, whatever stands in it."""
    return Paragraph(escape(clean(text, _LONGEST)), how)


def flagged(flag: Flag, how: Any) -> Flowable:
    """Write a flag: the shape coloured, the word in ink, so that a grey printer loses nothing."""
    shape = f'<font color="{_FLAG_COLOURS[flag.style]}">{escape(flag.shape)}</font>'
    return Paragraph(f"{shape} {escape(flag.word)}", how)


def table(rows: Sequence[Sequence[Flowable]], widths: Sequence[float], *, ruled: bool = False) -> Flowable:
    """Lay flowables out in rows; `ruled` draws a line under each."""
    grid: list[tuple[Any, ...]] = [
        ("FONTNAME", (0, 0), (-1, -1), REGULAR),  # else a font that is not inside is named in the file
        ("VALIGN", (0, 0), (-1, -1), "TOP"),
        ("LEFTPADDING", (0, 0), (-1, -1), 0),
        ("RIGHTPADDING", (0, 0), (-1, -1), 6),
        ("TOPPADDING", (0, 0), (-1, -1), 1.5),
        ("BOTTOMPADDING", (0, 0), (-1, -1), 2.5),
    ]
    if ruled:
        grid.append(("LINEBELOW", (0, 0), (-1, -1), 0.4, HexColor(RULE)))
    return Table([list(row) for row in rows], colWidths=list(widths), style=TableStyle(grid), hAlign="LEFT")


def space(points: float) -> Flowable:
    """Leave some room."""
    return Spacer(1, points)


def new_page() -> Flowable:
    """Go on on a page of its own."""
    return PageBreak()


def kept_together(pieces: Sequence[Flowable]) -> Flowable:
    """Keep pieces on one page, if they fit on one."""
    return KeepTogether(list(pieces))


def signature(tr: Translator) -> list[Flowable]:
    """Leave a line for the therapist: no flag is final before (ARCHITECTURE, decision 11)."""
    line = "." * 40
    cells = [words(f"{tr('Beoordeeld door')}: {line}", style(9)), words(f"{tr('Datum')}: {line}", style(9))]
    return [space(14), table([cells], (0.55 * WIDTH, 0.45 * WIDTH))]


def bound(tr: Translator, story: Callable[[], list[Flowable]], *, title: str, head: tuple[str, str]) -> bytes:
    """Bind a story into pages with what stands above and below each: who it is of, the notice, the page's number.

    Parameters
    ----------
    story : makes the content anew each time: it is laid out once to count the pages and once to print
    title : the only thing that the file's properties say; nothing of the client
    head : at the left and at the right above each page
    """
    total = _laid_out(tr, story(), title, head, None)[1]
    return _laid_out(tr, story(), title, head, total)[0]


def pages(tr: Translator, content: list[Flowable]) -> int:
    """Count how many pages a story takes."""
    return _laid_out(tr, content, "", ("", ""), None)[1]


def _laid_out(
    tr: Translator, content: list[Flowable], title: str, head: tuple[str, str], total: int | None
) -> tuple[bytes, int]:
    load_fonts()
    buffer = io.BytesIO()
    document = SimpleDocTemplate(
        buffer,
        pagesize=A4,
        leftMargin=MARGIN - 6,  # reportlab's frame has an edge of six points
        rightMargin=MARGIN - 6,
        topMargin=_TOP - 6,
        bottomMargin=_BOTTOM - 6,
        title=title,
        author="teststation",
        subject="",
        creator=f"teststation {__version__}",
        lang=tr.language,
        invariant=1,
        initialFontName=REGULAR,
    )

    def furnish(canvas: Any, _: Any) -> None:
        _draw_head(canvas, head)
        _draw_foot(canvas, tr, document.page, total)

    document.build(content, onFirstPage=furnish, onLaterPages=furnish)
    return buffer.getvalue(), document.page


def _draw_head(canvas: Any, head: tuple[str, str]) -> None:
    left, right = (clean(text, 90) for text in head)
    y = A4[1] - 15 * mm
    canvas.setFillColor(HexColor(QUIET))
    canvas.setStrokeColor(HexColor(RULE))
    canvas.setLineWidth(0.4)
    canvas.setFont(REGULAR, _HEAD_PT)
    room = WIDTH - pdfmetrics.stringWidth(right, REGULAR, _HEAD_PT) - 12
    canvas.drawString(MARGIN, y, fitting(left, REGULAR, _HEAD_PT, room))
    canvas.drawRightString(A4[0] - MARGIN, y, fitting(right, REGULAR, _HEAD_PT, WIDTH))
    canvas.line(MARGIN, y - 4, A4[0] - MARGIN, y - 4)


def _draw_foot(canvas: Any, tr: Translator, number: int, total: int | None) -> None:
    y = 13 * mm
    canvas.setStrokeColor(HexColor(RULE))
    canvas.setLineWidth(0.4)
    canvas.line(MARGIN, y + 10, A4[0] - MARGIN, y + 10)
    canvas.setFillColor(HexColor(INK))
    canvas.setFont(REGULAR, _FOOT_PT)
    canvas.drawString(MARGIN, y, tr(NOTICE))
    canvas.drawRightString(A4[0] - MARGIN, y, tr(PAGE_OF, number=number, total=total or number))


def fitting(text: str, font: str, size: float, room: float) -> str:
    """Cut text, with an ellipsis, to what fits into so many points."""
    if pdfmetrics.stringWidth(text, font, size) <= room:
        return text
    while text and pdfmetrics.stringWidth(f"{text}…", font, size) > room:
        text = text[:-1]
    return f"{text}…"


@functools.cache
def load_fonts() -> None:
    """Make the fonts known, once."""
    folder = Path(__file__).parent / "fonts"
    for name in (REGULAR, BOLD):
        pdfmetrics.registerFont(TTFont(name, folder / f"{name}.ttf"))
    pdfmetrics.registerFontFamily(REGULAR, normal=REGULAR, bold=BOLD, italic=REGULAR, boldItalic=BOLD)
