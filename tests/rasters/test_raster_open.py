"""A raster opens as what it is, or is refused by the name of what is wrong with it."""

from __future__ import annotations

import ipaddress
import socket
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import rasterio
from raster_makers import CARRE, served, write
from rasterio.transform import Affine

from geo.errors import InputError, RasterRefused
from geo.sources.rasters import checks
from geo.sources.rasters.addresses import is_public, vetted
from geo.sources.rasters.grid import PixelGrid, Window
from geo.sources.rasters.hectares import totals_of
from geo.sources.rasters.layers import Kind, SelectedPixels, Selection, StatedHectares
from geo.sources.rasters.open import Ask, open_raster
from geo.sources.rasters.polygonise import polygonise
from geo.sources.rasters.refusals import _WORDS, Why

ONES = np.ones((20, 30), dtype=np.uint8)


def why(source: Path | str, ask: Ask | None = None) -> str:
    with pytest.raises(RasterRefused) as refusal, open_raster(source, ask) as raster:
        totals_of(SelectedPixels(raster, Kind.VALUE, Selection(at_least=0)))
    assert " : " in refusal.value.fr
    assert "illegal" not in str(refusal.value).lower()
    return refusal.value.why


@pytest.mark.parametrize("cause", Why, ids=lambda cause: cause.value)
def test_every_refusal_has_words_in_both_languages(cause: Why) -> None:
    for words in _WORDS[cause]:
        assert words.fr != words.en


@pytest.mark.parametrize(
    ("profile", "expected"),
    [
        ({"crs": None}, "no_crs"),
        ({"transform": Affine.rotation(10) @ Affine.scale(0.01)}, "rotated"),
        ({"transform": Affine(-0.001, 0, 25, 0, -0.001, -10)}, "mirrored"),
        ({"transform": Affine(0.1, 0, 178, 0, -0.1, -10)}, "antimeridian"),
        ({"transform": Affine(1, 0, 170, 0, -1, -10)}, "antimeridian"),
        ({"transform": Affine(1, 0, 20, 0, -1, 95)}, "outside_world"),
        ({"transform": Affine(100, 0, 570_000, 0, -100, 0), "crs": "EPSG:32735"}, None),
        ({"nodata": 1}, "all_nodata"),
        ({"nodata": 7}, None),
        ({"dtype": "complex64"}, "complex_values"),
    ],
    ids=lambda value: str(value)[:40] if isinstance(value, str) else None,
)
def test_what_cannot_be_used_is_refused_by_name(
    tmp_path: Path, profile: dict[str, Any], expected: str | None
) -> None:
    values = ONES.astype(profile.pop("dtype", "uint8"))
    path = write(tmp_path / "r.tif", values, **profile)
    if expected is None:
        with open_raster(path) as raster:
            assert raster.read(Window(0, 0, 20, 30))[1] is None
    else:
        assert why(path) == expected


def test_a_raster_without_position_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "r.tif"
    with pytest.warns(rasterio.errors.NotGeoreferencedWarning):
        write(path, ONES, transform=Affine.identity())
    assert why(path) == "no_transform"


def test_absurd_sizes_and_blocks_are_refused_before_anything_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sparse = {"driver": "GTiff", "count": 1, "dtype": "uint8", "crs": "EPSG:4326"}
    far = Affine(1e-7, 0, 25, 0, -1e-7, -10)
    path = tmp_path / "wide.tif"
    with rasterio.open(
        path, "w", width=2_000_001, height=16, transform=far, SPARSE_OK=True, **sparse
    ):
        pass
    assert why(path) == "too_large"
    monkeypatch.setattr(checks, "MAX_BLOCK_BYTES", 599)
    assert why(write(tmp_path / "strip.tif", ONES, blockysize=20)) == "block_too_large"


def test_what_is_no_raster_is_refused(tmp_path: Path) -> None:
    assert why(tmp_path / "none.tif") == "not_found"
    assert why(tmp_path) == "not_found"
    (tmp_path / "a.tif").write_text("hello")
    assert why(tmp_path / "a.tif") == "not_a_raster"
    (tmp_path / "b.tif").write_bytes(b"II*\x00" + bytes(20))
    assert why(tmp_path / "b.tif") == "damaged"
    write(tmp_path / "c.tif", ONES)
    cut = (tmp_path / "c.tif").read_bytes()[:-300]
    (tmp_path / "d.tif").write_bytes(cut)
    assert why(tmp_path / "d.tif") == "damaged"


def test_virtual_files_that_name_others_are_never_opened(tmp_path: Path) -> None:
    target = write(tmp_path / "r.tif", ONES)
    vrt = tmp_path / "r.vrt"
    vrt.write_text(
        f"<VRTDataset rasterXSize='30' rasterYSize='20'><VRTRasterBand band='1'><SimpleSource>"
        f"<SourceFilename>{target}</SourceFilename></SimpleSource></VRTRasterBand></VRTDataset>"
    )
    assert why(vrt) == "not_a_raster"
    assert why(f"/vsizip/{tmp_path}/x.zip") == "not_found"
    assert why(f"GTIFF_DIR:1:{target}") == "not_found"


def test_bands_are_asked_for_by_number_or_name(tmp_path: Path) -> None:
    path = write(tmp_path / "r.tif", np.stack([ONES, ONES * 2, ONES * 8]))
    with rasterio.open(path, "r+") as file:
        file.descriptions = ("red", "nir", "swir1")
    with open_raster(path, Ask(band="swir1", over="nir")) as raster:
        values, surveyed = raster.read(Window(0, 0, 20, 30))
    assert (values == 4).all()
    assert surveyed is None
    assert why(path, Ask(band=4)) == "unknown_band"
    assert why(path, Ask(band="blue")) == "unknown_band"


def test_a_ratio_over_nothing_is_not_surveyed(tmp_path: Path) -> None:
    under = ONES.copy()
    under[0] = 0
    path = write(tmp_path / "r.tif", np.stack([ONES, under]))
    with open_raster(path, Ask(band=1, over=2)) as raster:
        surveyed = raster.read(Window(0, 0, 20, 30))[1]
    assert surveyed is not None
    np.testing.assert_array_equal(surveyed, under != 0)


def test_nodata_masks_alpha_and_nan_are_honoured(tmp_path: Path) -> None:
    whole = Window(0, 0, 20, 30)
    hidden = np.zeros((20, 30), dtype=bool)
    hidden[3:9, 4:20] = True

    def seen(path: Path, ask: Ask | None = None) -> Any:
        with open_raster(path, ask) as raster:
            return raster.read(whole)[1]

    expected = ~hidden
    values = np.where(hidden, 255, 3).astype(np.uint8)
    np.testing.assert_array_equal(seen(write(tmp_path / "n.tif", values, nodata=255)), expected)
    np.testing.assert_array_equal(
        seen(write(tmp_path / "a.tif", values), Ask(nodata=255)), expected
    )
    floats = np.where(hidden, np.nan, 0.5).astype(np.float32)
    np.testing.assert_array_equal(seen(write(tmp_path / "f.tif", floats)), expected)
    floats[hidden] = np.inf
    np.testing.assert_array_equal(seen(write(tmp_path / "i.tif", floats)), expected)
    masked = write(tmp_path / "m.tif", ONES)
    with rasterio.Env(GDAL_TIFF_INTERNAL_MASK=False), rasterio.open(masked, "r+") as file:
        file.write_mask(expected)
    np.testing.assert_array_equal(seen(masked), expected)
    alpha = np.stack([ONES, expected.astype(np.uint8) * 255])
    path = write(tmp_path / "alpha.tif", alpha, alpha="YES")
    np.testing.assert_array_equal(seen(path), expected)


def test_nodata_that_is_not_declared_is_said(tmp_path: Path) -> None:
    with open_raster(write(tmp_path / "r.tif", ONES)) as raster:
        assert [note.en for note in raster.notes] == [
            "No nodata value or mask is declared: every pixel counts as surveyed."
        ]
    with open_raster(write(tmp_path / "n.tif", ONES, nodata=0)) as raster:
        assert raster.notes == ()


def test_the_crs_told_may_fill_a_gap_and_never_overrule(tmp_path: Path) -> None:
    bare = write(tmp_path / "bare.tif", ONES, crs=None)
    with open_raster(bare, Ask(crs="EPSG:4326")) as raster:
        assert raster.grid.is_lonlat
    assert why(write(tmp_path / "r.tif", ONES), Ask(crs="EPSG:32735")) == "crs_differs"


def test_rows_from_south_to_north_give_the_same_ground(tmp_path: Path) -> None:
    values = np.zeros((20, 30), dtype=np.uint8)
    values[2:5, 3:9] = 1
    up = write(tmp_path / "up.tif", values)
    flipped = Affine(CARRE / 10, 0, 25, 0, CARRE / 10, -10 - 20 * CARRE / 10)
    down = write(tmp_path / "down.tif", values[::-1], transform=flipped)
    found = []
    for path in (up, down):
        with open_raster(path) as raster:
            layer = SelectedPixels(raster, Kind.CLASS, Selection(classes=(1,)))
            (one,) = polygonise(layer).objects
            found.append(one.geometry.normalize())
    assert found[0].equals(found[1])
    assert found[0].geoms[0].bounds == pytest.approx((25.0025, -10.0041667, 25.0075, -10.0016667))


def test_scaled_values_are_read_as_declared_or_told(tmp_path: Path) -> None:
    path = write(tmp_path / "r.tif", ONES * 70)
    with open_raster(path, Ask(scale=0.01)) as raster:
        assert raster.read(Window(0, 0, 2, 2))[0].tolist() == [[0.7000000000000001] * 2] * 2
    with rasterio.open(path, "r+") as file:
        file.scales, file.offsets = (0.1,), (1.0,)
    with open_raster(path) as raster:
        assert raster.read(Window(0, 0, 1, 1))[0].tolist() == [[8.0]]


def test_values_that_cannot_be_what_they_are_said_to_be(tmp_path: Path) -> None:
    with open_raster(write(tmp_path / "p.tif", ONES * 70)) as raster:
        layer = SelectedPixels(raster, Kind.PROBABILITY, Selection(at_least=0.5))
        with pytest.raises(RasterRefused, match="no probability from 0 to 1"):
            polygonise(layer)
    with (
        open_raster(write(tmp_path / "h.tif", np.full((4, 4), -1.0, np.float32))) as raster,
        pytest.raises(RasterRefused, match="less than nothing"),
    ):
        totals_of(StatedHectares(raster))
    for said in ({}, {"at_least": 1.0, "classes": (1.0,)}):
        with pytest.raises(InputError):
            Selection(**said)


@pytest.mark.parametrize(
    ("ip", "public"),
    [
        ("8.8.8.8", True), ("2606:4700::1111", True), ("127.0.0.1", False), ("10.1.2.3", False),
        ("169.254.169.254", False), ("192.168.1.1", False), ("100.64.0.1", False), ("::1", False),
        ("0.0.0.0", False), ("224.0.0.1", False), ("::ffff:127.0.0.1", False), ("fd00::1", False),
        ("64:ff9b::7f00:1", False), ("2002:7f00:1::", False), ("fe80::1", False),
    ],
)  # fmt: skip
def test_only_addresses_of_the_open_internet_are_public(ip: str, public: bool) -> None:
    assert is_public(ipaddress.ip_address(ip)) is public


@pytest.mark.parametrize(
    "url",
    [
        "file:///etc/passwd", "ftp://8.8.8.8/a.tif", "http://u:p@8.8.8.8/a.tif",
        "http://127.0.0.1/a.tif", "http://[::1]/a.tif", "http://2130706433/a.tif",
        "http://localhost/a.tif", "http:///a.tif", "http://8.8.8.8:99999/a.tif",
        "s3://bucket/a.tif", "gs://b/a.tif",
    ],
)  # fmt: skip
def test_addresses_that_are_not_read(url: str) -> None:
    with pytest.raises(RasterRefused) as refusal:
        vetted(url)
    assert refusal.value.why == "address_refused"
    assert "u:p" not in str(refusal.value)


def test_a_cog_is_read_by_ranges_where_private_addresses_are_allowed(tmp_path: Path) -> None:
    rng = np.random.default_rng(1)
    values = rng.integers(0, 255, (3000, 3000), dtype=np.uint8)
    plain = {"tiled": True, "blockxsize": 256, "blockysize": 256}
    path = write(tmp_path / "r.tif", values, **plain)
    content = path.read_bytes()
    with served(content) as (url, asked):
        assert why(url) == "address_refused"
        assert asked == []
        with open_raster(url, Ask(allow_private=True)) as raster:
            assert raster.name == "detected.tif"
            got = raster.read(Window(700, 300, 100, 50))[0]
        spans = [span.removeprefix("bytes=").split("-") for span in asked]
    np.testing.assert_array_equal(got, values[700:800, 300:350])
    assert sum(int(end) + 1 - int(start) for start, end in spans) < len(content) / 2


@pytest.mark.parametrize(
    ("behaviour", "expected"),
    [
        ("redirect", "address_refused"),
        ("whole", "address_failed"),
        ("changes", "address_failed"),
        ("floods", "address_failed"),
    ],
)
def test_servers_that_do_not_keep_to_the_request(
    tmp_path: Path, behaviour: str, expected: str
) -> None:
    content = write(tmp_path / "r.tif", np.ones((900, 900), np.uint8)).read_bytes()
    with served(content, behaviour) as (url, asked):
        assert why(url, Ask(allow_private=True)) == expected
    assert len(asked) <= 3


def test_a_server_that_is_not_there(tmp_path: Path) -> None:
    with served(b"") as (url, _):
        pass
    assert why(url, Ask(allow_private=True)) == "address_failed"


@pytest.mark.parametrize(
    ("dx", "left", "per_side"),
    [
        (CARRE, 25.0, 1), (CARRE / 10, 25.0, 10), (CARRE / 30, 25 + CARRE / 30, 30),
        (CARRE * 2, 25.0, None), (0.01, 25.0, None), (0.0083, 25.0, None),
        (CARRE, 25 + CARRE / 3, None), (CARRE / 10, 25 + CARRE / 100, None),
    ],
)  # fmt: skip
def test_whether_pixels_divide_carres_is_decided_by_integers(
    dx: float, left: float, per_side: int | None
) -> None:
    fit = PixelGrid("EPSG:4326", left, -10.0, dx, -dx, 240, 120).alignment
    assert (None if fit is None else fit.per_side) == per_side


@pytest.mark.real_data
def test_the_real_files_get_clear_answers(real_data: Path) -> None:
    folder = real_data / "rasters"
    assert why(folder / "rasterio__all-nodata.tif") == "all_nodata"
    assert why(folder / "rio-tiler__cog_dateline.tif") == "antimeridian"
    with open_raster(folder / "landmask_0p01deg_drc_window.tif") as raster:
        layer = SelectedPixels(raster, Kind.CLASS, Selection(classes=(1,)))
        totals = totals_of(layer)
        assert raster.grid.alignment is None
    with rasterio.open(folder / "landmask_0p01deg_drc_window.tif") as file:
        assert totals.pixels == {"hectares": int((file.read(1) == 1).sum())}


def test_a_companion_file_makes_gdal_ask_no_address(tmp_path: Path) -> None:
    """``.aux.xml`` beside a raster may say that its overviews are behind an address."""
    path = write(tmp_path / "a.tif", ONES)
    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.settimeout(0.1)
        port = listening.getsockname()[1]
        path.with_name("a.tif.aux.xml").write_text(
            "<PAMDataset><Metadata domain='OVERVIEWS'><MDI key='OVERVIEW_FILE'>"
            f"/vsicurl/http://127.0.0.1:{port}/x.tif</MDI></Metadata></PAMDataset>"
        )
        coarse = PixelGrid("EPSG:4326", 25, -10, CARRE, -CARRE, 3, 2)
        for ask in (Ask(), Ask(onto=coarse)):
            with open_raster(path, ask) as raster:
                assert raster._dataset.overviews(1) == []
                assert raster.read(Window(0, 0, 2, 3))[0].shape == (2, 3)
        with pytest.raises(TimeoutError):
            listening.accept()
