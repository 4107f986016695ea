"""What stands on and around the map: graticule, north, scale bar, legend, place in the country."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import ceil

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from geo.boundaries import country
from geo.grid import Floats
from maps.base import CREDITS
from maps.papers import drawing, survey, words
from maps.papers.frame import MapFrame
from maps.papers.labels import Labels
from maps.papers.rows import ExtractPaper, Neighbour
from maps.papers.sheet import GREY, INK, MARGIN_MM, Sheet
from maps.style import HIGHLIGHT_COLOUR, kind_style, state_style

EDGE_MM = 4.5
"""Room for the graticule's labels on each side of the frame."""

LOCATOR_MM = 27.0
ROW_MM = 5.2
_SWATCH = (9.0, 3.8)
_BAR_MM = 62.0
_LABEL_STEP_MM = 24.0

Swatch = Callable[[Sheet, float, float], None]


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the legend: what is drawn (top left corner given), and what it means."""

    swatch: Swatch
    text: str


def graticule(sheet: Sheet, frame: MapFrame) -> None:
    """Draw the frame, and ticks with degrees, minutes and seconds on its four sides."""
    sheet.set_draw_color(*INK)
    sheet.set_line_width(0.35)
    sheet.rect(frame.left, frame.top, frame.width, frame.height)
    sheet.set_line_width(0.2)
    sheet.use(5.8, ink=INK)
    step = frame.step_arcseconds(_LABEL_STEP_MM)
    for lon in frame.meridians(step):
        x, text = frame.x(lon), words.dms(lon, "lon", spaced=False)
        for y, out in ((frame.top, -1), (frame.bottom, 1)):
            sheet.line(x, y, x, y + out * 1.2)
            _centred(sheet, _kept(x, sheet, text, frame), y + out * 2.8, text)
    for lat in frame.parallels(step):
        y, text = frame.y(lat), words.dms(lat, "lat", spaced=False)
        half = sheet.get_string_width(text) / 2
        middle = min(max(y, frame.top + half), frame.bottom - half)
        for x, out in ((frame.left, -1), (frame.right, 1)):
            sheet.line(x, y, x + out * 1.2, y)
            with sheet.rotation(90, x + out * 2.8, middle):
                _centred(sheet, x + out * 2.8, middle, text)


def _kept(x: float, sheet: Sheet, text: str, frame: MapFrame) -> float:
    half = sheet.get_string_width(text) / 2
    return min(max(x, frame.left + half), frame.right - half)


def _centred(sheet: Sheet, x: float, y: float, text: str) -> None:
    width = sheet.get_string_width(text)
    sheet.put(x - width / 2, y - sheet.leading() / 2, width, [text])


def keep_north_free(frame: MapFrame, labels: Labels) -> None:
    """Keep labels off the upper right corner, where the arrow will stand."""
    labels.take(frame.right - 11, frame.top, frame.right, frame.top + 17)


def north_arrow(sheet: Sheet, frame: MapFrame) -> None:
    """Draw the arrow of true north in the upper right corner, over whatever lies there."""
    x, y = frame.right - 6, frame.top + 3
    with sheet.local_context(fill_opacity=0.78):
        sheet.set_fill_color(255, 255, 255)
        sheet.rect(x - 4, y - 1.5, 8, 14.5, style="F")
    sheet.set_fill_color(*INK)
    sheet.polygon([(x, y), (x + 2.2, y + 8), (x, y + 6.4), (x - 2.2, y + 8)], style="F")
    sheet.use(8, bold=True)
    _centred(sheet, x, y + 10.4, "N")


def scale_bar(sheet: Sheet, frame: MapFrame, x: float, y: float) -> float:
    """Draw the scale bar and the scale in words; return where they end, downwards."""
    segment_m = _segment_m(frame.denominator)
    segment = segment_m * 1000 / frame.denominator
    sheet.set_draw_color(*INK)
    sheet.set_line_width(0.2)
    sheet.use(6)
    for index in range(4):
        sheet.set_fill_color(*(INK if index % 2 == 0 else (255, 255, 255)))
        sheet.rect(x + index * segment, y + 3, segment, 1.5, style="DF")
    for index in range(5):
        last = " km" if index == 4 else ""
        _centred(sheet, x + index * segment + len(last), y + 1.4, _km(index * segment_m) + last)
    sheet.use(8.5, bold=True)
    scale = f"Échelle 1:{words.number(frame.denominator)}"
    after = x + 4 * segment + 8
    sheet.put(after, y + 0.2, 60, [scale])
    sheet.use(6, ink=GREY)
    note = "vraie au centre de la carte ; imprimer à 100 % ; WGS 84, projection équirectangulaire"
    width = MARGIN_MM + sheet.width_mm - LOCATOR_MM - 3 - after
    return max(y + 6, sheet.put(after, y + 4, width, sheet.lines(note, width, 2)))


def _segment_m(denominator: int) -> int:
    """Return the longest of 1, 2, 5 × 10ⁿ metres of which four fit in the bar."""
    longest = _BAR_MM / 4 * denominator / 1000
    lengths: list[int] = [factor * 10**power for power in range(7) for factor in (1, 2, 5)]
    return max(length for length in lengths if length <= longest)


def _km(metres: int) -> str:
    return f"{metres / 1000:g}".replace(".", ",")


def locator(sheet: Sheet, paper: ExtractPaper, frame: MapFrame, x: float, y: float) -> None:
    """Draw the country's outline with a dot where the perimeter lies."""
    outline = country().simplify(0.15)
    west, south, east, north = outline.union(shapely.Point(frame.lon, frame.lat)).bounds
    scale = (LOCATOR_MM - 2) / max(east - west, north - south)

    def placed(positions: Floats) -> Floats:
        return np.asarray((positions - [west, north]) * [scale, -scale] + [x + 1, y + 1])

    drawing.fill(sheet, shapely.transform(outline, placed), "#eef1f5", 1.0)
    drawing.stroke(sheet, shapely.transform(outline, placed).boundary, "#7d7468", 0.2)
    dot = shapely.transform(shapely.Point(frame.lon, frame.lat), placed)
    sheet.set_fill_color(*INK)
    sheet.circle(dot.x, dot.y, 0.9, style="F")


def legend_of(paper: ExtractPaper, frame: MapFrame | None) -> list[Entry]:
    """Return the legend: the subject, then each kind and state that the frame shows around it.

    Without a frame it is the longest that the paper can need.
    """
    view = None if frame is None else shapely.box(*frame.bounds)
    base = frame is None or frame.denominator >= survey.BASE_FROM
    subject = Neighbour(paper.code, paper.kind, paper.state, shapely.Point())
    entries = [Entry(_subject_swatch(subject), f"Terrain de l’extrait : {_meaning(subject)}")]
    if frame is None or survey.cells_are_drawn(frame):
        entries.append(Entry(_cells_swatch, "Carrés de 30″"))
    else:
        entries.append(Entry(_blank, "Carrés de 30″ : trop petits à cette échelle, non dessinés"))
    if paper.ground is not None:
        entries.append(Entry(_line((1.2, 0.9), HIGHLIGHT_COLOUR, 0.3), "Carrés entiers (comptés)"))
    entries.append(Entry(_vertex_swatch, "Sommet et son numéro"))
    seen: dict[tuple[str, str, str], Neighbour] = {}
    for row in paper.neighbours:
        if view is not None and not shapely.intersects(shapely.make_valid(row.shape), view):
            continue
        seen.setdefault((row.kind, row.state, row.label), row)
    around = sorted(seen.values(), key=lambda n: (kind_style(n.kind).order, n.kind, n.state))
    entries += [Entry(_neighbour_swatch(row), _meaning(row)) for row in around]
    for limit in paper.limits:
        colour, dash = survey.LIMIT_LINES[limit.kind]
        entries.append(Entry(_line(dash, colour, 0.7), limit.label))
    if base:
        entries.append(Entry(_blank, f"Fond indicatif (1:10 000 000) : {CREDITS}"))
    return entries


def _meaning(row: Neighbour) -> str:
    kind = kind_style(row.kind)
    label = row.label or kind.label.fr
    return words.kind_in_words(row.kind, f"{label} ({state_style(row.state).label.fr.lower()})")


def legend(sheet: Sheet, entries: Sequence[Entry], x: float, y: float, width: float) -> None:
    """Draw entries in columns from (x, y) downwards."""
    columns = legend_columns(width)
    rows = legend_rows(len(entries), width)
    for index, entry in enumerate(entries):
        left = x + (index // rows) * width / columns
        top = y + (index % rows) * ROW_MM
        entry.swatch(sheet, left, top + 0.5)
        sheet.use(6)
        room = width / columns - _SWATCH[0] - 4
        lines = sheet.lines(entry.text, room, 2)
        offset = (ROW_MM - len(lines) * sheet.leading()) / 2 - 0.3
        sheet.put(left + _SWATCH[0] + 2, top + offset, room, lines)


def legend_columns(width: float) -> int:
    """Return how many columns of a legend fit."""
    return max(1, int(width // 74))


def legend_rows(entries: int, width: float) -> int:
    """Return how many rows a legend of ``width`` millimetres takes."""
    return ceil(entries / legend_columns(width))


def _subject_swatch(row: Neighbour) -> Swatch:
    def draw(sheet: Sheet, x: float, y: float) -> None:
        _neighbour_swatch(row)(sheet, x, y)
        drawing.stroke(sheet, _swatch_box(x, y).boundary, HIGHLIGHT_COLOUR, 0.7)

    return draw


def _neighbour_swatch(row: Neighbour) -> Swatch:
    def draw(sheet: Sheet, x: float, y: float) -> None:
        survey.neighbour(sheet, _swatch_shape(row, x, y), row)

    return draw


def _cells_swatch(sheet: Sheet, x: float, y: float) -> None:
    box = _swatch_box(x, y)
    drawing.stroke(sheet, box.boundary, "#475467", 0.12)
    half = _SWATCH[0] / 2
    middle = shapely.LineString([(x + half, y), (x + half, y + _SWATCH[1])])
    drawing.stroke(sheet, middle, "#475467", 0.12)


def _vertex_swatch(sheet: Sheet, x: float, y: float) -> None:
    sheet.set_fill_color(*INK)
    sheet.circle(x + 3, y + _SWATCH[1] / 2, 0.45, style="F")
    sheet.use(6, bold=True)
    _centred(sheet, x + 5.2, y + _SWATCH[1] / 2, "1")


def _line(dash: tuple[float, ...], colour: str, width: float) -> Swatch:
    def draw(sheet: Sheet, x: float, y: float) -> None:
        middle = y + _SWATCH[1] / 2
        line = shapely.LineString([(x, middle), (x + _SWATCH[0], middle)])
        drawing.stroke(sheet, line, colour, width, dash)

    return draw


def _blank(sheet: Sheet, x: float, y: float) -> None:
    """Draw nothing: the entry is words alone."""


def _swatch_shape(row: Neighbour, x: float, y: float) -> BaseGeometry:
    """Return what stands for a row in the legend: an area, a line or a point, as it is drawn."""
    dimension = shapely.get_dimensions(row.shape) if not row.shape.is_empty else 2
    middle = y + _SWATCH[1] / 2
    if dimension == 0:
        return shapely.Point(x + _SWATCH[0] / 2, middle)
    if dimension == 1:
        return shapely.LineString([(x, middle), (x + _SWATCH[0], middle)])
    return _swatch_box(x, y)


def _swatch_box(x: float, y: float) -> shapely.Polygon:
    box: shapely.Polygon = shapely.box(x, y, x + _SWATCH[0], y + _SWATCH[1])
    return box
