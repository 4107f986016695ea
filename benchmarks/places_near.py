"""How long it takes to say which buildings a perimeter of 12 carrés meets, among 20,000.

Run: ``.venv/bin/python benchmarks/places_near.py`` (a database of its own in the private cluster,
dropped afterwards). Buildings are squares of 11 m, drawn at random over half a degree. A second
figure adds a made-up park of 20,000 vertices, a third 20,000 more buildings around the perimeter.
"""

from __future__ import annotations

import statistics
import sys
import time
from datetime import date
from pathlib import Path

import numpy as np
import shapely

PROJECT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(PROJECT), str(PROJECT / "tests" / "areas")]

from area_register import COUNTRY, DAY, GROUND, acting, in_force, keep_accounts, layer, place  # noqa: E402
from importing import database  # noqa: E402

from geo.casework.areas import places_met  # noqa: E402
from geo.law import load_law  # noqa: E402
from geo.register.connection import engine_for  # noqa: E402

COUNT, TIMES = 20_000, 30


def main() -> None:
    """Fill a register and measure."""
    with database() as urls:
        engine = engine_for(urls.app)
        keep_accounts(engine)
        whole, rng = shapely.from_wkt(COUNTRY), np.random.default_rng(1)
        wide = _houses(rng, 25.25, -10.95, 0.5)
        started = time.perf_counter()
        in_force(engine, layer("building", whole), *(place("building", one) for one in wide))
        print(f"proposed and confirmed {COUNT:,} buildings: {time.perf_counter() - started:.1f} s")
        _measure(engine, "20,000 buildings over 0.5°")
        turn = np.linspace(0, 2 * np.pi, COUNT, endpoint=False)
        radius = 1 + 0.02 * rng.random(COUNT)
        park = shapely.Polygon(
            np.column_stack([26.48 + radius * np.cos(turn), -10.7 + radius * np.sin(turn)])
        )
        in_force(engine, layer("national_park", whole), place("national_park", park))
        _measure(engine, "and a park of 20,000 vertices")
        near = _houses(rng, 25.44, -10.74, 0.09)
        in_force(engine, layer("building", whole), *(place("building", one) for one in near))
        _measure(engine, "and 20,000 more within 3 km")
        engine.dispose()


def _houses(rng: np.random.Generator, west: float, south: float, size: float) -> np.ndarray:
    x, y = west + size * rng.random(COUNT), south + size * rng.random(COUNT)
    return shapely.box(x, y, x + 1e-4, y + 1e-4)


def _measure(engine: object, what: str) -> None:
    law, seconds = load_law(), []
    for _ in range(TIMES):
        with acting(engine) as unit:
            started = time.perf_counter()
            found = places_met(unit, GROUND, DAY, law)
            seconds.append(time.perf_counter() - started)
    met = len(found["building"].met)
    print(
        f"{what}: median {statistics.median(seconds) * 1000:.0f} ms, worst "
        f"{max(seconds) * 1000:.0f} ms, {met:,} buildings met ({date.today()})"
    )


if __name__ == "__main__":
    main()
