"""Water and border: what base maps do not show is not known, it is never passed.

Positions are read off an atlas: Lake Tanganyika lies at 29.5° E, 6.0° S; Kananga, 5.9° S, 22.4° E,
is more than 100 km from the border; Kasumbalesa, 12.26° S, 27.80° E, is on it.
"""

from __future__ import annotations

from decimal import Decimal

import pytest
from area_register import COUNTRY, DAY, GROUND, acting, in_force, layer, place
from shapely import LineString, box, from_wkt

from geo.casework.areas import places_met
from geo.casework.terrain import BANK, outside_border, water_cells
from geo.law.case import Met, Places
from geo.perimeter import Perimeter

WHOLE = from_wkt(COUNTRY)
NOTHING = Perimeter.empty()
IN_THE_LAKE = Perimeter.from_runs([(-720, 29 * 120 + 60, 29 * 120 + 62)])
RIVER = Perimeter.from_runs([(-1286, 3057, 3058)])


def at(lon: float, lat: float) -> Perimeter:
    """One carré with its south-west corner near a position."""
    col, row = round(lon * 120), round(lat * 120)
    return Perimeter.from_runs([(row, col, col + 1)])


def water(engine, law, *items, ground=GROUND):
    """The carrés in water, after these items were brought into force."""
    if items:
        in_force(engine, *items)
    with acting(engine) as unit:
        return water_cells(ground, places_met(unit, ground, DAY, law)[BANK])


def test_without_a_layer_of_banks_nobody_knows_whether_ground_is_dry(engine, law):
    assert water(engine, law) is None


def test_a_layer_of_banks_that_covers_the_ground_says_that_it_is_dry(engine, law):
    assert water(engine, law, layer(BANK, WHOLE)) == NOTHING


def test_a_layer_that_covers_a_part_says_nothing_of_the_rest(engine, law):
    west, south, east, north = GROUND.outline().bounds
    part = box(west - 1, south - 1, (west + east) / 2, north + 1)
    assert water(engine, law, layer(BANK, part)) is None


def test_a_river_of_a_layer_is_water_in_the_carres_that_it_crosses(engine, law):
    col, row = 3057.5 / 120, -1286 / 120
    river = LineString([(col, row - 0.001), (col, row + 0.5 / 120)])
    assert water(engine, law, layer(BANK, WHOLE), place(BANK, river, "Essai")) == RIVER


def test_a_lake_of_the_base_map_is_water_without_any_layer(engine, law):
    assert water(engine, law, ground=IN_THE_LAKE) == IN_THE_LAKE


@pytest.mark.parametrize(
    ("banks", "expected"),
    [
        (None, None),
        (Places(), NOTHING),
        (Places(covered=False), None),
        (Places((Met("r", Decimal(0), RIVER),), covered=False), RIVER),
        (Places((Met("r", Decimal(40), RIVER),)), NOTHING),
        (Places((Met("r", Decimal(0), RIVER, public=False),)), None),
    ],
)
def test_water_follows_what_is_covered_met_and_public(banks, expected):
    assert water_cells(GROUND, banks) == expected


def test_no_ground_is_dry_ground():
    assert water_cells(NOTHING, None) == NOTHING


def test_near_the_border_the_base_map_decides_nothing():
    assert outside_border(at(22.4, -5.9)) == NOTHING
    assert outside_border(at(27.80, -12.26)) is None
    abroad = at(33.0, -12.0)  # Zambia, 400 km from the border
    assert outside_border(abroad) == abroad
