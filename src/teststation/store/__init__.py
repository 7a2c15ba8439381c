"""What is kept: clients, visits, trials with their recordings, results and what was found, in one database file."""

from teststation.store.blocks import Block
from teststation.store.errors import (
    DamagedStoreError,
    DiskFullError,
    ForeignStoreError,
    NewerStoreError,
    ReadOnlyStoreError,
    StoreError,
)
from teststation.store.keys import new_id, utc_now
from teststation.store.opening import open_store, temporary_store
from teststation.store.recording import RecordingWriter
from teststation.store.rows import Judgement, SavedResult
from teststation.store.store import Store

__all__ = [
    "Block",
    "DamagedStoreError",
    "DiskFullError",
    "ForeignStoreError",
    "Judgement",
    "NewerStoreError",
    "ReadOnlyStoreError",
    "RecordingWriter",
    "SavedResult",
    "Store",
    "StoreError",
    "new_id",
    "open_store",
    "temporary_store",
    "utc_now",
]
