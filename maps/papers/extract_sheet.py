"""The extract of the survey map (extrait de la carte de retombes minières), page by page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import shapely
from shapely.geometry.base import BaseGeometry

from geo.errors import GridError
from geo.geometry import polygons_area_m2
from maps.papers import furniture, survey, words
from maps.papers.frame import Bounds, MapFrame, best_scale
from maps.papers.labels import Labels
from maps.papers.rows import ExtractPaper
from maps.papers.sheet import DEMONSTRATION, GREY, MARGIN_MM, Column, Head, Sheet
from maps.papers.survey import MapNames
from maps.papers.vertices import Vertex, vertices_of
from maps.style import kind_style, state_style

TITLE = "Extrait de la carte de retombes minières"
Orientation = Literal["portrait", "landscape"]

_AROUND_MM = 14.0
_STRIP_MM = 9.0
_LEGEND_ROWS = 10
_ROOM: dict[Orientation, tuple[float, float]] = {
    "portrait": (171.0, 135.0),
    "landscape": (258.0, 62.0),
}
"""What a map has at least on each kind of page, for the choice between them."""


def draw(paper: ExtractPaper) -> bytes:
    """Return the extract as PDF."""
    ground = _ground(paper)
    bounds = _bounds(paper, ground)
    orientation = _orientation(bounds)
    sheet = Sheet(_head(paper), orientation)
    sheet.title_block(f"{paper.code} — {_kind(paper)} — réf. {paper.reference}")
    _summary(sheet, paper)
    vertices = vertices_of(ground if paper.off_lattice else paper.perimeter.outline())
    names = _map(sheet, paper, ground, bounds, vertices)
    _identification(sheet, paper, ground)
    _neighbours(sheet, paper, names)
    _vertex_table(sheet, paper, vertices, names)
    return sheet.to_bytes()


def _head(paper: ExtractPaper) -> Head:
    marks = (DEMONSTRATION,) if paper.illustrative else ()
    watermark = "ILLUSTRATIF" if paper.illustrative else ""
    return Head(TITLE, f"{paper.code}, {paper.reference}", paper.printed_at, marks, watermark)


def _kind(paper: ExtractPaper) -> str:
    state = state_style(paper.state).label.fr.lower()
    return f"{kind_style(paper.kind).label.fr} ({state})"


def _ground(paper: ExtractPaper) -> BaseGeometry:
    """Return the subject's ground, lon/lat: the exact one where given, else the whole carrés."""
    if not paper.perimeter:
        raise GridError(f"{paper.code} has no carrés: there is nothing to draw an extract of")
    if paper.perimeter.grid.unit != "degree":
        raise GridError(
            f"an extract is drawn on a grid in degrees, “{paper.perimeter.grid.name}” is in "
            f"{paper.perimeter.grid.unit}s"
        )
    return paper.perimeter.outline() if paper.ground is None else paper.ground


def _bounds(paper: ExtractPaper, ground: BaseGeometry) -> Bounds:
    west, south, east, north = shapely.union_all([ground, paper.perimeter.outline()]).bounds
    return west, south, east, north


def _orientation(bounds: Bounds) -> Orientation:
    """Return the page on which the scale is larger; upright where both are the same."""
    upright, lying = (best_scale(bounds, *_ROOM[o], _AROUND_MM) for o in _ROOM)
    return "landscape" if lying < upright else "portrait"


def _summary(sheet: Sheet, paper: ExtractPaper) -> None:
    """Draw what the map is of, in two columns."""
    legal = words.hectares(paper.perimeter.legal_area_ha, 3)
    measured = words.hectares(paper.perimeter.geodesic_area_m2 / 10_000, 2)
    cells = words.cells(paper.perimeter.count)
    known = f"révision {words.number(paper.revision)} du {words.instant(paper.known_at)}"
    left = [
        ("Titulaire", paper.holder),
        ("Province", paper.province),
        ("Localité", paper.locality),
    ]
    right = [
        ("Superficie légale", f"{legal} ({cells})"),
        ("Superficie géodésique", f"{measured} (carrés entiers)"),
        ("Données du", words.day(paper.day)),
        ("Telles que connues", known),
    ]
    top, width = sheet.get_y(), sheet.width_mm / 2
    ends = []
    for x, label_mm, rows in ((MARGIN_MM, 17.0, left), (MARGIN_MM + width, 33.0, right)):
        y = top
        for label, text in rows:
            sheet.use(7.5, ink=GREY)
            sheet.put(x, y, label_mm, [label])
            sheet.use(7.5)
            room = width - label_mm - 3
            y = sheet.put(x + label_mm, y, room, sheet.lines(text, room, 2)) + 0.4
        ends.append(y)
    sheet.set_y(max(ends))
    for text in _warnings(paper):
        sheet.paragraph(text, size=7.5, bold=True, after=0.4)


def _warnings(paper: ExtractPaper) -> list[str]:
    texts = []
    if paper.state == "application":
        texts.append("Périmètre demandé : reporté à titre indicatif (Règlement minier, art. 101).")
    if paper.ground is not None and paper.ground_reason:
        texts.append(f"Terrain exact : {paper.ground_reason}"[:400])
    return texts


@dataclass(frozen=True, slots=True)
class _Below:
    """What stands below the map: the legend's entries on this page, and those of the next."""

    entries: list[furniture.Entry]
    rest: list[furniture.Entry]


def _map(
    sheet: Sheet,
    paper: ExtractPaper,
    ground: BaseGeometry,
    bounds: Bounds,
    vertices: list[Vertex],
) -> MapNames:
    """Draw the map with all that belongs to it on the first page."""
    frame, below = _fitted_frame(sheet, paper, bounds)
    labels = Labels(frame.left, frame.top, frame.right, frame.bottom)
    furniture.keep_north_free(frame, labels)
    names = survey.draw_map(sheet, frame, paper, ground, vertices, labels)
    furniture.north_arrow(sheet, frame)
    furniture.graticule(sheet, frame)
    y = frame.bottom + furniture.EDGE_MM + 1.5
    furniture.scale_bar(sheet, frame, MARGIN_MM, y)
    width = sheet.width_mm - furniture.LOCATOR_MM - 3
    furniture.legend(sheet, below.entries, MARGIN_MM, y + _STRIP_MM, width)
    furniture.locator(sheet, paper, frame, MARGIN_MM + width + 3, y)
    sheet.add_page(orientation="P")
    _legend_rest(sheet, below.rest)
    return names


def _legend_rest(sheet: Sheet, entries: list[furniture.Entry]) -> None:
    """Draw on the next pages what the first had no room for."""
    columns = furniture.legend_columns(sheet.width_mm)
    if entries:
        sheet.heading("Légende (suite)")
    for start in range(0, len(entries), columns):
        sheet.need(furniture.ROW_MM)
        row = entries[start : start + columns]
        furniture.legend(sheet, row, MARGIN_MM, sheet.get_y(), sheet.width_mm)
        sheet.set_y(sheet.get_y() + furniture.ROW_MM)


def _fitted_frame(sheet: Sheet, paper: ExtractPaper, bounds: Bounds) -> tuple[MapFrame, _Below]:
    """Return the frame that fills the page above its legend.

    What the frame shows decides the legend, whose height decides the frame: room is kept for the
    longest legend, and what the frame leaves out of it stays empty.
    """
    legend_mm = sheet.width_mm - furniture.LOCATOR_MM - 3
    most = _LEGEND_ROWS * furniture.legend_columns(legend_mm)
    longest = min(len(furniture.legend_of(paper, None)), most)
    rows_mm = furniture.legend_rows(longest, legend_mm) * furniture.ROW_MM
    below = max(_STRIP_MM + rows_mm, furniture.LOCATOR_MM) + furniture.EDGE_MM + 2
    top = sheet.get_y() + furniture.EDGE_MM + 1
    width = sheet.width_mm - 2 * furniture.EDGE_MM
    height = sheet.bottom_mm - below - top
    west, south, east, north = bounds
    frame = MapFrame(
        left=MARGIN_MM + furniture.EDGE_MM,
        top=top,
        width=width,
        height=height,
        lon=(west + east) / 2,
        lat=(south + north) / 2,
        denominator=best_scale(bounds, width, height, _AROUND_MM),
    )
    entries = furniture.legend_of(paper, frame)
    return frame, _Below(entries[:most], entries[most:])


def _identification(sheet: Sheet, paper: ExtractPaper, ground: BaseGeometry) -> None:
    sheet.heading("Identification")
    perimeter = paper.perimeter
    rows = [
        ("Code", paper.code),
        ("Type et état", words.kind_in_words(paper.kind, _kind(paper))),
        ("Titulaire", paper.holder),
        ("Province", paper.province),
        ("Localité", paper.locality),
        ("Nombre de carrés", words.number(perimeter.count)),
        ("Superficie légale", _legal_area(paper)),
        ("Superficie géodésique", _measured(perimeter.geodesic_area_m2) + ", carrés entiers"),
    ]
    if paper.ground is not None:
        area = float(polygons_area_m2([ground])[0])
        rows.append(("Terrain exact", f"{_measured(area)} — {paper.ground_reason}"))
    rows += [
        ("Parties, enclaves", f"{len(perimeter.parts())}, {len(perimeter.holes())}"),
        ("Données du", words.day(paper.day)),
        (
            "Telles que connues à",
            f"la révision {words.number(paper.revision)} du registre, "
            f"{words.instant(paper.known_at)}",
        ),
        ("Carrés", words.carres(perimeter)),
        ("Empreinte du périmètre", perimeter.digest),
    ]
    sheet.facts(rows, size=8.5)


def _legal_area(paper: ExtractPaper) -> str:
    one = words.number(paper.perimeter.grid.legal_area_ha(1), 3)
    area = words.hectares(paper.perimeter.legal_area_ha, 3)
    return f"{area} = {words.number(paper.perimeter.count)} × {one} ha"


def _measured(area_m2: float) -> str:
    return f"{words.hectares(area_m2 / 10_000, 2)} sur l’ellipsoïde WGS 84"


def _neighbours(sheet: Sheet, paper: ExtractPaper, names: MapNames) -> None:
    sheet.heading(f"Droits, zones et limites voisins ({len(paper.neighbours)})")
    if not paper.neighbours:
        sheet.paragraph("Aucun droit ni aucune zone connus à cette date dans les données reçues.")
    else:
        columns = [
            Column("N°", 0.06, "R"),
            Column("Code", 0.16),
            Column("Type", 0.27),
            Column("État", 0.15),
            Column("Titulaire", 0.22),
            Column("Sur la carte", 0.14),
        ]
        rows = (
            (
                str(number),
                row.code,
                words.kind_in_words(row.kind, row.label or kind_style(row.kind).label.fr),
                state_style(row.state).label.fr,
                row.holder,
                named,
            )
            for number, (row, named) in enumerate(
                zip(paper.neighbours, names.neighbours, strict=True), start=1
            )
        )
        sheet.listing(columns, rows, size=7.5, most=6)
    for limit in paper.limits:
        sheet.paragraph(f"Limite : {limit.label}", size=8)


def _vertex_table(
    sheet: Sheet, paper: ExtractPaper, vertices: list[Vertex], names: MapNames
) -> None:
    sheet.heading(f"Sommets ({len(vertices)})", keep=26)
    whose = "du terrain exact" if paper.off_lattice else "des carrés entiers"
    shown = (
        "tous numérotés sur la carte"
        if names.numbered == len(vertices)
        else f"dont {names.numbered} numérotés sur la carte, faute de place pour les autres"
    )
    sheet.paragraph(
        f"Sommets {whose}, {shown}. Coordonnées géographiques WGS 84 (EPSG:4326). Chaque contour "
        "part de son sommet le plus au nord, puis le plus à l’ouest ; le terrain est à droite.",
        size=8,
    )
    columns = [
        Column("N°", 0.07, "R"),
        Column("Contour", 0.21),
        Column("Longitude", 0.19, "R"),
        Column("Latitude", 0.19, "R"),
        Column("Longitude (°)", 0.17, "R"),
        Column("Latitude (°)", 0.17, "R"),
    ]
    rows = (
        (
            str(v.number),
            v.ring,
            words.dms(v.lon, "lon"),
            words.dms(v.lat, "lat"),
            words.decimal_degrees(v.lon),
            words.decimal_degrees(v.lat),
        )
        for v in vertices
    )
    sheet.listing(columns, rows, size=8)
