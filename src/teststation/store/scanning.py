"""The bytes of a store as they lie on the disk, read past the database: what was erased must not be among them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sqlalchemy import Connection, select

from teststation.i18n import N_
from teststation.store import schema
from teststation.store.connection import PAGE_BYTES, Database

SEARCHED = N_("Nagezocht, bladzijde voor bladzijde: er staat niets meer van in het gegevensbestand.")
NOT_CLEAN = N_("Nagezocht: er staat nog iets van in het gegevensbestand. Vraag om hulp.")

_IV_BYTES, _SUM_BYTES = 16, 64
"""What SQLCipher 4 keeps at the end of each page (zetetic.net/sqlcipher/design)."""
_SHORTEST_CODE = 5
"""Letters: a shorter code is found by chance among the samples of others."""


def traces(connection: Connection, code: str) -> list[bytes]:
    """Give what a client alone has: the sums of the recordings, and the code if no other has it within."""
    sums = (
        select(schema.recordings.c.sha256)
        .join(schema.trials)
        .join(schema.visits)
        .join(schema.clients)
        .where(schema.recordings.c.sha256.is_not(None))
    )
    own, of_others = (
        set(connection.scalars(sums.where(whose)))
        for whose in (schema.clients.c.code == code, schema.clients.c.code != code)
    )
    alike = [other for other in connection.scalars(select(schema.clients.c.code)) if code in other]
    codes = [code] if len(code) >= _SHORTEST_CODE and alike == [code] else []
    return [text.encode() for text in (*codes, *sorted(own - of_others))]


def holds(database: Database, texts: Sequence[bytes]) -> bool:
    """Tell whether one of the texts stands in the file, in use or not."""
    return any(text in page for page in _pages(database) for text in texts)


def _pages(database: Database) -> Iterator[bytes]:
    with database.path.open("rb") as file:
        while page := file.read(PAGE_BYTES):
            first = file.tell() == len(page)
            yield page if database.key is None else _opened(page, database.key, len(database.salt) if first else 0)


def _opened(page: bytes, key: bytes, salt_bytes: int) -> bytes:
    """Decrypt a page; the first begins with the salt."""
    from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes  # noqa: PLC0415 - encrypted stores only

    end = len(page) - _IV_BYTES - _SUM_BYTES
    return Cipher(algorithms.AES(key), modes.CBC(page[end : end + _IV_BYTES])).decryptor().update(page[salt_bytes:end])
