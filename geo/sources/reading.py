"""Reading a register file: every feature is a row kept or refused, every oddity an issue."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from geo.errors import CRSError, FileRefused, SchemaUnknown
from geo.geometry import LONLAT, crs_of, is_lonlat
from geo.sources.checks import note_areas, note_repeats
from geo.sources.delimited import read_csv
from geo.sources.issues import IssueLog
from geo.sources.kinds import KINDS, NOT_RIGHTS
from geo.sources.layers import Layer, Source
from geo.sources.mapping import Mapped, read_mapping, require_columns
from geo.sources.normalise import Normaliser
from geo.sources.parquet import read_parquet
from geo.sources.received import staged
from geo.sources.rows import Reading, RightRow
from geo.sources.schemas import Columns, recognise
from geo.sources.shapefile import refuse_without_crs
from geo.sources.shapes import examine, lies_in_country
from geo.sources.text import key_of, shown
from geo.sources.vector import read_vector

Progress = Callable[[int, int], None]

_PROGRESS_STEP = 500


@dataclass(frozen=True, slots=True)
class _Wanted:
    """What the importer says about a file, which goes before what the file says."""

    kind: str | None
    mapped: Mapped | None
    crs: str | None
    encoding: str | None
    apply_swap: bool


@dataclass(frozen=True, slots=True)
class _Part:
    """One layer with what its columns mean and where its rows begin."""

    layer: Layer
    columns: Columns
    crs: str
    first_row: int


def read_register(
    path: Path,
    *,
    kind: str | None = None,
    mapping: Path | None = None,
    crs: str | None = None,
    encoding: str | None = None,
    apply_swap: bool = False,
    progress: Progress | None = None,
) -> Reading:
    """Return the rows of a register file, typed, with an issue for everything odd.

    Nothing is repaired: geometries stay as received (lon/lat, two-dimensional), raw values stay
    beside the typed ones. Rows that have no ground on a map are refused with their reason.

    Parameters
    ----------
    path : Shapefile (zipped or loose), GeoPackage, GeoJSON, KML, KMZ, CSV with WKT, GeoParquet or
        FlatGeobuf; all layers and all files of an archive are read.
    kind : kind of all its rows, for files that hold one kind only (a layer of ZEA).
    mapping : a mapping file, for a register whose columns are not recognised.
    crs : CRS of its coordinates, where the file does not say; it goes before what the file says.
    encoding : of its text, for Shapefile and CSV.
    apply_swap : exchange x and y of the rows where they are found exchanged.
    progress : called with rows done and rows in all.

    Raises
    ------
    FileRefused : the file cannot be read, or not without guessing; nothing of it was loaded.
    SchemaUnknown : it holds no geometry, or lacks columns that the mapping names.
    """
    mapped = read_mapping(mapping) if mapping else None
    wanted = _Wanted(
        kind=_known_kind(kind or (mapped.kind if mapped else None), path),
        mapped=mapped,
        crs=crs or (mapped.crs if mapped else None),
        encoding=encoding or (mapped.encoding if mapped else None),
        apply_swap=apply_swap,
    )
    with staged(path) as received:
        log = IssueLog(received.name)
        for name in received.ignored:
            log.add("file_ignored", f"{name} is no register file and is not read", value=name)
        found = [(s, layer) for s in received.sources for layer in _layers_of(s, log, wanted)]
    parts = list(_parts(found, log, wanted))
    total = sum(len(part.layer.geometries) for part in parts)
    rows = tuple(_rows(parts, log, wanted, progress or _silent, total))
    note_repeats(rows, log)
    return Reading(
        file=received.name,
        sha256=received.sha256,
        schema=_joined(part.columns.schema for part in parts),
        crs=_joined(part.crs for part in parts),
        features=total,
        rows=rows,
        refused=tuple(log.refused),
        issues=tuple(log.issues),
    )


def _known_kind(kind: str | None, path: Path) -> str | None:
    if kind is not None and kind not in KINDS:
        reason = f"“{shown(kind)}” is no kind of right"
        raise FileRefused(path.name, reason, f"Kinds are {', '.join(sorted(KINDS))}.")
    return kind


def _layers_of(source: Source, log: IssueLog, wanted: _Wanted) -> Iterator[Layer]:
    """Yield the layers of a source that can hold rights, naming the others."""
    if source.format == "csv":
        layers = read_csv(source, log, wanted.encoding)
    elif source.format == "geoparquet":
        layers = read_parquet(source, log)
    else:
        layers = read_vector(source, log, wanted.encoding)
    for layer in layers:
        if key_of(layer.name).upper() in NOT_RIGHTS:
            message = f"the layer “{shown(layer.name)}” holds no rights and is not read"
            log.add("layer_not_rights", message, value=layer.name)
        else:
            yield layer


def _parts(found: list[tuple[Source, Layer]], log: IssueLog, wanted: _Wanted) -> Iterator[_Part]:
    if not found:
        raise SchemaUnknown(f"{log.file}: it holds no layer with geometry, so nothing to map")
    first_row = 1
    for source, layer in found:
        columns = _columns_of(layer, log, wanted)
        count = len(layer.geometries)
        if len(found) > 1:
            last = first_row + count - 1
            rows = f"rows {first_row} to {last}" if count else "no rows"
            message = f"the layer “{shown(layer.name)}” of {source.name} is {rows}"
            log.add("layer_rows", message, value=layer.name, by="importer")
        yield _Part(layer, columns, _crs_of(source, layer, log, wanted), first_row)
        first_row += count


def _columns_of(layer: Layer, log: IssueLog, wanted: _Wanted) -> Columns:
    if wanted.mapped:
        require_columns(wanted.mapped.columns, layer.columns, log.file)
        return wanted.mapped.columns
    columns = recognise(layer.columns)
    if columns.guessed:
        guesses = ", ".join(f"{f} = “{shown(columns.fields[f][0])}”" for f in columns.guessed)
        message = f"columns of “{shown(layer.name)}” were guessed by their names: {guesses}"
        log.add("columns_guessed", message, value=guesses, by="importer")
    missing = columns.missing()
    if missing:
        message = f"“{shown(layer.name)}” has no column for {', '.join(missing)}"
        log.add("columns_missing", message, value=", ".join(missing))
    return columns


def _crs_of(source: Source, layer: Layer, log: IssueLog, wanted: _Wanted) -> str:
    """Return the CRS of a layer: what the importer says, else the file, else refuse.

    A CSV has no place to state it: where all of it lies in the country as longitude and latitude,
    it is taken so, and an issue says so.
    """
    try:
        stated = crs_of(layer.crs) if layer.crs else None
        given = crs_of(wanted.crs) if wanted.crs else None
    except CRSError as error:
        raise FileRefused(source.name, str(error), "Say it with --crs EPSG:….") from error
    if given is not None:
        if stated is not None and not stated.equals(given, ignore_axis_order=True):
            message = f"the file says {stated.name}, but is read as {given.name} as asked"
            log.add("crs_overridden", message, value=stated.name, by="importer")
        return given.to_string()
    if stated is not None:
        return LONLAT if is_lonlat(stated) else stated.to_string()
    if source.format == "csv" and lies_in_country(layer.geometries):
        message = "no CRS is stated; its coordinates are taken to be longitude and latitude"
        log.add("crs_assumed", message, value=LONLAT, by="importer")
        return LONLAT
    raise refuse_without_crs(source)


def _rows(
    parts: list[_Part], log: IssueLog, wanted: _Wanted, progress: Progress, total: int
) -> Iterator[RightRow]:
    several = len(parts) > 1
    done = 0
    for part in parts:
        rows = []
        for row in _rows_of(part, log, wanted):
            rows.append(replace(row, layer=part.layer.name) if several else row)
            if len(rows) % _PROGRESS_STEP == 0:
                progress(done + len(rows), total)
        if part.columns.area_is_legal:
            note_areas(rows, log)
        done += len(part.layer.geometries)
        progress(done, total)
        yield from rows


def _rows_of(part: _Part, log: IssueLog, wanted: _Wanted) -> Iterator[RightRow]:
    layer = part.layer
    shapes = examine(layer, part.crs, part.first_row, log, apply_swap=wanted.apply_swap)
    normaliser = Normaliser(layer, part.columns, part.first_row, log, wanted.kind)
    names, columns = list(layer.columns), list(layer.columns.values())
    for position, index in enumerate(shapes.kept):
        yield RightRow(
            file=log.file,
            row=part.first_row + index,
            geometry=shapes.geometries[position],
            placement=shapes.placements[position],
            valid=bool(shapes.valid[position]),
            raw={name: column[index] for name, column in zip(names, columns, strict=True)},
            **normaliser.attributes(index),
        )


def _joined(texts: Iterator[str]) -> str:
    return ", ".join(dict.fromkeys(texts))


def _silent(_done: int, _total: int) -> None:
    """Tell nobody."""
