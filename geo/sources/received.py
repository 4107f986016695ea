"""The file as received: looked at, hashed and copied into a private folder; never changed."""

from __future__ import annotations

import hashlib
import shutil
import stat
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from geo.errors import FileRefused
from geo.sources.archive import unpack
from geo.sources.layers import MAX_BYTES, Source
from geo.sources.text import shown

FORMATS = {
    ".shp": "shapefile",
    ".gpkg": "geopackage",
    ".geojson": "geojson",
    ".json": "geojson",
    ".kml": "kml",
    ".kmz": "archive",
    ".zip": "archive",
    ".csv": "csv",
    ".tsv": "csv",
    ".txt": "csv",
    ".parquet": "geoparquet",
    ".geoparquet": "geoparquet",
    ".fgb": "flatgeobuf",
}
SHAPEFILE_PARTS = (".shp", ".shx", ".dbf", ".prj", ".cpg")

_ACCEPTED = (
    "Send a Shapefile (.zip or .shp), GeoPackage, GeoJSON, KML or KMZ, CSV with WKT "
    "or coordinates, GeoParquet or FlatGeobuf."
)
_SIGNATURES = {
    "shapefile": (b"\x00\x00\x27\x0a",),
    "geopackage": (b"SQLite format 3\x00",),
    "geoparquet": (b"PAR1",),
    "flatgeobuf": (b"fgb\x03fgb",),
    "archive": (b"PK\x03\x04", b"PK\x05\x06"),
}
_FIRST_LETTER = {"geojson": "{", "kml": "<"}


@dataclass(frozen=True, slots=True)
class Received:
    """A file as received: its digest, the data files in it, and members that hold no data."""

    name: str
    sha256: str
    sources: tuple[Source, ...]
    ignored: tuple[str, ...]


def parts_of(path: Path) -> tuple[Path, ...]:
    """Return the files that were received: one, or those of a loose Shapefile, .shp first."""
    if path.suffix.lower() != ".shp":
        return (path,)
    siblings = {p.name.lower(): p for p in sorted(path.parent.iterdir()) if p.is_file()}
    wanted = (path.stem.lower() + part for part in SHAPEFILE_PARTS)
    return (path, *(siblings[name] for name in wanted if name in siblings and name != path.name))


def sha256_of(path: Path) -> str:
    """Return the SHA-256 of a file; of a loose Shapefile, of its parts one after the other.

    The order is .shp .shx .dbf .prj .cpg, so that ``cat`` and ``sha256sum`` give the same.
    """
    digest = hashlib.sha256()
    for part in parts_of(path):
        with part.open("rb") as file:
            while block := file.read(1 << 20):
                digest.update(block)
    return digest.hexdigest()


@contextmanager
def staged(path: Path) -> Iterator[Received]:
    """Copy a file into a private folder that is removed afterwards, unpacking archives.

    Raises
    ------
    FileRefused : the path is no readable file, too large, empty, or not what its name says.
    """
    name = shown(path.name or str(path))
    format_ = _format_of(path, name)
    with tempfile.TemporaryDirectory(prefix="mabele-") as folder:
        try:
            sha256, copy = _copied(path, format_, name, Path(folder))
        except OSError as error:
            raise FileRefused(name, f"it cannot be read ({error.strerror})", "Check it.") from error
        if format_ == "archive":
            sources, ignored = unpack(copy, Path(folder) / "members", name)
        else:
            sources, ignored = (Source(copy, format_, name, path.stem),), ()
        for source in sources:
            _require_signature(source)
        yield Received(name, sha256, sources, ignored)


def _format_of(path: Path, name: str) -> str:
    try:
        status = path.stat()
    except (OSError, ValueError) as error:
        remedy = "Check the path; addresses and virtual paths are not read."
        raise FileRefused(name, "there is no such file that can be read", remedy) from error
    if stat.S_ISDIR(status.st_mode):
        raise FileRefused(name, "it is a folder", "Name one file; zip the parts of a Shapefile.")
    if not stat.S_ISREG(status.st_mode):
        raise FileRefused(name, "it is no regular file", "Name a file.")
    if status.st_size == 0:
        raise FileRefused(name, "it is empty (0 bytes)", "Send the file again.")
    if status.st_size > MAX_BYTES:
        raise FileRefused(name, f"it is larger than {MAX_BYTES >> 20} MiB", "Split it.")
    format_ = FORMATS.get(path.suffix.lower())
    if format_ is None:
        raise FileRefused(name, f"“{shown(path.suffix)}” is no format that is read", _ACCEPTED)
    return format_


def _copied(path: Path, format_: str, name: str, folder: Path) -> tuple[str, Path]:
    """Copy the file (with the parts of a Shapefile) and return its digest and the copy."""
    for part in parts_of(path):
        if part.stat().st_size > MAX_BYTES:
            reason = f"its {part.suffix} is larger than {MAX_BYTES >> 20} MiB"
            raise FileRefused(name, reason, "Split it.")
        shutil.copyfile(part, folder / f"source{part.suffix.lower()}")
    copy = folder / f"source{path.suffix.lower()}"
    if format_ == "archive":
        _require_signature(Source(copy, format_, name, path.stem))
    return sha256_of(copy), copy


def _require_signature(source: Source) -> None:
    with source.path.open("rb") as file:
        head = file.read(4096)
    expected = _SIGNATURES.get(source.format)
    letter = _FIRST_LETTER.get(source.format)
    if not head:
        raise FileRefused(source.name, "it is empty (0 bytes)", "Send the file again.")
    if expected and not head.startswith(expected):
        _refuse_content(source)
    if letter and not head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(letter.encode()):
        _refuse_content(source)


def _refuse_content(source: Source) -> None:
    reason = f"its name says {source.format} but its content does not begin like one"
    raise FileRefused(source.name, reason, "Send the original file under its own name.")
