"""``mabele compare``: what became of each right between two extracts of a register."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from api.cli.answers import json_option, print_json
from api.cli.reading import HowToRead, read_files, reading_options

if TYPE_CHECKING:
    from geo.sources.compare import Comparison

_EXAMPLES = """\b
Examples:
  mabele compare register-march.zip register-june.zip
  mabele compare old.gpkg new.gpkg --json > changes.json
  mabele compare old.gpkg new.gpkg --out changes
"""


@click.command("compare", epilog=_EXAMPLES)
@click.argument("old", type=click.Path(path_type=Path))
@click.argument("new", type=click.Path(path_type=Path))
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    metavar="DIR",
    help="Write changes.csv there, one line per right.",
)
@json_option
@reading_options
def command(old: Path, new: Path, out: Path | None, as_json: bool, how: HowToRead) -> None:
    """Compare two extracts of a register, OLD and NEW. No database is used.

    Rights are matched by code and part, then by a former code, then by their ground: same, smaller,
    larger, moved, new or gone, and which facts changed.
    """
    earlier, later = read_files([old, new], how)
    from api.cli.stages import stage
    from geo.sources.compare import compare_readings

    with stage("compare") as step:
        comparison = compare_readings(earlier, later)
        step.outcome = f"{len(comparison.matches):,} rights"
    if out is not None:
        _write(out, comparison)
    if as_json:
        print_json(comparison.to_json())
    else:
        _print_tables(comparison)


def _write(out: Path, comparison: Comparison) -> None:
    from api.cli.stages import stage
    from maps.report import write_comparison

    with stage("write") as step:
        step.outcome = f"{out}: {', '.join(write_comparison(out, comparison))}"


def _print_tables(comparison: Comparison) -> None:
    from maps.tables import print_comparison

    print_comparison(comparison)
