"""The PostgreSQL packages of the machine: which are installed, and what to install."""

from __future__ import annotations

import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from geo.errors import SetupError

DEBIAN_SERVERS = Path("/usr/lib/postgresql")
DEBIAN_SHARES = Path("/usr/share/postgresql")


@dataclass(frozen=True, slots=True, order=True)
class Server:
    """One installed PostgreSQL that has PostGIS."""

    major: int
    bin_dir: Path
    library_dir: Path

    def program(self, name: str) -> str:
        """Return the path of one of its programs, ``pg_ctl`` for example."""
        return str(self.bin_dir / name)

    def installed_at(self) -> float:
        """Return when its packages were last unpacked, in seconds since 1970.

        That is the change time of the files: their modification time is the package's own.
        """
        files = [self.bin_dir / "postgres", *self.library_dir.glob("postgis*.so")]
        return max(file.stat().st_ctime for file in files)


def installed_servers(
    debian_servers: Path = DEBIAN_SERVERS, debian_shares: Path = DEBIAN_SHARES
) -> list[Server]:
    """Return the installed servers that have PostGIS, the oldest first."""
    found = {
        server.major: server
        for server in (_from_pg_config(), *_debian_servers(debian_servers, debian_shares))
        if server is not None
    }
    return [found[major] for major in sorted(found)]


def newest_server() -> Server:
    """Return the newest installed server that has PostGIS.

    Raises: SetupError when there is none.
    """
    servers = installed_servers()
    if not servers:
        raise SetupError(
            "No PostgreSQL with PostGIS is installed. On Debian or Ubuntu `sh mabele.sh run` "
            "installs it; elsewhere install PostgreSQL and PostGIS, or set DATABASE_URL to a "
            "server that has them."
        )
    return servers[-1]


def server_of_major(major: int) -> Server | None:
    """Return the installed server of one major version, None when it is not there."""
    return next((server for server in installed_servers() if server.major == major), None)


def _debian_servers(servers: Path, shares: Path) -> list[Server]:
    return [
        Server(int(folder.name), folder / "bin", folder / "lib")
        for folder in servers.glob("[0-9]*")
        if folder.name.isdigit()
        and (folder / "bin" / "postgres").exists()
        and (shares / folder.name / "extension" / "postgis.control").exists()
    ]


def _from_pg_config() -> Server | None:
    program = shutil.which("pg_config")
    if program is None or DEBIAN_SERVERS.is_dir():
        return None
    answers = subprocess.run(  # noqa: S603  (a fixed program with fixed arguments)
        [program, "--version", "--bindir", "--pkglibdir", "--sharedir"],
        capture_output=True,
        text=True,
        check=False,
    ).stdout.splitlines()
    if len(answers) != 4:
        return None
    version, bin_dir, library_dir, share_dir = answers
    if not (Path(bin_dir) / "postgres").exists():
        return None
    if not (Path(share_dir) / "extension" / "postgis.control").exists():
        return None
    return Server(int(version.split()[1].split(".")[0]), Path(bin_dir), Path(library_dir))
