"""Vector drawing on a sheet: fills with holes, strokes with dashes, hatches, labels.

Everything is in millimetres on the sheet. Hatches are cut to the shape here, line by line, so that
the page holds plain lines and no clipping.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from math import ceil, floor

import numpy as np
import shapely
from fpdf.drawing import PaintedPath
from fpdf.enums import PathPaintRule
from shapely.geometry.base import BaseGeometry

from maps.papers.sheet import Sheet
from maps.style import Pattern

_SPACING_MM = 2.6
_SMALL_MM2 = 40.0
_DOT_MM, _DOT_DASH = 0.5, (0.01, 1.7)


def fill(sheet: Sheet, shape: BaseGeometry, colour: str, opacity: float) -> None:
    """Fill polygons, holes left out; lines and points are not filled."""
    polygons = _of_type(shape, "Polygon")
    if not polygons:
        return
    with sheet.new_path(paint_rule=PathPaintRule.FILL_EVENODD) as path:
        path.style.fill_color = colour
        path.style.stroke_color = None
        path.style.fill_opacity = opacity
        for polygon in polygons:
            for ring in (polygon.exterior, *polygon.interiors):
                _trace(path, ring, closed=True)


def stroke(
    sheet: Sheet,
    lines: BaseGeometry,
    colour: str,
    width: float,
    dash: Sequence[float] = (),
) -> None:
    """Draw lines (of polygons: give their boundary) with a width and a dash in millimetres."""
    parts = _of_type(shapely.line_merge(lines), "LineString")
    if not parts:
        return
    with sheet.new_path(paint_rule=PathPaintRule.STROKE) as path:
        path.style.stroke_color = colour
        path.style.stroke_width = width
        path.style.auto_close = False
        if dash:
            path.style.stroke_dash_pattern = tuple(dash)
            path.style.stroke_cap_style = "round" if dash == _DOT_DASH else "butt"
        for line in parts:
            _trace(path, line, closed=False)


def hatch(sheet: Sheet, shape: BaseGeometry, pattern: Pattern, colour: str) -> None:
    """Draw the pattern of a kind over polygons; a small shape gets a closer one."""
    if pattern == "none" or shape.is_empty:
        return
    spacing = _SPACING_MM / 2 if shape.area < _SMALL_MM2 else _SPACING_MM
    lines = shapely.MultiLineString(list(_hatch_lines(shape.bounds, pattern, spacing)))
    cut = shapely.intersection(lines, shape)
    if pattern == "dots":
        stroke(sheet, cut, colour, _DOT_MM, _DOT_DASH)
    else:
        stroke(sheet, cut, colour, 0.2)


def label(sheet: Sheet, x: float, y: float, text: str) -> None:
    """Draw one line centred on (x, y) over a pale ground, in the font in use."""
    width, height = label_size(sheet, text)
    with sheet.local_context(fill_opacity=0.78):
        sheet.set_fill_color(255, 255, 255)
        sheet.rect(x - width / 2, y - height / 2, width, height, style="F")
    sheet.put(x - width / 2, y - sheet.leading() / 2, width, [text], "C")


def label_size(sheet: Sheet, text: str) -> tuple[float, float]:
    """Return width and height of a label in the font in use."""
    return float(sheet.get_string_width(text)) + 0.8, sheet.leading() * 0.86


def lines_of(shape: BaseGeometry) -> BaseGeometry:
    """Return the lines of a shape: the boundary of polygons, and lines as they are."""
    polygons = [polygon.boundary for polygon in _of_type(shape, "Polygon")]
    return shapely.union_all([*polygons, *_of_type(shape, "LineString")])


def points_of(shape: BaseGeometry) -> list[tuple[float, float]]:
    """Return the points among the parts of a shape."""
    return [(point.x, point.y) for point in _of_type(shape, "Point")]


def polygons_of(shape: BaseGeometry) -> BaseGeometry:
    """Return the polygons among the parts of a shape."""
    return shapely.MultiPolygon(_of_type(shape, "Polygon"))


def _hatch_lines(
    bounds: tuple[float, float, float, float], pattern: Pattern, spacing: float
) -> Iterable[list[tuple[float, float]]]:
    left, top, right, bottom = bounds
    if pattern in {"lines", "cross"}:
        for c in _marks(left + top, right + bottom, spacing * 1.4142):
            yield [(c - top, top), (c - bottom, bottom)]
    if pattern in {"backlines", "cross"}:
        for c in _marks(left - bottom, right - top, spacing * 1.4142):
            yield [(c + top, top), (c + bottom, bottom)]
    if pattern in {"grid", "dots"}:
        for y in _marks(top, bottom, spacing):
            yield [(left - left % 2 - 2, y), (right, y)]
    if pattern == "grid":
        for x in _marks(left, right, spacing):
            yield [(x, top), (x, bottom)]


def _marks(start: float, end: float, spacing: float) -> list[float]:
    first, last = ceil(start / spacing), floor(end / spacing)
    return [number * spacing for number in range(first, last + 1)]


def _of_type(shape: BaseGeometry, name: str) -> list[BaseGeometry]:
    return [part for part in _simple_parts(shape) if part.geom_type == name and not part.is_empty]


def _simple_parts(shape: BaseGeometry) -> Iterable[BaseGeometry]:
    """Yield the single parts of a shape, collections within collections opened."""
    for part in np.atleast_1d(shapely.get_parts(shape)):
        if part.geom_type.startswith("Multi") or part.geom_type == "GeometryCollection":
            yield from _simple_parts(part)
        else:
            yield part


def _trace(path: PaintedPath, line: BaseGeometry, *, closed: bool) -> None:
    points = shapely.get_coordinates(line).round(3).tolist()
    path.move_to(*points[0])
    for x, y in points[1:-1] if closed else points[1:]:
        path.line_to(x, y)
    if closed:
        path.close()
