"""Coming in: by the passphrase, or by the recovery code where it was forgotten; and who it is that works here."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial

from teststation.i18n import N_
from teststation.tui.door import Access, Door, initials
from teststation.tui.keys import Act, Offer, Press
from teststation.tui.screens.setup import PassphrasePage
from teststation.tui.screens.step import StepPage, initials_field, passphrase_field, wrong_initials
from teststation.tui.screens.task import Field

_LONGEST_CODE = 60


class KnownPassphrasePage(StepPage):
    """A form that asks for the passphrase, with the way round for who has forgotten it."""

    def __init__(
        self, fields: Sequence[Field], door: Door, onward: Callable[[], None], back: Callable[[], None]
    ) -> None:
        super().__init__(fields, onward, back)
        self._door = door

    def offers(self) -> tuple[Offer, ...]:
        """Offer the recovery code too."""
        return (*super().offers(), *(() if self.working else (Offer(Act.FORGOTTEN),)))

    def act(self, press: Press) -> None:
        """Ask for the recovery code instead, or do what every form does."""
        if press.act is Act.FORGOTTEN:
            self.station.open_page(RecoverPage(self._door, self._back))
        else:
            super().act(press)


class UnlockPage(KnownPassphrasePage):
    """The passphrase, and the initials of last time."""

    named = N_("Ontgrendelen")

    def __init__(self, door: Door, leave: Callable[[], None]) -> None:
        super().__init__((passphrase_field(), initials_field(door.last_operator)), door, leave, leave)

    def does(self) -> str:
        """Name what the key does."""
        return self.tr("ontgrendelen")

    def intro(self, _: Mapping[str, str]) -> str:
        """Say what is asked."""
        return self.tr("Typ uw wachtzin, en wie er werkt: de initialen komen in het logboek en op het verslag.")

    def wrong(self, typed: Mapping[str, str]) -> dict[str, str]:
        """Ask for the initials."""
        return wrong_initials(self.station.tr, typed)

    def take(self, typed: Mapping[str, str]) -> None:
        """Open the store."""
        from teststation.store import Passphrase  # noqa: PLC0415 - loaded by now

        self._door.enter(Passphrase(typed["passphrase"]))
        self._door.sign_in(initials(typed["initials"]) or "")


class RecoverPage(StepPage):
    """The recovery code opens the store once, for a new passphrase."""

    named = N_("Wachtzin vergeten")

    def __init__(self, door: Door, leave: Callable[[], None]) -> None:
        code = Field(
            name="code",
            label=N_("Herstelcode"),
            hint=N_("zes groepen van vijf tekens; streepjes en hoofdletters mogen"),
            longest=_LONGEST_CODE,
        )
        super().__init__((code,), self._ask_new, leave)
        self._door = door
        self._code = ""

    def does(self) -> str:
        """Name what the key does."""
        return self.tr("controleren")

    def intro(self, _: Mapping[str, str]) -> str:
        """Say what is asked, and what if there is none."""
        return self.tr(
            "Typ de herstelcode die u bij het inrichten hebt opgeschreven. Daarna kiest u een nieuwe wachtzin. "
            "Zonder wachtzin en zonder code kan niemand bij de gegevens."
        )

    def take(self, typed: Mapping[str, str]) -> None:
        """See whether the code is right."""
        from teststation.store import RecoveryCode  # noqa: PLC0415 - loaded by now

        self._code = typed["code"]
        self._door.check(RecoveryCode(self._code))

    def _ask_new(self) -> None:
        text = N_("De herstelcode past. Kies een nieuwe wachtzin; de code blijft geldig, bewaar haar weer.")
        page = PassphrasePage(text, partial(self._come_in, self._code), self._back, self._back)
        self.station.open_page(page)

    def _come_in(self, code: str, passphrase: str) -> None:
        from teststation.store import Passphrase, RecoveryCode  # noqa: PLC0415 - loaded by now

        self._door.change_passphrase(RecoveryCode(code), passphrase)
        if self._door.access is not Access.OPEN:
            self._door.enter(Passphrase(passphrase))


class WhoPage(StepPage):
    """The initials of who works here now."""

    named = N_("Wie werkt er?")

    def __init__(self, door: Door, leave: Callable[[], None]) -> None:
        super().__init__((initials_field(door.operator or door.last_operator),), leave, leave)
        self._door = door

    def does(self) -> str:
        """Name what the key does."""
        return self.tr("verder")

    def intro(self, _: Mapping[str, str]) -> str:
        """Say what they are for."""
        return self.tr("Uw initialen komen in het logboek en op het verslag.")

    def wrong(self, typed: Mapping[str, str]) -> dict[str, str]:
        """Ask for the initials."""
        return wrong_initials(self.station.tr, typed)

    def take(self, typed: Mapping[str, str]) -> None:
        """Work by this name from now on."""
        self._door.sign_in(initials(typed["initials"]) or "")
