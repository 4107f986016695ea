"""Drawing ground: shapes that were pasted or sent taken to carrés, and the law's word meanwhile.

Nothing of this is kept.
"""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path
from typing import Annotated

import shapely
from fastapi import APIRouter, Form, UploadFile
from pydantic import BaseModel, Field, StringConstraints
from shapely.geometry.base import BaseGeometry

from api.access import Placed, SameOrigin, Shared, SignedIn
from api.casework_wire import Checked, DraftIn, Run
from api.wire import ImportIssue
from geo.casework.drawing import check_drawing
from geo.errors import GridError
from geo.grid import DRC
from geo.lattice import place
from geo.perimeter import Perimeter
from geo.snapping import MovedVertex, snap
from geo.sources.reading import read_pasted, read_register
from geo.sources.rows import Reading, RightRow
from geo.sources.typed import FaultCode, read_typed

MOST_SHAPES = 200
"""Shapes of one file that are answered; the rest are counted."""
MOST_MOVED = 500
ANY_KIND = "PR"
"""Shapes that are drawn are of no kind yet; the readers ask for one."""

ABOUT_SHAPES = frozenset(
    {
        *("axes_by_letter", "axes_exchanged", "axes_swapped", "bad_coordinates", "crs_assumed"),
        *("crs_overridden", "file_ignored", "geometry_broken", "geometry_ignored", "invalid_ring"),
        *("layer_not_rights", "layer_without_geometry", "line_broken", "multi_part", "no_area"),
        *("no_geometry", "not_a_polygon", "outside_country", "points_left_out", "reader_warning"),
        *("rows_deleted", "seconds_off_lattice", "too_large", "twice_enclosed"),
    }
)
"""Issues told of a drawing; the others are of rights, which a drawing is not yet."""

router = APIRouter(prefix="/drawing", tags=["drawing"], dependencies=[Placed])


class Pasted(BaseModel):
    """Coordinates as pasted: one vertex a line, in any notation; or a table, or WKT."""

    text: Annotated[str, StringConstraints(min_length=1, max_length=200_000)]
    crs: Annotated[str, StringConstraints(max_length=200)] | None = None


class Lines(BaseModel):
    """Vertices, one a line, each in any notation; ``crs`` where they are not degrees of WGS 84."""

    lines: Annotated[
        list[Annotated[str, StringConstraints(max_length=300)]],
        Field(min_length=1, max_length=2000),
    ]
    crs: Annotated[str, StringConstraints(max_length=200)] | None = None


class FaultOut(BaseModel):
    """What is wrong with a line, or between the edges that begin on several; ``at``: lon, lat."""

    code: FaultCode
    lines: list[int]
    at: tuple[float, float] | None


class Moved(BaseModel):
    """A corner that is none of the outline on carrés; ``to`` is a node, column and row."""

    ring: int
    number: int
    lon: float
    lat: float
    to: tuple[int, int]
    moved_m: float

    @classmethod
    def of(cls, vertex: MovedVertex) -> Moved:
        """Return a corner that moved."""
        return cls(
            ring=vertex.ring,
            number=vertex.number,
            lon=vertex.lon,
            lat=vertex.lat,
            to=vertex.to,
            moved_m=vertex.moved_m,
        )


class ShapeOut(BaseModel):
    """A shape as carrés. ``exact``: it was whole carrés as received.

    ``fault`` says why none could be made of it; then there are no carrés.
    """

    row: int
    name: str | None
    exact: bool
    runs: list[Run]
    gained: list[Run] = Field(default=[])
    lost: list[Run] = Field(default=[])
    gained_cells: float = 0
    lost_cells: float = 0
    moved: list[Moved] = Field(default=[])
    moved_in_all: int = 0
    fault: str | None = None


class ShapesOut(BaseModel):
    """What was read: shapes, and everything odd with its line and field."""

    file: str
    crs: str
    shapes: list[ShapeOut]
    shapes_in_all: int
    issues: list[ImportIssue]


class LinesOut(BaseModel):
    """The place of each line (lon, lat), what is wrong, and the carrés where nothing is."""

    places: list[tuple[float, float] | None]
    faults: list[FaultOut]
    shape: ShapeOut | None


@router.post("/lines", dependencies=[SameOrigin])
def lines(_: SignedIn, typed: Lines) -> LinesOut:
    """Read vertices line by line, name and locate each fault, and take the ring to carrés."""
    read = read_typed(typed.lines, typed.crs or None)
    shape = None
    if not read.faults:
        ring = shapely.Polygon(read.ring)
        shape = _taken(1, None, ring, place([ring])[0].perimeter)
    return LinesOut(
        places=list(read.places),
        faults=[FaultOut(code=f.code, lines=list(f.lines), at=f.at) for f in read.faults],
        shape=shape,
    )


@router.post("/text", dependencies=[SameOrigin])
def text(_: SignedIn, pasted: Pasted) -> ShapesOut:
    """Take pasted coordinates to carrés, and say what that changed."""
    return _said(read_pasted(pasted.text, kind=ANY_KIND, crs=pasted.crs or None))


@router.post("/file", dependencies=[SameOrigin])
def file(
    _: SignedIn,
    upload: UploadFile,
    crs: Annotated[str | None, Form(max_length=200)] = None,
) -> ShapesOut:
    """Take the shapes of a file of any kind that the importer reads to carrés."""
    name = Path((upload.filename or "file").replace("\0", "")).name[-120:] or "file"
    with tempfile.TemporaryDirectory(prefix="mabele-") as folder:
        path = Path(folder) / name
        with path.open("wb") as copy:
            shutil.copyfileobj(upload.file, copy)
        return _said(read_register(path, kind=ANY_KIND, crs=crs or None))


@router.post("/check", dependencies=[SameOrigin])
def check(viewer: SignedIn, services: Shared, asked: DraftIn) -> Checked:
    """Say what the law says of a drawing, as if it were filed now."""
    return Checked.of(check_drawing(services.office, viewer.actor, asked.draft()))


def _said(reading: Reading) -> ShapesOut:
    return ShapesOut(
        file=reading.file,
        crs=reading.crs,
        shapes=[_shape(row) for row in reading.rows[:MOST_SHAPES]],
        shapes_in_all=len(reading.rows),
        issues=[
            ImportIssue.of(issue, refused=issue in reading.refused)
            for issue in reading.issues
            if issue.kind in ABOUT_SHAPES
        ],
    )


def _shape(row: RightRow) -> ShapeOut:
    placed = row.placement.perimeter if row.placement else None
    return _taken(row.row, row.code, row.geometry, placed)


def _taken(
    row: int, name: str | None, geometry: BaseGeometry, placed: Perimeter | None
) -> ShapeOut:
    """Return a shape as carrés: those it is made of, else the nearest."""
    if placed is not None:
        return ShapeOut(row=row, name=name, exact=True, runs=_runs(placed))
    try:
        snapped = snap(geometry, DRC)
    except GridError as error:
        return ShapeOut(row=row, name=name, exact=False, runs=[], fault=str(error))
    return ShapeOut(
        row=row,
        name=name,
        exact=snapped.exact,
        runs=_runs(snapped.perimeter),
        gained=_runs(snapped.gained),
        lost=_runs(snapped.lost),
        gained_cells=snapped.gained_cells,
        lost_cells=snapped.lost_cells,
        moved=[Moved.of(vertex) for vertex in snapped.moved[:MOST_MOVED]],
        moved_in_all=len(snapped.moved),
    )


def _runs(perimeter: Perimeter) -> list[Run]:
    return [(row, start, end) for row, start, end in perimeter.to_lists()]
