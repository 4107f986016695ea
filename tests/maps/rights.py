"""How the tests of the maps make rights: blocks of carrés, with names that attack."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from shapely import Polygon, box
from shapely.geometry.base import BaseGeometry

from geo.findings import Findings, find
from geo.lattice import place
from geo.law import load_law
from geo.sources.rows import Holder, Procedure, RightRow, State

ATTACK = "</script><script>alert(1)</script>"
TEMPLATE_ATTACK = "{{ 7 * 7 }}{% for %}{# folio:code"
DAY = date(2024, 6, 1)


def squares(west: int, south: int, wide: int, high: int) -> Polygon:
    """Return a block of carrés; its south-west corner is node (west, south) from 26° E, 11° S."""
    x, y = 26 * 120 + west, -11 * 120 + south
    return box(x / 120, y / 120, (x + wide) / 120, (y + high) / 120)


def row_of(
    number: int,
    code: str | None,
    kind: str | None,
    geometry: BaseGeometry | None,
    *,
    holder: str = "Société d’essai",
    granted_on: date | None = None,
    state: State = State.GRANTED,
) -> RightRow:
    return RightRow(
        file="register.gpkg",
        row=number,
        code=code,
        part=None,
        kind=kind,
        kind_raw=kind,
        state=state,
        procedure=Procedure.NONE,
        status_raw=None,
        holders=(Holder(holder, Decimal("60.00")),),
        holders_raw=holder,
        minerals=("Cu", "Co"),
        minerals_raw="Cu, Co",
        filed_on=None,
        granted_on=granted_on,
        expires_on=None,
        declared_cells=None,
        declared_area_ha=None,
        geometry=geometry,
        placement=None if geometry is None else place([geometry])[0],
        valid=geometry is None or geometry.is_valid,
        raw={},
    )


def findings_of(rows: Sequence[RightRow]) -> Findings:
    return find(rows, DAY, load_law())
