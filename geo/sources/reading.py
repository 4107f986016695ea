"""Reading a register file: every feature is a row kept or refused, every oddity an issue."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from pathlib import Path

from geo.errors import FileRefused, GridError
from geo.sources.checks import note_areas, note_repeats
from geo.sources.issues import IssueLog
from geo.sources.kinds import KINDS, said_kind
from geo.sources.layers import NOTHING_TOLD, Layer, Source
from geo.sources.mapping import read_mapping
from geo.sources.normalise import Normaliser
from geo.sources.parts import Part, Wanted, parts_in
from geo.sources.plaintext import layer_of_text, read_plain
from geo.sources.points import read_places
from geo.sources.received import staged
from geo.sources.rows import Reading, RightRow
from geo.sources.shapes import examine
from geo.sources.text import shown

Progress = Callable[[int, int], None]

PASTED = "pasted text"

_PROGRESS_STEP = 500
_MAY_BE_NOTES = frozenset({".csv", ".tsv", ".json"})


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
    path : Shapefile (zipped or loose), GeoPackage, GeoJSON, KML, KMZ, GeoParquet, FlatGeobuf, or
        CSV with WKT or one vertex per line; all layers and all files of an archive are read.
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
    wanted = Wanted(
        kind=_known_kind(kind or (mapped.kind if mapped else None), path.name),
        mapped=mapped,
        crs=crs or (mapped.crs if mapped else None),
        encoding=encoding or (mapped.encoding if mapped else None),
        apply_swap=apply_swap,
        table_columns=mapped.table_columns if mapped else NOTHING_TOLD,
    )
    with staged(path) as received:
        log = IssueLog(received.name)
        for name in received.ignored:
            log.add("file_ignored", f"{name} is no register file and is not read", value=name)
        several = len(received.sources) > 1
        found = [
            (source, layer)
            for source in received.sources
            for layer in layers_of(source, log, wanted, several)
        ]
    parts = list(parts_in(found, path.stem, log, wanted))
    return _assembled(parts, received.sha256, log, wanted, progress)


def read_pasted(
    text: str, *, kind: str | None = None, crs: str | None = None, apply_swap: bool = False
) -> Reading:
    """Return the perimeters of pasted coordinates, as :func:`read_register` does those of a file.

    Raises
    ------
    FileRefused : it holds no coordinates, or nobody says in which CRS they are.
    """
    wanted = Wanted(kind=_known_kind(kind, PASTED), crs=crs, apply_swap=apply_swap)
    log = IssueLog(PASTED)
    source = Source(Path(PASTED), "csv", PASTED, PASTED)
    layer = layer_of_text(text, source, crs)
    parts = list(parts_in([(source, layer)], PASTED, log, wanted))
    sha256 = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
    return _assembled(parts, sha256, log, wanted, None)


def _known_kind(kind: str | None, name: str) -> str | None:
    if kind is not None and said_kind(kind).kind not in KINDS:
        reason = f"“{shown(kind)}” is no kind of right"
        raise FileRefused(
            name, reason, f"Kinds are {', '.join(sorted(KINDS))}; PE_APP asks for a PE."
        )
    return kind


def layers_of(source: Source, log: IssueLog, wanted: Wanted, several: bool) -> list[Layer]:
    """Return the layers of a source; a table beside other files of an archive need not be one.

    Raises
    ------
    FileRefused : the source cannot be read, and is not one of several.
    """
    try:
        return _read(source, log, wanted)
    except FileRefused as refusal:
        if not (several and source.path.suffix in _MAY_BE_NOTES):
            raise
        message = f"{source.name} is no register file and is not read: {refusal.reason}"
        log.add("file_ignored", message, value=source.name)
        return []


def _read(source: Source, log: IssueLog, wanted: Wanted) -> list[Layer]:
    """Read a file; GDAL and Arrow are imported here, because they cost every other start a second.

    The web page and most commands need rows and issues, but read no file.
    """
    if source.format == "csv":
        read = read_places if wanted.lines_are_places else read_plain
        return read(source, log, wanted.encoding, wanted.crs, wanted.table_columns)
    if source.format == "geoparquet":
        from geo.sources.parquet import read_parquet

        return read_parquet(source, log)
    from geo.sources.vector import read_vector

    return read_vector(source, log, wanted.encoding)


def _assembled(
    parts: list[Part], sha256: str, log: IssueLog, wanted: Wanted, progress: Progress | None
) -> Reading:
    total = sum(len(part.layer.geometries) for part in parts)
    rows: list[RightRow] = []
    for part in parts:
        kept = list(_told(_rows_of(part, log, wanted), progress, total))
        if part.columns.area_is_legal:
            note_areas(kept, log)
        several = len(parts) > 1
        rows += [replace(row, layer=part.layer.name) for row in kept] if several else kept
    if progress:
        progress(total, total)
    note_repeats(rows, log)
    return Reading(
        file=log.file,
        sha256=sha256,
        schema=_joined(part.columns.schema for part in parts),
        crs=_joined(part.crs for part in parts),
        features=total,
        rows=tuple(rows),
        refused=tuple(log.refused),
        issues=tuple(log.issues),
    )


def _rows_of(part: Part, log: IssueLog, wanted: Wanted) -> Iterator[RightRow]:
    layer = part.layer
    try:
        shapes = examine(layer, part.crs, part.first_row, log, apply_swap=wanted.apply_swap)
    except GridError as error:
        raise FileRefused(log.file, str(error), "Check the coordinates.") from error
    normaliser = Normaliser(layer, part.columns, part.names, part.first_row, log, wanted.kind)
    for position, index in enumerate(shapes.kept):
        geometry, placement = shapes.geometries[position], shapes.placements[position]
        yield normaliser.row(index, geometry, placement, valid=bool(shapes.valid[position]))


def _told(rows: Iterable[RightRow], progress: Progress | None, total: int) -> Iterator[RightRow]:
    """Yield rows, telling how far the file has been read."""
    for count, row in enumerate(rows):
        if progress and count % _PROGRESS_STEP == 0:
            progress(row.row - 1, total)
        yield row


def _joined(texts: Iterable[str]) -> str:
    return ", ".join(dict.fromkeys(texts))
