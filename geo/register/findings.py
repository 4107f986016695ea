"""Storing an audit of the whole register: one run, one finding per pair."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date

import shapely
from psycopg.types.json import Jsonb
from shapely import MultiPolygon
from sqlalchemy import text

from geo.findings import JudgedOverlap
from geo.law import PairFinding
from geo.overlap import Overlap
from geo.perimeter import Perimeter
from geo.register.bulk import copy_rows, runs_text
from geo.register.connection import UnitOfWork
from geo.register.grounds import multipolygon_of
from geo.register.views import RegisteredRight

_COLUMNS = (
    *("run_id", "a_title_id", "b_title_id", "a_ground_id", "b_ground_id"),
    *("exact", "cells", "area_cells", "legal_area_ha", "geodesic_area_m2"),
    *("share_a", "share_b", "tolerance_cells"),
    *("verdict", "reason", "article", "source", "confidence", "upper", "rule_version"),
    *("message", "conditions", "default_verdict", "first_day", "runs", "geom"),
)


def record_findings(
    unit: UnitOfWork,
    rights: Sequence[RegisteredRight],
    judged: Sequence[JudgedOverlap],
    *,
    on: date,
    law_version: str,
    revision: int,
) -> int:
    """Store an audit and return its number; the latest one is what everybody sees.

    Parameters
    ----------
    rights : what was compared, as :meth:`Reader.rights_on` returned it.
    judged : overlaps with the law's word; ``overlap.a`` and ``overlap.b`` index ``rights``.
    on : the day judged.
    revision : the one that ``rights`` were read at.
    """
    rows = [(_ground(one.overlap.piece), one.overlap, one.finding) for one in judged]
    run = _Run(unit.open_revision(), on, revision, law_version, len(rights))
    run_id = _write_run(unit, run, [one.overlap for one in judged])
    copy_rows(
        unit,
        "overlap_finding",
        _COLUMNS,
        (
            (run_id, *_names(overlap, rights), *_measures(overlap), *_word(finding), *ground)
            for ground, overlap, finding in rows
        ),
    )
    return run_id


@dataclass(frozen=True, slots=True)
class _Run:
    revision: int
    on: date
    known: int
    law: str
    grounds: int


def _write_run(unit: UnitOfWork, run: _Run, overlaps: Sequence[Overlap]) -> int:
    exact = [overlap for overlap in overlaps if overlap.exact]
    inserted = text(
        "insert into register.overlap_run (opened_revision, on_day, as_known_revision, "
        "law_version, grounds, pairs, cells, polygon_pairs) values (:revision, :on, :known, "
        ":law, :grounds, :pairs, :cells, :polygon_pairs) returning id"
    )
    counts = {
        "pairs": len(exact),
        "cells": sum(overlap.cells or 0 for overlap in exact),
        "polygon_pairs": len(overlaps) - len(exact),
    }
    return int(unit.connection.scalar(inserted, {**asdict(run), **counts}))


def _names(overlap: Overlap, rights: Sequence[RegisteredRight]) -> tuple[int, int, int, int]:
    a, b = rights[overlap.a], rights[overlap.b]
    return a.title_id, b.title_id, a.ground_id, b.ground_id


def _measures(overlap: Overlap) -> tuple[object, ...]:
    return (
        overlap.exact,
        overlap.cells,
        overlap.area_cells,
        overlap.legal_area_ha,
        overlap.geodesic_area_m2,
        overlap.share_a,
        overlap.share_b,
        overlap.tolerance_cells,
    )


def _word(finding: PairFinding) -> tuple[object, ...]:
    message = finding.message
    return (
        finding.verdict,
        finding.reason,
        finding.article,
        finding.source,
        finding.confidence,
        finding.upper,
        finding.rule_version,
        Jsonb({"key": message.key, "fr": message.fr, "en": message.en}),
        list(finding.conditions),
        finding.default,
        finding.first_day,
    )


def _ground(piece: object) -> tuple[str | None, str]:
    """Return the runs of a piece (None where it is no set of carrés) and its polygon as EWKB."""
    if isinstance(piece, Perimeter):
        return runs_text(piece), _ewkb(piece.outline())
    if isinstance(piece, shapely.Geometry):
        return None, _ewkb(multipolygon_of(piece))
    raise TypeError(f"{type(piece).__name__} is no piece of ground")


def _ewkb(geometry: MultiPolygon) -> str:
    return f"SRID=4326;{shapely.to_wkb(geometry, hex=True)}"
