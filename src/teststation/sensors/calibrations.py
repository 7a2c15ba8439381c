"""Where calibrations are kept: a file for each sensor, a line for each time that something was measured.

Nothing is overwritten, so that an old trial can be analysed again with what was known of its sensor then.
"""

from __future__ import annotations

import logging
from pathlib import Path
from urllib.parse import quote

import msgspec

from teststation.model import KeptCalibration
from teststation.sensors.calibration import Calibration

_log = logging.getLogger(__name__)


def keep_calibration(folder: Path, calibration: Calibration) -> None:
    """Add what is now known of a sensor.

    Raises
    ------
    OSError
        It could not be written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with _file(folder, calibration.driver, calibration.serial).open("ab") as file:
        file.write(b"\n" + msgspec.json.encode(calibration) + b"\n")  # a line that was cut off before stays alone


def calibration_of(folder: Path, driver: str, serial: str, at: str | None = None) -> Calibration | None:
    """Give what is known of a sensor, or was at a moment; None where nothing is. A line that cannot be read is passed.

    Parameters
    ----------
    at : UTC, ISO 8601, as `Calibration.measured_at`
    """
    file = _file(folder, driver, serial)
    try:
        lines = [line for line in file.read_bytes().splitlines() if line]
    except FileNotFoundError:
        return None
    except OSError:
        _log.exception("%s cannot be read", file.name)
        return None
    known = None
    for line in lines:
        try:
            calibration = msgspec.json.decode(line, type=Calibration)
        except ValueError:  # cut off, or of a newer version
            _log.warning("%s has a line that cannot be read", file.name)
            continue
        if at is None or calibration.measured_at <= at:
            known = calibration
    return known


def as_kept(calibration: Calibration) -> KeptCalibration:
    """Write a calibration as the store keeps it, with what was measured only."""
    values = {name: value for name, value in msgspec.to_builtins(calibration).items() if value is not None}
    driver, serial, made_at = (values.pop(name) for name in ("driver", "serial", "measured_at"))
    return KeptCalibration(driver=driver, serial=serial, made_at=made_at, values=values)


def _file(folder: Path, driver: str, serial: str) -> Path:
    """Name a sensor's file: whatever a serial number holds, it stays one name within the folder."""
    return folder / f"{quote(driver, safe='')} {quote(serial, safe='')}.jsonl"
