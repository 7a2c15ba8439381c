"""What a practice may choose, as far as it is chosen often; the file has the rest."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import partial
from typing import Any

import msgspec
from textual.widget import Widget

from teststation.i18n import N_
from teststation.settings import Settings, bounds, settings_file, typed_number
from teststation.tui.keys import Act, Offer, Press
from teststation.tui.screens.listing import window
from teststation.tui.screens.page import Page, line
from teststation.tui.screens.task import Field, Said, TaskPage

_ROWS_AROUND = 10
"""Lines of the page that are not the list's."""
_LONGEST_NUMBER = 8


class Value(msgspec.Struct, frozen=True):
    """What can be chosen: how it is called, and what is kept then."""

    text: str
    choice: dict[str, Any]


class Row(msgspec.Struct, frozen=True):
    """A line of the list: its name, what it means, and the values of which one holds."""

    name: str
    means: str
    values: tuple[Value, ...]

    def at(self, settings: Settings) -> int:
        """Tell which value holds."""
        held = (
            i for i, value in enumerate(self.values) if all(getattr(settings, k) == v for k, v in value.choice.items())
        )
        return next(held, 0)


class Form(msgspec.Struct, frozen=True):
    """A line of the list that opens a form: settings to type, each with its label."""

    name: str
    means: str
    labels: dict[str, str]


_YES_NO = ((N_("ja"), True), (N_("nee"), False))


def _row(key: str, name: str, means: str, values: Iterable[tuple[str, Any]]) -> Row:
    return Row(name, means, tuple(Value(text, {key: value}) for text, value in values))


ROWS: tuple[Row | Form, ...] = (
    _row("language", N_("Taal"), N_("Van de schermen en de papieren."), (("Nederlands", "nl"), ("English", "en"))),
    _row(
        "theme",
        N_("Kleuren"),
        N_("Licht voor een zonnige kamer; wit op zwart als gewone letters te grijs zijn."),
        ((N_("donker"), "dark"), (N_("licht"), "light"), (N_("hoog contrast"), "contrast")),
    ),
    _row(
        "trials",
        N_("Pogingen"),
        N_("Van lopen en opstaan-lopen-zitten, die meetellen. De KNGF-grens geldt het gemiddelde van twee."),
        (("1", 1), ("2", 2), ("3", 3)),
    ),
    _row(
        "pace",
        N_("Tempo in woorden"),
        N_("Beide vragen het gewone tempo; de tweede als ‘tempo’ tot haast leidt."),
        ((N_("in uw gewone tempo"), "usual"), (N_("zoals u altijd loopt"), "as_always")),
    ),
    _row("practice_trial", N_("Oefenpoging"), N_("Van opstaan-lopen-zitten; zij telt niet mee."), _YES_NO),
    Row(
        N_("Opstaan uit stoel"),
        N_("Wanneer deze test stopt: na de vijfde of tiende keer zitten, of na 30 seconden."),
        (
            Value(N_("5 keer"), {"stand_s": 0, "stands": 5}),
            Value(N_("10 keer"), {"stand_s": 0, "stands": 10}),
            Value(N_("30 seconden"), {"stand_s": 30}),
        ),
    ),
    _row(
        "start_delay_s",
        N_("Start na de toets"),
        N_("Uitstel met aftellen, om weer naast de cliënt te staan."),
        ((N_("meteen"), 0), ("3 s", 3), ("10 s", 10), ("20 s", 20)),
    ),
    _row("tone", N_("Toon bij de start"), N_("Naast ‘ja’ en een handgebaar; vraag of de cliënt hem hoort."), _YES_NO),
    _row(
        "plot",
        N_("Signaal"),
        N_("Blokjes als de stippen van braille op dit scherm vierkantjes zijn."),
        ((N_("vanzelf"), "auto"), (N_("stippen"), "braille"), (N_("blokjes"), "blocks")),
    ),
    _row(
        "flags",
        N_("Vlaggen"),
        N_("Nee als de cliënt meekijkt: vlaggen staan dan alleen op papier; de zinnen blijven."),
        _YES_NO,
    ),
    _row(
        "second_opinions",
        N_("Andere bronnen"),
        N_("Ja: toets A bij uitslag en conclusie zegt wat andere bronnen vinden; de richtlijn gaat voor."),
        _YES_NO,
    ),
    _row(
        "clicker",
        N_("Presentatieknop"),
        N_("Ja: de knop die het scherm zwart maakt (letter B) is dan geen ‘terug’."),
        _YES_NO,
    ),
    Form(
        N_("Maten"),
        N_("De loopbaan, en na hoeveel tijd een late start wordt gevraagd."),
        {
            "course_m": N_("Getimede weg (m)"),
            "walked_m": N_("Hele weg (m)"),
            "late_start_s": N_("Late start (s)"),
        },
    ),
    Form(
        N_("Termijnen"),
        N_("Vergrendelen, bewaren, reservekopie."),
        {
            "lock_after_min": N_("Op slot na (min)"),
            "keep_care_years": N_("Zorg (jaar)"),
            "keep_screening_days": N_("Screening (dagen)"),
            "backup_days": N_("Reserve (dagen)"),
        },
    ),
    Form(
        N_("Op papier"),
        N_("Wiens papier het is, wat op het blad van de cliënt staat, en in welke map het komt."),
        {
            "practice": N_("Praktijk"),
            "local_offer": N_("Beweegaanbod"),
            "papers_folder": N_("Map"),
        },
    ),
)


class SettingsPage(Page):
    """A list; a choice holds at once, and is kept."""

    def __init__(self, at: int = 0) -> None:
        super().__init__()
        self._at = at

    def title_text(self) -> str:
        """Name the page."""
        return self.tr("Instellingen")

    def offers(self) -> tuple[Offer, ...]:
        """Offer to go through the list, to choose, the way back."""
        choose = Offer(Act.GO, self.tr("typen")) if isinstance(ROWS[self._at], Form) else Offer(Act.GO, hidden=True)
        change = () if isinstance(ROWS[self._at], Form) else (Offer(Act.CHANGE),)
        return (choose, *change, Offer(Act.UP), Offer(Act.DOWN, hidden=True), Offer(Act.BACK))

    def body(self) -> Iterable[Widget]:
        """Lay out the list above what the chosen line means."""
        yield line("wrong", "note")
        yield line("rows", "block")
        yield line("means", "block")
        yield line("file", "quiet")

    def show(self) -> None:
        """Write the list."""
        tr, settings = self.station.tr, self.station.settings
        wrong = [f"▲ {tr.reason(reason)}" for reason in self.station.wrong_settings]
        self.put("wrong", "\n".join(wrong))
        self.query_one("#wrong").display = bool(wrong)
        wide = max(len(tr(row.name)) for row in ROWS)
        rows = [
            f"{tr(row.name):<{wide}}   {'…' if isinstance(row, Form) else tr(row.values[row.at(settings)].text)}"
            for row in ROWS
        ]
        self.put("rows", window(rows, self._at, self.size.height - _ROWS_AROUND - len(wrong)))
        self.put("means", tr(ROWS[self._at].means))
        self.put("file", str(settings_file()))

    def act(self, press: Press) -> None:
        """Go through the list, choose, type, or leave."""
        match press.act:
            case Act.UP | Act.DOWN:
                self._at = (self._at + (1 if press.act is Act.DOWN else -1)) % len(ROWS)
                self.refresh_page()
            case Act.GO | Act.CHANGE:
                self._change(-1 if press.key == "left" else 1)
            case Act.BACK:
                self.station.open_start()

    def _change(self, step: int) -> None:
        row = ROWS[self._at]
        if isinstance(row, Form):
            self.app.push_screen(TypedSettingsPage(row, self.station.settings))
        else:
            value = row.values[(row.at(self.station.settings) + step) % len(row.values)]
            self.station.change(**value.choice)


class TypedSettingsPage(TaskPage):
    """Settings that are typed; what cannot be is said beside its field."""

    def __init__(self, form: Form, settings: Settings) -> None:
        self._form = form
        super().__init__([_field(key, label, getattr(settings, key)) for key, label in form.labels.items()])

    def title_text(self) -> str:
        """Name the page."""
        return self.tr(self._form.name)

    def does(self) -> str:
        """Name what the key does."""
        return self.tr("bewaren")

    def intro(self, _: Mapping[str, str]) -> str:
        """Say what these are."""
        return self.tr(self._form.means)

    def show(self) -> None:
        """Say beside each number between which it lies."""
        super().show()
        for key in self._form.labels:
            if key not in self._wrong and bounds(key):
                self.put(f"hint-{key}", self._between(key))

    def wrong(self, typed: Mapping[str, str]) -> dict[str, str]:
        """Say of each number that cannot be between which it lies."""
        numbers = {key: typed_number(key, text) for key, text in typed.items() if bounds(key)}
        wrong = {key: self._between(key) for key, number in numbers.items() if number is None}
        course, walked = numbers.get("course_m"), numbers.get("walked_m")
        if course is not None and walked is not None and walked <= course:
            wrong["walked_m"] = self.tr("langer dan de getimede weg")
        return wrong

    def _between(self, key: str) -> str:
        limits = bounds(key)
        assert limits is not None
        least, most = (self.station.tr.number(limit, 0 if limit == int(limit) else 1) for limit in limits)
        return self.tr("{least} tot {most}", least=least, most=most)

    def work(self, typed: Mapping[str, str]) -> Said:
        """Take what was typed, and keep it."""
        choice = {key: typed_number(key, text) if bounds(key) else text for key, text in typed.items()}
        self.app.call_from_thread(partial(self.station.change, **choice))
        return Said("")


def _field(key: str, label: str, value: Any) -> Field:
    if bounds(key):
        return Field(name=key, label=label, value=f"{value:g}".replace(".", ","), longest=_LONGEST_NUMBER)
    return Field(name=key, label=label, value=value)
