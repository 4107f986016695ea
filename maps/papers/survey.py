"""The map of the extract: the carrés, their numbered vertices, and what lies around them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import shapely
from shapely.geometry.base import BaseGeometry

from geo.boundaries import load_layer
from maps.papers import drawing
from maps.papers.frame import MapFrame
from maps.papers.labels import Labels, around, within
from maps.papers.rows import ExtractPaper, LimitKind, Neighbour
from maps.papers.sheet import GREY, INK, Sheet
from maps.papers.vertices import Vertex
from maps.papers.words import SPOKEN_KINDS
from maps.style import HIGHLIGHT_COLOUR, KINDS, StateStyle, colour_of, kind_style, state_style

BASE_FROM = 200_000
"""Scale from which the base layers (made for 1:10 000 000) are not misleading."""

CELL_MM = 1.2
"""Below this size on paper the carrés are not drawn one by one."""

LIMIT_LINES: dict[LimitKind, tuple[str, tuple[float, ...]]] = {
    "border": ("#101828", (4.0, 1.0, 0.6, 1.0)),
    "protected": ("#4e4e18", (2.2, 0.8)),
}
MM_PER_PIXEL = 0.25
OUTSIDE, UNNAMED = "hors du cadre", "sans étiquette (trop petit)"
_PALE, _WATER = "#d5dae1", "#9dc3d9"
_TOWNS = 8
_CODE_MM = 30.0


@dataclass(frozen=True, slots=True)
class MapNames:
    """How each neighbour is named on the map, and how many vertices are numbered."""

    neighbours: tuple[str, ...]
    numbered: int


def draw_map(
    sheet: Sheet,
    frame: MapFrame,
    paper: ExtractPaper,
    ground: BaseGeometry,
    vertices: Sequence[Vertex],
    labels: Labels,
) -> MapNames:
    """Draw everything inside the frame and return how things are named there.

    ``ground`` is what counts as the subject's ground in longitude and latitude; ``labels`` knows
    what furniture has taken.
    """
    _lattice(sheet, frame)
    if frame.denominator >= BASE_FROM:
        _base(sheet, frame)
    shapes = [frame.clip(frame.project(n.shape)) for n in paper.neighbours]
    order = sorted(range(len(shapes)), key=lambda i: kind_style(paper.neighbours[i].kind).order)
    for index in order:
        neighbour(sheet, shapes[index], paper.neighbours[index])
    _subject(sheet, frame, paper, ground)
    for limit in paper.limits:
        colour, dash = LIMIT_LINES[limit.kind]
        lines = drawing.lines_of(frame.project(limit.shape))
        drawing.stroke(sheet, frame.clip(lines), colour, 0.7, dash)
    numbered = _vertices(sheet, frame, vertices, labels)
    _subject_code(sheet, frame, paper, ground, labels)
    names = tuple(
        _name(sheet, labels, shape, named_with_kind(n), number)
        for number, (shape, n) in enumerate(zip(shapes, paper.neighbours, strict=True), start=1)
    )
    if frame.denominator >= BASE_FROM:
        _towns(sheet, frame, labels)
    return MapNames(names, numbered)


def neighbour(sheet: Sheet, shape: BaseGeometry, row: Neighbour) -> None:
    """Draw a shape, in millimetres and cut to the frame, in the style of its kind and state."""
    kind, state = kind_style(row.kind), state_style(row.state)
    colour = colour_of(row.kind, row.state)
    drawing.fill(sheet, shape, colour, state.fill_opacity)
    drawing.hatch(sheet, drawing.polygons_of(shape), kind.pattern, kind.colour)
    drawing.stroke(sheet, drawing.lines_of(shape), _dark(row), 0.35, dash_of(state))
    for x, y in drawing.points_of(shape):
        drawing.fill(sheet, shapely.Point(x, y).buffer(1.1, quad_segs=1), colour, 1.0)


def dash_of(state: StateStyle) -> tuple[float, ...]:
    """Return the dash of a state in millimetres."""
    return tuple(length * MM_PER_PIXEL for length in state.dash)


def cells_are_drawn(frame: MapFrame) -> bool:
    """Whether the carrés are large enough on paper to be drawn one by one."""
    return abs(frame.y(frame.lat) - frame.y(frame.lat + 1 / 120)) >= CELL_MM


def _dark(row: Neighbour) -> str:
    """Return the line colour: that of the kind, ink where an application's yellow would vanish."""
    return "#5c4b00" if row.state == "application" else kind_style(row.kind).colour


def _lattice(sheet: Sheet, frame: MapFrame) -> None:
    """Draw the lines of 30″ over the whole frame, faintly, where they are not too close."""
    if abs(frame.y(0) - frame.y(1 / 120)) < 2.5 * CELL_MM:
        return
    lines = [
        shapely.LineString([(frame.x(m), frame.top), (frame.x(m), frame.bottom)])
        for m in frame.meridians(30)
    ]
    lines += [
        shapely.LineString([(frame.left, frame.y(p)), (frame.right, frame.y(p))])
        for p in frame.parallels(30)
    ]
    drawing.stroke(sheet, shapely.MultiLineString(lines), _PALE, 0.1)


def _base(sheet: Sheet, frame: MapFrame) -> None:
    view = shapely.box(*frame.bounds)
    for layer, colour, width, dash in (
        ("lakes", _WATER, 0.2, ()),
        ("rivers", _WATER, 0.3, ()),
        ("provinces", "#b5ada0", 0.2, (1.6, 1.2)),
        ("countries", "#7d7468", 0.4, ()),
    ):
        for place in load_layer(layer):
            if not place.geometry.intersects(view):
                continue
            shape = frame.project(shapely.intersection(shapely.make_valid(place.geometry), view))
            if layer == "lakes":
                drawing.fill(sheet, shape, "#dbe7ee", 1.0)
            inner = frame.box.buffer(-0.05)
            drawing.stroke(sheet, drawing.lines_of(shape) & inner, colour, width, dash)


def _subject(sheet: Sheet, frame: MapFrame, paper: ExtractPaper, ground: BaseGeometry) -> None:
    """Draw the ground in its colour, its carrés, and a heavy outline."""
    shape = frame.project(ground)
    cells = frame.project(paper.perimeter.outline())
    state = state_style(paper.state)
    drawing.fill(sheet, shape, colour_of(paper.kind, paper.state), state.fill_opacity)
    drawing.hatch(sheet, shape, kind_style(paper.kind).pattern, kind_style(paper.kind).colour)
    if cells_are_drawn(frame):
        drawing.stroke(sheet, _inner_lines(frame, cells), "#475467", 0.12)
    if paper.ground is not None:
        drawing.stroke(sheet, drawing.lines_of(cells), HIGHLIGHT_COLOUR, 0.3, (1.2, 0.9))
    drawing.stroke(sheet, drawing.lines_of(shape), HIGHLIGHT_COLOUR, 0.7)


def _inner_lines(frame: MapFrame, cells: BaseGeometry) -> BaseGeometry:
    left, top, right, bottom = cells.bounds
    lines = [[(frame.x(m), top), (frame.x(m), bottom)] for m in frame.meridians(30)]
    lines += [[(left, frame.y(p)), (right, frame.y(p))] for p in frame.parallels(30)]
    return shapely.intersection(shapely.MultiLineString(lines), cells)


def _vertices(sheet: Sheet, frame: MapFrame, vertices: Sequence[Vertex], labels: Labels) -> int:
    """Mark every vertex and number those for which there is room; return how many."""
    sheet.set_fill_color(*INK)
    for vertex in vertices:
        sheet.circle(frame.x(vertex.lon), frame.y(vertex.lat), 0.45, style="F")
    numbered = 0
    sheet.use(6 if len(vertices) <= 60 else 4.5, bold=True)
    for vertex in sorted(vertices, key=_rank):
        x, y = frame.x(vertex.lon), frame.y(vertex.lat)
        width, height = drawing.label_size(sheet, str(vertex.number))
        place = labels.place(width, height, around(vertex, x, y, width, height))
        if place:
            drawing.label(sheet, *place, str(vertex.number))
            numbered += 1
    return numbered


def _rank(vertex: Vertex) -> tuple[int, int]:
    """Return which vertices are numbered first: 1, the tens, the fives, then the others."""
    number = vertex.number
    grade = 0 if number == 1 else 1 if number % 10 == 0 else 2 if number % 5 == 0 else 3
    return grade, number


def _subject_code(
    sheet: Sheet, frame: MapFrame, paper: ExtractPaper, ground: BaseGeometry, labels: Labels
) -> None:
    sheet.use(8, bold=True)
    text = sheet.fitted(paper.code, _CODE_MM)
    width, height = drawing.label_size(sheet, text)
    shape = frame.project(ground)
    place = labels.place(width, height, (*within(shape, height), *_beside(shape, width, height)))
    if place:
        drawing.label(sheet, *place, text)


def _beside(shape: BaseGeometry, width: float, height: float) -> list[tuple[float, float]]:
    """Return centres outside the largest part, for ground too small to hold its own code."""
    largest = max(shapely.get_parts(shape), key=lambda part: (part.area, part.length))
    left, top, right, bottom = largest.bounds
    x, y = (left + right) / 2, (top + bottom) / 2
    gaps = (4.5, 9.0)
    return [
        place
        for gap in gaps
        for place in (
            (x, top - gap - height / 2),
            (x, bottom + gap + height / 2),
            (right + gap + width / 2, y),
            (left - gap - width / 2, y),
        )
    ]


def _name(sheet: Sheet, labels: Labels, shape: BaseGeometry, code: str, number: int) -> str:
    """Write a neighbour's code where there is room, else its number in the table."""
    if shape.is_empty:
        return OUTSIDE
    for text, size in ((code, 6.5), (f"({number})", 5.5)):
        sheet.use(size, bold=True)
        written = sheet.fitted(text, _CODE_MM)
        width, height = drawing.label_size(sheet, written)
        place = labels.place(width, height, within(shape, height))
        if place:
            drawing.label(sheet, *place, written)
            return written
    return UNNAMED


def named_with_kind(row: Neighbour) -> str:
    """Return a code that begins with the letters of its kind, which tell alike colours apart."""
    has_letters = row.kind not in KINDS or row.code.startswith(row.kind)
    return row.code if has_letters else f"{SPOKEN_KINDS.get(row.kind, row.kind)} {row.code}"


def _towns(sheet: Sheet, frame: MapFrame, labels: Labels) -> None:
    view = shapely.box(*frame.bounds)
    towns = [t for t in load_layer("towns") if t.name and view.contains(t.geometry)]
    towns.sort(key=lambda t: (-int(str(t.properties["population"])), t.name))
    sheet.use(6, ink=GREY)
    for town in towns[:_TOWNS]:
        x, y = frame.x(town.geometry.x), frame.y(town.geometry.y)
        text = sheet.clean(town.name)
        width, height = drawing.label_size(sheet, text)
        beside = ((x + side * (width / 2 + 1), y) for side in (1, -1))
        place = labels.place(width, height, beside)
        if place:
            sheet.set_fill_color(*GREY)
            sheet.circle(x, y, 0.5, style="F")
            drawing.label(sheet, *place, text)
