"""The national register of 2015, figures counted by others (see the README of the data)."""

import time
from collections import Counter
from datetime import date

import pytest
import shapely

from geo.sources import State, read_register
from geo.sources.compare import compare_readings
from geo.sources.kinds import KINDS

pytestmark = pytest.mark.real_data


@pytest.fixture(scope="module")
def reading(real_data):
    return read_register(real_data / "permits_2015" / "cod_permits_2015.zip")


def test_every_feature_is_kept(reading):
    assert (reading.features, len(reading.rows), reading.refused) == (7355, 7355, ())
    assert [row.row for row in reading.rows] == list(range(1, 7356))
    assert (reading.schema, reading.crs) == ("cami_2015", "EPSG:4326")


def test_on_and_off_the_lattice(reading):
    on = [row for row in reading.rows if row.placement.on_lattice]
    off = [row.placement for row in reading.rows if not row.placement.on_lattice]
    assert (len(on), len(off)) == (7310, 45)
    assert sum(placement.off_vertices > 0 for placement in off) == 32
    assert sum(placement.off_vertices == 0 for placement in off) == 13
    assert max(row.placement.perimeter.count for row in on) == 471
    assert Counter(issue.kind for issue in reading.issues)["off_lattice"] == 45


def test_the_invalid_ring_and_the_parts(reading):
    (invalid,) = [row for row in reading.rows if not row.valid]
    assert invalid.code == "3536"
    kinds = Counter(issue.kind for issue in reading.issues)
    assert (kinds["invalid_ring"], kinds["multi_part"]) == (1, 2)


def test_no_coordinate_is_touched(reading, real_data):
    """Rows written by GDAL on its own, unpacked by GDAL."""
    import pyogrio

    path = real_data / "permits_2015" / "cod_permits_2015.zip"
    _, _, wkb, _ = pyogrio.raw.read(path)
    assert [shapely.to_wkb(row.geometry) for row in reading.rows] == [bytes(w) for w in wkb]


def test_codes_repeat_and_so_does_the_ground(reading):
    kinds = Counter(issue.kind for issue in reading.issues)
    assert (kinds["duplicate_code"], kinds["repeated_geometry"]) == (136, 96)
    values = {issue.value for issue in reading.issues if issue.kind == "duplicate_code"}
    assert len(values) == 47


def test_kinds_without_their_suffixes(reading):
    assert Counter(row.kind for row in reading.rows) == {
        "PR": 1990 + 1288,
        "ZRG": 2802,
        "PE": 437,
        "ARPC": 322 + 2,
        "AECP": 284 + 3,
        "PEPM": 127,
        "ZEA": 70,
        "PER": 20,
        "AECT": 10,
    }
    assert {row.kind for row in reading.rows} <= KINDS


def test_all_32_statuses_are_known(reading):
    assert len({row.status_raw for row in reading.rows}) == 32
    assert not any(row.state is State.UNKNOWN for row in reading.rows)
    states = Counter(row.state for row in reading.rows)
    assert states[State.FORCE_MAJEURE] == 210
    assert states[State.BEING_STRUCK_OFF] == 1134
    assert states[State.FORFEITED] == 147


def test_dates(reading):
    others = [row for row in reading.rows if row.kind != "ZRG"]
    assert (len(others), sum(row.granted_on is None for row in others)) == (4553, 702)
    assert not any(row.filed_on for row in reading.rows)
    granted = [row.granted_on for row in reading.rows if row.granted_on]
    assert (min(granted), max(granted)) == (date(1994, 5, 30), date(2015, 6, 4))
    odd = [issue for issue in reading.issues if issue.kind == "expires_before_grant"]
    assert len(odd) == 1


def test_names_and_minerals_are_read(reading):
    kinds = Counter(issue.kind for issue in reading.issues)
    assert "encoding_guessed" not in kinds
    assert "encoding_doubtful" not in kinds
    assert any("é" in holder.name for row in reading.rows for holder in row.holders)
    assert sum("diamond" in row.minerals for row in reading.rows) == 2873


def test_reading_takes_little_time(real_data):
    start = time.process_time()
    read_register(real_data / "permits_2015" / "cod_permits_2015.zip")
    assert time.process_time() - start < 2.5


def test_compared_with_itself_nothing_changes(reading):
    comparison = compare_readings(reading, reading)
    assert sum(len(match.old) for match in comparison.matches) == 7355
    assert sum(len(match.new) for match in comparison.matches) == 7355
    assert {match.outcome for match in comparison.matches} == {"same"}
    assert comparison.changed() == {}
