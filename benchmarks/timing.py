"""Medians of a few runs, and one table for all benchmarks."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

T = TypeVar("T")


@dataclass(frozen=True)
class Measure:
    """One line of the table: seconds of ours, and of a named peer on the same input."""

    what: str
    ours: float
    runs: int
    peer: str = ""
    theirs: float | None = None
    note: str = ""


def median_of(runs: int, work: Callable[[], T]) -> tuple[float, T]:
    """Return the median seconds of some runs after one that is not counted, and the last result."""
    result = work()
    seconds = []
    for _ in range(runs):
        started = time.perf_counter()
        result = work()
        seconds.append(time.perf_counter() - started)
    return statistics.median(seconds), result


def in_turn(
    runs: int, ways: Sequence[Callable[[], Any]]
) -> tuple[tuple[float, ...], tuple[Any, ...]]:
    """Return the median seconds and the result of each way; one after the other in each run.

    A first round is not counted.
    """
    results = tuple(work() for work in ways)
    seconds: list[list[float]] = [[] for _ in ways]
    for _ in range(runs):
        for work, spent in zip(ways, seconds, strict=True):
            started = time.perf_counter()
            work()
            spent.append(time.perf_counter() - started)
    return tuple(statistics.median(spent) for spent in seconds), results


def shown(seconds: float) -> str:
    """Return seconds as people read them."""
    return f"{seconds * 1000:,.1f} ms" if seconds < 1 else f"{seconds:,.2f} s"


def table(measures: list[Measure]) -> str:
    """Return the measures as a Markdown table."""
    lines = [
        "| what | Mabele | peer | its time | ratio | runs | note |",
        "|---|---|---|---|---|---|---|",
    ]
    for one in measures:
        theirs = "" if one.theirs is None else shown(one.theirs)
        ratio = "" if one.theirs is None else f"{one.theirs / one.ours:,.1f} ×"
        cells = [one.what, shown(one.ours), one.peer, theirs, ratio, str(one.runs), one.note]
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)
