"""What was chosen is kept and read back; what is wrong in the file is said, and the rest of it used."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from hostile import CORPUS, steers
from teststation.i18n import Translator
from teststation.settings import ChosenSensor, Settings, Wrong, aside, look, read_settings, write_settings

FULL = Settings(
    language="en",
    course_m=4.0,
    stands=10,
    stand_s=30,
    sensor=ChosenSensor(driver="movella_dot", serial="D4:22", address="AA:BB", name='Xsens "DOT" \\ é'),
    practice="Praktijk\x7f ’t Hof",
    lock_after_min=0.5,
    theme="contrast",
    flags=False,
    keys={"go": ("f8", "space"), "undo": ("z",)},
)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "settings.toml"


def test_settings_come_back_as_they_were_kept(tmp_path: Path) -> None:
    file = tmp_path / "home" / "settings.toml"
    assert look(file) == (Settings(), ())
    write_settings(FULL, file)
    assert look(file) == (FULL, ())
    assert [kept.name for kept in file.parent.iterdir()] == ["settings.toml"]


@pytest.mark.parametrize("text", [text for text in CORPUS if text.isprintable() or text.isascii()])
def test_any_text_comes_back(file: Path, text: str) -> None:
    write_settings(Settings(practice=text), file)
    assert read_settings(file).practice == text


def test_what_is_left_out_is_as_it_comes_with_the_program(file: Path) -> None:
    file.write_text("# van de praktijk\nstands = 10\n", "utf-8")
    assert look(file) == (Settings(stands=10), ())


@pytest.mark.parametrize(
    ("line", "key", "used"),
    [
        ('stands = "vijf"', "stands", "5"),
        ("stands = 7", "stands", "5"),
        ('language = "de"', "language", '"nl"'),
        ("course_m = nan", "course_m", "4.572"),
        ("course_m = 6.0", "course_m", "4.572"),
        ("keep_care_years = -1", "keep_care_years", "20"),
        ("sensor = 3", "sensor", "null"),
        ('keys = { go = "space" }', "keys", "{}"),
    ],
)
def test_a_wrong_value_is_said_and_the_others_are_used(file: Path, line: str, key: str, used: str) -> None:
    file.write_text(f'practice = "De Brug"\n{line}\n', "utf-8")
    settings, wrong = look(file)
    assert settings == Settings(practice="De Brug")
    assert (wrong[0].code, wrong[0].params["used"]) == ("settings_wrong_value", used)
    assert str(wrong[0].params["line"]).startswith(f"{key} = ")


def test_a_key_that_does_not_exist_is_said(file: Path) -> None:
    file.write_text("standz = 10\n", "utf-8")
    assert look(file) == (Settings(), (Wrong("settings_unknown", {"line": "standz = 10"}),))


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"stands = 10\nstands = \n", "settings_wrong_line"),
        (b"stands = 10\n{\n", "settings_wrong_line"),
        (b'practice = "', "settings_no_end"),
        (b"practice = \xff", "settings_unreadable"),
    ],
)
def test_a_file_that_is_none_is_said_and_nothing_of_it_used(file: Path, content: bytes, code: str) -> None:
    file.write_bytes(content)
    settings, (wrong,) = look(file)
    assert settings == Settings()
    assert wrong.code == code
    assert wrong.params.get("line", 2) == 2


def test_a_folder_in_the_place_of_the_file_is_said(file: Path) -> None:
    file.mkdir()
    assert [wrong.code for wrong in look(file)[1]] == ["settings_unreadable"]


@pytest.mark.parametrize("text", CORPUS[:20])
def test_what_is_wrong_is_quoted_harmlessly(file: Path, text: str) -> None:
    escaped = msgspec.json.encode(text.encode("utf-8", "replace").decode()).decode().replace("\x7f", "")
    file.write_text(f"stands = {escaped}\n{escaped} = 1", "utf-8")
    _, wrong = look(file)
    said = [Translator("nl").reason(each) for each in wrong]
    assert len(said) == 2
    assert not steers("".join(said))


def test_what_an_older_version_kept_is_read_until_there_is_a_file(file: Path) -> None:
    file.with_suffix(".json").write_text('{"stands": 10, "operator": "MB", "sensor": null}', "utf-8")
    assert look(file) == (Settings(stands=10, operator="MB"), ())
    write_settings(Settings(operator="MB"), file)
    assert look(file) == (Settings(operator="MB"), ())


def test_what_was_wrong_is_put_aside_before_it_is_written_over(file: Path) -> None:
    file.write_text("stands = 7\n", "utf-8")
    write_settings(Settings(), file)
    assert look(file) == (Settings(), ())
    assert aside(file).read_text("utf-8") == "stands = 7\n"
