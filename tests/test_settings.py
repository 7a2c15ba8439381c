"""What was chosen is kept and read back; a file that is none is said, not passed over."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from teststation.settings import ChosenSensor, Settings, read_settings, write_settings


def test_settings_come_back_as_they_were_kept(tmp_path: Path) -> None:
    file = tmp_path / "home" / "settings.json"
    assert read_settings(file) == Settings()
    sensor = ChosenSensor(driver="movella_dot", serial="D4:22", address="AA:BB", name="Xsens DOT")
    settings = Settings(language="en", stands=10, sensor=sensor)
    write_settings(settings, file)
    assert read_settings(file) == settings
    assert [kept.name for kept in file.parent.iterdir()] == ["settings.json"]


def test_what_is_left_out_is_as_it_comes_with_the_program(tmp_path: Path) -> None:
    file = tmp_path / "settings.json"
    file.write_text('{"stands": 10, "unknown": 1}', "utf-8")
    assert read_settings(file) == Settings(stands=10)


@pytest.mark.parametrize("text", ["", "{", '{"stands": "vijf"}', '{"language": "de"}'])
def test_what_cannot_be_read_is_said(tmp_path: Path, text: str) -> None:
    file = tmp_path / "settings.json"
    file.write_text(text, "utf-8")
    with pytest.raises(msgspec.DecodeError):
        read_settings(file)
