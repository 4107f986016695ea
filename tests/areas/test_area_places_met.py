"""Which restricted places a perimeter meets: each class on both sides of its limit."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
import shapely
from area_register import (
    COUNTRY,
    DAY,
    GROUND,
    SINCE,
    acting,
    edge,
    from_side,
    in_force,
    layer,
    place,
)
from shapely import LineString, Point, box, from_wkt

from geo.casework.areas import places_met
from geo.errors import InputError
from geo.law.case import Places
from geo.register.areas.measure import CUT_DEG
from geo.register.areas.orders import AreaItem
from geo.register.areas.writer import AreaChange, confirm_areas, propose_areas

WHOLE = from_wkt(COUNTRY)
LIMITS = {
    "settlement": 90,
    "state_works": 90,
    "defence": 1000,
    "street": 5,
    "road": 20,
    "motorway": 50,
    "building": 180,
    "farmland": 45,
    "cattle_dam": 90,
}
STRICT = {"settlement", "state_works", "defence", "street", "road", "motorway"}
INSIDE = (
    *("forbidden_zone", "protected_area", "national_park", "reserve_zone", "zrg", "works_ban"),
    *("cemetery", "archaeological_site", "national_monument", "airport", "planned_railway"),
    "forest_nursery",
)


def met(engine, law, ground=GROUND, day=DAY, **more):
    with acting(engine) as unit:
        return places_met(unit, ground, day, law, **more)


def at(side, metres):
    return Point(from_side(GROUND, side, metres))


def test_every_class_of_the_law_is_asked_and_undetermined_without_a_layer(engine, law):
    found = met(engine, law)
    assert (
        set(found)
        == set(law.restricted)
        == {*LIMITS, *INSIDE}
        | {
            *("existing_railway", "bank", "border"),
        }
    )
    assert set(found.values()) == {None}


def test_a_class_that_was_not_in_force_is_not_asked(engine, law):
    assert "settlement" not in met(engine, law, day=date(2002, 7, 10))
    assert "settlement" in met(engine, law, day=DAY)
    assert "settlement" not in met(engine, law, day=DAY, rules_on=date(2002, 7, 10))


@pytest.mark.parametrize("side", ["north", "east", "south", "west"])
def test_each_distance_is_strict_where_the_law_is(engine, law, side):
    """At the limit less 1 cm, at the limit, 1 cm beyond; positions by geodesics of pyproj."""
    items = [layer(name, WHOLE) for name in LIMITS]
    for name, limit in LIMITS.items():
        for step in (-0.01, 0.0, 0.01):
            items.append(place(name, at(side, limit + step), f"{step:+}", marked=True))
    in_force(engine, *items)
    found = met(engine, law)
    for name, limit in LIMITS.items():
        names = {"-0.01"} if name in STRICT else {"-0.01", "+0.0"}
        assert {one.name for one in found[name].met} == names, name
        nearest = next(one for one in found[name].met if one.name == "-0.01")
        assert nearest.distance_m == Decimal(limit) - Decimal("0.01"), name
        assert nearest.distance_m.as_tuple().exponent == -3
        assert found[name].covered
        if name not in STRICT:
            assert next(m for m in found[name].met if m.name == "+0.0").distance_m == limit


def test_the_carres_concerned_are_those_nearer_than_the_limit(engine, law):
    """180 m east of the middle row's edge: that carré alone; in a corner of it, its neighbours."""
    corner = Point(3060 / 120, -1285 / 120)  # a node of the east side
    in_force(
        engine,
        layer("building", WHOLE),
        place("building", at("east", 100), "bâtiment"),
        layer("settlement", WHOLE),
        place("settlement", corner, "village"),
    )
    found = met(engine, law)
    assert list(found["building"].met[0].cells) == [(3059, -1285)]
    village = found["settlement"].met[0]
    assert (village.distance_m, list(village.cells)) == (0, [(3059, -1286), (3059, -1285)])


@pytest.mark.parametrize("name", INSIDE)
def test_an_area_that_only_touches_is_not_met_and_one_that_shares_ground_is(engine, law, name):
    west, south, east, north = GROUND.outline().bounds
    in_force(
        engine,
        layer(name, WHOLE),
        place(name, box(east, south, east + 0.1, north), "voisine"),
        place(name, box(west - 0.1, south, west, north), "autre voisine"),
        place(name, box(east, north, east + 0.1, north + 0.1), "au coin"),
        place(name, box(east - 0.001, south, east + 0.1, south + 0.001), "dedans"),
        place(name, Point(*edge(GROUND, "north")), "point au bord"),
        place(name, Point(3057 / 120, -1285 / 120), "point sur un nœud intérieur"),
        place(name, LineString([(west, south), (west, north)]), "ligne au bord"),
        place(
            name, LineString([(west - 1, north - 0.001), (west + 0.001, north - 0.001)]), "ligne"
        ),
    )
    found = met(engine, law)[name]
    by_name = {one.name: one for one in found.met}
    assert set(by_name) == {"dedans", "point sur un nœud intérieur", "ligne"}
    assert {one.distance_m for one in found.met} == {0}
    assert list(by_name["dedans"].cells) == [(3059, -1286)]
    assert list(by_name["ligne"].cells) == [(3056, -1284)]
    assert len(by_name["point sur un nœud intérieur"].cells) == 4


def test_a_sliver_of_rounded_coordinates_is_no_encroachment_but_a_small_site_is(engine, law):
    """1e-4 carré is 85 m²: a border 3 cm inside is a drawing; a 6 m site within is a site."""
    west, south, east, north = GROUND.outline().bounds
    inch = 3e-7  # about 3 cm
    site = box(west + 0.002, south + 0.002, west + 0.002 + 5e-5, south + 0.002 + 5e-5)
    in_force(
        engine,
        layer("national_park", WHOLE),
        place("national_park", box(east - inch, south, east + 1, north), "bord arrondi"),
        layer("archaeological_site", WHOLE),
        place("archaeological_site", site, "site"),
    )
    found = met(engine, law)
    assert found["national_park"] == Places((), covered=True)
    assert [one.name for one in found["archaeological_site"].met] == ["site"]


def test_a_layer_that_covers_nothing_determines_nothing_but_still_reports(engine, law):
    in_force(engine, layer("cemetery"), place("cemetery", GROUND.outline().centroid, "cimetière"))
    found = met(engine, law)["cemetery"]
    assert not found.covered
    assert [one.name for one in found.met] == ["cimetière"]


def test_coverage_must_hold_the_perimeter_with_the_distance_around_it(engine, law):
    """90 m of a settlement's rule: covered 150 m around is enough, 80 m around is not."""
    west, south, east, north = GROUND.outline().bounds
    degree_m = 110_574
    for metres, covered in ((150, True), (80, False)):
        around = box(
            *(
                v + s * metres / degree_m
                for v, s in zip((west, south, east, north), (-1.03, -1, 1.03, 1), strict=True)
            )
        )
        change = in_force(engine, layer("settlement", around))
        assert met(engine, law)["settlement"] == Places((), covered=covered)
        ended = _layer_of(engine, change)
        in_force(engine, AreaItem("end_layer", SINCE, ended))
    in_force(engine, layer("national_park", GROUND.outline()))  # its rule asks for the ground alone
    assert met(engine, law)["national_park"] == Places((), covered=True)


def test_several_layers_cover_together_and_a_part_alone_does_not(engine, law):
    west, south, east, north = GROUND.outline().bounds
    middle = west + 0.01
    in_force(engine, layer("cemetery", box(west - 1, south - 1, middle, north + 1)))
    assert met(engine, law)["cemetery"] == Places((), covered=False)
    in_force(engine, layer("cemetery", box(middle, south - 1, east + 1, north + 1)))
    assert met(engine, law)["cemetery"] == Places((), covered=True)


def test_a_defence_site_counts_only_if_fenced_or_signposted(engine, law):
    in_force(engine, layer("defence", WHOLE), place("defence", at("east", 10), "a", marked=False))
    assert met(engine, law)["defence"] == Places((), covered=True)
    in_force(engine, layer("defence", WHOLE), place("defence", at("east", 10), "b"))
    assert met(engine, law)["defence"] == Places((), covered=False)
    in_force(engine, layer("defence", WHOLE), place("defence", at("east", 10), "c", marked=True))
    found = met(engine, law)["defence"]
    assert [one.name for one in found.met] == ["c"]
    assert not found.covered  # b stays in doubt


def test_a_layer_that_is_not_public_names_its_class_only(engine, law):
    in_force(
        engine,
        layer("defence", WHOLE, public=False),
        place("defence", at("east", 10), "camp imaginaire", marked=True),
    )
    (one,) = met(engine, law)["defence"].met
    assert (one.name, one.public) == (law.restricted["defence"].name.fr, False)
    assert "camp" not in repr(one)


def test_a_distance_that_the_law_leaves_open_is_set_by_whoever_asks(engine, law):
    rail = LineString([from_side(GROUND, "north", 300), from_side(GROUND, "north", 3000)])
    in_force(engine, layer("existing_railway", WHOLE), place("existing_railway", rail, "voie"))
    assert met(engine, law)["existing_railway"].met == ()
    wide = met(engine, law, chosen_m={"existing_railway": Decimal(300)})["existing_railway"].met
    assert [one.distance_m for one in wide] == [Decimal("300.000")]
    narrow = met(engine, law, chosen_m={"existing_railway": Decimal("299.99")})
    assert narrow["existing_railway"].met == ()
    for wrong in (Decimal(-1), Decimal(10_001)):
        with pytest.raises(InputError, match="no distance between"):
            met(engine, law, chosen_m={"border": wrong})


def test_both_clocks(engine, law):
    """Added from 2019, moved away from 2021 on; what was known before stays readable."""
    near, far = at("east", 50), at("east", 5000)
    change = in_force(engine, layer("settlement", WHOLE), place("settlement", near, "village"))
    number, area = _layer_of(engine, change), _area_of(engine, change)
    with acting(engine) as unit:
        before = unit.connection.exec_driver_sql("select max(id) from register.revision").scalar()
    moved = AreaItem("alter", date(2021, 1, 1), number, area, {}, far)
    in_force(engine, moved)

    def names(day, **more):
        found = met(engine, law, day=day, **more)["settlement"]
        return None if found is None else [one.name for one in found.met]

    assert names(date(2018, 12, 31)) is None
    assert names(SINCE) == names(date(2020, 12, 31)) == ["village"]
    assert names(date(2021, 1, 1)) == []
    assert names(date(2021, 1, 1), as_known_on=before) == ["village"]
    in_force(engine, AreaItem("end", date(2020, 6, 1), number, area))
    assert names(date(2020, 5, 31)) == ["village"]
    assert names(date(2020, 6, 1)) == names(date(2022, 1, 1)) == []


def test_a_change_of_the_past_reaches_to_what_is_known_now(engine, law):
    """Told late that it had moved in June: the year after as well, where nothing else was said."""
    change = in_force(engine, layer("settlement", WHOLE), place("settlement", at("east", 50), "v"))
    number, area = _layer_of(engine, change), _area_of(engine, change)
    in_force(engine, AreaItem("alter", date(2021, 1, 1), number, area, {"name": "w"}))
    in_force(engine, AreaItem("alter", date(2020, 6, 1), number, area, {}, at("east", 60)))
    for day, metres in ((date(2020, 5, 31), 50), (date(2020, 6, 1), 60), (date(2022, 1, 1), 60)):
        (one,) = met(engine, law, day=day)["settlement"].met
        assert one.distance_m == metres


def test_long_edges_of_a_place_are_straight_in_degrees_as_drawn(engine, law):
    """A limit of 1° along a parallel: its geodesic would bulge 44 m; it lies 40 m away as drawn."""
    lon, lat = from_side(GROUND, "south", 40)
    park = shapely.Polygon(
        [(lon - 0.5, lat - 1), (lon + 0.5, lat - 1), (lon + 0.5, lat), (lon - 0.5, lat)]
    )
    in_force(engine, layer("settlement", WHOLE), place("settlement", park, "cité"))
    (one,) = met(engine, law)["settlement"].met
    assert one.distance_m == Decimal("40.000")
    assert CUT_DEG < 1 / 120


def _layer_of(engine, change):
    with acting(engine) as unit:
        return unit.connection.exec_driver_sql(
            "select layer_id from register.area_item where change_id = %s", (change,)
        ).scalar()


def _area_of(engine, change):
    with acting(engine) as unit:
        return unit.connection.exec_driver_sql(
            "select area_id from register.area_item where change_id = %s and area_id is not null",
            (change,),
        ).scalar()


def test_what_waits_is_not_in_force(engine, law):
    with acting(engine) as unit:
        change = propose_areas(unit, AreaChange("essai", [layer("cemetery", WHOLE)]))
    assert met(engine, law)["cemetery"] is None
    with acting(engine, "second") as unit:
        confirm_areas(unit, change)
    assert met(engine, law)["cemetery"] == Places((), covered=True)
