"""Many rows at once: numbers reserved ahead, rows sent by COPY."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from psycopg import sql
from sqlalchemy import text

from geo.perimeter import Perimeter
from geo.register.connection import UnitOfWork

SCHEMA = "register"


def new_ids(unit: UnitOfWork, sequence: str, count: int, schema: str = SCHEMA) -> list[int]:
    """Reserve ``count`` numbers of a sequence of the register, rising."""
    asked = text("select nextval(cast(:name as regclass)) from generate_series(1, :count)")
    numbers = unit.connection.scalars(asked, {"name": f"{schema}.{sequence}", "count": count})
    return sorted(numbers)


def copy_rows(
    unit: UnitOfWork,
    table: str,
    columns: Sequence[str],
    rows: Iterable[Sequence[Any]],
    schema: str = SCHEMA,
) -> None:
    """Insert rows by COPY, in one statement: triggers see them all together."""
    statement = sql.SQL("copy {} ({}) from stdin").format(
        sql.Identifier(schema, table), sql.SQL(", ").join(map(sql.Identifier, columns))
    )
    with unit.driver.cursor() as cursor, cursor.copy(statement) as copy:
        for row in rows:
            copy.write_row(row)


def runs_text(perimeter: Perimeter) -> str:
    """Return runs as PostgreSQL writes an array: many times faster than an adapter does.

    Examples
    --------
    >>> runs_text(Perimeter.from_runs([(7, 1, 3), (8, 1, 2)]))
    '{{7,1,3},{8,1,2}}'
    """
    return str(perimeter.to_lists()).translate({ord("["): "{", ord("]"): "}", ord(" "): None})
