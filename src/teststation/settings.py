"""Choices, frozen: read once at the edge and passed down."""

from __future__ import annotations

import os
import re
import tomllib
from pathlib import Path
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from teststation.boundary import excerpt

Theme = Literal["dark", "light", "contrast"]

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
    trials : timed attempts of walking and of the get-up-and-go
    practice_trial : whether a practice attempt goes before the get-up-and-go
    pace : in which words it is read aloud that the pace is the usual one
    stands : how many stands a timed chair stand has
    stand_s : the length of a chair stand test by time, instead of `stands`; 0 is by stands
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
    theme : the colours of the screens
    flags : whether screens show flags, which a client who looks along sees first (PRACTICE 6); the sentences stand
        there all the same, and papers always have them
    second_opinions : whether a result and the conclusion offer what other sources than the guideline say
    clicker : a presenter's clicker is used: its black-screen button (B or the full stop) does nothing then
    keys : the user's own keys, by the id of what they do
    """

    language: Literal["nl", "en"] = "nl"
    course_m: Annotated[float, Meta(ge=1, le=20)] = 4.572
    walked_m: Annotated[float, Meta(ge=1, le=30)] = 6.0
    trials: Annotated[int, Meta(ge=1, le=3)] = 2
    practice_trial: bool = True
    pace: Literal["usual", "as_always"] = "usual"
    stands: Literal[5, 10] = 5
    stand_s: Literal[0, 30] = 0
    late_start_s: Annotated[float, Meta(ge=0.5, le=10)] = 2.0
    sensor: ChosenSensor | None = None
    practice: str = ""
    local_offer: str = ""
    papers_folder: str = ""
    keep_care_years: Annotated[int, Meta(ge=1, le=100)] = 20
    keep_screening_days: Annotated[int, Meta(ge=1, le=3650)] = 30
    backup_days: Annotated[int, Meta(ge=1, le=365)] = 7
    operator: str = ""
    lock_after_min: Annotated[float, Meta(ge=0, le=480)] = 10.0
    start_delay_s: Literal[0, 3, 10, 20] = 0
    tone: bool = False
    plot: Literal["auto", "braille", "blocks"] = "auto"
    theme: Theme = "dark"
    flags: bool = True
    second_opinions: bool = False
    clicker: bool = False
    keys: dict[str, tuple[str, ...]] = {}


_FIELDS = {field.name: field for field in msgspec.structs.fields(Settings)}


class Wrong(msgspec.Struct, frozen=True):
    """What cannot be used of the file of the settings: a code of `i18n.texts`, and what fills its text."""

    code: str
    params: dict[str, str | int] = {}


def home() -> Path:
    """Give the folder for settings, store and logs: `TESTSTATION_HOME`, else the platform's own."""
    named = os.environ.get(HOME_VARIABLE)
    if named:
        return Path(named)
    from platformdirs import user_data_path  # noqa: PLC0415 - only needed where no folder was named

    return user_data_path("teststation", appauthor=False)


def look(file: Path) -> tuple[Settings, tuple[Wrong, ...]]:
    """Read what was chosen, and what of it is wrong; for that, the settings are those that come with the program.

    Until there is a file, what older versions kept in JSON is read in its place.
    """
    older = file.with_suffix(".json")
    try:
        if file.exists():
            return _chosen(tomllib.loads(file.read_text("utf-8")))
        return _chosen(msgspec.json.decode(older.read_bytes(), type=dict[str, Any]) if older.exists() else {})
    except (OSError, UnicodeDecodeError, msgspec.DecodeError) as error:
        return Settings(), (Wrong("settings_unreadable", {"detail": excerpt(str(error))}),)
    except tomllib.TOMLDecodeError as error:
        at = re.search(r"at line (\d+)", str(error))
        return Settings(), (Wrong("settings_wrong_line", {"line": int(at[1])}) if at else Wrong("settings_no_end"),)


def _chosen(found: dict[str, Any]) -> tuple[Settings, tuple[Wrong, ...]]:
    default = Settings()
    chosen: dict[str, Any] = {}
    wrong = []
    for key, value in found.items():
        if key not in _FIELDS:
            wrong.append(Wrong("settings_unknown", {"line": excerpt(f"{key} = {value}")}))
            continue
        try:
            chosen[key] = msgspec.convert(value, _FIELDS[key].type)
        except msgspec.ValidationError:
            wrong.append(_not_used(key, value, getattr(default, key)))
    settings = Settings(**chosen)
    if settings.walked_m <= settings.course_m:
        wrong += [_not_used(key, getattr(settings, key), getattr(default, key)) for key in ("course_m", "walked_m")]
        settings = msgspec.structs.replace(settings, course_m=default.course_m, walked_m=default.walked_m)
    return settings, tuple(wrong)


def _not_used(key: str, found: object, used: object) -> Wrong:
    return Wrong("settings_wrong_value", {"line": excerpt(f"{key} = {found}"), "used": _toml(used)})


def read_settings(file: Path) -> Settings:
    """Read what was chosen, as `look` does."""
    return look(file)[0]


def write_settings(settings: Settings, file: Path) -> None:
    """Keep what was chosen; a program that is killed meanwhile leaves what was there.

    What was wrong in the file, and would be lost with it, is put aside. The file is written anew: comments in it, which
    nothing here asks for, do not stay.
    """
    file.parent.mkdir(parents=True, exist_ok=True)
    fresh = file.with_suffix(".new")
    fresh.write_text(_written(settings), "utf-8")
    if file.exists() and look(file)[1]:
        file.replace(aside(file))
    fresh.replace(file)


def bounds(key: str) -> tuple[float, float] | None:
    """Give the least and the most of a setting that is a number."""
    kind = _FIELDS[key].type
    limits = [each for each in getattr(kind, "__metadata__", ()) if isinstance(each, Meta)]
    return next(((limit.ge, limit.le) for limit in limits if limit.ge is not None and limit.le is not None), None)


def typed_number(key: str, text: str) -> float | None:
    """Read a number for a setting as it was typed; None where it is none, or too large or small."""
    try:
        number: float = msgspec.convert(text.replace(",", "."), _FIELDS[key].type, strict=False)
    except msgspec.ValidationError:
        return None
    return number


def aside(file: Path) -> Path:
    """Give where a file is put that had something wrong."""
    return file.with_suffix(".wrong.toml")


def _written(settings: Settings) -> str:
    lines, tables = [], []
    for key, value in msgspec.to_builtins(settings).items():
        if isinstance(value, dict):
            tables += ["", f"[{key}]", *(f"{_toml(name)} = {_toml(each)}" for name, each in value.items())]
        elif value is not None:
            lines.append(f"{key} = {_toml(value)}")
    return "\n".join((*lines, *tables, ""))


def _toml(value: object) -> str:
    """Write a value; TOML's are those of JSON, but for an escape or two."""
    return msgspec.json.encode(value).decode().replace("\x7f", "\\u007f")


def settings_file() -> Path:
    """Give the file of the settings."""
    return home() / "settings.toml"


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
