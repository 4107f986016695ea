"""Real files of sites and detections: every row accounted for, figures counted outside our code.

The synthetic twins are ``test_activity_files.py`` and ``test_activity_files_places.py``.
"""

import time
from dataclasses import replace

import geopandas
import pyarrow.parquet as pq
import pytest
import shapely
from activity_files_help import kinds, read
from activity_files_help import seen as observations

from geo.activity.records import Seen
from geo.boundaries import country
from geo.geometry import polygons_area_m2

pytestmark = pytest.mark.real_data


@pytest.fixture(scope="module")
def sites(real_data):
    return real_data / "asm_sites_ipis" / "sites_latest_safe_columns.geojson"


@pytest.fixture(scope="module")
def detections(real_data):
    return real_data / "asm_detections_africa" / "detection_points.parquet"


def test_every_ipis_site_is_a_visit_where_the_file_has_it(sites):
    reading = read(sites)
    found = observations(reading)
    table = geopandas.read_file(sites)
    assert (reading.schema, reading.features, len(found), reading.refused) == (
        *("ipis", 3409, 3409),
        0,
    )
    assert [o.site for o in found] == table["pcode"].tolist()
    assert shapely.equals_exact([o.geometry for o in found], table.geometry.array).all()
    assert [str(o.during.start) for o in found] == table["visit_date"].astype(str).str[:10].tolist()
    assert {o.seen for o in found} == {Seen.VISIT}
    # Counted by value_counts on the column: "GPS" 2982, "GPS " 2, GPS (IPIS/WCS year) 5, "4 km" 1.
    assert [o.uncertainty_m for o in found].count(9.0) == 2989
    assert [o.uncertainty_m for o in found].count(None) == 419
    assert [o.uncertainty_m for o in found].count(4000.0) == 1
    assert [o.workers for o in found].count(0) == 260
    assert [o.workers for o in found].count(None) == 626


def test_the_same_sites_come_from_both_formats(sites):
    parquet = observations(read(sites.with_suffix(".parquet")))
    geojson = observations(read(sites))
    ours, theirs = ([o.geometry for o in found] for found in (parquet, geojson))
    assert shapely.equals_exact(ours, theirs, tolerance=1e-7).all()  # the GeoJSON rounds to that
    nowhere = shapely.Point()
    assert [replace(o, geometry=nowhere) for o in parquet] == [
        replace(o, geometry=nowhere) for o in geojson
    ]


def test_first_of_january_is_said_to_be_more_than_chance(sites):
    days = geopandas.read_file(sites)["visit_date"].astype(str)
    (issue,) = [i for i in read(sites).issues if i.kind == "dates_coarse"]
    assert issue.value == str(days.str[8:10].eq("01").sum())


def test_detections_of_africa_state_neither_day_nor_confidence(detections):
    start = time.perf_counter()
    reading = read(detections)
    took = time.perf_counter() - start
    found = observations(reading)
    assert (reading.schema, len(found), reading.refused) == ("africa_mining_watch", 12874, 0)
    assert {(o.during, o.confidence, o.uncertainty_m) for o in found} == {(None, None, None)}
    table = pq.read_table(detections)
    assert [o.patch_ha for o in found] == table["area_ha"].to_pylist()
    assert kinds(reading) == {"places_abroad": 1}
    lon, lat = table["lon"].to_numpy(), table["lat"].to_numpy()
    # 1,626 by the outline of the data's README; ours is another one.
    assert shapely.contains_xy(country(), lon, lat).sum() == pytest.approx(1626, abs=12)
    inside = shapely.contains(country(), [o.geometry for o in found])
    assert inside.sum() == shapely.contains_xy(country(), lon, lat).sum()
    assert took < 10, "about half a second on a quiet machine"


def test_a_table_of_territories_is_not_taken_for_activity(real_data):
    from geo.errors import SchemaUnknown

    with pytest.raises(SchemaUnknown, match="mapping file"):
        read(real_data / "asm_detections_africa" / "cod_affected_territories_adm2.parquet")


def test_three_of_the_polygons_of_ghana_are_repaired_and_kept(real_data):
    path = real_data / "asm_polygons_ghana" / "ghana_2024.parquet"
    reading = read(path)
    table = geopandas.read_parquet(path)
    found = [o.geometry for o in observations(reading)]
    assert (len(found), reading.refused, kinds(reading)["place_repaired"]) == (685, 0, 3)
    assert shapely.is_valid(found).all()
    originals = {row.row - 1: row.received for row in reading.rows if row.received is not None}
    assert set(originals) == set(table.index[~table.is_valid])
    for index, original in originals.items():
        assert original.equals_exact(table.geometry[index])
    valid = table.is_valid.to_numpy()
    kept = [g for g, ok in zip(found, valid, strict=True) if ok]
    assert shapely.equals(kept, table.geometry[valid].array).all()
    assert {o.during for o in observations(reading)} == {None}


def test_the_polygons_of_ashanti_are_of_two_whole_years(real_data):
    path = real_data / "asm_polygons_ghana" / "ghana_ashanti_2017_2020.parquet"
    reading = read(path)
    years = [o.during.start.year for o in observations(reading)]
    assert (years.count(2017), years.count(2020), reading.refused) == (171, 236, 0)
    assert {str(o.during.end - o.during.start) for o in observations(reading)} == {
        *("365 days, 0:00:00", "366 days, 0:00:00")
    }
    ours = polygons_area_m2([o.geometry for o in observations(reading)]).sum()
    theirs = geopandas.read_parquet(path).to_crs("EPSG:6933").area.sum()
    assert ours == pytest.approx(theirs, rel=1e-9)
