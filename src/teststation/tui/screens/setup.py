"""The first start: a passphrase, the computer's login, the recovery code on paper, the initials; kept at the end."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING

from textual.widget import Widget

from teststation.i18n import N_
from teststation.model import Reason
from teststation.tui.door import Access, Door, initials
from teststation.tui.keys import Act, Offer, Press
from teststation.tui.screens.page import Page, line
from teststation.tui.screens.step import LONGEST_SECRET, StepPage, initials_field, wrong_initials
from teststation.tui.screens.task import Field

if TYPE_CHECKING:
    from teststation.tui.app import StationApp

_NOTICE_S = 20.0
_GROUPS_ON_A_LINE = 3
_LONGEST_GROUP = 10

_NEW = N_(
    "Wat dit station bewaart, wordt versleuteld. Kies een wachtzin: vier of meer gewone woorden die samen niets met u "
    "te maken hebben. Niemand kan haar voor u opzoeken, ook wij niet."
)
_PLAIN = N_(
    "Tot nu toe kon wie deze computer heeft, lezen wat het station bewaart. Met een wachtzin wordt alles versleuteld: "
    "vier of meer gewone woorden die samen niets met u te maken hebben. De leesbare kopie wist u daarna "
    "zelf, op het eerste scherm."
)

LOGIN_MEANS = N_("Wie op deze computer is aangemeld, opent het station dan zonder wachtzin.")
LOGIN_MIND = N_(
    "Doe dit op een computer waarop alleen u zich aanmeldt, en vergrendel de computer als u wegloopt. "
    "De wachtzin en de herstelcode blijven geldig."
)


class PassphrasePage(StepPage):
    """A new passphrase, typed twice.

    Parameters
    ----------
    why : what it is for
    use : is given the passphrase, in a thread
    """

    named = N_("Wachtzin kiezen")

    def __init__(
        self,
        why: str,
        use: Callable[[str], None],
        onward: Callable[[], None],
        back: Callable[[], None],
        passphrase: str = "",
    ) -> None:
        hint = N_("minstens 10 tekens, spaties tellen mee")
        fields = (
            Field(
                name="passphrase",
                label=N_("Wachtzin"),
                hint=hint,
                value=passphrase,
                longest=LONGEST_SECRET,
                secret=True,
            ),
            Field(name="again", label=N_("Nog eens"), value=passphrase, longest=LONGEST_SECRET, secret=True),
        )
        super().__init__(fields, onward, back)
        self._why = why
        self._use = use

    def does(self) -> str:
        """Name what the key does."""
        return self.tr("verder")

    def intro(self, _: Mapping[str, str]) -> str:
        """Say what it is for."""
        return self.tr(self._why)

    def wrong(self, typed: Mapping[str, str]) -> dict[str, str]:
        """Say what is too short, or not the same."""
        from teststation.store.vault import SHORTEST_PASSPHRASE  # noqa: PLC0415 - loaded by now

        size, least = len(typed["passphrase"]), SHORTEST_PASSPHRASE
        if size < least:
            short = self.tr("pas {count} van de {least} tekens: neem er een woord bij", count=size, least=least)
            return {"passphrase": short}
        if typed["again"] != typed["passphrase"]:
            return {"again": self.tr("dit is niet dezelfde zin: typ haar nog eens")}
        return {}

    def take(self, typed: Mapping[str, str]) -> None:
        """Use it."""
        self._use(typed["passphrase"])


class CodePage(Page):
    """The recovery code, on the screen for this once."""

    def __init__(self, code: str, onward: Callable[[], None], back: Callable[[], None]) -> None:
        super().__init__()
        self._code = code
        self._onward = onward
        self._back = back

    def title_text(self) -> str:
        """Name the page."""
        return self.tr("Herstelcode")

    def offers(self) -> tuple[Offer, ...]:
        """Offer to go on."""
        return (Offer(Act.GO, self.tr("ik heb haar op papier")), Offer(Act.BACK))

    def body(self) -> Iterable[Widget]:
        """Lay out the code between what it is for and what to do with it."""
        yield line("what-for", "block")
        yield line("code", "loud block")
        yield line("then")

    def show(self) -> None:
        """Show the code."""
        groups = self._code.split("-")
        rows = (groups[:_GROUPS_ON_A_LINE], groups[_GROUPS_ON_A_LINE:])
        self.put("what-for", self.tr("Wie de wachtzin vergeet, komt alleen met deze code nog bij de gegevens."))
        self.put("code", "\n\n".join("    " + " - ".join(row) for row in rows))
        self.put(
            "then",
            self.tr(
                "Schrijf haar over op papier, en bewaar dat niet bij deze computer. Hierna wordt de laatste groep "
                "gevraagd. De code wordt nergens bewaard en komt niet meer op het scherm."
            ),
        )

    def act(self, press: Press) -> None:
        """Go on, or back."""
        (self._onward if press.act is Act.GO else self._back)()


class TypedBackPage(StepPage):
    """The last group of the code, from the paper; and who works here, where that is still to be known.

    Parameters
    ----------
    use : gives the code its use, in a thread; is given the initials
    operator : initials to offer; None where they are not asked
    """

    named = N_("Herstelcode")

    def __init__(
        self,
        code: str,
        use: Callable[[str], None],
        onward: Callable[[], None],
        back: Callable[[], None],
        operator: str | None = None,
    ) -> None:
        group = Field(name="group", label=N_("Laatste groep"), hint=N_("vijf tekens"), longest=_LONGEST_GROUP)
        super().__init__((group,) if operator is None else (group, initials_field(operator)), onward, back)
        self._code = code
        self._use = use

    def does(self) -> str:
        """Name what the key does."""
        return self.tr("klaar")

    def intro(self, _: Mapping[str, str]) -> str:
        """Say what is asked."""
        return self.tr("Typ van uw papier de laatste groep van de herstelcode.")

    def wrong(self, typed: Mapping[str, str]) -> dict[str, str]:
        """Say that it is another group."""
        from teststation.store import recovery  # noqa: PLC0415 - loaded by now

        wrong = wrong_initials(self.station.tr, typed)
        if not recovery.ends_so(self._code, typed["group"]):
            wrong = {"group": self.tr("dat is niet de laatste groep; PgUp toont de code nog"), **wrong}
        return wrong

    def take(self, typed: Mapping[str, str]) -> None:
        """Use the code."""
        self._use(initials(typed.get("initials", "")) or "")


class LoginPage(Page):
    """Whether the computer's login is to open the store.

    Parameters
    ----------
    there : whether this computer has a keyring that can
    answer : is given the answer
    """

    def __init__(self, *, there: bool, answer: Callable[[bool], None], back: Callable[[], None]) -> None:
        super().__init__()
        self._there = there
        self._answer = answer
        self._back = back

    def title_text(self) -> str:
        """Name the page."""
        return self.tr("Openen met uw aanmelding")

    def offers(self) -> tuple[Offer, ...]:
        """Offer what is recommended, and the other."""
        if not self._there:
            return (Offer(Act.GO), Offer(Act.BACK))
        yes, no = self.tr("ja, aanbevolen"), self.tr("nee, elke keer de wachtzin")
        return (Offer(Act.GO, yes), Offer(Act.DECLINE, no), Offer(Act.BACK))

    def body(self) -> Iterable[Widget]:
        """Lay out what it means."""
        yield line("means", "block")
        yield line("mind")

    def show(self) -> None:
        """Say what it means."""
        tr = self.tr
        if self._there:
            self.put("means", tr(LOGIN_MEANS))
            self.put("mind", tr(LOGIN_MIND))
        else:
            self.put("means", tr("Deze computer heeft geen sleutelbos die veilig genoeg is om dat te doen."))
            self.put("mind", tr("U typt de wachtzin bij elke start."))

    def act(self, press: Press) -> None:
        """Take the answer."""
        if press.act is Act.BACK:
            self._back()
        else:
            self._answer(press.act is Act.GO and self._there)


class SettingUp:
    """The order of the pages, and what was said on them: nothing is made before the last.

    Parameters
    ----------
    leave : opens the page that comes after, and before
    """

    def __init__(self, station: StationApp, door: Door, leave: Callable[[], None]) -> None:
        self._station = station
        self._door = door
        self._leave = leave
        self._passphrase = self._code = ""
        self._has_login = self._by_login = False
        self._login_failed: Reason | None = None

    def ask_passphrase(self) -> None:
        """Begin, or go back to the beginning."""
        why = _PLAIN if self._door.access is Access.PLAIN else _NEW
        self._show(PassphrasePage(why, self._take_passphrase, self._ask_login, self._leave, self._passphrase))

    def _take_passphrase(self, passphrase: str) -> None:
        from teststation.store import new_code  # noqa: PLC0415 - loaded by now

        self._passphrase = passphrase
        self._code = self._code or new_code()
        self._has_login = self._door.has_login()

    def _ask_login(self) -> None:
        self._show(LoginPage(there=self._has_login, answer=self._take_login, back=self.ask_passphrase))

    def _take_login(self, by_login: bool) -> None:
        self._by_login = by_login
        self._show_code()

    def _show_code(self) -> None:
        self._show(CodePage(self._code, self._ask_code, self._ask_login))

    def _ask_code(self) -> None:
        last = self._door.last_operator
        self._show(TypedBackPage(self._code, self._make, self._finish, self._show_code, last))

    def _make(self, operator: str) -> None:
        self._login_failed = self._door.set_up(self._passphrase, self._code, by_login=self._by_login)
        self._door.sign_in(operator)

    def _finish(self) -> None:
        self._leave()
        if self._login_failed is not None:
            why = self._station.tr.reason(self._login_failed)
            self._station.notify(why, markup=False, severity="warning", timeout=_NOTICE_S)

    def _show(self, page: Page) -> None:
        self._station.open_page(page)
