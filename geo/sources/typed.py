"""Vertices typed one a line, in any notation; what is wrong with each line, or between them.

For whoever draws: every line is read for itself, so that one can be corrected later and the others
stay. Nothing is guessed: two numbers without letters of the compass are longitude and latitude only
where a single order lies in the country.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import shapely

from geo.errors import CoordinateError
from geo.geometry import LONLAT, crs_of, to_lonlat
from geo.sources.angles import Angle, levelled, read_angle
from geo.sources.positions import COUNTRY_WINDOW
from geo.sources.tables import by_letter, metres

FaultCode = Literal[
    "not_understood", "two_ways", "which_axis", "outside_country", "too_few", "crosses"
]
Place = tuple[float, float]
"""Longitude and latitude in degrees of WGS 84."""

MOST_CROSSINGS = 20
_LONGEST_LINE = 300
_GAP = re.compile(r"\s*[;|\t]\s*|\s*,\s*|\s+")
_LABEL = re.compile(r"\s*(?:[^\W\d_][\w.°]*\s*)?\d{0,5}\s*(?:[):.;|\t]|\s)\s*(?=\S)")
_NUMBERS = re.compile(r"\d+(?:[.,]\d+)?")


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong: with one line, or between the edges that begin on several.

    ``lines`` count from 1. ``at`` is where it is shown: the vertex itself, the crossing, or half
    way between the neighbours of a line that was not understood; None where nothing says where.
    """

    code: FaultCode
    lines: tuple[int, ...]
    at: Place | None


@dataclass(frozen=True, slots=True)
class Typed:
    """What lines of vertices say: a place for each, None where there is none; and the faults."""

    places: tuple[Place | None, ...]
    faults: tuple[Fault, ...]

    @property
    def ring(self) -> list[Place]:
        """The places in their order, without one that repeats the one before it."""
        found = [place for place in self.places if place is not None]
        kept = [place for i, place in enumerate(found) if i == 0 or place != found[i - 1]]
        return kept[:-1] if len(kept) > 1 and kept[0] == kept[-1] else kept


class _Unreadable(Exception):
    """Why a line gives no place."""

    def __init__(self, code: FaultCode) -> None:
        super().__init__(code)
        self.code = code


def read_typed(lines: Sequence[str], crs: str | None = None) -> Typed:
    """Return the places that lines give and what is wrong with them; empty lines give none.

    Parameters
    ----------
    lines : one vertex each: two angles in degrees in any notation, or, where ``crs`` is projected,
        easting and northing in metres; before them may stand a number or a name.
    crs : of the coordinates; WGS 84 in degrees where it is None.

    Raises
    ------
    CRSError : ``crs`` names no coordinate reference system.
    """
    projected = crs is not None and crs_of(crs).is_projected
    places: list[Place | None] = []
    wrong: dict[int, FaultCode] = {}
    for number, line in enumerate(lines, start=1):
        try:
            places.append(_place(line, projected=projected) if line.strip() else None)
        except _Unreadable as error:
            wrong[number] = error.code
            places.append(None)
    places = _in_degrees(places, crs or LONLAT)
    faults = [Fault(code, (n,), _between(places, n - 1)) for n, code in wrong.items()]
    for number, place in enumerate(places, start=1):
        if place is not None and not _in_country(*place):
            faults.append(Fault("outside_country", (number,), place))
    if not wrong:
        faults += _of_the_ring(places)
    return Typed(tuple(places), tuple(sorted(faults, key=lambda fault: fault.lines)))


def _place(line: str, *, projected: bool) -> Place:
    """Return the two coordinates of a line, x first."""
    words = line[:_LONGEST_LINE].strip()
    for text in (words, _LABEL.sub("", words, count=1)):
        found = list(_splits_in_metres(text) if projected else _splits(text))
        even = {pair for pair, balanced in found if balanced}
        if len(even) == 1:
            return even.pop()
        if len(even) > 1:
            raise _Unreadable("two_ways")
    uneven = {pair for pair, _ in _splits(words)} if not projected else set()
    if len(uneven) == 1:
        return uneven.pop()
    raise _Unreadable("two_ways" if uneven else "not_understood")


def _splits(text: str) -> Iterator[tuple[Place, bool]]:
    """Yield each way to read a text as two angles, and whether both have as many numbers."""
    one_axis_twice = read = False
    for left, right in _halves(text):
        try:
            pair = read_angle(left), read_angle(right)
        except CoordinateError:
            continue
        try:
            place = _ordered(*pair)
        except CoordinateError:
            one_axis_twice = True
            continue
        read = True
        yield place, len(_numbers(left)) == len(_numbers(right))
    if one_axis_twice and not read:
        raise _Unreadable("which_axis")


def _splits_in_metres(text: str) -> Iterator[tuple[Place, bool]]:
    for left, right in _halves(text):
        try:
            yield (metres(left), metres(right)), True
        except CoordinateError:
            continue


def _halves(text: str) -> Iterator[tuple[str, str]]:
    """Yield a text cut in two at each of its gaps."""
    for gap in _GAP.finditer(text):
        left, right = text[: gap.start()].strip(" ,;|"), text[gap.end() :].strip(" ,;|")
        if left and right:
            yield left, right


def _numbers(text: str) -> list[str]:
    return _NUMBERS.findall(levelled(text))


def _ordered(first: Angle, second: Angle) -> Place:
    """Return longitude and latitude: by the letters, else by the one order in the country.

    Where neither order lies there, latitude is taken to come first, as it is written; the place
    is then told as outside the country.
    """
    if first.axis or second.axis:
        if first.axis is None or second.axis is None:
            named_lat = "lat" in (first.axis, second.axis)
            lat_first = (first.axis == "lat") if named_lat else (second.axis == "lon")
            lon, lat = (second, first) if lat_first else (first, second)
        else:
            lon, lat, _ = by_letter((first, second))
        return float(lon.degrees), float(lat.degrees)
    a, b = float(first.degrees), float(second.degrees)
    return (a, b) if _in_country(a, b) else (b, a)


def _in_country(lon: float, lat: float) -> bool:
    west, south, east, north = COUNTRY_WINDOW
    return west <= lon <= east and south <= lat <= north


def _in_degrees(places: list[Place | None], crs: str) -> list[Place | None]:
    there = [i for i, place in enumerate(places) if place is not None]
    points = to_lonlat(np.array([shapely.Point(places[i]) for i in there], dtype=object), crs)
    moved: list[Place | None] = [None] * len(places)
    for i, (lon, lat) in zip(there, shapely.get_coordinates(points).tolist(), strict=True):
        moved[i] = (lon, lat) if np.isfinite((lon, lat)).all() else None
    return moved


def _between(places: Sequence[Place | None], index: int) -> Place | None:
    """Return where a line without a place is shown: half way between its neighbours in the ring."""
    around = [*places[index + 1 :], *places[:index]]
    found = [place for place in around if place is not None]
    if not found:
        return None
    (x0, y0), (x1, y1) = found[-1], found[0]
    return (x0 + x1) / 2, (y0 + y1) / 2


def _of_the_ring(places: Sequence[Place | None]) -> list[Fault]:
    """Return what is wrong between lines: too few vertices, edges that cross or run back."""
    corners: list[tuple[int, Place]] = []
    for number, place in enumerate(places, start=1):
        if place is not None and (not corners or corners[-1][1] != place):
            corners.append((number, place))
    if len(corners) > 1 and corners[0][1] == corners[-1][1]:
        corners.pop()
    if len(corners) < 3:
        return [Fault("too_few", (), corners[0][1] if corners else None)]
    return _crossings(corners)


def _crossings(corners: Sequence[tuple[int, Place]]) -> list[Fault]:
    """Return where an edge meets another that is not its neighbour, or runs back along one."""
    xy = np.array([place for _, place in corners])
    edges = shapely.linestrings(np.stack([xy, np.roll(xy, -1, axis=0)], axis=1))
    first, second = shapely.STRtree(edges).query(edges, predicate="intersects")
    first, second = first[first < second], second[first < second]
    apart = second - first
    beside = (apart == 1) | (apart == len(edges) - 1)
    met = shapely.intersection(edges[first], edges[second])
    crossing = ~beside | (shapely.length(met) > 0)
    return [
        Fault("crosses", (corners[i][0], corners[j][0]), (float(at.x), float(at.y)))
        for i, j, at in zip(
            first[crossing], second[crossing], shapely.centroid(met[crossing]), strict=True
        )
    ][:MOST_CROSSINGS]
