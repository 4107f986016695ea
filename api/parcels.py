"""Downloads by province, made once for a revision and a day and kept as files."""

from __future__ import annotations

import hashlib
import json
import shutil
import tempfile
import threading
from dataclasses import asdict, dataclass
from pathlib import Path

from sqlalchemy import Connection

from geo.boundaries import provinces
from geo.errors import NotFound
from geo.register.downloads import ground_by_province
from maps.parcel import Edition, parcels

KEPT = 3
"""Editions that stay, so that a download begun before the newest one can be resumed."""
_LIST = "list.json"
_making = threading.Lock()


@dataclass(frozen=True, slots=True)
class Kept:
    """An archive on disk: SHA-256 of its bytes in hexadecimal digits."""

    name: str
    province: str | None
    part: int
    parts: int
    grounds: int
    bytes: int
    sha256: str


def edition_of(connection: Connection, folder: Path, edition: Edition) -> tuple[str, list[Kept]]:
    """Return the name of an edition and its archives, made now where they are not there yet.

    A half-made edition is never seen: it is made aside and moved into its place.
    """
    name = edition_name(edition)
    place = folder / name
    with _making:
        if not (place / _LIST).is_file():
            _make(connection, folder, place, edition)
            _forget_old(folder)
    return name, [Kept(**one) for one in json.loads((place / _LIST).read_text("utf-8"))]


def edition_name(edition: Edition) -> str:
    """Return the name under which an edition is kept: whatever changes its bytes changes it."""
    said = hashlib.sha256(repr(edition).encode()).hexdigest()[:12]
    return f"{edition.on.isoformat()}-r{edition.revision}-{said}"


def archive_of(folder: Path, edition: str, name: str) -> tuple[Path, Kept]:
    """Return an archive that is kept, with what is known of it.

    Raises: NotFound where it is not, or no longer.
    """
    place = folder / edition
    if place.parent == folder and (place / _LIST).is_file():
        for one in json.loads((place / _LIST).read_text("utf-8")):
            if one["name"] == name:
                return place / name, Kept(**one)
    raise NotFound("this file is no longer kept; take it from the newest list of downloads")


def _make(connection: Connection, folder: Path, place: Path, edition: Edition) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    found = ground_by_province(connection)
    names = (*sorted(one.name for one in provinces()), None)
    kept: list[Kept] = []
    with tempfile.TemporaryDirectory(dir=folder, prefix=".making-") as aside:
        made = Path(aside) / "edition"
        made.mkdir()
        for province in names:
            for parcel in parcels(province, found.get(province, ()), edition):
                if not parcel.grounds and province is None:
                    continue
                (made / parcel.name).write_bytes(parcel.content)
                kept.append(
                    Kept(
                        name=parcel.name,
                        province=province,
                        part=parcel.part,
                        parts=parcel.parts,
                        grounds=parcel.grounds,
                        bytes=len(parcel.content),
                        sha256=hashlib.sha256(parcel.content).hexdigest(),
                    )
                )
        (made / _LIST).write_text(json.dumps([asdict(one) for one in kept]), "utf-8")
        made.rename(place)


def _forget_old(folder: Path) -> None:
    editions = sorted(
        (one for one in folder.iterdir() if (one / _LIST).is_file()),
        key=lambda one: (one / _LIST).stat().st_mtime,
    )
    for old in editions[:-KEPT]:
        shutil.rmtree(old)
