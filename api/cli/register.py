"""The register's database for one command: made ready, used as an official, left as it was."""

from __future__ import annotations

import getpass
import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from sqlalchemy import Engine


@contextmanager
def opened_register() -> Iterator[Engine]:
    """Give an engine on the register, migrated; a private cluster that had to start is stopped."""
    from api.database import prepare, register_cluster
    from api.settings import Settings
    from geo.register.connection import engine_for

    settings = Settings.load(os.environ)
    cluster = register_cluster(settings) if settings.private else None
    was_running = cluster is None or cluster.status().running
    try:
        ready = prepare(settings, lambda text: click.echo(f"  {text}", err=True))
        engine = engine_for(ready.app_url)
        try:
            yield engine
        finally:
            engine.dispose()
    finally:
        if cluster is not None and not was_running:
            cluster.stop()


def actor() -> str:
    """Return who runs the command, as the register's audit shall name them."""
    try:
        return f"command line: {getpass.getuser()}"
    except (KeyError, OSError):
        return "command line"
