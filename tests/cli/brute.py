"""A register made of known sets of carrés, and its overlaps counted by sets and fractions.

Nothing here comes from the project: squares are pairs of integers, shares are ``Fraction``.
"""

import json
import random
from collections import Counter
from fractions import Fraction
from itertools import combinations

WEST, SOUTH = 26 * 120, -11 * 120
SUFFIXES = {"PR": " (AS)", "ARPC": " (Car)", "AECP": " (Min)"}
KINDS = ["PR", "PE", "PEPM", "PER", "ARPC", "AECP", "AECT", "ZRG"]


class Right:
    """A rectangle in units of carrés; with whole corners it is exactly a set of carrés."""

    def __init__(self, kind, west, south, wide, high):
        self.kind = kind
        self.west, self.south = Fraction(west), Fraction(south)
        self.east, self.north = self.west + Fraction(wide), self.south + Fraction(high)

    @property
    def sides(self):
        return self.west, self.south, self.east, self.north

    @property
    def on_lattice(self):
        return all(side.denominator == 1 for side in self.sides)

    @property
    def cells(self):
        columns = range(int(self.west), int(self.east))
        return {(c, r) for c in columns for r in range(int(self.south), int(self.north))}

    def ring(self, swapped=False):
        corners = [(self.west, self.south), (self.west, self.north)]
        corners += [(self.east, self.north), (self.east, self.south), (self.west, self.south)]
        points = [[degrees(x, WEST), degrees(y, SOUTH)] for x, y in corners]
        return [[y, x] for x, y in points] if swapped else points

    def shared_area(self, other):
        wide = min(self.east, other.east) - max(self.west, other.west)
        high = min(self.north, other.north) - max(self.south, other.south)
        return max(wide, Fraction(0)) * max(high, Fraction(0))


def degrees(units, origin):
    """Return a coordinate as registers publish it: seven decimals."""
    return round(float((units + origin) / 120), 7)


def random_rights(count, seed, kinds=KINDS, odd_every=9):
    """Return rectangles that often overlap; one in ``odd_every`` lies off the lattice."""
    draw = random.Random(seed)
    rights = []
    for number in range(count):
        kind = draw.choice(kinds)
        west, south = draw.randrange(60), draw.randrange(60)
        wide, high = draw.randrange(1, 12), draw.randrange(1, 12)
        shift = Fraction(draw.randrange(1, 8), 8) if number % odd_every == odd_every - 1 else 0
        rights.append(Right(kind, west + shift, south, wide, high))
    return rights


def expected_counts(rights):
    """Return what an audit must count, from sets of carrés and exact areas."""
    pairs, cells = Counter(), Counter()
    polygon_pairs = 0
    for a, b in combinations(rights, 2):
        if a.on_lattice and b.on_lattice:
            shared = len(a.cells & b.cells)
            if shared:
                kinds = "|".join(sorted((a.kind or "?", b.kind or "?")))
                pairs[kinds] += 1
                cells[kinds] += shared
        elif a.shared_area(b) > Fraction(1, 10_000):
            polygon_pairs += 1
    return {
        "pairs": pairs.total(),
        "cells": cells.total(),
        "polygon_pairs": polygon_pairs,
        "by_kind": {k: {"pairs": pairs[k], "cells": cells[k]} for k in sorted(pairs)},
    }


def write_geojson(path, rights, properties):
    """Write rights as GeoJSON; ``properties`` makes the attributes of each from its number."""
    features = [
        {
            "type": "Feature",
            "properties": properties(number, right),
            "geometry": {"type": "Polygon", "coordinates": [right.ring()]},
        }
        for number, right in enumerate(rights)
    ]
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    return path


def as_published(number, right):
    """Return attributes as in the register of 2015: suffixes on kinds, dates as text."""
    return {
        "code": str(100 + number // 2),  # every code twice
        "parties": f"SOCIETE {number} (100%)",
        "type": right.kind + SUFFIXES.get(right.kind, ""),
        "resource": "Au, Diamant",
        "statut": "Actif",
        "date_do": f"20{number % 9 + 10}-03-0{number % 9 + 1}",
        "date_de1": "2040-01-01",
        "sup_sig_ha": 84.955,
    }
