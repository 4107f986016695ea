"""All overlaps of a register: exact where both sides lie on the lattice, polygons elsewhere."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from geo.errors import GridMismatch
from geo.geometry import Geometries, comparable, polygons_area_m2
from geo.grid import DRC, Grid
from geo.overlap.cells import SharedRuns, shared_runs
from geo.overlap.limits import MAX_PAIRS, refuse_above
from geo.overlap.shapes import TOLERANCE_CELLS, ShapeOverlap, shape_overlaps
from geo.perimeter import Perimeter


@dataclass(frozen=True, slots=True)
class Ground:
    """The ground of one right: its carrés, None off the lattice, and its polygon as received.

    The polygon (lon/lat) is what rights off the lattice are compared with: rounded borders of one
    source coincide with each other, not with exact nodes. A right drawn here needs none.
    """

    perimeter: Perimeter | None = None
    geometry: BaseGeometry | None = None

    def __post_init__(self) -> None:
        if not self.perimeter and self.geometry is None:
            raise ValueError("a ground needs at least one carré, or a polygon")


@dataclass(frozen=True, slots=True)
class Overlap:
    """Ground that two rights share (superposition): a fact, not yet a conflict.

    ``a`` < ``b`` are indices of the grounds compared. Where both lie on the lattice the overlap is
    exact: ``cells`` is a count, ``piece`` a perimeter, the tolerance 0. Elsewhere ``cells`` and
    ``legal_area_ha`` are None, ``piece`` is a MultiPolygon in lon/lat, and overlaps up to
    ``tolerance_cells`` were left out. ``share_a`` and ``share_b`` are parts of each right, 0 to 1.
    """

    a: int
    b: int
    exact: bool
    cells: int | None
    area_cells: float
    piece: Perimeter | BaseGeometry
    legal_area_ha: Decimal | None
    geodesic_area_m2: float
    share_a: float
    share_b: float
    tolerance_cells: float


def overlaps(grounds: Sequence[Ground], grid: Grid = DRC) -> list[Overlap]:
    """Return every overlap between two of the grounds, sorted by (a, b).

    Touching is not overlapping. Rows are never merged: two rows of one right that lie on each other
    overlap.

    Raises
    ------
    GridMismatch : a perimeter lies on another grid.
    InputError : there are more than :data:`~geo.overlap.limits.MAX_PAIRS` overlaps.
    """
    found = [*_on_lattice(grounds, grid), *_off_lattice(grounds, grid)]
    return sorted(found, key=lambda overlap: (overlap.a, overlap.b))


def _on_lattice(grounds: Sequence[Ground], grid: Grid) -> list[Overlap]:
    perimeters = {i: g.perimeter for i, g in enumerate(grounds) if g.perimeter is not None}
    for index, perimeter in perimeters.items():
        if perimeter.grid != grid:
            raise GridMismatch(
                f"ground {index} lies on “{perimeter.grid.name}”, not on “{grid.name}”"
            )
    if not perimeters:
        return []
    runs = np.vstack([perimeter.runs for perimeter in perimeters.values()])
    owner = np.repeat(list(perimeters), [len(p.runs) for p in perimeters.values()])
    pieces = _pieces(shared_runs(runs, owner), grid)
    return [_exact(pair, piece, perimeters) for pair, piece in pieces.items()]


def _pieces(shared: SharedRuns, grid: Grid) -> dict[tuple[int, int], Perimeter]:
    order = np.lexsort([shared.b, shared.a])
    a, b = shared.a[order], shared.b[order]
    runs = np.column_stack([shared.row, shared.col_from, shared.col_to])[order]
    cuts = np.flatnonzero((np.diff(a) != 0) | (np.diff(b) != 0)) + 1
    refuse_above(MAX_PAIRS, len(cuts) + 1, "pairs of rights that overlap")
    heads = np.concatenate([[0], cuts])[: len(a)]
    return {
        (int(a[head]), int(b[head])): Perimeter.from_runs(piece, grid)
        for head, piece in zip(heads, np.split(runs, cuts), strict=False)
    }


def _exact(pair: tuple[int, int], piece: Perimeter, of: dict[int, Perimeter]) -> Overlap:
    a, b = pair
    legal = None if piece.grid.nominal_area_ha is None else piece.legal_area_ha
    return Overlap(
        a=a,
        b=b,
        exact=True,
        cells=piece.count,
        area_cells=float(piece.count),
        piece=piece,
        legal_area_ha=legal,
        geodesic_area_m2=piece.geodesic_area_m2,
        share_a=piece.count / of[a].count,
        share_b=piece.count / of[b].count,
        tolerance_cells=0.0,
    )


def _off_lattice(grounds: Sequence[Ground], grid: Grid) -> list[Overlap]:
    off = [i for i, ground in enumerate(grounds) if ground.perimeter is None]
    if not off:
        return []
    shapes = _shapes_near(grounds, off)
    found = shape_overlaps(shapes, off, grid)
    if not found:
        return []
    areas = polygons_area_m2([overlap.piece for overlap in found])
    return [
        _measured(overlap, float(area), shapes) for overlap, area in zip(found, areas, strict=True)
    ]


def _shapes_near(grounds: Sequence[Ground], off: list[int]) -> Geometries:
    """Return the polygons of grounds whose boxes meet those of ``off``, None for the others."""
    boxes = np.array([_box(ground) for ground in grounds])
    tree = shapely.STRtree(shapely.box(*boxes.T))
    near = np.unique(tree.query(shapely.box(*boxes[off].T))[1])
    shapes = np.full(len(grounds), None, dtype=object)
    for index in near:
        shapes[index] = _shape(grounds[index])
    return shapes


def _box(ground: Ground) -> tuple[float, ...]:
    if ground.perimeter is None:
        return tuple(shapely.bounds(ground.geometry))
    left, bottom, right, top = ground.perimeter.bounds
    return tuple(ground.perimeter.grid.coordinates_of([(left, bottom), (right, top)]).ravel())


def _shape(ground: Ground) -> BaseGeometry:
    if ground.perimeter is None:
        return comparable(ground.geometry)
    if ground.geometry is None or not ground.geometry.is_valid:
        return ground.perimeter.outline()
    return ground.geometry


def _measured(overlap: ShapeOverlap, area_m2: float, shapes: Geometries) -> Overlap:
    share_a, share_b = area_m2 / polygons_area_m2([shapes[overlap.a], shapes[overlap.b]])
    return Overlap(
        a=overlap.a,
        b=overlap.b,
        exact=False,
        cells=None,
        area_cells=overlap.area_cells,
        piece=overlap.piece,
        legal_area_ha=None,
        geodesic_area_m2=area_m2,
        share_a=float(share_a),
        share_b=float(share_b),
        tolerance_cells=TOLERANCE_CELLS,
    )
