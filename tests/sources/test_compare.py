"""Two extracts of one register: every row of both in exactly one match, each with what became."""

import json
from collections import Counter
from dataclasses import replace

import geopandas
import pytest
from hypothesis import given
from hypothesis import strategies as st
from register_files import square, write
from shapely import MultiPolygon, Polygon
from shapely.affinity import translate as shifted

from geo.sources import read_register
from geo.sources.compare import Outcome, compare_readings


def reading_of(path, *rights):
    """A register of rights (code, kind, geometry, holder, more…) written and read back."""
    columns = {
        "Code": [right[0] for right in rights],
        "TypeAbb": [right[1] for right in rights],
        "Parties": [right[3] if len(right) > 3 else "A (100%)" for right in rights],
        "Status": ["Actif"] * len(rights),
        "OldCode": [right[4] if len(right) > 4 else None for right in rights],
        "Part": [right[5] if len(right) > 5 else None for right in rights],
        "guidShape": [str(i) for i in range(len(rights))],
        "DteGranted": [1271980800000] * len(rights),
    }
    geometry = [right[2] for right in rights]
    frame = geopandas.GeoDataFrame(columns, geometry=geometry, crs="EPSG:4326")
    return read_register(write(frame, path))


@pytest.fixture
def compared(tmp_path):
    def compare(old, new, suffix=".gpkg"):
        comparison = compare_readings(
            reading_of(tmp_path / "old.gpkg", *old), reading_of(tmp_path / f"new{suffix}", *new)
        )
        assert_accounted(comparison)
        return comparison

    return compare


def assert_accounted(comparison):
    for side, reading in (("old", comparison.old), ("new", comparison.new)):
        rows = Counter(row.row for match in comparison.matches for row in getattr(match, side))
        assert rows == Counter(row.row for row in reading.rows)


BASE = square(3000, -1300, 4, 4)
OBLIQUE = Polygon([(25, -10), (25.1, -10), (25, -9.9)])
SMALL_OBLIQUE = Polygon([(25, -10), (25.05, -10), (25, -9.95)])


@pytest.mark.parametrize(
    ("old", "new", "outcome", "cells"),
    [
        (BASE, BASE, "same", (16, 0, 0)),
        (BASE, square(3000, -1300, 2, 4), "smaller", (8, 8, 0)),
        (BASE, square(3000, -1300, 5, 4), "larger", (16, 0, 4)),
        (BASE, square(3002, -1300, 4, 4), "moved", (8, 8, 8)),
        (BASE, square(3100, -1300, 4, 4), "moved", (0, 16, 16)),
        (OBLIQUE, OBLIQUE, "same", (72, 0, 0)),
        (OBLIQUE, SMALL_OBLIQUE, "smaller", (18, 54, 0)),
        (SMALL_OBLIQUE, OBLIQUE, "larger", (18, 0, 54)),
        (OBLIQUE, square(3000, -1200, 12, 12), "larger", (72, 0, 72)),
    ],
)
def test_what_became_of_the_ground(compared, old, new, outcome, cells):
    """A triangle with legs of 0.1° (12 carrés) is 12 × 12 / 2 = 72 carrés."""
    (match,) = compared([("1", "PR", old)], [("1", "PR", new)]).matches
    assert match.outcome == outcome
    ground = match.difference
    found = (ground.kept_cells, ground.lost_cells, ground.gained_cells)
    assert found == pytest.approx(cells, abs=1e-6)
    assert match.changes == ()


def test_new_and_gone(compared):
    comparison = compared(
        [("1", "PR", BASE), ("2", "PR", square(3100, -1300))],
        [("1", "PR", BASE), ("3", "PE", square(3200, -1300))],
    )
    assert comparison.counts() == {
        "same": 1,
        "smaller": 0,
        "larger": 0,
        "moved": 0,
        "new": 1,
        "gone": 1,
    }


def test_changes_of_kind_and_holder_stand_beside_the_ground(compared):
    (match,) = compared(
        [("12", "PR", BASE, "A (100%)")], [("PE 12", "PE", square(3000, -1300, 2, 4), "B (100%)")]
    ).matches
    assert match.outcome is Outcome.SMALLER
    assert match.matched_by == "code"
    assert [(c.field, c.old, c.new) for c in match.changes] == [
        ("kind", "PR", "PE"),
        ("holders", "A (100 %)", "B (100 %)"),
    ]


@pytest.mark.parametrize(
    ("old", "new", "changed"),
    [
        ("Société X (100%)", "SOCIETE  X", False),
        ("X (60%), Y (40%)", "Y (40%), X (60%)", False),
        ("X (60%), Y (40%)", "X (50%), Y (50%)", True),
        ("X", "Y", True),
    ],
)
def test_a_holder_written_otherwise_is_the_same(compared, old, new, changed):
    (match,) = compared([("1", "PR", BASE, old)], [("1", "PR", BASE, new)]).matches
    assert bool(match.changes) is changed


def test_a_changed_code_is_found_by_the_former_code_or_by_the_ground(compared):
    comparison = compared(
        [("1", "PR", BASE), ("2", "PR", square(3100, -1300))],
        [
            ("11", "PR", square(3000, -1300, 2, 2), "A (100%)", "PR 1"),
            ("12", "PR", square(3100, -1300)),
        ],
    )
    by_former, by_ground = comparison.matches
    assert (by_former.matched_by, by_former.outcome) == ("old_code", "smaller")
    assert (by_ground.matched_by, by_ground.outcome) == ("ground", "same")
    assert [c.field for c in by_ground.changes] == ["code"]


def test_a_right_in_several_rows_is_one_right(compared):
    halves = [("1", "PR", square(3000, -1300, 2, 4)), ("1", "PR", square(3002, -1300, 2, 4))]
    (match,) = compared(halves, [("1", "PR", BASE)]).matches
    assert match.outcome is Outcome.SAME
    assert (len(match.old), len(match.new)) == (2, 1)


def test_parts_are_matched_one_by_one(compared):
    old = [("1", "PE", BASE, "A", None, "1"), ("1", "PE", square(3100, -1300, 2), "A", None, "2")]
    new = [("1", "PE", square(3100, -1300), "A", None, "2"), ("1", "PE", BASE, "A", None, "1")]
    outcomes = {match.new[0].part: match.outcome for match in compared(old, new).matches}
    assert outcomes == {"1": "same", "2": "smaller"}


def test_kinds_of_one_number_are_told_apart(compared):
    """A PR gives part of its ground to a PE of the same number."""
    comparison = compared(
        [("1", "PR", BASE)],
        [("1", "PR", square(3000, -1300, 2, 4)), ("1", "PE", square(3002, -1300, 2, 4))],
    )
    assert [match.outcome for match in comparison.matches] == ["smaller", "new"]


def test_grounds_that_repeat_under_other_codes_are_never_doubled(compared):
    same = [(str(code), "ZRG", BASE) for code in range(4)]
    other = [(str(code), "ZRG", BASE) for code in (0, 1, 7, 8, 9)]
    comparison = compared(same, other)
    assert comparison.counts()["same"] == 4
    assert comparison.counts()["new"] == 1


def test_a_ground_off_the_lattice_is_the_same_in_another_format(compared):
    (match,) = compared(
        [("A", "PR", OBLIQUE)], [("B", "PR", MultiPolygon([OBLIQUE]))], ".geojson"
    ).matches
    assert (match.outcome, match.matched_by) == ("same", "ground")


def test_a_ground_off_the_lattice_is_the_same_after_another_projection(compared):
    """Noise of 1e-9°, also across the rounding of a digit, and a vertex on an edge."""
    noisy = Polygon([(25 + 1e-9, -10), (25.1, -10 - 1e-9), (25, -9.9), (25, -9.95)])
    half = shifted(OBLIQUE, 3 + 5e-8)
    comparison = compared(
        [("A1", "PR", OBLIQUE), ("A2", "PR", half)],
        [("B1", "PR", noisy), ("B2", "PR", shifted(half, -1e-9))],
    )
    assert comparison.counts()["same"] == 2
    assert {match.matched_by for match in comparison.matches} == {"ground"}


def test_a_ground_off_the_lattice_that_differs_is_another(compared):
    """A triangle moved by a metre has other ground: 0.1° by 1e-5° is more than a tenth of a ‰."""
    comparison = compared([("A", "PR", OBLIQUE)], [("B", "PR", shifted(OBLIQUE, 1e-5))])
    assert comparison.counts()["gone"] == comparison.counts()["new"] == 1


def test_many_grounds_of_the_same_bounds_are_told_apart(compared):
    grounds = [Polygon([(25, -10), (25.1, -10), (25.05 + i / 1e5, -9.9)]) for i in range(300)]
    comparison = compared(
        [(f"A{i}", "PR", ground) for i, ground in enumerate(grounds)],
        [(f"B{i}", "PR", ground) for i, ground in enumerate(grounds)],
    )
    assert comparison.counts()["same"] == 300
    assert all(match.old[0].row == match.new[0].row for match in comparison.matches)


def test_the_same_file_twice_changes_nothing(compared):
    rights = [("1", "PR", BASE), ("1", "PR", OBLIQUE), (None, "PE", BASE), ("2", "ZEA", BASE)]
    comparison = compared(rights, rights)
    assert set(comparison.counts()) - {k for k, n in comparison.counts().items() if n} == {
        "smaller",
        "larger",
        "moved",
        "new",
        "gone",
    }
    assert comparison.changed() == {}


def test_a_column_that_one_extract_lacks_changes_nothing(tmp_path):
    old = reading_of(tmp_path / "old.gpkg", ("1", "PR", BASE))
    frame = geopandas.GeoDataFrame({"code": ["1"]}, geometry=[BASE], crs="EPSG:4326")
    new = read_register(write(frame, tmp_path / "new.gpkg"))
    (match,) = compare_readings(old, new).matches
    assert match.changes == ()


def test_the_json_form_is_plain_and_complete(compared):
    comparison = compared(
        [("1", "PR", BASE)], [("1", "PE", square(3000, -1300)), ("2", "PR", BASE)]
    )
    plain = json.loads(json.dumps(comparison.to_json(), allow_nan=False))
    assert plain["old"]["rows"] == 1
    assert plain["rights"]["smaller"] == 1
    assert plain["matches"][0] == {
        "outcome": "smaller",
        "code": "1",
        "kind": "PE",
        "matched_by": "code",
        "old_rows": [1],
        "new_rows": [1],
        "exact": True,
        "kept_cells": 1,
        "lost_cells": 15,
        "gained_cells": 0,
        "changes": {"kind": ["PR", "PE"]},
    }


rows = st.lists(st.integers(0, 11), unique=True)


@given(rows, rows, st.data())
def test_any_two_extracts_are_accounted_for(whole_register, kept_old, kept_new, data):
    def some(kept):
        codes = st.sampled_from(["1", "2", "PE 3", None])
        return replace(
            whole_register,
            rows=tuple(
                replace(whole_register.rows[i], code=data.draw(codes), part=data.draw(codes))
                for i in kept
            ),
        )

    assert_accounted(compare_readings(some(kept_old), some(kept_new)))


@pytest.fixture(scope="module")
def whole_register(tmp_path_factory):
    rights = [
        (
            str(i % 5),
            ["PR", "PE", "ZEA"][i % 3],
            OBLIQUE if i % 4 == 3 else square(3000 + i // 2, 0, 2),
        )
        for i in range(12)
    ]
    return reading_of(tmp_path_factory.mktemp("whole") / "register.gpkg", *rights)
