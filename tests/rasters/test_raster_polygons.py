"""Objects drawn block by block are those of the whole raster, as another library draws them."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any, Literal

import numpy as np
import pytest
import rasterio.features
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from raster_makers import ArrayLayer, write
from shapely.geometry import shape

from geo.activity.records import Seen
from geo.errors import InputError, RasterRefused
from geo.geometry import polygons_area_m2
from geo.grid import DRC
from geo.periods import Period
from geo.sources.rasters import polygonise as module
from geo.sources.rasters.grid import PixelGrid
from geo.sources.rasters.layers import Kind, SelectedPixels, Selection
from geo.sources.rasters.observations import observations_of
from geo.sources.rasters.open import Ask, open_raster
from geo.sources.rasters.polygonise import Drawn, polygonise
from geo.sources.rasters.runs import components

MASKS = arrays(
    np.uint8, st.tuples(st.integers(1, 24), st.integers(1, 24)), elements=st.integers(0, 2)
)
BLOCKS = st.tuples(st.integers(1, 13), st.integers(1, 13))
CONNECTIVITY = st.sampled_from([4, 8])


def whole(codes: Any, connectivity: int) -> set[tuple[int, bytes]]:
    """Polygons of the whole raster by GDAL, as a set, in one spelling."""
    found = set()
    for geometry, code in rasterio.features.shapes(
        codes, mask=codes != 0, connectivity=connectivity
    ):
        drawn = shapely.make_valid(shape(geometry))
        parts = [drawn] if drawn.geom_type == "Polygon" else drawn.geoms
        found.add((int(code), shapely.normalize(shapely.MultiPolygon(list(parts))).wkb))
    return found


def ours(drawn: Drawn) -> set[tuple[int, bytes]]:
    return {(one.code, shapely.normalize(one.shape).wkb) for one in drawn.objects}


@settings(max_examples=300)
@given(MASKS, BLOCKS, CONNECTIVITY)
def test_blockwise_equals_the_whole_of_another_library(
    codes: Any, block: tuple[int, int], connectivity: Literal[4, 8]
) -> None:
    drawn = polygonise(ArrayLayer(codes, block), connectivity=connectivity)
    assert ours(drawn) == whole(codes, connectivity)
    assert len(drawn.objects) == len(ours(drawn))
    assert sum(one.pixels for one in drawn.objects) == (codes != 0).sum()
    for one in drawn.objects:
        assert one.shape.is_valid
        assert one.shape.area == one.pixels


@settings(max_examples=100)
@given(MASKS, BLOCKS, CONNECTIVITY, st.integers(0, 2**32))
def test_values_and_order_do_not_depend_on_blocks(
    codes: Any, block: tuple[int, int], connectivity: Literal[4, 8], seed: int
) -> None:
    values = np.random.default_rng(seed).random(codes.shape, dtype=np.float32)
    one = polygonise(ArrayLayer(codes, block, values=values), connectivity=connectivity)
    other = polygonise(ArrayLayer(codes, codes.shape, values=values), connectivity=connectivity)
    for a, b in zip(one.objects, other.objects, strict=True):
        assert (a.row, a.col, a.code, a.pixels, a.peak) == (b.row, b.col, b.code, b.pixels, b.peak)
        assert a.shape.equals_exact(b.shape, 0)
        assert a.mean == pytest.approx(b.mean, rel=1e-12)
        assert a.area_ha == pytest.approx(b.area_ha, rel=1e-12)


def test_a_larger_raster_with_every_kind_of_seam() -> None:
    rng = np.random.default_rng(7)
    coarse = np.kron(rng.random((330, 330)) < 0.5, np.ones((9, 9), dtype=bool))
    codes = (coarse ^ (rng.random(coarse.shape) < 0.001)).astype(np.uint8)
    for connectivity in (4, 8):
        drawn = polygonise(ArrayLayer(codes, (256, 700)), connectivity=connectivity)
        assert ours(drawn) == whole(codes, connectivity)


def test_a_spiral_over_all_blocks_is_one_object() -> None:
    codes = np.zeros((41, 41), dtype=np.uint8)
    for ring in range(0, 20, 2):
        codes[ring : 41 - ring, ring : 41 - ring] = 1
        codes[ring + 1 : 40 - ring, ring + 1 : 40 - ring] = 0
        if ring:
            codes[ring, ring - 1] = 1
            codes[ring + 1, ring] = 1
    drawn = polygonise(ArrayLayer(codes, (4, 5)))
    assert ours(drawn) == whole(codes, 4)
    assert len(drawn.objects) == 1


def test_a_hole_that_touches_the_outside_at_a_corner_stays_a_hole() -> None:
    codes = np.array([[1, 1, 0], [1, 0, 1], [1, 1, 1]], dtype=np.uint8)
    (one,) = polygonise(ArrayLayer(codes, (1, 1))).objects
    assert one.shape.is_valid
    assert [len(part.interiors) for part in one.shape.geoms] == [1]


def test_corners_join_only_if_asked() -> None:
    codes = np.eye(4, dtype=np.uint8)
    assert len(polygonise(ArrayLayer(codes, (3, 3))).objects) == 4
    (one,) = polygonise(ArrayLayer(codes, (3, 3)), connectivity=8).objects
    assert len(one.shape.geoms) == 4


def test_areas_are_those_of_the_ellipsoid() -> None:
    codes = np.ones((10, 10), dtype=np.uint8)
    (one,) = polygonise(ArrayLayer(codes, (3, 4))).objects
    (column, row) = DRC.cells_at([(25.001, -10.001)])[0].tolist()
    assert one.area_ha == pytest.approx(DRC.cell_area_m2([row])[0] / 1e4, rel=1e-9)
    assert one.geometry.bounds == (
        *DRC.coordinates_of([(column, row)])[0],
        *DRC.coordinates_of([(column + 1, row + 1)])[0],
    )
    assert one.geometry.geoms[0].exterior.is_ccw


@pytest.mark.parametrize("crs", ["EPSG:32735", "EPSG:3857", "EPSG:22235"])
def test_areas_in_other_systems_agree_with_their_polygons(crs: str) -> None:
    """The polygon's own area, through the equal-area projection, is measured another way."""
    codes = np.zeros((400, 500), dtype=np.uint8)
    codes[20:390, 15:480] = 1
    at = (3_000_000.0, -1_200_000.0) if crs == "EPSG:3857" else (300_000.0, 8_900_000.0)
    grid = PixelGrid(crs, *at, 30.0, -30.0, 500, 400)
    (one,) = polygonise(ArrayLayer(codes, (100, 100), grid)).objects
    finer = grid.lonlat_of(np.array([shapely.segmentize(one.shape, 1)]))
    assert one.area_ha == pytest.approx(float(polygons_area_m2(finer)[0]) / 1e4, rel=2e-6)


def test_smaller_objects_are_counted_and_left_out() -> None:
    codes = np.zeros((9, 9), dtype=np.uint8)
    codes[0, 0] = codes[4:8, 4:8] = 1
    everything = polygonise(ArrayLayer(codes, (5, 5)))
    drawn = polygonise(ArrayLayer(codes, (5, 5)), min_area_ha=2)
    assert [one.pixels for one in drawn.objects] == [16]
    assert drawn.too_small == 1
    assert drawn.too_small_ha == pytest.approx(everything.objects[0].area_ha)


def test_what_cannot_be_asked() -> None:
    layer = ArrayLayer(np.ones((3, 3)), (2, 2))
    for wrong in ({"min_area_ha": -1}, {"min_area_ha": float("nan")}, {"connectivity": 6}):
        with pytest.raises(InputError):
            polygonise(layer, **wrong)  # type: ignore[arg-type]


def test_too_many_objects_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MAX_OBJECTS", 10)
    codes = np.indices((9, 9)).sum(axis=0) % 2
    with pytest.raises(RasterRefused, match="more than 10 objects"):
        polygonise(ArrayLayer(codes, (2, 9)))


def test_nodata_is_no_activity_and_no_absence_of_it(tmp_path: Path) -> None:
    values = np.full((20, 20), 0.9, dtype=np.float32)
    values[:10] = -1
    with open_raster(write(tmp_path / "p.tif", values, nodata=-1)) as raster:
        layer = SelectedPixels(raster, Kind.PROBABILITY, Selection(at_least=0.9))
        drawn = polygonise(layer)
    assert [one.pixels for one in drawn.objects] == [200]
    assert drawn.surveyed_pixels == 200
    assert drawn.pixels == 400


def test_classes_stay_apart_and_keep_their_value(tmp_path: Path) -> None:
    values = np.array([[3, 3, 9], [3, 9, 9], [5, 5, 5]], dtype=np.int16)
    with open_raster(write(tmp_path / "c.tif", values)) as raster:
        chosen = Selection(classes=(9, 3))
        drawn = polygonise(SelectedPixels(raster, Kind.CLASS, chosen))
    assert [(chosen.class_of(one.code), one.pixels) for one in drawn.objects] == [(3, 3), (9, 3)]


def test_objects_become_detections(tmp_path: Path) -> None:
    values = np.zeros((30, 30), dtype=np.float32)
    values[2:4, 2:4] = [[0.5, 0.75], [1.0, 0.75]]
    path = write(tmp_path / "p.tif", values)
    year = Period(date(2025, 1, 1), date(2026, 1, 1))
    with open_raster(path) as raster:
        drawn = polygonise(SelectedPixels(raster, Kind.PROBABILITY, Selection(at_least=0.5)))
        (sure,) = observations_of(drawn.objects, source="s2", during=year, kind=Kind.PROBABILITY)
        (stated,) = observations_of(drawn.objects, source="s2", during=None, kind=Kind.HECTARES)
        (plain,) = observations_of(
            drawn.objects, source="s2", during=None, kind=Kind.CLASS, classes=(7,)
        )
    assert (sure.confidence, sure.seen, sure.during) == (0.75, Seen.DETECTION, year)
    assert sure.geometry.geom_type == "MultiPolygon"
    assert sure.patch_ha is None
    assert sure.attributes["value_max"] == "1"
    assert (stated.patch_ha, stated.confidence) == (3.0, None)
    assert (plain.confidence, plain.patch_ha, plain.attributes["class"]) == (None, None, "7")
    assert sure.site is None
    assert sure.id is None


@given(st.integers(1, 40).flatmap(
    lambda n: st.tuples(
        st.just(n), st.lists(st.tuples(st.integers(0, n - 1), st.integers(0, n - 1)), max_size=80)
    )
))  # fmt: skip
def test_components_are_those_of_a_plain_search(graph: tuple[int, list[tuple[int, int]]]) -> None:
    count, pairs = graph
    table = np.array(pairs, dtype=np.int64).reshape(-1, 2)
    label = list(range(count))
    changed = True
    while changed:
        changed = False
        for a, b in pairs:
            low = min(label[a], label[b])
            changed |= label[a] != low or label[b] != low
            label[a] = label[b] = low
    assert components(count, table[:, 0], table[:, 1]).tolist() == label


def test_the_snippet_in_utm_from_synthetic_bands(tmp_path: Path) -> None:
    """The twin of the test on the Sentinel-2 snippet."""
    rng = np.random.default_rng(3)
    bands = rng.random((2, 40, 50), dtype=np.float32) + 0.5
    utm = {"crs": "EPSG:32719"}
    transform = rasterio.Affine(10, 0, 600_000, 0, -10, 4_700_020)
    path = write(tmp_path / "s.tif", bands, transform=transform, **utm)
    _compare_ratio(path, "1", "2", 1.2)


@pytest.mark.real_data
def test_the_sentinel_snippet_by_a_ratio_of_bands(real_data: Path) -> None:
    _compare_ratio(real_data / "rasters" / "sentinel2_6band_utm19s_10m.tif", "swir1", "nir", 1.2)


def _compare_ratio(path: Path, band: str, over: str, least: float) -> None:
    with rasterio.open(path) as file:
        names = list(file.descriptions)
        at, under = (names.index(b) + 1 if b in names else int(b) for b in (band, over))
        picked = (file.read(at).astype(float) / file.read(under) >= least).astype(np.uint8)
    with open_raster(path, Ask(band=band, over=over)) as raster:
        layer = SelectedPixels(raster, Kind.VALUE, Selection(at_least=least))
        drawn = polygonise(layer)
        around = shapely.box(*raster.grid.lonlat_of(
            np.array([shapely.box(0, 0, raster.grid.width, raster.grid.height)])
        )[0].bounds)  # fmt: skip
    assert ours(drawn) == whole(picked, 4)
    assert all(around.buffer(1e-9).covers(one.geometry) for one in drawn.objects)
