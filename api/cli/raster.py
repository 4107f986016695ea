"""``mabele raster``: what a raster is, its activity polygons, hectares by ground, and change."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from api.cli.answers import json_option, print_json
from api.cli.raster_options import HowToCount, HowToOpen, counting_options, opening_options

if TYPE_CHECKING:
    from geo.sources.rasters.hectares import Totals, ZoneSum
    from geo.sources.rasters.layers import Layer
    from geo.sources.rasters.open import Raster
    from geo.sources.rasters.polygonise import Drawn
    from geo.sources.rasters.zones import Zone

LINES_SHOWN = 40

_EXAMPLES = """\b
Examples:
  mabele raster info detected.tif
  mabele raster polygons probability.tif --kind probability --at-least 0.7 --min-area-ha 0.5 \\
      --out polygons
  mabele raster hectares detected.tif --kind hectares --by province
  mabele raster hectares detected.tif --kind hectares --by right --register register.zip --out sums
  mabele raster change 2024.tif 2025.tif --kind class --class 3 --by province --out change

\b
RASTER is a GeoTIFF, COG, JPEG 2000, Erdas Imagine or Arc/Info ASCII grid, or the http(s) address
of one. Ground without data is said as not surveyed, never as free of activity.
"""

_out_option = click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    metavar="DIR",
    help="Write the files there, all together.",
)
_register_option = click.option(
    "--register",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Register file whose rights are meant by --by right.",
)


@click.group(epilog=_EXAMPLES)
def command() -> None:
    """Rasters of activity: polygons, hectares by carré, right or province, change. No database."""


@command.command(short_help="Say what a raster is and how much of it was surveyed.")
@click.argument("raster")
@opening_options
@json_option
def info(raster: str, how: HowToOpen, as_json: bool) -> None:
    """Say what RASTER is, how it lies on the carrés, and how much of it was surveyed."""
    from api.cli.stages import progress_bar
    from geo.sources.rasters.open import open_raster

    with open_raster(raster, how.ask()) as opened, progress_bar("read") as progress:
        facts = _facts(opened) | _scanned(opened, progress)
    if as_json:
        print_json(facts)
        return
    for name, value in facts.items():
        if name == "notes":
            _say_notes(value)
        else:
            _say(f"{name:22} {_in_words(value)}")


def _in_words(value: object) -> str:
    """A fact on one line: lists with commas, what is not stated by these words."""
    if isinstance(value, list):
        return ", ".join(map(str, value)) or "none"
    return "not stated" if value is None else str(value)


@command.command(short_help="Draw activity polygons from a raster.")
@click.argument("raster")
@counting_options
@click.option("--min-area-ha", type=float, default=0.0, show_default=True, help="Smaller go.")
@click.option(
    "--connectivity",
    type=click.Choice(["4", "8"]),
    default="4",
    show_default=True,
    help="Pixels of one object share edges (4), or corners too (8).",
)
@opening_options
@_out_option
@json_option
def polygons(
    raster: str,
    what: HowToCount,
    min_area_ha: float,
    connectivity: str,
    how: HowToOpen,
    out: Path | None,
    as_json: bool,
) -> None:
    """Draw activity polygons from RASTER: --out holds polygons.gpkg, in longitude and latitude."""
    from api.cli.stages import progress_bar, stage
    from geo.sources.rasters.layers import SelectedPixels
    from geo.sources.rasters.open import open_raster
    from geo.sources.rasters.polygonise import polygonise

    selection = what.selection()
    with (
        open_raster(raster, how.ask()) as opened,
        stage("polygons") as step,
        progress_bar("polygons") as progress,
    ):
        drawn = polygonise(
            SelectedPixels(opened, what.kind, selection),
            min_area_ha=min_area_ha,
            connectivity=4 if connectivity == "4" else 8,
            progress=progress,
        )
        step.outcome = f"{len(drawn.objects):,} objects"
        answer = {"raster": opened.name, **what.to_json(), **_drawn(drawn), "notes": _notes(opened)}
    if out is not None:
        _write_polygons(out, drawn, [f"{value:g}" for value in what.classes] or ["selected"])
    _answer(answer, as_json)


@command.command(short_help="Sum hectares by carré, right or province.")
@click.argument("raster")
@counting_options
@click.option("--by", type=click.Choice(["carre", "right", "province"]), required=True)
@_register_option
@opening_options
@_out_option
@json_option
def hectares(
    raster: str,
    what: HowToCount,
    by: str,
    register: Path | None,
    how: HowToOpen,
    out: Path | None,
    as_json: bool,
) -> None:
    """Sum the hectares of activity that RASTER shows, by carré, right or province.

    Beside each sum stands the share of its ground that was not surveyed.
    """
    from geo.sources.rasters.open import open_raster

    zones = _zones(by, register)
    with open_raster(raster, how.ask()) as opened:
        layer = what.layer(opened)
        head = {"raster": opened.name, **what.to_json(), "by": by, "notes": _notes(opened)}
        _sum_up(layer, zones, head, out, as_json)


@command.command(short_help="Compare two dates: gain, loss and persistence.")
@click.argument("before")
@click.argument("after")
@counting_options
@click.option("--by", type=click.Choice(["carre", "right", "province"]), help="And sums by ground.")
@_register_option
@click.option(
    "--resample",
    type=click.Choice(["nearest"]),
    help="Read AFTER on the grid of BEFORE where they differ. Not for stated hectares.",
)
@opening_options
@_out_option
@json_option
def change(
    before: str,
    after: str,
    what: HowToCount,
    by: str | None,
    register: Path | None,
    resample: str | None,
    how: HowToOpen,
    out: Path | None,
    as_json: bool,
) -> None:
    """Compare two dates: gain, loss and persistence; ground without data on either is said.

    --out holds change.tif (classes), polygons.gpkg, and the sums asked by --by.
    """
    from dataclasses import replace

    from geo.sources.rasters.change import Change
    from geo.sources.rasters.layers import StatedHectares
    from geo.sources.rasters.open import open_raster

    zones = _zones(by, register)
    with open_raster(before, how.ask()) as old:
        ask = replace(how.ask(), onto=old.grid if resample else None)
        with open_raster(after, ask) as new:
            first = what.layer(old)
            if resample and isinstance(first, StatedHectares):
                raise click.UsageError("stated hectares are not resampled: their sum would change")
            compared = Change(first, what.layer(new))
            compared.require_common()
            head = {"before": old.name, "after": new.name, **what.to_json(), "by": by}
            head |= {"resample": resample, "notes": [*_notes(old), *_notes(new)]}
            if out is not None:
                _write_change(out, compared)
            _sum_up(compared, zones, head, out, as_json)


def _zones(by: str | None, register: Path | None) -> list[Zone] | None:
    """Return the ground asked for; None for carrés or none."""
    from geo.sources.rasters.zones import zones_of_provinces, zones_of_rights

    if (by == "right") != (register is not None):
        raise click.UsageError("--by right and --register FILE go together")
    if by == "province":
        return zones_of_provinces()
    if register is None:
        return None
    from api.cli.reading import HowToRead, read_files

    (reading,) = read_files([register], HowToRead())
    return zones_of_rights(reading.rows)


def _sum_up(
    layer: Layer, zones: list[Zone] | None, head: dict[str, Any], out: Path | None, as_json: bool
) -> None:
    """Sum a layer in all and by the ground asked for, write the files, answer."""
    from api.cli.raster_files import write_carres, write_sums
    from api.cli.stages import progress_bar, stage
    from geo.sources.rasters.hectares import per_carre, per_zone, totals_of
    from geo.sources.rasters.layers import StatedHectares
    from maps.report import whole_folder

    with stage("total") as step, progress_bar("total") as progress:
        totals = totals_of(layer, progress)
        step.outcome = ", ".join(f"{name} {ha:,.2f} ha" for name, ha in totals.hectares.items())
    answer = head | _totals(totals)
    if isinstance(layer, StatedHectares) and layer.fuller_pixels:
        answer["pixels_stating_more_than_their_area"] = layer.fuller_pixels
    by = head["by"]
    if zones is not None:
        with stage("by ground") as step, progress_bar("by ground") as progress:
            sums = per_zone(layer, zones, progress)
            step.outcome = f"{len(sums):,} of --by {by}"
        answer |= {"sums": [_sum(one) for one in sums]}
        if out is not None:
            with whole_folder(out) as folder:
                write_sums(folder / f"by_{by}.csv", sums)
    elif by == "carre":
        with stage("by carré") as step, progress_bar("by carré") as progress:
            rows = list(per_carre(layer, progress))
            active = sum(int(one.hectares.any(axis=0).sum()) for one in rows)
            unseen = sum(int((one.surveyed == 0).sum()) for one in rows)
            step.outcome = f"{active:,} carrés with activity"
        answer |= {
            "carres_with_activity": active,
            "carres_not_surveyed": unseen,
            "carres": sum(len(one.surveyed) for one in rows),
        }
        if out is not None:
            with whole_folder(out) as folder:
                write_carres(folder, rows, layer.quantities)
    _answer(answer, as_json)


def _facts(raster: Raster) -> dict[str, Any]:
    from geo.geometry import crs_of

    grid, fit = raster.grid, raster.grid.alignment
    return {
        "raster": raster.name,
        "format": raster.driver,
        "crs": crs_of(grid.crs).name,
        "size": [grid.width, grid.height],
        "pixel": [grid.dx, grid.dy],
        "bounds": list(grid.bounds),
        "bands": [f"{b.number} {b.name or ''} {b.dtype}".replace("  ", " ") for b in raster.bands],
        "band": raster.band,
        "nodata": raster.nodata,
        "masked_by": list(raster.masked_by),
        "pixels_per_carre_side": None if fit is None else fit.per_side,
        "sums": "exactextract" if fit is None else "aligned",
        "notes": _notes(raster),
    }


def _scanned(raster: Raster, progress: Any) -> dict[str, Any]:
    """Return how many pixels were surveyed, and the least and greatest value.

    Raises
    ------
    RasterRefused : none was.
    """
    from geo.sources.rasters.refusals import Why, refused

    windows, seen, low, high = raster.windows(), 0, [], []
    for done, window in enumerate(windows, start=1):
        values, surveyed = raster.read(window)
        sound = values.ravel() if surveyed is None else values[surveyed]
        seen += sound.size
        if sound.size:
            low.append(float(sound.min()))
            high.append(float(sound.max()))
        progress(done, len(windows))
    if not seen:
        nodata = "—" if raster.nodata is None else f"{raster.nodata:g}"
        raise refused(raster.name, Why.ALL_NODATA, nodata=nodata)
    everything = raster.grid.width * raster.grid.height
    share = 1 - seen / everything
    return {"least": min(low), "greatest": max(high), "not_surveyed_share": share}


def _drawn(drawn: Drawn) -> dict[str, Any]:
    return {
        "objects": len(drawn.objects),
        "area_ha": sum(one.area_ha for one in drawn.objects),
        "connectivity": drawn.connectivity,
        "min_area_ha": drawn.min_area_ha,
        "smaller_left_out": drawn.too_small,
        "smaller_left_out_ha": drawn.too_small_ha,
        "not_surveyed_share": 1 - drawn.surveyed_pixels / drawn.pixels,
    }


def _totals(totals: Totals) -> dict[str, Any]:
    return {
        "total_ha": totals.hectares,
        "total_pixels": totals.pixels,
        "not_surveyed_share": 1 - totals.surveyed_pixels / totals.all_pixels,
        "surveyed_ha": totals.surveyed_ha,
        "area_ha": totals.area_ha,
    }


def _sum(one: ZoneSum) -> dict[str, Any]:
    return {
        "code": one.code,
        "hectares": one.hectares,
        "pixels": one.pixels,
        "not_surveyed_share": one.not_surveyed_share,
        "area_ha": one.area_ha,
        "method": one.method,
    }


def _notes(raster: Raster) -> list[dict[str, str]]:
    return [{"fr": note.fr, "en": note.en} for note in raster.notes]


def _write_polygons(out: Path, drawn: Drawn, names: Sequence[str]) -> None:
    from api.cli.raster_files import write_polygons
    from api.cli.stages import stage
    from maps.report import whole_folder

    with stage("write") as step, whole_folder(out) as folder:
        write_polygons(folder / "polygons.gpkg", drawn, names)
        step.outcome = f"{out}: polygons.gpkg"


def _write_change(out: Path, compared: Any) -> None:
    from api.cli.raster_files import write_change, write_polygons
    from api.cli.stages import progress_bar, stage
    from geo.sources.rasters.change import CODE_NAMES
    from geo.sources.rasters.polygonise import polygonise
    from maps.report import whole_folder

    with stage("write") as step, progress_bar("write") as progress, whole_folder(out) as folder:
        write_change(folder / "change.tif", compared, progress)
        names = [CODE_NAMES[code] for code in sorted(CODE_NAMES)]
        write_polygons(folder / "polygons.gpkg", polygonise(compared, progress=progress), names)
        step.outcome = f"{out}: change.tif, polygons.gpkg"


def _answer(answer: dict[str, Any], as_json: bool) -> None:
    if as_json:
        print_json(answer)
        return
    for name, value in answer.items():
        if name == "notes":
            _say_notes(value)
        elif name == "sums":
            _say_sums(value)
        elif value not in (None, [], {}):
            _say(f"{name:24} {value}")


def _say_sums(sums: list[dict[str, Any]]) -> None:
    shown = sorted(sums, key=lambda one: -sum(v or 0.0 for v in one["hectares"].values()))
    for one in shown[:LINES_SHOWN]:
        told = "  ".join(
            f"{name} {'not surveyed' if ha is None else f'{ha:,.2f} ha'}"
            for name, ha in one["hectares"].items()
        )
        part = one["not_surveyed_share"]
        unseen = f"  ({part:.1%} not surveyed)" if part else ""
        _say(f"  {one['code']:24} {told}{unseen}")
    if len(shown) > LINES_SHOWN:
        _say(f"  … and {len(shown) - LINES_SHOWN:,} more: --json or --out for all")


def _say_notes(notes: list[dict[str, str]]) -> None:
    for note in notes:
        _say(note["fr"])
        _say(note["en"])


def _say(line: str) -> None:
    from maps.escape import terminal_text

    click.echo(terminal_text(line))
