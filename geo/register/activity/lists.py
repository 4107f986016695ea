"""Deliveries of activity and what was odd in them, for officials."""

from __future__ import annotations

from sqlalchemy import Connection, text

from geo.errors import NotFound
from geo.register.activity.views import DeliveryIssue, DeliveryView

_DELIVERIES = text(
    """
    select d.id, s.code as source, d.file_name as file, f.sha256, d.schema, d.features, d.kept,
      d.refused, d.dropped, d.file_kept, d.replaces,
      (select n.id from activity.delivery n where n.replaces = d.id) as replaced_by,
      r.actor as delivered_by, r.at as delivered_at, r.id as revision
    from activity.delivery d
    join activity.source s on s.id = d.source_id
    join register.received_file f on f.id = d.file_id
    join register.revision r on r.id = d.opened_revision
    where (cast(:id as bigint) is null or d.id = :id)
      and (cast(:source as text) is null or s.code = :source)
    order by d.id
    """
)
_ISSUES = text(
    'select "row", field, value, kind, message, corrected_by, refused from activity.issue '
    'where delivery_id = :id order by "row" nulls first, id limit :limit offset :offset'
)
_ISSUE_COUNT = text("select count(*) from activity.issue where delivery_id = :id")


def deliveries(
    connection: Connection, *, source: str | None = None, number: int | None = None
) -> list[DeliveryView]:
    """Return the deliveries (of a source, or one), in the order in which they came (cadastre)."""
    rows = connection.execute(_DELIVERIES, {"source": source, "id": number}).mappings()
    return [DeliveryView(**{**row, "dropped": tuple(row["dropped"])}) for row in rows]


def delivery_issues(
    connection: Connection, number: int, limit: int = 1000, offset: int = 0
) -> tuple[int, list[DeliveryIssue]]:
    """Return how many issues a delivery has, and a page of them, those of the whole file first.

    Raises
    ------
    NotFound : there is no such delivery.
    """
    if not deliveries(connection, number=number):
        raise NotFound(f"there is no delivery {number} of activity.")
    total = int(connection.scalar(_ISSUE_COUNT, {"id": number}) or 0)
    asked = {"id": number, "limit": limit, "offset": offset}
    rows = connection.execute(_ISSUES, asked)
    return total, [DeliveryIssue(**row._mapping) for row in rows]
