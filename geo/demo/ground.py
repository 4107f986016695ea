"""The ground of the demonstration register: who has which carré, and where rights cluster.

Each carré has room for two rights, a lower and an upper one. That is what makes the true overlaps
of the register known by construction: they are the carrés with both.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate
from random import Random

import numpy as np
import numpy.typing as npt

from geo import boundaries
from geo.demo.stacks import Owners, Stack, grow

# The window in carrés of 30″: it holds the whole country.
LEFT, BOTTOM, RIGHT, TOP = 1440, -1632, 3780, 672
NOBODY, RESERVED, ABROAD = -1, -2, -3
REACH = 48  # a right never reaches farther from its seed, in carrés


@dataclass(frozen=True, slots=True)
class Belt:
    """A mineral belt: a line (lon, lat), the spread of rights around it, and what is sought."""

    weight: float
    spread_km: float
    line: tuple[tuple[float, float], ...]
    minerals: tuple[str, ...]


# Rough belts, for a map that looks like the country; minerals written as the register writes them.
BELTS = (
    Belt(22, 28, ((25.4, -10.7), (26.3, -10.6), (26.8, -11.0), (27.5, -11.7), (28.6, -12.8)),
         ("Co, Cu", "Co, Cu", "Au, Co, Cu", "Co, Cu, Zn", "Cu", "Ag, Au, Co, Cu")),
    Belt(8, 45, ((27.4, -7.3), (27.3, -8.7), (26.4, -9.0)),
         ("Nb-Ta, SnO2", "Li, Nb-Ta, SnO2", "SnO2, Wolfram", "Au, Nb-Ta, SnO2")),
    Belt(20, 65, ((20.8, -6.4), (22.4, -6.0), (23.6, -6.2)),
         ("Diamant", "Diamant", "Au, Diamant", "Ag, Au, Diamant", "Diamant, Ni")),
    Belt(14, 50, ((28.9, -2.6), (27.3, -2.7), (28.0, -1.4), (26.6, -2.6)),
         ("Au, Nb-Ta, SnO2, Wolfram", "Au", "Nb, Sn, Ta, W", "Au, SnO2", "Nb-Ta, SnO2")),
    Belt(13, 45, ((30.1, 1.8), (29.5, 3.0), (27.6, 2.8)), ("Au", "Au", "Ag, Au", "Au, Fe")),
    Belt(9, 70, ((27.1, 1.1), (25.6, 1.9), (24.0, 3.2)), ("Au, Diamant", "Diamant", "Fe, Au")),
    Belt(5, 60, ((17.4, -6.8), (18.4, -7.2)), ("Diamant", "Au, Diamant")),
    Belt(5, 70, ((23.6, -3.6), (24.6, -4.6)), ("Diamant", "Au, Diamant, Pt")),
    Belt(4, 45, ((29.0, -5.7), (28.2, -6.6)), ("Au", "Cu, Pb, Zn", "Au, Mn")),
)  # fmt: skip
QUARRY_MINERALS = (
    "Calcaire, Grès, Sable", "Roches basaltiques, Sable", "Calcaire", "Grès, Sable", "CaCO3",
    "Grès, Sable, SiO2", "Latérite", "Argile, Sable",
)  # fmt: skip
KM_PER_CARRE = 0.92


@lru_cache
def country_cells() -> npt.NDArray[np.bool_]:
    """Return bool (rows, columns) of the window: carrés wholly inside the country, off the lakes.

    A carré that a border or a shore so much as touches is out, with its neighbours.
    """
    from rasterio.features import rasterize
    from rasterio.transform import Affine

    transform = Affine(1 / 120, 0, LEFT / 120, 0, 1 / 120, BOTTOM / 120)
    shape = (TOP - BOTTOM, RIGHT - LEFT)
    inside = rasterize([boundaries.country()], out_shape=shape, transform=transform)
    lakes = [place.geometry for place in boundaries.load_layer("lakes")]
    edges = [boundaries.country().boundary, *lakes]
    touched = rasterize(edges, out_shape=shape, transform=transform, all_touched=True) > 0
    near = touched.copy()
    for shift in (-1, 1):
        near |= np.roll(touched, shift, axis=0) | np.roll(touched, shift, axis=1)
    return np.asarray((inside > 0) & ~near)


class Ground:
    """Who holds each carré of the window, below and above; indices are local to the window."""

    def __init__(self) -> None:
        inside = country_cells()
        self.lower: Owners = np.where(inside, NOBODY, ABROAD).astype(np.int32)
        self.upper: Owners = np.full(inside.shape, NOBODY, dtype=np.int32)
        self._inside = np.flatnonzero(inside)

    @property
    def carres(self) -> int:
        """How many carrés the country has in this model."""
        return len(self._inside)

    def take(self, stack: Stack, number: int, *, above: bool = False) -> None:
        """Give the carrés of a stack to a right, or to nobody."""
        stack.paint(self.upper if above else self.lower, number)

    def is_free(self, column: int, row: int) -> bool:
        """Whether a carré lies in the country and nobody has it."""
        height, width = self.lower.shape
        if not (0 <= column < width and 0 <= row < height):
            return False
        return bool(self.lower[row, column] == NOBODY and self.upper[row, column] == NOBODY)

    def grow_free(self, seed: tuple[int, int], target: int, rng: Random) -> Stack | None:
        """Grow a stack on ground that nobody has."""
        window, corner = self._around(seed)
        free = (self.lower[window] == NOBODY) & (self.upper[window] == NOBODY)
        return _moved(grow(free, _local(seed, corner), target, rng), corner)

    def grow_above(
        self, seed: tuple[int, int], target: int, rng: Random, hosts: Owners
    ) -> Stack | None:
        """Grow a stack above the hosts with these numbers and on free ground beside them."""
        window, corner = self._around(seed)
        lower = self.lower[window]
        open_ground = (np.isin(lower, hosts) | (lower == NOBODY)) & (self.upper[window] == NOBODY)
        return _moved(grow(open_ground, _local(seed, corner), target, rng), corner)

    def overlaps(self) -> dict[tuple[int, int], int]:
        """Return the shared carrés of each pair of rights that shares any, smaller number first."""
        both = (self.lower >= 0) & (self.upper >= 0)
        pairs = np.sort(np.column_stack([self.lower[both], self.upper[both]]), axis=1)
        found, counts = np.unique(pairs, axis=0, return_counts=True)
        return {(a, b): n for (a, b), n in zip(found.tolist(), counts.tolist(), strict=True)}

    def anywhere(self, rng: Random) -> tuple[int, int]:
        """Return a carré of the country, free if one is found quickly."""
        for _ in range(60):
            row, column = divmod(int(self._inside[rng.randrange(self.carres)]), RIGHT - LEFT)
            if self.is_free(column, row):
                break
        return column, row

    def _around(self, seed: tuple[int, int]) -> tuple[tuple[slice, slice], tuple[int, int]]:
        left, bottom = max(seed[0] - REACH, 0), max(seed[1] - REACH, 0)
        window = (slice(bottom, seed[1] + REACH), slice(left, seed[0] + REACH))
        return window, (left, bottom)


def near_belt(belt: Belt, rng: Random) -> tuple[int, int]:
    """Return a carré near a belt as (column, row) of the window; it may lie abroad."""
    step = rng.randrange(len(belt.line) - 1)
    (x0, y0), (x1, y1) = belt.line[step], belt.line[step + 1]
    along, spread = rng.random(), belt.spread_km / KM_PER_CARRE
    return _carre(x0 + along * (x1 - x0), y0 + along * (y1 - y0), spread, rng)


@lru_cache
def _towns() -> tuple[list[tuple[float, float]], list[float]]:
    """Return the towns and their cumulated weights, the square roots of their population."""
    towns = boundaries.load_layer("towns")
    weights = (math.sqrt(float(str(town.properties["population"]))) for town in towns)
    return [(town.geometry.x, town.geometry.y) for town in towns], list(accumulate(weights))


def near_town(rng: Random) -> tuple[int, int]:
    """Return a carré near a town, the larger the likelier; it may lie abroad."""
    towns, weights = _towns()
    x, y = rng.choices(towns, cum_weights=weights)[0]
    return _carre(x, y, 14 / KM_PER_CARRE, rng)


def _carre(lon: float, lat: float, spread: float, rng: Random) -> tuple[int, int]:
    column = math.floor(lon * 120 + rng.gauss(0, spread)) - LEFT
    return column, math.floor(lat * 120 + rng.gauss(0, spread)) - BOTTOM


def _local(seed: tuple[int, int], corner: tuple[int, int]) -> tuple[int, int]:
    return seed[0] - corner[0], seed[1] - corner[1]


def _moved(stack: Stack | None, corner: tuple[int, int]) -> Stack | None:
    if stack is None:
        return None
    along, across = corner if stack.rows else corner[::-1]
    spans = tuple((start + along, end + along) for start, end in stack.spans)
    return Stack(stack.rows, stack.first + across, spans)
