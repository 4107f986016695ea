"""The base layers: what they hold, that they fit together, and where things lie among them."""

import itertools
import json
from pathlib import Path

import geopandas
import numpy as np
import pytest
import shapely
from shapely import Point, Polygon, box

from geo import boundaries

# The provinces since 2015 (Constitution of 18 February 2006, article 2), hyphenated.
PROVINCES = {
    "Bas-Uele", "Équateur", "Haut-Katanga", "Haut-Lomami", "Haut-Uele", "Ituri", "Kasaï",
    "Kasaï-Central", "Kasaï-Oriental", "Kinshasa", "Kongo-Central", "Kwango", "Kwilu", "Lomami",
    "Lualaba", "Mai-Ndombe", "Maniema", "Mongala", "Nord-Kivu", "Nord-Ubangi", "Sankuru",
    "Sud-Kivu", "Sud-Ubangi", "Tanganyika", "Tshopo", "Tshuapa",
}  # fmt: skip
NEIGHBOURS = {
    "Angola", "Burundi", "République centrafricaine", "Congo", "Rwanda", "Soudan du Sud",
    "Ouganda", "Tanzanie", "Zambie",
}  # fmt: skip
POLYGON_LAYERS = ("countries", "provinces", "old_provinces", "lakes")
# Provinces and country come from two sources; neither covers more than 1 % beyond the other.
COVER_TOLERANCE = 0.01


def outlines(layer):
    return [place.geometry for place in boundaries.load_layer(layer)]


def test_names():
    assert {place.name for place in boundaries.provinces()} == PROVINCES
    countries = {place.name for place in boundaries.load_layer("countries")}
    assert countries == NEIGHBOURS | {"République démocratique du Congo"}
    assert len(boundaries.load_layer("old_provinces")) == 11
    assert {"Kinshasa", "Kolwezi", "Lubumbashi"} <= {p.name for p in boundaries.load_layer("towns")}


@pytest.mark.parametrize("layer", POLYGON_LAYERS)
def test_polygons_are_valid_and_in_the_window(layer):
    assert all(geometry.is_valid and geometry.area > 0 for geometry in outlines(layer))


# Borders of the old provinces were simplified one by one by their source: 0.026 % of the area lies
# in two of them, 0.04 % in none.
@pytest.mark.parametrize(("layer", "tolerance"), [("provinces", 1e-9), ("old_provinces", 5e-4)])
def test_borders_are_shared(layer, tolerance):
    shapes = outlines(layer)
    union = shapely.union_all(shapes)
    overlap = sum(a.intersection(b).area for a, b in itertools.combinations(shapes, 2))
    slits = [Polygon(ring).area for part in shapely.get_parts(union) for ring in part.interiors]
    assert overlap < tolerance * union.area
    assert sum(slits) < tolerance * union.area


def test_provinces_cover_the_country():
    union = shapely.union_all(outlines("provinces"))
    country = boundaries.country()
    assert country.difference(union).area < COVER_TOLERANCE * country.area
    assert union.difference(country).area < COVER_TOLERANCE * country.area


def test_lakes_and_rivers_are_those_of_the_region():
    names = {str(place.properties["name_en"]) for place in boundaries.load_layer("lakes")}
    assert {"Lake Tanganyika", "Lake Kivu", "Lake Albert", "Lake Edward"} <= names
    congo_at_kisangani = Point(25.19, 0.51)
    rivers = shapely.union_all(outlines("rivers"))
    assert rivers.distance(congo_at_kisangani) < 0.05


def test_size_and_notices():
    files = list(boundaries.FOLDER.iterdir())
    assert sum(file.stat().st_size for file in files) <= 3_000_000
    notice = (boundaries.FOLDER / "NOTICE").read_text(encoding="utf-8")
    for layer in boundaries.FOLDER.glob("*.geojson"):
        assert layer.name in notice
        assert json.loads(layer.read_text(encoding="utf-8"))["licence"]
    assert "ODbL" in (boundaries.FOLDER / "provinces.NOTICE").read_text(encoding="utf-8")


def test_province_of_towns():
    """Capitals of provinces lie in their provinces (Constitution, law 15/006 of 25 March 2015)."""
    seats = {
        "Kolwezi": "Lualaba", "Lubumbashi": "Haut-Katanga", "Mbuji-Mayi": "Kasaï-Oriental",
        "Bunia": "Ituri", "Goma": "Nord-Kivu", "Kisangani": "Tshopo", "Kindu": "Maniema",
        "Mbandaka": "Équateur", "Tshikapa": "Kasaï", "Kalemie": "Tanganyika",
    }  # fmt: skip
    towns = {place.name: place.geometry for place in boundaries.load_layer("towns")}
    found = boundaries.provinces_of([towns[name] for name in seats])
    assert found == list(seats.values())


def test_towns_bear_their_names_of_today():
    """Of 209000 GeoNames' own name is colonial (Baudouinville), of 2317397 a former province's."""
    names = {town.properties["geonameid"]: town.name for town in boundaries.load_layer("towns")}
    assert (names[209000], names[2317397]) == ("Moba", "Bandundu")
    assert not [name for name in names.values() if name.endswith(("ville", "stad", " Province"))]


def test_province_of_a_perimeter_is_the_largest_share():
    lualaba, katanga = (
        next(p.geometry for p in boundaries.provinces() if p.name == name)
        for name in ("Lualaba", "Haut-Katanga")
    )
    border = lualaba.intersection(katanga)
    middle = border.interpolate(0.5, normalized=True)
    piece = box(middle.x - 0.3, middle.y - 0.1, middle.x + 0.2, middle.y + 0.1)
    shares = [piece.intersection(lualaba).area, piece.intersection(katanga).area]
    expected = ("Lualaba", "Haut-Katanga")[int(np.argmax(shares))]
    assert boundaries.province_of(piece) == expected


def test_nowhere_has_no_province():
    atlantic = box(-11, 27, -10, 28)
    assert boundaries.provinces_of([atlantic, None, Polygon()]) == [None, None, None]


def test_share_outside_is_measured_never_refused():
    inside = box(25.0, -10.8, 25.1, -10.7)
    ocean = box(8.0, -5.0, 8.1, -4.9)
    bow_tie = Polygon([(25.0, -10.0), (25.1, -9.9), (25.1, -10.0), (25.0, -9.9)])
    shares = boundaries.shares_outside_country([inside, ocean, bow_tie, None])
    assert shares[:3].tolist() == [0.0, 1.0, 0.0]
    assert np.isnan(shares[3])
    on_the_border = boundaries.country().boundary.interpolate(0.5, normalized=True).buffer(0.1)
    assert 0 < boundaries.shares_outside_country([on_the_border])[0] < 1


REFERENCE = {
    "countries": ("adm0_drc_and_neighbours_ne10m.geojson", None),
    "provinces": ("adm1_provinces26_echarts_odbl.geojson", "name_fr"),
    "old_provinces": ("adm1_ne_pre2015_provinces_and_neighbours_superset.parquet", "NAME_1"),
    "lakes": ("ne10m_lakes_drc_window.parquet", None),
    "towns": ("towns_geonames500_cod.geojson", None),
}


@pytest.mark.real_data
@pytest.mark.parametrize("layer", sorted(REFERENCE))
def test_layers_equal_the_reference_decoding(real_data: Path, layer):
    """The same layers decoded by someone else: as many features, same names, areas within 1 %."""
    file, name = REFERENCE[layer]
    path = real_data / "boundaries" / file
    frame = geopandas.read_parquet(path) if path.suffix == ".parquet" else geopandas.read_file(path)
    if layer == "old_provinces":
        frame = frame[frame.country == "democratic_republic_of_the_congo"]
        frame[name] = frame[name].replace("Kinshasa City", "Kinshasa")
    mine = boundaries.load_layer(layer)
    if layer == "lakes":  # the two cut different windows: compare the common lakes
        known = {str(place.properties["name_en"]) for place in mine}
        frame = frame[frame.name.isin(known)]
    assert len(mine) == len(frame)
    if name:
        assert sorted(place.name for place in mine) == sorted(frame[name])
    ours = sorted(place.geometry.area for place in mine)
    theirs = sorted(frame.geometry.apply(lambda g: g.area))
    np.testing.assert_allclose(ours, theirs, rtol=0.01)


@pytest.mark.real_data
def test_names_of_towns_are_those_of_another_gazetteer(real_data: Path):
    """Natural Earth names the same places, joined by GeoNames' id."""
    theirs = geopandas.read_parquet(
        real_data / "boundaries" / "ne10m_populated_places_drc_window.parquet"
    )
    named = dict(zip(theirs.GEONAMEID, theirs.NAME, strict=True))
    mine = {town.properties["geonameid"]: town.name for town in boundaries.load_layer("towns")}
    common = [key for key in mine if key in named]
    assert len(common) > 50
    assert {mine[key]: named[key] for key in common if mine[key] != named[key]} == {}
