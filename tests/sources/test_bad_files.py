"""Files that must not get in, or only in part: each says what is wrong and what to do."""

import io
import json
import os
import sqlite3
import stat
import struct
import time
import zipfile

import geopandas
import numpy as np
import pandas
import pyogrio
import pytest
import shapely
from register_files import accounted, issues_of, kinds_of, register_2015, square, write

from geo.errors import FileRefused, InputError, SchemaUnknown
from geo.sources import archive, read_register


def refusal(path, **options):
    with pytest.raises(FileRefused) as refused:
        read_register(path, **options)
    assert refused.value.file.startswith(path.name)
    assert refused.value.remedy
    return refused.value.reason


def collection(*features):
    return json.dumps(
        {
            "type": "FeatureCollection",
            "features": [
                {"type": "Feature", "properties": {"code": str(i), "type": "PR"}, "geometry": g}
                for i, g in enumerate(features, start=1)
            ],
        }
    )


def polygon(*ring):
    return {"type": "Polygon", "coordinates": [[list(xy) for xy in ring]]}


RING = [(25, -10), (25.1, -10), (25.1, -9.9), (25, -9.9), (25, -10)]


@pytest.mark.parametrize("part", [".shx", ".dbf"])
def test_a_missing_part_of_a_shapefile(shapefile, part):
    shapefile.with_suffix(part).unlink()
    assert part in refusal(shapefile)
    assert not shapefile.with_suffix(part).exists()


def test_a_missing_prj_needs_a_word_from_the_importer(shapefile):
    shapefile.with_suffix(".prj").unlink()
    with pytest.raises(FileRefused, match="--crs EPSG:4326"):
        read_register(shapefile)
    reading = read_register(shapefile, crs="EPSG:4326")
    assert [row.placement.on_lattice for row in reading.rows] == [True] * 4


@pytest.mark.parametrize("part", [".shp", ".shx", ".dbf"])
@pytest.mark.parametrize("left", [0.0, 0.3, 0.95])
def test_a_truncated_shapefile(shapefile, part, left):
    path = shapefile.with_suffix(part)
    data = path.read_bytes()
    path.write_bytes(data[: int(len(data) * left)])
    reason = refusal(shapefile)
    assert "cut short" in reason or "empty" in reason


def test_a_dbf_of_another_shapefile(shapefile, tmp_path):
    (tmp_path / "other").mkdir()
    write(register_2015().iloc[:2], tmp_path / "other" / "permis.shp")
    shapefile.with_suffix(".dbf").write_bytes((tmp_path / "other" / "permis.dbf").read_bytes())
    assert "4 shapes and the .dbf 2 rows" in refusal(shapefile)


def test_rows_marked_as_deleted_are_counted_and_left_out(shapefile):
    table = shapefile.with_suffix(".dbf")
    data = bytearray(table.read_bytes())
    _, header, record = struct.unpack("<IHH", data[4:12])
    data[header + record] = ord("*")
    table.write_bytes(bytes(data))
    reading = read_register(shapefile)
    assert [row.code for row in reading.rows] == ["91", "ZEA-083", "12001"]
    assert issues_of(reading, "rows_deleted")[0].value == "1"


@pytest.mark.parametrize(
    "suffix", [".shp", ".dbf", ".gpkg", ".geojson", ".fgb", ".parquet", ".zip"]
)
def test_damage_that_lengths_do_not_show_is_refused_or_accounted_for(tmp_path, suffix, capfd):
    """Never a crash, never another error, never a row unaccounted for."""
    named = tmp_path / f"register{suffix}"
    path = named.with_suffix(".shp") if suffix == ".dbf" else named
    if suffix == ".parquet":
        register_2015().to_parquet(path)
    elif suffix == ".zip":
        source = write(register_2015(), tmp_path / "register.geojson")
        zipped(path, (source.name, source.read_bytes()))
    else:
        write(register_2015(), path)
    random = np.random.default_rng(7)
    original = named.read_bytes()
    for _ in range(80):
        data = bytearray(original)
        for at in random.integers(0, len(data), random.integers(1, 12)):
            data[at] = random.integers(0, 256)
        named.write_bytes(bytes(data))
        try:
            reading = read_register(path)
        except InputError:
            continue
        assert accounted(reading)
    assert capfd.readouterr().err == ""


@pytest.mark.parametrize(
    "name",
    ["a.shp", "a.gpkg", "a.geojson", "a.kml", "a.kmz", "a.zip", "a.csv", "a.parquet", "a.fgb"],
)
@pytest.mark.parametrize("content", [b"", b"\x00", b"junk that is nothing", b"{}", b"PK\x03\x04"])
def test_nothing_useful_in_a_file_of_any_name(tmp_path, name, content, capfd):
    path = tmp_path / name
    path.write_bytes(content)
    reason = refusal(path)
    if not content:
        assert "0 bytes" in reason
    assert str(tmp_path) not in reason
    assert "mabele-" not in reason
    assert capfd.readouterr().err == ""


@pytest.mark.parametrize("suffix", [".gpkg", ".geojson", ".parquet", ".fgb", ".zip"])
def test_a_truncated_file_of_any_format(tmp_path, suffix):
    path = tmp_path / f"register{suffix}"
    frame = register_2015()
    if suffix == ".parquet":
        frame.to_parquet(path)
    elif suffix == ".zip":
        write(frame, tmp_path / "register.gpkg")
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as zipped:
            zipped.write(tmp_path / "register.gpkg", "register.gpkg")
    else:
        write(frame, path)
    data = path.read_bytes()
    path.write_bytes(data[: len(data) // 2])
    refusal(path)


def test_paths_that_are_no_files(tmp_path):
    assert "folder" in refusal(tmp_path)
    assert "no such file" in refusal(tmp_path / "absent.zip")
    for trick in ("/vsicurl/http://example.org/a.zip", "/vsizip/a.zip/b.shp", "http://example.org"):
        with pytest.raises(FileRefused, match="no such file"):
            read_register(type(tmp_path)(trick))
    fifo = tmp_path / "pipe.csv"
    os.mkfifo(fifo)
    assert "no regular file" in refusal(fifo)


def test_a_name_that_tricks_the_library_is_only_a_name(tmp_path):
    path = tmp_path / "zip!vsicurl;x.gpkg"
    write(register_2015(), tmp_path / "plain.gpkg")
    path.write_bytes((tmp_path / "plain.gpkg").read_bytes())
    assert read_register(path).features == 4


@pytest.mark.parametrize("name", ["a.vrt", "a.sqlite", "a.exe", "a", "a.shx", "a.7z"])
def test_formats_that_are_not_read(tmp_path, name):
    (tmp_path / name).write_bytes(b"<OGRVRTDataSource/>")
    assert "no format that is read" in refusal(tmp_path / name)


def test_a_virtual_file_under_another_name(tmp_path):
    vrt = b"""<OGRVRTDataSource><OGRVRTLayer name="x">
        <SrcDataSource>/etc/passwd</SrcDataSource></OGRVRTLayer></OGRVRTDataSource>"""
    for name in ("a.kml", "a.geojson", "a.gpkg"):
        (tmp_path / name).write_bytes(vrt)
        refusal(tmp_path / name)


def test_a_geopackage_whose_layer_is_a_view_or_runs_code(tmp_path):
    path = tmp_path / "register.gpkg"
    write(register_2015(), path, "titles")
    base = sqlite3.connect(path)
    base.execute("CREATE VIEW sly AS SELECT * FROM titles")
    base.execute(
        "INSERT INTO gpkg_contents (table_name, data_type, identifier, srs_id) "
        "VALUES ('sly', 'features', 'sly', 4326)"
    )
    base.commit()
    base.close()
    assert "is a view" in refusal(path)


# --- archives -----------------------------------------------------------------------------------


def zipped(path, *members):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive_:
        for name, data in members:
            archive_.writestr(name, data)
    return path


GEOJSON = collection(polygon(*RING)).encode()


@pytest.mark.parametrize(
    "name",
    ["../up.geojson", "a/../../up.geojson", "/abs.geojson", "C:\\x.geojson", "..\\up.geojson"],
)
def test_members_that_climb_out(tmp_path, name):
    path = zipped(tmp_path / "a.zip", ("ok.geojson", GEOJSON), (name, GEOJSON))
    assert "leads out" in refusal(path)
    assert list(tmp_path.iterdir()) == [path]
    assert not (tmp_path.parent / "up.geojson").exists()


def test_symbolic_links_nested_archives_passwords_and_doubles(tmp_path):
    link = zipfile.ZipInfo("a.geojson")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    assert "symbolic link" in refusal(zipped(tmp_path / "link.zip", (link, "/etc/passwd")))
    inner = io.BytesIO()
    zipped(inner, ("a.geojson", GEOJSON))
    nested = zipped(tmp_path / "nested.zip", ("ok.geojson", GEOJSON), ("i.zip", inner.getvalue()))
    assert "inside the archive" in refusal(nested)
    locked = bytearray(zipped(tmp_path / "locked.zip", ("a.geojson", GEOJSON)).read_bytes())
    at = locked.index(b"PK\x01\x02")
    locked[at + 8] |= 1
    (tmp_path / "locked.zip").write_bytes(bytes(locked))
    assert "encrypted" in refusal(tmp_path / "locked.zip")
    with pytest.warns(UserWarning, match="Duplicate"):
        zipped(tmp_path / "double.zip", ("a.geojson", GEOJSON), ("a.geojson", GEOJSON))
    assert "twice" in refusal(tmp_path / "double.zip")


def test_an_archive_without_data_and_an_empty_one(tmp_path):
    assert "no register file" in refusal(zipped(tmp_path / "a.zip", ("readme.md", "hello")))
    assert "no register file" in refusal(zipped(tmp_path / "b.zip"))


def test_a_zip_bomb_is_refused_by_its_ratio(tmp_path):
    bomb = zipped(tmp_path / "bomb.zip", ("a.csv", b"0" * (64 << 20)))
    assert bomb.stat().st_size < 100_000
    assert "zip bomb" in refusal(bomb)


def test_a_zip_that_lies_about_its_size(tmp_path, monkeypatch):
    """The bytes that come out are counted, whatever the directory of the archive says."""
    data = zipped(tmp_path / "liar.zip", ("a.csv", b"0" * (2 << 20))).read_bytes()
    small = struct.pack("<I", 1000)
    data = data.replace(struct.pack("<I", 2 << 20), small)
    (tmp_path / "liar.zip").write_bytes(data)
    monkeypatch.setattr(archive, "MAX_BYTES", 1 << 20)
    refusal(tmp_path / "liar.zip")


def test_too_many_members_and_too_many_bytes(tmp_path, monkeypatch):
    monkeypatch.setattr(archive, "MAX_MEMBERS", 3)
    many = zipped(tmp_path / "many.zip", *((f"{i}.geojson", GEOJSON) for i in range(4)))
    assert "more than 3 files" in refusal(many)
    monkeypatch.setattr(archive, "MAX_BYTES", 1000)
    large = zipped(tmp_path / "large.zip", ("a.csv", os.urandom(2000)))
    assert "unpacks to more" in refusal(large)


def test_nothing_is_left_behind(tmp_path, monkeypatch):
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(folder))
    read_register(zipped(tmp_path / "good.zip", ("a.geojson", GEOJSON)))
    for bad in (("a.geojson", b"{"), ("a.kml", b"<kml>"), ("a.shp", b"\x00\x00\x27\x0a")):
        refusal(zipped(tmp_path / "bad.zip", bad))
    assert list(folder.iterdir()) == []


# --- KML ----------------------------------------------------------------------------------------

BILLION = """<?xml version="1.0"?>
<!DOCTYPE kml [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>
<kml xmlns="http://www.opengis.net/kml/2.2"><Document><name>&b;</name></Document></kml>"""
EXTERNAL = """<?xml version="1.0"?>
<!DOCTYPE kml [<!ENTITY x SYSTEM "file:///etc/passwd">]><kml><name>&x;</name></kml>"""


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (BILLION, "document type or entities"),
        (EXTERNAL, "document type or entities"),
        ("<html><body/></html>", "not <kml>"),
        ("<kml><Document>", "not well-formed"),
        ("<kml>" + "<Folder>" * 300 + "</Folder>" * 300 + "</kml>", "nested"),
    ],
)
def test_kml_that_is_not_just_a_map(tmp_path, text, reason):
    (tmp_path / "a.kml").write_text(text)
    assert reason in refusal(tmp_path / "a.kml")
    assert reason in refusal(zipped(tmp_path / "a.kmz", ("doc.kml", text)))


# --- geometries ---------------------------------------------------------------------------------


def read_geojson(tmp_path, *features):
    path = tmp_path / "register.geojson"
    path.write_text(collection(*features))
    reading = read_register(path)
    assert accounted(reading)
    return reading


def test_each_unusable_geometry_is_refused_by_name_and_the_rest_kept(tmp_path):
    line = {"type": "LineString", "coordinates": [[25, -10], [26, -10]]}
    reading = read_geojson(
        tmp_path,
        polygon(*RING),
        None,
        {"type": "Polygon", "coordinates": []},
        polygon((25, float("nan")), *RING[1:]),
        polygon((25, float("inf")), *RING[1:-1], (25, float("inf"))),
        polygon((25, -100), (26, -100), (26, -99), (25, -99), (25, -100)),
        polygon((250, -10), (251, -10), (251, -9), (250, -9), (250, -10)),
        line,
        {
            "type": "GeometryCollection",
            "geometries": [line, {"type": "Point", "coordinates": RING[0]}],
        },
        polygon(*RING[:4]),
        polygon(*RING[:2]),
    )
    assert [row.row for row in reading.rows] == [1]
    assert [(issue.row, issue.kind) for issue in sorted(reading.refused, key=lambda i: i.row)] == [
        (2, "no_geometry"),
        (3, "no_geometry"),
        (4, "bad_coordinates"),
        (5, "bad_coordinates"),
        (6, "bad_coordinates"),
        (7, "bad_coordinates"),
        (8, "not_a_polygon"),
        (9, "not_a_polygon"),
        (10, "geometry_broken"),
        (11, "geometry_broken"),
    ]
    assert all(f"row {issue.row}" in issue.message for issue in reading.refused)


def test_a_collection_keeps_its_polygons_and_names_what_is_left_out(tmp_path):
    point = {"type": "Point", "coordinates": RING[0]}
    line = {"type": "LineString", "coordinates": RING[:2]}
    far = polygon(*((x + 1, y) for x, y in RING))

    def collection_of(*members):
        return {"type": "GeometryCollection", "geometries": members}

    reading = read_geojson(
        tmp_path,
        collection_of(point, polygon(*RING), line, point),
        collection_of(polygon(*RING), collection_of(far, point)),
        collection_of(polygon(*RING)),
        collection_of(point, line),
        collection_of(),
    )
    kept = [shapely.Polygon(RING), shapely.MultiPolygon([[RING], [[(x + 1, y) for x, y in RING]]])]
    assert [row.row for row in reading.rows] == [1, 2, 3]
    assert reading.rows[0].geometry.equals(kept[0])
    assert reading.rows[1].geometry.equals(kept[1])
    assert reading.rows[2].geometry.equals(kept[0])
    found = [(i.row, i.field, i.value) for i in issues_of(reading, "points_left_out")]
    assert found == [(1, "geometry", "2 Point, 1 LineString"), (2, "geometry", "1 Point")]
    assert {i.row: i.kind for i in reading.refused} == {4: "not_a_polygon", 5: "not_a_polygon"}


def test_a_kml_folder_of_a_polygon_and_its_label(tmp_path):
    ring = " ".join(f"{x},{y}" for x, y in RING)
    inner = f"<outerBoundaryIs><LinearRing><coordinates>{ring}</coordinates></LinearRing>"
    (tmp_path / "a.kml").write_text(
        '<kml xmlns="http://www.opengis.net/kml/2.2"><Document><Placemark><name>PR 1</name>'
        f"<MultiGeometry><Point><coordinates>25,-10</coordinates></Point><Polygon>{inner}"
        "</outerBoundaryIs></Polygon></MultiGeometry></Placemark></Document></kml>"
    )
    reading = read_register(tmp_path / "a.kml")
    assert [row.placement.perimeter.count for row in reading.rows] == [144]
    assert kinds_of(reading)["points_left_out"] == 1


def test_a_ring_that_encloses_no_ground_is_refused_and_a_bow_tie_is_not(tmp_path):
    node = 1 / 120
    flat = polygon((25, -10), (25 + node, -10), (25, -10), (25, -10))
    oblique = polygon((25.001, -10), (25.002, -9.999), (25.001, -10), (25.001, -10))
    bow = polygon((25, -10), (25.1, -9.9), (25.1, -10), (25, -9.9), (25, -10))
    twice = polygon(*RING, *RING[1:])
    reading = read_geojson(tmp_path, flat, oblique, bow, polygon(*RING), twice)
    assert [row.row for row in reading.rows] == [3, 4]
    assert [(i.row, i.kind) for i in reading.refused] == [(n, "no_area") for n in (1, 2, 5)]
    assert all("encloses no ground" in issue.message for issue in reading.refused)
    assert "144 carrés twice" in reading.refused[2].message


@pytest.mark.parametrize(("code", "heard"), [("PR\\u0000 7", 1), ("PR\\\\u0000 7", 0)])
def test_a_text_that_the_reader_would_end_at_nul_is_said(tmp_path, code, heard):
    path = tmp_path / "nul.geojson"
    path.write_text(collection(polygon(*RING)).replace('"code": "1"', f'"code": "{code}"'))
    assert code in path.read_text()
    reading = read_register(path)
    assert len([i for i in issues_of(reading, "reader_warning") if "NUL" in i.message]) == heard


def test_heights_are_dropped_with_one_issue(tmp_path):
    reading = read_geojson(tmp_path, *[polygon(*((x, y, 900) for x, y in RING))] * 3)
    assert kinds_of(reading)["z_dropped"] == 1
    assert not any(row.geometry.has_z for row in reading.rows)


def test_measures_are_dropped_with_one_issue(tmp_path):
    """A Shapefile of type PolygonM (25), made by hand as its specification says."""
    frame = geopandas.GeoDataFrame({"code": ["1"]}, geometry=[square(3000, -1300)], crs=4326)
    path = tmp_path / "m.shp"
    write(frame, path)
    data = bytearray(path.read_bytes())
    points = 5
    body = data[100:]
    content = bytes(body[8:]) + b"\x00" * (16 + 8 * points)
    content = struct.pack("<i", 25) + content[4:]
    record = struct.pack(">ii", 1, len(content) // 2) + content
    data = data[:100] + record
    data[24:28] = struct.pack(">i", len(data) // 2)
    data[32:36] = struct.pack("<i", 25)
    path.write_bytes(bytes(data))
    shx = bytearray(path.with_suffix(".shx").read_bytes())
    shx[32:36] = struct.pack("<i", 25)
    shx[104:108] = struct.pack(">i", len(content) // 2)
    path.with_suffix(".shx").write_bytes(bytes(shx))
    reading = read_register(path)
    assert kinds_of(reading)["m_dropped"] == 1
    assert reading.rows[0].placement.perimeter.count == 1


def test_swapped_axes_are_proposed_row_by_row_and_applied_only_when_asked(tmp_path):
    swapped = polygon(*((y, x) for x, y in RING))
    reading = read_geojson(tmp_path, polygon(*RING), swapped)
    (issue,) = issues_of(reading, "axes_swapped")
    assert issue.row == 2
    assert "longitude 25.0000 to 25.1000, latitude -10.0000 to -9.9000" in issue.message
    assert "--swap-axes" in issue.message
    assert reading.rows[1].geometry.bounds == (-10, 25, -9.9, 25.1)
    asked = read_register(tmp_path / "register.geojson", apply_swap=True)
    assert asked.rows[1].geometry.bounds == (25, -10, 25.1, -9.9)
    assert kinds_of(asked)["axes_exchanged"] == 1
    assert asked.rows[0].geometry.equals(reading.rows[0].geometry)


def test_a_right_outside_the_country_is_warned_about_and_kept(tmp_path):
    reading = read_geojson(tmp_path, polygon((100, 40), (101, 40), (101, 41), (100, 41), (100, 40)))
    assert len(reading.rows) == 1
    assert kinds_of(reading)["outside_country"] == 1


def test_off_lattice_oblique_invalid_and_multipart_rows_are_kept_and_flagged(tmp_path):
    node = 1 / 120
    oblique = polygon((25, -10), (25 + node, -10), (25, -10 + node), (25, -10))
    bow = polygon((25, -10), (25.1, -9.9), (25.1, -10), (25, -9.9), (25, -10))
    shifted = polygon(*((x + 0.002, y) for x, y in RING))
    two = {"type": "MultiPolygon", "coordinates": [[RING], [[(x + 1, y) for x, y in RING]]]}
    reading = read_geojson(tmp_path, oblique, bow, shifted, two)
    assert len(reading.rows) == 4
    assert [issue.row for issue in issues_of(reading, "off_lattice")] == [1, 2, 3]
    assert [issue.row for issue in issues_of(reading, "invalid_ring")] == [2]
    assert [row.valid for row in reading.rows] == [True, False, True, True]
    assert [issue.row for issue in issues_of(reading, "multi_part")] == [4]
    assert reading.rows[3].placement.perimeter.count == 288


def test_a_polygon_of_a_million_vertices_takes_seconds(tmp_path):
    angle = np.linspace(0, 2 * np.pi, 1_000_000, endpoint=False)
    ring = np.column_stack([25 + np.cos(angle), -5 + np.sin(angle)])
    frame = geopandas.GeoDataFrame({"code": ["1"]}, geometry=[shapely.Polygon(ring)], crs=4326)
    write(frame, tmp_path / "large.gpkg")
    start = time.process_time()
    reading = read_register(tmp_path / "large.gpkg")
    assert time.process_time() - start < 10
    assert reading.rows[0].placement.off_vertices > 900_000


def test_a_sawtooth_of_a_million_vertices_on_the_lattice_is_bounded(tmp_path):
    """Each tooth crosses 20,000 rows of carrés: ten thousand million crossings in all."""
    column = np.arange(500_000) / 120 / 200
    ring = np.empty((1_000_000, 2))
    ring[0::2, 0] = ring[1::2, 0] = 10 + column
    ring[0::4, 1] = ring[3::4, 1] = -85
    ring[1::4, 1] = ring[2::4, 1] = 85
    path = tmp_path / "saw.gpkg"
    frame = geopandas.GeoDataFrame({"code": ["1"]}, geometry=[shapely.Polygon(ring)], crs=4326)
    write(frame, path)
    start = time.process_time()
    assert accounted(read_register(path))
    assert time.process_time() - start < 30


def test_a_file_without_geometry(tmp_path):
    frame = pandas.DataFrame({"code": ["1"]})
    write(geopandas.GeoDataFrame(frame, geometry=[None], crs=4326), tmp_path / "a.gpkg")
    pyogrio.write_dataframe(frame, tmp_path / "b.gpkg", driver="GPKG")
    reading = read_register(tmp_path / "a.gpkg")
    assert (reading.features, len(reading.refused)) == (1, 1)
    with pytest.raises(SchemaUnknown, match="no layer with geometry"):
        read_register(tmp_path / "b.gpkg")


# --- CSV ----------------------------------------------------------------------------------------

WKT = square(3000, -1300).wkt


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_any_usual_separator(tmp_path, separator):
    lines = [["code", "type", "wkt"], ["1", "PR", f'"{WKT}"'], ["2", "PE", f'"{WKT}"']]
    path = tmp_path / "rights.csv"
    path.write_text("\n".join(separator.join(line) for line in lines))
    reading = read_register(path)
    assert [(row.code, row.kind) for row in reading.rows] == [("1", "PR"), ("2", "PE")]


@pytest.mark.parametrize(
    "text",
    [
        f"code,type,wkt\n1,PR,{WKT}\n2,PE,{WKT}\n",  # commas within, no quotes
        f"code:type:wkt\n1:PR:{WKT}\n",
        f"code type wkt\n1 PR {WKT}\n",
        "code;type;wkt\n",
        "code;type\n1;PR\n2;PE\n",
    ],
)
def test_a_csv_that_no_separator_splits(tmp_path, text):
    (tmp_path / "rights.csv").write_text(text)
    reason = refusal(tmp_path / "rights.csv")
    assert "separator" in reason or "WKT" in reason


def test_one_broken_line_is_refused_and_the_others_kept(tmp_path):
    lines = ["code;type;wkt", *(f"{i};PR;{WKT}" for i in range(8)), "9;PR", "10;PR;POLYGON ((x))"]
    (tmp_path / "rights.csv").write_text("\n".join(lines))
    reading = read_register(tmp_path / "rights.csv")
    assert accounted(reading)
    assert [(i.row, i.kind, i.field, i.value) for i in reading.refused] == [
        (9, "line_broken", "geometry", "9;PR"),
        (10, "geometry_broken", "geometry", "POLYGON ((x))"),
    ]
    assert "line 10 has 2 fields" in reading.refused[0].message
    assert "line 11" in reading.refused[1].message


def test_the_number_of_a_line_counts_blank_lines_and_lines_in_quotes(tmp_path):
    broken = '"two\nlines";PR;' + WKT
    text = f"code;type;wkt\n\n1;PR;{WKT}\n\n\n{broken}\n3;PR;POLYGON ((x))\n"
    (tmp_path / "rights.csv").write_text(text)
    (issue,) = read_register(tmp_path / "rights.csv").refused
    assert text.splitlines().index("3;PR;POLYGON ((x))") + 1 == 8
    assert (issue.row, "line 8" in issue.message) == (3, True)


def test_a_column_named_wkt_is_one_however_many_rows_are_broken(tmp_path):
    commas = WKT.replace(", ", "|").replace(".", ",").replace("|", ", ")
    cells = [WKT, "rubbish", "see annex", commas]
    lines = ["code;the_geom", *(f"{i};{cell}" for i, cell in enumerate(cells))]
    (tmp_path / "rights.csv").write_text("\n".join(lines))
    reading = read_register(tmp_path / "rights.csv", crs="EPSG:4326")
    assert [row.code for row in reading.rows] == ["0"]
    assert [i.kind for i in reading.refused] == ["geometry_broken"] * 3
    assert ["decimal commas" in i.message for i in reading.refused] == [False, False, True]
    (tmp_path / "rights.csv").write_text("\n".join(lines).replace("the_geom", "remark"))
    assert "no column holds WKT" in refusal(tmp_path / "rights.csv")


def test_rows_without_the_srid_of_the_others(tmp_path):
    path = tmp_path / "rights.csv"
    path.write_text(f'code,wkt\n1,"SRID=4326;{WKT}"\n2,"{WKT}"\n')
    reading = read_register(path)
    assert len(reading.rows) == 2
    assert [(i.row, "line 3" in i.message) for i in issues_of(reading, "crs_assumed")] == [
        (2, True)
    ]
    metres = "POLYGON ((554000 8839000, 555000 8839000, 555000 8840000, 554000 8839000))"
    path.write_text(f'code,wkt\n1,"SRID=32735;{metres}"\n2,"{metres}"\n')
    reading = read_register(path)
    assert [row.row for row in reading.rows] == [1]
    assert [(i.row, i.kind) for i in reading.refused] == [(2, "bad_coordinates")]
    assert "no SRID" in reading.refused[0].message
    assert len(read_register(path, crs="EPSG:32735").rows) == 2


def test_a_csv_in_metres_needs_its_crs(tmp_path):
    frame = register_2015().to_crs(32735)
    table = frame[["code", "type"]].assign(wkt=frame.geometry.to_wkt(rounding_precision=12))
    table.to_csv(tmp_path / "utm.csv", index=False)
    assert "no CRS" in refusal(tmp_path / "utm.csv")
    reading = read_register(tmp_path / "utm.csv", crs="EPSG:32735")
    assert [row.placement.perimeter.count for row in reading.rows] == [4, 1, 2, 1]


def test_a_crs_that_does_not_exist(tmp_path):
    (tmp_path / "rights.csv").write_text(f"code;type;wkt\n1;PR;{WKT}\n")
    assert "names no coordinate" in refusal(tmp_path / "rights.csv", crs="EPSG:999999")
    with pytest.raises(FileRefused) as refused:
        read_register(tmp_path / "rights.csv", crs="foo")
    assert str(refused.value).count("EPSG:4326") == 1
    assert ".." not in str(refused.value)


def test_hidden_characters_are_noted_and_left_out(tmp_path):
    text = f"code;type;parties;wkt\n1;PR;A\x00B\u202eC;{WKT}\n"
    (tmp_path / "rights.csv").write_text(text, "utf-8")
    reading = read_register(tmp_path / "rights.csv")
    (issue,) = issues_of(reading, "hidden_characters")
    assert (issue.row, issue.field) == (1, "holders")
    assert issue.value == "A\\x00B\\u202eC"
    assert reading.rows[0].holders[0].name == "ABC"
    assert reading.rows[0].raw["parties"] == "A\x00B\u202eC"
