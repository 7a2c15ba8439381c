"""What is typed of a client: a number, a date or a line of text, with what is wrong said beside it and nothing lost."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

from textual.containers import Horizontal
from textual.widget import Widget
from textual.widgets import Input

from teststation.guideline.facts import NOT_KNOWN, FactKind, Value, fact, implausible, typed
from teststation.guideline.rand36 import scale_of
from teststation.guideline.wording import with_unit
from teststation.i18n import Translator
from teststation.model import Reason, Side, TeststationError
from teststation.reports.wording import SIDES
from teststation.store import utc_now
from teststation.tui.keys import Act, Offer, Press
from teststation.tui.screens.page import Page, line
from teststation.tui.topics import Line
from teststation.tui.widgets.plain_input import PlainInput

Answers = Mapping[tuple[str, Side | None], Value]
"""What was answered, by code and side; `NOT_KNOWN` takes an earlier answer back."""

_LONGEST_NUMBER = 16


def label_of(tr: Translator, line_: Line) -> str:
    """Say what a line asks."""
    name = tr.term(line_.kind.label)
    return name if line_.side is None else f"{name}, {tr(SIDES[line_.side])}"


def as_typed(value: Value | None) -> str:
    """Give a value as it would be typed."""
    if value is None:
        return ""
    return f"{value:g}".replace(".", ",") if isinstance(value, float) else str(value)


class EntryPage(Page):
    """A field for each line; Enter goes to the next one, and after the last one back.

    Parameters
    ----------
    lines : what is asked
    known : what is known of it
    take : is given what was typed
    """

    DEFAULT_CSS = """
    EntryPage .entry { height: auto; margin-bottom: 1; }
    EntryPage .entry Input { width: 18; background: $panel; color: $foreground; }
    EntryPage .entry.-text Input { width: 1fr; }
    EntryPage .entry Input:focus { background: $foreground; color: $ink; }
    EntryPage .entry .hint { padding-left: 2; }
    EntryPage .entry.-text .hint { display: none; }
    """
    typing = True
    AUTO_FOCUS = "Input"

    def __init__(self, title: str, lines: Sequence[Line], known: Answers, take: Callable[[Answers], None]) -> None:
        super().__init__()
        self._title = title
        self._lines = lines
        self._known = known
        self._take = take
        self._wrong: dict[int, Reason] = {}

    def title_text(self) -> str:
        """Name the page."""
        return self.tr(self._title)

    def offers(self) -> tuple[Offer, ...]:
        """Offer to keep it, or not."""
        more = len(self._lines) > 1
        return (
            Offer(Act.GO, self.tr("volgend veld; PageDown: klaar") if more else self.tr("klaar")),
            Offer(Act.BACK),
        )

    def body(self) -> Iterable[Widget]:
        """Lay out a field under the name of each line."""
        for number, each in enumerate(self._lines):
            text = each.kind.kind == "text"
            yield line(f"label-{number}")
            with Horizontal(classes="entry -text" if text else "entry"):
                yield PlainInput(
                    as_typed(self._known.get(each.key)),
                    id=f"value-{number}",
                    compact=True,
                    max_length=int(each.kind.high) if text else _LONGEST_NUMBER,
                    select_on_focus=each.kind.kind != "codes",  # a row is gone on with
                )
                yield line(f"hint-{number}", "hint quiet")
            yield line(f"wrong-{number}", "note")

    def show(self) -> None:
        """Name the fields, and say beside each what is expected or what is wrong."""
        tr = self.station.tr
        for number, each in enumerate(self._lines):
            self.put(f"label-{number}", label_of(tr, each))
            self.put(f"hint-{number}", _hint(tr, each.kind, self.query_one(f"#value-{number}", Input).value))
            wrong = self._wrong.get(number)
            self.put(f"wrong-{number}", "" if wrong is None else f"▲ {tr.reason(wrong)}")
            self.query_one(f"#wrong-{number}").display = wrong is not None

    def on_input_changed(self, event: Input.Changed) -> None:
        """Forget what was wrong with other words than those that are typed now; say what was read of a row of codes."""
        number = int(str(event.input.id).removeprefix("value-"))
        if self._wrong.pop(number, None) is not None or self._lines[number].kind.kind == "codes":
            self.refresh_page()

    def act(self, press: Press) -> None:
        """Go to the next field, keep what is typed, or leave it."""
        last = f"value-{len(self._lines) - 1}"
        if press.act is Act.BACK:
            self.dismiss()
        elif press.key == "enter" and self.focused is not None and self.focused.id != last:
            self.focus_next(Input)
        else:
            self._keep()

    def _keep(self) -> None:
        read: dict[tuple[str, Side | None], Value] = {}
        self._wrong = {}
        for number, each in enumerate(self._lines):
            text = self.query_one(f"#value-{number}", Input).value.strip()
            try:
                read[each.key] = _value(each, text) if text else NOT_KNOWN
            except TeststationError as error:
                self._wrong[number] = error.reason
        self.show()
        if self._wrong:
            self.query_one(f"#value-{min(self._wrong)}", Input).focus()
            return
        self.dismiss()
        self._take(read)


def _value(line_: Line, text: str) -> Value:
    """Read a value that can be kept."""
    return fact(line_.kind.code, typed(line_.kind.code, text), at=utc_now(), side=line_.side).value


def _hint(tr: Translator, kind: FactKind, text: str) -> str:
    """Say what is expected; of a row of codes that is typed, what was read."""
    match kind.kind:
        case "date":
            return tr("zoals 2026-11-23")
        case "text":
            return ""
        case "codes":
            return _read(tr, kind, "".join(text.split()))
        case _:
            return tr.reason(Reason("limits", {"low": kind.low, "high": with_unit(kind.high, kind.unit)}))


def _read(tr: Translator, kind: FactKind, row: str) -> str:
    """Say which code was read of which item, and what the row comes to."""
    if not row:
        return tr("{count} cijfers, {low} tot {high}; - is open", count=len(kind.items), low=kind.low, high=kind.high)
    read = " ".join(f"{item}:{code}" for item, code in zip(kind.items, row, strict=False))
    return read if implausible(kind.code, row) else f"{read} = {row_words(tr, kind, row)}"


def row_words(tr: Translator, kind: FactKind, row: str) -> str:
    """Say what a row of answer codes comes to."""
    return tr.reason(scale_of(kind.code).said(row))
