"""``mabele areas`` on real PostGIS: one account proposes, only another one confirms."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from api.auth import Role, keep_account
from geo.register.connection import engine_for

PROJECT = Path(__file__).resolve().parents[2]
SECRET = "un mot de passe long"
CHANGE = """\
reason: Arrêté fictif 1/2019
items:
  - action: add_layer
    layer: cimetières
    from: 2019-01-01
    class: cemetery
    name: Cimetières fictifs
    source: essai
    vintage: 2018-06-30
    public: true
    coverage: POLYGON((12 -14, 32 -14, 32 6, 12 6, 12 -14))
  - action: add
    layer: cimetières
    from: 2019-01-01
    name: "\\e[31mCimetière fictif"
    geometry: {type: Point, coordinates: [25.5, -10.7]}
"""


@pytest.fixture(scope="module")
def areas(database: Any) -> Any:
    engine = engine_for(database.app, pool_size=1)
    keep_account(engine, "first", "Première", Role.OFFICER, SECRET)
    keep_account(engine, "second", "Deuxième", Role.SUPERVISOR, SECRET)
    keep_account(engine, "admin", "Admin", Role.ADMINISTRATOR, SECRET)
    engine.dispose()
    addresses = {
        "DATABASE_URL": database.owner,
        "DATABASE_APP_URL": database.app,
        "DATABASE_PUBLIC_URL": database.public,
    }

    def run(*arguments: object, login: str | None = None, secret: str = SECRET) -> Any:
        who = () if login is None else ("--as", login, "--password-stdin")
        return subprocess.run(
            [sys.executable, "-m", "api.cli", "areas", *map(str, arguments), *who],
            input=f"{secret}\n",
            capture_output=True,
            text=True,
            cwd=PROJECT,
            env=os.environ | {"COLUMNS": "100"} | addresses,
            timeout=120,
            check=False,
        )

    return run


def test_from_proposal_to_the_layer_in_force(areas: Any, tmp_path: Path) -> None:
    file = tmp_path / "change.yaml"
    file.write_text(CHANGE, "utf-8")
    assert "every class is undetermined" in areas("list").stdout
    proposed = areas("propose", file, "--json", login="first")
    assert proposed.returncode == 0, proposed.stderr
    told = json.loads(proposed.stdout)
    assert (told["state"], told["proposed_by"]) == ("proposed", "first")
    assert [one["action"] for one in told["differences"]] == ["add_layer", "add"]
    number = str(told["id"])
    assert "Arrêté fictif" in areas("show").stdout
    shown = areas("show", number).stdout
    assert "Cimetière fictif" in shown
    assert "\x1b" not in shown

    assert areas("confirm", number, login="first").returncode != 0
    assert areas("confirm", number, login="second", secret="faux mot de passe").returncode == 6
    refused = areas("confirm", number, login="admin")
    assert (refused.returncode, "officers and supervisors" in refused.stderr) == (6, True)
    assert json.loads(areas("list", "--on", "2020-01-01", "--json").stdout)["layers"] == []

    done = areas("confirm", number, "--json", login="second")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["state"] == "confirmed"
    (one,) = json.loads(areas("list", "--on", "2020-01-01", "--json").stdout)["layers"]
    assert (one["class"], one["areas"], one["covers"]) == ("cemetery", 1, True)
    assert "No change" in areas("show").stdout


def test_a_file_is_imported_and_refused(areas: Any, tmp_path: Path) -> None:
    file = tmp_path / "places.csv"
    file.write_text('name;wkt\na;"POINT(25.5 -10.7)"\nb;"POINT(225 -10)"\n', "utf-8")
    coverage = tmp_path / "coverage.json"
    square = [[[25, -11], [26, -11], [26, -10], [25, -10], [25, -11]]]
    coverage.write_text(json.dumps({"type": "Polygon", "coordinates": square}))
    said = ("--class", "defence", "--name", "Sites fictifs", "--source", "essai", "--not-public")
    days = ("--vintage", "2018-06-30", "--from", "2019-01-01", "--crs", "EPSG:4326")
    told = areas(
        *("import", file, *said, *days, "--coverage", coverage, "--reason", "essai", "--json"),
        login="first",
    )
    assert told.returncode == 0, told.stderr
    change = json.loads(told.stdout)
    assert (change["features"], change["kept"], change["refused"]) == (2, 1, 1)
    (issue,) = change["file_issues"]
    assert (issue["row"], issue["kind"], issue["refused"]) == (2, "bad_coordinates", True)
    number = str(change["id"])
    rejected = areas("reject", number, "--reason", "essai fini", login="second")
    assert rejected.returncode == 0, rejected.stderr
    assert areas("confirm", number, login="second").returncode == 6


@pytest.mark.parametrize(
    ("written", "said"),
    [("items: []", "no items"), ("[1]", "no table"), ("a: [", "neither JSON nor YAML")],
)
def test_an_order_that_cannot_be_used_is_input(
    areas: Any, tmp_path: Path, written: str, said: str
) -> None:
    file = tmp_path / "change.yaml"
    file.write_text(written)
    refused = areas("propose", file, login="first")
    assert refused.returncode == 3
    assert said in refused.stderr
