"""Several files in one audit: each read in its own way, told apart, and repeats across them."""

import csv
import json
import os
import subprocess
import sys

import pytest
from brute import Right, as_published, expected_counts, random_rights, write_geojson
from run import PROJECT, mabele

COUNTED = ("pairs", "cells", "polygon_pairs", "by_kind")
MAPPING = (
    "fields: {code: NUMERO, kind: CATEG, status: ETAT}\n"
    "kinds: {RECHERCHE: PR, EXPLOITATION: PE}\n"
    "statuses: {EN VIGUEUR: {state: granted, procedure: none}}\n"
)


def provincial(number, right):
    words = {"PR": "RECHERCHE", "PE": "EXPLOITATION"}
    return {"NUMERO": str(number), "CATEG": words[right.kind], "ETAT": "EN VIGUEUR"}


def of_one_holder(codes, holder="ÉTOILE SARL"):
    """Return attributes of granted titles of one holder, each with its code."""

    def properties(number, right):
        published = as_published(0, right)
        return published | {"code": codes[number], "parties": f"{holder} (100%)"}

    return properties


@pytest.fixture(scope="module")
def rights():
    return random_rights(40, seed=7, kinds=["PR", "PE"], odd_every=60)


@pytest.fixture(scope="module")
def zones():
    return random_rights(12, seed=8, kinds=["ZEA"], odd_every=60)


@pytest.fixture(scope="module")
def folder(tmp_path_factory, rights, zones):
    """A register with columns of its own, a file of zones, and a mapping for the register."""
    folder = tmp_path_factory.mktemp("several")
    write_geojson(folder / "provincial.geojson", rights, provincial)
    write_geojson(folder / "zea.geojson", zones, lambda n, _: {"nom": f"ZEA {n}"})
    (folder / "columns.yaml").write_text(MAPPING)
    return folder


@pytest.mark.parametrize("given", ["provincial.geojson=", "{folder}/provincial.geojson=", ""])
def test_other_columns_with_an_extra_file_of_zones(folder, rights, zones, given):
    mapping = f"{given.format(folder=folder)}{folder / 'columns.yaml'}"
    files = [folder / "provincial.geojson", folder / "zea.geojson"]
    kind = ["--kind", "zea.geojson=ZEA"]
    done = mabele("overlaps", *files, *kind, "--mapping", mapping, "--json")
    assert done.code == 0, done.err
    assert {key: done.answer[key] for key in COUNTED} == expected_counts(rights + zones)
    assert set(done.answer["kinds"]) == {"PR", "PE", "ZEA"}
    schemas = [file["schema"] for file in done.answer["files"]]
    assert [schema.startswith("mapping: ") for schema in schemas] == [True, False]


def test_a_mapping_for_all_is_refused_by_a_file_that_has_some_of_its_columns(folder, tmp_path):
    partial = write_geojson(
        tmp_path / "partial.geojson", [Right("PR", 0, 0, 2, 2)], lambda n, _: {"NUMERO": str(n)}
    )
    mapping = ["--mapping", folder / "columns.yaml"]
    refused = mabele("overlaps", folder / "provincial.geojson", partial, *mapping, "--json")
    assert (refused.code, refused.out) == (3, "")
    assert "CATEG" in refused.err


def test_a_mapping_for_the_only_file_is_never_left_out(folder):
    mapping = ["--mapping", folder / "columns.yaml"]
    assert mabele("overlaps", folder / "zea.geojson", *mapping).code == 3
    named = ["--mapping", f"zea.geojson={folder / 'columns.yaml'}"]
    files = [folder / "provincial.geojson", folder / "zea.geojson"]
    assert mabele("overlaps", *files, *named).code == 3


def test_an_encoding_and_a_coordinate_system_for_one_file(tmp_path):
    right = Right("PR", 0, 0, 4, 4)
    plain = write_geojson(tmp_path / "plain.geojson", [right], of_one_holder(["1"]))
    (west, south), (east, north) = right.ring()[0], right.ring()[2]
    ring = f"{west} {south}, {west} {north}, {east} {north}, {east} {south}, {west} {south}"
    line = f'7,PE,ÉTOILE SARL,Actif,"POLYGON(({ring}))"\n'
    listed = tmp_path / "list.csv"
    listed.write_bytes(("code,type,titulaire,statut,wkt\n" + line).encode("cp1252"))
    options = ["--encoding", "list.csv=cp1252", "--crs", "list.csv=EPSG:4326"]
    done = mabele("overlaps", plain, listed, *options, "--out", tmp_path / "out", "--json")
    assert done.code == 0, done.err
    assert done.answer["cells"] == 16
    assert "crs_overridden" not in done.answer["issues"]
    (overlap,) = read_csv(tmp_path / "out" / "overlaps.csv")
    assert overlap["b_holders"] == "ÉTOILE SARL"


@pytest.mark.parametrize(
    "options",
    [
        ["--mapping", "none.geojson=columns.yaml"],
        ["--encoding", "none.csv=cp1252"],
        ["--kind", "ZEA"],
        ["--crs", "EPSG:4326", "--crs", "EPSG:32735"],
        ["--encoding", "zea.geojson=utf-8", "--encoding", "zea.geojson=cp1252"],
    ],
)
def test_a_value_that_names_no_file_or_comes_twice_is_a_wrong_command_line(folder, options):
    files = [folder / "provincial.geojson", folder / "zea.geojson"]
    assert mabele("overlaps", *files, *options).code == 2


def test_a_coordinate_system_may_hold_an_equals_sign(folder, zones):
    done = mabele(
        "overlaps", folder / "zea.geojson", "--crs", "+proj=longlat +datum=WGS84", "--json"
    )
    assert done.code == 0, done.err
    assert done.answer["features"] == len(zones)


def read_csv(path):
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_files_of_one_name_are_told_apart(tmp_path):
    paths = []
    for place, year in enumerate(("2024", "2025")):
        (tmp_path / year).mkdir()
        rights = [Right("PR", place, 0, 4, 4)]
        paths.append(write_geojson(tmp_path / year / "r.geojson", rights, of_one_holder([year])))
    other = write_geojson(tmp_path / "o.geojson", [Right("PR", 50, 0, 4, 4)], as_published)
    done = mabele("overlaps", *paths, other, "--out", tmp_path / "out", "--json")
    names = ["2024/r.geojson", "2025/r.geojson"]
    assert [file["file"] for file in done.answer["files"]] == [*names, "o.geojson"]
    (overlap,) = read_csv(tmp_path / "out" / "overlaps.csv")
    assert [overlap["a_file"], overlap["b_file"]] == names
    issues = read_csv(tmp_path / "out" / "issues.csv")
    assert {issue["file"] for issue in issues} <= {*names, "o.geojson"}


def test_a_right_in_two_files_is_a_note_in_both_and_its_neighbours_are_none(tmp_path):
    one = write_geojson(
        tmp_path / "one.geojson",
        [Right("PR", 0, 0, 4, 4), Right("PR", 10, 0, 4, 4), Right("PR", 20, 0, 4, 4)],
        of_one_holder(["PR 1", "2", "3"]),
    )
    other = write_geojson(
        tmp_path / "other.geojson",
        [Right("PR", 20, 0, 4, 5), Right("PR", 0, 0, 4, 4), Right("PR", 10, 0, 4, 4)],
        of_one_holder(["3", "01", "9"]),  # other ground, the same right, another code
    )
    done = mabele("overlaps", one, other, "--out", tmp_path / "out", "--json")
    assert (done.answer["features"], done.answer["pairs"], done.answer["cells"]) == (6, 3, 48)
    repeats = [
        (issue["file"], issue["row"])
        for issue in read_csv(tmp_path / "out" / "issues.csv")
        if issue["kind"] == "repeated_across_files"
    ]
    assert repeats == [("one.geojson", "1"), ("other.geojson", "2")]
    assert "same_file_twice" not in done.answer["issues"]
    alone = mabele("overlaps", one, "--json").answer
    assert "repeated_across_files" not in alone["issues"]


def test_the_same_file_twice_is_one_issue_and_every_row_counts(tmp_path):
    rights = [Right("PR", 0, 0, 4, 4), Right("PR", 10, 0, 4, 4)]
    one = write_geojson(tmp_path / "one.geojson", rights, of_one_holder(["1", "2"]))
    copy = tmp_path / "copy.geojson"
    copy.write_bytes(one.read_bytes())
    for again in (copy, one):
        answer = mabele("overlaps", one, again, "--json").answer
        assert answer["issues"]["same_file_twice"] == 1
        assert "repeated_across_files" not in answer["issues"]
        assert (answer["features"], answer["pairs"], answer["cells"]) == (4, 2, 32)
        assert answer["by_verdict"] == {"not_applicable": 2}  # the same titles


def test_two_extracts_compared_are_not_said_to_repeat(tmp_path):
    rights = [Right("PR", 0, 0, 4, 4)]
    one = write_geojson(tmp_path / "one.geojson", rights, of_one_holder(["1"]))
    shown = mabele("compare", one, one)
    assert (shown.code, "twice" in shown.out) == (0, False)


def test_rows_of_one_title_are_no_conflict_but_still_a_pair(tmp_path):
    rights = [Right("PR", 0, 0, 4, 4), Right("PR", 2, 0, 4, 4)]
    same = write_geojson(tmp_path / "same.geojson", rights, of_one_holder(["PR 1", "1"]))
    other = write_geojson(tmp_path / "other.geojson", rights, of_one_holder(["PR 1", "2"]))
    day = ["--on", "2024-06-01", "--json"]
    answer = mabele("overlaps", same, *day).answer
    assert (answer["pairs"], answer["cells"]) == (1, 8)
    assert answer["by_verdict"] == {"not_applicable": 1}
    assert mabele("overlaps", other, *day).answer["by_verdict"] == {"block": 1}


def test_rows_left_out_of_the_overlaps_are_said_in_plain_lines(tmp_path):
    rights = [Right("PR", 0, 0, 4, 4), Right("PE", 2, 0, 4, 4), Right("PR", 30, 0, 4, 4)]
    path = write_geojson(tmp_path / "r.geojson", rights, as_published)
    whole = mabele("overlaps", path)
    assert "--swap-axes" not in whole.out
    assert "Rows refused" not in whole.out
    content = json.loads(path.read_text())
    content["features"][1]["geometry"]["coordinates"] = [rights[1].ring(swapped=True)]
    content["features"][2]["geometry"] = {"type": "Point", "coordinates": [26.0, -11.0]}
    path.write_text(json.dumps(content))
    shown = " ".join(mabele("overlaps", path).out.split())
    assert "look exchanged: 1." in shown
    assert "--swap-axes" in shown
    assert "Rows refused: 1." in shown
    assert "--out DIR for issues.csv" in shown


def test_verdicts_are_whole_words_at_eighty_columns(tmp_path):
    rights = [Right("PE", 0, 0, 9, 9), Right("ZEA", 2, 0, 4, 4), Right("ARPC", 0, 5, 2, 2)]
    path = write_geojson(tmp_path / "r.geojson", rights, as_published)
    renounced = {"Allowed", "with", "consent", "and", "renunciation"}
    for day, label in (("2024-06-01", renounced), ("2018-04-01", {"Needs", "legal", "review"})):
        shown = mabele("overlaps", path, "--on", day, COLUMNS="80").out
        assert max(map(len, shown.splitlines())) <= 80
        cells = {cell.strip() for line in shown.splitlines() for cell in line.split("│")}
        words = {word for cell in cells for word in cell.split()}
        assert label <= words


def test_conflicts_of_titles_are_shown_before_larger_ones_with_zones(tmp_path):
    def dated(number, right):
        days = {"ZRG": "2009-01-01", "PR": "2012-01-01", "PE": "2013-01-01"}
        published = as_published(number, right)
        return published | {"code": str(number), "date_do": days[right.kind]}

    rights = [Right("ZRG", 0, 0, 20, 20), Right("PR", 0, 0, 10, 10), Right("PE", 9, 9, 1, 1)]
    path = write_geojson(tmp_path / "r.geojson", rights, dated)
    shown = mabele("overlaps", path, "--on", "2024-06-01").out
    gravest = shown[shown.index("Gravest 3 of 3") :].splitlines()
    lines = [line.split("│")[1:5] for line in gravest if line.startswith("│")][:3]
    shown_pairs = [(a.split()[0], b.split()[0], int(n), v.strip()) for a, b, n, v in lines]
    assert shown_pairs == [
        ("PR", "PE", 1, "Blocked"),
        ("ZRG", "PR", 100, "Blocked"),
        ("ZRG", "PE", 1, "Blocked"),
    ]


@pytest.mark.parametrize("option", [["--json"], []])
def test_a_reader_that_leaves_ends_the_command_quietly(tmp_path, option):
    path = write_geojson(tmp_path / "r.geojson", random_rights(40, seed=1), as_published)
    command = [sys.executable, "-m", "api.cli", "overlaps", path, *option]
    reading, writing = os.pipe()
    os.close(reading)
    try:
        done = subprocess.run(
            command, stdout=writing, stderr=subprocess.PIPE, text=True, cwd=PROJECT, check=False
        )
    finally:
        os.close(writing)
    assert done.returncode == 141
    assert "error" not in done.stderr.lower()
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("command", "option"), [("overlaps", "--on"), ("import", "--as-of"), ("audit", "--on")]
)
def test_a_day_that_is_none_is_told_how_to_write_it(tmp_path, command, option):
    arguments = [] if command == "audit" else [tmp_path / "r.zip"]
    refused = mabele(command, *arguments, option, "yesterday")
    assert refused.code == 2
    assert "write the day as 2026-01-31" in refused.err
