"""``mabele activity`` on real PostGIS: import, sources, surveys, list, issues, named places."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from api.auth import Role, keep_account
from geo.register.connection import engine_for

PROJECT = Path(__file__).resolve().parents[2]
SECRET = "un mot de passe long"
SITE = {
    "type": "FeatureCollection",
    "features": [
        {
            "type": "Feature",
            "properties": {
                "pcode": "codmine00001",
                "name": "Site A",
                "visit_date": None,
                "mineral1": "Or",
                "location_origin": "GPS",
                "armed_group1": "X-NAME",
            },
            "geometry": {"type": "Point", "coordinates": [25.5, -10.7]},
        }
    ],
}


@pytest.fixture
def run(fresh_database: Any) -> Any:
    engine = engine_for(fresh_database.app, pool_size=1)
    keep_account(engine, "first", "Première", Role.OFFICER, SECRET)
    keep_account(engine, "admin", "Admin", Role.ADMINISTRATOR, SECRET)
    engine.dispose()
    addresses = {
        "DATABASE_URL": fresh_database.owner,
        "DATABASE_APP_URL": fresh_database.app,
        "DATABASE_PUBLIC_URL": fresh_database.public,
    }

    def command(*arguments: object, login: str | None = None, **environ: str) -> Any:
        who = () if login is None else ("--as", login, "--password-stdin")
        return subprocess.run(
            [sys.executable, "-m", "api.cli", "activity", *map(str, arguments), *who],
            input=f"{SECRET}\n",
            capture_output=True,
            text=True,
            cwd=PROJECT,
            env=os.environ | {"COLUMNS": "100"} | addresses | environ,
            timeout=300,
            check=False,
        )

    return command


def _described(source: str, kind: str = "sites") -> tuple[str, ...]:
    return ("--source", source, "--name", source.upper(), "--kind", kind, "--public")


def test_from_a_file_to_what_was_seen(run: Any, tmp_path: Path) -> None:
    file = tmp_path / "sites.geojson"
    file.write_text(json.dumps(SITE), "utf-8")
    assert "nothing is surveyed" in run("sources").stdout
    assert "not known anywhere" in run("surveys").stdout
    refused = run("import", file, *_described("ipis"), "--extent", "sites", login="admin")
    assert refused.returncode == 6
    stored = run("import", file, *_described("ipis"), "--extent", "sites", login="first")
    assert stored.returncode == 0, stored.stderr
    assert "delivery 1: 1 kept, 0 refused" in stored.stdout
    assert "dropped at the door: armed_group1" in stored.stdout
    again = run("import", file, *_described("ipis"), "--extent", "sites", login="first")
    assert "this very file is delivery 1: nothing changed" in again.stdout
    assert "days: not stated" in run("sources").stdout
    assert "days not stated" in run("surveys").stdout
    listed = run("list", "--bbox", "25,-11,26,-10").stdout
    assert "25.50000 -10.70000  days not stated  hectares not stated  Site A" in listed
    assert "1 kept, 0 refused" in run("issues").stdout
    assert run("issues", 1).returncode == 0
    assert json.loads(run("list", "--json").stdout)[0]["confidence"] is None


def test_an_administrators_setting_keeps_sensitive_facts(run: Any, tmp_path: Path) -> None:
    file = tmp_path / "sites.geojson"
    file.write_text(json.dumps(SITE), "utf-8")
    stored = run(
        *("import", file, *_described("ipis"), "--extent", "sites", "--json"),
        login="first",
        MABELE_KEEP_SENSITIVE="yes",
    )
    assert json.loads(stored.stdout)["file_kept"] == "sealed"
    assert "X-NAME" not in run("list", "--json").stdout


def test_an_import_without_its_ground_or_with_half_a_period_is_refused(
    run: Any, tmp_path: Path
) -> None:
    file = tmp_path / "sites.geojson"
    file.write_text(json.dumps(SITE), "utf-8")
    assert run("import", file, *_described("ipis"), login="first").returncode == 2
    extent = ("--extent", "bbox:25,-11,26,-10")
    half = run("import", file, *_described("ipis"), *extent, "--from", "2026-06-01", login="first")
    assert half.returncode == 2
    wrong = run("import", file, *_described("ipis"), "--extent", "bbox:1,2", login="first")
    assert (wrong.returncode, "is no box" in wrong.stderr) == (3, True)


def test_places_without_position_are_listed(run: Any) -> None:
    said = run("named-places").stdout
    assert "Kanunka      near Kolwezi, position unknown" in said
    assert "Tombolo" in said
    assert all(p["position"] is None for p in json.loads(run("named-places", "--json").stdout))


@pytest.mark.real_data
def test_the_real_sites_and_detections_are_stored_whole(
    run: Any, real_data: Path, fresh_database: Any
) -> None:
    """3,409 sites and 12,874 detections (shared/data/README.md)."""
    took = {}
    for file, source, kind, count, extent in (
        ("asm_sites_ipis/sites_latest_safe_columns.parquet", "ipis", "sites", 3409, "sites"),
        (
            *("asm_detections_africa/detection_points.parquet", "detections", "detections"),
            *(12874, "bbox:-20,-10.26,52,38"),
        ),
    ):
        started = time.perf_counter()
        stored = run(
            *("import", real_data / file, *_described(source, kind), "--extent", extent, "--json"),
            login="first",
        )
        took[source] = time.perf_counter() - started
        assert stored.returncode == 0, stored.stderr
        sys.stdout.write(stored.stderr)
        told = json.loads(stored.stdout)
        assert told["kept"] + told["refused"] == count
    sys.stdout.write(f"{took} seconds in all\n")
    kanunka = json.loads(run("list", "--source", "ipis", "--site", "codmine03264", "--json").stdout)
    assert [one["name"] for one in kanunka] == ["Kanunka SI"]
    assert all(p["position"] is None for p in json.loads(run("named-places", "--json").stdout))
    by_source = {s["code"]: s["observations"] for s in json.loads(run("sources", "--json").stdout)}
    assert by_source == {"ipis": 3409, "detections": 12874}
