"""Registers to measure on: the real one of 2015 where it is there, and seeded rectangles."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import shapely

REAL_DATA = os.environ.get("MABELE_REAL_DATA") or Path(__file__).parents[2] / "shared" / "data"
REGISTER_2015 = Path(REAL_DATA) / "permits_2015" / "cod_permits_2015.zip"


def rectangles(count: int, seed: int = 2015) -> np.ndarray:
    """Return (count, 4) west, south, east, north in carrés: most small, a few large, some nested.

    They spread over a country that grows with their number, so that density stays that of a busy
    mining province: about one right in four overlaps another.
    """
    draw = np.random.default_rng(seed)
    side = int(np.sqrt(count) * 22)
    corner = draw.integers(0, side, (count, 2))
    size = np.minimum(1 + draw.geometric(0.18, (count, 2)), 30)
    return np.hstack([corner, corner + size])


def runs_of(boxes: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the runs (row, col_from, col_to) of rectangles and the owner of each."""
    high = boxes[:, 3] - boxes[:, 1]
    owner = np.repeat(np.arange(len(boxes)), high)
    first = np.repeat(np.cumsum(high) - high, high)
    row = boxes[owner, 1] + np.arange(len(owner)) - first
    return np.column_stack([row, boxes[owner, 0], boxes[owner, 2]]), owner


def polygons_of(boxes: np.ndarray) -> np.ndarray:
    """Return the same rectangles as polygons in units of carrés."""
    return shapely.box(*boxes.T.astype(float))
