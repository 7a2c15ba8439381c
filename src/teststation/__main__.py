"""`teststation`, and `python -m teststation`."""

from __future__ import annotations

from typing import Any

from teststation import log, settings
from teststation.cli import commands


def main() -> None:
    """Run the command line."""
    log.keep(settings.log_file())
    commands(obj=_open_screens, prog_name="teststation")


def _open_screens(**choices: Any) -> None:
    """Open the station; Textual is loaded only now."""
    from teststation.tui.app import run  # noqa: PLC0415 - half a second that no other command has to wait

    run(**choices)


if __name__ == "__main__":
    main()
