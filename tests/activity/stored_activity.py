"""Activity in a register for tests: a source, its surveys and observations, by plain statements."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from itertools import count

import shapely
from sqlalchemy import Connection, text

from geo.activity.records import Observation, Survey
from geo.register.connection import CADASTRE, REGISTER, UnitOfWork

_numbers = count(1)


def store(
    engine, login: str, source: str, observations: Sequence[Observation], surveys: Sequence[Survey],
    *, public: bool = True,
) -> None:  # fmt: skip
    """Store a delivery for each survey as the officer ``login``, with what was seen in its days."""
    with UnitOfWork(engine, CADASTRE, actor=login, reason="delivery") as unit:
        known = unit.open_revision()
        with unit.acting_as(REGISTER):
            of = _source(unit.connection, source, public)
            for survey in surveys:
                seen = [one for one in observations if one.during == survey.during]
                _deliver(unit.connection, of, survey, seen, known)
        unit.commit()


def _source(connection: Connection, code: str, public: bool) -> int:
    found = connection.scalar(text("select id from activity.source where code = :c"), {"c": code})
    return found or connection.scalar(
        text(
            "insert into activity.source (code, name, kind, public) "
            "values (:code, :code, 'detections', :public) returning id"
        ),
        {"code": code, "public": public},
    )


def _deliver(connection, of: int, survey: Survey, seen: Sequence[Observation], known: int) -> None:
    digest = hashlib.sha256(f"{of} {next(_numbers)}".encode()).hexdigest()
    file = connection.scalar(
        text(
            "insert into register.received_file (sha256, name, bytes) "
            "values (:digest, 'activity.geojson', 1) returning id"
        ),
        {"digest": digest},
    )
    delivery = connection.scalar(
        text(
            "insert into activity.delivery (source_id, file_id, file_name, schema, features, kept, "
            "refused, dropped, file_kept) values (:source, :file, 'activity.geojson', 'test', :n, "
            ":n, 0, '{}', 'described') returning id"
        ),
        {"source": of, "file": file, "n": len(seen)},
    )
    common = {"source": of, "delivery": delivery, "known": known, **_days(survey)}
    connection.execute(
        text(
            "insert into activity.survey (source_id, delivery_id, basis, extent, during, known) "
            "values (:source, :delivery, 'polygons', st_geomfromwkb(:wkb, 4326), case when :dated "
            "then daterange(cast(:since as date), cast(:until as date)) end, "
            "int8range(:known, null))"
        ),
        {**common, "wkb": shapely.to_wkb(survey.extent)},
    )
    rows = [
        {**common, "wkb": shapely.to_wkb(one.geometry), "row": number, "seen": one.seen.value,
         "patch": one.patch_ha}
        for number, one in enumerate(seen, 1)
    ]  # fmt: skip
    if rows:
        connection.execute(
            text(
                "insert into activity.observation (delivery_id, source_id, seen, during, geom, "
                'patch_ha, minerals, attributes, "row", known) values (:delivery, :source, :seen, '
                "case when :dated then daterange(cast(:since as date), cast(:until as date)) end, "
                "st_geomfromwkb(:wkb, 4326), :patch, '{}', '{}', :row, int8range(:known, null))"
            ),
            rows,
        )


def _days(one: Survey) -> dict[str, object]:
    during = one.during
    return {
        "dated": during is not None,
        "since": during and during.start,
        "until": during and during.end,
    }
