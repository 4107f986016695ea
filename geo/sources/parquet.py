"""GeoParquet through pyarrow: the metadata says where the geometry is and in which CRS."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from geo.errors import FileRefused
from geo.geometry import LONLAT, crs_of
from geo.sources.issues import IssueLog
from geo.sources.layers import MAX_BYTES, MAX_FEATURES, Layer, Source, decode_wkb, plain_value
from geo.sources.text import shown

_BATCH = 1024


def read_parquet(source: Source, log: IssueLog) -> list[Layer]:
    """Return the one layer of a GeoParquet file.

    Raises
    ------
    FileRefused : it is damaged, holds no geometry in WKB, or is too large.
    """
    try:
        with pq.ParquetFile(source.path) as file:
            metadata = _geo_metadata(file, source)
            columns = _columns(file, source)
    except (pa.ArrowException, OSError, UnicodeDecodeError) as error:
        reason = f"it cannot be read ({shown(error)})"
        raise FileRefused(source.name, reason, "Export it again.") from error
    name, described = _geometry_column(metadata, columns, source)
    for other in set(_columns_of(metadata)) & set(columns) - {name}:
        message = f"only the geometry “{shown(name)}” is read, not “{shown(other)}”"
        log.add("geometry_ignored", message, field=other)
        del columns[other]
    geometries, broken = decode_wkb(columns.pop(name))
    plain = {str(n): [plain_value(v) for v in values] for n, values in columns.items()}
    return [Layer(source.stem, plain, geometries, _crs(described, source), broken=broken)]


def _geo_metadata(file: pq.ParquetFile, source: Source) -> Mapping[str, Any]:
    raw = (file.schema_arrow.metadata or {}).get(b"geo")
    try:
        metadata = json.loads(raw) if raw else None
    except ValueError:
        metadata = None
    if not isinstance(metadata, dict):
        raise FileRefused(source.name, "it has no “geo” metadata", "Save it as GeoParquet.")
    return metadata


def _columns(file: pq.ParquetFile, source: Source) -> dict[str, list[Any]]:
    """Return the columns, read in batches so that no compression trick fills the memory."""
    if file.metadata.num_rows > MAX_FEATURES:
        raise FileRefused(source.name, f"it holds more than {MAX_FEATURES:,} features", "Split it.")
    columns: dict[str, list[Any]] = {name: [] for name in file.schema_arrow.names}
    left = MAX_BYTES
    for batch in file.iter_batches(_BATCH):
        left -= batch.nbytes
        if left < 0:
            raise FileRefused(source.name, f"it unpacks to over {MAX_BYTES >> 20} MiB", "Split it.")
        for name, values in zip(batch.schema.names, batch.columns, strict=True):
            columns[name].extend(values.to_pylist())
    return columns


def _columns_of(metadata: Mapping[str, Any]) -> Mapping[str, Any]:
    described = metadata.get("columns")
    return described if isinstance(described, dict) else {}


def _geometry_column(
    metadata: Mapping[str, Any], columns: Mapping[str, Any], source: Source
) -> tuple[str, Mapping[str, Any]]:
    name = str(metadata.get("primary_column"))
    described = _columns_of(metadata).get(name)
    if name not in columns or not isinstance(described, dict):
        raise FileRefused(source.name, "its metadata names no geometry column", "Export it again.")
    if described.get("encoding") != "WKB" or described.get("edges", "planar") != "planar":
        reason = f"the geometry “{shown(name)}” is not plain WKB with straight edges"
        raise FileRefused(source.name, reason, "Save it as GeoParquet with WKB geometry.")
    return name, described


def _crs(described: Mapping[str, Any], source: Source) -> str | None:
    """Return the CRS; the format says that none named is longitude and latitude of WGS 84."""
    if "crs" not in described:
        return LONLAT
    stated = described["crs"]
    if stated is None:
        return None
    return crs_of(json.dumps(stated) if isinstance(stated, dict) else stated).to_wkt()
