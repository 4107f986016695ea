"""What stands on and around the map: graticule, north, scale bar, legend, place in the country."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import shapely

from geo.boundaries import country
from maps.papers import drawing, survey, words
from maps.papers.frame import MapFrame
from maps.papers.labels import Labels
from maps.papers.rows import ExtractPaper, Neighbour
from maps.papers.sheet import GREY, INK, MARGIN_MM, Sheet
from maps.style import HIGHLIGHT_COLOUR, kind_style, state_style

EDGE_MM = 4.5
"""Room for the graticule's labels on each side of the frame."""

LOCATOR_MM = 27.0
ROW_MM = 5.6
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
    sheet.put(x - 20, y - sheet.leading() / 2, 40, [text], "C")


def north_arrow(sheet: Sheet, frame: MapFrame, labels: Labels) -> None:
    """Draw true north in the upper right corner and keep labels off it."""
    x, y = frame.right - 6, frame.top + 3
    labels.take(x - 4, frame.top, frame.right, y + 14)
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
    lengths = [factor * 10**power for power in range(7) for factor in (1, 2, 5)]
    return max(length for length in lengths if length <= longest)


def _km(metres: int) -> str:
    return f"{metres / 1000:g}".replace(".", ",")


def locator(sheet: Sheet, paper: ExtractPaper, frame: MapFrame, x: float, y: float) -> None:
    """Draw the country's outline with a dot where the perimeter lies."""
    outline = country().simplify(0.15)
    west, south, east, north = outline.union(shapely.Point(frame.lon, frame.lat)).bounds
    scale = (LOCATOR_MM - 2) / max(east - west, north - south)

    def placed(positions: drawing.Floats) -> drawing.Floats:
        return (positions - [west, north]) * [scale, -scale] + [x + 1, y + 1]

    drawing.fill(sheet, shapely.transform(outline, placed), "#eef1f5", 1.0)
    drawing.stroke(sheet, shapely.transform(outline, placed).boundary, "#7d7468", 0.2)
    dot = shapely.transform(shapely.Point(frame.lon, frame.lat), placed)
    sheet.set_fill_color(*INK)
    sheet.circle(dot.x, dot.y, 0.9, style="F")


def legend_of(paper: ExtractPaper, frame_cells: bool, base: bool) -> list[Entry]:
    """Return the legend: the subject, then each kind and state that is drawn around it."""
    subject = Neighbour(paper.code, paper.kind, paper.state, shapely.Point())
    entries = [Entry(_subject_swatch(subject), f"Terrain de l’extrait : {_meaning(subject)}")]
    if frame_cells:
        entries.append(Entry(_cells_swatch, "Carrés de 30″"))
    else:
        entries.append(Entry(_blank, "Carrés de 30″ : trop petits à cette échelle, non dessinés"))
    if paper.ground is not None:
        entries.append(Entry(_line((1.2, 0.9), HIGHLIGHT_COLOUR, 0.3), "Carrés entiers (comptés)"))
    entries.append(Entry(_vertex_swatch, "Sommet et son numéro"))
    seen: dict[tuple[str, str, str], Neighbour] = {}
    for row in paper.neighbours:
        seen.setdefault((row.kind, row.state, row.label), row)
    around = sorted(seen.values(), key=lambda n: (kind_style(n.kind).order, n.kind, n.state))
    entries += [Entry(_neighbour_swatch(row), _meaning(row)) for row in around]
    for limit in paper.limits:
        colour, dash = survey.LIMIT_LINES[limit.kind]
        entries.append(Entry(_line(dash, colour, 0.7), limit.label))
    if base:
        entries.append(Entry(_blank, "Fond indicatif (1:10 000 000) : Natural Earth, GeoNames"))
    return entries


def _meaning(row: Neighbour) -> str:
    kind = kind_style(row.kind)
    label = row.label or kind.label.fr
    return f"{row.kind} — {label} ({state_style(row.state).label.fr.lower()})"


def legend(sheet: Sheet, entries: Sequence[Entry], x: float, y: float, width: float) -> None:
    """Draw entries in two columns from (x, y) downwards."""
    rows = legend_rows(len(entries))
    for index, entry in enumerate(entries):
        left = x + (index // rows) * width / 2
        top = y + (index % rows) * ROW_MM
        entry.swatch(sheet, left, top + 0.5)
        sheet.use(6)
        room = width / 2 - _SWATCH[0] - 4
        lines = sheet.lines(entry.text, room, 2)
        offset = (ROW_MM - len(lines) * sheet.leading()) / 2 - 0.3
        sheet.put(left + _SWATCH[0] + 2, top + offset, room, lines)


def legend_rows(entries: int) -> int:
    """Return how many rows a legend takes in its two columns."""
    return (entries + 1) // 2


def _subject_swatch(row: Neighbour) -> Swatch:
    def draw(sheet: Sheet, x: float, y: float) -> None:
        _neighbour_swatch(row)(sheet, x, y)
        drawing.stroke(sheet, _swatch_box(x, y).boundary, HIGHLIGHT_COLOUR, 0.7)

    return draw


def _neighbour_swatch(row: Neighbour) -> Swatch:
    def draw(sheet: Sheet, x: float, y: float) -> None:
        survey.neighbour(sheet, _swatch_box(x, y), row)

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


def _swatch_box(x: float, y: float) -> shapely.Polygon:
    box: shapely.Polygon = shapely.box(x, y, x + _SWATCH[0], y + _SWATCH[1])
    return box
