"""What opens the store, changed by who knows the passphrase: another one, another code, the computer's login."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import TYPE_CHECKING

from textual.widget import Widget

from teststation.i18n import N_
from teststation.tui.door import Door
from teststation.tui.keys import Act, Offer, Press
from teststation.tui.screens.page import Page, line
from teststation.tui.screens.setup import LOGIN_MEANS, LOGIN_MIND, CodePage, PassphrasePage, TypedBackPage
from teststation.tui.screens.step import StepPage, passphrase_field
from teststation.tui.screens.unlock import KnownPassphrasePage

if TYPE_CHECKING:
    from teststation.store import Passphrase
    from teststation.tui.app import StationApp


class AskPage(KnownPassphrasePage):
    """The passphrase once more, as the computer may stand open."""

    named = N_("Wachtzin en toegang")

    def __init__(self, changing: Changing) -> None:
        super().__init__((passphrase_field(),), changing.door, changing.show_choices, changing.leave)
        self._changing = changing

    def does(self) -> str:
        """Name what the key does."""
        return self.tr("verder")

    def intro(self, _: Mapping[str, str]) -> str:
        """Say why it is asked."""
        return self.tr("Typ eerst de wachtzin van nu.")

    def take(self, typed: Mapping[str, str]) -> None:
        """See whether it is right."""
        self._changing.check(typed["passphrase"])


class AccessPage(Page):
    """A numbered list of what can be changed."""

    def __init__(self, changing: Changing) -> None:
        super().__init__()
        self._changing = changing

    def title_text(self) -> str:
        """Name the page."""
        return self.tr("Wachtzin en toegang")

    def offers(self) -> tuple[Offer, ...]:
        """Offer the digits and the way back."""
        return (Offer(Act.PICK), Offer(Act.BACK))

    def body(self) -> Iterable[Widget]:
        """Lay out the list."""
        yield line("choices")

    def show(self) -> None:
        """Write the list."""
        tr, by_login = self.tr, self._changing.door.by_login
        choices = (
            tr("een andere wachtzin"),
            tr("een nieuwe herstelcode; de oude opent dan niets meer"),
            tr("niet meer openen met de aanmelding") if by_login else tr("openen met de aanmelding op deze computer"),
        )
        self.put("choices", "\n\n".join(f"  [{number}]  {choice}" for number, choice in enumerate(choices, 1)))

    def act(self, press: Press) -> None:
        """Open what was chosen."""
        changing = self._changing
        steps = (changing.ask_passphrase, changing.show_code, changing.ask_login)
        if press.act is Act.BACK:
            changing.leave()
        elif press.number <= len(steps):
            steps[press.number - 1]()


class LetLoginPage(StepPage):
    """Lets the computer's login open the store, or no longer."""

    named = N_("Openen met uw aanmelding")

    def __init__(self, changing: Changing) -> None:
        super().__init__((), changing.show_choices, changing.show_choices)
        self._changing = changing
        self._by_login = changing.door.by_login

    def does(self) -> str:
        """Name what the key does."""
        return self.tr("uitzetten") if self._by_login else self.tr("aanzetten")

    def intro(self, _: Mapping[str, str]) -> str:
        """Say what it means."""
        if self._by_login:
            return self.tr("Nu opent het station zonder wachtzin voor wie op deze computer is aangemeld.")
        return "\n\n".join((self.tr(LOGIN_MEANS), self.tr(LOGIN_MIND)))

    def take(self, typed: Mapping[str, str]) -> None:  # noqa: ARG002 - nothing is asked
        """Do it."""
        self._changing.switch_login()


class Changing:
    """The way from the passphrase of now to what is to be changed, and back.

    Parameters
    ----------
    leave : opens the page that comes after
    """

    def __init__(self, station: StationApp, door: Door, leave: Callable[[], None]) -> None:
        self.door = door
        self.leave = leave
        self._station = station
        self._passphrase: Passphrase | None = None

    def ask(self) -> None:
        """Begin."""
        self._station.open_page(AskPage(self))

    def check(self, passphrase: str) -> None:
        """See whether the passphrase is right, and keep it for what comes."""
        from teststation.store import Passphrase  # noqa: PLC0415 - loaded by now

        self.door.check(Passphrase(passphrase))
        self._passphrase = Passphrase(passphrase)

    def show_choices(self) -> None:
        """Show what can be changed."""
        self._station.open_page(AccessPage(self))

    def ask_passphrase(self) -> None:
        """Ask for another passphrase."""
        why = N_("Kies een andere wachtzin; de oude opent dan niets meer. De herstelcode blijft geldig.")
        page = PassphrasePage(why, self._change_passphrase, self._done, self.show_choices)
        self._station.open_page(page)

    def show_code(self) -> None:
        """Show another recovery code; it is good once it has been typed back."""
        from teststation.store import new_code  # noqa: PLC0415 - loaded by now

        self._show_code(new_code())

    def ask_login(self) -> None:
        """Ask whether the login is to open the store."""
        self._station.open_page(LetLoginPage(self))

    def switch_login(self) -> None:
        """Let the login open the store where it does not, and the other way round."""
        if self.door.by_login:
            self.door.keep_login_out()
        else:
            self.door.let_login_in(self._known)

    def _show_code(self, code: str) -> None:
        self._station.open_page(CodePage(code, partial(self._ask_code, code), self.show_choices))

    def _ask_code(self, code: str) -> None:
        def use(_: str) -> None:
            self.door.change_recovery_code(self._known, code)

        self._station.open_page(TypedBackPage(code, use, self._done, partial(self._show_code, code)))

    def _change_passphrase(self, passphrase: str) -> None:
        from teststation.store import Passphrase  # noqa: PLC0415 - loaded by now

        self.door.change_passphrase(self._known, passphrase)
        self._passphrase = Passphrase(passphrase)

    def _done(self) -> None:
        self.show_choices()
        self._station.notify(self._station.tr("Veranderd."), markup=False)

    @property
    def _known(self) -> Passphrase:
        assert self._passphrase is not None, "asked first"
        return self._passphrase
