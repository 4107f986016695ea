"""``mabele activity expansion``, ``alerts`` and ``map``: activity over time."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from api.cli.acting import acting_as, signed_in
from api.cli.answers import Day, json_option, print_json
from api.cli.register import actor, opened_register
from geo.errors import InputError, SetupError

if TYPE_CHECKING:
    from geo.activity.expansion import Expansion, StepFigures
    from geo.register.connection import UnitOfWork

since_option = click.option(
    "--from", "since", type=Day(), required=True, metavar="DAY", help="A day of the first month."
)
until_option = click.option(
    "--to", "until", type=Day(), required=True, metavar="DAY", help="A day of the last month."
)
public_option = click.option(
    "--public", is_flag=True, help="Public sources and public names alone."
)


@click.command("expansion")
@click.option("--title", type=int, help="Number of a title: an artisanal area or a permit.")
@click.option("--province", help="Name of a province, as Lualaba.")
@since_option
@until_option
@click.option("--by", type=click.Choice(["month", "year"]), default="month", show_default=True)
@click.option("--source", help="Code of one source; all of them where none is given.")
@public_option
@click.option("--out", type=click.Path(path_type=Path), help="Folder for charts and table.")
@json_option
def expansion(
    title: int | None,
    province: str | None,
    since: datetime,
    until: datetime,
    by: str,
    source: str | None,
    public: bool,
    out: Path | None,
    as_json: bool,
) -> None:
    """Activity in a title or a province and around it, month by month.

    Where nothing was surveyed there is no figure. With --out: charts in French and in English (SVG
    and PNG), their text, and the table (CSV).
    """
    from geo.activity.expansion_reading import (
        read_expansion,
        subject_of_province,
        subject_of_title,
    )

    if (title is None) == (province is None):
        raise InputError("name a title with --title or a province with --province.")
    with _reading() as unit:
        subject = (
            subject_of_province(province or "")
            if title is None
            else subject_of_title(unit.connection, title)
        )
        found = read_expansion(
            unit.connection,
            subject,
            since.date(),
            until.date(),
            public=public,
            by_year=by == "year",
            source=source,
        )
    written = [] if out is None else _write(out, found)
    _say_expansion(found, written, as_json)


@click.group("alerts")
def alerts() -> None:
    """Spill-over alerts: look for them, list them, take note, set the threshold."""


@alerts.command("run")
@since_option
@until_option
@click.option("--as", "login", required=True, help="Officer or supervisor who acts; signs in here.")
@click.option("--password-stdin", is_flag=True, help="Read the password from standard input.")
@json_option
def run(since: datetime, until: datetime, login: str, password_stdin: bool, as_json: bool) -> None:
    """Look for alerts in some months; those already known are not raised again."""
    from api.expansion_wire import run_said
    from geo.activity.alert_store import run_alerts
    from geo.law import load_law

    with opened_register() as engine:
        viewer = signed_in(engine, login, password_stdin)
        with acting_as(engine, viewer, "alerts") as unit:
            result = run_alerts(unit, load_law(), since.date(), until.date())
            unit.commit()
    if as_json:
        print_json(json.loads(run_said(result).model_dump_json()))
        return
    click.echo(f"{len(result.raised)} alerts raised, {result.repeated} known already.")
    for code in result.raised:
        click.echo(f"  {code}")
    if result.not_surveyed:
        months = ", ".join(f"{month:%Y-%m}" for month in result.not_surveyed)
        click.echo(f"Not surveyed anywhere, so nothing is said of: {months}.")
    if result.undated or result.wider:
        click.echo(
            f"Left out: {result.undated} observations without a stated date, "
            f"{result.wider} whose days are wider than a month."
        )


@alerts.command("list")
@click.option("--title", type=int, help="Those of one title.")
@click.option("--waiting", is_flag=True, help="Those alone that nobody took note of.")
@json_option
def list_(title: int | None, waiting: bool, as_json: bool) -> None:
    """List alerts, the newest month first."""
    from api.expansion_wire import alerts_said
    from geo.activity.alert_store import alerts_read
    from maps.escape import terminal_text

    with _reading() as unit:
        found = alerts_read(unit.connection, title=title, waiting=waiting)
    if as_json:
        print_json(json.loads(alerts_said(found).model_dump_json()))
        return
    for one in found:
        size = f"{one.new_ha + one.stated_ha:.1f} ha, {one.places} places"
        noted = "noted" if one.note else "waits"
        line = f"{one.code}  {one.direction:16}  {one.name:24}  {size:22}  {noted}"
        click.echo(terminal_text(line))
    if not found:
        click.echo(
            "No alert. Months that nobody surveyed raise none: see “mabele activity alerts run”."
        )


@alerts.command("note")
@click.argument("code")
@click.option("--note", "words", required=True, help="What is done about it.")
@click.option("--as", "login", required=True, help="Officer or supervisor who acts; signs in here.")
@click.option("--password-stdin", is_flag=True, help="Read the password from standard input.")
def note(code: str, words: str, login: str, password_stdin: bool) -> None:
    """Take note of alert CODE, once."""
    from geo.activity.alert_store import take_note

    with opened_register() as engine:
        viewer = signed_in(engine, login, password_stdin)
        with acting_as(engine, viewer, words) as unit:
            take_note(unit, code, words)
            unit.commit()
    click.echo(f"Note of {code} kept.")


@alerts.command("settings")
@json_option
def settings(as_json: bool) -> None:
    """Show the settings of alerts, which are no law; an administrator changes them."""
    from api.expansion_wire import settings_said
    from geo.activity.alert_store import current_settings

    with _reading() as unit:
        said = settings_said(current_settings(unit.connection))
    if as_json:
        print_json(json.loads(said.model_dump_json()))
        return
    click.echo(said.about.en)
    for one in said.settings:
        click.echo(f"  {one.name:14} {one.value:>8g} {one.unit:6}  {one.meaning.en}")


@click.command("map")
@since_option
@until_option
@click.option("--title", type=int, help="Show the surroundings of one title alone.")
@public_option
@click.option("--out", type=click.Path(path_type=Path), required=True, metavar="FILE.html")
def map_(since: datetime, until: datetime, title: int | None, public: bool, out: Path) -> None:
    """Write a map with a time slider: one file, which opens without network."""
    from geo.activity.map_reading import read_map
    from geo.law import load_law
    from maps.activity_map import activity_map_html

    with _reading() as unit:
        given = read_map(
            unit.connection, load_law(), since.date(), until.date(), title=title, public=public
        )
    page = activity_map_html(given)
    try:
        out.write_text(page, encoding="utf-8")
    except OSError as problem:
        raise SetupError(
            f"{out} cannot be written: {problem.strerror}. Name another file with --out."
        ) from problem
    click.echo(f"{out}: {len(given.seen)} observations, {len(page) / 1e6:.1f} MB")


@contextmanager
def _reading() -> Iterator[UnitOfWork]:
    from geo.register.connection import CADASTRE, UnitOfWork

    with opened_register() as engine, UnitOfWork(engine, CADASTRE, actor=actor()) as unit:
        yield unit


def _write(out: Path, found: Expansion) -> list[str]:
    from maps.charts.expansion import change_chart, expansion_csv, rings_chart, summary
    from maps.report import whole_folder
    from maps.style import LANGUAGES

    with whole_folder(out) as folder:
        for language in LANGUAGES:
            for name, chart in (("rings", rings_chart), ("change", change_chart)):
                for kind in ("svg", "png"):
                    drawn = chart(found, language, kind)
                    (folder / f"{name}_{language}.{kind}").write_bytes(drawn.content)
            text = summary(found, language)
            (folder / f"summary_{language}.txt").write_text(text + "\n", encoding="utf-8")
        (folder / "figures.csv").write_text(expansion_csv(found), encoding="utf-8-sig", newline="")
        return sorted(file.name for file in folder.iterdir())


def _say_expansion(found: Expansion, written: list[str], as_json: bool) -> None:
    from api.expansion_wire import expansion_said
    from maps.charts.expansion import summary
    from maps.escape import terminal_text

    if as_json:
        print_json(json.loads(expansion_said(found).model_dump_json()))
        return
    click.echo(terminal_text(summary(found, "en")))
    for one in found.steps:
        click.echo(_line(one))
    if written:
        click.echo(f"Written: {', '.join(written)}")


def _line(one: StepFigures) -> str:
    """Return a step as one line: hectares and places inside, then in each ring."""
    parts = []
    for zone in one.zones.values():
        seen = zone.seen
        figure = "not surveyed"
        if seen is not None:
            figure = f"{seen.ha + seen.stated_ha:.1f} ha + {seen.places}"
            figure += "" if zone.share == 1 else f" ({zone.share:.0%} surveyed)"
        parts.append(f"{zone.zone.value}: {figure}")
    return f"{one.step.start}  " + "; ".join(parts)
