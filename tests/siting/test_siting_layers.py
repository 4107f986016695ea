"""Layers, sheets and slope: no data said so, coarse layers doubted, water left out."""

from __future__ import annotations

import json
import warnings
from datetime import date
from pathlib import Path

import numpy as np
import pytest
import rasterio
import shapely
from pyproj import Geod
from shapely.geometry import LineString, Point, box, mapping

from geo.activity.records import Observation, Seen, Survey
from geo.errors import FileRefused, InputError
from geo.law import load_law
from geo.perimeter import Perimeter
from geo.siting.asked import carres_around, carres_of_box, carres_of_province
from geo.siting.facts import distances_m, facts_of_cells, middles_of
from geo.siting.ground import GroundRead
from geo.siting.layers import LayerKind, LayerSet, base_layers, read_layers
from geo.siting.sheet import Line, Status
from geo.siting.site import Answer, Wanted, site
from geo.siting.slope import slopes_of

LAW = load_law()
DAY = date(2025, 3, 3)
COL, ROW = 3060, -1290
"""25.5° E, 10.75° S."""
GROUND = Perimeter.from_runs([(ROW + i, COL, COL + 6) for i in range(4)])
WEST, SOUTH, EAST, NORTH = 25.5, -10.75, 25.55, -10.75 + 4 / 120
GEOD = Geod(ellps="WGS84")


def layer_file(folder: Path, *layers: dict[str, str]) -> Path:
    lines = ["layers:"]
    for layer in layers:
        fields = ", ".join(f'{key}: "{value}"' for key, value in layer.items())
        lines.append(f"  - {{{fields}}}")
    (folder / "layers.yaml").write_text("\n".join(lines), encoding="utf-8")
    return folder / "layers.yaml"


def vectors(folder: Path, name: str, *shapes: shapely.Geometry, crs: str | None = None) -> str:
    features = [
        {"type": "Feature", "properties": {"name": f"n° {i}"}, "geometry": mapping(shape)}
        for i, shape in enumerate(shapes)
    ]
    (folder / name).write_text(
        json.dumps({"type": "FeatureCollection", "features": features}), encoding="utf-8"
    )
    return name


def layers_of(folder: Path, *layers: dict[str, str], base: bool = False) -> LayerSet:
    supplied = read_layers(layer_file(folder, *layers))
    return LayerSet((*supplied, *(base_layers() if base else ())))


def answer(layers: LayerSet, ground: Perimeter = GROUND, **more: object) -> Answer:
    return site(GroundRead(ground, DAY, ()), LAW, Wanted(layers=layers), **more)  # type: ignore[arg-type]


def line(found: Answer, key: str, number: int = 0) -> Line:
    return next(one for one in found.candidates[number].sheet if one.key == key)


# ---- water ----


def test_an_area_inside_a_water_polygon_is_no_candidate(tmp_path: Path) -> None:
    """A real zone lies in a river bed: the law leaves the ground free, the map shows water."""
    water = vectors(tmp_path, "river.geojson", box(WEST - 1, SOUTH - 1, EAST + 1, NORTH + 1))
    given = {"kind": "water", "file": water, "source": "essai"}
    found = answer(layers_of(tmp_path, given))
    assert found.wet == GROUND
    assert not found.candidates
    assert sum(found.cells_by_state.values()) == GROUND.count


def test_wet_carres_are_left_out_and_the_dry_ones_stay(tmp_path: Path) -> None:
    """Water over the two western columns and a hundredth of a carré of the third."""
    edge = WEST + 2.01 / 120
    water = vectors(tmp_path, "river.geojson", box(WEST - 1, SOUTH - 1, edge, NORTH + 1))
    found = answer(layers_of(tmp_path, {"kind": "water", "file": water, "source": "essai"}))
    assert found.wet == Perimeter.from_runs([(ROW + i, COL, COL + 3) for i in range(4)])
    assert found.candidates
    for one in found.candidates:
        assert not one.ground & found.wet


def test_water_that_only_touches_wets_nothing(tmp_path: Path) -> None:
    water = vectors(tmp_path, "lake.geojson", box(WEST - 1, SOUTH, WEST, NORTH))
    found = answer(layers_of(tmp_path, {"kind": "water", "file": water, "source": "essai"}))
    assert not found.wet


# ---- the sheet ----


def test_each_line_without_a_layer_says_no_data() -> None:
    found = answer(LayerSet())
    keys = [one.key for one in found.candidates[0].sheet]
    assert keys == [
        *("water", "rivers", "slope", "access", "towns", "occurrences", "activity", "neighbours")
    ]
    for key in keys[:6]:
        assert line(found, key).status is Status.NO_DATA
        assert line(found, key).text.fr == "pas de données"
        assert line(found, key).text.en == "no data"
    activity = line(found, "activity")
    assert activity.status is Status.NOT_SURVEYED
    assert "non relevé" in activity.text.fr


def test_a_supplied_layer_is_measured_on_the_ellipsoid(tmp_path: Path) -> None:
    """The road runs north-south, east of the ground: the geodesic goes along the parallel."""
    road_lon = EAST + 0.02
    road = vectors(tmp_path, "road.geojson", LineString([(road_lon, -11), (road_lon, -10.5)]))
    given = {
        "kind": "access",
        "file": road,
        "source": "Piste d’essai",
        "scale": "1:50 000",
        "vintage": "2023-06-30",
    }
    found = answer(layers_of(tmp_path, given))
    for number, one in enumerate(found.candidates):
        east = one.ground.bounds[2] / 120
        told = line(found, "access", number)
        middle = (one.ground.outline().bounds[1] + one.ground.outline().bounds[3]) / 2
        metres = GEOD.inv(east, middle, road_lon, middle)[2]
        assert told.value == pytest.approx(metres, rel=1e-3)
        assert (told.source, told.scale) == ("Piste d’essai", "1:50 000")
        assert told.vintage == date(2023, 6, 30)
        assert told.status is Status.MEASURED


def test_a_coarse_line_says_to_check_on_the_ground() -> None:
    """Kinshasa lies on the river; the base map of rivers is coarse."""
    ground = carres_around([Point(15.35, -4.30)], 4000)
    found = answer(LayerSet(base_layers()), ground)
    told = [line(found, "rivers", n) for n in range(len(found.candidates))]
    near = [one for one in told if one.status is Status.COARSE]
    assert near
    assert "source scale 1:50m, check on the ground" in near[0].text.en
    assert near[0].text.en.startswith("mapped river within ")
    assert "à vérifier sur le terrain" in near[0].text.fr


def test_nothing_near_is_no_data_unless_the_layer_covers_the_ground(tmp_path: Path) -> None:
    far = vectors(tmp_path, "far.geojson", Point(20, -5))
    given = {"kind": "occurrences", "file": far, "source": "essai"}
    assert line(answer(layers_of(tmp_path, given)), "occurrences").status is Status.NO_DATA
    covering = {**given, "covers": box(25, -11, 26, -10).wkt}
    told = line(answer(layers_of(tmp_path, covering)), "occurrences")
    assert told.status is Status.MEASURED
    assert told.text.en == "no mineral occurrence within 20 km"
    part = {**given, "covers": box(25, -11, 25.51, -10).wkt}
    told = [line(answer(layers_of(tmp_path, part)), "occurrences", 0)]
    assert told[0].status is Status.NO_DATA


def test_supplied_layers_go_before_coarse_ones(tmp_path: Path) -> None:
    town = vectors(tmp_path, "towns.geojson", Point(25.6, -10.75))
    given = {"kind": "towns", "file": town, "source": "essai"}
    told = line(answer(layers_of(tmp_path, given, base=True)), "towns")
    assert (told.status, told.source) == (Status.MEASURED, "essai")


# ---- activity ----


def seen(lon: float, lat: float) -> Observation:
    return Observation(None, "essai", Seen.DETECTION, Point(lon, lat))


@pytest.mark.parametrize(("share", "value"), [(0.5, None), (1.0, np.inf)])
def test_ground_surveyed_in_part_is_never_free_of_activity(
    share: float, value: float | None
) -> None:
    """Every carré looked at in its southern half alone: no distance to the nearest activity."""
    rows = [SOUTH + number / 120 for number in range(-2, 8)]
    looked_at = [box(20, south, 30, south + share / 120) for south in rows]
    survey = Survey("essai", shapely.union_all(looked_at), None)
    looked = line(answer(LayerSet(), surveys=[survey]), "activity")
    assert looked.value == value
    assert ("the rest not surveyed" in looked.text.en) == (value is None)
    assert "around it: where sources looked" in looked.text.en


def test_ground_not_surveyed_is_never_free_of_activity() -> None:
    north = Survey("essai", box(20, -10.26, 30, 5), None)
    unseen = line(answer(LayerSet(), surveys=[north]), "activity")
    assert unseen.status is Status.NOT_SURVEYED
    assert unseen.value is None
    over = Survey("essai", box(20, -12, 30, 5), None)
    looked = line(answer(LayerSet(), surveys=[over]), "activity")
    assert looked.status is Status.MEASURED
    assert looked.value == np.inf
    assert "100% of the ground surveyed" in looked.text.en


def test_candidates_begin_where_people_dig() -> None:
    place = seen(WEST + 4.5 / 120, SOUTH + 1.5 / 120)
    found = answer(LayerSet(), observations=[place])
    first = found.candidates[0]
    assert (COL + 4, ROW + 1) in set(first.ground)
    told = line(found, "activity")
    assert told.status is Status.MEASURED
    assert told.value == 0
    assert told.text.en.startswith("known activity: 1 on the ground, 1 ≤ 1 km, 1 ≤ 5 km")


# ---- slope ----


def elevation(folder: Path, plane_deg: float, crs: str = "EPSG:4326") -> str:
    """A plane that rises eastwards by an angle, in metres, with a hole of nodata."""
    width, height = 160, 120
    bounds = (WEST - 0.01, SOUTH - 0.01, EAST + 0.01, NORTH + 0.01)
    across, up = (bounds[2] - bounds[0]) / width, (bounds[3] - bounds[1]) / height
    transform = rasterio.Affine(across, 0, bounds[0], 0, -up, bounds[3])
    east = GEOD.inv(bounds[0], SOUTH, bounds[2], SOUTH)[2] / width
    values = np.tile(np.arange(width) * east * np.tan(np.radians(plane_deg)), (height, 1))
    values[:60, :50] = -9999
    profile = {
        "driver": "GTiff",
        "width": width,
        "height": height,
        "count": 1,
        "dtype": "float32",
        "crs": crs,
        "transform": transform,
        "nodata": -9999,
    }
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", PendingDeprecationWarning)  # of rasterio's own transforms
        with rasterio.open(folder / "dem.tif", "w", **profile) as file:
            file.write(values.astype("float32"), 1)
    return "dem.tif"


@pytest.mark.parametrize("plane_deg", [0.0, 10.0, 35.0])
def test_slope_of_a_plane_is_its_angle(tmp_path: Path, plane_deg: float) -> None:
    name = elevation(tmp_path, plane_deg)
    given = {"kind": "elevation", "file": name, "source": "essai", "unit": "metres"}
    layers = layers_of(tmp_path, given)
    slopes = slopes_of(GROUND, layers.layers[0])
    known = np.isfinite(slopes.mean_deg)
    assert known.any()
    assert slopes.mean_deg[known] == pytest.approx(plane_deg, abs=0.05)
    assert slopes.max_deg[known] == pytest.approx(plane_deg, abs=0.1)
    north_west = GROUND.count - 6  # the first carré of the last row lies in the hole
    assert np.isnan(slopes.mean_deg[north_west])
    assert slopes.pixels[north_west] == 0


def test_slope_goes_into_sheet_and_order(tmp_path: Path) -> None:
    given = {
        "kind": "elevation",
        "file": elevation(tmp_path, 10.0),
        "source": "essai",
        "unit": "metres",
    }
    found = answer(layers_of(tmp_path, given))
    told = line(found, "slope")
    assert told.value == pytest.approx(10, abs=0.1)
    assert "mean slope 10°" in told.text.en
    standing = next(s for s in found.candidates[0].standings if s.criterion.key == "slope")
    assert standing.place == 1  # bands 5, 15, 30


# ---- files that are refused ----


@pytest.mark.parametrize(
    ("layer", "said"),
    [
        ({"kind": "swamp", "file": "a.geojson", "source": "x"}, "kind of layer"),
        ({"kind": "water", "file": "none.geojson", "source": "x"}, "there is no file"),
        ({"kind": "water", "file": "a.geojson"}, "'source' is missing"),
        ({"kind": "water", "file": "a.geojson", "source": "x", "color": "blue"}, "'color'"),
        ({"kind": "water", "file": "a.geojson", "source": "x"}, "holds nothing"),
        ({"kind": "slope", "file": "a.geojson", "source": "x"}, "'unit' is missing"),
        ({"kind": "towns", "file": "a.geojson", "source": "x", "covers": "LINE"}, "covers"),
        ({"kind": "towns", "file": "a.geojson", "source": "x", "vintage": "2023"}, "not a day"),
    ],
)
def test_a_file_of_layers_is_refused_by_its_line(
    tmp_path: Path, layer: dict[str, str], said: str
) -> None:
    vectors(tmp_path, "a.geojson", Point(25, -10))
    with pytest.raises(FileRefused, match=said) as refusal:
        read_layers(layer_file(tmp_path, layer))
    assert "line 2" in str(refusal.value)


# ---- which carrés ----


def test_provinces_share_no_carre() -> None:
    one, other = carres_of_province("haut-katanga"), carres_of_province("Lualaba")
    assert not one & other
    assert 130_000 < one.count < 170_000
    with pytest.raises(InputError, match="Provinces: "):
        carres_of_province("Katanga du Nord")


def test_carres_around_a_point_lie_within_the_radius() -> None:
    """Checked from the middles by geodesics: half a diagonal (650 m) either way."""
    found = carres_around([Point(25.5, -10.75)], 3000)
    middle = shapely.get_coordinates(middles_of(found))
    n = len(middle)
    metres = np.array(GEOD.inv([25.5] * n, [-10.75] * n, middle[:, 0], middle[:, 1])[2])
    assert metres.max() < 3000 + 660
    assert found.count > np.pi * 3**2 / 0.85
    for radius in (0, -1, 50_001):
        with pytest.raises(InputError, match="radius"):
            carres_around([Point(25.5, -10.75)], radius)


def test_too_much_at_once_is_refused_with_the_remedy() -> None:
    with pytest.raises(InputError, match="smaller box"):
        carres_of_box(12, -13, 31, 5)
    with pytest.raises(InputError, match="no box"):
        carres_of_box(26, -10, 25, -11)


def test_distances_to_nothing_are_no_data() -> None:
    none = distances_m(middles_of(GROUND), np.empty(0, dtype=object))
    assert np.isnan(none).all()
    facts = facts_of_cells(Perimeter.empty(), LayerSet(base_layers()))
    assert not len(facts.wet)


def test_every_kind_of_vector_has_words() -> None:
    from geo.siting.states import RouteB, StateCode
    from geo.siting.words import LINES, ROUTES_B, STATES

    assert {kind.value for kind in LayerKind} <= set(LINES)
    assert set(STATES) == set(StateCode)
    assert set(ROUTES_B) == set(RouteB)
    said = [*STATES.values(), *ROUTES_B.values()]
    assert not any("illégal" in one.fr or "illegal" in one.en for one in said)


def test_a_dry_carre_with_no_dry_neighbour_is_said_to_be_alone(tmp_path: Path) -> None:
    """Water but for the north-western carré and for two in the south-east."""
    side = 1 / 120
    dry = [
        box(WEST, NORTH - side, WEST + side, NORTH),
        box(EAST - 2 * side, SOUTH, EAST, SOUTH + side),
    ]
    flood = box(WEST - 1, SOUTH - 1, EAST + 1, NORTH + 1)
    for one in dry:
        flood = flood.difference(one)
    water = vectors(tmp_path, "flood.geojson", flood)
    found = answer(layers_of(tmp_path, {"kind": "water", "file": water, "source": "essai"}))
    assert found.alone == Perimeter.from_cells([(COL, ROW + 3)])
    assert [one.ground for one in found.candidates] == [
        Perimeter.from_cells([(COL + 4, ROW), (COL + 5, ROW)])
    ]
    assert found.alone.count + found.candidates[0].ground.count + found.wet.count == GROUND.count
