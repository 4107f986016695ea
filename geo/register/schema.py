"""The schema's version: up, down, and which one a database has."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from sqlalchemy import Connection, create_engine, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.pool import NullPool

from geo.errors import SetupError

MIGRATIONS = Path(__file__).resolve().parents[2] / "migrations"
EXTENSIONS = ("postgis", "btree_gist", "pg_trgm", "unaccent")
LOCK = 5499202026002
"""Advisory lock that keeps two programs from migrating one database at once."""


def migrate(owner_url: str, revision: str = "head") -> str:
    """Bring the database up to ``revision`` and return the version it then has.

    Raises
    ------
    SetupError : the database cannot be reached, or lacks an extension.
    """
    _run(owner_url, lambda config: command.upgrade(config, revision))
    return current(owner_url) or ""


def downgrade(owner_url: str, revision: str) -> None:
    """Take the database down to ``revision`` (``base``: nothing of Mabele is left but roles)."""
    _run(owner_url, lambda config: command.downgrade(config, revision))


def current(owner_url: str) -> str | None:
    """Return the version that the database has, None where it was never migrated."""
    with _connected(owner_url) as connection:
        context = MigrationContext.configure(connection, opts={"version_table_schema": "public"})
        return context.get_current_revision()


def is_empty(owner_url: str) -> bool:
    """Whether a migrated database holds no register yet: no source and no title."""
    with _connected(owner_url) as connection:
        held = "select exists (select from register.source) or exists (select from register.title)"
        return not connection.scalar(text(held))


def _run(owner_url: str, action: Callable[[Config], None]) -> None:
    with _connected(owner_url) as connection:
        connection.execute(text("select pg_advisory_xact_lock(:lock)"), {"lock": LOCK})
        _require_extensions(connection)
        config = Config()
        config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
        config.set_main_option("path_separator", "os")
        config.attributes["connection"] = connection
        action(config)
        connection.commit()


@contextmanager
def _connected(owner_url: str) -> Iterator[Connection]:
    engine = create_engine(owner_url, poolclass=NullPool)
    try:
        connection = engine.connect()
    except OperationalError as error:
        raise SetupError(
            f"the database {engine.url.database} cannot be reached as {engine.url.username}: "
            f"{str(error.orig).strip()}. Start it, or correct the address."
        ) from error
    try:
        yield connection
    finally:
        connection.close()
        engine.dispose()


def _require_extensions(connection: Connection) -> None:
    present = set(connection.scalars(text("select extname from pg_extension")))
    missing = [name for name in EXTENSIONS if name not in present]
    if missing:
        raise SetupError(
            f"the database {connection.engine.url.database} lacks the extensions "
            f"{', '.join(missing)}. As its superuser: "
            + " ".join(f"create extension {name};" for name in missing)
        )
