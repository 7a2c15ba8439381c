"""What a page asks before it does something slow with what is kept, how far that is, and what came of it."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from typing import ClassVar

import msgspec
from textual.containers import Horizontal
from textual.timer import Timer
from textual.widget import Widget
from textual.widgets import Input

from teststation.model import TeststationError
from teststation.tui.keys import Act, Offer, Press
from teststation.tui.screens.page import Page, line
from teststation.tui.widgets.plain_input import PlainInput

_TICK_S = 1.0
_LONGEST = 240
_NARROW = 16

_log = logging.getLogger(__name__)


class Field(msgspec.Struct, frozen=True, kw_only=True):
    """What is asked: its label, what is expected, what is offered; a secret is not shown."""

    name: str
    label: str
    hint: str = ""
    value: str = ""
    longest: int = _LONGEST
    secret: bool = False

    @property
    def wide(self) -> bool:
        """Whether it takes a line of its own."""
        return self.longest > _NARROW


class Said(msgspec.Struct, frozen=True):
    """What came of it; where it is not finished, the same key goes on with the next step.

    Where it is finished and nothing has to be said of it, the page leaves by itself.
    """

    text: str
    finished: bool = True
    failed: bool = False


class TaskPage(Page):
    """A small form above what is said; the work is done in a thread, and nothing else meanwhile."""

    typing = True
    AUTO_FOCUS = "Input"
    named: ClassVar[str] = ""

    def __init__(self, fields: Sequence[Field] = ()) -> None:
        super().__init__()
        self._fields = fields
        self._wrong: dict[str, str] = {}
        self._said = Said("", finished=False)
        self._ticks: int | None = None
        self._timer: Timer | None = None

    # What a task says of itself

    def does(self) -> str:
        """Name what the key does next."""
        return ""

    def intro(self, typed: Mapping[str, str]) -> str:  # noqa: ARG002 - for who needs it
        """Say what is about to happen, with what is typed until now."""
        return ""

    def wrong(self, typed: Mapping[str, str]) -> dict[str, str]:  # noqa: ARG002 - for who needs it
        """Say of each field that is not right what is expected."""
        return {}

    def work(self, typed: Mapping[str, str]) -> Said:  # noqa: ARG002 - for who needs it
        """Do it, in a thread; of a page with nothing to do nothing is said."""
        return Said("")

    def changed(self) -> None:
        """Forget what was found for other words than those that are typed now."""

    # What is the same for all

    @property
    def working(self) -> bool:
        """Tell whether something is being done."""
        return self._ticks is not None

    @property
    def occupied(self) -> bool:
        """Whether something is being done."""
        return self.working

    def title_text(self) -> str:
        """Name the page."""
        return self.tr(self.named)

    def offers(self) -> tuple[Offer, ...]:
        """Offer to do it, and the way back; nothing while it is done."""
        if self.working:
            return ()
        if self._said.finished:
            return (Offer(Act.GO, self.tr("terug")), Offer(Act.BACK, hidden=True))
        return (Offer(Act.GO, self.does()), Offer(Act.BACK))

    def body(self) -> Iterable[Widget]:
        """Lay out the fields under what is about to happen."""
        yield line("intro", "block")
        for field in self._fields:
            with Horizontal(classes="field -wide" if field.wide else "field"):
                yield line(f"label-{field.name}", "label")
                yield PlainInput(
                    field.value, id=field.name, compact=True, max_length=field.longest, password=field.secret
                )
                if not field.wide:
                    yield line(f"hint-{field.name}", "hint")
            if field.wide:
                yield line(f"hint-{field.name}", "quiet block")
        yield line("said")

    def show(self) -> None:
        """Write what is about to happen, what is asked, and how far it is."""
        self.put("intro", said := self.intro(self.typed()))
        self.query_one("#intro").display = bool(said)
        for field in self._fields:
            self.put(f"label-{field.name}", self.tr(field.label))
            wrong = self._wrong.get(field.name)
            self.put(f"hint-{field.name}", f"▲ {wrong}" if wrong else self.tr(field.hint))
        self.put("said", self._status())

    def _status(self) -> str:
        if self._ticks is not None:
            return f"… {self.tr('bezig, {seconds} s', seconds=self._ticks)}"
        if not self._said.text:
            return ""
        return f"{'✖' if self._said.failed else '●'} {self._said.text}"

    def typed(self) -> dict[str, str]:
        """Give what is typed."""
        values = {field.name: self.query_one(f"#{field.name}", Input).value for field in self._fields}
        return {
            field.name: values[field.name] if field.secret else values[field.name].strip() for field in self._fields
        }

    def on_input_changed(self, _: Input.Changed) -> None:
        """Look at what is typed anew."""
        if not self._laid_out or self.working or self._said.finished:
            return
        self._wrong, self._said = {}, Said("", finished=False)
        self.changed()
        self.refresh_page()

    def act(self, press: Press) -> None:
        """Go to the next field, do it, or leave."""
        if press.act is Act.BACK or self._said.finished:
            self.leave()
        elif press.key == "enter" and self.focused is not None and self.focused.id != self._fields[-1].name:
            self.focus_next(Input)
        else:
            self._begin()

    def leave(self) -> None:
        """Go back to the page below."""
        self.dismiss()

    def _begin(self) -> None:
        typed = self.typed()
        self._wrong = self.wrong(typed)
        if self._wrong:
            self.show()
            self._type_again(next(iter(self._wrong)))
            return
        self._ticks = 0
        self._timer = self.set_interval(_TICK_S, self._tick)
        self.refresh_page()
        self.run_worker(partial(self._do, typed), thread=True, exit_on_error=False)

    def _tick(self) -> None:
        if self._ticks is not None:
            self._ticks += 1
            self.show()

    def _do(self, typed: Mapping[str, str]) -> None:
        try:
            said = self.work(typed)
        except TeststationError as error:
            said = Said(self.station.tr.reason(error.reason), finished=False, failed=True)
        except Exception:  # noqa: BLE001 - said on the page; the log has the rest
            _log.exception("a task of the data page failed")
            said = Said(self.tr("Dit is niet gelukt; zie het logboek."), finished=False, failed=True)
        self.app.call_from_thread(self._done, said)

    def _done(self, said: Said) -> None:
        self._said, self._ticks = said, None
        if self._timer is not None:
            self._timer.stop()
        if said.finished and not said.text:
            self.leave()
            return
        self.refresh_page()
        if said.failed and self._fields:
            self._type_again(self._fields[0].name)

    def _type_again(self, field: str) -> None:
        """Go to a field; what cannot be read there is replaced as a whole."""
        place = self.query_one(f"#{field}", Input)
        place.focus()
        if place.password:
            place.select_all()
