"""What the commands share: the day asked, and the answer as one JSON object."""

from __future__ import annotations

import json
from datetime import date, datetime
from typing import Any

import click

from api.clock import legal_today


class Day(click.DateTime):
    """A day on the command line; what is none is refused with how to write it."""

    def __init__(self) -> None:
        super().__init__(["%Y-%m-%d"])

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> datetime:
        """Return the day at midnight."""
        try:
            day: datetime = super().convert(value, param, ctx)
        except click.BadParameter:
            self.fail(f"{value!r} is no day: write the day as 2026-01-31.", param, ctx)
        return day


day_option = click.option(
    "--on",
    "day",
    type=Day(),
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
