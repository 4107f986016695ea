"""Coordinate tables: one line per vertex, gathered into perimeters by code and part.

Vertices keep the order of the file, or of a column that numbers them. Nothing is snapped; where a
table gives seconds, those of a vertex on the lattice are 00 or 30, and others are reported.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction

import numpy as np
import shapely

from geo.errors import CoordinateError
from geo.geometry import LONLAT, crs_of
from geo.sources.angles import Angle, levelled, read_angle
from geo.sources.axes import Axes, axes_of, index_of
from geo.sources.delimited import Delimited
from geo.sources.issue_kinds import IssueKind
from geo.sources.layers import Broken, Layer, Note, Source
from geo.sources.schemas import recognise
from geo.sources.text import clean, shown

_LONGEST_LINE = 300
_ON_LATTICE = frozenset({Fraction(0), Fraction(30)})
_DECIMALS = r"(?:\.\d+)?"
_MARKED = (
    rf"\d{{1,3}}{_DECIMALS}"
    rf"(?:\s*°(?:\s*\d{{1,2}}{_DECIMALS}\s*'(?:\s*\d{{1,2}}{_DECIMALS}\s*\")?)?)?"
)
_LETTER_AFTER = re.compile(rf"(?<![\w.]){_MARKED}\s*[NSEWO](?![A-Z])")
_ENDS_IN_LETTER = re.compile(r"(?<![A-Z])[NSEWO]\W*$")
_WITH_DECIMALS = re.compile(r"\d\.\d")
_LETTER_BEFORE = re.compile(rf"(?<![A-Z])[NSEWO]\s*{_MARKED}(?![\w.])")


@dataclass(slots=True)
class _Perimeter:
    """Vertices of one perimeter as they are gathered."""

    line: Sequence[str | None]
    first: int
    vertices: list[tuple[object, float, float]] = field(default_factory=list)
    problem: str | None = None
    value: str | None = None
    notes: list[tuple[IssueKind, str, str]] = field(default_factory=list)
    in_degrees: bool = False


def table_layer(
    table: Delimited, source: Source, crs: str | None, told: Mapping[str, str]
) -> Layer | None:
    """Return the perimeters of a coordinate table, None where its columns hold no coordinates.

    Parameters
    ----------
    table : with a header; columns of coordinates are longitude and latitude, or x and y.
    crs : what the importer says; where it is projected, x is easting and y northing.
    told : columns by field, as a mapping file names them.

    Raises
    ------
    CRSError : ``crs`` names no coordinate reference system.
    SchemaUnknown : a column that is told is not there.
    """
    columns = axes_of(table.header, told, source.name)
    if columns is None:
        return None
    projected = crs is not None and crs_of(crs).is_projected
    columns, keys = _grouped_by(table, columns, told, source.name)
    perimeters: dict[tuple[str | None, ...], _Perimeter] = {}
    for number, line in zip(table.numbers, table.lines, strict=True):
        key = tuple(clean(line[i]) if i < len(line) else None for i in keys)
        perimeter = perimeters.setdefault(key, _Perimeter(line, number))
        _add_vertex(perimeter, line, number, columns, len(table.header), projected=projected)
    degrees = columns.degrees or any(p.in_degrees for p in perimeters.values())
    return _layer(table, columns, list(perimeters.values()), source, degrees=degrees)


def pasted_layer(text: str, source: Source) -> Layer | None:
    """Return the perimeters of pasted text: lines of two angles with letters of the compass.

    A line without angles ends a perimeter and, if it says anything, names the next one.
    """
    perimeters: list[_Perimeter] = []
    name: str | None = None
    open_ = False
    for number, line in enumerate(text.splitlines(), start=1):
        words = levelled(line[:_LONGEST_LINE])
        pair = _pair_in(words)
        if pair is None and not _looks_like_vertex(words, open_):
            name, open_ = clean(line) or name, False
            continue
        if not open_:
            perimeters.append(_Perimeter([name], number))
            name, open_ = None, True
        if pair is None:
            message = f"line {number} is no pair of angles: “{shown(line)}”"
            _set_problem(perimeters[-1], message, line)
        else:
            _add_pair(perimeters[-1], pair, number, number)
    if not any(perimeter.vertices for perimeter in perimeters):
        return None
    table = Delimited(";", ["code"], [], [])
    return _layer(table, Axes(-1, -1, True, None), perimeters, source, degrees=True)


def _grouped_by(
    table: Delimited, columns: Axes, told: Mapping[str, str], file: str
) -> tuple[Axes, list[int]]:
    """Return the columns that tell perimeters apart: code and part, as far as there are any.

    A column that differs on every line numbers vertices, whatever it is called.
    """
    if told:
        named = [told[name] for name in ("code", "part") if name in told]
        return columns, [index_of(table.header, name, file) for name in named]
    free = {name: _column(table, i) for i, name in _free(table, columns)}
    fields = recognise(free).fields
    names = [fields[name][0] for name in ("code", "part") if name in fields]
    keys = [table.header.index(name) for name in names]
    values = [tuple(_column(table, i)[n] for i in keys) for n in range(len(table.lines))]
    if keys and len(values) > 2 and len(set(values)) == len(values):
        order = keys[0] if columns.order is None else columns.order
        return replace(columns, order=order), []
    return columns, keys


def _column(table: Delimited, index: int) -> list[str | None]:
    return [line[index] if index < len(line) else None for line in table.lines]


def _free(table: Delimited, columns: Axes) -> Iterator[tuple[int, str]]:
    used = {columns.x, columns.y, columns.order}
    return ((i, name) for i, name in enumerate(table.header) if i not in used)


def _add_vertex(
    perimeter: _Perimeter,
    line: Sequence[str],
    number: int,
    columns: Axes,
    width: int,
    *,
    projected: bool,
) -> None:
    if len(line) != width:
        message = f"line {number} has {len(line)} fields where the header has {width}"
        _set_problem(perimeter, message, " | ".join(line))
        return
    order = number if columns.order is None else line[columns.order]
    try:
        if projected:
            x, y = metres(line[columns.x]), metres(line[columns.y])
            perimeter.vertices.append((order, x, y))
        else:
            _add_pair(perimeter, angles_of(line, columns), order, number)
    except CoordinateError as error:
        value = " | ".join((line[columns.x], line[columns.y]))
        _set_problem(perimeter, f"line {number}: {error}", value)


def angles_of(line: Sequence[str], columns: Axes) -> tuple[Angle, Angle]:
    """Return the two angles of a line, x first.

    Raises
    ------
    CoordinateError : one of them cannot be read.
    """
    lon = _signed(read_angle(line[columns.x]), columns.x_sign)
    return lon, _signed(read_angle(line[columns.y]), columns.y_sign)


def _signed(angle: Angle, sign: int) -> Angle:
    """Return an angle in the hemisphere that its header says, unless it says its own."""
    south_or_west = sign < 0 and angle.axis is None and angle.degrees > 0
    return replace(angle, degrees=-angle.degrees) if south_or_west else angle


def _set_problem(perimeter: _Perimeter, message: str, value: str) -> None:
    """Keep what first spoils a perimeter."""
    if perimeter.problem is None:
        perimeter.problem, perimeter.value = message, value


def metres(text: str) -> float:
    """Return a coordinate in metres.

    Raises
    ------
    CoordinateError : it is none.
    """
    digits = re.sub(r"[\s']", "", text).replace(",", ".")
    if not re.fullmatch(r"[+-]?\d{1,12}(?:\.\d{1,12})?", digits):
        raise CoordinateError(f"“{shown(text)}” is no number of metres. Write 412345.67.")
    return float(digits)


def _add_pair(perimeter: _Perimeter, pair: tuple[Angle, Angle], order: object, number: int) -> None:
    """Add a vertex given as two angles, x first; letters of the compass go before the columns."""
    x, y, exchanged = by_letter(pair)
    if exchanged:
        message = f"line {number}: the letters say that latitude comes first"
        perimeter.notes.append(("axes_by_letter", message, ""))
    for name, angle in (("longitude", x), ("latitude", y)):
        if angle.seconds is not None and angle.seconds not in _ON_LATTICE:
            seconds = f"{float(angle.seconds):g}"
            message = f"line {number}: {name} has {seconds} seconds, where the grid has 00 or 30"
            perimeter.notes.append(("seconds_off_lattice", message, seconds))
    perimeter.in_degrees |= x.axis is not None or x.seconds is not None
    perimeter.vertices.append((order, float(x.degrees), float(y.degrees)))


def by_letter(pair: tuple[Angle, Angle]) -> tuple[Angle, Angle, bool]:
    """Return longitude and latitude of two angles, and whether their letters exchange them.

    Raises
    ------
    CoordinateError : the letters of the compass name one axis twice.
    """
    x, y = pair
    if x.axis == "lat" and y.axis == "lon":
        return y, x, True
    if x.axis == "lat" or y.axis == "lon":
        raise CoordinateError("the letters of the compass name one axis twice")
    return x, y, False


def _layer(
    table: Delimited,
    columns: Axes,
    perimeters: list[_Perimeter],
    source: Source,
    *,
    degrees: bool,
) -> Layer:
    geometries = np.empty(len(perimeters), dtype=object)
    broken: dict[int, Broken] = {}
    notes: list[Note] = []
    for i, perimeter in enumerate(perimeters):
        notes += [Note(i, *note) for note in perimeter.notes]
        ring = _ring(perimeter)
        if perimeter.problem:
            broken[i] = Broken("bad_coordinates", perimeter.problem, perimeter.value)
        elif len(ring) < 3:
            few = f"only {len(ring)} different vertices"
            reason = f"the perimeter that begins on line {perimeter.first} has {few}"
            broken[i] = Broken(
                "geometry_broken", reason, ", ".join(f"{x:g} {y:g}" for x, y in ring)
            )
        else:
            geometries[i] = shapely.Polygon(ring)
    data: Mapping[str, Sequence[object]] = {
        name: [p.line[i] if i < len(p.line) else None for p in perimeters]
        for i, name in _free(table, columns)
    }
    return Layer(
        name=source.stem,
        columns=data,
        geometries=geometries,
        crs=LONLAT if degrees else None,
        crs_assumed=degrees,
        broken=broken,
        notes=tuple(notes),
    )


def _ring(perimeter: _Perimeter) -> list[tuple[float, float]]:
    """Return the vertices in their order, without one that repeats the one before it."""
    vertices = sorted(perimeter.vertices, key=lambda vertex: _rank(vertex[0]))
    ring = [(x, y) for _, x, y in vertices]
    kept = [xy for i, xy in enumerate(ring) if i == 0 or xy != ring[i - 1]]
    return kept[:-1] if len(kept) > 1 and kept[0] == kept[-1] else kept


def _rank(order: object) -> tuple[int, str]:
    """Return where a vertex comes: by its number (« 12 », « S12 »), else by its letters."""
    text = str(order).strip().upper()
    digits = re.search(r"\d+", text)
    return (int(digits[0][:12]), "") if digits else (len(text), text)


def _pair_in(words: str) -> tuple[Angle, Angle] | None:
    """Return the longitude and latitude of a pasted line, None where it does not hold just both.

    Letters stand after their numbers where one ends the line, else before them.
    """
    style = _LETTER_AFTER if _ENDS_IN_LETTER.search(words) else _LETTER_BEFORE
    angles = [read_angle(match[0]) for match in style.finditer(words)]
    if sorted(str(angle.axis) for angle in angles) != ["lat", "lon"]:
        return None
    return angles[0], angles[1]


def _looks_like_vertex(words: str, in_ring: bool) -> bool:
    """Whether a line that is not understood was meant as a vertex, rather than as a name."""
    return "°" in words or (in_ring and len(_WITH_DECIMALS.findall(words)) > 1)
