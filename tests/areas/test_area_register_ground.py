"""Ground of imported registers (ZRG, ZI, ZP, parks) counts as its class."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import geopandas
import pytest
from area_register import COUNTRY, GROUND, acting, in_force, layer
from shapely import from_wkt

from geo.casework.areas import places_met
from geo.law.case import CaseFacts, Proposal
from geo.law.judge import judge
from geo.law.outcomes import Outcome
from geo.law.values import Moment
from geo.perimeter import Perimeter
from geo.register.connection import REGISTER
from geo.register.writer import record_reading
from geo.sources import read_register

DAY = date(2020, 1, 1)
KINDS = {
    "ZRG": "zrg",
    "ZI": "forbidden_zone",
    "ZP": "protected_area",
    "PARK": "national_park",
}
CORNER = Perimeter.from_cells([(3059, -1284), (3060, -1284), (3060, -1283)])
BESIDE = Perimeter.from_cells([(3060, -1286)])


def taken_over(engine, tmp_path: Path, kind: str) -> None:
    frame = geopandas.GeoDataFrame(
        {"code": ["essai 1", "essai 2"], "date_do": ["2010-05-01"] * 2},
        geometry=[CORNER.outline(), BESIDE.outline()],
        crs="EPSG:4326",
    )
    path = tmp_path / "zones.geojson"
    frame.to_file(path)
    read = read_register(path, kind="ZP")  # no file says PARK; the register knows the kind
    reading = replace(read, rows=tuple(replace(row, kind=kind) for row in read.rows))
    with acting(engine, role=REGISTER) as unit:
        record_reading(
            unit, reading, content=path.read_bytes(), source="essai", as_of=date(2015, 6, 30)
        )


@pytest.mark.parametrize("kind", KINDS)
def test_a_row_of_the_register_is_met_in_its_class_alone(engine, law, tmp_path, kind):
    taken_over(engine, tmp_path, kind)
    in_force(engine, *(layer(name, from_wkt(COUNTRY)) for name in KINDS.values()))
    with acting(engine) as unit:
        found = places_met(unit, GROUND, DAY, law)
    for other, name in KINDS.items():
        names = [one.name for one in found[name].met]
        assert names == (["essai 1"] if other == kind else [])
        assert found[name].covered
    (one,) = found[KINDS[kind]].met
    assert (one.distance_m, list(one.cells)) == (0, [(3059, -1284)])


def test_without_a_declaration_it_is_met_and_the_rest_is_undetermined(engine, law, tmp_path):
    taken_over(engine, tmp_path, "ZI")
    with acting(engine) as unit:
        found = places_met(unit, GROUND, DAY, law)
    assert [one.name for one in found["forbidden_zone"].met] == ["essai 1"]
    assert not found["forbidden_zone"].covered
    assert found["zrg"] is None


def test_the_law_judges_what_was_found(engine, law, tmp_path):
    """A met zone fails, the doubt beside it is undetermined; a covered, empty class passes."""
    taken_over(engine, tmp_path, "ZI")
    in_force(engine, layer("cemetery", from_wkt(COUNTRY)))
    with acting(engine) as unit:
        places = places_met(unit, GROUND, DAY, law)
    facts = CaseFacts(Proposal("PR", GROUND, filed_on=DAY))
    findings = judge(replace(facts, places=places), DAY, Moment.FILING, law).findings
    by_class: dict[str, set[Outcome]] = {}
    for finding in findings:
        if "class" in finding.facts:
            by_class.setdefault(finding.facts["class"], set()).add(finding.outcome)
    assert by_class["forbidden_zone"] == {Outcome.FAIL, Outcome.UNDETERMINED}
    assert by_class["cemetery"] == {Outcome.PASS}
    assert by_class["zrg"] == {Outcome.UNDETERMINED}
