"""``mabele down``: what ``make stop`` calls."""

from __future__ import annotations

import os

import click

from api import serving
from api.database import register_cluster
from api.settings import Settings, never_started


@click.command()
def command() -> None:
    """Stop the web page of this folder and its private database cluster."""
    if never_started(os.environ):
        click.echo("nothing was running")
        return
    settings = Settings.load(os.environ)
    database = settings.private and register_cluster(settings).status().running
    page = serving.stop(settings)
    if database:
        register_cluster(settings).stop()
    stopped = [name for name, was in (("web page", page), ("database", database)) if was]
    click.echo(f"stopped: {', '.join(stopped)}" if stopped else "nothing was running")
