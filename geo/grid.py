"""The lattice of a mining cadastre: integer carrés (cells), degrees only at the door.

A carré (cell) is a pair of integers (column, row): column 0 starts at the origin's meridian and
counts east, row 0 starts at its parallel and counts north; west and south are negative, floored.
A node is a corner of carrés, in the same integers: carré (c, r) has the corners (c, r) and
(c + 1, r + 1).

The grid is a value, so that other countries fit: see :data:`DRC` and :data:`COLOMBIA`.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from typing import Literal

import numpy as np
import numpy.typing as npt
import pyproj

from geo.errors import CoordinateError, GridError

Integers = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Grid:
    """A lattice of equal cells, in degrees of a geographic CRS or in metres of a projected one.

    Parameters
    ----------
    name : what people call it.
    crs : its coordinate reference system, axes read as longitude, latitude (or east, north).
    cell : side of a carré in the unit, exactly (a ``Fraction``: 30″ = 1/120).
    nominal_area_ha : legal area of one carré in hectares, None where the law gives none.
    tolerance : how far from a node, in the unit, a vertex still lies on it.
    origin : longitude and latitude (or east and north) of node (0, 0) in the unit.
    unit : ``degree`` or ``metre``, the unit of the CRS.
    """

    name: str
    crs: str
    cell: Fraction
    nominal_area_ha: Decimal | None
    tolerance: Fraction
    origin: tuple[Fraction, Fraction] = (Fraction(0), Fraction(0))
    unit: Literal["degree", "metre"] = "degree"

    def __post_init__(self) -> None:
        if self.cell <= 0 or self.tolerance < 0 or 2 * self.tolerance >= self.cell:
            raise GridError(
                f"grid {self.name}: cell {self.cell} with tolerance {self.tolerance} cannot "
                "tell one node from the next. Give a tolerance below half a cell."
            )

    def nodes_of(self, xy: npt.ArrayLike) -> tuple[Integers, Floats]:
        """Return the nearest node of each position, and how far away it is.

        Parameters
        ----------
        xy : (n, 2) longitudes and latitudes in degrees of :attr:`crs`.

        Returns
        -------
        nodes : (n, 2) int64, column and row of the node.
        shift : (n,) float64, the larger of the two distances along the axes, in degrees.

        Raises
        ------
        CoordinateError : a position is not finite.

        Examples
        --------
        >>> nodes, shift = DRC.nodes_of([[14.316666699990874, -5.566666699601431]])
        >>> nodes.tolist(), bool(shift[0] < float(DRC.tolerance))
        ([[1718, -668]], True)
        """
        positions = _finite_positions(xy)
        nodes = np.rint(self._in_cells(positions)).astype(np.int64)
        shift = np.abs(positions - self.coordinates_of(nodes)).max(axis=1, initial=0.0)
        return nodes, shift

    def cells_at(self, xy: npt.ArrayLike) -> Integers:
        """Return the carré (column, row) that holds each position.

        A position within :attr:`tolerance` of a line lies on it, and so in the carré to its east
        or north: a plain ``floor`` in degrees misplaces positions that lie on a line.

        Parameters
        ----------
        xy : (n, 2) longitudes and latitudes in degrees of :attr:`crs`.

        Raises
        ------
        CoordinateError : a position is not finite.

        Examples
        --------
        >>> DRC.cells_at([[25.46667, -10.71667], [25.466666, -10.716667]]).tolist()
        [[3056, -1286], [3056, -1286]]
        """
        in_cells = self._in_cells(_finite_positions(xy))
        lines = np.rint(in_cells)
        on_line = np.abs(in_cells - lines) <= float(self.tolerance / self.cell)
        return np.where(on_line, lines, np.floor(in_cells)).astype(np.int64)

    def coordinates_of(self, nodes: npt.ArrayLike) -> Floats:
        """Return longitude and latitude of each node: exact integers, divided once.

        Parameters
        ----------
        nodes : (n, 2) integers, column and row.

        Examples
        --------
        >>> DRC.coordinates_of([[1718, -668]]).tolist()
        [[14.316666666666666, -5.566666666666666]]
        """
        whole = np.asarray(nodes, dtype=np.int64).reshape(-1, 2)
        axes = []
        for axis, start in enumerate(self.origin):
            denominator = self.cell.denominator * start.denominator
            step = self.cell.numerator * start.denominator
            offset = start.numerator * self.cell.denominator
            axes.append((whole[:, axis] * step + offset) / denominator)
        return np.column_stack(axes)

    def legal_area_ha(self, count: int) -> Decimal:
        """Return the legal area (superficie légale) of ``count`` carrés, in hectares.

        It is a count times the nominal area, never a measure.

        Raises
        ------
        GridError : the law of this grid gives no nominal area.

        Examples
        --------
        >>> DRC.legal_area_ha(471)
        Decimal('40013.805')
        """
        if self.nominal_area_ha is None:
            raise GridError(f"grid {self.name} has no nominal area: its legal area is measured")
        return count * self.nominal_area_ha

    def cell_area_m2(self, rows: npt.ArrayLike) -> Floats:
        """Return the true area of one carré in each row, in m², on the grid's ellipsoid.

        The area between two parallels and two meridians has a closed form; geodesic tools on the
        corners bend long edges that follow parallels. At row 0 of the DRC it is 85.480 ha. On a
        projected grid it is the square of the cell, as the law of such a grid counts it.

        Parameters
        ----------
        rows : (n,) integers.

        Source: Snyder, *Map Projections: A Working Manual* (USGS 1395), eq. 3-12.
        """
        whole = np.asarray(rows, dtype=np.int64).reshape(-1)
        if self.unit == "metre":
            return np.full(len(whole), float(self.cell**2))
        south = self.coordinates_of(np.column_stack([np.zeros_like(whole), whole]))[:, 1]
        north = self.coordinates_of(np.column_stack([np.zeros_like(whole), whole + 1]))[:, 1]
        a, b = _ellipsoid_axes_m(self.crs)
        band = _authalic_q(north, a, b) - _authalic_q(south, a, b)
        return np.asarray(b * b / 2 * np.radians(float(self.cell)) * band)

    def _in_cells(self, positions: Floats) -> Floats:
        start = np.array([float(value) for value in self.origin])
        return np.asarray((positions - start) * self.cell.denominator / self.cell.numerator)


def _finite_positions(xy: npt.ArrayLike) -> Floats:
    positions = np.asarray(xy, dtype=np.float64).reshape(-1, 2)
    bad = ~np.isfinite(positions).all(axis=1)
    if bad.any():
        first = int(np.flatnonzero(bad)[0])
        raise CoordinateError(
            f"position {first + 1} of {len(positions)} is {positions[first].tolist()}: "
            "coordinates must be finite numbers"
        )
    return positions


@lru_cache
def _ellipsoid_axes_m(crs: str) -> tuple[float, float]:
    ellipsoid = pyproj.CRS.from_user_input(crs).ellipsoid
    if ellipsoid is None:
        raise GridError(f"{crs} names no ellipsoid: areas cannot be computed")
    return float(ellipsoid.semi_major_metre), float(ellipsoid.semi_minor_metre)


def _authalic_q(latitude_deg: Floats, a: float, b: float) -> Floats:
    """Return sin φ / (1 - e² sin² φ) + atanh(e sin φ) / e, the integral of a band's area."""
    e = np.sqrt(1 - (b / a) ** 2)
    sine = np.sin(np.radians(latitude_deg))
    return np.asarray(sine / (1 - (e * sine) ** 2) + np.arctanh(e * sine) / e)


DRC = Grid(
    name="DRC carrés of 30″",
    crs="EPSG:4326",
    cell=Fraction(1, 120),
    nominal_area_ha=Decimal("84.955"),
    tolerance=Fraction(1, 36_000),
)
"""The DRC's carrés of 30″, 84.955 ha each (Règlement minier art 2); tolerance 0.1″."""

COLOMBIA = Grid(
    name="Colombia celdas of 3.6″",
    crs="EPSG:4686",
    cell=Fraction(1, 1000),
    nominal_area_ha=None,
    tolerance=Fraction(1, 36_000),
)
"""Colombia's celdas: 3.6″ in MAGNA-SIRGAS (Resolución ANM 505 of 2019); their area is computed."""

PERU_18_SOUTH = Grid(
    name="Peru cuadrículas of 1 km, zone 18 south",
    crs="EPSG:32718",
    cell=Fraction(1000),
    nominal_area_ha=Decimal(100),
    tolerance=Fraction(1),
    unit="metre",
)
"""Peru's cuadrículas of 100 ha: 1 km in UTM on WGS84, zone 18 south; tolerance 1 m."""
