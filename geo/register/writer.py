"""The only writer of the register. Each order is one revision: judge first, then lock, then write."""

from __future__ import annotations

from datetime import date

from sqlalchemy import text

from geo.grid import DRC, Grid
from geo.register.connection import UnitOfWork
from geo.register.intake import ImportReport, apply_first, prepare
from geo.sources.rows import Reading

__all__ = ["ImportReport", "record_reading"]


def record_reading(
    unit: UnitOfWork,
    reading: Reading,
    *,
    content: bytes,
    source: str,
    as_of: date,
    demonstration: bool = False,
    grid: Grid = DRC,
) -> ImportReport:
    """Record a register file as read; commit the unit of work to make it true."""
    prepared = prepare(reading, content, source, as_of, demonstration, grid)
    return apply_first(unit, prepared)
