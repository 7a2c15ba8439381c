"""What is kept: clients, visits, trials with their recordings, results and what was found, in one database file."""

from teststation.model import Judgement, SavedResult
from teststation.store.blocks import Block
from teststation.store.errors import (
    DamagedStoreError,
    DiskFullError,
    ForeignStoreError,
    LockedStoreError,
    NewerStoreError,
    ReadOnlyStoreError,
    StoreError,
    StoreInUseError,
    WrongKeyError,
)
from teststation.store.keys import new_id, utc_now
from teststation.store.opening import Contents, look_into, open_store, restore_store, set_up_store
from teststation.store.record import LastSeen
from teststation.store.recording import RecordingWriter
from teststation.store.store import Store
from teststation.store.temporary import sweep, temporary_store
from teststation.store.temporary import sweep
from teststation.store.vault import (
    Keyring,
    Passphrase,
    RecoveryCode,
    change_passphrase,
    forget_in_keyring,
    is_encrypted,
    new_recovery_code,
    remember_in_keyring,
    wait_s,
)
from teststation.store.verifying import Verified

__all__ = [
    "Block",
    "Contents",
    "DamagedStoreError",
    "DiskFullError",
    "ForeignStoreError",
    "Judgement",
    "Keyring",
    "LastSeen",
    "LockedStoreError",
    "NewerStoreError",
    "Passphrase",
    "ReadOnlyStoreError",
    "RecordingWriter",
    "RecoveryCode",
    "SavedResult",
    "Store",
    "StoreError",
    "StoreInUseError",
    "Verified",
    "WrongKeyError",
    "change_passphrase",
    "forget_in_keyring",
    "is_encrypted",
    "look_into",
    "new_id",
    "new_recovery_code",
    "open_store",
    "remember_in_keyring",
    "restore_store",
    "set_up_store",
    "sweep",
    "sweep",
    "temporary_store",
    "utc_now",
    "wait_s",
]
