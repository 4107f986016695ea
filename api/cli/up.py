"""``mabele up``: what ``make run`` calls once packages and libraries are there."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import click

from api import serving
from api.cluster import Say
from api.database import is_demonstration, open_server, register_cluster
from api.logbook import open_logbook
from api.settings import Settings

STEPS = 6
"""The first two, packages and libraries, are those of mabele.sh."""

Account = tuple[str, str, str]


@click.command(
    epilog="""\b
Examples:
  mabele up
  PORT=8080 mabele up
  MABELE_DEMO=no mabele up
  DATABASE_URL=postgresql://owner:secret@host/mabele mabele up
"""
)
def command() -> None:
    """Prepare all that is missing and serve the web page, until Ctrl-C or `mabele down`.

    Starts the private database cluster, brings the schema up to date, loads the demonstration
    register where there is none, and serves. Says only what it had to do.
    """
    settings = Settings.load(os.environ)
    open_logbook(settings.log_dir)
    with serving.ended_by_signals(), serving.only_one(settings):
        listener = serving.bind(settings)
        with _cluster_stopped_after(settings):
            ready = _prepare(settings)
            accounts = _demonstration_accounts(ready)
            try:
                serving.serve(ready, listener, lambda: _announce(ready, accounts))
            except KeyboardInterrupt:
                click.echo("stopped")


@contextmanager
def _cluster_stopped_after(settings: Settings) -> Iterator[None]:
    """Stop the private cluster at the end, whoever started it, unless somebody else uses it.

    A page that was killed left it running; what is asked for later starts it again.
    """
    if not settings.private:
        yield
        return
    cluster = register_cluster(settings)
    try:
        yield
    finally:
        if cluster.status().running:
            if cluster.is_used():
                click.echo("the database stays, others use it; `make stop` ends it")
            else:
                cluster.stop()


def _prepare(settings: Settings) -> Settings:
    from api.demonstration import is_wanted
    from geo.register.schema import current, migrate

    with _step(3, "Database") as say:
        ready = open_server(settings, say)
    with _step(4, "Schema of the register") as say:
        before = current(ready.owner_url)
        after = migrate(ready.owner_url)
        if after != before:
            say(f"from {before or 'nothing'} to {after}")
    with _step(5, "Demonstration register") as say:
        if ready.demonstration and is_wanted(ready):
            _load_demonstration(ready, say)
    return ready


def _load_demonstration(settings: Settings, say: Say) -> None:
    from api.demonstration import load_demonstration

    say("making a synthetic register, all of it invented")
    with _counted("rights") as progress:
        outcome = load_demonstration(settings, progress)
    say(outcome)


def _demonstration_accounts(settings: Settings) -> list[Account]:
    """Return the accounts to print; none where the register is not the demonstration."""
    from api.demo_accounts import seed_demo_accounts

    return seed_demo_accounts(settings) if is_demonstration(settings) else []


def _announce(settings: Settings, accounts: list[Account]) -> None:
    if accounts:
        click.echo("Demonstration accounts (this register is synthetic):")
        for name, password, role in accounts:
            click.echo(f"  {name:<12} {password:<14} {role}")
    click.echo(f"Mabele answers on {settings.page_address}  (Ctrl-C or `make stop` ends it)")


@contextmanager
def _step(number: int, title: str) -> Iterator[Say]:
    """Give a function that says what is done; a step in which nothing is said stays silent."""
    started = time.monotonic()
    said = False

    def say(text: str) -> None:
        nonlocal said
        if not said:
            click.echo(f"[{number}/{STEPS}] {title} …")
        said = True
        click.echo(f"      {text}")

    yield say
    if said:
        click.echo(f"      done ({time.monotonic() - started:.1f} s)")


@contextmanager
def _counted(things: str) -> Iterator[Callable[[int, int], None]]:
    """Give a function ``(done, total)`` that counts on one line where a person is watching."""
    if not sys.stdout.isatty():
        yield lambda done, total: None
        return
    yield lambda done, total: click.echo(f"\r      {done:,} of {total:,} {things}", nl=False)
    click.echo("\r" + " " * 60 + "\r", nl=False)
