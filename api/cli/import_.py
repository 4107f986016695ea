"""``mabele import``: a register file into the register; a later one waits for two people."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from api.cli.answers import Day, json_option, print_json
from api.cli.reading import HowToRead, read_files, reading_options

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from geo.register.connection import UnitOfWork
    from geo.register.writer import ImportReport

    Work = Callable[[str], AbstractContextManager[UnitOfWork]]

_EXAMPLES = """\b
Examples:
  mabele import register.zip --source CAMI --as-of 2015-06-30
  mabele import zea.geojson --kind ZEA --source "ZEA layer" --as-of 2024-01-15 --as o.kasongo
  mabele import register-june.zip --source CAMI --as-of 2024-06-30 --as o.kasongo
  mabele import --approve 2 --as k.ilunga
  mabele import --reject 2
"""


@click.command("import", epilog=_EXAMPLES)
@click.argument("file", required=False, type=click.Path(path_type=Path))
@click.option(
    "--source",
    metavar="NAME",
    help="Who publishes this register; extracts of one source are compared.",
)
@click.option(
    "--as-of",
    type=Day(),
    metavar="DAY",
    help="Day on which the register stood so, as 2015-06-30.",
)
@click.option("--approve", type=int, metavar="ID", help="Take over an extract that waits.")
@click.option("--reject", type=int, metavar="ID", help="Refuse an extract that waits.")
@click.option("--as", "login", metavar="LOGIN", help="Account that acts; signs in here.")
@click.option("--password-stdin", is_flag=True, help="Read its password from standard input.")
@json_option
@reading_options
def command(
    file: Path | None,
    source: str | None,
    as_of: datetime | None,
    approve: int | None,
    reject: int | None,
    login: str | None,
    password_stdin: bool,
    as_json: bool,
    how: HowToRead,
) -> None:
    """Import a register FILE. Every row is kept or refused with its reason.

    The first file into an empty register is taken over at once. Any later one is compared with the
    register and waits: it needs --as LOGIN. Look at its report; another person then approves it
    (--approve ID --as LOGIN), or it is put aside (--reject). The same file again changes nothing.
    """
    _require(file, source, as_of, approve, reject)
    _require_account(approve, login, password_stdin)
    from api.cli.register import opened_register

    with opened_register() as engine:
        work = _work_of(engine, login, password_stdin)
        if reject is not None:
            revision = _rejected(work, reject)
            _say_rejected(reject, revision, as_json)
            return
        if approve is not None:
            report = _approved(work, approve)
        elif file is not None and source is not None and as_of is not None:
            report = _imported(work, file, source, as_of.date(), how)
    if as_json:
        print_json(_as_json(report))
    else:
        _print_report(report)


def _require(
    file: Path | None,
    source: str | None,
    as_of: datetime | None,
    approve: int | None,
    reject: int | None,
) -> None:
    """Refuse a command line that says neither a whole import nor one decision."""
    asked = [file is not None, approve is not None, reject is not None]
    if sum(asked) != 1:
        raise click.UsageError("Give a FILE to import, or --approve ID, or --reject ID.")
    if file is not None and (source is None or as_of is None):
        raise click.UsageError("An import needs --source NAME and --as-of DAY.")


def _require_account(approve: int | None, login: str | None, password_stdin: bool) -> None:
    """Refuse an approval by nobody, and a password of nobody."""
    if approve is not None and login is None:
        raise click.UsageError("An approval needs --as LOGIN, of another person than proposed it.")
    if password_stdin and login is None:
        raise click.UsageError("--password-stdin gives the password of --as LOGIN.")


def _work_of(engine: Engine, login: str | None, password_stdin: bool) -> Work:
    """Return what opens a unit of work of the account, else of the machine's operator.

    Its statements may take as long as a large register needs.
    """
    from api.cli.acting import acting_as, signed_in
    from api.cli.register import actor
    from geo.register.connection import REGISTER, UnitOfWork

    if login is None:
        return lambda why: UnitOfWork(engine, actor=actor(), reason=why, statement_timeout_s=1800)
    viewer = signed_in(engine, login, password_stdin)
    return lambda why: acting_as(engine, viewer, why, REGISTER)


def _imported(work: Work, file: Path, source: str, as_of: date, how: HowToRead) -> ImportReport:
    from api.cli.stages import stage
    from geo.register.writer import record_reading
    from geo.sources.received import parts_of

    (reading,) = read_files([file], how)
    content = b"".join(part.read_bytes() for part in parts_of(file))
    reason = f"import of {reading.file} from {source}"
    with stage("import") as step, work(reason) as unit:
        report = record_reading(unit, reading, content=content, source=source, as_of=as_of)
        unit.commit()
        step.outcome = _state_in_words(report)
    return report


def _approved(work: Work, number: int) -> ImportReport:
    from api.cli.stages import stage
    from geo.register.writer import approve_report

    reason = f"approval of import {number}"
    with stage("approve") as step, work(reason) as unit:
        report = approve_report(unit, number)
        unit.commit()
        step.outcome = _state_in_words(report)
    return report


def _rejected(work: Work, number: int) -> int:
    from geo.register.writer import reject_report

    with work(f"refusal of import {number}") as unit:
        revision = reject_report(unit, number)
        unit.commit()
    return revision


def _say_rejected(number: int, revision: int, as_json: bool) -> None:
    if as_json:
        print_json({"import_id": number, "state": "rejected", "revision": revision})
    else:
        click.echo(f"import {number} is refused: nothing of it is in the register")


def _state_in_words(report: ImportReport) -> str:
    if report.unchanged:
        return f"this very file is import {report.import_id}: nothing changed"
    words = {
        "applied": f"in the register since revision {report.revision}",
        "pending": f"waits: another person says mabele import --approve {report.import_id} "
        f"--as LOGIN, or mabele import --reject {report.import_id}",
        "rejected": "refused, nothing of it is in the register",
    }
    return f"import {report.import_id} {words[report.state]}"


def _as_json(report: ImportReport) -> dict[str, object]:
    from dataclasses import asdict

    return asdict(report) | {"as_of": report.as_of.isoformat()}


def _print_report(report: ImportReport) -> None:
    from maps.tables import print_import

    print_import(report, _state_in_words(report))
