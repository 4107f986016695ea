"""Files of the demonstration register: read back by GDAL and by the importers, and audited."""

import json
import sqlite3
import time
import zipfile
from collections import Counter
from contextlib import closing

import pyogrio
import pytest

from api.cli import main
from geo import demo
from geo.errors import FileRefused
from geo.overlap.audit import Ground, overlaps
from geo.sources import read_register
from geo.sources.compare import compare_readings

ROWS = 600
SUFFIXES = (".geojson", ".gpkg", ".zip")


@pytest.fixture(scope="module")
def register():
    return demo.generate(ROWS, seed=2)


@pytest.fixture(scope="module")
def read(register, tmp_path_factory):
    """Write in a schema and a format, and read it with the importer: rows of all files together."""
    folder = tmp_path_factory.mktemp("demo")

    def written_and_read(schema, suffix):
        files = demo.write_register(register, folder / f"register_{schema}{suffix}", schema)
        return [read_register(file) for file in files]

    return written_and_read


@pytest.mark.parametrize("suffix", SUFFIXES)
@pytest.mark.parametrize("schema", demo.SCHEMAS)
def test_importers_read_every_row_and_the_audit_finds_the_truth(register, read, schema, suffix):
    readings = read(schema, suffix)
    rows = [row for reading in readings for row in reading.rows]
    truth = register.truth()
    assert [reading.refused for reading in readings] == [()] * len(readings)
    assert len(rows) == ROWS
    assert Counter(row.kind for row in rows) == Counter(right.kind for right in register.rights)
    assert Counter(row.code for row in rows) == Counter(right.code for right in register.rights)
    assert sum(not row.placement.on_lattice for row in rows) == truth.off_lattice
    assert sum(not row.valid for row in rows) == truth.invalid
    found = overlaps([Ground(row.placement.perimeter, row.geometry) for row in rows])
    exact = [overlap for overlap in found if overlap.exact]
    assert len(exact) == len(truth.pairs)
    assert sum(overlap.cells for overlap in exact) == truth.cells
    rough = sorted(overlap.area_cells for overlap in found if not overlap.exact)
    assert rough == pytest.approx(sorted(truth.polygon_pairs.values()), rel=1e-4)


@pytest.mark.parametrize("schema", demo.SCHEMAS)
def test_values_come_back_as_they_were_written(register, read, schema):
    rows = [row for reading in read(schema, ".geojson") for row in reading.rows]
    rights = register.rights
    if schema == "public":  # artisanal zones are in a second file
        rights = sorted(rights, key=lambda right: right.kind == "ZEA")
    for row, right in zip(rows, rights, strict=True):
        assert (row.granted_on, row.expires_on) == (right.granted, right.expires)
        assert row.status_raw == right.status
        assert [holder.name for holder in row.holders] == [name for name, _ in right.holders]
        if schema != "2015":  # that schema has no filing date and measures its areas
            assert row.filed_on == right.filed
            assert row.declared_cells == right.declared_cells


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_the_same_register_gives_the_same_bytes_whenever_it_is_written(register, tmp_path, suffix):
    """A .dbf bears the day and a GeoPackage the second when it was written: both are pinned."""
    first, second = tmp_path / f"1/r{suffix}", tmp_path / f"2/r{suffix}"
    demo.write_register(register, first, "portal")
    time.sleep(0.01 if suffix != ".gpkg" else 1.1)
    demo.write_register(demo.generate(ROWS, seed=2), second, "portal")
    assert first.read_bytes() == second.read_bytes()
    demo.write_register(demo.generate(ROWS, seed=3), second, "portal")
    assert first.read_bytes() != second.read_bytes()


def test_no_file_says_when_it_was_written(register, tmp_path):
    demo.write_register(register, tmp_path / "r.zip")
    with zipfile.ZipFile(tmp_path / "r.zip") as archive:
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert tuple(archive.read("r.dbf")[1:4]) == (80, 1, 1)  # years since 1900, month, day
    demo.write_register(register, tmp_path / "r.gpkg")
    with closing(sqlite3.connect(tmp_path / "r.gpkg")) as connection:
        ((changed,),) = connection.execute("select last_change from gpkg_contents")
    assert changed.startswith("1980-01-01T00:00:00")
    assert pyogrio.get_gdal_config_option("OGR_CURRENT_DATE") is None


def test_every_file_says_that_it_is_illustrative(register, tmp_path):
    geojson, package = tmp_path / "r.geojson", tmp_path / "r.gpkg"
    demo.write_register(register, geojson)
    demo.write_register(register, package)
    demo.write_areas(tmp_path / "areas.geojson")
    assert "Illustratif" in json.loads(geojson.read_text(encoding="utf-8"))["note"]
    with sqlite3.connect(package) as connection:
        ((layer, description),) = connection.execute(
            "select table_name, description from gpkg_contents"
        )
    connection.close()
    assert "illustratif" in layer
    assert "Illustratif" in description
    areas = json.loads((tmp_path / "areas.geojson").read_text(encoding="utf-8"))["features"]
    for number, area in enumerate(areas, 1):
        assert f"Aire protégée illustrative {number}" in area["properties"]["Parties"]


def test_a_zipped_shapefile_has_its_parts_and_its_accents(register, tmp_path):
    path = tmp_path / "register.zip"
    demo.write_register(register, path, "portal")
    with zipfile.ZipFile(path) as archive:
        assert {name.rpartition(".")[2] for name in archive.namelist()} >= {
            "shp", "shx", "dbf", "prj", "cpg",
        }  # fmt: skip
    frame = pyogrio.read_dataframe(path)
    assert len(frame) == ROWS
    assert frame.Parties.str.contains("(démonstration)", regex=False).all()
    assert {"Commoditie", "Commodit_1", "guidLicens"} <= set(frame.columns)
    dates = frame.DteGranted.dropna()
    assert ((dates > 8e11) & (dates % 86_400_000 == 0)).all()  # whole days in epoch milliseconds


def test_protected_areas_are_read_as_protected(tmp_path):
    path = tmp_path / "areas.geojson"
    demo.write_areas(path, count=3)
    reading = read_register(path)
    assert [row.kind for row in reading.rows] == ["ZP"] * 3


def test_an_unknown_format_is_refused_with_a_remedy(register, tmp_path):
    with pytest.raises(FileRefused, match="geojson"):
        demo.write_register(register, tmp_path / "register.kml")


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_a_folder_that_cannot_be_written_is_named(register, tmp_path, suffix):
    (tmp_path / "file").write_text("not a folder")
    with pytest.raises(FileRefused, match="cannot be written"):
        demo.write_register(register, tmp_path / "file" / f"register{suffix}")


def test_command_writes_a_register_and_tells_its_truth(tmp_path, capsys):
    out = tmp_path / "demo.geojson"
    areas = tmp_path / "areas.geojson"
    options = ["--rights", "200", "--seed", "9", "--out", str(out), "--protected", str(areas)]
    assert main(["demo", *options]) == 0
    truth = demo.generate(200, 9).truth()
    said = capsys.readouterr().out
    assert f"{len(truth.pairs)} pairs of {truth.cells} carrés" in said
    assert len(json.loads(out.read_text(encoding="utf-8"))["features"]) == 200
    assert areas.exists()


def test_command_makes_the_later_extract(tmp_path, capsys):
    out = tmp_path / "later.geojson"
    assert (
        main(["demo", "--rights", "200", "--later", "--schema", "portal", "--out", str(out)]) == 0
    )
    assert "all invented" in capsys.readouterr().out
    first = {right.code for right in demo.generate(200).rights}
    codes = {row["properties"]["Code"] for row in json.loads(out.read_text("utf-8"))["features"]}
    assert len(first & codes) > 0.9 * len(first)


@pytest.mark.parametrize(
    ("options", "code"),
    [(["--rights", "50", "--out", "x.gpkg"], 2), (["--out", "x.kml"], 3), ([], 2)],
)
def test_command_refuses_what_it_cannot_do(options, code, capsys):
    assert main(["demo", *options]) == code
    assert "rror" in capsys.readouterr().err


def test_comparing_two_extracts_finds_the_changes_that_were_made(tmp_path):
    readings = []
    for register in (demo.generate(ROWS, 2), demo.generate_later(ROWS, 2)):
        demo.write_register(register, path := tmp_path / "extract.geojson", "portal")
        readings.append(read_register(path))
    comparison = compare_readings(*readings)
    made = Counter(register.changes.values())
    counts, changed = comparison.counts(), comparison.changed()
    for outcome in ("smaller", "larger", "moved", "new", "gone"):
        assert counts[outcome] == made[outcome], outcome
    assert changed["kind"] == made["kind"]
    assert changed["holders"] == made["holder"]
