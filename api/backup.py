"""The register into one file and back, with PostgreSQL's own tools."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Callable
from pathlib import Path
from urllib.parse import unquote, urlsplit

from api.cluster import Cluster, libpq_address
from api.postgres import installed_servers
from api.settings import DATABASE, Settings
from geo.errors import FileRefused, SetupError

Progress = Callable[[int, int], None]
RESTORING = "mabele_restoring"
OF_EXTENSIONS = re.compile(  # and of the template: a database is made from it
    r"^\d+; \d+ \d+ (EXTENSION|COMMENT - EXTENSION|TABLE DATA public spatial|ACL pg_catalog)"
)


def backup(settings: Settings, file: Path, progress: Progress) -> int:
    """Write the whole register into ``file`` and return its size in bytes.

    The file appears only when it is complete.
    """
    unfinished = file.with_name(file.name + ".part")
    try:
        unfinished.touch(mode=0o600)
        _dump(settings, unfinished, progress)
        unfinished.replace(file)
    except OSError as error:
        raise SetupError(f"{file} cannot be written: {error.strerror}.") from error
    finally:
        unfinished.unlink(missing_ok=True)
    return file.stat().st_size


def restore(settings: Settings, file: Path, progress: Progress) -> None:
    """Put the register of ``file`` in the place of the present one.

    On the private cluster the present one stays untouched until the new one is complete. An
    existing server gets it in one transaction.
    """
    contents = _contents(file)
    if settings.private:
        _restore_beside(settings, file, contents, progress)
    else:
        _restore_within(settings, file, contents, progress)


def clear(settings: Settings, kept: Path, progress: Progress) -> None:
    """Write the register into ``kept``, then put an empty one in its place."""
    from geo.register.schema import downgrade, migrate

    kept.parent.mkdir(parents=True, exist_ok=True)
    backup(settings, kept, progress)
    if not settings.private:
        downgrade(settings.owner_url, "base")
        migrate(settings.owner_url)
        return
    cluster = Cluster.of_project(settings.project, settings.data_dir)
    cluster.drop_database(RESTORING)
    migrate(cluster.create_database(RESTORING).owner)
    cluster.replace_database(DATABASE, RESTORING)


def _dump(settings: Settings, file: Path, progress: Progress) -> None:
    total = _count_tables(settings.owner_url)
    _run_with_progress(
        ["pg_dump", "--format=custom", "--no-owner", "--verbose", f"--file={file}"],
        settings.owner_url,
        "dumping contents of table",
        total,
        progress,
    )


def _contents(file: Path) -> list[str]:
    """Return the lines of the archive's table of contents that are Mabele's own."""
    done = subprocess.run(  # noqa: S603  (a program of the PostgreSQL packages)
        [_program("pg_restore"), "--list", str(file)], capture_output=True, text=True, check=False
    )
    lines = [line for line in done.stdout.splitlines() if line and not line.startswith(";")]
    if done.returncode or not any("TABLE public alembic_version" in line for line in lines):
        raise FileRefused(
            file.name,
            "it is no backup of a register",
            "Give a file that `mabele db backup` wrote.",
        )
    return [line for line in lines if not OF_EXTENSIONS.match(line)]


def _restore_beside(
    settings: Settings, file: Path, contents: list[str], progress: Progress
) -> None:
    from geo.register.schema import migrate

    cluster = Cluster.of_project(settings.project, settings.data_dir)
    cluster.drop_database(RESTORING)
    beside = cluster.create_database(RESTORING)
    try:
        _load(beside.owner, file, contents, progress, [])
        migrate(beside.owner)
        cluster.replace_database(DATABASE, RESTORING)
    finally:
        cluster.drop_database(RESTORING)


def _restore_within(
    settings: Settings, file: Path, contents: list[str], progress: Progress
) -> None:
    from geo.register.schema import migrate

    options = ["--clean", "--if-exists", "--single-transaction"]
    _load(settings.owner_url, file, contents, progress, options)
    migrate(settings.owner_url)


def _load(
    owner_url: str, file: Path, contents: list[str], progress: Progress, options: list[str]
) -> None:
    total = sum(" TABLE DATA " in line for line in contents)
    with tempfile.NamedTemporaryFile("w", suffix=".list") as wanted:
        wanted.write("\n".join(contents) + "\n")
        wanted.flush()
        address = _without_password(owner_url)
        _run_with_progress(
            [
                *("pg_restore", "--no-owner", "--exit-on-error", "--verbose"),
                *(f"--use-list={wanted.name}", f"--dbname={address}", *options, str(file)),
            ],
            owner_url,
            "processing data for table",
            total,
            progress,
        )


def _run_with_progress(
    command: list[str], url: str, mark: str, total: int, progress: Progress
) -> None:
    """Run a tool of PostgreSQL; each line of its report that holds ``mark`` is one step.

    Raises: SetupError with the tool's own error, or else the last line of its report.
    """
    if command[0] == "pg_dump":
        command = [*command, f"--dbname={_without_password(url)}"]
    environment = {**os.environ, "PGPASSWORD": unquote(urlsplit(url).password or "")}
    last = ""
    done = 0
    with (
        subprocess.Popen(  # noqa: S603  (a program of the PostgreSQL packages)
            [_program(command[0]), *command[1:]],
            env=environment,
            stderr=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stdin=subprocess.DEVNULL,
            text=True,
            errors="replace",
        ) as process
    ):
        for line in process.stderr or ():
            if "error:" in line or "error:" not in last:
                last = line.strip() or last
            if mark in line:
                done += 1
                progress(done, total)
    if process.returncode:
        raise SetupError(f"{command[0]} failed: {last}")


def _count_tables(owner_url: str) -> int:
    import psycopg

    with psycopg.connect(libpq_address(owner_url)) as connection:
        row = connection.execute(
            "SELECT count(*) FROM pg_tables WHERE schemaname !~ '^pg_|^information_schema$'"
        ).fetchone()
    return int(row[0]) if row else 0


def _program(name: str) -> str:
    servers = installed_servers()
    found = servers[-1].program(name) if servers else shutil.which(name)
    if found is None:
        raise SetupError(f"{name} is missing. Install the client packages of PostgreSQL.")
    return found


def _without_password(url: str) -> str:
    """Return the address without its password: the list of processes shows arguments to all."""
    parts = urlsplit(libpq_address(url))
    if parts.password is None:
        return libpq_address(url)
    user, server = parts.username or "", parts.netloc.rpartition("@")[2]
    return libpq_address(url).replace(parts.netloc, f"{user}@{server}", 1)
