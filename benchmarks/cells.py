"""Register-wide audit on carrés against shapely's STRtree: same rights, same pairs, same counts."""

from __future__ import annotations

import tempfile
from pathlib import Path

import numpy as np
import shapely
from registers import REGISTER_2015, demonstration
from timing import Measure, median_of

from geo.overlap.cells import PairCounts, pair_counts, shared_runs
from geo.sources import read_register

SIZES = (15_000, 200_000)


def measures() -> list[Measure]:
    """Measure the audit on demonstrations and, where it is there, on the real register."""
    with tempfile.TemporaryDirectory() as folder:
        found = [measured(demonstration(count, Path(folder))) for count in SIZES]
    return [*found, measured(REGISTER_2015)] if REGISTER_2015.exists() else found


def measured(register: Path) -> Measure:
    """Measure the sweep and the tree on the rights of a register that lie on the lattice."""
    rows = read_register(register).rows
    placed = [row for row in rows if row.placement is not None and row.placement.perimeter]
    perimeters = [row.placement.perimeter for row in placed]
    runs = np.vstack([perimeter.runs for perimeter in perimeters])
    owner = np.repeat(np.arange(len(perimeters)), [len(p.runs) for p in perimeters])
    polygons = shapely.transform([row.geometry for row in placed], lambda xy: np.rint(xy * 120))
    what = f"{register.stem}: {len(placed):,} rights, {len(runs):,} runs"
    return compared(what, runs, owner, shapely.make_valid(polygons))


def compared(what: str, runs: np.ndarray, owner: np.ndarray, polygons: np.ndarray) -> Measure:
    """Measure both on one input; they must find the same pairs and the same carrés."""
    ours, by_runs = median_of(5, lambda: pair_counts(shared_runs(runs, owner)))
    theirs, by_tree = median_of(3, lambda: pairs_by_tree(polygons))
    for name in ("a", "b", "cells"):
        np.testing.assert_array_equal(getattr(by_runs, name), getattr(by_tree, name))
    note = f"{len(by_runs.cells):,} pairs, {by_runs.cells.sum():,} carrés, identical"
    return Measure(what, ours, 5, f"shapely {shapely.__version__} STRtree", theirs, note)


def pairs_by_tree(polygons: np.ndarray) -> PairCounts:
    """Return overlapping pairs by the tree, their carrés by the area of the intersection."""
    tree = shapely.STRtree(polygons)
    a, b = tree.query(polygons, predicate="intersects")
    a, b = a[a < b], b[a < b]
    cells = np.rint(shapely.area(shapely.intersection(polygons[a], polygons[b]))).astype(np.int64)
    met = cells > 0
    a, b, cells = a[met], b[met], cells[met]
    order = np.lexsort([b, a])
    return PairCounts(a[order], b[order], cells[order])
