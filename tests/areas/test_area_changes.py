"""Changes of restricted layers: four eyes by the writer and by raw SQL, and how they read."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import psycopg
import pytest
from area_register import COUNTRY, DAY, GROUND, SINCE, acting, from_side, in_force, layer, place
from shapely import MultiPolygon, Point, Polygon, box, from_wkt
from sqlalchemy import exc, text

from geo.errors import InputError, NotFound, NotPermitted, RegisterError, SecondPersonNeeded
from geo.law import Law
from geo.register.areas.orders import AreaItem, items_from
from geo.register.areas.reader import (
    area_change,
    area_changes,
    difference_of,
    layers_on,
    public_areas,
    public_layers,
)
from geo.register.areas.writer import AreaChange, confirm_areas, propose_areas, reject_areas
from geo.register.connection import ADMIN, PUBLIC

WHOLE = from_wkt(COUNTRY)
CEMETERY = [layer("cemetery", WHOLE), place("cemetery", Point(25.5, -10.7), "Cimetière fictif")]


def propose(engine, items=CEMETERY, login="first"):
    with acting(engine, login) as unit:
        return propose_areas(unit, AreaChange("essai", items))


def test_classes_are_those_of_the_law_with_their_effects(engine, law: Law):
    with acting(engine) as unit:
        rows = unit.connection.execute(text("select class, effect from register.area_class"))
        assert {row[0]: row[1] for row in rows} == {
            name: one.effect.value for name, one in law.restricted.items()
        }


def test_another_person_confirms(engine):
    change = propose(engine)
    with acting(engine, "second") as unit:
        assert layers_on(unit.connection, DAY, 10**9) == []
        revision = confirm_areas(unit, change, "vérifié")
    with acting(engine) as unit:
        (one,) = layers_on(unit.connection, DAY, revision)
        assert (one.class_, one.effect, one.areas, one.covers) == ("cemetery", "consent", 1, True)
        assert layers_on(unit.connection, date(2018, 12, 31), revision) == []
        assert layers_on(unit.connection, DAY, revision - 1) == []
        told = area_change(unit.connection, change)
    assert (told.state, told.proposed_by, told.decided_by) == ("confirmed", "first", "second")
    assert (told.decision_reason, told.items) == ("vérifié", {"add": 1, "add_layer": 1})


@pytest.mark.parametrize("decide", [confirm_areas, lambda u, c: reject_areas(u, c, "non")])
def test_the_same_person_decides_nothing(engine, decide):
    change = propose(engine)
    with pytest.raises(SecondPersonNeeded, match="Another person"), acting(engine) as unit:
        decide(unit, change)
    with acting(engine, "second") as unit:
        decide(unit, change)


def test_a_change_is_decided_once_and_a_refused_one_leaves_nothing(engine):
    change = propose(engine)
    with pytest.raises(InputError, match="needs its reason"), acting(engine, "second") as unit:
        reject_areas(unit, change, "  ")
    with acting(engine, "second") as unit:
        reject_areas(unit, change, "source trop ancienne")
    for again in (confirm_areas, lambda u, c: reject_areas(u, c, "encore")):
        with pytest.raises(RegisterError, match="rejected already"), acting(engine, "second") as u:
            again(u, change)
    with acting(engine) as unit:
        assert layers_on(unit.connection, DAY, 10**9) == []
    with pytest.raises(NotFound), acting(engine, "second") as unit:
        confirm_areas(unit, 10**6)


def test_nobody_without_an_account_proposes_or_decides(engine):
    change = propose(engine)
    for login in ("nobody", "public", ""):
        with pytest.raises(NotPermitted), acting(engine, login) as unit:
            propose_areas(unit, AreaChange("essai", CEMETERY))
        with pytest.raises(NotPermitted), acting(engine, login) as unit:
            confirm_areas(unit, change)


@pytest.mark.parametrize("role", [PUBLIC, "mabele_company", "mabele_egc", "mabele_minister"])
def test_other_roles_write_nothing_and_read_no_table(engine, role):
    change = propose(engine)
    with pytest.raises(NotPermitted), acting(engine, "second", role) as unit:
        confirm_areas(unit, change)
    with pytest.raises(NotPermitted), acting(engine, "second", role) as unit:
        unit.connection.execute(text("select * from register.area_version"))


RAW = {
    "same person": (
        "first",
        "update register.area_change set state = 'confirmed' where id = :change",
        "four_eyes",
    ),
    "somebody else's name": (
        "first",
        "insert into register.area_change (reason, proposed_by) values ('x', 2)",
        "permission denied",
    ),
    "born confirmed": (
        "first",
        "insert into register.area_change (reason, state) values ('x', 'confirmed')",
        "permission denied",
    ),
    "an item of another day": (
        "second",
        "insert into register.area_item (change_id, action, layer_id, valid_from, facts) "
        "values (:change, 'end_layer', 99, '2020-01-01', '{}')",
        "written together with its change",
    ),
    "an item altered": (
        "first",
        "update register.area_item set valid_from = '2000-01-01'",
        "permission denied",
    ),
    "a layer directly": (
        "first",
        "insert into register.area_layer_version (layer_id, class, name, source, vintage, public, "
        "change_id, valid, known) values (9, 'cemetery', 'x', 'x', '2020-01-01', true, :change, "
        "'[2020-01-01,)', int8range(register.open_revision(), null))",
        "permission denied",
    ),
    "an area removed": ("second", "delete from register.area_version", "permission denied"),
    "decided for another": (
        "second",
        "update register.area_change set decided_by = 1 where id = :change",
        "permission denied",
    ),
}


@pytest.mark.parametrize("case", RAW)
def test_the_database_refuses_by_itself(engine, case):
    login, statement, said = RAW[case]
    change = propose(engine)
    with pytest.raises((exc.DBAPIError, NotPermitted)) as refused, acting(engine, login) as unit:
        unit.connection.execute(text(statement), {"change": change})
    cause = refused.value.orig if isinstance(refused.value, exc.DBAPIError) else None
    cause = cause or getattr(refused.value.__cause__, "orig", None)
    assert said in str(cause)


@pytest.mark.parametrize("state", ["proposed", "confirmed"])
def test_even_the_owner_writes_only_what_is_confirmed_now(engine, owner_engine, state):
    change = propose(engine)
    if state == "confirmed":
        with acting(engine, "second") as unit:
            confirm_areas(unit, change)
    direct = text(
        "insert into register.area_version (area_id, layer_id, geom, change_id, valid, known) "
        "values (77, 1, st_setsrid(st_makepoint(25, -10), 4326), :change, '[2020-01-01,)', "
        "int8range(register.open_revision(), null))"
    )
    refused = pytest.raises(exc.DBAPIError, match="comes of a change that is confirmed now")
    with owner_engine.connect() as connection, refused:
        connection.execute(direct, {"change": change})


def test_a_change_without_items_is_refused_by_the_database_too(engine):
    with pytest.raises(InputError, match="no items"), acting(engine) as unit:
        propose_areas(unit, AreaChange("essai", []))
    with pytest.raises(exc.DBAPIError, match="lacks its file"), acting(engine) as unit:
        unit.connection.execute(text("insert into register.area_change (reason) values ('x')"))


def _numbers(engine, change):
    with acting(engine) as unit:
        rows = unit.connection.execute(
            text(
                "select layer_id, area_id from register.area_item where change_id = :c order by id"
            ),
            {"c": change},
        ).all()
    return rows[0][0], [row[1] for row in rows if row[1] is not None]


def test_a_proposed_change_reads_as_a_difference(engine):
    """An area that moves 100 m east, one renamed, one ended, one added; the layer gets coverage."""
    lon, lat = from_side(GROUND, "east", 1000)
    points = [Point(lon, lat + i / 100) for i in range(3)]
    first = in_force(engine, layer("cemetery"), *(place("cemetery", p, "avant") for p in points))
    number, (a, b, c) = _numbers(engine, first)
    day = date(2021, 1, 1)
    moved = Point(from_side(GROUND, "east", 1100))
    change = propose(
        engine,
        [
            AreaItem("alter_layer", day, number, facts={"licence": "libre"}, geometry=WHOLE),
            AreaItem("alter", day, number, a, {}, moved),
            AreaItem("alter", day, number, b, {"name": "après", "marked": True}),
            AreaItem("end", day, number, c),
            AreaItem("add", day, number, facts={"name": "neuf"}, geometry=points[0]),
        ],
    )
    for decided in (False, True):
        if decided:
            with acting(engine, "second") as unit:
                confirm_areas(unit, change)
        with acting(engine) as unit:
            covered, move, rename, ended, added = difference_of(unit.connection, change)
        assert (covered.action, covered.changed) == ("alter_layer", {"licence": (None, "libre")})
        assert covered.geometry.equals(WHOLE)
        assert abs(move.moved_m - 100) < 0.01
        assert (move.changed, rename.moved_m) == ({}, None)
        assert rename.changed == {"name": ("avant", "après"), "marked": (None, True)}
        assert (ended.action, ended.name, ended.geometry) == ("end", "avant", points[2])
        assert (added.action, added.name, added.class_, added.moved_m) == (
            *("add", "neuf", "cemetery"),
            None,
        )


def test_what_changed_since_the_proposal_asks_for_a_new_one(engine):
    number, (area,) = _numbers(engine, in_force(engine, *CEMETERY))
    day = date(2021, 1, 1)
    stale = propose(engine, [AreaItem("alter", day, number, area, {"name": "un"})])
    in_force(engine, AreaItem("alter", day, number, area, {"name": "deux"}))
    with pytest.raises(RegisterError, match="changed since"), acting(engine, "second") as unit:
        confirm_areas(unit, stale)
    with acting(engine) as unit:
        assert [c.id for c in area_changes(unit.connection, state="proposed")] == [stale]


def test_what_is_not_there_is_not_altered(engine):
    number, (area,) = _numbers(engine, in_force(engine, *CEMETERY))
    for item in (
        AreaItem("end_layer", DAY, 10**6),
        AreaItem("alter", DAY, number, 10**6, {"name": "x"}),
        AreaItem("alter", date(2018, 1, 1), number, area, {"name": "x"}),
    ):
        with pytest.raises(NotFound, match="not in force"), acting(engine) as unit:
            propose_areas(unit, AreaChange("essai", [item]))
    twice = [AreaItem("end", DAY, number, area)] * 2
    with pytest.raises(InputError, match="two things"), acting(engine) as unit:
        propose_areas(unit, AreaChange("essai", twice))
    with pytest.raises(InputError, match="no class of restricted places"), acting(engine) as unit:
        propose_areas(unit, AreaChange("essai", [layer("volcano")]))
    with pytest.raises(InputError, match="no layer is added under the label"), acting(engine) as u:
        propose_areas(u, AreaChange("essai", [replace(CEMETERY[1], layer="autre")]))


def test_an_area_that_ended_with_its_layer_is_in_no_view(engine):
    number, _ = _numbers(engine, in_force(engine, *CEMETERY))
    with acting(engine, "second", PUBLIC) as unit:
        assert [one.id for one in public_layers(unit.connection)] == [number]
        assert public_areas(unit.connection, number, 10, 0)[0] == 1
    in_force(engine, AreaItem("end_layer", date(2020, 1, 1), number))
    with acting(engine, "second", PUBLIC) as unit:
        assert public_layers(unit.connection) == []
        assert unit.connection.execute(text("select * from published.area")).all() == []
        with pytest.raises(NotFound):
            public_areas(unit.connection, number, 10, 0)


def test_a_layer_that_is_not_public_is_in_no_published_view(engine):
    in_force(
        engine,
        layer("defence", WHOLE, public=False),
        place("defence", Point(25.5, -10.7), "camp imaginaire", marked=True),
        *CEMETERY,
    )
    with acting(engine, "second", PUBLIC) as unit:
        (one,) = public_layers(unit.connection)
        assert one.class_ == "cemetery"
        # a condition of the asker's own must not see what the filter leaves out
        probe = text("select count(*) from published.area where name = 'camp imaginaire' or "
                     "1 / (case when name like 'camp%' then 0 else 1 end) = 1")  # fmt: skip
        assert unit.connection.execute(probe).scalar() == 1
        every = unit.connection.execute(text("select * from published.area")).all()
        assert "camp" not in str(every)


def test_geometry_is_kept_exactly(engine):
    odd = Polygon([(25.1234567890123, -10.1), (25.2, -10.1), (25.2, -10.2), (25.1, -10.2)])
    number, _ = _numbers(engine, in_force(engine, layer("cemetery"), place("cemetery", odd)))
    with acting(engine, "second", PUBLIC) as unit:
        _, (area,) = public_areas(unit.connection, number, 10, 0)
    assert area.geometry.wkb == odd.wkb


def test_names_are_kept_as_text_whatever_they_say(engine):
    name = "<script>alert(1)</script>'; drop table register.area_version; --"
    items = items_from(
        [
            {
                "action": "add_layer", "layer": "a", "from": "2019-01-01", "class": "cemetery",
                "name": name, "source": "=1+1", "vintage": "2018-01-01", "public": True,
            },
            {
                "action": "add", "layer": "a", "from": "2019-01-01", "name": f"{name}\x00\u202e",
                "geometry": {"type": "Point", "coordinates": [25.5, -10.7]},
            },
        ]
    )  # fmt: skip
    number, _ = _numbers(engine, in_force(engine, *items))
    with acting(engine, "second", PUBLIC) as unit:
        _, (area,) = public_areas(unit.connection, number, 10, 0)
    assert area.name == name  # NUL and the direction override are gone, the rest is text


BOW_TIE = "POLYGON((25 -10, 26 -11, 26 -10, 25 -11, 25 -10))"
ADD = {"action": "add", "layer": 1, "from": "2020-01-01", "geometry": "POINT(25 -10)"}
NAMED = {"layer": 1, "from": "2020-01-01", "name": "x"}
LAYER = {
    "action": "add_layer",
    "layer": "a",
    "from": "2020-01-01",
    "class": "cemetery",
    "name": "n",
    "source": "s",
    "vintage": "2019-01-01",
    "public": True,
}


@pytest.mark.parametrize(
    ("items", "said"),
    [
        (None, "no items"),
        ("text", "no items"),
        ([3], "item 1 is no table"),
        ([{"action": "snap"}], "action is one of"),
        ([{**ADD, "colour": "red"}], "unknown keys colour"),
        ([{**ADD, "from": "1/2/2020"}], "is no day"),
        ([{**ADD, "layer": None}], "names no layer"),
        ([{**ADD, "layer": True}], "names no layer"),
        ([{**ADD, "geometry": None}], "needs its geometry"),
        ([{**ADD, "geometry": "POINT(25"}], "cannot be read"),
        ([{**ADD, "geometry": {"type": "Nothing"}}], "cannot be read"),
        ([{**ADD, "geometry": BOW_TIE}], r"invalid_geometry \(Self-intersection"),
        ([{**ADD, "geometry": "POINT(200 -10)"}], "bad_coordinates"),
        ([{**ADD, "geometry": "GEOMETRYCOLLECTION(POINT(25 -10))"}], "geometry_kind"),
        ([{**ADD, "geometry": "POLYGON EMPTY"}], "no_geometry"),
        ([{**ADD, "marked": "yes"}], "true or false"),
        ([{**ADD, "consent_of": "the king"}], "one of owner, occupant, authority"),
        ([{**ADD, "area": 3}], "names no area"),
        ([{**ADD, "name": "x" * 501}], "more than 500"),
        ([{**ADD, "action": "alter"}], "name the area"),
        ([{**NAMED, "action": "end", "area": 2}], "what ends"),
        ([{k: v for k, v in LAYER.items() if k != "public"}], "needs public"),
        ([{k: v for k, v in LAYER.items() if k != "source"}], "needs source"),
        ([{**LAYER, "coverage": "POINT(25 -10)"}], "a coverage is a polygon"),
        ([{**NAMED, "action": "alter_layer", "public": False}], "do not change"),
    ],
)  # fmt: skip
def test_what_cannot_be_proposed_is_named(items, said):
    with pytest.raises(InputError, match=said):
        items_from(items)


def test_what_can_be_proposed_beside_it():
    layer_, area = items_from([{**LAYER, "coverage": "POLYGON((1 1, 2 1, 2 2, 1 1))"}, ADD])
    assert (layer_.action, area.geometry) == ("add_layer", Point(25, -10))


def test_the_database_refuses_a_geometry_that_is_not_valid(engine):
    bow_tie = from_wkt(BOW_TIE)
    bad = [layer("cemetery"), place("cemetery", bow_tie)]
    with pytest.raises((exc.DBAPIError, psycopg.errors.CheckViolation)) as refused:
        propose(engine, bad)
    assert "area_item_valid" in str(refused.value)


def test_a_coverage_of_one_polygon_is_one_of_many(engine):
    first = in_force(engine, layer("cemetery", box(25, -11, 26, -10)))
    number, _ = _numbers(engine, first)
    in_force(engine, AreaItem("alter_layer", SINCE, number, geometry=MultiPolygon([WHOLE])))
    with acting(engine) as unit:
        stands = unit.connection.execute(
            text(
                "select st_astext(coverage) from register.area_layer_version where upper_inf(known)"
            )
        ).scalars()
        assert [from_wkt(one).equals(WHOLE) for one in stands] == [True]


def test_audit_names_who_did_what(engine, owner_engine):
    in_force(engine, *CEMETERY)
    with owner_engine.connect() as connection:
        rows = connection.execute(
            text(
                "select a.table_name, r.actor from register.audit_row a join register.revision r "
                "on r.id = a.revision where a.table_name like 'area%' group by 1, 2"
            )
        )
        assert {tuple(row) for row in rows} == {
            ("area_change", "first"),
            ("area_item", "first"),
            ("area_change", "second"),
            ("area_layer_version", "second"),
            ("area_version", "second"),
        }


def test_an_administrator_reads_and_decides_under_the_cadastre(engine):
    change = propose(engine)
    with acting(engine, "second", ADMIN) as unit:
        confirm_areas(unit, change)
