#!/usr/bin/env python3
"""Simulate two years of monthly detections that start in an artisanal zone and grow into a permit.

It shares no code with the program that it tries: positions are reckoned here by plain trigonometry
on a sphere, outlines are lists of coordinates, and nothing but the standard library is used. The
same seed gives the same file.

    scripts/simulate_expansion.py --seed 4 --out var/expansion.json
    scripts/simulate_expansion.py --gap 2024-05 --gap 2024-06 --noise-m 12

The file holds the zone, the permit beside it, what was surveyed in each month, the detections, and
``crossing``: the month in which work crosses the boundary (known here, told to nobody else).
"""

from __future__ import annotations

import argparse
import json
import math
import random
from pathlib import Path

EARTH_M = 6_371_008.8
CELL_DEG = 1 / 120
WEST, SOUTH = 25.5, -10.75
ZONE_CELLS, PERMIT_CELLS = (6, 6), (10, 6)
CORNERS = 14

Point = tuple[float, float]


def offset(origin: Point, east_m: float, north_m: float) -> Point:
    """Return the position so far east and north of an origin."""
    lat = origin[1] + math.degrees(north_m / EARTH_M)
    return origin[0] + math.degrees(east_m / (EARTH_M * math.cos(math.radians(lat)))), lat


def rectangle(west: float, south: float, cells: tuple[int, int]) -> list[Point]:
    """Return the ring of so many carrés east and north."""
    east, north = west + cells[0] * CELL_DEG, south + cells[1] * CELL_DEG
    return [(west, south), (east, south), (east, north), (west, north), (west, south)]


def month_name(first: tuple[int, int], number: int) -> str:
    """Return the name of the month so many after the first."""
    year, month = divmod(first[0] * 12 + first[1] - 1 + number, 12)
    return f"{year:04d}-{month + 1:02d}"


def pit(centre: Point, radius_m: float, dice: random.Random) -> list[Point]:
    """Return the ring of a pit as a detector draws it: a rough circle."""
    ring = []
    for corner in range(CORNERS):
        angle = 2 * math.pi * corner / CORNERS
        reach = radius_m * dice.uniform(0.9, 1.1)
        ring.append(offset(centre, reach * math.cos(angle), reach * math.sin(angle)))
    return [*ring, ring[0]]


def front_of(number: int, crossing: int) -> float:
    """Return where the front of work stands, in metres east of the zone's eastern boundary.

    Until the month of crossing every pit stays 250 m inside; from it on the front moves 150 m a
    month, beginning 250 m beyond the boundary.
    """
    if number < crossing:
        return -2_500 + 2_250 * (number + 1) / crossing
    return 250 + 150 * (number - crossing)


def simulate(
    seed: int,
    *,
    first: tuple[int, int] = (2023, 1),
    months: int = 24,
    crossing: int = 14,
    noise_m: float = 8.0,
    gaps: tuple[str, ...] = (),
) -> dict[str, object]:
    """Return the simulated world as plain data.

    Parameters
    ----------
    crossing : number of the month, from 0, in which work crosses into the permit.
    noise_m : standard deviation of the position of each pit in each month, cut off at 2.5 of them.
    gaps : months that nobody surveys, as ``2024-05``: they have neither survey nor detections.
    """
    dice = random.Random(seed)
    edge = (WEST + ZONE_CELLS[0] * CELL_DEG, SOUTH + ZONE_CELLS[1] * CELL_DEG / 2)
    pits: list[tuple[float, float, float]] = []
    detections, surveys = [], []
    for number in range(months):
        front = front_of(number, crossing)
        pits += [(front, dice.uniform(-1_200, 1_200), dice.uniform(50, 65)) for _ in range(3)]
        name = month_name(first, number)
        shaken = [
            (_noise(dice, noise_m), _noise(dice, noise_m), pit_number)
            for pit_number in range(len(pits))
        ]
        if name in gaps:
            continue
        surveys.append(name)
        for east_m, north_m, pit_number in shaken:
            east, north, radius_m = pits[pit_number]
            centre = offset(edge, east + east_m, north + north_m)
            detections.append(
                {"month": name, "pit": pit_number, "ring": pit(centre, radius_m, dice)}
            )
    return {
        "seed": seed,
        "zone": rectangle(WEST, SOUTH, ZONE_CELLS),
        "permit": rectangle(edge[0], SOUTH, PERMIT_CELLS),
        "surveyed": rectangle(WEST - 0.2, SOUTH - 0.2, (80, 80)),
        "months": [month_name(first, number) for number in range(months)],
        "surveys": surveys,
        "detections": detections,
        "crossing": month_name(first, crossing),
    }


def _noise(dice: random.Random, sigma_m: float) -> float:
    return max(-2.5 * sigma_m, min(2.5 * sigma_m, dice.gauss(0, sigma_m)))


def main() -> None:
    """Write a simulated world to a file, or to standard output."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seed", type=int, default=4)
    parser.add_argument("--crossing", type=int, default=14, help="number of the month, from 0")
    parser.add_argument("--noise-m", type=float, default=8.0)
    parser.add_argument("--gap", action="append", default=[], help="month that nobody surveys")
    parser.add_argument("--out", type=Path)
    asked = parser.parse_args()
    world = simulate(
        asked.seed, crossing=asked.crossing, noise_m=asked.noise_m, gaps=tuple(asked.gap)
    )
    text = json.dumps(world)
    if asked.out is None:
        print(text)
        return
    asked.out.write_text(text, encoding="utf-8")
    print(f"{asked.out}: {len(world['detections'])} detections, crossing in {world['crossing']}")  # type: ignore[arg-type]


if __name__ == "__main__":
    main()
