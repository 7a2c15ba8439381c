"""What stands before the store: what opens it, who came in, and that it is shut again. Slow: called in threads."""

from __future__ import annotations

import enum
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from teststation.model import Reason

if TYPE_CHECKING:
    from teststation.store import Store
    from teststation.store.vault import Opener


LONGEST_INITIALS = 4


class Access(enum.Enum):
    """How far one is let in."""

    UNSEEN = enum.auto()
    NEW = enum.auto()
    """There is no store yet."""
    PLAIN = enum.auto()
    """There is one that anybody can read, as the first versions made it."""
    LOCKED = enum.auto()
    OPEN = enum.auto()


class Door:
    """Opens the store at a path, and knows who works at it. `by_login`: the computer's login opens it.

    Parameters
    ----------
    path : where the store is, or will be
    let_in : is given the store when it is opened, and None when it is shut
    last_operator : the initials of who worked here the last time, to be offered
    keep_operator : keeps the initials for the next time
    now : s, any monotonic clock
    """

    def __init__(
        self,
        path: Path,
        let_in: Callable[[Store | None], None],
        *,
        last_operator: str = "",
        keep_operator: Callable[[str], None] = lambda _: None,
        now: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.path = path
        self.access = Access.UNSEEN
        self.by_login = False
        self.operator = ""
        self.last_operator = last_operator
        self._let_in = let_in
        self._keep_operator = keep_operator
        self._now = now
        self._sleep = sleep
        self._store: Store | None = None
        self._failed = 0
        self._not_before_s = float("-inf")

    @property
    def is_passed(self) -> bool:
        """Whether the store is open, and it is known for whom."""
        return self.access is Access.OPEN and bool(self.operator)

    @property
    def is_encrypted(self) -> bool:
        """Whether the open store cannot be read by anybody else."""
        return self._store is not None and self._store.encrypted

    @property
    def damage(self) -> Reason | None:
        """What of the last steps before a crash could not be read."""
        return None if self._store is None else self._store.damage

    def plain_copies(self) -> list[Path]:
        """Give the files beside the encrypted store that anybody can read."""
        from teststation.store import plain_copies  # noqa: PLC0415 - loaded by now

        return plain_copies(self.path) if self.is_encrypted else []

    def erase_plain_copies(self) -> None:
        """Take them away."""
        from teststation.store import erase_plain_copies  # noqa: PLC0415 - loaded by now

        erase_plain_copies(self.path)

    def look(self) -> None:
        """Find out what there is, and open it where the computer's login does."""
        from teststation.store import Keyring, StoreError, is_encrypted, is_plain  # noqa: PLC0415 - SQLAlchemy

        if is_plain(self.path):
            self.access = Access.PLAIN
        elif is_encrypted(self.path):
            self.access = Access.LOCKED
            try:
                self._open(Keyring())
                self.by_login = True
            except StoreError as error:
                self.by_login = False
                if not error.reason.code.endswith(("_no_login", "_no_keyring", "_wrong_keyring")):
                    raise
        elif self.path.exists():
            self._open(None)  # which says what it is instead
        else:
            self.access = Access.NEW

    def enter(self, opener: Opener | None) -> None:
        """Open the store."""
        self._try(lambda: self._open(opener))

    def check(self, opener: Opener) -> None:
        """See whether something opens the store, without opening it."""
        from teststation.store import check_opener  # noqa: PLC0415 - loaded by now

        self._try(lambda: check_opener(self.path, opener))

    def change_passphrase(self, opener: Opener, passphrase: str) -> None:
        """Let another passphrase open the store from now on."""
        from teststation.store import change_passphrase  # noqa: PLC0415 - loaded by now

        change_passphrase(self.path, opener, passphrase)
        self._note("passphrase")

    def change_recovery_code(self, opener: Opener, code: str) -> None:
        """Let another recovery code open the store from now on."""
        from teststation.store import change_recovery_code  # noqa: PLC0415 - loaded by now

        change_recovery_code(self.path, opener, code)
        self._note("recovery")

    def set_up(self, passphrase: str, code: str, *, by_login: bool) -> Reason | None:
        """Make the store, or encrypt the plain one, and open it; says why the computer's login does not open it."""
        from teststation.store import (  # noqa: PLC0415 - loaded by now
            Passphrase,
            StoreError,
            encrypt_store,
            set_up_store,
        )

        if self.access is Access.PLAIN:
            encrypt_store(self.path, passphrase, code)
        elif self.access is Access.NEW:
            set_up_store(self.path, passphrase, code)
        self.access = Access.LOCKED  # whatever comes now: a second try does not make it anew
        self._open(Passphrase(passphrase))
        if by_login:
            try:
                self.let_login_in(Passphrase(passphrase))
            except StoreError as error:
                return error.reason
        return None

    def let_login_in(self, opener: Opener) -> None:
        """Let the computer's login open the store."""
        from teststation.store import remember_in_keyring  # noqa: PLC0415 - loaded by now

        remember_in_keyring(self.path, opener)
        self.by_login = True
        self._note("keyring")

    def keep_login_out(self) -> None:
        """Let the computer's login no longer open the store."""
        from teststation.store import forget_in_keyring  # noqa: PLC0415 - loaded by now

        self.by_login = False
        forget_in_keyring(self.path)
        self._note("keyring")

    def sign_in(self, operator: str) -> None:
        """Let what is done from now on be by somebody, and offer the initials the next time."""
        assert self._store is not None, "not open"
        self._store.operator = self.operator = operator
        if operator != self.last_operator:
            self.last_operator = operator
            self._keep_operator(operator)

    def lock(self) -> None:
        """Shut the store, unless something still waits for the disk: that is in memory only."""
        if self._store is None:
            return
        self._store.retry().result()
        self.operator = ""
        self.access = Access.LOCKED if self._store.encrypted else Access.PLAIN
        self._shut()

    def restore(self, backup: Path, opener: Opener | None) -> list[Path]:
        """Shut the store and put a copy in its place; gives where what was there is kept."""
        from teststation.store import restore_store  # noqa: PLC0415 - loaded by now

        self.lock()
        return restore_store(backup, self.path, opener)

    def close(self) -> None:
        """Shut the store, with what can be written of what waits."""
        if self._store is not None:
            self._shut()

    def has_login(self) -> bool:
        """Tell whether the computer's login could open the store."""
        from teststation.store import login  # noqa: PLC0415 - loaded by now

        return login.is_there()

    def _try(self, step: Callable[[], None]) -> None:
        """Each time that something wrong was given, the next try takes longer (`wait_s`); it never locks out."""
        from teststation.store import WrongKeyError, wait_s  # noqa: PLC0415 - loaded by now

        self._sleep(max(0.0, self._not_before_s - self._now()))
        try:
            step()
        except WrongKeyError:
            self._failed += 1
            self._not_before_s = self._now() + wait_s(self._failed)
            raise
        self._failed = 0

    def _note(self, opener: Literal["passphrase", "recovery", "keyring"]) -> None:
        if self._store is not None:
            self._store.note("changed_opener", "store", "", opener=opener)

    def _open(self, opener: Opener | None) -> None:
        from teststation.store import open_store  # noqa: PLC0415 - loaded by now

        self._store = open_store(self.path, opener)
        self._let_in(self._store)
        self.access = Access.OPEN

    def _shut(self) -> None:
        store, self._store = self._store, None
        self._let_in(None)
        assert store is not None
        store.close()


def initials(typed: str) -> str | None:
    """Read initials: up to four letters; None where it is something else, such as a name."""
    text = "".join(typed.replace(".", "").split()).upper()
    return text if text.isalpha() and len(text) <= LONGEST_INITIALS else None
