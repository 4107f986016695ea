"""The demonstration register: its truth against an independent count, and that it errs as told."""

import json
import math
from collections import Counter, defaultdict
from itertools import combinations, pairwise

import numpy as np
import pytest
import shapely
from shapely.geometry import shape

from geo import boundaries, demo
from geo.demo.rows import geometries_of, rows_of
from geo.errors import InputError

ROWS = 3000


@pytest.fixture(scope="module")
def register():
    return demo.generate(ROWS, seed=4)


@pytest.fixture(scope="module")
def later():
    return demo.generate_later(ROWS, seed=4)


def drawn(register):
    return [shape(geometry) for geometry in geometries_of(register.rights)]


def rings(geometry):
    return [polygon.exterior for polygon in shapely.get_parts(geometry)]


def lies_on_lattice(geometry):
    """Every vertex within 0.1″ of a node of 30″ and every edge along a meridian or parallel."""
    for ring in rings(geometry):
        nodes = [(round(x * 120), round(y * 120)) for x, y in ring.coords]
        for (x, y), (column, row) in zip(ring.coords, nodes, strict=True):
            if max(abs(x - column / 120), abs(y - row / 120)) > 0.1 / 3600:
                return False
        if any(a[0] != b[0] and a[1] != b[1] for a, b in pairwise(nodes)):
            return False
    return True


def carres_within(geometry):
    """The carrés whose centres lie inside by the even-odd rule: a plain set, cell by cell."""
    found = set()
    for ring in rings(geometry):
        nodes = [(round(x * 120), round(y * 120)) for x, y in ring.coords]
        walls = defaultdict(list)
        for (x0, y0), (x1, y1) in pairwise(nodes):
            if x0 == x1:
                for row in range(min(y0, y1), max(y0, y1)):
                    walls[row].append(x0)
        for row, columns in walls.items():
            columns.sort()
            for left, right in zip(columns[::2], columns[1::2], strict=True):
                found |= {(column, row) for column in range(left, right)}
    return found


def brute_force(register):
    """Pairs and shared carrés, and polygon pairs in carrés, from the drawn geometries alone."""
    shapes = drawn(register)
    on = [lies_on_lattice(geometry) for geometry in shapes]
    holders = defaultdict(list)
    for index, geometry in enumerate(shapes):
        if on[index]:
            for carre in carres_within(geometry):
                holders[carre].append(index)
    pairs = Counter(pair for rows in holders.values() for pair in combinations(sorted(rows), 2))
    polygons = {}
    whole = [shapely.make_valid(geometry) for geometry in shapes]
    for index in (i for i, lattice in enumerate(on) if not lattice):
        for other in range(len(shapes)):
            if other == index or (not on[other] and other < index):
                continue
            area = whole[index].intersection(whole[other]).area * 14400
            if area > 1e-4:
                polygons[min(index, other), max(index, other)] = area
    return dict(pairs), polygons, on


@pytest.mark.parametrize(
    ("rows", "seed", "make"),
    [(ROWS, 4, demo.generate), (ROWS, 4, demo.generate_later), (100, 0, demo.generate)],
)
def test_the_truth_equals_an_independent_count(rows, seed, make):
    register = make(rows, seed)
    truth = register.truth()
    pairs, polygons, on = brute_force(register)
    assert truth.pairs == pairs
    assert truth.polygon_pairs.keys() == polygons.keys()
    for pair, area in polygons.items():
        assert truth.polygon_pairs[pair] == pytest.approx(area, rel=1e-4)
    assert truth.off_lattice == on.count(False)
    assert [right.on_lattice for right in register.rights] == on
    valid = [geometry.is_valid for geometry in drawn(register)]
    assert [right.valid for right in register.rights] == valid
    assert truth.invalid == valid.count(False) == 1


@pytest.mark.parametrize("rows", [100, 101, 777, 1500])
def test_as_many_rows_as_asked(rows):
    assert len(demo.generate(rows).rights) == rows


def test_same_seed_same_register_other_seed_another(register):
    again = demo.generate(ROWS, seed=4)
    other = demo.generate(ROWS, seed=5)
    assert rows_of(again, "2015") == rows_of(register, "2015")
    assert geometries_of(again.rights) == geometries_of(register.rights)
    assert geometries_of(other.rights) != geometries_of(register.rights)


def test_all_lies_inside_the_country_but_the_swapped_one(register):
    outside = boundaries.shares_outside_country(drawn(register)) > 0
    swapped = [right.swapped for right in register.rights]
    assert outside.tolist() == swapped
    assert sum(swapped) == 1


def test_kinds_are_in_real_proportions(register):
    counts = Counter(right.kind for right in register.rights)
    real = {  # rows in the register of 2015
        "PR": 3278, "ZRG": 2802, "PE": 437, "ARPC": 324, "AECP": 287, "PEPM": 127, "ZEA": 70,
        "PER": 20, "AECT": 10,
    }  # fmt: skip
    assert counts.keys() == real.keys()
    for kind, number in real.items():
        expected = ROWS * number / 7355
        assert abs(counts[kind] - expected) < max(3, 0.1 * expected), kind


def test_sizes_and_outlines_are_those_of_real_rights(register):
    """Median of 106 carrés and 7 ring vertices, at most 471 (2015); all clockwise, no holes."""
    vertices = [sum(len(ring.coords) for ring in rings(geometry)) for geometry in drawn(register)]
    carres = [sum(stack.count for stack in right.stacks) for right in register.rights]
    assert np.median(vertices) in (7, 9)
    assert 80 < np.median(carres) < 140
    assert max(carres) <= 471
    for right, geometry in zip(register.rights, drawn(register), strict=True):
        for polygon in shapely.get_parts(geometry):
            assert polygon.exterior.is_ccw is right.swapped  # swapping axes turns a ring over
            assert not polygon.interiors


def test_coordinates_have_seven_decimals_as_in_2015(register):
    shifts = [
        max(abs(x * 120 - round(x * 120)), abs(y * 120 - round(y * 120))) / 120
        for right, geometry in zip(register.rights, drawn(register), strict=True)
        if right.on_lattice
        for ring in rings(geometry)
        for x, y in ring.coords
    ]
    assert 0 < max(shifts) < 1e-7  # rounding, about 1 cm: never exact, never far


def test_every_error_of_real_registers_is_there(register):
    rights = register.rights
    rows = rows_of(register, "portal")
    shapes = drawn(register)
    # 1: 0.6 % off the lattice: by a vertex, or by an edge between two nodes
    off = [geometry for right, geometry in zip(rights, shapes, strict=True) if not right.on_lattice]
    assert len(off) == pytest.approx(0.006 * ROWS, abs=3)
    on_nodes = [
        all(math.isclose(value * 120, round(value * 120), abs_tol=1e-4) for value in xy)
        for geometry in off
        for xy in [shapely.get_coordinates(geometry).ravel()]
    ]
    assert any(on_nodes)
    assert not all(on_nodes)
    # 5: multi-part; 6: codes on several rows, one right as several rows, repeated geometries
    assert any(geometry.geom_type == "MultiPolygon" for geometry in shapes)
    by_code = defaultdict(list)
    for right in rights:
        by_code[right.code].append(right)
    twice = [group for group in by_code.values() if len(group) > 1]
    assert any(right.kind == "ZRG" for group in twice for right in group)
    whole = [group for group in twice if group[0].kind == "PR"]
    for group in whole:
        carres = sum(stack.count for right in group for stack in right.stacks)
        assert [right.declared_cells for right in group] == [carres] * len(group)
    assert whole
    repeated = [n for n in Counter(geometry.wkb for geometry in shapes).values() if n > 1]
    assert len(repeated) >= round(ROWS * 48 / 7355)
    # 7: dates, statuses, holders, minerals
    dated = [right for right in rights if right.kind not in ("ZRG", "ZEA")]
    undated = sum(right.granted is None for right in dated) / len(dated)
    assert 0.1 < undated < 0.2  # 702 of 4,553 in 2015
    assert all(right.granted is None for right in rights if right.kind == "ZRG")
    expired = [r for r in dated if r.status == "Actif" and r.expires and r.expires < register.as_of]
    assert expired
    early = [right for right in dated if right.granted and right.expires < right.granted]
    assert len(early) == 1
    assert {"Renouvellment Octroi", "Actif-En Force Majeure"} <= {r.status for r in rights}
    assert {"PR (AS)", "PR (PP)", "ARPC (Car)"} <= {right.kind_raw for right in rights}
    sums = Counter(sum(share or 0 for _, share in right.holders) for right in dated)
    assert set(sums) == {100, 200}
    assert any(row["Commodities"] is None for row in rows)
    assert any((row["Commodities"] or "").startswith(", ") for row in rows)


def test_legal_stacking_is_there(register):
    kinds = Counter(
        "|".join(sorted((register.rights[a].kind, register.rights[b].kind)))
        for a, b in register.truth().pairs
    )
    stacked = {"PE|PER", "ARPC|PR", "AECP|PR", "ARPC|PE", "PR|ZRG", "PR|ZEA", "PR|PR", "PE|PE"}
    assert stacked <= kinds.keys()
    pending = [
        (register.rights[a], register.rights[b])
        for a, b in register.truth().pairs
        if "Nouvelle Demande" in (register.rights[a].status, register.rights[b].status)
        and "Radiation en cours" in (register.rights[a].status, register.rights[b].status)
    ]
    assert pending


def test_holders_and_rows_say_that_they_are_invented(register):
    assert all("(démonstration)" in name for right in register.rights for name, _ in right.holders)
    for schema in demo.SCHEMAS:
        for row in rows_of(register, schema):
            assert "Illustratif" in json.dumps(row, ensure_ascii=False, default=str)


def test_a_later_extract_changes_as_real_ones_do(register, later):
    before = {right.number: right for right in register.rights}
    after = {right.number: right for right in later.rights}
    cells = {
        number: carres_within(shape(geometries_of([right])[0]))
        for number, right in before.items()
        if right.on_lattice
    }
    for number, change in later.changes.items():
        new = carres_within(shape(geometries_of([after[number]])[0])) if number in after else set()
        old = cells.get(number, set())
        match change:
            case "smaller":
                assert new < old
            case "larger":
                assert new > old
            case "moved":
                assert new
                assert new.isdisjoint(old)
            case "gone":
                assert number not in after
            case "new":
                assert number not in before
            case "kind":
                assert new == old
                turn = f"{before[number].kind}>{after[number].kind}"
                assert turn in {"PR>PE", "PR>PEPM", "PEPM>PE", "ARPC>AECP"}
            case "holder":
                assert new == old
                assert after[number].holders != before[number].holders
            case _:
                pytest.fail(change)
        if number in after and number in before:
            assert after[number].code == before[number].code
    same = [n for n in before if n not in later.changes]
    assert geometries_of([before[n] for n in same]) == geometries_of([after[n] for n in same])
    assert 0.75 < len(same) / len(before) < 0.85
    counts = Counter(later.changes.values())
    assert counts["smaller"] > 3 * (counts["larger"] + counts["moved"])


def test_protected_areas_are_named_illustrative_and_apart():
    areas = demo.illustrative_areas()
    assert all(boundaries.country().covers(area) and area.is_valid for area in areas)
    assert all(a.disjoint(b) for a, b in combinations(areas, 2))


def test_too_small_a_register_is_refused():
    with pytest.raises(InputError, match="100 or more"):
        demo.generate(99)
