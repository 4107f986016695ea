"""The project's own private PostgreSQL cluster (design decision 14).

Run by root, the server runs as the system user ``postgres`` under ``/var/lib/mabele/<id>/``, where
the id is that of the project folder; run by anyone else, it runs as them under ``var/cluster/``.
It listens on a socket in a folder of its own and on no network. Whoever runs Mabele is let in by
who they are to the system (``peer``), so there is no password to lose.

The tests have a second cluster beside it, without the register and without care for power cuts.
"""

from __future__ import annotations

import fcntl
import os
import pwd
import shutil
import socket
import stat
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal
from urllib.parse import quote

from api import cluster_config
from api.cluster_config import EXTENSIONS, LOGIN, OWNER, SUPERUSER, TILES
from api.cluster_place import SOCKET_NAME, SYSTEM_HOME, project_id, socket_dir_of
from api.postgres import Server, newest_server, server_of_major
from geo.errors import SetupError

if TYPE_CHECKING:
    import psycopg

DRIVER = "postgresql+psycopg"
SYSTEM_USER = "postgres"
TEMPLATE = "mabele_template_base"
MARKER = "mabele.ready"

Say = Callable[[str], None]
Kind = Literal["register", "test"]


def silent(_: str) -> None:
    """Say nothing."""


@dataclass(frozen=True, slots=True)
class Addresses:
    """The three addresses of one database, as SQLAlchemy URLs.

    ``owner`` owns the schema and is used by migrations only; ``app`` is the login of web and
    command line, which takes a role for each transaction; ``public`` may read what is published.
    """

    owner: str
    app: str
    public: str


def libpq_address(url: str) -> str:
    """Return an SQLAlchemy URL as libpq and psycopg read it."""
    return url.replace(f"{DRIVER}://", "postgresql://", 1)


@dataclass(frozen=True, slots=True)
class Status:
    """What a cluster is doing."""

    running: bool
    made: bool
    home: Path
    version: int | None
    stale: bool
    """Whether it was made by a PostgreSQL that is not installed any more."""


@dataclass(frozen=True)
class Cluster:
    """One private cluster. Making the value starts nothing."""

    home: Path
    socket_dir: Path
    as_system_user: bool
    kind: Kind = "register"

    @classmethod
    def of_project(cls, project: Path, data_dir: Path, kind: Kind = "register") -> Cluster:
        """Return the cluster of a project folder, whose ``data_dir`` is mostly ``var/``."""
        if os.geteuid() == 0:
            home = SYSTEM_HOME / project_id(data_dir) / kind
            return cls(home, home / "s", True, kind)
        home = data_dir / "cluster" / kind
        return cls(home, socket_dir_of(home), False, kind)

    @property
    def data(self) -> Path:
        """The data directory."""
        return self.home / "data"

    def urls(self, name: str) -> Addresses:
        """Return the addresses of one database of the cluster, started or not."""
        return Addresses(*(self._url(name, role) for role in (OWNER, LOGIN, TILES)))

    def status(self) -> Status:
        """Return what the cluster is doing."""
        major = self._data_major()
        stale = major is not None and server_of_major(major) is None
        return Status(self._answers(), self.data.exists(), self.home, major, stale)

    def start(self, say: Say = silent) -> None:
        """Start the cluster where it is not running, and make it where it does not exist.

        A server whose packages were upgraded under it is restarted: its functions would fail
        with undefined symbols.

        Raises: SetupError when the packages, the folder or the version do not allow it.
        """
        with self._alone():
            server = self._server()
            if self._answers():
                if self._started_after(server.installed_at()):
                    self._bootstrap(say)
                    return
                say("restarting PostgreSQL: its packages were upgraded under it")
                self._stop(server)
            self._make(server, say)
            self._launch(server)
            self._bootstrap(say, renew=True)

    def stop(self) -> bool:
        """Stop the cluster; return whether it was running."""
        if not self.home.exists():
            return False
        with self._alone():
            if not self._answers() and not self._postmaster():
                return False
            self._stop(self._server())
            return True

    def is_used(self) -> bool:
        """Return whether somebody is connected to it. One who left may take a second to be gone."""
        import psycopg

        try:
            with self.superuser() as connection:
                for _ in range(10):
                    row = connection.execute(cluster_config.OTHERS).fetchone()
                    if row is None or not row[0]:
                        return False
                    time.sleep(0.1)
        except psycopg.OperationalError:  # every connection is taken
            pass
        return True

    def remove(self) -> None:
        """Stop a test cluster and remove its files. The register's is never removed."""
        if self.kind != "test":
            raise SetupError("The register's cluster is not removed by a program.")
        self.stop()
        shutil.rmtree(self.home, ignore_errors=True)
        for lock in self.home.parent.glob("test.*"):
            lock.unlink()
        if {file.name for file in self.home.parent.glob("*")} <= {"project"}:
            shutil.rmtree(self.home.parent, ignore_errors=True)

    @contextmanager
    def superuser(self, name: str = SUPERUSER) -> Iterator[psycopg.Connection[Any]]:
        """Open a connection as the cluster's superuser, for set-up only; autocommit."""
        import psycopg

        address = libpq_address(self._url(name, SUPERUSER))
        with psycopg.connect(address, autocommit=True) as connection:
            yield connection

    def create_database(self, name: str, template: str | None = None) -> Addresses:
        """Create a database of ``mabele_owner``, by default with the extensions and empty."""
        from psycopg import sql

        source = template or TEMPLATE
        command = sql.SQL("CREATE DATABASE {} OWNER {} TEMPLATE {}").format(
            sql.Identifier(name), sql.Identifier(OWNER), sql.Identifier(source)
        )
        with self.superuser() as connection:
            # PostgreSQL copies a database only while nobody is connected to it.
            connection.execute(cluster_config.END_CONNECTIONS, [source])
            connection.execute(command)
            connection.execute(
                sql.SQL("REVOKE TEMPORARY ON DATABASE {} FROM PUBLIC").format(sql.Identifier(name))
            )
        return self.urls(name)

    def ensure_database(self, name: str) -> None:
        """Create a database where it does not exist, also when several processes ask."""
        with self._alone():
            if name not in self.databases():
                self.create_database(name)

    def drop_database(self, name: str) -> None:
        """Drop a database if it exists, ending whatever is connected to it."""
        from psycopg import sql

        command = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name))
        with self.superuser() as connection:
            connection.execute(command)

    def turn_into_template(self, name: str, template: str) -> None:
        """Rename a database to a template that nobody can connect to, and so never blocks."""
        from psycopg import sql

        with self.superuser() as connection:
            connection.execute(cluster_config.END_CONNECTIONS, [name])
            old, new = sql.Identifier(name), sql.Identifier(template)
            connection.execute(
                sql.SQL("ALTER DATABASE {} WITH ALLOW_CONNECTIONS false").format(old)
            )
            connection.execute(sql.SQL("ALTER DATABASE {} RENAME TO {}").format(old, new))

    def replace_database(self, name: str, successor: str) -> None:
        """Give a database the name of another, which is dropped."""
        from psycopg import sql

        replaced = sql.Identifier(f"{name}_replaced")
        rename = sql.SQL("ALTER DATABASE {} RENAME TO {}")
        self.drop_database(f"{name}_replaced")
        with self.superuser() as connection:
            for leaving in (name, successor):
                connection.execute(cluster_config.END_CONNECTIONS, [leaving])
            with connection.transaction():
                connection.execute(rename.format(sql.Identifier(name), replaced))
                connection.execute(rename.format(sql.Identifier(successor), sql.Identifier(name)))
        self.drop_database(f"{name}_replaced")

    def databases(self) -> list[str]:
        """Return the names of the cluster's databases."""
        with self.superuser() as connection:
            rows = connection.execute("SELECT datname FROM pg_database ORDER BY 1").fetchall()
        return [name for (name,) in rows]

    # -- the server ------------------------------------------------------------------------

    def _server(self) -> Server:
        major = self._data_major()
        if major is None:
            return newest_server()
        server = server_of_major(major)
        if server is None:
            raise SetupError(
                f"{self.data} was made by PostgreSQL {major}, which is not installed with PostGIS. "
                f"Install postgresql-{major}-postgis-3, then `mabele db backup FILE`; move the "
                "folder away, start Mabele on the newer version and `mabele db restore FILE`."
            )
        return server

    def _data_major(self) -> int | None:
        try:
            return int((self.data / "PG_VERSION").read_text())
        except FileNotFoundError:
            return None

    def _make(self, server: Server, say: Say) -> None:
        self._own(self.home)
        self._own(self.socket_dir)
        if not self.data.exists():
            say(f"making a PostgreSQL {server.major} cluster in {self.home}")
            self._initialise(server)
        self._write(self.data / "pg_hba.conf", cluster_config.HOST_BASED_ACCESS)
        self._write(self.data / "pg_ident.conf", cluster_config.identity_map(_system_name()))
        self._write(self.data / "mabele.conf", self._configuration())

    def _initialise(self, server: Server) -> None:
        unfinished = self.home / "data.new"
        shutil.rmtree(unfinished, ignore_errors=True)
        self._run(
            *(server.program("initdb"), "-D", str(unfinished), "-U", SUPERUSER, "-E", "UTF8"),
            *("--locale=C.UTF-8", "--auth=peer", "--data-checksums", "--no-instructions"),
            *(["--no-sync"] if self.kind == "test" else []),
        )
        with (unfinished / "postgresql.conf").open("a") as file:
            file.write("\ninclude 'mabele.conf'\n")
        unfinished.rename(self.data)

    def _configuration(self) -> str:
        return cluster_config.configuration(self.socket_dir, for_tests=self.kind == "test")

    def _launch(self, server: Server) -> None:
        self._forget_dead_server(server)
        arguments = ("-D", str(self.data), "-l", str(self.home / "start.log"))
        for patience_s in (1, 3, 6, 0):
            try:
                self._run(server.program("pg_ctl"), *arguments, "-w", "-t", "120", "-s", "start")
            except SetupError as error:
                said = self._last_words()
                # After a kill the processes of the old server need a moment to end.
                if patience_s and "still in use" in said:
                    time.sleep(patience_s)
                    continue
                raise SetupError(f"PostgreSQL does not start: {said}") from error
            return

    def _last_words(self, count: int = 5) -> str:
        """Return the end of the newest log of the server."""
        logs = [self.home / "start.log", *(self.home / "log").glob("*.log")]
        newest = max((log for log in logs if log.exists()), key=lambda log: log.stat().st_mtime_ns)
        return "\n".join(newest.read_text(errors="replace").splitlines()[-count:])

    def _forget_dead_server(self, server: Server) -> None:
        """Stop a server that lost its socket; forget one whose number now is another's.

        PostgreSQL takes any process of the noted number for the server. Only the number is
        replaced: the rest of the note protects the data while old helpers still write.
        """
        note = self.data / "postmaster.pid"
        if self._postmaster():
            self._stop(server)
        elif note.exists():
            ended = subprocess.Popen(["/bin/true"])
            ended.wait()
            lines = note.read_text().splitlines(keepends=True)
            note.write_text("".join([f"{ended.pid}\n", *lines[1:]]))
            (self.socket_dir / f"{SOCKET_NAME}.lock").unlink(missing_ok=True)

    def _stop(self, server: Server) -> None:
        self._run(
            *(server.program("pg_ctl"), "-D", str(self.data)),
            *("-w", "-t", "120", "-m", "fast", "-s", "stop"),
        )

    def _answers(self) -> bool:
        """Return whether the server runs and can be reached; one that was killed may do either."""
        if self._postmaster() is None:
            return False
        with socket.socket(socket.AF_UNIX) as client:
            client.settimeout(5)
            try:
                client.connect(str(self.socket_dir / SOCKET_NAME))
            except OSError:
                return False
        return True

    def _postmaster(self) -> int | None:
        """Return the process of this cluster's server, None when it does not run."""
        try:
            pid = int((self.data / "postmaster.pid").read_text().split("\n", 1)[0])
            here = Path(f"/proc/{pid}/cwd").readlink() == self.data.resolve()
        except (OSError, ValueError):
            return None
        return pid if here else None

    def _started_after(self, instant: float) -> bool:
        """Return whether the running server's own note of its start lies after an instant."""
        try:
            return int((self.data / "postmaster.pid").read_text().splitlines()[2]) > instant
        except (OSError, IndexError, ValueError):
            return False

    # -- roles and extensions --------------------------------------------------------------

    def _bootstrap(self, say: Say, *, renew: bool = False) -> None:
        marker = self.data / MARKER
        if not marker.exists():
            self._create_roles()
            self._create_template(say)
            self._write(marker, "roles and extensions are in place\n")
        elif renew:
            self._update_extensions()

    def _create_roles(self) -> None:
        with self.superuser() as connection:
            connection.execute(cluster_config.ROLES)

    def _create_template(self, say: Say) -> None:
        say("adding PostGIS to it")
        self.drop_database(TEMPLATE)
        self.create_database(TEMPLATE, "template0")
        with self.superuser(TEMPLATE) as connection:
            for extension in EXTENSIONS:
                connection.execute(f"CREATE EXTENSION {extension}")
            connection.execute(cluster_config.NO_LARGE_OBJECTS)

    def _update_extensions(self) -> None:
        for name in self._open_databases():
            with self.superuser(name) as connection:
                for (extension,) in connection.execute(
                    cluster_config.OUTDATED_EXTENSIONS
                ).fetchall():
                    connection.execute(f'ALTER EXTENSION "{extension}" UPDATE')

    def _open_databases(self) -> list[str]:
        with self.superuser() as connection:
            rows = connection.execute("SELECT datname FROM pg_database WHERE datallowconn")
            return [name for (name,) in rows]

    # -- files and programs ----------------------------------------------------------------

    def _url(self, name: str, role: str) -> str:
        return f"{DRIVER}://{role}@/{quote(name)}?host={quote(str(self.socket_dir))}"

    def _own(self, folder: Path) -> None:
        """Make a folder that only the server's user may enter, or refuse a foreign one."""
        user, group = self._server_user()
        try:
            folder.mkdir(mode=0o700)
            os.chown(folder, user, group)
        except FileExistsError:
            facts = folder.lstat()
            if not stat.S_ISDIR(facts.st_mode) or facts.st_uid != user or facts.st_mode & 0o077:
                raise SetupError(
                    f"{folder} does not belong to the server's user alone. Remove it, or set its "
                    "owner and mode 0700."
                ) from None

    def _write(self, file: Path, text: str) -> None:
        if file.exists() and file.read_text() == text:
            return
        file.write_text(text)
        file.chmod(0o600)
        os.chown(file, *self._server_user())

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Keep other processes of the project out while the cluster is started or stopped."""
        try:
            self.home.parent.mkdir(parents=True, exist_ok=True)
            with (self.home.parent / f"{self.kind}.lock").open("a") as lock:
                fcntl.flock(lock, fcntl.LOCK_EX)
                yield
        except PermissionError as error:
            raise SetupError(
                f"{error.filename} cannot be used by {_system_name()}. Run Mabele as the user who "
                "started it first, or give the folder to the present one."
            ) from error

    def _run(self, *arguments: str) -> None:
        done = subprocess.run(  # noqa: S603  (programs of the PostgreSQL packages)
            arguments,
            cwd=self.home,
            env={"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8", "TZ": "UTC"},
            capture_output=True,
            text=True,
            umask=0o077,
            start_new_session=True,
            check=False,
            **self._identity(),
        )
        if done.returncode:
            name = Path(arguments[0]).name
            raise SetupError(f"{name} failed: {(done.stderr or done.stdout).strip()[-2000:]}")

    def _server_user(self) -> tuple[int, int]:
        """Return the user and group numbers that the server runs as."""
        if not self.as_system_user:
            return os.geteuid(), os.getegid()
        entry = _system_user()
        return entry.pw_uid, entry.pw_gid

    def _identity(self) -> dict[str, Any]:
        if not self.as_system_user:
            return {}
        user, group = self._server_user()
        groups = os.getgrouplist(SYSTEM_USER, group)
        return {"user": user, "group": group, "extra_groups": groups}


def _system_name() -> str:
    """Return the system's name of whoever runs this."""
    try:
        return pwd.getpwuid(os.geteuid()).pw_name
    except KeyError as error:
        raise SetupError(
            f"User number {os.geteuid()} has no name on this machine, which PostgreSQL needs. "
            "Run Mabele as a named user, or set DATABASE_URL."
        ) from error


def _system_user() -> pwd.struct_passwd:
    try:
        return pwd.getpwnam(SYSTEM_USER)
    except KeyError as error:
        raise SetupError(
            f"The user {SYSTEM_USER!r} of the PostgreSQL packages is missing. "
            "`sh mabele.sh run` installs them on Debian and Ubuntu."
        ) from error
