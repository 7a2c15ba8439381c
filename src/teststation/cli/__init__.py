"""The command line: thin; each command is a module of this room, loaded when it is called for.

The screens are not this room's to know (they stand beside it): who starts the program hands over how they are opened.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from keyword import iskeyword
from typing import Any

import click

from teststation import __version__
from teststation.boundary import shown
from teststation.cli.fault import log_fault
from teststation.cli.speech import say, tr
from teststation.model import TeststationError

INTERNAL, REFUSED, INTERRUPTED = 1, 2, 130
"""Exit statuses, as CONTRACTS has them."""

_COMMANDS = ("demo", "record", "analyse", "sensors", "calibrate", "doctor", "export", "import", "store")


class Commands(click.Group):
    """Loads a command when it is called for, and ends it in one line and an exit status, never in a traceback."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """Name the commands."""
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 - click's
        """Load a command."""
        if cmd_name not in _COMMANDS:
            return None
        module = f"{cmd_name}_" if iskeyword(cmd_name) else cmd_name
        command: click.Command = import_module(f"{__package__}.{module}").command
        return command

    def invoke(self, ctx: click.Context) -> Any:
        """Run a command."""
        try:
            return super().invoke(ctx)
        except click.exceptions.Exit:
            raise
        except click.UsageError as error:
            raise click.UsageError(shown(error.format_message()), error.ctx) from error
        except (KeyboardInterrupt, click.Abort, BrokenPipeError):
            ctx.exit(INTERRUPTED)
        except TeststationError as error:
            say(tr.reason(error.reason))
            ctx.exit(REFUSED)
        except Exception as error:  # noqa: BLE001 - the last net: whatever it is, the user gets a line and a log
            say(log_fault(error))
            ctx.exit(INTERNAL)


@click.group(
    cls=Commands,
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"]},
    help=tr("Meetstation voor loopsnelheid, Get-Up-and-Go en stoeltest. Zonder opdracht opent het station."),
)
@click.version_option(__version__, prog_name="teststation", message="%(prog)s %(version)s")
@click.pass_context
def commands(ctx: click.Context) -> None:
    """Open the station where no command is given."""
    if ctx.invoked_subcommand is None:
        open_screens: Callable[..., None] = ctx.obj
        open_screens()
