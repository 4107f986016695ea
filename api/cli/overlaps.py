"""``mabele overlaps``: the overlaps of register files, with the law's word on each, no database."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from api.cli.answers import day_of, day_option, json_option, print_json
from api.cli.reading import HowToRead, read_files, reading_options

if TYPE_CHECKING:
    from geo.findings import Findings
    from geo.sources.rows import Reading

_EXAMPLES = """\b
Examples:
  mabele overlaps register.zip
  mabele overlaps register.zip --json > audit.json
  mabele overlaps register.gpkg zea.geojson --kind zea.geojson=ZEA --out audit
  mabele overlaps register.zip zea.csv --mapping register.zip=columns.yaml --encoding zea.csv=cp1252
  mabele overlaps register.zip --on 2015-06-30 --without ZRG
"""


@click.command("overlaps", epilog=_EXAMPLES)
@click.argument("files", nargs=-1, required=True, metavar="FILE…", type=click.Path(path_type=Path))
@day_option
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    metavar="DIR",
    help="Write overlaps.csv, overlaps.gpkg, issues.csv and map.html there.",
)
@json_option
@click.option(
    "--without",
    multiple=True,
    metavar="KIND",
    help="Compare no rights of this kind, as ZRG. May be repeated.",
)
@reading_options
def command(
    files: tuple[Path, ...],
    day: datetime | None,
    out: Path | None,
    as_json: bool,
    without: tuple[str, ...],
    how: HowToRead,
) -> None:
    """Find every overlap among the rights of register files, and what the law says of each.

    No database is used. Rows are compared as they come: never merged, never repaired, never
    snapped. Counts cover all rows whatever the day or their state; --on changes verdicts only.
    """
    from geo.findings import summary_of
    from geo.sources.across import with_repeats

    left_out = _known_kinds(without)
    readings = with_repeats(read_files(files, how))
    findings = _audited(readings, day_of(day), left_out)
    if out is not None:
        _write(out, findings, readings)
    if as_json:
        print_json(summary_of(findings, readings))
    else:
        _print_tables(findings, readings, out)


def _known_kinds(kinds: Sequence[str]) -> frozenset[str]:
    from geo.findings import UNKNOWN_KIND
    from geo.sources.kinds import KINDS

    wanted = frozenset(kind.upper() for kind in kinds)
    strange = wanted - KINDS - {UNKNOWN_KIND}
    if strange:
        known = ", ".join([*sorted(KINDS), f"{UNKNOWN_KIND} (unknown)"])
        raise click.UsageError(f"--without {min(strange)} is no kind of right. Kinds are {known}.")
    return wanted


def _audited(readings: Sequence[Reading], on: date, without: frozenset[str]) -> Findings:
    from api.cli.stages import stage
    from geo.findings import find
    from geo.law import load_law

    with stage("audit") as step:
        rows = [row for reading in readings for row in reading.rows]
        findings = find(rows, on, load_law(), without)
        step.outcome = f"{len(findings.overlaps):,} overlaps, law of {on.isoformat()}"
    return findings


def _write(out: Path, findings: Findings, readings: Sequence[Reading]) -> None:
    from api.cli.stages import stage
    from maps.report import write_audit

    with stage("write") as step:
        written = write_audit(out, findings, readings)
        step.outcome = f"{out}: {', '.join(written)}"


def _print_tables(findings: Findings, readings: Sequence[Reading], out: Path | None) -> None:
    from maps.tables import print_audit

    print_audit(findings, readings, out)
