"""Every measure of a client over the visits: first, before and now, what the difference is, and the line of them."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence

from textual.widget import Widget

from teststation.guideline.change import Change, ChangeKind
from teststation.i18n import N_, Translator
from teststation.model import TeststationError
from teststation.reports.course import Course, Line, Moment, Seen, lines
from teststation.reports.wording import DASH, MONTHS, SIDES, UNITS, day_of
from teststation.tui.keys import Act, Offer, Press
from teststation.tui.screens.listing import moved, window
from teststation.tui.screens.page import SMALLEST, Page, line

_KINDS = {
    ChangeKind.REAL: N_("◆ meer dan meetfout"),
    ChangeKind.POSSIBLE: N_("◇ mogelijk meer"),
    ChangeKind.WITHIN_ERROR: N_("= binnen meetfout"),
    ChangeKind.NO_ERROR_KNOWN: N_("? meetfout onbekend"),
    ChangeKind.NOT_COMPARABLE: N_("✖ niet te vergelijken"),
}
_DECIMALS = {"1": 0, "s": 1, "m/s": 2}
_ROWS = 5
"""Fewest lines of the list; every second line of a higher window is one more."""
_LEFT, _NARROWEST = 9, 9
"""Columns of the scale, and the fewest of a visit."""
_SHORTEST = 12
"""Characters of a name that are left where there is little room."""
_POINTS = "points"
_LOWEST = 4
"""Rows without which there is no picture."""


class TrendsPage(Page):
    """A line for each measure; of the marked one the words and the picture stand below.

    Parameters
    ----------
    code : the client's
    """

    def __init__(self, code: str) -> None:
        super().__init__()
        self._code = code
        self._lines: tuple[Line, ...] = ()
        self._wrong = ""
        self._at = 0

    def title_text(self) -> str:
        """Name the page."""
        return self.tr("Verloop van {client}", client=self._code)

    def offers(self) -> tuple[Offer, ...]:
        """Offer the way along the list, and back."""
        choose = (Offer(Act.UP), Offer(Act.DOWN, hidden=True)) if len(self._lines) > 1 else ()
        return (Offer(Act.GO, self.tr("terug")), *choose, Offer(Act.BACK, hidden=True))

    def body(self) -> Iterable[Widget]:
        """Lay out the measures above the words and the picture of one."""
        yield line("head", "quiet")
        yield line("measures", "block")
        yield line("words")
        yield line("picture")
        yield line("legend", "quiet")

    def on_mount(self) -> None:
        """Read what is kept."""
        try:
            past = self.station.desk.history(self._code)
        except TeststationError as error:
            self._wrong = self.station.tr.reason(error.reason)
            past = []
        seen = [Seen(day_of(each.visit.started_at), tuple(each.tests()), each.known()) for each in reversed(past)]
        self._lines = tuple(lines(seen))
        super().on_mount()
        self.call_after_refresh(self.refresh_page)  # once the width is known

    def show(self) -> None:
        """Write the list, and the marked measure in full."""
        tr = self.station.tr
        if not self._lines:
            self.put("words", self._wrong or tr("Nog niets om te volgen."))
            return
        rows = [self._row(each) for each in self._lines]
        head = ("", tr("eerste"), tr("vorige"), tr("nu"), tr("sinds de eerste keer"))
        first, *texts = _columns((head, *rows), self.query_one("#head").content_size.width - len("► "))
        self.put("head", f"  {first}")
        self.put("measures", window(texts, self._at, self._rows))
        chosen = self._lines[self._at]
        self.put("words", "\n".join(self._said(chosen)))
        held = any(moment.held_against is not None for moment in chosen.course.moments)
        self.put("legend", tr("│ meetfout rond de keer ervoor: alleen erbuiten is een verandering") if held else "")
        self.call_after_refresh(self._draw)

    def _draw(self) -> None:
        """Draw the marked measure into the room that is left."""
        course, room = self._lines[self._at].course, self.query_one("#picture").size
        drawn = len(course.moments) > 1 and room.height >= _LOWEST
        self.put("picture", "\n".join(picture(self.station.tr, course, room.width, room.height - 1)) if drawn else "")

    @property
    def _rows(self) -> int:
        return _ROWS + max(0, self.size.height - SMALLEST[1]) // 2

    def _row(self, each: Line) -> tuple[str, ...]:
        tr, trend = self.station.tr, each.trend
        name = tr.term(each.what)
        if each.side is not None:
            name = f"{name} ({tr(SIDES[each.side])})"
        if trend is None:
            only = _value(tr, each.course.moments[-1].value, each.course.unit) if each.course.moments else DASH
            return name, DASH, DASH, only, tr("eerste meting")
        first, before = trend.since_baseline, trend.since_previous
        now = next((c for c in (before, first) if c is not None and c.now is not None), None)
        latest = each.course.moments[-1].value if each.course.moments else None
        shown = DASH if latest is None else _value(tr, latest, each.course.unit)
        return (
            name,
            _of_change(tr, first.before, first, each),
            DASH if before is None else _of_change(tr, before.before, before, each),
            shown if now is None or now.now is None else _value(tr, now.now, now.unit),
            tr(_KINDS[first.kind]),
        )

    def _said(self, each: Line) -> list[str]:
        """Say what the differences are and by whose measure, since the first time and since the one before."""
        trend = each.trend
        if trend is None:
            return []
        tr = self.station.tr
        changes = [change for change in (trend.since_previous, trend.since_baseline) if change is not None]
        if self.has_class("-low"):  # the picture needs its room
            changes = changes[:1]
        sources = dict.fromkeys(change.source for change in changes if change.source)
        return [*(tr.reason(change.reason) for change in changes), *(f"{tr('Bron')}: {source}" for source in sources)]

    def act(self, press: Press) -> None:
        """Move the mark, or go back."""
        if press.act in (Act.UP, Act.DOWN):
            self._at = moved(self._at, press.act, len(self._lines))
            self.show()
        else:
            self.dismiss()


def _of_change(tr: Translator, value: float | None, change: Change, each: Line) -> str:
    """Write an earlier value; of one that does not compare what was measured then, where that is known."""
    if value is not None:
        return _value(tr, value, change.unit)
    first = change is each.trend.since_baseline if each.trend is not None else False
    moments = each.course.moments
    at = 0 if first else len(moments) - 2
    return _value(tr, moments[at].value, each.course.unit) if len(moments) > 1 else DASH


def _value(tr: Translator, value: float, unit: str) -> str:
    decimals = _DECIMALS.get(unit, 0 if float(value).is_integer() else 1)
    shown = "" if unit == _POINTS else UNITS.get(unit, unit)
    return f"{tr.number(value, decimals)} {shown}".rstrip()


def _columns(rows: Sequence[Sequence[str]], width: int) -> list[str]:
    """Write rows in columns; where they do not fit, the names are cut."""
    names, *rest = (max(map(len, column)) for column in zip(*rows, strict=True))
    names = max(_SHORTEST, min(names, width - sum(rest) - 2 * len(rest)))
    texts = []
    for name, *cells in rows:
        cut = name if len(name) <= names else f"{name[: names - 1]}…"
        parts = (f"{cell:<{w}}" for cell, w in zip((cut, *cells), (names, *rest), strict=True))
        texts.append("  ".join(parts).rstrip())
    return texts


def picture(tr: Translator, course: Course, width: int, height: int) -> list[str]:
    """Draw a course in characters: a point a visit, the line between, and bars of what is still measurement error."""
    moments = course.moments[-max(2, (width - _LEFT) // _NARROWEST) :]
    low, high = _range(moments)
    cells = [[" "] * width for _ in range(height)]
    wide = (width - _LEFT) // len(moments)
    columns = [_LEFT + wide * at + 1 for at in range(len(moments))]

    def row(value: float) -> int:
        return round((high - value) / (high - low) * (height - 1))

    for column, moment in zip(columns, moments, strict=True):
        if moment.held_against is not None:
            middle, off = moment.held_against
            for y in range(row(middle + off), row(middle - off) + 1):
                cells[y][column] = "│"
    for (a, before), (b, now) in itertools.pairwise(zip(columns, moments, strict=True)):
        for x in range(a + 1, b):
            cells[row(before.value + (now.value - before.value) * (x - a) / (b - a))][x] = "·"
    decimals = _DECIMALS.get(course.unit, 1)
    for column, moment in zip(columns, moments, strict=True):
        text = ("○ > " if moment.at_least else "● ") + tr.number(moment.value, decimals)
        cells[row(moment.value)][column : column + len(text)] = text
    for y, value in ((0, high), (height - 1, low)):
        cells[y][: _LEFT - 1] = f"{tr.number(value, decimals):>{_LEFT - 2}} "
    days = [" "] * width
    for column, moment in zip(columns, moments, strict=True):
        text = f"{tr(MONTHS[moment.day.month - 1])[:3]} {moment.day:%y}"
        days[column : column + len(text)] = text
    return ["".join(cells_)[:width].rstrip() for cells_ in (*cells, days)]


def _range(moments: Sequence[Moment]) -> tuple[float, float]:
    """Give the lowest and highest value that is drawn."""
    values = [moment.value for moment in moments]
    for moment in moments:
        if moment.held_against is not None:
            middle, off = moment.held_against
            values += [middle - off, middle + off]
    low, high = min(values), max(values)
    return (low, high) if high > low else (low - 1, high + 1)
