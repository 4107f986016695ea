"""Places that the register names, some of them without a documented position."""

from __future__ import annotations

from sqlalchemy import text

from geo.register.connection import UnitOfWork


def record_place(
    unit: UnitOfWork,
    name: str,
    source: str,
    *,
    position: tuple[float, float] | None = None,
    position_note: str | None = None,
) -> int:
    """Record a place, or what its source now says of its position; return its number.

    Parameters
    ----------
    position : longitude and latitude in degrees, None while nobody documented it.
    position_note : what is known of the position in words.
    """
    unit.open_revision()
    recorded = text(
        "insert into register.place (name, source, position_note, geom) values (:name, :source, "
        ":note, st_setsrid(st_makepoint(:lon, :lat), 4326)) on conflict (name, source) do update "
        "set position_note = excluded.position_note, geom = excluded.geom returning id"
    )
    lon, lat = position or (None, None)
    values = {"name": name, "source": source, "note": position_note, "lon": lon, "lat": lat}
    return int(unit.connection.scalar(recorded, values))
