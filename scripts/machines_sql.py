"""Prints the rows of the machines as SQL. A maintainer runs it after a change of a machine:

    python scripts/machines_sql.py 0019 > migrations/versions/0019_machines.sql

Once a migration is released, another one with a file of its own brings the change.
"""

from __future__ import annotations

import sys

from geo.casework.machine import rows_of
from geo.casework.machines import MACHINES


def literal(value: object) -> str:
    """Return a value of a machine as SQL."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list):
        return "array[" + ", ".join(map(literal, value)) + "]::text[]"
    return "'" + str(value).replace("'", "''") + "'"


FIRST = "0011"
BROUGHT_BY = {"conflict": "0019"}
"""By which migration the rows of a machine came, where not by the first."""


def main(migration: str) -> None:
    """Print the inserts of a migration, tables in the order of their keys."""
    machines = [m for m in MACHINES.values() if BROUGHT_BY.get(m.code, FIRST) == migration]
    rows = [row for machine in machines for row in rows_of(machine)]
    for table in ("machine", "machine_opener", "machine_state", "transition"):
        held = [values for name, values in rows if name == table]
        lines = ["  (" + ", ".join(map(literal, values)) + ")" for values in held]
        if lines:
            print(f"insert into casework.{table} values\n" + ",\n".join(lines) + ";")


if __name__ == "__main__":
    main(sys.argv[1] if sys.argv[1:] else FIRST)
