"""`teststation export pdf`: a record for each client, and none is overwritten."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from reports.examples import CLIENT, dossier
from reports.pages import text
from teststation.cli import commands
from teststation.formats.dossier import Dossier
from teststation.model import Client
from teststation.settings import HOME_VARIABLE, Settings, write_settings
from teststation.store import open_store


def test_a_record_is_written_for_one_client_or_for_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(HOME_VARIABLE, str(tmp_path))
    write_settings(Settings(practice="Praktijk De Brug"), tmp_path / "settings.toml")
    with open_store(tmp_path / "store.db") as store:
        for each in (dossier(), Dossier(Client(code="A-1"))):
            store.add_dossier(each).result()

    def run(*words: str) -> int:
        return CliRunner().invoke(commands, ["export", "pdf", *words]).exit_code

    one, folder = tmp_path / "one.pdf", tmp_path / "all"
    assert run("--client", CLIENT.code, "--language", "nl", "--out", str(one)) == 0
    printed = text(one.read_bytes())
    assert "Verslag van het bezoek op 22 november 2026" in printed
    assert "Verslag van het bezoek op 1 september 2026" in printed
    assert "Praktijk De Brug" in printed
    assert run("--all", "--language", "en", "--out", str(folder)) == 0
    assert len(list(folder.iterdir())) == 2
    before = one.read_bytes()
    assert run("--client", CLIENT.code, "--out", str(one)) == 2
    assert one.read_bytes() == before
