"""CSV and GeoPackage of an audit, read back by other tools."""

import csv
from decimal import Decimal

import pyogrio
import pytest
import shapely
from rights import ATTACK, findings_of

from geo.errors import SetupError
from geo.sources.rows import Issue, Reading
from maps.report import OVERLAP_COLUMNS, overlap_record, whole_folder, write_audit, write_csv


@pytest.fixture
def reading(small_register):
    issue = Issue("register.gpkg", 2, "code", "=1+1", "code_missing", 'is odd, "quoted"', "sender")
    return Reading(
        file="register.gpkg",
        sha256="ab" * 32,
        schema="test",
        crs="EPSG:4326",
        features=5,
        rows=tuple(small_register),
        refused=(),
        issues=(issue,),
    )


def read_csv(path):
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_columns_are_those_of_the_record(small_findings):
    record = overlap_record(small_findings.overlaps[0], small_findings)
    assert tuple(record) == OVERLAP_COLUMNS


def test_an_audit_leaves_all_its_files(tmp_path, small_findings, reading):
    written = write_audit(tmp_path / "out", small_findings, [reading])
    assert written == ["NOTICE.txt", "issues.csv", "map.html", "overlaps.csv", "overlaps.gpkg"]
    assert sorted(p.name for p in (tmp_path / "out").iterdir()) == written
    assert list(tmp_path.iterdir()) == [tmp_path / "out"]


def test_overlaps_as_csv(tmp_path, small_findings, reading):
    write_audit(tmp_path / "out", small_findings, [reading])
    lines = read_csv(tmp_path / "out" / "overlaps.csv")
    assert [(line["a_row"], line["b_row"], line["cells"]) for line in lines] == [
        ("1", "2", "4"),
        ("1", "4", ""),
        ("2", "3", "1"),
    ]
    first = lines[0]
    assert first["b_code"] == "'=cmd|' /C calc'!A0"
    assert first["b_holders"] == f"{ATTACK} (60 %)"
    assert lines[1]["b_holders"] == "'@SUM(A1:A9) (60 %)"
    assert Decimal(first["legal_area_ha"]) == 4 * Decimal("84.955")
    assert float(first["share_a"]) == pytest.approx(4 / 60, abs=1e-6)
    assert float(first["share_b"]) == pytest.approx(4 / 16, abs=1e-6)
    assert float(lines[1]["area_cells"]) == pytest.approx(0.5, abs=1e-6)
    assert first["on"] == "2024-06-01"
    assert first["verdict"]
    assert first["message_fr"] != first["message_en"]


def test_issues_as_csv(tmp_path, small_findings, reading):
    write_audit(tmp_path / "out", small_findings, [reading])
    (line,) = read_csv(tmp_path / "out" / "issues.csv")
    assert line["value"] == "'=1+1"
    assert line["message"] == 'is odd, "quoted"'
    assert line["corrected_by"] == "sender"
    assert "n’a pas de code" in line["meaning_fr"]
    assert "has no code" in line["meaning_en"]


def test_pieces_as_geopackage(tmp_path, small_findings, reading):
    write_audit(tmp_path / "out", small_findings, [reading])
    frame = pyogrio.read_dataframe(tmp_path / "out" / "overlaps.gpkg", layer="overlaps")
    assert frame.crs.to_epsg() == 4326
    assert shapely.is_valid(frame.geometry.values).all()
    assert set(frame.geom_type) == {"MultiPolygon"}
    in_cells = shapely.area(frame.geometry.values) * 120 * 120
    assert in_cells == pytest.approx([4, 0.5, 1], abs=1e-6)
    assert frame["b_holders"][0] == f"{ATTACK} (60 %)"


def test_no_overlap_still_gives_files(tmp_path, reading):
    written = write_audit(tmp_path / "out", findings_of([]), [reading])
    assert len(written) == 5
    assert read_csv(tmp_path / "out" / "overlaps.csv") == []
    assert len(pyogrio.read_dataframe(tmp_path / "out" / "overlaps.gpkg")) == 0


def test_negative_numbers_stay_numbers(tmp_path):
    write_csv(tmp_path / "x.csv", ("n", "d", "t", "none"), [(-1.5, Decimal("-2"), "-3", None)])
    (line,) = read_csv(tmp_path / "x.csv")
    assert line == {"n": "-1.5", "d": "-2", "t": "'-3", "none": ""}


def test_a_failure_leaves_the_folder_as_it_was(tmp_path):
    target = tmp_path / "out"
    target.mkdir()
    (target / "overlaps.csv").write_text("before")

    def fail():
        with whole_folder(target) as folder:
            (folder / "overlaps.csv").write_text("after")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert (target / "overlaps.csv").read_text() == "before"
    assert list(tmp_path.iterdir()) == [target]


def test_other_files_of_the_folder_stay(tmp_path):
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "mine.txt").write_text("mine")
    with whole_folder(tmp_path / "out") as folder:
        (folder / "overlaps.csv").write_text("new")
    assert (tmp_path / "out" / "mine.txt").read_text() == "mine"
    assert (tmp_path / "out" / "overlaps.csv").read_text() == "new"


def test_a_folder_that_cannot_be_made_is_one_clear_error(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(SetupError, match="--out"), whole_folder(tmp_path / "file" / "out"):
        pass


def test_a_text_longer_than_a_cell_is_cut(tmp_path):
    write_csv(tmp_path / "x.csv", ("t",), [("x" * 100_000,)])
    (line,) = read_csv(tmp_path / "x.csv")
    assert len(line["t"]) == 32_767  # what a cell of a spreadsheet can hold
