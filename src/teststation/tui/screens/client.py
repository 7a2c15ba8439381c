"""Who is tested: a code and what the rules need of a person, and the question whether it is the right one."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence

from textual.containers import Horizontal
from textual.suggester import Suggester
from textual.widget import Widget
from textual.widgets import Input

from teststation.boundary import client_code
from teststation.guideline.criteria import questions_of
from teststation.guideline.facts import label_of
from teststation.i18n import N_
from teststation.model import Client, Reason, TeststationError, Visit, VisitKind
from teststation.reports.wording import VISITS, day_of, day_words, person
from teststation.tui.agreement import Agreement
from teststation.tui.client_form import FIELDS, as_typed, possible_ages, read, sentence
from teststation.tui.keys import Act, Offer, Press
from teststation.tui.screens.consent import ConsentPage, agreement_words
from teststation.tui.screens.page import Page, line
from teststation.tui.widgets.plain_input import PlainInput

LABELS = {
    "code": N_("Code"),
    "birth_year": N_("Geboortejaar"),
    "age": N_("Leeftijd"),
    "sex": N_("Geslacht"),
    "height": N_("Lengte (cm)"),
    "measured": N_("Lengte is"),
    "weight": N_("Gewicht (kg)"),
    "aid": N_("Loophulpmiddel"),
}
HINTS = {
    "code": N_("zoals K-017; geen naam"),
    "birth_year": N_("zoals 1941"),
    "age": N_("in jaren vandaag"),
    "sex": N_("v, m of x"),
    "height": N_("tot op 0,1 cm, zoals 163,5"),
    "measured": N_("g gemeten · z zelf opgegeven"),
    "weight": N_("tot op 0,1 kg, zoals 61,5"),
    "aid": N_("1 geen · 2 stok · 3 krukken · 4 rollator · 5 looprek · 6 anders"),
}
LONGEST = {"code": 16, "birth_year": 4, "age": 3, "sex": 1, "height": 7, "measured": 1, "weight": 7, "aid": 1}


class _Codes(Suggester):
    """Completes a code to the first one that is known."""

    def __init__(self, known: Callable[[str], Sequence[Client]]) -> None:
        super().__init__(use_cache=False)
        self._known = known

    async def get_suggestion(self, value: str) -> str | None:
        """Give the first known code that begins so."""
        return next((client.code for client in self._known(value)), None)


class ClientPage(Page):
    """A form for one hand: Enter goes to the next field, and after the last one on."""

    typing = True
    AUTO_FOCUS = "#code"

    def __init__(self, typed: dict[str, str] | None = None, kind: VisitKind | None = None) -> None:
        super().__init__()
        self._typed = typed or {}
        self._kind = kind
        self._wrong: Mapping[str, str | Reason] = {}
        self._proposed: Sequence[Client] = ()
        self._filled: dict[str, str] = {}

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
                suggester = _Codes(self._known) if field == "code" else None
                typed = self._typed.get(field, "")
                yield PlainInput(typed, id=field, compact=True, max_length=LONGEST[field], suggester=suggester)
                yield line(f"hint-{field}", "hint")

    def show(self) -> None:
        """Name the fields, and say beside each what is expected or what is wrong."""
        self.put("intro", self.tr("Alleen de code is verplicht; zonder de rest blijven sommige grenzen open."))
        ages = possible_ages(self.query_one("#birth_year", Input).value, today().year)
        for field in FIELDS:
            self.put(f"label-{field}", self.tr(LABELS[field]))
            wrong = field in self._wrong
            hint = sentence(self.station.tr, self._wrong[field]) if wrong else self.tr(HINTS[field])
            if field == "age" and ages and not wrong:
                hint = self.tr("{younger} of {older}", younger=ages[0], older=ages[1])
            if field == "code" and not wrong:
                hint = self._whose(self.query_one("#code", Input).value) or hint
            self.put(f"hint-{field}", f"▲ {hint}" if wrong else hint)
            self.query_one(f"#hint-{field}").set_class(wrong, "-wrong")

    def on_input_changed(self, event: Input.Changed) -> None:
        """Help with the age as soon as the year is there, and with a client who is known."""
        self._wrong = {field: wrong for field, wrong in self._wrong.items() if field != event.input.id}
        if event.input.id == "code":
            self._proposed = self._known(event.value)
            client = self._exact(event.value)
            self._fill({} if client is None else as_typed(client))
        self.show()

    def _known(self, start: str) -> Sequence[Client]:
        """Give those whose code begins so, as far as the store is open and can be read."""
        try:
            return self.station.bench.visits.known(start.strip().upper()) if start and self.station.ready else ()
        except TeststationError:
            return ()

    def _exact(self, typed: str) -> Client | None:
        return next((client for client in self._proposed if client.code == client_code(typed)), None)

    def _fill(self, known: dict[str, str]) -> None:
        """Fill in what is known of a client, and take it out again when it turns out to be another one."""
        for field in FIELDS:
            place = self.query_one(f"#{field}", Input)
            if field != "code" and place.value == self._filled.get(field, ""):
                place.value = known.get(field, "")
        self._filled = known

    def _whose(self, typed: str) -> str:
        """Say whether a code is known, or whose it can become."""
        client = self._exact(typed)
        if client is not None:
            return self.tr("● bekende cliënt")
        if self._proposed:
            codes = " · ".join(each.code for each in self._proposed)
            return self.tr("bekend (→ vult aan): {codes}", codes=codes)
        return self.tr("○ nieuwe cliënt") if self.station.ready and client_code(typed) is not None else ""

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
            self.station.open_page(ConfirmPage(entry.client, entry.age, typed, self._kind))
            return
        self.show()
        self.query_one(f"#{next(field for field in FIELDS if field in entry.wrong)}", Input).focus()


class ConfirmPage(Page):
    """The right person, and no reason not to test (PRACTICE 12, 13)."""

    def __init__(self, client: Client, age: int | None, typed: dict[str, str], kind: VisitKind | None = None) -> None:
        super().__init__()
        self._client = client
        self._age = age
        self._typed = typed
        self._kind = kind
        self._fit = True

    def title_text(self) -> str:
        """Name the page."""
        return self.tr("Cliënt")

    def offers(self) -> tuple[Offer, ...]:
        """Offer yes and back."""
        return (
            Offer(Act.GO, self.tr("klopt, en niets hiervan")),
            *((Offer(Act.SOMETHING), Offer(Act.KIND), Offer(Act.CONSENT)) if self.station.ready else ()),
            Offer(Act.BACK, self.tr("verbeteren")),
        )

    def body(self) -> Iterable[Widget]:
        """Lay out the question and the list."""
        yield line("question", "loud")
        yield line("known", "block")
        yield line("not-when", "block")
        yield line("waiting", "note")

    def show(self) -> None:
        """Ask."""
        tr = self.tr
        self.put("question", tr("{person} – klopt dit?", person=person(self.station.tr, self._client)))
        self.put("known", self._before())
        stops, cautions = (
            [self.station.tr.term(label_of(code)) for code in questions_of(meaning)] for meaning in ("stop", "caution")
        )
        lines = [tr("Niet testen bij (niet uit de richtlijn):"), *(f"  – {reason}" for reason in stops)]
        lines.append(tr("Alleen met een tweede persoon: {reasons}.", reasons=", ".join(cautions)))
        self.put("not-when", "\n".join(lines))
        self.put("waiting", "" if self.station.ready else self.station.failure or tr("De opslag wordt geopend …"))

    def _before(self) -> str:
        """Say what kind of visit it is, whether the client was here before, and what was agreed to."""
        if not self.station.ready:
            return ""
        kind = self.tr("Soort bezoek: {kind}", kind=self.tr(VISITS[self._kind_now()]))
        return f"{kind}\n{self._known_before()}"

    def _known_before(self) -> str:
        tr, visits = self.station.tr, self.station.bench.visits
        try:
            earlier, agreement = visits.earlier(self._client.code), visits.agreement(self._client.code)
            known = bool(earlier) or any(other.code == self._client.code for other in visits.known(self._client.code))
        except TeststationError as error:
            return tr.reason(error.reason)
        if not known:
            return tr("○ nieuwe cliënt: deze code is hier nog niet gebruikt")
        if not earlier:
            return tr("● bekende cliënt")
        last = day_words(tr, day_of(earlier[-1].started_at))
        said = tr("● bekende cliënt; bezoeken: {count}, het laatste op {day}", count=len(earlier), day=last)
        return said if agreement is None else f"{said}\n{agreement_words(tr, agreement)}"

    def _kind_now(self) -> VisitKind:
        """Give the kind of visit: as chosen, else by whether there is a visit to follow up."""
        if self._kind is not None:
            return self._kind
        try:
            earlier = self.station.bench.visits.earlier(self._client.code)
        except TeststationError:
            return VisitKind.FIRST
        return kind_after(earlier)

    def act(self, press: Press) -> None:
        """Begin the visit, ask what is agreed to where that is not known, or go back to the form as it was."""
        if press.act is Act.BACK:
            screening = self._kind is VisitKind.SCREENING
            self.station.open_page(ClientPage(self._typed, VisitKind.SCREENING if screening else None))
        elif press.act is Act.KIND:
            kinds = tuple(VisitKind)
            self._kind = kinds[(kinds.index(self._kind_now()) + 1) % len(kinds)]
            self.refresh_page()
        elif self.station.ready:
            self._fit = press.act is Act.GO
            try:
                agreement = self.station.bench.visits.agreement(self._client.code)
            except TeststationError as error:
                self.station.warn(error.reason)
                return
            if agreement is None or press.act is Act.CONSENT or not agreement.is_usual:
                self._ask(agreement or Agreement())
            else:
                self._begin(agreement)

    def _ask(self, agreement: Agreement) -> None:
        def left() -> None:
            self.station.open_page(ConfirmPage(self._client, self._age, self._typed, self._kind))

        self.station.open_page(ConsentPage(self._client, agreement, self._begin, left))

    def _begin(self, agreement: Agreement) -> None:
        self.station.begin_visit(self._client, self._age, agreement, self._kind_now(), fit=self._fit)


def kind_after(earlier: Sequence[Visit]) -> VisitKind:
    """Tell what kind of visit comes after others: a follow-up needs one that was more than a screening."""
    return VisitKind.FOLLOW_UP if any(visit.kind is not VisitKind.SCREENING for visit in earlier) else VisitKind.FIRST


def today() -> dt.date:
    """Give the day of the visit, by the machine's own calendar."""
    return dt.datetime.now().astimezone().date()
