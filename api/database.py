"""The register's database, made ready: server, extensions, logins, schema."""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Any, LiteralString
from urllib.parse import quote, urlsplit

from api.cluster import Cluster, Say, libpq_address, silent
from api.cluster_config import EXTENSIONS, LOGIN, TILES
from api.private import write_private
from api.settings import DATABASE, Settings
from geo.errors import SetupError

if TYPE_CHECKING:
    import psycopg


def register_cluster(settings: Settings) -> Cluster:
    """Return the project's private cluster.

    Raises: SetupError when DATABASE_URL names another server.
    """
    if not settings.private:
        raise SetupError(
            "DATABASE_URL names an existing server, which Mabele neither starts nor stops. "
            "Unset it to use the private cluster."
        )
    return Cluster.of_project(settings.project, settings.data_dir)


def prepare(settings: Settings, say: Say = silent) -> Settings:
    """Make the register's database ready and return the settings with all its addresses.

    Starts the private cluster, or finds extensions and logins on the existing server, and
    migrates. Doing it again changes nothing.
    """
    from geo.register.schema import migrate

    ready = open_server(settings, say)
    migrate(ready.owner_url)
    return ready


def open_server(settings: Settings, say: Say = silent) -> Settings:
    """Make the database exist and its three logins work; the schema is left as it is."""
    if not settings.private:
        return _use_existing(settings, say)
    cluster = register_cluster(settings)
    cluster.start(say)
    cluster.ensure_database(DATABASE)
    return settings


def is_demonstration(settings: Settings) -> bool:
    """Return whether the register holds the demonstration, and nothing else."""
    return holds(settings, "SELECT coalesce(bool_and(demonstration), false) FROM register.source")


def holds(settings: Settings, question: LiteralString) -> bool:
    """Return the owner's answer to a question of one truth value."""
    with _owner_connection(settings) as connection:
        row = connection.execute(question).fetchone()
    return bool(row and row[0])


@contextmanager
def _owner_connection(settings: Settings) -> Iterator[psycopg.Connection[Any]]:
    import psycopg

    try:
        connection = psycopg.connect(libpq_address(settings.owner_url), autocommit=True)
    except psycopg.OperationalError as error:
        raise SetupError(
            f"The database does not answer: {error}. Check that the server runs, and DATABASE_URL "
            "if it is set."
        ) from error
    with connection:
        yield connection


# -- an existing server --------------------------------------------------------------------


def _use_existing(settings: Settings, say: Say) -> Settings:
    with _owner_connection(settings) as connection:
        _require_extensions(connection, say)
        if settings.app_url and settings.public_url:
            return settings
        passwords = _logins(connection, settings, say)
    return replace(
        settings,
        app_url=settings.app_url or _as_login(settings.owner_url, LOGIN, passwords),
        public_url=settings.public_url or _as_login(settings.owner_url, TILES, passwords),
    )


def _require_extensions(connection: psycopg.Connection[Any], say: Say) -> None:
    import psycopg

    present = {name for (name,) in connection.execute("SELECT extname FROM pg_extension")}
    for name in EXTENSIONS:
        if name in present:
            continue
        try:
            connection.execute(f"CREATE EXTENSION IF NOT EXISTS {name}".encode())
            say(f"adding the extension {name}")
        except psycopg.errors.InsufficientPrivilege as error:
            missing = [other for other in EXTENSIONS if other not in present]
            commands = " ".join(f"CREATE EXTENSION IF NOT EXISTS {other};" for other in missing)
            raise SetupError(
                f"The database lacks extensions, and its owner may not create {name}. "
                f"Ask its administrator to run there: {commands}"
            ) from error
        except psycopg.errors.UndefinedFile as error:
            raise SetupError(
                f"The server has no extension {name}. Its administrator must install the PostGIS "
                "and contrib packages of its PostgreSQL version."
            ) from error


def _logins(connection: psycopg.Connection[Any], settings: Settings, say: Say) -> dict[str, str]:
    """Return the passwords of the logins on this server, making those that do not exist."""
    file = settings.data_dir / "logins.json"
    server = urlsplit(settings.owner_url).netloc.rpartition("@")[2] or "local"
    known = json.loads(file.read_text()) if file.exists() else {}
    passwords: dict[str, str] = known.setdefault(server, {})
    for role in (LOGIN, TILES):
        exists = connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role]).fetchone()
        if exists and role not in passwords:
            raise SetupError(
                f"The server has a role {role} whose password is not in {file}. Copy that file "
                "from the installation that made it, or set DATABASE_APP_URL and "
                "DATABASE_PUBLIC_URL."
            )
        if not exists:
            passwords[role] = secrets.token_urlsafe(24)
            write_private(file, json.dumps(known, indent=2))
            _create_login(connection, role, passwords[role])
            say(f"making the login {role}; its password is in {file}")
    return passwords


def _create_login(connection: psycopg.Connection[Any], role: str, password: str) -> None:
    import psycopg
    from psycopg import sql

    # The server is given the verifier: its log may hold the statement.
    verifier = connection.pgconn.encrypt_password(
        password.encode(), role.encode(), b"scram-sha-256"
    ).decode()
    try:
        connection.execute(
            sql.SQL("CREATE ROLE {} LOGIN NOINHERIT PASSWORD {}").format(
                sql.Identifier(role), sql.Literal(verifier)
            )
        )
    except psycopg.errors.InsufficientPrivilege as error:
        raise SetupError(
            f"The owner of the database may not create the role {role}. Ask the server's "
            "administrator to run: ALTER ROLE <owner> CREATEROLE;"
        ) from error


def _as_login(owner_url: str, role: str, passwords: dict[str, str]) -> str:
    parts = urlsplit(owner_url)
    server = parts.netloc.rpartition("@")[2]
    query = f"?{parts.query}" if parts.query else ""
    return f"{parts.scheme}://{role}:{quote(passwords[role])}@{server}{parts.path}{query}"
