"""``mabele demo``: a synthetic register of any size, for trying things out and for tests."""

from __future__ import annotations

from pathlib import Path

import click

_EXAMPLES = """\b
Examples:
  mabele demo --out demo.geojson
  mabele demo --rights 15000 --seed 3 --out demo.gpkg
  mabele demo --schema portal --out june.zip
  mabele demo --schema portal --later --out later.zip && mabele compare june.zip later.zip
  mabele demo --out demo.zip --protected protected.geojson
"""


@click.command("demo", epilog=_EXAMPLES)
@click.option(
    "--rights",
    type=click.IntRange(100, 1_000_000),
    default=1500,
    show_default=True,
    help="How many rows.",
)
@click.option("--seed", type=int, default=0, show_default=True, help="Another seed, other rights.")
@click.option(
    "--schema",
    type=click.Choice(["2015", "public", "portal"]),
    default="2015",
    show_default=True,
    help="The real columns to imitate; public keeps artisanal zones in a second file.",
)
@click.option("--later", is_flag=True, help="A later extract of the same register, two years on.")
@click.option(
    "--protected",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Write illustrative protected areas there, as GeoJSON.",
)
@click.option(
    "--out",
    type=click.Path(dir_okay=False, path_type=Path),
    required=True,
    metavar="FILE",
    help="Where to write: .geojson, .gpkg, or .zip for a zipped Shapefile.",
)
def command(
    rights: int, seed: int, schema: str, later: bool, protected: Path | None, out: Path
) -> None:
    """Make a demonstration register that looks and errs like a real one. All of it is invented.

    The same number of rights and seed give the same register. The overlaps that an audit must
    find are printed: the generator knows them without looking for them.
    """
    from typing import cast

    from api.cli.stages import progress_bar, stage
    from geo import demo

    demo.driver_of(out)
    make = demo.generate_later if later else demo.generate
    with stage("grow") as step, progress_bar("rights") as progress:
        register = make(rights, seed, progress=progress)
        step.outcome = f"{len(register.rights):,} rows as of {register.as_of}, all invented"
    with stage("write") as step:
        files = demo.write_register(register, out, cast(demo.Schema, schema))
        if protected is not None:
            demo.write_areas(protected, seed=seed)
            files = (*files, protected)
        step.outcome = ", ".join(map(str, files))
    truth = register.truth()
    click.echo(
        f"{len(register.rights):,} rows, all invented; true overlaps: "
        f"{len(truth.pairs):,} pairs of {truth.cells:,} carrés, "
        f"{len(truth.polygon_pairs):,} polygon pairs; "
        f"{truth.off_lattice:,} rows off the lattice, {truth.invalid:,} invalid"
    )
