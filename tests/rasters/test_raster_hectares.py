"""Hectares by ground: integers where pixels divide carrés, parts of pixels elsewhere."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import geopandas
import numpy as np
import pytest
import rasterio
import shapely
from exactextract import exact_extract
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from raster_makers import CARRE, ArrayLayer, write
from rasterio.transform import Affine

from api.cli import main
from geo.errors import RasterRefused
from geo.grid import DRC
from geo.perimeter import Perimeter
from geo.sources import read_register
from geo.sources.rasters.change import NOT_COMPARABLE, Change
from geo.sources.rasters.hectares import per_carre, per_zone, totals_of
from geo.sources.rasters.layers import Kind, SelectedPixels, Selection, StatedHectares
from geo.sources.rasters.open import Ask, open_raster
from geo.sources.rasters.polygonise import polygonise
from geo.sources.rasters.zones import Zone, zones_of_provinces, zones_of_rights

MASKS = arrays(np.uint8, (20, 30), elements=st.integers(0, 1))
BLOCKS = st.tuples(st.integers(1, 20), st.integers(1, 30))
LEFT, TOP = 3000, -1200  # the carrés from 25° E, 10° S


def carre(col: int, row: int) -> Zone:
    """The carré that is col to the east and row to the south of the first one."""
    return Zone(f"{col},{row}", Perimeter.from_cells([(LEFT + col, TOP - 1 - row)]))


@settings(max_examples=50)
@given(MASKS, BLOCKS)
def test_counts_per_carre_are_those_of_plain_slices(codes: Any, block: tuple[int, int]) -> None:
    layer = ArrayLayer(codes, block)
    zones = [carre(col, row) for row in range(2) for col in range(3)]
    sums = per_zone(layer, zones)
    blocks = codes.reshape(2, 10, 3, 10).sum(axis=(1, 3)).ravel()
    assert [one.pixels for one in sums] == [{"hectares": count} for count in blocks.tolist()]
    assert all(one.not_surveyed_share == 0 for one in sums)
    rows = {one.row: one for one in per_carre(layer)}
    assert set(rows) == {TOP - 1, TOP - 2}
    np.testing.assert_array_equal(rows[TOP - 1].pixels[0], blocks[:3])


def test_a_whole_carre_has_its_area_on_the_ellipsoid() -> None:
    (one,) = per_zone(ArrayLayer(np.ones((20, 30)), (7, 7)), [carre(1, 1)])
    assert one.hectares["hectares"] == pytest.approx(DRC.cell_area_m2([TOP - 2])[0] / 1e4)
    assert one.method == "aligned"


def test_pixels_off_the_edges_of_carres_are_summed_where_they_lie(tmp_path: Path) -> None:
    """A raster that begins in the middle of a carré, north-up and south-up."""
    values = np.arange(35 * 25, dtype=np.int32).reshape(35, 25)
    step = CARRE / 10
    up = Affine(step, 0, 25 + 4 * step, 0, -step, -10 - 7 * step)
    down = Affine(step, 0, 25 + 4 * step, 0, step, -10 - 42 * step)
    for name, array, transform in (("u", values, up), ("d", values[::-1], down)):
        with open_raster(write(tmp_path / f"{name}.tif", array, transform=transform)) as raster:
            sums = per_zone(StatedHectares(raster), [carre(0, 0), carre(1, 1), carre(9, 9)])
        assert sums[0].hectares == {"hectares": float(values[:3, :6].sum())}
        assert sums[1].hectares == {"hectares": float(values[3:13, 6:16].sum())}
        assert sums[0].not_surveyed_share == pytest.approx(1 - 18 / 100)
        assert sums[2].hectares == {"hectares": None}
        assert sums[2].not_surveyed_share == 1


def test_nodata_is_a_share_not_surveyed_and_never_zero(tmp_path: Path) -> None:
    values = np.full((20, 30), 2.0, dtype=np.float32)
    values[:10, :10] = -9
    values[:5, 10:20] = -9
    with open_raster(write(tmp_path / "h.tif", values, nodata=-9)) as raster:
        sums = per_zone(StatedHectares(raster), [carre(0, 0), carre(1, 0), carre(2, 0)])
        polygons = [Zone(str(i), carre(i, 0).polygon) for i in range(3)]
        parts = per_zone(StatedHectares(raster), polygons)
        rows = {one.row: one for one in per_carre(StatedHectares(raster))}
    assert [one.hectares["hectares"] for one in sums] == [None, 100.0, 200.0]
    assert [one.not_surveyed_share for one in sums] == pytest.approx([1, 0.5, 0])
    assert [one.hectares["hectares"] for one in parts] == pytest.approx([None, 100.0, 200.0])
    assert [one.not_surveyed_share for one in parts] == pytest.approx([1, 0.5, 0], abs=1e-4)
    assert {one.method for one in parts} == {"exactextract"}
    assert rows[TOP - 1].surveyed.tolist() == [0, 50, 100]


def test_a_raster_of_nodata_alone_is_refused_everywhere(tmp_path: Path) -> None:
    path = write(tmp_path / "n.tif", np.zeros((20, 30), np.uint8), nodata=0)
    with open_raster(path) as raster:
        layer = SelectedPixels(raster, Kind.CLASS, Selection(classes=(1,)))
        for work in (
            lambda: per_zone(layer, [carre(0, 0)]),
            lambda: per_zone(layer, [Zone("p", carre(0, 0).polygon)]),
            lambda: list(per_carre(layer)),
            lambda: totals_of(layer),
            lambda: polygonise(layer),
        ):
            with pytest.raises(RasterRefused, match="no absence of activity"):
                work()


def test_rasters_in_metres_are_summed_by_parts_of_pixels(tmp_path: Path) -> None:
    """All pixels count, so each carré inside must get its area on the ellipsoid."""
    utm = {"crs": "EPSG:32735", "transform": Affine(30, 0, 280_000, 0, -30, 8_895_000)}
    with open_raster(write(tmp_path / "u.tif", np.ones((200, 300), np.uint8), **utm)) as raster:
        layer = SelectedPixels(raster, Kind.CLASS, Selection(classes=(1,)))
        rows = list(per_carre(layer))
        total = totals_of(layer)
    whole = [
        (one.hectares[0, at], DRC.cell_area_m2([one.row])[0] / 1e4)
        for one in rows
        for at in np.flatnonzero(one.surveyed == one.per_carre)
    ]
    assert len(whole) > 20
    assert [ha for ha, _ in whole] == pytest.approx([area for _, area in whole], rel=1e-5)
    assert sum(one.hectares.sum() for one in rows) == pytest.approx(
        total.hectares["hectares"], rel=1e-5
    )
    assert total.area_ha == pytest.approx(200 * 300 * 0.09, rel=2e-3)


def test_direct_sums_agree_with_exactextract_itself(tmp_path: Path) -> None:
    rng = np.random.default_rng(5)
    values = rng.integers(0, 9, (200, 300), dtype=np.uint8)
    path = write(tmp_path / "r.tif", values)
    perimeters = [
        Perimeter.from_cells(np.argwhere(rng.random((30, 20)) < 0.3) + np.array([LEFT, TOP - 20]))
        for _ in range(20)
    ]
    zones = [Zone(str(i), perimeter) for i, perimeter in enumerate(perimeters)]
    frame = geopandas.GeoDataFrame(geometry=[zone.polygon for zone in zones], crs="EPSG:4326")
    theirs = exact_extract(str(path), frame, ["sum"], output="pandas")["sum"]
    with open_raster(path) as raster:
        sums = per_zone(StatedHectares(raster), zones)
    ours = [one.hectares["hectares"] for one in sums]
    carres = values.reshape(20, 10, 30, 10).sum(axis=(1, 3), dtype=np.int64)
    for one, perimeter in zip(ours, perimeters, strict=True):
        columns, lines = perimeter.cells().T
        assert one == carres[TOP - 1 - lines, columns - LEFT].sum()
    # exactextract misses a pixel at times where an edge runs along pixels (values are up to 8).
    assert ours == pytest.approx(theirs.tolist(), abs=8.001)


@settings(max_examples=30)
@given(MASKS, MASKS, st.integers(0, 2**31))
def test_change_balances_to_the_pixel(before: Any, after: Any, seed: int) -> None:
    gaps = np.random.default_rng(seed).random((2, 20, 30)) < 0.1
    old, new = (
        np.where(gap, 9, a).astype(np.uint8) for gap, a in zip(gaps, (before, after), strict=True)
    )
    compared = ~gaps.any(axis=0)
    with _temporary(old, new) as (first, second):
        change = Change(first, second)
        totals = totals_of(change)
        (one,) = per_zone(change, [Zone("all", Perimeter.from_runs(
            [(TOP - 1, LEFT, LEFT + 3), (TOP - 2, LEFT, LEFT + 3)]))])  # fmt: skip
        codes = change.classes(change.windows()[0])
    pixels = totals.pixels
    assert pixels is not None
    assert pixels["persistence"] + pixels["gain"] == int((after[compared] == 1).sum())
    assert pixels["persistence"] + pixels["loss"] == int((before[compared] == 1).sum())
    assert one.pixels == pixels
    assert (codes == NOT_COMPARABLE).sum() == (~compared).sum()
    assert totals.surveyed_pixels == compared.sum()


class _temporary:
    """Two class rasters of arrays, opened as layers; 9 is nodata."""

    def __init__(self, *arrays: Any) -> None:
        import contextlib
        import tempfile

        self.stack = contextlib.ExitStack()
        folder = Path(self.stack.enter_context(tempfile.TemporaryDirectory()))
        self.layers = [
            SelectedPixels(
                self.stack.enter_context(
                    open_raster(write(folder / f"{number}.tif", array, nodata=9))
                ),
                Kind.CLASS,
                Selection(classes=(1,)),
            )
            for number, array in enumerate(arrays)
        ]

    def __enter__(self) -> list[SelectedPixels]:
        return self.layers

    def __exit__(self, *_: object) -> None:
        self.stack.close()


def test_stated_hectares_change_by_what_is_common(tmp_path: Path) -> None:
    old = write(tmp_path / "a.tif", np.full((20, 30), 3.0, np.float32))
    new = write(tmp_path / "b.tif", np.full((20, 30), 5.0, np.float32))
    with open_raster(old) as a, open_raster(new) as b:
        totals = totals_of(Change(StatedHectares(a), StatedHectares(b)))
        back = totals_of(Change(StatedHectares(b), StatedHectares(a)))
    assert totals.hectares == {"gain": 1200.0, "loss": 0.0, "persistence": 1800.0}
    assert back.hectares == {"gain": 0.0, "loss": 1200.0, "persistence": 1800.0}


def test_grids_that_differ_are_refused_or_read_by_a_named_choice(tmp_path: Path) -> None:
    ones = np.ones((20, 30), dtype=np.uint8)
    old = write(tmp_path / "a.tif", ones)
    half = Affine(CARRE / 20, 0, 25, 0, -CARRE / 20, -10)
    new = write(tmp_path / "b.tif", np.ones((40, 40), np.uint8), transform=half)
    chosen = Selection(classes=(1,))
    with open_raster(old) as a:
        first = SelectedPixels(a, Kind.CLASS, chosen)
        with open_raster(new) as b, pytest.raises(RasterRefused, match="--resample nearest"):
            Change(first, SelectedPixels(b, Kind.CLASS, chosen))
        with open_raster(new, Ask(onto=a.grid)) as b:
            totals = totals_of(Change(first, SelectedPixels(b, Kind.CLASS, chosen)))
    assert totals.pixels == {"gain": 0, "loss": 0, "persistence": 400}
    assert totals.surveyed_pixels == 400  # what the second raster does not reach cannot compare


def test_two_dates_without_common_ground_are_told(tmp_path: Path) -> None:
    left, right = np.full((20, 30), 9, np.uint8), np.full((20, 30), 9, np.uint8)
    left[:, :15], right[:, 15:] = 1, 1
    with _temporary(left, right) as (a, b), pytest.raises(RasterRefused) as refusal:
        Change(a, b).require_common()
    assert refusal.value.why == "no_common_ground"


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, Any, str]:
    code = main(["raster", *arguments, "--json"])
    said = capsys.readouterr()
    return code, json.loads(said.out) if said.out else None, said.err


def test_the_command_leaves_files_that_agree(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    values = np.zeros((40, 60), dtype=np.uint8)
    values[3:14, 5:30] = 1
    values[30:, :] = 9
    old = write(tmp_path / "a.tif", values, nodata=9)
    later = values.copy()
    later[3:14, 5:10] = 0
    later[20:22, 40:44] = 1
    new = write(tmp_path / "b.tif", later, nodata=9)
    out = tmp_path / "out"
    what = ["--kind", "class", "--class", "1", "--out", str(out)]
    code, answer, _ = run(capsys, "polygons", str(old), *what)
    assert code == 0
    frame = geopandas.read_file(out / "polygons.gpkg")
    assert (frame["pixels"].tolist(), frame["class"].tolist()) == ([275], ["1"])
    assert shapely.from_wkt(frame["pixel_polygon"][0]).area == 275
    assert answer["area_ha"] == pytest.approx(frame["area_ha"].sum())
    code, answer, _ = run(capsys, "hectares", str(old), "--by", "carre", *what)
    assert (code, answer["carres_not_surveyed"], answer["carres"]) == (0, 6, 24)
    with rasterio.open(out / "carres.tif") as file:
        table = file.read(1)
        assert np.isnan(table[3]).all()
        assert np.nansum(table) == pytest.approx(answer["total_ha"]["hectares"])
    code, answer, _ = run(capsys, "change", str(old), str(new), "--by", "province", *what)
    assert answer["total_pixels"] == {"gain": 8, "loss": 55, "persistence": 220}
    with rasterio.open(out / "change.tif") as file:
        codes = file.read(1)
        assert file.nodata == 255
        assert file.tags(ns="IMAGE_STRUCTURE")["LAYOUT"] == "COG"
    assert np.bincount(codes.ravel(), minlength=256)[[1, 2, 3, 255]].tolist() == [220, 8, 55, 600]
    assert len(answer["sums"]) == 26
    assert sum(one["hectares"]["gain"] is None for one in answer["sums"]) >= 24
    assert (out / "by_province.csv").read_bytes().startswith(b"\xef\xbb\xbf")
    assert not list(out.glob("*.unfinished*"))


def test_the_command_refuses_in_french_then_english(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = write(tmp_path / "r.tif", np.ones((9, 9), np.uint8), crs=None)
    code, answer, said = run(capsys, "info", str(path))
    assert (code, answer) == (3, None)
    first, second = said.strip().splitlines()
    assert first.startswith("erreur : r.tif : aucun système de coordonnées")
    assert second.startswith("error: r.tif: no coordinate reference system")
    assert run(capsys, "info", str(path), "--crs", "EPSG:4326")[0] == 0
    code, _, said = run(capsys, "hectares", str(path), "--kind", "hectares", "--by", "right")
    assert code == 2
    assert "--register" in said


def test_the_real_detections_synthetic(tmp_path: Path) -> None:
    """The twin of the test on the 30″ raster: pixels that are carrés, hectares in them."""
    rng = np.random.default_rng(2)
    values = rng.random((60, 80)).astype(np.float32) * (rng.random((60, 80)) < 0.1)
    transform = Affine(CARRE, 0, 25, 0, -CARRE, -10)
    path = write(tmp_path / "h.tif", values, transform=transform)
    zones = [carre(3, 4), Zone("b", Perimeter.from_runs([(TOP - 9, LEFT + 5, LEFT + 50)]))]
    with open_raster(path) as raster:
        sums = per_zone(StatedHectares(raster), zones)
        rows = list(per_carre(StatedHectares(raster)))
    assert sums[0].hectares["hectares"] == values[4, 3]
    assert sums[1].hectares["hectares"] == pytest.approx(values[8, 5:50].sum(dtype=float))
    np.testing.assert_array_equal(np.vstack([one.hectares[0] for one in rows]), values)


@pytest.mark.parametrize("dtype", ["uint8", "int16", "float32"])
def test_pixels_that_state_more_hectares_than_they_have_are_counted(
    tmp_path: Path, dtype: str
) -> None:
    """A pixel of 3″ has 0.84 ha there: 1 is more, 0 is not."""
    values = np.zeros((20, 30), dtype=dtype)
    values[4:7, 4:7] = 1
    with open_raster(write(tmp_path / "h.tif", values)) as raster:
        layer = StatedHectares(raster)
        assert totals_of(layer).hectares == {"hectares": 9.0}
    assert layer.fuller_pixels == 9


@pytest.mark.real_data
def test_the_30_second_raster_by_right_and_province(real_data: Path) -> None:
    """Rights of 2015: a plain numpy sum of the pixels that are their carrés."""
    path = real_data / "rasters" / "asm_detected_ha_30arcsec_drc_window.tif"
    rows = read_register(real_data / "permits_2015" / "cod_permits_2015.zip").rows
    zones = zones_of_rights(rows)
    with rasterio.open(path) as file:
        values = file.read(1).astype(float)
    with open_raster(path) as raster:
        layer = StatedHectares(raster)
        total, sums = totals_of(layer), per_zone(layer, zones)
        provinces = per_zone(layer, zones_of_provinces())
    assert total.hectares["hectares"] == pytest.approx(values.sum(), rel=1e-12)
    assert [one.code for one in sums] == [zone.code for zone in zones]
    assert sum(one.method == "aligned" for one in sums) == 7310
    for one, zone in zip(sums, zones, strict=True):
        if isinstance(zone.ground, Perimeter):
            columns, lines = zone.ground.cells().T
            expected = values[719 - lines, columns - 1320].sum()
            assert one.hectares["hectares"] == pytest.approx(expected, abs=1e-9)
    frame = geopandas.GeoDataFrame(
        geometry=[zone.polygon for zone in zones_of_provinces()], crs="EPSG:4326"
    )
    theirs = exact_extract(str(path), frame, ["sum"], output="pandas")["sum"]
    found = [one.hectares["hectares"] for one in provinces]
    assert found == pytest.approx(theirs.tolist(), rel=1e-9)
    assert max(one.not_surveyed_share for one in provinces) == 0
