"""Zip archives (and KMZ) opened without trusting a word of what they say about themselves."""

from __future__ import annotations

import stat
import zipfile
from collections.abc import Iterable
from pathlib import Path, PurePosixPath
from struct import error as StructError
from typing import IO
from zlib import error as ZlibError

from geo.errors import FileRefused
from geo.sources.layers import MAX_BYTES, Source
from geo.sources.text import shown

MAX_MEMBERS = 2000
MAX_RATIO = 200
"""How many times its packed size a member may fill; text and empty .dbf columns reach about 100."""

RATIO_FREE_BYTES = 16 << 20
"""Members below this size may be packed as tightly as they like."""

_READ = {
    ".shp": "shapefile",
    ".gpkg": "geopackage",
    ".geojson": "geojson",
    ".json": "geojson",
    ".kml": "kml",
    ".csv": "csv",
    ".tsv": "csv",
    ".parquet": "geoparquet",
    ".geoparquet": "geoparquet",
    ".fgb": "flatgeobuf",
}
_SIDECARS = frozenset({".shx", ".dbf", ".prj", ".cpg"})
_NESTED = frozenset({".zip", ".kmz", ".7z", ".rar", ".tar", ".gz", ".tgz", ".bz2", ".xz"})

_DAMAGED = (
    *(zipfile.BadZipFile, ZlibError, EOFError, NotImplementedError, RuntimeError),
    *(OSError, ValueError, StructError),
)

Members = dict[PurePosixPath, zipfile.ZipInfo]


def unpack(archive: Path, folder: Path, name: str) -> tuple[tuple[Source, ...], tuple[str, ...]]:
    """Extract the data files of a zip under harmless names.

    Returns
    -------
    sources : the data files, in the order of their names.
    ignored : members that hold no data.

    Raises
    ------
    FileRefused : the archive is damaged, encrypted, a bomb, nested, names paths outside itself,
        or holds nothing that is read.
    """
    try:
        with zipfile.ZipFile(archive) as zipped:
            members = _checked(zipped, name)
            return _extracted(zipped, members, folder, name)
    except _DAMAGED as error:
        reason = f"the archive is damaged or packed in an unknown way ({shown(error)})"
        raise FileRefused(name, reason, "Zip the files again.") from error


def _checked(zipped: zipfile.ZipFile, name: str) -> Members:
    infos = [info for info in zipped.infolist() if not info.is_dir()]
    if len(infos) > MAX_MEMBERS:
        raise FileRefused(name, f"it holds more than {MAX_MEMBERS} files", "Send fewer.")
    members: Members = {}
    for info in infos:
        path = _safe_path(info, name)
        if path.parts[0] == "__MACOSX":
            continue
        if path in members:
            _refuse_member(name, info, "occurs twice")
        members[path] = info
    if sum(info.file_size for info in members.values()) > MAX_BYTES:
        raise FileRefused(name, f"it unpacks to more than {MAX_BYTES >> 20} MiB", "Split it.")
    return members


def _safe_path(info: zipfile.ZipInfo, name: str) -> PurePosixPath:
    path = PurePosixPath(info.filename)
    windows = "\\" in info.filename or ":" in info.filename
    if windows or path.is_absolute() or ".." in path.parts or not path.parts:
        _refuse_member(name, info, "has a path that leads out of the archive")
    if stat.S_ISLNK(info.external_attr >> 16):
        _refuse_member(name, info, "is a symbolic link")
    if info.flag_bits & 0x1:
        _refuse_member(name, info, "is encrypted")
    if path.suffix.lower() in _NESTED:
        _refuse_member(name, info, "is an archive inside the archive")
    if info.file_size > max(RATIO_FREE_BYTES, info.compress_size * MAX_RATIO):
        _refuse_member(name, info, "is packed too tightly to be real (a zip bomb)")
    return path


def _refuse_member(name: str, info: zipfile.ZipInfo, reason: str) -> None:
    remedy = "Zip the plain data files again, without folders above them, links or passwords."
    raise FileRefused(name, f"the member “{shown(info.filename)}” {reason}", remedy)


def _extracted(
    zipped: zipfile.ZipFile, members: Members, folder: Path, name: str
) -> tuple[tuple[Source, ...], tuple[str, ...]]:
    sources, used = [], set()
    left = MAX_BYTES
    for number, path in enumerate(sorted(p for p in members if p.suffix.lower() in _READ)):
        group = _group_of(path, members)
        used.update(group)
        target = folder / str(number)
        target.mkdir(parents=True)
        for member in group:
            with zipped.open(members[member]) as packed:
                left -= _write(packed, target / f"source{member.suffix.lower()}", left, name)
        format_ = _READ[path.suffix.lower()]
        copy = target / f"source{path.suffix.lower()}"
        sources.append(Source(copy, format_, f"{name}/{shown(path)}", path.stem))
    if not sources:
        held = ", ".join(shown(p) for p in list(members)[:5]) or "nothing"
        raise FileRefused(name, f"it holds no register file ({held})", "Zip the data files.")
    return tuple(sources), tuple(shown(p) for p in _without(members, used, sources))


def _group_of(path: PurePosixPath, members: Iterable[PurePosixPath]) -> list[PurePosixPath]:
    """Return a data file with, for a Shapefile, its parts whatever their case."""
    if path.suffix.lower() != ".shp":
        return [path]
    stem = path.stem.lower()
    return [path] + [
        m
        for m in members
        if m.parent == path.parent and m.stem.lower() == stem and m.suffix.lower() in _SIDECARS
    ]


def _write(packed: IO[bytes], target: Path, left: int, name: str) -> int:
    """Copy a member, counting what really comes out; return how many bytes did."""
    written = 0
    with target.open("xb") as file:
        while block := packed.read(1 << 20):
            written += len(block)
            if written > left:
                reason = f"it unpacks to more than {MAX_BYTES >> 20} MiB"
                raise FileRefused(name, reason, "Split it.")
            file.write(block)
    return written


def _without(
    members: Members, used: set[PurePosixPath], sources: list[Source]
) -> list[PurePosixPath]:
    """Return members that nothing was read from, leaving out what describes a file that was."""
    stems = {source.stem.lower() for source in sources}
    return [p for p in members if p not in used and p.name.split(".")[0].lower() not in stems]
