"""A small register drawn by hand near 25.5° E, 10.7° S, for the tests of the API and of the page.

Columns and rows are carrés of 30″; the expected counts can be checked on squared paper:

    PE 100    10 × 10 carrés        PER 101 lies on 6 of them, ZEA-1 on 4, ZRG 9 on 20
    PR 103    8 × 6 carrés          AECP 102 lies on 4 of them
    PR 104    an application, 3 × 3 carrés, alone
    PR 105    a right off the lattice (shifted by a third of a carré), alone
    hostile   code and holder are markup, 2 × 2 carrés, alone
"""

from __future__ import annotations

import hashlib
import json
from datetime import date
from pathlib import Path
from typing import Protocol

import shapely
from sqlalchemy import Engine

from api.settings import Settings
from geo.findings import find
from geo.lattice import place
from geo.law import load_law
from geo.register.connection import UnitOfWork, engine_for
from geo.register.reader import Reader
from geo.register.writer import record_findings, record_reading
from geo.sources.rows import Holder, Issue, Procedure, Reading, RightRow, State

COL, ROW = 3060, -1284
SOURCE = "hand-drawn"
AS_OF = date(2026, 6, 30)
FILE = "hand-drawn.geojson"
CONTENT = json.dumps({"drawn": "by hand"}).encode()
HOSTILE_CODE = "<script>window.hostile='code'</script>"
HOSTILE_HOLDER = "<img src=x onerror=\"window.hostile='holder'\"> SARL"
WITHHELD_HOLDER = "Mme Nadine Ilunga"
COMPANY = "Kalonda Mining SARL"
OFFICER = ("agent", "correct horse battery")


def block(col: float, row: float, width: int, height: int) -> shapely.Polygon:
    """A rectangle of carrés, its south-west corner counted from the corner of the drawing."""
    west, south = (COL + col) / 120, (ROW + row) / 120
    return shapely.box(west, south, west + width / 120, south + height / 120)


def right(
    number: int,
    code: str,
    kind: str,
    geometry: shapely.Polygon,
    *,
    holder: str = COMPANY,
    state: State = State.GRANTED,
    granted_on: date | None = date(2012, 3, 4),
) -> RightRow:
    """One row of the drawing."""
    return RightRow(
        file=FILE,
        row=number,
        code=code,
        part=None,
        kind=kind,
        kind_raw=kind,
        state=state,
        procedure=Procedure.NONE,
        status_raw="Actif" if state is State.GRANTED else "Demande",
        holders=(Holder(holder, None),),
        holders_raw=holder,
        minerals=("Cu", "Co"),
        minerals_raw="Cu, Co",
        filed_on=None,
        granted_on=granted_on if state is State.GRANTED else None,
        expires_on=date(2037, 3, 3) if state is State.GRANTED else None,
        declared_cells=None,
        declared_area_ha=None,
        geometry=geometry,
        placement=place([geometry])[0],
        valid=True,
        raw={"code": code, "titulaire": holder},
    )


def reading() -> Reading:
    """The drawing as if read from a file."""
    rows = (
        right(1, "100", "PE", block(0, 0, 10, 10)),
        right(2, "101", "PER", block(1, 1, 3, 2), granted_on=date(2014, 5, 6)),
        right(3, "102", "AECP", block(22, 2, 2, 2), granted_on=date(2015, 1, 2)),
        right(4, "103", "PR", block(20, 0, 8, 6), granted_on=date(2013, 1, 2)),
        right(5, "ZEA-1", "ZEA", block(6, 6, 2, 2), granted_on=date(2020, 1, 2)),
        right(6, "104", "PR", block(40, 0, 3, 3), state=State.APPLICATION),
        right(7, "105", "PR", block(50 + 1 / 3, 1 / 3, 4, 4), holder=WITHHELD_HOLDER),
        right(8, HOSTILE_CODE, "PR", block(60, 0, 2, 2), holder=HOSTILE_HOLDER),
        right(9, "ZRG 9", "ZRG", block(-5, 0, 7, 10), granted_on=None),
    )
    issues = (
        Issue(FILE, 6, "status", HOSTILE_CODE, "status_unknown", "unknown status", "sender"),
        Issue(FILE, None, None, None, "encoding_guessed", "no .cpg: read as UTF-8", "sender"),
    )
    return Reading(
        file=FILE,
        sha256=hashlib.sha256(CONTENT).hexdigest(),
        schema="test",
        crs="EPSG:4326",
        features=len(rows),
        rows=rows,
        refused=(),
        issues=issues,
    )


class Database(Protocol):
    """The addresses of a database, as the fixtures give them."""

    owner: str
    app: str
    public: str


def audit(engine: Engine) -> None:
    """Judge every overlap of the register on the day the drawing stands for."""
    law = load_law()
    with UnitOfWork(engine, actor="test", reason="audit") as unit:
        reader = Reader(unit.connection)
        rights, revision = reader.rights_on(AS_OF), reader.revision()
        found = find([right.row for right in rights], AS_OF, law).overlaps
        record_findings(
            unit,
            rights,
            found,
            on=AS_OF,
            law_version=law.version,
            revision=revision,
        )
        unit.commit()


def fill(database: Database) -> None:
    """Record the drawing in an empty register and audit it."""
    engine = engine_for(database.app, pool_size=1)
    with UnitOfWork(engine, actor="test", reason="drawn register") as unit:
        record_reading(
            unit, reading(), content=CONTENT, source=SOURCE, as_of=AS_OF, demonstration=True
        )
        unit.commit()
    audit(engine)
    engine.dispose()


def settings_for(database: Database, data_dir: Path) -> Settings:
    """The settings of a server on this database."""
    return Settings(
        owner_url=database.owner,
        app_url=database.app,
        public_url=database.public,
        private=True,
        host="127.0.0.1",
        port=0,
        data_dir=data_dir,
    )
