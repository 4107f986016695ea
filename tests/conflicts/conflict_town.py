"""What conflicts are made of, for the tests: observations near Kolwezi, stored as rows."""

from __future__ import annotations

from itertools import count

import psycopg

from api.cluster import libpq_address

_ROWS = count(1)


def seen_at(
    owner: str,
    lon: float,
    lat: float,
    *,
    site: str | None = None,
    public: bool = True,
    during: str | None = "[2025-02-01,2025-03-01)",
) -> int:
    """Store one detection of a source and return its number: as the owner, so that only the rows
    matter here and not how a delivery came."""
    source = "essai" if public else "interne"
    with psycopg.connect(libpq_address(owner)) as connection:
        for table in ("source", "site", "observation"):
            connection.execute(f"alter table activity.{table} disable trigger user")
        connection.execute(
            "alter table activity.observation drop constraint if exists "
            "observation_delivery_id_fkey"
        )
        revision = connection.execute("select max(id) from register.revision").fetchone()[0]
        connection.execute(
            "insert into activity.source (code, name, kind, public, opened_revision) "
            "values (%s, %s, 'detections', %s, %s) on conflict (code) do nothing",
            (source, source, public, revision),
        )
        source_id = connection.execute(
            "select id from activity.source where code = %s", (source,)
        ).fetchone()[0]
        site_id = None
        if site is not None:
            connection.execute(
                "insert into activity.site (source_id, code) values (%s, %s) "
                "on conflict do nothing",
                (source_id, site),
            )
            site_id = connection.execute(
                "select id from activity.site where source_id = %s and code = %s",
                (source_id, site),
            ).fetchone()[0]
        return int(
            connection.execute(
                "insert into activity.observation (delivery_id, source_id, site_id, seen, during, "
                "geom, minerals, attributes, \"row\", known) values (1, %s, %s, 'detection', "
                "%s::daterange, st_setsrid(st_makepoint(%s, %s), 4326), '{}', '{}', %s, "
                "int8range(%s, null)) returning id",
                (source_id, site_id, during, lon, lat, next(_ROWS), revision),
            ).fetchone()[0]
        )


def replaced(owner: str, observation: int) -> None:
    """Close what is known of an observation, as a delivery that replaces its own does."""
    with psycopg.connect(libpq_address(owner)) as connection:
        connection.execute(
            "update activity.observation set known = int8range(lower(known), lower(known) + 1) "
            "where id = %s",
            (observation,),
        )


def alert_at(owner: str, title_id: int, lon: float, lat: float) -> int:
    """Store one alert of 3.5 ha in a permit and return its number, as :func:`seen_at` does."""
    with psycopg.connect(libpq_address(owner)) as connection:
        connection.execute("alter table activity.alert disable trigger user")
        connection.execute("alter table activity.alert drop constraint alert_run_id_fkey")
        row = connection.execute(
            "insert into activity.alert (run_id, key, code, direction, ref, title_id, name, "
            "month, cell_col, cell_row, place, new_ha, stated_ha, places, before_ha, "
            "before_places, distance_m, opened_revision) select 1, 'essai', "
            "'ALR-202502-0000ABCD', 'enters_permit', 'title', %s, 'PE 525', '2025-02-01', 3062, "
            "-1288, st_setsrid(st_makepoint(%s, %s), 4326), 3.5, 3.5, 1, 0, 0, 0, max(id) "
            "from register.revision returning id",
            (title_id, lon, lat),
        ).fetchone()
        return int(row[0])
