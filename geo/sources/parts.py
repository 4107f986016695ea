"""What the layers of a file mean: their columns, their CRS, where their rows begin."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import pyproj

from geo.errors import CRSError, FileRefused, SchemaUnknown
from geo.geometry import LONLAT, crs_of, is_lonlat
from geo.sources.issues import IssueLog
from geo.sources.kinds import NOT_RIGHTS
from geo.sources.layers import NOTHING_TOLD, Layer, Source
from geo.sources.mapping import Mapped, require_columns
from geo.sources.positions import lies_in_country
from geo.sources.schemas import Columns, recognise
from geo.sources.text import key_of, shown

REMEDY = "Name the CRS: --crs EPSG:4326 for degrees of WGS 84."


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the importer says about a file, which goes before what the file says.

    ``table_columns`` are those that shape a table as text, by field; ``lines_are_places`` says that
    each of its lines is a place of its own, not a vertex of a perimeter.
    """

    kind: str | None = None
    mapped: Mapped | None = None
    crs: str | None = None
    encoding: str | None = None
    apply_swap: bool = False
    table_columns: Mapping[str, str] = field(default_factory=lambda: NOTHING_TOLD)
    lines_are_places: bool = False


@dataclass(frozen=True, slots=True)
class Part:
    """One layer with what its columns mean and the number of its first row in the file.

    ``names`` are those of the layer, its file and its archive: one may say the kind of all rows.
    """

    layer: Layer
    columns: Columns
    crs: str
    names: tuple[str, ...]
    first_row: int


def parts_in(
    found: Sequence[tuple[Source, Layer]], stem: str, log: IssueLog, wanted: Wanted
) -> Iterator[Part]:
    """Yield the layers that can hold rights with their meaning, naming the others in the log.

    Raises
    ------
    SchemaUnknown : no layer has geometry, or a column of the mapping is missing.
    FileRefused : nobody says in which CRS a layer is.
    """
    held = [(source, layer) for source, layer in found if _holds_rights(layer, log)]
    if not held:
        raise SchemaUnknown(f"{log.file}: it holds no layer with geometry, so there is no register")
    first_row = 1
    for source, layer in held:
        columns = _columns_of(layer, log, wanted)
        crs = crs_of_layer(source, layer, log, wanted)
        if len(held) > 1:
            note_rows(source, layer, first_row, log)
        names = dict.fromkeys((layer.name, source.stem, stem))
        yield Part(layer, columns, crs, tuple(names), first_row)
        first_row += len(layer.geometries)


def _holds_rights(layer: Layer, log: IssueLog) -> bool:
    if key_of(layer.name).upper() not in NOT_RIGHTS:
        return True
    message = f"the layer “{shown(layer.name)}” holds no rights and is not read"
    log.add("layer_not_rights", message, value=layer.name)
    return False


def note_rows(source: Source, layer: Layer, first_row: int, log: IssueLog) -> None:
    """Report which rows of a file are those of one of its layers."""
    count = len(layer.geometries)
    rows = f"rows {first_row} to {first_row + count - 1}" if count else "no rows"
    message = f"the layer “{shown(layer.name)}” of {source.name} is {rows}"
    log.add("layer_rows", message, value=layer.name, by="importer")


def _columns_of(layer: Layer, log: IssueLog, wanted: Wanted) -> Columns:
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


def crs_of_layer(source: Source, layer: Layer, log: IssueLog, wanted: Wanted) -> str:
    """Return the CRS of a layer: what the importer says, else the file.

    Raises
    ------
    FileRefused : nobody says it, or it names none.
    """
    stated = _named_crs(layer.crs, source)
    given = _named_crs(wanted.crs, source)
    if given is not None:
        if stated is not None and not layer.crs_assumed and not _is_same(stated, given):
            message = f"the file says {stated.name}, but is read as {given.name} as asked"
            log.add("crs_overridden", message, value=stated.name, by="importer")
        return given.to_string()
    if stated is None:
        return _assumed_crs(source, layer, log)
    if layer.crs_assumed:
        message = "longitude and latitude are named without a datum: taken to be WGS 84"
        log.add("crs_assumed", message, value=LONLAT, by="importer")
    return LONLAT if is_lonlat(stated) else stated.to_string()


def _named_crs(name: str | None, source: Source) -> pyproj.CRS | None:
    try:
        return crs_of(name) if name else None
    except CRSError as error:
        reason = f"“{shown(name)}” names no coordinate reference system"
        raise FileRefused(source.name, reason, REMEDY) from error


def _is_same(one: pyproj.CRS, other: pyproj.CRS) -> bool:
    """Whether coordinates mean the same in two CRS, whatever the order of their axes."""
    return one.equals(other, ignore_axis_order=True) or (is_lonlat(one) and is_lonlat(other))


def _assumed_crs(source: Source, layer: Layer, log: IssueLog) -> str:
    """Return longitude and latitude for a CSV that lies in the country so, else refuse.

    A CSV has no place to state a CRS; no projection gives numbers as small as degrees there.
    """
    if source.format == "csv" and lies_in_country(layer.geometries):
        message = "no CRS is stated; its coordinates are taken to be degrees of WGS 84"
        log.add("crs_assumed", message, value=LONLAT, by="importer")
        return LONLAT
    part = "the .prj is missing" if source.format == "shapefile" else "no CRS is stated"
    reason = f"{part}, so nobody can say where {shown(source.stem)} lies"
    raise FileRefused(source.name, reason, REMEDY)
