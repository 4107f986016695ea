"""``mabele overlaps``: counts against brute force, the JSON contract, files, bad input."""

import csv
import hashlib
import json
import sqlite3
from datetime import datetime
from zoneinfo import ZoneInfo

import pyogrio
import pytest
import shapely
from brute import Right, as_published, expected_counts, random_rights, write_geojson
from run import mabele

CONTRACT = {
    *("features", "accounted", "on_lattice", "off_lattice", "invalid"),
    *("pairs", "cells", "polygon_pairs", "by_kind", "by_verdict", "issues"),
    *("on", "law", "files", "kinds", "undetermined"),
}
COUNTED = ("pairs", "cells", "polygon_pairs", "by_kind")


@pytest.fixture(scope="module")
def rights():
    return random_rights(90, seed=20150630)


@pytest.fixture(scope="module")
def register(tmp_path_factory, rights):
    """A register with the columns of 2015, as a zipped Shapefile."""
    folder = tmp_path_factory.mktemp("register")
    plain = write_geojson(folder / "plain.geojson", rights, as_published)
    frame = pyogrio.read_dataframe(plain)
    for name in ("date_do", "date_de1"):
        frame[name] = frame[name].dt.strftime("%Y-%m-%d")
    pyogrio.write_dataframe(frame, folder / "register.shz", driver="ESRI Shapefile")
    return (folder / "register.shz").rename(folder / "register.zip")


@pytest.fixture(scope="module")
def outcome(register):
    return mabele("overlaps", register, "--json", "--on", "2024-06-01")


def test_counts_are_those_of_brute_force(outcome, rights):
    assert outcome.code == 0, outcome.err
    answer = outcome.answer
    expected = expected_counts(rights)
    assert expected["pairs"] > 50
    assert expected["polygon_pairs"] > 10
    assert {key: answer[key] for key in COUNTED} == expected
    on = sum(right.on_lattice for right in rights)
    assert (answer["features"], answer["accounted"]) == (90, 90)
    assert (answer["on_lattice"], answer["off_lattice"], answer["invalid"]) == (on, 90 - on, 0)


def test_the_answer_is_one_object_with_the_keys_of_the_contract(outcome, register):
    answer = outcome.answer
    assert set(answer) >= CONTRACT
    assert outcome.out.count("\n}\n") == 1
    assert answer["on"] == "2024-06-01"
    assert answer["files"][0]["sha256"] == hashlib.sha256(register.read_bytes()).hexdigest()
    assert sum(answer["by_verdict"].values()) == answer["pairs"] + answer["polygon_pairs"]
    review = answer["by_verdict"].get("needs_legal_review", 0)
    assert sum(answer["undetermined"].values()) == review
    assert answer["issues"]["duplicate_code"] == 90
    assert "read" in outcome.err
    assert all(list(map(str, sorted(k.split("|")))) == k.split("|") for k in answer["by_kind"])


def test_the_day_changes_verdicts_only(register, outcome):
    early = mabele("overlaps", register, "--json", "--on", "2001-01-01").answer
    late = outcome.answer
    assert early["by_verdict"] == {"no_legal_basis": late["pairs"] + late["polygon_pairs"]}
    changed = {"on", "by_verdict", "undetermined"}
    assert {k: v for k, v in early.items() if k not in changed} == {
        k: v for k, v in late.items() if k not in changed
    }


def test_the_default_day_is_today_in_kinshasa(register):
    answer = mabele("overlaps", register, "--json", TZ="Pacific/Kiritimati").answer
    assert answer["on"] == datetime.now(ZoneInfo("Africa/Kinshasa")).date().isoformat()


def test_a_kind_can_be_left_out(register, rights):
    answer = mabele("overlaps", register, "--json", "--without", "zrg").answer
    kept = [right for right in rights if right.kind != "ZRG"]
    assert {key: answer[key] for key in COUNTED} == expected_counts(kept)
    assert (answer["features"], answer["without"]) == (90, ["ZRG"])
    assert answer["left_out"] == 90 - len(kept)


def test_a_kind_that_does_not_exist_is_a_wrong_command_line(register):
    refused = mabele("overlaps", register, "--without", "PRX")
    assert refused.code == 2
    assert "PRX" in refused.err


def test_other_columns_an_extra_zone_file_and_swapped_axes(tmp_path):
    rights = random_rights(50, seed=7, kinds=["PR", "PE"], odd_every=60)
    zones = random_rights(12, seed=8, kinds=["ZEA"], odd_every=60)

    def named(number, right):
        words = {"PR": "RECHERCHE", "PE": "EXPLOITATION"}
        return {"NUMERO": str(number), "CATEG": words[right.kind], "ETAT": "EN VIGUEUR"}

    register = write_geojson(tmp_path / "provincial.geojson", rights, named)
    content = json.loads(register.read_text())
    content["features"][3]["geometry"]["coordinates"] = [rights[3].ring(swapped=True)]
    register.write_text(json.dumps(content))
    zone_file = write_geojson(tmp_path / "zea.geojson", zones, lambda n, _: {"nom": f"ZEA {n}"})
    mapping = tmp_path / "mapping.yaml"
    mapping.write_text(
        "fields: {code: NUMERO, kind: CATEG, status: ETAT}\n"
        "kinds: {RECHERCHE: PR, EXPLOITATION: PE}\n"
        "statuses: {EN VIGUEUR: {state: granted, procedure: none}}\n"
    )
    arguments = ["overlaps", register, "--json", "--mapping", mapping]
    answer = mabele(*arguments).answer
    without_swapped = [right for number, right in enumerate(rights) if number != 3]
    assert {key: answer[key] for key in COUNTED} == expected_counts(without_swapped)
    assert answer["features"] == answer["accounted"] == 50
    assert sum(n for kind, n in answer["issues"].items() if "swap" in kind) == 1

    answer = mabele(*arguments, "--swap-axes").answer
    assert {key: answer[key] for key in COUNTED} == expected_counts(rights)

    own_columns = tmp_path / "own.geojson"
    write_geojson(own_columns, rights, as_published)
    both = mabele("overlaps", own_columns, zone_file, "--kind", "zea.geojson=zea", "--json")
    assert {key: both.answer[key] for key in COUNTED} == expected_counts(rights + zones)
    assert both.answer["kinds"]["ZEA"] == 12
    assert [file["features"] for file in both.answer["files"]] == [50, 12]


def test_an_unknown_kind_is_a_question_mark(tmp_path):
    rights = [Right("PR", 0, 0, 3, 3), Right("XYZ", 1, 1, 3, 3)]
    register = write_geojson(tmp_path / "r.geojson", rights, as_published)
    answer = mabele("overlaps", register, "--json").answer
    assert answer["by_kind"] == {"?|PR": {"pairs": 1, "cells": 4}}
    assert answer["undetermined"] == {"kind_unknown": 1}


def test_two_blocks_that_meet_at_a_corner_are_invalid_and_counted(tmp_path):
    rights = [Right("PR", 0, 0, 2, 2), Right("PE", 1, 0, 1, 1)]
    register = write_geojson(tmp_path / "r.geojson", rights, as_published)
    content = json.loads(register.read_text())
    blocks = Right("PR", 0, 0, 1, 1).ring()[:-1], Right("PR", 1, 1, 1, 1).ring()[:-1]
    first, second = blocks
    ring = [first[2], first[3], first[0], first[1], *second, first[2]]
    assert not shapely.Polygon(ring).is_valid
    content["features"][0]["geometry"]["coordinates"] = [ring]
    register.write_text(json.dumps(content))
    answer = mabele("overlaps", register, "--json").answer
    assert (answer["invalid"], answer["on_lattice"], answer["pairs"]) == (1, 2, 0)


def test_files_are_written_whole(tmp_path, register, rights):
    out = tmp_path / "audit"
    done = mabele("overlaps", register, "--out", out, "--json", "--on", "2024-06-01")
    names = {path.name for path in out.iterdir()}
    assert names == {"NOTICE.txt", "overlaps.csv", "overlaps.gpkg", "issues.csv", "map.html"}
    assert [path.name for path in tmp_path.iterdir()] == ["audit"]
    with (out / "overlaps.csv").open(encoding="utf-8-sig", newline="") as file:
        lines = list(csv.DictReader(file))
    expected = expected_counts(rights)
    assert sum(int(line["cells"]) for line in lines if line["cells"]) == expected["cells"]
    assert sum(line["exact"] == "no" for line in lines) == expected["polygon_pairs"]
    with sqlite3.connect(out / "overlaps.gpkg") as database:
        (count,) = database.execute("SELECT count(*) FROM overlaps").fetchone()
    assert count == len(lines) == expected["pairs"] + expected["polygon_pairs"]
    with (out / "issues.csv").open(encoding="utf-8-sig", newline="") as file:
        issues = list(csv.DictReader(file))
    assert len(issues) == sum(done.answer["issues"].values())


def test_the_table_shows_the_counts_and_the_day(register, rights):
    shown = mabele("overlaps", register, "--on", "2024-06-01")
    assert shown.code == 0
    expected = expected_counts(rights)
    for text in ("2024-06-01", f"{expected['cells']:,}", "overlapping pairs on the lattice"):
        assert text in shown.out
    assert max(map(len, shown.out.splitlines())) <= 100


def test_text_that_attacks_a_terminal_is_shown_as_text(tmp_path):
    def attacking(number, right):
        return as_published(number, right) | {"code": "\x1b[2J[red]12\r\n34\u202e"}

    rights = [Right("PR", 0, 0, 3, 3), Right("PE", 1, 1, 3, 3)]
    register = write_geojson(tmp_path / "r.geojson", rights, attacking)
    shown = mabele("overlaps", register)
    assert shown.code == 0
    assert "\x1b" not in shown.out + shown.err
    assert "\u202e" not in shown.out
    assert "[red]" in shown.out


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("empty.geojson", b""),
        ("empty.zip", b""),
        ("broken.geojson", b'{"type": "FeatureCollection", "features": ['),
        ("text.txt", b"hello"),
        ("semicolon.csv", b"a;b\n1;2\n"),
        ("not.gpkg", b"not a database at all"),
    ],
)
def test_a_bad_file_is_one_clear_line(tmp_path, name, content):
    path = tmp_path / name
    path.write_bytes(content)
    refused = mabele("overlaps", path, "--json", "--out", tmp_path / "out")
    assert refused.code == 3
    assert refused.out == ""
    errors = [line for line in refused.err.splitlines() if line.startswith("error: ")]
    assert len(errors) == 1
    assert name in errors[0]
    assert "Traceback" not in refused.err
    assert not (tmp_path / "out").exists()


def test_a_file_that_is_not_there(tmp_path):
    refused = mabele("overlaps", tmp_path / "none.zip")
    assert refused.code == 3
    assert "none.zip" in refused.err


def test_one_bad_file_among_good_ones_stops_the_audit(tmp_path, register):
    bad = tmp_path / "bad.geojson"
    bad.write_text("{")
    refused = mabele("overlaps", register, bad, "--json")
    assert (refused.code, refused.out) == (3, "")


def test_a_folder_that_cannot_be_written(tmp_path, register):
    (tmp_path / "file").write_text("")
    refused = mabele("overlaps", register, "--json", "--out", tmp_path / "file" / "out")
    assert (refused.code, refused.out) == (7, "")
    assert "--out" in refused.err


def test_no_file_is_a_wrong_command_line():
    assert mabele("overlaps").code == 2


def test_help_has_examples():
    shown = mabele("overlaps", "--help")
    assert shown.code == 0
    assert "mabele overlaps register.zip --json > audit.json" in shown.out


@pytest.mark.real_data
def test_the_register_of_2015(real_data, tmp_path):
    """Reference counts of the data's README, from a count that shares no code with the project."""
    register = real_data / "permits_2015" / "cod_permits_2015.zip"
    answer = mabele("overlaps", register, "--json", "--out", tmp_path / "out").answer
    assert answer["features"] == answer["accounted"] == 7355
    assert (answer["on_lattice"], answer["off_lattice"], answer["invalid"]) == (7310, 45, 1)
    assert (answer["pairs"], answer["cells"], answer["polygon_pairs"]) == (709, 33288, 17)
    by_kind = {kinds: (n["pairs"], n["cells"]) for kinds, n in answer["by_kind"].items()}
    for kinds, counts in {
        "ARPC|PR": (154, 599),
        "AECP|PR": (41, 157),
        "PR|PR": (35, 1194),
        "ARPC|PE": (20, 86),
        "PE|PER": (19, 257),
        "PR|ZEA": (12, 176),
        "PE|PE": (10, 671),
        "PE|ZEA": (2, 19),
    }.items():
        assert by_kind[kinds] == counts
    assert sum(n["pairs"] for n in answer["by_kind"].values()) == 709
    assert (tmp_path / "out" / "map.html").stat().st_size < 4_000_000


@pytest.mark.real_data
def test_the_register_of_2015_without_research_zones(real_data):
    register = real_data / "permits_2015" / "cod_permits_2015.zip"
    answer = mabele("overlaps", register, "--json", "--without", "ZRG").answer
    assert (answer["pairs"], answer["cells"], answer["polygon_pairs"]) == (319, 3468, 9)
    zea = [n for kinds, n in answer["by_kind"].items() if "ZEA" in kinds.split("|")]
    assert (sum(n["pairs"] for n in zea), sum(n["cells"] for n in zea)) == (14, 195)
