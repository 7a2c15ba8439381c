"""Choices, frozen: read once at the edge and passed down."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Literal

import msgspec

HOME_VARIABLE = "TESTSTATION_HOME"


class ChosenSensor(msgspec.Struct, frozen=True, kw_only=True):
    """The sensor that a station uses; its address is one of this machine only (macOS makes up its own)."""

    driver: str
    serial: str
    address: str
    name: str


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """What a practice may choose. Lengths in metres, durations in seconds.

    Parameters
    ----------
    language : of the screens
    course_m : the timed length of the gait test
    walked_m : where the client stands still again, from the first mark
    stands : how many stands a timed chair stand has
    late_start_s : a longer time between cue and movement is asked about (PRACTICE 8)
    sensor : the sensor that was used last
    practice : whose paper it is, as it stands above every page
    local_offer : where clients can go on exercising, as it stands on their sheet
    papers_folder : where reports and sheets are put; empty is a folder `teststation` among the documents
    keep_care_years : how long the record of a client who was treated is kept after the last visit: twenty years after
        the last change of a record is the rule of the WGBO (BW 7:454 lid 3); for longer there has to be a reason
    keep_screening_days : the same of a client who was only screened, so without a treatment: the AVG (art. 5) has no
        number, but no longer than it serves; ours is a month, enough to hand the client over to a practice
    backup_days : so old the last backup may be before the first page asks for another
    operator : the initials of who worked here the last time
    lock_after_min : so long nobody touches a key before the store is locked, outside of visits; 0 is never
    start_delay_s : from the go key to the cue, for a therapist who has to get back to the client; 0 is the key itself
    tone : the cue is a tone as well
    plot : how signals are drawn; auto looks whether this terminal can show braille dots
    """

    language: Literal["nl", "en"] = "nl"
    course_m: float = 4.572
    walked_m: float = 6.0
    stands: int = 5
    late_start_s: float = 2.0
    sensor: ChosenSensor | None = None
    practice: str = ""
    local_offer: str = ""
    papers_folder: str = ""
    keep_care_years: int = 20
    keep_screening_days: int = 30
    backup_days: int = 7
    operator: str = ""
    lock_after_min: float = 10.0
    start_delay_s: Literal[0, 3, 10, 20] = 0
    tone: bool = False
    plot: Literal["auto", "braille", "blocks"] = "auto"


def home() -> Path:
    """Give the folder for settings, store and logs: `TESTSTATION_HOME`, else the platform's own."""
    named = os.environ.get(HOME_VARIABLE)
    if named:
        return Path(named)
    from platformdirs import user_data_path  # noqa: PLC0415 - only needed where no folder was named

    return user_data_path("teststation", appauthor=False)


def read_settings(file: Path) -> Settings:
    """Read what was chosen; where nothing was, the settings are those that come with the program.

    Raises
    ------
    OSError, msgspec.DecodeError
        There is a file, and it cannot be read.
    """
    return msgspec.json.decode(file.read_bytes(), type=Settings) if file.exists() else Settings()


def write_settings(settings: Settings, file: Path) -> None:
    """Keep what was chosen; a program that is killed meanwhile leaves what was there."""
    file.parent.mkdir(parents=True, exist_ok=True)
    fresh = file.with_suffix(".new")
    fresh.write_bytes(msgspec.json.format(msgspec.json.encode(settings), indent=2))
    fresh.replace(file)


def settings_file() -> Path:
    """Give the file of the settings."""
    return home() / "settings.json"


def log_file() -> Path:
    """Give the file of what went wrong."""
    return home() / "logs" / "teststation.log"


def sensors_folder() -> Path:
    """Give the folder of what was measured of this station's sensors."""
    return home() / "sensors"


def papers_folder(settings: Settings) -> Path:
    """Give the folder for what is printed: it is to be found by who prints, and is outside of the encrypted store."""
    if settings.papers_folder:
        return Path(settings.papers_folder).expanduser()
    from platformdirs import user_documents_path  # noqa: PLC0415 - only needed where no folder was named

    return user_documents_path() / "teststation"


def calibration_folder() -> Path:
    """Find `calibration/`: in a wheel it lies inside the package, in a checkout at the top."""
    packed = Path(__file__).parent / "_calibration"
    return packed if packed.is_dir() else Path(__file__).parents[2] / "calibration"
