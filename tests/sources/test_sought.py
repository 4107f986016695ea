"""What a line in the search field may mean: positions in any notation, and carrés.

Expected degrees are hand calculations; the UTM position is PROJ's ``cs2cs EPSG:32735 EPSG:4326``.
"""

from __future__ import annotations

import pytest

from geo.sources.gazetteer import places_named
from geo.sources.sought import read_cell, read_points

KOLWEZI = (25.5, -10.7)


def readings(line: str) -> list[tuple[str, float, float, bool]]:
    return [(p.order, round(p.lon, 4), round(p.lat, 4), p.inside) for p in read_points(line)]


@pytest.mark.parametrize(
    "line",
    [
        "10°42'00\" S 25°30'00\" E",
        "10° 42′ 00″ S  25° 30′ 00″ E",
        "25°30'00\" E ; 10°42'00\" S",
        "S10°42' E25°30'",
        "10 42 00 S 25 30 00 E",
        "10d42m00s S 25d30m00s E",
        "10,7 S 25,5 E",
        "25.5E, 10.7S",
        "10.7 S 25.5",
        "10°42' Sud, 25°30' Est",
    ],
)
def test_letters_of_the_compass_say_the_order(line: str) -> None:
    assert readings(line) == [("letters", *KOLWEZI, True)]


@pytest.mark.parametrize(
    ("line", "first"),
    [
        ("-10.7 25.5", "lat_lon"),
        ("-10,7 25,5", "lat_lon"),
        ("-10.7,25.5", "lat_lon"),
        ("25.5, -10.7", "lon_lat"),
        ("25,5;-10,7", "lon_lat"),
        ("\u221210.7 25.5", "lat_lon"),
        ("25 30 00 -10 42 00", "lon_lat"),
    ],
)
def test_without_letters_both_orders_are_told_the_one_in_the_country_first(
    line: str, first: str
) -> None:
    found = readings(line)
    assert found[0] == (first, *KOLWEZI, True)
    assert [one[3] for one in found] == [True, False]


def test_south_that_is_not_said_is_not_guessed() -> None:
    assert [(order, inside) for order, _, _, inside in readings("10.7 25.5")] == [
        ("lat_lon", False),
        ("lon_lat", False),
    ]


@pytest.mark.parametrize("line", ["35L 412345 8812345", "UTM 35 S 412345 8812345"])
def test_utm_with_its_zone(line: str) -> None:
    ((order, lon, lat, inside),) = readings(line)
    assert (order, inside) == ("utm", True)
    assert (lon, lat) == (pytest.approx(26.1983, abs=1e-4), pytest.approx(-10.7428, abs=1e-4))


@pytest.mark.parametrize(
    "line",
    [
        *("", "100", "PE 100", "PE 4960", "Kolwezi", "25.5", "10°42' S", "E 25 E 10"),
        *("10 S 20 S", "99 61 00 N 25 E", "1;2;3", "200 300", "x" * 500, "\x00", "9" * 79),
    ],
)
def test_what_is_no_position_is_none(line: str) -> None:
    assert read_points(line) == []


def test_a_position_on_a_line_is_of_the_carre_to_its_north_east() -> None:
    (point,) = read_points("10°42'00\" S 25°30'00\" E")
    assert point.cell == (3060, -1284)


@pytest.mark.parametrize(
    ("line", "cell"),
    [
        ("Carré 3060, −1284", (3060, -1284)),
        ("carre 3060 -1284", (3060, -1284)),
        ("cell 5,7", (5, 7)),
        ("3060,-1284", (3060, -1284)),
        ("25 -10", None),
        ("30600 1", None),
        ("cell 5", None),
        ("3060.5 -1284", None),
        ("100", None),
    ],
)
def test_a_carre_is_named_or_cannot_be_degrees(line: str, cell: tuple[int, int] | None) -> None:
    assert read_cell(line) == cell


def test_places_by_name_whatever_the_accents() -> None:
    assert [(p.kind, p.name) for p in places_named("KOLWEZI")] == [("town", "Kolwezi")]
    assert {p.name for p in places_named("kasai")} >= {"Kasaï", "Kasaï-Central"}
    assert {p.kind for p in places_named("katanga")} == {"province", "old_province"}
    assert places_named("k") == []
    assert places_named("zzzz") == []
