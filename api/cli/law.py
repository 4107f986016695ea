"""``mabele law``: replays the legal scenarios, and says what changed between two days."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import TYPE_CHECKING

import click

from api.cli.answers import json_option, print_json

if TYPE_CHECKING:
    from geo.law.changes import Change

JURISDICTIONS = ("cd", "pe")
EXIT_FAILED = 1
_DAY = click.DateTime(["%Y-%m-%d"])
_EXAMPLES = """\b
Examples:
  mabele law check
  mabele law check --json
  mabele law diff 2018-03-08 2018-05-03
"""
jurisdiction_option = click.option(
    "--jurisdiction",
    type=click.Choice(JURISDICTIONS),
    default="cd",
    show_default=True,
    help="Whose law: cd (DRC) or pe (Peru).",
)


@click.group("law", epilog=_EXAMPLES)
def command() -> None:
    """Replay the legal scenarios, or compare the law of two days. No database is used."""


@command.command("check")
@jurisdiction_option
@json_option
def check(jurisdiction: str, as_json: bool) -> int:
    """Run every legal scenario; the exit code is 1 if one fails."""
    from geo.law import load_law
    from geo.law.scenarios import failures_of, read_scenarios

    scenarios = read_scenarios(jurisdiction=jurisdiction)
    failed = failures_of(load_law(jurisdiction=jurisdiction), scenarios)
    if as_json:
        print_json({"scenarios": len(scenarios), "failed": len(failed)})
    else:
        _print_check(len(scenarios), failed)
    return EXIT_FAILED if failed else 0


def _print_check(count: int, failed: dict[str, list[str]]) -> None:
    for lines in failed.values():
        for line in lines:
            click.echo(line)
    click.echo(f"{count:,} scenarios, {len(failed):,} failed")


@command.command("diff")
@click.argument("day1", type=_DAY)
@click.argument("day2", type=_DAY)
@jurisdiction_option
@json_option
def diff(day1: datetime, day2: datetime, jurisdiction: str, as_json: bool) -> None:
    """Say what the law says on DAY2 that it did not say on DAY1, rule by rule."""
    from geo.law import load_law
    from geo.law.changes import changes_between

    law = load_law(jurisdiction=jurisdiction)
    changes = changes_between(day1.date(), day2.date(), law)
    if as_json:
        listed = [{**asdict(change), "since": change.since.isoformat()} for change in changes]
        days = {"from": day1.date().isoformat(), "to": day2.date().isoformat()}
        print_json({**days, "law": law.version, "changes": listed})
        return
    for change in changes:
        _print_change(change)
    click.echo(f"{len(changes):,} rules differ between {day1.date()} and {day2.date()}")


def _print_change(change: Change) -> None:
    before, after = (value or "no rule" for value in (change.before, change.after))
    click.echo(f"{change.rule}: {before} → {after}")
    click.echo(f"    since {change.since}, {change.article} (confidence {change.confidence})")
