"""``mabele overlaps``: the overlaps of register files, with the law's word on each, no database."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from geo.findings import Findings
    from geo.sources.rows import Reading

_EXAMPLES = """\b
Examples:
  mabele overlaps register.zip
  mabele overlaps register.zip --json > audit.json
  mabele overlaps register.gpkg zea.geojson --kind zea.geojson=ZEA --out audit/
  mabele overlaps register.zip --on 2015-06-30 --without ZRG
"""


@click.command("overlaps", epilog=_EXAMPLES)
@click.argument(
    "files",
    nargs=-1,
    required=True,
    metavar="FILE…",
    type=click.Path(exists=True, readable=True, path_type=Path),
)
@click.option(
    "--on",
    type=click.DateTime(["%Y-%m-%d"]),
    metavar="DAY",
    help="Day of the law, as 2026-01-31 (default: today in Kinshasa).",
)
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    metavar="DIR",
    help="Write overlaps.csv, overlaps.gpkg, issues.csv and map.html there.",
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object on standard output.")
@click.option(
    "--without", multiple=True, metavar="KIND", help="Leave out a kind, as ZRG (may be repeated)."
)
@click.option(
    "--kind",
    "kinds",
    multiple=True,
    metavar="FILE=KIND",
    help="A whole file is of one kind, as zea.geojson=ZEA.",
)
@click.option(
    "--mapping",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Column mapping (YAML) for a schema that is not recognised.",
)
@click.option("--crs", metavar="EPSG:N", help="Coordinate system of files that name none.")
@click.option("--encoding", metavar="NAME", help="Character encoding of files that name none.")
def command(
    files: tuple[Path, ...],
    on: datetime | None,
    out: Path | None,
    as_json: bool,
    without: tuple[str, ...],
    kinds: tuple[str, ...],
    mapping: Path | None,
    crs: str | None,
    encoding: str | None,
) -> None:
    """Find every overlap among the rights of register files, and what the law says of each.

    No database is used. Rows are compared as they come: never merged, never repaired, never
    snapped. Counts cover all rows whatever the day or their state; --on changes verdicts only.
    """
    from api.cli.stages import stage
    from geo.findings import find, summary_of
    from geo.law import load_law

    day = _day(on)
    readings = _read(files, _kinds_by_file(kinds, files), mapping, crs, encoding)
    with stage("audit") as step:
        rows = [row for reading in readings for row in reading.rows]
        findings = find(rows, day, load_law(), frozenset(kind.upper() for kind in without))
        step.outcome = f"{len(findings.overlaps):,} overlaps"
    if out is not None:
        _write(out, findings, readings)
    if as_json:
        _print_json(summary_of(findings, readings))
    else:
        _print_tables(findings, readings, out)


def _day(on: datetime | None) -> date:
    from api.clock import legal_today

    return legal_today() if on is None else on.date()


def _kinds_by_file(kinds: tuple[str, ...], files: tuple[Path, ...]) -> dict[Path, str]:
    """Return the kind given for whole files: ``FILE=KIND``, or ``KIND`` alone for a single file."""
    given: dict[Path, str] = {}
    for value in kinds:
        name, _, kind = value.rpartition("=")
        named = [file for file in files if name in ("", str(file), file.name)]
        if len(named) != 1:
            raise click.UsageError(
                f"--kind {value}: “{name}” names {len(named)} of the files. Write FILE=KIND."
            )
        given[named[0]] = kind.upper()
    return given


def _read(
    files: tuple[Path, ...],
    kinds: Mapping[Path, str],
    mapping: Path | None,
    crs: str | None,
    encoding: str | None,
) -> list[Reading]:
    from api.cli.stages import progress_bar, stage
    from geo.sources import read_register

    readings = []
    for file in files:
        with stage("read") as step, progress_bar(file.name) as progress:
            reading = read_register(
                file,
                kind=kinds.get(file),
                mapping=mapping,
                crs=crs,
                encoding=encoding,
                progress=progress,
            )
            step.outcome = f"{file.name}: {reading.features:,} rows"
        readings.append(reading)
    return readings


def _write(out: Path, findings: Findings, readings: list[Reading]) -> None:
    from api.cli.stages import stage
    from maps.report import write_audit

    with stage("write") as step:
        written = write_audit(out, findings, readings)
        step.outcome = f"{out}: {', '.join(written)}"


def _print_json(summary: Mapping[str, object]) -> None:
    import json

    click.echo(json.dumps(summary, ensure_ascii=False, indent=2))


def _print_tables(findings: Findings, readings: list[Reading], out: Path | None) -> None:
    from maps.tables import print_audit

    print_audit(findings, readings, out)
