"""Where a private cluster lies: the id of the project folder, and the folder of the socket."""

from __future__ import annotations

import os
import re
import secrets
from hashlib import sha256
from pathlib import Path

from geo.errors import SetupError

SYSTEM_HOME = Path("/var/lib/mabele")
SOCKET_NAME = ".s.PGSQL.5432"
SOCKET_LIMIT = 107
"""Bytes that the path of a socket may have on Linux."""


def socket_dir_of(home: Path) -> Path:
    """Return where the socket lies: beside the data, or under /tmp where that path is too long.

    PostgreSQL reads a comma or a quote in the path as its own, so only plain paths are used.
    """
    near = home / "s"
    path = str(near / SOCKET_NAME)
    if len(path.encode()) <= SOCKET_LIMIT and re.fullmatch(r"[\w./-]+", path, re.ASCII):
        return near
    digest = sha256(os.fsencode(home)).hexdigest()[:10]
    return Path(f"/tmp/mabele-{os.geteuid()}-{digest}")  # noqa: S108  (owner and mode are checked)


def project_id(data_dir: Path, system_home: Path = SYSTEM_HOME) -> str:
    """Return the id of a project folder, given at its first use and kept in its ``var/``.

    A folder that was moved keeps its cluster; a copy of it, or a new folder in the place of
    one that was deleted, gets its own.
    """
    known = _id_in(data_dir)
    if known is None:
        return _give_id(data_dir, system_home)
    note = system_home / known / "project"
    owner = Path(note.read_text()) if note.exists() else None
    if owner == data_dir:
        return known
    if owner is not None and _id_in(owner) == known:
        (data_dir / "cluster-id").unlink()
        return _give_id(data_dir, system_home)
    _write_note(note, data_dir)
    return known


def forsaken(system_home: Path = SYSTEM_HOME) -> list[tuple[Path, Path]]:
    """Return clusters whose project folder is gone or was moved, with that folder."""
    found = []
    for note in sorted(system_home.glob("*/project")):
        data_dir = Path(note.read_text())
        if _id_in(data_dir) != note.parent.name:
            found.append((note.parent, data_dir))
    return found


def _id_in(data_dir: Path) -> str | None:
    try:
        text = (data_dir / "cluster-id").read_text().strip()
    except OSError:
        return None
    return text if re.fullmatch(r"[0-9a-f]{10}", text) else None


def _give_id(data_dir: Path, system_home: Path) -> str:
    fresh = secrets.token_hex(5)
    try:
        data_dir.mkdir(parents=True, exist_ok=True)
        unfinished = data_dir / f"cluster-id.{fresh}"
        unfinished.write_text(fresh + "\n")
        try:
            (data_dir / "cluster-id").hardlink_to(unfinished)
        except FileExistsError:
            return _id_in(data_dir) or _refuse(data_dir)
        finally:
            unfinished.unlink()
        _write_note(system_home / fresh / "project", data_dir)
    except OSError as error:
        raise SetupError(
            f"{error.filename} cannot be written ({error.strerror}). Mabele keeps its own files "
            "there; make it writable or set MABELE_DATA_DIR."
        ) from error
    return fresh


def _refuse(data_dir: Path) -> str:
    raise SetupError(f"{data_dir / 'cluster-id'} is damaged. Remove it; a new one is made.")


def _write_note(note: Path, data_dir: Path) -> None:
    note.parent.mkdir(parents=True, exist_ok=True)
    note.write_text(str(data_dir))
