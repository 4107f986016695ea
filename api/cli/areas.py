"""``mabele areas``: restricted layers, and their changes by two people."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from api.cli.acting import acting_as, signed_in
from api.cli.answers import Day, day_of, day_option, json_option, print_json
from api.cli.register import actor, opened_register
from geo.errors import FileRefused, InputError

if TYPE_CHECKING:
    from pydantic import BaseModel
    from shapely.geometry.base import BaseGeometry
    from sqlalchemy import Engine

    from api.areas_wire import AreaChangeDetail
    from geo.register.areas.intake import LayerOrder
    from geo.register.areas.writer import AreaChange
    from geo.register.connection import UnitOfWork

MAX_ORDER_BYTES = 64 << 20

_EXAMPLES = """\b
Examples:
  mabele areas list
  mabele areas import villages.gpkg --class settlement --name "Localités" --source "IGC" \\
      --vintage 2023-06-30 --from 2024-01-01 --coverage lualaba.wkt --as o.kasongo --reason "…"
  mabele areas propose change.yaml --as o.kasongo
  mabele areas show 3
  mabele areas confirm 3 --as k.ilunga
  mabele areas reject 3 --as k.ilunga --reason "the source is out of date"
"""

Command = Callable[..., None]


def _as_somebody(command: Command) -> Command:
    """Add the options that say who acts."""
    for option in reversed(
        (
            click.option("--as", "login", required=True, help="Account that acts; signs in here."),
            click.option(
                "--password-stdin", is_flag=True, help="Read its password from standard input."
            ),
            json_option,
        )
    ):
        command = option(command)
    return command


@click.group(epilog=_EXAMPLES)
def command() -> None:
    """List restricted layers; propose changes, and confirm or reject those of somebody else."""


@command.command("list")
@day_option
@json_option
def list_(day: datetime | None, as_json: bool) -> None:
    """List the layers in force on a day, also those that are not public."""
    from api.areas_wire import AreaLayers, layer_said
    from geo.law import load_law
    from geo.register.areas.reader import layers_on
    from geo.register.connection import UnitOfWork
    from geo.register.reader import Reader

    on, law = day_of(day), load_law()
    with opened_register() as engine, UnitOfWork(engine, actor=actor()) as unit:
        found = layers_on(unit.connection, on, Reader(unit.connection).revision())
    if as_json:
        print_json(_plain(AreaLayers(on=on, layers=[layer_said(one, law) for one in found])))
        return
    if not found:
        click.echo(f"No restricted layer is in force on {on}: every class is undetermined.")
    for one in found:
        kept = "public" if one.public else "not public"
        ground = "covers ground" if one.covers else "covers nothing yet"
        _say(f"{one.id:6}  {one.class_:20}  {one.areas:7,} areas  {one.vintage}  {kept}, {ground}")
        _say(f"        {one.name} ({one.source})")


@command.command("import")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--class", "classes", multiple=True, required=True, help="Of the law data; repeat.")
@click.option("--name", required=True, help="Name of the layer.")
@click.option("--source", required=True, help="Who made it.")
@click.option("--vintage", type=Day(), required=True, metavar="DAY", help="Day that it shows.")
@click.option("--from", "since", type=Day(), required=True, metavar="DAY", help="In force from.")
@click.option("--coverage", type=click.Path(path_type=Path), help="WKT or GeoJSON: what it covers.")
@click.option("--citation", help="How to cite it.")
@click.option("--licence", help="Under which it is used.")
@click.option("--not-public", is_flag=True, help="Sensitive: in no published view.")
@click.option("--replaces", multiple=True, type=int, metavar="LAYER", help="Layer that ends then.")
@click.option("--mapping", type=click.Path(path_type=Path), help="Which column means what (YAML).")
@click.option("--crs", help="Of its coordinates, where the file does not say.")
@click.option("--reason", required=True, help="Why; the act that it rests on.")
@_as_somebody
def import_(
    file: Path,
    mapping: Path | None,
    crs: str | None,
    reason: str,
    login: str,
    password_stdin: bool,
    as_json: bool,
    **said: Any,
) -> None:
    """Propose a whole FILE as a layer (one per --class). It waits for another person."""
    from geo.register.areas.intake import read_areas
    from geo.register.areas.mapping import read_area_mapping

    told = read_area_mapping(mapping) if mapping else None
    change = read_areas(file, _order(said), reason, told, crs)
    _propose(change, login, password_stdin, as_json)


@command.command()
@click.argument("file", type=click.Path(path_type=Path))
@_as_somebody
def propose(file: Path, login: str, password_stdin: bool, as_json: bool) -> None:
    """Propose the change that FILE describes (YAML or JSON: reason and items)."""
    from geo.register.areas.orders import items_from
    from geo.register.areas.writer import AreaChange

    content = _content(file)
    reason = content.get("reason")
    change = AreaChange(str(reason or ""), items_from(content.get("items")))
    _propose(change, login, password_stdin, as_json)


@command.command()
@click.argument("number", type=int, required=False)
@json_option
def show(number: int | None, as_json: bool) -> None:
    """Show what change NUMBER makes different; without a number, the changes that wait."""
    from api.areas_wire import change_said
    from geo.register.areas.reader import area_changes
    from geo.register.connection import UnitOfWork

    with opened_register() as engine, UnitOfWork(engine, actor=actor()) as unit:
        if number is None:
            waiting = [change_said(c) for c in area_changes(unit.connection, state="proposed")]
        else:
            detail = _detail(unit, number)
    if number is not None:
        print_json(_plain(detail)) if as_json else _print_detail(detail)
    elif as_json:
        print_json([_plain(one) for one in waiting])
    else:
        for one in waiting:
            _say(f"{one.id:6}  {one.proposed_at:%Y-%m-%d}  {one.proposed_by:20}  {one.reason}")
        if not waiting:
            click.echo("No change of restricted areas waits.")


@command.command()
@click.argument("number", type=int)
@click.option("--reason", default="", help="What was checked.")
@_as_somebody
def confirm(number: int, reason: str, login: str, password_stdin: bool, as_json: bool) -> None:
    """Put change NUMBER in force, as another person than its proposer."""
    from geo.register.areas.writer import confirm_areas

    with opened_register() as engine, _acting(engine, login, password_stdin, reason) as unit:
        revision = confirm_areas(unit, number, reason)
        unit.commit()
    _say_done(number, "confirmed", revision, as_json)


@command.command()
@click.argument("number", type=int)
@click.option("--reason", required=True, help="Why it is refused.")
@_as_somebody
def reject(number: int, reason: str, login: str, password_stdin: bool, as_json: bool) -> None:
    """Refuse change NUMBER, as another person than its proposer."""
    from geo.register.areas.writer import reject_areas

    with opened_register() as engine, _acting(engine, login, password_stdin, reason) as unit:
        revision = reject_areas(unit, number, reason)
        unit.commit()
    _say_done(number, "rejected", revision, as_json)


def _propose(change: AreaChange, login: str, password_stdin: bool, as_json: bool) -> None:
    from geo.register.areas.writer import propose_areas

    with opened_register() as engine, _acting(engine, login, password_stdin, change.reason) as unit:
        number = propose_areas(unit, change)
        unit.commit()
        detail = _detail(unit, number)
    if as_json:
        print_json(_plain(detail))
    else:
        _print_detail(detail)
        click.echo(f"change {number} waits: another person confirms it (mabele areas confirm)")


@contextmanager
def _acting(engine: Engine, login: str, password_stdin: bool, reason: str) -> Iterator[UnitOfWork]:
    """Open a unit of work of an account that signs in here; the machine's user is noted too.

    Raises
    ------
    NotPermitted : name or password is wrong, or the account is no officer or supervisor.
    """
    viewer = signed_in(engine, login, password_stdin)
    with acting_as(engine, viewer, reason) as unit:
        yield unit


def _order(said: dict[str, Any]) -> LayerOrder:
    from geo.register.areas.intake import LayerOrder

    covered = said["coverage"]
    return LayerOrder(
        classes=said["classes"],
        name=said["name"],
        source=said["source"],
        vintage=said["vintage"].date(),
        valid_from=said["since"].date(),
        public=not said["not_public"],
        citation=said["citation"],
        licence=said["licence"],
        coverage=None if covered is None else _coverage(covered),
        replaces=said["replaces"],
    )


def _coverage(path: Path) -> BaseGeometry | None:
    """Return the ground of a file that holds WKT, or a GeoJSON geometry or feature."""
    from geo.register.areas.orders import geometry_from

    text = _text(path).strip()
    if not text.startswith("{"):
        return geometry_from(text, path.name)
    content = _parsed(path, text)
    return geometry_from(content.get("geometry", content), path.name)


def _content(path: Path) -> dict[str, Any]:
    return _parsed(path, _text(path))


def _text(path: Path) -> str:
    try:
        if path.stat().st_size > MAX_ORDER_BYTES:
            raise InputError(f"{path.name} is larger than {MAX_ORDER_BYTES >> 20} MiB.")
        return path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise FileRefused(path.name, "it cannot be read as text", "Check it.") from error


def _parsed(path: Path, text: str) -> dict[str, Any]:
    import yaml

    try:
        content = json.loads(text) if text.lstrip().startswith("{") else yaml.safe_load(text)
    except (ValueError, yaml.YAMLError, RecursionError) as error:
        raise FileRefused(path.name, "it is neither JSON nor YAML", "Check it.") from error
    if not isinstance(content, dict):
        raise FileRefused(path.name, "it is no table of keys", "Give reason and items.")
    return content


def _detail(unit: UnitOfWork, number: int) -> AreaChangeDetail:
    from api.areas_wire import detail_said
    from geo.register.areas.reader import area_change, change_issues, difference_of

    return detail_said(
        area_change(unit.connection, number),
        difference_of(unit.connection, number),
        change_issues(unit.connection, number),
    )


def _print_detail(detail: AreaChangeDetail) -> None:
    _say(f"change {detail.id}: {detail.state}; proposed by {detail.proposed_by}")
    _say(f"  {detail.reason}")
    if detail.file:
        _say(
            f"  {detail.file}  {detail.features} rows, {detail.kept} kept, {detail.refused} refused"
        )
    for one in detail.differences[:50]:
        moved = f", moves {one.moved_m:,.2f} m" if one.moved_m is not None else ""
        facts = "".join(f", {k}: {v.before} → {v.after}" for k, v in one.changed.items())
        what = f"layer {one.layer}" if one.area is None else f"area {one.area}"
        _say(f"  {one.action:11} {what}  {one.class_}  {one.name or ''}{moved}{facts}")
    if sum(detail.items.values()) > 50:
        counted = ", ".join(f"{count:,} {action}" for action, count in detail.items.items())
        _say(f"  … in all {counted}; add --json for the first thousand")
    for issue in detail.file_issues[:50]:
        where = "" if issue.row is None else f"row {issue.row}: "
        _say(f"  {where}{issue.kind} ({issue.value or ''}) {issue.message.en}")


def _say_done(number: int, state: str, revision: int, as_json: bool) -> None:
    if as_json:
        print_json({"id": number, "state": state, "revision": revision})
    else:
        click.echo(f"change {number} is {state} in revision {revision}")


def _say(line: str) -> None:
    from maps.escape import terminal_text

    click.echo(terminal_text(line))


def _plain(model: BaseModel) -> Any:
    return model.model_dump(mode="json")
