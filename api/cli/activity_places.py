"""``mabele activity places``: where sites and detections stand in law, also without a database."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from api.cli.answers import Day, day_of, day_option, json_option, print_json
from api.cli.reading import HowToRead, read_files, reading_options

if TYPE_CHECKING:
    from geo.activity.inspection import Ranking
    from geo.activity.placed import Placed
    from geo.law import Law

PLACES = (
    *("inside_zone", "inside_allocation", "inside_permit_no_allocation"),
    *("inside_protected", "on_free_ground", "near_edge"),
)
_EXAMPLES = """\b
Examples:
  mabele activity places sites.geojson --register register.zip --on 2015-06-30
  mabele activity places sites.csv --register register.zip --csv places.csv
  mabele activity places --province Lualaba --place inside_permit_no_allocation
"""


@click.command("places", epilog=_EXAMPLES)
@click.argument("files", nargs=-1, metavar="[FILE…]", type=click.Path(path_type=Path))
@click.option(
    "--register",
    "register_",
    multiple=True,
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Register file to place the FILEs on, without a database. May be repeated.",
)
@click.option(
    "--as-of",
    type=Day(),
    metavar="DAY",
    help="Day that the register file shows; of earlier days it does not tell everything.",
)
@day_option
@click.option("--province", help="Only places in this province.")
@click.option("--place", type=click.Choice(PLACES), help="Only such places.")
@click.option("--right", "kind", help="Only those that meet a right of this kind, as PE or ZEA.")
@click.option("--code", help="Only those that meet the right of this code.")
@click.option("--min-patch", type=click.FloatRange(0), metavar="HA", help="Smallest stated patch.")
@click.option("--max-age", type=click.IntRange(0), metavar="DAYS", help="Greatest visit age.")
@click.option("--limit", type=click.IntRange(1), default=20, help="Lines printed; 20.")
@click.option(
    "--csv",
    "csv_file",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Write the whole list there.",
)
@json_option
@reading_options
def command(
    files: tuple[Path, ...],
    register_: tuple[Path, ...],
    as_of: datetime | None,
    day: datetime | None,
    province: str | None,
    place: str | None,
    kind: str | None,
    code: str | None,
    min_patch: float | None,
    max_age: int | None,
    limit: int,
    csv_file: Path | None,
    as_json: bool,
    how: HowToRead,
) -> None:
    """Say where sites and detections stand in law on a day, the first to look at first.

    Without FILE the activity and the ground of the register are taken, as the cadastre sees them.
    """
    from geo.activity.inspection import Wanted, ranked
    from geo.activity.placed import PlaceCode
    from geo.law import load_law
    from geo.sources.provinces import province_named

    if bool(files) != bool(register_):
        raise click.UsageError("Give activity FILEs and --register FILE together, or neither.")
    law, on = load_law(), day_of(day)
    wanted = Wanted(
        province=None if province is None else province_named(province).name,
        place=None if place is None else PlaceCode(place),
        kind=kind,
        code=code,
        min_patch_ha=min_patch,
        max_age_days=max_age,
    )
    if files:
        placed = _of_files(files, register_, how, on, as_of.date() if as_of else None, law)
    else:
        placed = _of_register(on, law)
    found = ranked(placed, wanted)
    if csv_file is not None:
        _write(csv_file, found, law)
    if as_json:
        print_json(_summary(placed, found, on, law, limit))
    else:
        _print(placed, found, on, limit)


def _of_files(
    files: tuple[Path, ...],
    register_: tuple[Path, ...],
    how: HowToRead,
    on: date,
    as_of: date | None,
    law: Law,
) -> list[Placed]:
    from api.cli.stages import stage
    from geo.activity.ground_of_file import ground_of_rows
    from geo.activity.place import place
    from geo.sources.activity import read_activity

    rows = [row for reading in read_files(register_, how) for row in reading.rows]
    ground = ground_of_rows(rows, law, as_of)
    seen = []
    for file in files:
        with stage("read") as step:
            read = read_activity(file, source=file.stem)
            seen += [row.observation for row in read.rows]
            step.outcome = f"{file.name}: {len(read.rows):,} kept, {read.refused:,} refused"
    with stage("place") as step:
        placed = place(seen, ground, on)
        step.outcome = f"{len(placed):,} places on {len(ground.plots):,} rights"
    return placed


def _of_register(on: date, law: Law) -> list[Placed]:
    from api.cli.register import actor, opened_register
    from geo.activity.asking import Asked, Desk
    from geo.register.connection import CADASTRE, UnitOfWork
    from geo.register.people import Actor, Role

    with opened_register() as engine, UnitOfWork(engine, CADASTRE, actor=actor()) as unit:
        desk = Desk(unit, Actor(actor(), Role.OFFICER), law, on)
        return desk.places(Asked(on))


def _write(file: Path, found: Ranking, law: Law) -> None:
    from api.activity_places_wire import places_csv
    from geo.errors import FileRefused

    try:
        file.write_text(places_csv(found.items, law), "utf-8", newline="")
    except OSError as error:
        raise FileRefused(file.name, "it cannot be written", "Name another file.") from error


def _counts(placed: list[Placed]) -> dict[str, dict[str, int]]:
    """Return how many places have each code, meet each kind of right, and lie near a boundary."""
    codes, kinds = dict.fromkeys(PLACES, 0), dict[str, int]()
    for one in placed:
        codes[one.code.value] += 1
        for kind in {right.kind or "unknown" for right in one.rights}:
            kinds[kind] = kinds.get(kind, 0) + 1
    near = {
        f"{metres:g}": sum(p.boundary_m is not None and p.boundary_m <= metres for p in placed)
        for metres in (10, 100, 1000)
    }
    return {"places": codes, "meeting_kind": dict(sorted(kinds.items())), "boundary_within_m": near}


def _summary(
    placed: list[Placed], found: Ranking, on: date, law: Law, limit: int
) -> dict[str, object]:
    from api.activity_places_wire import page_said

    page = page_said(found, law, on, 0, limit)
    return {"activities": len(placed), **_counts(placed), **page.model_dump(mode="json")}


def _print(placed: list[Placed], found: Ranking, on: date, limit: int) -> None:
    from geo.activity.placed import PlaceCode
    from geo.activity.words import PLACES as NAMES
    from geo.activity.words import summary_of

    if not placed:
        click.echo("No activity is known: import a file first (mabele activity import).")
        return
    counts = _counts(placed)
    click.echo(f"{len(placed):,} activities on the ground of {on.isoformat()}")
    for code, count in counts["places"].items():
        click.echo(f"  {count:7,}  {NAMES[PlaceCode(code)].en}")
    near = counts["boundary_within_m"].items()
    click.echo("  boundary within: " + ", ".join(f"{m} m {count:,}" for m, count in near))
    click.echo(f"{len(found.items):,} on the list; the first {min(limit, len(found.items))}:")
    for one in found.items[:limit]:
        seen = one.placed.observation
        age = one.placed.visit_age_days
        name = seen.name or seen.site or f"{seen.source} {seen.id or ''}"
        last = "day not stated" if seen.during is None else "seen later"
        last = last if age is None else f"last seen {age:,} days before"
        _say(f"  {name}: {summary_of(one.placed).en}; {last}")
    if found.patch_not_stated or found.day_not_stated:
        _say(
            f"  left out for want of a stated fact: patch {found.patch_not_stated:,}, "
            f"day {found.day_not_stated:,}"
        )


def _say(line: str) -> None:
    from maps.escape import terminal_text

    click.echo(terminal_text(line))
