"""``mabele serve``: the web page on the register as it is."""

from __future__ import annotations

import os

import click

from api import serving
from api.database import open_server
from api.logbook import open_logbook
from api.settings import Settings


@click.command(
    epilog="""\b
Examples:
  mabele serve
  PORT=8080 mabele serve
"""
)
def command() -> None:
    """Serve the web page on the register as it is.

    The database must have been prepared by ``mabele up``: nothing is migrated or loaded here.
    """
    settings = Settings.load(os.environ)
    open_logbook(settings.log_dir)
    with serving.ended_by_signals(), serving.only_one(settings):
        listener = serving.bind(settings)
        ready = open_server(settings, lambda text: click.echo(text, err=True))
        serving.serve(
            ready, listener, lambda: click.echo(f"Mabele answers on {ready.page_address}")
        )
