"""One register in every format: the same rows come out, to the last bit of a coordinate."""

import hashlib
import json
import zipfile
from datetime import date
from decimal import Decimal

import geopandas
import pyarrow.parquet as pq
import pytest
import shapely
from register_files import accounted, issues_of, kinds_of, register_2015, square, write

from geo.errors import FileRefused
from geo.sources import Holder, Procedure, State, read_register

NAMES = ["register.gpkg", "register.geojson", "register.fgb", "register.shp"]


def written(frame, path):
    if path.suffix == ".parquet":
        frame.to_parquet(path)
    elif path.suffix == ".csv":
        table = frame.drop(columns="geometry").assign(
            wkt=frame.geometry.to_wkt(rounding_precision=-1)
        )
        table.to_csv(path, index=False, sep=";")
    elif path.suffix == ".zip":
        loose = path.with_suffix(".shp")
        write(frame, loose)
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as zipped:
            for part in sorted(path.parent.glob(f"{path.stem}.*")):
                if part != path:
                    zipped.write(part, f"folder/{part.name}")
    else:
        write(frame, path)
    return path


@pytest.mark.parametrize("name", [*NAMES, "register.parquet", "register.csv", "register.zip"])
def test_every_format_gives_the_same_rows(tmp_path, name, capfd):
    path = written(register_2015(), tmp_path / name)
    before = hashlib.sha256(path.read_bytes()).hexdigest()
    reading = read_register(path)
    assert (reading.features, len(reading.rows), reading.refused) == (4, 4, ())
    assert [row.row for row in reading.rows] == [1, 2, 3, 4]
    assert reading.schema == "cami_2015"
    assert reading.crs == "EPSG:4326"
    by_code = {row.code: row for row in reading.rows}  # FlatGeobuf sorts its features in space
    rows = permit, mine, _, application = [by_code[c] for c in register_2015()["code"]]
    assert [row.kind for row in rows] == ["PR", "PE", "ZEA", "PR"]
    assert permit.kind_raw == "PR (AS)"
    assert permit.holders == (Holder("Société Générale", None),)
    assert application.holders == (Holder("É. Müller", None),)
    assert (permit.granted_on, permit.expires_on) == (date(2010, 4, 23), date(2015, 4, 22))
    assert (mine.state, mine.procedure) == (State.GRANTED, Procedure.RENEWAL)
    assert (application.state, application.procedure) == (State.APPLICATION, Procedure.NONE)
    assert permit.minerals == ("Au", "diamond")
    assert application.minerals == ("coltan",)
    assert permit.declared_area_ha == Decimal(341)
    assert [row.placement.perimeter.count for row in rows] == [4, 1, 2, 1]
    for row, geometry in zip(rows, register_2015().geometry, strict=True):
        assert shapely.equals_exact(shapely.normalize(row.geometry), shapely.normalize(geometry), 0)
    assert hashlib.sha256(path.read_bytes()).hexdigest() == before
    if name != "register.shp":
        assert reading.sha256 == before
    assert capfd.readouterr().err == ""


def test_the_digest_of_a_loose_shapefile_is_that_of_its_parts_in_order(shapefile):
    parts = [shapefile.with_suffix(s) for s in (".shp", ".shx", ".dbf", ".prj", ".cpg")]
    expected = hashlib.sha256(b"".join(part.read_bytes() for part in parts)).hexdigest()
    assert read_register(shapefile).sha256 == expected


def test_kml_and_kmz(tmp_path):
    """Folders are layers; heights are dropped and said; a point is refused by name."""
    ring = "25,-10,0 25.1,-10,0 25.1,-9.9,0 25,-9.9,0 25,-10,0"
    polygon = (
        "<Polygon><outerBoundaryIs><LinearRing>"
        f"<coordinates>{ring}</coordinates></LinearRing></outerBoundaryIs></Polygon>"
    )
    kml = f"""<?xml version="1.0" encoding="UTF-8"?>
    <kml xmlns="http://www.opengis.net/kml/2.2"><Document>
    <Folder><name>ZEA</name>
      <Placemark><name>A</name><ExtendedData>
        <Data name="Parties"><value>PROVINCE DU LUALABA (100%)</value></Data>
        </ExtendedData>{polygon}</Placemark>
      <Placemark><name>B</name><Point><coordinates>25,-10</coordinates></Point></Placemark>
    </Folder>
    <Folder><name>PR</name><Placemark><name>C</name>{polygon}</Placemark></Folder>
    </Document></kml>"""
    path = tmp_path / "cadastre.kml"
    path.write_text(kml)
    with zipfile.ZipFile(tmp_path / "cadastre.kmz", "w") as zipped:
        zipped.write(path, "doc.kml")
    for name in ("cadastre.kml", "cadastre.kmz"):
        reading = read_register(tmp_path / name)
        assert (reading.features, len(reading.rows), len(reading.refused)) == (3, 2, 1)
        assert [(r.row, r.code, r.kind, r.layer) for r in reading.rows] == [
            (1, "A", "ZEA", "ZEA"),
            (3, "C", "PR", "PR"),
        ]
        assert reading.rows[0].holders == (Holder("PROVINCE DU LUALABA", Decimal(100)),)
        assert reading.refused[0].kind == "not_a_polygon"
        assert "Point" in reading.refused[0].message
        assert kinds_of(reading)["z_dropped"] == 2
        assert not reading.rows[0].geometry.has_z
        assert reading.rows[0].placement.perimeter.count == 144


def test_every_layer_of_a_geopackage_is_read_or_named(tmp_path):
    path = tmp_path / "cadastre.gpkg"
    write(register_2015(), path, "titres")
    zones = geopandas.GeoDataFrame(
        {"Licence_": ["ZEA 1"], "Parties": ["PROVINCE DU LUALABA (100%)"], "Area": ["2 cu"]},
        geometry=[square(3100, -1300, 2)],
        crs="EPSG:4326",
    )
    write(zones, path, "ZEA")
    write(zones, path, "PROV")
    reading = read_register(path)
    assert accounted(reading)
    assert reading.features == 5
    assert [row.row for row in reading.rows] == [1, 2, 3, 4, 5]
    assert [row.layer for row in reading.rows] == ["titres"] * 4 + ["ZEA"]
    assert reading.rows[4].kind == "ZEA"
    assert reading.rows[4].declared_cells == 2
    assert [issue.value for issue in issues_of(reading, "layer_not_rights")] == ["PROV"]
    assert len(issues_of(reading, "layer_rows")) == 2


def test_several_shapefiles_in_one_zip(tmp_path):
    for name in ("pr", "zea"):
        write(register_2015(), tmp_path / f"{name}.shp")
    with zipfile.ZipFile(tmp_path / "all.zip", "w") as zipped:
        for part in sorted(tmp_path.glob("*.*")):
            if part.suffix in (".shp", ".shx", ".dbf", ".prj", ".cpg"):
                zipped.write(part, part.name.upper())
        zipped.writestr("notes.pdf", b"%PDF")
        zipped.writestr("words.csv", b"word;meaning\nPR;permis\n")
        zipped.writestr("__MACOSX/._pr.shp", b"junk")
    reading = read_register(tmp_path / "all.zip")
    assert (reading.features, len(reading.rows)) == (8, 8)
    assert {row.layer for row in reading.rows} == {"PR", "ZEA"}
    ignored = [issue.value for issue in issues_of(reading, "file_ignored")]
    assert ignored == ["notes.pdf", "all.zip/words.csv"]


def test_the_public_copy_in_web_mercator_is_put_back_in_degrees(tmp_path):
    write(register_2015().to_crs("EPSG:3857"), tmp_path / "copy.gpkg")
    reading = read_register(tmp_path / "copy.gpkg")
    assert reading.crs == "EPSG:3857"
    assert [row.placement.perimeter.count for row in reading.rows] == [4, 1, 2, 1]
    wgs = read_register(written(register_2015(), tmp_path / "register.gpkg"))
    for copy, original in zip(reading.rows, wgs.rows, strict=True):
        assert copy.placement.perimeter == original.placement.perimeter


def test_a_crs_whose_axes_are_latitude_first_still_comes_out_longitude_first(tmp_path):
    """EPSG:4258 is defined latitude first; files keep x, y."""
    frame = register_2015().set_crs("EPSG:4258", allow_override=True)
    write(frame, tmp_path / "etrs.gpkg")
    reading = read_register(tmp_path / "etrs.gpkg")
    assert reading.rows[0].placement.on_lattice
    assert 10 < reading.rows[0].geometry.bounds[0] < 33


def test_ewkt_states_its_crs_and_mixed_ones_are_refused(tmp_path):
    path = tmp_path / "rights.csv"
    path.write_text(f'code,type,wkt\n1,PR,"SRID=4326;{square(3000, -1300).wkt}"\n')
    assert read_register(path).crs == "EPSG:4326"
    assert not issues_of(read_register(path), "crs_assumed")


def test_csv_without_crs_is_taken_as_degrees_only_where_it_lies_in_the_country(tmp_path):
    path = tmp_path / "rights.csv"
    path.write_text(f"code;type;wkt\n1;PR;{square(3000, -1300).wkt}\n")
    reading = read_register(path)
    assert kinds_of(reading)["crs_assumed"] == 1
    assert reading.rows[0].placement.perimeter.count == 1


def test_progress_ends_with_all_rows(tmp_path):
    told = []
    read_register(
        written(register_2015(), tmp_path / "register.gpkg"),
        progress=lambda done, total: told.append((done, total)),
    )
    assert told[-1] == (4, 4)


def test_geoparquet_says_its_crs_or_says_that_none_is_said(tmp_path):
    """Without a “crs” the format says longitude and latitude; a null one says unknown."""
    path = tmp_path / "register.parquet"
    register_2015().to_parquet(path)
    table = pq.read_table(path)
    metadata = json.loads(table.schema.metadata[b"geo"])
    for crs, expected in (("absent", "EPSG:4326"), (None, None)):
        column = metadata["columns"]["geometry"]
        column.pop("crs", None)
        if crs is None:
            column["crs"] = None
        stated = table.replace_schema_metadata({b"geo": json.dumps(metadata).encode()})
        pq.write_table(stated, path)
        if expected:
            assert read_register(path).crs == expected
        else:
            with pytest.raises(FileRefused, match="no CRS is stated"):
                read_register(path)
            assert read_register(path, crs="EPSG:4326").features == 4
    pq.write_table(table.replace_schema_metadata({}), path)
    with pytest.raises(FileRefused, match="GeoParquet"):
        read_register(path)


def test_geoparquet_with_two_geometries_reads_the_first_and_names_the_other(tmp_path):
    frame = register_2015()
    frame["centre"] = frame.geometry.representative_point()
    frame.to_parquet(tmp_path / "two.parquet")
    reading = read_register(tmp_path / "two.parquet")
    assert len(reading.rows) == 4
    assert [issue.field for issue in issues_of(reading, "geometry_ignored")] == ["centre"]
    assert "centre" not in reading.rows[0].raw


def test_the_same_crs_said_again_is_no_news(tmp_path):
    register_2015().to_parquet(tmp_path / "register.parquet")
    reading = read_register(tmp_path / "register.parquet", crs="OGC:CRS84")
    assert "crs_overridden" not in kinds_of(reading)
    reading = read_register(tmp_path / "register.parquet", crs="EPSG:3857")
    assert kinds_of(reading)["crs_overridden"] == 1


def test_json_of_an_arcgis_server(tmp_path):
    ring = [[25, -10], [25, -9.9], [25.1, -9.9], [25.1, -10], [25, -10]]
    served = {
        "geometryType": "esriGeometryPolygon",
        "spatialReference": {"wkid": 4326},
        "fields": [
            {"name": "Code", "type": "esriFieldTypeString"},
            {"name": "TypeAbb", "type": "esriFieldTypeString"},
            {"name": "StatusGrp", "type": "esriFieldTypeString"},
            {"name": "DteGranted", "type": "esriFieldTypeDate"},
        ],
        "features": [
            {
                "attributes": {
                    "Code": "12",
                    "TypeAbb": "PE",
                    "StatusGrp": "Active",
                    "DteGranted": 1271973600000,  # 2010-04-22 22:00 UTC: midnight at Lubumbashi
                },
                "geometry": {"rings": [ring]},
            }
        ],
    }
    (tmp_path / "portal.json").write_text(json.dumps(served))
    (row,) = read_register(tmp_path / "portal.json").rows
    assert (row.code, row.kind, row.state) == ("12", "PE", State.GRANTED)
    assert row.granted_on == date(2010, 4, 23)
    assert row.placement.perimeter.count == 144
