"""Carrés in the browser give what geo.perimeter gives, on random ground."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Page

from geo.outline import rings_of
from geo.perimeter import Perimeter

pytestmark = pytest.mark.web

ASK = """
async (cases) => {
  const set = await import("/static/js/cells/set.js");
  const parts = await import("/static/js/cells/parts.js");
  const area = await import("/static/js/cells/area.js");
  return cases.map(([a, b]) => {
    const [one, other] = [set.fromCells(a), set.fromCells(b)];
    return {
      runs: set.toRuns(one),
      or: set.toRuns(set.union(one, other)),
      and: set.toRuns(set.common(one, other)),
      sub: set.toRuns(set.minus(one, other)),
      xor: set.toRuns(set.differing(one, other)),
      parts: parts.partsOf(one).map(set.toRuns),
      holes: parts.holesOf(one).map(set.toRuns),
      rings: parts.ringsOf(one),
      bounds: set.bounds(one),
      legal: area.legalThousandths(set.count(one)),
      true_ha: area.trueAreaHa(one),
    };
  });
}
"""


def random_cases() -> list[tuple[list[list[int]], list[list[int]]]]:
    random = np.random.default_rng(20261123)
    corners = [(3000, -7), (-5, -5), (12 * 120, -1616)]
    cases = []
    for number in range(120):
        size, density = int(random.integers(1, 13)), random.random()
        corner = corners[number % len(corners)]
        masks = [random.random((size, size)) < density for _ in range(2)]
        pair = [(np.argwhere(mask) + corner).tolist() or [list(corner)] for mask in masks]
        cases.append((pair[0], pair[1]))
    return cases


def turned(ring: Any) -> tuple[tuple[int, int], ...]:
    """A ring from its smallest node on, so that rings compare whatever node they begin with."""
    nodes = [tuple(node) for node in ring]
    start = nodes.index(min(nodes))
    return tuple(nodes[start:] + nodes[:start])


def test_sets_parts_outlines_and_areas_are_those_of_the_server(open_page: Any) -> None:
    page: Page = open_page()
    cases = random_cases()
    for (cells, other), said in zip(cases, page.evaluate(ASK, cases), strict=True):
        one, two = Perimeter.from_cells(cells), Perimeter.from_cells(other)
        assert said["runs"] == one.to_lists()
        assert said["or"] == (one | two).to_lists()
        assert said["and"] == (one & two).to_lists()
        assert said["sub"] == (one - two).to_lists()
        assert said["xor"] == (one ^ two).to_lists()
        assert said["parts"] == [part.to_lists() for part in one.parts()]
        assert said["holes"] == [hole.to_lists() for hole in one.holes()]
        assert said["bounds"] == list(one.bounds)
        assert said["legal"] == int(one.legal_area_ha * 1000)
        assert said["true_ha"] == pytest.approx(one.geodesic_area_m2 / 10_000, rel=1e-9)
        assert sorted(map(turned, said["rings"])) == sorted(map(turned, rings_of(one)))
