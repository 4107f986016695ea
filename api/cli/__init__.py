"""The command ``mabele``: which commands there are, and what an error ends with.

Commands are loaded when they are called, so that ``mabele --help`` answers at once.
"""

from __future__ import annotations

import importlib
import os
import secrets
import sys
from collections.abc import Sequence
from io import TextIOWrapper
from pathlib import Path

import click

from geo.errors import (
    CaseError,
    GridError,
    InputError,
    LawError,
    MabeleError,
    RegisterBusy,
    RegisterError,
    SetupError,
)

COMMANDS: dict[str, tuple[str, str]] = {
    "overlaps": ("api.cli.overlaps", "Audit register files: overlaps, law, map. No database."),
    "compare": ("api.cli.compare", "Compare two extracts of a register. No database."),
    "import": ("api.cli.import_", "Import a register file into the register."),
    "law": ("api.cli.law", "Replay the legal scenarios; compare the law of two days. No database."),
    "activity": ("api.cli.activity", "Sites and detections: import, list, places, expansion."),
    "areas": ("api.cli.areas", "Restricted layers: list, propose, confirm or reject a change."),
    "site": ("api.cli.site", "Where an artisanal area could lawfully be, and why."),
    "fees": ("api.cli.fees", "Surface fees: rates, dues, payments, lists of titles to examine."),
    "audit": ("api.cli.audit", "Audit the register and keep the findings."),
    "raster": ("api.cli.raster", "Rasters of activity: polygons, hectares, change. No database."),
    "demo": ("api.cli.demo", "Make a synthetic register of any size."),
    "up": ("api.cli.up", "Prepare all that is missing and serve the web page."),
    "down": ("api.cli.down", "Stop the web page and the private database cluster."),
    "serve": ("api.cli.serve", "Serve the web page on the register as it is."),
    "deliver": ("api.cli.deliver", "Tell watches what happened: items, webhooks, letters."),
    "account": ("api.cli.account", "Add, list, change and close accounts of people who sign in."),
    "party": ("api.cli.party", "List holders whose name is withheld; mark legal persons."),
    "db": ("api.cli.db", "Start, stop, back up or restore the register's database."),
}
"""Name → module, whose attribute ``command`` it is, and the line that ``--help`` shows."""

EXIT_UNKNOWN = 1
EXIT_INTERRUPTED = 130
EXIT_PIPE_CLOSED = 141
EXIT_CODES: dict[type[MabeleError], int] = {
    InputError: 3,
    GridError: 4,
    LawError: 5,
    RegisterBusy: 75,
    RegisterError: 6,
    CaseError: 8,
    SetupError: 7,
}
"""The first class that fits gives the exit code; 2 is a wrong command line."""

EPILOG = """\b
Examples:
  mabele overlaps register.zip --out audit
  mabele compare march.zip june.zip --json
  mabele up

\b
Exit codes: 0 done, 1 unknown error, 2 wrong command line, 3 input, 4 grid, 5 law,
6 register, 7 set-up, 8 casework (a second person, a ruling …), 75 register busy (try again),
130 interrupted.
"""


class PipeClosed(Exception):
    """Nobody reads standard output any more; click takes no notice of this, unlike the original."""


class LazyGroup(click.Group):
    """A group that imports the module of a command only when it is called."""

    def invoke(self, ctx: click.Context) -> object:
        """Run the command; on a closed pipe click and rich would exit with 1, an unknown error."""
        try:
            return super().invoke(ctx)
        except BrokenPipeError as error:
            raise PipeClosed from error
        except SystemExit as end:
            if isinstance(end.__context__, BrokenPipeError):
                raise PipeClosed from end
            raise

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names in the order of the table."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import and return one command, None when there is none of that name."""
        if cmd_name not in COMMANDS:
            return None
        command = importlib.import_module(COMMANDS[cmd_name][0]).command
        if not isinstance(command, click.Command):
            raise TypeError(f"{COMMANDS[cmd_name][0]}.command is no click command")
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the list of commands from the table, importing none of them."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, text) for name, (_, text) in COMMANDS.items()])


@click.group(
    cls=LazyGroup,
    epilog=EPILOG,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(package_name="mabele", message="mabele %(version)s")
def cli() -> None:
    """Mabele: a mining cadastre that can hold artisanal zones."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code; the one place where errors end."""
    _accept_any_terminal()
    try:
        result = cli.main(args=arguments, prog_name="mabele", standalone_mode=False)
        sys.stdout.flush()
    except click.exceptions.Exit as error:
        return error.exit_code
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except (click.Abort, KeyboardInterrupt):
        click.echo("interrupted", err=True)
        return EXIT_INTERRUPTED
    except (PipeClosed, BrokenPipeError):
        return _end_quietly()
    except MabeleError as error:
        return _refuse(error)
    except Exception as error:  # noqa: BLE001  (an entry point: convention 24)
        return _refuse_unknown(error)
    return result if isinstance(result, int) else 0


def _accept_any_terminal() -> None:
    """Escape what a terminal of another encoding cannot show, instead of failing on it."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def _end_quietly() -> int:
    """Let nothing more be written to a standard output that nobody reads, as by ``head``."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return EXIT_PIPE_CLOSED


def exit_code_of(error: MabeleError) -> int:
    """Return the exit code of an error that Mabele raised on purpose."""
    fitting = (code for kind, code in EXIT_CODES.items() if isinstance(error, kind))
    return next(fitting, EXIT_UNKNOWN)


def _refuse(error: MabeleError) -> int:
    from maps.escape import terminal_text

    lines = str(error).splitlines() or [type(error).__name__]
    click.echo("error: " + "\n".join(map(terminal_text, lines)), err=True)
    return exit_code_of(error)


def _refuse_unknown(error: Exception) -> int:
    """Say a reference number; the detail goes into the log, where the operator finds it."""
    import logging

    from api.logbook import open_logbook

    project = Path(__file__).resolve().parents[2]
    data_dir = Path(os.environ.get("MABELE_DATA_DIR") or project / "var")
    reference = secrets.token_hex(4)
    try:
        where = f"see {open_logbook(data_dir / 'log')}"
        logging.getLogger("mabele.cli").error("reference %s", reference, exc_info=error)
    except OSError:
        where = "the log cannot be written"
    click.echo(f"error: unexpected, reference {reference}; {where}", err=True)
    return EXIT_UNKNOWN
