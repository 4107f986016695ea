"""Shapefiles: are all parts there and whole, and in which encoding is their text?"""

from __future__ import annotations

import struct
from pathlib import Path

import numpy as np

from geo.errors import FileRefused
from geo.sources.layers import Source

_DELETED = ord("*")
_AGAIN = "Send the Shapefile again, whole: .shp, .shx, .dbf and .prj."


def require_whole(source: Source) -> None:
    """Refuse a Shapefile with a part missing, cut short, or from another file.

    The .shx is not rebuilt from the .shp: which row belongs to which shape would be a guess.
    """
    for part, holds in ((".shx", "the index of its shapes"), (".dbf", "its table")):
        if not source.path.with_suffix(part).exists():
            remedy = f"Send the {part} that was made with this .shp."
            raise FileRefused(source.name, f"the {part} ({holds}) is missing", remedy)
    shapes = _shapes(source)
    rows = _rows(source)
    if shapes != rows:
        reason = f"the .shx lists {shapes} shapes and the .dbf {rows} rows"
        raise FileRefused(source.name, reason, _AGAIN)


def deleted_rows(source: Source) -> int:
    """Return how many rows of the .dbf of a whole Shapefile bear the mark of deletion."""
    data = source.path.with_suffix(".dbf").read_bytes()
    count, header, record = struct.unpack("<IHH", data[4:12])
    marks = np.frombuffer(data, dtype=np.uint8)[header : header + count * record : record]
    return int((marks == _DELETED).sum())


def declared_encoding(source: Source) -> str | None:
    """Return what the .cpg says, None where there is none."""
    path = source.path.with_suffix(".cpg")
    if not path.exists():
        return None
    return path.read_bytes()[:64].decode("latin-1").strip("\ufeff\x00 \r\n\t") or None


def _shapes(source: Source) -> int:
    shp, shx = source.path, source.path.with_suffix(".shx")
    shp_size = _declared_size(shp, source)
    shx_size = _declared_size(shx, source)
    raw = shx.read_bytes()[100:shx_size]
    records = np.frombuffer(raw[: len(raw) // 8 * 8], dtype=">i4").reshape(-1, 2).astype(np.int64)
    ends = records.sum(axis=1) * 2 + 8
    if (records < 0).any() or (len(ends) and ends.max() > shp_size):
        raise FileRefused(source.name, "the .shx points beyond the end of the .shp", _AGAIN)
    return len(records)


def _declared_size(path: Path, source: Source) -> int:
    size = path.stat().st_size
    head = _head(path, 100)
    declared = struct.unpack(">i", head[24:28])[0] * 2 if len(head) == 100 else -1
    if declared < 100 or declared > size:
        reason = f"the {path.suffix} is cut short ({size} bytes of {max(declared, 100)})"
        raise FileRefused(source.name, reason, _AGAIN)
    return int(declared)


def _rows(source: Source) -> int:
    path = source.path.with_suffix(".dbf")
    head = _head(path, 32)
    size = path.stat().st_size
    count, header, record = struct.unpack("<IHH", head[4:12]) if len(head) == 32 else (0, 0, 0)
    if header < 33 or record < 1 or size < header + count * record:
        reason = f"the .dbf is cut short ({size} bytes of {header + count * record})"
        raise FileRefused(source.name, reason, _AGAIN)
    return int(count)


def _head(path: Path, length: int) -> bytes:
    with path.open("rb") as file:
        return file.read(length)
