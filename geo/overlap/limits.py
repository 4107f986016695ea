"""How much one audit may list: bounds the time and the memory that a file can ask for."""

from __future__ import annotations

from geo.errors import InputError

MAX_SHARED_RUNS = 20_000_000
"""Shared stretches of carrés that one sweep may list."""

MAX_PAIRS = 1_000_000
"""Overlapping pairs that one audit may list."""


def refuse_above(limit: int, count: int, what: str) -> None:
    """Refuse a count above a limit.

    Raises
    ------
    InputError : naming what there is too much of, and the remedy.
    """
    if count > limit:
        raise InputError(
            f"there are {count:,} {what}, more than {limit:,}: is the same register in twice, or "
            "one perimeter in every row? Audit fewer rows at once."
        )
