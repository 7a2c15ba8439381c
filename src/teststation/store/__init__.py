"""What is kept: clients, visits, trials with their recordings, results and what was found, in one database file."""

from teststation.model import Judgement, SavedResult
from teststation.store.blocks import Block
from teststation.store.encrypting import encrypt_store, erase_plain_copies, is_plain, plain_copies
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
from teststation.store.recovery import new_code
from teststation.store.store import Store
from teststation.store.temporary import sweep, temporary_store
from teststation.store.vault import (
    Keyring,
    Passphrase,
    RecoveryCode,
    change_passphrase,
    change_recovery_code,
    check_opener,
    forget_in_keyring,
    is_encrypted,
    opens_by_login,
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
    "change_recovery_code",
    "check_opener",
    "encrypt_store",
    "erase_plain_copies",
    "forget_in_keyring",
    "is_encrypted",
    "is_plain",
    "look_into",
    "new_code",
    "new_id",
    "open_store",
    "opens_by_login",
    "plain_copies",
    "remember_in_keyring",
    "restore_store",
    "set_up_store",
    "sweep",
    "temporary_store",
    "utc_now",
    "wait_s",
]
