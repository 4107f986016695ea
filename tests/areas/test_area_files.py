"""Files of areas: every row kept or refused with its issue; the file kept as received."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from datetime import date
from pathlib import Path

import geopandas
import pytest
from area_register import COUNTRY, SINCE, acting, in_force, layer
from shapely import LineString, MultiPolygon, Point, Polygon, box, from_wkt
from sqlalchemy import text

from geo.errors import FileRefused, InputError, SchemaUnknown
from geo.register.areas.intake import LayerOrder, read_areas
from geo.register.areas.mapping import read_area_mapping
from geo.register.areas.reader import area_change, change_issues, layers_on
from geo.register.areas.words import REFUSALS, SENTENCES
from geo.register.areas.writer import confirm_areas, propose_areas

WHOLE = from_wkt(COUNTRY)
ORDER = LayerOrder(
    classes=("settlement",),
    name="Localités fictives",
    source="essai",
    vintage=date(2018, 6, 30),
    valid_from=SINCE,
    public=True,
    coverage=WHOLE,
)
PLACES = [Point(25.5, -10.7), LineString([(25.5, -10.7), (25.6, -10.7)]), box(25, -11, 25.1, -10.9)]


def write(path: Path, columns: dict[str, list[object]], geometry, crs="EPSG:4326") -> Path:
    geopandas.GeoDataFrame(columns, geometry=geometry, crs=crs).to_file(path)
    return path


def kinds(change) -> dict[str, list[int | None]]:
    found: dict[str, list[int | None]] = {}
    for issue in change.received.issues:
        found.setdefault(issue.kind, []).append(issue.row)
    return found


def areas(change):
    return [item for item in change.items if item.action == "add"]


@pytest.mark.parametrize("ending", ["gpkg", "geojson", "fgb"])
def test_points_lines_and_polygons_of_any_format_are_read(tmp_path, ending):
    path = write(tmp_path / f"places.{ending}", {"name": ["a", "b", "c"]}, PLACES)
    change = read_areas(path, ORDER, "essai")
    found = {item.facts["name"]: item.geometry for item in areas(change)}  # .fgb orders by place
    assert found == dict(zip("abc", PLACES, strict=True))
    assert change.received.features == 3
    assert change.received.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
    assert change.received.issues == ()
    (first,) = [item for item in change.items if item.action == "add_layer"]
    assert first.geometry is WHOLE
    assert (first.facts["vintage"], first.facts["public"]) == ("2018-06-30", True)


def test_a_table_as_text_holds_wkt(tmp_path):
    path = tmp_path / "places.csv"
    path.write_text('name;wkt\nPont;"POINT(25.5 -10.7)"\n', "utf-8")
    change = read_areas(path, ORDER, "essai", crs="EPSG:4326")
    assert [(i.facts["name"], i.geometry) for i in areas(change)] == [("Pont", Point(25.5, -10.7))]


def test_another_crs_is_moved_and_no_crs_is_refused(tmp_path):
    """EPSG:32735 of 25.5° E, 10.7° S, by `gdaltransform -s_srs EPSG:4326 -t_srs EPSG:32735`."""
    frame = geopandas.GeoDataFrame({"name": ["a"]}, geometry=[Point(25.5, -10.7)], crs="EPSG:4326")
    moved = frame.to_crs("EPSG:32735")
    moved.to_file(tmp_path / "utm.gpkg")
    (area,) = areas(read_areas(tmp_path / "utm.gpkg", ORDER, "essai"))
    assert area.geometry.distance(Point(25.5, -10.7)) < 1e-9
    moved.to_file(tmp_path / "bare.shp")
    (tmp_path / "bare.prj").unlink()
    with pytest.raises(FileRefused, match="prj is missing"):
        read_areas(tmp_path / "bare.shp", ORDER, "essai")
    assert areas(read_areas(tmp_path / "bare.shp", ORDER, "essai", crs="EPSG:32735"))


def test_every_odd_row_is_one_issue_and_nothing_is_repaired(tmp_path, engine):
    bow_tie = Polygon([(25, -10), (26, -11), (26, -10), (25, -11)])
    collection = {"type": "GeometryCollection", "geometries": [
        {"type": "Point", "coordinates": [25, -10]}]}  # fmt: skip
    features = [
        ({"name": "bon"}, PLACES[0].__geo_interface__),
        ({"name": "croisé"}, bow_tie.__geo_interface__),
        ({"name": "sans lieu"}, None),
        ({"name": "mêlé"}, collection),
        ({"name": "loin"}, {"type": "Point", "coordinates": [2.35, 48.85]}),
        ({"name": "encore"}, PLACES[0].__geo_interface__),
        ({"name": "hors du monde"}, {"type": "Point", "coordinates": [500000, 8800000]}),
        ({"name": "caché\u202e"}, {"type": "Point", "coordinates": [26, -10]}),
        ({"name": "x" * 600}, {"type": "Point", "coordinates": [26, -9]}),
        ({"name": "daté", "act_on": "31/02/2019"}, {"type": "Point", "coordinates": [26, -8]}),
        ({"name": "clos", "marked": "peut-être"}, {"type": "Point", "coordinates": [26, -7]}),
        ({"name": "oui", "marked": "oui"}, {"type": "Point", "coordinates": [26, -6]}),
        ({"name": "qui", "consent_of": "le roi"}, {"type": "Point", "coordinates": [26, -5]}),
    ]
    path = tmp_path / "places.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": [
        {"type": "Feature", "properties": p, "geometry": g} for p, g in features]}))  # fmt: skip
    change = read_areas(path, ORDER, "essai")
    assert kinds(change) == {
        "invalid_geometry": [2],
        "no_geometry": [3],
        "geometry_kind": [4],
        "outside_country": [5],
        "repeated_geometry": [6],
        "bad_coordinates": [7],
        "hidden_characters": [8],
        "text_cut": [9],
        "date_unreadable": [10],
        "marked_unknown": [11],
        "consent_unknown": [13],
    }
    assert [item.row for item in areas(change)] == [1, 5, 6, 8, 9, 10, 11, 12, 13]
    fault = next(i for i in change.received.issues if i.kind == "invalid_geometry")
    assert "Self-intersection[25.5 -10.5]" in fault.value
    assert (fault.refused, fault.corrected_by) == (True, "sender")
    assert {i.facts["name"]: i.facts["marked"] for i in areas(change)}["oui"] is True

    with acting(engine) as unit:
        number = propose_areas(unit, change)
        told = area_change(unit.connection, number)
        assert (told.features, told.kept, told.refused) == (13, 9, 4)
        assert told.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
        kept = unit.connection.execute(
            text("select c.content from register.received_content c join register.received_file f "
                 "on f.id = c.file_id where f.sha256 = :sha"), {"sha": told.sha256},
        ).scalar()  # fmt: skip
        assert bytes(kept) == path.read_bytes()
        issues = change_issues(unit.connection, number)
        assert len(issues) == 11
        for issue in issues:
            assert issue.message_fr == SENTENCES[issue.kind].fr
            assert issue.message_fr != issue.message_en
            assert issue.refused == (issue.kind in REFUSALS)
        assert layers_on(unit.connection, SINCE, 10**9) == []
    with acting(engine, "second") as unit:
        confirm_areas(unit, number)
        (one,) = layers_on(unit.connection, SINCE, 10**9)
        assert one.areas == 9


def test_a_file_of_several_classes_becomes_a_layer_of_each(tmp_path, engine):
    """No motorway in the file: still a layer, for the file says that there is none."""
    mapping = tmp_path / "mapping.yaml"
    mapping.write_text(
        "fields: {name: NOM, class: TYPE}\nclasses: {NATIONALE: road, Rue: street, Piste: trail}\n"
    )
    columns = {"NOM": ["a", "b", "c", "d"], "TYPE": ["NATIONALE", "rue", "PISTE", None]}
    path = write(tmp_path / "roads.gpkg", columns, [PLACES[1]] * 4)
    order = replace(ORDER, classes=("street", "road", "motorway"))
    change = read_areas(path, order, "essai", read_area_mapping(mapping))
    assert [item.layer for item in areas(change)] == ["road", "street"]
    assert kinds(change) == {"class_unknown": [3], "class_missing": [4]}
    with acting(engine) as unit:
        number = propose_areas(unit, change)
    with acting(engine, "second") as unit:
        confirm_areas(unit, number)
        found = {one.class_: one.areas for one in layers_on(unit.connection, SINCE, 10**9)}
    assert found == {"street": 1, "road": 1, "motorway": 0}


def test_a_new_vintage_replaces_a_layer_on_one_day(tmp_path, engine):
    in_force(engine, layer("settlement", WHOLE))
    with acting(engine) as unit:
        (old,) = layers_on(unit.connection, SINCE, 10**9)
    path = write(tmp_path / "places.gpkg", {"name": ["a"]}, PLACES[:1])
    order = replace(ORDER, valid_from=date(2022, 1, 1), replaces=(old.id,))
    with acting(engine) as unit:
        number = propose_areas(unit, read_areas(path, order, "essai"))
    with acting(engine, "second") as unit:
        confirm_areas(unit, number)
        for day, ids in ((date(2021, 12, 31), True), (date(2022, 1, 1), False)):
            (one,) = layers_on(unit.connection, day, 10**9)
            assert (one.id == old.id) is ids


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("colour: red", "unknown keys"),
        ("fields: {nom: NOM}", "unknown fields"),
        ("fields: [a]", "no table of names"),
        ("dates: ymd", "dmy or mdy"),
        ("marked: {peut-être: maybe}", "true or false"),
        ("[1, 2]", "no table of keys"),
        ("a: [", "no YAML"),
    ],
)
def test_a_mapping_that_means_nothing_is_refused(tmp_path, written, said):
    path = tmp_path / "mapping.yaml"
    path.write_text(written)
    with pytest.raises(FileRefused, match=said):
        read_area_mapping(path)


def test_a_mapping_names_columns_that_are_there(tmp_path):
    mapping = tmp_path / "mapping.yaml"
    mapping.write_text("fields: {name: NOM}")
    path = write(tmp_path / "places.gpkg", {"name": ["a"]}, PLACES[:1])
    with pytest.raises(SchemaUnknown, match="NOM"):
        read_areas(path, ORDER, "essai", read_area_mapping(mapping))


def test_an_order_that_cannot_be_used_is_refused(tmp_path):
    path = write(tmp_path / "places.gpkg", {"name": ["a"]}, PLACES[:1])
    with pytest.raises(InputError, match="of which class"):
        read_areas(path, replace(ORDER, classes=()), "essai")
    bow_tie = MultiPolygon([Polygon([(25, -10), (26, -11), (26, -10), (25, -11)])])
    with pytest.raises(InputError, match="coverage cannot be used"):
        read_areas(path, replace(ORDER, coverage=bow_tie), "essai")
