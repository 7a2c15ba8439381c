"""What opens an encrypted store, what does not, and what is said of it."""

from __future__ import annotations

import json
import shutil
import stat
import subprocess
import sys
from pathlib import Path

import keyring
import keyring.backends.fail
import keyring.errors
import pytest
from hypothesis import given
from hypothesis import strategies as st

from login import Login
from teststation.model import Client
from teststation.store import (
    DamagedStoreError,
    ForeignStoreError,
    Keyring,
    LockedStoreError,
    NewerStoreError,
    Passphrase,
    RecoveryCode,
    StoreError,
    StoreInUseError,
    WrongKeyError,
    change_passphrase,
    change_recovery_code,
    forget_in_keyring,
    is_encrypted,
    open_store,
    recovery,
    remember_in_keyring,
    set_up_store,
    temporary_store,
    vault,
    wait_s,
)
from teststation.store.connection import Database
from teststation.store.vault import Opener

RIGHT = Passphrase("drie koeien in de wei")
CANARY = "K-CANARY-017"

pytestmark = pytest.mark.usefixtures("cheap_keys")


@pytest.fixture(autouse=True)
def no_login(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keyring, "get_keyring", keyring.backends.fail.Keyring)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "store.db"


@pytest.fixture
def code(path: Path) -> str:
    code = set_up_store(path, RIGHT.text)
    with open_store(path, RIGHT) as store:
        store.add_client(Client(code=CANARY)).result()
    return code


@pytest.fixture
def login(monkeypatch: pytest.MonkeyPatch) -> Login:
    login = Login()
    monkeypatch.setattr(keyring, "get_keyring", lambda: login)
    return login


def opens(path: Path, opener: Opener | None) -> bool:
    with open_store(path, opener) as store:
        return [client.code for client in store.clients()] == [CANARY]


def refused(path: Path, opener: Opener | None) -> StoreError:
    with pytest.raises(StoreError) as caught:
        open_store(path, opener)
    return caught.value


def test_passphrase_and_recovery_code_open_a_store_and_nothing_else_does(path: Path, code: str) -> None:
    assert is_encrypted(path)
    assert opens(path, RIGHT)
    assert opens(path, RecoveryCode(code))
    assert isinstance(refused(path, None), LockedStoreError)
    assert refused(path, Passphrase("drie koeien in de wie")).reason.code == "store_wrong_passphrase"
    assert refused(path, RecoveryCode(recovery.new_code())).reason.code == "store_wrong_recovery"
    assert refused(path, Keyring()).reason.code == "store_no_login"
    assert opens(path, RIGHT)


def test_a_passphrase_is_the_same_on_every_keyboard(path: Path) -> None:
    set_up_store(path, "Zoë's café éé")
    with open_store(path, Passphrase("Zoe\u0308's cafe\u0301 e\u0301e\u0301")) as store:
        assert store.encrypted


def test_a_short_passphrase_is_refused_and_makes_nothing(path: Path) -> None:
    with pytest.raises(StoreError) as caught:
        set_up_store(path, "kort")
    assert caught.value.reason.code == "store_passphrase_short"
    assert list(path.parent.iterdir()) == []


def test_nothing_is_said_on_the_terminal(path: Path, code: str) -> None:
    """SQLCipher writes to stderr of its own accord, past every screen."""
    data = bytearray(path.read_bytes())
    data[100] ^= 1
    path.write_bytes(data)
    program = (
        "import sys; from pathlib import Path; from teststation.store import *\n"
        "try: open_store(Path(sys.argv[1]), Passphrase(sys.argv[2]))\n"
        "except DamagedStoreError: print('damaged')"
    )
    answer = subprocess.run(
        [sys.executable, "-c", program, str(path), RIGHT.text], check=True, capture_output=True, text=True
    )
    assert (answer.stdout, answer.stderr) == ("damaged\n", "")


def test_nothing_can_be_read_in_the_files(path: Path, code: str) -> None:
    with open_store(path, RIGHT) as store:
        store.begin_visit(CANARY, operator="CANARY-OPERATOR").result()
        while_open = b"".join(file.read_bytes() for file in path.parent.iterdir())
        assert len(while_open) > 20000
    afterwards = b"".join(file.read_bytes() for file in path.parent.iterdir())
    for content in (while_open, afterwards):
        assert not any(word in content for word in (b"CANARY", b"SQLite", b"CREATE TABLE", RIGHT.text.encode()))
        assert code.encode() not in content


def test_store_and_keys_are_for_their_owner_only(path: Path, code: str) -> None:
    files = sorted(path.parent.iterdir())
    assert [file.name for file in files] == ["store.db", "store.db.keys", "store.db.keys-copy"]
    assert {stat.S_IMODE(file.stat().st_mode) for file in files} == {0o600}


def test_another_passphrase(path: Path, code: str) -> None:
    new = Passphrase("vier koeien in de wei")
    change_passphrase(path, RIGHT, new.text)
    assert opens(path, new)
    assert opens(path, RecoveryCode(code))
    assert isinstance(refused(path, RIGHT), WrongKeyError)
    with pytest.raises(WrongKeyError):
        change_passphrase(path, RIGHT, RIGHT.text)
    change_passphrase(path, RecoveryCode(code), RIGHT.text)
    assert opens(path, RIGHT)


def test_another_recovery_code(path: Path, code: str) -> None:
    new = recovery.new_code()
    change_recovery_code(path, RIGHT, new)
    assert opens(path, RecoveryCode(new))
    assert isinstance(refused(path, RecoveryCode(code)), WrongKeyError)
    assert opens(path, RIGHT)


def test_the_computers_login_opens_a_store_until_it_is_to_forget_it(path: Path, code: str, login: Login) -> None:
    assert refused(path, Keyring()).reason.code == "store_no_keyring"
    remember_in_keyring(path, RIGHT)
    assert opens(path, Keyring())
    assert vault.read(path).openers() == {"passphrase", "recovery", "keyring"}
    (name,) = login.kept
    login.kept[name] = "AAAA"
    assert refused(path, Keyring()).reason.code == "store_wrong_keyring"
    forget_in_keyring(path)
    forget_in_keyring(path)
    assert login.kept == {}
    assert refused(path, Keyring()).reason.code == "store_no_keyring"
    assert opens(path, RIGHT)


def test_a_keyring_that_is_no_more_than_a_file_is_not_used(
    path: Path, code: str, login: Login, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Login, "priority", 0.5)
    with pytest.raises(StoreError) as caught:
        remember_in_keyring(path, RIGHT)
    assert caught.value.reason.code == "store_no_login"
    assert login.kept == {}


@pytest.mark.parametrize("hurt", [".keys", ".keys-copy"])
@pytest.mark.parametrize("damage", ["gone", "cut off", "every bit"])
def test_damaged_keys_are_made_whole_from_their_copy(path: Path, code: str, hurt: str, damage: str) -> None:
    file = path.with_name(path.name + hurt)
    whole = file.read_bytes()
    for at in range(0, len(whole), 9) if damage == "every bit" else (100,):
        if damage == "gone":
            file.unlink()
        elif damage == "cut off":
            file.write_bytes(whole[:at])
        else:
            file.write_bytes(whole[:at] + bytes([whole[at] ^ 4]) + whole[at + 1 :])
        vault.unlock(path, RIGHT)
        assert file.read_bytes() == whole


def test_keys_that_are_damaged_twice_are_said_to_be_and_not_touched(path: Path, code: str) -> None:
    for suffix in (".keys", ".keys-copy"):
        path.with_name(path.name + suffix).write_bytes(b"{}")
    assert refused(path, RIGHT).reason.code == "store_keys_damaged"
    assert path.with_name("store.db.keys").read_bytes() == b"{}"


def test_keys_that_ask_for_the_whole_computer_are_refused(path: Path, code: str) -> None:
    keys = vault.read(path)
    greedy = [vault.Wrapped(one.kind, one.nonce, one.data, one.cost and vault.Cost(one.cost.salt, 2**31, 9, 1))
              for one in keys.wrapped]  # fmt: skip
    vault.write(path, vault.KeyFile(keys.salt, tuple(greedy)))
    assert isinstance(refused(path, RIGHT), DamagedStoreError)


def test_keys_of_a_newer_version_are_refused(path: Path, code: str) -> None:
    for suffix in (".keys", ".keys-copy"):
        path.with_name(path.name + suffix).write_text(json.dumps({"version": 2}))
    assert isinstance(refused(path, RIGHT), NewerStoreError)


def test_keys_of_another_store_are_said_to_be(path: Path, code: str, tmp_path: Path) -> None:
    other = tmp_path / "other" / "store.db"
    set_up_store(other, RIGHT.text)
    shutil.copy(other, path)
    before = path.read_bytes()
    error = refused(path, RIGHT)
    assert isinstance(error, ForeignStoreError)
    assert error.reason.code == "store_other_keys"
    assert path.read_bytes() == before


def test_an_encrypted_store_without_its_keys_is_not_touched(path: Path, code: str) -> None:
    before = path.read_bytes()
    for suffix in (".keys", ".keys-copy"):
        path.with_name(path.name + suffix).unlink()
    assert isinstance(refused(path, None), ForeignStoreError)
    assert path.read_bytes() == before


def test_a_store_that_is_gone_is_not_made_anew_under_its_keys(path: Path, code: str) -> None:
    path.unlink()
    assert isinstance(refused(path, RIGHT), DamagedStoreError)
    assert not path.exists()
    keys = path.with_name("store.db.keys").read_bytes()
    set_up_store(path, RIGHT.text)
    assert keys in [file.read_bytes() for file in path.parent.iterdir()]


def test_a_store_that_is_there_is_not_set_up_again(path: Path, code: str) -> None:
    with pytest.raises(StoreError) as caught:
        set_up_store(path, "een andere zin")
    assert caught.value.reason.code == "store_exists"
    assert opens(path, RIGHT)


def test_the_salt_alone_may_be_damaged(path: Path, code: str) -> None:
    data = bytearray(path.read_bytes())
    data[3] ^= 1
    path.write_bytes(data)
    assert opens(path, RIGHT)


def test_a_second_program_is_told_that_the_store_is_open(path: Path, code: str) -> None:
    with open_store(path, RIGHT):
        program = (
            "import sys; from pathlib import Path; from teststation.store import *\n"
            "try: open_store(Path(sys.argv[1]), Passphrase(sys.argv[2]))\n"
            "except StoreInUseError: print('in use')"
        )
        command = [sys.executable, "-c", program, str(path), RIGHT.text]
        assert subprocess.run(command, check=True, capture_output=True, text=True).stdout == "in use\n"
        assert isinstance(refused(path, RIGHT), StoreInUseError)
    assert opens(path, RIGHT)
    assert not path.with_name("store.db.lock").exists()


def test_what_is_left_of_a_lock_locks_nobody_out(path: Path, code: str) -> None:
    path.with_name("store.db.lock").touch()
    assert opens(path, RIGHT)


def test_a_temporary_store_can_be_one_that_nobody_can_read_later() -> None:
    with temporary_store(encrypted=True) as store:
        store.add_client(Client(code=CANARY)).result()
        folder = store.path.parent
        assert {file.name.removeprefix("store.db") for file in folder.iterdir()} <= {"", "-wal", "-shm", ".lock"}
        assert not any(CANARY.encode() in file.read_bytes() for file in folder.iterdir())
        assert store.clients() == [Client(code=CANARY)]
    assert not folder.exists()


def test_waiting_grows_and_has_an_end() -> None:
    waits = [wait_s(failed) for failed in range(12)]
    assert waits[:4] == [0, 1, 2, 4]
    assert waits == sorted(waits)
    assert waits[-1] == 30


def test_a_passphrase_does_not_show_in_a_traceback() -> None:
    assert RIGHT.text not in repr(RIGHT)
    assert "geheim" not in repr(RecoveryCode("geheim"))
    assert "07" * 8 not in repr(Database(Path("x"), b"\7" * 32))


def group_of_mistake(typed: str) -> int | None:
    try:
        assert recovery.read_code(typed).replace("-", "") == typed
    except WrongKeyError as error:
        return int(error.reason.params["number"])
    return None


@given(st.integers(0, 29), st.sampled_from(recovery._ALPHABET), st.randoms(use_true_random=False))
def test_a_recovery_code_is_read_as_it_was_meant(at: int, other: str, chance: object) -> None:
    code = recovery.new_code()
    assert len(code.replace("-", "")) == 30
    assert recovery.read_code(code) == code
    sloppy = code.lower().replace("-", " ").replace("0", "o").replace("1", "l")
    assert recovery.read_code(f" {sloppy}\n") == code
    plain = code.replace("-", "")
    wrong = plain[:at] + other + plain[at + 1 :]
    assert group_of_mistake(wrong) in (None, at // 5 + 1)


def test_nearly_every_slip_is_found_in_its_group() -> None:
    code = recovery.new_code().replace("-", "")
    found = 0
    for at in range(30):
        for other in set(recovery._ALPHABET) - {code[at]}:
            try:
                recovery.read_code(code[:at] + other + code[at + 1 :])
            except WrongKeyError:
                found += 1
    assert found / (30 * 31) > 0.9


@pytest.mark.parametrize("typed", ["", "-", "7", "é" * 30, "U" * 30, "0" * 29, "0" * 31, "0" * 100000])
def test_what_is_no_recovery_code_is_refused(typed: str) -> None:
    with pytest.raises(WrongKeyError):
        recovery.read_code(typed)
