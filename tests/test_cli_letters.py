"""`teststation export letter`: what goes to a doctor only with consent, and what is the therapist's own."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest
from click.testing import CliRunner, Result

from dossiers import CLIENT, CONSENTS, dossier
from teststation.cli import commands
from teststation.i18n import Language, Translator
from teststation.model import Client, Consent, Reason, Scope
from teststation.settings import HOME_VARIABLE
from teststation.store import open_store

AGREED = Consent(scope=Scope.LETTER, given=True, version="1", at="2026-11-22T10:00:00.700001Z")
LANGUAGES: tuple[Language, Language] = ("nl", "en")
KINDS = ("signal", "closing", "note")


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv(HOME_VARIABLE, str(tmp_path / "home"))
    with open_store(tmp_path / "home" / "store.db") as store:
        store.add_dossier(msgspec.structs.replace(dossier(visits=1), consents=(*CONSENTS, AGREED))).result()
        store.add_dossier(dossier(Client(code="A-1"), visits=0)).result()
    return tmp_path / "home"


def run(kind: str, out: Path, code: str = CLIENT.code) -> Result:
    line = ["export", "letter", "--client", code, "--kind", kind, "--out", str(out), "--language", "nl"]
    return CliRunner().invoke(commands, line)


def says(done: Result, code: str, client: str) -> bool:
    """Tell whether it was said, in whichever language this machine speaks."""
    reason = Reason(code, {"client": client})
    return any(Translator(language).reason(reason) in done.output for language in LANGUAGES)


@pytest.mark.parametrize("kind", KINDS)
def test_a_letter_is_text_or_a_page(home: Path, tmp_path: Path, kind: str) -> None:
    for suffix, begins in ((".txt", ("Bericht", "Notitie")), (".pdf", ("%PDF",))):
        done = run(kind, tmp_path / f"a{suffix}")
        assert done.exit_code == 0, done.output
        assert (tmp_path / f"a{suffix}").read_bytes().decode("utf-8", "replace").startswith(begins)


def test_the_text_for_a_record_system_is_text_only(home: Path, tmp_path: Path) -> None:
    assert run("record", tmp_path / "a.txt").exit_code == 0
    assert CLIENT.code in (tmp_path / "a.txt").read_text(encoding="utf-8")
    assert run("record", tmp_path / "a.pdf").exit_code == 2
    assert not (tmp_path / "a.pdf").exists()


def test_a_letter_that_was_written_is_in_the_audit(home: Path, tmp_path: Path) -> None:
    run("signal", tmp_path / "a.pdf")
    with open_store(home / "store.db") as store:
        assert "letter signal" in {entry.detail.get("form") for entry in store.audit()}


@pytest.mark.parametrize("kind", KINDS)
def test_without_consent_there_is_no_letter_but_a_note(home: Path, tmp_path: Path, kind: str) -> None:
    with open_store(home / "store.db") as store:
        taken_back = msgspec.structs.replace(AGREED, given=False, at="2026-11-23T10:00:00.700001Z")
        store.add_consent(CLIENT.code, taken_back).result()
    done = run(kind, tmp_path / "a.txt")
    assert (tmp_path / "a.txt").exists() == (done.exit_code == 0) == (kind == "note")
    assert says(done, "letter_not_agreed", CLIENT.code) == (kind != "note")


def test_who_was_not_visited_has_no_letter(home: Path, tmp_path: Path) -> None:
    done = run("note", tmp_path / "a.pdf", code="A-1")
    assert done.exit_code == 2
    assert says(done, "letter_without_visit", "A-1")


def test_what_is_there_stays(home: Path, tmp_path: Path) -> None:
    (tmp_path / "a.pdf").write_text("mine", encoding="utf-8")
    assert run("note", tmp_path / "a.pdf").exit_code == 2
    assert (tmp_path / "a.pdf").read_text(encoding="utf-8") == "mine"
