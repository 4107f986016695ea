"""A position or a carré as somebody types it into a search field: what it may mean.

Angles are read by :mod:`geo.sources.angles`, in any notation; metres as UTM with a zone. A pair
without letters of the compass is ambiguous, and both orders are given; none is guessed away.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

import shapely
from shapely.geometry.base import BaseGeometry

from geo.boundaries import country
from geo.errors import CoordinateError
from geo.geometry import to_lonlat
from geo.grid import DRC, Grid
from geo.sources.angles import Angle, levelled, read_angle

Order = Literal["letters", "lat_lon", "lon_lat", "utm"]
MOST_LETTERS = 80
"""Longest line that is looked at; no position needs more."""

_SEPARATORS = re.compile(r"\s*[;/|\t]\s*|,\s+")
_PAIR_OF_INTEGERS = re.compile(r"([+-]?\d{1,5})\s*[ ,;/]\s*([+-]?\d{1,5})")
_CELL_WORD = re.compile(r"^(?:CARR[EÉ]S?|CELLS?)\b[\s.:°]*", re.IGNORECASE)
_UTM = re.compile(
    r"(?:UTM\s*)?(3[2-6])\s*(NORD|NORTH|SUD|SOUTH|[C-HJ-NP-X])\s+"
    r"(\d{6}(?:[.,]\d+)?)\s*(?:M?\s*E)?[\s;,/]+(\d{1,8}(?:[.,]\d+)?)\s*(?:M?\s*N)?"
)
_HALF_TURN, _QUARTER_TURN = 180, 90


@dataclass(frozen=True, slots=True)
class SoughtPoint:
    """A position as it may be meant.

    Parameters
    ----------
    lon, lat : degrees (EPSG:4326).
    order : how it was read: by its letters, latitude first, longitude first, or as UTM metres.
    cell : the carré (column, row) that holds it.
    inside : whether it lies within the outline of the country (1:10m, so roughly at the border).
    """

    lon: float
    lat: float
    order: Order
    cell: tuple[int, int]
    inside: bool


def read_points(text: str, grid: Grid = DRC) -> list[SoughtPoint]:
    """Return the positions that a line may mean, those within the country first.

    Nothing where the line is no position.

    Examples
    --------
    >>> [(one.order, one.cell, one.inside) for one in read_points("10°42'15\\" S 25°28'20\\" E")]
    [('letters', (3056, -1285), True)]
    >>> [(one.order, one.inside) for one in read_points("25,5 -10,7")]
    [('lon_lat', True), ('lat_lon', False)]
    """
    line = text.strip()
    if not line or len(line) > MOST_LETTERS:
        return []
    found = _utm(line, grid)
    if not found:
        pair = _pair_of(line)
        found = [] if pair is None else _readings(*pair, grid)
    return sorted(found, key=lambda point: not point.inside)


def read_cell(text: str) -> tuple[int, int] | None:
    """Return the carré (column, row) that a line names as the page writes it, None for none.

    Without the word « carré », two integers are a carré where they cannot be degrees.

    Examples
    --------
    >>> read_cell("Carré 3060, −1284"), read_cell("3060 -1284"), read_cell("25 -10")
    ((3060, -1284), (3060, -1284), None)
    """
    line = text.strip().replace("\u2212", "-").replace("\u2013", "-")
    words = _CELL_WORD.sub("", line)
    match = _PAIR_OF_INTEGERS.fullmatch(words)
    if match is None:
        return None
    col, row = int(match[1]), int(match[2])
    if words == line and abs(col) <= _HALF_TURN and abs(row) <= _HALF_TURN:
        return None
    if not (-_HALF_TURN * 120 <= col < _HALF_TURN * 120):
        return None
    return (col, row) if -_QUARTER_TURN * 120 <= row < _QUARTER_TURN * 120 else None


def lies_inside(lon: float, lat: float) -> bool:
    """Whether a position lies within the outline of the country (1:10m)."""
    return bool(shapely.contains_xy(_country(), lon, lat))


@lru_cache
def _country() -> BaseGeometry:
    outline = country()
    shapely.prepare(outline)
    return outline


def _point(lon: float, lat: float, order: Order, grid: Grid) -> SoughtPoint | None:
    if abs(lon) > _HALF_TURN or abs(lat) > _QUARTER_TURN:
        return None
    ((col, row),) = grid.cells_at([[lon, lat]]).tolist()
    return SoughtPoint(lon, lat, order, (col, row), lies_inside(lon, lat))


def _utm(line: str, grid: Grid) -> list[SoughtPoint]:
    """Return a position in metres with its UTM zone; « S » after the zone is read as south."""
    match = _UTM.fullmatch(levelled(line))
    if match is None:
        return []
    zone, half, east, north = match.groups()
    in_north = half in ("NORD", "NORTH") or (len(half) == 1 and half >= "N" and half != "S")
    crs = f"EPSG:{326 if in_north else 327}{zone}"
    metres = shapely.Point(float(east.replace(",", ".")), float(north.replace(",", ".")))
    (moved,) = to_lonlat([metres], crs)
    point = _point(float(moved.x), float(moved.y), "utm", grid)
    return [] if point is None else [point]


def _pair_of(line: str) -> tuple[Angle, Angle] | None:
    """Return the two angles of a line, None where it does not hold just two.

    Of several ways to part it, the evenest whose two parts are in one notation; a letter in the
    middle belongs to the number before it.
    """
    ways = [pair for pieces in _partings(line) if (pair := _angles(*pieces)) is not None]
    if not ways:
        return None
    return min(ways, key=lambda pair: (pair[0].seconds is None) != (pair[1].seconds is None))


def _partings(line: str) -> list[tuple[str, str]]:
    """Return the ways in which a line may be two texts: at its separator, else at any space."""
    if re.search(r"\d\.\d", line):
        line = re.sub(r",\s*", "; ", line)
    pieces = [piece for piece in _SEPARATORS.split(line) if piece]
    if len(pieces) == 2:
        return [(pieces[0], pieces[1])]
    if len(pieces) > 2:
        return []
    words = line.split()
    half = len(words) / 2
    cuts = sorted(range(len(words) - 1, 0, -1), key=lambda cut: abs(cut - half))
    return [(" ".join(words[:cut]), " ".join(words[cut:])) for cut in cuts]


def _angles(first: str, second: str) -> tuple[Angle, Angle] | None:
    try:
        return read_angle(first), read_angle(second)
    except CoordinateError:
        return None


def _readings(first: Angle, second: Angle, grid: Grid) -> list[SoughtPoint]:
    """Return the positions of two angles: one where a letter of the compass says the order."""
    x, y = float(first.degrees), float(second.degrees)
    lon_first = first.axis == "lon" or second.axis == "lat"
    lat_first = first.axis == "lat" or second.axis == "lon"
    if lon_first and lat_first:
        return []  # the letters name one axis twice
    if lon_first or lat_first:
        lon, lat = (x, y) if lon_first else (y, x)
        both = [_point(lon, lat, "letters", grid)]
    else:
        both = [_point(y, x, "lat_lon", grid), _point(x, y, "lon_lat", grid)]
    return [point for point in both if point is not None]
