"""``mabele activity``: what was seen, which ground was looked at, and what comes of it."""

from __future__ import annotations

import importlib
import os
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from api.cli.acting import acting_as, signed_in
from api.cli.answers import Day, json_option, print_json
from api.cli.register import actor, opened_register
from geo.errors import FileRefused

if TYPE_CHECKING:
    from collections.abc import Callable

    from geo.periods import Period
    from geo.register.activity.reader import ActivityReader
    from geo.register.activity.writer import Delivery, SourceFacts, Stored
    from geo.sources.activity.rows import ActivityReading

MAX_EXTENT_BYTES = 64 << 20

_EXAMPLES = """\b
Examples:
  mabele activity import sites.csv --source ipis --name "IPIS, sites of eastern DRC" --kind sites \\
      --public --licence "ODC-BY 1.0" --extent sites --as o.kasongo
  mabele activity import june.parquet --source detections --name "…" --kind detections --public \\
      --extent bbox:12,-10.26,31.5,5.5 --from 2026-06-01 --to 2026-07-01 --as o.kasongo
  mabele activity import july.parquet --source detections --extent survey.geojson \\
      --from 2026-07-01 --to 2026-08-01 --replaces 2 --as o.kasongo
  mabele activity sources
  mabele activity list --source ipis --bbox 25,-11,26,-10
  mabele activity named-places
"""

OTHERS = {
    "places": ("api.cli.activity_places", "command", "Where sites and detections stand in law."),
    "expansion": ("api.cli.activity_expansion", "expansion", "Activity over time, by month."),
    "alerts": ("api.cli.activity_expansion", "alerts", "Activity that leaves or enters an area."),
    "map": ("api.cli.activity_expansion", "map_", "A map of activity with a time slider."),
}
"""Name → module, attribute, and the line that ``--help`` shows; imported when called."""


class ActivityGroup(click.Group):
    """A group that imports what others add only when it is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names, its own first."""
        return [*self.commands, *OTHERS]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return one command, None when there is none of that name."""
        if cmd_name not in OTHERS:
            return super().get_command(ctx, cmd_name)
        module, attribute, _ = OTHERS[cmd_name]
        found = getattr(importlib.import_module(module), attribute)
        if not isinstance(found, click.Command):
            raise TypeError(f"{module}.{attribute} is no click command")
        return found

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the list of commands, importing none of the others."""
        own = [(name, one.get_short_help_str(80)) for name, one in self.commands.items()]
        with formatter.section("Commands"):
            formatter.write_dl([*own, *((name, text) for name, (_, _, text) in OTHERS.items())])


@click.group(cls=ActivityGroup, epilog=_EXAMPLES)
def command() -> None:
    """Import sites and detections; list what was seen and which ground was looked at."""


@command.command("import", short_help="Store a file of sites or detections, and what was surveyed.")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--source", required=True, help="Code of the source, as ipis.")
@click.option(
    "--extent",
    required=True,
    metavar="GROUND",
    help="Ground surveyed: a file of polygons (GeoJSON, WKT), bbox:W,S,E,N, country, or sites.",
)
@click.option("--minus", type=click.Path(path_type=Path), help="Polygons left out of the country.")
@click.option("--from", "since", type=Day(), metavar="DAY", help="First day of the survey.")
@click.option("--to", "until", type=Day(), metavar="DAY", help="Day after its last.")
@click.option("--replaces", type=int, metavar="ID", help="Delivery whose place this one takes.")
@click.option("--name", help="First delivery of a source: its name.")
@click.option("--kind", type=click.Choice(["sites", "detections", "raster"]), help="And its kind.")
@click.option("--public/--not-public", default=None, help="And whether everybody may see it.")
@click.option("--publisher", help="Who publishes it.")
@click.option("--licence", help="Under which it is used.")
@click.option("--citation", help="How to cite it.")
@click.option("--method", help="How it was made.")
@click.option("--mapping", type=click.Path(path_type=Path), help="Which column means what (YAML).")
@click.option("--crs", help="Of its coordinates, where the file does not say.")
@click.option("--encoding", help="Of its text, where the file does not say.")
@click.option("--as", "login", required=True, help="Account that acts; signs in here.")
@click.option("--password-stdin", is_flag=True, help="Read its password from standard input.")
@json_option
def import_(
    file: Path,
    since: datetime | None,
    until: datetime | None,
    login: str,
    password_stdin: bool,
    as_json: bool,
    **said: Any,
) -> None:
    """Store a FILE of sites or detections, with the ground and the days that were surveyed.

    Without --from and --to the period is not stated, and no month counts as surveyed. The same file
    again changes nothing.
    """
    from api.cli.stages import stage
    from geo.register.activity.writer import store_delivery

    during, facts = _period(since, until), _facts(said)
    with stage("read") as step:
        reading = _read(file, said)
        kept = f"{len(reading.rows):,} of {reading.features:,} rows"
        step.outcome = f"{kept}, {len(reading.issues):,} issues"
    order = _order(file, reading, during, facts, said)
    with opened_register() as engine:
        viewer = signed_in(engine, login, password_stdin)
        reason = f"delivery of {said['source']}: {reading.file}"
        with stage("store") as step, acting_as(engine, viewer, reason) as unit:
            stored = store_delivery(unit, order)
            unit.commit()
            step.outcome = f"delivery {stored.id}"
    _say_stored(stored, reading, as_json)


@command.command()
@json_option
def sources(as_json: bool) -> None:
    """List the sources, with how much each says now."""
    from api.activity_wire import source_said

    found = [source_said(one) for one in _asked(lambda reader: reader.sources())]
    if as_json:
        print_json([one.model_dump(mode="json") for one in found])
        return
    if not found:
        click.echo("No source of activity yet: nothing is surveyed. See mabele activity import.")
    for one in found:
        days = f"{one.since} to before {one.until}" if one.since else "not stated"
        kept = "public" if one.public else "not public"
        _say(f"{one.code:16} {one.kind:11} {one.observations:8,} seen  {kept}; days: {days}")
        _say(f"                 {one.name}; {one.undated:,} state no day")


@command.command()
@click.option("--source", help="Only of this source.")
@json_option
def surveys(source: str | None, as_json: bool) -> None:
    """List the ground that was looked at, and when. Beyond it nothing is known."""
    from api.activity_wire import survey_said

    found = _asked(lambda reader: reader.survey_views(source=source))
    if as_json:
        print_json([survey_said(one).model_dump(mode="json") for one in found])
        return
    if not found:
        click.echo("No ground was surveyed: whether there is activity is not known anywhere.")
    for one in found:
        box = ", ".join(f"{edge:.4f}" for edge in one.extent.bounds)
        _say(f"{one.id:6}  {one.source:16} {one.basis:9} {_days(one.during)}  within {box}")


@command.command("list")
@click.option("--source", help="Only of this source.")
@click.option("--site", help="Only of this site.")
@click.option("--bbox", metavar="W,S,E,N", help="Only within this box, in degrees.")
@click.option("--from", "since", type=Day(), metavar="DAY", help="Seen from this day on …")
@click.option("--to", "until", type=Day(), metavar="DAY", help="… until before this one.")
@click.option("--after", type=int, default=0, help="Those with a higher number.")
@click.option("--limit", type=click.IntRange(1, 10_000), default=50, help="How many; 50.")
@json_option
def list_(
    source: str | None,
    site: str | None,
    bbox: str | None,
    since: datetime | None,
    until: datetime | None,
    after: int,
    limit: int,
    as_json: bool,
) -> None:
    """List what was seen. With a period, only what states its days."""
    from api.activity_wire import observation_said
    from geo.register.activity.extents import extent_stated

    inside = None if bbox is None else extent_stated(f"bbox:{bbox}", ()).ground
    found = _asked(
        lambda reader: reader.views(
            source=source,
            site=site,
            inside=inside,
            during=_period(since, until),
            after_id=after,
            limit=limit,
        )
    )
    if as_json:
        print_json([observation_said(one).model_dump(mode="json") for one in found])
        return
    if not found:
        click.echo("Nothing that was seen fits. Whether the ground was surveyed: activity surveys.")
    for view in found:
        one = view.observation
        where = one.geometry.representative_point()
        size = "hectares not stated" if one.patch_ha is None else f"{one.patch_ha:,.2f} ha"
        what = f"{one.id:8}  {one.source:16} {one.seen.value:9} {where.x:.5f} {where.y:.5f}"
        _say(f"{what}  {_days(one.during)}  {size}  {one.name or one.site or ''}")


@command.command(short_help="List what was odd in a delivery, or the deliveries.")
@click.argument("delivery", type=int, required=False)
@click.option("--limit", type=click.IntRange(1, 100_000), default=50, help="How many; 50.")
@json_option
def issues(delivery: int | None, limit: int, as_json: bool) -> None:
    """List what was odd in DELIVERY; without a number, the deliveries."""
    from dataclasses import asdict

    from api.activity_wire import delivery_said
    from geo.register.activity.lists import deliveries, delivery_issues
    from geo.register.connection import UnitOfWork

    with opened_register() as engine, UnitOfWork(engine, actor=actor()) as unit:
        if delivery is None:
            stored = deliveries(unit.connection)
        else:
            total, found = delivery_issues(unit.connection, delivery, limit)
    if delivery is None:
        if as_json:
            print_json([delivery_said(one).model_dump(mode="json") for one in stored])
            return
        if not stored:
            click.echo("No delivery yet. See mabele activity import.")
        for one in stored:
            state = "" if one.replaced_by is None else f", replaced by {one.replaced_by}"
            counts = f"{one.kept:,} kept, {one.refused:,} refused{state}"
            _say(f"{one.id:6}  {one.source:16} {one.file}: {counts}")
        return
    if as_json:
        print_json({"total": total, "items": [asdict(issue) for issue in found]})
        return
    for issue in found:
        where = "file" if issue.row is None else f"row {issue.row}"
        refused = " (not kept)" if issue.refused else ""
        _say(f"{where:10} {issue.kind}: {issue.message} [{issue.corrected_by}]{refused}")
    click.echo(f"{total:,} issues; {len(found):,} shown")


@command.command("named-places", short_help="List places known by name, most without a position.")
@json_option
def named_places(as_json: bool) -> None:
    """List places known by name, for which no document may yet give a position."""
    from api.activity_wire import place_named
    from geo.register.activity.places import public_places
    from geo.register.connection import PUBLIC, UnitOfWork

    with opened_register() as engine, UnitOfWork(engine, PUBLIC) as unit:
        found = public_places(unit.connection)
    if as_json:
        print_json([place_named(one).model_dump(mode="json") for one in found])
        return
    for one in found:
        at = one.position
        where = one.whereabouts.en if at is None else f"{at.lon:.5f} {at.lat:.5f} ({at.document})"
        _say(f"{one.name:12} {where}")
        _say(f"             {one.source.en}")


def _read(file: Path, said: dict[str, Any]) -> ActivityReading:
    from api.clock import legal_today
    from api.settings import Settings
    from geo.sources.activity.reading import read_activity

    return read_activity(
        file,
        source=said["source"],
        mapping=said["mapping"],
        crs=said["crs"],
        encoding=said["encoding"],
        keep_sensitive=Settings.load(os.environ).keep_sensitive,
        received_on=legal_today(),
    )


def _order(
    file: Path,
    reading: ActivityReading,
    during: Period | None,
    facts: SourceFacts | None,
    said: dict[str, Any],
) -> Delivery:
    from geo.register.activity.extents import extent_stated
    from geo.register.activity.writer import Delivery
    from geo.sources.received import parts_of

    seen = [row.observation for row in reading.rows]
    minus = None if said["minus"] is None else _text(said["minus"])
    words = said["extent"]
    if words not in ("country", "sites") and not words.startswith("bbox:"):
        words = _text(Path(words))
    return Delivery(
        source=said["source"],
        reading=reading,
        content=b"".join(part.read_bytes() for part in parts_of(file)),
        extent=extent_stated(words, seen, minus),
        during=during,
        facts=facts,
        replaces=said["replaces"],
    )


def _facts(said: dict[str, Any]) -> SourceFacts | None:
    from geo.register.activity.writer import SourceFacts

    needed = [said[name] for name in ("name", "kind", "public")]
    if all(one is None for one in needed):
        return None
    if any(one is None for one in needed):
        raise click.UsageError("A new source needs --name, --kind, and --public or --not-public.")
    return SourceFacts(**{name: said[name] for name in SourceFacts.__slots__})


def _period(since: datetime | None, until: datetime | None) -> Period | None:
    from geo.periods import Period

    if since is None and until is None:
        return None
    if since is None or until is None or since >= until:
        raise click.UsageError("A period needs --from DAY and --to DAY, the day after its last.")
    return Period(since.date(), until.date())


def _text(path: Path) -> str:
    try:
        if path.stat().st_size > MAX_EXTENT_BYTES:
            raise FileRefused(path.name, f"it is larger than {MAX_EXTENT_BYTES >> 20} MiB", "Cut.")
        return path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise FileRefused(
            path.name, "it cannot be read as text", "Give GeoJSON or WKT, bbox:…, country or sites."
        ) from error


def _asked(ask: Callable[[ActivityReader], list[Any]]) -> list[Any]:
    from geo.register.activity.reader import ActivityReader
    from geo.register.connection import UnitOfWork

    with opened_register() as engine, UnitOfWork(engine, actor=actor()) as unit:
        return ask(ActivityReader(unit.connection, public=False))


def _days(during: Period | None) -> str:
    return "days not stated" if during is None else f"{during.start} to before {during.end}"


def _say_stored(stored: Stored, reading: ActivityReading, as_json: bool) -> None:
    from api.activity_wire import stored_said

    if as_json:
        print_json(stored_said(stored).model_dump(mode="json"))
        return
    if stored.unchanged:
        _say(f"this very file is delivery {stored.id}: nothing changed")
        return
    _say(f"delivery {stored.id}: {stored.kept:,} kept, {stored.refused:,} refused")
    if reading.dropped:
        what = "kept for administrators" if stored.file_kept == "sealed" else "dropped at the door"
        _say(f"  sensitive columns {what}: {', '.join(reading.dropped)}")


def _say(line: str) -> None:
    from maps.escape import terminal_text

    click.echo(terminal_text(line))
