"""Coordinate tables: angles worked out by hand, perimeters gathered, oddities said."""

from contextlib import suppress
from fractions import Fraction

import pyproj
import pytest
from hypothesis import given
from hypothesis import strategies as st
from register_files import accounted, issues_of, kinds_of

from geo.errors import CoordinateError, FileRefused, SchemaUnknown
from geo.sources import read_pasted, read_register
from geo.sources.angles import read_angle

HALF = Fraction(1, 2)


@pytest.mark.parametrize(
    ("text", "degrees", "axis"),
    [
        ("25.5", Fraction(51, 2), None),
        ("25,5", Fraction(51, 2), None),
        ("-10.75", Fraction(-43, 4), None),
        ("\u221210.75", Fraction(-43, 4), None),
        ("+25", Fraction(25), None),
        ("25°", Fraction(25), None),
        ("10.5 S", Fraction(-21, 2), "lat"),
        ("S10.5", Fraction(-21, 2), "lat"),
        ("S 10°30'", Fraction(-21, 2), "lat"),
        ("10°30'S", Fraction(-21, 2), "lat"),
        ("10°30.5'S", Fraction(-1261, 120), "lat"),
        ("10°30,5'S", Fraction(-1261, 120), "lat"),
        ("10 30 30 S", Fraction(-1261, 120), "lat"),
        ("10:30:30S", Fraction(-1261, 120), "lat"),
        ("10°30'30\"S", Fraction(-1261, 120), "lat"),
        ("10°30′30″ S", Fraction(-1261, 120), "lat"),
        ("10º 30’ 30” s", Fraction(-1261, 120), "lat"),
        ("10° 30' 30'' Sud", Fraction(-1261, 120), "lat"),
        ("25°30'00.00\" E", Fraction(51, 2), "lon"),
        ("E 25°30'00\"", Fraction(51, 2), "lon"),
        ("25°30'00\" Est", Fraction(51, 2), "lon"),
        ("12°15'00\"O", Fraction(-49, 4), "lon"),
        ("12°15'00\" Ouest", Fraction(-49, 4), "lon"),
        ("12°15'00\" W", Fraction(-49, 4), "lon"),
        ("5°10'00\" N", Fraction(31, 6), "lat"),
        ("Nord 5°10'00\"", Fraction(31, 6), "lat"),
        ("10d30m30s S", Fraction(-1261, 120), "lat"),
        ("10d30m30sS", Fraction(-1261, 120), "lat"),
        ("10d30m30s", Fraction(1261, 120), None),
    ],
)
def test_angles(text, degrees, axis):
    angle = read_angle(text)
    assert (angle.degrees, angle.axis) == (degrees, axis)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "x",
        "1030'",
        "10°60'00\"S",
        "10°30'60\"S",
        "-10°30'S",
        "S 10°30' E",
        "10.5°30'",
        "1e3",
        "10°30'00\"Z",
        "10 20 30 40",
        "9" * 100,
        "nan",
    ],
)
def test_what_is_no_angle(text):
    with pytest.raises(CoordinateError):
        read_angle(text)


@given(st.text(max_size=40))
def test_no_text_breaks_the_reading_of_angles(text):
    with suppress(CoordinateError):
        read_angle(text)


angles = st.tuples(st.integers(0, 179), st.integers(0, 59), st.sampled_from(["00", "30", "07.25"]))


@given(
    angles, st.sampled_from("NSEWO"), st.sampled_from(["{d}°{m}'{s}\"{h}", "{h} {d} {m:02} {s}"])
)
def test_angles_written_and_read_back_exactly(parts, letter, layout):
    degrees, minutes, seconds = parts
    text = layout.format(d=degrees, m=minutes, s=seconds, h=letter)
    expected = degrees + Fraction(minutes, 60) + Fraction(seconds) / 3600
    angle = read_angle(text)
    assert angle.degrees == (-expected if letter in "SWO" else expected)
    assert angle.axis == ("lat" if letter in "NS" else "lon")
    assert angle.seconds == Fraction(seconds)


DMS = """code;sommet;longitude;latitude
PR 12;1;25°30'00"E;10°30'00"S
PR 12;2;25°31'00"E;10°30'00"S
PR 12;3;25°31'00"E;10°29'30"S
PR 12;4;25°30'00"E;10°29'30"S
ZEA-1;1;26°00'00"E;10°30'00"S
ZEA-1;2;26°00'30"E;10°30'00"S
ZEA-1;3;26°00'30"E;10°29'30"S
ZEA-1;4;26°00'00"E;10°29'30"S
ZEA-1;1;26°00'00"E;10°30'00"S
"""


def read(tmp_path, text, name="table.csv", **options):
    path = tmp_path / name
    path.write_text(text, "utf-8")
    reading = read_register(path, **options)
    assert accounted(reading)
    return reading


def test_a_table_of_degrees_minutes_seconds(tmp_path):
    reading = read(tmp_path, DMS)
    permit, zone = reading.rows
    assert (permit.row, permit.code, permit.kind) == (1, "PR 12", "PR")
    assert (zone.row, zone.code, zone.kind) == (2, "ZEA-1", "ZEA")
    assert permit.geometry.bounds == (25.5, -10.5, 25 + 31 / 60, -(10 + 29.5 / 60))
    assert [row.placement.perimeter.count for row in reading.rows] == [2, 1]
    assert kinds_of(reading)["crs_assumed"] == 1
    assert "seconds_off_lattice" not in kinds_of(reading)


def test_decimal_commas_with_semicolons_and_parts_of_one_code(tmp_path):
    lines = ["permis;partie;ordre;longitude;latitude"]
    corners = [("25,5", "-10,5"), ("25,525", "-10,5"), ("25,525", "-10,525"), ("25,5", "-10,525")]
    for part in ("A", "B"):
        lines += [f"12;{part};{n};{x};{y}" for n, (x, y) in enumerate(corners, start=1)]
    reading = read(tmp_path, "\n".join(lines))
    assert [(row.code, row.part) for row in reading.rows] == [("12", "A"), ("12", "B")]
    assert reading.rows[0].placement.perimeter.count == 9


def test_the_order_column_orders_vertices(tmp_path):
    head, *lines = DMS.splitlines()[:5]
    shuffled = [head, lines[2], lines[0], lines[3], lines[1]]
    reading = read(tmp_path, "\n".join(shuffled))
    assert reading.rows[0].placement.perimeter.count == 2


def test_a_table_of_one_perimeter_that_only_numbers_its_vertices(tmp_path):
    text = "No,Longitude,Latitude\n1,25.5,-10.5\n2,25.525,-10.5\n3,25.525,-10.525\n4,25.5,-10.525\n"
    reading = read(tmp_path, text)
    assert reading.features == 1
    assert reading.rows[0].placement.perimeter.count == 9


def test_any_projection_given_its_epsg(tmp_path):
    """Eastings and northings computed by PROJ for the corners of two carrés."""
    to_utm = pyproj.Transformer.from_crs("EPSG:4326", "EPSG:32735", always_xy=True)
    corners = [(25.5, -10.5), (25 + 31 / 60, -10.5), (25 + 31 / 60, -10 - 29.5 / 60)]
    corners.append((25.5, -10 - 29.5 / 60))
    metres = [to_utm.transform(*corner) for corner in corners]
    lines = ["code;x;y", *(f"12;{x:.6f};{y:.6f}".replace(".", ",") for x, y in metres)]
    reading = read(tmp_path, "\n".join(lines), crs="EPSG:32735")
    assert reading.rows[0].placement.perimeter.count == 2
    with pytest.raises(FileRefused, match="no CRS"):
        read(tmp_path, "\n".join(lines))


def test_seconds_other_than_00_and_30_are_said_and_not_snapped(tmp_path):
    reading = read(tmp_path, DMS.replace("10°29'30\"S\nPR 12;4", "10°29'31\"S\nPR 12;4"))
    (issue,) = issues_of(reading, "seconds_off_lattice")
    assert "line 4" in issue.message
    assert issue.value == "31"
    assert reading.rows[0].geometry.bounds[3] == -(10 + 29.5 / 60)
    assert not reading.rows[0].placement.on_lattice
    assert (25 + 31 / 60, -float(Fraction(10) + Fraction(29, 60) + Fraction(31, 3600))) in list(
        reading.rows[0].geometry.exterior.coords
    )


def test_letters_go_before_the_names_of_columns_and_it_is_said(tmp_path):
    swapped = DMS.replace("longitude;latitude", "latitude;longitude")
    reading = read(tmp_path, swapped)
    assert reading.rows[0].geometry.bounds[:2] == (25.5, -10.5)
    assert kinds_of(reading)["axes_by_letter"] == 9


def test_swapped_numbers_are_proposed_never_applied(tmp_path):
    text = "code,longitude,latitude\n1,-10.5,25.5\n1,-10.5,25.525\n1,-10.525,25.525\n"
    reading = read(tmp_path, text)
    assert kinds_of(reading)["axes_swapped"] == 1
    assert reading.rows[0].geometry.bounds[0] == -10.525


def test_broken_vertices_refuse_their_perimeter_alone(tmp_path):
    bad = DMS.replace("10°29'30\"S\nPR 12;4", "10°99'30\"S\nPR 12;4")
    reading = read(tmp_path, bad + "PE 9;1;25.5;-10.5\n")
    assert [row.code for row in reading.rows] == ["ZEA-1"]
    assert [(i.row, i.kind) for i in reading.refused] == [
        (1, "bad_coordinates"),
        (3, "geometry_broken"),
    ]
    assert "line 4" in reading.refused[0].message
    assert "line 11" in reading.refused[1].message  # and not row 3
    assert {issue.field for issue in reading.refused} == {"geometry"}
    assert [i.value for i in reading.refused] == ["25°31'00\"E | 10°99'30\"S", "25.5 -10.5"]


def test_blank_lines_count_in_the_number_of_a_line(tmp_path):
    reading = read(
        tmp_path, DMS.replace("PR 12;3", "\n\n   \nPR 12;3").replace("29'30", "99'30", 1)
    )
    assert "line 7:" in reading.refused[0].message


SQUARE = [(25.5, -10.5), (25.525, -10.5), (25.525, -10.525), (25.5, -10.525)]


@pytest.mark.parametrize(
    ("x", "y", "south"),
    [
        ("POINT_X", "POINT_Y", 1),
        ("E", "N", 1),
        ("X (m)", "Y (m)", 1),
        ("Longitude (E)", "Latitude (S)", -1),
        ("Longitude (E)", "Latitude (S)", 1),
        ("Longitude Est", "Latitude Sud", -1),
        ("Longitude Dec", "Latitude Dec", 1),
        ("Longitude (DD)", "Latitude (DD)", 1),
    ],
)
def test_usual_headers_of_degrees(tmp_path, x, y, south):
    lines = [f"code;{x};{y}", *(f"12;{lon};{lat * south}" for lon, lat in SQUARE)]
    (row,) = read(tmp_path, "\n".join(lines)).rows
    assert row.geometry.bounds == (25.5, -10.525, 25.525, -10.5)
    assert row.placement.perimeter.count == 9


def test_a_hemisphere_in_the_header_never_turns_what_says_its_own(tmp_path):
    lines = ["code;Longitude (E);Latitude (S)"]
    lines += [f"12;{lon};{-lat} N" for lon, lat in SQUARE]
    assert read(tmp_path, "\n".join(lines)).rows[0].geometry.bounds[3] == 10.525
    north = "\n".join(["code;Longitude (E);Latitude (N)", *lines[1:]]).replace(" N", "")
    assert read(tmp_path, north).rows[0].geometry.bounds[3] == 10.525


@pytest.mark.parametrize(
    ("x", "y"), [("X_UTM", "Y_UTM"), ("E", "N"), ("Est (m)", "Nord (m)"), ("POINT_X", "POINT_Y")]
)
def test_usual_headers_of_metres(tmp_path, x, y):
    to_utm = pyproj.Transformer.from_crs("EPSG:4326", "EPSG:32735", always_xy=True)
    metres = [to_utm.transform(*corner) for corner in SQUARE]
    lines = [f"code;{x};{y}", *(f"12;{e:.6f};{n:.6f}" for e, n in metres)]
    (row,) = read(tmp_path, "\n".join(lines), crs="EPSG:32735").rows
    assert row.placement.perimeter.count == 9


def test_a_mapping_file_names_the_columns_that_make_a_geometry(tmp_path):
    order = [2, 0, 3, 1]
    lines = ["K;P;B;C1;C2", *(f"PR 1;A;{i};{SQUARE[i][0]};{SQUARE[i][1]}" for i in order)]
    lines += [f"PR 2;A;{i};{SQUARE[i][0] + 1};{SQUARE[i][1]}" for i in order]
    mapping = tmp_path / "mapping.yaml"
    mapping.write_text("fields: {code: K, part: P, x: C1, y: C2, vertex: B}")
    reading = read(tmp_path, "\n".join(lines), mapping=mapping)
    assert [(row.code, row.part) for row in reading.rows] == [("PR 1", "A"), ("PR 2", "A")]
    assert [row.placement.perimeter.count for row in reading.rows] == [9, 9]
    wkt = 'K,G\nPR 1,"POLYGON ((25.5 -10.5, 25.525 -10.5, 25.525 -10.525, 25.5 -10.5))"\nPR 2,x\n'
    mapping.write_text("fields: {code: K, wkt: G}")
    reading = read(tmp_path, wkt, "wkt.csv", mapping=mapping)
    assert (reading.rows[0].code, reading.refused[0].kind) == ("PR 1", "geometry_broken")


@pytest.mark.parametrize(
    "fields", ["x: C1, y: nowhere", "x: C1, y: C2, vertex: nowhere", "wkt: absent"]
)
def test_a_mapping_file_that_names_absent_columns_of_coordinates(tmp_path, fields):
    (tmp_path / "mapping.yaml").write_text(f"fields: {{code: K, {fields}}}")
    with pytest.raises(SchemaUnknown, match="not there"):
        read(tmp_path, "K;C1;C2\n1;25.5;-10.5\n", mapping=tmp_path / "mapping.yaml")


PASTED = """
PR 12
Sommet A : 25° 30' 00" E ; 10° 30' 00" S
Sommet B : 25° 31' 00" E ; 10° 30' 00" S
Sommet C : 25° 31' 00" E ; 10° 29' 30" S
Sommet D : 25° 30' 00" E ; 10° 29' 30" S

ZEA 7
1  S 10°30'00"  E 26°00'00"
2  S 10°30'00"  E 26°00'30"
3  S 10°29'30"  E 26°00'30"
4  S 10°29'30"  E 26°00'00"
"""


def test_pasted_text_of_a_decree(tmp_path):
    for reading in (read_pasted(PASTED), read(tmp_path, PASTED, "decree.txt")):
        assert [(row.code, row.kind) for row in reading.rows] == [("PR 12", "PR"), ("ZEA 7", "ZEA")]
        assert [row.placement.perimeter.count for row in reading.rows] == [2, 1]
        assert reading.rows[1].geometry.bounds[:2] == (26, -10.5)


def test_a_pasted_line_that_is_not_understood_refuses_its_perimeter():
    """No vertex is lost in silence: a ring without its corner would be another perimeter."""
    for bad in ("25° 31' 00\" ; 10° 29' 30\" S", "25.5166 ; 10.4916", "25°31'00\" E 25°31'00\" E"):
        text = PASTED.replace("Sommet C : 25° 31' 00\" E ; 10° 29' 30\" S", f"Sommet C : {bad}")
        reading = read_pasted(text)
        assert [row.code for row in reading.rows] == ["ZEA 7"]
        assert [(i.row, i.kind) for i in reading.refused] == [(1, "bad_coordinates")]
        assert "line 5" in reading.refused[0].message


def test_pasted_text_without_coordinates():
    for text in ("", "hello", "a;b\n1;2", "25.5 -10.5"):
        with pytest.raises(FileRefused):
            read_pasted(text)


@given(st.text(alphabet="0123456789°'\" NSEWO.,;\nABC", max_size=200))
def test_no_pasted_text_breaks_the_reader(text):
    try:
        reading = read_pasted(text)
    except FileRefused:
        return
    assert accounted(reading)
