"""What the commands share: the day asked, and the answer as one JSON object."""

from __future__ import annotations

import json
from datetime import date, datetime

import click

from api.clock import legal_today

day_option = click.option(
    "--on",
    "day",
    type=click.DateTime(["%Y-%m-%d"]),
    metavar="DAY",
    help="Day of the law, as 2026-01-31. Default: today in Kinshasa.",
)
json_option = click.option(
    "--json", "as_json", is_flag=True, help="Print one JSON object on standard output."
)


def day_of(day: datetime | None) -> date:
    """Return the day asked, or today in Kinshasa."""
    return legal_today() if day is None else day.date()


def print_json(answer: object) -> None:
    """Print one JSON object on standard output, in ASCII: it passes any terminal and any file."""
    click.echo(json.dumps(answer, indent=2))
