"""A store is made by its migrations, brought up to date with a backup, and anything else is refused and not touched."""

from __future__ import annotations

import json
import shutil
import sqlite3
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine

from teststation.model import Client, Reason
from teststation.store import (
    DamagedStoreError,
    ForeignStoreError,
    NewerStoreError,
    StoreError,
    migrate,
    open_store,
    schema,
    temporary_store,
)

NEXT_MIGRATION = '''
import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Make a table anew that others refer to: on SQLite that drops the old one."""
    with op.batch_alter_table("clients", recreate="always") as batch:
        batch.add_column(sa.Column("note", sa.Text, nullable=False, server_default=""))
    {further}
    op.execute("UPDATE store_info SET needs = '0.2.0'")
'''


def definitions(path: Path) -> dict[str, list[str]]:
    """Give what the parts of each table say; in which order Alembic writes constraints is chance."""
    with sqlite3.connect(path) as connection:
        rows = connection.execute("SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL").fetchall()
    connection.close()
    plain = {name: " ".join(sql.split()).replace(f'"{name}"', name) for name, sql in rows if name != "alembic_version"}
    return {name: sorted(sql.removesuffix(" ) STRICT").split(", ")) for name, sql in plain.items()}


def query(path: Path, sql: str) -> list[tuple[object, ...]]:
    connection = sqlite3.connect(path)
    try:
        found = connection.execute(sql).fetchall()
        connection.commit()
        return found
    finally:
        connection.close()


def made(path: Path) -> Path:
    with open_store(path) as store:
        for code in ("K-001", "K-002"):
            store.add_client(Client(code=code))
            store.begin_visit(code).result()
    return path


def the_next_version(monkeypatch: pytest.MonkeyPatch, folder: Path, further: str = "pass") -> None:
    """Let the program be the one of tomorrow, with one migration more."""
    scripts = folder / "migrations"
    shutil.copytree(migrate.SCRIPTS, scripts, ignore=shutil.ignore_patterns("__pycache__"))
    (scripts / "versions" / "0003_note.py").write_text(NEXT_MIGRATION.replace("{further}", further))
    monkeypatch.setattr(migrate, "SCRIPTS", scripts)
    monkeypatch.setattr(schema, "HEAD", "0003")


def test_the_migrations_make_the_tables_of_the_schema(tmp_path: Path) -> None:
    made(tmp_path / "store.db")
    engine = create_engine(f"sqlite:///{tmp_path / 'schema.db'}")
    schema.metadata.create_all(engine)
    engine.dispose()
    assert definitions(tmp_path / "store.db") == definitions(tmp_path / "schema.db")


def test_head_is_the_newest_migration() -> None:
    config = Config()
    config.set_main_option("script_location", str(migrate.SCRIPTS))
    assert ScriptDirectory.from_config(config).get_heads() == [schema.HEAD]


def test_a_new_store_is_strict_private_and_alone(tmp_path: Path) -> None:
    path = made(tmp_path / "folder" / "with # and ?" / "store.db")
    tables = query(
        path, "SELECT name FROM pragma_table_list WHERE schema = 'main' AND name NOT LIKE 'sqlite%' AND NOT strict"
    )
    assert tables == [("alembic_version",)]
    assert query(path, "PRAGMA journal_mode") == [("wal",)]
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [entry.name for entry in path.parent.iterdir()] == ["store.db"]


def test_the_writing_connection_is_as_safe_as_promised(tmp_path: Path) -> None:
    with open_store(tmp_path / "store.db") as store:
        ask = ("synchronous", "foreign_keys", "journal_mode")
        said = store._writer.run(lambda c: [c.exec_driver_sql(f"PRAGMA {name}").scalar() for name in ask]).result()
        assert said == [2, 1, "wal"]
        with pytest.raises(StoreError):
            store._read(lambda c: c.exec_driver_sql("DELETE FROM clients"))


def test_what_was_kept_is_there_again(tmp_path: Path) -> None:
    path = made(tmp_path / "store.db")
    with open_store(path) as store:
        assert [client.code for client in store.clients()] == ["K-001", "K-002"]


def test_an_unfinished_making_is_made_again(tmp_path: Path) -> None:
    (tmp_path / "store.db.new").write_bytes(b"half")
    made(tmp_path / "store.db")
    assert not (tmp_path / "store.db.new").exists()


def test_a_store_at_head_opens_without_alembic(tmp_path: Path) -> None:
    path = made(tmp_path / "store.db")
    program = (
        "import json, sys; from pathlib import Path; from teststation.store import open_store\n"
        "with open_store(Path(sys.argv[1])) as store: store.clients()\n"
        "print(json.dumps([name for name in ('alembic', 'mako', 'sqlalchemy', 'scipy') if name in sys.modules]))"
    )
    answer = subprocess.run([sys.executable, "-c", program, str(path)], check=True, capture_output=True, text=True)
    assert json.loads(answer.stdout) == ["sqlalchemy"]


def test_an_older_store_is_brought_up_to_date_with_a_backup(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = made(tmp_path / "store.db")
    the_next_version(monkeypatch, tmp_path)
    with open_store(path) as store:
        assert [len(store.visits(code)) for code in ("K-001", "K-002")] == [1, 1]
    assert query(path, "SELECT code, note FROM clients ORDER BY code") == [("K-001", ""), ("K-002", "")]
    assert query(path, "SELECT version_num FROM alembic_version") == [("0003",)]
    assert query(path, "SELECT strict FROM pragma_table_list WHERE name = 'clients'") == [(1,)]
    backup = tmp_path / "store.db.before-0003"
    assert query(backup, "SELECT version_num FROM alembic_version") == [("0002",)]
    assert query(backup, "SELECT count(*) FROM visits") == [(2,)]


@pytest.mark.parametrize(
    "further",
    [
        pytest.param('op.execute("DELETE FROM visits WHERE rowid = 1")', id="a row is lost"),
        pytest.param("op.execute(\"UPDATE visits SET client_id = 'nobody'\")", id="a reference is broken"),
        pytest.param('op.execute("UPDATE visits SET nothing = 1")', id="the migration fails"),
    ],
)
def test_a_migration_that_goes_wrong_leaves_the_store_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, further: str
) -> None:
    path = made(tmp_path / "store.db")
    before = query(path, "SELECT * FROM clients JOIN visits")
    monkeypatch.setattr(migrate, "SCRIPTS", migrate.SCRIPTS)
    with monkeypatch.context() as tomorrow:
        the_next_version(tomorrow, tmp_path, further)
        with pytest.raises(StoreError) as caught:
            open_store(path)
    assert caught.value.reason.code == "store_migration"
    assert isinstance(caught.value.reason.params["reason"], Reason)
    assert query(path, "SELECT * FROM clients JOIN visits") == before
    assert query(Path(caught.value.reason.params["backup"]), "SELECT * FROM clients JOIN visits") == before
    with open_store(path) as store:
        assert len(store.clients()) == 2


def newer(path: Path) -> None:
    made(path)
    query(path, "UPDATE alembic_version SET version_num = '0999'")
    query(path, "UPDATE store_info SET needs = '7.1'")


def foreign_database(path: Path) -> None:
    query(path, "CREATE TABLE alembic_version (version_num)")


def foreign_database_with_a_wal(path: Path) -> None:
    foreign_database(path)
    query(path, "PRAGMA journal_mode = WAL")


def cut_off(path: Path) -> None:
    made(path)
    path.write_bytes(path.read_bytes()[:6000])


def first_page_only(path: Path) -> None:
    made(path)
    path.write_bytes(path.read_bytes()[:100])


def scrambled(path: Path) -> None:
    made(path)
    content = bytearray(path.read_bytes())
    content[100:4096] = b"\xa5" * 3996
    path.write_bytes(content)


@pytest.mark.parametrize(
    ("make", "error", "code"),
    [
        (newer, NewerStoreError, "store_newer"),
        (foreign_database, ForeignStoreError, "store_foreign"),
        (foreign_database_with_a_wal, ForeignStoreError, "store_foreign"),
        (lambda path: path.write_text("een brief"), ForeignStoreError, "store_foreign"),
        (lambda path: path.write_bytes(b""), ForeignStoreError, "store_foreign"),
        (lambda path: path.mkdir(), StoreError, "store_failed"),
        (cut_off, DamagedStoreError, "store_damaged"),
        (first_page_only, DamagedStoreError, "store_damaged"),
        (scrambled, DamagedStoreError, "store_damaged"),
    ],
)
def test_what_cannot_be_opened_is_refused_and_not_touched(
    tmp_path: Path, make: Callable[[Path], None], error: type[StoreError], code: str
) -> None:
    path = tmp_path / "store.db"
    make(path)
    before = {entry.name: entry.read_bytes() for entry in tmp_path.iterdir() if entry.is_file()}
    with pytest.raises(error) as caught:
        open_store(path)
    assert caught.value.reason.code == code
    assert {entry.name: entry.read_bytes() for entry in tmp_path.iterdir() if entry.is_file()} == before


def test_a_folder_that_cannot_be_made_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(StoreError) as caught:
        open_store(tmp_path / "file" / "store.db")
    assert caught.value.reason.code == "store_failed"


def test_a_newer_store_says_which_version_it_needs(tmp_path: Path) -> None:
    newer(tmp_path / "store.db")
    with pytest.raises(NewerStoreError) as caught:
        open_store(tmp_path / "store.db")
    assert caught.value.reason.params == {"needs": "7.1"}


def test_a_wal_without_its_store_is_not_written_over(tmp_path: Path) -> None:
    (tmp_path / "store.db-wal").write_bytes(b"what was not yet in the store")
    with pytest.raises(DamagedStoreError):
        open_store(tmp_path / "store.db")
    assert [entry.name for entry in tmp_path.iterdir()] == ["store.db-wal"]


def test_a_temporary_store_leaves_nothing_behind() -> None:
    with temporary_store() as store:
        store.add_client(Client(code="K-001")).result()
        folder = store.path.parent
        assert (folder / "store.db-wal").exists()
    assert not folder.exists()
