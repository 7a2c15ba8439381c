"""Who is tested: a code and what the rules need of a person, and the question whether it is the right one."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from textual.containers import Horizontal
from textual.widget import Widget
from textual.widgets import Input

from teststation.i18n import N_
from teststation.model import Client
from teststation.reports.wording import person
from teststation.tui.client_form import FIELDS, possible_ages, read
from teststation.tui.keys import Act, Offer, Press
from teststation.tui.screens.page import Page, line
from teststation.tui.widgets.plain_input import PlainInput

_LABELS = {
    "code": N_("Code"),
    "birth_year": N_("Geboortejaar"),
    "age": N_("Leeftijd"),
    "sex": N_("Geslacht"),
    "height": N_("Lengte (cm)"),
    "measured": N_("Lengte is"),
    "aid": N_("Loophulpmiddel"),
}
_HINTS = {
    "code": N_("zoals K-017; geen naam"),
    "birth_year": N_("zoals 1941"),
    "age": N_("in jaren vandaag"),
    "sex": N_("v, m of x"),
    "height": N_("tot op 0,1 cm, zoals 163,5"),
    "measured": N_("g gemeten · z zelf opgegeven"),
    "aid": N_("1 geen · 2 stok · 3 krukken · 4 rollator · 5 looprek · 6 anders"),
}
_LONGEST = {"code": 16, "birth_year": 4, "age": 3, "sex": 1, "height": 5, "measured": 1, "aid": 1}


class ClientPage(Page):
    """A form for one hand: Enter goes to the next field, and after the last one on."""

    typing = True
    AUTO_FOCUS = "#code"

    def __init__(self, typed: dict[str, str] | None = None) -> None:
        super().__init__()
        self._typed = typed or {}
        self._wrong: dict[str, str] = {}

    def title_text(self) -> str:
        """Name the page."""
        return self.tr("Cliënt")

    def offers(self) -> tuple[Offer, ...]:
        """Offer the next field, and the way on and back."""
        return (Offer(Act.GO, self.tr("volgend veld; PageDown: verder")), Offer(Act.BACK))

    def body(self) -> Iterable[Widget]:
        """Lay out a row for each field."""
        yield line("intro", "block")
        for field in FIELDS:
            with Horizontal(classes="field"):
                yield line(f"label-{field}", "label")
                yield PlainInput(self._typed.get(field, ""), id=field, compact=True, max_length=_LONGEST[field])
                yield line(f"hint-{field}", "hint")

    def show(self) -> None:
        """Name the fields, and say beside each what is expected or what is wrong."""
        self.put("intro", self.tr("Alleen de code is verplicht; zonder de rest blijven sommige grenzen open."))
        ages = possible_ages(self.query_one("#birth_year", Input).value, today().year)
        for field in FIELDS:
            self.put(f"label-{field}", self.tr(_LABELS[field]))
            wrong = field in self._wrong
            hint = self.tr(self._wrong[field]) if wrong else self.tr(_HINTS[field])
            if field == "age" and ages and not wrong:
                hint = self.tr("{younger} of {older}", younger=ages[0], older=ages[1])
            self.put(f"hint-{field}", f"▲ {hint}" if wrong else hint)
            self.query_one(f"#hint-{field}").set_class(wrong, "-wrong")

    def on_input_changed(self, event: Input.Changed) -> None:
        """Help with the age as soon as the year is there."""
        if event.input.id in self._wrong:
            del self._wrong[event.input.id]
        self.show()

    def act(self, press: Press) -> None:
        """Go to the next field, on, or back."""
        if press.act is Act.BACK:
            self.station.open_start()
        elif press.key == "enter" and self.focused is not None and self.focused.id != FIELDS[-1]:
            self.focus_next(Input)
        else:
            self._submit()

    def _submit(self) -> None:
        typed = {field: self.query_one(f"#{field}", Input).value for field in FIELDS}
        entry = read(typed, today().year)
        self._wrong = entry.wrong
        if entry.client is not None:
            self.station.open_page(ConfirmPage(entry.client, entry.age, typed))
            return
        self.show()
        self.query_one(f"#{next(field for field in FIELDS if field in entry.wrong)}", Input).focus()


class ConfirmPage(Page):
    """The right person, and no reason not to test (PRACTICE 12, 13)."""

    def __init__(self, client: Client, age: int | None, typed: dict[str, str]) -> None:
        super().__init__()
        self._client = client
        self._age = age
        self._typed = typed

    def title_text(self) -> str:
        """Name the page."""
        return self.tr("Cliënt")

    def offers(self) -> tuple[Offer, ...]:
        """Offer yes and back."""
        return (Offer(Act.GO, self.tr("klopt, en niets hiervan")), Offer(Act.BACK, self.tr("verbeteren")))

    def body(self) -> Iterable[Widget]:
        """Lay out the question and the list."""
        yield line("question", "loud block")
        yield line("not-when", "block")
        yield line("waiting", "note")

    def show(self) -> None:
        """Ask."""
        tr = self.tr
        self.put("question", tr("{person} – klopt dit?", person=person(self.station.tr, self._client)))
        reasons = (
            tr("pijn op de borst, benauwd in rust"),
            tr("plotselinge uitval, verwardheid of spraakproblemen"),
            tr("pas gevallen met mogelijk een breuk; nieuwe hevige rugpijn"),
            tr("mag het been niet belasten"),
            tr("kan één eenvoudige opdracht niet volgen"),
        )
        lines = [tr("Niet testen bij (niet uit de richtlijn):"), "", *(f"  – {reason}" for reason in reasons), ""]
        lines.append(
            tr("Alleen met een tweede persoon: duizelig bij opstaan, koorts, pas geopereerd, kan niet alleen staan.")
        )
        self.put("not-when", "\n".join(lines))
        self.put("waiting", "" if self.station.ready else self.station.failure or tr("De opslag wordt geopend …"))

    def act(self, press: Press) -> None:
        """Begin the visit, or go back to the form as it was."""
        if press.act is Act.BACK:
            self.station.open_page(ClientPage(self._typed))
        elif self.station.ready:
            self.station.begin_visit(self._client, self._age)


def today() -> dt.date:
    """Give the day of the visit, by the machine's own calendar."""
    return dt.datetime.now().astimezone().date()
