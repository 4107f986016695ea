"""The audit of a register: its overlaps, each with the law's word on one day, and the counts.

The same engine serves files and the register in the database: rows go in as they come, are never
merged and never repaired; counts cover every row whatever the day or its state, the day changes
verdicts only.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from geo.law import Law, PairFinding, RightFacts, Verdict, judge_pairs
from geo.overlap.audit import Ground, Overlap, overlaps
from geo.sources.codes import code_key
from geo.sources.rows import Holder, Reading, RightRow
from geo.sources.text import key_of

UNKNOWN_KIND = "?"

_ABBREVIATION = re.compile(r"(?<!\w)(\w)\.(?=\w(?!\w))")
"""A letter and the dot before another single letter, as in S.A.R.L."""


@dataclass(frozen=True, slots=True)
class JudgedOverlap:
    """An overlap (superposition) of two rows with its finding; ``a`` < ``b`` index the rows."""

    overlap: Overlap
    a: RightRow
    b: RightRow
    finding: PairFinding

    @property
    def kinds(self) -> str:
        """Both kinds, sorted: ``PE|PER``; an unknown kind is ``?``."""
        return "|".join(sorted((self.a.kind or UNKNOWN_KIND, self.b.kind or UNKNOWN_KIND)))


@dataclass(frozen=True, slots=True)
class Findings:
    """All overlaps of ``rows`` on a day; ``overlap.a`` and ``overlap.b`` index ``rows``."""

    rows: tuple[RightRow, ...]
    on: date
    law_version: str
    without: frozenset[str]
    overlaps: tuple[JudgedOverlap, ...]


def find(rows: Sequence[RightRow], on: date, law: Law, without: Collection[str] = ()) -> Findings:
    """Return every overlap between two of the rows, judged on the day ``on``.

    Rows of the kinds in ``without``, and rows without ground, are compared with nothing.
    """
    compared = {i: g for i, row in enumerate(rows) if (g := _ground(row, without)) is not None}
    indices = list(compared)
    found = [
        replace(overlap, a=indices[overlap.a], b=indices[overlap.b])
        for overlap in overlaps(list(compared.values()))
    ]
    facts = {i: facts_of(rows[i]) for overlap in found for i in (overlap.a, overlap.b)}
    words = judge_pairs([(facts[o.a], facts[o.b]) for o in found], on, law).findings
    judged = (
        JudgedOverlap(overlap, rows[overlap.a], rows[overlap.b], finding)
        for overlap, finding in zip(found, words, strict=True)
    )
    return Findings(tuple(rows), on, law.version, frozenset(without), tuple(judged))


def facts_of(row: RightRow) -> RightFacts:
    """Return what the law needs to know of a row; spellings of one code or holder meet."""
    return RightFacts(
        kind=row.kind,
        state=row.state.value,
        filed_on=row.filed_on,
        granted_on=row.granted_on,
        holders=_holders_named(row.holders),
        code=_number_of(row.code),
        expires_on=row.expires_on,
    )


def _holders_named(holders: Sequence[Holder]) -> frozenset[str]:
    """Return the names of all holders without case, accents and dots; none if one is missing.

    With a co-holder unnamed (``?``) nobody can say that two rights have the same holders.
    """
    names = frozenset(key_of(_ABBREVIATION.sub(r"\1", holder.name)) for holder in holders)
    return frozenset() if "" in names else names


def _number_of(code: str | None) -> str | None:
    """Return the code in one spelling, None where it has no number and so names no title."""
    key = code_key(code) if code else ""
    return key if re.search("[1-9]", key) else None


def _ground(row: RightRow, without: Collection[str]) -> Ground | None:
    if (row.kind or UNKNOWN_KIND) in without or row.geometry is None or row.placement is None:
        return None
    if row.placement.perimeter is None:
        return Ground(geometry=row.geometry)
    return Ground(perimeter=row.placement.perimeter) if row.placement.perimeter else None


def counts_of_rows(rows: Iterable[RightRow]) -> dict[str, int]:
    """Return how many rows lie on the lattice, off it, and are not valid by OGC's rules."""
    placed = [row for row in rows if row.placement is not None]
    on = sum(row.placement.on_lattice for row in placed if row.placement is not None)
    invalid = sum(not row.valid for row in placed)
    return {"on_lattice": on, "off_lattice": len(placed) - on, "invalid": invalid}


def counts_of_overlaps(judged: Sequence[JudgedOverlap]) -> dict[str, object]:
    """Return the counts of overlaps: exact pairs and carrés, polygon pairs, by kinds and verdicts.

    ``pairs``, ``cells`` and ``by_kind`` count pairs of rows on the lattice; ``polygon_pairs`` those
    with a side off it; ``by_verdict`` and ``undetermined`` both.
    """
    exact = [one for one in judged if one.overlap.exact]
    polygon = [one for one in judged if not one.overlap.exact]
    unsure = [one for one in judged if one.finding.verdict is Verdict.NEEDS_LEGAL_REVIEW]
    return {
        "pairs": len(exact),
        "cells": sum(one.overlap.cells or 0 for one in exact),
        "polygon_pairs": len(polygon),
        "by_kind": _by_kind(exact),
        "polygon_pairs_by_kind": _sorted_counts(one.kinds for one in polygon),
        "by_verdict": _sorted_counts(one.finding.verdict for one in judged),
        "undetermined": _sorted_counts(one.finding.reason for one in unsure),
    }


def _by_kind(exact: Sequence[JudgedOverlap]) -> dict[str, dict[str, int]]:
    pairs = Counter(one.kinds for one in exact)
    cells: Counter[str] = Counter()
    for one in exact:
        cells[one.kinds] += one.overlap.cells or 0
    return {kinds: {"pairs": pairs[kinds], "cells": cells[kinds]} for kinds in sorted(pairs)}


def _sorted_counts(values: Iterable[str]) -> dict[str, int]:
    return dict(sorted(Counter(str(value) for value in values).items()))


def summary_of(findings: Findings, readings: Sequence[Reading]) -> dict[str, object]:
    """Return the audit of files as one plain object: the contract of ``mabele overlaps --json``."""
    return {
        **_asked(findings),
        "files": [_file_counts(reading) for reading in readings],
        "features": sum(reading.features for reading in readings),
        "accounted": sum(len(reading.rows) + len(reading.refused) for reading in readings),
        "refused": sum(len(reading.refused) for reading in readings),
        **_found(findings),
        "issues": _sorted_counts(issue.kind for reading in readings for issue in reading.issues),
    }


def summary_of_register(
    findings: Findings,
    revision: int,
    files: Sequence[tuple[str, str]],
    issues: Mapping[str, int],
) -> dict[str, object]:
    """Return the audit of the register as the same object; a row is ground held on that day.

    Parameters
    ----------
    files : name and SHA-256 of the files that were imported.
    issues : of all imports, by kind.
    """
    return {
        **_asked(findings),
        "revision": revision,
        "files": [{"file": name, "sha256": sha256} for name, sha256 in files],
        "features": len(findings.rows),
        "accounted": len(findings.rows),
        "refused": 0,
        **_found(findings),
        "issues": dict(sorted(issues.items())),
    }


def _asked(findings: Findings) -> dict[str, object]:
    return {"on": findings.on.isoformat(), "law": findings.law_version}


def _found(findings: Findings) -> dict[str, object]:
    kinds = [row.kind or UNKNOWN_KIND for row in findings.rows]
    return {
        **counts_of_rows(findings.rows),
        "kinds": _sorted_counts(kinds),
        "without": sorted(findings.without),
        "left_out": sum(kind in findings.without for kind in kinds),
        **counts_of_overlaps(findings.overlaps),
    }


def _file_counts(reading: Reading) -> dict[str, object]:
    return {
        "file": reading.file,
        "sha256": reading.sha256,
        "schema": reading.schema,
        "crs": reading.crs,
        "features": reading.features,
        "kept": len(reading.rows),
        "refused": len(reading.refused),
    }
