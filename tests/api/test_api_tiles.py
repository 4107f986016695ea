"""Tiles, decoded by GDAL: bytes alone prove nothing, an empty tile has some too."""

from __future__ import annotations

import math
from typing import Any

import pandas as pd
import pyogrio
import pytest
from drawn_register import COL, ROW

from maps.tiles import LAYERS, MAX_ZOOM, tile_exists


def tile_of(col: float, row: float, z: int) -> tuple[int, int]:
    """Slippy-map tile of a position (OpenStreetMap wiki, "Slippy map tilenames")."""
    lon, lat = (COL + col) / 120, math.radians((ROW + row) / 120)
    x = int((lon + 180) / 360 * (1 << z))
    y = int((1 - math.asinh(math.tan(lat)) / math.pi) / 2 * (1 << z))
    return x, y


def features(client: Any, layer: str, z: int, x: int, y: int) -> pd.DataFrame:
    answer = client.get(f"/api/v1/tiles/{layer}/{z}/{x}/{y}.mvt")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/vnd.mapbox-vector-tile"
    if not answer.content:
        return pd.DataFrame(columns=["code"])
    return pyogrio.read_dataframe(answer.content, layer=layer)


def test_titles_of_a_tile_have_their_kind_state_and_code(public) -> None:
    z = 12
    found = features(public, "titles", z, *tile_of(41.5, 1.5, z))
    application = found[found["code"] == "104"].iloc[0]
    assert (application["kind"], application["state"]) == ("PR", "application")
    assert application["id"] > 0
    # 3 carrés of 30″ on a tile of 360°/2^12 with 4096 units: 3/120 / (360/4096) × 4096 = 1165.1
    west, _, east, _ = application["geometry"].bounds
    full = features(public, "titles", 10, *tile_of(41.5, 1.5, 10))
    west, _, east, _ = full[full["code"] == "104"].iloc[0]["geometry"].bounds
    assert east - west == pytest.approx(3 / 120 / (360 / 1024) * 4096, abs=2)


def test_each_layer_holds_its_own(public) -> None:
    z = 10
    where = tile_of(5, 5, z)
    assert set(features(public, "titles", z, *where)["code"]) >= {"100", "101"}
    assert list(features(public, "zones", z, *where)["code"]) == ["ZEA-1"]
    assert list(features(public, "restricted", z, *where)["code"]) == ["ZRG 9"]


def test_overlaps_carry_verdict_and_both_titles(public) -> None:
    z = 10
    found = features(public, "overlaps", z, *tile_of(23, 3, z))
    assert set(LAYERS["overlaps"]) - {"n"} <= set(found.columns)
    quarry = found[(found["verdict"] == "allow") & (found["cells"] == 4)]
    assert len(quarry) == 1


def test_nothing_is_lost_when_the_whole_country_is_small(public) -> None:
    z = 3
    found = features(public, "titles", z, *tile_of(30, 3, z))
    counted = found["n"].fillna(1).sum() if "n" in found else len(found)
    assert counted == 7  # PE, PER, AECP and four PR


def test_a_tile_without_titles_is_empty_and_fine(public) -> None:
    assert len(features(public, "titles", 12, 0, 0)) == 0


def test_a_tile_is_not_sent_twice(public) -> None:
    path = "/api/v1/tiles/titles/10/{}/{}.mvt".format(*tile_of(5, 5, 10))
    first = public.get(path)
    again = public.get(path, headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        ("titles/3/8/0", 400, "bad_request"),
        ("titles/3/0/8", 400, "bad_request"),
        (f"titles/{MAX_ZOOM + 1}/0/0", 400, "bad_request"),
        ("titles/-1/0/0", 400, "bad_request"),
        ("titles/1e1/0/0", 400, "bad_request"),
        (f"titles/5/{'9' * 40}/0", 400, "bad_request"),
        ("nothing/3/0/0", 404, "not_found"),
    ],
)
def test_bad_tile_numbers_are_a_problem(public, path: str, status: int, code: str) -> None:
    answer = public.get(f"/api/v1/tiles/{path}.mvt")
    assert (answer.status_code, answer.json()["code"]) == (status, code)


def test_tiles_that_exist() -> None:
    assert tile_exists(0, 0, 0)
    assert not tile_exists(0, 1, 0)
    assert not tile_exists(5, -1, 0)


def test_statements_and_layers_agree() -> None:
    from geo.register.tiles import TILE_SQL

    assert set(TILE_SQL) == set(LAYERS)
