"""Files read together: names that tell them apart, and what they hold twice."""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from geo.sources.codes import code_key
from geo.sources.ground import ground_keys
from geo.sources.issues import IssueLog
from geo.sources.rows import Issue, Reading, RightRow
from geo.sources.text import shown

_LISTED = 5

Placed = tuple[int, RightRow]
"""A row with the place of its file among those read."""


def told_apart(paths: Sequence[Path], readings: Sequence[Reading]) -> list[Reading]:
    """Return the readings of files; files of one name take the folders that tell them apart.

    Examples
    --------
    ``2024/reg.csv`` and ``2025/reg.csv`` are shown so, and not both as ``reg.csv``.
    """
    names = _names_apart(paths)
    return [
        reading if name is None else _renamed(reading, name)
        for name, reading in zip(names, readings, strict=True)
    ]


def _names_apart(paths: Sequence[Path]) -> list[str | None]:
    """Return the shortest ends of the paths that differ, None where the name alone does."""
    whole = [Path(os.path.abspath(path)) for path in paths]
    of_name: dict[str, set[Path]] = defaultdict(set)
    for path in whole:
        of_name[path.name].add(path)
    return [_end_apart(path, of_name[path.name]) for path in whole]


def _end_apart(path: Path, namesakes: set[Path]) -> str | None:
    if len(namesakes) == 1:
        return None
    longest = max(len(other.parts) for other in namesakes)
    for length in range(2, longest + 1):
        ends = {other.parts[-length:] for other in namesakes}
        if len(ends) == len(namesakes):
            break
    return shown(Path(*path.parts[-length:]))


def _renamed(reading: Reading, name: str) -> Reading:
    def issues(received: Sequence[Issue]) -> tuple[Issue, ...]:
        return tuple(replace(issue, file=name) for issue in received)

    return replace(
        reading,
        file=name,
        rows=tuple(replace(row, file=name) for row in reading.rows),
        refused=issues(reading.refused),
        issues=issues(reading.issues),
    )


def with_repeats(readings: Sequence[Reading]) -> list[Reading]:
    """Return the readings with an issue for each right that two of the files hold.

    A right is the same by its code and its ground. A file given twice is one issue, whatever its
    rows. Nothing is merged and no count changes.
    """
    logs = [IssueLog(reading.file) for reading in readings]
    first: dict[str, int] = {}
    for place, reading in enumerate(readings):
        original = first.setdefault(reading.sha256, place)
        if original != place:
            message = f"the same file as {readings[original].file}: all its rights come twice"
            logs[place].add("same_file_twice", message, value=reading.sha256, by="importer")
    rows = [(place, row) for place in first.values() for row in readings[place].rows]
    for rights in _of_one_right(rows):
        _note(rights, logs)
    return [
        replace(reading, issues=(*reading.issues, *log.issues))
        for reading, log in zip(readings, logs, strict=True)
    ]


def _of_one_right(rows: Sequence[Placed]) -> Iterator[list[Placed]]:
    """Yield the rows of two files or more that have the same code and the same ground."""
    by_code: dict[str, list[Placed]] = defaultdict(list)
    for place, row in rows:
        if row.code:
            by_code[code_key(row.code)].append((place, row))
    for same_code in filter(_in_two_files, by_code.values()):
        ground_key = ground_keys(row for _, row in same_code)
        by_ground: dict[object, list[Placed]] = defaultdict(list)
        for place, row in same_code:
            by_ground[ground_key(row)].append((place, row))
        yield from filter(_in_two_files, by_ground.values())


def _in_two_files(rows: Sequence[Placed]) -> bool:
    return len({place for place, _ in rows}) > 1


def _note(rights: Sequence[Placed], logs: Sequence[IssueLog]) -> None:
    for place in sorted({place for place, _ in rights}):
        others = [f"row {row.row} of {row.file}" for other, row in rights if other != place]
        more = f" and {len(others) - _LISTED} more" if len(others) > _LISTED else ""
        also = ", ".join(others[:_LISTED]) + more
        for row in (row for at, row in rights if at == place):
            message = f"row {row.row}: the same code and ground as {also}"
            logs[place].add(
                "repeated_across_files",
                message,
                row=row.row,
                field="code",
                value=row.code,
                by="importer",
            )
