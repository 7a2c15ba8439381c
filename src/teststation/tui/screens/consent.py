"""What the client agrees to: one key for the usual answer, a digit for each tick (PRACTICE 18)."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import msgspec
from textual.containers import Vertical
from textual.widget import Widget

from teststation.i18n import N_, Translator
from teststation.model import Client, Scope
from teststation.reports.wording import person
from teststation.tui.agreement import Agreement, Keep
from teststation.tui.keys import Act, Offer, Press
from teststation.tui.screens.page import Page, line

READ_ALOUD = N_(
    "Ik wil een paar tests met u doen: lopen, opstaan en gaan zitten. Mag dat? Ik wil de uitkomsten bewaren om ze "
    "later te vergelijken: zonder uw naam, en op slot. Mag dat ook? U mag altijd nee zeggen, en altijd stoppen."
)
_TICKS = {
    "testing": N_("de tests doen"),
    "keep": "",
    "letter": N_("een brief aan de huisarts"),
    "research": N_("de ruwe metingen delen voor onderzoek"),
    "representative": N_("gezegd namens de cliënt, door een vertegenwoordiger"),
}
_KEEPS = {
    Keep.KEPT: N_("de uitkomsten bewaren, zonder naam en versleuteld"),
    Keep.TODAY: N_("alleen vandaag: na het bezoek wordt alles gewist, ook de pdf’s"),
    Keep.NOT: N_("niet bewaren: er wordt niets bewaard en niets geprint"),
}
NOT_KEPT = N_("niet meer bewaren: wat er al is, blijft tot u het wist bij de gegevens")
_MARKS = {Keep.KEPT: "✔", Keep.TODAY: "◐", Keep.NOT: "–"}


def agreement_words(tr: Translator, agreement: Agreement) -> str:
    """Write what was agreed to, in a line."""
    words = {
        Scope.TESTING: tr("testen"),
        Scope.KEEPING: tr("bewaren"),
        Scope.LETTER: tr("brief"),
        Scope.RESEARCH: tr("onderzoek"),
    }
    said = (f"{_mark(given)} {words[scope]}" for scope, given in agreement.given.items())
    return tr("Toestemming: {said}", said="   ".join(said))


def _mark(given: bool) -> str:
    return "✔" if given else "–"


class ConsentPage(Page):
    """A list of ticks; what they say is handed on by the one key.

    Parameters
    ----------
    client : whom it is about
    agreement : how the ticks stand at first
    agreed : takes what was agreed to
    left : goes back
    keeps : what may become of the visit; only where one begins it can be anything
    """

    def __init__(
        self,
        client: Client,
        agreement: Agreement,
        agreed: Callable[[Agreement], None],
        left: Callable[[], None],
        keeps: tuple[Keep, ...] = tuple(Keep),
    ) -> None:
        super().__init__()
        self._client = client
        self._agreement = agreement
        self._agreed = agreed
        self._left = left
        self._keeps = keeps
        self._begins = keeps == tuple(Keep)

    def title_text(self) -> str:
        """Name the page."""
        return self.tr("Toestemming")

    def status_text(self) -> str:
        """Say whose it is."""
        return person(self.station.tr, self._client)

    def offers(self) -> tuple[Offer, ...]:
        """Offer to go on as the ticks stand, to change them, and the way back."""
        on = (Offer(Act.GO, self._go_text()),) if self._agreement.testing or not self._begins else ()
        return (*on, Offer(Act.PICK, self.tr("wel of niet")), Offer(Act.BACK))

    def _go_text(self) -> str:
        if not self._begins:
            return self.tr("vastleggen")
        match self._agreement.keep:
            case Keep.KEPT:
                return self.tr("akkoord")
            case Keep.TODAY:
                return self.tr("akkoord, alleen vandaag")
            case Keep.NOT:
                return self.tr("akkoord, niets bewaren")

    def body(self) -> Iterable[Widget]:
        """Lay out what is read aloud above the ticks."""
        with Vertical(id="read-aloud-box"):
            yield line("read-aloud")
        yield line("ticks", "block")
        yield line("note", "note")

    def show(self) -> None:
        """Write the ticks as they stand."""
        tr = self.tr
        self.put_above("read-aloud-box", tr("LEES VOOR"))
        self.put("read-aloud", tr(READ_ALOUD))
        rows = (f"  [{number}]  {self._tick(name)}" for number, name in enumerate(_TICKS, 1))
        self.put("ticks", "\n".join(rows))
        if self._agreement.testing:
            note = tr("Verzet de cliënt zich? Stop dan, ook als een vertegenwoordiger akkoord is.")
        else:
            note = tr("Zonder toestemming voor de tests is er geen bezoek.")
        self.put("note", note)

    def _tick(self, name: str) -> str:
        keep = self._agreement.keep
        if name == "keep":
            words = NOT_KEPT if keep is Keep.NOT and not self._begins else _KEEPS[keep]
            return f"{_MARKS[keep]}  {self.tr(words)}"
        return f"{_mark(getattr(self._agreement, name))}  {self.tr(_TICKS[name])}"

    def act(self, press: Press) -> None:
        """Change a tick, hand on what was agreed to, or go back."""
        match press.act:
            case Act.PICK if press.number <= len(_TICKS):
                self._turn(tuple(_TICKS)[press.number - 1])
                self.refresh_page()
            case Act.GO:
                self._agreed(self._agreement)
            case Act.BACK:
                self._left()

    def _turn(self, name: str) -> None:
        now = getattr(self._agreement, name)
        then = self._keeps[(self._keeps.index(now) + 1) % len(self._keeps)] if name == "keep" else not now
        self._agreement = msgspec.structs.replace(self._agreement, **{name: then})
