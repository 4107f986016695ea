"""Shapefile, GeoPackage, GeoJSON, KML and FlatGeobuf through GDAL (pyogrio), kept on a short leash.

Only staged copies under harmless names come here, each already known by its first bytes; the driver
that opened it is checked again, so that no other format, virtual file or address is ever read.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from mmap import ACCESS_READ, mmap
from typing import Any

import numpy as np
import numpy.typing as npt
import pyogrio
from pyogrio.errors import CRSError, DataLayerError, DataSourceError, FeatureError, FieldError
from pyogrio.errors import GeometryError as PyogrioGeometryError

from geo.errors import FileRefused
from geo.sources.encoding import decoded, encoding_of, is_cut
from geo.sources.geopackage import require_plain
from geo.sources.issue_kinds import IssueKind
from geo.sources.issues import IssueLog
from geo.sources.layers import MAX_FEATURES, Layer, Source, decode_wkb, plain_value
from geo.sources.markup import placemarks_in
from geo.sources.shapefile import declared_encoding, deleted_rows, require_whole
from geo.sources.text import shown

_DRIVERS = {
    "shapefile": {"ESRI Shapefile"},
    "geopackage": {"GPKG"},
    "geojson": {"GeoJSON", "GeoJSONSeq", "ESRIJSON"},
    "kml": {"LIBKML", "KML"},
    "flatgeobuf": {"FlatGeobuf"},
}
_CURVED = ("Curve", "Surface", "Circular", "Triangle", "TIN")
_MEASURES_DROPPED = "Measured (M) geometry types"
_NUL = rb"\u0000"
_NUL_ESCAPED = re.compile(rb"(?<!\\)(?:\\\\)*\\u0000")
_BYTES = "ISO-8859-1"
"""Reading a .dbf as Latin-1 keeps each byte as one character, to be decoded knowingly."""

_ERRORS = (
    *(DataSourceError, DataLayerError, FeatureError, FieldError, CRSError, PyogrioGeometryError),
    *(ValueError, OSError),
)


def read_vector(source: Source, log: IssueLog, encoding: str | None = None) -> list[Layer]:
    """Return the layers of a file that hold features; the others are named in the log.

    Raises
    ------
    FileRefused : the file is damaged, incomplete, or not what its name says.
    """
    placemarks = _prepared(source)
    if source.format == "geojson":
        _note_nul(source, log)
    with _quiet(source, log):
        held = [
            pyogrio.read_info(source.path, layer=index, force_feature_count=True)
            for index in range(_count_of_layers(source))
        ]
        layers = [
            _layer(source, index, info, log, encoding)
            for index, info in enumerate(held)
            if _holds_features(info["layer_name"], info["geometry_type"], log)
        ]
    if not held:
        raise FileRefused(source.name, "no layer can be read", "Check that the file is whole.")
    read = sum(len(layer.geometries) for layer in layers)
    if placemarks is not None and placemarks != read:
        reason = f"it holds {placemarks} placemarks but only {read} can be read"
        raise FileRefused(source.name, reason, "Save it as GeoJSON or GeoPackage.")
    return layers


def _count_of_layers(source: Source) -> int:
    """Return how many layers a file has; a GeoJSON has one, and is long to parse for that."""
    return 1 if source.format == "geojson" else len(pyogrio.list_layers(source.path))


def _prepared(source: Source) -> int | None:
    """Check what GDAL would take on trust; return the number of placemarks of a KML."""
    if source.format == "shapefile":
        require_whole(source)
    if source.format == "geopackage":
        require_plain(source)
    return placemarks_in(source) if source.format == "kml" else None


def _note_nul(source: Source, log: IssueLog) -> None:
    """Note the character NUL in a GeoJSON: GDAL ends a text there without a word."""
    with source.path.open("rb") as file, mmap(file.fileno(), 0, access=ACCESS_READ) as data:
        found = data.find(_NUL) >= 0 and _NUL_ESCAPED.search(data)
    if found:
        message = f"{source.name} holds the character NUL (\\u0000): the text behind it is lost"
        log.add("reader_warning", message, value=_NUL.decode())


@contextmanager
def _quiet(source: Source, log: IssueLog) -> Iterator[None]:
    """Turn GDAL's errors into a refusal and its warnings into issues."""
    with warnings.catch_warnings(record=True) as heard:
        warnings.simplefilter("always")
        try:
            yield
        except UnicodeDecodeError as error:
            raise FileRefused(source.name, "its text is not UTF-8", "Save it as UTF-8.") from error
        except _ERRORS as error:
            reason = f"it cannot be read: {_said(error, source)}"
            raise FileRefused(source.name, reason, "Check that the file is whole.") from error
    for message in dict.fromkeys(_said(warning.message, source) for warning in heard):
        measured = message.startswith(_MEASURES_DROPPED)
        told = f"measures (M) of the geometries of {source.name} are left out"
        kind: IssueKind = "m_dropped" if measured else "reader_warning"
        log.add(kind, told if measured else message, value=source.name)


def _said(message: Any, source: Source) -> str:
    """Return a message of GDAL without the path of the private folder."""
    text = str(message).replace(str(source.path), source.name)
    return shown(text.replace(str(source.path.parent), "…"))


def _holds_features(name: str, geometry_type: str | None, log: IssueLog) -> bool:
    if geometry_type is None:
        message = f"the layer “{shown(name)}” has no geometry and is not read"
        log.add("layer_without_geometry", message, value=name)
        return False
    if any(word in geometry_type for word in _CURVED):
        message = f"the layer “{shown(name)}” holds curves ({geometry_type}), which are not read"
        raise FileRefused(log.file, message, "Turn its curves into polygons.")
    return True


def _layer(
    source: Source, index: int, info: Mapping[str, Any], log: IssueLog, encoding: str | None
) -> Layer:
    if info["driver"] not in _DRIVERS[source.format]:
        reason = f"it is {info['driver']}, not {source.format}"
        raise FileRefused(source.name, reason, "Send it under its right name.")
    if info["features"] > MAX_FEATURES:
        raise FileRefused(source.name, f"it holds more than {MAX_FEATURES:,} features", "Split it.")
    bytewise = source.format == "shapefile"
    meta, _, wkb, values = pyogrio.raw.read(
        source.path,
        layer=index,
        encoding=_BYTES if bytewise else None,
        datetime_as_string=True,
    )
    deleted = _note_deleted(source, log) if bytewise else 0
    if len(wkb) != info["features"] - deleted:
        reason = f"it says {info['features']} features but {len(wkb)} can be read"
        raise FileRefused(source.name, reason, "Check that the file is whole.")
    names = [str(field) for field in meta["fields"]]
    columns = [_plain(v, t) for v, t in zip(values, meta["ogr_types"], strict=True)]
    if bytewise:
        names, columns = _redecoded(names, columns, source, log, encoding)
    geometries, broken = decode_wkb(wkb)
    return Layer(
        name=source.stem if info["layer_name"] == source.path.stem else str(info["layer_name"]),
        columns=dict(zip(names, columns, strict=True)),
        geometries=geometries,
        crs=meta["crs"],
        broken=broken,
    )


def _note_deleted(source: Source, log: IssueLog) -> int:
    """Return how many rows of a Shapefile are marked as deleted, which GDAL leaves out."""
    deleted = deleted_rows(source)
    if deleted:
        message = f"{deleted} rows of {source.name} are marked as deleted and are not read"
        log.add("rows_deleted", message, value=deleted)
    return deleted


def _plain(values: npt.NDArray[Any], type_: str) -> list[object]:
    """Return a column as plain values; whole numbers stay whole where others are missing."""
    if values.dtype.kind == "f":
        whole = type_ in ("OFTInteger", "OFTInteger64")
        finite = np.isfinite(values)
        return [
            (int(v) if whole else v) if ok else None
            for v, ok in zip(values.tolist(), finite.tolist(), strict=True)
        ]
    return [plain_value(value) for value in values.tolist()]


def _redecoded(
    names: list[str],
    columns: Sequence[list[object]],
    source: Source,
    log: IssueLog,
    encoding: str | None,
) -> tuple[list[str], list[list[object]]]:
    """Decode the bytes of a .dbf in the encoding that the evidence speaks for."""
    texts = {v for column in columns for v in column if isinstance(v, str)} | set(names)
    coded = {text: text.encode("latin-1", "replace") for text in texts if not text.isascii()}
    codec = encoding_of(coded.values(), declared_encoding(source), encoding, log)
    cut = [text for text, data in coded.items() if is_cut(data, codec)]
    for text in cut:
        value = decoded(coded[text], codec)
        log.add("text_cut", "a text was cut in the middle of a letter", value=value)
    read = {text: decoded(data, codec) for text, data in coded.items()}
    return (
        [read.get(name, name) for name in names],
        [[read.get(v, v) if isinstance(v, str) else v for v in column] for column in columns],
    )
