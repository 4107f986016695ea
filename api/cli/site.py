"""``mabele site``: where an artisanal area could lawfully be, and why."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from api.cli.answers import day_of, day_option, json_option, print_json
from geo.errors import InputError

if TYPE_CHECKING:
    from geo.perimeter import Perimeter
    from geo.register.connection import UnitOfWork
    from geo.siting.site import Answer, Candidate, Say, Wanted
    from maps.style import Language

_EXAMPLES = """\b
Examples:
  mabele site --province Lualaba
  mabele site --province Lualaba --layers layers.yaml --out lualaba
  mabele site --around 25.47,-10.72 --radius-m 15000 --substances Co,Cu --json
  mabele site --site codmine00104 --on 2025-03-01
  mabele site --bbox 25,-11,26,-10 --public
"""


@click.command("site", epilog=_EXAMPLES)
@click.option("--province", metavar="NAME", help="All carrés of a province.")
@click.option("--bbox", metavar="W,S,E,N", help="The carrés in a box in degrees.")
@click.option("--around", multiple=True, metavar="LON,LAT", help="Around a point. May be repeated.")
@click.option(
    "--site", "sites", multiple=True, metavar="CODE", help="Around a known ASM site, by its code."
)
@click.option("--radius-m", type=float, default=5000.0, show_default=True, help="Around what.")
@click.option(
    "--runs",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A JSON list of runs: [[row, col_from, col_to], …].",
)
@day_option
@click.option("--as-known-on", type=int, metavar="REVISION", help="As known on a revision.")
@click.option("--public", is_flag=True, help="Published ground alone, as everybody sees it today.")
@click.option("--substances", metavar="Co,Cu", help="Asked for: route B is for strategic ones.")
@click.option(
    "--layers",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="YAML that names layers: water, rivers, access, occurrences, towns, slope, elevation.",
)
@click.option(
    "--candidates",
    type=click.IntRange(0, 200),
    default=10,
    show_default=True,
    help="At most, on ground held by none; and as many inside titles.",
)
@click.option(
    "--max-carres", type=click.IntRange(2, 471), help="Of a candidate. Default: the ranking data's."
)
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    metavar="DIR",
    help="Write states.csv (runs), candidates.csv and siting.gpkg there.",
)
@click.option("--lang", type=click.Choice(["fr", "en"]), default="en", show_default=True)
@json_option
def command(
    province: str | None,
    bbox: str | None,
    around: tuple[str, ...],
    sites: tuple[str, ...],
    radius_m: float,
    runs: Path | None,
    day: datetime | None,
    as_known_on: int | None,
    public: bool,
    substances: str | None,
    layers: Path | None,
    candidates: int,
    max_carres: int | None,
    out: Path | None,
    lang: Language,
    as_json: bool,
) -> None:
    """Say of every carré what the law says of an artisanal area there, and list candidates.

    Ask about one of: a province, a box, points, known sites, or a list of runs. A candidate is
    contiguous ground that passes the check of a filing; nothing is filed and nothing is stored.
    """
    from api.cli.register import actor, opened_register
    from api.cli.stages import timed_steps
    from api.siting_wire import answer_said
    from geo.register.connection import CADASTRE, PUBLIC, UnitOfWork

    if sum(map(bool, (province, bbox, around, sites, runs))) != 1:
        raise click.UsageError("Give one of --province, --bbox, --around, --site, --runs.")
    wanted = _wanted(substances, layers, candidates, max_carres)
    on, say = day_of(day), timed_steps()
    role = PUBLIC if public else CADASTRE
    with (
        opened_register() as engine,
        UnitOfWork(engine, role, actor(), statement_timeout_s=300) as unit,
    ):
        asked = _asked(unit, province, bbox, around, sites, radius_m, runs, public)
        say("asked", f"{asked.count:,} carrés on {on}")
        answer = _answered(unit, asked, on, as_known_on, public, wanted, say)
    if out is not None:
        from maps.siting_files import write_siting

        say("write", f"{out}: {', '.join(write_siting(out, answer, lang))}")
    if as_json:
        print_json(answer_said(answer, lang).model_dump(mode="json"))
    else:
        _print(answer, lang)


def _wanted(
    substances: str | None, layers: Path | None, candidates: int, max_carres: int | None
) -> Wanted:
    from geo.siting.layers import LayerSet, base_layers, read_layers
    from geo.siting.site import Wanted

    supplied = read_layers(layers) if layers else ()
    asked = frozenset(one.strip() for one in substances.split(",")) if substances else None
    return Wanted(
        substances=asked,
        candidates=candidates,
        max_cells=max_carres,
        layers=LayerSet((*supplied, *base_layers())),
    )


def _asked(
    unit: UnitOfWork,
    province: str | None,
    bbox: str | None,
    around: tuple[str, ...],
    sites: tuple[str, ...],
    radius_m: float,
    runs: Path | None,
    public: bool,
) -> Perimeter:
    from shapely import Point

    from geo.siting.activity import places_of_sites
    from geo.siting.asked import carres_around, carres_of_box, carres_of_province

    if province:
        return carres_of_province(province)
    if bbox:
        west, south, east, north = _numbers(bbox, 4)
        return carres_of_box(west, south, east, north)
    if runs:
        return _of_runs(runs)
    points = [Point(_numbers(text, 2)) for text in around]
    return carres_around([*points, *places_of_sites(unit, sites, public=public)], radius_m)


def _of_runs(file: Path) -> Perimeter:
    import json

    from geo.perimeter import Perimeter
    from geo.siting.asked import refuse_too_many

    try:
        ground = Perimeter.from_runs(json.loads(file.read_text(encoding="utf-8")))
    except (ValueError, TypeError, OverflowError) as error:
        raise InputError(
            f"{file.name} is no list of runs: write [[row, col_from, col_to], …]."
        ) from error
    refuse_too_many(ground.count)
    return ground


def _numbers(text: str, count: int) -> list[float]:
    try:
        numbers = [float(part) for part in text.split(",")]
    except ValueError:
        numbers = []
    if len(numbers) != count:
        raise InputError(f"{text!r}: write {count} numbers with commas, longitude first.")
    return numbers


def _answered(
    unit: UnitOfWork,
    asked: Perimeter,
    on: date,
    as_known_on: int | None,
    public: bool,
    wanted: Wanted,
    say: Say,
) -> Answer:
    from api.clock import legal_today
    from geo.law import load_law
    from geo.siting.activity import activity_around
    from geo.siting.reading import read_ground
    from geo.siting.site import site

    law = load_law()
    read = read_ground(
        unit, asked, on, law, public=public, as_known_on=as_known_on, today=legal_today()
    )
    say("read", f"{len(read.rights):,} rights, {len(read.restrictions):,} restricted places")
    seen, surveys = activity_around(unit, asked, public=public, as_known_on=as_known_on)
    return site(read, law, wanted, seen, surveys, say)


def _print(answer: Answer, lang: Language) -> None:
    from geo.siting.words import ABSENT_LAYERS, PUBLIC_ONLY, RESERVATIONS, STATES

    total = answer.read.asked.count
    known = f"revision {answer.read.revision}, law data {answer.law.version}"
    _say(f"{total:,} carrés on {answer.on}, law of {answer.on} ({known})")
    for code, cells in sorted(answer.cells_by_state.items(), key=lambda one: -one[1]):
        _say(f"{cells:>10,}  {STATES[code].text(lang)}")
    if answer.unanswered:
        names = [answer.law.restricted[name].name.text(lang) for name in answer.unanswered]
        _say(ABSENT_LAYERS.text(lang).format(", ".join(names)))
    for note in (RESERVATIONS, *([PUBLIC_ONLY] if answer.read.public else [])):
        _say(note.text(lang))
    if not answer.candidates:
        _say("No candidate: no dry ground of two carrés passes the check of a filing.")
    for one in answer.candidates:
        _print_candidate(one, lang)


def _print_candidate(one: Candidate, lang: Language) -> None:
    from geo.siting.words import STATES

    corner = one.ground.to_lists()[0]
    ways = ", ".join(
        check.way + (f" with {check.host.name}" if check.host else "") for check in one.checks
    )
    state = STATES[one.state.code].text(lang)
    _say(
        f"\n{one.number}. {one.ground.count} carrés ({one.ground.legal_area_ha} ha) from column "
        f"{corner[1]}, row {corner[0]}: {state}; {ways}"
    )
    for line in one.sheet:
        _say(f"     {line.key}: {line.text.text(lang)}")
    for standing in one.standings:
        _say(f"     {standing.place} · {standing.criterion.name.text(lang)}")
    killer = one.checks[0].killers[0]
    _say(f"     ✗ {killer.code} ({killer.article}): {killer.why.text(lang)}")


def _say(text: str) -> None:
    from maps.escape import terminal_text

    click.echo("\n".join(terminal_text(line) for line in text.split("\n")))
