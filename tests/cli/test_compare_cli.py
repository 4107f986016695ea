"""``mabele compare``: two extracts whose differences were drawn by hand."""

import csv
import json

import pytest
from brute import Right, as_published, write_geojson
from run import mabele


def numbered(rights):
    """Return attributes with a code of its own for each right, by its name."""

    def properties(number, right):
        return as_published(number, right) | {"code": rights[number][0]}

    return properties


@pytest.fixture(scope="module")
def extracts(tmp_path_factory):
    folder = tmp_path_factory.mktemp("extracts")
    old = [
        ("1", Right("PR", 0, 0, 4, 4)),
        ("2", Right("PR", 10, 0, 4, 4)),
        ("3", Right("PR", 20, 0, 4, 4)),
        ("4", Right("PE", 30, 0, 4, 4)),
        ("5", Right("PE", 40, 0, 4, 4)),
    ]
    new = [
        ("1", Right("PR", 0, 0, 4, 4)),  # same
        ("2", Right("PE", 10, 0, 2, 4)),  # gave up its eastern half, and changed kind
        ("3", Right("PR", 20, 0, 5, 4)),  # larger by a column
        ("4", Right("PE", 32, 0, 4, 4)),  # moved two carrés east
        ("6", Right("PR", 0, 20, 3, 3)),  # new; 5 is gone
    ]
    files = []
    for name, rights in (("old.geojson", old), ("new.geojson", new)):
        shapes = [right for _, right in rights]
        files.append(write_geojson(folder / name, shapes, numbered(rights)))
    return files


def test_what_became_of_each_right(extracts):
    done = mabele("compare", *extracts, "--json")
    assert done.code == 0, done.err
    answer = json.loads(done.out)
    outcomes = {line["code"]: line["outcome"] for line in answer["matches"]}
    assert outcomes == {
        "1": "same",
        "2": "smaller",
        "3": "larger",
        "4": "moved",
        "5": "gone",
        "6": "new",
    }
    assert answer["rights"] == dict.fromkeys(
        ["same", "smaller", "larger", "moved", "new", "gone"], 1
    )
    smaller = next(line for line in answer["matches"] if line["code"] == "2")
    assert (smaller["kept_cells"], smaller["lost_cells"], smaller["gained_cells"]) == (8, 8, 0)
    assert smaller["changes"]["kind"] == ["PR", "PE"]


def test_the_same_file_twice_changes_nothing(extracts):
    answer = mabele("compare", extracts[0], extracts[0], "--json").answer
    assert answer["rights"]["same"] == 5
    assert sum(answer["rights"].values()) == 5
    assert answer["changed"] == {}


def test_changes_as_csv(tmp_path, extracts):
    done = mabele("compare", *extracts, "--out", tmp_path / "out")
    assert done.code == 0
    assert "smaller" in done.out
    with (tmp_path / "out" / "changes.csv").open(encoding="utf-8-sig", newline="") as file:
        lines = {line["code"]: line for line in csv.DictReader(file)}
    assert lines["3"]["gained_cells"] == "4"
    assert lines["6"]["old_rows"] == ""
    assert json.loads(lines["2"]["changes"])["kind"] == ["PR", "PE"]


def test_one_file_is_a_wrong_command_line(extracts):
    assert mabele("compare", extracts[0]).code == 2
