"""What is asked, a line each and a key a line: the same page for every topic."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence

from textual.widget import Widget

from teststation.guideline.facts import NOT_KNOWN, FactKind, Known, Value, fact, fact_catalogue
from teststation.i18n import N_, Translator
from teststation.model import Fact, Reason, Side
from teststation.reports.wording import day_words
from teststation.store import utc_now
from teststation.tui.keys import Act, Offer, Press
from teststation.tui.screens.entry import Answers, EntryPage, label_of, row_words
from teststation.tui.screens.listing import around, moved
from teststation.tui.screens.page import Page, line
from teststation.tui.screens.pick import Choice, PickPage
from teststation.tui.topics import Line, Topic, choices_of

_QUESTION_SKIP = N_("Waarom niet gedaan?")
_QUESTION_CHOICE = N_("Wat past het best?")
_ROWS_AROUND = 6
"""What the bars and the edges take."""
_TYPED_TOGETHER = 5
_DIGITS = 9


class QuestionsPage(Page):
    """Keeps what is answered until it is left, forwards or back; then all of it is handed on.

    Parameters
    ----------
    topic : what is asked
    known : gives what is known with the facts of this page
    leave : takes the answers; is told whether one goes on, or back
    notes : what to show under a line, by the code of its fact
    walk : takes the answers, and has the client walk and talk; where that is asked
    """

    def __init__(
        self,
        topic: Topic,
        known: Callable[[Sequence[Fact]], Known],
        leave: Callable[[Sequence[Fact], bool], None],
        notes: Mapping[str, Sequence[Reason]] | None = None,
        walk: Callable[[Sequence[Fact]], None] | None = None,
    ) -> None:
        super().__init__()
        self._topic = topic
        self._known_with = known
        self._leave = leave
        self._notes = notes or {}
        self._walk = walk
        self._given: dict[tuple[str, Side | None], Value] = {}
        self._at = 0

    def title_text(self) -> str:
        """Name the page."""
        return self.tr(self._topic.title)

    def offers(self) -> tuple[Offer, ...]:
        """Offer the answers, the one key for what is left, the way on and back."""
        lines = self._lines()
        skips = any(each.skipped_by for each in lines)
        return (
            *((Offer(Act.NONE, self.tr(self._topic.none)),) if self._topic.none else ()),
            Offer(Act.GO, self.tr("verder; open is onbekend")),
            Offer(Act.YES),
            Offer(Act.NO),
            Offer(Act.PICK, self.tr("ja, nee of typen")),
            *((Offer(Act.SKIP, self.tr("niet gedaan")),) if skips else ()),
            *((Offer(Act.WALK),) if self._walk is not None else ()),
            Offer(Act.UP),
            Offer(Act.DOWN, hidden=True),
            Offer(Act.BACK),
        )

    def body(self) -> Iterable[Widget]:
        """Lay out the list."""
        yield line("lines")

    def show(self) -> None:
        """Write the lines around the marked one, as many as there is room for."""
        lines, known = self._lines(), self._known()
        self._at = min(self._at, len(lines) - 1)
        blocks = [self._block(number, each, known) for number, each in enumerate(lines)]
        self.put("lines", "\n".join(around(blocks, self._at, self.size.height - _ROWS_AROUND)))

    def _lines(self) -> tuple[Line, ...]:
        return self._topic.lines(self._known())

    def _known(self) -> Known:
        return self._known_with(self._facts())

    def _facts(self) -> list[Fact]:
        """Give what was answered here and is news."""
        before, at = self._known_with(()), utc_now()
        return [
            fact(code, value, at=at, side=side)
            for (code, side), value in self._given.items()
            if before.value(code, side) != (None if value == NOT_KNOWN else value)
        ]

    def _block(self, number: int, each: Line, known: Known) -> list[str]:
        """Write a line with what belongs to it."""
        tr = self.station.tr
        value = known.value(*each.key)
        skipped = known.text(each.skipped_by) if each.skipped_by else None
        mark = "►" if number == self._at else " "
        key = f"[{number + 1}]" if number < _DIGITS else "   "
        label = label_of(tr, each)
        if skipped is not None and value is None:
            label = f"{label} – {tr('niet gedaan')}: {tr.term(f'fact.{each.skipped_by}.{skipped}')}"
        elif value is not None and not isinstance(value, bool):
            label = f"{label}: {value_words(tr, each.kind, value)}"
        first = f"{mark} {key} {_answer(tr, value):<6} "
        rows = self.hung(label, first)
        notes = [tr.term(each.prompt)] if each.prompt else []
        notes += [tr.reason(reason) for reason in self._notes.get(each.kind.code, ())]
        for note in notes:
            rows += self.hung(note, f"{' ' * len(first)}· ")
        return rows

    def act(self, press: Press) -> None:
        """Answer a line, move the mark, or leave."""
        lines = self._lines()
        match press.act:
            case Act.GO | Act.BACK:
                self._leave(self._facts(), press.act is Act.GO)
            case Act.NONE:
                self._answer_the_rest(lines)
                self._leave(self._facts(), True)
            case Act.SKIP:
                self._skip(lines)
            case Act.WALK if self._walk is not None:
                self._walk(self._facts())
            case Act.UP | Act.DOWN:
                self._at = moved(self._at, press.act, len(lines))
                self.refresh_page()
            case Act.PICK if press.number <= len(lines):
                self._at = press.number - 1
                self._turn(lines, lines[self._at])
            case Act.YES | Act.NO if lines:
                self._say(lines, lines[self._at], yes=press.act is Act.YES)

    def _say(self, lines: Sequence[Line], each: Line, *, yes: bool) -> None:
        """Answer yes or no and go a line on; what is no question is opened by a yes."""
        if each.kind.kind != "yes_no":
            if yes:
                self._open(lines, each)
            return
        self._give({each.key: yes})
        self._at = min(self._at + 1, len(self._lines()) - 1)
        self.refresh_page()

    def _turn(self, lines: Sequence[Line], each: Line) -> None:
        """Turn the answer of a line: yes, no, not known; what is no question is opened."""
        if each.kind.kind != "yes_no":
            self._open(lines, each)
            return
        after: dict[Value | None, Value] = {None: True, True: False, False: NOT_KNOWN}
        self._give({each.key: after[self._known().yes(*each.key)]})

    def _open(self, lines: Sequence[Line], each: Line) -> None:
        if each.kind.kind == "choice":
            self._pick(_QUESTION_CHOICE, each.kind, lambda choice: self._give({each.key: choice}))
            return
        known = self._known()
        typed = [one for one in lines[lines.index(each) :] if one.kind.kind not in ("yes_no", "choice")]
        typed = typed[:_TYPED_TOGETHER]
        values = {one.key: value for one in typed if (value := known.value(*one.key)) is not None}
        self.app.push_screen(EntryPage(self._topic.title, typed, values, self._give))

    def _pick(self, question: str, kind: FactKind, picked: Callable[[str], None]) -> None:
        choices = {code: Choice(reason) for code, reason in choices_of(kind).items()}

        def chosen(choice: Choice) -> None:
            picked(next(code for code, each in choices.items() if each is choice))

        self.app.push_screen(PickPage(question, tuple(choices.values()), chosen))

    def _skip(self, lines: Sequence[Line]) -> None:
        """Say of all that is open and was to be prompted why it was not done."""
        known = self._known()
        left = [each for each in lines if each.skipped_by and known.value(*each.key) is None]

        def skipped(why: str) -> None:
            self._give({(each.skipped_by, None): why for each in left})
            self._leave(self._facts(), True)

        if left:
            self._pick(_QUESTION_SKIP, fact_catalogue().kinds[left[0].skipped_by], skipped)

    def _answer_the_rest(self, lines: Sequence[Line]) -> None:
        known = self._known()
        for each in lines:
            none = each.kind.answered_none
            skipped = each.skipped_by and known.text(each.skipped_by)
            if none is not None and not skipped and known.value(*each.key) is None:
                self._given[each.key] = none

    def _give(self, answers: Answers) -> None:
        self._given.update(answers)
        self.refresh_page()


def value_words(tr: Translator, kind: FactKind, value: Value) -> str:
    """Write what is known of a fact."""
    match kind.kind:
        case "choice":
            return tr.term(f"fact.{kind.code}.{value}")
        case "date":
            return day_words(tr, dt.date.fromisoformat(str(value)))
        case "text":
            return str(value)
        case "codes":
            return f"{value} ({row_words(tr, kind, str(value))})"
        case _:
            decimals = len(f"{kind.step:g}".partition(".")[2])
            return f"{tr.number(float(value), decimals)} {tr.term(kind.unit)}".strip()


def _answer(tr: Translator, value: Value | None) -> str:
    match value:
        case None:
            return "?"
        case True:
            return f"✔ {tr('ja')}"
        case False:
            return f"– {tr('nee')}"
        case _:
            return "●"
