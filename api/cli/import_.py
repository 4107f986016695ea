"""``mabele import``: a register file into the register; a later extract waits for approval."""

from __future__ import annotations

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

_EXAMPLES = """\b
Examples:
  mabele import register.zip --source CAMI --as-of 2015-06-30
  mabele import zea.geojson --kind ZEA --source "ZEA layer" --as-of 2024-01-15
  mabele import register-june.zip --source CAMI --as-of 2024-06-30
  mabele import --approve 2
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
@click.option("--approve", type=int, metavar="ID", help="Take over a later extract that waits.")
@click.option("--reject", type=int, metavar="ID", help="Refuse a later extract that waits.")
@json_option
@reading_options
def command(
    file: Path | None,
    source: str | None,
    as_of: datetime | None,
    approve: int | None,
    reject: int | None,
    as_json: bool,
    how: HowToRead,
) -> None:
    """Import a register FILE. Every row is kept or refused with its reason.

    The first file of a source is taken over at once. A later extract is compared with the register
    and waits: look at its report, then --approve or --reject it. The same file again changes
    nothing.
    """
    _require(file, source, as_of, approve, reject)
    from api.cli.register import opened_register

    with opened_register() as engine:
        if reject is not None:
            revision = _rejected(engine, reject)
            _say_rejected(reject, revision, as_json)
            return
        if approve is not None:
            report = _approved(engine, approve)
        elif file is not None and source is not None and as_of is not None:
            report = _imported(engine, file, source, as_of.date(), how)
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


def _imported(engine: Engine, file: Path, source: str, as_of: date, how: HowToRead) -> ImportReport:
    from api.cli.stages import stage
    from geo.register.writer import record_reading
    from geo.sources.received import parts_of

    (reading,) = read_files([file], how)
    content = b"".join(part.read_bytes() for part in parts_of(file))
    reason = f"import of {reading.file} from {source}"
    with stage("import") as step, _long_work(engine, reason) as unit:
        report = record_reading(unit, reading, content=content, source=source, as_of=as_of)
        unit.commit()
        step.outcome = _state_in_words(report)
    return report


def _long_work(engine: Engine, reason: str) -> UnitOfWork:
    """Return a unit of work whose statements may take as long as a large register needs."""
    from api.cli.register import actor
    from geo.register.connection import UnitOfWork

    return UnitOfWork(engine, actor=actor(), reason=reason, statement_timeout_s=1800)


def _approved(engine: Engine, number: int) -> ImportReport:
    from api.cli.stages import stage
    from geo.register.writer import approve_report

    reason = f"approval of import {number}"
    with stage("approve") as step, _long_work(engine, reason) as unit:
        report = approve_report(unit, number)
        unit.commit()
        step.outcome = _state_in_words(report)
    return report


def _rejected(engine: Engine, number: int) -> int:
    from api.cli.register import actor
    from geo.register.connection import UnitOfWork
    from geo.register.writer import reject_report

    with UnitOfWork(engine, actor=actor(), reason=f"refusal of import {number}") as unit:
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
        "pending": f"waits: mabele import --approve {report.import_id}, or --reject",
        "rejected": "refused, nothing of it is in the register",
    }
    return f"import {report.import_id} {words[report.state]}"


def _as_json(report: ImportReport) -> dict[str, object]:
    from dataclasses import asdict

    return asdict(report) | {"as_of": report.as_of.isoformat()}


def _print_report(report: ImportReport) -> None:
    from maps.tables import print_import

    print_import(report, _state_in_words(report))
