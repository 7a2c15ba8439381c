"""`teststation export` and `import`: from one station to another, and nothing is overwritten, merged or left half."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest
from click.testing import CliRunner, Result

from dossiers import CLIENT, dossier, visited
from teststation.cli import commands
from teststation.formats.dossier import Dossier
from teststation.formats.meeting import meet
from teststation.model import Client
from teststation.settings import HOME_VARIABLE
from teststation.store import Passphrase, open_store, set_up_store

Run = Callable[..., Result]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.setenv(HOME_VARIABLE, str(tmp_path / "home"))
    return lambda *line: CliRunner().invoke(commands, [str(word) for word in line])


def keep(home: Path, *dossiers: Dossier) -> None:
    with open_store(home / "store.db") as store:
        for each in dossiers:
            store.add_dossier(each).result()


@pytest.fixture
def home(tmp_path: Path) -> Path:
    keep(tmp_path / "home", dossier(), dossier(Client(code="A-1"), visits=0))
    return tmp_path / "home"


def test_a_client_goes_from_one_station_to_another(
    run: Run, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    done = run("export", "bids", "--all", "--out", tmp_path / "tree")
    assert done.exit_code == 0, done.output
    keep(tmp_path / "other")
    monkeypatch.setenv(HOME_VARIABLE, str(tmp_path / "other"))
    for _ in range(2):  # a second time there is nothing new
        assert run("import", "bids", tmp_path / "tree").exit_code == 0
    with open_store(tmp_path / "other" / "store.db") as store:
        assert [client.code for client in store.clients()] == ["A-1", CLIENT.code]
        assert meet(store.dossier(CLIENT.code), dossier()).equal


def test_a_client_with_other_data_is_a_question(run: Run, home: Path, tmp_path: Path) -> None:
    assert run("export", "bids", "--client", CLIENT.code, "--out", tmp_path / "tree").exit_code == 0
    with open_store(home / "store.db") as store:
        store.change_client(msgspec.structs.replace(CLIENT, weight_kg=70.0)).result()
    done = run("import", "bids", tmp_path / "tree")
    assert done.exit_code == 2
    assert CLIENT.code in done.stderr
    assert len(done.stderr.splitlines()) == 1
    with open_store(home / "store.db") as store:
        assert store.client(CLIENT.code).weight_kg == 70.0


def test_visits_are_added_only_where_that_is_asked_for(
    run: Run, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert run("export", "bids", "--client", CLIENT.code, "--out", tmp_path / "tree").exit_code == 0
    keep(tmp_path / "other", Dossier(CLIENT, (visited(),)))
    monkeypatch.setenv(HOME_VARIABLE, str(tmp_path / "other"))
    assert run("import", "bids", tmp_path / "tree").exit_code == 2
    assert run("import", "bids", tmp_path / "tree", "--add-visits").exit_code == 0
    with open_store(tmp_path / "other" / "store.db") as store:
        assert meet(store.dossier(CLIENT.code), dossier()).equal


def test_a_broken_tree_writes_nothing(run: Run, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert run("export", "bids", "--all", "--out", tmp_path / "tree").exit_code == 0
    last = max((tmp_path / "tree").rglob("*_motion.tsv"))
    last.write_text(last.read_text().replace("9.8", "9.7", 1))
    keep(tmp_path / "other")
    monkeypatch.setenv(HOME_VARIABLE, str(tmp_path / "other"))
    done = run("import", "bids", tmp_path / "tree")
    assert done.exit_code == 2
    assert last.name in done.stderr
    with open_store(tmp_path / "other" / "store.db") as store:
        assert store.clients() == []


def test_fhir_of_one_and_of_all(run: Run, home: Path, tmp_path: Path) -> None:
    assert run("export", "fhir", "--client", CLIENT.code, "--out", tmp_path / "one.json").exit_code == 0
    assert json.loads((tmp_path / "one.json").read_bytes())["resourceType"] == "Bundle"
    with open_store(home / "store.db") as store:
        last = store.audit()[-1]
        assert (last.action, last.kind, last.detail) == ("exported", "client", {"form": "fhir"})
        assert CLIENT.code not in str(last)
    assert run("export", "fhir", "--all", "--out", tmp_path / "all").exit_code == 0
    assert sorted(path.name for path in (tmp_path / "all").iterdir()) == ["A1.json", "K017.json"]


@pytest.mark.parametrize("kind", ["bids", "csv", "fhir", "dossier"])
def test_who_did_not_agree_to_research_is_only_exported_by_name(
    run: Run, home: Path, tmp_path: Path, kind: str
) -> None:
    keep(home, Dossier(Client(code="B-2"), ()))
    done = run("export", kind, "--all", "--out", tmp_path / "all", "--language", "nl")
    written, left_out = done.stderr.splitlines()
    assert ": 2." in written
    assert ": 1 (" in left_out
    assert "--client" in left_out
    files = [path for path in (tmp_path / "all").rglob("*") if path.is_file()]
    assert not [path for path in files if b"B-2" in path.read_bytes() or "B2" in path.name]
    with open_store(home / "store.db") as store:
        assert [entry.action for entry in store.audit()].count("exported") == 2
    assert run("export", kind, "--client", "B-2", "--out", tmp_path / "own").exit_code == 0
    assert run("export", "pdf", "--all", "--out", tmp_path / "papers").exit_code == 0
    assert len(list((tmp_path / "papers").iterdir())) == 3


def test_nothing_is_written_where_nobody_agreed(run: Run, tmp_path: Path) -> None:
    keep(tmp_path / "home", Dossier(CLIENT, ()))
    done = run("export", "bids", "--all", "--out", tmp_path / "tree")
    assert (done.exit_code, (tmp_path / "tree").exists()) == (2, False)
    assert "--client" in done.stderr


def test_tables_have_a_dictionary(run: Run, home: Path, tmp_path: Path) -> None:
    assert run("export", "csv", "--all", "--out", tmp_path / "t", "--language", "nl").exit_code == 0
    (described,) = (tmp_path / "t").glob("toelichting.csv")
    rows = list(csv.DictReader(io.StringIO(described.read_bytes().decode("utf-8-sig")), delimiter=";"))
    for path in (tmp_path / "t").iterdir():
        if path != described:
            header = path.read_bytes().decode("utf-8-sig").splitlines()[0].split(";")
            assert [row["kolom"] for row in rows if row["bestand"] == path.name] == header


def test_everything_of_a_client_is_a_folder(run: Run, home: Path, tmp_path: Path) -> None:
    done = run("export", "dossier", "--client", CLIENT.code, "--out", tmp_path / "all", "--language", "nl")
    assert done.exit_code == 0, done.output
    names = {path.name for path in (tmp_path / "all" / "K017").iterdir()}
    assert {"bids", "fhir.json", "tabellen", "LEESMIJ.txt"} < names
    assert any(name.endswith(".pdf") for name in names)
    assert (tmp_path / "all").stat().st_mode & 0o077 == 0
    assert run("export", "dossier", "--all", "--out", tmp_path / "everybody", "--language", "en").exit_code == 0
    assert {path.name for path in (tmp_path / "everybody").iterdir()} == {"A1", "K017"}
    assert (tmp_path / "everybody" / "K017" / "tables" / "attempts.csv").exists()


@pytest.mark.parametrize(
    "line",
    [
        ("export", "bids", "--out", "x"),
        ("export", "bids", "--all", "--client", "K", "--out", "x"),
        ("export", "csv", "--client", "nobody", "--out", "x"),
        ("import", "bids", "nowhere"),
    ],
)
def test_what_cannot_be_is_said(run: Run, home: Path, line: tuple[str, ...]) -> None:
    done = run(*line)
    assert done.exit_code == 2
    assert done.stderr


@pytest.mark.parametrize("kind", ["bids", "csv", "fhir", "dossier"])
def test_what_is_there_stays(run: Run, home: Path, tmp_path: Path, kind: str) -> None:
    out = tmp_path / "out"
    out.mkdir()
    (out / "mine.txt").write_text("x")
    assert run("export", kind, "--client", CLIENT.code, "--out", out).exit_code == 2
    assert [path.name for path in out.iterdir()] == ["mine.txt"]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["home", "out"]


def test_a_station_without_a_store_gets_none(run: Run, tmp_path: Path) -> None:
    assert run("export", "csv", "--all", "--out", tmp_path / "x").exit_code == 2
    assert list(tmp_path.iterdir()) == []


def test_an_encrypted_store_asks_for_its_passphrase(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "home" / "store.db"
    set_up_store(path, "een lange wachtzin")
    with open_store(path, Passphrase("een lange wachtzin")) as store:
        store.add_dossier(dossier()).result()
    (tmp_path / "right").write_text("een lange wachtzin\n")
    (tmp_path / "wrong").write_text("een andere wachtzin\n")
    export = ("export", "csv", "--all", "--out", tmp_path / "x", "--passphrase-file")
    assert run(*export, tmp_path / "wrong").exit_code == 2
    assert run(*export[:-1]).exit_code == 2
    assert not (tmp_path / "x").exists()
    assert run(*export, tmp_path / "right").exit_code == 0
