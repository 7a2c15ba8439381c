"""Runs the program with an ear at every socket: what is bound or connected, but over files of this machine, ends it.

For a child process: `python -m watched FILE ARGS…`; FILE gets a line for each, also from the processes it starts.
"""

from __future__ import annotations

import os
import sys
from typing import Any

_FAMILIES = {"socket.bind", "socket.connect", "socket.sendto", "socket.getaddrinfo", "socket.gethostbyname"}


def listen(file: str) -> None:
    """Write down every use of a network, and refuse it."""

    def heard(event: str, args: tuple[Any, ...]) -> None:
        if event not in _FAMILIES or (len(args) > 1 and isinstance(args[1], str | bytes)):
            return  # an address that is a text is a file's: D-Bus
        with open(file, "a", encoding="utf-8") as told:  # noqa: PTH123 - within a hook, the least there is
            told.write(f"{event} {args[1:]}\n")
        raise PermissionError(event)

    sys.addaudithook(heard)


if __name__ == "__main__":
    listen(sys.argv[1])
    sys.argv[1:] = sys.argv[2:]
    os.environ["TESTSTATION_WATCHED"] = "1"
    from teststation.__main__ import main

    main()
