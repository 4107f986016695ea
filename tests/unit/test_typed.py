"""Vertices typed one a line: every notation gives one place, every fault its line and its place."""

from __future__ import annotations

import pytest

from geo.sources.typed import read_typed

HERE = (25.5, -10.75)


@pytest.mark.parametrize(
    "line",
    [
        "10°45'00\"S 25°30'00\"E",
        "S 10 45 00 E 25 30 00",
        "-10.75 25.5",
        "25,5 -10,75",
        "-10.75,25.5",
        "1; -10.75; 25.5",
        "S1 -10.75 25.5",
        "Borne 3: 10°45' S, 25°30' E",
        "3\t-10.75\t25.5",
        "12 -10 45 0 25 30 0",
        "-10:45:00 25:30:00",
        "10.75S 25.5",
        "2) 25.5 -10.75",
        "10d45m00sS 25d30m00sE",
    ],
)
def test_each_notation_is_the_same_place(line: str) -> None:
    assert read_typed([line]).places == (HERE,)


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("foo bar", "not_understood"),
        ("25.5", "not_understood"),
        ("10°45'S 25°30'S", "which_axis"),
        ("48.85 2.35", "outside_country"),
    ],
)
def test_a_line_that_cannot_be_used_is_named_and_the_others_stay(line: str, code: str) -> None:
    read = read_typed(["-10.75 25.5", line, "-10.75 25.6", "-10.6 25.5"])
    assert [(fault.code, fault.lines) for fault in read.faults if fault.code != "crosses"] == [
        (code, (2,))
    ]
    assert read.places[0] == HERE
    assert read.places[2] == (25.6, -10.75)
    if code == "not_understood":
        assert read.faults[0].at == pytest.approx((25.55, -10.75)), "between its neighbours"


def test_a_crossing_is_where_the_two_sides_meet() -> None:
    read = read_typed(["-10 25", "-9 26", "-10 26", "-9 25"])
    assert [(fault.code, fault.lines) for fault in read.faults] == [("crosses", (1, 3))]
    assert read.faults[0].at == pytest.approx((25.5, -9.5))


def test_a_side_that_runs_back_is_told() -> None:
    read = read_typed(["-10 25", "-10 27", "-10 26", "-9 25"])
    assert ("crosses", (1, 2)) in [(fault.code, fault.lines) for fault in read.faults]


def test_too_few_vertices_and_empty_lines() -> None:
    read = read_typed(["-10 25", "", "-10 26", "-10 25"])
    assert [fault.code for fault in read.faults] == ["too_few"]
    assert read.places[1] is None


def test_metres_are_eastings_and_northings() -> None:
    # EPSG:32735 has its central meridian (500 km east) at 27°, the equator at 10,000 km north.
    (place,) = read_typed(["1; 500 000; 10 000 000"], "EPSG:32735").places
    assert place == pytest.approx((27.0, 0.0), abs=1e-9)
