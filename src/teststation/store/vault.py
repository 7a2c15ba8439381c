"""The key of an encrypted store, and what opens it.

The data key is random and never changes. It lies in a small file beside the store, wrapped (AES-256-GCM) once by each
thing that opens it: a key made of the passphrase (Argon2id), one made of the recovery code, and, if the user wants, one
that the computer's login keeps. Nothing in that file is secret. Without it no passphrase opens the store, so there is a
copy of it, and every backup has its own.
"""

from __future__ import annotations

import hashlib
import secrets
import unicodedata
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

import msgspec

from teststation.store import login, recovery
from teststation.store.connection import Database
from teststation.store.errors import DamagedStoreError, LockedStoreError, NewerStoreError, StoreError, WrongKeyError
from teststation.store.files import beside, write_whole

SHORTEST_PASSPHRASE = 10
KEY_BYTES, SALT_BYTES, NONCE_BYTES = 32, 16, 12
MEMORY_KIB, PASSES, LANES = 64 * 1024, 3, 4
"""A fifth of a second on a laptop (RFC 9106's second choice): long for who guesses, short for who knows."""

_MOST_MEMORY_KIB, _MOST_PASSES, _MOST_LANES = 1024 * 1024, 16, 16
_LARGEST_FILE = 64 * 1024
_LONGEST_WAIT_S = 30.0

Kind = Literal["passphrase", "recovery", "keyring"]


@dataclass(frozen=True)
class Passphrase:
    """What the therapist types."""

    text: str = field(repr=False)


@dataclass(frozen=True)
class RecoveryCode:
    """What was printed at the set-up, as somebody typed it."""

    text: str = field(repr=False)


@dataclass(frozen=True)
class Keyring:
    """What the computer's login keeps."""


Opener = Passphrase | RecoveryCode | Keyring


class Cost(msgspec.Struct, frozen=True):
    """What a guess costs (Argon2id)."""

    salt: bytes
    memory_kib: int
    passes: int
    lanes: int


class Wrapped(msgspec.Struct, frozen=True):
    """The data key as one opener has it; a key from the keyring is random and has no cost."""

    kind: Kind
    nonce: bytes
    data: bytes
    cost: Cost | None = None


class KeyFile(msgspec.Struct, frozen=True):
    """What lies beside a store; `salt` is also the database's first 16 bytes."""

    salt: bytes
    wrapped: tuple[Wrapped, ...]

    def openers(self) -> set[Kind]:
        """Name what opens the store."""
        return {one.kind for one in self.wrapped}


VERSION = 1


def wait_s(failed: int) -> float:
    """Give how long to wait after so many wrong passphrases on end: longer each time, and never for good."""
    return 0.0 if failed < 1 else min(2.0 ** (failed - 1), _LONGEST_WAIT_S)


def is_encrypted(path: Path) -> bool:
    """Tell whether there are keys to a store."""
    return any(file.exists() for file in _files(path))


def check_opener(path: Path, opener: Opener) -> None:
    """See whether something opens the store."""
    unlock(path, opener)


def opens_by_login(path: Path) -> bool:
    """Tell whether the computer's login was given a key."""
    return "keyring" in read(path).openers()


def make(path: Path, passphrase: str, recovery_code: str | None = None) -> tuple[Database, KeyFile]:
    """Make a data key that a passphrase opens, and a recovery code; nothing is written yet."""
    database = Database(path, secrets.token_bytes(KEY_BYTES), secrets.token_bytes(SALT_BYTES))
    wrapped = [_wrap(database, "passphrase", _checked(passphrase))]
    if recovery_code is not None:
        wrapped.append(_wrap(database, "recovery", recovery_code))
    return database, KeyFile(database.salt, tuple(wrapped))


def unlock(path: Path, opener: Opener | None) -> Database:
    """Find the data key of a store; without keys it is a plain one."""
    if not is_encrypted(path):
        return Database(path)
    if opener is None:
        raise LockedStoreError("store_locked")
    file = read(path)
    if opener == Keyring():
        return _unwrap(path, file, "keyring", login.get(file.salt.hex()))
    if isinstance(opener, RecoveryCode):
        return _unwrap(path, file, "recovery", recovery.read_code(opener.text))
    assert isinstance(opener, Passphrase)
    return _unwrap(path, file, "passphrase", _normal(opener.text))


def read(path: Path) -> KeyFile:
    """Read the keys of a store, or their copy where they are damaged; makes both whole again."""
    found = [_read(file) for file in _files(path)]
    whole = next((file for file in found if isinstance(file, KeyFile)), None)
    if whole is None:
        raise next(problem for problem in found if isinstance(problem, StoreError))
    if found[0] != found[1]:
        with suppress(OSError):  # a disk that cannot be written must not keep anybody out
            write(path, whole)
    return whole


def write(path: Path, keys: KeyFile) -> None:
    """Write the keys of a store, and their copy."""
    data = msgspec.json.format(msgspec.json.encode(_Kept(VERSION, keys, _sum(keys))))
    for file in _files(path):
        write_whole(file, data)


def set_aside(path: Path, stamp: str) -> None:
    """Keep the keys of a store that is not there under another name: it may come back."""
    for file in _files(path):
        if file.exists():
            file.replace(beside(file, f".{stamp}"))


def change_passphrase(path: Path, opener: Opener, passphrase: str) -> None:
    """Let another passphrase open the store; the old one no longer does."""
    database = unlock(path, opener)
    _exchange(path, "passphrase", _wrap(database, "passphrase", _checked(passphrase)))


def change_recovery_code(path: Path, opener: Opener, code: str) -> None:
    """Let another recovery code open the store; the old one no longer does."""
    database = unlock(path, opener)
    _exchange(path, "recovery", _wrap(database, "recovery", recovery.read_code(code)))


def remember_in_keyring(path: Path, opener: Opener) -> None:
    """Let the computer's login open the store."""
    database = unlock(path, opener)
    secret = secrets.token_bytes(KEY_BYTES)
    login.put(database.salt.hex(), secret)
    _exchange(path, "keyring", _wrap(database, "keyring", secret))


def forget_in_keyring(path: Path) -> None:
    """Let the computer's login no longer open the store."""
    file = read(path)
    _exchange(path, "keyring", None)
    login.remove(file.salt.hex())


def _files(path: Path) -> tuple[Path, Path]:
    return beside(path, ".keys"), beside(path, ".keys-copy")


class _Versioned(msgspec.Struct, frozen=True):
    version: int


class _Kept(_Versioned, frozen=True):
    keys: KeyFile
    sha256: str


def _sum(keys: KeyFile) -> str:
    return hashlib.sha256(msgspec.json.encode(keys)).hexdigest()


def _read(file: Path) -> KeyFile | StoreError:
    damaged = DamagedStoreError("store_keys_damaged", file=file.name)
    try:
        data = file.read_bytes()
        if len(data) > _LARGEST_FILE:
            return damaged
        if msgspec.json.decode(data, type=_Versioned).version > VERSION:
            return NewerStoreError("store_keys_newer")
        kept = msgspec.json.decode(data, type=_Kept)
    except (OSError, msgspec.DecodeError, UnicodeDecodeError):
        return damaged
    # a flipped bit must not look like a wrong passphrase
    return kept.keys if kept.sha256 == _sum(kept.keys) and _is_sound(kept.keys) else damaged


def _is_sound(keys: KeyFile) -> bool:
    """Tell whether lengths and costs are of the kind that we write: a forged file must not eat the computer."""
    return len(keys.salt) == SALT_BYTES and all(
        len(one.nonce) == NONCE_BYTES
        and (one.cost is None) == (one.kind == "keyring")
        and (
            one.cost is None
            or (
                len(one.cost.salt) == SALT_BYTES
                and 8 * one.cost.lanes <= one.cost.memory_kib <= _MOST_MEMORY_KIB
                and 1 <= one.cost.passes <= _MOST_PASSES
                and 1 <= one.cost.lanes <= _MOST_LANES
            )
        )
        for one in keys.wrapped
    )


def _exchange(path: Path, kind: Kind, wrapped: Wrapped | None) -> None:
    file = read(path)
    others = tuple(one for one in file.wrapped if one.kind != kind)
    write(path, msgspec.structs.replace(file, wrapped=others if wrapped is None else (*others, wrapped)))


def _wrap(database: Database, kind: Kind, secret: str | bytes) -> Wrapped:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM  # noqa: PLC0415 - only for encrypted stores

    assert database.key is not None
    cost = Cost(secrets.token_bytes(SALT_BYTES), MEMORY_KIB, PASSES, LANES) if isinstance(secret, str) else None
    nonce = secrets.token_bytes(NONCE_BYTES)
    data = AESGCM(_stretched(secret, cost)).encrypt(nonce, database.key, _bound_to(kind, database.salt))
    return Wrapped(kind, nonce, data, cost)


def _unwrap(path: Path, file: KeyFile, kind: Kind, secret: str | bytes) -> Database:
    from cryptography.exceptions import InvalidTag  # noqa: PLC0415 - only for encrypted stores
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM  # noqa: PLC0415

    wrapped = next((one for one in file.wrapped if one.kind == kind), None)
    if wrapped is None:
        raise WrongKeyError(f"store_no_{kind}")
    try:
        cipher = AESGCM(_stretched(secret, wrapped.cost))
        key = cipher.decrypt(wrapped.nonce, wrapped.data, _bound_to(kind, file.salt))
    except (InvalidTag, ValueError) as error:  # a ValueError: the keyring gave something of another length
        raise WrongKeyError(f"store_wrong_{kind}") from error
    return Database(path, key, file.salt)


def _stretched(secret: str | bytes, cost: Cost | None) -> bytes:
    if cost is None:
        assert isinstance(secret, bytes)
        return secret
    from argon2.low_level import Type, hash_secret_raw  # noqa: PLC0415 - only for encrypted stores

    assert isinstance(secret, str)
    return hash_secret_raw(
        secret.encode(),
        cost.salt,
        time_cost=cost.passes,
        memory_cost=cost.memory_kib,
        parallelism=cost.lanes,
        hash_len=KEY_BYTES,
        type=Type.ID,
    )


def _bound_to(kind: Kind, salt: bytes) -> bytes:
    return f"teststation {VERSION} {kind} ".encode() + salt


def _normal(passphrase: str) -> str:
    """Write é as one character: keyboards differ in how they do."""
    return unicodedata.normalize("NFC", passphrase)


def _checked(passphrase: str) -> str:
    normal = _normal(passphrase)
    if len(normal) < SHORTEST_PASSPHRASE:
        raise StoreError("store_passphrase_short", least=SHORTEST_PASSPHRASE)
    return normal
