"""``mabele db``: the register's database from the operator's side."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from api import serving
from api.backup import Progress
from api.clock import now
from api.cluster import Cluster
from api.cluster_place import forsaken
from api.database import open_server, prepare, register_cluster
from api.settings import Settings, never_started
from geo.errors import NotPermitted, SetupError


@click.group(
    epilog="""\b
Examples:
  mabele db status
  mabele db backup register-2026-03-01.dump
  mabele db restore register-2026-03-01.dump --replace
  mabele db clear
"""
)
def command() -> None:
    """Start, stop, back up or restore the register's database."""


@command.command()
def start() -> None:
    """Start the private cluster, making it where it does not exist."""
    settings = Settings.load(os.environ)
    cluster = register_cluster(settings)
    before = cluster.status().running
    open_server(settings, _say)
    click.echo("already running" if before else f"running in {cluster.home}")


@command.command()
def stop() -> None:
    """Stop the private cluster. The web page must have been stopped before."""
    if never_started(os.environ):
        click.echo("was not running")
        return
    settings = Settings.load(os.environ)
    _require_no_page(settings)
    click.echo("stopped" if register_cluster(settings).stop() else "was not running")


@command.command()
def status() -> None:
    """Say whether the database runs and where it lies, and which clusters nobody uses any more."""
    if never_started(os.environ):
        click.echo("never started in this folder")
    else:
        _say_status(Settings.load(os.environ))
    _say_forsaken()


def _say_status(settings: Settings) -> None:
    if not settings.private:
        click.echo("an existing server, named by DATABASE_URL")
        return
    facts = register_cluster(settings).status()
    made = f"PostgreSQL {facts.version}" if facts.version else "not made yet"
    click.echo(f"{'running' if facts.running else 'stopped'}: {made}, {facts.home}")
    page = serving.running(settings)
    click.echo(f"web page: process {page.pid}" if page else "web page: stopped")


@command.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--force", is_flag=True, help="Overwrite FILE if it exists.")
def backup(file: Path, force: bool) -> None:
    """Write the whole register into FILE, while it is in use or not."""
    from api import backup as backups

    if file.exists() and not force:
        raise click.UsageError(f"{file} exists. Give another name, or --force.")
    settings = open_server(Settings.load(os.environ), _say)
    with _bar("backup") as progress:
        size = backups.backup(settings, file, progress)
    click.echo(f"{file}: {size:,} bytes")


@command.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--replace", is_flag=True, help="Replace a register that is not empty.")
@click.option("--yes", is_flag=True, help="With --replace: do not ask again.")
def restore(file: Path, replace: bool, yes: bool) -> None:
    """Put the register of FILE, written by `mabele db backup`, in the place of the present one."""
    from api import backup as backups
    from geo.register.schema import is_empty

    settings = Settings.load(os.environ)
    _require_no_page(settings)
    settings = prepare(settings, _say)
    if not is_empty(settings.owner_url):
        _require_consent(replace, yes)
    with _bar("restore") as progress:
        backups.restore(settings, file, progress)
    click.echo(f"restored from {file}")


@command.command()
@click.option("--yes", is_flag=True, help="Do not ask.")
def clear(yes: bool) -> None:
    """Empty the register, after a backup of what it holds; accounts go with it."""
    from api import backup as backups
    from geo.register.schema import is_empty

    settings = Settings.load(os.environ)
    _require_no_page(settings)
    settings = prepare(settings, _say)
    if is_empty(settings.owner_url):
        click.echo("the register is empty already")
        return
    if not yes:
        _require_word("CLEAR")
    kept = settings.data_dir / "backups" / f"before-clear-{now():%Y%m%dT%H%M%SZ}.dump"
    with _bar("backup") as progress:
        backups.clear(settings, kept, progress)
    click.echo(f"the register is empty; what it held is in {kept}")


@command.command(hidden=True)
def remove_test_cluster() -> None:
    """Remove the cluster of the tests, for `make clean`; the register is not touched."""
    if never_started({}):
        return
    settings = Settings.load({})
    Cluster.of_project(settings.project, settings.data_dir, kind="test").remove()


def _say_forsaken() -> None:
    if os.geteuid() != 0:  # others neither own those clusters nor see all folders
        return
    for home, folder in forsaken():
        click.echo(
            f"left behind: {home}, the cluster of {folder}, which is gone or was moved. One that "
            "was moved finds it again at its next start. If it was deleted, and its data with it: "
            f"rm -r {home}",
            err=True,
        )


def _require_consent(replace: bool, yes: bool) -> None:
    if not replace:
        raise NotPermitted(
            "The register is not empty. `--replace` puts the backup in its place; what it holds "
            "now is then lost, so back it up first."
        )
    if not yes:
        _require_word("REPLACE")


def _require_word(word: str) -> None:
    if click.prompt(f"Type {word} to lose the present register", err=True) != word:
        raise click.Abort


def _require_no_page(settings: Settings) -> None:
    page = serving.running(settings)
    if page:
        raise SetupError(f"The web page runs (process {page.pid}). Stop it first: make stop.")


@contextmanager
def _bar(label: str) -> Iterator[Progress]:
    """Show a bar on the error stream, table by table."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn
    from rich.progress import Progress as Bar

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Bar(*columns, TimeElapsedColumn(), console=Console(stderr=True)) as bar:
        task = bar.add_task(label, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=max(done, total))


def _say(text: str) -> None:
    click.echo(text, err=True)
