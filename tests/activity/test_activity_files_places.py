"""Places and values of activity files: repaired with the original kept, refused, or not stated."""

from datetime import date

import pyproj
import pytest
import shapely
from activity_files_help import IPIS, POINTS, frame, kinds, mapping, points, read, saved, text_file
from activity_files_help import seen as observations
from hypothesis import given
from hypothesis import strategies as st

from geo.errors import FileRefused, SchemaUnknown
from geo.periods import Period
from geo.sources.activity.origins import known_origins, read_origin
from geo.sources.activity.values import (
    between,
    read_confidence,
    read_count,
    read_number,
    read_patch_ha,
    read_period,
)

SQUARE = shapely.box(25, -9, 25.01, -8.99)
HOLED = SQUARE.difference(shapely.box(25.004, -8.996, 25.006, -8.994))
BOW_TIE = shapely.Polygon([(25, -9), (25.01, -8.99), (25.01, -9), (25, -8.99)])
FLAT_BOW_TIE = shapely.Polygon([(25, -9), (25.01, -9), (25.02, -9)])


def polygons(geometries, tmp_path, crs="EPSG:4326", name="p.gpkg"):
    return read(saved(frame({"year": [2020] * len(geometries)}, geometries, crs), tmp_path / name))


def test_polygons_keep_their_holes_and_parts(tmp_path):
    two = shapely.MultiPolygon([SQUARE, shapely.box(26, -9, 26.01, -8.99)])
    reading = polygons([HOLED, two], tmp_path, name="p.parquet")
    first, second = observations(reading)
    assert first.geometry.geom_type == second.geometry.geom_type == "MultiPolygon"
    assert first.geometry.equals(shapely.MultiPolygon([HOLED]))
    assert second.geometry.equals(two)
    assert first.uncertainty_m == 0.0
    assert first.during == Period(date(2020, 1, 1), date(2021, 1, 1))
    assert [row.received for row in reading.rows] == [None, None]


def test_an_invalid_polygon_is_repaired_and_the_original_kept(tmp_path):
    reading = polygons([BOW_TIE, SQUARE], tmp_path, name="p.parquet")
    repaired, whole = reading.rows
    assert repaired.observation.geometry.is_valid
    # Two triangles of base 0.01° and height 0.005°, by hand.
    assert repaired.observation.geometry.area == pytest.approx(2 * 0.01 * 0.005 / 2)
    assert repaired.received.equals_exact(BOW_TIE)
    assert repaired.received_crs == "EPSG:4326"
    assert whole.received is None
    (issue,) = [i for i in reading.issues if i.kind == "place_repaired"]
    assert issue.row == 1


def test_heights_are_left_out_and_said(tmp_path):
    reading = polygons([shapely.force_3d(SQUARE, 900.0)], tmp_path)
    assert not observations(reading)[0].geometry.has_z
    assert kinds(reading)["z_dropped"] == 1


def test_what_is_no_place_is_refused_by_name(tmp_path):
    odd = [
        *(shapely.LineString([(25, -9), (26, -9)]), None, shapely.Point(), FLAT_BOW_TIE),
        *(shapely.Point(0, 0), shapely.MultiPoint([(25, -9), (26, -9)]), shapely.Point(25, -95)),
        shapely.Point(28.5, -2.5),
    ]
    columns = {name: values[:1] * len(odd) for name, values in IPIS.items()}
    columns["pcode"] = [f"c{i}" for i in range(len(odd))]
    reading = read(saved(frame(columns, odd), tmp_path / "odd.parquet"))
    refused = [(i.row, i.kind) for i in reading.issues if "is refused" in i.message]
    assert sorted(refused) == [
        *((1, "not_a_place"), (2, "no_geometry"), (3, "no_geometry"), (4, "no_area")),
        *((5, "position_zero"), (6, "not_a_place"), (7, "bad_coordinates")),
    ]
    assert (reading.features, len(reading.rows), reading.refused) == (8, 1, 7)
    assert reading.rows[0].row == 8


def test_a_multipoint_of_one_point_is_that_point(tmp_path):
    places = [shapely.MultiPoint([xy]) for xy in POINTS]
    reading = read(saved(frame(geometry=places), tmp_path / "m.parquet"))
    assert {o.geometry.geom_type for o in observations(reading)} == {"Point"}


def test_another_crs_is_moved_and_the_original_kept(tmp_path):
    to_utm = pyproj.Transformer.from_crs("EPSG:4326", "EPSG:32735", always_xy=True)
    moved = [shapely.Point(to_utm.transform(*xy)) for xy in POINTS]
    reading = read(saved(frame(geometry=moved, crs="EPSG:32735"), tmp_path / "utm.gpkg"))
    assert reading.crs == "EPSG:32735"
    for row, xy, point in zip(reading.rows, POINTS, moved, strict=True):
        assert shapely.get_coordinates(row.observation.geometry)[0] == pytest.approx(xy, abs=1e-7)
        assert row.received.equals_exact(point)
        assert row.received_crs == "EPSG:32735"


def test_exchanged_axes_are_named_but_not_exchanged(tmp_path):
    swapped = points([*POINTS[:3], (1.2, 29.9)])
    reading = read(saved(frame(geometry=swapped), tmp_path / "s.gpkg"))
    (issue,) = [i for i in reading.issues if i.kind == "place_swapped"]
    assert issue.row == 4
    assert observations(reading)[3].geometry.x == 1.2
    every = points([(y, x) for x, y in POINTS])
    assert kinds(read(saved(frame(geometry=every), tmp_path / "e.gpkg")))["place_swapped"] == 4


def test_places_of_another_country_are_not_taken_for_exchanged(tmp_path):
    mali = points([(-8.0, 12.5), (-9.1, 13.2), (-6.5, 11.4), (28.5, -2.5)])
    reading = read(saved(frame(geometry=mali), tmp_path / "mali.gpkg"))
    assert not kinds(reading)["place_swapped"]
    assert [i.value for i in reading.issues if i.kind == "places_abroad"] == ["3"]


def test_a_table_without_crs_needs_names_that_say_degrees_or_the_crs(tmp_path):
    text = "pcode,visit_date,x,y\na,2020-01-05,412345.6,9654321\n"
    path = text_file(tmp_path, text)
    with pytest.raises(FileRefused, match="no CRS"):
        read(path)
    assert len(read(path, crs="EPSG:32735").rows) == 1
    marked = (
        "pcode,visit_date,longitude,latitude\n"
        "a,2020-01-05,28°30'00\" E,2°30' S\n,,,\nb,2020-01-06,abc,1\n"
    )
    reading = read(text_file(tmp_path, marked))
    assert shapely.get_coordinates(observations(reading)[0].geometry).tolist() == [[28.5, -2.5]]
    assert kinds(reading)["bad_coordinates"] == 1


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("2015-08-28", date(2015, 8, 28), date(2015, 8, 29)),
        ("28/08/2015", date(2015, 8, 28), date(2015, 8, 29)),
        ("2015", date(2015, 1, 1), date(2016, 1, 1)),
        ("2015-12", date(2015, 12, 1), date(2016, 1, 1)),
        ("08/2015", date(2015, 8, 1), date(2015, 9, 1)),
        ("2015-Q4", date(2015, 10, 1), date(2016, 1, 1)),
        ("2020-01-01/2020-02-10", date(2020, 1, 1), date(2020, 2, 11)),
        ("2015-08-28T09:30:00Z", date(2015, 8, 28), date(2015, 8, 29)),
        (2015, date(2015, 1, 1), date(2016, 1, 1)),
        (date(2015, 8, 28), date(2015, 8, 28), date(2015, 8, 29)),
    ],
)
def test_days_months_and_years_are_read(text, start, end):
    assert read_period(text, None).period == Period(start, end)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        *(("début 2015", "date_unreadable"), ("12 mars 2015", "date_unreadable")),
        *(("2015-02-30", "day_impossible"), ("31/11/2014", "day_impossible")),
        *(("2015-13", "day_impossible"), ("0001-01-01", "day_impossible")),
        *(("03/04/2015", "date_ambiguous"), (True, "date_unreadable"), ("9999", "day_impossible")),
    ],
)
def test_days_that_cannot_be_read_are_not_guessed(text, problem):
    read_ = read_period(text, None)
    assert (read_.period, read_.problem) == (None, problem)


@pytest.mark.parametrize(
    "nothing", [None, "", "nan", "NaN", float("nan"), "N/A", "NA", "-", "None"]
)
def test_nothing_is_not_stated(nothing):
    assert read_period(nothing, None) == read_period(None, None)
    assert read_patch_ha(nothing, "ha") == (None, True)
    assert read_confidence(nothing, (0, 100)) == (None, True)
    assert read_count(nothing) == (None, True)


def test_a_period_needs_both_ends_in_their_order():
    assert between("2020-01-05", "2020-02-01", None).period == Period(
        date(2020, 1, 5), date(2020, 2, 2)
    )
    assert between("2020-01-05", None, None).problem == "date_one_sided"
    assert between("2020-02-05", "2020-01-01", None).problem == "day_impossible"


def test_days_after_receipt_are_not_taken(tmp_path):
    path = saved(frame(), tmp_path / "i.gpkg")
    reading = read(path, received_on=date(2021, 9, 30))
    assert observations(reading)[1].during is None
    assert observations(reading)[0].during is not None
    assert kinds(reading)["date_in_future"] == 1
    assert kinds(read(path, received_on=date(2021, 10, 1)))["date_in_future"] == 0


@pytest.mark.parametrize(
    ("value", "unit", "expected"),
    [
        *((12.5, "ha", (12.5, True)), ("2,5", "ha", (2.5, True)), ("3 km2", None, (300.0, True))),
        *((5000, "m2", (0.5, True)), (-1, "ha", (None, False)), (0, "ha", (None, False))),
        *(("grand", "ha", (None, False)), (7, None, (None, False)), (1e400, "ha", (None, False))),
        ("12 carrés", "ha", (None, False)),
    ],
)
def test_a_patch_is_a_positive_extent_of_a_known_unit(value, unit, expected):
    assert read_patch_ha(value, unit) == expected


def test_confidence_stays_on_its_scale():
    assert read_confidence(0.7, None) == (0.7, True)
    assert read_confidence(70, None) == (None, False)
    assert read_confidence("70 %", None) == (0.7, True)
    assert read_confidence(70, (0.0, 100.0)) == (0.7, True)
    assert read_confidence(-1, (0.0, 100.0)) == (None, False)
    assert read_confidence(0, None) == (0.0, True)


def test_workers_are_counted_in_whole_people():
    assert [read_count(v) for v in (0, 120.0, "35")] == [(0, True), (120, True), (35, True)]
    assert [read_count(v) for v in (-1, 1.5, "50-500", True)] == [(None, False)] * 4


@given(st.text(max_size=40))
def test_no_text_breaks_a_value(text):
    read_ = read_period(text, None)
    assert read_.period is None or read_.problem is None
    hectares, _ = read_patch_ha(text, "ha")
    assert hectares is None or hectares > 0
    confidence, _ = read_confidence(text, None)
    assert confidence is None or 0 <= confidence <= 1
    assert read_origin(text).radius_m is None or read_origin(text).radius_m > 0


@given(st.floats(allow_nan=False, allow_infinity=False, width=32))
def test_a_number_reads_back(number):
    assert read_number(repr(number)) == number


def test_every_radius_has_its_source_and_its_doubt():
    for origin in known_origins():
        assert origin.confidence == "U"
        assert (origin.radius_m is None) == (origin.source is None)


MAPPED = """
name: enquête
kind: detection
fields: {site: CODE, name: NOM, from: DU, to: AU, minerals: [S1, S2], workers: CREUSEURS,
         confidence: SCORE, patch: SURF, origin: ORIG, x: LON, y: LAT}
area_unit: km2
confidence_scale: [0, 10]
origins: {DGPS: 2}
attributes: [REMARQUE]
"""
TABLE = (
    "CODE;NOM;DU;AU;S1;S2;CREUSEURS;SCORE;SURF;ORIG;LON;LAT;REMARQUE;AUTRE;ARMES\n"
    "k1;Kéba;05/01/2020;31/01/2020;Or;Coltan;12;8;0,5;DGPS;25,5;-9,25;sec;x;oui\n"
    "k2;;05/01/2020;;;;douze;11;-2;GPS;25.6;-9.5;;y;non\n"
)


def test_a_mapping_file_says_what_columns_mean(tmp_path):
    reading = read(text_file(tmp_path, TABLE), mapping=mapping(tmp_path, MAPPED))
    one, two = observations(reading)
    assert one.during == Period(date(2020, 1, 5), date(2020, 2, 1))
    assert (one.site, one.name, one.workers, one.minerals) == ("k1", "Kéba", 12, ("Au", "coltan"))
    assert (one.confidence, one.patch_ha, one.uncertainty_m) == (0.8, 50.0, 2.0)
    assert dict(one.attributes) == {"REMARQUE": "sec"}
    assert (two.during, two.workers, two.confidence, two.patch_ha) == (None, None, None, None)
    assert (two.uncertainty_m, reading.schema) == (9.0, "mapping: enquête")
    assert reading.dropped == ("ARMES",)
    assert reading.left_out == ("AUTRE",)
    expected = (
        *("date_one_sided", "workers_unreadable", "confidence_unreadable", "patch_unreadable"),
        *("columns_held_back", "columns_left_out", "crs_assumed"),
    )
    assert kinds(reading) == dict.fromkeys(expected, 1)


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        (("REMARQUE]", "REMARQUE, Groupes armés]"), "stay at the door"),
        (("workers: CREUSEURS", "workers: NB_ENFANTS"), "stay at the door"),
        (("kind: detection", "kind: permit"), "“kind” is one of"),
        (("kind: detection", ""), "which kind"),
        (("area_unit: km2", ""), "needs an area_unit"),
        (("area_unit: km2", "area_unit: cells"), "“area_unit” is one of"),
        (("[0, 10]", "[10, 0]"), "confidence_scale"),
        (("[0, 10]", "ten"), "confidence_scale"),
        (("DGPS: 2", "DGPS: -2"), "origins"),
        (("from: DU,", "date: DU,"), "does not go with"),
        (("x: LON, ", ""), "x and y"),
        (("name: NOM", "nom: NOM"), "unknown fields"),
        (("name: enquête", "nom: enquête"), "unknown keys"),
    ],
)
def test_a_mapping_file_that_means_nothing_is_refused(tmp_path, changed, reason):
    assert changed[0] in MAPPED
    with pytest.raises(FileRefused) as refused:
        read(text_file(tmp_path, TABLE), mapping=mapping(tmp_path, MAPPED.replace(*changed)))
    assert reason in refused.value.reason


def test_a_mapping_file_may_not_name_what_is_not_there(tmp_path):
    said = mapping(tmp_path, MAPPED.replace("REMARQUE", "PRESENT"))
    with pytest.raises(SchemaUnknown, match="PRESENT"):
        read(text_file(tmp_path, TABLE), mapping=said)


def test_of_a_collection_the_polygons_are_used_and_the_original_kept(tmp_path):
    mixed = shapely.GeometryCollection([SQUARE, shapely.Point(25, -9)])
    reading = polygons([mixed], tmp_path, name="c.parquet")
    assert observations(reading)[0].geometry.equals(shapely.MultiPolygon([SQUARE]))
    assert reading.rows[0].received.equals(mixed)
    assert kinds(reading)["points_left_out"] == 1
